"""Hold one table of a file as it stands: headers first, cells of the wanted columns on demand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from landuse.read.findings import Finding

EXCEL_EXACT: Final = 10**15
"""A spreadsheet keeps 15 significant digits: an integer from here on has lost some."""
_HOUR_US: Final = 3_600_000_000
_MIDNIGHT: Final = 16
"""Hour of UTC at which a day begins in China."""
FLOAT_EXACT: Final = 2**53
"""Integers below this are exact in float64."""

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """One column as it stands in a file; a cell is known in at most one of the three arrays, blank in all."""

    size: int
    text: pa.Array | None = None
    """large_string."""
    number: pa.Array | None = None
    """int64 or float64, as the file holds it."""
    day: pa.Array | None = None
    """timestamp[us] without zone."""
    exact_below: int = FLOAT_EXACT
    """A float from here on is no trustworthy identifier."""
    is_1904: bool = False
    """A serial of this file counts days from 1904-01-01."""
    is_truth: bool = False
    """The format holds truth values here: the texts are TRUE and FALSE."""

    def take(self, rows: Rows) -> Cells:
        """Return the cells of the given rows."""
        parts = [None if part is None else part.take(pa.array(rows)) for part in (self.text, self.number, self.day)]
        return Cells(len(rows), parts[0], parts[1], parts[2], self.exact_below, self.is_1904, self.is_truth)

    def without(self, rows: Rows) -> Cells:
        """Return the cells with those of the given rows as blank."""
        if not len(rows):
            return self
        order = np.arange(self.size, dtype=np.int64)
        left = pa.array(order, mask=np.isin(order, rows))
        parts = [None if part is None else part.take(left) for part in (self.text, self.number, self.day)]
        return Cells(self.size, parts[0], parts[1], parts[2], self.exact_below, self.is_1904, self.is_truth)


@dataclass(frozen=True)
class Remark:
    """What a reader has to say of a sheet or layer, or of one of its rows, beside its cells."""

    code: str
    """Key of vocabulary/issues."""
    value: str = ""
    row: int | None = None
    """1-based as a user sees it; None = the whole sheet or layer."""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Across:
    """A cell merged over several columns with titles of their own."""

    rows: Rows
    """Records it covers."""
    columns: tuple[int, ...]
    """Wanted columns it covers."""
    value: str
    headers: str
    """Titles of all columns it covers."""


@dataclass(frozen=True)
class Content:
    """The wanted columns of a source, read."""

    cells: Mapping[int, Cells]
    """Position of the header -> cells."""
    source_row: Rows
    """1-based, as a user sees it."""
    wkb: npt.NDArray[np.object_] | None = None
    straight: Callable[[], npt.NDArray[np.object_]] | None = None
    """Reads the geometry anew with arcs as chords, for formats that know arcs."""
    sums: npt.NDArray[np.bool_] | None = None
    """Rows in which some cell says 合计, 小计 or 总计; None where the format has no such rows."""
    findings: Sequence[tuple[int | None, Finding]] = ()
    """What the format itself shows to be wrong: position of the header (None = the geometry) and the rows concerned."""
    shown: Mapping[int, Rows] = field(default_factory=dict)
    """Position of the header -> row whose cell each row shows, where cells are merged downwards."""
    across: tuple[Across, ...] = ()
    """Cells merged over several columns."""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Listed:
    """What a list of fields beside a file says of one of its fields."""

    name: str
    """What it was called before its name was cut: the canonical name, where this program wrote the file."""
    title: str
    unit: str


@dataclass(frozen=True)
class Source:
    """One opened sheet, layer or file: its headers are known, its rows not yet read."""

    file: str
    """Path as the project file writes it, with forward slashes."""
    sheet: str
    headers: tuple[str, ...]
    read: Callable[[Sequence[int], bool], Content]
    """Positions of the wanted headers, and whether geometry is wanted -> content."""
    has_geometry: bool = False
    crs: str | None = None
    """CRS as the file states it."""
    cut_codec: str = ""
    """Encoding in which the format cuts field names at 10 bytes (Shapefile); blank = names are whole."""
    above: tuple[str, ...] = ()
    """Texts above the header, where a sheet may say 单位:千元."""
    tails: tuple[str, ...] = ()
    """Lowest header row of each column where the header has several rows; blank = none."""
    listed: tuple[Listed | None, ...] = ()
    """What a list of fields beside the file says of each header; empty where there is no list, or of another file."""
    unread: tuple[str, ...] = ()
    """Other sheets that hold something, or other layers, where the project file names none."""
    encoding: str = ""
    """Codec the text is read with; blank where the format states it itself."""
    has_cells: bool = False
    """Whether a spreadsheet shows the file as it stands, so that a header has a letter."""

    @property
    def where(self) -> str:
        """Return the place for an error message."""
        return f"{self.file} [{self.sheet}]" if self.sheet else self.file


def arrow_cells(column: pa.ChunkedArray | pa.Array) -> Cells:
    """Return an Arrow column of any plain type as cells."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return arrow_cells(column.cast(kind.value_type))
    size = len(column)
    if pa.types.is_null(kind):
        return Cells(size)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        local = pc.local_timestamp(column) if getattr(kind, "tz", None) else column
        days = _whole(local.cast(pa.timestamp("us"), safe=False))
        return Cells(size, day=_in_china(days) if getattr(kind, "tz", None) == "UTC" else days)
    if pa.types.is_floating(kind) or (pa.types.is_integer(kind) and kind != pa.uint64()):
        return Cells(size, number=_known_numbers(column))
    return Cells(size, text=_known_texts(column), is_truth=pa.types.is_boolean(kind))


