"""Say which kinds of cause a text names: the words of practice.toml, for the law and for the papers behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.catalogue import load

Flags = npt.NDArray[np.bool_]


def kinds_named(
    texts: pd.Series, words: Mapping[str, Sequence[str]], phrases: Mapping[str, str]
) -> Mapping[str, Flags]:
    """Return, by kind of cause, which texts name it; phrases are read first and taken out before words are sought.

    Parameters
    ----------
    texts
        Text, empty where it says nothing.
    words
        Kind -> words; any of them anywhere in the text, without regard to case.
    phrases
        Phrase -> kind it means as a whole.
    """
    said = {"unknown": np.zeros(len(texts), dtype=bool)}
    rest = texts
    for phrase in phrases:
        rest = rest.str.replace(phrase, "", regex=False)
    for kind, list_ in words.items():
        said[kind] = contain(rest, list_)
    for phrase, kind in phrases.items():
        said[kind] = said[kind] | contain(texts, [phrase])
    return said


def contain(texts: pd.Series, words: Sequence[str]) -> Flags:
    """Say which texts hold any of the words, without regard to case."""
    pattern = "|".join(re.escape(word) for word in words)
    return texts.str.contains(pattern, regex=True, case=False).to_numpy(dtype=bool)


def governments_alone(causes: pd.Series) -> Flags:
    """Say which causes are the government's and nobody else's; a blank is nobody's."""
    book = load("law/statutes/practice.toml")["cause"]
    said = kinds_named(causes.astype("str").fillna(""), book["words"], book["phrases"])
    others = np.zeros(len(causes), dtype=bool)
    for kind, flags in said.items():
        others |= flags & (kind != "government")
    alone: Flags = said["government"] & ~others
    return alone
