"""Read the words of a case: what its stage means for the land, and which measure is meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from landuse.catalogue import load
from landuse.planning import Progress

DONE: Final = "done"
NEGOTIATING: Final = "negotiating"
OPEN: Final = "open"
FAILED: Final = "failed"
STATES: Final = (DONE, NEGOTIATING, OPEN, FAILED)
"""What a case means for its land; of a failed one the land is open again."""
_CODE: Final = re.compile(r"M?(1[0-3]|[1-9])|M(1[0-3]|[1-9])[^0-9].*")
"""M3, 3, "M3 司法处置"."""


def stated_states(stage: pd.Series, settings: Progress) -> pd.Series:
    """Return what the stages mean (`STATES`); missing where a stage is blank or holds no known word.

    Words of the project file stand before those of vocabulary/planning/stages.toml: where it names the words of a
    state these are all of it, and no other state has them. A stage that is no word as a whole means what the longest
    word in it means.
    """
    words = _words(settings)
    longest = sorted(words, key=lambda word: (-len(word), word))

    def state_of(cell: str) -> str | None:
        plain = _plain(cell)
        if plain in words:
            return words[plain]
        return next((words[word] for word in longest if word in plain), None)

    return _each_once(stage, state_of)


def measure_codes(measure: pd.Series) -> pd.Series:
    """Return the measures as codes M1 … M13; missing where a cell is blank or means none of them."""

    def code_of(cell: str) -> str | None:
        plain = _plain(cell)
        if found := _CODE.fullmatch(plain.upper()):
            return f"M{found.group(1) or found.group(2)}"
        return _measures().get(plain)

    return _each_once(measure, code_of)


def is_industrial(land_use: pd.Series) -> pd.Series:
    """Return whether a use of land is industrial; blank is."""
    words = load("vocabulary/planning/stages.toml")["land_words"]["industrial"]
    said = _each_once(land_use, lambda cell: "yes" if any(word in _plain(cell) for word in words) else "no")
    return said.ne("no") | said.isna()


def is_outside(place: pd.Series) -> pd.Series:
    """Return whether a name of a park means the plots outside all parks; blank does not."""
    words = load("vocabulary/planning/stages.toml")["place_words"]["outside"]
    return _each_once(place, lambda cell: "yes" if _plain(cell) in words else "no").eq("yes")


def _words(settings: Progress) -> Mapping[str, str]:
    """Return each word with its state; those of the project file last, so that they win."""
    stated = {DONE: settings.done, NEGOTIATING: settings.negotiating, FAILED: settings.failed}
    book: Mapping[str, Iterable[str]] = load("vocabulary/planning/stages.toml")["stage_words"]
    ours = {_plain(word): state for state in STATES if stated.get(state) is None for word in book[state]}
    own = {_plain(word): state for state, words in stated.items() for word in words or ()}
    return {word: state for word, state in {**ours, **own}.items() if word}


@cache
def _measures() -> Mapping[str, str]:
    book = load("vocabulary/planning/measure_words.toml")["measure_words"]
    return {_plain(word): code for code, words in book.items() for word in words}


def _plain(cell: str) -> str:
    """Return a cell without width, case and spaces at its ends and inside Chinese words."""
    text = unicodedata.normalize("NFKC", cell).strip().lower()
    return re.sub(r"\s+", " " if text.isascii() else "", text)


def _each_once(cells: pd.Series, read: Callable[[str], str | None]) -> pd.Series:
    """Read each different cell once; a blank one is missing."""
    places, words = pd.factorize(cells.astype("str"))
    answers = pd.array([*(read(str(word)) for word in words), None], dtype="str")
    found = answers.take(np.where(places < 0, len(words), places))
    return pd.Series(found, index=cells.index, name=cells.name)
