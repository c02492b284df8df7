"""Carry the verdict on enterprises to the parcels they use: efficiency class, share of listed land, sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.catalogue import load_folder
from landuse.policy.sentences import percent
from landuse.ranking.status import CLOSED_STATES, FINISHED
from landuse.ranking.text import Coded, holds, text_of
from landuse.rule import Rule

STOPPED_STATES: Final = ("停产", "破产")
"""Production states in which nothing is produced; 半停产 and 破产重整 still produce, 未投产 never did."""
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
    as_of: date,
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
    as_of
        A finish_date after this day has not come yet.

    Returns
    -------
    pandas.DataFrame
        n_enterprises, low_efficiency_share (land of listed enterprises / land of occupants with a verdict; NaN where
        no occupant has one), efficiency_class, reasons (tuples of rule ids), because.

    Notes
    -----
    First that holds: ``stopped`` every occupant is closed, stopped, or had neither tax nor electricity in the year;
    ``vacant`` supplied, finished, no occupant; ``not_rated`` land with a verdict under ``rated_from`` of the land used
    (exactly so much is rated), or nobody there; ``low`` share >= ``low_from`` (inclusive); ``partly_low`` > 0;
    ``not_low``.
    """
    used = occupancy[occupancy["land_cm2"] > 0]
    place = pd.Index(parcels["parcel_id"]).get_indexer(pd.Index(used["parcel_id"]))
    used, place = used[place >= 0], place[place >= 0]
    who = pd.Index(enterprises["uscc"]).get_indexer(pd.Index(used["uscc"]))
    verdict, low = _verdicts(enterprises, who)
    land = used["land_cm2"].to_numpy(dtype=np.int64)
    count = np.bincount(place, minlength=len(parcels))
    still = np.bincount(place, weights=_stopped(enterprises, who), minlength=len(parcels))
    occupied, rated, listed = (_land(place, land, mask, len(parcels)) for mask in (land > 0, verdict, low))
    tests = {
        "stopped": (count > 0) & (still == count),
        "vacant": (count == 0) & _finished(parcels, as_of),
        "not_rated": (count == 0) | ~_reaches(rated, occupied, rule.rated_from) | (rated == 0),
        "low": _reaches(listed, rated, rule.low_from) & (listed > 0),
        "partly_low": listed > 0,
    }
    code = np.full(len(parcels), CLASSES.index("not_low"), dtype=np.intp)
    for name in reversed(list(tests)):
        code[tests[name]] = CLASSES.index(name)
    share = np.divide(listed, rated, out=np.full(len(parcels), np.nan), where=rated > 0)
    return pd.DataFrame(
        {
            "n_enterprises": pd.array(count, dtype="Int64"),
            "low_efficiency_share": share,
            "efficiency_class": Coded(code, CLASSES).text(parcels.index, "efficiency_class"),
            "reasons": _reasons(enterprises, who, place, code, rule).set_axis(parcels.index),
            "because": _because(code, count, share, rule=rule, lang=lang).set_axis(parcels.index),
        },
        index=parcels.index,
    )


# ------------------------------------------------------------------------------------------------ facts


def _verdicts(enterprises: pd.DataFrame, who: npt.NDArray[np.intp]) -> tuple[Mask, Mask]:
    """Return, by row of occupancy, whether its enterprise has a verdict and whether that is low."""
    outcome = enterprises["low_efficiency"]
    known = np.append(outcome.notna().to_numpy(dtype=bool), np.False_)
    low = np.append(holds(outcome), np.False_)
    return known[who], low[who]


def _stopped(enterprises: pd.DataFrame, who: npt.NDArray[np.intp]) -> Mask:
    stopped = text_of(enterprises, "registry_state").isin(CLOSED_STATES).to_numpy(dtype=bool)
    stopped |= text_of(enterprises, "production_state").isin(STOPPED_STATES).to_numpy(dtype=bool)
    if "no_tax_no_power" in enterprises.columns:
        stopped |= holds(enterprises["no_tax_no_power"])
    return np.append(stopped, np.False_)[who]


def _finished(parcels: pd.DataFrame, as_of: date) -> Mask:
    """Return which parcels were supplied and are finished."""
    supplied = np.zeros(len(parcels), dtype=bool)
    for name in SUPPLY_FACTS:
        if name in parcels.columns:
            supplied |= parcels[name].notna().to_numpy(dtype=bool)
    finished = text_of(parcels, "start_state").eq(FINISHED)
    if "finish_date" in parcels.columns:
        finished |= pd.to_datetime(parcels["finish_date"]) <= pd.Timestamp(as_of)
    return supplied & finished.to_numpy(dtype=bool)


def _land(place: npt.NDArray[np.intp], land: Land, mask: Mask, size: int) -> Land:
    """Return the land of the marked rows by parcel; cm2 under 2**53 add up exactly in float64."""
    return np.bincount(place[mask], weights=land[mask], minlength=size).astype(np.int64)


def _reaches(part: Land, whole: Land, limit: Decimal) -> Mask:
    """Return whether part / whole >= limit, in whole numbers."""
    share = Fraction(limit)
    return part * share.denominator >= whole * share.numerator


# -------------------------------------------------------------------------------------------- sentences


def _reasons(
    enterprises: pd.DataFrame,
    who: npt.NDArray[np.intp],
    place: npt.NDArray[np.intp],
    code: npt.NDArray[np.intp],
    rule: Rule,
) -> pd.Series:
    """Return the enabled rules that hold for an occupant of a parcel that is low or partly low."""
    kinds, distinct = pd.factorize(enterprises["reasons"])
    listed = np.isin(code, [CLASSES.index("low"), CLASSES.index("partly_low")])
    bits = np.zeros(len(code), dtype=np.intp)
    for bit, name in enumerate(rule.enabled):
        among = np.array([*(name in reasons for reasons in distinct), False])
        rows = np.append(among[kinds], np.False_)[who]
        bits |= (np.bincount(place, weights=rows, minlength=len(code)) > 0).astype(np.intp) << bit
    words = [tuple(n for bit, n in enumerate(rule.enabled) if c >> bit & 1) for c in range(2 ** len(rule.enabled))]
    return Coded(np.where(listed, bits, 0), words).objects(pd.RangeIndex(len(code)), "reasons")


def _because(
    code: npt.NDArray[np.intp],
    count: npt.NDArray[np.intp],
    share: npt.NDArray[np.float64],
    *,
    rule: Rule,
    lang: str,
) -> pd.Series:
    """Return the sentence of each parcel; sentences with the same numbers are written once."""
    book = load_folder("vocabulary/enumerations")["parcel_because"]
    thousandths = np.rint(np.nan_to_num(share) * 1000).astype(np.int64)
    told = np.where(code == CLASSES.index("vacant"), 0, thousandths)
    combined = pd.MultiIndex.from_arrays([code, count, told])
    row, distinct = combined.factorize()
    limits = {"limit": percent(rule.low_from), "rated": percent(rule.rated_from)}
    words = []
    for kind, n, per_mille in distinct:
        name = "empty" if CLASSES[kind] == "not_rated" and n == 0 else CLASSES[kind]
        words.append(str(book[name][lang]).format(n=n, share=f"{per_mille / 10:.1f}%", **limits))
    return Coded(row, words).text(pd.RangeIndex(len(code)), "because")
