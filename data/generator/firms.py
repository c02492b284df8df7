"""The 450 enterprises: who they are, how large, and which status CONTRACT.md's order gives them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from generator.codes import credit_code, wrong_check
from generator.land import deal_places, holder_land, hundredths, plot_numbers, spread
from generator.model import Firm
from generator.names import NameMaker
from generator.spec import INDUSTRIES, STANDARD_FACTORIES, TENANTS

LIKING: dict[str, dict[str, float]] = {
    "GX": {
        "27": 8,
        "34": 4,
        "35": 6,
        "36": 5,
        "37": 3,
        "38": 7,
        "39": 10,
        "40": 8,
        "23": 1,
        "14": 1,
        "29": 1,
        "24": 1,
        "33": 1,
    },
    "CD": {
        "13": 1,
        "14": 2,
        "15": 2,
        "17": 6,
        "18": 2,
        "19": 1,
        "20": 3,
        "21": 3,
        "22": 6,
        "23": 2,
        "26": 9,
        "27": 2,
        "28": 9,
        "29": 5,
        "30": 2,
        "31": 8,
        "32": 8,
        "33": 6,
        "34": 4,
        "35": 3,
        "36": 5,
        "37": 4,
        "38": 3,
        "39": 2,
        "42": 2,
        "24": 2,
    },
    "SQ": {"17": 3, "18": 9, "19": 10, "29": 2, "24": 4, "22": 1, "35": 1, "23": 2, "21": 1, "33": 1},
    "QT": {"30": 10, "20": 2, "33": 1, "42": 4, "26": 1, "32": 1},
    "LH": {"13": 10, "14": 8, "15": 6, "20": 2, "22": 1, "35": 1},
    "OUT": {
        "13": 2,
        "14": 1,
        "15": 1,
        "17": 1,
        "18": 1,
        "19": 1,
        "20": 3,
        "21": 3,
        "22": 1,
        "23": 2,
        "24": 1,
        "29": 2,
        "30": 3,
        "33": 4,
        "34": 2,
        "35": 1,
        "38": 1,
    },
}
OTHERS = (
    ("EXEMPT_PUBLIC", ("44", "44", "45", "46", "46")),
    ("EXEMPT_NEW", ("39", "38", "35", "34", "27", "14", "19", "33", "29", "39", "36")),
    ("EXEMPT_POLICY", ("39", "27", "13", "42")),
    ("EXEMPT_CONSTRUCTION", ("39", "38", "38", "27", "26", "29", "33", "34", "35", "36", "14", "13", "17", "30")),
    ("NO_LAND", ("18", "19", "23", "24", "33", "39", "13", "20", "29")),
    ("NO_ACCOUNT", ("13", "18", "19", "20", "20", "21", "30", "30", "33", "33", "17", "29")),
    ("CLOSED", ("13", "17", "17", "18", "19", "20", "20", "21", "22", "26", "29", "30", "30", "30", "31", "33", "34")),
    ("NOT_INDUSTRIAL", ("59", "59", "51", "54", "72", "61")),
)


def build_firms(rng: np.random.Generator) -> list[Firm]:
    """Give the 450 enterprises in the order of their credit codes."""
    names = NameMaker(rng)
    tenants = _tenants(names, rng)
    land_of_tenants: dict[str, int] = {}
    for firm in tenants:
        land_of_tenants[firm.division] = land_of_tenants.get(firm.division, 0) + firm.land
    firms = [*_holders(land_of_tenants, names, rng), *tenants]
    for status, divisions in OTHERS:
        firms.extend(
            _firm(names, division, status, "CD" if i % 2 else "OUT", rng) for i, division in enumerate(divisions)
        )
    _scales(firms, rng)
    for number, index in enumerate(rng.permutation(len(firms)), start=1):
        firms[int(index)].number = number
        firms[int(index)].uscc = credit_code(number)
    _registry(firms, rng)
    return sorted(firms, key=lambda firm: firm.number)


def _firm(names: NameMaker, division: str, status: str, place: str, rng: np.random.Generator) -> Firm:
    """Give one enterprise without land or accounts."""
    name, code = names.enterprise(division, place)
    founded = date(1998, 3, 1) + timedelta(days=int(rng.integers(0, 8300)))
    return Firm(0, "", name, division, code, status, "规下", place=place, registered_on=founded)


def _tenants(names: NameMaker, rng: np.random.Generator) -> list[Firm]:
    """Give the 96 tenants of the standard factories; their land comes from equal-ish floors."""
    pools = {place: [code for code, n in counts.items() for _ in range(n)] for place, counts in TENANTS.items()}
    pools = {place: [pool[int(i)] for i in rng.permutation(len(pool))] for place, pool in pools.items()}
    tenants = []
    for index, (place, mu, n) in enumerate(STANDARD_FACTORIES):
        weights = rng.uniform(0.93, 1.12, n)
        for land in spread(hundredths(mu), weights.tolist(), hundredths(3.12)):
            firm = _firm(names, pools[place].pop(), "RANKED", place, rng)
            firm.land, firm.tenant_of = land, f"F{index:02d}"
            tenants.append(firm)
    return tenants


def _holders(land_of_tenants: dict[str, int], names: NameMaker, rng: np.random.Generator) -> list[Firm]:
    """Give the 276 ranked enterprises that hold land, with their numbers of plots and their places."""
    land = [(code, area) for code, areas in holder_land(land_of_tenants, rng).items() for area in areas]
    single: set[int] = set()
    fixed: dict[int, str] = {}
    twins = [i for i, (code, _) in enumerate(land) if code == "29"][8:10]
    _twin_areas(land, twins)
    for i, (code, area) in enumerate(land):
        if area == hundredths(312):
            single.add(i)
            fixed[i] = "CD"
        if code == "39" and i == next(k for k, row in enumerate(land) if row[0] == "39"):
            fixed[i] = "GX"
    for i in twins:
        single.add(i)
        fixed[i] = "CD"
    numbers = plot_numbers([area for _, area in land], single, rng)
    liking = [{place: weights.get(code, 0.02) for place, weights in LIKING.items()} for code, _ in land]
    places = deal_places([area for _, area in land], numbers, liking, fixed, rng)
    firms = []
    for i, ((code, area), n, place) in enumerate(zip(land, numbers, places, strict=True)):
        firm = _firm(names, code, "RANKED", place, rng)
        firm.land, firm.n_plots = area, n
        firm.marks |= {"twin"} if i in twins else set()
        firm.marks |= {"largest plot"} if area == hundredths(312) else set()
        firms.append(firm)
    next(firm for firm in firms if firm.division == "39").marks.add("largest tax")
    return firms


def _twin_areas(land: list[tuple[str, int]], twins: list[int]) -> None:
    """Make one of the two tied enterprises exactly twice as large as the other, the sum unchanged but for the rest."""
    a, b = twins
    total = land[a][1] + land[b][1]
    land[b] = ("29", total // 3)
    land[a] = ("29", 2 * (total // 3))
    donor = next(i for i, row in enumerate(land) if row[0] == "29")
    land[donor] = ("29", land[donor][1] + total - land[a][1] - land[b][1])


def _scales(firms: list[Firm], rng: np.random.Generator) -> None:
    """Say who is above size: in each industry the given number, mostly the larger ones."""
    for code, industry in INDUSTRIES.items():
        ranked = [
            firm for firm in firms if firm.division == code and firm.status == "RANKED" and "twin" not in firm.marks
        ]
        size = np.array([firm.land for firm in ranked], dtype=float)
        keys = (
            np.log(size)
            + rng.normal(0, 0.45, len(ranked))
            - np.array([0.9 if firm.tenant_of else 0 for firm in ranked])
        )
        for i in np.argsort(-keys)[: industry.n_large]:
            ranked[int(i)].scale = "规上"
        for firm in ranked:
            if {"largest plot", "largest tax"} & firm.marks and firm.scale == "规下":
                other = min((f for f in ranked if f.scale == "规上" and not f.marks), key=lambda f: f.land)
                firm.scale, other.scale = "规上", "规下"
    for firm in firms:
        if firm.status in {"EXEMPT_POLICY", "EXEMPT_PUBLIC"} or (
            firm.status == "CLOSED" and firm.division in {"31", "26"}
        ):
            firm.scale = "规上"


def _registry(firms: list[Firm], rng: np.random.Generator) -> None:
    """Fill registry and production states, exemptions, labels, former names and branches."""
    closed = iter(("注销",) * 7 + ("吊销",) * 6 + ("迁出",) * 4)
    for firm in firms:
        if firm.status == "CLOSED":
            firm.registry_state, firm.production_state = next(closed), "停产"
        elif firm.status == "EXEMPT_NEW":
            firm.registered_on = date(2024, 1, 8) + timedelta(days=int(rng.integers(0, 560)))
        elif firm.status == "EXEMPT_CONSTRUCTION":
            firm.production_state = "未投产"
            firm.registered_on = date(2023, 2, 1) + timedelta(days=int(rng.integers(0, 800)))
        elif firm.status == "EXEMPT_POLICY":
            firm.exemption = f"重点扶持项目:县政府专题会议纪要〔2024〕{int(rng.integers(3, 40))}号(示例)"
            firm.labels = "重点扶持"
        elif firm.status == "RANKED" and firm.scale == "规上" and rng.random() < 0.35:
            firm.labels = str(rng.choice(["高新技术企业", "专精特新", "科技型中小企业", "高新技术企业;专精特新"]))
    ranked = [
        firm
        for firm in firms
        if firm.status == "RANKED"
        and not firm.marks
        and not firm.tenant_of
        and firm.scale == "规下"
        and len(firm.name) < 16
        and "(" not in firm.name
        and "鑫达" not in firm.name
    ]
    for index, firm in enumerate(ranked[3:8]):
        if index < 3:
            firm.former_names = firm.name.replace("安澜", "安澜县").replace("有限公司", "厂").replace("科技", "")
        else:
            firm.name = firm.name.replace("安澜", "临洲").removesuffix("有限公司") + "有限公司安澜分公司"
            firm.origin = "县外总部"
            firm.marks.add("branch")
    bad = next(firm for firm in firms if firm.status == "NO_LAND")
    bad.uscc = wrong_check(bad.uscc)
    bad.marks.add("bad check digit")
