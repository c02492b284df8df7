"""State what a project file may say of printed matter: one section a kind of page, and what all pages share."""

from typing import Final

from landuse.printing.atlas import Atlas
from landuse.printing.common import Print
from landuse.printing.dossiers import Dossiers
from landuse.printing.layout import SheetLayout, read_layout
from landuse.printing.lists import Lists, Template
from landuse.printing.notices import Notices
from landuse.printing.report import Report
from landuse.printing.sheets import Sheets
from landuse.settings import Section

SECTIONS: Final[dict[str, type[Section]]] = {
    "print": Print,
    "sheets": Sheets,
    "atlas": Atlas,
    "dossiers": Dossiers,
    "notices": Notices,
    "lists": Lists,
    "report": Report,
}
"""Sections of the project file that speak of printed matter; one that is as by default changes nothing."""

__all__ = [
    "SECTIONS",
    "Atlas",
    "Dossiers",
    "Lists",
    "Notices",
    "Print",
    "Report",
    "SheetLayout",
    "Sheets",
    "Template",
    "read_layout",
]
