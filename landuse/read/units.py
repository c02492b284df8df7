"""Find the unit of a column in its header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Final

from landuse.catalogue import load
from landuse.read.words import normal
from landuse.units import UNITS

_BRACKET: Final = re.compile(r"^(?P<bare>.+?)[(\[{【〔<](?:单位[:：]?)?(?P<unit>[^()\[\]{}【】〔〕<>]+)[)\]}】〕>]$")
_STATED: Final = re.compile(r"单位:?([^)\]】。;]+)")
_CURRENCY: Final = re.compile(r"人民币|\(.*")
_PARTS: Final = re.compile(r"[、,和]|[^、,]*单位:?")
_SEPARATORS: Final = "_/:,;-·|、"
_PLURALS: Final = ("acres", "hectares")
_OTHERS: Final = "十百千万亿兆美港欧日韩英公方厘毫"
"""Before a unit they make another one of it: 千公顷, 万平方米, 美元, 英亩, 厘米."""
_PERIODS: Final = ("年度", "月度", "季度")
"""Words that end as a unit does and are none: 2024年度."""
_WITHIN: Final = re.compile(r"[(\[{【〔<]([^()\[\]{}【】〔〕<>]+)[)\]}】〕>]")


@cache
def spellings(unit: str) -> dict[str, Fraction]:
    """Return every spelling of a quantity in normal form with the factor into its canonical unit."""
    return {normal(word): factor for word, factor in UNITS.get(unit, {}).items()}


def unit_factor(unit: str, found: str) -> Fraction | None:
    """Return the factor that turns `found` into the canonical `unit`, or None where it is unknown."""
    word = normal(found)
    known = spellings(unit)
    return known.get(word, known.get(word[:-1]) if word in _PLURALS else None)


@cache
def own_spellings(unit: str, factor: Fraction) -> frozenset[str]:
    """Return the spellings of one unit of a quantity: all words with the same factor."""
    return frozenset(word for word, known in spellings(unit).items() if known == factor)


@cache
def split_unit(header: str, unit: str) -> tuple[str, str]:
    """Return a header in normal form without its unit, and the unit as it stands there (blank = none).

    A bracket that holds no unit, such as 土地级别(工业), belongs to the header.

    Parameters
    ----------
    header
        Header as found, e.g. ``实缴税收(千元)``, ``area_ha``, ``产值/亿元``.
    unit
        Canonical unit of the column; blank for none, and then nothing but a bracket with a unit is split off.
    """
    plain = normal(header)
    if (match := _BRACKET.match(plain)) and _is_unit(match["unit"], unit):
        return match["bare"], match["unit"]
    if not unit and plain.endswith("%") and len(plain) > 1:
        return plain[:-1].rstrip(_SEPARATORS), "%"
    for word in sorted(_tails(unit), key=len, reverse=True):
        bare = plain.removesuffix(word)
        if bare == plain or not bare or plain.endswith(_PERIODS):
            continue
        if bare[-1] in _OTHERS:
            return bare[:-1].rstrip(_SEPARATORS), bare[-1] + word
        separated = bare[-1] in _SEPARATORS
        if separated or not word.isascii():
            return bare.rstrip(_SEPARATORS), word
    return plain, ""


def unit_within(header: str, unit: str) -> str:
    """Return the unit that stands in a bracket of a header among other words: 税收(元)(含免抵).

    Where several do, all of them with | between, which is no unit; blank where none does.
    """
    parts = [part for inner in _WITHIN.findall(normal(header)) for part in re.split("[,、;]|单位:?", inner)]
    found = {factor: part for part in parts if (factor := unit_factor(unit, part)) is not None}
    return "|".join(found.values())


def units_above(texts: Sequence[str], unit: str, factor: Fraction = Fraction(1)) -> list[tuple[str, str]]:
    """Return the lines above a header that state another unit of a quantity than that of `factor`, and that unit.

    Understood is 单位:千元 and 金额单位:元、面积单位:亩; a unit in running text is none.
    """
    known = spellings(unit)
    return [(text, word) for text, word in _stated_above(texts) if known.get(word, factor) != factor]


def is_stated_above(texts: Sequence[str], unit: str) -> bool:
    """Say whether a line above a header states the canonical unit: 单位:万元."""
    return any(spellings(unit).get(word) == 1 for _, word in _stated_above(texts))


def _stated_above(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Return every unit that stands in a line 单位:…, with the line: 人民币元 and 元(人民币) are 元."""
    return [
        (text.strip(), _CURRENCY.sub("", word))
        for text in texts
        for stated in _STATED.findall(normal(text))
        for word in _PARTS.split(stated)
    ]


def has_choice(unit: str) -> bool:
    """Say whether a number of a quantity may stand in several units: persons, days and storeys may not."""
    return len(set(spellings(unit).values())) > 1


def _tails(unit: str) -> set[str]:
    if not unit:
        return set()
    foreign = {word for word in load("read/words.toml")["unit"]["like"] if word.isascii() and word.isalnum()}
    return set(spellings(unit)) | set(_PLURALS) | foreign


def _is_unit(word: str, unit: str) -> bool:
    if unit and unit_factor(unit, word) is not None:
        return True
    if unit and len(word) > 1 and word[0] in _OTHERS and _is_unit(word[1:], unit):
        return True
    if word == "%" or any(normal(word) in spellings(other) for other in UNITS):
        return True
    return bool(unit) and any(
        word == like if like.isascii() else word.endswith(like) for like in load("read/words.toml")["unit"]["like"]
    )
