"""The forms of the toolkit and of the bureau: what stands in their cells, what stays visibly empty."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pypdfium2 as pdfium
import pytest

from landuse.catalogue import load
from landuse.disclosure import for_audience
from landuse.errors import InputError
from landuse.pipeline import run
from landuse.project import load_project
from landuse.reports.content.context import context
from landuse.reports.lists import fill_in, form_of, list_faults, list_rows
from landuse.reports.lists.filled import rounded
from landuse.reports.lists.form import ListColumn
from landuse.write.lists import write
from landuse.write.staging import staging

DEMO = Path(__file__).parents[2] / "data" / "demo" / "landuse.toml"
HATCH = "lightUp"


@pytest.fixture(scope="module")
def analysis():
    return run(load_project(DEMO, ["print.region_name=安澜县", "print.organisation=安澜县自然资源局"]))


@pytest.fixture(scope="module")
def books(analysis, tmp_path_factory):
    """Return the folder with both lists of the demonstration district."""
    folder = tmp_path_factory.mktemp("lists")
    with staging(folder) as stage:
        write(analysis, stage)
        stage.publish()
    return folder / "lists"


def listed(analysis) -> pd.DataFrame:
    """Return the parcels that are low, stopped or vacant and not suspected idle, by park, town and code."""
    table = analysis.parcels.table
    low = table["efficiency_class"].isin(["low", "stopped", "vacant"])
    idle = table["idle_class"].isin(["IDLE_T1", "IDLE_T2"])
    return table.loc[low & ~idle].sort_values(["park", "town", "parcel_id"], na_position="last", ignore_index=True)


def table_of(path: Path, header: str) -> tuple[list[list], dict[str, int], int]:
    """Return the rows of the list, title -> its column, and the first row."""
    page = openpyxl.load_workbook(path).active
    row = next(cell.row for cell in page["A"] if cell.value == header)
    titles = {str(cell.value).split("\n")[0]: cell.column for cell in page[row]}
    first = next(cell.row for cell in page["A"] if cell.value == 1 and cell.row > row)
    last = next(cell.row for cell in page["A"] if cell.value == "合计")
    return [list(line) for line in page.iter_rows(min_row=first, max_row=last - 1)], titles, first


def test_the_provincial_list_has_the_39_fields_in_their_order(books):
    page = openpyxl.load_workbook(books / "zhejiang_39.xlsx").active
    heads = {page.cell(row, 1).value: [c.value for c in page[row]][1:] for row in range(1, 9)}
    assert heads["项"] == [str(number) for number in range(1, 40)]
    assert heads["字段代码"][:6] == ["DCDYBH", "XZMC", "DCQBH", "ZDBH", "MJ", "SYZK"]
    assert heads["字段代码"][18] == heads["字段代码"][25] == "SYQLX"
    assert heads["字段代码"][20] == heads["字段代码"][26] == "XZTDSYR"
    assert heads["字段代码"][33:] == ["RJL", "JZMD", "DJGDZCTZ", "DJRKSJ", "HJZK", "JCSSPTSP"]


def test_every_listed_parcel_has_one_row_with_the_figures_of_the_run(books, analysis):
    want = listed(analysis)
    rows, at, _ = table_of(books / "zhejiang_39.xlsx", "序号")
    values = [[cell.value for cell in row] for row in rows]
    assert [row[at["包含宗地编号"] - 1] for row in values] == want["parcel_id"].tolist()
    found = [row[at["面积"] - 1] for row in values]
    assert found == pytest.approx(want["area_mu"].tolist(), abs=0.00501)
    tax = [row[at["地均入库税金"] - 1] for row in values]
    for got, exact in zip(tax, want["tax_per_mu"], strict=True):
        assert (got is None) == pd.isna(exact)
        assert got is None or got == pytest.approx(exact, abs=0.00501)
    assert {row[at["使用状况"] - 1] for row in values} == {"在用", "停产", "空置"} - (
        set() if "vacant" in set(want["efficiency_class"]) else {"空置"}
    )
    assert {row[at["是否低效"] - 1] for row in values} == {"是"}


def test_columns_without_data_are_hatched_and_empty_and_hold_no_dash(books):
    rows, at, _ = table_of(books / "zhejiang_39.xlsx", "序号")
    for title in ("调查单元编号", "拟改造模式", "环境状况", "现状地类"):
        cells = [row[at[title] - 1] for row in rows]
        assert {cell.value for cell in cells} == {None}
        assert {cell.fill.patternType for cell in cells} == {HATCH}
    filled = [row[at["面积"] - 1] for row in rows]
    assert {cell.fill.patternType for cell in filled} == {None}
    assert not any(cell.value in {"—", "/"} for row in rows for cell in row)


def test_land_without_a_title_has_its_user_among_the_approved_and_not_the_registered(books):
    rows, _, _ = table_of(books / "zhejiang_39.xlsx", "序号")
    for row in rows:
        title, registered, approved = row[16].value, row[21].value, row[27].value
        assert (registered is None) or (title is not None and approved is None)
        assert (approved is None) or (title is None and registered is None)


def test_the_plan_has_four_decimals_of_area_and_six_of_tax_of_two_years(books, analysis):
    want = listed(analysis)
    rows, at, _ = table_of(books / "plan.xlsx", "序号")
    area, tax, before = (at[name] - 1 for name in ("占地面积", "上年度亩均税收", "上上年度亩均税收"))
    assert {row[area].number_format for row in rows} == {"0.0000"}
    assert {row[tax].number_format for row in rows} == {"0.000000"}
    assert [row[area].value for row in rows] == pytest.approx(want["area_mu"].tolist(), abs=0.0000501)
    assert {row[at["年份"] - 1].value for row in rows} == {2026}
    assert {row[at["区县"] - 1].value for row in rows} == {"安澜县"}
    known = [row for row in rows if row[before].value is not None]
    assert len(known) > 20
    assert any(row[before].value != row[tax].value for row in known)


def test_the_tax_of_the_year_before_is_that_of_the_accounts_of_that_year(books, analysis):
    """Of a parcel with one user that has no other land, it is the tax of that user over the land."""
    use = analysis.occupancy
    alone = use.loc[~use["parcel_id"].duplicated(keep=False) & ~use["uscc"].duplicated(keep=False)]
    books_before = analysis.accounts.loc[analysis.accounts["year"].eq(2024)].set_index("uscc")["tax_wan"]
    rows, at, _ = table_of(books / "plan.xlsx", "序号")
    checked = 0
    for row in rows:
        own = alone.loc[alone["parcel_id"].eq(row[at["地块编码"] - 1].value)]
        if own.empty or own["uscc"].iloc[0] not in books_before.index or own["land_share_of_parcel"].iloc[0] < 1:
            continue
        want = books_before[own["uscc"].iloc[0]] / row[at["占地面积"] - 1].value
        assert row[at["上上年度亩均税收"] - 1].value == pytest.approx(want, rel=1e-4)
        checked += 1
    assert checked > 5


def test_the_area_dealt_with_may_not_exceed_the_area_and_the_rest_is_a_formula(books):
    rows, at, first = table_of(books / "plan.xlsx", "序号")
    page = openpyxl.load_workbook(books / "plan.xlsx").active
    letter = {name: page.cell(1, at[name]).column_letter for name in ("占地面积", "处置面积", "剩余面积")}
    limits = [one for one in page.data_validations.dataValidation if one.type == "decimal"]
    assert [str(one.sqref).split(":")[0] for one in limits] == [f"{letter['处置面积']}{first}"]
    assert limits[0].formula2 == f"{letter['占地面积']}{first}"
    done, area = f"{letter['处置面积']}{first}", f"{letter['占地面积']}{first}"
    assert rows[0][at["剩余面积"] - 1].value == f'=IF({done}="","",{area}-{done})'
    words = [one.formula1 for one in page.data_validations.dataValidation if one.type == "list"]
    assert any("政府收储(回购)" in one for one in words)


OWN = """
file = "own.xlsx"
sheet = { zh = "我的表" }
title = { zh = "我的清单" }
classes = ["IDLE_T1"]
[[column]]
title = { zh = "宗地" }
from = "parcel_id"
[[column]]
title = { zh = "面积" }
from = "area_mu"
unit = "mu"
decimals = 1
key = "area"
[[column]]
title = { zh = "处置面积" }
from = "registered_area_m2"
decimals = 0
at_most = "area"
[[column]]
title = { zh = "状态" }
from = "code.idle_class"
translate = { IDLE_T1 = "闲置" }
"""


def test_another_form_is_a_file_and_a_broken_limit_is_told(analysis, tmp_path):
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    form = form_of("own.toml", tmp_path)
    made = fill_in(form, list_rows(context(analysis), form.classes))
    table = analysis.parcels.table
    assert made.rows == int(table["idle_class"].eq("IDLE_T1").sum()) > 0
    assert set(made.cells[3]) == {"闲置"}
    assert made.broken[0] == ("处置面积", 1)  # square metres are more than mu


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('from = "area_mu"', 'from = "area_muu"', "area_mu"),
        ('key = "area"', 'key = "land"', "no such column: area"),
        ('unit = "mu"', 'unit = "muu"', "no such unit"),
        ("decimals = 1", "decimals = 99", "decimals"),
        ('classes = ["IDLE_T1"]', 'classes = ["low_"]', "classes"),
        ('file = "own.xlsx"', 'file = "../own.xlsx"', "file"),
        ("[[column]]", "[[columns]]", "column"),
        ('title = { zh = "我的清单" }', 'title = { zh = "我的清单" }\nalias = "../a.xlsx"', "alias"),
        ('from = "parcel_id"', 'formula = "HYPERLINK(1)"', "no arithmetic"),
    ],
)
def test_what_is_wrong_with_a_form_is_said_with_the_column(tmp_path, old, new, said):
    (tmp_path / "own.toml").write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        form_of("own.toml", tmp_path)
    assert said in str(raised.value)


def test_all_faults_of_the_section_are_told_before_anything_is_computed(tmp_path):
    project = load_project(DEMO)
    stated = {"forms": ("plna", "缺.toml", "plan"), "templates": ({"path": "缺.xlsx"},)}
    lists = type(project.lists).model_validate(stated)
    told = [str(fault) for fault in list_faults(project.model_copy(update={"lists": lists}))]
    assert len(told) == 3
    assert "plan" in told[0]


@pytest.mark.parametrize(("value", "decimals", "want"), [(2.675, 2, 2.68), (0.0000005, 6, 0.000001), (1.5, 0, 2.0)])
def test_numbers_are_rounded_half_up_as_written(value, decimals, want):
    column = ListColumn.model_validate({"title": {"zh": "x"}, "decimals": decimals})
    assert rounded(value, column) == want


def test_the_superior_list_holds_only_what_the_superior_may_see(analysis, tmp_path):
    view = for_audience(replace(analysis, project=load_project(DEMO)), "superior")
    with staging(tmp_path) as stage:
        write(view, stage)
        stage.publish()
    rows, at, _ = table_of(tmp_path / "lists" / "plan.xlsx", "序号")
    assert len(rows) == len(listed(analysis))
    assert {row[at["上上年度亩均税收"] - 1].value for row in rows} == {None}  # accounts are not shown to it
    hidden = {"real_estate_unit", "mortgage_no", "seizure_no"}
    assert hidden & set(load("vocabulary/columns.toml")["input"]["parcels"]) == hidden
    assert not hidden & {column.source for name in ("plan", "zhejiang_39") for column in form_of(name, Path()).column}


def test_the_same_run_gives_the_same_bytes(books, analysis, tmp_path):
    with staging(tmp_path) as stage:
        write(analysis, stage)
        stage.publish()
    for name in ("plan.xlsx", "zhejiang_39.xlsx"):
        assert (tmp_path / "lists" / name).read_bytes() == (books / name).read_bytes()


def test_a_very_long_list_is_written_row_by_row_with_the_same_cells(books, analysis, tmp_path, monkeypatch):
    monkeypatch.setattr("landuse.reports.lists.book.LARGE", 0)
    with staging(tmp_path) as stage:
        write(analysis, stage)
        stage.publish()
    pages = [openpyxl.load_workbook(folder / "plan.xlsx").active for folder in (books, tmp_path / "lists")]
    first, second = ([[cell.value for cell in row] for row in page.iter_rows()] for page in pages)
    assert second == first


@pytest.mark.slow
def test_on_paper_no_page_is_wider_than_planned(books, tmp_path, soffice):
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *books.glob("*.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    for name, wide, of_first in (("zhejiang_39", 2, "XZMC"), ("plan", 3, "开发区名称")):
        document = pdfium.PdfDocument(tmp_path / f"{name}.pdf")
        texts = [page.get_textpage().get_text_range() for page in document]
        assert {page.get_size() for page in document} == {document[0].get_size()}
        assert len(document) == wide * sum(of_first in text for text in texts)
        title = load(f"reports/lists/forms/{name}.toml")["title"]["zh"]
        assert sum(title in text for text in texts) == wide
