"""Write a drawing that every CAD program opens: DXF R12, closed polylines, holes too, codes as texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import shapely

from landuse.errors import Fault, InputError
from landuse.read.crs import parse_crs, total_bounds
from landuse.tables import Geometries
from landuse.write.exchange.gauss import gauss_for
from landuse.write.exchange.layer import LayerTable, Note, left_out, polygon_rows
from landuse.write.exchange.rings import Rings, metres, rings_of

PER_METRE: Final = 10_000
PAGE: Final = "ANSI_936"
CODEC: Final = "gbk"
APP: Final = "LANDUSE"
"""Name under which each polyline carries its code and the number of its ring."""
TALLEST: Final = 5.0
LOWEST: Final = 0.5
"""Height of a code, in metres."""
PER_SIDE: Final = 25.0
"""A code is so many times lower than the side of a square of the parcel's area: 19 digits fit inside."""
LONGEST_LAYER: Final = 31
LONGEST_TEXT: Final = 250
FORBIDDEN: Final = re.compile(r'[<>/\\":;?*|=,`\s]+')
"""Signs that no name of a layer may have."""


@dataclass(frozen=True)
class Drawn:
    """One layer of a drawing."""

    layer: LayerTable
    label: str = ""
    """Field whose cells are written as texts; blank = no texts."""
    colour: int = 7
    """Number of a CAD colour; 7 is black or white."""


def write_drawing(path: Path, drawn: Sequence[Drawn]) -> list[Note]:
    """Write layers of polygons as one drawing in their own coordinates; return what a user must know.

    Raises
    ------
    InputError
        A layer stands in degrees, or nothing can be drawn.
    """
    notes: list[Note] = []
    pieces: list[str] = []
    names = [layer_name(one.layer.name) for one in drawn]
    for name, one in zip(names, drawn, strict=True):
        _check(one.layer, path.name)
        is_polygon = polygon_rows(one.layer.geometry)
        shapes = one.layer.geometry.copy()
        shapes[is_polygon] = shapely.force_2d(shapes[is_polygon])
        shapes[~is_polygon] = None
        rings = rings_of(shapes, PER_METRE)
        labels = one.layer.texts(one.label)
        pieces += _outlines(name, rings, labels)
        pieces += _texts(name, shapes, labels)
        notes += _notes(one.layer, rings, labels)
    crs = drawn[0].layer.crs
    layers = zip(names, (one.colour for one in drawn), strict=True)
    text = "\r\n".join([*_head(crs, [one.layer.geometry for one in drawn]), *_tables(list(layers)), *_entities(pieces)])
    raw = _encoded(text)
    path.write_bytes(raw)
    notes += [Note("escaped")] if rb"\U+" in raw and r"\U+" not in text else []
    return [*notes, Note("drawing_crs", {"crs": crs if len(crs) < 40 else parse_crs(crs, "").name})]


def layer_name(name: str) -> str:
    """Return the name of a layer as a drawing may have it."""
    return FORBIDDEN.sub("_", name).strip("_")[:LONGEST_LAYER] or "0"


def _check(layer: LayerTable, where: str) -> None:
    if parse_crs(layer.crs, where).is_geographic:
        zone = gauss_for(layer.geometry, layer.crs)
        example = zone.crs if zone else "EPSG:4527"
        do = f"用 --to-crs 指定投影坐标系,例如 {example} / name a projected CRS with --to-crs"
        found = f"经纬度不能画成图纸 / degrees make no drawing: {layer.crs[:60]}"
        raise InputError([Fault(where, found, "以米为单位的坐标系 / a CRS in metres", do)])
    if not polygon_rows(layer.geometry).any() and len(layer):
        do = "检查图形 / check the geometries"
        raise InputError([Fault(where, "没有可画的面 / no polygon to draw", "面 / polygons", do)])


def _pairs(*pairs: tuple[int, object]) -> str:
    return "\r\n".join(f"{code:>3}\r\n{value}" for code, value in pairs)


