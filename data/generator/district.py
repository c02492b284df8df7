"""The whole district, step by step, and its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from shapely.geometry.base import BaseGeometry

from generator import planning, tables
from generator.accounts import fill_accounts
from generator.blocks import Block, park_streets
from generator.buildings import Building, build_buildings
from generator.contracts import fill_contracts
from generator.emissions import emissions
from generator.firms import build_firms
from generator.kinds import fill_kinds
from generator.layout import lay_out, number_plots
from generator.leases import Lease, build_leases
from generator.levels import price_map
from generator.meters import build_meters
from generator.model import Firm, Plot
from generator.plots import build_plots
from generator.project_text import PROJECT, README
from generator.raster import write_landcover
from generator.spec import PLACES, PRICES, SEED, YEARS
from generator.terrain import Terrain, build_terrain, park_frame
from generator.write import write_csv, write_shapefile, write_workbook

KINDS = 20
"""Number of the random stream of labels and origins: apart from the others, so that nothing else changes with it."""


@dataclass
class District:
    """Everything the files are written from."""

    firms: list[Firm]
    plots: list[Plot]
    terrain: Terrain
    home: dict[str, Block]
    levels: dict[str, BaseGeometry]
    buildings: list[Building]
    leases: list[Lease]
    meters: list[dict[str, object]]


def build_district(seed: int = SEED) -> District:
    """Invent the district; the same seed gives the same district."""
    streams = [np.random.default_rng([seed, number]) for number in range(10)]
    firms = build_firms(streams[0])
    fill_accounts(firms, streams[1])
    plots = build_plots(firms, streams[2])
    terrain = build_terrain(streams[3])
    home = lay_out(plots, terrain, streams[4])
    for place in PLACES:
        if place.park:
            terrain.roads.extend(park_streets(place))
    number_plots(plots, terrain)
    levels = price_map(plots, home, terrain, streams[5])
    fill_contracts(plots, firms, streams[6])
    _recode_collective(plots)
    plots.sort(key=lambda plot: plot.parcel_id)
    leases = build_leases(plots, firms, streams[7])
    buildings = build_buildings(plots, home, streams[8])
    meters = build_meters(firms, plots, leases, streams[9])
    fill_kinds(firms, np.random.default_rng([seed, KINDS]))
    return District(firms, plots, terrain, home, levels, buildings, leases, meters)


def _recode_collective(plots: Sequence[Plot]) -> None:
    """Give the plot of the collective case the kind JB in its code."""
    for plot in plots:
        if plot.idle_case == "I24":
            plot.parcel_id = plot.parcel_id.replace("GB", "JB")


def write_district(district: District, folder: Path) -> None:
    """Write every input file, the project file and the README."""
    folder.mkdir(parents=True, exist_ok=True)
    firms, plots = district.firms, district.plots
    write_shapefile(folder / "parcels.shp", tables.parcels(plots), [plot.geometry for plot in plots])
    write_workbook(folder / "registry.xlsx", "登记簿", tables.registry(plots))
    write_workbook(folder / "contracts.xlsx", "合同台账", tables.contracts(plots))
    write_workbook(folder / "amendments.xlsx", "补充协议", tables.amendments(plots))
    write_workbook(folder / "delays.xlsx", "政府原因延误", tables.delays(plots))
    write_workbook(folder / "meters.xlsx", "用电", district.meters)
    write_workbook(folder / "enterprises.xlsx", "企业名录", tables.enterprises(firms))
    for year in YEARS:
        write_csv(folder / f"accounts_tax_{year}.csv", tables.tax(firms, year), "gbk")
    write_workbook(folder / "accounts_output.xlsx", "产值", tables.output(firms))
    write_workbook(folder / "accounts_energy.xlsx", "能耗", tables.energy(firms))
    write_workbook(folder / "accounts_emissions.xlsx", "排放", emissions(firms))
    write_workbook(folder / "leases.xlsx", "用地关系", tables.leases(district.leases))
    write_workbook(folder / "cases.xlsx", "处置台账", planning.cases(plots))
    write_workbook(folder / "targets.xlsx", "任务", planning.targets())
    write_workbook(folder / "demands.xlsx", "用地需求", planning.demands())
    write_workbook(folder / "plan_by_hand.xlsx", "方案", planning.by_hand())
    _write_maps(district, folder)
    for year in (2023, 2025):
        write_landcover(folder / f"landcover_{year}.tif", year, plots, district.buildings, district.terrain)
    (folder / "landuse.toml").write_text(PROJECT, encoding="utf-8", newline="\n")
    (folder / "README.md").write_text(README, encoding="utf-8", newline="\n")


def _write_maps(district: District, folder: Path) -> None:
    """Write prices, buildings, parks and the context layers."""
    parks = [place for place in PLACES if place.park]
    write_shapefile(
        folder / "land_prices.shp",
        [{"土地级别": level, "基准地价": PRICES[level]} for level in district.levels],
        list(district.levels.values()),
    )
    write_shapefile(
        folder / "buildings.shp",
        [
            {"宗地代码": b.parcel_id, "地上层数": b.floors, "建筑高度": b.height_m, "建筑面积": b.floor_area_m2}
            for b in district.buildings
        ],
        [building.shape for building in district.buildings],
    )
    write_shapefile(
        folder / "parks.shp",
        [{"所属园区": p.park, "园区类型": p.park_type} for p in parks],
        [park_frame(p) for p in parks],
    )
    _write_context(district.terrain, folder)


def _write_context(terrain: Terrain, folder: Path) -> None:
    """Write roads, water and green, boundaries and villages, the railway and the power line."""
    write_shapefile(
        folder / "context_roads.shp",
        [{"名称": r.name, "等级": r.kind, "宽度": r.width} for r in terrain.roads],
        [road.line for road in terrain.roads],
    )
    green = terrain.green_strip.difference(terrain.river_strip)
    waters = [("青溪河", "河流", terrain.river_strip), ("安澜湖", "湖泊", terrain.lake), ("青溪河绿带", "绿地", green)]
    areas = [
        ("安澜县", "县界", terrain.county),
        *[(n, "镇(街道)", g) for n, g in terrain.towns.items()],
        *[(n, "建成区", g) for n, g in terrain.built_up],
        *[(n, "村庄", g) for n, g in terrain.villages],
    ]
    lines = [("安临铁路", "铁路", terrain.railway), ("110千伏安青线", "电力线", terrain.power_line)]
    for name, named in (("rivers", waters), ("boundary", areas), ("lines", lines)):
        rows = [{"名称": n, "类型": kind} for n, kind, _ in named]
        write_shapefile(folder / f"context_{name}.shp", rows, [shape for _, _, shape in named])
