"""The project file of the faulty variant, and the projects that cannot run at all."""

from __future__ import annotations

from generator.project_text import PROJECT

HEAD = PROJECT[: PROJECT.index("[inputs]")].replace("工业用地评价", "工业用地评价(含错误数据)")
RASTERS = PROJECT[PROJECT.index("[inputs.rasters]") : PROJECT.index("# Field names of a shapefile")]
TAXPAYERS = PROJECT[PROJECT.index("# The tax bureau calls") : PROJECT.index("# What surrounds")]
PRICES = PROJECT[PROJECT.index("[columns.land_prices]") : PROJECT.index("# The same run asked")]
OUTPUTS = PROJECT[PROJECT.index("[outputs]") :]

FAULTY = f"""\
# 有意埋设25类数据错误的示范县:能运行完毕,退出状态1,成果标注草稿。答案见 faulty/truth/faults.csv。
# The demonstration district with 25 planted kinds of faults: it runs to its end with exit status 1, outputs marked as
# draft; the key is faulty/truth/faults.csv. What cannot run at all (exit status 2, nothing written) stands in small
# projects of its own, faulty/fatal_*.toml, with their key in faulty/truth/fatal.csv.
{HEAD}\
[inputs]
# Two files of polygons in two zones (EPSG:4528 and EPSG:4527), GBK without .cpg, field names cut at ten bytes: the
# header 证载面积( has lost its unit, so it is stated here.
parcels = [
  {{ path = "faulty/parcels.shp", units = {{ registered_area_m2 = "平方米" }} }},
  {{ path = "faulty/parcels_柳河.shp", units = {{ registered_area_m2 = "平方米" }} }},
  "faulty/registry.xlsx",
  "faulty/contracts.xlsx",
]
enterprises = "faulty/enterprises.xlsx"
accounts = [
  "faulty/accounts_tax_2023.csv", # 元
  "faulty/accounts_tax_2024.csv", # no unit in the header: 万元, as the other years say
  "faulty/accounts_tax_2025.csv", # 千元
  {{ path = "faulty/accounts_output.xlsx", header_rows = [2, 3], columns = {{ year = {{ value = 2025 }} }} }},
  "faulty/accounts_output_2023_2024.xlsx",
  "faulty/accounts_energy.xlsx", # sheet not named: the first visible one, Sheet1 (2)
]
occupancy = "faulty/leases.xlsx"
meters = "faulty/meters.xlsx"
land_prices = {{ path = "land_prices.shp", units = {{ price_yuan_per_m2 = "元/平方米" }} }}
buildings = {{ path = "buildings.shp", units = {{ height_m = "米", floor_area_m2 = "平方米" }} }}
parks = "parks.shp"

{RASTERS.replace('"landcover_', '"faulty/landcover_')}\
{TAXPAYERS}{PRICES}{OUTPUTS}"""

UNIT_ABOVE = "单位:千元,,\n统一社会信用代码,年度,实缴税收\n91990781MA0000001R,2025,1234.5\n"
"""A list whose header states no unit while the line above states another one than 万元."""

