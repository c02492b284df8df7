"""Page numbers that a project asks for and a machine cannot give are told, and the report is there all the same."""

from __future__ import annotations

import pytest

from landuse.write import paged


@pytest.fixture
def asking(bureau, monkeypatch):
    """Return a project that asks for page numbers on a machine without LibreOffice."""
    monkeypatch.setattr(paged.shutil, "which", lambda _: None)
    text = bureau.read_text(encoding="utf-8")
    bureau.write_text(f'{text}[report]\npage_numbers = "libreoffice"\ncharts = false\nmaps = false\n', encoding="utf-8")
    return bureau


def test_a_machine_without_libreoffice_writes_the_report_and_says_what_is_missing(asking, say, tmp_path):
    told = say("run", asking, "-o", tmp_path / "out", "--only", "report,tables")
    assert told.status == 0
    assert "未安装 LibreOffice" in told.err
    assert "更新域" in told.err
    assert (tmp_path / "out" / "report.docx").is_file()
    again = say("report", tmp_path / "out", "--only", "word")
    assert again.status == 0
    assert "未安装 LibreOffice" in again.err
    assert "LibreOffice" not in say("report", tmp_path / "out", "--only", "ledger").err


def test_who_asks_for_no_report_is_told_nothing_of_its_pages(asking, say, tmp_path):
    assert "LibreOffice" not in say("run", asking, "-o", tmp_path / "out", "--only", "tables").err


def test_another_word_is_refused_with_those_there_are(asking, say, tmp_path):
    told = say("run", asking, "-o", tmp_path / "out", "--set", "report.page_numbers=word")
    assert told.status == 2
    assert "libreoffice" in told.err
