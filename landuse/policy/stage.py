"""Say what a stage of the procedure asks of the settings: a published list should rest on locked values."""

from __future__ import annotations

from typing import Final

import pandas as pd

from landuse.project import Project
from landuse.rule import Rule
from landuse.tables import join_issues, one_issue

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
    # a run that scores between lowest and highest locks groups and gaps: it has no bases
    if locked and (rule.method == "minmax" or rule.unknown == "mean"):
        notes.append(one_issue("FROZEN_PARTLY", value=rule.pack))
    return join_issues(notes)
