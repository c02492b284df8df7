"""Define what clean-up planning passes on: options, plans, the progress of cases, demands matched with plots.

Everything is a table with one key, so that a run can be kept, drawn again and compared. Money is in 10,000 yuan (wan),
land in mu, unknown is missing and never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

OPTION_COLUMNS: Final = (
    "parcel_id", "measure", "measure_group", "handled_mu", "freed_mu", "cost_wan", "cost_low_wan", "cost_high_wan",
    "income_wan", "npv_wan", "npv_low_wan", "npv_high_wan", "payback_year", "tax_uplift_wan", "tax_year1_wan",
    "output_uplift_wan", "output_year1_wan", "energy_saved_tce", "jobs_lost", "months", "success", "payer", "missing",
)  # fmt: skip
"""Columns of the options, one row a parcel and measure, sorted by parcel (as in the run) and measure (M1 … M13).

handled_mu: land that the measure settles (the part of the parcel it speaks of). freed_mu: net land for a new user.
cost_wan: what the government pays, likely, least and greatest. income_wan: what it takes in (resale, fee). npv_wan is
the county's (it counts the share of tax that stays); tax_uplift_wan is all tax of a year at full ramp, tax_year1_wan of
the first year of the new use. payback_year: first year with nothing left to recover (0 where nothing is paid), missing
where none within the horizon. energy_saved_tce: of the old use less the new one, negative where more is used.
jobs_lost: employees of users that lose their place, missing where a user's number is unknown. success: likely share of
cases that succeed. payer: who pays. missing: columns of the facts without which a figure is unknown, joined by 、; an
option with any unknown among cost_wan, npv_wan and tax_uplift_wan can be written by hand into a plan, never chosen by
the program.
"""
LINE_COLUMNS: Final = ("parcel_id", "measure", "year", "site", *OPTION_COLUMNS[2:])
"""Columns of the lines of a plan: the option taken, the year (1 …) in which its case begins, the site (1 …; missing
where the plan assembles none)."""
LIMIT_COLUMNS: Final = ("kind", "of", "least", "most", "used", "unit")
"""Columns of the limits of a plan. kind: target | budget | cases | town_mu | town_cases | industry_mu | jobs |
either_or | all_or_none | park_lot | lock_in | lock_out; of: year, town, industry, park or parcels concerned, blank =
the whole; used: what the plan uses of it; unit: mu | wan_yuan | case | person | blank."""
MOVE_COLUMNS: Final = ("together", "kind", "of", "is_upper", "stated", "needed", "by", "unit")
"""Columns of what stands in the way of a plan. together: True = one of the fewest limits that have to give at the same
time; False = would do alone."""
SCOPE_COLUMNS: Final = (
    "by", "place", "n_parcels", "land_mu", "n_handled", "handled_mu", "freed_mu", "tax_before_wan", "tax_after_wan",
    "tax_per_mu_before", "tax_per_mu_after", "output_before_wan", "output_after_wan", "far_before", "far_after",
    "idle_mu_before", "idle_mu_after", "idle_rate_before", "idle_rate_after",
)  # fmt: skip
"""Columns of before and after, by: all | park | town | industry (division of the largest user)."""
YEAR_COLUMNS: Final = (
    "year", "n_new", "n_parcels", "handled_mu", "freed_mu", "cost_wan", "income_wan", "npv_wan", "tax_uplift_wan",
    "value", "free_value", "free_bound", "free_handled_mu", "free_cost_wan", "free_tax_uplift_wan", "price_value",
    "price_mu", "price_wan",
)  # fmt: skip
"""Columns of the years of a plan, sums up to and including the year. value: of the aim; free_…: of the best plan for
that year alone, free of what earlier years chose; price_…: what building on the years before costs (free less
nested), price_wan in tax a year."""
SITE_COLUMNS: Final = ("site", "n_parcels", "area_mu", "compactness", "value", "cost_wan", "parcels")
"""Columns of contiguous sites. compactness: 4πA/P² of their hull, 1 = a disc; parcels: codes joined by 、."""
CASE_COLUMNS: Final = (
    "parcel_id", "list", "stage", "state", "measure", "area_handled_mu", "counted_mu", "counted_year", "month",
    "leader", "unit", "person", "due", "done_on", "doc_no", "note", "light", "days_late", "misses", "counts", "because",
)  # fmt: skip
"""Columns of cases, one row a parcel and case in the order of the files; state: done | negotiating | open | failed;
counted_mu: land that counts (a plot counts once, 0 for a repeated one, missing where no area is known); light: green |
yellow | red, missing where nothing is due; misses: months in a row that a due step was missed, this one included;
counts: whether the row counts, because: why not (`case_because` of the enumerations)."""
PROGRESS_COLUMNS: Final = (
    "by", "place", "month", "target_mu", "due_mu", "done_mu", "negotiating_mu", "open_mu", "gap_mu", "done_share",
    "n_done", "n_negotiating", "n_open", "n_failed", "light", "misses",
)  # fmt: skip
"""Columns of progress, by: all | park | town | month. gap_mu = target less done and negotiating, not below 0; due_mu:
target due by the day; open_mu: land of open cases and of failed ones, whose land is open again; month: first day of the
month, for by = month (blank = done, on a day nobody stated); light and misses of the place. Plots outside all parks, or
not among the parcels, stand under a blank place."""
MATCH_COLUMNS: Final = (
    "demand_id", "project", "industry_code", "demand_mu", "place", "kind", "parcels", "area_mu", "rank", "score",
    "suggested", "because",
)  # fmt: skip
"""Columns of matches, one row a demand and candidate, best first. kind: parcel | site (plots side by side) | group
(plots of one park that are not) | factory | none (nothing fits: the row says what came nearest); place: park or
factory; score: 0 to 100; suggested: whether the demand takes this candidate when no plot is given twice; because: codes
(`match_because` of the enumerations) joined by 、."""


CLEANED: Final = {
    "efficiency_class": ("low", "partly_low", "stopped", "vacant"),
    "idle_class": ("IDLE_T1", "IDLE_T2"),
}
"""Classes of the land that clean-up is about: low-efficiency and suspected idle land."""


def is_cleaned(parcels: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which parcels are land that clean-up is about, each once however many classes it has."""
    found = np.zeros(len(parcels), dtype=bool)
    for name, classes in CLEANED.items():
        if name in parcels.columns:
            found |= parcels[name].isin(classes).to_numpy(dtype=bool)
    return found


