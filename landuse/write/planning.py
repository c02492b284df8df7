"""Write the workbooks of clean-up plans: plans compared, the form to write plans in, the schedule of next month."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from landuse.tables import Analysis
from landuse.write.staging import Staging, staging

PLANS: Final = "scenarios.xlsx"
FORM: Final = "plan_form.xlsx"
SCHEDULE: Final = "schedule.xlsx"
ALIASES: Final = {PLANS: "14_方案比选.xlsx", FORM: "15_方案填写表.xlsx", SCHEDULE: "11_月调度表.xlsx"}
"""Fixed name -> name under 成果/ (TERMS.md, 4)."""


def write(analysis: Analysis, stage: Staging) -> dict[str, str]:
    """Write the workbooks that a run has anything for; return their Chinese names."""
    from landuse.reports.content.planning import hand_book, plan_book, schedule_book
    from landuse.reports.excel import write_book

    books = {PLANS: plan_book(analysis), FORM: hand_book(analysis), SCHEDULE: schedule_book(analysis)}
    made = {name: sheets for name, sheets in books.items() if sheets}
    for name, sheets in made.items():
        write_book(sheets, stage.path(name))
    return {name: ALIASES[name] for name in made}


def write_planning(analysis: Analysis, folder: Path) -> list[str]:
    """Write the workbooks alone: what ``landuse scenario`` gives; return the names of the files."""
    with staging(folder) as stage:
        write(analysis, stage)
        return stage.publish()
