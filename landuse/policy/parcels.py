"""Carry the verdict on enterprises to the parcels they use: efficiency class, share of listed land, sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.occupancy import CLOSED_STATES
from landuse.assemble.power import STOPPED_STATES
from landuse.assemble.shares import position_in, reaches
from landuse.catalogue import load_folder
from landuse.policy.sentences import percent
from landuse.ranking.status import FINISHED
from landuse.ranking.text import Coded, Codes, holds, text_of, those_that_hold
from landuse.rule import Rule

SUPPLY_FACTS: Final = (
    "supply_mode", "contract_no", "contract_date", "handover_date", "real_estate_unit", "cert_no", "holder",
    "holder_uscc",
)  # fmt: skip
"""Any of them known: the parcel has been supplied to somebody."""
CLASSES: Final = ("stopped", "vacant", "not_rated", "low", "partly_low", "not_low")
"""In the order in which they are tested."""

Mask = npt.NDArray[np.bool_]
Land = npt.NDArray[np.int64]


def efficiency(
    parcels: pd.DataFrame,
    *,
    occupancy: pd.DataFrame,
    enterprises: pd.DataFrame,
    rule: Rule,
    lang: str,
) -> pd.DataFrame:
    """Return the efficiency part of the parcel table, row by row as the parcels.

    Parameters
    ----------
    parcels
        parcel_id; as far as known the facts of supply and completion.
    occupancy
        parcel_id, uscc, land_cm2 (int64). Rows with no land do not use the parcel.
    enterprises
        Judged: uscc, low_efficiency, reasons; as far as known registry_state, production_state, no_tax_no_power.

    Returns
    -------
    pandas.DataFrame
        n_enterprises, low_efficiency_share (land of listed enterprises / land of occupants with a verdict; NaN where
        no occupant has one), efficiency_class, reasons (tuples of rule ids), because.

    Notes
    -----
    First that holds: ``stopped`` every occupant is closed, stopped, or had neither tax nor electricity for 12 months;
    ``vacant`` supplied, finished, no occupant; ``not_rated`` land with a verdict under ``rated_from`` of the land used
    (exactly so much is rated), or nobody there; ``low`` share >= ``low_from`` (inclusive); ``partly_low`` > 0;
    ``not_low``.
    """
    use = _Use.of(parcels, occupancy, enterprises)
    code = _classes(use, _finished(parcels), rule)
    share = np.divide(use.listed, use.rated, out=np.full(len(parcels), np.nan), where=use.rated > 0)
    return pd.DataFrame(
        {
            "n_enterprises": pd.array(use.count, dtype="Int64"),
            "low_efficiency_share": share,
            "efficiency_class": Coded(code, CLASSES).text(parcels.index, "efficiency_class"),
            "reasons": _reasons(enterprises["reasons"], use, code, rule).set_axis(parcels.index),
            "because": _because(code, use.count, share, rule=rule, lang=lang).set_axis(parcels.index),
        },
        index=parcels.index,
    )


def class_finder(
    parcels: pd.DataFrame, *, occupancy: pd.DataFrame, enterprises: pd.DataFrame, rule: Rule
) -> Callable[[pd.Series], Codes]:
    """Return a function that gives the efficiency class of each parcel for any verdict on the same enterprises.

    The function takes a three-valued Series, row by row with the enterprises, and gives places among `CLASSES`: who
    uses what is looked up once, however often the question is asked.
    """
    use, finished = _Use.of(parcels, occupancy, enterprises), _finished(parcels)
    return lambda low_efficiency: _classes(use.judged(low_efficiency), finished, rule)


# ------------------------------------------------------------------------------------------------ facts


@dataclass(frozen=True)
class _Use:
    """Who uses the parcels: three arrays go by row of use, the others by parcel; land in cm2."""

    place: Codes
    """Row of the parcel."""
    who: Codes
    """Row of the enterprise; -1 = not among the enterprises."""
    land: Land
    """By row of use."""
    count: Codes
    """Occupants."""
    still: Codes
    """Occupants that are closed or stopped."""
    occupied: Land
    rated: Land
    """Land of occupants with a verdict."""
    listed: Land
    """Land of occupants proposed for the list."""

    @classmethod
    def of(cls, parcels: pd.DataFrame, occupancy: pd.DataFrame, enterprises: pd.DataFrame) -> _Use:
        place = position_in(occupancy["parcel_id"], parcels["parcel_id"])
        uses = (place >= 0) & (occupancy["land_cm2"] > 0).to_numpy(dtype=bool)
        place, used = place[uses], occupancy[uses]
        who = position_in(used["uscc"], enterprises["uscc"])
        land = used["land_cm2"].to_numpy(dtype=np.int64)
        size, stopped = len(parcels), _stopped(enterprises, who)
        count, still = np.bincount(place, minlength=size), _total(place, stopped, size)
        nothing = np.zeros(size, dtype=np.int64)
        return cls(place, who, land, count, still, _total(place, land, size), nothing, nothing).judged(
            enterprises["low_efficiency"]
        )

    def judged(self, low_efficiency: pd.Series) -> _Use:
        """Return the same uses with the land that a verdict on the enterprises rates and lists."""
        verdict, low = _verdicts(low_efficiency, self.who)
        rated, listed = (_total(self.place, self.land * part, len(self.count)) for part in (verdict, low))
        return replace(self, rated=rated, listed=listed)


def _total(place: Codes, weights: npt.NDArray[Any], size: int) -> Land:
    # whole numbers under 2**53 add up exactly in float64
    return np.bincount(place, weights=weights, minlength=size).astype(np.int64)


def _classes(use: _Use, finished: Mask, rule: Rule) -> Codes:
    """Return the place of the first class of `CLASSES` that holds."""
    tests = {
        "stopped": (use.count > 0) & (use.still == use.count),
        "vacant": (use.count == 0) & finished,
        "not_rated": (use.rated == 0) | ~reaches(use.rated, use.occupied, rule.rated_from),
        "low": (use.listed > 0) & reaches(use.listed, use.rated, rule.low_from),
        "partly_low": use.listed > 0,
    }
    code = np.full(len(use.count), CLASSES.index("not_low"), dtype=np.intp)
    for name in reversed(tests):
        code[tests[name]] = CLASSES.index(name)
    return code


def _verdicts(outcome: pd.Series, who: Codes) -> tuple[Mask, Mask]:
    """Return, by row of occupancy, whether its enterprise has a verdict and whether that is low."""
    known = np.append(outcome.notna().to_numpy(dtype=bool), np.False_)
    low = np.append(holds(outcome), np.False_)
    return known[who], low[who]


def _stopped(enterprises: pd.DataFrame, who: Codes) -> Mask:
    stopped = text_of(enterprises, "registry_state").isin(CLOSED_STATES).to_numpy(dtype=bool)
    stopped = stopped | text_of(enterprises, "production_state").isin(STOPPED_STATES).to_numpy(dtype=bool)
    if "no_tax_no_power" in enterprises.columns:
        stopped = stopped | holds(enterprises["no_tax_no_power"])
    return np.append(stopped, np.False_)[who]


def _finished(parcels: pd.DataFrame) -> Mask:
    """Return which parcels were supplied and are finished."""
    supplied = np.zeros(len(parcels), dtype=bool)
    for name in SUPPLY_FACTS:
        if name in parcels.columns:
            supplied |= parcels[name].notna().to_numpy(dtype=bool)
    finished = text_of(parcels, "start_state").eq(FINISHED).to_numpy(dtype=bool)
    if "finish_date" in parcels.columns:
        finished = finished | parcels["finish_date"].notna().to_numpy(dtype=bool)
    return supplied & finished


# -------------------------------------------------------------------------------------------- sentences


def _reasons(reasons: pd.Series, use: _Use, code: Codes, rule: Rule) -> pd.Series:
    """Return the enabled rules that hold for an occupant of a parcel that is low or partly low."""
    kinds, distinct = pd.factorize(reasons)
    listed = np.isin(code, [CLASSES.index("low"), CLASSES.index("partly_low")])
    flags: dict[str, Mask] = {}
    for name in rule.enabled:
        among = np.array([*(name in entry for entry in distinct), False])
        rows = np.append(among[kinds], np.False_)[use.who]
        flags[name] = listed & (np.bincount(use.place, weights=rows, minlength=len(code)) > 0)
    return those_that_hold(flags, pd.RangeIndex(len(code)), "reasons")


def _because(
    code: Codes,
    count: Codes,
    share: npt.NDArray[np.float64],
    *,
    rule: Rule,
    lang: str,
) -> pd.Series:
    """Return the sentence of each parcel; sentences with the same numbers are written once."""
    book = load_folder("vocabulary/enumerations")["parcel_because"]
    thousandths = np.rint(np.nan_to_num(share) * 1000).astype(np.int64)
    told = np.where(code == CLASSES.index("vacant"), 0, thousandths)
    row, distinct = pd.factorize((code * (count.max(initial=0) + 1) + count) * 1001 + told)
    limits = {"limit": percent(rule.low_from), "rated": percent(rule.rated_from)}
    words = []
    for combined in distinct.tolist():
        rest, per_mille = divmod(combined, 1001)
        kind, n = divmod(rest, int(count.max(initial=0)) + 1)
        name = "empty" if CLASSES[kind] == "not_rated" and n == 0 else CLASSES[kind]
        words.append(str(book[name][lang]).format(n=n, share=f"{per_mille / 10:.1f}%", **limits))
    return Coded(row, words).text(pd.RangeIndex(len(code)), "because")
