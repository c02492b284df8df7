"""Write the parcels of a run for other programs, where the project asks for it: Shapefile, drawing, boundary TXT."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from landuse.catalogue import term
from landuse.disclosure import whitelist
from landuse.errors import Fault, InputError
from landuse.read.crs import parse_crs
from landuse.tables import Analysis, column, unit_title
from landuse.write.copies import MANIFEST
from landuse.write.exchange.boundary_txt import Head, write_boundary, zone_of
from landuse.write.exchange.drawing import Drawn, write_drawing
from landuse.write.exchange.fieldlist import write_field_list
from landuse.write.exchange.gauss import gauss_for
from landuse.write.exchange.layer import Field, LayerTable, Note
from landuse.write.exchange.naming import short_titles
from landuse.write.exchange.shapefile import SUFFIXES, write_shapefile
from landuse.write.geopackage import SELECTED
from landuse.write.parquet import arrow_table
from landuse.write.published import published_tables, typed
from landuse.write.staging import Staging, sha256_of

FOLDER: Final = "exchange"
LAYERS: Final = ("parcels", *SELECTED)
"""The layers of the GeoPackage."""
COLOURS: Final = {"parcels": 7, "low_efficiency": 1, "idle": 6}
"""Layer -> number of its CAD colour: white or black, red, magenta."""
WORDED: Final = {
    "area_source": "area_source", "efficiency_class": "efficiency_class", "idle_class": "idle_class",
    "idle_cause": "idle_cause", "consequence": "consequence", "case_state": "case_state", "measure": "measure",
    "measure_group": "measure_group", "after_class": "after_class",
}  # fmt: skip
"""Column -> enumeration whose words stand for its codes."""
BOUNDARY_ROLES: Final = {"number": "parcel_id", "name": "parcel_name", "use": "land_use"}
"""Cell of a boundary file -> column."""
NOTES: Final = f"{FOLDER}/notes.txt"
FIELDS: Final = f"{FOLDER}/shp/fields.xlsx"


def write_results(analysis: Analysis, stage: Staging) -> dict[str, str]:
    """Write what ``[outputs] exchange`` asks for, and take away what an earlier run wrote and this one does not.

    An audience gets the fields that its data files may carry, and nothing where it gets no outlines.

    Raises
    ------
    InputError
        A drawing or a boundary file cannot hold the CRS of the parcels.
    """
    stage.gone |= _earlier(stage)
    project = analysis.project
    is_drawn = project.project.audience != "public" or project.outputs.public_geometry
    kinds = tuple(dict.fromkeys(project.outputs.exchange)) if is_drawn else ()
    if not kinds:
        return {}
    layers = result_layers(analysis)
    told: list[tuple[str, Note]] = []
    for kind in kinds:
        told += {"shp": _write_shapefiles, "dxf": _write_drawing, "txt": _write_boundaries}[kind](
            analysis, layers, stage
        )
    stage.path(NOTES).write_text(_notes_text(analysis, told), encoding="utf-8-sig", newline="\r\n")
    made = stage.files()
    return {name: alias for name, alias in aliases().items() if name in made}


def exchange_faults(analysis: Analysis) -> list[Fault]:
    """Return why the files asked for cannot be written, before anything else is; empty where they can."""
    kinds, parcels = analysis.project.outputs.exchange, analysis.parcels
    if not {"dxf", "txt"} & {*kinds} or not len(parcels):
        return []
    layer = LayerTable("", (), parcels.geometry, parcels.crs)
    try:
        if "txt" in kinds or parse_crs(parcels.crs, "").is_geographic:
            zone_of(layer, where="[outputs] exchange")
    except InputError as error:
        do = "去掉 exchange 中的 txt、dxf / leave txt and dxf out of exchange"
        return [Fault(one.where, one.found, one.allowed, do) for one in error.faults]
    return []


@cache
def aliases() -> Mapping[str, str]:
    """Return every name that may be written -> the Chinese name of its copy."""
    words = {name: term("exchange_layer", name, "zh") for name in LAYERS}
    found = {f"{FOLDER}/shp/{name}{end}": f"数据/shp/{word}{end}" for name, word in words.items() for end in SUFFIXES}
    found |= {f"{FOLDER}/txt/{name}.txt": f"数据/txt/{word}.txt" for name, word in words.items()}
    return {
        **found,
        f"{FOLDER}/dxf/parcels.dxf": "数据/dxf/宗地.dxf",
        FIELDS: "数据/字段说明.xlsx",
        NOTES: "数据/交换数据说明.txt",
    }


def result_layers(analysis: Analysis) -> dict[str, LayerTable]:
    """Return all parcels, those that are low and those suspected idle, with the fields the audience may have."""
    audience, lang = analysis.project.project.audience, analysis.project.language
    if audience == "internal":
        frame = published_tables(analysis)["parcels"]
    else:
        frame = typed(whitelist(audience).to_write(analysis.parcels.table, "parcels"), "parcels")
    geometry, crs = analysis.parcels.geometry, analysis.parcels.crs
    every = LayerTable(term("exchange_layer", "parcels", lang), _fields(frame, lang), geometry, crs)
    found = {"parcels": every}
    for name, (by, values) in SELECTED.items():
        rows = frame[by].isin(values).to_numpy(dtype=bool) if by in frame.columns else np.zeros(len(frame), dtype=bool)
        found[name] = every.chosen(rows, term("exchange_layer", name, lang))
    return found


def _fields(frame: pd.DataFrame, lang: str) -> tuple[Field, ...]:
    """Return the columns as fields: codes in words, lists joined, titles and units of the vocabulary."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = arrow_table(frame, "parcels")
    kinds = {"key": "text", "text": "text", "list": "text"}
    fields = []
    for name in table.column_names:
        known, cells = column("parcels", name), table.column(name).combine_chunks()
        kind = kinds.get(known.kind, known.kind) if known else "text"
        if pa.types.is_list(cells.type):
            cells = pc.binary_join(cells, ";")
        if name in WORDED:
            cells = pa.array([None if code is None else term(WORDED[name], code, lang) for code in cells.to_pylist()])
        title = known.title(lang) if known else name
        unit = unit_title(known.unit, lang) if known else ""
        short = short_titles().get(name, "") if lang == "zh" else ""
        fields.append(Field(name, kind, cells, title, unit, short))
    return tuple(fields)


