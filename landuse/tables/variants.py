"""Define what is kept of a run that was asked again with the variants of its project file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.units import COUNTS, M2_PER_MU

Bytes = npt.NDArray[np.uint8]

MOVES: Final = ("base", "entered", "left", "stayed", "revalued", "variant")
"""Parts of a comparison: base + entered - left + revalued = variant, stayed = base - left. What entered is measured as
in the variant, what left and stayed as in the base; revalued is how much those that stayed changed in measure, which
is 0 unless the variant changes land or accounts."""
AMOUNTS: Final[Mapping[str, float]] = {"mu": COUNTS["area_m2"] * M2_PER_MU, "tax_wan": COUNTS["tax_wan"]}
"""Prefix of an amount -> integer parts of one unit (cm2 of a mu, fen of 10,000 yuan)."""


@dataclass(frozen=True)
class ClassSteps:
    """Efficiency class of every parcel at every bottom share in whole percent, as small integers; row by row.

    At a share of p percent a parcel is low where ``low_from <= p``, else partly low where ``partly_from <= p``, else of
    the class `otherwise`.
    """

    shares: tuple[int, int]
    """Lowest and highest share that was asked, in percent."""
    low_from: Bytes
    """Least share at which the parcel is low; 255 = at none of them."""
    partly_from: Bytes
    """Least share at which the parcel is at least partly low; 255 = at none of them."""
    otherwise: Bytes
    """Place of the class among `classes` below that share."""
    classes: tuple[str, ...]

    def at(self, percent: int) -> Bytes:
        """Return the place of each parcel's class among `classes` at a share in whole percent."""
        partly = np.where(self.partly_from <= percent, self.classes.index("partly_low"), self.otherwise)
        return np.where(self.low_from <= percent, self.classes.index("low"), partly).astype(np.uint8)


@dataclass(frozen=True)
class Listed:
    """Who is listed by one rule, at its own bottom share and at every other."""

    steps: ClassSteps
    classes: Bytes
    """Place of each parcel's class among `steps.classes`, at the share of the rule itself."""
    listed_from: Bytes
    """Least whole percent at which each enterprise is listed, row by row with the enterprises of the run; 0 = whatever
    the share, 255 = at none."""


@dataclass(frozen=True)
class Variants:
    """The variants of a run beside its base, in the order of their names."""

    settings: Mapping[str, Mapping[str, Any]]
    """Name -> ``section.key`` -> value."""
    rows: pd.DataFrame
    """variant, uscc, status, industry_group, n_in_group, score, rank, in_bottom_share, low_efficiency, change (entered,
    left, stayed; missing = listed in neither): enterprises that are ranked in the variant or in the base."""
    changes: pd.DataFrame
    """variant, unit (enterprise, parcel), item (listed; low, partly_low), by (all, industry_group, park), place, and
    for each of `MOVES` n, mu and tax_wan as integer parts of `AMOUNTS`."""
    found: Mapping[str, Listed]
    """Name -> classes of the parcels and steps of the enterprises by bottom share; blank name = the base."""

    @property
    def steps(self) -> Mapping[str, ClassSteps]:
        """Return name -> classes of the parcels by bottom share; blank name = the base."""
        return {name: one.steps for name, one in self.found.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the variants."""
        return tuple(self.settings)

    def changes_in_units(self) -> pd.DataFrame:
        """Return the comparison in mu and 10,000 yuan."""
        parts = {f"{name}_{move}": parts for name, parts in AMOUNTS.items() for move in MOVES}
        return self.changes.assign(**{name: self.changes[name] / size for name, size in parts.items()})
