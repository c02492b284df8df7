"""What is wrong with a workbook of parameters is told with sheet and cell, all at once, and nothing is passed over."""

from __future__ import annotations

import tomllib
import zipfile

import openpyxl
import pytest

from landuse import cli
from landuse.errors import InputError
from landuse.parameters import pages_of, read_book
from landuse.parameters.shape import forms
from landuse.parameters.words import named_keys, section_title
from landuse.project import Project, load_project, stated_language
from landuse.reports.parameters import write_parameters
from landuse.write.project_file import convert_project

TEXT = """
[project]
name = "安澜县"
year = 2025
[inputs]
parcels = ["宗地.shp", { path = "登记.xlsx", sheet = "登记" }]
[columns.parcels]
holder = "权利人"
[ranking]
share = 0.15
[scenarios.plan]
target_mu = 100
lock_in = ["990781001001GB00001"]
"""


@pytest.fixture
def book(tmp_path):
    """Give a workbook of parameters and a way to change its cells: sheet, cell, value."""
    path = tmp_path / "参数.xlsx"
    write_parameters(pages_of(tomllib.loads(TEXT), Project), path, "zh")

    def change(*cells):
        workbook = openpyxl.load_workbook(path)
        for sheet, cell, value in cells:
            workbook[sheet][cell] = value
        workbook.save(path)
        return path

    return change


def cell_with(path, sheet, column, text):
    """Return the row of the cell of a column that holds a text."""
    rows = openpyxl.load_workbook(path)[sheet][column]
    return next(cell.row for cell in rows if cell.value == text)


def told(path):
    with pytest.raises(InputError) as error:
        load_project(path)
    return [(fault.where, fault.found) for fault in error.value.faults]


def test_a_value_that_may_not_stand_there_is_told_with_its_sheet_and_cell(book):
    path = book()
    row = cell_with(path, "分组与末位", "B", "share")
    book(("分组与末位", f"C{row}", 1.5), ("项目", f"C{cell_with(path, '项目', 'B', 'year')}", "去年"))
    assert [where for where, _ in told(path)] == [
        f"参数.xlsx [项目] C{cell_with(path, '项目', 'B', 'year')} [project.year]",
        f"参数.xlsx [分组与末位] C{row} [ranking.share]",
    ]


def test_an_option_of_the_second_file_is_told_with_its_own_cell(book):
    path = book(("输入文件", "F7", "第二行"))
    assert [where for where, _ in told(path)] == ["参数.xlsx [输入文件] F7 [inputs.parcels[2].header_rows]"]


def test_an_unknown_key_names_the_nearest_one_and_its_cell(book):
    path = book()
    last = openpyxl.load_workbook(path)["评价指标"].max_row
    path = book(("评价指标", f"B{last}", "capp"), ("评价指标", f"C{last}", 2))
    with pytest.raises(InputError) as error:
        load_project(path)
    (fault,) = error.value.faults
    assert fault.where == f"参数.xlsx [评价指标] C{last} [indicators.capp]"
    assert fault.allowed.startswith("最接近的是 cap")


def test_a_question_mark_is_fatal_and_its_cell_is_named(book):
    path = book()
    row = cell_with(path, "分组与末位", "B", "industry")
    path = book(("分组与末位", f"C{row}", "?"), ("输入文件", "H6", "?"))
    assert told(path) == [
        ("参数.xlsx [输入文件] H6 [inputs.parcels[1].crs]", '"?"'),
        (f"参数.xlsx [分组与末位] C{row} [ranking.industry]", '"?"'),
    ]


@pytest.mark.parametrize(
    ("cells", "where", "found"),
    [
        ([("面积口径", "A1", "面积")], "[面积口径] A1", "A1 没有写明参数节"),
        ([("面积口径", "A1", "面积 [area]")], "[面积口径] A1", "未知的参数节"),
        ([("面积口径", "A1", "地价 [land_price]")], "", "两张表都是 [land_price]"),
        ([("面积口径", "B3", "字段")], "[面积口径]", "没有“键”这一格"),
        ([("面积口径", "C3", "数")], "[面积口径]", "没有“取值”列"),
        ([("输入文件", "B4", "")], "[输入文件]", "缺少列 / no column: table"),
        ([("输入文件", "B9", ""), ("输入文件", "C9", "x.shp")], "[输入文件] B9", "没有数据表"),
        ([("情景", "H9", 3)], "[情景] H9", "这一列没有名称"),
        ([("字段对应", "E6", 1)], "[字段对应] E6", "表头与固定值同时填写"),
        (
            [("字段对应", "B7", "parcels"), ("字段对应", "C7", "holder"), ("字段对应", "D7", "人")],
            "[字段对应] D7",
            "columns.parcels.holder 填了两次",
        ),
        ([("变体", "B6", "甲"), ("变体", "D6", 0.1)], "[变体] C6", "没有键"),
        ([("变体", "C6", "ranking.share"), ("变体", "D6", 0.1)], "[变体] B6", "没有变体名称"),
        ([("影像", "C6", "a.tif")], "[影像] B6", "没有名称"),
        ([("一地一策", "C5", 9.90781001001e18)], "[一地一策] C5", "编码变成了数字"),
        ([("评价指标", "C9", "=1/0")], "[评价指标] C9", "公式没有结果"),
        ([("评价指标", "B9", "a..b")], "[评价指标] B9", "不是键"),
    ],
)  # fmt: skip
def test_each_thing_wrong_with_a_sheet_is_a_fault_of_its_own(book, cells, where, found):
    faults = told(book(*cells))
    assert where in [place.removeprefix("参数.xlsx").strip() for place, what in faults if what.startswith(found)]


