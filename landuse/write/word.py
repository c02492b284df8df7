"""Write what is read as text: the report, the one-page summary, and the notice for the public."""

from __future__ import annotations

from typing import Final

from landuse.disclosure import for_audience
from landuse.tables import Analysis
from landuse.write.paged import WANTED, paged
from landuse.write.staging import Staging

REPORT: Final = ("report.docx", "05_分析报告.docx")
SUMMARY: Final = ("summary.docx", "05_一页纸.docx")
NOTICE: Final = ("notice.docx", "08_公示稿.docx")
PUBLISHED: Final = "公示"
"""Stage at which the bureau gets the notice too, to look at before it goes out."""


def write(analysis: Analysis, stage: Staging) -> dict[str, str]:
    """Write the Word documents an audience gets; return fixed name -> Chinese name.

    The public gets the notice alone; the bureau gets it as a preview at the stage of the publication, made of exactly
    what the public may see.

    Raises
    ------
    InputError
        The template cannot be used, or no font has some character of a chart.
    """
    project = analysis.project
    if project.project.audience == "public":
        return _notice(analysis, stage)
    from landuse.reports.content.report import one_page, report
    from landuse.reports.word import maps_of, named_template, template_bytes, write_document

    template = named_template(project)
    told = report(analysis)
    made = write_document(told, template, maps=maps_of(analysis, told))
    if project.report.page_numbers == WANTED:
        made = paged(made)
    stage.path(REPORT[0]).write_bytes(made)
    stage.path(SUMMARY[0]).write_bytes(write_document(one_page(analysis), template_bytes("page")))
    aliases = dict((REPORT, SUMMARY))
    if project.project.audience == "internal" and project.project.stage == PUBLISHED:
        aliases |= _notice(for_audience(analysis, "public"), stage)
    return aliases


def _notice(view: Analysis, stage: Staging) -> dict[str, str]:
    from landuse.reports.content.report import public_notice
    from landuse.reports.word import template_bytes, write_document

    stage.path(NOTICE[0]).write_bytes(write_document(public_notice(view), template_bytes("letter")))
    return dict((NOTICE,))
