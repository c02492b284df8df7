"""Read the written files the way a careful clerk would: titles to names, blanks to None."""

from __future__ import annotations

import csv
import math
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl  # type: ignore[import-untyped]
from shapely.geometry.base import BaseGeometry

Record = dict[str, Any]
AS_OF = date(2026, 6, 30)
NAMES = {
    "宗地代码": "parcel_id",
    "权利人": "holder",
    "权利人代码": "holder_uscc",
    "所属园区": "park",
    "镇街": "town",
    "土地级别": "price_level",
    "土地用途": "land_use",
    "权属性质": "ownership",
    "证载面积": "registered_area_m2",
    "约定动工(开工)时间": "start_due",
    "实际动工(开工)时间": "start_date",
    "动工状态": "start_state",
    "约定竣工时间": "finish_due",
    "实际竣工时间": "finish_date",
    "实际交付土地时间": "handover_date",
    "批准供地时间": "approval_date",
    "中止开发建设时间": "suspended_from",
    "恢复开发建设时间": "resumed_on",
    "政府原因影响天数": "gov_delay_days",
    "延误原因": "delay_cause",
    "合同签订日期": "contract_date",
    "应动工开发建设用地面积(平方米)": "area_due_m2",
    "已动工开发建设用地面积(平方米)": "area_started_m2",
    "约定总投资额(不含地价)(万元)": "invest_due_wan",
    "已投资额(不含地价)(万元)": "invest_actual_wan",
    "土地出让(划拨)价款(万元)": "land_price_wan",
    "统一社会信用代码": "uscc",
    "企业名称": "name",
    "行业代码(GB/T 4754—2017)": "industry_code",
    "企业规模(规上/规下)": "scale",
    "登记状态": "registry_state",
    "成立日期": "registered_on",
    "免评依据": "exemption",
    "年度": "year",
    "实缴税收(万元)": "tax_wan",
    "营业收入(万元)": "revenue_wan",
    "工业总产值(万元)": "output_wan",
    "综合能源消费量(吨标准煤)": "energy_tce",
    "用地方式(自有/承租)": "tenure",
    "出租方统一社会信用代码": "lessor_uscc",
    "使用土地面积(平方米)": "area_m2",
    "使用(承租)建筑面积(平方米)": "floor_area_m2",
    "起始日期": "from_date",
    "终止日期": "to_date",
    "基准地价": "price",
    "出让合同编号(划拨决定书号)": "contract_no",
    "查封文号": "seizure_no",
    "查封日期": "seizure_from",
    "抵押登记证明号": "mortgage_no",
    "供地方式": "supply_mode",
    "签订日期": "signed",
    "文号": "doc_no",
    "户号": "meter_no",
    "月份": "month",
    "用电量(千瓦时)": "electricity_kwh",
    "分摊比例": "share",
}
CONTRACT = (
    "start_due",
    "start_date",
    "start_state",
    "finish_due",
    "finish_date",
    "handover_date",
    "approval_date",
    "suspended_from",
    "resumed_on",
    "gov_delay_days",
    "delay_cause",
    "area_due_m2",
    "area_started_m2",
    "invest_due_wan",
    "invest_actual_wan",
    "land_price_wan",
    "contract_date",
    "contract_no",
    "seizure_no",
    "seizure_from",
    "mortgage_no",
    "supply_mode",
)


@dataclass
class Inputs:
    """The tables of the district as read back."""

    parcels: dict[str, Record]
    enterprises: dict[str, Record]
    accounts: dict[tuple[str, int], Record]
    occupancy: list[Record]
    price_map: list[tuple[float, BaseGeometry]]
    level_prices: dict[str, float]
    amendments: dict[str, Record]
    delays: list[Record]
    meters: list[Record]
    project: dict[str, Any]


def read_inputs(folder: Path) -> Inputs:
    """Read every file that the project names; agreements and delays are in force on the parcels."""
    parcels: dict[str, Record] = {}
    for row in _shapes(folder / "parcels.shp"):
        parcels[row["parcel_id"]] = {**dict.fromkeys(CONTRACT), **row}
    for name in ("registry.xlsx", "contracts.xlsx"):
        for row in sheet(folder / name):
            parcels[row["parcel_id"]].update({key: value for key, value in row.items() if key in CONTRACT})
    amendments = {row["contract_no"]: row for row in sheet(folder / "amendments.xlsx")}
    delays = sheet(folder / "delays.xlsx")
    _put_in_force(parcels, amendments, delays)
    accounts: dict[tuple[str, int], Record] = {}
    for path in sorted(folder.glob("accounts_*")):
        for row in _csv(path) if path.suffix == ".csv" else sheet(path):
            account = accounts.setdefault((row["uscc"], int(row["year"])), {})
            account.update({key: value for key, value in row.items() if value is not None})
    prices = list(_shapes(folder / "land_prices.shp"))
    return Inputs(
        parcels,
        {row["uscc"]: row for row in sheet(folder / "enterprises.xlsx")},
        accounts,
        sheet(folder / "leases.xlsx"),
        [(float(row["price"]), row["geometry"]) for row in prices],
        {row["price_level"]: float(row["price"]) for row in prices},
        amendments,
        delays,
        sheet(folder / "meters.xlsx"),
        tomllib.loads((folder / "landuse.toml").read_text(encoding="utf-8")),
    )


def _put_in_force(parcels: dict[str, Record], amendments: dict[str, Record], delays: list[Record]) -> None:
    """Give the parcels their amended dates, and the days of documented delay, each day once."""
    for row in parcels.values():
        row["start_due_original"] = row["start_due"]
        amended = amendments.get(row["contract_no"] or "")
        if amended:
            row.update({name: amended[name] for name in ("start_due", "finish_due") if amended[name]})
    lost: dict[str, set[date]] = {}
    for row in delays:
        if row["from_date"] and row["delay_cause"].startswith("政府原因"):
            last = min(row["to_date"] or AS_OF, AS_OF)
            days = (last - row["from_date"]).days + 1
            lost.setdefault(row["parcel_id"], set()).update(row["from_date"] + timedelta(n) for n in range(days))
    for parcel, dates in lost.items():
        parcels[parcel]["gov_delay_days"] = len(dates)


def sheet(path: Path) -> list[Record]:
    """Read the one sheet of a workbook."""
    rows = openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)
    titles = [NAMES.get(str(title), str(title)) for title in next(rows)]
    out: list[Record] = []
    for row in rows:
        cells = [value.date() if isinstance(value, datetime) else value for value in row]
        out.append(dict(zip(titles, [*cells, *[None] * (len(titles) - len(cells))], strict=True)))
    return out


def _csv(path: Path) -> list[Record]:
    """Read a GBK csv; every column after the year is a number."""
    with path.open(encoding="gbk", newline="") as source:
        return [
            {
                NAMES.get(key, key): (float(value) if key.endswith("(万元)") else value) if value else None
                for key, value in row.items()
            }
            for row in csv.DictReader(source)
        ]


def _shapes(path: Path) -> list[Record]:
    """Read a shapefile; blank text is no value."""
    frame = gpd.read_file(path, encoding="gbk")
    columns = [NAMES.get(name, name) for name in frame.columns]
    out: list[Record] = []
    for row in frame.itertuples(index=False):
        cells = [
            None if value is None or value == "" or (isinstance(value, float) and math.isnan(value)) else value
            for value in row
        ]
        out.append(dict(zip(columns, cells, strict=True)))
    return out
