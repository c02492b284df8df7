"""Write 评价结果告知单: one PDF an enterprise, and one of all where it is asked for."""

from __future__ import annotations

from typing import Final

from landuse.reports.letters import COMBINED, FOLDER, Letters
from landuse.tables import Analysis
from landuse.write.pressing import Home, write_set
from landuse.write.staging import Staging

HOME: Final = Home(FOLDER, "12_评价结果告知单", COMBINED)


def write(analysis: Analysis, stage: Staging) -> dict[str, str]:
    """Write the letters as `[notices]` asks; return fixed name -> Chinese name of each file."""
    return write_set(Letters(analysis), stage, HOME, together=analysis.project.notices.combined)
