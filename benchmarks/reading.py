"""Compare reading parcels with a bare pyogrio Arrow read of the same file, and print what each audit costs.

Usage: ``python benchmarks/reading.py [SIZE]``; default 100000 parcels (made by bench.py's county where missing).
Two baselines, both in the same process and run: ``pyogrio.read_dataframe(use_arrow=True)``, polygons decoded as ours
are, and ``pyogrio.raw.read_arrow``, bytes only. CPU seconds, the least of several runs.
"""

from __future__ import annotations

import argparse
import importlib
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyogrio
import pyogrio.raw

HERE = Path(__file__).parent
AUDITS = {
    "fingerprint (sha256 of the file)": ("landuse.read.fingerprint", ("fingerprint",)),
    "hostile files": ("landuse.read.opening", ("locate",)),
    "encoding": ("landuse.read.vector", ("dbf_encoding",)),
    "headers and units": ("landuse.read.intake", ("pick_columns",)),
    "units by evidence": ("landuse.read.intake", ("settle_units",)),
    "polygons from WKB, heights and arcs": ("landuse.read.part", ("flatten",)),
    "keys, texts, numbers, dates": ("landuse.read.part", ("parse",)),
    "total rows": ("landuse.read.part", ("_total_rows",)),
    "CRS, ranges, region": ("landuse.read.intake", ("placed", "renewed", "shift_issues")),
}
"""What is told -> module and the names in it that are timed where they exist."""


class Clock:
    """CPU seconds by name, without what a timed function inside took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._inner = [0.0]

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its own CPU seconds counted under a name."""

        def call(*args: Any, **kwargs: Any) -> Any:
            began = time.process_time()
            self._inner.append(0.0)
            try:
                return function(*args, **kwargs)
            finally:
                taken = time.process_time() - began
                self.seconds[name] += taken - self._inner.pop()
                self._inner[-1] += taken

        return call


def watched() -> Clock:
    """Put a clock around every audit; a name that no module has any more ends the benchmark."""
    clock = Clock()
    for told, (module_name, names) in AUDITS.items():
        module = importlib.import_module(module_name)
        known = [name for name in names if hasattr(module, name)]
        for name in known:
            setattr(module, name, clock.timed(told, getattr(module, name)))
        if not known:
            sys.exit(f"{module_name} has none of {', '.join(names)}: bring AUDITS up to date")
    return clock


def cpu(function: Callable[[], Any], runs: int = 5) -> float:
    """Return the least CPU seconds of several runs."""
    taken = []
    for _ in range(runs):
        began = time.process_time()
        function()
        taken.append(time.process_time() - began)
    return min(taken)


def files_of(folder: Path) -> dict[str, Path]:
    """Return the parcels as GeoPackage and as Shapefile with Chinese field names and holders, made once."""
    package, shape, bare = folder / "parcels.gpkg", folder / "held" / "parcels.shp", folder / "bare" / "parcels.shp"
    if not bare.exists():
        shape.parent.mkdir(exist_ok=True)
        frame = pyogrio.read_dataframe(package, use_arrow=True)
        names = {"parcel_id": "宗地代码", "town": "镇街", "registered_area_m2": "证载面积"}
        kept = frame[[*(name for name in names if name in frame.columns), "geometry"]].rename(columns=names)
        kept.insert(0, "权利人", [f"新海{_figures(number)}机械制造有限公司" for number in range(len(kept))])
        pyogrio.write_dataframe(kept, shape, encoding="GB18030")
        shutil.copytree(shape.parent, bare.parent, ignore=shutil.ignore_patterns("*.cpg"), dirs_exist_ok=True)
    return {"GeoPackage": package, "Shapefile with .cpg": shape, "Shapefile without": bare}


def _figures(number: int) -> str:
    """Return a number in Chinese figures: every holder has a name of its own."""
    return "".join("零一二三四五六七八九"[int(figure)] for figure in str(number))


def project_of(path: Path) -> Any:
    """Return a project that reads nothing but the parcels."""
    from landuse.project import build_project

    stated: dict[str, Any] = {"path": path.name}
    if path.suffix == ".shp":
        stated |= {"columns": {"registered_area_m2": "证载面积", "town": "镇街", "holder": "权利人"}}
        stated |= {"units": {"registered_area_m2": "平方米"}}
    tree = {"project": {"name": "reading", "year": 2025}, "inputs": {"parcels": [stated]}}
    return build_project(tree, folder=path.parent)


def main() -> None:
    """Print one block per format."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", nargs="?", type=int, default=100_000)
    folder = HERE / "data" / str(parser.parse_args().size)
    if not (folder / "parcels.gpkg").exists():
        sys.exit(f"first: python benchmarks/bench.py {folder.name}")
    from landuse.read import read_tables

    for name, path in files_of(folder).items():
        project = project_of(path)
        read_tables(project)
        told = {"encoding": "GB18030"} if path.suffix == ".shp" else {}
        frame = cpu(lambda path=path, told=told: pyogrio.read_dataframe(path, use_arrow=True, **told))
        arrow = cpu(lambda path=path, told=told: pyogrio.raw.read_arrow(path, **told))
        ours = cpu(lambda project=project: read_tables(project))
        sys.stdout.write(f"{name}, {folder.name} parcels: ours {ours:.3f} CPU s\n")
        sys.stdout.write(f"  {ours / frame:5.2f} x  read_dataframe(use_arrow=True)   {frame:.3f}\n")
        sys.stdout.write(f"  {ours / arrow:5.2f} x  raw.read_arrow, nothing decoded  {arrow:.3f}\n")
    clock = watched()
    for told, path in files_of(folder).items():
        clock.seconds.clear()
        project = project_of(path)
        whole = cpu(lambda project=project: read_tables(project), runs=1)
        sys.stdout.write(f"{told}: share of each audit\n")
        for name, seconds in clock.seconds.items():
            sys.stdout.write(f"  {seconds:7.3f} s {seconds / whole:6.1%}  {name}\n")
        rest = whole - sum(clock.seconds.values())
        sys.stdout.write(f"  {rest:7.3f} s {rest / whole:6.1%}  the read itself and all else\n")


if __name__ == "__main__":
    main()
