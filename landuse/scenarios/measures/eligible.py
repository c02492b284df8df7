"""Say which facts hold for each parcel, and which measures they make eligible (DOMAIN 9.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from landuse.planning.catalogue import MeasureEntry
from landuse.scenarios.measures.book import Book
from landuse.scenarios.measures.users import BANKRUPT, STOPPED, Floats, Mask, Users
from landuse.tables.cells import numbers, text
from landuse.tables.plans import CLEANED

LISTED: Final = CLEANED["efficiency_class"]
RATED_LOW: Final = ("low", "partly_low")
ENDED: Final = ("stopped", "vacant")
"""Land on which nobody works any more."""
IDLE: Final = CLEANED["idle_class"]
UNSETTLED: Final = "UNDETERMINED"
FULL_YEARS: Final = 2
"""Full years without a start from which taking back may begin (Order 53, art. 14(2)), inclusive."""
NO, UNKNOWN, YES = 0.0, 0.5, 1.0
"""What is known of a fact; all = the least of several, any = the greatest, none = 1 less the greatest."""
NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "listed": ("efficiency_class",),
    "rated_low": ("efficiency_class",),
    "operating": ("production_state",),
    "court": ("seizure_no",),
    "far_below": ("far", "far_required"),
    "idle_one_year": ("idle_class", "idle_years", "idle_cause"),
    "idle_two_years": ("idle_class", "idle_years", "idle_cause"),
    "government": ("idle_class", "idle_cause"),
    "surplus": ("built_share",),
    "small": ("area_mu",),
    "scattered": ("area_mu", "efficiency_class"),
    "prohibited": ("industry_code",),
    "grade_d": ("grade",),
    "mortgaged": ("mortgage_no",),
    "seized": ("seizure_no",),
}
"""Fact -> columns it rests on: what is missing where the fact is unknown."""


def facts(parcels: pd.DataFrame, enterprises: pd.DataFrame, occupancy: pd.DataFrame, *, book: Book) -> pd.DataFrame:
    """Return which facts hold, one nullable boolean column a fact, row by row with the parcels; missing = unknown.

    A blank number of a mortgage or a seizure means that there is none; where the column is not there, it is unknown.

    Parameters
    ----------
    parcels, enterprises, occupancy
        Tables as a run publishes them.
    book
        Numbers that facts are measured by: smallest part that can be parted, small land.
    """
    found = facts_of(parcels, Users.of(parcels, enterprises, occupancy), book)
    return pd.DataFrame(
        {name: pd.arrays.BooleanArray(known == YES, known == UNKNOWN) for name, known in found.items()},
        index=parcels.index,
    )


def facts_of(parcels: pd.DataFrame, users: Users, book: Book) -> dict[str, Floats]:
    """Return fact -> NO, UNKNOWN or YES, row by row with the parcels."""
    efficiency, area = text(parcels, "efficiency_class"), numbers(parcels, "area_mu")
    rated_low = _known(efficiency.isin(RATED_LOW), efficiency.isna())
    scattered = _below(area, book.number("scattered_below_mu").likely)
    far, required = numbers(parcels, "far"), required_far(parcels)
    left = surplus_mu(parcels, book)
    return {
        "listed": _known(efficiency.isin(LISTED), efficiency.isna()),
        "rated_low": rated_low,
        "operating": _operating(parcels, users),
        "court": _court(parcels, users),
        "far_below": _known(far < required, np.isnan(far) | np.isnan(required)),
        **_idle(parcels),
        "surplus": _known(left >= book.number("surplus_least_mu").likely, np.isnan(left)),
        "small": _below(area, book.number("factory_below_mu").likely),
        "scattered": np.minimum(rated_low, scattered),
        "prohibited": _known(users.any_of(users.carries("R09"))),
        "grade_d": _known(users.any_of(users.says("grade", ("D",)))),
        "mortgaged": _stated(parcels, "mortgage_no"),
        "seized": _stated(parcels, "seizure_no"),
    }


def eligibility(found: Mapping[str, Floats], entry: MeasureEntry) -> Floats:
    """Return NO, UNKNOWN or YES for a measure: all facts of `all`, one of `any`, and none of `none` hold."""
    length = len(next(iter(found.values())))
    all_of = [found[name] for name in entry.all] + [YES - found[name] for name in entry.none]
    all_of += [np.maximum.reduce([found[name] for name in entry.any])] if entry.any else []
    answer: Floats = np.minimum.reduce([np.full(length, YES), *all_of])
    return answer


def required_far(parcels: pd.DataFrame) -> Floats:
    """Return the floor area ratio required: of the contract and the control table where rule R04 found it."""
    return numbers(parcels, "far_required" if "far_required" in parcels.columns else "far_due")


def surplus_mu(parcels: pd.DataFrame, book: Book) -> Floats:
    """Return the land of each parcel that is not used: 节余用地, never more than the parcel.

    Used is the built share (imagery) against that of a plot in full use, else the site coverage against the coverage
    in full use.
    """
    built = numbers(parcels, "built_share") / book.number("built_full").likely
    covered = numbers(parcels, "site_coverage") / book.number("coverage_full").likely
    used = np.clip(np.where(np.isnan(built), covered, built), 0.0, 1.0)
    left: Floats = numbers(parcels, "area_mu") * (1.0 - used)
    return left


def is_candidate(parcels: pd.DataFrame) -> Mask:
    """Return which parcels are low-efficiency, idle or to be verified: there a measure is told of that may apply."""
    efficiency, idle = text(parcels, "efficiency_class"), text(parcels, "idle_class")
    answer: Mask = (efficiency.isin(LISTED) | idle.isin((*IDLE, UNSETTLED))).to_numpy(dtype=bool)
    return answer


def _idle(parcels: pd.DataFrame) -> dict[str, Floats]:
    """Return the facts of idle land; a class, cause or number of years that is unknown leaves them unknown."""
    kind, cause = text(parcels, "idle_class"), text(parcels, "idle_cause")
    years = numbers(parcels, "idle_years")
    open_kind = kind.isna() | kind.eq(UNSETTLED)
    open_cause = cause.isna() | cause.eq("unknown")
    first = _known(kind.eq("IDLE_T1"), open_kind)
    by_enterprise = np.minimum(first, _known(cause.eq("enterprise"), open_cause))
    unknown = np.isnan(years)
    one, two = (years >= 1) & (years < FULL_YEARS), years >= FULL_YEARS
    idle = _known(kind.isin(IDLE), open_kind)
    return {
        "idle_one_year": np.minimum(by_enterprise, _known(one, unknown)),
        "idle_two_years": np.minimum(by_enterprise, _known(two, unknown)),
        "government": np.minimum(idle, _known(cause.eq("government"), open_cause)),
    }


def _court(parcels: pd.DataFrame, users: Users) -> Floats:
    bankrupt = users.any_of(users.says("production_state", BANKRUPT))
    return np.maximum(_stated(parcels, "seizure_no"), _known(bankrupt))


def _operating(parcels: pd.DataFrame, users: Users) -> Floats:
    """Return whether some user is known to be at work, on land that is neither idle, stopped nor vacant."""
    ended = text(parcels, "efficiency_class").isin(ENDED) | text(parcels, "idle_class").isin(IDLE)
    at_work = users.any_of(users.working)
    silent = ~users.states("production_state") & ~users.closed
    known = _known(at_work, users.any_of(silent) & ~at_work)
    answer: Floats = np.where(ended.to_numpy(dtype=bool), NO, known)
    return answer


def _stated(parcels: pd.DataFrame, column: str) -> Floats:
    if column not in parcels.columns:
        return np.full(len(parcels), UNKNOWN)
    return _known(text(parcels, column).notna())


def _below(values: Floats, bound: float) -> Floats:
    return _known(values < bound, np.isnan(values))


def _known(holds: pd.Series | Mask, unknown: pd.Series | Mask | None = None) -> Floats:
    answer: Floats = np.where(np.asarray(holds, dtype=bool), YES, NO)
    return answer if unknown is None else np.where(np.asarray(unknown, dtype=bool), UNKNOWN, answer)


__all__ = ["NEEDS", "STOPPED", "eligibility", "facts", "facts_of", "is_candidate", "required_far", "surplus_mu"]
