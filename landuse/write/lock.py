"""Collect what a run locks for later ones: groups, what they are compared with, and the reference price in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from landuse import __version__
from landuse.frozen import Locked, Stamp, over
from landuse.ranking import Yard
from landuse.rule import Rule
from landuse.tables import Analysis

BASE: Final = "base_"
"""Start of the columns of table groups that hold a base."""


def lock_of(analysis: Analysis) -> Locked:
    """Return what `frozen.toml` of a run says.

    Values that were locked already and were not needed this time (an enterprise that is exempt now) stay locked. An
    analysis that no rule made has groups and price to lock, nothing that anyone is compared with.
    """
    project, ranked, rule = analysis.project, analysis.enterprises, analysis.facts.get("rule")
    named = ranked.loc[ranked["status"].eq("RANKED") & ranked["industry_group"].notna(), ["uscc", "industry_group"]]
    groups = dict(zip(named["uscc"].astype(str), named["industry_group"].astype(str), strict=True))
    rows = {str(row["industry_group"]): row for row in analysis.groups.to_dict("records")}
    price = analysis.facts.get("reference_price")
    head = project.project
    stamp = Stamp(landuse=__version__, project_digest=project.digest(), year=head.year, stage=head.stage)
    used = Locked.model_construct(  # our own values: a million of them are not validated again
        stamp=stamp,
        groups=groups,
        **(_compared(rows, analysis.facts["yard"], rule) if rule else {}),
        reference_price=None if price is None or pd.isna(price) else float(price),
    )
    return over(used, project.locked) if project.locked else used


def _compared(rows: Mapping[str, Mapping[Any, Any]], yard: Yard, rule: Rule) -> dict[str, Any]:
    """Return bases, extremes and means by group, and the indicators that have none in a group.

    Where the mean of a group stands for what is unknown, an indicator that nobody knows is locked as having none, a
    declared base or not: else the first who states it would decide what all others are given.
    """
    found: dict[str, dict[str, Any]] = {"bases": {}, "extremes": {}, "means": {}, "dropped": {}}
    for group, row in rows.items():
        own = yard.of(group)
        if rule.method == "minmax":
            low, high = _known(own.low[0], rule), _known(own.high[0], rule)
            known: dict[str, Any] = {name: (low[name], high[name]) for name in low}
        else:
            known = _known([row[BASE + name] for name in rule.indicators], rule)
        means = _known(own.mean[0], rule)
        if rule.unknown == "mean":
            known = {name: value for name, value in known.items() if name in means}
        gaps = tuple(sorted(set(rule.indicators) - set(known)))
        kind = "extremes" if rule.method == "minmax" else "bases"
        for part, said in ((kind, known), ("means", means), ("dropped", gaps)):
            found[part] |= {group: said} if said else {}
    return found


def _known(values: Iterable[Any], rule: Rule) -> dict[str, float]:
    """Return values by indicator, without those that are not known."""
    return {name: float(value) for name, value in zip(rule.indicators, values, strict=True) if not pd.isna(value)}
