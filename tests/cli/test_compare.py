"""``landuse compare``: two folders of results in, who entered and left out; a folder that is no run ends with 2."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from cli_builders import accounts


@pytest.fixture
def two(bureau, say):
    """Run the bureau twice, the tax of the first factory corrected in between; give both folders."""
    a, b = bureau.parent / "公示 成果", bureau.parent / "复核 成果"
    assert say("run", bureau, "--only", "tables", "-o", a, "--set", "project.stage=公示").status == 0
    # E01 paid 100 on 10 mu, like everybody a tenth of its land: ten times as much takes it from the last place
    money = accounts()
    money.loc[0, ["实缴税收(万元)", "工业总产值(万元)"]] = [1000.0, 10_000.0]
    money.to_csv(bureau.parent / "数据" / "税收.csv", index=False)
    assert say("run", bureau, "--only", "tables", "-o", b, "--set", "project.stage=最终").status == 0
    return a, b


def test_the_screen_and_the_files_say_who_left_and_who_entered(two, say):
    a, b = two
    told = say("compare", a, b)
    assert (told.status, told.err) == (0, "")
    assert "拟列入企业:1 → 1 家(10.00 → 20.00 亩),新增 1,退出 1,继续 0" in told.out
    assert "公示后新增入围 1 家" in told.out
    assert "实缴税收 100 → 1,000" in told.out
    made = b / "compare"
    assert sorted(path.name for path in made.iterdir()) == ["changes.parquet", "compare.json", "compare.xlsx"]
    table = pd.read_parquet(made / "changes.parquet")
    assert table.loc[table["list"].eq("enterprises"), ["key", "change"]].values.tolist() == [
        ["E01", "left"], ["E02", "entered"],
    ]  # fmt: skip
    text = json.loads((made / "compare.json").read_text(encoding="utf-8"))
    assert text["old"]["folder"] == "公示 成果"
    assert str(b.parent) not in (made / "compare.json").read_text(encoding="utf-8")


def test_another_folder_and_another_language_may_be_asked_for(two, say):
    a, b = two
    told = say("compare", a, b, "-o", b.parent / "比对", "--lang", "en")
    assert "Proposed enterprises: 1 → 1" in told.out
    assert (b.parent / "比对" / "compare.xlsx").is_file()
    assert not (b / "compare").exists()


def test_a_locked_run_that_is_run_again_is_the_same(bureau, say):
    a, b = bureau.parent / "一", bureau.parent / "二"
    say("run", bureau, "--only", "tables", "-o", a)
    told = say("run", bureau, "--only", "tables", "-o", b, "--set", 'frozen.from="一/frozen.toml"')
    assert told.status == 0
    manifest = json.loads((b / "manifest.json").read_text(encoding="utf-8"))
    digests = {entry["name"]: entry["sha256"] for entry in manifest["inputs"]}
    written = {entry["name"]: entry["sha256"] for entry in json.loads((a / "manifest.json").read_text())["outputs"]}
    assert digests["一/frozen.toml"] == written["frozen.toml"]
    assert "两次运行的名单相同" in say("compare", a, b).out


def test_a_locked_file_that_is_not_there_ends_with_status_2(bureau, say):
    told = say("run", bureau, "--set", 'frozen.from="none.toml"')
    assert told.status == 2
    assert "none.toml" in told.pairs[0][0]
    assert not (bureau.parent / "results").exists()


SHAPES = {
    "counts": {"counts": []},
    "inputs": {"inputs": [{}]},
    "rule": {"rule": []},
    "head": {"project": {"project": []}},
}
"""Manifests of the right kind but the wrong shape."""


@pytest.mark.parametrize(
    "spoil", ["nothing", "empty", "no_json", "other_json", "no_tables", "bad_table", "counts", "inputs", "rule", "head"]
)
def test_a_folder_that_is_no_run_is_refused_and_nothing_is_written(two, say, spoil):
    a, b = two
    files = {"no_json": "{", "other_json": "{}"}
    if spoil == "nothing":
        a = a.parent / "none"
    elif spoil == "empty":
        a = a.parent / "empty"
        a.mkdir()
    elif spoil in files:
        (a / "manifest.json").write_text(files[spoil], encoding="utf-8")
    elif spoil in SHAPES:
        manifest = json.loads((a / "manifest.json").read_text(encoding="utf-8"))
        (a / "manifest.json").write_text(json.dumps({**manifest, **SHAPES[spoil]}), encoding="utf-8")
    elif spoil == "no_tables":
        (a / "groups.parquet").unlink()
    else:
        (a / "groups.parquet").write_bytes(b"PAR1 no table PAR1")
    told = say("compare", a, b)
    assert told.status == 2
    assert len(told.pairs) == 1
    assert not (b / "compare").exists()


def test_both_folders_are_told_at_once(tmp_path, say):
    told = say("compare", tmp_path / "a", tmp_path / "b")
    assert told.status == 2
    assert len(told.pairs) == 2


def test_a_run_of_an_older_version_that_wrote_neither_rule_nor_lock_is_read(two, say):
    a, b = two
    (a / "frozen.toml").unlink()
    manifest = json.loads((a / "manifest.json").read_text(encoding="utf-8"))
    del manifest["rule"]
    (a / "manifest.json").write_text(json.dumps({**manifest, "landuse": "0.0.9"}), encoding="utf-8")
    told = say("compare", a, b)
    assert told.status == 0
    assert "软件版本不同" in told.out
    assert "本单位数据变化" in told.out
