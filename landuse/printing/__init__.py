"""State what a project file may say of printed matter: one section a kind of page, and what all pages share."""

from landuse.printing.atlas import Atlas
from landuse.printing.common import Print

__all__ = ["Atlas", "Print"]
