"""The task of the year: cases under way, targets, demands for land, and two plans written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from generator.model import Plot

Rows = list[dict[str, object]]

LOW, STOPPED, IDLE = "低效用地", "停产空置", "疑似闲置土地"
PARKS = {
    "安澜高新技术产业园": 90.0,
    "安澜经济开发区城东片区": 150.0,
    "石桥鞋服产业园": 40.0,
    "青塘建材产业园": 50.0,
    "柳河农产品加工园": 30.0,
    "园区外": 20.0,
}
"""Task of each park in mu: 380.00 together."""
TOWNS = {
    "城关街道": 100.0,
    "城东街道": 152.0,
    "石桥镇": 48.0,
    "青塘镇": 50.0,
    "柳河镇": 30.0,
}
"""The same task by town."""
MONTHS = {3: 60.0, 4: 30.0, 5: 40.0, 6: 50.0, 7: 40.0, 8: 30.0, 9: 40.0, 10: 30.0, 11: 30.0, 12: 30.0}
"""The same task by the month it is due in: 180.00 mu by the day for idle time."""


class Case(NamedTuple):
    """One row of the case register."""

    parcel_id: str
    list: str
    stage: str
    measure: str
    mu: float
    due: date
    done_on: date | None = None
    doc_no: str = ""
    note: str = ""


CASES = (
    # Five auctions: three sold, 94.00 mu, two without a bid.
    Case("990781004004GB00046", STOPPED, "已成交", "M3", 35.30, date(2026, 4, 30), date(2026, 4, 17),
         "(2026)示0781执拍3号", "道路退让部分未计"),
    Case("990781003003GB00013", STOPPED, "已成交", "M3", 31.20, date(2026, 5, 31), date(2026, 5, 22),
         "(2026)示0781执拍7号", "河道管理范围部分未计"),
    Case("990781002002GB00110", LOW, "已成交", "M3", 27.50, date(2026, 6, 30), date(2026, 6, 9),
         "(2026)示0781执拍11号", "道路退让部分未计"),
    Case("990781001001GB00040", STOPPED, "流拍", "M3", 5.70, date(2026, 5, 31), note="二次拍卖流拍"),
    Case("990781002002GB00072", STOPPED, "流拍", "M3", 11.70, date(2026, 6, 30), note="一次拍卖流拍"),
    # Two taken back, 26.00 mu; the second stands in two lists and counts once.
    Case("990781005005GB00005", IDLE, "已收回", "M6", 10.20, date(2026, 3, 31), date(2026, 3, 27),
         "安自然资收〔2026〕2号(示例)"),
    Case("990781004004GB00042", IDLE, "已收回", "M6", 15.80, date(2026, 6, 30), date(2026, 6, 18),
         "安自然资收〔2026〕5号(示例)", "其余部分已建道路"),
    Case("990781004004GB00042", STOPPED, "已收回", "M6", 15.80, date(2026, 6, 30), date(2026, 6, 18),
         "安自然资收〔2026〕5号(示例)", "与疑似闲置土地清单重复"),
    # One swap of 125.70 mu on three plots, and four others of 34.30 mu, in negotiation.
    Case("990781002002GB00174", STOPPED, "商谈中", "M2", 47.90, date(2026, 9, 30), note="三宗合并置换"),
    Case("990781002002GB00026", LOW, "商谈中", "M2", 45.20, date(2026, 9, 30), note="三宗合并置换"),
    Case("990781002002GB00040", LOW, "商谈中", "M2", 32.60, date(2026, 9, 30), note="三宗合并置换"),
    Case("990781003003GB00008", LOW, "商谈中", "M5", 9.00, date(2026, 5, 15)),
    Case("990781003003GB00050", STOPPED, "已签意向", "M1", 8.20, date(2026, 8, 31)),
    Case("990781005005GB00015", LOW, "商谈中", "M5", 7.40, date(2026, 6, 20)),
    Case("990781002006GB00001", LOW, "已签意向", "M1", 9.70, date(2026, 10, 31)),
)  # fmt: skip


class Demand(NamedTuple):
    """One project that looks for land."""

    name: str
    code: str
    mu: float
    park: str = ""
    whole: bool = False
    invest_wan: float | None = None
    tax_wan: float | None = None
    conditions: str = ""


GX, CD, SQ, QT, LH, _ = PARKS
DEMANDS = (
    Demand("储能电池模组项目", "3841", 85.0, GX, whole=True, invest_wan=42_500.0, tax_wan=2_200.0),
    Demand("新能源汽车零部件项目", "3670", 72.0, CD, whole=True, invest_wan=28_800.0, tax_wan=1_500.0),
    Demand("装配式建筑构件项目", "3022", 60.0, QT, whole=True, invest_wan=15_000.0, tax_wan=540.0),
    Demand("生物制药中间体项目", "2710", 45.0, GX, invest_wan=27_000.0, tax_wan=1_080.0),
    Demand("精密铸造扩建项目", "3391", 40.0, CD, invest_wan=12_000.0, tax_wan=420.0),
    Demand("半导体封装材料项目", "3985", 38.0, GX, invest_wan=22_800.0, tax_wan=950.0),
    Demand("数控机床总装项目", "3421", 35.0, CD, invest_wan=14_000.0, tax_wan=490.0),
    Demand("冷链食品加工项目", "1353", 32.0, LH, invest_wan=9_600.0, tax_wan=320.0),
    Demand("高档阀门项目", "3443", 30.0, invest_wan=10_500.0, tax_wan=390.0),
    Demand("光电显示组件项目", "3974", 28.0, GX, invest_wan=14_000.0, tax_wan=560.0),
    Demand("环保涂料项目", "2641", 25.0, conditions="须在化工园区", invest_wan=8_750.0, tax_wan=350.0),
    Demand("果蔬汁饮料项目", "1523", 24.0, LH, invest_wan=7_200.0, tax_wan=264.0),
    Demand("运动鞋智能工厂", "1951", 22.0, SQ, invest_wan=6_600.0, tax_wan=242.0),
    Demand("特种线缆项目", "3831", 20.0, CD, invest_wan=7_000.0, tax_wan=260.0),
    Demand("医用卫生材料项目", "2770", 16.0, invest_wan=5_600.0, tax_wan=224.0),
    Demand("鞋材配套项目", "1953", 12.0, SQ, invest_wan=2_400.0, tax_wan=96.0),
    Demand("服装定制项目", "1811", 10.0, SQ, invest_wan=1_800.0, tax_wan=80.0),
    Demand("烘焙食品项目", "1411", 9.5, LH, invest_wan=1_900.0, tax_wan=76.0),
    Demand("传感器组装项目", "4016", 8.0, GX, invest_wan=2_400.0, tax_wan=104.0),
    Demand("箱包加工项目", "1922", 6.5, SQ, invest_wan=1_100.0, tax_wan=45.0),
    Demand("包装印刷项目", "2319", 6.0, invest_wan=1_200.0, tax_wan=42.0),
    Demand("照明灯具组装项目", "3872", 5.0, CD, invest_wan=1_000.0, tax_wan=38.0),
    Demand("模具试制项目", "3525", 4.0, CD, invest_wan=960.0, tax_wan=36.0),
    Demand("净菜配送项目", "1371", 3.5, LH, invest_wan=630.0, tax_wan=21.0),
)
"""24 projects: 9 below 15 mu, three of at least 60 mu in one piece."""
BY_HAND = (
    ("甲", "990781001001GB00083", "M1"),
    ("甲", "990781002002GB00092", "M1"),
    ("甲", "990781004004GB00027", ""),
    ("甲", "990781003006GB00004", ""),
    ("乙", "990781001001GB00083", "M2"),
    ("乙", "990781002002GB00092", "M2"),
    ("乙", "990781001001GB00072", ""),
    ("不动", "990781002002GB00011", ""),
)
"""Plan, plot, measure; blank = the best one there is."""


def cases(plots: Sequence[Plot]) -> Rows:
    """Give the case register; no case handles more land than its plot has."""
    land = {plot.parcel_id: plot for plot in plots}
    for case in CASES:
        if case.mu > land[case.parcel_id].area_m2 * 3 / 2000:
            raise ValueError(f"{case.parcel_id} has less land than its case handles")
    return [
        {
            "宗地代码": case.parcel_id,
            "所属清单": case.list,
            "进展阶段": case.stage,
            "处置方式": case.measure,
            "处置面积(亩)": case.mu,
            "计入年度": 2026,
            "包联领导": "分管县领导(示例)",
            "责任单位": f"{land[case.parcel_id].town}(示例)",
            "责任人": "专班联络员(示例)",
            "完成时限": case.due,
            "完成日期": case.done_on,
            "文号": case.doc_no,
            "备注": case.note,
        }
        for case in CASES
    ]


def targets() -> Rows:
    """Give the task of the county, and the same by park, by town and by month."""
    whole = sum(PARKS.values())
    named = [{"所属园区": park, "镇(街道)": "", "月份": "", "任务面积(亩)": mu} for park, mu in PARKS.items()]
    named += [{"所属园区": "", "镇(街道)": town, "月份": "", "任务面积(亩)": mu} for town, mu in TOWNS.items()]
    named += [{"所属园区": "", "镇(街道)": "", "月份": f"2026-{m:02d}", "任务面积(亩)": mu} for m, mu in MONTHS.items()]
    rows = [{"所属园区": "", "镇(街道)": "", "月份": "", "任务面积(亩)": whole}, *named]
    return [{"年度": 2026, **row} for row in rows]


def demands() -> Rows:
    """Give the projects that look for land."""
    return [
        {
            "项目编号": f"XM{number:03d}",
            "项目名称": f"{demand.name}(示例)",
            "行业代码(GB/T 4754—2017)": demand.code,
            "用地需求(亩)": demand.mu,
            "意向园区": demand.park,
            "须连片": "是" if demand.whole else "",
            "计划投资(万元)": demand.invest_wan,
            "预计年税收(万元)": demand.tax_wan,
            "其他条件": demand.conditions,
        }
        for number, demand in enumerate(DEMANDS, start=1)
    ]


def by_hand() -> Rows:
    """Give the two plans that planners wrote by hand."""
    return [{"宗地代码": parcel_id, "方案": plan, "处置方式": measure} for plan, parcel_id, measure in BY_HAND]
