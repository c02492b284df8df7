"""Figures of the land-price coefficient: reference, price of a parcel, K of parcels and enterprises."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from landuse.reports.receipt.desk import Desk, operand, value_of
from landuse.reports.receipt.land import land_id, parcel_row, polygon_sources
from landuse.reports.receipt.model import Figure, Members, Operand, Source
from landuse.reports.sources import Cell
from landuse.tables import RawPart, from_wkb

REFERENCE: Final = "price.reference"
CLOSE: Final = 1e-12
MOST_ROWS: Final = 20_000
"""Rows of land and price up to which the reference is listed in full."""
COMPETING: Final = ("RANKED", "GROUP_TOO_SMALL")


def reference_figure(desk: Desk) -> tuple[list[Figure], list[Members]]:
    """Return the reference price, and the land and prices it is the mean of."""
    if not desk.reference:
        desk.reference.append(_reference(desk))
    return desk.reference[0]


def _reference(desk: Desk) -> tuple[list[Figure], list[Members]]:
    reference = desk.analysis.facts.get("reference_price")
    if reference is None or pd.isna(reference):
        return [], []
    value, title = float(reference), desk.title("reference")
    if desk.analysis.facts["rule"].reference_price is not None:
        return [Figure(REFERENCE, title, value, "yuan_per_m2", rules=("reference_price",))], []
    rows = _priced_land(desk)
    weights = rows["land_cm2"].to_numpy(dtype=float)
    total = math.fsum(weights)
    mean = math.fsum(weights * rows["price_yuan_per_m2"].to_numpy(dtype=float)) / total if total else math.nan
    if len(rows) > MOST_ROWS or not math.isclose(mean, value, rel_tol=CLOSE):
        return [Figure(REFERENCE, title, value, "yuan_per_m2", rules=("reference_price",))], []
    names = ("parcel_id", "uscc", "land_mu", "price_yuan_per_m2")
    listed = [tuple(value_of(cell) for cell in row) for row in rows[list(names)].itertuples(index=False)]
    formula = desk.formula("reference_mean", members="reference", columns=names[2:])
    figure = Figure(REFERENCE, title, value, "yuan_per_m2", formula=formula, rules=("reference_price",))
    return [figure], [Members("reference", names, listed)]


def _priced_land(desk: Desk) -> pd.DataFrame:
    """Return the land of the enterprises that passed every test before grouping, where its price is known."""
    firms, rule = desk.analysis.enterprises, desk.analysis.facts["rule"]
    late = firms["status"].eq("INCOMPLETE") & firms["n_indicators"].ge(rule.min_indicators).fillna(value=False)
    compete = firms.loc[firms["status"].isin(COMPETING) | late, "uscc"]
    use = desk.analysis.occupancy
    by = "evaluated_as" if rule.shared_parcel == "shared" else "uscc"
    rows = use.loc[use[by].isin(compete)]
    prices = desk.analysis.parcels.table.set_index("parcel_id")["price_yuan_per_m2"]
    priced = rows.assign(price_yuan_per_m2=rows["parcel_id"].map(prices))
    return priced.loc[priced["price_yuan_per_m2"].notna()]


def parcel_k(desk: Desk, parcel_id: str) -> list[Figure]:
    """Return K of a parcel, preceded by its price and the zones the price is taken from."""
    row = parcel_row(desk, parcel_id)
    title = desk.title("parcel_k", parcel=parcel_id)
    ident, value = f"parcel.{parcel_id}.price_coefficient", value_of(row["price_coefficient"])
    price = value_of(row.get("price_yuan_per_m2"))
    reference = desk.analysis.facts.get("reference_price")
    if price is None or reference is None:
        return [Figure(ident, title, value)]
    figures = _price(desk, row)
    against = Operand("b", REFERENCE, float(reference), desk.title("reference"))
    formula = desk.formula("quotient", [operand("a", figures[-1]), against])
    return [*figures, Figure(ident, title, value, formula=formula)]


def firm_k(desk: Desk, firm: dict[str, Any], use: pd.DataFrame) -> Figure:
    """Return K of an enterprise: the mean over its parcels, weighted by its land there."""
    title, value = desk.column_title("enterprises", "price_coefficient"), value_of(firm["price_coefficient"])
    ks = {key: float(parcel_row(desk, key)["price_coefficient"]) for key in use["parcel_id"]}
    land = dict(zip(use["parcel_id"], use["land_mu"].astype(float), strict=True))
    total = math.fsum(land.values())
    mean = math.fsum(land[key] * ks[key] for key in ks) / total if total else math.nan
    if not math.isclose(mean, float(firm["price_coefficient"]), rel_tol=CLOSE):
        return Figure("price_coefficient", title, value, rules=("price_apply",))
    pairs: list[Operand] = []
    for key, k in ks.items():
        pairs.append(
            Operand(
                "weight", land_id(key, str(firm["uscc"])), land[key], desk.title("short_land", code=desk.short(key))
            )
        )
        pairs.append(
            Operand("value", f"parcel.{key}.price_coefficient", k, desk.title("short_k", code=desk.short(key)))
        )
    return Figure(
        "price_coefficient", title, value, formula=desk.formula("weighted_mean", pairs), rules=("price_apply",)
    )


# ------------------------------------------------------------------------------------------- price of a parcel


def _price(desk: Desk, row: dict[str, Any]) -> list[Figure]:
    """Return the price of a parcel, preceded by the cells of the zones it lies in."""
    key, value = str(row["parcel_id"]), float(row["price_yuan_per_m2"])
    ident, title = f"parcel.{key}.price_yuan_per_m2", desk.title("price", parcel=key)
    rules = ("overlay_min_share",)
    if row.get("price_source") == "attribute":
        same = [f for f in _zone_prices(desk, row.get("price_level")) if f.value == value]
        formula = desk.formula("same", [operand("a", same[0])]) if same else None
        return [*same[:1], Figure(ident, title, value, "yuan_per_m2", formula=formula, rules=rules)]
    zones = _zones(desk, row)
    pairs = [operand(role, figure) for area, price in zones for role, figure in (("weight", area), ("value", price))]
    areas = [float(str(area.value)) for area, _ in zones]
    mean = math.fsum(a * float(str(p.value)) for a, (_, p) in zip(areas, zones, strict=True)) / (math.fsum(areas) or 1)
    if not math.isclose(mean, value, rel_tol=1e-9):
        return [Figure(ident, title, value, "yuan_per_m2", rules=rules)]
    if len(zones) == 1:
        formula = desk.formula("same", [operand("a", zones[0][1])])
        return [zones[0][1], Figure(ident, title, value, "yuan_per_m2", formula=formula, rules=rules)]
    formula = desk.formula("weighted_mean", pairs)
    figures = [figure for zone in zones for figure in zone]
    return [*figures, Figure(ident, title, value, "yuan_per_m2", formula=formula, rules=rules)]


def _zone_prices(desk: Desk, level: Any) -> list[Figure]:
    return [
        _zone_price(desk, part, int(place))
        for part in desk.analysis.raw.of("land_prices")
        for place in np.flatnonzero(part.frame["price_level"].eq(level).fillna(value=False).to_numpy(dtype=bool))
    ]


def _zone_price(desk: Desk, part: RawPart, place: int) -> Figure:
    row = part.frame.iloc[place]
    number, level = int(row["source_row"]), value_of(row.get("price_level"))
    source = desk.source(Cell(part, number, "price_yuan_per_m2", row["price_yuan_per_m2"]))
    title = desk.title("zone_price", level=level or number)
    ident = f"zone.{part.file}.{number}.price_yuan_per_m2"
    return Figure(ident, title, value_of(row["price_yuan_per_m2"]), "yuan_per_m2", (source,))


def _zones(desk: Desk, row: dict[str, Any]) -> list[tuple[Figure, Figure]]:
    """Return area and price of each zone a parcel lies in; none where zones and parcel lie in different systems."""
    key, parcels = str(row["parcel_id"]), desk.analysis.parcels
    place = int(np.flatnonzero(parcels.table["parcel_id"].eq(key).to_numpy(dtype=bool))[0])
    shape = from_wkb(parcels.as_wkb()[[place]])[0]
    own = tuple(polygon_sources(desk, "parcels", parcel_id=key))
    found = []
    for part in desk.analysis.raw.of("land_prices"):
        zones = part.geometry
        if zones is None or part.crs != parcels.crs or shape is None:
            continue
        price = part.frame["price_yuan_per_m2"].to_numpy(dtype=float)
        for at in np.flatnonzero((price > 0) & shapely.intersects(zones, shape)):
            area = float(shapely.area(shapely.intersection(zones[at], shape)))
            if area > 0:
                found.append(_zone(desk, key, (part, int(at)), area, own))
    return found


def _zone(
    desk: Desk, key: str, zone: tuple[RawPart, int], area: float, own: tuple[Source, ...]
) -> tuple[Figure, Figure]:
    part, place = zone
    price = _zone_price(desk, part, place)
    number = int(part.frame["source_row"].iloc[place])
    level = value_of(part.frame["price_level"].iloc[place]) if "price_level" in part.frame else number
    title = desk.title("zone_area", parcel=key, level=level)
    ident = f"zone.{part.file}.{number}.{key}.area_m2"
    sources = (*own, desk.shape_source(part, number))
    return Figure(ident, title, area, "m2", sources, formula=desk.formula("overlap_area")), price
