"""Gather what the tools of the map carry: texts of a sheet, base maps, notes of the register."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from landuse.assemble.corrections import stated
from landuse.catalogue import terms
from landuse.project import Project
from landuse.read.picture import map_picture
from landuse.tables import Analysis
from landuse.tables.changes import PLACE, newest_notes

TIANDITU: Final = (
    "https://t{{s}}.tianditu.gov.cn/{name}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={name}&STYLE=default"
    "&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={{key}}"
)
"""Address of a tile in web mercator; s is 0 to 7, key the viewer's own."""
LAYERS: Final[Mapping[str, tuple[str, str]]] = {"vec": ("vec", "cva"), "img": ("img", "cia")}
"""Kind of Tianditu map -> its layer and the layer of its labels."""
TIANDITU_HOSTS: Final = " https://*.tianditu.gov.cn"
BESIDE: Final = " 'self' file:"
"""Pictures beside the page: on the disk as well as on a server."""


def tool_facts(analysis: Analysis, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return what the tools look up, as plain values ready for JSON.

    Parameters
    ----------
    texts
        Texts of the head of the page and of its foot: name, facts, stamp, audience, notice, attribution, crs.
    """
    project = analysis.project
    return {
        **texts,
        "year": project.project.year,
        "run": project.digest(),
        "base": base_maps(project),
        "notes": registered_notes(analysis),
        "words": terms("tool_word", project.language),
    }


def base_maps(project: Project) -> dict[str, Any]:
    """Return the base maps a viewer may choose from; empty where the project names none."""
    said = project.map
    found: dict[str, Any] = {}
    if said.tiles:
        zooms = {"min": said.tiles_min_zoom, "max": said.tiles_max_zoom}
        found["tiles"] = {"url": said.tiles, "gcj": said.tiles_system == "gcj02", **zooms}
    picture = map_picture(project)
    if picture.content and said.image_bounds:
        text = base64.b64encode(picture.content).decode("ascii")
        found["image"] = {"data": f"data:{picture.kind};base64,{text}", "bounds": list(said.image_bounds)}
    if said.tianditu:
        layers = {kind: [TIANDITU.format(name=name) for name in LAYERS[kind]] for kind in said.tianditu}
        found["tianditu"] = {"kinds": list(layers), "layers": layers}
    return {**found, "attribution": said.attribution, "review": said.review_number} if found else {}


def image_sources(project: Project) -> str:
    """Return what ``img-src`` of the page's policy allows: embedded pictures, and what a named base map needs."""
    said = project.map
    return "data:" + (BESIDE if said.tiles else "") + (TIANDITU_HOSTS if said.tianditu else "")


def registered_notes(analysis: Analysis) -> list[dict[str, Any]]:
    """Return the newest revision of each note of the register, deleted ones without text; internal maps only."""
    if analysis.project.project.audience != "internal":
        return []
    found = []
    for change in newest_notes(stated(analysis.raw.of("overrides"))):
        name, _, revision = change.item.rpartition(".")
        place = PLACE.match(change.why)
        if not name or not place:
            continue
        is_place = PLACE.match(change.key) is not None
        found.append(
            {
                "id": name,
                "revision": int(revision),
                "parcel_id": None if is_place else change.key,
                "lon": float(place[1]),
                "lat": float(place[2]),
                "text": change.new,
                "who": change.who,
                "day": change.day,
            }
        )
    return found
