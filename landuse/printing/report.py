"""[report]: what the Word report holds and how it is laid out."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from landuse.settings import FilePath, Section

Chapter = Literal[
    "background", "method", "present", "results", "causes", "disposal", "safeguards", "lists", "plates", "balance"
]
CHAPTERS: Final[tuple[Chapter, ...]] = (
    "background", "method", "present", "results", "causes", "disposal", "safeguards", "lists", "plates", "balance",
)  # fmt: skip
"""一 … 七, then 附表, 附图 and 附件, in the order in which they stand."""


class Report(Section):
    """[report]: report.docx, the one-page summary and the public notice."""

    template: FilePath = ""
    """A .docx of the bureau's own with the styles and placeholders of the default one; blank = the default."""
    chapters: tuple[Chapter, ...] = CHAPTERS
    """Chapters that are printed, in the order given; numbers follow."""
    charts: bool = True
    """Whether charts are drawn; without them tables and sentences stand alone."""
    maps: bool = True
    """Whether maps are placed in the text."""
    list_rows: int = Field(default=500, ge=1, le=5_000)
    """Rows of one list in the annexes; beyond it the rest is summed in one row that names the ledger."""
    task: str = ""
    """任务来源: the paper that ordered the evaluation; blank = a line to be filled in by hand."""
    stamp: Literal["", "征求意见稿", "公示稿", "报审稿", "定稿"] = ""
    """Word on the first page and in every header; blank = as the stage says. A run with errors is always 草稿."""
    page_numbers: Literal["field", "libreoffice"] = "field"
    """field: the contents list every heading, Word and WPS add the pages when fields are refreshed; libreoffice: the
    pages stand there already, as an installed LibreOffice sets them."""
