"""Tell what a plan does to the county: totals, and before and after of the whole, its parks, towns and industries.

A function of the lines of the plan alone: it knows no scenario, no limit and no aim, so the same lines give the same
figures whoever wrote them, and disjoint plans add up. Unknown figures stay unknown: a sum with an unknown part is
unknown, but for jobs, whose unknown ones are counted beside the sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.errors import DefectError
from landuse.scenarios.plans.candidates import figure
from landuse.scenarios.plans.ground import PlanGround
from landuse.tables.plans import CLEANED, SCOPE_COLUMNS

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
SUMS: Final = (
    "handled_mu", "freed_mu", "cost_wan", "cost_low_wan", "cost_high_wan", "income_wan", "npv_wan", "npv_low_wan",
    "npv_high_wan", "tax_uplift_wan", "tax_year1_wan", "output_uplift_wan", "output_year1_wan", "energy_saved_tce",
)  # fmt: skip
"""Figures of lines that add up."""
NOT_AT_WORK: Final = {
    "idle_class": ("IDLE_T1", "IDLE_T2", "OVERDUE_START"),
    "efficiency_class": ("stopped", "vacant"),
}
"""Classes of land where nobody works: tax that nobody states there is none."""
REBUILT: Final = frozenset({"M1", "M2", "M3", "M4", "M6", "M10", "M13"})
"""Measures after which a parcel is built up to what is asked of new building: a new user comes, or the present one adds
floors; the others leave the buildings as they are."""


@dataclass(frozen=True)
class Simulated:
    """What a plan does."""

    totals: Mapping[str, float]
    scopes: pd.DataFrame
    """`SCOPE_COLUMNS`."""


def simulated(lines: pd.DataFrame, ground: PlanGround) -> Simulated:
    """Return what the lines of a plan do.

    Parameters
    ----------
    lines
        `LINE_COLUMNS`, one line a parcel at most.
    """
    return Simulated(totals_of(lines, ground), scopes_of(lines, ground))


def totals_of(lines: pd.DataFrame, ground: PlanGround) -> dict[str, float]:
    """Return the sums of the lines (`Outcome.totals`, but for what a task adds to them).

    payback_year: the year by which every line has paid back; unknown where one does not within the horizon.
    """
    users = ground.occupancy
    firms = users.loc[users["parcel_id"].isin(lines["parcel_id"]), "uscc"].nunique() if len(users) else 0
    jobs, years = figure(lines, "jobs_lost"), figure(lines, "payback_year")
    return {
        "n_parcels": float(len(lines)),
        "n_enterprises": float(firms),
        **{name: float(figure(lines, name).sum()) for name in SUMS},
        "expected_mu": float((figure(lines, "handled_mu") * figure(lines, "success")).sum()),
        "payback_year": float(years.max()) if len(years) else float("nan"),
        "jobs_lost": float(np.nansum(jobs)),
        "jobs_unknown": float(np.isnan(jobs).sum()),
    }


@dataclass(frozen=True)
class _State:
    """Figures of the parcels, before or after; NaN unknown."""

    tax: Numbers
    output: Numbers
    far: Numbers
    idle: Numbers
    lost: Mapping[str, Mask]
    """Parcels whose figure a line leaves unknown."""


def scopes_of(lines: pd.DataFrame, ground: PlanGround) -> pd.DataFrame:
    """Return before and after of the whole, by park, town and industry (division of the largest user).

    Tax per mu is over the same land before and after: parcels whose tax is known, and those where nobody works and an
    option says what they would gain. Where somebody works and the tax is unknown it stays unknown: the parcel's gain
    is part of the tax after, not of the tax per mu. The floor area ratio after: what is asked of new building
    (far_required, else far_due) where the measure brings building, else as before; only parcels whose ratio is known
    before count.
    """
    row = ground.codes.get_indexer(pd.Index(lines["parcel_id"].astype("str")))
    if (row < 0).any() or len(np.unique(row)) < len(row):
        raise DefectError("a plan: a line of no parcel, or two of one")
    before = _before(ground)
    after = _after(before, lines, row, ground)
    land = np.nan_to_num(ground.number("area_mu"), nan=0.0)
    taxed = np.where(_taxed(lines, row, ground), land, 0.0)
    parts = []
    for by, group, places in _groups(ground):
        sums = _Sums(group, len(places))
        taken: dict[str, Any] = {
            "by": by,
            "place": places,
            "n_parcels": np.bincount(group, minlength=len(places)),
            "land_mu": sums.of(land),
            "n_handled": np.bincount(group[row], minlength=len(places)),
            "handled_mu": np.bincount(group[row], figure(lines, "handled_mu"), minlength=len(places)),
            "freed_mu": np.bincount(group[row], figure(lines, "freed_mu"), minlength=len(places)),
        }
        for when, state in (("before", before), ("after", after)):
            taken |= _figures(when, state, (land, taxed), sums)
        parts.append(pd.DataFrame(taken))
    return pd.concat(parts, ignore_index=True)[list(SCOPE_COLUMNS)]


def _taxed(lines: pd.DataFrame, row: Ints, ground: PlanGround) -> Mask:
    """Return the parcels over whose land tax is told."""
    gains = ground.options.loc[np.isfinite(figure(ground.options, "tax_uplift_wan")), "parcel_id"]
    gain = ground.codes.isin(gains.astype("str"))
    gain[row] |= np.isfinite(figure(lines, "tax_uplift_wan"))
    silent = ground.text("idle_class").isin(NOT_AT_WORK["idle_class"])
    silent |= ground.text("efficiency_class").isin(NOT_AT_WORK["efficiency_class"])
    return np.isfinite(ground.number("tax_wan")) | (gain & silent.to_numpy(dtype=bool))


def _before(ground: PlanGround) -> _State:
    area = ground.number("area_mu")
    idle = np.where(
        ground.text("idle_class").isin(CLEANED["idle_class"]).to_numpy(dtype=bool), np.nan_to_num(area, nan=0.0), 0.0
    )
    return _State(ground.number("tax_wan"), ground.number("output_wan"), ground.number("far"), idle, {})


def _after(before: _State, lines: pd.DataFrame, row: Ints, ground: PlanGround) -> _State:
    """Return the figures once every line has had its full effect."""
    moved, lost = {}, {}
    for name, uplift in (("tax", "tax_uplift_wan"), ("output", "output_uplift_wan")):
        values = getattr(before, name).copy()
        gain = figure(lines, uplift)
        values[row] = np.nan_to_num(values[row], nan=0.0) + gain
        moved[name] = values
        lost[name] = np.zeros(len(values), dtype=bool)
        lost[name][row] = np.isnan(gain)
    idle, handled = before.idle.copy(), figure(lines, "handled_mu")
    idle[row] = np.maximum(0.0, idle[row] - handled)
    return _State(moved["tax"], moved["output"], _built(before.far, lines, row, ground), idle, lost)


def _built(far: Numbers, lines: pd.DataFrame, row: Ints, ground: PlanGround) -> Numbers:
    required = np.where(
        np.isnan(ground.number("far_required")), ground.number("far_due"), ground.number("far_required")
    )
    built = lines["measure"].isin(REBUILT).to_numpy(dtype=bool) & np.isfinite(required[row])
    at = row[built]
    area = ground.number("area_mu")[at]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip(figure(lines, "handled_mu")[built] / area, 0.0, 1.0)
    after = far.copy()
    after[at] = far[at] + share * np.maximum(0.0, required[at] - far[at])
    return after


def _groups(ground: PlanGround) -> Iterator[tuple[str, Ints, list[str]]]:
    """Return the group of each parcel and the names of the groups; land of no park, town or industry is one group."""
    yield "all", np.zeros(len(ground.parcels), dtype=np.int64), [""]
    for by, names in (("park", ground.text("park")), ("town", ground.text("town")), ("industry", ground.industry)):
        places = sorted(set(names))
        yield by, pd.Index(places).get_indexer(pd.Index(names)).astype(np.int64), places


@dataclass(frozen=True)
class _Sums:
    """Sums by group."""

    group: Ints
    size: int

    def of(self, values: Numbers) -> Numbers:
        return np.bincount(self.group, values, minlength=self.size).astype(float)

    def known(self, values: Numbers, lost: Mask | None) -> Numbers:
        """Return the sums of what is known; unknown where nothing is, or where a line leaves a figure unknown."""
        known = np.isfinite(values)
        found = self.of(np.where(known, values, 0.0))
        found[np.bincount(self.group[known], minlength=self.size) == 0] = np.nan
        if lost is not None:
            found[self.group[lost]] = np.nan
        return found


def _figures(when: str, state: _State, lands: tuple[Numbers, Numbers], sums: _Sums) -> dict[str, Numbers]:
    land, taxed = lands
    lost, idle = state.lost.get("tax"), sums.of(state.idle)
    tax_of_taxed = sums.known(np.where(taxed > 0, state.tax, np.nan), lost)
    measured = np.where(np.isfinite(state.far), land, 0.0)
    return {
        f"tax_{when}_wan": sums.known(state.tax, lost),
        f"tax_per_mu_{when}": divided(tax_of_taxed, sums.of(taxed)),
        f"output_{when}_wan": sums.known(state.output, state.lost.get("output")),
        f"far_{when}": divided(sums.known(state.far * land, None), sums.of(measured)),
        f"idle_mu_{when}": idle,
        f"idle_rate_{when}": divided(idle, sums.of(land)),
    }


def divided(part: Numbers, whole: Numbers) -> Numbers:
    """Return a ratio; unknown where there is nothing to divide by."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(whole > 0, part / whole, np.nan), dtype=np.float64)