FATAL = {
    "accounts_unit_above.csv": UNIT_ABOVE,
    "fatal_inputs.toml": f"""\
# 读取阶段的致命问题,一次全部列出,退出状态2,不写任何成果。Everything fatal of the reading phase at once.
{HEAD}\
[inputs]
parcels = "parcels.shp" # the unit of the registered area is cut off and not stated
enterprises = "registry.xlsx" # no credit code, no name, no industry
accounts = [
  "accounts_tax_2026.csv", # no such file
  {{ path = "accounts_energy.xlsx", sheet = "2025" }}, # no such sheet
  {{ path = "accounts_tax_2025.csv", encoding = "UTF-8" }}, # is GBK
  {{ path = "accounts_tax_2023.csv", units = {{ tax_wan = "美元" }} }}, # unknown unit
  {{ path = "accounts_unit_above.csv", header_rows = 2 }}, # unit undecidable
]
occupancy = "https://example.invalid/leases.xlsx" # no file of this computer
land_prices = {{ path = "../land_prices.shp", layer = "基准地价图" }} # no such layer
buildings = {{ path = "../buildings.shp", crs = "EPSG:4527" }} # wrong zone: outside the region
parks = "parks_no_prj.shp" # no CRS
""",
    "fatal_zone.toml": f"""\
# 39带的宗地按40带使用,落在区域之外。Plots of zone 39 taken for zone 40 lie outside the region.
{HEAD}\
[inputs]
parcels = {{ path = "parcels_柳河.shp", crs = "EPSG:4528", units = {{ registered_area_m2 = "平方米" }} }}
""",
    "fatal_project.toml": f"""\
# 项目文件中的错误,一次全部列出。Everything wrong with the project file at once.
{HEAD}\
[inputs]
parcels = {{ path = "parcels.shp", units = {{ registered_area_m2 = "平方米" }}, layers = "宗地" }}
enterprise = "enterprises.xlsx"

[ranking]
share = 1.5
min_groups = 7

[area]
use = "registered"
""",
    "fatal_questions.toml": f"""\
# 尚有未确定的项。Questions that nobody has answered yet.
{HEAD}\
[inputs]
parcels = {{ path = "parcels.shp", encoding = "?", units = {{ registered_area_m2 = "?" }} }}
""",
    "fatal_syntax.toml": f"""\
# 引号未闭合,不是有效的 TOML。An open quotation mark: no TOML.
{HEAD}\
[inputs]
parcels = "parcels.shp
""",
}

_FATAL = (
    ("fatal_inputs.toml", "parcels.shp", "未知的单位", '写明 units.registered_area_m2 = "平方米"'),
    ("fatal_inputs.toml", "registry.xlsx [登记簿]", "缺少必需字段 uscc", "换成企业名录"),
    ("fatal_inputs.toml", "registry.xlsx [登记簿]", "缺少必需字段 name", "换成企业名录"),
    ("fatal_inputs.toml", "registry.xlsx [登记簿]", "缺少必需字段 industry_code", "换成企业名录"),
    ("fatal_inputs.toml", "accounts_tax_2026.csv", "文件不存在", "改为 accounts_tax_2025.csv"),
    ("fatal_inputs.toml", "accounts_energy.xlsx", "没有工作表", '改为 sheet = "Sheet1 (2)"'),
    ("fatal_inputs.toml", "accounts_tax_2025.csv", "ENCODING", '改为 encoding = "GBK"'),
    ("fatal_inputs.toml", "accounts_tax_2023.csv: tax_wan", "未知的单位", "改为元"),
    ("fatal_inputs.toml", "accounts_unit_above.csv: tax_wan", "表头没有单位", '写明 units.tax_wan = "千元"'),
    ("fatal_inputs.toml", "https://example.invalid/leases.xlsx", "不接受网址", "先下载到本机"),
    ("fatal_inputs.toml", "../land_prices.shp", "没有图层", "删去 layer"),
    ("fatal_inputs.toml", "../buildings.shp", "数据不在区域内", "删去 crs"),
    ("fatal_inputs.toml", "parks_no_prj.shp", "没有坐标系", '写明 crs = "EPSG:4528"'),
    ("fatal_zone.toml", "parcels_柳河.shp", "数据不在区域内", '改为 crs = "EPSG:4527"'),
    ("fatal_project.toml", "inputs.parcels", "未知的键", "改为 layer 或删除"),
    ("fatal_project.toml", "inputs.enterprise", "未知的键", "改为 enterprises"),
    ("fatal_project.toml", "ranking.share", "不可用", "填0至1之间的数"),
    ("fatal_project.toml", "ranking.min_groups", "未知的键", "改为 min_group"),
    ("fatal_project.toml", "area", "未知的键", "改为 areas"),
    ("fatal_questions.toml", "inputs.parcels.encoding", '"?"', "填写 GBK"),
    ("fatal_questions.toml", "inputs.parcels.units.registered_area_m2", '"?"', "填写平方米"),
    ("fatal_syntax.toml", "fatal_syntax.toml", "不是有效的 TOML", "补上引号"),
)
"""Project, place named, beginning of what is found, how to mend."""


def fatal_rows() -> list[dict[str, object]]:
    """Give the key of the projects that cannot run."""
    return [dict(zip(("project", "where", "found", "mend"), row, strict=True)) for row in _FATAL]
