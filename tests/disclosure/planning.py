"""The bureau whose values can be recognised, with idle plots and clean-up plans of figures that occur nowhere else."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyogrio
from disclosure.bureau import PROJECT, lay_out

IDLE = 9
"""The first plots are idle."""
SECRETS = (
    "收回机密方案",
    "机密太紧方案",
    "责任人密甲",
    "包联密乙",
    "处置备注密丙",
    "密丁储能项目",
    "密戊厂房",
    "机密台账",
)
"""Words of cases, demands and plans that stand in no other table."""
TABLES = {"cases": "机密台账", "targets": "机密台账任务", "demands": "机密台账需求", "hand_plans": "机密台账方案"}
MORE = """
[scenarios."收回"]
title = "收回机密方案"
measures = ["M6", "M7"]
target_mu = "targets"
maximise = "npv"
most_mu_by_town = 171.1379
show = true

[scenarios."太紧"]
title = "机密太紧方案"
measures = ["M6"]
target_mu = 913.7713
expect = "infeasible"

[measures.numbers.M6.numbers]
case_wan = [5.1379, 11.7713, 30.3137]

[[match.factories]]
name = "密戊厂房"
floor_area_m2 = 26013.79

[outputs]
also_for = ["superior", "public"]

[sheets]
only = ["low"]
formats = ["pdf"]
dpi = 50
pictures = false
processes = 1
"""


def lay_out_planning(folder: Path) -> Path:
    """Write the files of the bureau; return its project file."""
    named = "\n".join(f'{table} = "内部/{name}.csv"' for table, name in TABLES.items())
    project = lay_out(folder, PROJECT.replace("[columns.enterprises]", f"{named}\n\n[columns.enterprises]") + MORE)
    path = folder / "内部" / "宗地.gpkg"
    land = pyogrio.read_dataframe(path)
    idle = [number < IDLE for number in range(len(land))]
    land["证载面积(亩)"] = [20.1379 + 1.0713 * number for number in range(len(land))]
    land["权属性质"] = "国有"
    land["约定动工(开工)时间"] = [pd.Timestamp("2023-01-01") if one else pd.NaT for one in idle]
    land["动工状态"] = ["未开工" if one else None for one in idle]
    pyogrio.write_dataframe(land, path)
    codes = land["宗地代码"].tolist()
    files = {
        "cases": {
            "宗地代码": [codes[0], codes[12]],
            "进展阶段": ["已收回", "商谈中"],
            "责任人": ["责任人密甲", "责任人密甲"],
            "包联领导": ["包联密乙", None],
            "备注": ["处置备注密丙", None],
            "处置面积(亩)": [None, 7.1379],
        },
        "targets": {"任务面积(亩)": [98.7654]},
        "demands": {"项目编号": ["需1"], "项目名称": ["密丁储能项目"], "用地需求(亩)": [28.1379]},
        "hand_plans": {"宗地代码": codes[1:3], "方案": ["甲", "甲"]},
    }
    for table, columns in files.items():
        pd.DataFrame(columns).to_csv(folder / "内部" / f"{TABLES[table]}.csv", index=False)
    return project
