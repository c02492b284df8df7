"""State what a project file may say of printed matter: one section a kind of page, and what all pages share."""

from landuse.printing.common import Print
from landuse.printing.lists import Lists, Template

__all__ = ["Lists", "Print", "Template"]
