"""Gather once what lies around the parcels: roads, water, boundaries and parks, by the kind of each feature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from landuse.cartography.context import LINES, OTHER_LAND, ROAD
from landuse.cartography.pane.plane import moved
from landuse.catalogue import load
from landuse.tables import Analysis, Geometries, RawPart

STYLES: Final = "cartography/pane/pane.toml"
PARK: Final = "park_limit"
SAME_LINE: Final = 3.0
"""Metres within which a boundary of lower rank is taken for one of higher rank, and not drawn."""


@dataclass(frozen=True)
class Look:
    """How one kind of surroundings is drawn; sizes in mm of paper (see ``pane.toml``)."""

    key: str
    layer: str
    kinds: tuple[str, ...] = ()
    fill: str = ""
    line: str = ""
    mm: float = 0.0
    dash: tuple[float, ...] = ()
    casing: str = ""
    casing_mm: float = 0.0
    inlay: str = ""
    inlay_mm: float = 0.0
    inlay_dash: tuple[float, ...] = ()
    metres: float = 0.0
    least_mm: float = 0.0
    most_mm: float = 0.0
    outline: str = ""
    name: str = ""
    name_mm: float = 0.0
    name_at: str = ""
    bold: bool = False
    name_from: int = 1
    to_scale: int = 10_000_000

    def width_mm(self, scale: int) -> float:
        """Return the width of the line at a scale."""
        return min(max(self.metres * 1000 / scale, self.least_mm), self.most_mm) if self.metres else self.mm


@dataclass(frozen=True)
class Kind:
    """The features of one kind."""

    look: Look
    shapes: Geometries
    """As they are drawn: areas, lines, or the joined outlines of areas."""
    named: Geometries
    """The features that have a name."""
    names: tuple[str, ...]

    def within(self, shapes: Geometries, bounds: tuple[float, float, float, float]) -> npt.NDArray[np.intp]:
        """Return the places of the shapes whose bounds meet some bounds."""
        import shapely

        if not len(shapes):
            return np.empty(0, dtype=np.intp)
        x0, y0, x1, y1 = shapely.bounds(shapes).T
        return np.flatnonzero((x0 <= bounds[2]) & (x1 >= bounds[0]) & (y0 <= bounds[3]) & (y1 >= bounds[1]))


@cache
def looks() -> tuple[Look, ...]:
    """Return how each kind of surroundings is drawn, in the order of drawing."""

    def frozen(value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    return tuple(Look(**{name: frozen(value) for name, value in style.items()}) for style in load(STYLES)["styles"])


def surroundings(analysis: Analysis, crs: Any) -> tuple[Kind, ...]:
    """Return what lies around the parcels of a run, in its plane system and in the order of drawing."""
    found: dict[str, list[tuple[Geometries, list[str]]]] = {}
    for part in analysis.raw.of("context"):
        for key, shapes, names in _by_kind(part, crs):
            found.setdefault(key, []).append((shapes, names))
    for part in analysis.raw.of("parks"):
        if part.geometry is not None and part.crs is not None:
            found.setdefault(PARK, []).append((moved(part.geometry, part.crs, crs), _texts(part, "park")))
    kinds = [_kind(look, found[look.key]) for look in looks() if look.key in found]
    return tuple(_without_repeats(kinds))


def _by_kind(part: RawPart, crs: Any) -> Iterator[tuple[str, Geometries, list[str]]]:
    """Yield key of the style, shapes and names of the features of a file, style by style."""
    import shapely

    if part.geometry is None or part.crs is None:
        return
    shapes = moved(part.geometry, part.crs, crs)
    is_line = np.isin(shapely.get_type_id(shapes), LINES)
    keys = np.array(
        [
            _keys().get(kind, ROAD if line else OTHER_LAND)
            for kind, line in zip(_texts(part, "kind"), is_line, strict=True)
        ],
        dtype=object,
    )
    names = np.array(_texts(part, "name"), dtype=object)
    for key in dict.fromkeys(keys.tolist()):
        yield key, shapes[keys == key], names[keys == key].tolist()


@cache
def _keys() -> Mapping[str, str]:
    """Return kind -> key of its style."""
    return {kind: look.key for look in looks() for kind in look.kinds}


def _texts(part: RawPart, name: str) -> list[str]:
    if name not in part.frame.columns:
        return [""] * len(part.frame)
    return [str(text).strip() for text in part.frame[name].fillna("")]


def _kind(look: Look, found: list[tuple[Geometries, list[str]]]) -> Kind:
    import shapely

    shapes = np.concatenate([one for one, _ in found])
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    names = np.array([name for _, some in found for name in some], dtype=object)
    known = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    named = known & (names != "") & bool(look.name)
    drawn = _joined(shapes[known]) if look.outline == "joined" else shapes[known]
    return Kind(look, drawn, shapes[named], tuple(names[named].tolist()))


def _joined(shapes: Geometries) -> Geometries:
    """Return the outlines of areas, and lines, as lines: one that two share only once."""
    import shapely

    areas = np.isin(shapely.get_type_id(shapes), (3, 6))
    lines = np.concatenate([shapely.boundary(shapes[areas]), shapes[~areas]])
    made: Geometries = shapely.get_parts(np.array([shapely.line_merge(shapely.union_all(lines)), None])[:1])
    return made


def _without_repeats(kinds: list[Kind]) -> Iterator[Kind]:
    """Yield the kinds; of joined outlines only what none of a later kind, of higher rank, already shows."""
    import shapely

    for place, kind in enumerate(kinds):
        higher = [one.shapes for one in kinds[place + 1 :] if one.look.outline == "joined"]
        if kind.look.outline != "joined" or not higher:
            yield kind
            continue
        taken = shapely.buffer(shapely.union_all(np.concatenate(higher)), SAME_LINE)
        left = shapely.get_parts(shapely.difference(kind.shapes, taken))
        yield Kind(kind.look, left[~shapely.is_empty(left)], kind.named, kind.names)
