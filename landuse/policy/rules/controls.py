"""Look up what a control table asks of each parcel, by industry and land grade (工业项目建设用地控制指标)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse import industry
from landuse.assemble.shares import BLANK, position_in
from landuse.catalogue import load_folder
from landuse.policy.rules.finding import Floats, Rows
from landuse.ranking.text import Coded, text_of
from landuse.rule import Rule

DEMANDS: Final = ("far_min", "invest_min_wan_per_ha", "site_coverage_min", "tax_min_wan_per_mu")
"""Number columns of a control table."""


@dataclass(frozen=True)
class Demands:
    """What the control tables ask of each parcel, row by row with the parcels."""

    number: Mapping[str, Floats]
    """Each of `DEMANDS`; NaN = nothing is asked."""
    source: Mapping[str, Coded]
    """Where each number stands."""


def control_rows(controls: pd.DataFrame, rule: Rule, lang: str) -> pd.DataFrame:
    """Return the rows in force: those of the project, then those of the table of the toolkit that was switched on."""
    frames = [controls]
    if rule.controls:
        book = load_folder("policy/controls")[rule.controls]
        rows = pd.DataFrame(list(book["rows"]))
        frames.append(rows.assign(source=str(book["title"][lang])))
    stacked = pd.concat([frame for frame in frames if len(frame)], ignore_index=True) if any(map(len, frames)) else None
    names = ("industry_code", "land_grade", *DEMANDS, "source")
    return pd.DataFrame(columns=list(names)) if stacked is None else stacked.reindex(columns=list(names))


def demands(controls: pd.DataFrame, industry_code: pd.Series, land_grade: pd.Series, *, plain: bool) -> Demands:
    """Return what is asked of parcels with these industries and land grades.

    Of the rows whose code begins the industry code (blank = any) and whose land grade is the parcel's (blank = any),
    the one with the longest code decides, number by number: a row that states no number asks nothing. Of rows with
    equally long codes the one that names the land grade decides, then the first.
    """
    codes = industry_code if plain else industry.normalise(industry_code)
    kind, kinds = pd.factorize(codes)
    grade, grades = pd.factorize(land_grade)
    # blank codes are -1: one place of their own at the end
    pair = (kind % (len(kinds) + 1)) * (len(grades) + 1) + grade % (len(grades) + 1)
    place, distinct = pd.factorize(pair)
    entries = _entries(controls, plain=plain)
    number: dict[str, Floats] = {}
    source: dict[str, Coded] = {}
    for name in DEMANDS:
        stating = [entry for entry in entries if not np.isnan(entry[name])]
        best = [
            _best(stating, _at(kinds, one // (len(grades) + 1)), _at(grades, one % (len(grades) + 1)), plain=plain)
            for one in distinct.tolist()
        ]
        values = np.array([np.nan if entry is None else entry[name] for entry in best], dtype=float)
        words = ["" if entry is None else str(entry["source"]) for entry in best]
        number[name], source[name] = values[place], Coded(place, words)
    return Demands(number, source)


def industry_of_land(parcels: pd.DataFrame, occupancy: pd.DataFrame, enterprises: pd.DataFrame) -> pd.Series:
    """Return the industry code of each parcel: that of its holder, else of the enterprise that uses most of it."""
    firms = enterprises["uscc"]
    codes = text_of(enterprises, "industry_code")
    holder = position_in(text_of(parcels, "holder_uscc"), firms)
    use = occupancy.loc[occupancy["land_cm2"] > 0, ["parcel_id", "uscc", "land_cm2"]]
    most = use.sort_values(["land_cm2", "uscc"], kind="stable").drop_duplicates("parcel_id", keep="last")
    main = position_in(parcels["parcel_id"], most["parcel_id"])
    user = position_in(most["uscc"], firms)
    user = np.append(user, BLANK)[main]
    place: Rows = np.where(holder != BLANK, holder, user)
    return pd.Series(codes.array.take(place, allow_fill=True), index=parcels.index, dtype="str")


def _entries(controls: pd.DataFrame, *, plain: bool) -> list[dict[str, Any]]:
    """Return the rows of a control table with their codes as they are compared."""
    stated = text_of(controls, "industry_code")
    codes = stated if plain else industry.normalise(stated)
    table = controls.assign(
        industry_code=codes.fillna("").astype(object),
        land_grade=text_of(controls, "land_grade").fillna("").astype(object),
        source=text_of(controls, "source").fillna("").astype(object),
        **{name: pd.to_numeric(controls[name]).astype(float) for name in DEMANDS},
    )
    usable = stated.isna() | codes.notna()
    return [{str(name): value for name, value in row.items()} for row in table[usable.to_numpy()].to_dict("records")]


def _at(words: Any, place: int) -> str:
    return str(words[place]) if place < len(words) else ""


def _best(entries: list[dict[str, Any]], code: str, grade: str, *, plain: bool) -> dict[str, Any] | None:
    fitting = [
        entry
        for entry in entries
        if (not entry["industry_code"] or _covers(entry["industry_code"], code, plain=plain))
        and entry["land_grade"] in {"", grade}
    ]
    return max(fitting, key=lambda entry: (len(entry["industry_code"]), bool(entry["land_grade"])), default=None)


def _covers(listed: str, code: str, *, plain: bool) -> bool:
    return code == listed if plain else code.startswith(listed)
