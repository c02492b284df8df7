"""``landuse check`` says on the screen where each thing stands, also where it has no key."""

from __future__ import annotations


def test_an_issue_without_a_key_is_told_with_its_file_and_row(bureau, say):
    told = say("check", bureau)
    assert "提示 USCC_SHAPE 数据/宗地 1.gpkg [宗地 1] 第1行:9个代码不是18位" in told.out
    told = say("--lang", "en", "check", bureau)
    assert "Note USCC_SHAPE 数据/宗地 1.gpkg [宗地 1] row 1: 9 codes" in told.out


def test_a_workbook_as_project_is_told_how_to_name_the_corrections(bureau):
    from landuse.cli.commands import _naming

    zh, en = _naming("overrides.csv", bureau)
    assert 'overrides = "overrides.csv"' in zh
    assert 'overrides = "overrides.csv"' in en
    zh, en = _naming("overrides.csv", bureau.with_suffix(".xlsx"))
    assert "《输入文件》表中加一行:数据表填 overrides,文件填 overrides.csv" in zh
    assert "table overrides, file overrides.csv" in en


def test_thirty_issues_alike_leave_room_for_the_others_and_are_counted(monkeypatch):
    from types import SimpleNamespace

    import pandas as pd

    from landuse.reports import summary
    from landuse.tables import issue_rows, join_issues, one_issue

    rows = pd.DataFrame({"source_file": "厂房.dxf", "source_sheet": "", "source_row": pd.array(range(1, 31))})
    alike = issue_rows("BUILDING_NO_FLOORS", rows, table="buildings")
    issues = join_issues([alike, one_issue("TOTAL_ROW", table="accounts")])
    monkeypatch.setattr(summary, "audit_lines", lambda *_: [])
    told = summary.issue_lines(SimpleNamespace(project=SimpleNamespace(language="zh"), issues=issues))
    assert [line.split()[1] for line in told[:-2]] == ["BUILDING_NO_FLOORS"] * 8 + ["TOTAL_ROW"]
    assert told[-2] == "… +22: BUILDING_NO_FLOORS 22"
