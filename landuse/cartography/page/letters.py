"""Give the letters by which a Chinese name is typed (拼音首字母): one a character, and pairs that read otherwise.

A page that knows both makes the initials of every name itself: 2,000 characters are said once instead of in 100,000
names. Characters of several readings keep the usual one; pairs are where a word changes it (重庆 cq, 重工 zg).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

HAN: Final = re.compile("[\N{CJK UNIFIED IDEOGRAPH-3400}-\N{CJK UNIFIED IDEOGRAPH-9FFF}]")
"""The characters that have a reading in names of enterprises and places."""


@dataclass(frozen=True)
class Letters:
    """The first letters of the readings of some texts."""

    characters: str
    """Each character once, in the order of their codes."""
    initials: str
    """Its letter, at the same place."""
    pairs: tuple[tuple[str, str], ...]
    """Two characters in a row and their letters, where they are not those of the characters one by one."""

    def of(self, text: str) -> str:
        """Return a text with letters for characters; all else in lower case, blanks left out. A page does the same.

        Pairs are looked for from the left, each character being part of one pair at most.
        """
        pairs, single = dict(self.pairs), dict(zip(self.characters, self.initials, strict=True))
        made, at = [], 0
        while at < len(text):
            pair = text[at : at + 2]
            step = 2 if pair in pairs else 1
            made.append(pairs.get(pair) or single.get(text[at], text[at].lower()))
            at += step
        return re.sub(r"\s", "", "".join(made))


def letters_of(texts: Iterable[str]) -> Letters:
    """Return the letters that the given texts need; the order of the texts changes nothing.

    Examples
    --------
    >>> found = letters_of(["重庆重工", "长安银行"])
    >>> [found.of(text) for text in ("重庆重工", "长安银行 A")]
    ['cqzg', 'cayha']
    """
    points = np.frombuffer("\n".join(set(texts)).encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    characters = [one for one in map(chr, np.unique(points).tolist()) if HAN.match(one)]
    single = {one: _typed(one) for one in characters}
    told = [(pair, _typed(pair)) for pair in _pairs(points)]
    differing = tuple((pair, typed) for pair, typed in told if typed != "".join(single[one] for one in pair))
    return Letters("".join(characters), "".join(single[one] for one in characters), differing)


def _pairs(points: npt.NDArray[np.uint64]) -> list[str]:
    """Return the words of two characters that the dictionary of readings knows, sorted."""
    from pypinyin.constants import PHRASES_DICT

    found = np.unique(points[:-1] << np.uint64(32) | points[1:]).tolist()
    pairs = (chr(both >> 32) + chr(both & 0xFFFFFFFF) for both in found)
    return [pair for pair in pairs if pair in PHRASES_DICT and HAN.match(pair[0]) and HAN.match(pair[1])]


def _typed(text: str) -> str:
    """Return one letter a character; a character without a reading stands for itself."""
    from pypinyin import Style, lazy_pinyin

    found = lazy_pinyin(text, style=Style.FIRST_LETTER)
    return "".join(letter[:1].lower() or one for letter, one in zip(found, text, strict=True))
