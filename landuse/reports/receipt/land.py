"""Figures of land: area of a parcel, and who uses how much of it by which row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.assemble.shares import split, text_rank
from landuse.catalogue import term
from landuse.reports.receipt.desk import Desk, operand, value_of
from landuse.reports.receipt.model import Figure, Formula, Operand, Source
from landuse.reports.rows import find_records, find_values
from landuse.reports.sources import Cell, records, rows_of
from landuse.units import COUNTS

Row = dict[str, Any]
CM2: Final = COUNTS["area_m2"]
LEASE: Final = ("lessor_uscc", "area_m2", "floor_area_m2", "from_date", "to_date")
MEASURED: Final = {"ellipsoid": "ellipsoid_area_m2", "projected": "projected_area_m2"}
"""Source of the area of record -> column measured on the polygon."""


AREA_FORMULA: Final = {"ellipsoid_area_m2": "ellipsoid_area", "projected_area_m2": "plane_area"}


def parcel_area(desk: Desk, parcel_id: str) -> list[Figure]:
    """Return the area of record of a parcel in mu, preceded by what it rests on."""
    if parcel_id not in desk.areas:
        desk.areas[parcel_id] = _parcel_area(desk, parcel_id)
    return desk.areas[parcel_id]


def _parcel_area(desk: Desk, parcel_id: str) -> list[Figure]:
    row = parcel_row(desk, parcel_id)
    source = str(row["area_source"])
    ident = f"parcel.{parcel_id}"
    if source in MEASURED:
        basis = measured_area(desk, row, MEASURED[source])
    else:
        cells = desk.cells(ident, "parcels", ("registered_area_m2",), parcel_id=parcel_id)
        title = desk.title("parcel_registered", parcel=parcel_id)
        found = [Figure(f.id, title, f.value, f.unit, f.sources) for f in cells]
        used = [f for f in found if f.value == value_of(row["registered_area_m2"])]
        basis = used[0] if used else Figure(f"{ident}.registered_area_m2", title, value_of(row["registered_area_m2"]))
    formula = desk.formula("converted", [operand("a", basis)])
    title = desk.title("parcel_land", parcel=parcel_id)
    return [basis, Figure(f"{ident}.area_mu", title, value_of(row["area_mu"]), "mu", formula=formula)]


def measured_area(desk: Desk, row: Row, name: str) -> Figure:
    """Return an area measured on the polygon of a parcel."""
    key = str(row["parcel_id"])
    shapes = tuple(polygon_sources(desk, "parcels", parcel_id=key))
    title = f"{desk.column_title('parcels', name)}"
    return Figure(
        f"parcel.{key}.{name}", title, value_of(row[name]), "m2", shapes, formula=desk.formula(AREA_FORMULA[name])
    )


def polygon_sources(desk: Desk, table: str, **keys: Any) -> list[Source]:
    """Return the polygons of the input rows that have one."""
    return [
        desk.shape_source(part, int(row))
        for part in desk.analysis.raw.of(table)
        if part.crs
        for row in find_values(part.frame, "source_row", **keys)
    ]


def parcel_row(desk: Desk, parcel_id: str) -> Row:
    """Return the row of a parcel."""
    if parcel_id not in desk.parcels:
        table = desk.analysis.parcels.table
        desk.parcels[parcel_id] = find_records(table, parcel_id=parcel_id)[0]
    return desk.parcels[parcel_id]


def land_of(desk: Desk, parcel_id: str, uscc: str) -> list[Figure]:
    """Return the land of one user of a parcel, preceded by what it rests on but the area of the parcel."""
    table = desk.analysis.occupancy
    users = find_records(table, parcel_id=parcel_id)
    own = next(user for user in users if user["uscc"] == uscc)
    others = [user for user in users if user["uscc"] != uscc]
    area = parcel_area(desk, parcel_id)[-1]
    cells = [] if own["tenure"] == "own" and pd.isna(own.get("area_m2")) else _lease_cells(desk, parcel_id, uscc)
    found = _by_row(desk, own, cells, others) or _by_floor(desk, own, area)
    if found is not None:
        return _joined(cells, found[0], [_land(desk, own, found[1])])
    whole = int(parcel_row(desk, parcel_id)["area_cm2"])
    if int(own["land_cm2"]) != whole - sum(int(user["land_cm2"]) for user in others):
        return [*cells, _land(desk, own, None)]
    if not others:
        return [*cells, _land(desk, own, desk.formula("whole", [operand("a", area)]))]
    if own["tenure"] != "own" or not _leave(others):
        return [*cells, _land(desk, own, None)]
    basis = [figure for user in others for figure in land_of(desk, parcel_id, user["uscc"])]
    formula = desk.formula("rest", [operand("a", area), *_lands(parcel_id, others, basis)])
    return _joined(cells, basis, [_land(desk, own, formula)])


def _lands(parcel_id: str, users: list[Row], figures: list[Figure]) -> list[Operand]:
    """Return the land of some users as parts of a sum."""
    known = {figure.id: figure for figure in figures}
    return [operand("part", known[land_id(parcel_id, str(user["uscc"]))]) for user in users]


def land_id(parcel_id: str, uscc: str) -> str:
    """Return the id of the land of one user of a parcel."""
    return f"use.{parcel_id}.{uscc}.land_mu"


def _leave(others: list[Row]) -> bool:
    """Say whether every other user is a tenant: the rest is the owner's."""
    return all(user["tenure"] == "lease" for user in others)


