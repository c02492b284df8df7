"""State what a project file may say of printed matter: one section a kind of page, and what all pages share."""

from landuse.printing.common import Print
from landuse.printing.layout import SheetLayout, read_layout
from landuse.printing.report import Report
from landuse.printing.sheets import Sheets

__all__ = ["Print", "Report", "SheetLayout", "Sheets", "read_layout"]
