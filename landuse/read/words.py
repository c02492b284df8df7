"""Compare words of headers and cells: one normal form for all of the room."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from landuse.catalogue import load, load_folder

_COUNTED = re.compile(r"[(:]?(?:共|计)?\d+[户家宗个项笔条]\)?$")
"""How many were added up, behind the word for a sum: 合计(12户)."""
_SPACE = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")


def normal(text: str) -> str:
    """Return the text in NFKC, without any space, in lower case: what two words are compared by."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def tidy(text: str) -> str:
    """Return the text in NFKC with its outer spaces removed and inner ones as single spaces."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def has_mark(text: str) -> bool:
    """Say whether a mark of a note, ① or ², would become a digit beside the others in NFKC; the one of m² is none."""
    return not text.isascii() and any(_is_mark(sign, text[:at][-1:]) for at, sign in enumerate(text))


def _is_mark(sign: str, before: str) -> bool:
    if sign.isascii() or sign.isdecimal() or (before.isascii() and before.isalpha()):
        return False
    plain = unicodedata.normalize("NFKC", sign)
    return not plain[0].isalpha() and any(part.isdecimal() for part in plain)


@cache
def blanks() -> frozenset[str]:
    """Return the words that stand for an unknown value in number and date columns."""
    return frozenset(normal(word) for word in load("read/words.toml")["blank"]["words"]) | {""}


@cache
def key_blanks() -> frozenset[str]:
    """Return the words that stand for an unknown value in key columns."""
    return frozenset(normal(word) for word in load("read/words.toml")["blank"]["key"]) | {""}


SUM_ENDS: Final = "计lLmM:：户家宗个项笔条)）"
"""The last characters that a name of a sum may have: most cells are ruled out by theirs."""


@cache
def is_sum(text: str) -> bool:
    """Say whether a cell names a sum: 合计, 城东街道小计, 合计(12户), Total."""
    words = load("read/words.toml")["total"]
    plain = _COUNTED.sub("", normal(text).rstrip(":")).rstrip(":")
    return plain in words["equals"] or plain.endswith(tuple(words["ends"]))


@cache
def choice_words(column: str, choices: tuple[str, ...]) -> dict[str, str]:
    """Return what bureaus write for each canonical value of a column: normal form -> canonical value.

    The words by which forms and outputs call a value mean that value.
    """
    shown = load_folder("vocabulary/enumerations").get(column, {})
    known = {normal(str(word)): code for code, entry in shown.items() if code in choices for word in entry.values()}
    known |= {normal(choice): choice for choice in choices}
    for canonical, words in load("read/words.toml")["choice"].get(column, {}).items():
        if canonical in choices:
            known |= {normal(word): canonical for word in words}
    return known
