"""Find names that are alike without comparing all with all; what is found never joins by itself.

The likeness of two names is 1 - d / (n + m): n and m their lengths, d the least number of characters put in and taken
out that make one of the other (Indel). Two names become the same text when a characters are struck out of one and b out
of the other, and the least a + b is d: names are written down with none, one and two of their characters struck out,
and only names that share such a text with so small an a + b are compared. Up to 13 characters that finds every name as
alike as 0.9; of longer ones it misses those of which more than two characters have to be struck out on one side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Texts = tuple[Hashes, Ints]
"""Hash of a text, and whose it is."""

LEAST_TENTHS: Final = 9
"""Names are alike from 0.9 on (inclusive)."""
LONGEST: Final = 40
"""Names beyond it are no names and are compared with none."""
STRUCK: Final = (0, 1, 2)
"""Characters that are struck out of a name."""
AT_ONCE: Final = 8_000_000
"""Texts, and pairs of names, that are held at one time (a text takes 16 bytes, and as much again while it is met)."""
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
"""Odd base of the hash of a text; what collides is told apart when it is compared."""


def alike(names: Sequence[str], known: Sequence[str]) -> pd.DataFrame:
    """Return the pairs of a name and a known one that are alike: at, known_at, score; best first for each name.

    Equal names are alike too (score 1).
    """
    size = max(len(known), 1)
    pairs = [np.zeros(0, dtype=np.int64)]
    for one in STRUCK:
        for other in STRUCK:
            met = _sharing(_Side(names, one, other), _Side(known, other, one))
            pairs += [at * size + known_at for at, known_at in met]
    at, known_at = np.divmod(np.unique(np.concatenate(pairs)), size)
    step = AT_ONCE // 8
    parts = [slice(low, low + step) for low in range(0, max(len(at), 1), step)]
    frame = pd.concat([_compared(names, known, at[part], known_at[part]) for part in parts], ignore_index=True)
    ordered = frame.assign(worse=-frame["score"]).sort_values(["at", "worse", "known_at"], kind="stable")
    return ordered.drop(columns="worse").reset_index(drop=True)


class _Side:
    """The names of one side that may be alike to one of the other side when so many characters are struck out."""

    def __init__(self, names: Sequence[str], struck: int, on_other_side: int) -> None:
        sizes = np.array([len(name) for name in names], dtype=np.int64)
        # d = struck + on_other_side, and the other name has size - struck + on_other_side characters
        whole = 2 * sizes - struck + on_other_side
        close = (struck + on_other_side) * 10 <= whole * (10 - LEAST_TENTHS)
        self.names, self.sizes, self.struck = names, sizes, struck
        self.at = np.flatnonzero(close & (sizes > 0) & (sizes >= struck) & (sizes <= LONGEST))

    @property
    def count(self) -> int:
        """Return how many texts the side has."""
        numbers = np.bincount(self.sizes[self.at])
        return sum(int(number) * comb(size, self.struck) for size, number in enumerate(numbers))

    def texts(self, part: int, parts: int) -> Texts:
        """Return the texts of which the hash belongs to one of so many parts."""
        hashes, owners = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.int64)]
        for at in self._blocks():
            size = int(self.sizes[at[0]])
            letters = np.array([self.names[place] for place in at.tolist()], dtype=f"U{size}").view(np.uint32)
            made = _STRIKE[self.struck](letters.reshape(len(at), size).astype(np.uint64))
            owner = np.repeat(at, made.shape[1])
            mine = (made.ravel() >> np.uint64(32)) % np.uint64(parts) == part if parts > 1 else slice(None)
            hashes.append(made.ravel()[mine])
            owners.append(owner[mine])
        return np.concatenate(hashes), np.concatenate(owners)

    def _blocks(self) -> Iterator[Ints]:
        """Give the names of one length, so many at a time that their texts are few."""
        for size in np.unique(self.sizes[self.at]).tolist():
            at = self.at[self.sizes[self.at] == size]
            step = max(AT_ONCE // 4 // comb(size, self.struck), 1)
            yield from (at[low : low + step] for low in range(0, len(at), step))


def _strike_none(letters: Hashes) -> Hashes:
    return _heads(letters)[:, -1:]


def _strike_one(letters: Hashes) -> Hashes:
    """Return, row by row, the hashes of texts of one length with one character struck out."""
    size = letters.shape[1]
    head, powers = _heads(letters), _powers(size)
    found = [head[:, one] * powers[size - one - 1] + _between(head, powers, one + 1, size) for one in range(size)]
    return np.column_stack(found)


def _strike_two(letters: Hashes) -> Hashes:
    size = letters.shape[1]
    head, powers = _heads(letters), _powers(size)
    found = np.empty((len(letters), comb(size, 2)), dtype=np.uint64)
    pairs = ((one, two) for one in range(size) for two in range(one + 1, size))
    for place, (one, two) in enumerate(pairs):
        start = head[:, one] * powers[two - one - 1] + _between(head, powers, one + 1, two)
        found[:, place] = start * powers[size - two - 1] + _between(head, powers, two + 1, size)
    return found


_STRIKE: Final = {0: _strike_none, 1: _strike_one, 2: _strike_two}


def _heads(letters: Hashes) -> Hashes:
    """Return the hashes of the first 0, 1, … characters of each text."""
    rows, size = letters.shape
    head = np.zeros((rows, size + 1), dtype=np.uint64)
    for place in range(size):
        head[:, place + 1] = head[:, place] * _BASE + letters[:, place]
    return head


def _powers(size: int) -> Hashes:
    return np.cumprod(np.r_[np.ones(1, dtype=np.uint64), np.full(size, _BASE)], dtype=np.uint64)


def _between(head: Hashes, powers: Hashes, first: int, last: int) -> Hashes:
    return np.asarray(head[:, last] - head[:, first] * powers[last - first])


def _sharing(mine: _Side, theirs: _Side) -> Iterator[tuple[Ints, Ints]]:
    """Give the pairs of names that share a text, part by part."""
    if not len(mine.at) or not len(theirs.at):
        return
    parts = -(-(mine.count + theirs.count) // AT_ONCE)
    for part in range(parts):
        ours, others = mine.texts(part, parts), theirs.texts(part, parts)
        if len(ours[0]) < len(others[0]):
            known_at, at = _meeting(others, ours)
        else:
            at, known_at = _meeting(ours, others)
        yield at, known_at


def _meeting(many: Texts, few: Texts) -> tuple[Ints, Ints]:
    """Return the owners of each two equal texts: the few are put in order, the many are looked up."""
    order = np.argsort(few[0])
    hashes, owners = few[0][order], few[1][order]
    if not len(hashes):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    low = np.searchsorted(hashes, many[0], side="left")
    there = np.flatnonzero(hashes[np.minimum(low, len(hashes) - 1)] == many[0])
    wanted, owner, low = many[0][there], many[1][there], low[there]
    number = np.searchsorted(hashes, wanted, side="right") - low
    row = np.repeat(np.arange(len(low)), number)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    return owner[row], owners[low[row] + offset]


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
