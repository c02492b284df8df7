"""The bureau of nine shoe factories with idle plots, a task, cases, demands and clean-up plans."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyogrio
from cli_builders import ONE_SHEET, PARCEL_IDS, parcels, write_bureau

IDLE = 6
"""The first plots are idle: of 10, 20, … 60 mu."""
MORE = """
cases = "数据/台账.csv"
targets = "数据/任务.csv"
demands = "数据/需求.csv"
hand_plans = "数据/方案.csv"

[match]
gap_m = 450.0

[scenarios."不动"]
choose = "nothing"

[scenarios."收回"]
title = "收回方案"
measures = ["M6"]
target_mu = "targets"
maximise = "mu"
show = true

[scenarios."太紧"]
measures = ["M6"]
target_mu = 900.0
expect = "infeasible"

[scenarios."人工"]
choose = "hand"
hand = "甲"
measures = ["M6"]

[outputs]
also_for = ["superior", "public"]
chinese_copies = true
receipts_up_to = 0
"""


def write_planning(folder: Path) -> Path:
    """Write the bureau and what it asks of clean-up; return its project file."""
    project = write_bureau(folder)
    data = folder / "数据"
    idle = [number < IDLE for number in range(len(PARCEL_IDS))]
    land = parcels().assign(
        权属性质="国有",
        所属园区=["东园" if number < 5 else "西园" for number in range(len(PARCEL_IDS))],
        约定动工时间=[pd.Timestamp("2023-01-01") if one else pd.NaT for one in idle],
        动工状态=["未开工" if one else None for one in idle],
    )
    land = land.rename(columns={"约定动工时间": "约定动工(开工)时间"})
    land["出让合同编号(划拨决定书号)"] = [f"合同{number}" for number in range(len(land))]
    pyogrio.write_dataframe(land, data / "宗地 1.gpkg")
    files = {
        "台账": {
            "宗地代码": [PARCEL_IDS[0], PARCEL_IDS[8], "外地"],
            "进展阶段": ["已收回", "商谈中", "完成"],
            "责任人": ["专班一员", None, None],
            "处置面积(亩)": [None, 7.125, None],
        },
        "任务": {"任务面积(亩)": [98.7654]},
        "需求": {"项目编号": ["需1", "需2"], "用地需求(亩)": [28.0, 5.0], "意向园区": ["东园", None]},
        "方案": {"宗地代码": PARCEL_IDS[1:3], "方案": ["甲", "甲"], "处置方式": ["M6", "M6"]},
    }
    for name, columns in files.items():
        pd.DataFrame(columns).to_csv(data / f"{name}.csv", index=False)
    text = project.read_text(encoding="utf-8")
    project.write_text(text + MORE + ONE_SHEET, encoding="utf-8")
    return project
