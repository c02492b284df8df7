"""Compare a plain analyst script, a good geopandas script and the toolkit on one synthetic county, in one run.

Usage: ``python benchmarks/bench.py [SIZE ...] [--kind gpkg|parquet] [--no-plain]``; default 10000 and 100000 parcels.
Prints CPU seconds, wall seconds and peak memory with their ratios, the stages of each, and whether the flags agree.
The tables are written, nothing is drawn. ``landuse --help`` is timed as well.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
DATA = HERE / "data"


@dataclass(frozen=True)
class Measured:
    """One process: CPU and wall seconds, peak resident memory in MB, and what it printed."""

    cpu: float
    wall: float
    peak_mb: float
    output: str = ""
    stages: dict[str, list[float]] = field(default_factory=dict)


def measure(command: list[str], *, allowed: tuple[int, ...] = (0,)) -> Measured:
    """Run a command and take its resources from the kernel."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE.parent)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode not in allowed:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}\n{output}")
    return Measured(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, output)


def script(name: str, *arguments: str) -> Measured:
    """Run one of the baseline scripts and read its stages."""
    got = measure([sys.executable, str(HERE / name), *arguments])
    return Measured(got.cpu, got.wall, got.peak_mb, got.output, json.loads(got.output.splitlines()[-1])["stages"])


def ours(folder: Path, kind: str) -> Measured:
    """Run the command of the toolkit, tables only, and read the stages from its log."""
    out = folder / "out_ours"
    project = str(folder / f"{kind}.toml")
    got = measure([sys.executable, "-m", "landuse", "run", project, "-o", str(out), "--only", "tables"], allowed=(0, 1))
    log = json.loads((out / "run.log.json").read_text(encoding="utf-8"))
    stages = {name: [log["seconds"][name], log["cpu_seconds"][name]] for name in log["seconds"]}
    return Measured(got.cpu, got.wall, got.peak_mb, got.output, stages)


def agreement(folder: Path) -> str:
    """Compare the flags of the toolkit with those of the good script, enterprise by enterprise and parcel by parcel."""
    good = pd.read_parquet(folder / "out_good" / "enterprises.parquet").set_index("uscc")
    mine = pd.read_parquet(folder / "out_ours" / "enterprises.parquet").set_index("uscc").reindex(good.index)
    words = {True: "yes", False: "no"}
    theirs, flags = (flag.map(words).fillna("not rated") for flag in (good["low"], mine["in_bottom_share"]))
    enterprises = int((theirs != flags).sum())
    idle_good = pd.read_parquet(folder / "out_good" / "parcels.parquet", columns=["parcel_id", "idle_class"])
    parcels = pd.read_parquet(folder / "out_ours" / "parcels.parquet", columns=["parcel_id", "idle_class"])
    both = idle_good.merge(parcels, on="parcel_id", how="outer", suffixes=("_good", "_ours"))
    idle = int((both["idle_class_good"] != both["idle_class_ours"]).sum())
    found = f"{enterprises} of {len(good)} enterprises, {idle} of {len(both)} parcels"
    return f"flags that differ from the good script: {found}"


def table(results: dict[str, Measured]) -> None:
    """Print the results with ratios against the toolkit."""
    mine = results["ours"]
    print(f"{'':8}{'CPU s':>9}{'wall s':>9}{'peak MB':>9}{'CPU / ours':>12}{'wall / ours':>12}")
    for name, m in results.items():
        ratios = f"{m.cpu / mine.cpu:12.2f}{m.wall / mine.wall:12.2f}"
        print(f"{name:8}{m.cpu:9.2f}{m.wall:9.2f}{m.peak_mb:9.0f}{ratios}")
    for name, m in results.items():
        print(f"  {name}: " + ", ".join(f"{stage} {cpu:.2f}" for stage, (_, cpu) in m.stages.items()) + "  (CPU s)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--kind", choices=["gpkg", "parquet"], default="gpkg")
    parser.add_argument("--no-plain", action="store_true", help="leave the plain script out (it takes minutes at 1M)")
    chosen = parser.parse_args()
    helped = [measure([sys.executable, "-m", "landuse", "--help"]).wall for _ in range(3)]
    print(f"landuse --help: {min(helped):.2f} s wall (best of three)")
    for size in chosen.sizes:
        folder = DATA / str(size)
        if not (folder / "parquet.toml").is_file():
            subprocess.run([sys.executable, str(HERE / "county.py"), str(size), str(folder)], check=True)
        print(f"\n{size:,} parcels, {chosen.kind} + csv, tables only")
        results = {} if chosen.no_plain else {"plain": script("plain.py", str(folder))}
        results["good"] = script("good.py", str(folder), chosen.kind)
        results["ours"] = ours(folder, chosen.kind)
        table(results)
        print(agreement(folder))


if __name__ == "__main__":
    main()
