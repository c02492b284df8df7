"""Know the measures an enterprise may be compared by: which quantity over which, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from landuse.catalogue import load

LAND: Final = "land"
"""Denominator of per-mu measures: the evaluated land, corrected by the land-price coefficient."""
BASIC: Final = ("tax_per_mu", "output_per_mu", "output_per_energy")
"""The three base indicators of the default rule: always measured and published."""


@dataclass(frozen=True)
class Measure:
    """One measure: ``factor x top / under``."""

    name: str
    top: str
    """Column of the accounts."""
    under: str
    """Column of the accounts, or LAND."""
    factor: float = 1.0
    floored: bool = False
    """A numerator below 0 counts as 0 in base and ratio."""

    @property
    def per_land(self) -> bool:
        """Return whether the measure is per mu, so that the land price corrects it."""
        return self.under == LAND

    @property
    def compared(self) -> str:
        """Return the column that is compared inside a group: corrected by the land price where it is per mu."""
        return f"{self.name}_corrected" if self.per_land else self.name


@cache
def measures() -> Mapping[str, Measure]:
    """Return every measure by name, in the order in which a score is summed."""
    return {name: Measure(name, **entry) for name, entry in load("vocabulary/measures.toml").items()}


def quantities(names: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of the accounts that some measures need, each once."""
    known = measures()
    sides = [side for name in names for side in (known[name].top, known[name].under)]
    return tuple(dict.fromkeys(side for side in sides if side != LAND))
