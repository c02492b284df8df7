"""Write numbers and codes as what differs from other columns: a year as its changes, a quotient as next to nothing.

A guess never changes a value: what the packer could not say of it is written, and a reader adds it back. Both reckon in
the same order with the same numbers, the ones that are kept, so that each guesses the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from landuse.cartography.parcel_layer.planes import Whole, zigzag

Known = Mapping[str, np.ndarray[Any, Any]]
"""Column -> the values as a reader has them, row by row: numbers (NaN = unknown) or codes (-1 = unknown)."""
Floats = np.ndarray[Any, np.dtype[np.float64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]
LARGEST: Final = 2.0**51
"""A guess from here on is no guess: whole numbers beside it would not be exact."""
ALMOST: Final = 1e-9
"""Added before a number is cut to whole ones, so that 2.675 counts as a half."""


@dataclass(frozen=True)
class Guess:
    """What a column is likely to hold: the product of columns, divided by others; of codes one column alone."""

    times: tuple[str, ...]
    per: tuple[str, ...] = ()

    def within(self, known: Known) -> bool:
        """Return whether all its columns are known."""
        return all(name in known for name in (*self.times, *self.per))

    def among_codes(self, known: Known) -> bool:
        """Return whether its column is known as codes: a column without any value may be carried as numbers."""
        return self.within(known) and np.issubdtype(known[self.times[0]].dtype, np.integer)

    @property
    def head(self) -> dict[str, list[str]]:
        """Return how the header says it."""
        return {"times": list(self.times), "per": list(self.per)}


def guessed(guess: Guess, known: Known, decimals: int) -> tuple[Whole, Bools]:
    """Return the guess of each row times ten to the decimals, half away from zero, and whether there is one."""
    made = np.ones(len(known[guess.times[0]]))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for name in guess.times:
            made = made * known[name]
        for name in guess.per:
            made = made / known[name]
        return scaled_up(made, 10.0**decimals)


def scaled_up(numbers: Floats, scale: float | Floats) -> tuple[Whole, Bools]:
    """Return numbers times a scale as whole ones, half away from zero, and whether each is small enough for that."""
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.abs(numbers) * scale
        there = scaled < LARGEST
    size = np.floor(np.where(there, scaled, 0.0) + 0.5 + ALMOST).astype(np.int64)
    return np.where(numbers < 0, -size, size), there


def beside(whole: Whole, is_known: Bools, guess: Guess, known: Known, decimals: int) -> Whole:
    """Return numbers as whole ones from 0 on, small where the guess is good.

    With a guess, 0 = unknown and more = the zigzag difference plus 1; without one, 1 = unknown and more = the zigzag
    number plus 2.
    """
    told, there = guessed(guess, known, decimals)
    by_guess = np.where(is_known, zigzag(whole - told) + 1, 0)
    made: Whole = np.where(there, by_guess, np.where(is_known, zigzag(whole) + 2, 1))
    return made
