"""Read .csv and other delimited text: own decoding, Arrow's parser, careful reading where rows are ragged."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv

from landuse.errors import Fault, InputError
from landuse.read.encoding import text_encoding
from landuse.read.header_finder import LOOKED_AT, check_header, wished_words
from landuse.read.header_rows import header_numbers, join_rows
from landuse.read.source import Cells, Content, Source, arrow_cells
from landuse.read.words import is_sum
from landuse.settings import InputEntry

_DELIMITERS: Final = ",\t;|"
_EMPTY_TAIL: Final = b" \t\r\n"


def open_delimited(data: bytes, entry: InputEntry, *, name: str) -> Source:
    """Return a delimited text file with its headers known.

    Raises
    ------
    InputError
        The encoding cannot be decided, or there is no header.
    """
    decided = text_encoding(data, declared=entry.encoding, where=name)
    body = data[decided.skip :].rstrip(_EMPTY_TAIL) if decided.codec != "utf-16-le" else data[decided.skip :]
    if decided.codec != "utf-8":
        body = body.decode(decided.codec).rstrip().encode("utf-8")
    if entry.header_rows is None:
        _check_first_row(body, entry, name)
    declared = entry.header_rows if entry.header_rows is not None else 1
    last = declared if isinstance(declared, int) else max(declared, default=1)
    delimiter = _delimiter(body, last)
    records, start = _first_records(body, last, delimiter)
    rows = header_numbers(entry.header_rows, len(records), name)
    headers, tails = join_rows([records[row - 1] for row in rows])
    text = _Text(body[start:], delimiter, len(headers), rows[-1] + 1)

    def read(wanted: Sequence[int], with_geometry: bool) -> Content:  # noqa: ARG001, FBT001
        return _read(text, wanted, name)

    above = tuple(cell for record in records[: rows[0] - 1] for cell in record if cell.strip())
    return Source(name, "", headers, read, tails=tails, above=above, encoding=decided.codec, has_cells=True)


def _check_first_row(body: bytes, entry: InputEntry, name: str) -> None:
    """Refuse a text whose first record clearly is no header, where the project file names none."""
    try:
        records, _ = _first_records(body, LOOKED_AT, _delimiter(body, LOOKED_AT))
    except csv.Error:  # told where the records are read
        return
    check_header(records, (), where=name, known=wished_words(entry))


def records_of(data: bytes, *, name: str) -> tuple[list[list[str]], str]:
    """Return every record of a delimited text as it stands, its header first, and the sign between its cells.

    Raises
    ------
    InputError
        The encoding cannot be decided.
    """
    decided = text_encoding(data, declared=None, where=name)
    text = data[decided.skip :].decode(decided.codec)
    delimiter = _delimiter(text.encode("utf-8"), 1)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), delimiter


class _Text:
    """The records below the header."""

    def __init__(self, body: bytes, delimiter: str, width: int, first: int) -> None:
        self.body, self.delimiter, self.width, self.first = body, delimiter, width, first


def _read(text: _Text, wanted: Sequence[int], name: str) -> Content:
    asked = sorted({0, *wanted})
    try:
        cells = _by_arrow(text, asked) if text.body else {position: Cells(0) for position in asked}
    except pa.ArrowInvalid:
        cells = _by_record(text, asked, name)
    size = cells[0].size
    numbers = np.arange(text.first, text.first + size, dtype=np.int64)
    filled = _any_known(cells, size)
    if not filled.all():
        kept = np.flatnonzero(filled)
        cells = {position: column.take(kept) for position, column in cells.items()}
        numbers = numbers[kept]
    return Content({position: cells[position] for position in wanted}, numbers, sums=_sums(cells))


def _by_arrow(text: _Text, wanted: Sequence[int]) -> dict[int, Cells]:
    names = [f"c{number}" for number in range(text.width)]
    asked = [names[position] for position in wanted]
    table = pacsv.read_csv(
        pa.BufferReader(text.body),
        read_options=pacsv.ReadOptions(column_names=names),
        parse_options=pacsv.ParseOptions(
            delimiter=text.delimiter, newlines_in_values=b'"' in text.body, ignore_empty_lines=False
        ),
        convert_options=pacsv.ConvertOptions(
            include_columns=asked,
            column_types=dict.fromkeys(asked, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            check_utf8=False,
        ),
    )
    return {position: arrow_cells(table.column(names[position])) for position in wanted}


def _by_record(text: _Text, wanted: Sequence[int], name: str) -> dict[int, Cells]:
    """Read record by record: a short row ends in blanks, a row with more cells than headers is refused."""
    records = list(csv.reader(io.StringIO(text.body.decode("utf-8"), newline=""), delimiter=text.delimiter))
    long = [number for number, row in enumerate(records, start=text.first) if any(row[text.width :])]
    if long:
        places = ", ".join(str(number) for number in long[:5])
        found = f"第 {places} 行的单元格多于表头({len(long)} 行)/ rows with more cells than headers: {places}"
        raise InputError(
            [Fault(name, found, f"{text.width}", "给含分隔符的值加引号 / quote values that hold the delimiter")]
        )
    return {
        position: arrow_cells(pa.array([_cell(row, position) for row in records], pa.large_string()))
        for position in wanted
    }


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
        near = pc.match_substring_regex(column.text, r"[计lLmM]\s*[:：]?\s*$").fill_null(fill_value=False)
        rows = np.flatnonzero(near.to_numpy(zero_copy_only=False))
        if len(rows):
            flags[rows] |= [is_sum(text) for text in column.text.take(pa.array(rows)).to_pylist()]
    return flags


def _delimiter(body: bytes, last_header: int) -> str:
    """Return the sign that splits the last header row into most cells."""
    lines = body.split(b"\n", last_header)[:last_header] or [b""]
    line = lines[-1].decode("utf-8")
    return max(_DELIMITERS, key=lambda sign: len(next(csv.reader([line], delimiter=sign), [])))


def _first_records(body: bytes, count: int, delimiter: str) -> tuple[list[list[str]], int]:
    """Return the first records and the byte at which the rest begins; a record may run over several lines."""
    consumed = 0

    def lines() -> Iterator[str]:
        nonlocal consumed
        while consumed < len(body):
            end = body.find(b"\n", consumed)
            stop = len(body) if end < 0 else end + 1
            line = body[consumed:stop].decode("utf-8")
            consumed = stop
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    records = [record for _, record in zip(range(count), reader, strict=False)]
    return records, consumed
