"""Write 评价结果告知单: one PDF an enterprise, and one of all where it is asked for."""

from __future__ import annotations

from typing import Final

from landuse.reports.letters import COMBINED, FOLDER, Letters
from landuse.tables import Analysis
from landuse.write.pressing import forget, press, press_together
from landuse.write.staging import Staging

ALIAS: Final = "12_评价结果告知单"
"""Folder of the copies below 成果/."""
COMBINED_ALIAS: Final = "全部.pdf"


def write(analysis: Analysis, stage: Staging) -> dict[str, str]:
    """Write the letters as `[notices]` asks; return fixed name -> Chinese name of each file."""
    forget(stage, FOLDER, ALIAS)
    work = Letters(analysis)
    names = list(work.files) if len(work) else []
    if names:
        made = press(work.form, work.letters(), [stage.path(f"{FOLDER}/{name}") for name in names], where=work.title)
        if analysis.project.notices.combined:
            press_together(work.form, made, stage.path(f"{FOLDER}/{COMBINED}"), where=work.title)
    aliases = {f"{FOLDER}/{name}": f"{ALIAS}/{name}" for name in names}
    if (note := work.note()) is not None:
        stage.path(f"{FOLDER}/{note[0]}").write_text(note[1], encoding="utf-8", newline="\n")
        aliases[f"{FOLDER}/{note[0]}"] = f"{ALIAS}/{note[0]}"
    return aliases | {f"{FOLDER}/{COMBINED}": f"{ALIAS}/{COMBINED_ALIAS}"}
