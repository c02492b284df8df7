"""Write the forms that go round: those asked of bureaus, and those of the procedure beside a run."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from landuse.reports.content.model import Sheet
from landuse.tables import Analysis
from landuse.write.staging import Staging, staging

CONFIRMATIONS: Final = "forms/confirmations"
REVIEW: Final = "forms/review.xlsx"
PROBLEMS: Final = "forms/corrections.xlsx"
OBJECTIONS: Final = "forms/objections.xlsx"
ALIASES: Final = {
    CONFIRMATIONS: "成果/09_企业数据确认表",
    REVIEW: "成果/10_会审意见表.xlsx",
    PROBLEMS: "成果/12_数据问题更正表.xlsx",
    OBJECTIONS: "成果/13_异议登记表.xlsx",
}
"""Folder or file -> its name under 成果/ (TERMS.md, 4)."""


def write_requests(books: Mapping[str, Sheet], folder: Path) -> list[str]:
    """Write one workbook for each form; return the names of the files."""
    from landuse.reports.excel import write_book

    with staging(folder) as stage:
        for name, sheet in books.items():
            write_book([sheet], stage.path(name))
        return stage.publish()


def write_forms(analysis: Analysis, stage: Staging) -> None:
    """Write the forms of the procedure: one confirmation an enterprise, doubts, joint review, objections."""
    from landuse.reports.content.forms import confirmations, objections_book, problems_book, review_book
    from landuse.reports.excel import write_book

    for name, sheet in confirmations(analysis):
        write_book([sheet], stage.path(f"{CONFIRMATIONS}/{name}"))
    write_book([problems_book(analysis)], stage.path(PROBLEMS))
    write_book([review_book(analysis)], stage.path(REVIEW))
    write_book([objections_book(analysis)], stage.path(OBJECTIONS))


def copy_forms(stage: Staging) -> None:
    """Copy the forms under the names a bureau expects."""
    made = stage.files()
    for name, alias in ALIASES.items():
        for form in (one for one in made if one == name or one.startswith(f"{name}/")):
            shutil.copyfile(stage.path(form), stage.path(alias + form.removeprefix(name)))
