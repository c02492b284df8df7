"""Layers for other programs, and a reader of boundary files that shares no code with the writer."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import shapely

from landuse.write.exchange.layer import Field, LayerTable

E, N = 40_378_000.0, 4_275_000.0
"""In EPSG:4528: 118.60 E, 38.60 N."""
IDS = ("990781001001GB00001", "990781001001GB00002", "990781001001GB00003")
TYPES = {
    "text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "date": pa.date32(), "flag": pa.bool_(),
}  # fmt: skip


def field(name, kind, values, **more):
    return Field(name, kind, pa.array(values, TYPES[kind]), **more)


def shapes():
    """Return a square of 1 ha, one with a hole of 400 m2, two squares of 50 m in one."""
    square = shapely.box(E, N, E + 100, N + 100)
    hole = shapely.box(E + 200, N, E + 300, N + 100).difference(shapely.box(E + 220, N + 20, E + 240, N + 40))
    two = shapely.union(shapely.box(E + 400, N, E + 450, N + 50), shapely.box(E + 500, N, E + 550, N + 50))
    return np.array([square, hole, two], dtype=object)


def layer(*fields, geometry=None, crs="EPSG:4528", name="宗地"):
    return LayerTable(
        name, fields or (field("宗地代码", "text", IDS),), shapes() if geometry is None else geometry, crs
    )


def one(shape, **more):
    """Return a layer of one geometry."""
    return layer(field("宗地代码", "text", IDS[:1]), geometry=np.array([shape], dtype=object), **more)


def parsed(path, encoding="gbk"):
    """Return head and blocks of a boundary file: (cells of the first line, {ring: [(name, north, east)]})."""
    raw = path.read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    lines = raw.decode(encoding).split("\r\n")
    assert (lines[0], lines[-1]) == ("[属性描述]", "")
    start = lines.index("[地块坐标]")
    head = dict(line.split("=", 1) for line in lines[1:start])
    blocks = []
    for line in lines[start + 1 : -1]:
        cells = line.split(",")
        if cells[-1] == "@":
            blocks.append((cells, {}))
        else:
            name, ring, north, east = cells
            blocks[-1][1].setdefault(int(ring), []).append((name, north, east))
    return head, blocks


def polygon_of(rings):
    """Return the polygons of the rings of a block: what lies inside another ring is a hole of it."""
    faces = [shapely.Polygon([(float(east), float(north)) for _, north, east in ring]) for ring in rings.values()]
    return shapely.normalize(shapely.intersection_all(faces[:1]) if len(faces) == 1 else _even(faces))


def _even(faces):
    found = faces[0]
    for face in faces[1:]:
        found = shapely.symmetric_difference(found, face)
    return found


DAY = dt.date(2024, 2, 29)
