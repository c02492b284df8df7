"""The project file and the README of the district, as written."""

# ruff: noqa: E501 - rows of a Markdown table are one line each

from __future__ import annotations

PROJECT = """\
# 安澜县(示例):演示数据,纯属虚构。An invented district; no real parcel, enterprise or person is described.
[project]
name = "安澜县(示例)工业用地评价"
year = 2025
land_date = 2025-12-31
as_of = 2026-06-30
stage = "初步"
language = "zh"
audience = "internal"
region = { code = "990781", lon = 118.60, lat = 38.60, radius_km = 12 }

[inputs]
# The polygons first; the register and the contracts give further columns by 宗地代码.
parcels = [{ path = "parcels.shp", units = { registered_area_m2 = "平方米" } }, "registry.xlsx", "contracts.xlsx"]
enterprises = "enterprises.xlsx"
# Several files of one table: rows of the same enterprise and year complement each other.
accounts = [
  "accounts_tax_2023.csv",
  "accounts_tax_2024.csv",
  "accounts_tax_2025.csv",
  "accounts_output.xlsx",
  "accounts_energy.xlsx",
  "accounts_emissions.xlsx",
]
occupancy = "leases.xlsx"
# Papers that move the clock of idle land, and monthly electricity.
amendments = "amendments.xlsx"
delays = "delays.xlsx"
meters = "meters.xlsx"
land_prices = { path = "land_prices.shp", units = { price_yuan_per_m2 = "元/平方米" } }
buildings = { path = "buildings.shp", units = { height_m = "米", floor_area_m2 = "平方米" } }
parks = "parks.shp"
context = ["context_boundary.shp", "context_lines.shp", "context_rivers.shp", "context_roads.shp"]
# The task of the year: cases under way, targets, projects that look for land, and plans written by hand.
cases = "cases.xlsx"
targets = "targets.xlsx"
demands = "demands.xlsx"
hand_plans = "plan_by_hand.xlsx"

[inputs.rasters]
# 1 耕地, 2 林地草地, 3 水域, 4 建(构)筑物, 5 硬化地面(道路、场地), 6 裸土(推填土), 0 = outside
landcover_2023 = { path = "landcover_2023.tif", kind = "class", built_classes = [4, 5], date = 2023-08-15 }
landcover_2025 = { path = "landcover_2025.tif", kind = "class", built_classes = [4, 5], date = 2025-08-20 }

# Field names of a shapefile have at most five Chinese characters, so some titles are shortened.
[columns.parcels]
holder = "权利人"
holder_uscc = "权利人代码"
town = "镇街"
land_use = "土地用途"
price_level = "土地级别"

# What surrounds the parcels: roads state their class (等级) where the other files state a kind.
[columns.context]
kind = ["类型", "等级"]

[columns.land_prices]
price_level = "土地级别"
price_yuan_per_m2 = "基准地价"

# The same run asked three times more: who enters or leaves the list when one decision is taken otherwise?
[variants."末位10%"]
ranking.share = 0.10

[variants."末位20%"]
ranking.share = 0.20

[variants."不修正地价"]
land_price.apply = "none"

# Clean-up plans: what happens when nothing is done, how the task is met within the money, and one that cannot be met.
[scenarios.baseline]
title = "维持现状"
choose = "nothing"

[scenarios.plan_380]
title = "完成380亩任务"
target_mu = "targets"
budget_wan = 12000
cases_by_year = 15
most_mu_by_town = 60
show = true

[scenarios.demo_too_tight]
title = "资金与力量过紧(演示)"
target_mu = "targets"
budget_wan = 300
cases_by_year = 6
most_mu_by_town = 15
expect = "infeasible"

[scenarios.roadmap_3y]
title = "三年路线图"
years = 3
roadmap = true
budget_by_year_wan = [6000, 6000, 6000]
cases_by_year = 15

[scenarios.sites_60]
title = "60亩以上连片"
budget_wan = 12000
sites = { least_mu = 60 }

[scenarios.plan_jia]
title = "方案甲(人工)"
choose = "hand"
hand = "甲"

[scenarios.plan_yi]
title = "方案乙(人工)"
choose = "hand"
hand = "乙"

# Standard factories with room to let, for projects that want little land.
[match]
factories = [
  { name = "石桥鞋服产业园标准厂房", park = "石桥鞋服产业园", floor_area_m2 = 26000, industries = ["18", "19", "24"] },
  { name = "柳河农产品加工园标准厂房", park = "柳河农产品加工园", floor_area_m2 = 14000, industries = ["13", "14"] },
  { name = "城东片区标准厂房", park = "安澜经济开发区城东片区", floor_area_m2 = 12000 },
]

[outputs]
notice = "演示数据,纯属虚构"
"""

