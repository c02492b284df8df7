"""Say what a stage of the procedure asks of the settings: a published list should rest on locked values."""

from __future__ import annotations

from typing import Final

import pandas as pd

from landuse.catalogue import term
from landuse.frozen import Locked
from landuse.project import Project
from landuse.rule import Rule
from landuse.tables import join_issues, no_issues, one_issue

PUBLISHED_STAGES: Final = ("公示", "最终")
"""Stages at which a list is, or was, public: a corrected figure of one enterprise should move nobody else."""


def stage_notes(project: Project, rule: Rule) -> pd.DataFrame:
    """Return a note where a public stage rests on nothing locked; warnings where another year, or too little, is."""
    stage, locked = project.project.stage, project.locked
    notes = []
    if stage in PUBLISHED_STAGES and not locked:
        notes.append(one_issue("FROZEN_NOTHING", value=stage))
    if locked.stamp.year is not None and locked.stamp.year != project.project.year:
        facts = {"year": project.project.year, "file": locked.file}
        notes.append(one_issue("FROZEN_OTHER_YEAR", value=str(locked.stamp.year), facts=facts))
    if locked:
        notes.append(_partly(locked, rule, project.language))
    return join_issues(notes)


def _partly(locked: Locked, rule: Rule, lang: str) -> pd.DataFrame:
    """Return a warning where groups are locked without that with which their members are compared.

    Groups alone may be locked on purpose where bases hold; a lock that has extremes was meant to hold more.
    """
    named = {*locked.groups.values(), *locked.bases, *locked.dropped, *locked.extremes, *locked.means}
    lacking: dict[str, set[str]] = {}
    if rule.method == "minmax":
        lacking["extremes"] = named - set(locked.extremes)
    elif not all(each.bases for each in rule.all_strata):
        lacking["bases"] = set(locked.extremes) - set(locked.bases)
    if rule.unknown == "mean":
        lacking["means"] = named - set(locked.means)
    what = [term("locked_part", part, lang) for part, groups in lacking.items() if groups]
    groups = sorted(set().union(*lacking.values()))
    facts = {
        "what": term("verdict", "separator", lang).join(what),
        "count": len(groups),
        "group": groups[0] if groups else "",
    }
    return one_issue("FROZEN_PARTLY", value=rule.pack, facts=facts) if groups else no_issues()
