"""Price the land of each parcel from the map of price zones or its grade, and turn prices into the coefficient K."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landuse.assemble.shares import BLANK, Ints, Mask, counts, position_in, words_of
from landuse.rule import Rule
from landuse.tables import Base, Geometries, Layer, Parcels, issue_rows, join_issues, one_issue
from landuse.tables.cells import numbers, text

Floats = npt.NDArray[np.float64]

OVERLAY, ATTRIBUTE, UNKNOWN = "overlay", "attribute", "unknown"
NEUTRAL: Final = 1.0
"""Coefficient of land whose price is not known (CONTRACT, price coefficient)."""
SHARE_DIGITS: Final = 9
"""Covered shares are compared after rounding to so many decimals: half a square is exactly half."""


@dataclass(frozen=True)
class Prices:
    """Land price of each parcel; every Series is indexed by parcel_id, in the order of the parcels."""

    price_yuan_per_m2: pd.Series
    """NaN = unknown."""
    source: pd.Series
    """overlay | attribute | unknown."""
    covered: pd.Series
    """Share of the parcel that lies in priced zones of the map, 0 to 1."""
    issues: pd.DataFrame


def parcel_prices(base: Base, rule: Rule) -> Prices:
    """Return the land price of each parcel.

    The mean of the zones it lies in, weighted by area, when at least ``rule.overlay_min_share`` (inclusive) of it is
    covered; else the price of its price_level; else unknown. Zones without geometry price by grade only; a price that
    is not above 0 is unknown. Layers lie in the CRS of the parcels, as `base_tables` hands them on.
    """
    parcels, layer = base.parcels, base.layers.get("land_prices")
    size = len(parcels)
    if layer is None or not len(layer.table):
        doubts = [] if rule.price_apply == "none" else [one_issue("PRICE_TABLE_MISSING", table="land_prices")]
        nothing = np.full(size, np.nan)
        return _prices(parcels, nothing, np.zeros(size), np.zeros(size, dtype=np.int64), doubts)
    grades, grade_price, repeated = _grades(layer)
    stated = text(parcels.table, "price_level").str.strip().reset_index(drop=True)
    stated_grade = position_in(stated, grades)
    by_grade = np.r_[grade_price, np.nan][stated_grade]
    zones = _zones(parcels, layer, position_in(_level(layer), grades))
    by_map = (zones.covered >= rule.overlay_min_share) & (zones.covered > 0)
    price = np.where(by_map, zones.price, by_grade)
    source = np.where(by_map, 0, np.where(np.isnan(by_grade), 2, 1))
    strange = stated.notna().to_numpy() & (stated_grade == BLANK)
    both = by_map & (stated_grade != BLANK) & (zones.grade != BLANK)
    conflict = both & (zones.grade != stated_grade) & ~zones.tied(stated_grade)
    doubts = [
        _senseless(layer),
        issue_rows(
            "PRICE_LEVEL_REPEATED", repeated, table="land_prices", key="price_level", value=repeated["price_level"]
        ),
        _doubt("PRICE_LEVEL_UNKNOWN", parcels, strange, stated),
        _doubt("PRICE_CONFLICT", parcels, conflict, stated, words_of(zones.grade, grades)),
        _doubt("PRICE_UNKNOWN", parcels, np.isnan(price), stated),
    ]
    return _prices(parcels, price, zones.covered, source, doubts)


def reference_price(prices: pd.Series, land: pd.DataFrame, *, declared: float | None = None) -> float | None:
    """Return the reference price in yuan per m2: as declared or frozen, else the mean weighted by land.

    Parameters
    ----------
    prices
        Price by parcel_id, NaN = unknown.
    land
        parcel_id, land_cm2: the rows of occupancy of the enterprises that are compared, and of no others.
    declared
        ``rule.reference_price``; None = computed.

    Returns
    -------
    Σ land × price / Σ land over the land whose price is known, the same in any order of rows; None where there is none.
    """
    if declared is not None:
        return declared
    price = _by_key(prices, land["parcel_id"])
    known = ~np.isnan(price)
    area = land["land_cm2"].to_numpy(dtype=np.int64)[known]
    total = int(area.sum())
    return math.fsum((area * price[known]).tolist()) / total if total else None


def coefficient(prices: pd.Series, reference: float | None) -> pd.Series:
    """Return K = price / reference (地价修正系数), 1.0 where either is unknown."""
    ratio = prices / reference if reference else prices * np.nan
    return ratio.fillna(NEUTRAL).rename("price_coefficient")


def enterprise_coefficient(occupancy: pd.DataFrame, parcel_k: pd.Series, *, by: str = "uscc") -> pd.Series:
    """Return K of each enterprise: Σ land × K / Σ land over the parcels it uses, by uscc.

    Parameters
    ----------
    occupancy
        parcel_id, land_cm2 and the column `by`.
    parcel_k
        K by parcel_id; a parcel that is not there counts as 1.0.
    by
        Whose land it is: uscc, or evaluated_as where occupants are pooled.
    """
    k = _by_key(parcel_k, occupancy["parcel_id"])
    land = occupancy["land_cm2"].to_numpy(dtype=np.int64)
    codes, usccs = pd.factorize(occupancy[by])
    weighted = land * np.where(np.isnan(k), NEUTRAL, k)
    several = np.flatnonzero(counts(codes.astype(np.int64), len(usccs))[codes] > 1)
    order = np.arange(len(codes))
    order[several] = several[np.lexsort((weighted[several], codes[several]))]
    total = np.bincount(codes[order], weights=weighted[order], minlength=len(usccs))
    area = np.bincount(codes, weights=land, minlength=len(usccs))
    return pd.Series(total / area, index=pd.Index(usccs, name=by), name="price_coefficient")


# ------------------------------------------------------------------------------------------------- zones


@dataclass(frozen=True)
class Zones:
    """What the map of price zones says of each parcel."""

    price: Floats
    """Mean price weighted by area, NaN = none."""
    covered: Floats
    grade: Ints
    """Code of the grade with most area, -1 = none."""
    pairs: tuple[Ints, Ints, Floats]
    """Parcel, grade and area of every pair that meets, area summed."""

    def tied(self, grade: Ints) -> Mask:
        """Return the parcels on which the given grade has as much area as the one with most."""
        parcel, zone, area = self.pairs
        most = np.zeros(len(grade))
        np.maximum.at(most, parcel, area)
        equal = np.zeros(len(grade), dtype=bool)
        equal[parcel[(zone == grade[parcel]) & np.isclose(area, most[parcel], rtol=1e-9, atol=0.0)]] = True
        return equal


def _zones(parcels: Parcels, layer: Layer, grade: Ints) -> Zones:
    size = len(parcels)
    price = _price(layer)
    usable = np.flatnonzero(~shapely.is_missing(layer.geometry) & ~np.isnan(price))
    parcel, zone, area = _shared_area(parcels.geometry, layer.geometry[usable])
    zone = usable[zone]
    total = np.bincount(parcel, weights=area, minlength=size)
    value = np.bincount(parcel, weights=area * price[zone], minlength=size)
    one = counts(parcel, size) == 1
    mean = np.divide(value, total, out=np.full(size, np.nan), where=total > 0)
    mean[parcel[one[parcel]]] = price[zone[one[parcel]]]
    whole = shapely.area(parcels.geometry)
    share = np.divide(total, whole, out=np.zeros(size), where=whole > 0)
    pairs = _by_grade(parcel, grade[zone], area)
    dominant = np.full(size, BLANK, dtype=np.int64)
    smallest_first = np.lexsort((-pairs[1], pairs[2]))
    dominant[pairs[0][smallest_first]] = pairs[1][smallest_first]
    return Zones(mean, np.minimum(np.round(share, SHARE_DIGITS), 1.0), dominant, pairs)


def _shared_area(parcels: Geometries, zones: Geometries) -> tuple[Ints, Ints, Floats]:
    """Return the pairs of parcel and zone that share area, and that area, in a fixed order.

    Most parcels lie wholly inside a zone: a prepared test spares them the intersection.
    """
    zone, parcel = shapely.STRtree(parcels).query(zones)
    shapely.prepare(zones)
    inside = shapely.contains_properly(zones[zone], parcels[parcel])
    area = np.where(inside, shapely.area(parcels)[parcel], 0.0)
    cut = np.flatnonzero(~inside)
    cut = cut[shapely.intersects(zones[zone[cut]], parcels[parcel[cut]])]
    area[cut] = shapely.area(shapely.intersection(zones[zone[cut]], parcels[parcel[cut]]))
    order = np.lexsort((area, parcel))
    order = order[area[order] > 0]
    return parcel[order].astype(np.int64), zone[order].astype(np.int64), area[order]


def _by_grade(parcel: Ints, grade: Ints, area: Floats) -> tuple[Ints, Ints, Floats]:
    """Return the area per parcel and grade: a parcel may meet several zones of one grade."""
    width = int(grade.max(initial=0)) + 2
    key = parcel * width + grade + 1
    order = np.lexsort((area, key))
    keys, place = np.unique(key[order], return_inverse=True)
    total: Floats = np.bincount(place, weights=area[order], minlength=len(keys)).astype(np.float64)
    return keys // width, keys % width - 1, total


def _level(layer: Layer) -> pd.Series:
    return text(layer.table, "price_level").str.strip().reset_index(drop=True)


def _price(layer: Layer) -> Floats:
    """Return the price of each row; unknown where it is not above 0: no coefficient can be made of it."""
    price = numbers(layer.table, "price_yuan_per_m2")
    return np.where(price > 0, price, np.nan)


def _senseless(layer: Layer) -> pd.DataFrame:
    """Return a warning for each price that is not above 0."""
    price = numbers(layer.table, "price_yuan_per_m2")
    rows, value = layer.table[price <= 0], [f"{found:g}" for found in price[price <= 0]]
    more = {"column": "price_yuan_per_m2", "value": value}
    return issue_rows("PRICE_NOT_POSITIVE", rows, table="land_prices", key="price_level", **more)


def _grades(layer: Layer) -> tuple[pd.Series, Floats, pd.DataFrame]:
    """Return the grades in the order of their text, the price each gives, and a row of each that gives none."""
    level, price = _level(layer), pd.Series(_price(layer))
    grades = level.dropna().drop_duplicates().sort_values(ignore_index=True)
    lowest, highest = (
        price.groupby(level).agg(how).reindex(grades).to_numpy(dtype=np.float64) for how in ("min", "max")
    )
    differs = highest > lowest
    repeated = level.isin(grades[differs]) & ~level.duplicated()
    return grades, np.where(differs, np.nan, lowest), layer.table.reset_index(drop=True)[repeated]


def _prices(parcels: Parcels, price: Floats, covered: Floats, source: Ints, doubts: list[pd.DataFrame]) -> Prices:
    ids = pd.Index(parcels.table["parcel_id"], name="parcel_id")
    known = np.where(np.isnan(price), 2, source)
    words = words_of(known, pd.Series([OVERLAY, ATTRIBUTE, UNKNOWN], dtype="str"))
    return Prices(
        price_yuan_per_m2=pd.Series(price, index=ids, name="price_yuan_per_m2"),
        source=words.set_axis(ids).rename("price_source"),
        covered=pd.Series(covered, index=ids, name="covered"),
        issues=join_issues(doubts),
    )


def _doubt(code: str, parcels: Parcels, mask: Mask, stated: pd.Series, level: pd.Series | None = None) -> pd.DataFrame:
    rows = parcels.table[mask]
    more = {} if level is None else {"facts": [{"level": word} for word in level[mask]]}
    value = stated[mask].fillna("—").tolist()
    return issue_rows(code, rows, table="parcels", key="parcel_id", column="price_level", value=value, **more)


def _by_key(values: pd.Series, keys: pd.Series) -> Floats:
    """Return the value of each key, NaN where it has none."""
    at = position_in(keys, pd.Series(values.index))
    found: Floats = np.r_[values.to_numpy(dtype=np.float64), np.nan][at]
    return found
