"""What stops a run: exit status 2, nothing computed, no folder made, two lines for each fault."""

from __future__ import annotations

import re

import pandas as pd
import pyogrio
import pytest
from cli_builders import accounts, enterprises, parcels

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def spoil(project, **changes):
    """Replace pieces of the project text: ``old=new`` pairs, or text to append."""
    text = project.read_text(encoding="utf-8")
    for old, new in changes.get("swap", {}).items():
        assert old in text
        text = text.replace(old, new)
    project.write_text(text + changes.get("more", ""), encoding="utf-8")


def file_missing(project):
    (project.parent / "数据" / "税收.csv").unlink()


def folder_given(project):
    spoil(project, swap={"数据/税收.csv": "数据"})


def empty_file(project):
    (project.parent / "数据" / "税收.csv").write_bytes(b"")


def no_workbook(project):
    (project.parent / "数据" / "税收.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    spoil(project, swap={"税收.csv": "税收.xlsx"})


def sheet_missing(project):
    accounts().to_excel(project.parent / "数据" / "税收.xlsx", index=False, sheet_name="税表")
    spoil(project, swap={'"数据/税收.csv"': '{ path = "数据/税收.xlsx", sheet = "表九" }'})


def layer_missing(project):
    spoil(project, swap={'"数据/宗地 1.gpkg"': '{ path = "数据/宗地 1.gpkg", layer = "地块" }'})


def key_column_missing(project):
    enterprises().rename(columns={"统一社会信用代码": "号"}).to_csv(project.parent / "数据" / "企业.csv", index=False)


def crs_missing(project):
    path = project.parent / "数据" / "宗地.shp"
    pyogrio.write_dataframe(parcels()[["宗地代码", "geometry"]].rename(columns={"宗地代码": "parcel_id"}), path)
    path.with_suffix(".prj").unlink()
    spoil(project, swap={"宗地 1.gpkg": "宗地.shp"})


def crs_undecidable(project):
    spoil(project, swap={'"数据/宗地 1.gpkg"': '{ path = "数据/宗地 1.gpkg", crs = "EPSG:4490" }'})


def crs_unknown(project):
    spoil(project, swap={'"数据/宗地 1.gpkg"': '{ path = "数据/宗地 1.gpkg", crs = "EPSG:1" }'})


def encoding_undecidable(project):
    path = project.parent / "数据" / "企业.csv"
    path.write_bytes(path.read_bytes() + b"E99,\x81\xff\xff\x80,1952\n")


def unit_undecidable(project):
    columns = {"实缴税收(万元)": "实缴税收(美元)"}
    accounts().rename(columns=columns).to_csv(project.parent / "数据" / "税收.csv", index=False)


def broken_toml(project):
    spoil(project, more="[ranking\n")


def unknown_key(project):
    spoil(project, more="[ranking]\nshaer = 0.1\n")


def key_of_another_section(project):
    spoil(project, more="[ranking]\nweights = { tax_per_mu = 1 }\n")


def question_left(project):
    spoil(project, swap={'"数据/税收.csv"': '{ path = "数据/税收.csv", encoding = "?" }'})


def out_of_range(project):
    spoil(project, more="[ranking]\nshare = 1.5\n")


def unknown_pack(project):
    spoil(project, more='[rules]\npack = "defautl"\n')


def a_workbook_as_project(project):
    enterprises().to_excel(project.with_suffix(".xlsx"), index=False)
    project.write_bytes(project.with_suffix(".xlsx").read_bytes())


CASES = {
    # what is spoilt: (where, found in Chinese, found in English, what to do)
    file_missing: ("数据/税收.csv", "文件不存在", "no such file", "检查路径"),
    folder_given: ("数据", "是文件夹", "is a folder", "写明文件"),
    empty_file: ("数据/税收.csv", "文件是空的", "the file is empty", "请提供方重新发送"),
    no_workbook: ("数据/税收.xlsx", "已损坏或文件不完整", "damaged, or cut off", "请提供方重新发送"),
    sheet_missing: ("数据/税收.xlsx", "没有工作表:表九", "no such sheet: 表九", "税表"),
    layer_missing: ("数据/宗地 1.gpkg", "没有图层:地块", "no such layer: 地块", "宗地 1"),
    key_column_missing: (
        "数据/企业.csv",
        "缺少必需字段 uscc",
        "required column missing: uscc",
        "columns.enterprises.uscc",
    ),
    crs_missing: ("数据/宗地.shp", "没有坐标系", "the CRS is missing", "把其中一个写入 crs"),
    crs_undecidable: ("数据/宗地 1.gpkg", "坐标不是经纬度", "coordinates are no degrees", "核对后写明 crs"),
    crs_unknown: ("数据/宗地 1.gpkg", "坐标系无法识别:EPSG:1", "not a CRS: EPSG:1", "EPSG:4528"),
    encoding_undecidable: ("数据/企业.csv", "下列行的字节不是", "these lines are no text in utf-8: 11", "UTF-8"),
    unit_undecidable: ("tax_wan", "未知的单位:美元", "unknown unit: 美元", "units.tax_wan"),
    broken_toml: ("项目 一.toml", "第 10 行不是有效的 TOML", "not valid TOML", "改正该行"),
    unknown_key: ("[ranking.shaer]", "未知的键", "unknown key", "最接近的是 share"),
    key_of_another_section: ("[ranking.weights]", "未知的键", "unknown key", "该键属于 [indicators]"),
    question_left: ("[inputs.accounts.encoding]", '"?"', '"?"', "请填写确定的值"),
    out_of_range: ("[ranking.share]", "不可用:1.5", "not usable: 1.5", "不大于 1"),
    unknown_pack: ("[rules.pack]", "没有规则包 defautl", "no rule pack defautl", "default"),
    a_workbook_as_project: ("项目 一.toml", "不是项目文件", "is no project file", "landuse init"),
}


@pytest.mark.parametrize("spoilt", CASES, ids=lambda case: case.__name__)
def test_what_cannot_be_read_ends_with_status_2_two_lines_and_no_folder(spoilt, bureau, say):
    where, found, _, do = CASES[spoilt]
    spoilt(bureau)
    told = say("run", bureau, "-o", bureau.parent / "新" / "结果")
    assert (told.status, told.out) == (2, "")
    assert "Traceback" not in told.err
    second, *_ = [last for first, last in told.pairs if where in first and found in first]
    assert second.startswith("  → ")
    assert do in second
    assert not (bureau.parent / "新").exists()


@pytest.mark.parametrize("spoilt", CASES, ids=lambda case: case.__name__)
def test_with_lang_en_it_is_said_in_english(spoilt, bureau, say):
    where, _, found, _ = CASES[spoilt]
    spoilt(bureau)
    told = say("run", bureau, "--lang", "en")
    assert told.status == 2
    (first, second), *_ = [pair for pair in told.pairs if where in pair[0] and found in pair[0]]
    assert ": " in first
    own = {"数据", "宗地", "企业", "税收", "税表", "表九", "地块", "美元", "项目", "一", "号", "企业名称", "行业代码"}
    words = set(re.findall(r"[\u4e00-\u9fff]+", first + second))
    assert not words - own - set(WRITTEN_BY_USERS), words


WRITTEN_BY_USERS = (
    "亩", "元", "千元", "万元", "亿元", "百万元", "宗地代码", "权利人统一社会信用代码", "证载面积", "统一社会信用代码",
)  # fmt: skip


def test_all_faults_of_the_reading_phase_are_told_at_once(bureau, say):
    file_missing(bureau)
    key_column_missing(bureau)
    layer_missing(bureau)
    told = say("run", bureau)
    assert [pair[0].split(":")[0] for pair in told.pairs] == ["数据/宗地 1.gpkg", "数据/企业.csv", "数据/税收.csv"]


def test_faults_of_options_and_of_the_project_file_are_told_at_once(bureau, say, tmp_path):
    taken = tmp_path / "文件"
    taken.write_text("", encoding="utf-8")
    unknown_key(bureau)
    told = say("run", bureau, "--set", "ranking.share", "--set", "year.x.y=1", "--only", "tables,pdf", "-o", taken)
    said = "\n".join(first for first, _ in told.pairs)
    for piece in ("--only", "没有这种成果:pdf", str(taken), "不是文件夹", "--set ranking.share", "[ranking.shaer]"):
        assert piece in said, piece
    assert told.status == 2
    assert taken.read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    ("setting", "where"),
    [
        ("ranking.share", "--set ranking.share"),
        ("=0.1", "--set =0.1"),
        ("ranking.share=abc", "[ranking.share]"),
        ("ranking.share=nan", "[ranking.share]"),
        ("project.year=二零二五", "[project.year]"),
        ("project.land_date=2025-02-30", "[project.land_date]"),
        ("project.year.x=1", "--set project.year.x=1"),
        ("inputs.parcels=[]", "[inputs.parcels]"),
        ("inputs.parcels=3", "[inputs.parcels]"),
        ("indicators.cap=inf", "[indicators.cap]"),
        ("rankng.share=0.1", "[rankng]"),
    ],
)
def test_a_wrong_set_is_told_with_its_key(setting, where, bureau, say):
    told = say("run", bureau, "--set", setting)
    assert told.status == 2
    assert any(where in first for first, _ in told.pairs), told.err
    assert not (bureau.parent / "results").exists()


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_project_file_that_is_not_there_names_the_nearest_one(command, bureau, say):
    told = say(command, bureau.with_name("项目 二.toml"))
    assert told.status == 2
    assert "项目文件不存在" in told.err
    assert "最接近的是 项目 一.toml" in told.err


