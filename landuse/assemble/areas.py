"""Measure parcels: planar, ellipsoidal and registered area side by side, and the area of record.

Method of the ellipsoidal area
------------------------------
A parcel's planar area is divided by the areal scale of its CRS at the parcel's centroid. The first-order change of
the scale cancels at the centroid; what is left is the variance of the boundary over twice the squared radius of the
Earth, 2e-9 for a parcel of 1 km. The areal scale comes

* in a transverse Mercator (Gauss-Krüger, UTM; metres or feet) from the point scale
  m = k0 (1 + E² / 2R² + E⁴ / 24R⁴), E the easting from the central meridian over k0, R² = M N at the latitude of the
  northing, up to 400 km from the central meridian;
* in geographic coordinates from M N cos B;
* in every other CRS from central differences of its inverse projection: Lambert, Albers, Web Mercator alike.

A parcel wider than 2 km is measured exactly instead: its edges are split into pieces of at most 50 m and the
ellipsoidal trapezoids between its boundary and the equator are summed in closed form (authalic latitude; the
trapezoid of the national land survey, TD/T 1055-2019, without its truncated series).

An edge is straight in the CRS of the input. Agreement with the densified geodesic area is better than 1e-7.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landuse import tables, units
from landuse.assemble.crs import Floats, Plane, TransverseMercator, lon_lat, plane
from landuse.catalogue import terms
from landuse.settings import Areas
from landuse.tables import Geometries

WIDE_M: Final = 2000.0
"""Parcels wider than this are measured edge by edge: at 2 km the scale at the centroid is still good to 1e-8."""
EDGE_M: Final = 50.0
"""Longest piece of an edge on the exact path: a piece strays from the true edge by 0.05 mm."""
SERIES_M: Final = 400_000.0
"""The series of the point scale is good to 1e-7 up to this distance from the central meridian."""
STEP_M: Final = 50.0
"""Step of the central difference: truncation and rounding are both under 1e-9."""
SLIP_TOLERANCE: Final = 0.1
"""A ratio within this share of a ratio of units looks like a slip of units."""

SLIPS: Final[dict[str, float]] = {
    "m2_as_mu": units.M2_PER_MU,
    "mu_as_m2": 1 / units.M2_PER_MU,
    "mu_as_ha": 15.0,
    "ha_as_mu": 1 / 15,
    "m2_as_ha": 10_000.0,
    "ha_as_m2": 1e-4,
}
"""Slip (value of the enumeration `unit_slip`) -> registered area / area of the geometry."""


def add_areas(table: pd.DataFrame, geometry: Geometries, crs: str, *, areas: Areas) -> pd.DataFrame:
    """Return the parcel table with its areas side by side and the area of record.

    Adds projected_area_m2, ellipsoid_area_m2, registered_area_mu, area_mu, area_source and area_cm2 (int64, the
    integer land of the balance). A registered area that is blank or not above 0 is no area of record.
    """
    measured = table.assign(
        registered_area_mu=_registered(table) / units.M2_PER_MU,
        ellipsoid_area_m2=ellipsoid_area_m2(geometry, crs),
        projected_area_m2=projected_area_m2(geometry, crs),
    )
    return choose_area(measured, areas=areas)


def choose_area(measured: pd.DataFrame, *, areas: Areas) -> pd.DataFrame:
    """Return the parcel table with the area of record chosen among the three that stand in it."""
    registered, ellipsoid = _registered(measured), measured["ellipsoid_area_m2"].to_numpy(dtype=float)
    projected = measured["projected_area_m2"].to_numpy(dtype=float)
    chosen = {"registered": registered, "projected": projected}.get(areas.use, ellipsoid)
    known = np.isfinite(chosen)
    land = np.where(known, chosen, ellipsoid)
    source = np.where(known & (areas.use != "ellipsoid"), areas.use, "ellipsoid")
    return measured.assign(
        area_mu=land / units.M2_PER_MU,
        area_source=pd.Series(source, index=measured.index, dtype="str"),
        area_cm2=square_centimetres(land),
    )


def square_centimetres(area_m2: Floats) -> npt.NDArray[np.int64]:
    """Return areas as whole cm2, unknown as 0."""
    known = np.where(np.isfinite(area_m2), area_m2, 0.0)
    return np.asarray(np.rint(known * units.COUNTS["area_m2"]), dtype=np.int64)


def projected_area_m2(geometry: Geometries, crs: str) -> Floats:
    """Return the planar area in m2, whatever the unit of the CRS; NaN in geographic CRS and in Web Mercator."""
    found = plane(crs)
    if found.geographic or found.pseudo_mercator:
        return np.full(len(geometry), np.nan)
    return np.asarray(shapely.area(geometry) * found.unit**2, dtype=float)


def ellipsoid_area_m2(geometry: Geometries, crs: str) -> Floats:
    """Return the area on the ellipsoid of the CRS in m2 (see the method above); NaN where there is no geometry."""
    area = np.asarray(shapely.area(geometry) * ground_per_unit(geometry, crs), dtype=float)
    bounds = shapely.bounds(geometry)
    extent = np.fmax(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) * plane(crs).metres
    wide = np.flatnonzero(extent > WIDE_M)
    area[wide] = _trapezoid_area(geometry[wide], crs)
    return area


def ground_per_unit(geometry: Geometries, crs: str) -> Floats:
    """Return, per geometry, the m2 of ellipsoid under one square unit of the CRS at its centroid."""
    centre = shapely.centroid(geometry)
    x, y = np.asarray(shapely.get_x(centre)), np.asarray(shapely.get_y(centre))
    found = plane(crs)
    if found.geographic:
        return _radii_product(y * found.unit, found) * np.cos(y * found.unit) * found.unit**2
    if found.mercator is None:
        return _by_differences(x, y, crs)
    from_meridian = (x * found.unit - found.mercator.false_easting) / found.mercator.scale
    ground = _by_point_scale(from_meridian, y, found, found.mercator)
    far = np.flatnonzero(np.abs(from_meridian) > SERIES_M)
    if len(far):
        ground[far] = _by_differences(x[far], y[far], crs)
    return ground


def area_differences(table: pd.DataFrame, *, areas: Areas) -> pd.DataFrame:
    """Return the issues of parcels whose registered area is no area, or differs from their geometry.

    ``|ellipsoid - registered| > max(tolerance_share * registered, tolerance_m2)``: on the bound there is no issue
    (DOMAIN 12.6).
    """
    stated = _stated(table)
    registered, geometry = _registered(table), table["ellipsoid_area_m2"].to_numpy(dtype=float)
    senseless = table[stated <= 0]
    bound = np.maximum(areas.tolerance_share * registered, areas.tolerance_m2)
    off = np.flatnonzero(np.abs(geometry - registered) > bound)
    ratio = registered[off] / geometry[off]
    slips = _slip(ratio)
    facts = [
        {"registered": f"{r:.2f}", "geometry": f"{g:.2f}", "ratio": f"{q:.4g}", "slip_zh": zh, "slip_en": en}
        for r, g, q, (zh, en) in zip(registered[off], geometry[off], ratio, slips, strict=True)
    ]
    options = {"table": "parcels", "key": "parcel_id", "column": "registered_area_m2"}
    return tables.join_issues(
        [
            tables.issue_rows("REGISTERED_AREA_SENSELESS", senseless, value=stated[stated <= 0], **options),
            tables.issue_rows("AREA_DIFFERENCE", table.iloc[off], value=registered[off], facts=facts, **options),
        ]
    )


def _stated(table: pd.DataFrame) -> Floats:
    if "registered_area_m2" not in table.columns:
        return np.full(len(table), np.nan)
    return table["registered_area_m2"].to_numpy(dtype=float, na_value=np.nan)


def _registered(table: pd.DataFrame) -> Floats:
    stated = _stated(table)
    return np.where(np.isfinite(stated) & (stated > 0), stated, np.nan)


def _slip(ratio: Floats) -> list[tuple[str, str]]:
    """Return, in zh and en, what slip of units each ratio looks like; blank for none."""
    zh, en = terms("unit_slip", "zh"), terms("unit_slip", "en")
    names = np.array(["", *SLIPS], dtype=object)
    distance = np.abs(ratio[:, None] / np.array(list(SLIPS.values())) - 1)
    nearest = np.where(distance.min(axis=1) <= SLIP_TOLERANCE, distance.argmin(axis=1) + 1, 0)
    return [(zh.get(name, ""), en.get(name, "")) for name in names[nearest]]


def _radii_product(lat: Floats, found: Plane) -> Floats:
    """Return M N, the product of the radii of curvature, in m2."""
    w2 = 1 - found.eccentricity2 * np.sin(lat) ** 2
    product: Floats = found.semi_major**2 * (1 - found.eccentricity2) / w2**2
    return product


def _by_point_scale(from_meridian: Floats, y: Floats, found: Plane, projection: TransverseMercator) -> Floats:
    """Return m2 of ellipsoid per square unit of a transverse Mercator (Snyder 1987, 8-11; STACK.md)."""
    north = (y * found.unit - projection.false_northing) / projection.scale
    r2 = _radii_product(_foot_latitude(north, projection.latitude_of_origin, found), found)
    q = from_meridian**2 / r2
    point_scale = projection.scale * (1 + q / 2 + q**2 / 24)
    ground: Floats = (found.unit / point_scale) ** 2
    return ground


def _foot_latitude(north: Floats, origin: float, found: Plane) -> Floats:
    """Return the latitude at the end of a meridian arc, to 1e-7 rad (Snyder 1987, 3-21 and 3-26)."""
    e2 = found.eccentricity2
    mean = 1 - e2 / 4 - 3 * e2**2 / 64
    arc = found.semi_major * (
        mean * origin - (3 * e2 / 8 + 3 * e2**2 / 32) * np.sin(2 * origin) + 15 * e2**2 / 256 * np.sin(4 * origin)
    )
    n = (1 - np.sqrt(1 - e2)) / (1 + np.sqrt(1 - e2))
    mu = (arc + north) / (found.semi_major * mean)
    lat: Floats = mu + 3 / 2 * n * np.sin(2 * mu) + 21 / 16 * n**2 * np.sin(4 * mu)
    return lat


def _by_differences(x: Floats, y: Floats, crs: str) -> Floats:
    """Return m2 of ellipsoid per square unit of any CRS, from the Jacobian of its inverse projection."""
    found = plane(crs)
    h = STEP_M / found.unit
    east, west = lon_lat(x + h, y, crs), lon_lat(x - h, y, crs)
    north, south = lon_lat(x, y + h, crs), lon_lat(x, y - h, crs)
    determinant = (east[0] - west[0]) * (north[1] - south[1]) - (north[0] - south[0]) * (east[1] - west[1])
    lat = (north[1] + south[1]) / 2
    ground: Floats = np.abs(determinant) / (4 * h**2) * _radii_product(lat, found) * np.cos(lat)
    return ground


def _trapezoid_area(geometry: Geometries, crs: str) -> Floats:
    """Return the area in m2 from the trapezoids between split edges and the equator, in closed form."""
    found = plane(crs)
    split = shapely.segmentize(shapely.force_2d(geometry), EDGE_M / found.metres)
    xy, owner = shapely.get_coordinates(split, return_index=True)
    lon, lat = lon_lat(xy[:, 0], xy[:, 1], crs)
    flat = np.column_stack([lon, _zone_area(lat, found)])
    first = np.searchsorted(owner, np.arange(len(geometry)))
    moved = flat - flat[first][owner]
    return np.asarray(shapely.area(shapely.set_coordinates(split, moved)), dtype=float)


def _zone_area(lat: Floats, found: Plane) -> Floats:
    """Return the area in m2 between the equator and a latitude, per radian of longitude."""
    e = np.sqrt(found.eccentricity2)
    s = np.sin(lat)
    stretched = np.arctanh(e * s) / e if e else s
    zone: Floats = found.semi_major**2 * (1 - e**2) / 2 * (s / (1 - (e * s) ** 2) + stretched)
    return zone
