"""An independent answer: CONTRACT.md's default rule in plain Python over the written files, no code of landuse."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import shapely

from generator.oracle_read import Inputs, Record

LAND_DATE, AS_OF, YEAR_END = date(2025, 12, 31), date(2026, 6, 30), date(2025, 12, 31)
MIN_GROUP, SHARE, CAP, NEW_MONTHS, SMALL_MU = 7, Fraction(15, 100), 1.5, 24, 3
WEIGHTS = {"tax": 0.5, "output": 0.3, "energy": 0.2}
FAMILIES = {
    "食品饮料": range(13, 17),
    "纺织服装鞋帽": range(17, 20),
    "木竹家具造纸印刷文体": range(20, 25),
    "石化化纤橡塑": (25, 26, 28, 29),
    "医药": (27,),
    "建材": (30,),
    "冶金金属": range(31, 34),
    "装备": range(34, 38),
    "电子电气仪器": range(38, 41),
    "其他": range(41, 44),
}


@dataclass
class Result:
    """What the rule says about one enterprise."""

    uscc: str
    status: str = ""
    group: str = ""
    n_in_group: int = 0
    area_m2: float = 0.0
    k: float | None = None
    measures: dict[str, float | None] = field(default_factory=dict)
    score: float | None = None
    rank: int | None = None
    flagged: bool = False


@dataclass
class Answer:
    """The whole answer: enterprises, land by parcel, prices, reference and bases."""

    results: dict[str, Result]
    land: dict[tuple[str, str], float]
    prices: dict[str, float | None]
    reference: float
    bases: dict[str, dict[str, float]]
    cuts: dict[str, int]


def solve(inputs: Inputs) -> Answer:
    """Apply the default rule to the inputs."""
    results = {uscc: Result(uscc) for uscc in inputs.enterprises}
    land = _land(inputs)
    for (_, uscc), m2 in land.items():
        results[uscc].area_m2 += m2
    for result in results.values():
        result.status = _status(result, inputs, land)
    prices = {parcel: _price(row, inputs) for parcel, row in inputs.parcels.items()}
    reference = _reference(results, land, prices)
    _coefficients(results, land, prices, reference)
    ranked = [result for result in results.values() if result.status == "RANKED"]
    _groups(ranked, inputs)
    bases, cuts = _scores(ranked, inputs)
    return Answer(results, land, prices, reference, bases, cuts)


def _land(inputs: Inputs) -> dict[tuple[str, str], float]:
    """Give the land in m2 of each enterprise on each parcel after all leases that count on the land date."""
    out: dict[tuple[str, str], float] = defaultdict(float)
    rows: dict[str, list[Record]] = defaultdict(list)
    for row in inputs.occupancy:
        if (row["from_date"] or date.min) <= LAND_DATE <= (row["to_date"] or date.max):
            rows[row["parcel_id"]].append(row)
    for parcel, facts in inputs.parcels.items():
        own = [row for row in rows[parcel] if row["tenure"] == "自有"]
        holder = own[0]["uscc"] if own else facts["holder_uscc"]
        held = {holder: facts["registered_area_m2"]}
        _let(held, facts, [row for row in rows[parcel] if row["tenure"] == "承租"], inputs)
        for uscc, m2 in held.items():
            if uscc in inputs.enterprises and m2 > 0:
                out[parcel, uscc] += m2
    return dict(out)


def _let(held: dict[str, float], facts: Record, leases: list[Record], inputs: Inputs) -> None:
    """Move land from lessors to lessees, from the holder downwards."""
    floors = [row["floor_area_m2"] for row in leases]
    waiting = list(leases)
    while waiting:
        row = next(row for row in waiting if row["lessor_uscc"] in held)
        waiting.remove(row)
        if not _evaluated(row["uscc"], inputs):
            continue
        if row["area_m2"] is not None:
            m2 = row["area_m2"]
        elif all(floor is not None for floor in floors):
            m2 = row["floor_area_m2"] / math.fsum(floors) * facts["registered_area_m2"]
        else:
            raise ValueError(f"the lease of {row['uscc']} states neither land nor floors")
        held[row["lessor_uscc"]] -= m2
        held[row["uscc"]] = held.get(row["uscc"], 0.0) + m2


def _evaluated(uscc: str, inputs: Inputs) -> bool:
    """Say whether an enterprise is in the table, industrial, not closed and has a row of accounts."""
    firm = inputs.enterprises.get(uscc)
    return (
        firm is not None
        and _division(firm) in range(6, 47)
        and firm["registry_state"] == "存续"
        and (uscc, 2025) in inputs.accounts
    )


def _division(firm: Record) -> int:
    """Give the division of an industry code."""
    return int(firm["industry_code"][:2])


def _status(result: Result, inputs: Inputs, land: dict[tuple[str, str], float]) -> str:
    """Give the first status that holds, in the order of the contract."""
    firm = inputs.enterprises[result.uscc]
    account = inputs.accounts.get((result.uscc, 2025), {})
    known = [account.get(key) for key in ("tax_wan", "output_wan", "revenue_wan", "energy_tce")]
    checks = (
        ("NOT_INDUSTRIAL", not 6 <= _division(firm) <= 46),
        ("CLOSED", firm["registry_state"] in {"注销", "吊销", "迁出"}),
        ("EXEMPT_PUBLIC", 44 <= _division(firm) <= 46),
        ("EXEMPT_POLICY", bool(firm["exemption"])),
        ("EXEMPT_CONSTRUCTION", _under_construction(result.uscc, inputs, land)),
        ("EXEMPT_NEW", _months_to_year_end(firm["registered_on"]) < NEW_MONTHS),
        ("EXEMPT_SMALL", firm["scale"] == "规下" and 0 < result.area_m2 * 3 / 2000 < SMALL_MU),
        ("NO_LAND", result.area_m2 <= 0),
        ("NO_ACCOUNT", all(value is None for value in known)),
        ("INCOMPLETE", sum(value is not None for value in _known_measures(account).values()) < 2),
    )
    return next((status for status, holds in checks if holds), "RANKED")


def _under_construction(uscc: str, inputs: Inputs, land: dict[tuple[str, str], float]) -> bool:
    """Say whether all land of the enterprise is started, unfinished and within its contract."""
    mine = [inputs.parcels[parcel] for parcel, user in land if user == uscc]
    return bool(mine) and all(
        row["start_date"] is not None
        and row["start_date"] <= AS_OF
        and row["finish_date"] is None
        and row["finish_due"] is not None
        and row["finish_due"] >= AS_OF
        for row in mine
    )


def _months_to_year_end(day: date) -> float:
    """Give the full months from a day to the end of the year evaluated."""
    months = (YEAR_END.year - day.year) * 12 + YEAR_END.month - day.month
    return months - (1 if YEAR_END.day < day.day else 0)


def _known_measures(account: Record) -> dict[str, float | None]:
    """Give numerators: tax, output (else revenue), and output where energy is known and positive."""
    output = account.get("output_wan")
    output = account.get("revenue_wan") if output is None else output
    energy = account.get("energy_tce")
    usable = output is not None and energy is not None and energy > 0
    return {"tax": account.get("tax_wan"), "output": output, "energy": output if usable else None}


def _price(row: Record, inputs: Inputs) -> float | None:
    """Give the price of a parcel: overlay where at least half is covered, else that of its level, else none."""
    parts = [(price, shapely.intersection(row["geometry"], shape).area) for price, shape in inputs.price_map]
    covered = math.fsum(area for _, area in parts)
    if covered >= 0.5 * row["geometry"].area:
        return math.fsum(price * area for price, area in parts) / covered
    return inputs.level_prices.get(row["price_level"])


def _reference(
    results: dict[str, Result], land: dict[tuple[str, str], float], prices: dict[str, float | None]
) -> float:
    """Give the land-weighted mean price over the enterprises that pass all tests before the group size."""
    rows = [
        (m2, price)
        for (parcel, uscc), m2 in land.items()
        if results[uscc].status == "RANKED" and (price := prices[parcel]) is not None
    ]
    return math.fsum(m2 * price for m2, price in rows) / math.fsum(m2 for m2, _ in rows)


def _coefficients(
    results: dict[str, Result], land: dict[tuple[str, str], float], prices: dict[str, float | None], reference: float
) -> None:
    """Give each enterprise with land its coefficient K."""
    sums: dict[str, list[float]] = defaultdict(list)
    for (parcel, uscc), m2 in land.items():
        price = prices[parcel]
        sums[uscc].append(m2 * (1.0 if price is None else price / reference))
    for uscc, parts in sums.items():
        results[uscc].k = math.fsum(parts) / results[uscc].area_m2


def _groups(ranked: list[Result], inputs: Inputs) -> None:
    """Give each ranked enterprise its group: division, else family of moved ones, else section of moved ones."""
    pools: dict[str, list[Result]] = defaultdict(list)
    for result in ranked:
        pools[f"{_division(inputs.enterprises[result.uscc])}"].append(result)
    moved: list[Result] = []
    for code, pool in pools.items():
        _name(pool, code) if len(pool) >= MIN_GROUP else moved.extend(pool)
    families: dict[str, list[Result]] = defaultdict(list)
    for result in moved:
        division = _division(inputs.enterprises[result.uscc])
        families[next(name for name, members in FAMILIES.items() if division in members)].append(result)
    rest: list[Result] = []
    for name, pool in families.items():
        _name(pool, f"{name}*") if len(pool) >= MIN_GROUP else rest.extend(pool)
    if len(rest) < MIN_GROUP and rest:
        raise ValueError("the section pool is too small; the district promises that it is not")
    _name(rest, "C*")


def _name(pool: list[Result], group: str) -> None:
    """Write the group and its size."""
    for result in pool:
        result.group, result.n_in_group = group, len(pool)


def _scores(ranked: list[Result], inputs: Inputs) -> tuple[dict[str, dict[str, float]], dict[str, int]]:
    """Give measures, bases, scores, ranks and the bottom share of each group."""
    bases: dict[str, dict[str, float]] = {}
    cuts: dict[str, int] = {}
    for group in sorted({result.group for result in ranked}):
        members = [result for result in ranked if result.group == group]
        facts = {r.uscc: _fractions(r, inputs.accounts[r.uscc, 2025]) for r in members}
        bases[group] = {}
        for key in WEIGHTS:
            rows = [pair for pairs in facts.values() if (pair := pairs.get(key)) is not None]
            base = math.fsum(n for n, _ in rows) / math.fsum(d for _, d in rows) if rows else 0.0
            if base > 0:
                bases[group][key] = base
        for result in members:
            result.measures = {
                key: (pair[0] / pair[1] if (pair := facts[result.uscc].get(key)) else None) for key in WEIGHTS
            }
            known = [key for key in bases[group] if result.measures[key] is not None]
            ratios = {key: min(max((result.measures[key] or 0.0) / bases[group][key], 0.0), CAP) for key in known}
            total = math.fsum(WEIGHTS[key] * ratios[key] for key in known) / math.fsum(WEIGHTS[key] for key in known)
            result.score = round(100 * total, 9)
        cuts[group] = _flag(members)
    return bases, cuts


def _fractions(result: Result, account: Record) -> dict[str, tuple[float, float]]:
    """Give (numerator, denominator) of the measures an enterprise knows; tax below zero counts as zero."""
    area = result.area_m2 * 3 / 2000 * (result.k or 1.0)
    values = _known_measures(account)
    out: dict[str, tuple[float, float]] = {}
    if values["tax"] is not None:
        out["tax"] = (max(values["tax"], 0.0), area)
    if values["output"] is not None:
        out["output"] = (values["output"], area)
    if values["energy"] is not None:
        out["energy"] = (values["energy"], account["energy_tce"])
    return out


def _flag(members: list[Result]) -> int:
    """Write ranks and flags of a group; returns k."""
    scores = sorted(result.score for result in members if result.score is not None)
    k = math.floor(SHARE * len(members) + Fraction(1, 2))
    for result in members:
        result.rank = 1 + sum(score < (result.score or 0.0) for score in scores)
        result.flagged = k > 0 and (result.score or 0.0) <= scores[k - 1]
    return k
