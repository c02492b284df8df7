"""Say what each measure of a parcel costs and brings, and which plans take it; of a run with plans."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from landuse.reports.dossier.options import Option
from landuse.reports.dossier.words import NOTHING, word
from landuse.reports.sources import records
from landuse.tables import Plans

FIGURES: Final = (
    ("cost_wan", "cost_low_wan", "cost_high_wan"), ("income_wan", "", ""), ("npv_wan", "npv_low_wan", "npv_high_wan"),
    ("tax_uplift_wan", "", ""),
)  # fmt: skip
"""Figure of an option with the ends of its range, in the order of the page."""


class Prices:
    """The options of some parcels with their figures, and the plans that take them."""

    def __init__(self, plans: Plans | None, ids: Sequence[str], lang: str) -> None:
        self.lang = lang
        self.options: dict[str, dict[str, Mapping[str, Any]]] = {}
        self.taken: dict[tuple[str, str], list[str]] = {}
        if plans is None or plans.options.empty:
            return
        for row in records(plans.options[plans.options["parcel_id"].isin(ids)]):
            self.options.setdefault(str(row["parcel_id"]), {})[str(row["measure"])] = row
        shown = [plans.shown] if plans.shown in plans.outcomes else []
        for name in [*shown, *(name for name in plans.outcomes if name not in shown)]:
            outcome = plans.outcomes[name]
            for row in records(outcome.lines[outcome.lines["parcel_id"].isin(ids)]):
                self.taken.setdefault((str(row["parcel_id"]), str(row["measure"])), []).append(outcome.title)

    def codes(self, key: str) -> frozenset[str]:
        """Return the measures of a parcel whose figures the run has."""
        return frozenset(self.options.get(key, {}))

    def rows(self, key: str, offered: Sequence[Option]) -> list[Mapping[str, Any]]:
        """Return the measures of a parcel with their figures; none where the run has no plans."""
        if not self.options:
            return []
        return [self._row(key, option) for option in offered]

    def _row(self, key: str, option: Option) -> Mapping[str, Any]:
        found = self.options.get(key, {}).get(option.code, {})
        plans = self.taken.get((key, option.code), [])
        return {
            "name": option.name,
            "group": option.group,
            "why": option.why,
            "limits": option.procedure,
            "taken": word("page", "option_taken", self.lang, plans="、".join(plans)) if plans else "",
            "figures": [*(self._figure(found, *names) for names in FIGURES), [self._payback(found), ""]],
        }

    def _figure(self, row: Mapping[str, Any], name: str, low: str, high: str) -> list[str]:
        """Return a figure, and its range where it has one."""
        ends = [_number(row.get(one)) for one in (low, high)] if low else []
        is_range = bool(ends) and not any(math.isnan(one) for one in ends)
        told = [_said(one) for one in ends]
        span = word("page", "option_range", self.lang, low=told[0], high=told[1]) if is_range else ""
        return [_said(_number(row.get(name))), span]

    def _payback(self, row: Mapping[str, Any]) -> str:
        """Return the year in which what was paid is back; that it does not come back where all figures are known."""
        year = _number(row.get("payback_year"))
        if not math.isnan(year):
            return word("page", "option_year", self.lang, year=int(year))
        return NOTHING if math.isnan(_number(row.get("npv_wan"))) else word("page", "option_never", self.lang)


def _number(value: Any) -> float:
    try:
        return math.nan if value is None else float(value)
    except TypeError:
        return math.nan


def _said(value: float) -> str:
    return NOTHING if math.isnan(value) else f"{value:,.2f}"
