"""Header x unit x date x identifier: what the cells of a sheet come to mean."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from corpus_kit import Case, book, polygons, text

USCC = ("91990781MA0000001C", "91990781MA0000002A", "91990781MA00000038", "91990781MA00000046")
TAX = (120.0, 85.5, 1234.5, 7.25)
"""10,000 yuan."""
FACTORS = {"元": 10_000, "千元": 10, "万元": 1, "亿元": 0.0001}


def cases() -> Iterator[Case]:
    """Give every case of the group."""
    yield from _headers()
    yield from _units()
    yield from _numbers()
    yield from _dates()
    yield from _keys()


# ---------------------------------------------------------------------------------------------- headers


def _rows(header: Sequence[Any] = ("统一社会信用代码", "年度", "实缴税收(万元)"), factor: float = 1) -> list[list[Any]]:
    return [list(header), *([code, 2025, tax * factor] for code, tax in zip(USCC, TAX, strict=True))]


def _accounts(rows: Sequence[Sequence[Any]], entry: Mapping[str, Any], more: Mapping[str, Any]) -> Callable:
    def build(folder: Path) -> Mapping[str, Any]:
        return {"parcels": polygons(folder), "accounts": [{"path": book(folder, rows, **more), **entry}]}

    return build


def _sheet(
    name: str, rows: Sequence[Sequence[Any]], expect: str = "right", *, says: str = "",
    entry: Mapping[str, Any] | None = None, **more: Any,
) -> Case:  # fmt: skip
    return Case("sheet", name, _accounts(rows, entry or {}, more), expect, says, check=taxes_wrong)


def taxes_wrong(raw: Any, taxes: Sequence[float] = TAX) -> list[str]:
    """Return how the accounts that were read differ from the truth."""
    frame = pd.concat([part.frame for part in raw.of("accounts")], ignore_index=True)
    if frame["uscc"].tolist() != list(USCC):
        return [f"uscc: {frame['uscc'].tolist()}"]
    pairs = zip(frame["tax_wan"].tolist(), taxes, strict=True)
    return [f"tax {one} instead of {other}" for one, other in pairs if not math.isclose(one, other, rel_tol=1e-9)]


def _headers() -> Iterator[Case]:
    plain = _rows()
    canonical = _rows(("uscc", "year", "tax_wan"))
    title = [["安澜县2025年度税收情况表", None, None], *plain]
    merged = [
        ["统一社会信用代码", "年度", "税收"], [None, None, "实缴税收(万元)"], *plain[1:],
    ]  # fmt: skip
    ranges = {"merge": ("A1:A2", "B1:B2")}
    sums = [*plain, ["合计", None, sum(TAX)]]
    groups = [*plain[:3], ["城东街道小计", None, TAX[0] + TAX[1]], *plain[3:], ["总计", None, sum(TAX)]]
    yield _sheet("canonical names", canonical)
    yield _sheet("Chinese titles", plain)
    yield _sheet("English titles", _rows(("Credit code", "Year", "Tax paid (10,000 yuan)")), "right|refused")
    yield _sheet(
        "spaces and full-width brackets in the header", _rows(("统一社会信用代码 ", "年 度", "实缴税收（万元）"))
    )
    yield _sheet("title row, header row declared", title, entry={"header_rows": 2})
    yield _sheet("title row, nothing declared", title, "right|refused")
    yield _sheet("two merged header rows, declared", merged, entry={"header_rows": [1, 2]}, **ranges)
    yield _sheet("two merged header rows, nothing declared", merged, "right|refused", **ranges)
    second = [[*plain[0][:2], "经济"], [None, None, "实缴税收(万元)"], *plain[1:]]
    yield _sheet("a second header row that names one column only", second, "refused", says="header_rows = [1, 2]")
    yield _sheet("the same, declared", second, entry={"header_rows": [1, 2]})
    yield _sheet("total row", sums)
    yield _sheet("subtotal rows", groups)
    for word in ("合计(4户)", "累计", "共计：4户"):
        yield _sheet(f"total row: {word}", [*plain, [word, None, sum(TAX)]])
    yield _sheet("a hidden sheet of last year first", plain, hidden=_rows(factor=3))
    yield _sheet("blank rows between", [plain[0], [None, None, None], *plain[1:]])
    yield _sheet("header repeated on the second page", [*plain[:3], plain[0], *plain[3:]], "right|marked|refused")
    yield _sheet("one header twice", [[*row, row[-1]] for row in plain], "refused")
    yield _sheet("key column missing", [row[1:] for row in plain], "refused")
    yield _sheet("no such header declared", plain, "refused", entry={"columns": {"tax_wan": "入库税收"}})


# ------------------------------------------------------------------------------------------------ units


def _units() -> Iterator[Case]:
    for unit, factor in FACTORS.items():
        head = ("统一社会信用代码", "年度")
        yield _sheet(f"{unit} in the header", _rows((*head, f"实缴税收({unit})"), factor))
        yield _sheet(f"{unit} behind a slash", _rows((*head, f"实缴税收/{unit}"), factor))
        yield _sheet(f"{unit} declared", _rows((*head, "实缴税收"), factor), entry={"units": {"tax_wan": unit}})
        # A line above the header speaks of the whole sheet: right where it is believed, else asked.
        above = [[f"单位:{unit}", None, None], *_rows((*head, "实缴税收"), factor)]
        yield _sheet(f"{unit} in a line above", above, "right|refused", entry={"header_rows": 2})
        if factor != 1:
            yield _sheet(f"{unit}, and no word of it", _rows((*head, "实缴税收"), factor), "refused")
    for told, factor in {
        "税收万元(含免抵)": 1,
        "税收(元)(含免抵)": 10_000,
        "税收(千元,当年)": 10,
        "税收(元)①": 10_000,
    }.items():
        above = [["单位:亿元", None, None], *_rows(("统一社会信用代码", "年度", told), factor)]
        entry = {"header_rows": 2, "columns": {"tax_wan": told}}
        yield _sheet(f"{told} below a line that says 亿元", above, "right|refused", entry=entry)
    for told, factor in {
        "税收百元": 100,
        "税收/百元": 100,
        "税收千万元": 1e-3,
        "税收十亿元": 1e-5,
        "税收美元": 1e4,
    }.items():
        rows = _rows(("统一社会信用代码", "年度", told), factor)
        yield _sheet(f"{told}: a multiple, or foreign", rows, "right|refused", entry={"columns": {"tax_wan": told}})
    for area, factor in (("亩", 3 / 2000), ("平方米", 1.0), ("公顷", 1e-4), ("㎡", 1.0)):
        yield Case("unit", f"{area} in the header", _register(f"证载面积({area})", factor))
        yield Case("unit", f"{area}, no word of it: the polygons tell", _register("证载面积", factor), "right|refused")
    for area, factor in {"万亩": 1.5e-7, "万平方米": 1e-4, "千公顷": 1e-7, "英亩": 1 / 4046.86, "公亩": 0.01}.items():
        yield Case("unit", f"证载面积{area}, without a bracket", _register(f"证载面积{area}", factor), "right|refused")
    unknown = _register("证载面积(平方尺)", 9.0)
    yield Case("unit", "an unknown unit in the header", unknown, "refused", check=lambda _: ["the area was left out"])


def _register(header: str, factor: float) -> Callable:
    from corpus_kit import TRUTH

    def build(folder: Path) -> Mapping[str, Any]:
        areas = [area * factor for area in TRUTH.registered_area_m2]
        rows = [["宗地代码", header], *([code, area] for code, area in zip(TRUTH.parcel_id, areas, strict=True))]
        return {"parcels": [polygons(folder), book(folder, rows, "register.xlsx")]}

    return build


# ---------------------------------------------------------------------------------------------- numbers


def _numbers() -> Iterator[Case]:
    right = {
        "thousands separators": "1,234.5",
        "full-width digits": "１２３４．５",
        "full-width comma": "1，234.5",
        "the unit behind the number": "1234.5万元",
        "spaces around": "  1234.5 ",
        "spaces between thousands": "1 234.5",
        "a plus sign": "+1234.5",
        "exponent": "1.2345e3",
    }
    for told, cell in right.items():
        yield _number(told, cell, 1234.5, "right|marked")
    yield _number("minus as U+2212", "\u22121234.5", -1234.5, "right|marked")
    yield _number("brackets for a negative number", "(1234.5)", -1234.5, "right|marked")
    for told, cell in {
        "—": "—", "无": "无", "a dash": "-", "blank": None, "n/a": "N/A",
    }.items():  # fmt: skip
        yield _number(f"unknown: {told}", cell, None)
    for told, cell in {
        "#DIV/0!": "#DIV/0!", "a note in the cell": "1234.5(含补缴)", "two numbers": "1234.5/1200",
        "another unit behind the number": "1234.5元", "a decimal comma": "1234,5", "letters": "1234.5x",
        "about": "约1234", "the mark of a note": "1234①", "a raised mark of a note": "1234.5²",
    }.items():  # fmt: skip
        yield _number(told, cell, None, "marked|refused")


def _number(told: str, cell: Any, meant: float | None, expect: str = "right") -> Case:
    def build(folder: Path) -> Mapping[str, Any]:
        rows = _rows()
        rows[3][2] = cell
        if isinstance(cell, str) and cell.startswith("#"):
            content = "\n".join(",".join(str(value) for value in row) for row in rows)
            return {"parcels": polygons(folder), "accounts": text(folder, "accounts.csv", content)}
        return {"parcels": polygons(folder), "accounts": book(folder, rows)}

    def check(raw: Any) -> list[str]:
        frame, issues = raw.of("accounts")[0].frame, raw.issues
        found = frame["tax_wan"].iloc[2]
        marked = bool((issues["column"].eq("tax_wan") & issues["severity"].isin(["error", "warning"])).any())
        if pd.isna(found):
            return [] if meant is None or marked else [f"{cell!r} became unknown in silence"]
        same = meant is not None and math.isclose(found, meant)
        others = taxes_wrong(raw, [*TAX[:2], found, TAX[3]])
        return others if same else [f"{cell!r} became {found}"]

    return Case("number", told, build, expect, check=check)


# ------------------------------------------------------------------------------------------------ dates

DATES: dict[str, tuple[Any, dt.date | None]] = {
    "a date cell": (dt.date(2024, 3, 15), dt.date(2024, 3, 15)),
    "a date cell with an hour": (dt.datetime(2024, 3, 15, 9, 30), dt.date(2024, 3, 15)),  # noqa: DTZ001
    "a serial": (45366, dt.date(2024, 3, 15)),
    "a serial as text": ("45366", dt.date(2024, 3, 15)),
    "eight digits": (20240315, dt.date(2024, 3, 15)),
    "eight digits as text": ("20240315", dt.date(2024, 3, 15)),
    "ISO": ("2024-03-15", dt.date(2024, 3, 15)),
    "slashes": ("2024/3/15", dt.date(2024, 3, 15)),
    "dots": ("2024.3.15", dt.date(2024, 3, 15)),
    "Chinese": ("2024年3月15日", dt.date(2024, 3, 15)),
    "Chinese, full-width digits": ("２０２４年３月１５日", dt.date(2024, 3, 15)),
    "with an hour": ("2024-03-15 09:30:00", dt.date(2024, 3, 15)),
    "midnight in China, as universal time": ("2024-03-14T16:00:00.000Z", dt.date(2024, 3, 15)),
    "midnight in China, with its zone": ("2024-03-15T00:00:00+08:00", dt.date(2024, 3, 15)),
    "a month with the mark of a note": ("2024年3月①", None),
    "29 February": ("2024-02-29", dt.date(2024, 2, 29)),
    "month only": ("2024年3月", dt.date(2024, 3, 1)),
    "blank": (None, None),
    "—": ("—", None),
    "1900-01-00": ("1900-01-00", None),
    "9999-12-31": ("9999-12-31", None),
    "长期": ("长期", None),
    "29 February of a common year": ("2023-02-29", None),
    "month 13": ("2024-13-01", None),
    "2024.1 as a number": (2024.1, None),
    "a two-digit year": ("24-3-15", None),
    "day first": ("15/3/2024", None),
    "only a year": ("2024年", None),
    "two days": ("2024-3-15、2024-5-1", None),
    "the year 1024": ("1024-03-15", None),
    "the year 2204": ("2204-03-15", None),
}
SILENT = ("blank", "—")


def _dates() -> Iterator[Case]:
    for told, (cell, meant) in DATES.items():
        yield Case("date", told, _contract(cell), "right|marked", check=_day_check(cell, meant, silent=told in SILENT))


def _contract(cell: Any) -> Callable:
    from corpus_kit import TRUTH

    def build(folder: Path) -> Mapping[str, Any]:
        rows = [["宗地代码", "约定动工(开工)时间"], *([code, dt.date(2023, 5, 1)] for code in TRUTH.parcel_id)]
        rows[2][1] = cell
        return {"parcels": [polygons(folder), book(folder, rows, "contracts.xlsx")]}

    return build


def _day_check(cell: Any, meant: dt.date | None, *, silent: bool) -> Callable[[Any], list[str]]:
    def check(raw: Any) -> list[str]:
        found = raw.of("parcels")[1].frame["start_due"]
        if [day.date() for day in found.drop(1)] != [dt.date(2023, 5, 1)] * 3:
            return ["other days changed"]
        told = raw.issues["column"].eq("start_due").any()
        if pd.isna(found[1]):
            return [] if meant is None and (silent or told) else [f"{cell!r} became unknown in silence"]
        return [] if found[1].date() == meant else [f"{cell!r} became {found[1].date()}"]

    return check


# ------------------------------------------------------------------------------------------------- keys

KEYS: dict[str, tuple[Any, str | None]] = {
    "as it should be": (USCC[1], USCC[1]),
    "lower case": (USCC[1].lower(), USCC[1]),
    "full-width": ("".join(chr(ord(sign) + 0xFEE0) for sign in USCC[1]), USCC[1]),
    "spaces inside": (f"{USCC[1][:8]} {USCC[1][8:]}", USCC[1]),
    "a quotation mark before it": (f"'{USCC[1]}", USCC[1]),
    "a line break behind it": (f"{USCC[1]}\n", USCC[1]),
    "15 digits as a number": (330_100_000_012_345, "330100000012345"),
    "18 digits as a number": (9.1990781000000002e17, None),
    "3.5E+17 as text": ("9.19908E+17", None),
    "blank": (None, None),
    "无": ("无", None),
    "#N/A": ("#N/A", None),
}


def _keys() -> Iterator[Case]:
    for told, (cell, meant) in KEYS.items():

        def build(folder: Path, cell: Any = cell) -> Mapping[str, Any]:
            rows = _rows()
            rows[2][0] = cell
            if cell == "#N/A":
                content = "\n".join(",".join(str(value) for value in row) for row in rows)
                return {"parcels": polygons(folder), "accounts": text(folder, "accounts.csv", content)}
            return {"parcels": polygons(folder), "accounts": book(folder, rows)}

        yield Case("key", told, build, "right|marked|refused", check=_key_check(cell, meant))
    yield Case(
        "key", "a parcel code that lost its leading zero", _short_code, "right|marked|refused", check=_short_check
    )


def _key_check(cell: Any, meant: str | None) -> Callable[[Any], list[str]]:
    """A key is right, or unknown; another text may stand where an issue names it or assemble will doubt it."""
    from landuse.assemble.codes import clean_uscc

    def check(raw: Any) -> list[str]:
        found = clean_uscc(raw.of("accounts")[0].frame["uscc"])
        if [*found.drop(1)] != [USCC[0], *USCC[2:]]:
            return ["other keys changed"]
        told = raw.issues["column"].eq("uscc").any()
        if pd.isna(found[1]):
            silent = cell in (None, "无")  # assemble says BLANK_KEY
            return [] if silent or told or (meant is None and told) else [f"{cell!r} became unknown in silence"]
        if meant is not None:
            return [] if found[1] == meant else [f"{cell!r} became {found[1]!r}"]
        return [] if told or found[1] == cell else [f"{cell!r} became {found[1]!r}"]

    return check


def _short_code(folder: Path) -> Mapping[str, Any]:
    return {
        "parcels": [polygons(folder), book(folder, [["宗地代码", "镇(街道)"], [90781001001, "城东街道"]], "r.xlsx")]
    }


def _short_check(raw: Any) -> list[str]:
    found = raw.of("parcels")[1].frame["parcel_id"].tolist()
    return [] if found == ["90781001001"] or pd.isna(found[0]) else [f"became {found}"]
