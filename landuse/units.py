"""Convert areas, money, energy and time: every factor of the toolkit stands here once."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

M2_PER_MU: Final = 2000 / 3
"""1 mu = 2000/3 m2, exactly (DOMAIN 10.3); never 666.67."""

MU_PER_HA: Final = 15
"""1 hectare = 15 mu, exactly."""

UNITS: Final[dict[str, dict[str, Fraction]]] = {
    "m2": {
        "平方米": Fraction(1),
        "㎡": Fraction(1),
        "m2": Fraction(1),
        "m²": Fraction(1),
        "平米": Fraction(1),
        "亩": Fraction(2000, 3),
        "mu": Fraction(2000, 3),
        "公顷": Fraction(10_000),
        "ha": Fraction(10_000),
        "hm2": Fraction(10_000),
        "平方公里": Fraction(1_000_000),
        "km2": Fraction(1_000_000),
        "acre": Fraction("4046.8564224"),
        "us_survey_acre": Fraction(43560) * Fraction(1200, 3937) ** 2,
    },
    "mu": {
        "亩": Fraction(1),
        "mu": Fraction(1),
        "公顷": Fraction(15),
        "ha": Fraction(15),
        "hm2": Fraction(15),
        "平方米": Fraction(3, 2000),
        "㎡": Fraction(3, 2000),
        "m2": Fraction(3, 2000),
        "m²": Fraction(3, 2000),
    },
    "wan_yuan": {
        "万元": Fraction(1),
        "wan": Fraction(1),
        "元": Fraction(1, 10_000),
        "yuan": Fraction(1, 10_000),
        "千元": Fraction(1, 10),
        "亿元": Fraction(10_000),
        "百万元": Fraction(100),
        "10,000 yuan": Fraction(1),
    },
    "tce": {
        "吨标准煤": Fraction(1),
        "吨标煤": Fraction(1),
        "tce": Fraction(1),
        "千克标准煤": Fraction(1, 1000),
        "kgce": Fraction(1, 1000),
        "万吨标准煤": Fraction(10_000),
    },
    "kwh": {
        "千瓦时": Fraction(1),
        "kwh": Fraction(1),
        "度": Fraction(1),
        "万千瓦时": Fraction(10_000),
        "万度": Fraction(10_000),
        "mwh": Fraction(1000),
    },
    "yuan_per_m2": {"元/平方米": Fraction(1), "元/㎡": Fraction(1), "万元/亩": Fraction(15)},
    "wan_yuan_per_mu": {
        "万元/亩": Fraction(1),
        "元/平方米": Fraction(1, 15),
        "万元/公顷": Fraction(1, 15),
        "10,000 yuan/mu": Fraction(1),
    },
    "wan_yuan_per_ha": {
        "万元/公顷": Fraction(1),
        "万元/亩": Fraction(15),
        "元/平方米": Fraction(1),
        "10,000 yuan/ha": Fraction(1),
    },
    "m": {"米": Fraction(1), "m": Fraction(1)},
    "floor": {"层": Fraction(1)},
    "person": {"人": Fraction(1), "persons": Fraction(1)},
    "day": {"天": Fraction(1), "日": Fraction(1), "days": Fraction(1)},
    "t": {"吨": Fraction(1), "t": Fraction(1), "千克": Fraction(1, 1000), "kg": Fraction(1, 1000)},
}
"""Canonical unit -> spelling of a unit (lower case) -> factor that turns it into the canonical unit."""

COUNTS: Final[dict[str, int]] = {
    "tax_wan": 1_000_000,
    "output_wan": 1_000_000,
    "energy_tce": 1_000_000,
    "area_m2": 10_000,
}
"""Quantity of the balance -> integer parts of one unit: fen of 10,000 yuan, grams of a tce, cm2 of a m2."""

CM2_PER_MU: Final = COUNTS["area_m2"] * M2_PER_MU
"""Parts of a mu in which land is counted."""


def factor(unit: str, found: str) -> Fraction | None:
    """Return the factor that turns `found` into the canonical `unit`, or None where it is unknown."""
    return UNITS.get(unit, {}).get(found.strip().lower())
