"""Weigh a page: what each feature of it takes, in KB per 1,000 parcels, as it stands in the file."""

from __future__ import annotations

import base64
import gzip
import itertools
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable

import numpy as np

MAGIC = b"LUPARC01"
ELEMENT = re.compile(r'id="([\w-]+)">(H4sI[^<]*)</script>')
COLUMNS: tuple[tuple[str, str], ...] = (
    (r"class:[^@]*$", "themes"),
    (r"class:.*@year:", "years"),
    (r"class:.*@variant:", "variants"),
    (r"step:|from(:|$)", "share slider"),
    (r"place_", "places by measure"),
    (r"because$", "reasons"),
)
"""Name of a column -> the feature it serves; any other is a field of its table."""


def weights(html: str) -> dict[str, float]:
    """Return feature -> bytes in the page; together they are the page."""
    told: Counter[str] = Counter()
    whole = len(html.encode())
    for name, text in ELEMENT.findall(html):
        raw = gzip.decompress(base64.b64decode(text))
        parts = _packed(raw, name) if raw.startswith(MAGIC) else _plain(raw, name)
        scale = len(text) / sum(parts.values())  # each squeezed alone: together they are somewhat shorter
        for feature, size in parts.items():
            told[feature] += size * scale
    told["markup, style, fflate"] = whole - sum(told.values())
    return dict(told)


def line(html: str, rows: int) -> str:
    """Return the features in KB per 1,000 parcels, the heaviest first; blank where the page holds no packed data."""
    if not ELEMENT.search(html):
        return ""
    found = sorted(weights(html).items(), key=lambda one: -one[1])
    return ", ".join(f"{name} {size / rows:.1f}" for name, size in found)


def columns(html: str, rows: int, least: float = 0.2) -> str:
    """Return the packed columns that take the most, in KB per 1,000 parcels."""
    told: Counter[str] = Counter()
    for name, text in ELEMENT.findall(html):
        raw = gzip.decompress(base64.b64decode(text))
        if raw.startswith(MAGIC):
            table = name.removeprefix("lu-").removesuffix("-data")
            told.update({f"{table}.{column}": size for column, size in _columns(raw).items()})
    return ", ".join(f"{name} {size / rows:.1f}" for name, size in told.most_common() if size / rows >= least)


def _packed(raw: bytes, element: str) -> dict[str, float]:
    """Return feature -> bytes of one packed table."""
    table = {"lu-firms-data": "firms", "lu-uses-data": "uses"}.get(element, "fields")
    told: Counter[str] = Counter()
    for name, size in _columns(raw).items():
        known = next((feature for pattern, feature in COLUMNS if re.match(pattern, name)), table)
        told["geometry" if name == "geometry" else "uses" if name == "occupants" else known] += size
    return dict(told)


def _columns(raw: bytes) -> dict[str, float]:
    """Return column -> bytes, squeezed by itself and as base64."""
    length = int.from_bytes(raw[8:12], "little")
    header = json.loads(raw[12 : 12 + length])
    ends = np.cumsum([12 + length, *header["lengths"]])
    sizes = iter([_squeezed(raw[low:high]) for low, high in itertools.pairwise(ends)])
    shapes = header["shapes"]
    parts = {"geometry": sum(next(sizes) for _ in shapes["widths"])} if shapes else {}
    for head in header["columns"]:
        parts[head["name"]] = sum(next(sizes) for _ in range(head["streams"]))
    return parts


def _plain(raw: bytes, element: str) -> dict[str, float]:
    """Return feature -> bytes of what is squeezed and no table: the code, the facts, what is drawn around."""
    if element == "lu-code":
        leaflet, ours = raw.split(b"\n;\n", 1)
        return {"Leaflet": _squeezed(leaflet), "scripts": _squeezed(ours)}
    if element == "lu-data":
        facts = json.loads(raw)
        named: dict[str, Callable[[], object]] = {
            "doubts": lambda: facts.pop("doubts", None),
            "pinyin": lambda: facts.pop("letters", None),
            "links": lambda: facts.pop("pages", None),
            "words and legends": lambda: facts,
        }
        told = {name: json.dumps(take(), ensure_ascii=False).encode() for name, take in named.items()}
        return {name: _squeezed(text) for name, text in told.items()}
    return {"surroundings": _squeezed(raw)}


def _squeezed(raw: bytes) -> float:
    return len(zlib.compress(raw, 9)) * 4 / 3
