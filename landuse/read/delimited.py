"""Read .csv and other delimited text as a stream: own decoding, Arrow's parser, careful reading of ragged rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.csv as pacsv

from landuse.errors import Fault, InputError
from landuse.read.encoding import text_encoding
from landuse.read.header_finder import LOOKED_AT, check_header, wished_words
from landuse.read.header_rows import header_numbers, join_rows
from landuse.read.hostile import guard_width
from landuse.read.kept_columns import KeptColumns
from landuse.read.quotes import check_quotes, unclosed
from landuse.read.shifted_rows import RowWatch
from landuse.read.source import Content, Remark, Source
from landuse.read.transcoded import TextSource
from landuse.settings import InputEntry

_DELIMITERS: Final = ",\t;|"
_BLOCK: Final = 1 << 19
"""Bytes that Arrow parses at once; it reads some blocks ahead."""
MOST_BYTES: Final = 4_000_000_000
"""Bytes of wanted cells, as text, beyond which a table is refused: no county has so many enterprises and years."""
_NAMED: Final = 5
"""Rows that a message names."""
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
    try:
        kept = _by_arrow(body, wanted)
    except pa.ArrowInvalid:
        kept = _by_record(body, wanted)
    if (fault := kept.watch.fault(body.text.name)) is not None:
        raise InputError([fault])
    content = kept.content(body.first)
    if not len(content.source_row) or not body.text.is_unended():
        return content
    remark = Remark("TEXT_UNENDED", body.text.last_line(), int(content.source_row[-1]))
    return replace(content, remarks=(*content.remarks, remark))


def _nothing_yet(body: _Body, wanted: Sequence[int]) -> KeptColumns:
    return KeptColumns(wanted, RowWatch(body.headers, body.delimiter, body.first))


def _by_arrow(body: _Body, wanted: Sequence[int]) -> KeptColumns:
    """Read block by block: every column is looked at, the wanted ones are kept."""
    names = [f"c{number}" for number in range(body.width)]
    kept = _nothing_yet(body, wanted)
    stream = body.text.stream(body.start)
    try:
        reader = pacsv.open_csv(
            pa.PythonFile(stream, mode="r"),
            read_options=pacsv.ReadOptions(column_names=names, block_size=_BLOCK),
            parse_options=pacsv.ParseOptions(
                delimiter=body.delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV file" in str(error):
            return kept
        raise
    for batch in reader:
        kept.add(batch.columns)
        _check_size(kept, body)
    if stream.has_quotes and kept.rows != stream.newlines + 1:
        _check(body)
    return kept


def _by_record(body: _Body, wanted: Sequence[int]) -> KeptColumns:
    """Read record by record: a short row ends in blanks, a row with more cells than headers is refused."""
    kept = _nothing_yet(body, wanted)
    held: list[list[str]] = []
    long = _Rows()
    tails: dict[int, _Rows] = {}
    widths, last = [body.width], body.width
    _check(body)
    for number, row in enumerate(_records(_lines(body), body.delimiter, body.text.name), start=body.first):
        if any(row[body.width :]):
            long.add(number)
        elif any(row):
            tails.setdefault(max(len(row), body.width), _Rows()).add(number)
        if row:
            widths, last = [min(*widths, last)], len(row)
        held.append(row)
        if len(held) == _RECORDS:
            _keep(held, kept, body)
            held = []
    _keep(held, kept, body)
    long = long if long.count else _longer(tails)
    if long.count:
        raise InputError([_too_long(long, body)])
    if last < widths[0] and body.text.is_unended():
        found = "最后一行不完整,文件可能被截断 / the last row breaks off: the file seems cut off"
        raise InputError([Fault(body.text.name, found, "", "请提供方重新发送 / have the sender send it again")])
    return kept


@dataclass
class _Rows:
    """Rows to be told of: how many, and the first of them."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, number: int) -> None:
        self.count += 1
        if len(self.first) < _NAMED:
            self.first.append(number)


def _longer(tails: Mapping[int, _Rows]) -> _Rows:
    """Return the rows with more cells than most have: a comma inside a cell has pushed the rest to the right.

    Blank cells behind the headers say nothing where most rows have them.
    """
    usual = max(tails, key=lambda width: (tails[width].count, -width), default=0)
    longer = [rows for width, rows in tails.items() if width > usual]
    first = sorted(number for rows in longer for number in rows.first)
    return _Rows(sum(rows.count for rows in longer), first[:_NAMED])


def _keep(rows: list[list[str]], kept: KeptColumns, body: _Body) -> None:
    """Add some records, each as long as the header."""
    kept.add([pa.array([_cell(row, place) for row in rows], pa.large_string()) for place in range(body.width)])
    _check_size(kept, body)


def _check_size(kept: KeptColumns, body: _Body) -> None:
    """Refuse a table whose wanted columns would fill the memory of an office machine."""
    if kept.size > MOST_BYTES:
        gb = f"{MOST_BYTES / 1e9:.0f} GB"
        found = (
            f"表太大:读到第 {kept.rows} 行,所需各列已超过 {gb} / "
            f"the table is too large: its wanted columns exceed {gb} at row: {kept.rows}"
        )
        do = (
            "先按年度、企业汇总或拆成几个文件;用不着的列从 columns 中删去 / "
            "sum it up by year and enterprise or split the file first; take columns that are not needed out of columns"
        )
        raise InputError([Fault(body.text.name, found, "", do)])


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


def _too_long(long: _Rows, body: _Body) -> Fault:
    places = ", ".join(map(str, long.first))
    found = f"第 {places} 行的单元格多于表头({long.count} 行)/ rows with more cells than headers: {places}"
    do = "给含分隔符的值加引号 / quote values that hold the delimiter"
    return Fault(body.text.name, found, f"{body.width}", do)


def _cell(row: Sequence[str], position: int) -> str | None:
    return (row[position] or None) if position < len(row) else None


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
    guard_width(max((len(record) for record in records), default=0), text.name)
    return records, consumed
