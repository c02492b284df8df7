"""Write what others than the bureau get: each audience has a folder of its own, with its own manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from landuse import __version__
from landuse.disclosure import AGGREGATES, Whitelist, folder_of, for_audience, lacks_review, whitelist
from landuse.disclosure.packs import base_name
from landuse.project import Project
from landuse.rule import as_plain
from landuse.tables import Analysis, column, unit_title
from landuse.write.books import write_map
from landuse.write.copies import MANIFEST, wants_copies, write_copies
from landuse.write.exchange.results import aliases
from landuse.write.manifest import counts, manifest_text, readable
from landuse.write.parts import parts_of, write_parts
from landuse.write.plain_csv import write_csv
from landuse.write.published import typed
from landuse.write.staging import Staging, remove_unchanged, staging

if TYPE_CHECKING:
    import pyarrow as pa

COPIES: Final = {
    "ledger.xlsx": "01_低效闲置用地台账.xlsx",
    "map.html": "04_一张图.html",
    "list.xlsx": "08_公示名单.xlsx",
    "summary.xlsx": "公开汇总表.xlsx",
    "results.gpkg": "数据/低效闲置用地.gpkg",
}
"""Fixed name -> name under 成果/ (TERMS.md, 4)."""

Progress = Callable[[str], None]


def write_audience(
    analysis: Analysis, folder: Path, audience: str, *, only: tuple[str, ...], progress: Progress
) -> dict[str, Any]:
    """Write the outputs for an audience other than the bureau into its own folder; return their manifest.

    What an earlier run wrote there and this one does not is removed: the folder holds what its manifest lists.

    Parameters
    ----------
    folder
        Folder of the results; the outputs stand in ``superior/`` or ``public/`` below it.
    """
    progress(audience)
    view, allowed = for_audience(analysis, audience), whitelist(audience)
    is_drawn = not allowed.named or view.project.outputs.public_geometry
    place = folder / folder_of(audience)
    earlier = _earlier(place)
    with staging(place) as stage:
        tables = _tables(view, allowed)
        if "tables" in only:
            _write_tables(tables, stage, skip=("parcels",) if is_drawn else ())
        if "tables" in only and is_drawn:
            _write_layers(view, tables, stage)
        if "report" in only:
            _write_books(view, stage)
        if "map" in only and is_drawn:
            write_map(view, stage)
        printed = write_parts(view, stage, parts_of(only, audience), progress)
        content = _finish(analysis.project, view, stage, (printed, {}))
    _remove(place, earlier, {str(entry["name"]) for entry in content["outputs"]})
    return content


def draw_audience(
    analysis: Analysis, folder: Path, audience: str, *, only: tuple[str, ...], progress: Progress
) -> list[str]:
    """Draw outputs for an audience again, beside what stands in its folder; return the names of the files.

    Parameters
    ----------
    only
        A kind of outputs, and the names of its parts; no names = all of them.
    """
    progress(audience)
    view, (kind, *names) = for_audience(analysis, audience), only
    is_drawn = not whitelist(audience).named or view.project.outputs.public_geometry
    place = folder / folder_of(audience)
    earlier = _earlier(place)
    with staging(place) as stage:
        if kind == "report" and (not names or "ledger" in names):
            _write_books(view, stage)
        if kind == "map" and is_drawn:
            write_map(view, stage)
        parts = [part for part in parts_of((kind,), audience) if not names or part.name in names]
        printed = write_parts(view, stage, parts, progress)
        made = list(stage.digests())
        _finish(analysis.project, view, stage, (printed, earlier))
    return [f"{folder_of(audience)}/{name}" for name in made]


def _finish(
    project: Project, view: Analysis, stage: Staging, names: tuple[Mapping[str, str], Mapping[str, str]]
) -> dict[str, Any]:
    """Write the manifest and the copies, and make all files final; return the manifest.

    Parameters
    ----------
    project
        That of the run.
    names
        Fixed name -> Chinese name of printed matter; outputs that stand in the folder already and stay: name -> sha256.
    """
    printed, earlier = names
    allowed = whitelist(view.project.project.audience)
    left_out = ("map",) if allowed.named and lacks_review(project) else ()
    content = _manifest(view, allowed, {**earlier, **stage.digests()}, left_out=left_out)
    stage.path(MANIFEST).write_text(manifest_text(content), encoding="utf-8", newline="\n")
    if wants_copies(view):
        write_copies(stage, {**COPIES, **printed}, readable(content, view.project.language))
    stage.publish()
    return content


def _tables(view: Analysis, allowed: Whitelist) -> dict[str, pd.DataFrame]:
    """Return the tables that go into data files, with the fields that may go there."""
    frames = {
        "parcels": view.parcels.table,
        "enterprises": view.enterprises,
        "occupancy": view.occupancy,
        "findings": view.findings,
        "groups": view.groups,
        AGGREGATES: view.facts.get(AGGREGATES, pd.DataFrame()),
    }
    chosen = {name: allowed.to_write(frame, name) for name, frame in frames.items() if name in allowed.written}
    if allowed.named and "name" in chosen.get("enterprises", ()):
        chosen["enterprises"] = chosen["enterprises"].dropna(subset=["name"])
    return {name: typed(frame, name).reset_index(drop=True) for name, frame in chosen.items()}


def _write_tables(tables: Mapping[str, pd.DataFrame], stage: Staging, *, skip: tuple[str, ...]) -> None:
    from landuse.write.parquet import arrow_table, write_table

    for name in (name for name in tables if name not in skip):
        write_table(arrow_table(tables[name], name), stage.path(f"{name}.parquet"))


def _write_layers(view: Analysis, tables: Mapping[str, pd.DataFrame], stage: Staging) -> None:
    from landuse.cartography.qgis import layer_styles
    from landuse.write.geopackage import LayerStyle, write_geopackage
    from landuse.write.parquet import ArrowTables, parcels_file

    made, crs = ArrowTables(tables, view.parcels), view.parcels.crs
    styles = tuple(LayerStyle(*style) for style in layer_styles(view))
    with parcels_file(stage.path("parcels.parquet"), view.parcels) as write_piece:

        def write_parquet(name: str, table: pa.Table) -> None:
            if name == "parcels":
                write_piece(table)

        write_geopackage(stage.path("results.gpkg"), made, crs=crs, styles=styles, then=write_parquet)


def _write_books(view: Analysis, stage: Staging) -> None:
    """Write the ledger, or for the public the list and the sums, as workbooks and as text."""
    from landuse.reports.content import ledger
    from landuse.reports.content.context import context
    from landuse.reports.content.public import aggregate_list, enterprise_list, parcel_list, public_list, public_sums
    from landuse.reports.excel import write_book

    if AGGREGATES not in view.facts:
        write_book(ledger(view), stage.path("ledger.xlsx"))
        return
    listed, sums = public_list(view), public_sums(view)
    write_book(listed, stage.path("list.xlsx"))
    if sums:
        write_book(sums, stage.path("summary.xlsx"))
    ctx, lang = context(view), view.project.language
    frames = {"list.csv": (enterprise_list(ctx), listed[0]), "list_parcels.csv": (parcel_list(ctx), listed[1])}
    for name, (frame, page) in frames.items():
        columns = [part for part in page.columns if part.name in frame.columns]
        titles = [part.title.replace("\n", "") for part in columns]
        write_csv(stage.path(name), titles, frame[[part.name for part in columns]].itertuples(index=False, name=None))
    every = aggregate_list(ctx)
    titles = [_title(name, lang) for name in every.columns]
    write_csv(stage.path("aggregates.csv"), titles, every.itertuples(index=False, name=None))


def _title(name: str, lang: str) -> str:
    known = column(AGGREGATES, name)
    unit = unit_title(known.unit, lang) if known else ""
    return f"{known.title(lang)}({unit})" if known and unit else known.title(lang) if known else name


def _manifest(
    view: Analysis, allowed: Whitelist, outputs: Mapping[str, str], *, left_out: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the manifest of an audience: the parameters and counts it may see, and its own outputs.

    Parameters
    ----------
    left_out
        Sections of the project file that are not followed for this audience.
    """
    project = view.project
    plain = json.loads(project.text())
    tables = {
        "parcels": view.parcels.table,
        "enterprises": _counted(view),
        "issues": view.issues,
        "groups": view.groups,
    }
    found = counts(tables)
    return {
        "landuse": __version__,
        "audience": allowed.audience,
        "as_of": project.as_of.isoformat(),
        "project_digest": project.digest(),
        "project": _sections(plain, allowed),
        **({"left_out": list(left_out)} if left_out else {}),
        **({"rule": _rule(view, allowed)} if "rule" in view.facts else {}),
        **({"inputs": _inputs(view, allowed)} if allowed.inputs else {}),
        "counts": {name: found[name] for name in allowed.counts if name in found},
        "outputs": [{"name": name, "sha256": digest} for name, digest in sorted(outputs.items())],
    }


