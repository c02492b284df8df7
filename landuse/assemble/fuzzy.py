"""Find names that are alike without comparing all with all; what is found never joins by itself.

The likeness of two names is 1 - d / (n + m): n and m their lengths, d the least number of characters put in and taken
out that make one of the other (Indel). Two names become the same text when a few characters are struck out of each:
every name is written down with none, one and two of its characters struck out, and only names that share such a text
are compared. Up to 13 characters that finds every name as alike as 0.9; of longer ones it misses those of which more
than two characters have to be struck out on one side.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

LEAST_TENTHS: Final = 9
"""Names are alike from 0.9 on (inclusive)."""
LONGEST: Final = 40
"""Names beyond it are no names and are compared with none."""
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
"""Odd base of the hash of a text; what collides is told apart when it is compared."""


def alike(names: Sequence[str], known: Sequence[str]) -> pd.DataFrame:
    """Return the pairs of a name and a known one that are alike: at, known_at, score; best first for each name.

    Equal names are alike too (score 1).
    """
    at, other = _sharing(_variants(names), _variants(known), len(known))
    frame = _compared(names, known, at, other)
    ordered = frame.assign(worse=-frame["score"]).sort_values(["at", "worse", "known_at"], kind="stable")
    return ordered.drop(columns="worse").reset_index(drop=True)


def _variants(names: Sequence[str]) -> tuple[Hashes, Ints]:
    """Return the hash of each name with up to two characters struck out, and whose it is."""
    sizes = np.array([len(name) for name in names], dtype=np.int64)
    hashes, owners = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.int64)]
    for size in np.unique(sizes[(sizes > 0) & (sizes <= LONGEST)]).tolist():
        at = np.flatnonzero(sizes == size)
        letters = (
            np.array([names[place] for place in at.tolist()], dtype=f"U{size}").view(np.uint32).reshape(len(at), size)
        )
        made = _struck(letters.astype(np.uint64))
        hashes.append(made.ravel())
        owners.append(np.repeat(at, made.shape[1]))
    return np.concatenate(hashes), np.concatenate(owners)


def _struck(letters: Hashes) -> Hashes:
    """Return, row by row, the hashes of texts of one length with none, one and two characters struck out."""
    rows, size = letters.shape
    powers = np.cumprod(np.r_[np.ones(1, dtype=np.uint64), np.full(size, _BASE)], dtype=np.uint64)
    head = np.zeros((rows, size + 1), dtype=np.uint64)
    for place in range(size):
        head[:, place + 1] = head[:, place] * _BASE + letters[:, place]

    def between(first: int, last: int) -> Hashes:
        return np.asarray(head[:, last] - head[:, first] * powers[last - first])

    found = [head[:, size]]
    for one in range(size):
        found.append(head[:, one] * powers[size - one - 1] + between(one + 1, size))
        for two in range(one + 1, size):
            start = head[:, one] * powers[two - one - 1] + between(one + 1, two)
            found.append(start * powers[size - two - 1] + between(two + 1, size))
    return np.column_stack(found)


def _sharing(mine: tuple[Hashes, Ints], theirs: tuple[Hashes, Ints], size: int) -> tuple[Ints, Ints]:
    """Return the pairs that share a text, each once, ascending."""
    (mine_hash, mine_of), (hashes, owners) = _sorted(*mine), _sorted(*theirs)
    low = np.searchsorted(hashes, mine_hash, side="left")  # both ascending: neighbours in memory
    there = np.flatnonzero(hashes[np.minimum(low, len(hashes) - 1)] == mine_hash) if len(hashes) else low[:0]
    mine_hash, mine_of, low = mine_hash[there], mine_of[there], low[there]
    number = np.searchsorted(hashes, mine_hash, side="right") - low
    row = np.repeat(np.arange(len(low)), number)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    pairs = np.sort(mine_of[row] * max(size, 1) + owners[low[row] + offset])
    pairs = pairs[np.r_[True, pairs[1:] != pairs[:-1]]] if len(pairs) else pairs
    return np.divmod(pairs, max(size, 1))


def _sorted(hashes: Hashes, owners: Ints) -> tuple[Hashes, Ints]:
    order = np.argsort(hashes)
    return hashes[order], owners[order]


def _compared(names: Sequence[str], known: Sequence[str], at: Ints, other: Ints) -> pd.DataFrame:
    """Return the pairs that are alike, with their likeness."""
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cpdist

    if not len(at):
        return pd.DataFrame({"at": at, "known_at": other, "score": np.zeros(0)})
    ones, others = [names[place] for place in at.tolist()], [known[place] for place in other.tolist()]
    distance = np.asarray(cpdist(ones, others, scorer=Indel.distance, workers=1)).astype(np.int64)
    total = np.array([len(one) + len(two) for one, two in zip(ones, others, strict=True)], dtype=np.int64)
    close = distance * 10 <= total * (10 - LEAST_TENTHS)
    score = 1 - distance[close] / total[close]
    return pd.DataFrame({"at": at[close], "known_at": other[close], "score": score})
