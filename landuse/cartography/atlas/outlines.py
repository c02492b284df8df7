"""Turn glyphs with PostScript outlines (CFF) into TrueType ones: what a PDF embeds as TrueType has to be it.

Fallback fonts of a machine (Noto, Source Han) are mostly CFF; not every reader of PDF forgives the mismatch.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

ERROR: Final = 0.001
"""How far an outline may move, as part of the size of the letters."""
POSTSCRIPT: Final = "OTTO"
ONLY_CFF: Final = ("CFF ", "CFF2", "VORG", "GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx")


def as_truetype(path: Path, face: int, glyphs: Iterable[int], target: Path) -> bool:
    """Write a font cut down to some glyphs as TrueType, numbers kept; False where it is TrueType as it is."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    with TTFont(path, fontNumber=face, lazy=True) as whole:
        if whole.sfntVersion != POSTSCRIPT:
            return False
    options = subset.Options(
        retain_gids=True, notdef_outline=True, recalc_timestamp=False, font_number=face, recalc_bounds=True
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG"]
    font: Any = subset.load_font(str(path), options)
    cutter = subset.Subsetter(options)
    cutter.populate(gids=list(glyphs))
    cutter.subset(font)
    _convert(font)
    font.save(target)
    return True


def _convert(font: Any) -> None:
    """Replace the outlines of a font by quadratic ones."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    order, outlines, made = font.getGlyphOrder(), font.getGlyphSet(), {}
    for name in order:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, ERROR * font["head"].unitsPerEm, reverse_direction=True))
        made[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, made
    for name in ONLY_CFF:
        if name in font:
            del font[name]
    most = font["maxp"]
    most.tableVersion, most.maxZones, most.maxTwilightPoints, most.maxStorage = 0x00010000, 1, 0, 0
    most.maxFunctionDefs = most.maxInstructionDefs = most.maxStackElements = most.maxSizeOfInstructions = 0
    most.maxComponentElements = most.maxComponentDepth = 0
    font["post"].formatType, font["post"].extraNames, font["post"].mapping = 3.0, [], {}
    font["head"].glyphDataFormat = 0
    font.sfntVersion = "\x00\x01\x00\x00"
