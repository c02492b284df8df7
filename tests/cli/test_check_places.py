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
