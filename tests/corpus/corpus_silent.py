"""Cells that other tools read wrongly and say nothing: shifted rows, months that lost a zero, cells merged sideways."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from corpus_cells import TAX, USCC, taxes_wrong
from corpus_kit import TRUTH, Case, book, polygons, text


def cases() -> Iterator[Case]:
    """Give every case of the group."""
    yield from _shifted()
    yield from _months()
    yield from _merged()
    yield from _years()
    yield from _units()
    yield from _layers()


# ----------------------------------------------------------------------------------------- shifted rows


def _shifted() -> Iterator[Case]:
    head = "统一社会信用代码,年度,实缴税收(万元),工业总产值(万元)"
    rows = [f"{code},2025,{tax},{tax * 10:g}" for code, tax in zip(USCC, TAX, strict=True)]
    bad = f"{USCC[2]},2025,1,234.5,12345"
    quoted = f'{USCC[2]},2025,"1,234.5",12345'
    blank = [f"{row}," for row in rows]

    def shift(name: str, lines: Sequence[str], expect: str = "refused", says: str = "引号") -> Case:
        return Case("shift", name, _csv(lines), expect, says, check=_unshifted)

    yield shift("1,234.5 without quotes, a spare column", [f"{head},", *blank[:2], bad, blank[3]])
    yield shift("1,234.5 without quotes, every row ends early", [f"{head},", *rows[:2], bad, rows[3]])
    yield shift("1,234.5 without quotes, no spare column", [head, *rows[:2], bad, rows[3]])
    yield shift("1,234.5 without quotes, three spare columns", [f"{head},,,", *rows[:2], bad, rows[3]])
    remark = [f"{head},备注", *blank[:2], f"{bad},", blank[3]]
    yield shift("1,234.5 without quotes, the last column blank", remark)
    short = [*remark[:3], bad, remark[4]]
    yield shift("1,234.5 without quotes, a blank column fills up", short, "marked", "ROW_SHIFTED")
    texts = [f"{head},备注", f"{rows[0]},已核", f"{rows[1]},已核", bad, f"{rows[3]},待核"]
    yield shift("1,234.5 without quotes, a number among remarks", texts, "marked", "ROW_SHIFTED")
    yield shift("1,234,567 without quotes", [f"{head},,", *rows[:2], f"{USCC[2]},2025,1,234,500,1", rows[3]])
    yield shift("a comma in a name, a spare column", [f"{head},", f"{USCC[0]},甲,2025,120,1200", *blank[1:]])
    named = "统一社会信用代码,企业名称,年度,实缴税收(万元),工业总产值(万元),备注"
    firms = [f"{code},{firm},2025,{tax},{tax * 10:g}" for code, firm, tax in zip(USCC, "甲乙丙丁", TAX, strict=True)]
    comma = [named, *firms[:2], f"{USCC[2]},丙,丙公司,2025,1234.5,12345", firms[3]]
    yield shift("a comma in a name, a blank column fills up", comma, "marked", "ROW_SHIFTED")
    yield shift("1,234.5 in quotes, a spare column", [f"{head},", *blank[:2], f"{quoted},", blank[3]], "right", "")
    yield shift("rows end in a comma, the header does not", [head, *blank], "right", "")


def _csv(lines: Sequence[str]) -> Callable[[Path], Mapping[str, Any]]:
    def build(folder: Path) -> Mapping[str, Any]:
        return {"parcels": polygons(folder), "accounts": text(folder, "accounts.csv", "\n".join(lines) + "\n")}

    return build


def _unshifted(raw: Any) -> list[str]:
    """Return how taxes and outputs differ from the truth; an unknown one is right where an issue names its row."""
    frame = pd.concat([part.frame for part in raw.of("accounts")], ignore_index=True)
    told = set(raw.issues.loc[raw.issues["severity"].ne("note"), "source_row"].dropna())
    known = frame.copy()
    for row in frame.index[frame["source_row"].isin(told)]:
        if frame.loc[row, ["tax_wan", "output_wan"]].isna().all():
            known.loc[row, ["tax_wan", "output_wan"]] = TAX[row], TAX[row] * 10
    wrong = taxes_wrong(_As(known))
    outputs = [tax * 10 for tax in TAX]
    return wrong + [
        f"output {found}" for found, meant in zip(known["output_wan"], outputs, strict=True) if found != meant
    ]


# ----------------------------------------------------------------------------------------------- months


def _months() -> Iterator[Case]:
    january = pd.Timestamp("2024-01-01")
    cases: Mapping[str, tuple[Sequence[Any], pd.Timestamp | None]] = {
        "2024.1 as a number": ([2024.1, 2024.3], None),
        "2024.1 as text, nothing tells": (["2024.1", "2024.3"], None),
        "2024.1 as text beside 2024.10": (["2024.1", "2024.10"], january),
        "2024.1 as text beside 2024.01": (["2024.1", "2024.01"], None),
        "2024-1 as text": (["2024-1", "2024-3"], january),
    }
    for name, (cells, meant) in cases.items():
        for book_of in (_book_of_days, _text_of_days):
            if book_of is _text_of_days and not isinstance(cells[0], str):
                continue
            kind = "sheet" if book_of is _book_of_days else "csv"
            expect, says = ("right", "") if meant is not None else ("marked", "DATE_MONTH_UNSURE")
            yield Case("month", f"{name}, {kind}", book_of(cells), expect, says, check=_month_check(meant))


def _book_of_days(cells: Sequence[Any]) -> Callable[[Path], Mapping[str, Any]]:
    def build(folder: Path) -> Mapping[str, Any]:
        rows = [["宗地代码", "约定动工(开工)时间"], *map(list, zip(TRUTH.parcel_id, cells, strict=False))]
        return {"parcels": [polygons(folder), book(folder, rows, "contracts.xlsx")]}

    return build


def _text_of_days(cells: Sequence[Any]) -> Callable[[Path], Mapping[str, Any]]:
    def build(folder: Path) -> Mapping[str, Any]:
        rows = "".join(f"{code},{cell}\n" for code, cell in zip(TRUTH.parcel_id, cells, strict=False))
        content = f"宗地代码,约定动工(开工)时间\n{rows}"
        return {"parcels": [polygons(folder), text(folder, "contracts.csv", content)]}

    return build


def _month_check(meant: pd.Timestamp | None) -> Callable[[Any], list[str]]:
    def check(raw: Any) -> list[str]:
        found = raw.of("parcels")[1].frame["start_due"].iloc[0]
        return [] if found == meant or (meant is None and pd.isna(found)) else [f"became {found}"]

    return check


# ----------------------------------------------------------------------------------------- merged cells


def _merged() -> Iterator[Case]:
    head = ["统一社会信用代码", "年度", "实缴税收(万元)", "工业总产值(万元)", "国税", "地税"]
    rows = [[code, 2025, tax, tax * 10, 1, 2] for code, tax in zip(USCC, TAX, strict=True)]

    def merged(
        name: str, row: int, cells: Mapping[int, Any], ranges: str, says: str, head: Sequence[str] = head
    ) -> Case:
        changed = [list(one) for one in rows]
        for place, value in cells.items():
            changed[row][place] = value

        def build(folder: Path) -> Mapping[str, Any]:
            return {"parcels": polygons(folder), "accounts": book(folder, [head, *changed], merge=(ranges,))}

        return Case("merge", name, build, "marked", says, check=_unshifted)

    yield merged("a total over tax and output", 2, {2: 13579.5, 3: None}, "C4:D4", "MERGED_ACROSS")
    swapped = [*head[:2], "其他", head[2], "国税", "地税"]
    yield Case(
        "merge",
        "a total over another column and tax",
        _total_beside(swapped, rows),
        "marked",
        "MERGED_ACROSS",
        check=_third_unknown,
    )
    towns = [head, ["城东街道"], *rows[:2], ["石桥镇"], *rows[2:]]
    yield Case("merge", "a heading over the whole row", _headed(towns), "right", "ROW_HEADING", check=_unshifted)
    yield Case(
        "merge", "one tax for two enterprises", _tax_of_two(head, rows), "marked", "MERGED_NUMBER", check=_third_unknown
    )


def _headed(rows: Sequence[Sequence[Any]]) -> Callable[[Path], Mapping[str, Any]]:
    def build(folder: Path) -> Mapping[str, Any]:
        return {"parcels": polygons(folder), "accounts": book(folder, rows, merge=("A2:F2", "A5:F5"))}

    return build


def _total_beside(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> Callable[[Path], Mapping[str, Any]]:
    def build(folder: Path) -> Mapping[str, Any]:
        changed = [[code, year, None, tax, *more[1:]] for code, year, tax, *more in rows]
        changed[2][2:4] = [TAX[2], None]
        return {"parcels": polygons(folder), "accounts": book(folder, [head, *changed], merge=("C4:D4",))}

    return build


def _tax_of_two(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> Callable[[Path], Mapping[str, Any]]:
    def build(folder: Path) -> Mapping[str, Any]:
        changed = [list(row) for row in rows]
        changed[2][2] = None
        return {"parcels": polygons(folder), "accounts": book(folder, [head, *changed], merge=("C3:C4",))}

    return build


def _third_unknown(raw: Any) -> list[str]:
    found = raw.of("accounts")[0].frame["tax_wan"]
    wrong = [] if pd.isna(found[2]) else [f"{found[2]} stands in the third row"]
    return wrong + [
        f"{one} instead of {tax}" for one, tax in zip(found.drop(2), [*TAX[:2], TAX[3]], strict=True) if one != tax
    ]


# ------------------------------------------------------------------------------------------------ years

YEARS: Mapping[str, tuple[Any, bool]] = {
    "2025": (2025, True), "2025.0 as text": ("2025.0", True), "2025年": ("2025年", True),
    "2025年度": ("2025年度", True), "２０２５": ("２０２５", True),
    "25": (25, False), "25年": ("25年", False), "202512": (202512, False), "20251231": ("20251231", False),
    "2025年1-12月": ("2025年1-12月", False), "2024/2025": ("2024/2025", False), "0": (0, False),
}  # fmt: skip


def _years() -> Iterator[Case]:
    for name, (cell, is_year) in YEARS.items():

        def build(folder: Path, cell: Any = cell) -> Mapping[str, Any]:
            rows = [[code, cell if code == USCC[2] else 2025, tax] for code, tax in zip(USCC, TAX, strict=True)]
            head = ["统一社会信用代码", "年度", "实缴税收(万元)"]
            return {"parcels": polygons(folder), "accounts": book(folder, [head, *rows])}

        def check(raw: Any, *, is_year: bool = is_year) -> list[str]:
            found = raw.of("accounts")[0].frame["year"]
            told = raw.issues.loc[raw.issues["severity"].eq("error"), "source_row"].tolist()
            if pd.isna(found[2]):
                return [] if told == [4] and not is_year else ["the year is unknown"]
            return [] if is_year and found[2] == 2025 else [f"became {found[2]}"]

        yield Case("year", name, build, "right" if is_year else "marked", check=check)


# ------------------------------------------------------------------------------------------------ units


def _units() -> Iterator[Case]:
    rows = [[code, 2025, tax] for code, tax in zip(USCC, TAX, strict=True)]
    yuan = [[code, 2025, tax * 10_000] for code, tax in zip(USCC, TAX, strict=True)]
    names = ["uscc", "year", "tax_wan"]

    def unit(name: str, line: str, body: Sequence[Sequence[Any]], expect: str, more: Mapping[str, Any]) -> Case:
        def build(folder: Path) -> Mapping[str, Any]:
            entry = {"path": book(folder, [[line, None, None], names, *body]), "header_rows": 2, **more}
            return {"parcels": polygons(folder), "accounts": [entry]}

        return Case("name", name, build, expect, "units.tax_wan" if expect == "refused" else "", check=taxes_wrong)

    for line in ("单位：元", "金额单位：人民币元", "(单位：元（人民币）)", "单位:千元", "面积单位:平方米、金额单位:元"):
        yield unit(f"tax_wan below {line}", line, yuan, "refused", {})
    yield unit("tax_wan below 单位：元, the unit declared", "单位：元", yuan, "right", {"units": {"tax_wan": "元"}})
    yield unit("tax_wan below 单位：万元", "单位：万元", rows, "right", {})
    yield unit("tax_wan below 单位：公顷", "单位：公顷", rows, "right", {})
    yield unit("tax_wan below a line that states none", "填报单位:税务局", rows, "right", {})


# ----------------------------------------------------------------------------------------------- layers


def _layers() -> Iterator[Case]:
    old, lines = [shapely.box(0, 0, 9, 9)], [shapely.LineString([(0, 0), (1, 1)])]
    for kind, driver in (("gpkg", "GPKG"), ("gdb", "OpenFileGDB")):

        def layers(name: str, expect: str, says: str, others: Mapping[str, list[Any]], entry: Mapping[str, Any],
                   kind: str = kind, driver: str = driver) -> Case:  # fmt: skip
            def build(folder: Path) -> Mapping[str, Any]:
                path = folder / f"parcels.{kind}"
                frames = {"parcels": (list(TRUTH.parcel_id), TRUTH.polygons())}
                frames |= {other: (["990781001001GB99999"], shapes) for other, shapes in others.items()}
                for number, (layer, (keys, shapes)) in enumerate(frames.items()):
                    frame = gpd.GeoDataFrame({"宗地代码": keys}, geometry=shapes, crs=4528)
                    frame.to_file(path, driver=driver, layer=layer, engine="pyogrio", append=number > 0)
                return {"parcels": [{"path": path.name, **entry}]}

            return Case("layer", f"{kind}, {name}", build, expect, says)

        yield layers("parcels beside the parcels of last year", "refused", "parcels_2024", {"parcels_2024": old}, {})
        yield layers("the layer named", "right", "", {"parcels_2024": old}, {"layer": "parcels"})
        yield layers("parcels beside lines", "right", "LAYERS_NOT_READ", {"道路": lines}, {})


class _As:
    """Accounts as a frame, where a reader is expected."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame

    def of(self, _: str) -> list[_As]:
        """Return the one part."""
        return [self]