@dataclass(frozen=True)
class Outcome:
    """What came of one scenario."""

    name: str
    title: str
    choose: str
    """best | nothing | hand."""
    is_feasible: bool
    is_expected: bool
    """Whether it came out as the project file expects (`expect`)."""
    lines: pd.DataFrame
    """`LINE_COLUMNS`; empty where there is no plan."""
    limits: pd.DataFrame
    """`LIMIT_COLUMNS`."""
    scopes: pd.DataFrame
    """`SCOPE_COLUMNS`; empty where there is no plan."""
    totals: Mapping[str, float]
    """Figures of the whole: n_parcels, n_enterprises, handled_mu, freed_mu, expected_mu, cost_wan, cost_low_wan,
    cost_high_wan, income_wan, npv_wan, npv_low_wan, npv_high_wan, payback_year, tax_uplift_wan, tax_year1_wan,
    output_uplift_wan, output_year1_wan, energy_saved_tce, jobs_lost, jobs_unknown, done_mu, negotiating_mu, target_mu,
    reached_mu (done, negotiating and planned), reached_share, gap_mu. An unknown one is NaN."""
    value: float = float("nan")
    """Of the aim …"""
    bound: float = float("nan")
    """… and the most any plan could have."""
    gap: float = float("nan")
    """Share by which the plan could be beaten at most."""
    moves: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`MOVE_COLUMNS`: what stands in the way; empty where the plan is possible."""
    years: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`YEAR_COLUMNS`; empty for plans of one year."""
    sites: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`SITE_COLUMNS`; empty where none are assembled."""
    warnings: tuple[str, ...] = ()
    """Keys of words the plan has to carry (vocabulary/planning): too_good_tax, too_good_output, unknown_jobs …"""
    issues: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`ISSUE_COLUMNS`: what of a plan written by hand could not be used as it stands; empty otherwise."""


@dataclass(frozen=True)
class Plans:
    """All planning of one run; `shown` is the plan that maps and report show."""

    options: pd.DataFrame
    """`OPTION_COLUMNS`."""
    outcomes: Mapping[str, Outcome]
    """By name, in the order of the project file."""
    shown: str = ""
    """Name of the plan that is shown; blank = none."""
    cases: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`CASE_COLUMNS`; empty where the project has no cases."""
    progress: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`PROGRESS_COLUMNS`; empty without cases and targets."""
    matches: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`MATCH_COLUMNS`; empty without demands."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Numbers in force of the catalogue, as printed with a plan."""

    @property
    def shown_outcome(self) -> Outcome | None:
        """Return the plan that maps and report show."""
        return self.outcomes.get(self.shown)
