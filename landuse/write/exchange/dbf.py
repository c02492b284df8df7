"""Write the table of a Shapefile: widths and decimals as the values need them, every cut and rounding counted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from landuse.errors import Fault, InputError
from landuse.write.exchange.layer import Field

if TYPE_CHECKING:
    import pyarrow as pa

LONGEST_TEXT: Final = 254
"""Bytes of a text."""
WIDEST_NUMBER: Final = 19
"""Characters of a number, sign and point included: what ArcGIS still takes for a number."""
MOST_DECIMALS: Final = 10
LEAST_DECIMALS: Final = 2
"""Of a measure: its field stays one of decimals even where all values happen to be whole."""
LONGEST_INTEGER: Final = 18
"""Characters of a whole number: wider ones are read back as rounded decimals."""
MOST_FIELDS: Final = 255
MOST_BYTES: Final = 2**31 - 1
"""Size of a file beyond which common programs do not read it."""
STAMP: Final = bytes((100, 1, 1))
"""Fixed date inside the file, 2000-01-01: same inputs, same bytes."""
PIECE: Final = 65_536
"""Rows that are written at a time."""

Records = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Stored:
    """How one field stands in the table."""

    name: str
    source: Field
    letter: str
    """C text, N number, F number in powers of ten, D day."""
    width: int
    decimals: int = 0
    cut: int = 0
    """Texts that are longer than the field."""
    rounded: int = 0
    """Numbers that have more decimals than the field."""
    unstorable: int = 0
    """Infinite numbers: written as unknown."""


def stored_fields(fields: Sequence[Field], names: Sequence[str], codec: str) -> list[Stored]:
    """Return how each field will stand in the table.

    Raises
    ------
    InputError
        More than 255 fields.
    """
    if len(fields) > MOST_FIELDS:
        found = f"字段过多 / too many fields: {len(fields)}"
        do = "改用 .gpkg,或先删去部分字段 / use .gpkg, or delete fields first"
        raise InputError([Fault(".dbf", found, f"≤ {MOST_FIELDS}", do)])
    return [_stored(one, name, codec) for one, name in zip(fields, names, strict=True)]


def write_dbf(path: Path, stored: Sequence[Stored], rows: int, *, codec: str, language: int) -> None:
    """Write the table.

    Parameters
    ----------
    language
        Language byte: 0x4D says code page 936; 0 says nothing.

    Raises
    ------
    InputError
        The table would be larger than 2 GB.
    """
    width = 1 + sum(one.width for one in stored)
    start = 32 * (len(stored) + 1) + 1
    if start + width * rows > MOST_BYTES:
        do = "改用 .gpkg 或 .parquet / use .gpkg or .parquet"
        raise InputError([Fault(path.name, "超过 2 GB,Shapefile 装不下 / over 2 GB: no Shapefile", "", do)])
    counts = rows.to_bytes(4, "little") + start.to_bytes(2, "little") + width.to_bytes(2, "little")
    with path.open("wb") as stream:
        stream.write(b"\x03" + STAMP + counts + b"\0" * 17 + bytes((language, 0, 0)))
        for one in stored:
            head = one.name.encode(codec).ljust(11, b"\0") + one.letter.encode() + b"\0" * 4
            stream.write(head + bytes((one.width, one.decimals)) + b"\0" * 14)
        stream.write(b"\r")
        for begin in range(0, rows, PIECE):
            stream.write(_records(stored, slice(begin, min(begin + PIECE, rows)), codec=codec, width=width).tobytes())
        stream.write(b"\x1a")


def _stored(one: Field, name: str, codec: str) -> Stored:
    if one.kind == "date":
        return Stored(name, one, "D", 8)
    if one.kind == "flag":
        return Stored(name, one, "N", 1)
    if one.kind == "integer":
        widest = max((len(str(value)) for value in _ends(one.cells)), default=1)
        if widest <= LONGEST_INTEGER:
            return Stored(name, one, "N", max(widest, 4))
    if one.kind == "number":
        return _stored_number(one, name)
    sizes = [len(_encoded(value, codec)) for value in one.cells.to_pylist() if value is not None]
    width = min(max([*sizes, 1]), LONGEST_TEXT)
    return Stored(name, one, "C", width, cut=sum(size > LONGEST_TEXT for size in sizes))


def _stored_number(one: Field, name: str) -> Stored:
    """Return the narrowest field that holds all numbers exactly; at most 10 decimals and 19 characters."""
    known = one.cells.drop_null().to_numpy(zero_copy_only=False)
    finite = known[np.isfinite(known)]
    lost = len(known) - len(finite)
    whole = max((len(f"{value:.0f}") for value in _two_ends(finite)), default=1)
    if whole > WIDEST_NUMBER - 1 - LEAST_DECIMALS:
        return Stored(name, one, "F", 23, 15, unstorable=lost)
    most = min(MOST_DECIMALS, WIDEST_NUMBER - 2 - whole)
    needed = (d for d in range(LEAST_DECIMALS, most) if np.array_equal(np.round(finite, d), finite))
    decimals = next(needed, most)
    changed = int((np.round(finite, decimals) != finite).sum())
    widest = max((len(f"{value:.{decimals}f}") for value in _two_ends(finite)), default=decimals + 2)
    return Stored(name, one, "N", widest, decimals, rounded=changed, unstorable=lost)


def _two_ends(values: npt.NDArray[np.float64]) -> list[float]:
    return [float(values.min()), float(values.max())] if len(values) else []


def _ends(cells: pa.Array) -> list[int]:
    import pyarrow.compute as pc

    found = pc.min_max(cells).as_py()
    return [value for value in found.values() if value is not None]


def _records(stored: Sequence[Stored], rows: slice, *, codec: str, width: int) -> Records:
    """Return some records: one byte that says the row is not deleted, then the cells side by side."""
    size = rows.stop - rows.start
    records = np.full((size, width), ord(" "), dtype=np.uint8)
    at = 1
    for one in stored:
        raw = _cells(one, rows, codec).view(np.uint8).reshape(size, one.width)
        records[:, at : at + one.width] = np.where(raw == 0, ord(" "), raw)
        at += one.width
    return records


def _cells(one: Stored, rows: slice, codec: str) -> npt.NDArray[np.bytes_]:
    """Return some cells of a field as bytes; texts and days, which repeat, are put into bytes once each."""
    cells = one.source.cells.slice(rows.start, rows.stop - rows.start)
    if one.letter not in "CD":
        values = cells.to_pylist()
        is_number = one.source.kind == "number"
        known = [b"" if v is None or (is_number and not math.isfinite(v)) else _cell(v, one, codec) for v in values]
        return np.array(known, dtype=f"S{one.width}")
    coded = cells.dictionary_encode()
    distinct = [b"", *(_cell(value, one, codec) for value in coded.dictionary.to_pylist())]
    places = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False) + 1
    found: npt.NDArray[np.bytes_] = np.array(distinct, dtype=f"S{one.width}")[places]
    return found


def _cell(value: Any, one: Stored, codec: str) -> bytes:
    """Return a known cell as it stands in the table."""
    if one.letter == "C":
        return _cut(_encoded(value, codec), codec)
    if one.letter == "D":
        return f"{value:%Y%m%d}".rjust(8, "0").encode()
    if one.letter == "F":
        return f"{value:{one.width}.{one.decimals}e}".encode()
    if one.decimals:
        return f"{value + 0.0:{one.width}.{one.decimals}f}".encode()
    return f"{int(value):{one.width}d}".encode()  # never by way of a float: it is exact to 18 digits


def _encoded(value: object, codec: str) -> bytes:
    """Return a text as bytes; line ends and zero bytes, which end a text for some readers, become spaces."""
    return " ".join(str(value).replace("\0", " ").splitlines()).encode(codec)


def _cut(text: bytes, codec: str) -> bytes:
    """Return a text within the longest field, without half a character at its end."""
    if len(text) <= LONGEST_TEXT:
        return text
    return text[:LONGEST_TEXT].decode(codec, errors="ignore").encode(codec)
