"""Collect what a run locks for later ones: groups, bases and the reference price in force."""

from __future__ import annotations

from typing import Final

import pandas as pd

from landuse import __version__
from landuse.frozen import Locked, Stamp, over
from landuse.tables import Analysis

BASE: Final = "base_"
"""Start of the columns of table groups that hold a base."""


def lock_of(analysis: Analysis) -> Locked:
    """Return what `frozen.toml` of a run says.

    Values that were locked already and were not needed this time (an enterprise that is exempt now) stay locked.
    """
    project, ranked = analysis.project, analysis.enterprises
    named = ranked.loc[ranked["status"].eq("RANKED") & ranked["industry_group"].notna(), ["uscc", "industry_group"]]
    groups = dict(zip(named["uscc"].astype(str), named["industry_group"].astype(str), strict=True))
    bases, gaps = _bases(analysis.groups)
    price = analysis.facts.get("reference_price")
    head = project.project
    stamp = Stamp(landuse=__version__, project_digest=project.digest(), year=head.year, stage=head.stage)
    used = Locked.model_construct(  # our own values: a million of them are not validated again
        stamp=stamp,
        groups=groups,
        bases=bases,
        dropped=gaps,
        reference_price=None if price is None or pd.isna(price) else float(price),
    )
    return over(used, project.locked) if project.locked else used


def _bases(groups: pd.DataFrame) -> tuple[dict[str, dict[str, float]], dict[str, tuple[str, ...]]]:
    """Return the bases of each group, and the indicators for which a group has none."""
    columns = [str(name) for name in groups.columns if str(name).startswith(BASE)]
    bases: dict[str, dict[str, float]] = {}
    gaps: dict[str, tuple[str, ...]] = {}
    for row in groups.to_dict("records"):
        group = str(row["industry_group"])
        known = {name.removeprefix(BASE): float(row[name]) for name in columns if not pd.isna(row[name])}
        missing = tuple(sorted(name.removeprefix(BASE) for name in columns if pd.isna(row[name])))
        bases |= {group: known} if known else {}
        gaps |= {group: missing} if missing else {}
    return bases, gaps
