"""Files are made beside their final place and renamed together."""

from __future__ import annotations

from pathlib import Path

import pytest

from landuse.errors import OutputError
from landuse.write.staging import PARTIAL, staging


def test_files_appear_under_their_final_names_only_when_published(tmp_path):
    folder = tmp_path / "结果 1"
    with staging(folder) as stage:
        stage.path("成果/a.txt").write_text("一", encoding="utf-8")
        assert not (folder / "成果").exists()
        assert stage.publish() == ["成果/a.txt"]
    assert (folder / "成果" / "a.txt").read_text(encoding="utf-8") == "一"
    assert not (folder / PARTIAL).exists()


def test_a_run_that_fails_leaves_neither_files_nor_a_new_folder(tmp_path):
    folder = tmp_path / "out"
    with pytest.raises(RuntimeError), staging(folder) as stage:
        stage.path("a.txt").write_text("half", encoding="utf-8")
        raise RuntimeError
    assert not folder.exists()


def test_a_run_that_fails_leaves_the_earlier_results_alone(tmp_path):
    (tmp_path / "a.txt").write_text("earlier", encoding="utf-8")
    with pytest.raises(RuntimeError), staging(tmp_path) as stage:
        stage.path("a.txt").write_text("half", encoding="utf-8")
        raise RuntimeError
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "earlier"


def test_a_file_held_open_is_named_and_the_run_is_not_lost(tmp_path, monkeypatch):
    with staging(tmp_path) as stage:
        stage.path("ledger.xlsx").write_text("new", encoding="utf-8")
        stage.path("map.html").write_text("map", encoding="utf-8")
        rename = Path.replace

        def held(self, target):
            if Path(target).name == "ledger.xlsx":
                raise PermissionError(13, "in use")
            return rename(self, target)

        monkeypatch.setattr(Path, "replace", held)
        with pytest.raises(OutputError) as caught:
            stage.publish()
    assert "请先关闭 ledger.xlsx" in str(caught.value)
    assert (tmp_path / "ledger.new.xlsx").read_text(encoding="utf-8") == "new"
    assert (tmp_path / "map.html").is_file()
