"""Names, old numbers, parcel codes, industry codes: joined rightly, proposed, or unmatched with the money kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from corpus_kit import REGION, TRUTH, Case, book, polygons

from landuse import industry
from landuse.assemble import base_tables
from landuse.assemble.codes import ALPHABET, WEIGHTS
from landuse.assemble.editions import in_one_edition
from landuse.assemble.matching import matched
from landuse.assemble.oldcodes import ORG_WEIGHTS
from landuse.assemble.parcelcodes import same_codes
from landuse.evaluate import ground_of
from landuse.policy import rule_in_force
from landuse.project import build_project

TAX = 40.0
"""10,000 yuan on the row in question, of 2025; each of the four enterprises has 100 of 2024 under its own code."""
OWN = 100.0
FEN = 1_000_000
"""Of 10,000 yuan."""
SHOES, MACHINES, FOOD, PAPER = range(4)
NAMES = ("安澜宏达鞋业有限公司", "安澜(石桥)鑫源机械有限公司", "柳河农产品加工有限公司", "青塘纸业集团有限公司")
FORMER = (None, "石桥第一机械厂、石桥农机修造厂", None, "青塘造纸厂")
REG_NO = "110108000000016"
"""A registration number with its check digit by ISO 7064 (MOD 11,10)."""


def org_code(first: str) -> str:
    """Return an organisation code with its check digit (GB 11714)."""
    rest = 11 - sum((ALPHABET_36.index(sign)) * weight for sign, weight in zip(first, ORG_WEIGHTS, strict=True)) % 11
    return first + {10: "X", 11: "0"}.get(rest, str(rest))


def credit_code(number: int, org: str = "") -> str:
    """Return a credit code with its check digit (GB 32100) around an organisation code."""
    first = "91990781" + (org or org_code(f"MA{number:06d}"))
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(first, WEIGHTS, strict=True))
    return first + ALPHABET[(31 - total % 31) % 31]


ALPHABET_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
USCC = tuple(credit_code(number) for number in range(1, 5))
STRANGER = credit_code(99)
ORG = tuple(code[8:17] for code in USCC)


@dataclass(frozen=True)
class Row:
    """The row in question, and who is meant."""

    name: str | None = None
    code: str | None = None
    joins: int | None = None
    """Position of the enterprise that must have its money; None = none may."""
    proposed: tuple[int, ...] = ()
    """Enterprises that must be proposed, the likeliest first."""


def cases() -> Iterator[Case]:
    """Give every case of the group."""
    yield from _names()
    yield from _codes()
    yield from _parcel_codes()
    yield from _industries()


# -------------------------------------------------------------------------------------------------- names


def _names() -> Iterator[Case]:
    for told, name in {
        "as it stands": NAMES[SHOES],
        "spaces inside": "安澜 宏达鞋业 有限公司",
        "full-width spaces around": "　安澜宏达鞋业有限公司　",
        "a line break inside": "安澜宏达鞋业\n有限公司",
        "a zero-width space inside": "安澜宏达\u200b鞋业有限公司",
    }.items():
        yield _row(f"name: {told}", Row(name, joins=SHOES))
    for told, name in {
        "full-width brackets": "安澜（石桥）鑫源机械有限公司",
        "square brackets": "安澜〔石桥〕鑫源机械有限公司",
        "no brackets": "安澜石桥鑫源机械有限公司",
        "a former name": "石桥农机修造厂",
        "the other former name": "石桥第一机械厂",
    }.items():
        yield _row(f"name: {told}", Row(name, joins=MACHINES))
    for told, name, meant in (
        ("another legal form", "安澜宏达鞋业股份有限公司", SHOES),
        ("limited liability in full", "安澜宏达鞋业有限责任公司", SHOES),
        ("one character wrong", "安澜宏达鞋材有限公司", SHOES),
        ("one character missing", "柳河农产品加有限公司", FOOD),
        ("a branch office", "安澜宏达鞋业有限公司城东分公司", SHOES),
        ("a branch office of a group", "青塘纸业集团有限公司石桥分公司", PAPER),
        ("a workshop", "柳河农产品加工有限公司第二车间", FOOD),
        ("the group without its form", "青塘纸业集团", PAPER),
    ):
        yield _row(f"name: {told}", Row(name, proposed=(meant,)))
    for told, name in {
        "of nobody known": "城东五金商行",
        "the place and the form alone": "安澜有限公司",
        "two firms in one cell": f"{NAMES[SHOES]}、{NAMES[FOOD]}",
        "two firms with a slash": f"{NAMES[SHOES]}/{NAMES[FOOD]}",
        "the reverse word order": "宏达安澜鞋业贸易行",
        "private": "个人",
        "none": "无",
        "blank": None,
    }.items():
        yield _row(f"name: {told}", Row(name))
    twins = {"names": (NAMES[SHOES], NAMES[SHOES], NAMES[FOOD], NAMES[PAPER])}
    yield _row("name: of two enterprises", Row(NAMES[SHOES], proposed=(SHOES, MACHINES)), **twins)
    shared = {"former": (None, NAMES[FOOD], None, None)}
    yield _row("name: of one, formerly of another", Row(NAMES[FOOD], proposed=(MACHINES, FOOD)), **shared)


# -------------------------------------------------------------------------------------------------- codes


def _codes() -> Iterator[Case]:
    slip = USCC[FOOD][:16] + ("7" if USCC[FOOD][16] != "7" else "8") + USCC[FOOD][17]
    wrong_org = ORG[SHOES][:8] + ("1" if ORG[SHOES][8] != "1" else "2")
    branch = credit_code(0, ORG[SHOES]).replace("91990781", "91350582", 1)
    branch = branch[:17] + _check(branch[:17])
    yield _row("code: small letters", Row(code=USCC[SHOES].lower(), joins=SHOES))
    yield _row("code: spaces inside", Row(code=f"{USCC[SHOES][:8]} {USCC[SHOES][8:]}", joins=SHOES))
    yield _row("code: full-width", Row(code=_wide(USCC[SHOES]), joins=SHOES))
    yield _row("code: organisation code", Row(code=ORG[SHOES], joins=SHOES))
    yield _row("code: organisation code with its hyphen", Row(code=f"{ORG[SHOES][:8]}-{ORG[SHOES][8]}", joins=SHOES))
    yield _row("code: organisation code, its check digit wrong", Row(code=wrong_org))
    yield _row("code: organisation code of one, name of another", Row(NAMES[FOOD], ORG[SHOES], proposed=(SHOES, FOOD)))
    yield _row("code: registration number", Row(code=REG_NO, joins=MACHINES))
    yield _row("code: registration number, its check digit wrong", Row(code=REG_NO[:-1] + "7"))
    yield _row("code: registration number nobody has", Row(code="110108000000024"))
    yield _row("code: old tax number ending in the organisation code", Row(code=f"990781{ORG[FOOD]}", proposed=(FOOD,)))
    yield _row("code: a slip, and no name", Row(code=slip, proposed=(FOOD,)))
    yield _row("code: a slip beside the equal name", Row(NAMES[FOOD], slip, joins=FOOD))
    yield _row("code: a slip beside quite another name", Row("城东五金商行", slip))
    yield _row("code: right, of nobody known, beside an equal name", Row(NAMES[FOOD], STRANGER, proposed=(FOOD,)))
    yield _row("code: right, of nobody known", Row("城东五金商行", STRANGER))
    yield _row("code: of a branch that shares the organisation code", Row(code=branch, proposed=(SHOES,)))
    yield _row("code: right beside quite another name", Row("城东五金商行", USCC[FOOD], joins=FOOD))
    yield _row("code: 无 beside an equal name", Row(NAMES[FOOD], "无", joins=FOOD))


def _check(first: str) -> str:
    return ALPHABET[(31 - sum(ALPHABET.index(s) * w for s, w in zip(first, WEIGHTS, strict=True)) % 31) % 31]


def _wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


def _row(name: str, row: Row, **more: Sequence[Any]) -> Case:
    def build(folder: Path) -> Mapping[str, Any]:
        return _files(folder, row, **more)

    return Case("names", name, build, check=lambda raw: _wrong(raw, row))


def _files(
    folder: Path, row: Row, *, names: Sequence[Any] = NAMES, former: Sequence[Any] = FORMER
) -> Mapping[str, Any]:
    register = [None, REG_NO, None, None]
    firms = [["统一社会信用代码", "企业名称", "曾用名", "行业代码", "注册号"]]
    firms += [
        list(cells) for cells in zip(USCC, names, former, ("1951", "3411", "1371", "2221"), register, strict=True)
    ]
    taxes = [["统一社会信用代码", "企业名称", "年度", "实缴税收(万元)"]]
    taxes += [[code, name, 2024, OWN] for code, name in zip(USCC, names, strict=True)]
    taxes += [[row.code, row.name, 2025, TAX]]
    firms_entry = {"path": book(folder, firms, "firms.xlsx"), "columns": {"registration_no": "注册号"}}
    return {
        "parcels": polygons(folder),
        "enterprises": firms_entry,
        "accounts": book(folder, taxes),
        "columns": {"enterprises": {"industry_code": "行业代码"}},
    }


@dataclass(frozen=True)
class Laid:
    """What the first rooms of a run make of the tables."""

    raw: Any
    base: Any
    held: Any


def _laid(raw: Any) -> Laid:
    """Return the tables joined, typed, and their land and money laid out, as a run does before it ranks."""
    about = {"name": "示例", "year": 2025, "as_of": "2026-06-30", "region": REGION}
    project = build_project({"project": about, "inputs": {"parcels": "parcels.gpkg"}}, folder=Path())
    rule = rule_in_force(project)
    joined = in_one_edition(matched(same_codes(raw), []), scheme=rule.industry)
    base = base_tables(joined, project, rule)
    return Laid(joined, base, ground_of(base, project, rule).held)


def _wrong(raw: Any, row: Row) -> list[str]:
    """Return what is wrong: who has the money of the row, whether all of it is in the balance, who is proposed."""
    laid = _laid(raw)
    of_year = laid.base.accounts["year"].eq(2025).fillna(value=False).to_numpy(dtype=bool)
    accounts = laid.base.accounts[of_year]
    holders = dict(zip(accounts["uscc"], accounts["tax_wan"], strict=True))
    known = {code: tax for code, tax in holders.items() if code in USCC and not math.isnan(tax)}
    meant = {} if row.joins is None else {USCC[row.joins]: TAX}
    wrong = [] if known == meant else [f"the money is with {known}, not {meant}"]
    asked = _proposed(laid.raw.matches)
    if sorted(asked) != sorted(row.proposed):
        wrong.append(f"proposed {asked}, not {list(row.proposed)}")
    return wrong + _lost(laid, 4 * OWN + TAX)


def _proposed(matches: Any) -> list[int]:
    """Return the enterprises that are put to a person."""
    if not len(matches.candidates):
        return []
    states = dict(zip(matches.claims["claim"], matches.claims["state"], strict=True))
    pairs = zip(matches.candidates["claim"], matches.candidates["uscc"], strict=True)
    return [USCC.index(code) for claim, code in pairs if states[claim] == "open"]


def _lost(laid: Laid, whole: float) -> list[str]:
    """Return whether any tax is missing in the balance, step by step; it counts in fen."""
    parts = [laid.base.balance, laid.held.land.balance, laid.held.money.balance]
    tax = pd.concat(parts, ignore_index=True)
    tax = tax[tax["quantity"].eq("tax_wan").to_numpy(dtype=bool)]
    first = tax.loc[tax["step"].eq(tax["step"].iloc[0]), "amount_in"].sum()
    wrong = [] if first == whole * FEN else [f"{first / FEN} of {whole} is in the balance"]
    for step, rows in tax.groupby("step", sort=False):
        if rows["amount_in"].sum() != rows["amount_out"].sum() + rows["unallocated"].sum():
            wrong.append(f"step {step} does not close")
    return wrong


# ------------------------------------------------------------------------------------------- parcel codes


def _parcel_codes() -> Iterator[Case]:
    first, second = TRUTH.parcel_id[:2]
    unit = f"{first}F00010001"
    for told, code, meant in (
        ("19 characters", first, first),
        ("28 characters", unit, first),
        ("28 characters, of the bare land", f"{first}W00000000", first),
        ("small letters", first.lower(), first),
        ("spaces around", f" {first} ", first),
        ("27 characters", unit[:-1], None),
        ("18 characters", first[:-1], None),
        ("28 characters, with an unknown sign in the 20th place", f"{first}X00010001", None),
        ("of no parcel", first[:-1] + "9", None),
    ):
        yield Case("names", f"parcel code: {told}", _leases(code), check=_lands_on(code, meant))
    units = [f"{first}F00010001", f"{first}F00020001", f"{second}W00000000", TRUTH.parcel_id[3]]
    for told, code, meant in (
        ("19 characters, polygons of 28", second, units[2]),
        ("19 characters, two polygons of 28 begin so", first, None),
    ):
        yield Case("names", f"parcel code: {told}", _leases(code, units), check=_lands_on(code, meant))


def _leases(code: str, drawn: Sequence[str] = TRUTH.parcel_id) -> Callable[[Path], Mapping[str, Any]]:
    def build(folder: Path) -> Mapping[str, Any]:
        rows = [["宗地代码", "统一社会信用代码", "用地方式(自有/承租)"], [code, USCC[SHOES], "自有"]]
        stated = dict(_files(folder, Row(code=USCC[SHOES])))
        stated["parcels"] = polygons(folder, 宗地代码=list(drawn))
        return {**stated, "occupancy": book(folder, rows, "leases.xlsx")}

    return build


def _lands_on(code: str, meant: str | None) -> Callable[[Any], list[str]]:
    def check(raw: Any) -> list[str]:
        laid = _laid(raw)
        land = laid.held.land.occupancy
        held = land.loc[land["uscc"].eq(USCC[SHOES]).fillna(value=False), "parcel_id"].tolist()
        wrong = [] if held == ([meant] if meant else []) else [f"{code} lies on {held}, not on {meant}"]
        told = {*laid.raw.issues["code"], *laid.base.issues["code"], *laid.held.land.issues["code"]}
        if meant is None and "OCCUPANCY_WITHOUT_PARCEL" not in told:
            wrong.append(f"nobody is told that {code} is of no parcel: {sorted(told)}")
        return wrong

    return check


# --------------------------------------------------------------------------------------------- industries


def _industries() -> Iterator[Case]:
    old = (("2960", "橡胶制品业"), ("3725", "交通运输设备制造业"), ("3511", "通用设备制造业"))
    for told, code, name, meant in (
        ("2017, as it stands", "1951", None, "1951"),
        ("a number", 1951, None, "1951"),
        ("a float", "1951.0", None, "1951"),
        ("with its letter", "C1951", None, "1951"),
        ("a name in place of it", "纺织业", None, "17"),
        ("a lost zero that the name proves", "610", "煤炭开采和洗选业", "0610"),
        ("a name of quite another division", "1951", "纺织业", "1951"),
    ):
        rows = [(code, name), ("1951", None), ("1371", None), ("2221", None)]
        yield Case("names", f"industry: {told}", _coded(rows), check=_industry_is([meant]))
    rows = [*old, ("3021", None)]
    yield Case("names", "industry: 2002 by its names", _coded(rows), check=_industry_is(["19", "36", "34", "29"]))
    rows = [("37", None), *old]
    yield Case("names", "industry: 2002, too few digits", _coded(rows), check=_industry_is([None, "19", "36", "34"]))
    rows = [("3511", "通用设备制造业"), ("3521", None), ("3031", None), ("1951", None)]
    meant = ["34", "3521", "3031", "1951"]
    yield Case("names", "industry: 2017, one code wrong by its name", _coded(rows), check=_industry_is(meant))
    rows = [("3411", "通用设备制造业"), ("3021", None), ("3311", "金属制品业"), ("3725", None)]
    meant = ["3411", "3021", "3311", "3725"]
    yield Case("names", "industry: 2017 by its names", _coded(rows), check=_industry_is(meant))


def _coded(codes: Sequence[tuple[Any, Any]]) -> Callable[[Path], Mapping[str, Any]]:
    def build(folder: Path) -> Mapping[str, Any]:
        rows = [["统一社会信用代码", "企业名称", "行业代码", "行业名称"]]
        rows += [[code, name, *coded] for code, name, coded in zip(USCC, NAMES, codes, strict=True)]
        stated = dict(_files(folder, Row(code=USCC[SHOES])))
        columns = {"enterprises": {"industry_code": "行业代码", "industry_name": "行业名称"}}
        return {**stated, "enterprises": book(folder, rows, "coded.xlsx"), "columns": columns}

    return build


def _industry_is(meant: Sequence[str | None]) -> Callable[[Any], list[str]]:
    def check(raw: Any) -> list[str]:
        firms = _laid(raw).base.enterprises.set_index("uscc")["industry_code"]
        codes = industry.normalise(firms.reindex(USCC[: len(meant)]))
        got = [code if isinstance(code, str) else None for code in codes]
        return [] if got == list(meant) else [f"{got} instead of {list(meant)}"]

    return check
