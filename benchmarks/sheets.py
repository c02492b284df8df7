"""Measure one A3 map sheet of 2,000 parcels: CPU seconds and size of the PDF, beside plain geopandas of the same data.

Usage: python benchmarks/sheets.py [PARCELS]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import process_time
from typing import Any

import geopandas as gpd
import matplotlib as mpl

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import numpy as np
from cartography.builders import analysis, with_parcels

from landuse.cartography.pane import PaneStyle
from landuse.cartography.sheet import compose, fitting_view, layout, save
from landuse.cartography.sheet.series import standard_set

BOUND_SECONDS, BOUND_MB = 4.0, 3.0


def plain(series: Any, sheet: Any, path: Path) -> float:
    """Return the CPU seconds of ``GeoDataFrame.plot`` and ``savefig``: one colour a class, no frame, no words."""
    start = process_time()
    colours = [sheet.classes.legend[code].colour for code in sheet.classes.codes]
    frame = gpd.GeoDataFrame(geometry=list(series.scene.shapes), crs=series.scene.crs)
    axes = frame.plot(color=colours, edgecolor="#444444", linewidth=0.3, figsize=(420 / 25.4, 297 / 25.4))
    axes.figure.savefig(path)
    return process_time() - start


def main() -> None:
    """Print seconds and sizes."""
    mpl.use("agg")
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    share = np.where(np.arange(size) % 20 < 3, "low", "not_low")  # 15 % are listed, as the rule has it
    base = with_parcels(analysis(size), efficiency_class=share)
    start = process_time()
    series = standard_set(base)
    planned = process_time() - start
    sheet = next(one for one in series.drawn if one.name == "low")
    paper = layout("A3", "landscape")
    with tempfile.TemporaryDirectory() as folder:
        took = {}
        for turn in ("first", "next"):
            start = process_time()
            view = fitting_view(sheet.bounds, paper, around=sheet.around)
            figure = compose(series.scene_of(sheet), view, sheet.facts, paper, PaneStyle(label=sheet.label))
            save(figure, Path(folder) / "sheet.pdf")
            took[turn] = process_time() - start
        start = process_time()
        save(figure, Path(folder) / "sheet.png", dpi=300)
        took["png"] = process_time() - start
        megabytes = (Path(folder) / "sheet.pdf").stat().st_size / 1e6
        bare = plain(series, sheet, Path(folder) / "plain.pdf")
        bare_mb = (Path(folder) / "plain.pdf").stat().st_size / 1e6
    print(f"{size} parcels, A3, 1:{view.scale}; CPU seconds")
    print(f"planning 13 sheets     {planned:6.2f}")
    print(f"first sheet, PDF       {took['first']:6.2f}   bound {BOUND_SECONDS}   {megabytes:.2f} MB, bound {BOUND_MB}")
    print(f"next sheet, PDF        {took['next']:6.2f}")
    print(f"PNG at 300 dpi         {took['png']:6.2f}")
    print(f"plain geopandas, PDF   {bare:6.2f}   {bare_mb:.2f} MB   ratio {took['next'] / bare:.2f}")
    if took["first"] > BOUND_SECONDS or megabytes > BOUND_MB:
        sys.exit("bound exceeded")


if __name__ == "__main__":
    main()
