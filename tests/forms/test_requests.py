"""Forms for bureaus: prefilled, explained, and read back without any mapping."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from cli.cli_builders import NAMES, PARCEL_IDS, USCC, write_bureau
from forms_builders import Clerk, fill

from landuse.ask import request_forms
from landuse.assemble.keys import first_known, group_rows, stack
from landuse.catalogue import load, term
from landuse.cli import main
from landuse.pipeline import run
from landuse.project import load_project
from landuse.read import read_tables
from landuse.read.words import choice_words, normal
from landuse.tables import KEYS, columns
from landuse.tables.forms import BOOK
from landuse.write.published import published_tables

DEMO = Path(__file__).parents[2] / "data" / "demo"
ASKED = load("vocabulary/forms.toml")["requests"]


def file_of(key: str, lang: str = "zh") -> str:
    return ASKED[key]["file"][lang]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return write_bureau(tmp_path_factory.mktemp("bureau"))


@pytest.fixture(scope="module")
def asked(project, tmp_path_factory):
    folder = tmp_path_factory.mktemp("asked")
    done = request_forms(load_project(project), folder)
    assert sorted(done.files) == sorted(path.name for path in folder.iterdir())
    assert done.unread == ()
    return folder


def test_every_bureau_gets_its_forms(asked):
    assert sorted(path.name for path in asked.iterdir()) == sorted(file_of(key) for key in ASKED)
    bureaus = " ".join(path.name for path in asked.iterdir())
    assert all(name in bureaus for name in ("税务", "统计", "供电", "不动产登记", "自然资源", "法院"))


def test_a_form_names_the_enterprises_and_the_year_and_leaves_the_figures_blank(asked):
    clerk = Clerk(asked / file_of("tax"))
    rows = [[clerk.get(row, name) for name in ("统一社会信用代码", "企业名称", "年度")] for row in clerk.rows()]
    assert rows == [[code, name, 2025] for code, name in zip(USCC, NAMES, strict=True)]
    assert {clerk.get(row, "实缴税收") for row in clerk.rows()} == {None}


def test_a_form_of_parcels_names_the_parcels_and_monthly_meters_have_twelve_rows_an_enterprise(asked):
    parcels, meters = Clerk(asked / file_of("court")), Clerk(asked / file_of("meters"))
    assert [parcels.get(row, "宗地代码") for row in parcels.rows()] == PARCEL_IDS
    months = [meters.get(row, "月份") for row in meters.rows()]
    assert len(months) == 12 * len(USCC)
    assert months[:12] == [f"2025-{month:02d}" for month in range(1, 13)]


@pytest.mark.parametrize("key", ASKED)
def test_every_column_has_its_unit_in_the_header_a_note_and_codes_are_text(asked, key):
    clerk = Clerk(asked / file_of(key))
    entry = ASKED[key]
    for name, place in zip(entry["columns"], range(2, 2 + len(entry["columns"])), strict=True):
        header = clerk.sheet.cell(clerk.header, place).value
        note = clerk.sheet.cell(clerk.header - 1, place).value
        known = columns("input", "enterprises" if name == "name" else entry["table"]).get(name)
        assert note, name
        if known is None:
            continue
        assert header.startswith(known.zh)
        assert ("\n(" in header) == bool(known.unit), name
        if known.kind == "key":
            assert clerk.sheet.cell(clerk.header + 1, place).number_format == "@"
    assert clerk.sheet.page_setup.orientation == "landscape"
    assert clerk.sheet.sheet_properties.pageSetUpPr.fitToPage
    assert clerk.sheet.print_title_rows == f"${clerk.header}:${clerk.header}"


def test_closed_lists_are_drop_downs_that_reach_below_the_rows(asked):
    clerk = Clerk(asked / file_of("scale"))
    (rule,) = clerk.sheet.data_validations.dataValidation
    assert rule.formula1 == '"规上,规下"'
    letter = openpyxl.utils.get_column_letter(clerk.column("企业规模(规上/规下)"))
    assert str(rule.sqref) == f"{letter}{clerk.header + 1}:{letter}{clerk.header + 2000}"


def test_without_readable_inputs_the_rows_are_empty_and_what_could_not_be_read_is_said(tmp_path):
    project = tmp_path / "p.toml"
    project.write_text(
        '[project]\nname="甲县"\nyear=2025\n[inputs]\nparcels="没有.gpkg"\nenterprises="没有.csv"\n', encoding="utf-8"
    )
    done = request_forms(load_project(project), tmp_path / "out")
    assert set(done.unread) == {"宗地表", "企业表"}
    assert Clerk(tmp_path / "out" / file_of("tax")).rows() == []


def project_of_forms(project: Path, folder: Path) -> Path:
    """Write a project that reads accounts from two filled forms, and says nothing of their columns and units."""
    text = project.read_text(encoding="utf-8").replace(
        'accounts = "数据/税收.csv"', f'accounts = ["{folder.name}/a.xlsx", "{folder.name}/b.xlsx"]'
    )
    made = project.with_name("表.toml")
    made.write_text(text, encoding="utf-8")
    return made


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_filled_forms_are_read_without_mapping_and_give_the_same_tables(tmp_path, lang):
    project = write_bureau(tmp_path)
    settings = load_project(project, language=lang)
    folder = tmp_path / "forms"
    request_forms(settings, folder)
    accounts = read_tables(settings).of("accounts")[0].frame
    for key, name in (("tax", "a.xlsx"), ("statistics", "b.xlsx")):
        fill(folder / file_of(key, lang), "accounts", accounts, ["uscc", "year"], lang)
        shutil.copyfile(folder / file_of(key, lang), folder / name)
    before, after = run(settings), run(load_project(project_of_forms(project, folder), language=lang))
    assert_same(before, after)
    assert after.enterprises["tax_wan"].tolist() == [100.0 * n for n in range(1, 10)]


def test_rows_put_in_above_the_header_and_columns_in_another_order_do_not_matter(tmp_path):
    project = write_bureau(tmp_path)
    folder = tmp_path / "forms"
    request_forms(load_project(project), folder)
    accounts = read_tables(load_project(project)).of("accounts")[0].frame
    for key, name in (("tax", "a.xlsx"), ("statistics", "b.xlsx")):
        fill(folder / file_of(key), "accounts", accounts, ["uscc", "year"])
        clerk = Clerk(folder / file_of(key))
        clerk.sheet.insert_rows(2, amount=2)
        clerk.sheet.move_range("C1:E40", cols=20)
        clerk.save(folder / name)
    after = run(load_project(project_of_forms(project, folder)))
    assert_same(run(load_project(project)), after)


def assert_same(before, after):
    """Compare every published figure; where a row stood is another matter."""
    one, other = published_tables(before), published_tables(after)
    for name in ("parcels", "enterprises", "occupancy", "findings", "groups", "history", "balance"):
        left, right = (
            table[name].drop(columns=[c for c in table[name] if c.startswith("source_")]) for table in (one, other)
        )
        assert set(left.columns) <= set(right.columns)
        gained = sorted(set(right.columns) - set(left.columns))
        assert right[gained].isna().all(axis=None) if gained else True
        pd.testing.assert_frame_equal(left, right[list(left.columns)])


def in_force(raw, table: str) -> pd.DataFrame:
    frame = stack(raw.of(table), table)
    return first_known(frame, group_rows(frame, list(KEYS[table]))).table


@pytest.mark.slow
def test_the_demonstration_district_is_the_same_when_its_data_come_on_forms(tmp_path):
    root = tmp_path / "district"
    shutil.copytree(DEMO, root, ignore=shutil.ignore_patterns("truth", "faulty*", "registry.xlsx", "contracts.xlsx"))
    shutil.copyfile(DEMO / "registry.xlsx", root / "registry.xlsx")
    shutil.copyfile(DEMO / "contracts.xlsx", root / "contracts.xlsx")
    settings = load_project(root / "landuse.toml")
    raw = read_tables(settings)
    request_forms(settings, root / "forms")
    accounts, parcels = in_force(raw, "accounts"), in_force(raw, "parcels")
    enterprises = in_force(raw, "enterprises")
    for key in ("tax", "statistics", "power"):
        fill(root / "forms" / file_of(key), "accounts", accounts, ["uscc", "year"])
    fill(root / "forms" / file_of("scale"), "enterprises", enterprises, ["uscc"])
    for key in ("registry", "contracts", "court"):
        fill(root / "forms" / file_of(key), "parcels", parcels, ["parcel_id"])
    text = (root / "landuse.toml").read_text(encoding="utf-8")
    begin, end = text.index("accounts = ["), text.index("occupancy =")
    named = ", ".join(f'"forms/{file_of(key)}"' for key in ("tax", "statistics", "power"))
    text = text[:begin] + f"accounts = [{named}]\n" + text[end:]
    forms = ", ".join(f'"forms/{file_of(key)}"' for key in ("registry", "contracts", "court"))
    text = text.replace('"registry.xlsx", "contracts.xlsx"', forms)
    text = text.replace(
        'enterprises = "enterprises.xlsx"', f'enterprises = ["enterprises.xlsx", "forms/{file_of("scale")}"]'
    )
    (root / "forms.toml").write_text(text, encoding="utf-8")
    before, after = run(settings), run(load_project(root / "forms.toml"))
    assert len(before.enterprises) == 450
    assert_same(before, after)


def command(monkeypatch, capsys, *arguments):
    """Run the command line; return status and what it said."""
    monkeypatch.setattr("sys.argv", ["landuse", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    return ended.value.code, told.out, told.err


def test_the_command_says_what_was_written_and_what_could_not_be_read(tmp_path, monkeypatch, capsys):
    project = write_bureau(tmp_path)
    status, out, err = command(monkeypatch, capsys, "request", project)
    assert (status, err) == (0, "")
    assert "已写出 10 张表" in out
    assert (tmp_path / "requests" / file_of("tax")).is_file()
    (tmp_path / "数据" / "企业.csv").unlink()
    status, out, err = command(monkeypatch, capsys, "--lang", "en", "request", project, "-o", tmp_path / "en")
    assert status == 0
    assert "10 forms written" in out
    assert "Enterprises cannot be read" in err


def test_forms_are_a_kind_that_may_be_asked_for_and_a_misspelt_one_is_told(tmp_path, monkeypatch, capsys):
    project = write_bureau(tmp_path)
    status, out, _ = command(monkeypatch, capsys, "run", project, "--only", "forms")
    assert status == 0
    assert "forms" in out
    assert not (tmp_path / "results" / "map.html").exists()
    status, _, err = command(monkeypatch, capsys, "run", project, "--only", "form")
    assert status == 2
    assert "tables, map, sheets, report, forms" in err


def test_a_form_that_is_full_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("landuse.reports.content.forms.requests.MOST_ROWS", 5)
    monkeypatch.setattr("landuse.ask.MOST_ROWS", 5)
    status, _, err = command(monkeypatch, capsys, "request", write_bureau(tmp_path))
    assert status == 0
    assert len(Clerk(tmp_path / "requests" / file_of("tax")).rows()) == 5
    assert f"{file_of('tax')} 已达一张表的行数上限" in err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_word_a_form_offers_is_read_back_as_its_value(lang):
    """An English form offers English words: none of the closed lists that are asked for is left in Chinese."""
    asked = {(entry["table"], name) for entry in load(BOOK)["requests"].values() for name in entry["columns"]}
    asked |= {
        (table, name) for table in ("enterprises", "parcels") for name in load(BOOK)["forms"]["confirmation"][table]
    }
    closed = {name: columns("input", table)[name] for table, name in asked if name in columns("input", table)}
    closed = {name: column for name, column in closed.items() if column.choices}
    assert {"scale", "registry_state", "production_state", "start_state", "energy_basis"} <= set(closed)
    for name, column in closed.items():
        words = {code: term(name, code, lang) for code in column.choices}
        known = choice_words(name, column.choices)
        assert {known[normal(word)] for word in words.values()} == set(column.choices), name
        assert all(known[normal(word)] == code for code, word in words.items()), name
        assert lang == "zh" or all(word.isascii() for word in words.values()), name
