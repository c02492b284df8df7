"""Price one measure on the plots where it is possible, in one case: worse, likely or better for the county."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from landuse.scenarios.measures import money
from landuse.scenarios.measures.book import Book, Measure
from landuse.scenarios.measures.money import Floats, Terms
from landuse.scenarios.measures.plots import Plots, monthly_profit


@dataclass(frozen=True)
class Priced:
    """What a measure costs and brings, plot by plot."""

    handled_mu: Floats
    freed_mu: Floats
    items: Mapping[str, Floats]
    """Cost item -> 10,000 yuan."""
    cost_wan: Floats
    income_wan: Floats
    tax_uplift_wan: Floats
    output_uplift_wan: Floats
    energy_saved_tce: Floats
    npv_wan: Floats
    payback_year: Floats
    ramp_first: float


@dataclass(frozen=True)
class Pricing:
    """A measure, the numbers in force and the case they are taken in."""

    book: Book
    measure: Measure
    levels: Mapping[str, int]
    case: int

    def __call__(self, plots: Plots) -> Priced:
        """Return the figures of the measure."""
        entry = self.measure.entry
        handled = plots.surplus_mu if entry.handled == "surplus" else plots.part_mu
        net = self._net(handled)
        items = self._items(plots, handled, net)
        cost = sum(items.values(), np.zeros(len(handled)))
        income = self._income(plots, net)
        tax = self._uplift(plots, net, handled, "tax_wan", "target_tax_wan_per_mu")
        output = self._uplift(plots, net, handled, "output_wan", "target_output_wan_per_mu")
        terms = self.terms()
        return Priced(
            handled_mu=handled,
            freed_mu=net,
            items=items,
            cost_wan=cost,
            income_wan=income,
            tax_uplift_wan=tax,
            output_uplift_wan=output,
            energy_saved_tce=self._saved(plots, net, output),
            npv_wan=money.net_present_value(cost, income, tax, terms),
            payback_year=money.payback_year(cost, income, tax, terms),
            ramp_first=terms.ramp[0],
        )

    def terms(self) -> Terms:
        """Return what turns the amounts of many years into one."""
        own = "income_years" in self.measure.numbers
        return Terms(
            discount=self._of("discount"),
            local_share=self._of("local_share"),
            ramp=self.book.ramp,
            wait_years=int(self._of("months") // money.MONTHS),
            income_year=self._of("income_years" if own else "hold_years"),
            horizon=int(self._of("horizon_years")),
        )

    def _of(self, name: str) -> float:
        return self.book.number(name, self.measure.code).at(self.case)

    def _or(self, name: str, otherwise: float) -> float:
        return self._of(name) if name in self.measure.numbers else otherwise

    def _at_place(self, plots: Plots, name: str, *, times_k: bool = False) -> Floats:
        """Return a shared number plot by plot: that of its price level, else the general one, times K for a price."""
        general = self._of(name)
        values = general * plots.coefficient if times_k else np.full(len(plots.row), general)
        for level, place in self.levels.items():
            if (named := f"{name}@{level}") in self.book.shared:
                values = np.where(plots.level == place, self._of(named), values)
        return values

    def _net(self, handled: Floats) -> Floats:
        """Return the land that comes free for a new user."""
        if self.measure.entry.net == "none":
            return handled * 0.0
        return handled if self.measure.entry.net == "whole" else money.net_area(handled, self._of("public_share"))

    # ------------------------------------------------------------------------------------------ cost

    def _items(self, plots: Plots, handled: Floats, net: Floats) -> dict[str, Floats]:
        share = np.divide(handled, plots.area_mu, out=np.zeros(len(handled)), where=~(plots.area_mu == 0))
        none = np.zeros(len(handled))
        made: dict[str, Callable[[], Floats]] = {
            "land": lambda: self._land(plots) * share,
            "building": lambda: self._building(plots) * share,
            "moving": lambda: self._moving(plots, share),
            "incentive": lambda: money.incentive(
                items.get("land", none), items.get("building", none), self._of("incentive_rate")
            ),
            "preparing": lambda: money.preparing_cost(
                handled, self._of("prep_wan_per_mu"), self._of("soil_survey_wan"), self._of("remediation_wan_per_mu")
            ),
            "case": lambda: money.lump(handled, self._of("case_wan")),
            "relief": lambda: handled * self._of("relief_wan_per_mu"),
            "rent": lambda: plots.floor_m2 * share * self._of("rent_yuan_per_m2") * self._of("rent_years")
            / money.YUAN_PER_WAN,
            "subsidy": lambda: money.subsidy(
                net, self._of("invest_new_wan_per_mu"), self._of("subsidy_rate"), self._of("subsidy_cap_wan")
            ),
            "finance": lambda: money.finance_cost(
                sum(items.values(), none), self._of("finance_rate"), self._of("hold_years")
            ),
        }  # fmt: skip
        items: dict[str, Floats] = {}
        asked = self.measure.entry.costs
        for name, amount in made.items():
            if name in asked:
                items[name] = amount()
        return items

    def _land(self, plots: Plots) -> Floats:
        how = self.book.land_value
        if how == "contract":
            return money.contract_value(plots.price_wan, plots.term_left)
        price = self._at_place(plots, "appraised_wan_per_mu", times_k=True)
        appraised = money.appraised_value(plots.area_mu, price, plots.term_left)
        if how == "appraised":
            return appraised
        return money.lower_value(money.contract_value(plots.price_wan, plots.term_left), appraised)

    def _building(self, plots: Plots) -> Floats:
        whole = money.building_value(plots.floor_m2, self._of("replacement_yuan_per_m2"), self._of("newness"))
        return whole * self._or("building_share", 1.0)

    def _moving(self, plots: Plots, share: Floats) -> Floats:
        equipment = plots.invested_wan * self._of("equipment_share") * share
        profit = monthly_profit(plots, self._of("profit_margin"))
        return money.moving_cost(equipment, self._of("move_rate"), self._of("interruption_months"), profit)

    # --------------------------------------------------------------------------------------- benefit

    def _income(self, plots: Plots, net: Floats) -> Floats:
        if self.measure.entry.income == "fee":
            return plots.fee_wan
        if self.measure.entry.income == "none":
            return np.zeros(len(net))
        price = self._at_place(plots, "price_new_wan_per_mu", times_k=True)
        return money.resale_income(net, price, self._at_place(plots, "price_min_wan_per_mu"))

    def _uplift(self, plots: Plots, net: Floats, handled: Floats, amount: str, target: str) -> Floats:
        """Return what a year at full ramp brings more, by the kind of the measure."""
        kind, aim = self.measure.entry.uplift, self._at_place(plots, target)
        present: Floats = np.maximum(getattr(plots, amount), 0.0)
        if kind == "new_user":
            return money.yearly_uplift(net, aim * self._or("reach", 1.0), plots.per_mu(amount))
        if kind == "start":
            used = handled if self.measure.entry.net == "none" else net
            return money.yearly_uplift(used, aim * self._or("reach", 1.0), np.zeros(len(used)))
        if kind == "gap":
            return np.maximum(money.yearly_uplift(handled, aim, plots.per_mu(amount)), 0.0) * self._of("reach")
        if kind == "growth":
            return present * self._of("growth")
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            added = np.where(plots.far > 0, plots.far_required / plots.far - 1.0, self._of("growth_most"))
        added = np.where(np.isnan(plots.far), np.nan, np.clip(added, 0.0, self._of("growth_most")))
        return present * added * self._of("follow")

    def _saved(self, plots: Plots, net: Floats, output: Floats) -> Floats:
        """Return the energy of the old use less that of the new one: negative where more is used.

        The new use takes the energy of new production: for all its output where the old use leaves, else for what is
        added.
        """
        rate = self._of("energy_new_tce_per_wan")
        if not self.measure.entry.present_leaves:
            return -output * rate
        kept = net * plots.per_mu("output_wan") if self.measure.entry.uplift == "new_user" else 0.0
        saved: Floats = plots.energy_tce - (output + kept) * rate
        return saved
