"""State what a project file may say of printed matter: one section a kind of page, and what all pages share."""

from landuse.printing.common import Print
from landuse.printing.report import Report

__all__ = ["Print", "Report"]
