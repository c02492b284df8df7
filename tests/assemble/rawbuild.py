"""Build raw tables as `read` hands them on: a few rows, a few squares, in the place of the demonstration district."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import shapely

from landuse.assemble import base_tables
from landuse.policy import rule_in_force
from landuse.project import build_project
from landuse.tables import RawPart, RawTables

CRS = "EPSG:4528"
EAST, NORTH = 40_378_000.0, 4_275_000.0


def project(**sections):
    head = {"name": "安澜县(示例)", "year": 2025, **sections.pop("project", {})}
    return build_project({"project": head, "inputs": {"parcels": "parcels.gpkg"}, **sections}, folder=Path())


def rows(**columns):
    """Return a frame with the source rows of a sheet whose data begin in row 2."""
    frame = pd.DataFrame(columns)
    return frame.assign(source_row=np.arange(2, len(frame) + 2))


def part(table, file="file.xlsx", sheet="", *, geometry=None, crs=CRS, **columns):
    shapes = wkb = None
    if geometry is not None:
        shapes = np.empty(len(geometry), dtype=object)
        shapes[:] = geometry
        wkb = shapely.to_wkb(shapes)
    known = crs if geometry is not None else None
    return RawPart(table, file, sheet, rows(**columns), {}, {}, shapes, wkb, known)


def raw(*parts):
    tables = dict.fromkeys(p.table for p in parts)
    return RawTables({name: tuple(p for p in parts if p.table == name) for name in tables})


def square(x, y, size=100.0, height=None):
    """Return a rectangle whose lower left corner lies x, y metres from the centre of the district."""
    return shapely.box(EAST + x, NORTH + y, EAST + x + size, NORTH + y + (size if height is None else height))


def bow_tie(x, y, size=100.0):
    """Return two triangles that meet in a point: invalid as one ring, together half the area of the square."""
    corners = [(0, 0), (size, size), (size, 0), (0, size)]
    return shapely.Polygon([(EAST + x + east, NORTH + y + north) for east, north in corners])


def geodesic_area(polygon, crs, pieces=4000):
    """Return the area in m2 on the ellipsoid, along the edges as they run in the CRS: independent of our method."""
    found = pyproj.CRS.from_user_input(crs).to_2d()
    base = found if found.is_geographic else found.geodetic_crs.to_2d()
    geod = pyproj.Geod(a=found.ellipsoid.semi_major_metre, rf=found.ellipsoid.inverse_flattening)
    ring = shapely.get_coordinates(shapely.segmentize(polygon, shapely.length(polygon) / pieces))
    lon, lat = pyproj.Transformer.from_crs(found, base, always_xy=True).transform(ring[:, 0], ring[:, 1])
    return abs(geod.polygon_area_perimeter(lon, lat)[0])


def base_of(tables, settings):
    """Return the base tables under the rule of a project."""
    return base_tables(tables, settings, rule_in_force(settings))


def codes(issues):
    """Return code -> number of issues."""
    return issues["code"].value_counts().to_dict()


def of(issues, code):
    return issues[issues["code"] == code].reset_index(drop=True)


def left(balance, quantity):
    """Return reason -> amount that left at the step `keys`."""
    found = balance[(balance["quantity"] == quantity) & (balance["reason"] != "")]
    return dict(zip(found["reason"], found["unallocated"], strict=True))


def flow(balance, quantity):
    """Return the amount as read and the amount that is left after `keys`."""
    found = balance[(balance["quantity"] == quantity) & (balance["reason"] == "")].set_index("step")
    return int(found.loc["read", "amount_in"]), int(found.loc["keys", "amount_out"])
