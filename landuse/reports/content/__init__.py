"""Describe the workbooks of a run as tables: headings, columns, rows, totals, notes. Pure: no file, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from landuse.reports.content.agreement import agreement
from landuse.reports.content.audit import balance, issues, owner_sheets
from landuse.reports.content.context import Context, context, ledger_order
from landuse.reports.content.guide import guide
from landuse.reports.content.lists import idle, low_enterprises, low_parcels, not_rated, stopped
from landuse.reports.content.method import method
from landuse.reports.content.model import Block, Page, Sheet, SheetColumn, Total
from landuse.reports.content.statistics import by_industry, by_park
from landuse.reports.content.summary import summary
from landuse.reports.content.variants import variants
from landuse.tables import Analysis

__all__ = ["Block", "Page", "Sheet", "SheetColumn", "Total", "issue_book", "ledger"]

MAKERS: Final[Mapping[str, Callable[[Context], Sheet]]] = {
    "guide": guide,
    "summary": summary,
    "low_parcels": low_parcels,
    "low_enterprises": low_enterprises,
    "stopped": stopped,
    "idle": idle,
    "by_industry": by_industry,
    "by_park": by_park,
    "variants": variants,
    "not_rated": not_rated,
    "agreement": agreement,
    "method": method,
    "balance": balance,
    "issues": issues,
}


def ledger(analysis: Analysis) -> list[Sheet]:
    """Return the sheets of ledger.xlsx (台账) in the order of TERMS.md 4, in the language of the project."""
    given = context(analysis)
    return [MAKERS[name](given) for name in ledger_order(given)]


def issue_book(analysis: Analysis) -> list[Sheet]:
    """Return the sheets of issues.xlsx (数据问题清单): a summary, then one sheet per bureau that can mend them.

    Reads only the project and the issues of the analysis, so that ``landuse check`` can give it too.
    """
    return owner_sheets(context(analysis))
