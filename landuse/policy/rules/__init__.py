"""Judge enterprises and parcels by the named rules R02 to R10: one pure function a rule, three-valued."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from landuse.policy.rules.carried import far_of_holder, investment_of_holder, production_of_holder
from landuse.policy.rules.case import Case, Facts
from landuse.policy.rules.finding import Finding
from landuse.policy.rules.outside import within
from landuse.policy.rules.plots import Plots
from landuse.policy.rules.states import large_below_scale, lowest_year_after_year, prohibited, stopped
from landuse.policy.rules.yields import tax_under_limit, tax_under_mean

__all__ = ["NAMED", "Case", "Facts", "Finding", "Plots", "named_findings"]

NAMED: Final[Mapping[str, Callable[[Case], Finding]]] = {
    "R02": tax_under_limit,
    "R03": tax_under_mean,
    "R04": far_of_holder,
    "R05": investment_of_holder,
    "R06": stopped,
    "R07": large_below_scale,
    "R08": lowest_year_after_year,
    "R09": prohibited,
    "R10": production_of_holder,
}
"""Rule beside the bottom share -> its function."""


def named_findings(case: Case) -> dict[str, Finding]:
    """Return what every named rule says of every enterprise; those it does not apply to are set apart."""
    return {name: within(rule(case), case) for name, rule in NAMED.items()}
