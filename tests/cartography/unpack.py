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


def told_by_page(html: str) -> dict[str, dict[str, list[Any]]]:
    """Return table -> columns as the page tells them: a holder that uses the parcel has its name from there."""
    made = {name: carried(html, f"lu-{name}-data").columns for name in ("parcels", "firms", "uses")}
    parcels, users = made["parcels"], iter(made["uses"].get("firm", ()))
    holders = []
    for row, count in enumerate(parcels.get("occupants", ())):
        names = [made["firms"]["name"][int(next(users))] for _ in range(int(count))]
        place = int(parcels["holder_place"][row]) if "holder_place" in parcels else 0
        assert not place or parcels["holder"][row] is None
        holders.append(names[place - 1] if place else parcels["holder"][row])
    return {**made, "parcels": {**parcels, "holder": holders}} if "holder_place" in parcels else made


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
    held = {head["name"]: (head, [next(waiting) for _ in range(head["streams"])]) for head in header["columns"]}
    columns: dict[str, list[Any]] = {}

    def column(name: str) -> list[Any]:
        if name not in columns:
            head, own = held[name]
            values = stored(head, own, size)
            rows = [None] * size
            for place, row in enumerate(range(size) if head.get("listed") else order.tolist()):
                rows[row] = values[place]
            columns[name] = (
                codes_told(head, own, rows, column, held) if head["kind"] == "code" else told(head, own, rows, column)
            )
        return columns[name]

    columns = {name: column(name) for name in held}
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


def stored(head: dict[str, Any], streams: list[bytes], size: int) -> list[Any]:
    """Return what stands in the streams, in the order it was written."""
    if head["kind"] == "text" and head.get("form") != "sentences":
        return texts(head["texts"], streams, size)
    if head.get("form") == "bits":
        bits = np.frombuffer(streams[0], dtype=np.uint8).reshape(8, size).T
        return np.ascontiguousarray(bits).view(np.float64).ravel().tolist()
    return whole(streams[0], size, head["width"]).tolist()


def told(head: dict[str, Any], streams: list[bytes], rows: list[Any], column: Any) -> list[Any]:
    """Return the values of rows from what is stored of them and what other columns tell."""
    if head.get("form") == "bits":
        return [None if np.isnan(number) else number for number in rows]
    if head.get("form") == "sentences":
        return sentences(head, streams, rows, column)
    if head["kind"] == "text":
        return rows
    scale = 10 ** head["decimals"]
    if "like" not in head:
        return [(number - 1 + head["lowest"]) / scale if number else None for number in rows]
    times, per = ([column(name) for name in head["like"][part]] for part in ("times", "per"))
    return [beside(number, product([one[row] for one in times], [one[row] for one in per]), scale)
            for row, number in enumerate(rows)]  # fmt: skip


def codes_told(head: dict[str, Any], streams: list[bytes], rows: list[int], column: Any, held: Any) -> list[str | None]:
    words, base = texts(head["texts"], streams[1:], head["words"]), [0] * len(rows)
    if "like" in head:
        name = head["like"]["times"][0]
        other, own = held[name]
        places = {word: at for at, word in enumerate(texts(other["texts"], own[1:], other["words"]))}
        base = [places.get(word, -1) for word in column(name)]
    codes = [(code + by) % 256 ** head["width"] for code, by in zip(rows, base, strict=True)]
    return [words[code] if code < len(words) else None for code in codes]


def product(times: list[float | None], per: list[float | None]) -> float | None:
    if None in times or None in per or 0 in per:
        return None
    made = 1.0
    for one in times:
        made *= one
    for one in per:
        made /= one
    return made


def half_up(number: float, scale: int) -> int:
    size = int(abs(number) * scale + 0.5 + 1e-9)
    return -size if number < 0 else size


def beside(number: int, guess: float | None, scale: int) -> float | None:
    """Return a number from what it differs: 0 = unknown; where nothing is guessed, 1."""
    if guess is None or abs(guess) * scale >= 2**51:
        return None if number < 2 else unfolded(number - 2) / scale
    return None if number == 0 else (half_up(guess, scale) + unfolded(number - 1)) / scale


def unfolded(number: int) -> int:
    return -(number + 1) // 2 if number % 2 else number // 2


def sentences(head: dict[str, Any], streams: list[bytes], codes: list[int], column: Any) -> list[str | None]:
    patterns = texts(head["texts"], streams[1:4], head["patterns"])
    columns = [column(name) for name in head["columns"]]
    numbers = [iter(whole(one, len(one) // width, width).tolist())
               for one, width in zip(streams[4:], head["widths"], strict=True)]  # fmt: skip
    found: list[str | None] = []
    for row, code in enumerate(codes):
        if not code:
            found.append(None)
            continue
        sources, own, made = iter(head["sources"][code - 1]), iter(numbers), ""
        for letter in patterns[code - 1]:
            form = ord(letter) - 0xE000
            if not 0 <= form <= 32:
                made += letter
                continue
            source = next(sources)
            decimals = form if form < 16 else 0
            if source:
                number = half_up(columns[source[0]][row], 10 ** (decimals + source[1]))
                number = source[2] - number if len(source) > 2 else number
            else:
                number = next(next(own))
            made += shown(number, form)
        found.append(made)
    assert all(next(one, None) is None for one in numbers)
    return found


def shown(number: int, form: int) -> str:
    if form == 32:
        return str(np.datetime64("1970-01-01") + number)
    if form >= 16:
        return f"{number:0{form - 16}d}"
    return f"{number // 10**form}.{number % 10**form:0{form}d}" if form else str(number)


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
