"""Rows of every input file under the titles a bureau uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from generator.codes import credit_code, estate_unit
from generator.leases import Lease
from generator.model import Firm, Plot
from generator.names import RARE_NAMES
from generator.spec import DIVISION, YEARS

Rows = list[dict[str, object]]

CONTRACT_TITLES = {
    "contract_no": "出让合同编号(划拨决定书号)",
    "contract_date": "合同签订日期",
    "approval_date": "批准供地时间",
    "handover_due": "约定交付土地时间",
    "handover_date": "实际交付土地时间",
    "start_due": "约定动工(开工)时间",
    "start_date": "实际动工(开工)时间",
    "start_state": "动工状态",
    "finish_due": "约定竣工时间",
    "finish_date": "实际竣工时间",
    "suspended_from": "中止开发建设时间",
    "resumed_on": "恢复开发建设时间",
    "gov_delay_days": "政府原因影响天数",
    "delay_cause": "延误原因",
    "area_due_m2": "应动工开发建设用地面积(平方米)",
    "area_started_m2": "已动工开发建设用地面积(平方米)",
    "invest_due_wan": "约定总投资额(不含地价)(万元)",
    "invest_actual_wan": "已投资额(不含地价)(万元)",
    "land_price_wan": "土地出让(划拨)价款(万元)",
    "price_paid_wan": "已缴土地价款(万元)",
    "tax_due_wan_per_mu": "约定亩均税收(万元/亩)",
    "far_due": "约定容积率下限",
}
LAND_USES = ("物流仓储用地", "商务金融用地", "科研用地", "公用设施用地", "零售商业用地")


def parcels(plots: Sequence[Plot]) -> Rows:
    """Give the attributes of the shapefile: field names of at most five characters."""
    parks = {
        "GX": "安澜高新技术产业园",
        "CD": "安澜经济开发区城东片区",
        "SQ": "石桥鞋服产业园",
        "QT": "青塘建材产业园",
        "LH": "柳河农产品加工园",
        "OUT": "",
    }
    rows: Rows = []
    for index, plot in enumerate(plots):
        use = LAND_USES[index % len(LAND_USES)] if plot.state == "NON_INDUSTRIAL" else "工业用地"
        rows.append(
            {
                "宗地代码": plot.parcel_id,
                "权利人": plot.holder,
                "权利人代码": plot.holder_uscc,
                "所属园区": parks[plot.place],
                "镇街": plot.town,
                "土地用途": use,
                "权属性质": "集体" if plot.idle_case == "I24" else "国有",
                "土地级别": plot.level,
                "坐落": plot.address,
                "证载面积": plot.area_m2,
            }
        )
    return rows


def registry(plots: Sequence[Plot]) -> Rows:
    """Give what the real-estate register says beside the polygon."""
    rows: Rows = []
    for number, plot in enumerate(plots, start=1):
        if plot.state == "RESERVE":
            continue
        facts = plot.contract
        signed = facts.get("contract_date")
        year = signed.year if isinstance(signed, date) else 1999 + number % 20
        built = facts.get("start_state") == "已竣工" or plot.state in {"IN_USE", "EXEMPT", "NON_INDUSTRIAL"}
        mode = facts.get("supply_mode") or ("划拨" if number % 9 == 0 else "协议出让")
        mortgage = facts.get("mortgage_no")
        if mortgage is None and plot.state in {"IN_USE", "STOPPED"} and number % 7 == 0:
            mortgage = f"示({min(year + 2, 2025)})安澜县不动产证明第{number:07d}号"
        seized = plot.state == "STOPPED" and number % 5 == 0
        rows.append(
            {
                "宗地代码": plot.parcel_id,
                "宗地名称(项目名称)": f"{plot.holder}{'二期' if plot.idle_case == 'I29' else ''}项目",
                "不动产权证号": f"示({year})安澜县不动产权第{number:07d}号",
                "不动产单元代码": estate_unit(plot.parcel_id, with_building=built),
                "电子监管号": f"{DIVISION}{year}B{number:05d}" if signed else None,
                "供地方式": mode,
                "规划用途": "工业用地" if plot.state != "NON_INDUSTRIAL" else "其他",
                "土地使用终止日期": _term_end(signed) if isinstance(signed, date) and mode != "划拨" else None,
                "抵押登记证明号": mortgage,
                "查封文号": facts.get("seizure_no") or (f"(2025)示0781执{number:03d}号" if seized else None),
                "查封日期": facts.get("seizure_from") or (date(2025, number % 9 + 1, 15) if seized else None),
            }
        )
    return rows


def _term_end(signed: date) -> date:
    """Give the end of fifty years of use."""
    return signed.replace(year=signed.year + 50, day=min(signed.day, 28))


def contracts(plots: Sequence[Plot]) -> Rows:
    """Give the contract table; plots without a contract have no row."""
    return [
        {
            "宗地代码": plot.parcel_id,
            "受让人": plot.holder,
            **{title: plot.contract.get(key) for key, title in CONTRACT_TITLES.items()},
        }
        for plot in plots
        if plot.contract
    ]


def amendments(plots: Sequence[Plot]) -> Rows:
    """Give the supplementary agreement of I28."""
    plot = next(plot for plot in plots if plot.idle_case == "I28")
    return [
        {
            "出让合同编号(划拨决定书号)": plot.contract["contract_no"],
            "签订日期": date(2024, 9, 20),
            "约定动工(开工)时间": date(2025, 9, 1),
            "约定竣工时间": date(2027, 9, 1),
            "补充协议文号": "安自然资补〔2024〕6号(示例)",
        }
    ]


def delays(plots: Sequence[Plot]) -> Rows:
    """Give the documented government delays: a period for I12, and for I13 a document that states none."""
    by_case = {plot.idle_case: plot for plot in plots if plot.idle_case}
    return [
        {
            "宗地代码": by_case[case].parcel_id,
            "起始日期": first,
            "终止日期": last,
            "延误原因": f"政府原因:{cause}",
            "文号": number,
        }
        for case, first, last, cause, number in (
            ("I12", date(2024, 3, 1), date(2025, 2, 28), "规划依法修改", "安自然资函〔2024〕9号"),
            ("I13", None, None, "未按约定交付土地", "安自然资函〔2024〕18号"),
        )
    ]


def enterprises(firms: Sequence[Firm]) -> Rows:
    """Give the enterprise table."""
    return [
        {
            "统一社会信用代码": f.uscc,
            "企业名称": f.name,
            "曾用名": f.former_names,
            "行业代码(GB/T 4754—2017)": f.industry_code,
            "企业规模(规上/规下)": f.scale,
            "企业标签(高新、专精特新等)": f.labels,
            "企业来源地": f.origin,
            "登记状态": f.registry_state,
            "生产状态": f.production_state,
            "成立日期": f.registered_on,
            "免评依据": f.exemption,
        }
        for f in firms
    ]


def tax(firms: Sequence[Firm], year: int) -> Rows:
    """Give the tax office's list of a year; two lines of 2025 belong to taxpayers of another county."""
    rows: Rows = [
        {
            "统一社会信用代码": f.uscc,
            "纳税人名称": f.name,
            "年度": year,
            "实缴税收(万元)": row["tax_wan"],
            "营业收入(万元)": row.get("revenue_wan"),
            "利润总额(万元)": row.get("profit_wan"),
        }
        for f in firms
        if (row := f.accounts.get(year))
    ]
    if year == 2025:
        for number, amount in UNMATCHED_TAX:
            rows.append(
                {
                    "统一社会信用代码": credit_code(number),
                    "纳税人名称": f"临洲{'安驰' if number % 2 else '广陌'}建设有限公司",
                    "年度": year,
                    "实缴税收(万元)": amount,
                    "营业收入(万元)": round(amount * 21, 2),
                    "利润总额(万元)": round(amount * 1.4, 2),
                }
            )
    return rows


