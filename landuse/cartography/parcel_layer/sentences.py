"""Write sentences as patterns with numbers in them: most numbers of a reason are told by other columns already.

A pattern is a sentence with a mark for each number that differs from row to row. The mark says how the number is
printed; where it comes from is said beside: a column, a number less a column (the place from the top is told by the
one from the bottom), or a stream of its own. A number is taken for what it prints, so nothing is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.cartography.parcel_layer.likeness import Bools, Guess, Known, scaled_up
from landuse.cartography.parcel_layer.numerals import MARKS, PADDED, Numerals, numerals_of, printed
from landuse.cartography.parcel_layer.planes import Whole, bytes_of, planes
from landuse.cartography.parcel_layer.texts import Packed, arrow_texts, pack_texts

MANY: Final = 4
"""Texts that a pattern stands for at the least, on average; else they are no sentences."""
MOSTLY: Final = 0.9
"""Share of the rows of a pattern that a column must tell; the others become a pattern of their own."""
POWERS: Final = (0, 2)
"""Decimals of a column beyond those printed: a share is printed as a per cent."""
TRIED: Final = 40
"""Numbers of each place in a pattern by which its column is found; all of them are looked at afterwards."""
SCALES: Final = np.array([10.0**power for power in range(PADDED + max(POWERS))])


@dataclass(frozen=True)
class _Source:
    """Where a number of a pattern comes from: a column, or a number less a column."""

    column: int
    power: int
    less_from: int | None = None

    @property
    def head(self) -> list[int]:
        return [self.column, self.power] + ([] if self.less_from is None else [self.less_from])


@dataclass(frozen=True)
class _Marks:
    """The numbers of all sentences, sentence after sentence, and where each stands."""

    row: Whole
    value: Whole
    form: Whole
    slot: Whole
    """Pattern and place in it, as one number."""
    first: Whole
    """First slot of each pattern, and the number of slots."""

    def part(self, chosen: Any) -> _Marks:
        return _Marks(self.row[chosen], self.value[chosen], self.form[chosen], self.slot[chosen], self.first)


def pack_sentences(values: pd.Series, name: str, like: Sequence[Guess], known: Known) -> Packed | None:
    """Return sentences as patterns and numbers, in the order of the table; None where they are better free texts."""
    import pyarrow.compute as pc

    texts = arrow_texts(values)
    numerals = numerals_of(pc.fill_null(texts, "").to_pylist()) if len(values) else None
    if numerals is None:
        return None
    codes, found = pd.factorize(np.array(numerals.patterns, dtype=object))
    if len(found) * MANY > len(values):
        return None
    names = [one.times[0] for one in like if one.within(known) and not one.per]
    columns = [known[each] for each in names]
    marks = _marks(numerals, codes, found)
    same = _same(marks)
    sources = _sources(marks.part(~same[marks.slot]), columns)
    odd = np.zeros(len(values), dtype=bool)
    odd[marks.row[~_told(marks, sources, columns)]] = True
    there = ~np.asarray(pc.is_null(texts))
    used, stored = np.unique(np.where(there, 1 + 2 * codes + odd, 0), return_inverse=True)
    stored = stored + (0 if used[0] == 0 else 1)
    kinds = [divmod(one - 1, 2) for one in used.tolist() if one]
    free = ~same[marks.slot] & (odd[marks.row] | ~_among(sources, marks))
    streams = _streams(marks.part(free))
    written, told = _written(kinds, found.tolist(), marks, sources)
    pool = pack_texts(pd.Series(written, dtype=object))
    head = {
        "name": name,
        "kind": "text",
        "form": "sentences",
        "listed": True,
        "width": bytes_of(stored),
        "patterns": len(kinds),
        "texts": pool.head,
        "columns": names,
        "sources": told,
        "widths": [bytes_of(numbers) for numbers in streams],
    }
    return Packed(head, [planes(stored), *pool.streams, *map(planes, streams)])


# ------------------------------------------------------------------------------------------------- parts


def _marks(numerals: Numerals, codes: Whole, patterns: Any) -> _Marks:
    counts = np.array([sum(one in MARKS for one in pattern) for pattern in patterns], dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(counts)])
    begun = np.concatenate([[0], np.cumsum(counts[codes])])
    place = np.arange(len(numerals.row)) - begun[numerals.row]
    return _Marks(numerals.row, numerals.value, numerals.form, first[codes[numerals.row]] + place, first)


def _same(marks: _Marks) -> Bools:
    """Return whether each slot holds the same number in all rows: it is written into the pattern."""
    size = int(marks.first[-1])
    low, high = np.full(size, np.iinfo(np.int64).max), np.full(size, -1)
    np.minimum.at(low, marks.slot, marks.value)
    np.maximum.at(high, marks.slot, marks.value)
    same: Bools = low == high
    return same


def _sources(marks: _Marks, columns: Sequence[np.ndarray[Any, Any]]) -> dict[int, _Source]:
    """Return slot -> the column that tells most of its numbers, found by the first of them."""
    order = np.argsort(marks.slot, kind="stable")
    begins = np.flatnonzero(np.diff(marks.slot[order], prepend=-1))
    sizes = np.diff(np.append(begins, len(order)))
    within = np.arange(len(order)) - np.repeat(begins, sizes)
    tried = marks.part(order[within < TRIED])
    size = int(marks.first[-1])
    asked = np.bincount(tried.slot, minlength=size)
    best, found = np.full(size, MOSTLY), {}
    for at, column in enumerate(columns):
        for power in POWERS:
            told, there = _of(tried, column, power)
            right = np.bincount(tried.slot, weights=there & (told == tried.value), minlength=size)
            share = right / np.maximum(asked, 1)
            for slot in np.flatnonzero(share > best).tolist():  # some hundred places in patterns
                found[slot] = _Source(at, power)
            best = np.maximum(best, share)
    return {**_less(tried, columns), **found}


def _less(tried: _Marks, columns: Sequence[np.ndarray[Any, Any]]) -> dict[int, _Source]:
    """Return slot -> a number less a column, where the two add up to one number in all rows."""
    found: dict[int, _Source] = {}
    for at, column in enumerate(columns):
        told, there = _of(tried, column, 0)
        both = np.where(there, tried.value + told, -1)
        same = _same(_Marks(tried.row, both, tried.form, tried.slot, tried.first))
        sums = np.full(len(same), -1)
        sums[tried.slot] = both
        for slot in np.flatnonzero(same & (sums >= 0)).tolist():  # some hundred places in patterns
            found.setdefault(slot, _Source(at, 0, int(sums[slot])))
    return found


def _told(marks: _Marks, sources: Mapping[int, _Source], columns: Sequence[np.ndarray[Any, Any]]) -> Bools:
    """Return whether each number is told by its source; one without a source is."""
    right = np.ones(len(marks.row), dtype=bool)
    groups: dict[tuple[int, int, bool], list[int]] = {}
    for slot, one in sources.items():
        groups.setdefault((one.column, one.power, one.less_from is not None), []).append(slot)
    less = np.zeros(int(marks.first[-1]), dtype=np.int64)
    less[[slot for slot, one in sources.items()]] = [one.less_from or 0 for one in sources.values()]
    for (at, power, is_less), slots in groups.items():
        chosen = np.flatnonzero(_among(dict.fromkeys(slots, sources[slots[0]]), marks))
        part = marks.part(chosen)
        told, there = _of(part, columns[at], power)
        told = less[part.slot] - told if is_less else told
        right[chosen] = there & (told == part.value)
    return right


def _of(marks: _Marks, column: np.ndarray[Any, Any], power: int) -> tuple[Whole, Bools]:
    """Return what a column says at each mark, in the decimals of its form."""
    decimals = np.where(marks.form < PADDED, marks.form, 0)
    return scaled_up(column[marks.row].astype(np.float64), SCALES[decimals + power])


def _among(sources: Mapping[int, _Source], marks: _Marks) -> Bools:
    """Return whether each number has a source."""
    there = np.zeros(int(marks.first[-1]), dtype=bool)
    there[list(sources)] = True
    found: Bools = there[marks.slot]
    return found


def _written(
    kinds: Sequence[tuple[int, int]], patterns: Sequence[str], marks: _Marks, sources: Mapping[int, _Source]
) -> tuple[list[str], list[list[Any]]]:
    """Return the patterns with the numbers that never differ, and where the others come from: 0 = a stream.

    Parameters
    ----------
    kinds
        Pattern and 1 where its rows are those that no column tells.
    """
    same = _same(marks)
    slots, at = np.unique(marks.slot, return_index=True)
    value, form = marks.value[at].tolist(), marks.form[at].tolist()
    constant = {slot: printed(value[i], form[i]) for i, slot in enumerate(slots.tolist()) if same[slot]}
    written, told = [], []
    for pattern, is_odd in kinds:  # a few hundred
        places = iter(range(int(marks.first[pattern]), int(marks.first[pattern + 1])))
        letters = [constant.get(next(places), one) if one in MARKS else one for one in patterns[pattern]]
        written.append("".join(letters))
        left = [slot for slot in range(marks.first[pattern], marks.first[pattern + 1]) if slot not in constant]
        told.append([0 if is_odd or slot not in sources else sources[slot].head for slot in left])
    return written, told


def _streams(marks: _Marks) -> list[Whole]:
    """Return the numbers that stand nowhere else: the first one of each row, the second ones, and so on."""
    begins = np.flatnonzero(np.diff(marks.row, prepend=-1))
    sizes = np.diff(np.append(begins, len(marks.row)))
    place = np.arange(len(marks.row)) - np.repeat(begins, sizes)
    return [marks.value[place == at] for at in range(int(place.max(initial=-1)) + 1)]
