"""Read packed parcels in Python, written apart from the packer: what the tests compare a page with."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

RADIUS = 6_378_137.0


@dataclass
class Unpacked:
    """Rows in the order of the table."""

    size: int
    columns: dict[str, list[Any]]
    shapes: list[dict[str, Any] | None] | None
    """GeoJSON geometries; None = a table without."""


def carried(html: str, element: str = "lu-parcels-data") -> Unpacked:
    """Return what a script element of a page carries."""
    text = re.search(rf'id="{element}">(.*?)</script>', html, re.DOTALL).group(1)
    return unpack(base64.b64decode(text))


def unpack(packed: bytes) -> Unpacked:
    raw = gzip.decompress(packed)
    assert raw[:8] == b"LUPARC01"
    length = int.from_bytes(raw[8:12], "little")
    header = json.loads(raw[12 : 12 + length])
    streams, at = [], 12 + length
    for size in header["lengths"]:
        streams.append(raw[at : at + size])
        at += size
    assert at == len(raw)
    waiting = iter(streams)
    size, shapes = header["rows"], header["shapes"]
    order = np.arange(size)
    geometry = None
    if shapes:
        streams_of = {name: next(waiting) for name in shapes["widths"]}
        order = steps(streams_of["order"], size, shapes["widths"]["order"])
        geometry = read_shapes(shapes, streams_of, order)
    columns = {}
    for head in header["columns"]:
        values = read_column(head, [next(waiting) for _ in range(head["streams"])], size)
        rows = [None] * size
        for place, row in enumerate(range(size) if head.get("listed") else order.tolist()):
            rows[row] = values[place]
        columns[head["name"]] = rows
    return Unpacked(size, columns, geometry)


def whole(stream: bytes, size: int, width: int) -> np.ndarray:
    planes = np.frombuffer(stream, dtype=np.uint8).reshape(width, size).astype(np.int64)
    return sum((plane << (8 * at) for at, plane in enumerate(planes)), np.zeros(size, dtype=np.int64))


def steps(stream: bytes, size: int, width: int) -> np.ndarray:
    numbers = whole(stream, size, width)
    return np.cumsum((numbers >> 1) ^ -(numbers & 1))


def walk(streams: dict[str, bytes], widths: dict[str, int], size: int, axis: str) -> np.ndarray:
    """Return one coordinate of every vertex: 0 a step from the last, 2 a copy, 1 a copy of the one before that."""
    given = whole(streams["given"], size, widths["given"]).tolist()
    jumps = iter(whole(streams["jumps"], len(streams["jumps"]) // widths["jumps"], widths["jumps"]).tolist())
    written = whole(streams[axis], len(streams[axis]) // widths[axis], widths[axis])
    moves = iter(((written >> 1) ^ -(written & 1)).tolist())
    found, last, source = [], 0, 0
    for at, kind in enumerate(given):
        if kind == 0:
            last += next(moves)
        else:
            source = source - 1 if kind == 1 else at - next(jumps)
            last = found[source]
        found.append(last)
    return np.array(found, dtype=np.int64)


def texts(head: dict[str, Any], streams: list[bytes], size: int) -> list[str | None]:
    lengths = whole(streams[0], size, head["lengths"])
    letters = whole(streams[1], head["letters"], 2)
    total = int(np.maximum(lengths - 1, 0).sum())
    places = whole(streams[2], total, head["width"])
    if head["even"]:
        places = places.reshape(head["even"], -1).T.ravel()
    units = letters[places].astype("<u2").tobytes() if total else b""
    found, at = [], 0
    for length in lengths.tolist():
        end = at + 2 * max(0, length - 1)
        found.append(units[at:end].decode("utf-16-le") if length else None)
        at = end
    return found


def read_column(head: dict[str, Any], streams: list[bytes], size: int) -> list[Any]:
    if head["kind"] == "text":
        return texts(head["texts"], streams, size)
    if head["kind"] == "code":
        words = texts(head["texts"], streams[1:], head["words"])
        return [words[code] if code < len(words) else None for code in whole(streams[0], size, head["width"]).tolist()]
    if head.get("form") == "bits":
        bits = np.frombuffer(streams[0], dtype=np.uint8).reshape(8, size).T
        numbers = np.ascontiguousarray(bits).view(np.float64).ravel()
        return [None if np.isnan(number) else number for number in numbers.tolist()]
    stored = whole(streams[0], size, head["width"]).tolist()
    scale = 10 ** head["decimals"]
    return [(number - 1 + head["lowest"]) / scale if number else None for number in stored]


def read_shapes(head: dict[str, Any], streams: dict[str, bytes], order: np.ndarray) -> list[dict[str, Any] | None]:
    size, widths = len(order), head["widths"]
    counts = {"kinds": size, "parts": size, "rings": head["parts"], "points": head["rings"]}
    kinds, parts, rings, points = (whole(streams[name], n, widths[name]).tolist() for name, n in counts.items())
    x, y = (walk(streams, widths, head["points"], axis) for axis in "xy")
    lon = np.degrees((head["west"] + x * head["step"]) / RADIUS)
    lat = np.degrees(2 * np.arctan(np.exp((head["south"] + y * head["step"]) / RADIUS)) - np.pi / 2)
    vertices = iter(np.column_stack([lon, lat]).tolist())
    part_rings, ring_points = iter(rings), iter(points)
    found: list[dict[str, Any] | None] = [None] * size
    for place, row in enumerate(order.tolist()):
        made = []
        for _ in range(parts[place]):
            ringed = [[next(vertices) for _ in range(next(ring_points))] for _ in range(next(part_rings))]
            made.append([[*ring, ring[0]] for ring in ringed])
        if kinds[place] == 1:
            found[row] = {"type": "Polygon", "coordinates": made[0] if made else []}
        if kinds[place] == 2:
            found[row] = {"type": "MultiPolygon", "coordinates": made}
    return found
