"""Read industry codes of GB/T 4754-2017: their text, division, section and name.

GB/T 4754-2011 has the same divisions 13-43, so the functions serve it too. The scheme ``plain`` takes any text as an
industry and needs none of them but `is_industrial`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.catalogue import load

PLAIN: Final = "plain"
"""The scheme in which every text is an industry of its own."""
_LEADING_CODE: Final = re.compile(r"[A-T]?(\d+)(?:\.0*)?(?![\d.])")


def normalise(codes: pd.Series) -> pd.Series:
    """Return industry codes as digits: "C19", "17.0", "1 9" and full-width digits become "19", "17", "19", "19".

    Words after the code are dropped ("1951 皮鞋制造" is "1951"); one digit has lost its leading zero ("6" is "06").
    Blank, a bare section letter and text without a code are NA: no division can be told from them.
    """
    return _by_word(codes, _digits)


def division(codes: pd.Series) -> pd.Series:
    """Return the division (大类), the first two digits; NA where the standard knows none of that number."""
    return _by_word(codes, _division)


def section(codes: pd.Series) -> pd.Series:
    """Return the section (门类), a letter A to T told from the division; NA where there is no known division."""
    return _by_word(codes, _section)


def is_industrial(codes: pd.Series, scheme: str) -> pd.Series:
    """Return whether a code is industrial: sections B to D, divisions 06 to 46; in `plain` every known code.

    Parameters
    ----------
    codes
        Industry codes, raw or normalised.
    scheme
        gbt4754_2017, gbt4754_2011 or plain.

    Returns
    -------
    Series of bool; False where the code is blank or unknown (`section` tells that apart).
    """
    if scheme == PLAIN:
        known = _by_word(codes, lambda word: word.strip() or None).notna()
    else:
        known = section(codes).isin(load("vocabulary/industries.toml")["industrial_sections"])
    return pd.Series(known.to_numpy(dtype=bool), index=codes.index, name=codes.name)


def name(code: str, lang: str) -> str:
    """Return what a bureau calls a section ("C") or the division of a code ("19", "1951").

    An unknown code is returned as it stands.
    """
    book = load("vocabulary/industries.toml")
    entry: Mapping[str, Any] = book["section"].get(code) or book["division"].get(code[:2], {})
    return str(entry.get(lang, code))


@cache
def _section_of() -> Mapping[str, str]:
    book = load("vocabulary/industries.toml")
    bounds = [(letter, int(entry["first"]), int(entry["last"])) for letter, entry in book["section"].items()]
    return {f"{number:02d}": letter for letter, first, last in bounds for number in range(first, last + 1)}


def _digits(word: str) -> str | None:
    text = "".join(unicodedata.normalize("NFKC", word).split()).upper()
    found = _LEADING_CODE.match(text)
    return found.group(1).zfill(2) if found else None


def _division(word: str) -> str | None:
    digits = _digits(word)
    return digits[:2] if digits and digits[:2] in _section_of() else None


def _section(word: str) -> str | None:
    digits = _digits(word)
    return _section_of().get(digits[:2]) if digits else None


def _by_word(codes: pd.Series, read: Callable[[str], str | None]) -> pd.Series:
    """Read each different word once: a county has a few hundred different codes in a million rows."""
    positions, words = pd.factorize(codes.astype("str"))
    answers = pd.array([*(read(str(word)) for word in words), None], dtype="str")
    return pd.Series(answers.take(np.where(positions < 0, len(words), positions)), index=codes.index, name=codes.name)
