"""Tell what printed matter for an audience takes from the project: no mark of secrecy, no picture of the ground."""

from __future__ import annotations

from typing import Any

from landuse.disclosure.whitelist import Whitelist
from landuse.project import Project


def told_print(project: Project, allowed: Whitelist) -> dict[str, Any]:
    """Return [print], [sheets] and [atlas] as the pages for an audience need them; its manifest states none of them.

    The public gets no orthophoto and no mark of secrecy. Others find the orthophoto where the bureau has it.
    """
    said, sheets = project.print, project.sheets.model_copy(update={"layout": None})
    is_public = bool(allowed.named)
    below = "" if is_public or not said.underlay else (project.folder / said.underlay.replace("\\", "/")).as_posix()
    changes = {"underlay": below, "secrecy": "" if is_public else said.secrecy}
    return {"print": said.model_copy(update=changes), "sheets": sheets, "atlas": project.atlas}
