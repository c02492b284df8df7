"""What the commands give, how they end, and that the console is never in the way."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from cli_builders import ONE_SHEET, PARCEL_IDS, accounts, enterprises, write_bureau

from landuse import __version__
from landuse.cli import hoisted
from landuse.errors import DefectError

ROOT = Path(__file__).parents[2]
COMMANDS = {
    "run", "check", "compare", "demo", "explain", "request", "apply", "map", "print", "report", "scenario", "convert",
    "init",
}  # fmt: skip


def replace(project, name, frame):
    frame.to_csv(project.parent / "数据" / name, index=False)


# ------------------------------------------------------------------------------------------------- run


def test_a_run_ends_with_status_0_and_says_what_it_found_and_where_to_look(bureau, say):
    told = say("run", bureau)
    assert (told.status, told.err) == (0, "")
    # half up: 0.15 x 9 + 1/2 = 1.85 -> one enterprise. Tax and output per mu are equal, output per tce is lowest at E01
    assert "参评 9 家,拟列入(行业末位15%)1 家" in told.out
    assert "低效 1 宗 10.00 亩" in told.out
    assert f"成果在 {bureau.parent / 'results'}" in told.out
    for name in ("map.html", "ledger.xlsx", "results.gpkg"):
        assert name in told.out
        assert (bureau.parent / "results" / name).is_file()


def test_only_the_outputs_asked_for_are_written_and_named(bureau, say):
    told = say("run", bureau, "--only", "tables", "-o", bureau.parent / "表")
    assert told.status == 0
    assert "map.html" not in told.out
    made = {path.name for path in (bureau.parent / "表").iterdir()}
    assert {"results.gpkg", "parcels.parquet", "manifest.json"} <= made
    assert not {"map.html", "ledger.xlsx"} & made


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("atlas.pdf 为图集", "dossiers 文件夹内为一地一策")), ("en", ("atlas.pdf is",))]
)
def test_printed_matter_alone_is_named_on_the_screen(bureau, say, lang, words):
    settings = ("--set", "sheets.only=[]", "--lang", lang, "--only", "sheets")
    told = say("run", bureau, *settings)
    assert told.status == 0
    look = told.out.splitlines()[-1]
    assert all(word in look for word in words), look
    assert "—" not in look


def test_json_prints_the_manifest_and_nothing_else(bureau, say):
    told = say("run", bureau, "--only", "tables", "--json", "-v")
    assert told.out == (bureau.parent / "results" / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(told.out)
    assert manifest["landuse"] == __version__
    assert manifest["counts"]["parcels"] == 9


def test_a_row_that_cannot_be_used_ends_with_status_1_and_everything_is_marked_as_draft(bureau, say):
    import openpyxl

    replace(bureau, "税收.csv", accounts().astype(object).mask(lambda frame: frame == 300.0, "三百万左右"))
    told = say("run", bureau, "--only", "report")
    assert told.status == 1
    assert "草稿" in told.out.splitlines()[0]
    assert "错误 1" in told.out
    book = openpyxl.load_workbook(bureau.parent / "results" / "ledger.xlsx")
    for sheet in book:
        texts = [str(cell.value) for row in sheet.iter_rows(max_row=6) for cell in row if cell.value is not None]
        texts += [str(part.text) for part in (sheet.oddHeader.center, sheet.oddFooter.center, sheet.oddHeader.left)]
        assert any("草稿" in text for text in texts), sheet.title


def test_warnings_end_with_status_0(bureau, say):
    replace(bureau, "企业.csv", pd.concat([enterprises(), enterprises().head(1)]))
    told = say("run", bureau, "--only", "tables")
    assert told.status == 0
    assert "错误 0" in told.out


def test_an_unbalanced_balance_is_a_defect_and_nothing_stands_under_a_final_name(bureau, say, monkeypatch):
    from landuse.assemble import occupancy

    honest = occupancy.balance_step

    def leaking(step, quantity, amount_in, unallocated):
        return honest(step, quantity, amount_in - 1, unallocated)

    monkeypatch.setattr(occupancy, "balance_step", leaking)
    told = say("run", bureau, "-o", bureau.parent / "新")
    assert (told.status, told.out) == (3, "")
    assert "程序缺陷" in told.err
    assert "area_m2" in told.err
    assert "Traceback" not in told.err
    assert not (bureau.parent / "新").exists()


@pytest.mark.parametrize("error", [DefectError("planted"), ZeroDivisionError("planted")])
def test_a_defect_while_writing_leaves_nothing_either(error, bureau, say, monkeypatch):
    def broken(*_):
        raise error

    monkeypatch.setattr("landuse.write._write_map", broken)
    told = say("run", bureau, "--lang", "en", "-o", bureau.parent / "新" / "一")
    assert told.status == 3
    assert "defect of the program" in told.err
    assert "planted" in told.err
    assert not (bureau.parent / "新").exists()


def test_an_interrupted_run_ends_with_status_130_and_leaves_no_partial_folder(bureau, say, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("landuse.write._write_books", interrupted)
    told = say("run", bureau, "-o", bureau.parent / "新")
    assert told.status == 130
    assert "已中断" in told.err
    assert not (bureau.parent / "新").exists()


def test_an_output_held_open_is_named_and_the_rest_is_written(bureau, say, monkeypatch):
    rename = Path.replace
    held = {"ledger.xlsx", "manifest.json"}

    def locked(self, target):
        if Path(target).name in held:
            raise PermissionError(13, "in use")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", locked)
    told = say("run", bureau, "--json", "--only", "tables,map,report")
    results = bureau.parent / "results"
    assert told.status == 1
    assert "请先关闭 ledger.xlsx" in told.err
    assert "请先关闭 manifest.json" in told.err
    assert told.out == (results / "manifest.new.json").read_text(encoding="utf-8")
    assert (results / "ledger.new.xlsx").is_file()
    assert (results / "map.html").is_file()
    held.clear()
    assert say("run", bureau, "--only", "tables,map,report").status == 0
    assert not (results / "ledger.new.xlsx").exists()
    assert not (results / "manifest.new.json").exists()


def test_a_held_output_is_said_in_english_too(bureau, say, monkeypatch):
    rename = Path.replace

    def locked(self, target):
        if Path(target).name == "results.gpkg":
            raise PermissionError(13, "in use")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", locked)
    told = say("run", bureau, "--only", "tables", "--lang", "en")
    assert "close results.gpkg and run again" in told.err
    assert "kept as results.new.gpkg" in told.err
    assert "parcels: 9" in told.out


# ------------------------------------------------------------------------------- check, demo, explain


def test_check_prints_the_issues_and_writes_them_with_the_names_that_wait_for_a_decision(bureau, say):
    assert say("check", bureau, "-o", bureau.parent / "无疑").status == 0
    assert [path.name for path in (bureau.parent / "无疑").iterdir()] == ["issues.xlsx"]
    replace(bureau, "税收.csv", accounts().assign(统一社会信用代码=["甲厂", *accounts()["统一社会信用代码"][1:]]))
    told = say("check", bureau, "-o", bureau.parent / "检查")
    assert told.status == 0
    assert "甲厂" in told.out
    assert sorted(path.name for path in (bureau.parent / "检查").iterdir()) == ["issues.xlsx", "matches.xlsx"]


def test_an_issue_keeps_to_one_line_and_cannot_steer_the_terminal(bureau, say):
    replace(
        bureau, "税收.csv", accounts().assign(统一社会信用代码=["甲\n\x1b[31m厂", *accounts()["统一社会信用代码"][1:]])
    )
    told = say("check", bureau)
    assert "\x1b" not in told.out
    assert any("甲" in line and "厂" in line for line in told.out.splitlines())


@pytest.mark.parametrize("what", [PARCEL_IDS[3], "E04", "鞋业丁"])
def test_explain_takes_a_parcel_code_a_credit_code_or_a_part_of_a_name(what, bureau, say):
    told = say("explain", bureau, what)
    assert told.status == 0
    assert "40.0000 亩" in told.out
    assert not (bureau.parent / "results").exists()


def test_explain_names_the_candidates_of_a_part_that_several_names_share(bureau, say):
    told = say("explain", bureau, "鑫达")
    assert (told.status, told.out) == (2, "")
    assert "安澜鑫达鞋业甲厂(E01)" in told.err
    assert "安澜鑫达鞋业壬厂(E09)" in told.err


def test_explain_takes_the_whole_name_though_it_is_part_of_another(bureau, say):
    firms = enterprises()
    firms.loc[1, "企业名称"] = firms.loc[0, "企业名称"] + "二分厂"
    replace(bureau, "企业.csv", firms)
    told = say("explain", bureau, "安澜鑫达鞋业甲厂")
    assert told.status == 0
    assert "E01" in told.out


def test_explain_says_when_nothing_fits(bureau, say):
    told = say("explain", bureau, "不存在的厂", "--lang", "en")
    assert told.status == 2
    assert told.err.startswith("不存在的厂: not found")


def test_explain_without_a_name_finds_nothing(bureau, say):
    assert say("explain", bureau, " ").status == 2


@pytest.fixture(scope="module")
def small_demo(tmp_path_factory):
    """Return a stand-in for the packed district: quick to run."""
    folder = tmp_path_factory.mktemp("packed") / "demo_data"
    project = write_bureau(folder).rename(folder / "landuse.toml")
    project.write_text(project.read_text(encoding="utf-8") + ONE_SHEET, encoding="utf-8")
    (folder / "faulty").mkdir()
    (folder / "faulty" / "parcels.shp").write_text("", encoding="utf-8")
    return folder


def test_demo_works_twice_and_leaves_the_faulty_variant_out(small_demo, tmp_path, say, monkeypatch):
    monkeypatch.setattr("landuse.write.demo.files", lambda _: small_demo.parent)
    for _ in range(2):
        told = say("demo", "-o", tmp_path / "示范")
        assert (told.status, told.err) == (0, "")
    assert (tmp_path / "示范" / "results" / "ledger.xlsx").is_file()
    assert not (tmp_path / "示范" / "faulty").exists()


def test_demo_goes_to_landuse_demo_when_no_folder_is_named(small_demo, tmp_path, say, monkeypatch):
    monkeypatch.setattr("landuse.write.demo.files", lambda _: small_demo.parent)
    monkeypatch.chdir(tmp_path)
    assert say("demo").status == 0
    assert (tmp_path / "landuse-demo" / "results" / "manifest.json").is_file()


@pytest.mark.parametrize("name", ["landuse.toml", "数据/税收.csv"])
def test_demo_refuses_to_overwrite_what_is_not_its_own(name, small_demo, tmp_path, say, monkeypatch):
    monkeypatch.setattr("landuse.write.demo.files", lambda _: small_demo.parent)
    mine = tmp_path / name
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("my own", encoding="utf-8")
    told = say("demo", "-o", tmp_path)
    assert told.status == 2
    assert name in told.err
    assert mine.read_text(encoding="utf-8") == "my own"
    assert sorted(path.name for path in tmp_path.iterdir()) == [name.split("/")[0]]


# ------------------------------------------------------------------------------------- the command line


def test_without_a_word_the_usage_is_printed_and_the_status_is_2(say):
    told = say()
    assert (told.status, told.out) == (2, "")
    assert told.err.startswith("Usage: landuse")
    for command in COMMANDS:
        assert f"  {command} " in told.err


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (["run"], "缺少参数:project", "missing argument: project"),
        (["explain", "a.toml"], "缺少参数:what", "missing argument: what"),
        (["run", "a.toml", "--foo"], "没有这个选项:--foo", "no such option: --foo"),
        (["run", "a.toml", "--set"], "选项后缺少值:--set", "the option needs a value: --set"),
        (["run", "a.toml", "b.toml"], "命令行有误", "usage"),
    ],
)
def test_a_wrong_command_line_is_told_with_its_usage(arguments, zh, en, say):
    for more, words in (((), zh), (("--lang", "en"), en)):
        told = say(*arguments, *more)
        ((first, second),) = told.pairs
        assert told.status == 2
        assert words in first
        assert "landuse" in second


def test_a_language_that_is_not_known_is_refused(say):
    told = say("run", "a.toml", "--lang", "fr")
    assert told.status == 2
    assert "'zh', 'en'" in told.err


def test_every_command_of_the_contract_is_here_or_named_as_a_later_one():
    contract = {
        "demo", "init", "check", "run", "explain", "compare", "apply", "request", "scenario", "map", "print", "report",
        "convert",
    }  # fmt: skip
    assert contract == COMMANDS


def test_a_misspelt_command_names_the_nearest_one(say):
    told = say("rnu", "a.toml")
    assert told.status == 2
    assert "最接近的是 run" in told.err


@pytest.mark.parametrize(
    "given",
    [
        ["-v", "--lang", "en", "run", "p", "-o", "x"],
        ["run", "-v", "p", "--lang", "en", "-o", "x"],
        ["run", "p", "-o", "x", "--lang", "en", "-v"],
    ],
)
def test_the_options_of_all_commands_may_stand_anywhere(given):
    assert sorted(hoisted(given)[:3]) == ["--lang", "-v", "en"]
    assert hoisted(given)[3:] == ["run", "p", "-o", "x"]


def test_what_follows_two_dashes_is_left_alone():
    assert hoisted(["explain", "p", "--", "-v"]) == ["explain", "p", "--", "-v"]


def test_timings_are_shown_with_v_and_progress_on_a_terminal_only(bureau, say):
    quiet, verbose = say("run", bureau, "--only", "tables"), say("run", bureau, "--only", "tables", "-v")
    assert quiet.err == ""
    assert re.search(r"^  read +\d+\.\d\d s$", verbose.err, flags=re.MULTILINE)
    assert "…" not in verbose.err
    assert "…" not in verbose.out


def test_the_timings_are_kept_in_the_log_beside_the_results(bureau, say):
    say("run", bureau, "--only", "tables")
    log = json.loads((bureau.parent / "results" / "run.log.json").read_text(encoding="utf-8"))
    assert {"read", "assemble", "rank", "law", "tables"} <= set(log["seconds"])


# ------------------------------------------------------------------------------------ paths, console


@pytest.mark.parametrize("path", ["'数据\\税收.csv'", '"数据\\\\税收.csv"', '"数据\\税收.csv"', '".\\数据/税收.csv"'])
def test_backslashes_in_the_project_file_part_folders(path, bureau, say):
    text = bureau.read_text(encoding="utf-8")
    bureau.write_text(text.replace('"数据/税收.csv"', path), encoding="utf-8")
    told = say("run", bureau, "--only", "tables", "--json")
    assert told.status == 0, told.err
    assert "数据/税收.csv" in [entry["name"].removeprefix("./") for entry in json.loads(told.out)["inputs"]]


@pytest.mark.parametrize("name", ["new.csv", "tax.csv", "bureau.csv", "firms.csv", "results.csv"])
def test_a_backslash_that_toml_takes_for_an_escape_parts_folders_too(name, bureau, say):
    (bureau.parent / "数据" / "税收.csv").rename(bureau.parent / "数据" / name)
    text = bureau.read_text(encoding="utf-8")
    bureau.write_text(text.replace('"数据/税收.csv"', f'"数据\\{name}"'), encoding="utf-8")
    assert say("run", bureau, "--only", "tables").status == 0


def run_in(encoding, *arguments):
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "0"}
    return subprocess.run(
        [sys.executable, "-m", "landuse", *map(str, arguments)], capture_output=True, env=environment, check=False
    )


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-8"])
def test_no_console_encoding_stops_an_explanation(encoding, bureau):
    ended = run_in(encoding, "explain", bureau, "E04")
    assert ended.returncode == 0, ended.stderr
    assert "40.0000" in ended.stdout.decode(encoding)


def test_a_fault_is_written_in_the_encoding_of_the_console(bureau):
    ended = run_in("gbk", "run", bureau.with_name("没有.toml"))
    assert ended.returncode == 2
    assert "项目文件不存在" in ended.stderr.decode("gbk")


def test_a_reader_that_goes_away_is_no_defect(bureau):
    command = [sys.executable, "-m", "landuse", "explain", str(bureau), "E04"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as running:
        running.stdout.close()
        told = running.stderr.read()
    assert (running.returncode, told) == (130, b"")


def test_the_help_answers_at_once():
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "landuse", "--help"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert ended.returncode == 0
    heavy = {"pandas", "numpy", "geopandas", "pyogrio", "shapely", "pydantic", "rasterio", "folium", "pyarrow"}
    loaded = {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines()}
    assert not heavy & loaded
