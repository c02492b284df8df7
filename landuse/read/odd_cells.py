"""Find cells that do not keep to the type of their field: a library reads text in a number field as 0, in silence."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from landuse.read.encoding import UTF8, TableField, table_records
from landuse.read.source import Cells, object_cells

Block = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

_SPACE, _DIGIT, _SIGN, _POINT, _POWER = 1, 2, 3, 4, 5
_CLASSES: Final = np.zeros(256, dtype=np.uint8)
for _signs, _class in ((b" \0", _SPACE), (b"0123456789", _DIGIT), (b"+-", _SIGN), (b".", _POINT), (b"eE", _POWER)):
    _CLASSES[list(_signs)] = _class
_DAYS: Final = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
"""Days of a month of a leap year, counted from 1."""
_INTEGERS: Final = ("INT", "TINYINT", "SMALLINT", "MEDIUMINT", "BOOLEAN")
_REALS: Final = ("REAL", "DOUBLE", "FLOAT")
_DAY: Final = "DATE"
_DAY_LENGTH: Final = 10
"""Characters of a day, 2024-03-05."""


def table_cells(path: Path, codec: str, wanted: Sequence[int]) -> dict[int, Cells]:
    """Return the wanted fields of a shapefile's table in which some cell is not of the type of its field, as texts.

    A number is digits with at most one point, and asterisks or nothing where it is unknown; a day is eight digits.

    Parameters
    ----------
    codec
        Codec of the table.
    wanted
        Positions of the fields.
    """
    fields, records = table_records(path)
    if not len(records):
        return {}
    found = {}
    for at in wanted:
        field = fields[at] if at < len(fields) else None
        if field is None or field.letter not in "NFD" or not field.width:
            continue
        block = records[:, field.offset : field.offset + field.width]
        if (_odd_days(block) if field.letter == "D" else _odd_numbers(block)).any():
            found[at] = Cells(len(block), text=_texts(block, field, codec or UTF8))
    return found


def package_cells(path: Path, layer: str, wanted: Mapping[int, str]) -> dict[int, Cells]:
    """Return the wanted columns of a GeoPackage in which some value is not of the type of its column, as they stand.

    Parameters
    ----------
    wanted
        Position of a header -> name of its column.
    """
    base = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    base.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
    found: dict[int, Cells] = {}
    try:
        told = {str(row[1]): str(row[2]).upper() for row in base.execute(f"PRAGMA table_info({_quoted(layer)})")}
        tests = {at: test for at, name in wanted.items() if (test := _test(name, told.get(name, "")))}
        if not tests:
            return {}
        any_odd = f"SELECT 1 FROM {_quoted(layer)} WHERE {' OR '.join(tests.values())} LIMIT 1"  # noqa: S608
        if base.execute(any_odd).fetchone() is None:
            return {}
        asked = ", ".join(f"max({test})" for test in tests.values())
        odd = base.execute(f"SELECT {asked} FROM {_quoted(layer)}").fetchone()  # noqa: S608 - quoted names
        for at in [place for place, is_odd in zip(tests, odd, strict=True) if is_odd]:
            values = base.execute(f"SELECT {_quoted(wanted[at])} FROM {_quoted(layer)}").fetchall()  # noqa: S608
            found[at] = object_cells([_plain(value) for (value,) in values])
    except sqlite3.Error:  # the library that reads the layer says what is wrong with it
        return {}
    finally:
        base.close()
    return found


# ------------------------------------------------------------------------------------------------ tables


def _odd_numbers(block: Block) -> Mask:
    """Return the rows whose cell is no number."""
    kinds = _CLASSES[block]
    filled = kinds != _SPACE
    begins = filled.copy()
    begins[:, 1:] &= ~filled[:, :-1]
    powers = (kinds == _POWER).any(axis=1)
    plain = (
        (kinds > 0).all(axis=1)
        & (begins.sum(axis=1) == 1)
        & ((kinds == _POINT).sum(axis=1) <= 1)
        & (kinds == _DIGIT).any(axis=1)
        & ~((kinds == _SIGN) & ~begins).any(axis=1)
        & ~powers
    )
    unknown = ~filled.any(axis=1) | ((block == ord("*")) | ~filled).all(axis=1)
    odd: Mask = ~plain & ~unknown
    for row in np.flatnonzero(odd & powers).tolist():
        odd[row] = not _is_number(block[row].tobytes())
    return odd


def _is_number(cell: bytes) -> bool:
    """Say whether a cell is a number in powers of ten."""
    try:
        return np.isfinite(float(cell.strip(b" \0"))) and b"_" not in cell
    except ValueError:
        return False


def _odd_days(block: Block) -> Mask:
    """Return the rows whose cell is no day; blank and eight zeros are unknown days."""
    digits = _CLASSES[block] == _DIGIT
    odd: Mask = ~((_CLASSES[block] == _SPACE).all(axis=1) | (block == ord("0")).all(axis=1))
    if block.shape[1] != 8:
        return odd
    numbers = np.where(digits, block - ord("0"), 0).astype(np.int64)
    month, day = numbers[:, 4] * 10 + numbers[:, 5], numbers[:, 6] * 10 + numbers[:, 7]
    year = numbers[:, :4] @ np.array([1000, 100, 10, 1])
    is_common = (year % 4 != 0) | ((year % 100 == 0) & (year % 400 != 0))
    last = _DAYS[np.clip(month, 0, 12)] - (is_common & (month == 2))
    right: Mask = digits.all(axis=1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= last)
    odd &= ~right
    return odd


def _texts(block: Block, field: TableField, codec: str) -> pa.Array:
    """Return a field as texts, blank and asterisks as unknown."""
    cells = np.ascontiguousarray(block).view(f"S{field.width}").ravel()
    distinct, places = np.unique(cells, return_inverse=True)
    texts = [cell.decode(codec, errors="replace").strip(" \0") for cell in distinct.tolist()]
    known = pa.array([text if text.strip("*") else None for text in texts], pa.large_string())
    return known.take(pa.array(places.ravel()))


# ------------------------------------------------------------------------------------------------ databases


def _test(name: str, kind: str) -> str:
    """Return the condition under which a value is not of the type of its column; blank where any is.

    Every text and every blob is greater than every number. 2024-02-31 is no day: counted on by no day it is 2 March.
    """
    column = _quoted(name)
    if kind == _DAY:  # a moment comes as the text that stands there
        return f"date({column}, '+0 days') IS NOT substr({column}, 1, {_DAY_LENGTH})"
    if kind.startswith(_INTEGERS):
        return f"({column} >= '' OR typeof({column}) = 'real')"
    return f"{column} >= ''" if kind.startswith(_REALS) else ""


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _plain(value: Any) -> Any:
    """Return a value as a spreadsheet would hold it."""
    return f"0x{value.hex()}" if isinstance(value, bytes) else value
