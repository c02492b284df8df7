"""Hold one layer on its way out: fields with their full titles, geometry, CRS; and what happened to it on the way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from landuse.catalogue import term
from landuse.tables import Geometries

if TYPE_CHECKING:
    import pyarrow as pa

Mask = npt.NDArray[np.bool_]
POLYGON: Final = 3
"""Number that GEOS gives a polygon."""
MULTIPOLYGON: Final = 6
COLLECTION: Final = 7
NO_GEOMETRY: Final = -1
MOST_KEYS: Final = 5
"""Rows that a note names one by one."""


@dataclass(frozen=True)
class Field:
    """One column of a layer."""

    name: str
    """As it stood in the source, or the canonical name."""
    kind: str
    """text | integer | number | date | flag."""
    cells: pa.Array
    """string, int64, float64, date32 or bool; null = unknown."""
    title: str = ""
    """What it is called in full; blank = its name says it."""
    unit: str = ""
    """In words, e.g. 万元/亩; blank = none."""
    short: str = ""
    """Name within 10 bytes, where the vocabulary has one."""

    @property
    def full(self) -> str:
        """Return the full title."""
        return self.title or self.name


@dataclass(frozen=True)
class LayerTable:
    """Fields and geometry, row by row."""

    name: str
    fields: tuple[Field, ...]
    geometry: Geometries
    crs: str
    """Authority code or WKT."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.geometry)

    def chosen(self, rows: Mask, name: str) -> LayerTable:
        """Return some of the rows as a layer of another name."""
        import pyarrow as pa

        kept = pa.array(rows)
        fields = tuple(replace(one, cells=one.cells.filter(kept)) for one in self.fields)
        return replace(self, name=name, fields=fields, geometry=self.geometry[rows])

    def texts(self, name: str) -> list[str]:
        """Return the cells of a field as one-line texts, row by row; blank where unknown or where there is none."""
        for one in self.fields:
            if one.name == name:
                return [as_text(value) for value in one.cells.to_pylist()]
        return [""] * len(self)


@dataclass(frozen=True)
class Note:
    """Something a user must know of a file that was written."""

    code: str
    """Key of ``[exchange_note]`` in the vocabulary."""
    facts: dict[str, object] = field(default_factory=dict)
    rows: int = 0
    """Rows of the source that are not in the file; 0 = all are."""

    def told(self, lang: str) -> str:
        """Return it as a sentence."""
        return term("exchange_note", self.code, lang).format(**self.facts)


def as_text(value: object) -> str:
    """Return a cell as one line of text."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return " ".join(str(value).split())


def polygon_rows(geometry: Geometries) -> Mask:
    """Return the rows that are polygons of some area: also several in one, also a collection of nothing else."""
    import shapely

    kinds = shapely.get_type_id(geometry)
    found: Mask = np.isin(kinds, (POLYGON, MULTIPOLYGON))
    for row in np.flatnonzero(kinds == COLLECTION).tolist():
        found[row] = set(shapely.get_type_id(shapely.get_parts(geometry[row])).tolist()) <= {POLYGON, MULTIPOLYGON}
    found &= ~shapely.is_empty(geometry)
    return found


def left_out(code: str, rows: Mask, keys: list[str]) -> list[Note]:
    """Return the note on rows that a format cannot hold, with the first of them by name; nothing where there are none.

    Parameters
    ----------
    keys
        Code of each row; a blank one is told by its number.
    """
    places = np.flatnonzero(rows).tolist()
    if not places:
        return []
    named = "、".join(keys[row] or f"#{row + 1}" for row in places[:MOST_KEYS])
    more = " …" if len(places) > MOST_KEYS else ""
    return [Note(code, {"n": len(places), "rows": f"{named}{more}"}, rows=len(places))]
