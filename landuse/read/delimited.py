"""Read .csv and other delimited text as a stream: own decoding, Arrow's parser, careful reading of ragged rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv

from landuse.errors import Fault, InputError
from landuse.read.encoding import text_encoding
from landuse.read.header_finder import LOOKED_AT, check_header, wished_words
from landuse.read.header_rows import header_numbers, join_rows
from landuse.read.quotes import check_quotes, unclosed
from landuse.read.shifted_rows import RowWatch
from landuse.read.source import Cells, Content, Source, arrow_cells
from landuse.read.transcoded import TextSource
from landuse.read.words import SUM_ENDS, is_sum
from landuse.settings import InputEntry

_DELIMITERS: Final = ",\t;|"
_BLOCK: Final = 1 << 22
"""Bytes that Arrow parses at once."""
_LEADING: Final = 3
"""First columns, wanted or not, in one of which the word for a sum stands."""
_RECORDS: Final = 1 << 16
"""Records that are read at once where rows are ragged."""


def open_delimited(source: bytes | Path, entry: InputEntry, *, name: str) -> Source:
    """Return a delimited text file with its headers known; its rows stream, and only wanted columns are kept.

    Parameters
    ----------
    source
        The text, or the file that holds it.
    name
        Path as the project file writes it.

    Raises
    ------
    InputError
        The encoding cannot be decided, or there is no header.
    """
    text = TextSource(source, text_encoding(source, declared=entry.encoding, where=name), name)
    if entry.header_rows is None:
        _check_first_row(text, entry)
    declared = entry.header_rows if entry.header_rows is not None else 1
    last = declared if isinstance(declared, int) else max(declared, default=1)
    delimiter = _delimiter([line for _, line in zip(range(last), text.lines(), strict=False)])
    records, start = _first_records(text, last, delimiter)
    rows = header_numbers(entry.header_rows, len(records), name)
    headers, tails = join_rows([records[row - 1] for row in rows])
    body = _Body(text, start, delimiter, headers, rows[-1] + 1)

    def read(wanted: Sequence[int], with_geometry: bool) -> Content:  # noqa: ARG001, FBT001
        return _read(body, wanted)

    above = tuple(cell for record in records[: rows[0] - 1] for cell in record if cell.strip())
    return Source(name, "", headers, read, tails=tails, above=above, encoding=text.decided.codec, has_cells=True)


def _check_first_row(text: TextSource, entry: InputEntry) -> None:
    """Refuse a text whose first record clearly is no header, where the project file names none."""
    delimiter = _delimiter([line for _, line in zip(range(LOOKED_AT), text.lines(), strict=False)])
    records, _ = _first_records(text, LOOKED_AT, delimiter)
    check_header(records, (), where=text.name, known=wished_words(entry))


def records_of(data: bytes, *, name: str) -> tuple[list[list[str]], str]:
    """Return every record of a delimited text as it stands, its header first, and the sign between its cells.

    Raises
    ------
    InputError
        The encoding cannot be decided, or a quote is not closed.
    """
    text = TextSource(data, text_encoding(data, declared=None, where=name), name)
    delimiter = _delimiter([line for _, line in zip(range(1), text.lines(), strict=False)])
    return list(_records(text.lines(), delimiter, name)), delimiter


@dataclass(frozen=True)
class _Body:
    """The records below the header."""

    text: TextSource
    start: int
    """Byte of the UTF-8 at which they begin."""
    delimiter: str
    headers: tuple[str, ...]
    first: int
    """Number of the first record, as a user counts."""

    @property
    def width(self) -> int:
        """Return the number of headers, blank ones included."""
        return len(self.headers)


def _read(body: _Body, wanted: Sequence[int]) -> Content:
    asked = sorted({*range(min(_LEADING, body.width)), *wanted})
    try:
        watch = RowWatch(body.headers, body.delimiter, body.first)
        cells = _by_arrow(body, asked, watch)
    except pa.ArrowInvalid:
        watch = RowWatch(body.headers, body.delimiter, body.first)
        cells = _by_record(body, asked, watch)
    if (fault := watch.fault(body.text.name)) is not None:
        raise InputError([fault])
    cells = watch.without(cells)
    size = cells[0].size
    numbers = np.arange(body.first, body.first + size, dtype=np.int64)
    filled = _any_known(cells, size)
    if not filled.all():
        kept = np.flatnonzero(filled)
        cells = {position: column.take(kept) for position, column in cells.items()}
        numbers = numbers[kept]
    asked_for = {position: cells[position] for position in wanted}
    return Content(asked_for, numbers, sums=_sums(cells), remarks=watch.remarks())


def _by_arrow(body: _Body, wanted: Sequence[int], watch: RowWatch) -> dict[int, Cells]:
    """Read block by block: every column is looked at, the wanted ones are kept."""
    names = [f"c{number}" for number in range(body.width)]
    stream = body.text.stream(body.start)
    try:
        reader = pacsv.open_csv(
            pa.PythonFile(stream, mode="r"),
            read_options=pacsv.ReadOptions(column_names=names, block_size=_BLOCK),
            parse_options=pacsv.ParseOptions(
                delimiter=body.delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV file" in str(error):
            return {position: Cells(0) for position in wanted}
        raise
    parts: dict[int, list[pa.Array]] = {position: [] for position in wanted}
    rows = 0
    for batch in reader:
        watch.look(batch.columns)
        rows += batch.num_rows
        for position, chunks in parts.items():
            chunks.append(batch.column(position))
    if stream.has_quotes and rows != stream.newlines + 1:
        _check(body)
    return {position: arrow_cells(pa.chunked_array(chunks, pa.string())) for position, chunks in parts.items()}


def _by_record(body: _Body, wanted: Sequence[int], watch: RowWatch) -> dict[int, Cells]:
    """Read record by record: a short row ends in blanks, a row with more cells than headers is refused."""
    parts: dict[int, list[pa.Array]] = {position: [] for position in wanted}
    held: list[list[str]] = []
    long: list[int] = []
    tails: dict[int, list[int]] = {}
    widths, last = [body.width], body.width
    _check(body)
    for number, row in enumerate(_records(_lines(body), body.delimiter, body.text.name), start=body.first):
        if any(row[body.width :]):
            long.append(number)
        elif any(row):
            tails.setdefault(max(len(row), body.width), []).append(number)
        if row:
            widths, last = [min(*widths, last)], len(row)
        held.append(row)
        if len(held) == _RECORDS:
            _keep(held, parts, body, watch)
            held = []
    _keep(held, parts, body, watch)
    if long := long or _longer(tails):
        raise InputError([_too_long(long, body)])
    if last < widths[0] and not body.text.ends_with_newline():
        found = "最后一行不完整,文件可能被截断 / the last row breaks off: the file seems cut off"
        raise InputError([Fault(body.text.name, found, "", "请提供方重新发送 / have the sender send it again")])
    return {position: arrow_cells(pa.chunked_array(parts[position], pa.large_string())) for position in wanted}


def _longer(tails: Mapping[int, list[int]]) -> list[int]:
    """Return the rows with more cells than most have: a comma inside a cell has pushed the rest to the right.

    Blank cells behind the headers say nothing where most rows have them.
    """
    usual = max(tails, key=lambda width: (len(tails[width]), -width), default=0)
    return sorted(number for width, numbers in tails.items() if width > usual for number in numbers)


def _keep(rows: list[list[str]], parts: dict[int, list[pa.Array]], body: _Body, watch: RowWatch) -> None:
    """Look at some records, and add their wanted cells to the columns."""
    columns = [pa.array([_cell(row, place) for row in rows], pa.large_string()) for place in range(body.width)]
    watch.look(columns)
    for position, chunks in parts.items():
        chunks.append(columns[position])


def _lines(body: _Body) -> Iterator[str]:
    """Return the lines below the header."""
    consumed = 0
    for line in body.text.lines():
        if consumed >= body.start:
            yield line
        else:
            consumed += len(line.encode("utf-8"))


def _check(body: _Body) -> None:
    """Refuse a text in which a quote opens a cell and is not closed: it would swallow the rows that follow."""
    check_quotes(_lines(body), body.delimiter, width=body.width, first=body.first, name=body.text.name)


def _records(lines: Iterator[str], delimiter: str, name: str) -> Iterator[list[str]]:
    number = 0
    try:
        for number, record in enumerate(csv.reader(lines, delimiter=delimiter), start=1):  # noqa: B007
            yield record
    except csv.Error:
        raise InputError([unclosed(name, number + 1)]) from None


def _too_long(long: list[int], body: _Body) -> Fault:
    places = ", ".join(str(number) for number in long[:5])
    found = f"第 {places} 行的单元格多于表头({len(long)} 行)/ rows with more cells than headers: {places}"
    do = "给含分隔符的值加引号 / quote values that hold the delimiter"
    return Fault(body.text.name, found, f"{body.width}", do)


def _cell(row: Sequence[str], position: int) -> str | None:
    return (row[position] or None) if position < len(row) else None


def _any_known(cells: dict[int, Cells], size: int) -> npt.NDArray[np.bool_]:
    """Return the rows in which something stands."""
    known = np.zeros(size, dtype=bool)
    for column in cells.values():
        if column.text is not None:
            known |= column.text.is_valid().to_numpy(zero_copy_only=False)
        if known.all():
            break
    return known


def _sums(cells: dict[int, Cells]) -> npt.NDArray[np.bool_]:
    """Return the rows in which a cell names a sum."""
    import pyarrow.compute as pc

    size = cells[0].size
    flags = np.zeros(size, dtype=bool)
    for column in cells.values():
        if column.text is None:
            continue
        near = pc.match_substring_regex(column.text, rf"[{SUM_ENDS}]\s*$").fill_null(fill_value=False)
        rows = np.flatnonzero(near.to_numpy(zero_copy_only=False))
        if len(rows):
            flags[rows] |= [is_sum(text) for text in column.text.take(pa.array(rows)).to_pylist()]
    return flags


def _delimiter(lines: Sequence[str]) -> str:
    """Return the sign that splits the last header row into most cells."""
    line = lines[-1] if lines else ""
    return max(_DELIMITERS, key=lambda sign: len(next(csv.reader([line], delimiter=sign), [])))


def _first_records(text: TextSource, count: int, delimiter: str) -> tuple[list[list[str]], int]:
    """Return the first records and the byte at which the rest begins; a record may run over several lines."""
    consumed = 0

    def lines() -> Iterator[str]:
        nonlocal consumed
        for line in text.lines():
            consumed += len(line.encode("utf-8"))
            yield line

    records = [record for _, record in zip(range(count), _records(lines(), delimiter, text.name), strict=False)]
    return records, consumed
