"""Say what of a scenario cannot be meant: parcels, places and plans that are not there, figures for too many years."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Final

import numpy as np
import pandas as pd

from landuse.errors import Fault
from landuse.planning import Scenario
from landuse.scenarios.plans.candidates import NEEDED, figure, split_lock, usable
from landuse.scenarios.plans.ground import PlanGround
from landuse.scenarios.plans.limits import task_of

NAMES_TOLD: Final = 8
"""Names of what may stand there, at most."""
CHECK: Final = "核对代码 / check the code"


def plan_faults(name: str, scenario: Scenario, ground: PlanGround) -> tuple[Fault, ...]:
    """Return what is wrong with a scenario once parcels, options and cases are known; nothing where it can be asked.

    Parameters
    ----------
    name
        Of the scenario in the project file.
    """
    found = [
        *_years(scenario),
        *_parcels(scenario, ground),
        *_locks(scenario, ground),
        *_sets(scenario, ground),
        *_places(scenario, ground),
        *_rest(scenario, ground),
    ]
    return tuple(Fault(f"[scenarios.{name}] {key}", said, *more) for key, said, *more in found)


Said = Iterator[tuple[str, ...]]


def _years(scenario: Scenario) -> Said:
    """Figures by the year: one for each year of the plan."""
    stated = {"budget_by_year_wan": scenario.budget_by_year_wan}
    if isinstance(scenario.cases_by_year, tuple):
        stated["cases_by_year"] = scenario.cases_by_year
    for key, figures in stated.items():
        if figures and len(figures) != scenario.years:
            found = f"{len(figures)}个数,方案为{scenario.years}年 / {len(figures)} figures for {scenario.years} year(s)"
            yield key, found, "每年一个数 / one figure a year", "补齐数字或改 years / complete them or change years"


def _parcels(scenario: Scenario, ground: PlanGround) -> Said:
    """Codes of parcels that the run does not have."""
    known = set(ground.codes)
    for key, codes in _named(scenario).items():
        for code in dict.fromkeys(codes):
            if code not in known:
                yield key, f"没有这宗地 / no such parcel: {code}", "", nearest(code, ground.codes)


def _named(scenario: Scenario) -> Mapping[str, list[str]]:
    return {
        "lock_in": [split_lock(text)[0] for text in scenario.lock_in],
        "lock_out": list(scenario.lock_out),
        "either_or": [code for members in scenario.either_or for code in members],
        "all_or_none": [code for members in scenario.all_or_none for code in members],
    }


def nearest(word: str, known: Iterable[str]) -> str:
    """Return what to do about a name that is not known: the nearest one that is."""
    near = get_close_matches(word, [str(one) for one in known], n=1, cutoff=0.5)
    return f"最接近的是 {near[0]} / nearest: {near[0]}" if near else CHECK


def _locks(scenario: Scenario, ground: PlanGround) -> Said:
    """Parcels locked in that no option can serve, or that are locked out as well, or in with two measures."""
    can = usable(ground.options, scenario)
    code = ground.options["parcel_id"].astype("str")
    seen: dict[str, str] = {}
    for parcel, measure in map(split_lock, scenario.lock_in):
        if parcel not in ground.codes or parcel in ground.settled:
            continue
        if parcel in scenario.lock_out:
            yield "lock_in", f"同时列入 lock_out / also in lock_out: {parcel}", "", "删去其一 / leave one of them out"
        elif seen.setdefault(parcel, measure) != measure:
            found = f"同一宗地两种方式 / one parcel with two measures: {parcel} {seen[parcel]} {measure}"
            yield "lock_in", found, "", "只留一种 / keep one of them"
        elif not (own := can & code.eq(parcel).to_numpy(dtype=bool)).any():
            yield ("lock_in", *_why_not(parcel, ground))
        elif measure and not (ground.options.loc[own, "measure"] == measure).any():
            may = "、".join(ground.options.loc[own, "measure"])
            found = f"该宗地不能用这一方式 / the measure cannot be taken there: {parcel}:{measure}"
            yield "lock_in", found, may, "改用可用的方式 / use one that can be taken"


def _why_not(parcel: str, ground: PlanGround) -> tuple[str, str, str]:
    """Say why a parcel has nothing the program may choose, and what to do."""
    own = ground.options.loc[ground.options["parcel_id"].astype("str").eq(parcel)]
    if not len(own):
        with_options = ground.options["parcel_id"].astype("str").unique()
        found = f"该宗地没有可用的处置方式 / no measure can be taken on the parcel: {parcel}"
        return found, "", nearest(parcel, with_options)
    missing = "、".join(dict.fromkeys(own["missing"].dropna().astype("str").loc[lambda texts: texts.ne("")]))
    known = np.all([np.isfinite(figure(own, name)) for name in NEEDED], axis=0)
    if known.any():
        may = "、".join(own.loc[known, "measure"])
        found = f"其处置方式都不在 measures 之内 / none of its measures is among measures: {parcel}"
        return found, may, "在 measures 中加入 / add one to measures"
    found = f"该宗地各处置方式的费用或收益不详 / costs or gains of its measures are unknown: {parcel}"
    return found, missing, "补充资料,或写入手工方案 / supply the facts, or write it into a plan by hand"


def _sets(scenario: Scenario, ground: PlanGround) -> Said:
    """Name parcels of sets on which no measure can be taken at all."""
    with_options = set(ground.options["parcel_id"].astype("str")) | ground.settled
    for key in ("either_or", "all_or_none"):
        for code in dict.fromkeys(_named(scenario)[key]):
            if code in ground.codes and code not in with_options:
                yield (key, *_why_not(code, ground))
    able = set(ground.options.loc[usable(ground.options, scenario), "parcel_id"].astype("str"))
    able -= set(scenario.lock_out)
    for members in scenario.all_or_none:
        rest = set(members) - ground.settled
        stuck = sorted(rest & with_options - able)
        if stuck and rest != set(members):
            codes = "、".join(stuck)
            found = f"其中有的已处置或商谈,这些宗地却不能处置 / some are settled, these cannot be: {codes}"
            yield "all_or_none", found, "", "改动该组 / change the set"


def _places(scenario: Scenario, ground: PlanGround) -> Said:
    """Caps of towns and industries that no parcel has."""
    for key, column in (("most_mu_by_town", "town"), ("most_cases_by_town", "town"), ("most_mu_by_industry", "")):
        stated = getattr(scenario, key)
        if not isinstance(stated, Mapping):
            continue
        known = sorted(set(ground.text(column) if column else ground.industry) - {""})
        for name in stated:
            if name not in known:
                told = "、".join(known[:NAMES_TOLD]) + (" …" if len(known) > NAMES_TOLD else "")
                yield key, f"没有宗地属于 / no parcel is of: {name}", told, nearest(name, known)


def _rest(scenario: Scenario, ground: PlanGround) -> Said:
    """Tasks, plans and days that the inputs do not have."""
    if scenario.target_mu == "targets" and not np.isfinite(task_of(scenario, ground).target_mu):
        year = ground.as_of.year
        found = f"任务表没有{year}年的任务 / table targets has none for {year}"
        yield "target_mu", found, "", "在 [inputs] targets 中给出,或写面积 / give it, or state the land"
    if scenario.deadline is not None and scenario.deadline <= ground.as_of:
        found = f"不晚于基准日 / not after the day of reference: {scenario.deadline} <= {ground.as_of}"
        yield "deadline", found, "", "改为以后的日期 / state a later day"
    if scenario.choose == "hand" and scenario.hand not in (plans := _plans(ground.hand)):
        found = f"方案列没有这一方案 / column 方案 has no such plan: {scenario.hand}"
        yield "hand", found, "、".join(plans), nearest(scenario.hand, plans)


def _plans(hand: pd.DataFrame) -> list[str]:
    if not len(hand):
        return []
    return sorted(set(hand["plan"].dropna().astype("str").str.strip()) - {"", "不动"})
