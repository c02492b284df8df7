"""Set matplotlib to the fonts of the toolkit, and measure texts before they are drawn."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from landuse.cartography.sheet.narrow import families_in_force
from landuse.fonts import BOLD, FAMILY, REGULAR, Faces, folder

PLAIN: Final = f"{FAMILY} Plain"
"""The regular face under a name of its own: what the bold one lacks is taken from it."""
SALT: Final = "landuse"
POINT: Final = 25.4 / 72
"""Millimetres of a point."""
MIDDLE: Final = 0.37
"""Middle of a line of Chinese and figures above its base line, as part of the size of the letters."""
ELLIPSIS: Final = "…"
ONE_LINE: Final = 0.7
"""Down to which part of their size the letters of a title shrink before it breaks."""
LEAST_TITLE: Final = 0.3
"""Down to which part they shrink in two lines before it is shortened."""
LEADING: Final = 1.2
"""Distance of two lines of a title, as part of the size of its letters."""


@contextmanager
def setting(faces: Faces) -> Iterator[tuple[str, ...]]:
    """Set matplotlib for the time being: fonts by file, text as text in PDF, as outlines in SVG, the same bytes twice.

    Gives the families in which texts have to be set.
    """
    import matplotlib as mpl

    families = register(faces)
    options: Any = {
        "font.family": list(families),
        "pdf.fonttype": 42,
        "pdf.compression": 6,
        "svg.fonttype": "path",
        "svg.hashsalt": SALT,
        "text.parse_math": False,
        "axes.unicode_minus": False,
        "path.simplify": True,
        "agg.path.chunksize": 0,
        "savefig.bbox": None,
        "hatch.linewidth": 0.4,
    }
    with quiet(), mpl.rc_context(options):
        yield families


@contextmanager
def quiet() -> Iterator[None]:
    """Silence for the time being what fontTools says of the fixed days in our fonts."""
    log = logging.getLogger("fontTools")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


def register(faces: Faces) -> tuple[str, ...]:
    """Make the fonts known to matplotlib by their files; return the families in the order they are looked into."""
    from matplotlib.font_manager import FontEntry, fontManager

    known = {(entry.fname, entry.name, entry.weight) for entry in fontManager.ttflist}
    wanted = [
        (folder() / REGULAR, FAMILY, 400),
        (folder() / BOLD, FAMILY, 700),
        (folder() / REGULAR, PLAIN, 400),
        (folder() / REGULAR, PLAIN, 700),
        *((path, family, 400) for path, family in zip(faces.files, faces.families[1:], strict=True)),
    ]
    for path, family, weight in wanted:
        if (str(path), family, weight) not in known:
            fontManager.ttflist.append(FontEntry(fname=str(path), name=family, weight=weight, size="scalable"))
    return (*families_in_force(), FAMILY, PLAIN, *faces.families[1:])


def width_mm(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a text in mm.

    Parameters
    ----------
    size
        Of the letters, in points.
    """
    return sum(_advance(sign, bold) for sign in text) * size * POINT


def wrapped(text: str, size: float, most_mm: float) -> list[str]:
    """Return a text in lines of at most so many mm; a line breaks between words, and anywhere between Chinese signs."""
    lines, line, width = [], "", 0.0
    for word in _words(text):
        needs, is_full = width_mm(word, size), bool(line)
        if is_full and width + needs > most_mm:
            lines.append(line.rstrip())
            line, width = word.lstrip(), needs
        else:
            line, width = line + word, width + needs
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def shortened(text: str, size: float, most_mm: float, *, bold: bool = False) -> str:
    """Return a text that is no wider than so many mm: its end is replaced by … where it is."""
    if width_mm(text, size, bold=bold) <= most_mm:
        return text
    room, kept = most_mm - width_mm(ELLIPSIS, size, bold=bold), ""
    for sign in text:
        room -= width_mm(sign, size, bold=bold)
        if room < 0:
            break
        kept += sign
    return kept.rstrip() + ELLIPSIS


def fitted(text: str, size: float, most_mm: float, *, bold: bool = False, least: float = 0.6) -> tuple[str, float]:
    """Return a text and the size at which it fits in one line: smaller letters first, then shortened.

    Parameters
    ----------
    least
        Down to which part of their size letters shrink.
    """
    needed = width_mm(text, size, bold=bold)
    if needed <= most_mm:
        return text, size
    smaller = max(size * most_mm / needed, size * least)
    return shortened(text, smaller, most_mm * (1 + 1e-9), bold=bold), smaller


def in_two_lines(text: str, size: float, room: tuple[float, float], *, tail: str = "") -> tuple[list[str], float]:
    """Return a bold title in one line or two and the size at which it fits: never less than all of it.

    It shrinks a little in one line, then breaks before its tail, then wherever two lines are about as long; letters are
    as large as both lines allow. Only a title that would be smaller than `LEAST_TITLE` is shortened.

    Parameters
    ----------
    room
        Width and height in mm.
    tail
        End of the text that stays together.
    """
    width, height = room
    needed = width_mm(text, size, bold=True)
    if needed * ONE_LINE <= width:
        return [text], min(size, size * width / needed if needed else size)
    half = height / 2 / LEADING / POINT
    head = text.removesuffix(tail).rstrip()
    for lines in ([head, tail] if tail and head and text.endswith(tail) else [], _halves(text)):
        fits = min(half, size, *(size * width / width_mm(line, size, bold=True) for line in lines if line))
        if lines and fits >= LEAST_TITLE * size:
            return lines, fits
    least = min(half, LEAST_TITLE * size)
    return [shortened(line, least, width, bold=True) for line in _halves(text)], least


def _halves(text: str) -> list[str]:
    """Return a text in the two lines that are most alike in width."""
    words = list(_words(text))
    parts = [("".join(words[:at]).rstrip(), "".join(words[at:]).strip()) for at in range(1, len(words))]
    return list(min(parts, key=lambda lines: max(width_mm(line, 1, bold=True) for line in lines), default=(text, "")))


def _words(text: str) -> Iterator[str]:
    """Yield the pieces between which a line may break: Chinese signs one by one, other words whole.

    No line begins with a closing sign: it stays with what stands before it.
    """
    word = ""
    for sign in text:
        is_wide = ord(sign) >= 0x2E80
        closes = sign in ",。;:!?)》、”’,.;:!?)"
        if closes or (not is_wide and word and not word[-1].isspace() and ord(word[-1]) < 0x2E80):
            word += sign
        else:
            if word:
                yield word
            word = sign
    if word:
        yield word


@cache
def _font(bold: bool) -> Any:  # noqa: FBT001 - key of a cache
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(Path(folder()) / (BOLD if bold else REGULAR)))
    font.set_size(100, 72)
    return font


@cache
def _advance(sign: str, bold: bool) -> float:  # noqa: FBT001 - key of a cache
    """Return how far a sign moves the pen, as part of the size of the letters; a sign of another font is square."""
    from matplotlib.ft2font import LoadFlags

    for font in (_font(bold), _font(False)):  # noqa: FBT003
        if font.get_char_index(ord(sign)):
            return float(font.load_char(ord(sign), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536 / 100
    return 1.0
