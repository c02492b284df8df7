"""Write the workbooks and the map for the bureau: what a run and a redrawing of it do alike."""

from __future__ import annotations

from landuse.tables import Analysis
from landuse.write.staging import Staging


def write_ledger(analysis: Analysis, stage: Staging) -> None:
    """Write ledger.xlsx."""
    from landuse.reports.content import ledger
    from landuse.reports.excel import write_book

    write_book(ledger(analysis), stage.path("ledger.xlsx"))


def write_issue_book(analysis: Analysis, stage: Staging) -> None:
    """Write issues.xlsx."""
    from landuse.reports.content import issue_book
    from landuse.reports.excel import write_book

    write_book(issue_book(analysis), stage.path("issues.xlsx"))


def write_match_book(analysis: Analysis, stage: Staging) -> None:
    """Write matches.xlsx."""
    from landuse.reports.content.matches import match_book
    from landuse.reports.excel import write_book

    write_book(match_book(analysis), stage.path("matches.xlsx"))


def write_map(analysis: Analysis, stage: Staging) -> None:
    """Write map.html."""
    from landuse.cartography.web import draw_map

    stage.path("map.html").write_text(draw_map(analysis), encoding="utf-8", newline="\n")
