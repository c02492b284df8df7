"""Find the fonts in a PDF of a press, and write them with fewer glyphs, or with those of several files."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from landuse.reports.typeset.pdf import Source, Target, Thing, packed
from landuse.reports.typeset.truetype import Face, Glyph, face_of, font_of

DESCENDANT: Final = re.compile(rb"/DescendantFonts\[(\d+) 0 R\]")
UNICODE: Final = re.compile(rb"/ToUnicode (\d+) 0 R")
DESCRIPTOR: Final = re.compile(rb"/FontDescriptor (\d+) 0 R")
FILE: Final = re.compile(rb"/FontFile2 (\d+) 0 R")
NAME: Final = re.compile(rb"/(BaseFont|FontName)/(\w+\+([^/\s<>\[\]()]+))")
SET: Final = re.compile(rb"/CIDSet (\d+) 0 R")
WIDTHS: Final = re.compile(rb"/W\[([^\]]*)\]")
SAME: Final = b"/CIDToGIDMap/Identity"
LINES: Final = re.compile(rb"<([0-9A-F]{4})> <[0-9A-F]+>")
MAPPED: Final = re.compile(rb"\d+ beginbfchar.*endbfchar", re.DOTALL)
MOST_LINES: Final = 100
"""Lines a block of a character map may have."""


@dataclass(frozen=True)
class Font:
    """A font of a PDF: the numbers of its objects, and its glyphs."""

    font: int
    inner: int
    unicode: int
    descriptor: int
    file: int
    set_number: int
    """List of the glyphs, 0 where there is none: it is left out of what is written, as nothing reads it."""
    name: bytes
    """Name with the mark of its subset."""
    family: bytes
    face: Face

    @property
    def key(self) -> tuple[bytes, bytes]:
        """Return what fonts have in common whose glyphs may stand in one file."""
        return self.family, self.face.units


def font_at(source: Source, number: int) -> Font | None:
    """Return a font of a PDF; None where it is not one whose glyphs can be told apart."""
    head = source.things[number].head
    inner, letters, name = DESCENDANT.search(head), UNICODE.search(head), NAME.search(head)
    if inner is None or letters is None or name is None:
        return None
    child = source.things[int(inner[1])].head
    described = DESCRIPTOR.search(child)
    file = described and FILE.search(source.things[int(described[1])].head)
    if described is None or file is None or SAME not in child or WIDTHS.search(child) is None:
        return None
    face = face_of(source.things[int(file[1])].content)
    if face is None or b"beginbfrange" in source.things[int(letters[1])].content:
        return None
    listed = SET.search(source.things[int(described[1])].head)
    numbers = (number, int(inner[1]), int(letters[1]), int(described[1]), int(file[1]), int(listed[1]) if listed else 0)
    return Font(*numbers, name[2], name[3], face)


def reduced(source: Source, font: Font, used: set[int]) -> dict[int, Thing]:
    """Return the objects of a font that tell of the glyphs used and of no others."""
    content = font.face.only(used)
    inner = source.things[font.inner].head
    return {
        font.inner: Thing(WIDTHS.sub(lambda found: _widths(found[1], used), inner)),
        font.descriptor: Thing(SET.sub(b"", source.things[font.descriptor].head)),
        font.unicode: _letters(source.things[font.unicode].content, used),
        font.file: packed(content, b"/Length1 %d" % len(content)),
    }


class Shared:
    """One font of a file that is put together: every glyph of its parts once."""

    def __init__(self, font: Font, descriptor: Thing, number: int) -> None:
        self.name = font.name
        self.number = number
        """Number of the descriptor, which is written last."""
        self._descriptor, self._like = descriptor, font.face.tables
        self._places: dict[Glyph, int] = {font.face.glyphs[0]: 0}

    def map_of(self, face: Face) -> Thing:
        """Return the map from the codes of a part to the glyphs of this font."""
        known = self._places
        places = [known.setdefault(glyph, len(known)) for glyph in face.glyphs]
        return packed(np.asarray(places, dtype=">u2").tobytes())

    def write(self, target: Target) -> None:
        """Write the font."""
        content = font_of(self._like, list(self._places))
        file = target.put(packed(content, b"/Length1 %d" % len(content)))
        head = FILE.sub(b"/FontFile2 %d 0 R" % file, SET.sub(b"", self._descriptor.head))
        target.put(Thing(head), self.number)


def renamed(thing: Thing, name: bytes) -> Thing:
    """Return an object of a font under another name."""
    return replace(thing, head=NAME.sub(lambda found: b"/%s/%s" % (found[1], name), thing.head))


def with_map(inner: Thing, number: int) -> Thing:
    """Return the font of a part that finds its glyphs by a map."""
    return replace(inner, head=inner.head.replace(SAME, b"/CIDToGIDMap %d 0 R" % number))


def _widths(told: bytes, used: set[int]) -> bytes:
    """Return the widths of some glyphs, of all that were told: runs of first, last, width."""
    numbers = told.split()
    runs = zip(map(int, numbers[::3]), map(int, numbers[1::3]), numbers[2::3], strict=True)
    width = {code: each for first, last, each in runs for code in range(first, last + 1)}
    return b"/W[%s]" % b" ".join(b"%d %d %s" % (code, code, width[code]) for code in sorted(used) if code in width)


def _letters(told: bytes, used: set[int]) -> Thing:
    """Return what letters some glyphs stand for, of a map of all."""
    lines = [found[0] for found in LINES.finditer(told) if int(found[1], 16) in used and found[1] != b"0000"]
    blocks = [lines[at : at + MOST_LINES] for at in range(0, len(lines), MOST_LINES)]
    text = b"\n".join(b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks)
    return packed(MAPPED.sub(lambda _: text, told, count=1), b"/Type/CMap")