def _head(crs: str, shapes: Sequence[Geometries]) -> list[str]:
    west, south, east, north = total_bounds(np.concatenate(shapes)) or (0.0,) * 4
    return [
        _pairs((999, f"landuse; CRS: {crs if len(crs) < 40 else parse_crs(crs, '').name}")),
        _pairs((0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1009"), (9, "$DWGCODEPAGE"), (3, PAGE)),
        _pairs((9, "$EXTMIN"), (10, _metres(west)), (20, _metres(south)), (30, "0.0")),
        _pairs((9, "$EXTMAX"), (10, _metres(east)), (20, _metres(north)), (30, "0.0")),
        _pairs((0, "ENDSEC")),
    ]


def _tables(layers: Sequence[tuple[str, int]]) -> list[str]:
    return [
        _pairs((0, "SECTION"), (2, "TABLES")),
        _pairs((0, "TABLE"), (2, "LTYPE"), (70, 1), (0, "LTYPE"), (2, "CONTINUOUS"), (70, 64), (3, "Solid line")),
        _pairs((72, 65), (73, 0), (40, "0.0"), (0, "ENDTAB")),
        _pairs((0, "TABLE"), (2, "LAYER"), (70, len(layers) + 1)),
        *(
            _pairs((0, "LAYER"), (2, name), (70, 0), (62, colour), (6, "CONTINUOUS"))
            for name, colour in [("0", 7), *layers]
        ),
        _pairs((0, "ENDTAB"), (0, "TABLE"), (2, "STYLE"), (70, 1), (0, "STYLE"), (2, "STANDARD"), (70, 0), (40, "0.0")),
        _pairs((41, "1.0"), (50, "0.0"), (71, 0), (42, "2.5"), (3, "simsun.ttf"), (4, ""), (0, "ENDTAB")),
        _pairs((0, "TABLE"), (2, "APPID"), (70, 1), (0, "APPID"), (2, APP), (70, 0), (0, "ENDTAB"), (0, "ENDSEC")),
    ]


def _entities(pieces: Sequence[str]) -> list[str]:
    blocks = _pairs((0, "SECTION"), (2, "BLOCKS"), (0, "ENDSEC"))
    return [blocks, _pairs((0, "SECTION"), (2, "ENTITIES")), *pieces, _pairs((0, "ENDSEC"), (0, "EOF")), ""]


def _outlines(name: str, rings: Rings, labels: Sequence[str]) -> list[str]:
    """Return a closed polyline for each ring, with the code of its parcel and whether it is a hole behind its head."""
    vertices = _vertices(name, rings)
    head = _pairs((0, "POLYLINE"), (8, name), (66, 1), (10, "0.0"), (20, "0.0"), (30, "0.0"), (70, 1))
    end = _pairs((0, "SEQEND"), (8, name))
    starts = rings.start.tolist()
    for index, (row, is_hole) in enumerate(zip(rings.row.tolist(), rings.is_hole.tolist(), strict=True)):
        told = _pairs((1001, APP), (1000, _short(labels[row])), (1070, int(is_hole)))
        first, last = starts[index], starts[index + 1] - 1
        vertices[first] = f"{head}\r\n{told}\r\n{vertices[first]}"
        vertices[last] = f"{vertices[last]}\r\n{end}"
    return vertices


def _vertices(name: str, rings: Rings) -> list[str]:
    import pyarrow.compute as pc

    east, north = (metres(rings.points[:, axis], 4) for axis in (0, 1))
    start = f"{_pairs((0, 'VERTEX'), (8, name))}\r\n 10\r\n"
    found: list[str] = pc.binary_join_element_wise(start, east, "\r\n 20\r\n", north, "\r\n 30\r\n0.0", "").to_pylist()
    return found


def _texts(name: str, shapes: Geometries, labels: Sequence[str]) -> Iterator[str]:
    """Yield the code of each parcel in its middle, as high as its area allows."""
    places = shapely.point_on_surface(shapes)
    heights = np.clip(np.sqrt(shapely.area(shapes)) / PER_SIDE, LOWEST, TALLEST)
    east, north = shapely.get_x(places), shapely.get_y(places)
    for row in np.flatnonzero(np.isfinite(east)).tolist():
        if text := _short(labels[row]):
            x, y = _metres(east[row]), _metres(north[row])
            yield _pairs((0, "TEXT"), (8, name), (10, x), (20, y), (30, "0.0"), (40, f"{heights[row]:.2f}"), (1, text))
            yield _pairs((7, "STANDARD"), (72, 1), (11, x), (21, y), (31, "0.0"), (73, 2))


def _short(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TEXT]


def _metres(value: float) -> str:
    return f"{value + 0.0:.4f}"


def _encoded(text: str) -> bytes:
    r"""Return a drawing as bytes; a sign that GBK lacks is written ``\U+nnnn``, as CAD programs read it."""
    try:
        return text.encode(CODEC)
    except UnicodeEncodeError:
        return "".join(_escaped(sign) for sign in text).encode(CODEC)


def _escaped(sign: str) -> str:
    try:
        sign.encode(CODEC)
    except UnicodeEncodeError:
        units = sign.encode("utf-16-be")
        return "".join(rf"\U+{units[at : at + 2].hex().upper()}" for at in range(0, len(units), 2))
    return sign


def _notes(layer: LayerTable, rings: Rings, labels: Sequence[str]) -> list[Note]:
    blank = shapely.is_missing(layer.geometry) | shapely.is_empty(layer.geometry)
    is_polygon = polygon_rows(layer.geometry)
    drawn = np.zeros(len(layer), dtype=bool)
    drawn[rings.row] = True
    keys = list(labels)
    return [
        *left_out("no_geometry", blank, keys),
        *left_out("no_polygon", ~is_polygon & ~blank, keys),
        *left_out("too_small", is_polygon & ~drawn, keys),
    ]
