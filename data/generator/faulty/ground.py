"""Faults of the drawn plots (1-5) and of the rasters (25)."""

from __future__ import annotations

from collections.abc import Callable

import shapely
from shapely import LineString, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from generator.faulty.draft import Draft, Feature
from generator.model import Plot

CUT = {
    "权利人": "土地使用权",
    "权利人代码": "权利人统一",
    "镇街": "镇(街道)",
    "土地用途": "土地用途(",
    "土地级别": "土地级别(",
    "证载面积": "证载面积(",
}
"""Field of the clean shapefile -> canonical title as ten bytes of GBK leave it."""
AREA = CUT["证载面积"]
RATIOS = (0.975, 1.018, 1.03, 0.955, 1.06, 0.93, 1.12, 0.9)
FOREIGN = "柳河镇"


def fault_01(draft: Draft) -> None:
    """Plant: GBK .dbf without .cpg; names truncated at 5 characters (parcels.shp)."""
    for feature in (*draft.parcels, *draft.liuhe):
        feature.row = {CUT.get(title, title): value for title, value in feature.row.items()}
    draft.plant(1, "", "parcels", "", "read as GBK; the cut titles are told", file="parcels.shp")


def fault_02(draft: Draft) -> None:
    """Plant: one town in zone 39 eastings (39…) in a second file (parcels_柳河.shp)."""
    draft.liuhe = [feature for feature in draft.parcels if feature.row["镇(街道)"] == FOREIGN]
    draft.parcels = [feature for feature in draft.parcels if feature.row["镇(街道)"] != FOREIGN]
    what = f"{len(draft.liuhe)} plots of {FOREIGN} in EPSG:4527, brought to EPSG:4528"
    draft.plant(2, "CRS_TRANSFORMED", "parcels", "", what, file="parcels_柳河.shp")


def fault_03(draft: Draft) -> None:
    """Plant: 12 parcels with 证载 in 亩, rest m² (parcels)."""
    for plot in draft.plots(12, lambda plot: plot.town in {"南岭乡", "东湾镇"} or plot.place == "OUT"):
        feature = draft.feature(plot)
        feature.row[AREA] = round(plot.area_m2 * 3 / 2000, 2)
        draft.plant(3, "AREA_DIFFERENCE", "parcels", plot.parcel_id, f"{feature.row[AREA]} mu", row=feature)
        _consequences(draft, plot, float(str(feature.row[AREA])), fault=3)


def fault_04(draft: Draft) -> None:
    """Plant: area difference > 1 %: 9 plots, one x 15 (公顷 as 亩) (parcels)."""
    plots = draft.plots(9, lambda plot: plot.state in {"BUILDING", "STOPPED", "NON_INDUSTRIAL", "RESERVE"})
    for plot, ratio in zip(plots, (15.0, *RATIOS), strict=True):
        feature = draft.feature(plot)
        feature.row[AREA] = round(plot.area_m2 * ratio, 2)
        draft.plant(4, "AREA_DIFFERENCE", "parcels", plot.parcel_id, f"registered x {ratio}", row=feature)


def _consequences(draft: Draft, plot: Plot, land_m2: float, *, fault: int) -> None:
    """Write down what else is odd about a plot whose land came out far too small."""
    if any(building.parcel_id == plot.parcel_id for building in draft.district.buildings):
        what = "buildings cover more than the land"
        draft.plant(fault, "COVERAGE_OVER_ONE", "parcels", plot.parcel_id, what, origin="follows")
    firm = plot.firm
    if firm is None:
        return
    others = sum(p.area_m2 for p in draft.district.plots if p.firm is firm and p is not plot)
    mu = (land_m2 + others) * 3 / 2000
    if mu < 0.1:
        draft.plant(fault, "LAND_TINY", "enterprises", firm.uscc, f"{mu:.4f} mu in all", origin="follows")
    tax = firm.accounts.get(2025, {}).get("tax_wan")
    if tax is not None and not -50 <= tax / mu <= 500:
        what = f"{tax / mu:.0f} wan yuan a mu"
        draft.plant(fault, "TAX_PER_MU_IMPLAUSIBLE", "enterprises", firm.uscc, what, origin="follows")


# -------------------------------------------------------------------------------------------- polygons