def _land(desk: Desk, user: Row, formula: Formula | None) -> Figure:
    parcel_id, uscc = str(user["parcel_id"]), str(user["uscc"])
    tenure = term("tenure", str(user["tenure"]), desk.lang)
    title = desk.title("user_land_on", name=_name(desk, uscc), parcel=parcel_id, tenure=tenure)
    return Figure(land_id(parcel_id, uscc), title, value_of(user["land_mu"]), "mu", formula=formula)


def _name(desk: Desk, uscc: str) -> str:
    firms = desk.analysis.enterprises
    return next((str(name) for name in find_values(firms, "name", uscc=uscc)), uscc)


def _lease_cells(desk: Desk, parcel_id: str, uscc: str) -> list[Figure]:
    cells = desk.cells(f"lease.{parcel_id}.{uscc}", "occupancy", LEASE, parcel_id=parcel_id, uscc=uscc)
    title = {cell.id: desk.title("lease", parcel=parcel_id, title=cell.title) for cell in cells}
    return [Figure(cell.id, title[cell.id], cell.value, cell.unit, cell.sources) for cell in cells]


def _by_row(desk: Desk, own: Row, cells: list[Figure], others: list[Row]) -> tuple[list[Figure], Formula] | None:
    """Return the formula of land that a row of occupancy states itself, less what is let on; None where it does not."""
    let = [user for user in others if user.get("lessor_uscc") == own["uscc"]]
    gone = sum(int(user["land_cm2"]) for user in let)
    for cell in cells:
        if not cell.id.endswith(".area_m2") or not isinstance(cell.value, float):
            continue
        if round(cell.value * CM2) == int(own["land_cm2"]):
            return [], desk.formula("converted_whole", [operand("a", cell)])
        if let and round(cell.value * CM2) - gone == int(own["land_cm2"]):
            basis = [f for user in let for f in land_of(desk, str(own["parcel_id"]), str(user["uscc"]))]
            parts = _lands(str(own["parcel_id"]), let, basis)
            return basis, desk.formula("less_sublet", [operand("a", cell), *parts])
    return None


def _by_floor(desk: Desk, own: Row, area: Figure) -> tuple[list[Figure], Formula] | None:
    """Return the formula of leased land that follows from floor areas; None where it does not."""
    parcel_id, uscc = str(own["parcel_id"]), str(own["uscc"])
    cells = _floor_cells(desk, parcel_id)
    if own["tenure"] != "lease" or uscc not in cells:
        return None
    names, figures = list(cells), list(cells.values())
    weights = np.array([round(float(str(figure.value)) * CM2) for figure in figures], dtype=np.int64)
    whole = np.array([int(parcel_row(desk, parcel_id)["area_cm2"])], dtype=np.int64)
    rank = text_rank(pd.Series(names, dtype="str"))
    parts = split(whole, np.zeros(len(names), dtype=np.int64), weights=weights, order=rank.__getitem__)
    if int(parts[names.index(uscc)]) != int(own["land_cm2"]):
        return None
    parts_of = [operand("part", figure) for figure in figures]
    return figures, desk.formula("by_floor", [operand("a", area), operand("b", cells[uscc]), *parts_of])


def _floor_cells(desk: Desk, parcel_id: str) -> Mapping[str, Figure]:
    """Return the floor area of each occupant of a parcel on the land date; empty unless every one states it once."""
    day = pd.Timestamp(desk.analysis.project.land_date)
    found: dict[str, Figure] = {}
    for part, rows in rows_of(desk.analysis.raw, "occupancy", parcel_id=parcel_id):
        for row in records(rows):
            begin, end = row.get("from_date"), row.get("to_date")
            if (not pd.isna(begin) and begin > day) or (not pd.isna(end) and end < day):
                continue
            uscc, value = str(row["uscc"]), value_of(row.get("floor_area_m2"))
            if value is None or uscc in found:
                return {}
            ident = f"lease.{parcel_id}.{uscc}.floor_area_m2"
            title = desk.title("floor_area", parcel=parcel_id, uscc=_name(desk, uscc))
            source = desk.source(Cell(part, int(row["source_row"]), "floor_area_m2", value))
            found[uscc] = Figure(ident, title, value, "m2", (source,))
    return found


def _joined(*parts: list[Figure]) -> list[Figure]:
    """Return figures one after the other, each id once."""
    return list({figure.id: figure for part in parts for figure in part}.values())


def literal(role: str, value: Any, title: str, rule: str = "") -> Operand:
    """Return a number with its name as an operand."""
    return Operand(role, "", value_of(value), title, rule)