def test_a_sheet_nobody_knows_is_refused_and_one_of_notes_is_not(book):
    path = book()
    workbook = openpyxl.load_workbook(path)
    workbook.create_sheet("说明_会议记录")["A1"] = "随便写"
    workbook.create_sheet("空表")
    workbook.save(path)
    assert load_project(path).project.name == "安澜县"
    workbook.create_sheet("草稿")["B2"] = 0.2
    workbook.save(path)
    assert told(path) == [("参数.xlsx [草稿]", "不认识的表 / an unknown sheet")]


def test_a_sheet_may_be_renamed_moved_and_have_rows_put_in(book):
    path = book()
    workbook = openpyxl.load_workbook(path)
    workbook["分组与末位"].title = "张三填"
    workbook["张三填"].insert_rows(5)
    workbook.move_sheet("张三填", offset=5)
    workbook["输入文件"].insert_rows(7, amount=2)
    workbook.save(path)
    project = load_project(path)
    assert float(project.ranking.share) == 0.15
    assert [entry.path for entry in project.inputs.parcels] == ["宗地.shp", "登记.xlsx"]


def test_a_parcel_code_of_19_digits_stays_text(book):
    assert load_project(book()).scenarios["plan"].lock_in == ("990781001001GB00001",)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "旧格式 .xls"),
        (b"PK\x03\x04" + bytes(30), "无法读取"),
    ],
)
def test_a_file_that_is_no_workbook_of_parameters_is_refused_in_a_sentence(tmp_path, data, found):
    path = tmp_path / "参数.xlsx"
    path.write_bytes(data)
    assert [what.startswith(found) for _, what in told(path)] == [True]


@pytest.mark.parametrize("content", [b"", b"<worksheet", b"<a/>", b"\xff\xfe<"])
def test_a_workbook_with_any_part_spoilt_or_missing_is_read_or_refused_and_never_fails_otherwise(book, content):
    path = book()
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    refused = 0
    for spoilt in parts:
        for kept in ({**parts, spoilt: content}, {name: data for name, data in parts.items() if name != spoilt}):
            with zipfile.ZipFile(path, "w") as packed:
                for name, data in kept.items():
                    packed.writestr(name, data)
            try:
                read_book(path, Project)
            except InputError:
                refused += 1
    assert refused > len(parts) / 2


