"""Forms of the procedure: what stands in them, and what must not."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pyogrio
import pytest
from cli.cli_builders import NAMES, PARCEL_IDS, USCC
from cli.cli_builders import parcels as plots
from forms_builders import Clerk, form_of, with_leases
from openpyxl.utils import get_column_letter

from landuse.pipeline import run
from landuse.project import load_project
from landuse.reports.content.forms import confirmations, objections_book, problems_book, review_book
from landuse.reports.content.model import Sheet
from landuse.reports.excel import write_book
from landuse.reports.summary import summary_lines
from landuse.write import ASKED_KINDS, KINDS, write_outputs

DEMO = Path(__file__).parents[2] / "data" / "demo"


def contents(path: Path) -> str:
    """Return everything a file holds, layout left out: names of parts, shared texts, cells, properties."""
    with zipfile.ZipFile(path) as archive:
        return "\n".join(f"{name}\n{archive.read(name).decode('utf-8')}" for name in archive.namelist())


def words_of(path: Path) -> set[str]:
    """Return every text and number that stands in a cell, a validation or a property of a workbook."""
    return set(re.findall(r">([^<>]+)<", contents(path)))


def test_forms_are_written_only_when_they_are_asked_for(bureau):
    assert "forms" in ASKED_KINDS
    assert "forms" not in KINDS
    content = write_outputs(run(load_project(bureau)), bureau.parent / "other")
    assert not any("forms/" in output["name"] for output in content["outputs"])
    assert not (bureau.parent / "other" / "forms").exists()


def test_the_project_file_may_ask_for_forms(bureau):
    text = bureau.read_text(encoding="utf-8") + '[outputs]\nonly = ["forms"]\n'
    bureau.write_text(text, encoding="utf-8")
    assert load_project(bureau).outputs.only == ("forms",)


def test_every_enterprise_gets_a_form_and_copies_stand_under_the_names_of_a_bureau(forms):
    expected = sorted(f"{code}_{name}.xlsx" for code, name in zip(USCC, NAMES, strict=True))
    assert sorted(path.name for path in (forms / "confirmations").iterdir()) == expected
    copies = forms.parent / "成果"
    assert sorted(path.name for path in (copies / "09_企业数据确认表").iterdir()) == expected
    aliases = {"10_会审意见表": "review", "12_数据问题更正表": "corrections", "13_异议登记表": "objections"}
    for alias, name in aliases.items():
        assert (copies / f"{alias}.xlsx").read_bytes() == (forms / f"{name}.xlsx").read_bytes()


def test_a_form_shows_the_enterprise_its_land_its_accounts_and_its_lease(forms):
    clerk = Clerk(form_of(forms, "E01"))
    cells = {(clerk.get(r, "table"), clerk.get(r, "key"), clerk.get(r, "column")): r for r in clerk.rows()}
    assert {(t, k) for t, k, _ in cells} == {
        ("enterprises", "E01"), ("accounts", "E01"), ("parcels", PARCEL_IDS[0]), ("occupancy", f"{PARCEL_IDS[1]}|E01"),
        ("signature", "E01"),
    }  # fmt: skip
    tax = cells["accounts", "E01", "tax_wan"]
    assert [clerk.get(tax, n) for n in ("数据项", "单位", "部门提供的数据", "old", "year")] == [
        "实缴税收", "万元", "100.00", "100", "2025",
    ]  # fmt: skip
    area = cells["parcels", PARCEL_IDS[0], "registered_area_m2"]
    assert clerk.get(area, "部门提供的数据") == "6,666.67"  # 10 mu
    assert float(clerk.get(area, "old")) == pytest.approx(20_000 / 3, rel=1e-15)
    lease = cells["occupancy", f"{PARCEL_IDS[1]}|E01", "area_m2"]
    assert clerk.get(lease, "部门提供的数据") == "1,234.50"
    unknown = cells["accounts", "E01", "electricity_kwh"]
    assert clerk.get(unknown, "部门提供的数据") == "—"
    assert clerk.get(unknown, "old") is None


def test_no_figure_of_another_enterprise_stands_anywhere_in_a_form(forms):
    """Every text and number of the whole file is compared, the parts nobody looks at included."""
    own = {"E01": {PARCEL_IDS[0], PARCEL_IDS[1]}, "E05": {PARCEL_IDS[4]}}
    for code, parcels in own.items():
        path = form_of(forms, code)
        found, text = words_of(path), contents(path)
        for number, other in enumerate(USCC, start=1):
            if other == code:
                continue
            tax, output, area = 100 * number, 1000 * number, 20_000 / 3 * number
            secrets = {f"{tax:,.2f}", str(tax), f"{output:,.2f}", str(output), f"{area:,.2f}", repr(area)}
            mine = 100 * int(code[1:]), 1000 * int(code[1:])
            secrets -= {str(amount) for amount in mine} | {f"{amount:,.2f}" for amount in mine}
            assert not secrets & found, (code, other)
            assert other not in found
            assert NAMES[number - 1] not in text
            assert PARCEL_IDS[number - 1] in parcels or PARCEL_IDS[number - 1] not in text


def test_a_planted_figure_of_another_enterprise_would_be_found(forms, tmp_path):
    clerk = Clerk(form_of(forms, "E01"))
    clerk.sheet.cell(3, 9).value = "900.00"
    assert "900.00" in words_of(clerk.save(tmp_path / "x.xlsx"))


def test_the_columns_that_the_program_reads_are_not_printed(forms):
    clerk = Clerk(form_of(forms, "E01"))
    area = clerk.sheet.print_area.split("!")[-1].replace("$", "")
    last = openpyxl.utils.column_index_from_string(re.match(r"A1:([A-Z]+)\d+", area)[1])
    assert clerk.column("evidence") == last
    assert clerk.column("table") == last + 1


def test_verdicts_are_a_drop_down(forms):
    clerk = Clerk(form_of(forms, "E01"))
    (rule,) = clerk.sheet.data_validations.dataValidation
    assert rule.formula1 == '"一致,有误"'


def test_a_formula_in_a_name_stays_a_text(bureau):
    file = bureau.parent / "数据" / "企业.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(NAMES[0], "=1+1"), encoding="utf-8")
    write_outputs(run(load_project(bureau)), bureau.parent / "formel", only=("forms",))
    clerk = Clerk(form_of(bureau.parent / "formel" / "forms", "E01"))
    cell = clerk.sheet.cell(clerk.find(column="name"), clerk.column("部门提供的数据"))
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_file_names_are_safe_on_windows_and_no_two_are_the_same(tmp_path):
    project = with_leases(tmp_path)
    file = tmp_path / "数据" / "企业.csv"
    text = (
        file.read_text(encoding="utf-8")
        .replace("E02", "e01")
        .replace(NAMES[0], 'a/b:c*?"<>|厂. ')
        .replace(NAMES[1], "A/B:C*?\\\\<>|厂.")
    )
    file.write_text(text.replace(NAMES[2], "很长" * 100), encoding="utf-8")
    names = [name for name, _ in confirmations(run(load_project(project)))]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)
        assert len(name) <= 90
        assert not name.removesuffix(".xlsx").endswith((".", " "))


def test_the_joint_review_has_one_row_for_each_listed_enterprise_and_parcel(bureau):
    analysis = run(load_project(bureau))
    sheet = review_book(analysis)
    rows = sheet.rows
    # of 9 shoe factories 15 % is 1.35, so one is listed; its land is low
    listed = analysis.enterprises.loc[analysis.enterprises["low_efficiency"].eq(other=True), "uscc"].tolist()
    low = analysis.parcels.table
    low = low.loc[low["efficiency_class"].isin(["low", "partly_low"]), "parcel_id"].tolist()
    assert len(listed) == 1
    assert rows["key"].tolist() == [*listed, *low]
    assert rows["table"].tolist() == ["enterprises"] * 1 + ["parcels"] * len(low)
    bureaus = [column for column in sheet.columns if column.name.startswith("opinion_")]
    assert [column.title.removesuffix("意见") for column in bureaus] == [
        "自然资源",
        "发改",
        "工信",
        "税务",
        "统计",
        "供电",
        "环保",
        "园区",
    ]
    assert {column.choices for column in bureaus} == {("同意列入", "不同意", "暂缓")}
    assert rows[[column.name for column in bureaus]].isna().all(axis=None)


def test_the_register_of_objections_is_empty_and_named(bureau):
    sheet = objections_book(run(load_project(bureau)))
    assert sheet.rows.isna().all(axis=None)
    titles = [column.title for column in sheet.columns]
    assert titles == [
        "序号",
        "异议编号",
        "收到日期",
        "统一社会信用代码",
        "企业名称",
        "异议内容",
        "依据",
        "处理决定",
        "决定人",
        "决定日期",
    ]


def test_forms_are_the_same_bytes_for_the_same_inputs(bureau, forms):
    write_outputs(run(load_project(bureau)), bureau.parent / "again", only=("forms",))
    for path in (forms / "confirmations").iterdir():
        assert path.read_bytes() == (bureau.parent / "again" / "forms" / "confirmations" / path.name).read_bytes()


def test_english_forms_speak_english(tmp_path):
    project = with_leases(tmp_path)
    write_outputs(run(load_project(project, language="en")), tmp_path / "out", only=("forms",))
    made = sorted(path.name for path in (tmp_path / "out" / "forms").iterdir())
    assert made == ["confirmations", "corrections.xlsx", "objections.xlsx", "review.xlsx"]
    assert not (tmp_path / "out" / "成果").exists()
    clerk = Clerk(form_of(tmp_path / "out" / "forms", "E01"), "en")
    assert clerk.get(clerk.find(column="tax_wan"), "Item") == "Tax paid"
    assert "Corrected value" in clerk.places
    review = Clerk(tmp_path / "out" / "forms" / "review.xlsx", "en")
    widths = {title: review.sheet.column_dimensions[get_column_letter(at)].width for title, at in review.places.items()}
    assert widths["Unit counted"] >= len("Enterprise")
    assert widths["Development and reform"] >= len("Development")


def columns_of(project: Path, code: str) -> dict[str, dict[str, object]]:
    """Return parcel -> column -> old value, as the form of an enterprise shows its parcels."""
    sheet = dict(confirmations(run(load_project(project))))
    rows = next(made.rows for name, made in sheet.items() if name.startswith(f"{code}_"))
    found: dict[str, dict[str, object]] = {}
    for row in rows.loc[rows["table"].eq("parcels")].to_dict("records"):
        found.setdefault(row["key"], {})[row["column"]] = row["old"]
    return found


def test_a_date_that_an_amendment_moved_is_not_asked_of_the_enterprise(tmp_path):
    """The contract says 2022-01-01, the amendment 2024-01-01: no cell of the contracts says what is in force."""
    project = with_leases(tmp_path)
    data = tmp_path / "数据"
    (data / "合同.csv").write_text(
        f"parcel_id,contract_no,start_due,finish_due\n{PARCEL_IDS[0]},HT1,2022-01-01,2025-01-01\n",
        encoding="utf-8",
    )
    (data / "协议.csv").write_text(
        "contract_no,signed,start_due,doc_no\nHT1,2021-06-01,2024-01-01,补1\n",
        encoding="utf-8",
    )
    text = project.read_text(encoding="utf-8").replace('"数据/宗地 1.gpkg"', '["数据/宗地 1.gpkg", "数据/合同.csv"]')
    project.write_text(text + 'amendments = "数据/协议.csv"\n', encoding="utf-8")
    parcels = run(load_project(project)).parcels.table.set_index("parcel_id")
    assert str(parcels.loc[PARCEL_IDS[0], "start_due"].date()) == "2024-01-01"
    asked = columns_of(project, "E01")[PARCEL_IDS[0]]
    assert "start_due" not in asked
    assert asked["finish_due"] == "2025-01-01"
    assert asked["contract_no"] == "HT1"


def test_the_area_of_a_parcel_of_two_polygons_is_asked_of_nobody(tmp_path):
    """4,000 and 9,000 m² make 13,000, which no cell says: neither form may correct one piece as if it were both."""
    project = with_leases(tmp_path)
    pieces = plots().rename(columns={"证载面积(亩)": "证载面积(平方米)"})
    pieces.loc[:1, "证载面积(平方米)"] = [4000.0, 9000.0]
    pieces.loc[1, ["宗地代码", "权利人统一社会信用代码"]] = [PARCEL_IDS[0], USCC[0]]
    pieces["证载面积(平方米)"] *= [1, 1, *[2000 / 3] * 7]
    pyogrio.write_dataframe(pieces, tmp_path / "数据" / "宗地 1.gpkg")
    analysis = run(load_project(project))
    table = analysis.parcels.table.set_index("parcel_id")
    assert table.loc[PARCEL_IDS[0], "registered_area_m2"] == 13_000
    doubted = analysis.issues.loc[analysis.issues["key"].eq(PARCEL_IDS[0]), ["code", "column"]].values.tolist()
    assert ["AREA_DIFFERENCE", "registered_area_m2"] in doubted
    assert "registered_area_m2" not in columns_of(project, "E01").get(PARCEL_IDS[0], {})
    problems = problems_book(analysis).rows
    assert PARCEL_IDS[0] not in problems.loc[problems["column"].eq("registered_area_m2"), "key"].tolist()


def test_the_form_of_an_enterprise_with_five_parcels_is_one_page(tmp_path, demonstration):
    """Five parcels of seven cells, the enterprise with six, its accounts with five, two rows to sign: 48 rows."""
    analysis = demonstration
    owned = analysis.parcels.table["holder_uscc"].value_counts()
    code = next(code for code in owned.index if owned[code] == 5 and code in set(analysis.enterprises["uscc"]))
    ((_, sheet),) = [each for each in confirmations(analysis) if each[0].startswith(code)]
    assert len(sheet.rows) == 48
    write_book([sheet], tmp_path / "five.xlsx")
    page = openpyxl.load_workbook(tmp_path / "five.xlsx").active
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("portrait", 8)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.page_setup.fitToHeight is None  # not stated: 1, where a list says 0
    assert page.row_breaks.count == 0
    for parcels, height in ((12, None), (13, 0)):  # from thirteen on the letters would be too small: it continues
        write_book([_with_parcels(sheet, parcels)], tmp_path / "many.xlsx")
        assert openpyxl.load_workbook(tmp_path / "many.xlsx").active.page_setup.fitToHeight == height


def _with_parcels(sheet: Sheet, number: int) -> Sheet:
    """Return a form as if the enterprise had as many parcels, each like its first."""
    (block,) = sheet.blocks
    is_parcel = block.rows["table"].eq("parcels")
    one = block.rows.loc[is_parcel].iloc[:7]
    rows = pd.concat([block.rows.loc[~is_parcel], *[one] * number], ignore_index=True)
    return replace(sheet, blocks=(replace(block, rows=rows),))


def test_the_screen_says_where_the_forms_are(bureau):
    analysis = run(load_project(bureau))
    content = write_outputs(analysis, bureau.parent / "out", only=("forms",))
    assert summary_lines(analysis, content, Path("out"))[-1] == "成果在 out:forms 文件夹内为需填写的表单"
