"""Write parcels for other programs: Shapefile, drawing, boundary TXT, and the general formats."""

from __future__ import annotations

from landuse.tables import Analysis
from landuse.write.staging import Staging


def write(analysis: Analysis, stage: Staging) -> dict[str, str]:
    """Write what the project asks for; return fixed name -> Chinese name of the files."""
    from landuse.write.exchange.results import write_results

    return write_results(analysis, stage)
