"""Take glyphs out of the font a PDF holds, and put the glyphs of several such fonts into one."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

NEEDED: Final = (b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp")
VERSION: Final = b"\x00\x01\x00\x00"
CHECK: Final = 0xB1B0AFBA
"""What the sum over a font file must give (TrueType, table head)."""
ADJUST: Final = slice(8, 12)
LOCA_LONG: Final = slice(50, 52)
UNITS: Final = slice(18, 20)
METRICS: Final = slice(34, 36)
COUNT: Final = slice(4, 6)

Glyph = tuple[bytes, int, int]
"""Outline, width and left bearing."""
NONE: Final[Glyph] = (b"", 0, 0)


@dataclass(frozen=True)
class Face:
    """A TrueType font whose glyphs are outlines of their own: none is put together from others."""

    tables: Mapping[bytes, bytes]
    glyphs: Sequence[Glyph]

    @property
    def units(self) -> bytes:
        """Return the units of an em as stored: outlines of different ones cannot be mixed."""
        return self.tables[b"head"][UNITS]

    def only(self, used: Iterable[int]) -> bytes:
        """Return the font with the outlines of some glyphs, under their own numbers, and of no others."""
        wanted = {0, *used}
        kept = [glyph if at in wanted else NONE for at, glyph in enumerate(self.glyphs[: max(wanted) + 1])]
        return font_of(self.tables, kept)


def face_of(content: bytes) -> Face | None:
    """Return a font file as its glyphs; None where it is no TrueType font, or one with composite glyphs."""
    if content[:4] != VERSION:
        return None
    tables = {}
    for at in range(int.from_bytes(content[4:6])):
        tag, _, start, length = struct.unpack_from(">4sIII", content, 12 + 16 * at)
        tables[tag] = content[start : start + length]
    if any(tag not in tables for tag in NEEDED):
        return None
    starts = _starts(tables)
    outlines = [tables[b"glyf"][a:b] for a, b in pairwise(starts)]
    if any(outline[:1] >= b"\x80" for outline in outlines):  # a number of contours below zero: a composite
        return None
    widths, bearings = _metrics(tables, len(outlines))
    return Face(tables, list(zip(outlines, widths, bearings, strict=True)))


def font_of(like: Mapping[bytes, bytes], glyphs: Sequence[Glyph]) -> bytes:
    """Return a font file of some glyphs, numbered in order, all else like that of another font."""
    padded = [outline + bytes(-len(outline) % 4) for outline, _, _ in glyphs]
    starts = np.cumsum([0, *map(len, padded)])
    head, hhea, maxp = (bytearray(like[tag]) for tag in (b"head", b"hhea", b"maxp"))
    head[ADJUST], head[LOCA_LONG] = bytes(4), b"\x00\x01"
    hhea[METRICS] = maxp[COUNT] = len(glyphs).to_bytes(2)
    made = {
        b"glyf": b"".join(padded),
        b"head": bytes(head),
        b"hhea": bytes(hhea),
        b"hmtx": b"".join(struct.pack(">Hh", width, bearing) for _, width, bearing in glyphs),
        b"loca": starts.astype(">u4").tobytes(),
        b"maxp": bytes(maxp),
    }
    return _file({**like, **made})


def _file(tables: Mapping[bytes, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    at, entries, bodies = 12 + 16 * count, [], []
    for tag, table in sorted(tables.items()):
        body = table + bytes(-len(table) % 4)
        entries.append(struct.pack(">4sIII", tag, _sum(body), at, len(table)))
        bodies.append(body)
        at += len(body)
    searched = 16 << power
    first = VERSION + struct.pack(">HHHH", count, searched, power, 16 * count - searched)
    made = bytearray(first + b"".join(entries) + b"".join(bodies))
    start = 12 + 16 * count + sum(len(body) for body, tag in zip(bodies, sorted(tables), strict=True) if tag < b"head")
    made[start + ADJUST.start : start + ADJUST.stop] = ((CHECK - _sum(bytes(made))) % 2**32).to_bytes(4)
    return bytes(made)


def _sum(content: bytes) -> int:
    return int(np.frombuffer(content, dtype=">u4").sum(dtype=np.uint64)) % 2**32


def _starts(tables: Mapping[bytes, bytes]) -> list[int]:
    is_long = tables[b"head"][LOCA_LONG] != b"\x00\x00"
    count = int.from_bytes(tables[b"maxp"][COUNT]) + 1
    stored: npt.NDArray[np.int64] = np.frombuffer(tables[b"loca"], dtype=">u4" if is_long else ">u2", count=count)
    return [int(start) * (1 if is_long else 2) for start in stored.tolist()]


def _metrics(tables: Mapping[bytes, bytes], count: int) -> tuple[list[int], list[int]]:
    """Return width and left bearing of each glyph; those past the last width have that."""
    long, table = int.from_bytes(tables[b"hhea"][METRICS]), tables[b"hmtx"]
    pairs = np.frombuffer(table, dtype=[("width", ">u2"), ("bearing", ">i2")], count=long)
    rest = np.frombuffer(table, dtype=">i2", offset=4 * long, count=count - long)
    widths = pairs["width"].tolist()
    return [*widths, *widths[-1:] * (count - long)], [*pairs["bearing"].tolist(), *rest.tolist()]
