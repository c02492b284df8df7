"""Emissions of the main pollutants of 2025: what the environment bureau states of the larger emitters alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generator.model import Firm
from generator.spec import SEED

STREAM = 90
"""A random stream of its own: no other file changes with it."""
YEAR = 2025
SHARE_STATED = 0.7
"""Share of the enterprises above scale for which emissions are stated."""
HEAVY = frozenset({"17", "19", "22", "26", "28", "30", "31", "32", "33"})
"""Divisions that emit more a yuan of value added."""
WAN_PER_TONNE, WAN_PER_TONNE_HEAVY, SIGMA = 5200.0, 2100.0, 0.6


def emissions(firms: Sequence[Firm]) -> list[dict[str, object]]:
    """Give the emissions table: 规上 enterprises with value added, seven of ten of them."""
    rng = np.random.default_rng([SEED, STREAM])
    rows: list[dict[str, object]] = []
    for firm in firms:
        chance, spread = rng.random(), float(np.exp(rng.normal(0, SIGMA)))
        account = firm.accounts.get(YEAR, {})
        if firm.scale != "规上" or chance >= SHARE_STATED or account.get("value_added_wan", 0) <= 0:
            continue
        typical = WAN_PER_TONNE_HEAVY if firm.industry_code[:2] in HEAVY else WAN_PER_TONNE
        rows.append(
            {
                "统一社会信用代码": firm.uscc,
                "企业名称": firm.name,
                "年度": YEAR,
                "主要污染物排放量(吨)": max(0.001, round(account["value_added_wan"] / typical * spread, 3)),
            }
        )
    return rows