def _sections(plain: Mapping[str, Any], allowed: Whitelist) -> dict[str, Any]:
    """Return the sections of the project file that the audience may read, without names of files it is not told."""
    said = {name: plain[name] for name in allowed.sections if name in plain}
    if "map" in said and not allowed.inputs:
        said["map"] = {name: value for name, value in said["map"].items() if name != "image"}
    if said.get("print", {}).get("underlay"):  # where the bureau has it is for nobody else
        said["print"] = {**said["print"], "underlay": base_name(said["print"]["underlay"])}
    return said


def _inputs(view: Analysis, allowed: Whitelist) -> list[dict[str, Any]]:
    return [{name: getattr(one, name) for name in allowed.inputs} for one in view.raw.inputs]


def _rule(view: Analysis, allowed: Whitelist) -> dict[str, Any]:
    """Return the parameters of the rule in force that the audience may read."""
    plain = as_plain(view.facts["rule"])
    return {name: plain[name] for name in plain if name in allowed.rule}


def _counted(view: Analysis) -> pd.DataFrame:
    firms = view.enterprises
    return firms if "low_efficiency" in firms.columns else firms.assign(low_efficiency=None)


def _earlier(place: Path) -> dict[str, str]:
    """Return what an earlier run says it wrote into a folder: name -> sha256."""
    try:
        outputs = json.loads((place / MANIFEST).read_text(encoding="utf-8"))["outputs"]
        return {str(entry["name"]): str(entry["sha256"]) for entry in outputs}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _remove(place: Path, earlier: Mapping[str, str], kept: set[str]) -> None:
    """Remove files of an earlier run, unchanged since, that this run does not write again, and their copies."""
    gone = [(name, digest) for name, digest in earlier.items() if name not in kept]
    copies = {**COPIES, **aliases()}
    files = [
        (file, digest) for name, digest in gone for file in (place / name, place / "成果" / copies.get(name, name))
    ]
    remove_unchanged(files, within=place)
