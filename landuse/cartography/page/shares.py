"""Say who is listed at every bottom share of 5 to 30 percent: two steps a parcel, one an enterprise, and the totals.

All of it is asked of the ranking and of the rule that carries verdicts to parcels; a page compares numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.cartography.page.areas import Areas
from landuse.cartography.page.valued import Counted, counted
from landuse.cartography.style import coded, numeric
from landuse.policy import CLASSES, class_finder
from landuse.policy.verdict import BOTTOM_SHARE, other_rules
from landuse.rule import Rule
from landuse.scenarios.shares import HIGHEST, LOWEST, NEVER, class_steps, least_shares, listed_from
from landuse.tables import Analysis
from landuse.tables.variants import Listed

THEME: Final = "low"
"""The theme that the share decides."""
SHARES: Final = range(LOWEST, HIGHEST + 1)

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Firms:
    """Enterprises on the list at one share (企业口径)."""

    count: int
    area_mu: float
    tax_wan: float


@dataclass(frozen=True)
class Steps:
    """One rule at every share: the run, or a variant."""

    low_from: Bytes
    """Least share at which the parcel is low; 255 = at none."""
    partly_from: Bytes
    """Least share at which it is at least partly low; 255 = at none."""
    otherwise: Bytes
    """Place in the legend below that share."""
    listed_from: Bytes
    """Least share at which the enterprise is listed; 0 = whatever the share, 255 = at none."""
    parcels: tuple[Counted, ...]
    """Legend at each share of `SHARES`."""
    firms: tuple[Firms, ...]
    """Listed enterprises at each share of `SHARES`."""

    def at(self, percent: int, *, low: int, partly: int) -> Bytes:
        """Return the place of each parcel in the legend at a share, as a page finds it."""
        codes = np.where(self.partly_from <= percent, partly, self.otherwise)
        return np.where(self.low_from <= percent, low, codes).astype(np.uint8)


def share_steps(analysis: Analysis) -> dict[str, Steps]:
    """Return name of a variant (blank = the run) -> its steps; nothing where the share decides nothing.

    That is so on a public page, where the bottom share is no rule in force, and in an analysis made without a rule.
    """
    rule = analysis.facts.get("rule")
    public = analysis.project.project.audience == "public"
    if public or not isinstance(rule, Rule) or BOTTOM_SHARE not in rule.enabled:
        return {}
    found = analysis.variants.found if analysis.variants else {"": _listed(analysis, rule)}
    return {name: _steps(listed, analysis) for name, listed in found.items()}


def _listed(analysis: Analysis, rule: Rule) -> Listed:
    """Return who is listed by the rule of the run at every share."""
    firms = analysis.enterprises
    others = other_rules(analysis.findings, firms, rule)
    find = class_finder(analysis.parcels.table, occupancy=analysis.occupancy, enterprises=firms, rule=rule)
    least = least_shares(firms)
    steps = class_steps(least, find, others=others, names=CLASSES)
    classes = find(firms["low_efficiency"]).astype(np.uint8)
    return Listed(steps, classes, listed_from(least, others=others))


def _steps(listed: Listed, analysis: Analysis) -> Steps:
    place, size = _places(listed.steps.classes, analysis.project.language)
    area, found = Areas(analysis.parcels.table["area_mu"]), listed.steps
    otherwise = place[found.otherwise]
    made = Steps(found.low_from, found.partly_from, otherwise, listed.listed_from, (), ())
    ends = {"low": int(place[CLASSES.index("low")]), "partly": int(place[CLASSES.index("partly_low")])}
    parcels = tuple(counted(made.at(percent, **ends), size, area) for percent in SHARES)
    known = [numeric(analysis.enterprises[name]) for name in ("area_mu", "tax_wan")]
    firms = tuple(_firms(listed.listed_from <= percent, known) for percent in SHARES)
    return Steps(found.low_from, found.partly_from, otherwise, listed.listed_from, parcels, firms)


def _places(classes: Sequence[str], lang: str) -> tuple[Bytes, int]:
    """Return the place in the legend of each class, and the number of classes of the legend."""
    legend, codes = coded(pd.Series(list(classes), dtype="str"), THEME, lang=lang)
    return codes.astype(np.uint8), len(legend)


def _firms(listed: npt.NDArray[np.bool_], known: Sequence[npt.NDArray[np.float64]]) -> Firms:
    area, tax = (float(np.nansum(values[listed])) for values in known)
    return Firms(int(listed.sum()), round(area, 2), round(tax, 2))


__all__ = ["NEVER", "SHARES", "THEME", "Firms", "Steps", "share_steps"]
