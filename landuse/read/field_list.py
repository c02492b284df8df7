"""Read the list of fields that stands beside a Shapefile of ours: what its short names mean, and in which units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from landuse.catalogue import load_folder
from landuse.errors import InputError
from landuse.read.encoding import TableField, table_fields
from landuse.read.hostile import guard_archive, guard_file
from landuse.read.source import Listed, Remark

ENDING: Final = "_字段说明.xlsx"
"""End of the name of a list that belongs to one file."""
SHARED: Final = ("fields.xlsx", "字段说明.xlsx")
"""Names of a list that belongs to all Shapefiles of a folder; it may stand above a folder called shp."""
_FOLDER: Final = "shp"
_LARGEST: Final = 10_000_000
"""Bytes of a list (inclusive): 255 fields need some 20,000."""
_HEAD: Final = 12
"""Rows in which the header of a list is looked for."""
_COLUMNS: Final = ("name", "full", "source", "kind", "width", "decimals", "unit")
_LETTERS: Final = {"text": "C", "integer": "N", "number": "NF", "date": "D", "flag": "N"}
"""Kind of a field as the list calls it -> how it may be stored."""


@dataclass(frozen=True)
class FieldList:
    """What is known of the fields of one Shapefile from the lists beside it."""

    listed: tuple[Listed, ...] = ()
    """One a field, in their order; empty where no list agrees with the file."""
    file: str = ""
    """Name of the list; blank where there is none."""
    amiss: str = ""
    """Field in which the list and the file differ; blank where they agree."""

    def remarks(self, wanted: Sequence[int], headers: Sequence[str]) -> tuple[Remark, ...]:
        """Return that the units of some fields were taken from the list, or that it is of another file."""
        if not self.file:
            return ()
        if not self.listed:
            return (Remark("FIELD_LIST_OTHER", self.file, facts={"field": self.amiss}),)
        told = [f"{headers[at]}({unit})" for at in wanted if at < len(self.listed) and (unit := self.listed[at].unit)]
        return (Remark("FIELD_LIST_USED", self.file, facts={"fields": "、".join(told)}),) if told else ()


def lists_beside(path: Path) -> tuple[Path, ...]:
    """Return the lists of fields of ours that speak of a Shapefile, its own first; other workbooks are none."""
    return tuple(file for file in _candidates(path) if _rows(file))


def field_list(path: Path, headers: Sequence[str]) -> FieldList:
    """Return what the lists beside a Shapefile say of it.

    A list is of this file only if it names the same fields in the same order, each with the type, width and decimals
    that it has: of another file it would give units that are wrong.

    Parameters
    ----------
    path
        The .shp.
    headers
        Names of its fields.
    """
    other = FieldList()
    stored = table_fields(path)
    for file in _candidates(path):
        if not (rows := _rows(file)):
            continue
        amiss = _differs(rows, headers, stored)
        if amiss is None:
            listed = tuple(Listed(row["source"], row["full"], row["unit"]) for row in rows)
            return FieldList(listed, file.name)
        other = FieldList((), other.file or file.name, other.amiss or amiss)
    return other


def _candidates(path: Path) -> list[Path]:
    """Return where a list of the fields of a Shapefile may stand."""
    folders = [path.parent, *([path.parent.parent] if path.parent.name.lower() == _FOLDER else [])]
    places = [path.with_name(path.stem + ENDING), *(folder / name for folder in folders for name in SHARED)]
    return [place for place in places if place.is_file()]


def _rows(file: Path) -> list[dict[str, str]]:
    """Return the rows of a list as texts; none of a workbook that is no list of ours, or cannot be read."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        guard_file(file, file.name)
        if file.stat().st_size > _LARGEST:
            return []
        guard_archive(file, file.name)
        grid = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (InputError, CalamineError, OSError, ValueError, IndexError):
        return []
    places: dict[str, int] = {}
    found: list[dict[str, str]] = []
    for number, row in enumerate(grid):
        if places and (number_of := _text(row[0])) and number_of.isdigit():
            found.append({name: _text(row[place]) for name, place in places.items()})
        elif places:
            break
        elif number < _HEAD:
            places = _places(row)
    return found


def _places(row: Sequence[Any]) -> dict[str, int]:
    """Return column of a list -> its place, where a row is the header of one in either language."""
    words: Mapping[str, Mapping[str, str]] = load_folder("vocabulary/enumerations")["exchange_word"]
    texts = [_text(value) for value in row]
    for lang in ("zh", "en"):
        found = {name: texts.index(words[name][lang]) for name in _COLUMNS if words[name][lang] in texts}
        if len(found) == len(_COLUMNS):
            return found
    return {}


def _differs(rows: Sequence[Mapping[str, str]], headers: Sequence[str], stored: Sequence[TableField]) -> str | None:
    """Return the first field in which a list and a file differ; None where they agree."""
    if not len(rows) == len(headers) == len(stored):
        return f"{len(rows)} / {len(headers)}"
    for row, header, field in zip(rows, headers, stored, strict=True):
        kind = _kind(row["kind"])
        decimals = row["decimals"] if row["decimals"].isdigit() else "0"
        agrees = (
            row["name"] == header
            and field.letter in _LETTERS.get(kind, "")
            and (row["width"], decimals) == (str(field.width), str(field.decimals))
        )
        if not agrees:
            return header
    return None


def _kind(word: str) -> str:
    kinds: Mapping[str, Mapping[str, str]] = load_folder("vocabulary/enumerations")["exchange_kind"]
    return next((kind for kind, words in kinds.items() if word in words.values()), "")


def _text(value: Any) -> str:
    """Return a cell as text: whole numbers without a point, the sign of a blank cell as blank."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return "" if text in {"—", "/"} else text
