"""Write 一地一策: one PDF a listed parcel, and one of all for printing."""

from __future__ import annotations

from typing import Final

from landuse.reports.dossier import COMBINED, FOLDER, Dossiers
from landuse.tables import Analysis
from landuse.write.pressing import Home, write_set
from landuse.write.staging import Staging

HOME: Final = Home(FOLDER, "07_一地一策", COMBINED)


def write(analysis: Analysis, stage: Staging) -> dict[str, str]:
    """Write the plot pages as `[dossiers]` asks; return fixed name -> Chinese name of each file."""
    return write_set(Dossiers(analysis), stage, HOME, together=analysis.project.dossiers.combined)
