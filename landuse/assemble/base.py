"""Make the base of a run: every input table with unique keys, valid geometry, areas and its balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from landuse import tables
from landuse.assemble.accounts import merge_accounts
from landuse.assemble.amendments import amended
from landuse.assemble.areas import area_differences
from landuse.assemble.codes import codes_elsewhere
from landuse.assemble.controls import clean_controls
from landuse.assemble.corrections import in_balance
from landuse.assemble.crs import same_crs, to_crs
from landuse.assemble.delays import delayed
from landuse.assemble.keys import clean_leases, merge_enterprises, stack
from landuse.assemble.meters import clean_meters
from landuse.assemble.named import name_doubts
from landuse.assemble.overlaps import overlap_issues
from landuse.assemble.parcels import MergedParcels, merge_parcels, moved_issue
from landuse.assemble.plausible import account_doubts
from landuse.assemble.repair import BEYOND, MISSING, repair, repair_issues
from landuse.errors import Fault, InputError
from landuse.inputs import INPUT_TABLES, LATER_TABLES
from landuse.project import Project
from landuse.rule import Rule
from landuse.tables import Base, Geometries, Layer, RawPart, RawTables

LAYERS: Final[dict[str, str]] = {"land_prices": "price_level", "buildings": "", "parks": "park"}
"""Polygon table -> column that names its rows; blank = none. Only a building is nothing without its polygon."""

DRAWN: Final = frozenset({"context"})
"""Tables of later capabilities that change no figure."""


def base_tables(raw: RawTables, project: Project, rule: Rule) -> Base:
    """Return the typed tables of a run and what was found wrong while making them.

    Parcels are united by parcel_id and measured, registers joined to them; enterprises, accounts and leases have
    clean, unique keys; layers lie in the CRS of the parcels. Amendments and delays are in force on the contract facts
    of the parcels. Everything set aside has an issue, and its money and area stand in the balance (steps `read` and
    `keys`). The issues of reading are not repeated.

    Raises
    ------
    InputError
        There are no polygons of parcels, or a geometry has no CRS.
    """
    merged = merge_parcels(raw.of("parcels"), areas=project.areas)
    parcels, papers, doubts = _with_papers(merged.parcels, raw, project)
    enterprises = merge_enterprises(raw.of("enterprises"))
    year, by_revenue = project.project.year, rule.revenue_for_output
    accounts = merge_accounts(raw.of("accounts"), year=year, revenue_for_output=by_revenue, matches=raw.matches)
    leases = clean_leases(raw.of("occupancy"))
    meters = clean_meters(raw.of("meters"), as_of=project.as_of)
    layers = {name: _layer(raw.of(name), name, parcels.crs) for name in LAYERS if raw.of(name)}
    controls = clean_controls(raw.of("controls"), scheme=rule.industry)
    issues = [
        unused_settings(project), merged.issues, *_land_doubts(parcels, project), enterprises.issues, accounts.issues,
        leases.issues, *doubts, meters.issues, controls.issues, *(found for _, found in layers.values()),
        name_doubts(parcels.table, enterprises.table),
        account_doubts(accounts.table, enterprises.table, year=year, revenue_for_output=by_revenue),
    ]  # fmt: skip
    return Base(
        parcels=parcels,
        enterprises=enterprises.table,
        accounts=accounts.table,
        leases=leases.table,
        layers={name: layer for name, (layer, _) in layers.items()},
        issues=tables.join_issues(issues),
        balance=tables.verify_balance(in_balance(_with_area(accounts.balance, merged), raw)),
        meters=meters.table,
        papers=papers,
        controls=controls.table,
    )


def _land_doubts(parcels: tables.Parcels, project: Project) -> list[pd.DataFrame]:
    """Return the issues of areas, overlaps and codes of the parcels."""
    county = project.project.region.code if project.project.region else ""
    return [
        area_differences(parcels.table, areas=project.areas),
        overlap_issues(parcels, areas=project.areas),
        codes_elsewhere(parcels.table["parcel_id"], county),
    ]


def _with_papers(
    parcels: tables.Parcels, raw: RawTables, project: Project
) -> tuple[tables.Parcels, pd.DataFrame, list[pd.DataFrame]]:
    """Return the parcels with the contract dates and the days of delay in force, the papers behind, and the issues."""
    change = amended(parcels.table, raw.of("amendments"), as_of=project.as_of)
    delay = delayed(change.table, raw.of("delays"), as_of=project.as_of)
    papers = pd.concat([change.papers, delay.papers], ignore_index=True)
    return parcels.with_table(delay.table), papers, [change.issues, delay.issues]


def unused_settings(project: Project) -> pd.DataFrame:
    """Return what the project file names and this analysis does not look at: nothing is ignored silently.

    Tables of later capabilities are a warning (a patrol may have seen what no register says), and so is a workbook of
    plans written by hand that no scenario names. Context is drawn, never computed with.
    """
    later = LATER_TABLES - DRAWN
    if all(scenario.choose != "hand" for scenario in project.scenarios.values()):
        later |= {"hand_plans"}
    named = [table for table in INPUT_TABLES if table in later and getattr(project.inputs, table)]
    return tables.join_issues([tables.one_issue("INPUT_NOT_USED", table=table, value=table) for table in named])


def _with_area(balance: pd.DataFrame, merged: MergedParcels) -> pd.DataFrame:
    """Return the balance with the land of every polygon row as read, and of what was set aside."""
    kept = int(merged.parcels.table["area_cm2"].sum())
    gone: Mapping[str, int] = {reason: amount for reason, amount in merged.set_aside.items() if amount}
    total = kept + sum(gone.values())
    steps = [tables.balance_step("read", "area_m2", total, {}), tables.balance_step("keys", "area_m2", total, gone)]
    return pd.concat([balance, *steps], ignore_index=True)


def _layer(parts: Sequence[RawPart], table: str, crs: str) -> tuple[Layer, pd.DataFrame]:
    """Return a layer with valid geometry in the CRS of the parcels, and its issues.

    Rows beyond repair are set aside; a building without geometry too. A land price or a park without geometry stays.
    """
    frame, key = stack(parts, table), LAYERS[table]
    shapes, issues = [], []
    for part in parts:
        geometry, moved = _geometry_of(part, crs)
        shapes.append(geometry)
        issues += [moved_issue(part, table)] if moved else []
    repaired = repair(np.concatenate(shapes))
    gone = repaired.state == BEYOND
    if table == "buildings":
        gone |= repaired.state == MISSING
    found = repair_issues(repaired, frame, table=table, key=key, crs=crs)
    if table != "buildings":
        found = found[found["code"] != MISSING]
    layer = Layer(frame[~gone].reset_index(drop=True), repaired.geometry[~gone], crs)
    return layer, tables.join_issues([*issues, found])


def _geometry_of(part: RawPart, crs: str) -> tuple[Geometries, bool]:
    """Return the geometry of a file in the CRS of the parcels, and whether it was moved there."""
    if part.geometry is None:
        return np.full(len(part.frame), None, dtype=object), False
    if not part.crs:
        raise InputError([Fault(part.file, "没有坐标系 / no CRS", do="请写明 crs / state crs")])
    if same_crs(part.crs, crs):
        return part.geometry, False
    return to_crs(part.geometry, part.crs, crs), True
