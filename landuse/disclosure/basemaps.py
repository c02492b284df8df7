"""Decide whether the base maps of a project may lie below the parcels of an audience's map."""

from __future__ import annotations

from pathlib import Path

from landuse.basemaps import BaseMaps
from landuse.disclosure.packs import base_name
from landuse.disclosure.whitelist import Whitelist, audiences_of
from landuse.project import Project


def told_base_maps(project: Project, allowed: Whitelist) -> tuple[BaseMaps, Path]:
    """Return the base maps of an audience and the folder in which their picture lies; none where none may be shown.

    A base map that the public sees has a 审图号 (地图审核管理规定, DOMAIN 11.4).
    """
    said = project.map
    if "map" not in allowed.sections or said.is_empty or (allowed.named and not said.review_number.strip()):
        return BaseMaps(), Path()
    if said.image is None:
        return said, Path()
    picture = Path(said.image.replace("\\", "/"))
    return said.model_copy(update={"image": base_name(said.image)}), (project.folder / picture).parent


def lacks_review(project: Project) -> bool:
    """Return whether a public map of this project goes without its base maps, for they have no 审图号."""
    is_drawn = "public" in audiences_of(project) and project.outputs.public_geometry
    return is_drawn and not project.map.is_empty and not project.map.review_number.strip()
