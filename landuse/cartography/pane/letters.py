"""Measure texts in the bundled font and give their outlines, for labels that leave a light edge around each sign."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from landuse import fonts
from landuse.cartography.pane.paths import area_paths
from landuse.catalogue import load

EM: Final = 1000.0
"""Units of the font to the size of its letters."""
ASCENT: Final = 0.88
"""Part of the size of a letter that stands above the line."""
LEADING: Final = 1.15
"""Distance of two lines, in sizes of a letter."""
HALO: Final = 0.16
"""Width of the light edge around a sign, in sizes of a letter."""
COARSE: Final = 0.03
"""Sizes of a letter to which the light edge is exact."""
SIXTY_FOURTHS: Final = 64
"""FreeType gives unscaled outlines in 64ths of a unit of the font."""
ENDINGS: Final = "cartography/pane/pane.toml"
ELLIPSIS: Final = "…"
Numbers = npt.NDArray[np.float64]


def register() -> None:
    """Make the bundled family known to matplotlib."""
    from matplotlib.font_manager import fontManager

    if not any(entry.name == fonts.FAMILY for entry in fontManager.ttflist):
        for file in (fonts.REGULAR, fonts.BOLD):
            fontManager.addfont(str(fonts.folder() / file))


def width(text: str, *, bold: bool = False) -> float:
    """Return the width of a text in sizes of a letter; a sign the font lacks is as wide as a Chinese one."""
    known = advances(bold=bold)
    return sum(known.get(sign, 1.0) for sign in text)


@cache
def advances(*, bold: bool = False) -> dict[str, float]:
    """Return sign -> width in sizes of a letter; signs that only the regular face has, as there."""
    from fontTools.ttLib import TTFont

    known: dict[str, float] = advances() if bold else {}
    with TTFont(fonts.folder() / (fonts.BOLD if bold else fonts.REGULAR), lazy=True) as font:
        widths = font["hmtx"]
        return known | {chr(code): widths[name][0] / EM for code, name in font.getBestCmap().items()}


def is_bold(text: str) -> bool:
    """Say whether the bold face has every sign of a text."""
    return {ord(sign) for sign in text} <= fonts.coverage(str(fonts.folder() / fonts.BOLD))


def wrapped(text: str, *, most: float, lines: int) -> tuple[str, ...]:
    """Return a text in lines of about equal length; what is longer than so many lines ends in ….

    Parameters
    ----------
    most
        Width of a line in sizes of a letter.
    lines
        Number of lines at most.
    """
    text = " ".join(text.split())
    total = width(text)
    count = max(1, min(lines, int(np.ceil(total / most - 1e-9))))
    goal = min(most, total / count) if total <= most * lines else most
    made: list[str] = []
    line = ""
    for sign in text:
        if line and width(line) + width(sign) / 2 > goal and len(made) < count - 1:
            made.append(line)
            line = ""
        line += sign
    made.append(_cut(line, most))
    return tuple(made)


def broken(name: str, *, most: float, lines: int) -> tuple[str, ...]:
    """Return a name in lines as `wrapped` does, its ending (有限公司, 股份有限公司 …) on a line of its own."""
    name = " ".join(name.split())
    endings = load(ENDINGS)["names"]["endings"]
    ending = next((ending for ending in endings if name.endswith(ending) and len(ending) < len(name)), "")
    if not ending or width(name) <= most or lines < 2:
        return wrapped(name, most=most, lines=lines)
    return *wrapped(name.removesuffix(ending), most=most, lines=lines - 1), ending


def _cut(line: str, most: float) -> str:
    """Return a line, ending in … where it is wider than most by more than a sign."""
    if width(line) <= most + 1:
        return line
    while line and width(line + ELLIPSIS) > most:
        line = line[:-1]
    return line + ELLIPSIS


def block_size(lines: Sequence[str], *, bold: bool = False) -> tuple[float, float]:
    """Return width and height of some lines in sizes of a letter."""
    return max(width(line, bold=bold) for line in lines), 1 + LEADING * (len(lines) - 1)


def halo(text: str, *, bold: bool = False) -> tuple[Numbers, npt.NDArray[np.uint8]]:
    """Return the light edges of the signs of a text: points in sizes of a letter from its beginning, and path codes.

    The edges of neighbours overlap: filled as one path they make one area.
    """
    known, at = advances(bold=bold), 0.0
    points, codes = [np.empty((0, 2))], [np.empty(0, dtype=np.uint8)]
    for sign in text:
        edge, kinds = _sign_path(sign, bold=bold)
        points.append(np.add(edge, (at, 0.0)))
        codes.append(kinds)
        at += known.get(sign, 1.0)
    return np.concatenate(points), np.concatenate(codes)


@cache
def _sign_path(sign: str, *, bold: bool) -> tuple[Numbers, npt.NDArray[np.uint8]]:
    paths = area_paths(np.array([_sign_halo(sign, bold=bold), None], dtype=object)[:1])
    if not paths:
        return np.empty((0, 2)), np.empty(0, dtype=np.uint8)
    return np.asarray(paths[0].vertices, dtype=float), np.asarray(paths[0].codes, dtype=np.uint8)


def _sign_halo(sign: str, *, bold: bool) -> Any:
    """Return the light edge of one sign: its outline grown, coarse, without the holes that it closes."""
    import shapely
    from matplotlib.font_manager import get_font
    from matplotlib.ft2font import LoadFlags
    from matplotlib.path import Path

    own = bold and is_bold(sign)
    font = get_font(str(fonts.folder() / (fonts.BOLD if own else fonts.REGULAR)))
    if not font.get_char_index(ord(sign)):
        return shapely.box(0, ASCENT - 1, 1, ASCENT) if sign.strip() else shapely.Polygon()
    font.load_char(ord(sign), flags=LoadFlags.NO_SCALE | LoadFlags.NO_HINTING)
    points, codes = font.get_path()
    rings: list[Any] = [ring for ring in Path(points, codes).to_polygons() if np.shape(ring)[0] > 3]
    if not rings:
        return shapely.Polygon()
    outlines = [shapely.Polygon(ring * SIXTY_FOURTHS / EM) for ring in rings]
    grown = shapely.union_all(shapely.buffer(outlines, HALO, quad_segs=2))
    return shapely.simplify(grown, COARSE)
