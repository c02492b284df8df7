"""Sort the characters of a decoded text into those that bureaus write and those that only a wrong decoding yields."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from landuse.catalogue import load
from landuse.read.encoding.names import BIG5, CHINESE

Points = npt.NDArray[np.uint32]
Kinds = npt.NDArray[np.uint8]

PLAIN: Final = 0
"""ASCII: says nothing of the encoding."""
COMMON: Final = 1
"""A hanzi of the common table of the script: GB2312 or Big5 level 1."""
SIGN: Final = 2
"""Punctuation, full-width letters and figures, ㎡, ℃, ①."""
LATIN: Final = 3
"""An accented letter: right inside a Western word only."""
FOREIGN: Final = 4
"""Kana, Cyrillic, Greek, bopomofo: in Chinese text the trace of a wrong decoding."""
RARE: Final = 5
"""A hanzi outside the common tables."""
IMPOSSIBLE: Final = 6
"""Private use, replacement characters and controls: no bureau writes them."""

_SIGNS: Final = (
    *range(0x2010, 0x2028), *range(0x2030, 0x2040), *range(0x2070, 0x20C0), *range(0x2100, 0x2150),
    *range(0x2160, 0x217C), *range(0x2190, 0x2200), *range(0x2200, 0x2300), *range(0x2460, 0x2500),
    *range(0x25A0, 0x2670), *range(0x3000, 0x3020), *range(0x3220, 0x3244), *range(0x3380, 0x33E0),
    *range(0xFF01, 0xFF5F), *range(0xFFE0, 0xFFE7), *range(0xFE30, 0xFE50), 0x00A0, 0x00A7, 0x00B0, 0x00B1, 0x00B2,
    0x00B3, 0x00B7, 0x00D7, 0x00F7, 0x00A5, 0x200B, 0x200C, 0x200D, 0x2028, 0x2029, 0x2713, 0x2714, 0xFEFF,
)  # fmt: skip
_HANZI: Final = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x323B0))
_LATIN: Final = (0x00C0, 0x0250)
_IMPOSSIBLE: Final = ((0x80, 0xA0), (0xD800, 0xF900), (0xFFF0, 0x10000), (0xF0000, 0x110000))


def points_of(text: str) -> Points:
    """Return the code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", errors="surrogatepass"), dtype="<u4")


def kinds_of(points: Points, codec: str) -> Kinds:
    """Return the kind of each character, seen as text that was decoded with `codec`."""
    return _kinds(codec if codec in {CHINESE, BIG5} else "")[np.minimum(points, _TOP)]


def familiar(points: Points, codec: str) -> npt.NDArray[np.bool_]:
    """Return which characters the papers of a land bureau are full of."""
    return _familiar(codec if codec in {CHINESE, BIG5} else "")[np.minimum(points, 0xFFFF)]


_TOP: Final = 0x10FFFF


@cache
def _kinds(codec: str) -> Kinds:
    """Return the kind of every code point; a blank codec = Unicode, where the tables of both scripts count."""
    kinds = np.full(_TOP + 1, FOREIGN, dtype=np.uint8)
    for first, end in _HANZI:
        kinds[first:end] = RARE
    kinds[slice(*_LATIN)] = LATIN
    kinds[list(_SIGNS)] = SIGN
    for first, end in _IMPOSSIBLE:
        kinds[first:end] = IMPOSSIBLE
    kinds[:0x80] = PLAIN
    kinds[0] = IMPOSSIBLE
    if codec != BIG5:
        kinds[_table("gb2312", (0xB0, 0xF7), (0xA1, 0xFE))] = COMMON
    if codec != CHINESE:
        kinds[_table(BIG5, (0xA4, 0xC6), (0x40, 0xFE))] = COMMON
    return kinds


def _table(codec: str, leads: tuple[int, int], trails: tuple[int, int]) -> list[int]:
    """Return the hanzi that a range of two-byte codes stands for."""
    codes = (bytes((lead, trail)) for lead in range(*_upto(leads)) for trail in range(*_upto(trails)))
    letters = (code.decode(codec, errors="ignore") for code in codes)
    return [ord(letter) for letter in letters if len(letter) == 1 and "\u4e00" <= letter <= "\u9fff"]


def _upto(bounds: tuple[int, int]) -> tuple[int, int]:
    return bounds[0], bounds[1] + 1


@cache
def _familiar(codec: str) -> npt.NDArray[np.bool_]:
    words = load("read/encoding/familiar.toml")
    simplified = "".join(words["simplified"].split())
    traditional = "".join(words["traditional"].split())
    unchanged = "".join(sign for sign in simplified if sign.encode(BIG5, errors="ignore"))
    known = {CHINESE: simplified, BIG5: unchanged + traditional}.get(codec, simplified + traditional)
    flags = np.zeros(0x10000, dtype=bool)
    flags[[ord(sign) for sign in known]] = True
    return flags
