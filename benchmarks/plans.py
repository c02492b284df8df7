"""Measure how plans are chosen: seconds and proven gaps beside the solver asked for the whole, and contiguous sites.

Usage: ``python benchmarks/plans.py [--parcels 100000] [--limit 60] [--only large,small,sites,roadmap,knapsacks]``.
Prints, in one run: a seeded county of so many candidate parcels x 4 measures x 40 limits, chosen by
`scenarios.choose` and by HiGHS asked for the whole with a time limit, through highspy and, where scipy is installed,
through scipy.optimize.milp; 300, 1,000 and 2,000 parcels under 40 tight limits; contiguous sites at 2,025 parcels
beside the greedy alone and the bound that leaves contiguity away; roadmaps beside the best plan of each year; 0-1
knapsacks of published collections beside their known optima.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from scenarios.choose.test_choose import knapsack
from scenarios.plans.plan_asks import seeded, with_money

from landuse.planning import Sites
from landuse.scenarios.blocks import Land, assemble, neighbours
from landuse.scenarios.choose import Choice, Uses, choose
from landuse.scenarios.choose.solver import Program, _model
from landuse.scenarios.plans.roadmap import roadmap
from landuse.scenarios.plans.sites import assembled

MEASURES, TOWNS, INDUSTRIES = 4, 12, 13
GOAL = 1e-4


def county(parcels: int, seed: int, tight: float = 0.35) -> Choice:
    """Return a choice under 40 limits: money, task, jobs, land and cases of 12 towns, land of 13 industries."""
    rng = np.random.default_rng(seed)
    options = parcels * MEASURES
    area = np.exp(rng.normal(2.8, 0.8, parcels))
    town, industry = rng.integers(0, TOWNS, parcels), rng.integers(0, INDUSTRIES, parcels)
    land = np.repeat(area, MEASURES) * np.tile([1.0, 0.8, 0.5, 0.3], parcels) * rng.uniform(0.9, 1.1, options)
    cost = land * rng.gamma(3, 8, options)
    value = land * rng.gamma(2.0, 3.0, options) * (0.5 + cost / land / 40)
    jobs = np.floor(land * rng.gamma(1.5, 2, options))
    option, one = np.arange(options), np.ones(options)
    at = np.zeros(options, dtype=np.int64)
    towns, industries = np.repeat(town, MEASURES), np.repeat(industry, MEASURES)
    uses = Uses(
        np.tile(option, 6),
        np.concatenate([at, at + 1, at + 2, 3 + towns, 15 + towns, 27 + industries]),
        np.concatenate([cost, land, jobs, land, one, land]),
    )

    def mean(amount: np.ndarray) -> np.ndarray:
        return amount.reshape(parcels, MEASURES).mean(axis=1)

    upper, lower = np.full(40, np.inf), np.full(40, -np.inf)
    upper[0], lower[1] = mean(cost).sum() * tight / 2, mean(land).sum() * tight / 2
    upper[2] = mean(jobs).sum() * tight * 0.6
    upper[3:15] = np.bincount(town, mean(land), TOWNS) * tight
    upper[15:27] = np.maximum(1, np.floor(np.bincount(town, minlength=TOWNS) * tight))
    upper[27:40] = np.bincount(industry, mean(land), INDUSTRIES) * tight
    return Choice(np.repeat(np.arange(parcels), MEASURES), value, uses, lower, upper)


def dense(parcels: int, seed: int, tight: float = 0.3) -> Choice:
    """Return a choice whose every option takes of all 40 limits: the hardest kind, open in the literature."""
    rng = np.random.default_rng(seed)
    table = rng.integers(1, 1000, (40, parcels * MEASURES)).astype(float)
    value = table.mean(axis=0) + 500 * rng.random(parcels * MEASURES)
    most = np.floor(table.reshape(40, parcels, MEASURES).mean(axis=2).sum(axis=1) * tight)
    return Choice.of(np.repeat(np.arange(parcels), MEASURES), value, table, [(-np.inf, one) for one in most])


def timed(work: Callable[[], object]) -> tuple[object, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - wall, time.process_time() - cpu


def ours(choice: Choice, name: str) -> float:
    plan, wall, cpu = timed(lambda: choose(choice, gap=GOAL))
    kept = "every limit kept" if choice.keeps(plan.taken) else "LIMITS PASSED"
    reached = "" if plan.gap <= GOAL else "  goal not reached"
    worth = f"value {plan.value:16.2f}  gap {plan.gap:.1e}"
    print(f"  {name:34s} {worth}  {wall:7.1f} s wall {cpu:6.1f} s CPU  {kept}{reached}")
    return wall


def whole_by_highspy(choice: Choice, seconds: float) -> None:
    import highspy

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003
    for option, value in {"threads": 1, "mip_rel_gap": GOAL, "time_limit": seconds}.items():
        solver.setOptionValue(option, value)
    solver.passModel(_model(Program.of(choice, is_whole=True), highspy))
    _, wall, cpu = timed(solver.run)
    info, done = solver.getInfo(), solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    told("HiGHS on the whole (highspy)", -info.objective_function_value, info.mip_gap, wall, cpu, done, seconds)


def whole_by_scipy(choice: Choice, seconds: float) -> None:
    try:
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_matrix
    except ImportError:
        print("  scipy.optimize.milp                is not installed here: no figure (it asks the same HiGHS)")
        return
    asked = Program.of(choice, is_whole=True)
    columns, rows = asked.size
    table = coo_matrix((asked.entry, (asked.row, asked.column)), shape=(rows, columns)).tocsc()
    limits = {"time_limit": seconds, "mip_rel_gap": GOAL}
    found, wall, cpu = timed(
        lambda: milp(
            asked.cost, constraints=LinearConstraint(table, asked.low, asked.high),
            bounds=Bounds(asked.least, asked.most), integrality=np.ones(columns), options=limits,
        )
    )  # fmt: skip
    value = -found.fun if found.fun is not None else -np.inf
    gap = found.mip_gap if found.mip_gap is not None else np.inf
    told("scipy.optimize.milp", value, gap, wall, cpu, found.status == 0, seconds)


def told(name: str, value: float, gap: float, wall: float, cpu: float, done: bool, seconds: float) -> None:  # noqa: FBT001
    state = "finished" if done else f"not finished in {seconds:.0f} s"
    worth = f"value {value:16.2f}  gap {gap:.1e}" if np.isfinite(gap) and gap < 1e9 else "no plan found" + " " * 24
    print(f"  {name:34s} {worth}  {wall:7.1f} s wall {cpu:6.1f} s CPU  {state}")


def large(parcels: int, seconds: float) -> None:
    print(f"{parcels} parcels x {MEASURES} measures x 40 limits, seed 1, goal {GOAL:g}")
    choice = county(parcels, 1)
    mine = ours(choice, "ours (scenarios.choose)")
    start = time.perf_counter()
    ended(whole_by_highspy, choice, seconds)
    print(f"  ratio of wall seconds, HiGHS on the whole / ours: {(time.perf_counter() - start) / mine:.1f}")
    ended(whole_by_scipy, choice, seconds)


def ended(work: Callable[[Choice, float], None], choice: Choice, seconds: float) -> None:
    """Ask a solver in a process of its own, ended after twice its time: at this size it overruns its own limit."""
    child = multiprocessing.get_context("spawn").Process(target=work, args=(choice, seconds))
    child.start()
    child.join(2 * seconds)
    if child.is_alive():
        child.terminate()
        child.join()
        print(f"  {work.__name__}: not finished in {seconds:.0f} s, ended after {2 * seconds:.0f} s, no gap told")


def small(_parcels: int, seconds: float) -> None:
    for parcels in (300, 1_000, 2_000):
        for seed in (1, 2):
            print(f"{parcels} parcels x {MEASURES} x 40 tight limits of a county, seed {seed}")
            choice = county(parcels, seed)
            ours(choice, "ours (scenarios.choose)")
            whole_by_highspy(choice, min(seconds, 20.0))
    print(f"300 parcels x {MEASURES} x 40 limits that every option takes of, seed 1")
    ours(dense(300, 1), "ours (scenarios.choose)")
    whole_by_highspy(dense(300, 1), min(seconds, 20.0))


def sites(_parcels: int, _seconds: float) -> None:
    side, count = 45, 45 * 45
    ask = with_money(seeded(count, 1, years=1, towns=12), [60.0 * count])
    ask = replace(ask, sites=Sites(least_mu=60.0, gap_m=25.0))
    shapes = np.array([
        shapely.box(c * 120, r * 120, c * 120 + 100, r * 120 + 100) for r in range(side) for c in range(side)
    ])  # fmt: skip
    print(f"contiguous sites of 60 mu and more, {count} parcels, money and caps of 12 towns")
    made, wall, cpu = timed(lambda: assembled(ask, shapes))
    share, count = 100 * made.value / made.bound, len(made.table)
    print(f"  sites within all limits {made.value:13.1f}  {share:.1f} % of the bound, {count} sites")
    print(f"  {wall:.2f} s wall {cpu:.2f} s CPU")
    middle, own = shapely.centroid(shapes), np.arange(side * side) * 3 + 1
    land = Land(ask.handled_mu[own], ask.value[own], ask.cost_wan[own], shapely.get_x(middle), shapely.get_y(middle),
                neighbours(shapes, gap_m=25.0))  # fmt: skip
    alone, wall, cpu = timed(lambda: assemble(land, least_mu=60.0, budget=float(land.cost.sum()) / 6))
    for name, value in (("greedy", alone.greedy_value), ("with swaps", alone.value)):
        print(f"  money alone, {name:11s} {value:12.1f}  {100 * value / alone.bound:.1f} % of the bound")
    ratio = alone.value / alone.greedy_value
    print(f"  ratio with swaps / greedy {ratio:.4f}, {wall:.2f} s wall {cpu:.2f} s CPU")


def roadmaps(_parcels: int, _seconds: float) -> None:
    print("roadmap of three years beside the best plan of each year by itself (share of the aim lost, by year)")
    for parcels, seed in ((30, 1), (30, 2), (100, 1)):
        ask = seeded(parcels, seed, share=1.0)
        money = float(ask.cost_wan.sum()) / 12
        made, wall, cpu = timed(
            lambda ask=ask, money=money: roadmap(with_money(ask, [money / 2, money / 4, money / 4]))
        )
        lost = ", ".join(f"{100 * one:.1f} %" for one in made.table["price_value"] / made.table["free_value"])
        print(f"  {parcels:5d} parcels, seed {seed}: {lost}  {wall:.1f} s wall {cpu:.1f} s CPU")


PUBLISHED = {
    "p01 (10 items)": ([92, 57, 49, 68, 60, 43, 67, 84, 87, 72], [23, 31, 29, 44, 53, 38, 63, 85, 89, 82], 165, 309),
    "p07 (15 items)": (
        [135, 139, 149, 150, 156, 163, 173, 184, 192, 201, 210, 214, 221, 229, 240],
        [70, 73, 77, 80, 82, 87, 90, 94, 98, 106, 110, 113, 115, 118, 120], 750, 1458,
    ),
    "p08 (24 items)": (
        [825594, 1677009, 1676628, 1523970, 943972, 97426, 69666, 1296457, 1679693, 1902996, 1844992, 1049289, 1252836,
         1319836, 953277, 2067538, 675367, 853655, 1826027, 65731, 901489, 577243, 466257, 369261],
        [382745, 799601, 909247, 729069, 467902, 44328, 34610, 698150, 823460, 903959, 853665, 551830, 610856, 670702,
         488960, 951111, 323046, 446298, 931161, 31385, 496951, 264724, 224916, 169684], 6404180, 13549094,
    ),
}  # fmt: skip
"""Profits, weights, capacity, known optimum: the collection KNAPSACK_01 of Florida State University."""


def knapsacks(_parcels: int, _seconds: float) -> None:
    print("published 0-1 knapsacks")
    for name, (profits, weights, capacity, known) in PUBLISHED.items():
        found, wall, _ = timed(lambda p=profits, w=weights, c=capacity: choose(knapsack(p, w, c), gap=0.0))
        same = "equal" if found.value == known else "OFF"
        print(f"  {name:16s} found {found.value:.0f}  known {known}  {same}  {wall:.2f} s")


PARTS = {"large": large, "small": small, "sites": sites, "roadmap": roadmaps, "knapsacks": knapsacks}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for the solver asked for the whole")
    parser.add_argument("--only", default=",".join(PARTS))
    given = parser.parse_args()
    for name in given.only.split(","):
        PARTS[name](given.parcels, given.limit)


if __name__ == "__main__":
    main()
