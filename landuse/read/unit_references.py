"""Find what the numbers of a column can be compared with: polygons, other years, other columns of the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.assemble.areas import ellipsoid_area_m2
from landuse.catalogue import load
from landuse.read.part import ReadPart
from landuse.read.unit_evidence import EVIDENCE, Band, Floats, words_of
from landuse.tables import Column, columns
from landuse.tables.cells import among, numbers
from landuse.units import M2_PER_MU

SAMPLE: Final = 3_000
"""Rows of a part that are compared, evenly spread: enough for any share, and the same at each run."""
KEY: Final[dict[str, tuple[str, ...]]] = {"accounts": ("uscc", "year"), "parcels": ("parcel_id",)}
"""Table -> what names a row, where columns of one table are compared with each other."""


@dataclass(frozen=True)
class Reference:
    """What one column of a part is compared with."""

    band: Band
    rows: np.ndarray[Any, np.dtype[np.int64]]
    """Rows of the part that are compared."""
    known: Floats
    """What the same things measure otherwise, in the canonical unit; NaN = unknown."""


class References:
    """What is known of all parts without any guess: polygons, and numbers whose unit is stated."""

    def __init__(self, read: Mapping[str, Sequence[ReadPart]]) -> None:
        self.read = read
        self._areas: dict[tuple[str, str, str, str, bytes], Floats] = {}

    def of(self, part: ReadPart, column: Column) -> Iterator[Reference]:
        """Yield what a column of a part can be compared with, the best first."""
        table, frame = part.raw.table, part.raw.frame
        rows = _spread(np.flatnonzero(np.isfinite(numbers(frame, column.name))))
        for entry in load(EVIDENCE).get(table, {}).get(column.name, ()):
            options = {name: value for name, value in entry.items() if name != "with"}
            band = Band(self._words(table, entry["with"]), **options)
            for known in self._known(entry["with"], part, column, rows):
                yield Reference(band, rows, known / (M2_PER_MU if column.unit == "mu" else 1.0))

    def _words(self, table: str, what: str) -> Any:
        if what in load(EVIDENCE)["words"]:
            return words_of(what)
        other = columns("input", table)[what]
        return words_of("column", {"zh": other.zh, "en": other.en})

    def _known(self, what: str, part: ReadPart, column: Column, rows: Any) -> list[Floats]:
        match what:
            case "polygons":
                found = [self._polygons(part, rows)]
            case "land":
                found = [self._land(part, rows)]
            case "footprint":
                found = [self._footprint(part, rows)]
            case "years":
                found = self._years(part, column, rows)
            case "months":
                found = [self._months(part, rows)]
            case _:
                found = [self._column(what, part, rows)]
        return [known for known in found if known is not None]

    # ----------------------------------------------------------------------------------------- areas

    def _polygons(self, part: ReadPart, rows: Any) -> Floats | None:
        """Return the area of each row's own polygon, else of the polygon of its parcel code."""
        own = self._area(part, rows)
        if own is not None:
            return own
        if "parcel_id" not in part.raw.frame:
            return None
        return self._of_parcels(part.raw.frame["parcel_id"].iloc[rows])

    def _of_parcels(self, wanted: pd.Series) -> Floats | None:
        """Return the area of the polygons of the parcel codes asked for; polygons under one code count together."""
        found = [
            pd.Series(self._area(each, at), index=each.raw.frame["parcel_id"].iloc[at])
            for each in self.read.get("parcels", ())
            if each.raw.geometry is not None and "parcel_id" in each.raw.frame
            for at in [np.flatnonzero(among(each.raw.frame["parcel_id"], wanted))]
        ]
        return _looked_up(found, wanted)

    def _land(self, part: ReadPart, rows: Any) -> Floats | None:
        found = self._polygons(part, rows)
        if found is not None and np.isfinite(found).any():
            return found
        if "parcel_id" not in part.raw.frame:
            return None
        stated = [
            pd.Series(numbers(each.raw.frame, "registered_area_m2"), index=each.raw.frame["parcel_id"])
            for each in self.read.get("parcels", ())
            if "parcel_id" in each.raw.frame and "registered_area_m2" not in each.open
        ]
        return _looked_up(stated, part.raw.frame["parcel_id"].iloc[rows])

    def _footprint(self, part: ReadPart, rows: Any) -> Floats | None:
        area = self._area(part, rows)
        floors = numbers(part.raw.frame, "floors")[rows]
        return None if area is None else area * np.where(floors >= 1, floors, 1.0)

    def _area(self, part: ReadPart, rows: Any) -> Floats | None:
        """Return the area of some polygons of a part in m2, measured once; None where it has none."""
        raw = part.raw
        if raw.geometry is None or raw.crs is None:
            return None
        asked = (raw.table, raw.file, raw.sheet, raw.crs, rows.tobytes())
        if asked not in self._areas:
            self._areas[asked] = ellipsoid_area_m2(raw.geometry[rows], raw.crs)
        return self._areas[asked]

    # -------------------------------------------------------------------------- years, months, columns

    def _years(self, part: ReadPart, column: Column, rows: Any) -> list[Floats | None]:
        """Return what the same enterprise has in each other part whose unit is stated: the median of its rows."""
        if "uscc" not in part.raw.frame:
            return []
        return [
            _looked_up(
                [pd.Series(numbers(each.raw.frame, column.name), index=each.raw.frame["uscc"])],
                part.raw.frame["uscc"].iloc[rows],
                middle=True,
            )
            for each in self.read.get(part.raw.table, ())
            if each is not part and column.name in each.raw.frame and column.name not in each.open
            if "uscc" in each.raw.frame
        ]

    def _months(self, part: ReadPart, rows: Any) -> Floats | None:
        if "uscc" not in part.raw.frame:
            return None
        stated = [
            pd.Series(numbers(each.raw.frame, "electricity_kwh") / 12, index=each.raw.frame["uscc"])
            for each in self.read.get("accounts", ())
            if "electricity_kwh" in each.raw.frame and "electricity_kwh" not in each.open
        ]
        return _looked_up(stated, part.raw.frame["uscc"].iloc[rows], middle=True)

    def _column(self, what: str, part: ReadPart, rows: Any) -> Floats | None:
        """Return another column of the same row or, from other parts, of its key; only where its unit is stated."""
        frame = part.raw.frame
        if what in frame and what not in part.open:
            return np.asarray(numbers(frame, what)[rows], dtype=np.float64)
        key = KEY.get(part.raw.table, ())
        if not key or not set(key) <= set(frame.columns):
            return None
        stated = [
            pd.Series(numbers(each.raw.frame, what), index=_joined(each.raw.frame, key))
            for each in self.read.get(part.raw.table, ())
            if what in each.raw.frame and what not in each.open and set(key) <= set(each.raw.frame.columns)
        ]
        return _looked_up(stated, _joined(frame.iloc[rows], key), middle=True)


def _joined(frame: pd.DataFrame, key: Sequence[str]) -> pd.Series:
    """Return the key of each row as one text; a row with a blank in it has none."""
    parts = [frame[name].astype("str") for name in key]
    blank = frame[list(key)].isna().any(axis=1)
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + "\x1f" + part
    return joined.mask(blank)


def _looked_up(stated: Sequence[pd.Series], wanted: pd.Series, *, middle: bool = False) -> Floats | None:
    """Return the value of each key asked for, NaN where there is none: the sum of its values, or their median."""
    if not stated:
        return None
    known = pd.concat(stated)
    known = known[known.index.notna() & (known > 0).to_numpy() & among(known.index.to_series(), wanted)]
    if known.empty:
        return np.full(len(wanted), np.nan)
    grouped = known.groupby(level=0, sort=True)
    found = grouped.median() if middle else grouped.sum()
    return np.asarray(found.reindex(wanted), dtype=np.float64)


def _spread(rows: Any) -> Any:
    """Return at most `SAMPLE` rows, evenly spread."""
    if len(rows) <= SAMPLE:
        return rows
    return rows[np.linspace(0, len(rows) - 1, SAMPLE).astype(np.int64)]
