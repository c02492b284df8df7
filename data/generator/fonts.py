"""Make the bundled fonts out of Noto Sans CJK: the characters a bureau writes, as TrueType outlines.

    python -m data.generator.fonts FOLDER_OF_NOTO

FOLDER_OF_NOTO holds ``NotoSansCJK-Regular.ttc`` and ``NotoSansCJK-Bold.ttc`` (SIL Open Font License 1.1). The regular
weight keeps every character of GBK, the bold one those of GB 2312. Outlines become TrueType, because a PDF of
matplotlib that embeds CFF outlines as Type 42 is refused by strict readers. The family has a name of its own, so that
no font installed beside it stands in for it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

FAMILY: Final = "Landuse Sans"
FOLDER: Final = Path(__file__).parents[2] / "landuse" / "fonts"
FACE: Final = "Noto Sans CJK SC"
LATIN: Final = frozenset([*range(0x20, 0x7F), *range(0xA0, 0x100)])
EXTRA: Final = frozenset("m²m³㎡㎢–—−·×÷±≤≥≈°′″Ωµ…‰€¥①②③④⑤⑥⑦⑧⑨⑩")
PRIVATE: Final = range(0xE000, 0xF900)
TOLERANCE: Final = 2.0
"""Units of the em, 1000, by which a curve may move when it becomes quadratic."""
KINDS: Final = {
    "Regular": ("NotoSansCJK-Regular.ttc", "gbk", range(0x81, 0xFF)),
    "Bold": ("NotoSansCJK-Bold.ttc", "gb2312", range(0xA1, 0xF8)),
}


def characters(encoding: str, rows: range) -> set[int]:
    """Return the code points of a Chinese character set of two bytes, with Latin-1 and the signs of maps."""
    made = set(LATIN) | {ord(sign) for sign in EXTRA}
    for first in rows:
        for second in range(0x40, 0xFF):
            text = bytes([first, second]).decode(encoding, errors="ignore")
            made |= {ord(sign) for sign in text if len(text) == 1 and ord(sign) not in PRIVATE}
    return made


def make(source: Path, weight: str, wanted: set[int]) -> Path:
    """Write one weight; return its file."""
    from fontTools import subset
    from fontTools.ttLib import TTCollection

    font = next(one for one in TTCollection(source).fonts if one["name"].getDebugName(1) == FACE)
    options = subset.Options(layout_features=[], hinting=False, name_IDs=["*"], notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    _to_truetype(font)
    _rename(font, weight)
    target = FOLDER / f"LanduseSans-{weight}.ttf"
    font["head"].created = font["head"].modified = 0
    font.recalcTimestamp = False
    font.save(target)
    return target


def _to_truetype(font: Any) -> None:
    """Turn cubic outlines into quadratic ones and drop the tables that only cubic fonts or layout need."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    shapes, order, glyphs = font.getGlyphSet(), font.getGlyphOrder(), {}
    for name in order:
        pen = TTGlyphPen(shapes)
        shapes[name].draw(Cu2QuPen(pen, TOLERANCE, reverse_direction=True))
        glyphs[name] = pen.glyph(dropImpliedOnCurves=True)
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, glyphs
    for name, glyph in glyphs.items():
        glyph.recalcBounds(font["glyf"])
        font["hmtx"].metrics[name] = (font["hmtx"].metrics[name][0], getattr(glyph, "xMin", 0))
    limits = font["maxp"]
    limits.tableVersion, limits.numGlyphs = 0x00010000, len(order)
    limits.maxZones = 1
    for name in (
        "TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs", "StackElements", "SizeOfInstructions",
        "ComponentElements", "Points", "Contours", "CompositePoints", "CompositeContours", "ComponentDepth",
    ):  # fmt: skip
        setattr(limits, f"max{name}", 0)
    font["post"].formatType = 3.0
    for table in ("CFF ", "VORG", "vhea", "vmtx", "BASE", "GSUB", "GPOS", "GDEF"):
        if table in font:
            del font[table]
    font.sfntVersion = "\0\1\0\0"


def _rename(font: Any, weight: str) -> None:
    table = font["name"]
    kept = {number: table.getDebugName(number) for number in (0, 13, 14)}
    table.names = []
    full = f"{FAMILY} {weight}"
    said = {1: FAMILY, 2: weight, 3: full, 4: full, 5: "Version 1.0", 6: f"LanduseSans-{weight}", **kept}
    for number, text in sorted(said.items()):
        if text:
            table.setName(text, number, 3, 1, 0x409)


if __name__ == "__main__":
    for kind, (name, encoding, rows) in KINDS.items():
        made = make(Path(sys.argv[1]) / name, kind, characters(encoding, rows))
        print(made.name, made.stat().st_size)