def test_another_workbook_is_refused_and_told_how_one_is_made(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "宗地代码"
    workbook.save(tmp_path / "宗地.xlsx")
    found = "这个工作簿不是项目文件 / this workbook is no project file"
    assert [what for _, what in told(tmp_path / "宗地.xlsx")] == [found]


def test_formulas_count_by_the_value_they_last_had_and_not_without_one(book):
    path = book()
    row = cell_with(path, "分组与末位", "B", "share")
    path = book(("分组与末位", f"C{row}", "=0.1+0.05"))
    assert told(path)[0] == (f"参数.xlsx [分组与末位] C{row}", "公式没有结果 / no value: =0.1+0.05")


def test_every_section_and_key_has_a_chinese_name():
    assert [form.section for form in forms(Project) if section_title(form.section, "zh") == form.section] == []
    keys = {
        f"{form.section}.{'.'.join(path)}"
        for form in forms(Project)
        for path in form.keys
        if form.section != "variants"
    }
    assert sorted(keys - named_keys()) == []


def test_a_command_takes_the_workbook_and_speaks_its_language(book, capsys, monkeypatch):
    path = book()
    row = cell_with(path, "项目", "B", "language")
    book(("项目", f"C{row}", "en 英文"))
    assert stated_language(path) == "en"
    monkeypatch.setattr("sys.argv", ["landuse", "check", str(path)])
    with pytest.raises(SystemExit) as ending:
        cli.main()
    assert ending.value.code == 2
    assert "no such file" in capsys.readouterr().err


def test_converting_never_replaces_other_settings_unasked_and_says_when_nothing_changed(tmp_path):
    source, target = tmp_path / "landuse.toml", tmp_path / "参数.xlsx"
    source.write_text(TEXT, encoding="utf-8")
    assert convert_project(source, target)
    before = target.read_bytes()
    assert not convert_project(source, target)
    source.write_text(TEXT.replace("0.15", "0.2"), encoding="utf-8")
    with pytest.raises(InputError):
        convert_project(source, target)
    assert target.read_bytes() == before
    assert convert_project(source, target, overwrite=True)
    assert float(load_project(target).ranking.share) == 0.2


def test_converting_into_another_folder_is_refused_for_paths_would_change_their_meaning(tmp_path):
    source = tmp_path / "landuse.toml"
    source.write_text(TEXT, encoding="utf-8")
    (tmp_path / "sub").mkdir()
    with pytest.raises(InputError) as error:
        convert_project(source, tmp_path / "sub" / "参数.xlsx")
    assert error.value.faults[0].found.startswith("不在项目文件所在的文件夹")
    assert list((tmp_path / "sub").iterdir()) == []


def test_a_project_with_questions_and_unknown_keys_can_be_converted_and_keeps_them(tmp_path):
    source, target = tmp_path / "landuse.toml", tmp_path / "参数.xlsx"
    odd = TEXT.replace('"宗地.shp"', '"?"') + '[rnking]\nshare = 0.1\n[areas]\nuse = "?"\nuze = 1\n'
    source.write_text(odd, encoding="utf-8")
    convert_project(source, target)
    assert sorted(where.rpartition(" ")[2] for where, _ in told(target)) == [
        "[areas.use]", "[areas.uze]", "[inputs.parcels[1]]", "[rnking]",
    ]  # fmt: skip


@pytest.mark.parametrize(("column", "value"), [("E", "9"), ("E", "九"), ("E", "none"), ("D", "9"), ("D", " 否 ")])
def test_a_text_typed_over_the_words_beside_its_value_is_refused(book, column, value):
    row = cell_with(book(), "分组与末位", "B", "min_group")
    ((where, found),) = told(book(("分组与末位", f"{column}{row}", value)))
    assert where.endswith(f"[分组与末位] {column}{row}")
    head = "不填时" if column == "E" else "可填"
    assert found.startswith(f"写在“{head}”列,不起作用")
    assert found.endswith(value)


def test_a_choice_typed_where_the_choices_are_named_is_refused_and_other_words_are_let_be(book):
    row = cell_with(book(), "分组与末位", "B", "shared_parcel")
    ((where, _),) = told(book(("分组与末位", f"D{row}", "holder")))
    assert where.endswith(f"D{row}")
    assert load_project(book(("分组与末位", f"D{row}", "三种做法之一"), ("分组与末位", f"F{row}", "见会议纪要")))


def test_the_words_of_either_language_and_a_cleared_cell_are_no_fault(book):
    row = cell_with(book(), "分组与末位", "B", "min_group")
    for text in ("as the rule pack says", "按规则包", None):
        assert load_project(book(("分组与末位", f"E{row}", text))).ranking.min_group is None


def test_a_text_beside_a_row_without_a_key_is_refused(book):
    last = len(openpyxl.load_workbook(book())["分组与末位"]["B"]) + 2
    ((where, _),) = told(book(("分组与末位", f"E{last}", "7")))
    assert where.endswith(f"E{last}")


def test_a_choice_typed_where_scenarios_are_described_is_refused(book):
    row = cell_with(book(), "情景", "B", "target_mu")
    ((where, _),) = told(book(("情景", f"C{row}", "100")))
    assert where.endswith(f"[情景] C{row}")


@pytest.mark.parametrize(("column", "value"), [("E", 9), ("D", 9.5), ("F", True), ("H", "9"), ("J", 9)])
def test_a_value_beside_its_column_is_refused_and_told_where_it_belongs(book, column, value):
    row = cell_with(book(), "分组与末位", "B", "min_group")
    path = book(("分组与末位", f"{column}{row}", value))
    ((where, found),) = told(path)
    assert where.endswith(f"[分组与末位] {column}{row}")
    assert found.startswith("写在取值列以外")
    assert (
        load_project(book(("分组与末位", f"{column}{row}", None), ("分组与末位", f"G{row}", 9))).ranking.min_group
        is None
    )
