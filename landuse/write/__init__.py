"""Write an analysis into files: the only room beside `read` that touches the disk."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from landuse.disclosure import audiences_of, boundary_faults
from landuse.errors import Fault, InputError, OutputError
from landuse.frozen import FROZEN_FILE
from landuse.reports.receipt.listed import wants_receipts
from landuse.tables import Analysis
from landuse.write.audiences import write_audience
from landuse.write.books import write_issue_book, write_ledger, write_map, write_match_book
from landuse.write.copies import COPIES, MANIFEST, wants_copies, write_copies
from landuse.write.exchange.results import exchange_faults
from landuse.write.forms import copy_forms, write_forms
from landuse.write.kept import write_kept
from landuse.write.links import with_dossiers, with_links
from landuse.write.lock import lock_of
from landuse.write.manifest import manifest, manifest_text, readable
from landuse.write.parts import parts_of, write_parts
from landuse.write.published import published_tables
from landuse.write.receipts import earlier_receipts, pages_of, remove_receipts, write_receipts
from landuse.write.staging import Staging, spare_name, staging

if TYPE_CHECKING:
    import pyarrow as pa

KINDS: Final = ("tables", "map", "sheets", "report")
"""What ``--only`` may name."""
ASKED_KINDS: Final = ("forms", "receipts")
"""Written only when they are asked for; receipts in a whole run too, up to `outputs.receipts_up_to` listed objects."""
LOG: Final = "run.log.json"

Progress = Callable[[str], None]


def write_outputs(
    analysis: Analysis, folder: Path | str, *, only: tuple[str, ...] = KINDS, progress: Progress = lambda _: None
) -> dict[str, Any]:
    """Write the outputs of a run into a folder; return the manifest of those it is for.

    Outputs for the bureau stand in the folder itself, those for others in a folder of their own below it.

    Parameters
    ----------
    only
        ``tables`` (GeoPackage, Parquet), ``map`` (map.html), ``sheets`` (printed maps), ``report`` (workbooks, report,
        letters), ``forms`` (to be filled in), ``receipts`` (a page of every listed parcel and enterprise).

    Raises
    ------
    InputError
        A public map would show administrative boundaries without a review number, or nothing that was asked for is for
        others than the bureau: nothing is written.
    OutputError
        A final file is held open; its new content stands beside it and everything else is written.
    """
    project, folder = analysis.project, Path(folder)
    audiences = [name for name in audiences_of(project) if name == "internal" or set(only) & {*KINDS}]
    if refused := _audience_faults(analysis, audiences, only):
        raise InputError(refused)
    contents: dict[str, dict[str, Any]] = {}
    held: list[Fault] = []
    for audience in audiences:
        try:
            if audience == "internal":
                contents[audience] = _write_internal(analysis, folder, only=only, progress=progress)
            else:
                contents[audience] = write_audience(analysis, folder, audience, only=only, progress=progress)
        except OutputError as error:
            held += error.faults
    if held:
        raise OutputError(*held)
    return contents[project.project.audience]


def _audience_faults(analysis: Analysis, audiences: Sequence[str], only: Sequence[str]) -> list[Fault]:
    """Return why the outputs asked for cannot be written for those they are for."""
    if analysis.project.project.audience not in audiences:
        return [Fault("--only", f"只供内部使用 / for the bureau alone: {', '.join(only)}", ", ".join(KINDS))]
    if "tables" in only and analysis.project.outputs.exchange and (faults := exchange_faults(analysis)):
        return faults
    is_drawn = bool({"map", "sheets"} & {*only}) and "public" in audiences and analysis.project.outputs.public_geometry
    return boundary_faults(analysis) if is_drawn else []


def _write_internal(analysis: Analysis, folder: Path, *, only: tuple[str, ...], progress: Progress) -> dict[str, Any]:
    """Write the outputs for the bureau itself; return their manifest."""
    earlier = earlier_receipts(folder)
    with staging(folder) as stage:
        tables = published_tables(analysis)
        if "tables" in only:
            progress("tables")
            _write_tables(analysis, tables, stage)
            write_kept(analysis, tables, stage)
            write_match_book(analysis, stage)
        if "report" in only:
            progress("report")
            _write_books(analysis, stage)
        is_whole = {*KINDS} <= {*only}
        if "receipts" in only or (is_whole and wants_receipts(analysis)):
            progress("receipts")
            analysis = with_links(analysis, write_receipts(analysis, stage))
        pages = pages_of(stage)
        if "map" in only:
            progress("map")
            _write_map(with_dossiers(analysis) if "sheets" in only else analysis, stage)
        if "forms" in only:
            progress("forms")
            write_forms(analysis, stage)
        printed = write_parts(analysis, stage, parts_of(only, "internal"), progress)
        stage.path(FROZEN_FILE).write_text(lock_of(analysis).text(), encoding="utf-8", newline="\n")
        content = manifest(analysis, tables, stage.digests())
        stage.path(MANIFEST).write_text(manifest_text(content), encoding="utf-8", newline="\n")
        if wants_copies(analysis):
            copy_forms(stage)
            write_copies(stage, {**COPIES, **printed, **pages}, readable(content, analysis.project.language))
        stage.publish()
    if is_whole or "receipts" in only:
        remove_receipts(folder, earlier, {entry["name"] for entry in content["outputs"]})
    return content


def kind_faults(kinds: Sequence[str] | None, *, where: str = "--only") -> list[Fault]:
    """Return what is wrong with a choice of outputs; None = nothing was chosen."""
    faults = []
    for kind in kinds or ():
        if kind not in {*KINDS, *ASKED_KINDS}:
            known = ", ".join((*KINDS, *ASKED_KINDS))
            faults.append(Fault(where, f"没有这种成果 / no such output: {kind}", known, "改正 / correct it"))
    return faults


def as_published(folder: Path) -> tuple[str, dict[str, Any]]:
    """Return the manifest of the run just written, as text and as a mapping, also where its file was held open."""
    final = folder / MANIFEST
    spare = spare_name(final)
    text = (spare if spare.is_file() else final).read_text(encoding="utf-8")
    return text, json.loads(text)


def write_issues(analysis: Analysis, folder: Path) -> list[str]:
    """Write issues.xlsx, and matches.xlsx where a name waits to be looked at: what ``landuse check`` gives."""
    from landuse.reports.content.matches import is_worth_a_look

    with staging(folder) as stage:
        write_issue_book(analysis, stage)
        if is_worth_a_look(analysis):
            write_match_book(analysis, stage)
        return stage.publish()


def write_log(folder: Path, seconds: Mapping[str, tuple[float, float]], files: Path) -> None:
    """Write run.log.json: wall and CPU seconds of each step, and where the results find the folder of the project file.

    Outside every promise of reproducibility.
    """
    place = {}
    with suppress(ValueError):  # on another drive: whoever draws again names the folder
        place = {"files": Path(os.path.relpath(files, folder)).as_posix()}
    content = {
        **place,
        "seconds": {step: round(wall, 3) for step, (wall, _) in seconds.items()},
        "cpu_seconds": {step: round(cpu, 3) for step, (_, cpu) in seconds.items()},
    }
    with suppress(PermissionError):  # held open by a viewer: the timings of one run are lost, nothing else
        (folder / LOG).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8", newline="\n")


def _write_tables(analysis: Analysis, tables: Mapping[str, Any], stage: Staging) -> None:
    """Write GeoPackage and Parquet; each Arrow table is made when it is written and not kept."""
    from landuse.cartography.qgis import layer_styles
    from landuse.write.geopackage import PLAIN_TABLES, LayerStyle, write_geopackage
    from landuse.write.parquet import ArrowTables, parcels_file, write_table

    made = ArrowTables(tables, analysis.parcels)
    styles = tuple(LayerStyle(*style) for style in layer_styles(analysis))
    with parcels_file(stage.path("parcels.parquet"), analysis.parcels) as write_piece:

        def write_parquet(name: str, table: pa.Table) -> None:
            if name == "parcels":
                write_piece(table)
            else:
                write_table(table, stage.path(f"{name}.parquet"))

        crs = analysis.parcels.crs
        write_geopackage(stage.path("results.gpkg"), made, crs=crs, styles=styles, then=write_parquet)
    for name in (name for name in made if name not in ("parcels", *PLAIN_TABLES)):
        write_parquet(name, made[name])


def _write_books(analysis: Analysis, stage: Staging) -> None:
    write_ledger(analysis, stage)
    write_issue_book(analysis, stage)


def _write_map(analysis: Analysis, stage: Staging) -> None:
    write_map(analysis, stage)
