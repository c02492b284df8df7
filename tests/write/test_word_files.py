"""Which Word documents stand in which folder, and that a template of the bureau's own is used or refused by name."""

from __future__ import annotations

import io
import json

import docx
import pytest
from disclosure.bureau import firms, lay_out
from disclosure.scanner import contents

from landuse.errors import InputError
from landuse.pipeline import run
from landuse.project import load_project
from landuse.reports.word import template_bytes
from landuse.write import write_outputs

REVIEWED = 'outputs.review_number="某S(2026)001号"'
BOTH = 'outputs.also_for=["superior", "public"]'
ONLY = ("report",)


@pytest.fixture(scope="module")
def project_file(tmp_path_factory):
    return lay_out(tmp_path_factory.mktemp("某区") / "数据")


@pytest.fixture(scope="module")
def analysis(project_file):
    return run(load_project(project_file, [REVIEWED, BOTH]))


@pytest.fixture(scope="module")
def results(analysis, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    write_outputs(analysis, folder, only=ONLY)
    return folder


def names(folder, pattern="*.docx"):
    return sorted(path.name for path in folder.glob(pattern))


def test_the_bureau_gets_report_and_summary_and_at_the_publication_the_notice_too(results):
    assert names(results) == ["notice.docx", "report.docx", "summary.docx"]
    assert names(results / "成果") == ["05_一页纸.docx", "05_分析报告.docx", "08_公示稿.docx"]
    listed = {entry["name"] for entry in json.loads((results / "manifest.json").read_text(encoding="utf-8"))["outputs"]}
    assert {"notice.docx", "report.docx", "summary.docx"} <= listed


def test_the_public_gets_the_notice_alone_and_it_is_the_one_the_bureau_looked_at(results):
    assert names(results / "public") == ["notice.docx"]
    assert (results / "public/notice.docx").read_bytes() == (results / "notice.docx").read_bytes()
    assert names(results / "public/成果") == ["08_公示稿.docx"]


def test_the_superior_authority_gets_report_and_summary(results):
    assert names(results / "superior") == ["report.docx", "summary.docx"]
    text = "\n".join(p.text for p in docx.Document(results / "superior/report.docx").paragraphs)
    assert "数据问题清单不在本稿范围内。" in text
    assert "数据平衡表不在本稿范围内。" in text


def test_before_the_publication_there_is_no_preview(analysis, tmp_path, project_file):
    early = run(load_project(project_file, ["project.stage=初步"]))
    write_outputs(early, tmp_path, only=ONLY)
    assert names(tmp_path) == ["report.docx", "summary.docx"]


def test_the_notice_holds_no_tax_no_score_and_no_credit_code_in_its_parts_or_properties(results, analysis):
    held = contents(results / "public/notice.docx")
    figures = firms()[["tax", "output", "energy"]].to_numpy().ravel().tolist()
    assert [one for one in figures if held.holds_amount(one)] == []
    assert not held.holds_text("PLANT")
    assert not held.holds_text("亩均")
    listed = analysis.enterprises.loc[analysis.enterprises["low_efficiency"].eq(other=True), "name"]
    told = contents(results / "report.docx")
    assert all(told.holds_text(name) for name in listed)


def test_a_template_of_the_bureau_is_used_and_a_bad_one_refused_with_nothing_written(project_file, tmp_path):
    folder = project_file.parent
    document = docx.Document(io.BytesIO(template_bytes("report")))
    document.paragraphs[0].insert_paragraph_before("某局红头")
    document.save(folder / "模板.docx")
    write_outputs(run(load_project(project_file, ['report.template="模板.docx"'])), tmp_path, only=ONLY)
    assert docx.Document(tmp_path / "report.docx").paragraphs[0].text == "某局红头"
    (folder / "坏.docx").write_bytes(b"no zip")
    bad = tmp_path / "bad"
    with pytest.raises(InputError, match=r"\[report\] template = 坏\.docx"):
        write_outputs(run(load_project(project_file, ['report.template="坏.docx"'])), bad, only=ONLY)
    assert not bad.exists()