def _write_shapefiles(analysis: Analysis, layers: Mapping[str, LayerTable], stage: Staging) -> list[tuple[str, Note]]:
    """Write a Shapefile for each layer, all with the same fields, and one list of them."""
    project, whole = analysis.project, layers["parcels"]
    made = write_shapefile(stage.path(f"{FOLDER}/shp/parcels.shp"), whole)
    for name, layer in layers.items():
        if layer is not whole:
            write_shapefile(stage.path(f"{FOLDER}/shp/{name}.shp"), layer, like=made)
    words = term("exchange_word", "comma", project.language).join(layer.name for layer in layers.values())
    crs, listed = _crs_name(analysis.parcels.crs), replace(made, name=words)
    write_field_list(stage.path(FIELDS), listed, crs=crs, lang=project.language, dated=project.as_of)
    return [("shp", note) for note in made.notes]


def _write_drawing(analysis: Analysis, layers: Mapping[str, LayerTable], stage: Staging) -> list[tuple[str, Note]]:
    """Write one drawing with a layer for each; degrees are projected to their zone of 3 degrees."""
    told: list[Note] = []
    crs = analysis.parcels.crs
    zone = gauss_for(analysis.parcels.geometry, crs)
    if zone is not None:
        told.append(Note("projected", {"crs": zone.crs, "zone": zone.zone}))
        layers = {
            name: LayerTable(one.name, one.fields, zone.placed(one.geometry, crs), zone.crs)
            for name, one in layers.items()
        }
    drawn = [Drawn(layer, "parcel_id" if name == "parcels" else "", COLOURS[name]) for name, layer in layers.items()]
    told += write_drawing(stage.path(f"{FOLDER}/dxf/parcels.dxf"), drawn)
    return [("dxf/parcels.dxf", note) for note in told]


def _write_boundaries(analysis: Analysis, layers: Mapping[str, LayerTable], stage: Staging) -> list[tuple[str, Note]]:
    """Write a boundary file for each layer that has parcels."""
    project = analysis.project
    head = Head(project.print.organisation, project.as_of.isoformat())
    told: list[tuple[str, Note]] = []
    for name, layer in layers.items():
        if len(layer):
            known = {one.name for one in layer.fields}
            roles = {role: field for role, field in BOUNDARY_ROLES.items() if field in known}
            path = stage.path(f"{FOLDER}/txt/{name}.txt")
            told += [(f"txt/{name}.txt", note) for note in write_boundary(path, layer, roles, head)]
    return told


def _notes_text(analysis: Analysis, told: list[tuple[str, Note]]) -> str:
    """Return what a reader of the files must know."""
    lang = analysis.project.language
    lines = [term("exchange_text", name, lang) for name in ("title", "layers", "fields", "drawing", "boundary")]
    lines.append(term("exchange_text", "crs", lang).format(crs=_crs_name(analysis.parcels.crs)))
    if notice := analysis.project.outputs.notice:
        lines.append(notice)
    return "\n".join([*lines, "", *(f"{file}: {note.told(lang)}" for file, note in told), ""])


def _crs_name(crs: str) -> str:
    known = parse_crs(crs, "")
    code = known.to_epsg()
    return f"{known.name} (EPSG:{code})" if code else known.name


def _earlier(stage: Staging) -> set[str]:
    """Return the files of exchange that an earlier run says it wrote here, unchanged since, and their copies."""
    try:
        outputs = json.loads((stage.folder / MANIFEST).read_text(encoding="utf-8"))["outputs"]
        written = {str(one["name"]): str(one["sha256"]) for one in outputs}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    found: set[str] = set()
    for name, alias in aliases().items():
        for place in (name, f"成果/{alias}"):
            if name in written and (path := stage.folder / place).is_file() and sha256_of(path) == written[name]:
                found.add(place)
    return found
