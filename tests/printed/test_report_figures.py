"""Every figure of the report is accounted for, sentence by sentence and table by table, from the published tables."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from plan_figures import plan_sentences

from landuse.reports.content.report import one_page, report
from landuse.reports.content.report.model import Grid, Para

NUMBER = r"(-?\d[\d,]*(?:\.\d+)?%?)"
UNCOUNTED = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}年度?|第\d+号|R\d\d|2000/3|1/3|附[表图]\d+|满\d年|末位15%|末位线"
)
MISSES = {"": 0.0050001, "%": 0.0500001}
"""By how much a printed figure may miss the value: half of its last place."""
PARTS = {"": 0.0100001, "%": 0.1000001}
"""… and a part that was rounded by largest remainder."""


ISSUES = Path(__file__).parents[2] / "landuse" / "vocabulary" / "issues"


class Tables:
    """The published tables of a run, summed with nothing but pandas."""

    def __init__(self, analysis) -> None:
        self.parcels = analysis.parcels.table.reset_index(drop=True)
        self.firms = analysis.enterprises.reset_index(drop=True)
        self.use, self.groups, self.issues = analysis.occupancy, analysis.groups, analysis.issues
        self.facts, self.plans = analysis.facts, analysis.plans
        codes = {
            code: entry["owner"]
            for file in sorted(ISSUES.glob("*.toml"))
            for code, entry in tomllib.loads(file.read_text(encoding="utf-8")).items()
            if "owner" in entry
        }
        self.owners = self.issues["code"].map(codes).value_counts()
        idle = self.parcels["idle_class"].isin(["IDLE_T1", "IDLE_T2"])
        self.idle = self.parcels[idle]
        self.rest = self.parcels[~idle]
        self.ranked = self.firms[self.firms["status"].eq("RANKED")]
        self.out = self.firms[~self.firms["status"].eq("RANKED")]
        self.listed = self.ranked[self.ranked["low_efficiency"].fillna(value=False).astype(bool)]

    def low(self, *names: str) -> pd.DataFrame:
        return self.rest[self.rest["efficiency_class"].isin(names)]


def land(rows: pd.DataFrame) -> float:
    return float(rows["area_mu"].sum())


def both(rows: pd.DataFrame) -> list[float]:
    return [len(rows), land(rows)]


def rate(rows: pd.DataFrame, top: str, under: str = "area_mu") -> float:
    known = rows[rows[top].notna() & rows[under].notna()]
    return float(known[top].sum() / known[under].sum())


def many(told: str) -> list[str]:
    return re.findall(NUMBER, UNCOUNTED.sub("", told))


def sentences(t: Tables) -> dict[str, tuple[list[float], dict[str, float]]]:
    """Return the beginning of each sentence with a figure -> what its figures must be, and how far they may miss."""
    low, partly, stopped = t.low("low"), t.low("partly_low"), t.low("stopped", "vacant")
    whole, ranked, listed = t.parcels, t.ranked, t.listed
    named = t.firms["scale"]
    parks = whole[whole["park"].notna()]
    by_park = pd.Series({name: rate(rows, "tax_wan") for name, rows in parks.groupby("park")})
    by_group = pd.Series({code: rate(rows, "tax_wan") for code, rows in ranked.groupby("industry_group")})
    group_land = ranked.groupby("industry_group")["area_mu"].sum().sort_values(ascending=False)
    scores = ranked["score"].dropna()
    grades = ranked["grade"].value_counts()
    batches = [
        (ranked[ranked["batch"].eq(n)], t.rest[t.rest["batch"].eq(n)])
        for n in ranked["batch"].dropna().drop_duplicates().sort_values()
    ]
    origin = t.firms["origin"].dropna().value_counts()
    origin = [*origin, int(t.firms["origin"].isna().sum())]
    labelled = t.firms[t.firms["labels"].fillna("").str.len().gt(0)]
    firms_of_out = t.out["status"].value_counts()
    strange = float(t.use.loc[~t.use["uscc"].isin(t.firms["uscc"]), "land_mu"].sum())
    fee = t.idle["idle_fee_wan"].dropna()
    cause = t.idle.groupby("idle_cause")["area_mu"].agg(["size", "sum"]).sort_values("size", ascending=False)
    idle_kind = [
        t.idle[t.idle["idle_class"].eq("IDLE_T1") & t.idle["idle_years"].lt(2)],
        t.idle[t.idle["idle_class"].eq("IDLE_T1") & t.idle["idle_years"].ge(2)],
        t.idle[t.idle["idle_class"].eq("IDLE_T2")],
    ]
    low_by_park = low.assign(park=low["park"].fillna("外")).groupby("park")["area_mu"].agg(["size", "sum"])
    park_land = whole.assign(park=whole["park"].fillna("外")).groupby("park")["area_mu"].sum()
    listed_by = listed.groupby("industry_group")["area_mu"].agg(["size", "sum"]).sort_values("sum", ascending=False)
    open_ = t.rest[t.rest["idle_class"].eq("UNDETERMINED")]
    not_rated = t.low("not_rated")
    class_of = t.rest["idle_class"].value_counts()
    severity = t.issues["severity"].value_counts()
    exact, parts = MISSES, PARTS
    return {
        "本次评价涉及宗地": ([*both(whole), len(t.firms), len(ranked)], exact),
        "面积采用证载面积": (both(whole[whole["area_source"].eq("registered")]), exact),
        "税收、产值、能耗采用": (
            [0, *(int((ranked["output_source"] == name).sum()) for name in ("output", "revenue")),
             int(ranked["output_wan"].isna().sum())], exact),
        "地价修正系数": ([t.facts["reference_price"], whole["price_coefficient"].min(),
                     whole["price_coefficient"].max(), 1.0], exact),
        "企业在“按行业”内比较": ([2, 7, len(t.groups), len(ranked)], exact),
        "各组综合得分最低的": ([15, int(t.groups["k"].sum()), int((t.groups["flagged"] - t.groups["k"]).sum())], exact),
        "未参评企业78家：": (
            [len(t.out), *(firms_of_out[name] for name in (
                "NOT_INDUSTRIAL", "CLOSED", "EXEMPT_PUBLIC", "EXEMPT_POLICY", "EXEMPT_CONSTRUCTION", "EXEMPT_NEW",
                "NO_LAND", "NO_ACCOUNT"))], exact),
        "按宗地口径，纳入": ([*both(whole), whole["tax_wan"].sum() / 1e4, whole["output_wan"].sum() / 1e4,
                      whole["energy_tce"].sum(), rate(whole, "tax_wan")], exact),
        "按企业口径，企业": ([*both(t.firms), t.firms["tax_wan"].sum() / 1e4, t.firms["output_wan"].sum() / 1e4,
                      *both(ranked), rate(ranked, "tax_wan"), rate(ranked, "output_wan"),
                      rate(ranked, "output_wan", "energy_tce")], exact),
        "两种口径的面积相差": ([land(whole) - land(t.firms), strange, land(whole) - t.use["land_mu"].sum()], parts),
        "按规模分": (
            [v for name in ("规上", "规下") for rows in [t.firms[named.eq(name)]]
             for v in (len(rows), len(rows) / len(t.firms) * 100, land(rows), land(rows) / land(t.firms) * 100,
                       rows["tax_wan"].sum() / 1e4)], parts),
        "有高新、专精特新": ([*both(labelled), labelled["tax_wan"].sum() / 1e4], exact),
        "按来源地分": ([v for n in origin for v in (n, n / len(t.firms) * 100)], parts),
        "499宗": ([*both(parks), parks["park"].nunique(), land(parks) / land(whole) * 100,
                  *both(whole[whole["park"].isna()])], parts),
        "亩均税收最高的为安澜高新": ([by_park.max(), by_park.min()], exact),
        "参评企业分属": ([len(group_land), group_land.iloc[0], group_land.iloc[0] / land(ranked) * 100,
                   group_land.iloc[1]], parts),
        "亩均税收最高的为计算机": ([by_group.max(), by_group.min()], exact),
        "参评企业372家中": ([len(ranked), len(listed), len(listed) / len(ranked) * 100, land(listed),
                      land(listed) / land(ranked) * 100, listed["tax_wan"].sum(),
                      listed["tax_wan"].sum() / ranked["tax_wan"].sum() * 100], parts),
        "参评企业中，A类": ([v for name in "ABCD" for v in (grades[name], grades[name] / len(ranked) * 100)], parts),
        "综合得分中位数": ([scores.median(), scores.min(), scores.max(), 100, int((scores.round(9) < 100).sum()),
                    (scores.round(9) < 100).mean() * 100], exact),
        "按宗地口径，低效": ([*both(low), land(low) / land(whole) * 100, *both(partly), *both(stopped)], parts),
        "图例按低效": (both(t.idle), parts),
        "22个评价分组": ([len(t.groups), *(v for _, row in listed_by.iloc[:3].iterrows() for v in row)], parts),
        "低效（拟列入）面积较大": (
            [v for _, row in low_by_park.sort_values("sum", ascending=False).iloc[:3].iterrows() for v in row], parts),
        "低效面积占本片": ([(low_by_park["sum"] / park_land).max() * 100], exact),
        "疑似闲置土地24宗": ([*both(t.idle), land(t.idle) / land(whole) * 100,
                        *(v for rows in idle_kind for v in both(rows))], parts),
        "其中8宗的土地闲置费": ([len(fee), fee.sum()], exact),
        "另有逾期未动工": ([class_of[n] for n in ("OVERDUE_START", "OVERDUE_FINISH", "UNDETERMINED")], exact),
        "24宗疑似闲置土地中": ([len(t.idle), *(v for _, (n, mu) in cause.iterrows()
                                       for v in (n, mu, mu / land(t.idle) * 100))], parts),
        "停产空置宗地": (both(stopped), parts),
        "可供安排处置": ([*both(low), *both(stopped), *both(t.idle)], parts),
        "按末位比例分批次": ([v for rows, placed in batches for v in (*both(rows), *both(placed))], parts),
        "拟列入企业当前税收": ([listed["tax_wan"].sum(), land(listed), rate(listed, "tax_wan")], exact),
        "土地闲置费测算额": ([fee.sum()], exact),
        "数据审核共发现": ([len(t.issues), *(severity.get(n, 0) for n in ("error", "warning", "note"))], exact),
        "按核改部门分": ([*t.owners], exact),
        "未参评企业78家，": ([len(t.out), len(t.out) / len(t.firms) * 100, firms_of_out["NO_ACCOUNT"],
                       firms_of_out["NO_LAND"]], exact),
        "未参评宗地": ([*both(not_rated), land(not_rated) / land(whole) * 100], parts),
        "闲置情形待核实": (both(open_), parts),
        "未落实到宗地的税收": ([t.firms["tax_wan"].sum() - whole["tax_wan"].sum()], exact),
        **{start: (figures, exact) for start, figures in plan_sentences(t.plans, t.use).items()},
    }  # fmt: skip


RULES = ("共使用输入文件", "评价指标及权重", "单项得分为", "列入依据为", "至评价年度末", "宗地上有评价结论",
         "国有建设用地", "1亩等于",
         "企业评价采用", "闲置土地测算依据", "评价年度为", "为摸清")  # fmt: skip
"""Beginnings of sentences whose figures are rules, not results: `tests/reports` and the rule packs hold them."""
ELSEWHERE = ("2025年参评", "2025年处于", "拟列入的58家", "对照其他规则", "停产低效宗地的用地企业", "其中有抵押")
"""Beginnings of sentences that have a test of their own below."""


@pytest.fixture(scope="module")
def told(district):
    return report(district)


@pytest.fixture(scope="module")
def tables(district):
    return Tables(district)


def agree(found: list[str], wanted: list[float], misses: dict[str, float], text: str) -> None:
    assert len(found) == len(wanted), (found, wanted, text)
    for one, value in zip(found, wanted, strict=True):
        printed = float(one.rstrip("%").replace(",", ""))
        is_count = "." not in one and "%" not in one
        bound = 0.0000001 if is_count else misses["%" if one.endswith("%") else ""]
        assert value is None or abs(printed - float(value)) <= bound, (one, value, text)


def test_every_figure_of_every_sentence_follows_from_the_published_tables(told, tables):
    wanted, used = sentences(tables), set()
    for item in told.items:
        if not isinstance(item, Para) or item.kind == "list" or not many(item.text):
            continue
        if item.text.startswith((*RULES, *ELSEWHERE)):
            continue
        begins = [start for start in wanted if item.text.startswith(start)]
        assert len(begins) == 1, (begins, item.text)
        used.add(begins[0])
        agree(many(item.text.replace("单位能耗产值3个", "")), *wanted[begins[0]], item.text)
    assert used == set(wanted)


def test_the_three_sentences_of_the_summary_are_those_of_the_report(told, district):
    texts = [item.text for item in told.items if isinstance(item, Para)]
    said = [item.text for item in one_page(district).items if isinstance(item, Para)]
    assert all(text in texts for text in said[:3])
    assert many(said[3]) == ["78", "162", "2"]


def test_causes_of_low_enterprises_are_counted_from_their_measures_and_findings(told, tables, district):
    text = next(item.text for item in told.items if isinstance(item, Para) and item.text.startswith("拟列入的58家"))
    base = tables.listed.merge(tables.groups, on="industry_group", suffixes=("", "_group"))
    below = [
        int((base[own] < base[f"base_{name}"]).sum())
        for name, own in (
            ("tax_per_mu", "tax_per_mu_corrected"),
            ("output_per_mu", "output_per_mu_corrected"),
            ("output_per_energy", "output_per_energy"),
        )
    ]
    assert many(text) == [str(n) for n in (len(base), *below)]
    text = next(item.text for item in told.items if isinstance(item, Para) and item.text.startswith("对照其他规则"))
    found = district.findings
    met = found[found["key"].isin(tables.listed["uscc"]) & found["outcome"].fillna(value=False).astype(bool)][
        "rule_id"
    ].value_counts()
    assert re.findall(r"成立的(\d+)家", text) == [
        str(met[rule]) for rule in sorted(met.index) if met[rule] and rule != "R01"
    ]


def test_the_rows_of_every_table_add_up_to_the_total_that_is_printed(told):
    compared = 0
    for grid in (item for item in told.items if isinstance(item, Grid)):
        for total in grid.block.totals:
            if total.kind != "sum" or not isinstance(total.value, int | float):
                continue
            rows = pd.to_numeric(grid.block.rows[total.column]).dropna().sum() + grid.block.rest.get(total.column, 0)
            compared += 1
            assert abs(float(rows) - float(total.value)) < 0.0000501, (grid.caption, total.column)
    assert compared > 50


def test_every_cell_of_the_lists_is_that_of_the_parcel_or_enterprise_it_names(told, tables):
    by = {"parcel_id": tables.parcels.set_index("parcel_id"), "uscc": tables.firms.set_index("uscc")}
    own = {"score", "place", "n_in_group", "state", "registry_state", "group_name"}
    compared = 0
    for grid in (item for item in told.items if isinstance(item, Grid)):
        rows = grid.block.rows
        key = next((name for name in by if name in rows.columns), None)
        if key is None:
            continue
        for name in (set(rows.columns) & set(by[key].columns)) - own:
            if not pd.api.types.is_numeric_dtype(rows[name].dtype):
                continue
            truth = by[key][name].reindex(rows[key]).to_numpy(dtype=float, na_value=np.nan)
            found = rows[name].to_numpy(dtype=float, na_value=np.nan)
            assert np.allclose(found, truth, atol=0.0050001, equal_nan=True), (grid.caption, name)
            compared += len(rows)
    assert compared > 300


def test_the_sums_of_parks_and_industries_are_those_of_their_rows(told, tables):
    grids = {item.caption: item.block.rows for item in told.items if isinstance(item, Grid)}
    parks = grids["分园区用地和税收情况（宗地口径）"].set_index("park")
    low = grids["分园区低效、停产空置和疑似闲置情况（宗地口径）"].set_index("park")
    for name, rows in tables.parcels.assign(park=tables.parcels["park"].fillna("园区外(未填园区)")).groupby("park"):
        assert int(parks.loc[name, "n_parcels"]) == len(rows)
        assert abs(parks.loc[name, "land_mu"] - land(rows)) < PARTS[""]
        assert abs(parks.loc[name, "tax_per_mu"] - rate(rows, "tax_wan")) < MISSES[""]
        idle = rows["idle_class"].isin(["IDLE_T1", "IDLE_T2"])
        assert int(low.loc[name, "idle_n"]) == int(idle.sum())
        assert abs(low.loc[name, "idle_mu"] - land(rows[idle])) < PARTS[""]
        for kind, classes in (("low", ["low"]), ("partly", ["partly_low"]), ("stopped", ["stopped", "vacant"])):
            some = rows[rows["efficiency_class"].isin(classes) & ~idle]
            assert int(low.loc[name, f"{kind}_n"]) == len(some)
            assert abs(low.loc[name, f"{kind}_mu"] - land(some)) < PARTS[""]
    groups = grids["分行业参评企业情况（企业口径）"]
    names = tables.groups.set_index("industry_group")["name"]
    for code, rows in tables.ranked.groupby("industry_group"):
        line = groups[groups["group_name"].eq(names[code])].iloc[0]
        assert int(line["n"]) == len(rows)
        assert abs(line["land_mu"] - land(rows)) < PARTS[""]
        assert abs(line["tax_per_mu"] - rate(rows, "tax_wan")) < 0.0100001