def _in_china(days: pa.Array) -> pa.Array:
    """Return moments of UTC, all of which are midnight in China, as the days they are there; others as they stand."""
    ticks = days.cast(pa.int64())
    rest = pc.subtract(ticks, pc.multiply(pc.divide(ticks, 24 * _HOUR_US), 24 * _HOUR_US))
    at_midnight = pc.is_in(rest, pa.array([_MIDNIGHT * _HOUR_US, (_MIDNIGHT - 24) * _HOUR_US]))
    if not len(days.drop_null()) or not pc.all(pc.or_(at_midnight, pc.is_null(ticks))).as_py():
        return days
    return pc.add(ticks, (24 - _MIDNIGHT) * _HOUR_US).cast(pa.timestamp("us"))


def object_cells(values: Sequence[Any], *, is_1904: bool = False) -> Cells:
    """Return a column of spreadsheet values (text, numbers, days, truth values, mixed) as cells."""
    types = {type(value) for value in values}
    if dt.time in types:
        values = [_time(value) if type(value) is dt.time else value for value in values]
        types = {type(value) for value in values}
    texts = numbers = days = None
    if types & {str, bool, dt.timedelta}:
        texts = pa.array([_text(value) for value in values], pa.large_string())
        texts = texts if texts.null_count < len(texts) else None
    if types & {int, float}:
        numbers = pa.array([float(value) if type(value) in (int, float) else None for value in values], pa.float64())
    if types & {dt.date, dt.datetime}:
        known = [value if isinstance(value, dt.date) else None for value in values]
        days = pa.array([_moment(value) for value in known], pa.timestamp("us"))
    return Cells(len(values), texts, numbers, days, EXCEL_EXACT, is_1904)


def constant_cells(value: Any, size: int) -> Cells:
    """Return a column in which every cell is the same: a fixed value of the project file."""
    if isinstance(value, bool):
        return Cells(size, text=pa.repeat(pa.scalar(str(value).upper(), pa.large_string()), size))
    if isinstance(value, dt.date):
        return Cells(size, day=pa.repeat(pa.scalar(_moment(value), pa.timestamp("us")), size))
    if isinstance(value, int | float):
        kind = pa.int64() if isinstance(value, int) else pa.float64()
        return Cells(size, number=pa.repeat(pa.scalar(value, kind), size))
    return Cells(size, text=pa.repeat(pa.scalar(str(value), pa.large_string()), size))


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _known_numbers(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if pa.types.is_integer(column.type):
        return _whole(column.cast(pa.int64()))
    number = _whole(column.cast(pa.float64()))
    return pc.if_else(pc.is_nan(number), pa.scalar(None, pa.float64()), number)


def _known_texts(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        texts = _whole(column.cast(pa.large_string()))
    else:
        said = [None if value is None else _text(value) or str(value) for value in column.to_pylist()]
        texts = pa.array(said, pa.large_string())
    empty = pc.equal(pc.binary_length(texts), 0)
    return pc.if_else(empty, pa.scalar(None, pa.large_string()), texts) if pc.any(empty).as_py() else texts


def _text(value: Any) -> str | None:
    if type(value) is str:
        return value or None
    if type(value) is bool:
        return str(value).upper()
    return str(value) if isinstance(value, dt.timedelta) else None


def _time(value: dt.time) -> Any:
    """Read the time 00:00 as serial day 0, which a spreadsheet shows as 1900-01-00; another time is text."""
    return 0.0 if value == dt.time(0, 0) else value.isoformat()


def _moment(value: dt.date | None) -> dt.datetime | None:
    if value is None or isinstance(value, dt.datetime):
        return value
    return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001