README = """\
# 安澜县(示例) · The demonstration district

**演示数据,纯属虚构。** 县名、园区、企业、宗地、合同、税收、能耗均为虚构;行政区划代码 990781 不存在,坐标位于渤海海面。
**Demonstration data, entirely invented.** The division code 990781 does not exist and the coordinates lie in open water;
no real parcel, enterprise or person is described. Everything here is written by `data/generator` from one seed.

| 文件 / file | 内容 / content | 格式 / format |
|---|---|---|
| parcels.shp | 600 宗工业及园区用地 / 600 plots | EPSG:4528, GBK |
| registry.xlsx, contracts.xlsx | 不动产登记与出让合同,按宗地代码关联 / further columns of the plots | xlsx |
| amendments.xlsx | 补充协议:变更后的动工、竣工时间 / supplementary agreements: amended start and completion | xlsx |
| delays.xlsx | 政府原因延误的期间与文号 / documented periods of government delay | xlsx |
| enterprises.xlsx | 450 家企业 / 450 enterprises | xlsx |
| accounts_tax_2023…2025.csv | 实缴税收、营业收入 / tax and revenue | GBK csv |
| accounts_output.xlsx, accounts_energy.xlsx | 产值、增加值、用工、研发、能耗、用电(三年)/ output, value added, employees, R&D, energy, electricity of three years | xlsx |
| accounts_emissions.xlsx | 主要污染物排放量(2025,部分规上企业)/ emissions of 2025 of some enterprises above scale | xlsx |
| meters.xlsx | 57 家企业 2025-07 至 2026-06 逐月用电 / monthly electricity of 57 enterprises | xlsx |
| cases.xlsx, targets.xlsx | 处置台账(已完成120.00亩、商谈中160.00亩)、任务380.00亩 / cases under way, the task of 380 mu | xlsx |
| demands.xlsx, plan_by_hand.xlsx | 24个项目的用地需求;人工填写的方案甲、乙 / 24 projects that look for land; two plans by hand | xlsx |
| leases.xlsx | 标准厂房承租及零星出租 / tenants and leases | xlsx |
| land_prices.shp | 工业用地级别(一级 420、二级 336、三级 252、四级 180 元/平方米)/ price levels | GBK |
| buildings.shp, parks.shp | 建筑物、园区范围 / buildings, parks | GBK |
| context_*.shp | 道路、河湖绿地、县镇村界、铁路与电力线 / roads, water, boundaries, railway and power line | GBK |
| landcover_2023.tif, landcover_2025.tif | 地表覆盖分类,10 m:1 耕地 2 林地草地 3 水域 4 建(构)筑物 5 硬化地面 6 裸土;已建设 = 4、5;0 = 界外 / built = 4, 5; 0 = outside | GeoTIFF |
| landuse.toml | 项目文件 / project file | TOML |
| truth/ | 答案:总数、每宗地、每家企业、闲置案例 I01–I30、埋设的问题 / answer key | csv, toml, yaml |

`faulty.toml` 与 `faulty/` 是埋设25类数据错误的同一个县:能运行完毕,退出状态1,成果标注草稿;答案见 `faulty/truth/faults.csv`,
不能运行的小项目为 `faulty/fatal_*.toml`(退出状态2,不写任何成果),答案见 `faulty/truth/fatal.csv`。
`faulty.toml` and `faulty/` are the same district with 25 planted kinds of faults: it runs to its end with exit status 1
and drafts; `faulty/fatal_*.toml` cannot run at all (exit status 2, nothing written). The keys are in `faulty/truth/`.

评价年度 2025,用地数据时点 2025-12-31,闲置测算基准日 2026-06-30。
Accounts of 2025 (with 2023 and 2024), land use on 2025-12-31, idle time as of 2026-06-30.

重新生成 / to write it again: `cd data && python -m generator -o DIR`
"""
