"""The 600 plots before they have a shape: place, state, holder and exact registered area."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generator.codes import credit_code, wrong_check
from generator.land import hundredths, other_areas, spread
from generator.model import Firm, Plot
from generator.names import NameMaker
from generator.spec import COUNTS, PLACE_KEYS, STANDARD_FACTORIES

PLATFORM_NUMBER = 900
PLATFORM_NAME = "安澜示例园区发展有限公司"
RESERVE_HOLDER = "安澜县土地储备中心(示例)"
COLLECTIVE_HOLDER = "青塘镇后岭村股份经济合作社(示例)"
SIGMA = {
    "EXEMPT": 0.5,
    "BUILDING": 0.65,
    "IDLE": 0.7,
    "STOPPED": 0.9,
    "NO_DATA": 0.55,
    "NON_INDUSTRIAL": 1.05,
    "RESERVE": 1.0,
}


def build_plots(firms: Sequence[Firm], rng: np.random.Generator) -> list[Plot]:
    """Give the 600 plots with their registered areas; every total of the specification holds."""
    plots = _factories() + _in_use(firms, rng)
    used = {key: sum(plot.area for plot in plots if plot.place == key) for key in PLACE_KEYS}
    for (state, place), total in other_areas(used).items():
        n = COUNTS[state][PLACE_KEYS.index(place)]
        if n == 0:
            continue
        floor = 1.1 if state in {"NON_INDUSTRIAL", "RESERVE", "STOPPED"} else 3.2
        weights = np.exp(rng.normal(0, SIGMA[state], n)).tolist()
        plots.extend(
            Plot(f"{state}-{place}-{i}", place, state, area)
            for i, area in enumerate(spread(total, weights, min(hundredths(floor), total // (2 * n))))
        )
    _holders(plots, firms, rng)
    return plots


def _factories() -> list[Plot]:
    """Give the 14 standard-factory plots of the platform company."""
    return [
        Plot(
            f"F{i:02d}",
            place,
            "IN_USE",
            hundredths(mu),
            holder=PLATFORM_NAME,
            holder_uscc=credit_code(PLATFORM_NUMBER),
            marks={"standard factory"},
        )
        for i, (place, mu, _) in enumerate(STANDARD_FACTORIES)
    ]


def _in_use(firms: Sequence[Firm], rng: np.random.Generator) -> list[Plot]:
    """Give the plots of the ranked holders; several plots of one firm are of unequal size."""
    plots: list[Plot] = []
    for firm in firms:
        if not firm.n_plots:
            continue
        weights = np.exp(rng.normal(0, 0.95, firm.n_plots)).tolist()
        parts = spread(firm.land, weights, hundredths(1.6)) if firm.n_plots > 1 else [firm.land]
        plots.extend(Plot(f"U{firm.number:03d}-{i}", firm.place, "IN_USE", area, firm) for i, area in enumerate(parts))
    return plots


def _holders(plots: Sequence[Plot], firms: Sequence[Firm], rng: np.random.Generator) -> None:
    """Give every plot its holder: an enterprise of the table, another company, or the land reserve."""
    names = NameMaker(np.random.default_rng(int(rng.integers(1 << 30))))
    taken = {firm.name for firm in firms}
    by_state = {state: [plot for plot in plots if plot.state == state] for state in COUNTS}
    _give(
        by_state["EXEMPT"], [f for f in firms if f.status in {"EXEMPT_PUBLIC", "EXEMPT_NEW", "EXEMPT_POLICY"}], 20, rng
    )
    _give(by_state["NO_DATA"], [f for f in firms if f.status == "NO_ACCOUNT"], 12, rng)
    _give(by_state["BUILDING"], [f for f in firms if f.status == "EXEMPT_CONSTRUCTION"], 24, rng)
    _give(
        [p for p in by_state["STOPPED"] if p.key != "STOPPED-QT-0"], [f for f in firms if f.status == "CLOSED"], 26, rng
    )
    _give(by_state["NON_INDUSTRIAL"], [f for f in firms if f.status == "NOT_INDUSTRIAL"], 8, rng)
    number = PLATFORM_NUMBER
    words = {"BUILDING": "新材料", "IDLE": "实业", "STOPPED": "工贸", "NON_INDUSTRIAL": "商贸服务"}
    for plot in plots:
        if plot.firm is not None:
            plot.holder, plot.holder_uscc = plot.firm.name, plot.firm.uscc
        elif plot.state == "RESERVE":
            plot.holder = RESERVE_HOLDER
        elif plot.state in words:
            number += 1
            name = names.holder(words[plot.state])
            while name in taken:
                name = names.holder(words[plot.state])
            plot.holder, plot.holder_uscc = name, credit_code(number)
    bad = next(plot for plot in plots if plot.state == "IDLE")
    bad.holder_uscc = wrong_check(bad.holder_uscc)
    bad.marks.add("bad check digit")


def _give(plots: Sequence[Plot], firms: Sequence[Firm], n: int, rng: np.random.Generator) -> None:
    """Deal n of the plots to the firms, at least one each."""
    chosen = [plots[int(i)] for i in rng.permutation(len(plots))[:n]]
    for i, plot in enumerate(chosen):
        plot.firm = firms[i % len(firms)]
