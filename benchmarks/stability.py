"""Measure how firm the list stands: seconds of 2,000 draws of 10,000 enterprises, and whether the shares come true.

Usage: ``python benchmarks/stability.py [--draws 2000] [--groups 31] [--members 323] [--calibrate [FOLDER]]``.
Prints wall and CPU seconds beside a named baseline: the ranking itself, `landuse.ranking.rank`, asked once a draw with
noise laid on the amounts, 20 draws, extrapolated. With ``--calibrate`` it writes the reliability of 200 invented
districts with known truth as calibration.csv and calibration.svg into FOLDER (default docs/calibration).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from ranking.ranking_builders import rule
from scenarios.districts import AMOUNTS, district
from scenarios.test_stability import reliability

from landuse.ranking import rank
from landuse.scenarios.stability import stability
from landuse.settings import Stability

NAIVE_DRAWS = 20
CASES = {
    "medium errors": ("posterior", (0.2, 0.2, 0.2, 0.1), None),
    "large errors": ("posterior", (0.4, 0.4, 0.4, 0.2), None),
    "large errors, heavy tails": ("posterior", (0.4, 0.4, 0.4, 0.2), 4),
    "large errors, forward noise": ("forward", (0.4, 0.4, 0.4, 0.2), None),
}
"""What is tried: kind of noise, relative errors of tax, output, energy, land, tails of the truth."""
COLOURS = ("#4292c6", "#08519c", "#31a354", "#de2d26")


def seconds(work: Callable[[], None]) -> tuple[float, float]:
    """Return wall and CPU seconds of a piece of work."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def speed(draws: int, groups: int, members: int) -> None:
    force = rule(industry="plain", cap=1.5)
    _, seen = district(0, groups=groups, members=members)
    table = rank(seen, rule=force, lang="zh").table
    random = np.random.default_rng(1)

    def naive() -> None:
        for _ in range(NAIVE_DRAWS):
            noisy = {name: seen[name] * np.exp(0.05 * random.standard_normal(len(seen))) for name in AMOUNTS}
            rank(seen.assign(**noisy), rule=force, lang="zh")

    def ours() -> None:
        stability([table], rule=force, ranges=Stability(draws=draws))

    mine = seconds(ours)
    loop = [part * draws / NAIVE_DRAWS for part in seconds(naive)]
    print(f"{len(table)} enterprises, {groups} groups, {draws} draws")
    print(f"  stability                          {mine[0]:8.2f} s wall {mine[1]:8.2f} s CPU")
    print(f"  rank() once a draw (extrapolated)  {loop[0]:8.2f} s wall {loop[1]:8.2f} s CPU")
    print(f"  ratio                              {loop[0] / mine[0]:8.1f}        {loop[1] / mine[1]:8.1f}")


def calibrate(folder: Path) -> None:
    curves = {}
    for name, (noise, errors, tail) in CASES.items():
        curves[name] = reliability(noise, errors, tail=tail)
        off = (curves[name]["stated"] - curves[name]["true"]).abs()
        print(f"{name:30s} largest distance {100 * off.max():.1f} points, bins of {curves[name]['members'].min()} up")
    folder.mkdir(parents=True, exist_ok=True)
    table = pd.concat(curves, names=["case", "tenth"]).reset_index()
    table.to_csv(folder / "calibration.csv", index=False, float_format="%.4f", lineterminator="\n")
    (folder / "calibration.svg").write_text(drawn(curves), encoding="utf-8", newline="\n")


def drawn(curves: dict[str, pd.DataFrame]) -> str:
    """Return the reliability diagram: stated share to the right, true share upwards, the diagonal dashed."""
    size, edge = 400, 50

    def at(x: float, y: float) -> str:
        return f"{edge + size * x:.1f},{edge + size * (1 - y):.1f}"

    wide, high, middle, foot = size + 2 * edge, size + 2 * edge + 120, edge + size / 2, edge + size
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" font-size="13">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<rect x="{edge}" y="{edge}" width="{size}" height="{size}" fill="none" stroke="#888"/>',
        f'<polyline points="{at(0, 0)} {at(1, 1)}" stroke="#888" stroke-dasharray="4" fill="none"/>',
        f'<text x="{middle}" y="{foot + 35}" text-anchor="middle">试算中列入的比例 / stated share</text>',
        f'<g transform="rotate(-90 18 {middle})">',
        f'<text x="18" y="{middle}" text-anchor="middle">真实列入的比例 / truly listed</text></g>',
    ]
    for tick in (0, 0.25, 0.5, 0.75, 1):
        lines.append(f'<text x="{edge + size * tick}" y="{foot + 16}" text-anchor="middle">{tick:g}</text>')
        lines.append(f'<text x="{edge - 6}" y="{foot - size * tick + 4}" text-anchor="end">{tick:g}</text>')
    for number, ((name, curve), colour) in enumerate(zip(curves.items(), COLOURS, strict=True)):
        points = " ".join(at(row.stated, row.true) for row in curve.itertuples())
        y = foot + 58 + 20 * number
        lines.append(f'<polyline points="{points}" stroke="{colour}" stroke-width="2" fill="none"/>')
        lines.append(f'<polyline points="{edge},{y - 4} {edge + 24},{y - 4}" stroke="{colour}" stroke-width="2"/>')
        lines.append(f'<text x="{edge + 32}" y="{y}">{name}</text>')
    return "\n".join([*lines, "</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--groups", type=int, default=31)
    parser.add_argument("--members", type=int, default=323)
    parser.add_argument("--calibrate", nargs="?", const=ROOT / "docs" / "calibration", type=Path)
    given = parser.parse_args()
    if given.calibrate:
        calibrate(given.calibrate)
    else:
        speed(given.draws, given.groups, given.members)


if __name__ == "__main__":
    main()