UNMATCHED_TAX = ((771, 36.52), (772, 118.07))


def output(firms: Sequence[Firm]) -> Rows:
    """Give the statistics office's table of all years."""
    return [
        {
            "统一社会信用代码": f.uscc,
            "企业名称": f.name,
            "年度": year,
            "工业总产值(万元)": row["output_wan"],
            "工业增加值(万元)": row["value_added_wan"],
            "平均用工人数(人)": row["employees"],
            "研发费用(万元)": row["rd_wan"],
        }
        for year in YEARS
        for f in firms
        if (row := f.accounts.get(year)) and "output_wan" in row
    ]


def energy(firms: Sequence[Firm]) -> Rows:
    """Give the energy and electricity table of all years."""
    return [
        {
            "统一社会信用代码": f.uscc,
            "企业名称": f.name,
            "年度": year,
            "综合能源消费量(吨标准煤)": row.get("energy_tce"),
            "用电量(千瓦时)": row["electricity_kwh"],
            "能耗口径": "等价值" if "energy_tce" in row else None,
        }
        for year in YEARS
        for f in firms
        if (row := f.accounts.get(year)) and "electricity_kwh" in row
    ]


def leases(rows: Sequence[Lease]) -> Rows:
    """Give the table of land users beside the holders."""
    return [
        {
            "宗地代码": r.plot.parcel_id,
            "统一社会信用代码": r.firm.uscc,
            "企业名称": r.firm.name,
            "用地方式(自有/承租)": r.tenure,
            "出租方统一社会信用代码": r.lessor,
            "使用土地面积(平方米)": r.area_m2,
            "使用(承租)建筑面积(平方米)": r.floor_area_m2,
            "起始日期": r.from_date,
            "终止日期": r.to_date,
            "备注": r.note,
        }
        for r in rows
    ]


def is_rare(name: str) -> bool:
    """Say whether a name has characters outside GBK."""
    return name in RARE_NAMES
