"""Who mends what, and how: severity, owner and 怎么改 of every code the key names."""

from __future__ import annotations

from typing import NamedTuple


class Mend(NamedTuple):
    """What belongs to a code."""

    severity: str
    owner: str
    """Who mends the file: 税务, 统计, 供电, 登记 or 园区 (a decision on a name is taken by the bureau itself)."""
    how: str


TOGETHER = frozenset({"MATCH_BY_NAME", "OLD_CODE_CHECK", "USCC_SHAPE", "INDUSTRY_EDITION_MIXED"})
"""Codes of which one issue speaks for all rows of a file, at the first of them: how many, and one of them."""

ANSWERS = {  # code, or table.code where the table decides who mends it
    "": Mend("none", "", "无需处理,能正确读入"),
    # polygons and register
    "CRS_TRANSFORMED": Mend("note", "登记", "核对转换后的位置;今后统一按40带提供"),
    "AREA_DIFFERENCE": Mend("warning", "登记", "对照不动产权证改正证载面积及其单位"),
    "PARCELS_OVERLAP": Mend("warning", "登记", "核实界址,改正其中一宗"),
    "SLIVER_OVERLAP": Mend("note", "登记", "更新时捕捉公共边界"),
    "GEOMETRY_REPAIRED": Mend("warning", "登记", "在原图中改正自相交"),
    "GEOMETRY_MISSING": Mend("error", "登记", "补充宗地图形"),
    "GEOMETRY_DUPLICATE": Mend("warning", "登记", "确认是否重复上图,删除多余的一个"),
    "COVERAGE_OVER_ONE": Mend("warning", "登记", "改正证载面积后自然消除"),
    "NO_HOLDER": Mend("note", "登记", "补填权利人统一社会信用代码"),
    "ID_LOST_DIGITS": Mend("error", "登记", "把宗地代码列设为文本格式,从登记系统重新导出"),
    "BLANK_KEY": Mend("error", "税务", "补填统一社会信用代码"),
    "parcels.BLANK_KEY": Mend("error", "登记", "补填宗地代码"),
    "PARCEL_WITHOUT_POLYGON": Mend("warning", "登记", "补全丢失的首位或末位字符"),
    "HOLDER_SEVERAL": Mend("warning", "登记", "共有人分行登记,注明份额"),
    "CERTIFICATE_REPEATED": Mend("warning", "登记", "按宗地分别核对证号和证载面积"),
    "HOLDER_NAME_DIFFERS": Mend("warning", "登记", "对照营业执照改正权利人名称或代码"),
    "DATE_MONTH_ONLY": Mend("note", "登记", "查合同补写到日"),
    "DATE_SENTINEL": Mend("note", "登记", "无日期请留空"),
    "DATE_ORDER": Mend("warning", "登记", "对照合同、交地确认书和施工许可改正日期"),
    # tax
    "UNIT_BY_EVIDENCE": Mend("warning", "税务", "把单位写进表头,或在项目文件中写明 units"),
    "USCC_CHECK_DIGIT": Mend("warning", "税务", "对照营业执照改正代码(字母O与数字0、相邻字符颠倒)"),
    "OLD_CODE_CHECK": Mend("warning", "税务", "对照营业执照改正旧注册号,最好换成统一社会信用代码"),
    "USCC_SHAPE": Mend("note", "税务", "旧注册号、组织机构代码换成统一社会信用代码"),
    "MATCH_BY_CODE": Mend("note", "税务", "旧注册号、组织机构代码换成统一社会信用代码"),
    "MATCH_DESPITE_CODE": Mend("warning", "税务", "对照营业执照改正代码(字母O与数字0、相邻字符颠倒)"),
    "ACCOUNT_WITHOUT_ENTERPRISE": Mend("warning", "税务", "核对代码;总机构在县外的注明"),
    "TAX_PER_MU_IMPLAUSIBLE": Mend("warning", "税务", "核对税额与用地面积及其单位"),
    "MATCH_TO_CONFIRM": Mend("warning", "税务", "在名称匹配复核表中决定是不是同一企业,并改正代码"),
    "MATCH_BY_NAME": Mend("note", "税务", "确认名称对应后补填统一社会信用代码"),
    "MATCH_BY_FORMER_NAME": Mend("note", "税务", "改用现名,补填统一社会信用代码"),
    "PARCEL_WITHOUT_ACCOUNT": Mend("warning", "税务", "补填统一社会信用代码后自然消除"),
    "CLOSED_BUT_PAYING": Mend("warning", "税务", "核实是否已注销,税款属期"),
    # statistics
    "TOTAL_ROW": Mend("note", "统计", "无需处理;报送时可删去小计、合计行"),
    "CELL_ERROR": Mend("error", "统计", "改正公式,或粘贴为数值"),
    "NUMBER_TEXT": Mend("error", "统计", "单元格只填数字,说明另列"),
    "ENERGY_INTENSITY_IMPLAUSIBLE": Mend("warning", "统计", "核对能耗单位(千克标准煤应除以1000)"),
    "ENERGY_BASIS_MIXED": Mend("warning", "统计", "统一换算为等价值后重新提供"),
    "INDUSTRY_EDITION_MIXED": Mend("warning", "统计", "按GB/T 4754—2017重新填写行业代码"),
    "EMPLOYEES_ZERO_WITH_TAX": Mend("warning", "统计", "核对平均用工人数;未知留空"),
    "OUTPUT_TAX_RATIO_IMPLAUSIBLE": Mend("warning", "统计", "核对工业总产值的位数与单位"),
    "LAND_TINY": Mend("warning", "登记", "核对用地面积及其单位"),
    "SHEETS_NOT_READ": Mend("note", "统计", "删除隐藏工作表,或在项目文件中写明 sheet"),
    "NAME_ODD": Mend("warning", "统计", "对照营业执照改正企业名称"),
    "NAME_LINE_BREAK": Mend("note", "统计", "删除名称中的换行"),
    "CODE_NAME_DIFFERS": Mend("warning", "统计", "核对代码与名称是否为同一企业"),
    # users of land and electricity
    "LEASE_EXCEEDS_LAND": Mend("warning", "园区", "核对租赁合同面积"),
    "OCCUPANCY_NOT_ON_LAND_DATE": Mend("note", "园区", "已续租的更新终止日期"),
    "ENTERPRISE_WITHOUT_LAND": Mend("note", "园区", "补充实际用地关系"),
    "SUBLEASE_OF_SUBLEASE": Mend("note", "园区", "核实层层转租及出租人同意"),
    "LEASE_CYCLE": Mend("error", "园区", "核对出租方和承租方"),
    "OWN_EXCEEDS_LAND": Mend("warning", "园区", "核实两家各自的用地面积"),
    "METER_SHARED": Mend("warning", "供电", "填写各承租户分摊比例"),
    "STOPPED_BUT_POWERED": Mend("warning", "供电", "现场核实停产企业用电去向"),
    "POWER_ZERO_BUT_RUNNING": Mend("warning", "供电", "核实户号与生产状态"),
    "POWER_NONE_12_MONTHS": Mend("warning", "供电", "核实户号与生产状态"),
    # evidence
    "BARE_BUT_RUNNING": Mend("note", "园区", "核对影像分类(露天堆场、尾矿易误判)"),
    "BUILT_BUT_NOT_STARTED": Mend("warning", "登记", "现场核查动工情况"),
}
