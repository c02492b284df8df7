"""Read every input table of a project: open, match headers, read cells, bring to one CRS; all faults raised once."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from landuse.errors import Fault, InputError
from landuse.inputs import INPUT_TABLES, LATER_TABLES
from landuse.project import Project
from landuse.read.apart import Lying, far_apart, lying
from landuse.read.crs import same_place, total_bounds, transform
from landuse.read.fingerprint import fingerprints
from landuse.read.garbled import garbled_headers
from landuse.read.headers import Pick, Wish, missing_header, pick_columns, wishes
from landuse.read.old_datums import Stand, mixed, old_datum, old_only, renewed
from landuse.read.opening import locate, open_source, written
from landuse.read.part import ReadPart, read_part
from landuse.read.picture import map_picture
from landuse.read.placing import placed, with_geometry
from landuse.read.previous import previous_run
from landuse.read.raster import raster_inputs, raster_stands
from landuse.read.shifts import shift_issues
from landuse.read.source import Source
from landuse.read.unit_settling import settle_units
from landuse.read.words import choice_words
from landuse.settings import InputEntry
from landuse.tables import KEYS, PreviousRun, RawTables, columns, join_issues, one_issue
from landuse.tables.matches import ROLES

GEOMETRY_TABLES: Final = ("parcels", "land_prices", "buildings", "parks", "context")
"""Tables whose geometry is read."""
GEOMETRY_REQUIRED: Final = ("parcels", "buildings", "parks")
IMAGERY: Final = frozenset({".tif", ".tiff", ".img", ".vrt", ".jpg", ".jpeg", ".png"})
"""Suffixes of context that is no table: a later capability shows imagery."""
READ_TABLES: Final = tuple(table for table in INPUT_TABLES if table not in LATER_TABLES | {"previous"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Opened:
    """One entry whose file is open and whose headers are matched."""

    entry: InputEntry
    source: Source
    wished: Mapping[str, Wish]
    picks: Mapping[str, Pick]


def read_tables(project: Project) -> RawTables:
    """Return everything the project names, as read: canonical columns, right types, canonical units.

    Raises
    ------
    InputError
        With all faults of the phase: a file, sheet, layer, key column or CRS missing, an encoding or unit undecidable,
        data outside the region of the project.
    """
    faults: list[Fault] = _unknown_tables(project)
    layers: list[Lying] = []
    read = {t: _read_table(project, t, faults, layers) for t in READ_TABLES if project.inputs.of(t)}
    faults += far_apart(layers, project.project.region)
    read, unit_faults = settle_units(read)
    faults += unit_faults
    rasters, raster_faults = raster_inputs(project)
    faults += raster_faults
    files = _files(project, faults)
    faults += map_picture(project).faults
    faults += mixed([*_stands(read), *raster_stands(rasters, project)])
    previous, more = _previous(project, faults)
    if faults:
        raise InputError(list(dict.fromkeys(faults)))
    whole = [part for parts in read.values() for part in parts]
    raws = {table: tuple(part.raw for part in parts) for table, parts in read.items()}
    place_doubts = (old_only([part.raw for part in whole]), shift_issues(raws))
    issues = join_issues([*(part.issues for part in whole), *place_doubts])
    return RawTables(
        parts=raws,
        rasters=rasters,
        inputs=fingerprints([*files, *more]),
        issues=issues,
        previous=previous,
    )


def _previous(project: Project, faults: list[Fault]) -> tuple[PreviousRun | None, list[tuple[Path, str]]]:
    try:
        return previous_run(project)
    except InputError as error:
        faults += error.faults
        return None, []


def _read_table(project: Project, table: str, faults: list[Fault], layers: list[Lying]) -> list[ReadPart]:
    """Return the parts of one table in one CRS; faults, and where its layers lie, are added to the lists."""
    before = len(faults)
    opened = _open_table(project, table, faults)
    if len(opened) == len(project.inputs.of(table)):
        faults += _missing(table, opened)
    if len(faults) > before:
        return []
    parts: list[ReadPart] = []
    for each in opened:
        geometry = table in GEOMETRY_TABLES and each.source.has_geometry
        try:
            part = read_part(each.source, table, each.picks, geometry=geometry, as_of=project.as_of)
            part = placed(part, each.entry, each.source, region=project.project.region)
            part = _with_edition(renewed(part, project.datums), each)
        except InputError as error:
            faults += error.faults
            continue
        _log.info("%s: %s: %d rows", table, each.source.where, len(part.raw.frame))
        parts.append(part)
    layers += [place for part in parts if (place := lying(part)) is not None]
    return _in_one_crs(parts)


def _with_edition(part: ReadPart, each: _Opened) -> ReadPart:
    """Return a part that knows which edition of the industry codes the project file states for it.

    Raises
    ------
    InputError
        An edition is stated for a file without industry codes.
    """
    edition = each.entry.industry_edition
    if edition is None:
        return part
    if part.raw.table != "enterprises" or "industry_code" not in part.raw.frame:
        found = f"写明了 industry_edition = {edition},却没有行业代码列 / an edition of codes, but no such column"
        do = "删去 industry_edition,或写明 columns.industry_code / delete it, or declare columns.industry_code"
        raise InputError([Fault(each.source.where, found, "enterprises.industry_code", do)])
    return dataclasses.replace(part, raw=dataclasses.replace(part.raw, edition=edition))


def _open_table(project: Project, table: str, faults: list[Fault]) -> list[_Opened]:
    opened: list[_Opened] = []
    try:
        shared = wishes(table, project.columns.get(table, {}), where=f"columns.{table}", own=False)
    except InputError as error:
        faults += error.faults
        shared = {}
    for entry in project.inputs.of(table):
        if table == "context" and Path(entry.path.replace("\\", "/")).suffix.lower() in IMAGERY:
            continue
        try:
            own = wishes(table, entry.columns, where=f"inputs.{table} {written(entry.path)} columns", own=True)
            source = open_source(entry, project.folder, geometry=table in GEOMETRY_REQUIRED)
        except InputError as error:
            faults += error.faults
            continue
        if spoilt := garbled_headers(source):
            faults += spoilt
            continue
        wished = {**shared, **own}
        picks, wrong = pick_columns(source, table, entry, wished)
        faults += wrong
        opened.append(_Opened(entry, source, wished, picks))
    return opened


# -------------------------------------------------------------------------------------- what is missing


def _missing(table: str, opened: Sequence[_Opened]) -> list[Fault]:
    """Return the faults of columns and geometry that no entry of the table carries, and of keys that one lacks."""
    sources = [each.source for each in opened]
    faults = []
    for name, column in columns("input", table).items():
        carried = any(name in each.picks for each in opened)
        wish = next((each.wished[name] for each in opened if name in each.wished), None)
        if not carried and wish is not None:
            faults += [] if wish.own else [missing_header(name, wish, sources, f"columns.{table}")]
        elif not carried and column.required:
            faults += [_lacking(table, name, each.source) for each in opened if not _is_named(table, name, each)]
    for name in KEYS.get(table, ()):
        if any(name in each.picks for each in opened):
            lacking = [each for each in opened if name not in each.picks and not _is_named(table, name, each)]
            faults += [_lacking(table, name, each.source) for each in lacking]
    if table in GEOMETRY_REQUIRED and not any(source.has_geometry for source in sources):
        found = "没有图形 / no geometry"
        faults += [
            Fault(source.where, found, ".shp .gpkg .gdb .geojson .kml .dxf .txt …", "补充图形文件")
            for source in sources
        ]
    return faults


def _is_named(table: str, name: str, each: _Opened) -> bool:
    """Return whether another column of a file names what the key would: whose rows they are is found by name."""
    return ROLES.get((table, name)) in each.picks


def _lacking(table: str, name: str, source: Source) -> Fault:
    column = columns("input", table)[name]
    found = " | ".join(header for header in source.headers if header)
    near = get_close_matches(column.zh, source.headers, n=1, cutoff=0.5)
    hint = f"最接近的是 {near[0]} / the nearest is {near[0]}; " if near else ""
    do = (f"写明 columns.{table}.{name} 或 header_rows", "map it, or state header_rows")
    if (called := ROLES.get((table, name))) is not None:
        do = (f"{do[0]};没有代码的,写明名称所在的列 columns.{table}.{called}", f"{do[1]}; without codes map {called}")
    elif column.choices:
        word = next(iter(choice_words(name, column.choices[-1:])))
        example = f'{name} = {{ value = "{word}" }}'
        do = (f"{do[0]};各行相同的,在该文件的 columns 中写 {example}", f"{do[1]}; the same for all rows: {example}")
    return Fault(
        source.where,
        f"缺少必需字段 {name}({column.zh})/ required column missing",
        f"{hint}现有 / found: {found}",
        " / ".join(do),
    )


def _unknown_tables(project: Project) -> list[Fault]:
    faults = []
    for table in project.columns:
        if table not in INPUT_TABLES:
            near = get_close_matches(table, INPUT_TABLES, n=1, cutoff=0.0)[0]
            hint = f"最接近的是 {near} / the nearest is {near}"
            faults.append(
                Fault(f"columns.{table}", "没有该数据表 / no such table", hint, "改正或删除 / correct or delete it")
            )
    return faults


def _files(project: Project, faults: list[Fault]) -> list[tuple[Path, str]]:
    """Return every file of the project with the path as written; files of later capabilities must exist too."""
    paths = [entry.path for table in INPUT_TABLES if table != "previous" for entry in project.inputs.of(table)]
    paths += [entry.path for entry in project.inputs.rasters.values()]
    paths += [project.map.image] if project.map.image else []
    paths += project.lists.files
    paths += [path for path in (project.sheets.layout, project.print.underlay, project.report.template) if path]
    paths += [project.locked.file] if project.locked.file else []
    paths += [project.rules.pack] if project.own_pack is not None else []
    paths += [project.measures.catalogue] if project.own_catalogue is not None else []
    found = []
    for path in paths:
        try:
            found.append((locate(path, project.folder), written(path)))
        except InputError as error:
            faults += error.faults
    return found


# ------------------------------------------------------------------------------------------------ place


def _stands(read: Mapping[str, Sequence[ReadPart]]) -> list[Stand]:
    """Return every file with coordinates and its CRS."""
    raws = [part.raw for parts in read.values() for part in parts]
    return [Stand(f"{raw.file} [{raw.sheet}]" if raw.sheet else raw.file, raw.crs) for raw in raws if raw.crs]


def _in_one_crs(parts: list[ReadPart]) -> list[ReadPart]:
    """Return the parts with geometry in the CRS of the first that has one, with a note where one was transformed."""
    target = next((part.raw.crs for part in parts if part.raw.crs), None)
    return [part if target is None else _in_crs(part, target) for part in parts]


def _in_crs(part: ReadPart, target: str) -> ReadPart:
    raw = part.raw
    if raw.geometry is None or raw.crs is None or raw.crs == target or old_datum(raw.crs) != old_datum(target):
        return part
    if same_place(target, raw.crs, total_bounds(raw.geometry)):
        return dataclasses.replace(part, raw=dataclasses.replace(raw, crs=target))
    geometry = transform(raw.geometry, raw.crs, target)
    note = one_issue(
        "CRS_TRANSFORMED", table=raw.table, value=raw.crs, facts={"target": target, "file": raw.file}
    ).assign(source_file=raw.file, source_sheet=raw.sheet)
    moved = dataclasses.replace(with_geometry(raw, geometry), crs=target)
    return dataclasses.replace(part, raw=moved, issues=join_issues([part.issues, note]))
