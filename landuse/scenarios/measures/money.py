"""Compute what a measure costs and brings: the formulas of DOMAIN 9.2, one small function each.

Arrays in, array out, plot by plot; money in 10,000 yuan, land in mu, NaN = unknown. What depends on an
unknown amount is unknown. A plot without land costs and brings nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

DAYS_A_YEAR: Final = 365.2425
MONTHS: Final = 12
YUAN_PER_WAN: Final = 10_000


def term_left(begin: Days, end: Days, as_of: np.datetime64, term_years: float) -> Floats:
    """Return the part of the term of use that is left, 0 to 1 (DOMAIN 9.2: years_left / term).

    Where only the beginning or only the end is known, the term is the longest one. Neither: unknown.
    """
    length = np.where(np.isnat(begin) | np.isnat(end), term_years * DAYS_A_YEAR, _days(end - begin))
    left = np.where(np.isnat(end), length - _days(as_of - begin), _days(end - as_of))
    with np.errstate(invalid="ignore", divide="ignore"):
        part: Floats = np.clip(np.where(length > 0, left / length, np.nan), 0.0, 1.0)
    return part


def contract_value(price_wan: Floats, left: Floats) -> Floats:
    """Return V_land = P_contract * (years_left / term) (DOMAIN 9.2)."""
    return price_wan * left


def appraised_value(area_mu: Floats, price_wan_per_mu: Floats, left: Floats) -> Floats:
    """Return V_land by an appraised price of a full term, for the term that is left (DOMAIN 9.2)."""
    return area_mu * price_wan_per_mu * left


def lower_value(contract_wan: Floats, appraised_wan: Floats) -> Floats:
    """Return the lower of cost and appraisal (就低, DOMAIN 9.2); unknown where either is."""
    return np.minimum(contract_wan, appraised_wan)


def building_value(floor_m2: Floats, replacement_yuan_per_m2: float, newness: float) -> Floats:
    """Return V_bld = GFA * replacement_price * newness (DOMAIN 9.2)."""
    return floor_m2 * replacement_yuan_per_m2 * newness / YUAN_PER_WAN


def moving_cost(equipment_wan: Floats, rate: float, months: float, monthly_profit_wan: Floats) -> Floats:
    """Return V_move = r_move * V_equipment + months * monthly_profit (DOMAIN 9.2); a loss is no cost."""
    return rate * equipment_wan + months * np.maximum(monthly_profit_wan, 0.0)


def incentive(land_wan: Floats, building_wan: Floats, rate: float) -> Floats:
    """Return V_inc = rate * (V_land + V_bld) (DOMAIN 9.2)."""
    return rate * (land_wan + building_wan)


def preparing_cost(area_mu: Floats, per_mu_wan: float, survey_wan: float, remediation_wan_per_mu: float) -> Floats:
    """Return V_prep = area_mu * prep_per_mu + soil_survey + remediation (DOMAIN 9.2)."""
    return area_mu * (per_mu_wan + remediation_wan_per_mu) + lump(area_mu, survey_wan)


def finance_cost(paid_wan: Floats, rate: float, hold_years: float) -> Floats:
    """Return V_fin = (sum of the above) * rate * hold_years (DOMAIN 9.2)."""
    return paid_wan * rate * hold_years


def lump(area_mu: Floats, once_wan: float) -> Floats:
    """Return what a case costs whatever its size; nothing where there is no land."""
    return np.where(area_mu > 0, once_wan, np.where(np.isnan(area_mu), np.nan, 0.0))


def subsidy(net_mu: Floats, invest_wan_per_mu: float, rate: float, cap_wan: float) -> Floats:
    """Return the subsidy of a buyer: a share of the fixed investment, up to a cap (DOMAIN 9.1, M2)."""
    return np.minimum(net_mu * invest_wan_per_mu * rate, cap_wan)


def net_area(area_mu: Floats, public_share: float) -> Floats:
    """Return area_net = area * (1 - public_share) (DOMAIN 9.2)."""
    return area_mu * (1.0 - public_share)


def resale_income(net_mu: Floats, price_wan_per_mu: Floats, least_wan_per_mu: Floats) -> Floats:
    """Return R1 = area_net_mu * price_new_per_mu, the price not below the least one of the grade (DOMAIN 9.2)."""
    return net_mu * np.maximum(price_wan_per_mu, least_wan_per_mu)


def yearly_uplift(net_mu: Floats, target_per_mu: Floats, present_per_mu: Floats) -> Floats:
    """Return dT at full ramp = area_net_mu * (target_per_mu - present_per_mu) (DOMAIN 9.2)."""
    uplift: Floats = np.where(net_mu > 0, net_mu * (target_per_mu - present_per_mu), net_mu * 0.0)
    return uplift


@dataclass(frozen=True)
class Terms:
    """What turns amounts of many years into one: discount, share that stays, ramp, and how many years count."""

    discount: float
    local_share: float
    ramp: tuple[float, ...]
    """Part of the target in the first, second … year of the new use; the last holds on."""
    wait_years: int
    """Whole years before the first year of the new use."""
    income_year: float
    """Years until the income (t1)."""
    horizon: int
    """Years of uplift that count."""

    def ramp_in(self, year: int) -> float:
        """Return ramp(year): 0 while the land is being handled."""
        place = year - self.wait_years
        return 0.0 if place < 1 else self.ramp[min(place, len(self.ramp)) - 1]

    def worth_of_income(self) -> float:
        """Return 1 / (1 + d)^t1."""
        return float((1.0 + self.discount) ** -self.income_year)

    def worth_of_uplift(self, years: int) -> float:
        """Return the sum of L * ramp(y) / (1 + d)^y over the first years."""
        terms = (self.ramp_in(year) / (1.0 + self.discount) ** year for year in range(1, years + 1))
        return self.local_share * sum(terms)


def net_present_value(cost_wan: Floats, income_wan: Floats, uplift_wan: Floats, terms: Terms) -> Floats:
    """Return NPV = -C1 + R1/(1+d)^t1 + sum_y L*dT_y/(1+d)^y (DOMAIN 9.2)."""
    uplift = uplift_wan * terms.worth_of_uplift(terms.horizon)
    return -cost_wan + income_wan * terms.worth_of_income() + uplift


def payback_year(cost_wan: Floats, income_wan: Floats, uplift_wan: Floats, terms: Terms) -> Floats:
    """Return the first y with cumulative >= 0 (DOMAIN 9.2): 0 where nothing is paid, NaN where none in the horizon."""
    found = np.full(len(cost_wan), np.nan)
    for year in range(terms.horizon, -1, -1):
        income = income_wan * terms.worth_of_income() if year >= terms.income_year else 0.0 * income_wan
        cumulative = -cost_wan + income + uplift_wan * terms.worth_of_uplift(year)
        found = np.where(cumulative >= 0, float(year), found)
    return found


def _days(span: npt.NDArray[np.timedelta64]) -> Floats:
    """Return days as numbers; an unknown span is NaN."""
    count: Floats = np.where(np.isnat(span), np.nan, span.astype("timedelta64[D]").astype(np.float64))
    return count