def test_a_folder_given_as_project_names_the_project_files_in_it(bureau, say):
    told = say("run", bureau.parent)
    assert told.status == 2
    assert "是文件夹" in told.err
    assert "项目 一.toml" in told.err


def test_an_input_that_may_not_be_read_is_told(bureau, say, monkeypatch):
    from pathlib import Path

    opened = Path.open

    def held(self, *arguments, **more):
        if self.name == "税收.csv":
            raise PermissionError(13, "in use")
        return opened(self, *arguments, **more)

    monkeypatch.setattr(Path, "open", held)
    told = say("run", bureau)
    assert told.status == 2
    assert "请先关闭 税收.csv" in told.err


def test_a_project_file_that_may_not_be_read_is_told(bureau, say, monkeypatch):
    from pathlib import Path

    def held(self):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "read_bytes", held)
    told = say("run", bureau)
    assert told.status == 2
    assert "无法读取:in use" in told.err


def test_the_results_of_an_earlier_run_are_not_touched(bureau, say):
    results = bureau.parent / "results"
    results.mkdir()
    (results / "ledger.xlsx").write_text("earlier", encoding="utf-8")
    file_missing(bureau)
    assert say("run", bureau).status == 2
    assert [path.name for path in results.iterdir()] == ["ledger.xlsx"]
    assert (results / "ledger.xlsx").read_text(encoding="utf-8") == "earlier"


def test_the_language_of_the_project_file_is_used_for_its_own_faults(bureau, say):
    spoil(bureau, swap={"year = 2025": 'year = 2025\nlanguage = "en"'}, more="[ranking]\nshaer = 1\n")
    told = say("run", bureau)
    assert "unknown key" in told.err
    assert not CHINESE.search(told.err.replace("项目 一.toml", ""))


def test_debug_adds_the_traceback_and_only_debug_does(bureau, say):
    unknown_key(bureau)
    assert "Traceback" not in say("run", bureau, "-v").err
    assert "Traceback" in say("run", "--debug", bureau).err


def test_a_disk_that_is_full_is_no_defect_of_the_program(bureau, say, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("landuse.write._write_tables", full)
    told = say("run", bureau, "-o", bureau.parent / "新" / "结果")
    assert told.status == 2
    assert "无法写入:No space left on device" in told.err
    assert not (bureau.parent / "新").exists()


def test_a_frame_without_rows_is_not_fatal(bureau, say):
    pd.DataFrame(columns=accounts().columns).to_csv(bureau.parent / "数据" / "税收.csv", index=False)
    assert say("run", bureau, "--only", "tables").status == 0
