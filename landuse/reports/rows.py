"""Find rows of a table by their keys and read them as plain values: receipts ask the same tables many times."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Places = npt.NDArray[np.intp]
SCANS: Final = 8
"""Times a key column is scanned before it is indexed: one receipt of a county is told sooner without an index."""
NOWHERE: Final[Places] = np.empty(0, dtype=np.intp)


class Finder:
    """Looks up rows of one table, which nobody changes."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = weakref.ref(frame)
        self._scans: dict[str, int] = {}
        self._indices: dict[str, Mapping[Any, Places]] = {}
        self._arrays: dict[str, Any] = {}

    def is_of(self, frame: pd.DataFrame) -> bool:
        """Return whether this is the finder of a table."""
        return self._frame() is frame

    def places(self, frame: pd.DataFrame, keys: Mapping[str, Any]) -> Places:
        """Return where the rows with the given values stand, in their order; nowhere where a column is missing."""
        if not set(keys) <= set(frame.columns):
            return NOWHERE
        (name, value), *others = keys.items()
        found = self._with(frame, name, value)
        for other, wanted in others:
            if len(found):
                here = frame[other].iloc[found]
                found = found[here.eq(wanted).fillna(value=False).to_numpy(dtype=bool)]
        return found

    def cell(self, frame: pd.DataFrame, name: str, place: int) -> Any:
        """Return one value as a plain Python object, dates as Timestamp."""
        if name not in self._arrays:
            self._arrays[name] = frame[name].array
        value = self._arrays[name][place]
        return value.item() if isinstance(value, np.generic) and not isinstance(value, np.datetime64) else value

    def _with(self, frame: pd.DataFrame, name: str, value: Any) -> Places:
        if name not in self._indices:
            self._scans[name] = self._scans.get(name, 0) + 1
            if self._scans[name] <= SCANS:
                return np.flatnonzero(frame[name].eq(value).fillna(value=False).to_numpy(dtype=bool))
            self._indices[name] = _index(frame[name])
        return self._indices[name].get(value, NOWHERE)


def finder_of(frame: pd.DataFrame) -> Finder:
    """Return the finder of a table, the same one as long as the table lives."""
    known = _FINDERS.get(id(frame))
    if known is None or not known.is_of(frame):
        known = _FINDERS[id(frame)] = Finder(frame)
        weakref.finalize(frame, _forget, id(frame), known)
    return known


def find_rows(frame: pd.DataFrame, **keys: Any) -> pd.DataFrame:
    """Return the rows of a table whose key columns have the given values."""
    return frame.iloc[finder_of(frame).places(frame, keys)]


def find_records(frame: pd.DataFrame, **keys: Any) -> list[dict[str, Any]]:
    """Return the rows of a table with the given values as mappings from column to value."""
    finder = finder_of(frame)
    names = [str(name) for name in frame.columns]
    return [
        {name: finder.cell(frame, name, int(place)) for name in names} for place in finder.places(frame, keys).tolist()
    ]


def find_values(frame: pd.DataFrame, name: str, /, **keys: Any) -> list[Any]:
    """Return the known values of one column in the rows with the given values."""
    finder = finder_of(frame)
    found = [finder.cell(frame, name, place) for place in finder.places(frame, keys).tolist()]
    return [value for value in found if not pd.isna(value)]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as mappings from column to value."""
    if frame.empty:
        return []
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in frame.to_numpy(dtype=object)]


_FINDERS: Final[dict[int, Finder]] = {}


def _forget(ident: int, finder: Finder) -> None:
    if _FINDERS.get(ident) is finder:
        del _FINDERS[ident]


def _index(values: pd.Series) -> dict[Any, Places]:
    """Return value -> its places, ascending; an unknown value is nowhere."""
    codes, uniques = pd.factorize(values)
    order = np.argsort(codes, kind="stable")
    order = order[np.searchsorted(codes[order], 0) :]
    ends = np.cumsum(np.bincount(codes[codes >= 0], minlength=len(uniques)))
    return dict(zip(uniques.tolist(), np.split(order, ends[:-1]), strict=True)) if len(uniques) else {}
