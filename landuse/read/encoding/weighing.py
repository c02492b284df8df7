"""Weigh what a text is when it is decoded one way: how much of it a bureau could have written."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from landuse.read.encoding.names import BIG5, CHINESE, UTF8, WESTERN
from landuse.read.encoding.signs import (
    COMMON,
    FOREIGN,
    IMPOSSIBLE,
    LATIN,
    RARE,
    SIGN,
    Points,
    familiar,
    kinds_of,
    points_of,
)

LOST: Final = "landuse_cut"
"""Error handler under which a character may be cut off at the end of a line, as DBF fields of a fixed width do."""
_DOUBTFUL: Final = 4
"""A decoding is good while at most one character in so many is doubtful."""
_CLEAR: Final = 0.5
"""Least share of familiar characters of a decoding that is preferred to another good one (inclusive)."""
_AHEAD: Final = 0.3
"""By how much that share must be ahead of the other's (inclusive)."""
_DOUBLE: Final = (CHINESE, BIG5)
"""Codecs in which the two bytes of an accented letter in UTF-8 are a hanzi: Cr茅teil."""


@dataclass(frozen=True)
class Weight:
    """What the characters beyond ASCII are under one codec."""

    codec: str
    decodes: bool = True
    common: int = 0
    signs: int = 0
    latin: int = 0
    """Accented letters inside Western words."""
    doubtful: int = 0
    """Rare hanzi, kana and Cyrillic, accented letters that stand alone."""
    impossible: int = 0
    familiar: int = 0

    def __add__(self, other: Weight) -> Weight:
        """Return both together."""
        return Weight(
            self.codec,
            self.decodes and other.decodes,
            self.common + other.common,
            self.signs + other.signs,
            self.latin + other.latin,
            self.doubtful + other.doubtful,
            self.impossible + other.impossible,
            self.familiar + other.familiar,
        )

    @property
    def total(self) -> int:
        """Return the number of characters beyond ASCII."""
        return self.common + self.signs + self.latin + self.doubtful + self.impossible

    @property
    def is_good(self) -> bool:
        """Return whether a bureau could have written this text."""
        return self.decodes and not self.impossible and self.doubtful * _DOUBTFUL <= self.total

    @property
    def is_spotless(self) -> bool:
        """Return whether every character stands in the common tables."""
        return self.decodes and not self.impossible and not self.doubtful

    @property
    def quality(self) -> float:
        """Return the share of characters that land papers are full of; signs and Western words count."""
        return (self.familiar + self.signs + self.latin) / self.total if self.total else 1.0


def weigh(data: bytes, codec: str, *, cut: bool = False) -> Weight:
    """Return the weight of bytes under a codec.

    Parameters
    ----------
    cut
        A character may be cut off at the end of a line.
    """
    text = decoded(data, codec, cut=cut)
    return Weight(codec, decodes=False) if text is None else weigh_text(points_of(text), codec)


def decoded(data: bytes, codec: str, *, cut: bool = False) -> str | None:
    """Return the text of bytes; None where they do not decode."""
    try:
        return data.decode(codec, errors=LOST if cut else "strict")
    except (UnicodeDecodeError, UnicodeError):
        return None


def weigh_text(points: Points, codec: str) -> Weight:
    """Return the weight of a decoded text."""
    beyond = np.flatnonzero((points >= 0x80) | (points == 0))
    kinds = kinds_of(points[beyond], codec)
    count = np.bincount(kinds, minlength=IMPOSSIBLE + 1)
    latin = int(_inside_words(points, beyond[kinds == LATIN], western=codec in WESTERN).sum()) if count[LATIN] else 0
    hanzi = beyond[kinds == COMMON]
    stray = _in_the_middle_of_words(points, hanzi) if codec in _DOUBLE else np.zeros(len(hanzi), dtype=bool)
    return Weight(
        codec,
        common=len(hanzi) - int(stray.sum()),
        signs=int(count[SIGN]),
        latin=latin,
        doubtful=int(count[FOREIGN] + count[RARE] + count[LATIN]) - latin + int(stray.sum()),
        impossible=int(count[IMPOSSIBLE]),
        familiar=int(familiar(points[hanzi[~stray]], codec).sum()),
    )


def strange(points: Points, codec: str) -> npt.NDArray[np.intp]:
    """Return the positions of doubtful and impossible characters."""
    beyond = np.flatnonzero((points >= 0x80) | (points == 0))
    return beyond[kinds_of(points[beyond], codec) >= LATIN]


def best(weights: list[Weight]) -> str | None:
    """Return the codec that the bytes speak for; None where they do not tell.

    Valid UTF-8 with hanzi is UTF-8, unless the same bytes are spotless otherwise too: its structure is no accident.
    """
    good = [weight for weight in weights if weight.is_good]
    utf8 = next((weight for weight in weights if weight.codec == UTF8 and weight.decodes), None)
    rivals = [weight for weight in good if weight.codec != UTF8]
    if utf8 is not None and (not rivals or (utf8.common and not any(weight.is_spotless for weight in rivals))):
        return UTF8
    if not good:
        return None
    if len(good) == 1:
        return good[0].codec
    first, second = sorted(good, key=lambda weight: -weight.quality)[:2]
    return first.codec if first.quality >= _CLEAR and first.quality - second.quality >= _AHEAD else None


def _inside_words(points: Points, at: npt.NDArray[np.intp], *, western: bool) -> npt.NDArray[np.bool_]:
    """Return which accented letters stand beside a plain letter; in Unicode an accented neighbour will do."""
    framed = np.concatenate([[0], points, [0]]).astype(np.uint32)
    letters = ((framed | 0x20) >= ord("a")) & ((framed | 0x20) <= ord("z"))
    if not western:
        letters |= (framed >= 0xC0) & (framed < 0x250)
    return letters[at] | letters[at + 2]


def _in_the_middle_of_words(points: Points, at: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Return which hanzi stand alone against a small Latin letter: Cr茅teil, m虏."""
    if not ((points >= ord("a")) & (points <= ord("z"))).any():
        return np.zeros(len(at), dtype=bool)
    framed = np.concatenate([[0], points, [0]]).astype(np.uint32)
    before, behind = framed[at], framed[at + 2]
    small = ((before >= ord("a")) & (before <= ord("z"))) | ((behind >= ord("a")) & (behind <= ord("z")))
    return small & (before < 0x80) & (behind < 0x80)


def _skip_cut_character(error: UnicodeError) -> tuple[str, int]:
    """Pass over the start of a character at the end of a line or cell; any other error stands."""
    if isinstance(error, UnicodeDecodeError):
        rest = error.object[error.start : error.start + 4]
        end = min((at for at in (rest.find(b"\r"), rest.find(b"\n")) if at > 0), default=0)
        if end and _is_start(rest[:end], error.encoding):
            return "", error.start + end
    raise error


def _is_start(data: bytes, codec: str) -> bool:
    """Say whether bytes are the beginning of one character."""
    try:
        return not codecs.getincrementaldecoder(codec)().decode(data)
    except UnicodeDecodeError:
        return False


codecs.register_error(LOST, _skip_cut_character)
