"""Build small analyses for the workbooks: every figure chosen, none computed by the rooms before."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pypdf

from landuse.policy import rule_in_force
from landuse.project import Project, build_project
from landuse.rule import Rule
from landuse.tables import Analysis, InputFile, Parcels, RawTables, balance_step

TREE = {
    "project": {"name": "安澜县(示例)", "year": 2025, "as_of": "2026-06-30"},
    "inputs": {"parcels": "宗地.gpkg", "enterprises": "企业.xlsx"},
    "ranking": {"share": 0.15},
    "outputs": {"notice": "演示数据,纯属虚构"},
}
PARKS = ("安澜高新技术产业园", "安澜经济开发区城东片区", "石桥鞋服产业园", "青塘建材产业园")
TOWNS = ("城关街道", "城东街道", "石桥镇", "青塘镇")
GROUPS = (
    ("13", "农副食品加工业"),
    ("17", "纺织业"),
    ("30", "非金属矿物制品业"),
    ("39", "计算机、通信和其他电子设备制造业"),
)
STATUSES = ("EXEMPT_NEW", "EXEMPT_PUBLIC", "NO_ACCOUNT", "CLOSED", "NOT_INDUSTRIAL", "NO_LAND")
CLASSES = ("low", "partly_low", "stopped", "vacant", "not_low", "not_rated")
IDLE = ("NORMAL", "NOT_DUE", "OVERDUE_START", "IDLE_T1", "IDLE_T2", "OVERDUE_FINISH", "UNDETERMINED", "NOT_APPLICABLE")


def project(lang: str = "zh", **sections: dict) -> Project:
    """Return a small project; keyword = section that is laid over it."""
    tree = {name: {**TREE.get(name, {}), **sections.get(name, {})} for name in TREE | sections}
    tree["project"] = {**tree["project"], "language": lang}
    return build_project(tree, folder=Path())


def rule(**changes) -> Rule:
    """Return the default rule with changes."""
    few = {"version": "2025-01-01", "families": {"食品饮料": ("13", "14", "15"), "建材": ("30",)}}
    return replace(rule_in_force(project()), **(few | changes))


def issues(*rows: tuple[str, str], owner: str = "税务") -> pd.DataFrame:
    """Return worded issues of (severity, code), as an earlier step publishes them."""
    table = pd.DataFrame(rows, columns=["severity", "code"], dtype="str")
    return table.assign(
        table="accounts",
        key=[f"91990781MA{i:07d}X" for i in range(len(rows))],
        column="tax_wan",
        source_file="税收_2025.csv",
        source_sheet="",
        source_row=pd.array(range(2, len(rows) + 2), dtype="Int64"),
        value="12.5",
        message="信用代码校验位不符,按原样使用",
        action="核对营业执照后改正",
        owner=owner,
    )


def balance() -> pd.DataFrame:
    """Return a balance of two quantities over two steps, in integer parts."""
    return pd.concat(
        [
            balance_step("read", "tax_wan", 1_284_370_000, {}),
            balance_step("match", "tax_wan", 1_284_370_000, {"NO_ENTERPRISE": 84_370_000, "NO_LAND": 100_000_001}),
            balance_step("read", "area_m2", 81_197_333_3333, {}),
            balance_step("occupancy", "area_m2", 81_197_333_3333, {"NO_HOLDER": 12_345}),
        ],
        ignore_index=True,
    )


def analysis(
    parcels: pd.DataFrame,
    enterprises: pd.DataFrame,
    occupancy: pd.DataFrame,
    *,
    groups: pd.DataFrame | None = None,
    **more,
) -> Analysis:
    """Return an analysis of the given tables; `more` may hold project, issues, balance, facts, raw."""
    empty = pd.DataFrame()
    inputs = (InputFile("宗地.gpkg", 1_234_567, "ab" * 32), InputFile("企业.xlsx", 98_765, "cd" * 32))
    return Analysis(
        project=more.get("project", project()),
        raw=more.get("raw", RawTables({}, inputs=inputs)),
        parcels=Parcels(parcels, np.full(len(parcels), None, dtype=object), "EPSG:4528"),
        enterprises=enterprises,
        occupancy=occupancy,
        accounts=empty,
        findings=empty,
        groups=no_groups() if groups is None else groups,
        history=empty,
        issues=more.get("issues", issues()),
        balance=more.get("balance", balance()),
        facts=more.get("facts", {"rule": rule(), "reference_price": 295.8037}),
    )


def no_groups() -> pd.DataFrame:
    """Return an empty groups table."""
    names = ["n", "k", "flagged", "tied_at_cut"]
    return pd.DataFrame({"industry_group": pd.Series(dtype="str"), "name": pd.Series(dtype="str")}).assign(
        **{name: pd.Series(dtype="Int64") for name in names}
    )


def small(**more) -> Analysis:
    """Return six parcels, five enterprises and their uses, small enough to add up by hand.

    P1 12.3456 mu low (E1), P2 20 mu low and not started for two years (E2), P3 30 mu not low (E3),
    P4 8 mu partly low (E2 and E3), P5 5.5 mu stopped (E4), P6 10 mu without a park, not rated, nobody.
    """
    parcels = pd.DataFrame(
        {
            "parcel_id": ["P1", "P2", "P3", "P4", "P5", "P6"],
            "holder": ["甲食品", "乙食品", "丙食品", "丙食品", "丁食品", None],
            "park": ["高新", "高新", "城东", "城东", "城东", None],
            "area_mu": [12.3456, 20.0, 30.0, 8.0, 5.5, 10.0],
            "tax_wan": [10.0, 20.0, 300.0, 44.0, None, None],
            "output_wan": [100.0, 200.0, 3000.0, 440.0, None, None],
            "energy_tce": [5.0, None, 30.0, None, None, None],
            "tax_per_mu": [10 / 12.3456, 1.0, 10.0, 5.5, None, None],
            "price_coefficient": [1.0, 1.2, 0.8, 1.0, 1.0, 1.0],
            "low_efficiency_share": [1.0, 1.0, 0.0, 0.25, None, None],
            "efficiency_class": ["low", "low", "not_low", "partly_low", "stopped", "not_rated"],
            "idle_class": ["NORMAL", "IDLE_T1", "NORMAL", "OVERDUE_FINISH", "NOT_APPLICABLE", "UNDETERMINED"],
            "idle_years": pd.array([None, 2, None, None, None, None], dtype="Int64"),
            "idle_days": pd.array([None, 800, None, None, None, None], dtype="Int64"),
            "idle_since": pd.to_datetime([None, "2024-04-21", None, None, None, None]),
            "idle_cause": [None, "enterprise", None, None, None, None],
            "consequence": ["none", "reclaim", "none", "warn", "none", "verify"],
            "idle_fee_wan": [None, None, None, None, None, None],
            "start_due": pd.to_datetime(["2020-01-01", "2024-04-20", None, "2020-01-01", None, None]),
            "reasons": [["R01"], ["R01"], [], ["R01"], ["R06"], []],
            "because": ["甲", "乙", None, "丙", "丁", None],
        }
    ).astype({"idle_fee_wan": "float64"})
    enterprises = pd.DataFrame(
        {
            "uscc": ["E1", "E2", "E3", "E4", "E5"],
            "name": ["甲食品", "乙食品", "丙食品", "丁食品", "=戊食品"],
            "industry_code": ["1310", "1320", "1310", "1310", "1392"],
            "scale": ["规上", "规下", "规上", "规下", None],
            "production_state": ["正常", "半停产", "正常", "停产", "正常"],
            "industry_group": ["13", "13", "13", None, None],
            "n_in_group": pd.array([3, 3, 3, None, None], dtype="Int64"),
            "area_mu": [12.3456, 22.0, 36.0, 5.5, None],
            "tax_wan": [10.0, 31.0, 333.0, None, 7.0],
            "output_wan": [100.0, 310.0, 3330.0, None, 70.0],
            "energy_tce": [5.0, None, 30.0, None, None],
            "tax_per_mu": [10 / 12.3456, 31 / 22, 333 / 36, None, None],
            "score": [12.0, 30.0, 120.0, None, None],
            "rank": pd.array([1, 2, 3, None, None], dtype="Int64"),
            "low_efficiency": pd.array([True, True, False, None, None], dtype="boolean"),
            "status": ["RANKED", "RANKED", "RANKED", "CLOSED", "NO_LAND"],
            "reasons": [["R01"], ["R01"], [], [], []],
            "reasons_noted": [[], ["R02"], [], [], []],
        }
    )
    occupancy = pd.DataFrame(
        [
            ("P1", "E1", 12.3456),
            ("P2", "E2", 20.0),
            ("P3", "E3", 30.0),
            ("P4", "E2", 2.0),
            ("P4", "E3", 6.0),
            ("P5", "E4", 5.5),
        ],
        columns=["parcel_id", "uscc", "land_mu"],
    )
    groups = pd.DataFrame(
        {"industry_group": ["13"], "name": ["农副食品加工业"], "n": [3], "k": [1], "flagged": [2], "tied_at_cut": [1]}
    )
    return analysis(parcels, enterprises, occupancy, groups=groups, **more)


def district(n_parcels: int = 200, n_enterprises: int = 150, n_issues: int = 60, *, seed: int = 7, **more) -> Analysis:
    """Return a made-up district with every class, for looking at the pages and for speed."""
    rng = np.random.default_rng(seed)
    enterprises = _enterprises(rng, n_enterprises)
    parcels = _parcels(rng, n_parcels)
    at = rng.integers(0, n_enterprises, n_parcels)
    uses = pd.DataFrame(
        {"parcel_id": parcels["parcel_id"], "uscc": enterprises["uscc"].to_numpy()[at], "land_mu": parcels["area_mu"]}
    )
    shared = uses.iloc[:: max(n_parcels // 40, 1)].assign(
        uscc=lambda t: np.roll(t["uscc"].to_numpy(), 1), land_mu=lambda t: t["land_mu"] / 2
    )
    occupancy = pd.concat([uses, shared], ignore_index=True).drop_duplicates(["parcel_id", "uscc"], ignore_index=True)
    ranked = enterprises.loc[enterprises["status"].eq("RANKED")]
    counts = ranked.groupby("industry_group").agg(n=("uscc", "size"), flagged=("low_efficiency", "sum"))
    groups = pd.DataFrame({"industry_group": [g for g, _ in GROUPS], "name": [name for _, name in GROUPS]})
    groups = groups.merge(counts, on="industry_group", how="left").astype({"n": "Int64", "flagged": "Int64"})
    groups = groups.assign(
        k=groups["flagged"],
        tied_at_cut=0,
        base_tax_per_mu=8.5415,
        base_output_per_mu=194.4958,
        base_output_per_energy=17.7135,
    )
    severities = ("warning", "note")
    found = issues(*[(severities[i % 2], f"FAULT_{i % 9:02d}") for i in range(n_issues)])
    owners = np.array(["税务", "统计", "供电", "不动产登记", "园区", "自然资源", "其他"], dtype=object)
    more.setdefault("issues", found.assign(owner=owners[np.arange(n_issues) % 7]))
    return analysis(parcels, enterprises, occupancy, groups=groups, **more)


def _enterprises(rng: np.random.Generator, size: int) -> pd.DataFrame:
    group = rng.integers(0, len(GROUPS), size)
    ranked = rng.random(size) < 0.8
    area = np.round(rng.lognormal(2.7, 0.8, size), 2)
    tax = np.round(area * rng.lognormal(1.8, 0.9, size), 2)
    score = np.round(rng.uniform(5, 150, size), 9)
    listed = ranked & (score < 28)
    names = np.array(
        ["安澜瑞禾粮油食品", "石桥鑫达鞋业", "安澜堃泰精密铸造", "安澜县青塘水泥制品厂(普通合伙)"], dtype=object
    )
    codes = np.array([g for g, _ in GROUPS], dtype=object)
    table = pd.DataFrame(
        {
            "uscc": [f"91990781MA{i:07d}X" for i in range(size)],
            "name": [f"{names[i % 4]}{i}有限公司" if i % 4 < 3 else f"{names[3]}{i}" for i in range(size)],
            "industry_code": pd.Series(codes[group]) + "10",
            "scale": np.where(rng.random(size) < 0.4, "规上", "规下"),
            "registry_state": "存续",
            "production_state": np.where(rng.random(size) < 0.9, "正常", "停产"),
            "labels": np.where(rng.random(size) < 0.2, "高新技术企业、专精特新", None),
            "registered_on": pd.Timestamp("2012-05-06") + pd.to_timedelta(rng.integers(0, 4000, size), unit="D"),
            "area_mu": area,
            "price_coefficient": rng.choice([1.4199, 1.1359, 0.8519, 0.6085], size),
            "tax_wan": np.where(rng.random(size) < 0.05, np.nan, tax),
            "output_wan": np.round(tax * 27.3, 2),
            "energy_tce": np.where(rng.random(size) < 0.4, np.nan, np.round(tax * 3.1, 3)),
            "output_source": np.where(rng.random(size) < 0.5, "output", "revenue"),
            "score": np.where(ranked, score, np.nan),
            "grade": np.where(ranked, "C", None),
            "status": np.where(ranked, "RANKED", np.array(STATUSES, dtype=object)[np.arange(size) % len(STATUSES)]),
            "industry_group": np.where(ranked, codes[group], None),
            "low_efficiency": pd.array(listed, dtype="boolean"),
            "reasons": [["R01"] if one else [] for one in listed],
            "reasons_noted": [["R02", "R07"] if i % 5 == 0 else [] for i in range(size)],
            "because": "亩均税收1.52万元/亩,行业平均8.54万元/亩;得分18.20,末位序2,组内31家,末位线第5名",
        }
    )
    table["rank"] = table.groupby("industry_group")["score"].rank(method="min").astype("Int64")
    table["n_in_group"] = table.groupby("industry_group")["uscc"].transform("size").astype("Int64")
    table["output_per_mu"] = table["output_wan"] / table["area_mu"]
    table["tax_per_mu"] = table["tax_wan"] / table["area_mu"]
    table["output_per_energy"] = table["output_wan"] / table["energy_tce"]
    for name in ("tax_per_mu", "output_per_mu"):
        table[f"{name}_corrected"] = table[name] / table["price_coefficient"]
    return table


def _parcels(rng: np.random.Generator, size: int) -> pd.DataFrame:
    place = rng.integers(0, 5, size)
    area = np.round(rng.lognormal(2.6, 0.9, size), 4)
    idle = np.array(IDLE, dtype=object)[rng.choice(len(IDLE), size, p=[0.6, 0.05, 0.05, 0.07, 0.03, 0.05, 0.05, 0.1])]
    is_t1 = idle == "IDLE_T1"
    years = np.where(is_t1, rng.integers(1, 3, size), 0)
    price = np.round(area * 19.6, 2)
    start = pd.Series(pd.Timestamp("2023-03-01") + pd.to_timedelta(rng.integers(0, 700, size), unit="D"))
    efficiency = np.array(CLASSES, dtype=object)[rng.choice(len(CLASSES), size, p=[0.15, 0.05, 0.05, 0.03, 0.52, 0.2])]
    tax = np.round(area * 6.1, 2)
    suspected = is_t1 | (idle == "IDLE_T2")
    return pd.DataFrame(
        {
            "parcel_id": [f"9907810{i % 7 + 1:02d}002GB{i:05d}" for i in range(size)],
            "cert_no": [f"安(2019)安澜县不动产权第{i:07d}号" for i in range(size)],
            "supervision_no": [f"9907812019B{i:08d}" for i in range(size)],
            "contract_no": [f"990781-2019-CR-{i:04d}" for i in range(size)],
            "holder": [f"安澜瑞禾粮油食品{i}有限公司" for i in range(size)],
            "holder_uscc": [f"91990781MA{i:07d}X" for i in range(size)],
            "park": pd.Series([*PARKS, None], dtype="str").to_numpy(dtype=object)[place],
            "town": pd.Series([*TOWNS, "柳河镇"]).to_numpy(dtype=object)[place],
            "address": [f"安澜大道{i}号" for i in range(size)],
            "land_use": "工业用地",
            "planned_use": "工业",
            "supply_mode": "挂牌出让",
            "area_mu": area,
            "land_price_wan": price,
            "price_paid_wan": price,
            "contract_date": start - pd.Timedelta(days=400),
            "handover_due": start - pd.Timedelta(days=300),
            "handover_date": (start - pd.Timedelta(days=290)).where(rng.random(size) < 0.8),
            "start_due": start,
            "start_date": pd.Series(np.where(suspected, np.datetime64("NaT"), start.to_numpy())),
            "finish_due": start + pd.Timedelta(days=800),
            "finish_date": pd.Series(np.where(rng.random(size) < 0.5, np.datetime64("NaT"), start.to_numpy())),
            "area_due_m2": area * 600,
            "area_started_m2": np.where(is_t1, 0.0, area * 190),
            "invest_due_wan": price * 5,
            "invest_actual_wan": np.where(is_t1, 0.0, price),
            "gov_delay_days": pd.array(rng.integers(0, 2, size) * 100, dtype="Int64"),
            "mortgage_no": np.where(rng.random(size) < 0.2, "安抵2021-0042", None),
            "seizure_no": pd.Series([None] * size, dtype="str"),
            "tax_wan": np.where(rng.random(size) < 0.9, tax, np.nan),
            "output_wan": np.round(tax * 27.3, 2),
            "energy_tce": np.round(tax * 3.1, 3),
            "tax_per_mu": tax / area,
            "output_per_mu": tax * 27.3 / area,
            "output_per_energy": 27.3 / 3.1,
            "price_coefficient": rng.choice([1.4199, 1.1359, 0.8519, 0.6085], size),
            "far": np.round(rng.uniform(0.2, 2.4, size), 2),
            "site_coverage": rng.uniform(0.1, 0.7, size),
            "built_share": rng.uniform(0, 1, size),
            "invest_per_mu_wan": price / area,
            "low_efficiency_share": rng.uniform(0, 1, size),
            "efficiency_class": efficiency,
            "idle_class": idle,
            "idle_years": pd.array(np.where(suspected, np.maximum(years, 1), 0), dtype="Int64"),
            "idle_since": (start + pd.Timedelta(days=1)).where(suspected),
            "idle_days": pd.array(np.where(suspected, 800, 0), dtype="Int64"),
            "idle_cause": np.where(suspected, "enterprise", None),
            "consequence": np.where(is_t1 & (years == 1), "fee", np.where(is_t1, "reclaim", "none")),
            "idle_fee_wan": np.where(is_t1 & (years == 1), price * 0.2, np.nan),
            "reclaim_from": (start + pd.Timedelta(days=731)).where(is_t1),
            "next_deadline": (start + pd.Timedelta(days=731)).where(is_t1),
            "article": np.where(suspected, "第二条、第十四条第一项", None),
            "reasons": [["R01"] if c in {"low", "partly_low"} else [] for c in efficiency],
            "because": "约定动工2024-04-20,至2026-06-30未动工,满2年",
        }
    )


def as_pdf(data: bytes, soffice: str, folder) -> pypdf.PdfReader:
    """Return a Word document as LibreOffice sets it."""
    (folder / "a.docx").write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / "a.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return pypdf.PdfReader(folder / "a.pdf")
