"""``landuse init -o 参数.xlsx``: the proposal as a workbook of parameters says what the text says."""

from __future__ import annotations

import tomllib

from openpyxl import load_workbook

from landuse.project import load_project, stated_in


def test_the_workbook_says_what_the_text_says_and_is_compared_like_it(bureau, say):
    folder = bureau.parent
    assert say("init", folder / "数据", "-o", folder / "新.toml").status == 0
    told = say("init", folder / "数据", "-o", folder / "参数.xlsx")
    assert told.status == 0, told.err
    text = tomllib.loads((folder / "新.toml").read_text(encoding="utf-8"))
    assert load_project(folder / "参数.xlsx").text() == load_project(folder / "新.toml").text()
    assert stated_in(folder / "参数.xlsx").values["project"] == text["project"]
    before = (folder / "参数.xlsx").read_bytes()
    again = say("init", folder / "数据", "-o", folder / "参数.xlsx")
    assert (again.status, "无变化" in again.out) == (0, True)
    assert (folder / "参数.xlsx").read_bytes() == before


def test_the_workbook_carries_the_reasons_beside_each_file_and_is_no_input_itself(bureau, say):
    folder = bureau.parent / "数据"
    assert say("init", folder, "-o", folder / "参数.xlsx").status == 0
    rows = load_workbook(folder / "参数.xlsx")["输入文件"].iter_rows(values_only=True)
    told = {row[2]: row[-1] for row in rows if row[2] and str(row[2]).endswith((".csv", ".gpkg"))}
    assert told.keys() == {"宗地 1.gpkg", "企业.csv", "税收.csv"}
    assert all(reason.startswith(f"{path}") for path, reason in told.items())
    assert say("init", folder, "-o", folder / "参数.xlsx").status == 0


def test_a_question_stands_in_the_workbook_too(bureau, say):
    folder = bureau.parent
    csv = folder / "数据" / "税收.csv"
    csv.write_text(csv.read_text(encoding="utf-8").replace("实缴税收(万元)", "实缴税收(美元)"), encoding="utf-8")
    assert say("init", folder / "数据", "-o", folder / "参数.xlsx").status == 0
    refused = say("check", folder / "参数.xlsx")
    assert refused.status == 2
    assert '"?"' in refused.err
