"""Write 一地一策: one PDF a listed parcel, and one of all for printing."""

from __future__ import annotations

from typing import Final

from landuse.reports.dossier import COMBINED, FOLDER, Dossiers
from landuse.tables import Analysis
from landuse.write.pressing import forget, press, press_together
from landuse.write.staging import Staging

ALIAS: Final = "07_一地一策"
"""Folder of the copies below 成果/ (TERMS.md, 4)."""
COMBINED_ALIAS: Final = "全部.pdf"


def write(analysis: Analysis, stage: Staging) -> dict[str, str]:
    """Write the plot pages as `[dossiers]` asks; return fixed name -> Chinese name of each file."""
    forget(stage, FOLDER, ALIAS)
    work = Dossiers(analysis)
    names = list(work.files) if len(work) else []
    if names:
        made = press(work.form, work.pages(), [stage.path(f"{FOLDER}/{name}") for name in names], where=work.title)
        if analysis.project.dossiers.combined:
            press_together(work.form, made, stage.path(f"{FOLDER}/{COMBINED}"), where=work.title)
    texts = dict(work.corner_files()) if names else {}
    if (note := work.note()) is not None:
        texts[note[0]] = note[1]
    for name, text in texts.items():
        stage.path(f"{FOLDER}/{name}").write_text(text, encoding="utf-8", newline="\n")
    aliases = {f"{FOLDER}/{name}": f"{ALIAS}/{name}" for name in (*names, *texts)}
    return aliases | {f"{FOLDER}/{COMBINED}": f"{ALIAS}/{COMBINED_ALIAS}"}
