"""Draw an atlas of many parks, beside a plain page-per-unit loop with geopandas and matplotlib in the same run.

Usage: ``python benchmarks/atlas.py [--parks 200] [--parcels 120] [--workers 1] [--plain 20]``. Prints CPU seconds a
page, wall seconds with the worker processes, the size of the file and what its fonts take, and the same for the plain
loop (geopandas.plot, a colour a class, codes by annotate, one PdfPages): it has no scale, grid, legend of the page,
neighbours, index or links.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from landuse.project import build_project
from landuse.tables import Analysis, Parcels, RawTables, no_issues

CLASSES = ["low", "partly_low", "stopped", "vacant", *["not_low"] * 8, *["not_rated"] * 3]


def district(parks: int, parcels: int, **atlas: Any) -> Analysis:
    """Return an analysis of many parks, each a block of parcels."""
    rng = np.random.default_rng(5)
    park, plot = np.divmod(np.arange(parks * parcels), parcels)
    wide = int(np.ceil(np.sqrt(parcels)))
    side = int(np.ceil(np.sqrt(parks)))
    x = 40_378_000 + (park % side) * (wide * 130 + 400) + (plot % wide) * 125 + (plot % wide // 4) * 20
    y = 4_275_000 + (park // side) * (wide * 110 + 400) + (plot // wide) * 105
    shapes = np.asarray(
        shapely.box(x, y, x + rng.uniform(80, 122, len(x)), y + rng.uniform(60, 102, len(x))), dtype=object
    )
    table = pd.DataFrame(
        {
            "parcel_id": [f"990781{one % 9 + 1:03d}002GB{row:05d}" for row, one in enumerate(park.tolist())],
            "holder": [f"安澜瑞禾堃泰第{row}制造有限公司" for row in range(len(x))],
            "park": [f"安澜第{one}产业园" for one in park.tolist()],
            "town": "城东街道",
            "area_mu": shapely.area(shapes) * 3 / 2000,
            "efficiency_class": np.array(CLASSES, dtype=object)[rng.integers(0, len(CLASSES), len(x))],
            "idle_class": np.array(["NORMAL", "IDLE_T1"], dtype=object)[(rng.random(len(x)) < 0.03).astype(int)],
            "idle_years": pd.array([1] * len(x), dtype="Int64"),
        }
    )
    tree = {
        "project": {"name": "基准", "year": 2025},
        "inputs": {"parcels": "p.gpkg"},
        "atlas": {"draw": True, **atlas},
    }
    nothing = pd.DataFrame()
    return Analysis(
        build_project(tree, folder=Path()), RawTables(parts={}), Parcels(table, shapes, "EPSG:4528"),
        pd.DataFrame({"uscc": [], "name": [], "low_efficiency": pd.array([], dtype="boolean")}),
        pd.DataFrame({"parcel_id": [], "uscc": [], "land_mu": []}),
        nothing, nothing, nothing, nothing, no_issues(), nothing, facts={"share": 0.15},
    )  # fmt: skip


def plain(analysis: Analysis, pages: int) -> tuple[float, int]:
    """Return CPU seconds a page and bytes of the loop an analyst writes, for some of the parks."""
    import geopandas as gpd
    import matplotlib as mpl

    mpl.use("pdf")
    from matplotlib import font_manager
    from matplotlib import pyplot as plt
    from matplotlib.backends.backend_pdf import PdfPages

    from landuse import fonts

    for face in (fonts.REGULAR, fonts.BOLD):
        font_manager.fontManager.addfont(str(fonts.folder() / face))
    mpl.rcParams.update({"font.family": fonts.FAMILY, "pdf.fonttype": 42})
    frame = gpd.GeoDataFrame(analysis.parcels.table, geometry=analysis.parcels.geometry, crs=4528)
    target, began = BytesIO(), time.process_time()
    with PdfPages(target) as book:
        for park, rows in list(frame.groupby("park"))[:pages]:
            figure, axes = plt.subplots(figsize=(16.5, 11.7))
            around = frame.cx[slice(*rows.total_bounds[[0, 2]]), slice(*rows.total_bounds[[1, 3]])]
            around.plot(ax=axes, color="#eeeeee", edgecolor="#999999", linewidth=0.3)
            rows.plot(
                ax=axes, column="efficiency_class", categorical=True, legend=True, edgecolor="black", linewidth=0.3
            )
            for spot, name in zip(rows.representative_point(), rows["parcel_id"].str[-5:], strict=True):
                axes.annotate(name, (spot.x, spot.y), fontsize=5, ha="center")
            axes.set_title(park)
            book.savefig(figure)
            plt.close(figure)
    return (time.process_time() - began) / pages, len(target.getvalue())


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    for name, value in (("parks", 200), ("parcels", 120), ("workers", 0), ("plain", 20)):
        asked.add_argument(f"--{name}", type=int, default=value)
    asked = asked.parse_args()
    from landuse.write.atlas import artist_of, bound
    from landuse.write.press import pressed

    analysis = district(asked.parks, asked.parcels)
    began = time.process_time()
    artist = artist_of(analysis)
    print(f"plan: {artist.size} pages, {len(analysis.parcels)} parcels, {time.process_time() - began:.2f} s CPU")
    artist.draw(artist.size - 1)  # fonts and modules are loaded
    some = np.linspace(2, artist.size - 1, 20).astype(int)
    began = time.process_time()
    for place in some:
        artist.draw(int(place))
    a_page = (time.process_time() - began) / len(some)
    print(f"page: {a_page:.3f} s CPU (bound 0.7, goal 0.3)")
    with tempfile.TemporaryDirectory() as folder:
        began, cpu = time.perf_counter(), time.process_time()
        pages = pressed(artist, Path(folder), workers=asked.workers)
        drawn = time.perf_counter() - began
        content = bound(artist, pages, analysis)
        wall = time.perf_counter() - began
    print(f"atlas: {wall:.1f} s wall ({drawn:.1f} drawing), {time.process_time() - cpu:.1f} s CPU of this process")
    embedded = sum(int(size) for size in re.findall(rb"/Length1 (\d+)", content))
    files = len(re.findall(rb"/FontFile2", content))
    print(f"file: {len(content) / 1e6:.2f} MB, {files} fonts of {embedded / 1e3:.0f} kB before compression")
    if asked.plain:
        loop, size = plain(analysis, asked.plain)
        print(
            f"plain loop: {loop:.3f} s CPU a page, {size / asked.plain / 1e3:.0f} kB a page; ratio {a_page / loop:.2f}"
        )


if __name__ == "__main__":
    main()