def fault_05(draft: Draft) -> None:
    """Plant: 4 overlaps ≥ 1 m² and 1 %, 2 slivers, 3 self-intersections, 1 null, 1 duplicate geometry (parcels)."""
    for small, large in _neighbours(draft, 4, lambda small, large: large.area_m2 > 6 * small.area_m2):
        _grow(draft, large, small, share=0.02, code="PARCELS_OVERLAP")
    for small, large in _neighbours(draft, 2, lambda small, large: large.area_m2 > 2 * small.area_m2):
        _grow(draft, large, small, share=0.001, code="SLIVER_OVERLAP")
    for plot in draft.plots(3, lambda plot: plot.area_m2 > 20000 and plot.town != FOREIGN):
        feature = draft.feature(plot)
        feature.shape = bow_tie(plot.geometry)
        draft.plant(5, "GEOMETRY_REPAIRED", "parcels", plot.parcel_id, "self-intersection", row=feature)
    (plot,) = draft.plots(1, lambda plot: plot.state == "STOPPED" and plot.firm is None)
    feature = draft.feature(plot)
    feature.shape = None
    draft.plant(5, "GEOMETRY_MISSING", "parcels", plot.parcel_id, "null geometry", row=feature)
    (plot,) = draft.plots(1, lambda plot: plot.state == "RESERVE" and plot.town != FOREIGN)
    code = plot.parcel_id[:-5] + "09901"
    twin = Feature({**draft.feature(plot).row, "宗地代码": code}, plot.geometry)
    draft.parcels.append(twin)
    draft.plant(5, "GEOMETRY_DUPLICATE", "parcels", code, f"the polygon of {plot.parcel_id}", row=twin)
    draft.plant(5, "NO_HOLDER", "parcels", code, "reserve land, as its twin", row=twin, origin="follows")


def _neighbours(draft: Draft, n: int, wanted: Callable[[Plot, Plot], bool]) -> list[tuple[Plot, Plot]]:
    """Give n pairs (small, large) of untouched plots with a long common boundary; both are touched now."""
    found: list[tuple[Plot, Plot]] = []
    free = [plot for plot in draft.plots_free() if plot.town != FOREIGN]
    tree = STRtree([plot.geometry for plot in free])
    for large in free:
        for index in tree.query(large.geometry):
            small = free[int(index)]
            if small is large or not wanted(small, large) or not draft.is_free(large) or not draft.is_free(small):
                continue
            if small.geometry.intersection(large.geometry.buffer(0.01)).length > 60 and len(found) < n:
                found.append((draft.touch(small), draft.touch(large)))
    if len(found) < n:
        raise ValueError(f"{len(found)} pairs of neighbours for a fault that needs {n}")
    return found


def _grow(draft: Draft, large: Plot, small: Plot, *, share: float, code: str) -> None:
    """Let the large plot reach into its small neighbour by a share of the latter."""
    low, high = 0.0, 60.0
    for _ in range(40):
        middle = (low + high) / 2
        taken = small.geometry.intersection(large.geometry.buffer(middle)).area
        low, high = (middle, high) if taken < share * small.geometry.area else (low, middle)
    feature = draft.feature(large)
    reach = small.geometry.intersection(large.geometry.buffer(high))
    feature.shape = shapely.union(large.geometry, reach, grid_size=0.001)
    first, second = sorted((large, small), key=lambda plot: plot.parcel_id)
    what = f"{reach.area:.2f} m2 in common with {second.parcel_id}"
    draft.plant(5, code, "parcels", first.parcel_id, what, row=draft.feature(first))


def bow_tie(shape: BaseGeometry) -> BaseGeometry:
    """Give a polygon whose longest edge crosses itself twice inside the plot, by a metre or two."""
    ring = list(max(shapely.get_parts(shape), key=lambda part: part.area).normalize().exterior.coords)
    at = max(range(len(ring) - 1), key=lambda i: LineString(ring[i : i + 2]).length)
    (x0, y0), (x1, y1) = ring[at], ring[at + 1]
    length = LineString(ring[at : at + 2]).length
    inward = ((y1 - y0) / length, -(x1 - x0) / length)

    def place(along: float, depth: float) -> tuple[float, float]:
        return x0 + along * (x1 - x0) + depth * inward[0], y0 + along * (y1 - y0) + depth * inward[1]

    loop = [place(0.4, 0.4), place(0.6, 1.6), place(0.6, 0.4), place(0.4, 1.6)]
    return Polygon([*ring[: at + 1], *loop, *ring[at + 1 :]])


# --------------------------------------------------------------------------------------------- rasters


def fault_25(draft: Draft) -> None:
    """Plant: raster says bare on a plot with tax 800 万 (mine tailings); 2025 says built on an I08 plot (rasters)."""
    able = [f for f in draft.district.firms if f.place == "QT" and f.n_plots == 1 and f.uscc not in draft.touched]
    firm = min(able, key=lambda f: abs(f.accounts[2025]["tax_wan"] - 800))
    plot = draft.touch(next(p for p in draft.district.plots if p.firm is firm))
    draft.bare.append(plot.geometry.buffer(8))
    what = f"bare in 2023 and 2025, tax of {firm.accounts[2025]['tax_wan']} wan yuan; the latest raster is the witness"
    draft.plant(25, "BARE_BUT_RUNNING", "parcels", plot.parcel_id, what)
    idle = draft.touch(next(p for p in draft.district.plots if p.idle_case == "I08"))
    draft.built.append(idle.geometry.buffer(-4))
    draft.plant(25, "BUILT_BUT_NOT_STARTED", "parcels", idle.parcel_id, "I08: built in 2025, said to be not started")
