"""Say who is ranked and why others are not: the first test of the contract that holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse import industry
from landuse.assemble.occupancy import CLOSED_STATES
from landuse.assemble.shares import BLANK, position_in
from landuse.catalogue import load_folder
from landuse.indicators import known_indicators, raw_measures, weight_rows
from landuse.measures import quantities
from landuse.ranking.text import Coded, holds, text_of
from landuse.rule import Rule
from landuse.tables import column

STATUSES: Final = (
    "NOT_INDUSTRIAL", "NO_INDUSTRY", "CLOSED", "EXEMPT_PUBLIC", "EXEMPT_POLICY", "EXEMPT_CONSTRUCTION", "EXEMPT_NEW",
    "EXEMPT_SMALL", "WITH_HOLDER", "NO_LAND", "NO_ACCOUNT", "INCOMPLETE", "GROUP_TOO_SMALL", "RANKED",
)  # fmt: skip
"""In the order in which they are tested; the first that holds is the status."""

FINISHED: Final = "已竣工"
BELOW_SCALE: Final = "规下"

Mask = npt.NDArray[np.bool_]


def statuses(frame: pd.DataFrame, *, rule: Rule, year: int) -> pd.Series:
    """Return the status of each enterprise as far as it can be said without its group.

    RANKED here means: passes every test before GROUP_TOO_SMALL; `ranking.rank` decides that last one.

    Parameters
    ----------
    frame
        One row a uscc: industry_code, area_mu, tax_wan, output_wan (value used), energy_tce; as far as known scale,
        registry_state, registered_on, exemption, has_account (bool; absent = any of the numbers is known),
        under_construction (bool, see `under_construction`), with_holder (bool: its land and money stay with the
        holder of the parcel).
    year
        Year of the accounts.

    Notes
    -----
    EXEMPT_NEW: registered later than 31 December of `year` minus ``new_months`` months (that day itself is not new).
    EXEMPT_SMALL: below scale with land above 0 and under ``small_mu`` (``small_mu`` itself is not small); without any
    land the answer is NO_LAND. A code that the classification does not know is NO_INDUSTRY.
    """
    tests = {**_industry_tests(frame, rule), **_exemptions(frame, rule, year), **_evidence_tests(frame, rule)}
    codes = np.full(len(frame), STATUSES.index("RANKED"), dtype=np.intp)
    for code in range(len(STATUSES) - 1, -1, -1):
        if STATUSES[code] in tests:
            codes[tests[STATUSES[code]]] = code
    return Coded(codes, STATUSES).text(frame.index, "status")


def under_construction(parcels: pd.DataFrame, occupancy: pd.DataFrame, *, as_of: date) -> pd.Series:
    """Return, by uscc, whether all land of an enterprise lies on parcels under construction and within their term.

    Under construction: no finish_date up to `as_of`, start_state not 已竣工, finish_due known and as_of <= finish_due
    (inclusive: on the agreed day itself the parcel is still within its term).

    Parameters
    ----------
    parcels
        parcel_id; as far as known finish_due, finish_date, start_state.
    occupancy
        Who uses which land: parcel_id, uscc, land_cm2.
    """
    day = pd.Timestamp(as_of)
    due, finished = _dates(parcels, "finish_due"), _dates(parcels, "finish_date")
    done = (finished <= day) | text_of(parcels, "start_state").eq(FINISHED)
    building = parcels.loc[(due >= day) & ~done, "parcel_id"]
    land = occupancy["land_cm2"].to_numpy(dtype=np.int64)
    row, keys = pd.factorize(occupancy["uscc"])
    on_building = np.where(position_in(occupancy["parcel_id"], building) != BLANK, land, 0)
    total = np.bincount(row, weights=land, minlength=len(keys))
    part = np.bincount(row, weights=on_building, minlength=len(keys))
    index = pd.Index(keys, name="uscc", dtype="str")
    return pd.Series((total > 0) & (part == total), index=index, name="under_construction")


def reason_sentences(table: pd.DataFrame, *, rule: Rule, lang: str) -> pd.Series:
    """Return why each enterprise is not ranked, as a sentence; missing where it is RANKED."""
    return coded_reasons(table, rule=rule, lang=lang).text(table.index, "because")


def coded_reasons(table: pd.DataFrame, *, rule: Rule, lang: str) -> Coded:
    """Return the sentences of `reason_sentences` as codes and words: they repeat by the hundred thousand."""
    unknown, enough = _unknown(table, rule), _enough(table, rule)
    numbers = _numbers(rule)
    words = {name: _sentence(name, rule, lang) for name in STATUSES if name not in {"RANKED", "INCOMPLETE"}}
    sentences = list(words.values())
    lookup = {name: place for place, name in enumerate(words)}
    codes = _by_status(table, lookup)
    first = len(sentences)
    sentences += [_sentence("INCOMPLETE", rule, lang, missing=_titles(each, lang)) for each in _subsets(numbers)]
    sentences.append(_sentence("NO_BASE", rule, lang))
    incomplete = table["status"].eq("INCOMPLETE").to_numpy(dtype=bool)
    codes[incomplete] = np.where(enough, first + 2 ** len(numbers), first + unknown)[incomplete]
    return Coded(codes, sentences)


def coded_missing(table: pd.DataFrame, *, rule: Rule) -> Coded:
    """Return what is missing to rank each enterprise, as tuples of column names; empty where nothing is."""
    unknown, numbers = _unknown(table, rule), _numbers(rule)
    single = {"NO_INDUSTRY": ("industry_code",), "NO_LAND": ("area_mu",), "NO_ACCOUNT": numbers}
    words = _subsets(numbers)
    codes = _by_status(table, {name: len(words) + place for place, name in enumerate(single)})
    codes = np.where(codes < 0, 0, codes)
    incomplete = table["status"].eq("INCOMPLETE").to_numpy(dtype=bool)
    codes[incomplete] = unknown[incomplete]
    return Coded(codes, [*words, *single.values()])


# ------------------------------------------------------------------------------------------------ tests


def _industry_tests(frame: pd.DataFrame, rule: Rule) -> Mapping[str, Mask]:
    """Judge each distinct industry code once."""
    row, distinct = pd.factorize(text_of(frame, "industry_code"))
    texts = pd.Series(distinct, dtype="str")
    if rule.industry == "plain":
        known = pd.Series(data=True, index=texts.index)
        foreign = ~known
        public = texts.isin(rule.exempt_codes)
    else:
        codes = industry.normalise(texts)
        known = industry.section(codes).notna()
        foreign = known & ~industry.is_industrial(codes, rule.industry).astype(bool)
        public = codes.str.startswith(rule.exempt_codes, na=False)
    spread = {"NOT_INDUSTRIAL": foreign, "NO_INDUSTRY": ~known, "EXEMPT_PUBLIC": public}
    blank = row < 0
    # code -1 (no industry code) reads the last, added entry
    tests = {name: np.append(flags.to_numpy(dtype=bool), np.False_)[row] for name, flags in spread.items()}
    return {**tests, "NO_INDUSTRY": tests["NO_INDUSTRY"] | blank}


def _exemptions(frame: pd.DataFrame, rule: Rule, year: int) -> Mapping[str, Mask]:
    newest = pd.Timestamp(year, 12, 31) - pd.DateOffset(months=rule.new_months)
    area = frame["area_mu"].astype("float64")
    below = text_of(frame, "scale").eq(BELOW_SCALE)
    return {
        "CLOSED": text_of(frame, "registry_state").isin(CLOSED_STATES).to_numpy(dtype=bool),
        "EXEMPT_POLICY": text_of(frame, "exemption").notna().to_numpy(),
        "EXEMPT_CONSTRUCTION": _flag(frame, "under_construction"),
        "EXEMPT_NEW": (_dates(frame, "registered_on") > newest).to_numpy(dtype=bool),
        "EXEMPT_SMALL": (below & (area > 0) & (area < rule.small_mu)).to_numpy(dtype=bool),
        "WITH_HOLDER": _flag(frame, "with_holder"),
    }


def _evidence_tests(frame: pd.DataFrame, rule: Rule) -> Mapping[str, Mask]:
    area = frame["area_mu"].astype("float64").to_numpy()
    known = [frame[name].notna() for name in _numbers(rule) if name in frame.columns]
    has_account = _flag(frame, "has_account") if "has_account" in frame.columns else np.any(known, axis=0)
    return {"NO_LAND": ~(area > 0), "NO_ACCOUNT": ~has_account, "INCOMPLETE": ~_enough(frame, rule)}


def _enough(frame: pd.DataFrame, rule: Rule) -> Mask:
    strata = frame[[name for name in ("scale", "park_type") if name in frame.columns]]
    measured = pd.concat([raw_measures(frame, rule=rule), strata], axis=1)
    count = known_indicators(measured, rule=rule)
    return (count >= rule.min_indicators).to_numpy(dtype=bool)


def _numbers(rule: Rule) -> tuple[str, ...]:
    """Return the quantities that the measures of the rule need, but the land: tax, output, energy and others."""
    return quantities(rule.indicators)


def _unknown(frame: pd.DataFrame, rule: Rule) -> npt.NDArray[np.intp]:
    """Return which quantities are unknown and needed by a measure with a weight, one bit each."""
    counted = weight_rows(frame, rule=rule) > 0
    bits = np.zeros(len(frame), dtype=np.intp)
    for bit, name in enumerate(_numbers(rule)):
        needed = np.zeros(len(frame), dtype=bool)
        for place, measure in enumerate(rule.indicators):
            needed |= counted[:, place] & (name in quantities([measure]))
        unknown = frame[name].isna().to_numpy() if name in frame.columns else np.ones(len(frame), dtype=bool)
        bits |= (unknown & needed).astype(np.intp) << bit
    return bits


def _flag(frame: pd.DataFrame, name: str) -> Mask:
    """Return a flag column; what is not stated does not hold."""
    if name not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    return holds(frame[name])


def _dates(frame: pd.DataFrame, name: str) -> pd.Series:
    if name not in frame.columns:
        return pd.Series(pd.NaT, frame.index, dtype="datetime64[s]")
    return pd.to_datetime(frame[name])


# -------------------------------------------------------------------------------------------- sentences


def _by_status(table: pd.DataFrame, lookup: Mapping[str, int]) -> npt.NDArray[np.intp]:
    row, distinct = pd.factorize(table["status"])
    return np.array([*(lookup.get(str(name), -1) for name in distinct), -1], dtype=np.intp)[row]


def _sentence(name: str, rule: Rule, lang: str, **more: str) -> str:
    template = str(load_folder("vocabulary/enumerations")["status_reason"][name][lang])
    facts = {
        "new_months": rule.new_months,
        "small_mu": f"{rule.small_mu:g}",
        "min_group": rule.min_group,
        "min_indicators": rule.min_indicators,
    }
    return template.format(**facts, **more)


def _subsets(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return every choice of some names, in the order of their bits."""
    return [tuple(name for bit, name in enumerate(names) if bits >> bit & 1) for bits in range(2 ** len(names))]


def _titles(names: Sequence[str], lang: str) -> str:
    found = [column("enterprises", name) for name in names]
    return ("、" if lang == "zh" else ", ").join(entry.title(lang) for entry in found if entry is not None)
