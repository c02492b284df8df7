"""The contents of the report: every heading before any refresh, and page numbers where a program sets the pages."""

from __future__ import annotations

import re
import shutil

import pypdf
import pytest
from reports_builders import as_pdf, project, small

from landuse.project import Project
from landuse.reports.content.report import report
from landuse.reports.content.report.model import Heading
from landuse.reports.word import template_bytes, write_document
from landuse.reports.word.package import packed, unpacked
from landuse.reports.word.paging import answers, asking, has_pages, headings, with_pages
from landuse.write import paged as room
from landuse.write.paged import paged, paging_notes

BODY = "word/document.xml"
LINE = re.compile(r"<w:hyperlink w:anchor=\"(_Toc\d{6})\">(.*?)</w:hyperlink>", re.DOTALL)


@pytest.fixture(scope="module")
def told():
    return report(small(project=project(report={"charts": False, "maps": False})))


@pytest.fixture(scope="module")
def content(told) -> bytes:
    return write_document(told, template_bytes("report"))


def contents(data: bytes) -> list[tuple[str, str, str]]:
    """Return bookmark, heading and page of each line of the contents, as they stand in the file."""
    lines = []
    for anchor, inside in LINE.findall(unpacked(data)[BODY].decode()):
        text, page = inside.split("PAGEREF")
        assert anchor in page
        lines.append((anchor, *("".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", part)) for part in (text, page))))
    return lines


def counting(monkeypatch, tmp_path):
    """Count the calls of a program that is not there."""
    calls = []
    monkeypatch.setattr(room.shutil, "which", lambda name: None)
    monkeypatch.setattr(room.subprocess, "Popen", lambda *a, **k: calls.append(a))
    return calls


def test_the_contents_list_every_heading_with_a_link_to_its_bookmark_before_any_refresh(told, content):
    xml = unpacked(content)[BODY].decode()
    heads = [item.text for item in told.items if isinstance(item, Heading)]
    assert [text for _, text, _ in contents(content)] == heads
    for anchor, text, page in contents(content):
        assert page == ""
        marked = re.search(rf'w:name="{anchor}"/>(.*?)<w:bookmarkEnd', xml, re.DOTALL)
        assert marked is not None
        assert text in marked[1]


def test_pages_stand_in_the_fields_and_the_fields_stay(content):
    names = headings(content)
    pages = [str(4 + place) for place in range(len(names))]
    filled = with_pages(content, pages)
    assert [(anchor, page) for anchor, _, page in contents(filled)] == list(zip(names, pages, strict=True))
    assert unpacked(filled)[BODY].count(b"PAGEREF") == unpacked(content)[BODY].count(b"PAGEREF") == len(names)
    assert (has_pages(content), has_pages(filled)) == (False, True)
    assert with_pages(content, pages) == filled  # the same bytes
    assert b'<w:updateFields w:val="true"/>' in unpacked(filled)["word/settings.xml"]
    others = {name: part for name, part in unpacked(content).items() if name != BODY}
    assert {name: part for name, part in unpacked(filled).items() if name != BODY} == others


def test_a_page_more_or_less_than_there_are_headings_is_refused(content):
    with pytest.raises(ValueError, match="zip"):
        with_pages(content, ["1"])


def test_a_pdf_that_answers_nothing_or_is_none_gives_no_pages(tmp_path):
    empty = pypdf.PdfWriter()
    empty.add_blank_page(100, 100)
    empty.write(tmp_path / "a.pdf")
    assert answers((tmp_path / "a.pdf").read_bytes(), 2) == []
    assert answers(b"no pdf", 2) == []


def test_without_libreoffice_the_report_stays_as_it_is_and_a_note_says_so(content, tmp_path, monkeypatch):
    calls = counting(monkeypatch, tmp_path)
    assert paged(content) == content
    assert calls == []
    (tmp_path / "report.docx").write_bytes(content)
    asked: Project = project(report={"page_numbers": "libreoffice"})
    ((zh, en),) = paging_notes(asked, tmp_path / "report.docx")
    assert "未安装 LibreOffice" in zh
    assert "no LibreOffice on this machine" in en
    assert paging_notes(project(), tmp_path / "report.docx") == []  # nobody asked
    assert paging_notes(asked, tmp_path / "nothing.docx") == []  # and none was written


def test_a_program_that_fails_or_takes_too_long_leaves_the_report_as_it_is(content, tmp_path, monkeypatch):
    bad = tmp_path / "soffice"
    bad.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nsleep 60\n", encoding="utf-8")
    for program in (bad, slow):
        program.chmod(0o755)
        monkeypatch.setattr(room.shutil, "which", lambda name, program=program: str(program))
        monkeypatch.setattr(room, "LONGEST_S", 0.5)
        assert paged(content) == content
    (tmp_path / "report.docx").write_bytes(content)
    ((zh, _),) = paging_notes(project(report={"page_numbers": "libreoffice"}), tmp_path / "report.docx")
    assert "未能排版" in zh


def test_the_setting_moves_no_digest_of_a_project_that_does_not_use_it():
    assert project(report={"page_numbers": "field"}).digest() == project().digest()
    assert '"page_numbers"' not in project(report={"charts": False}).text()
    assert '"page_numbers": "libreoffice"' in project(report={"page_numbers": "libreoffice"}).text()


def test_pages_are_counted_on_where_the_template_begins_to_count_anew(told):
    parts = unpacked(template_bytes("report"))
    anew = parts[BODY].replace(b"<w:titlePg/>", b'<w:pgNumType w:start="11"/><w:titlePg/>')
    xml = unpacked(write_document(told, packed({**parts, BODY: anew})))[BODY].decode()
    assert xml.count("<w:sectPr") == 3
    assert xml.count('w:start="11"') == 1  # the first section alone


# ------------------------------------------------------------------------------------------ LibreOffice


@pytest.mark.slow
def test_every_heading_stands_on_the_page_that_the_contents_name(soffice, tmp_path, content):
    assert shutil.which("soffice") or shutil.which("libreoffice")
    filled = paged(content)
    assert paged(content) == filled
    lines = contents(filled)
    assert all(page.isdigit() for *_, page in lines)
    found = as_pdf(filled, soffice, tmp_path)
    assert len(found.pages) == len(as_pdf(content, soffice, tmp_path).pages)  # the question has left no trace
    assert "<<" not in "".join(page.extract_text() for page in found.pages)
    marks = [one for entry in found.outline for one in (entry if isinstance(entry, list) else [entry])]
    stands = [(mark.title, str(found.get_destination_page_number(mark) + 1)) for mark in marks]
    assert stands == [(text, page) for _, text, page in lines]


@pytest.mark.slow
def test_the_contents_name_the_printed_number_where_the_template_begins_at_another(soffice, told, content):
    parts = unpacked(template_bytes("report"))
    anew = parts[BODY].replace(b"<w:titlePg/>", b'<w:pgNumType w:start="11"/><w:titlePg/>')
    later = paged(write_document(told, packed({**parts, BODY: anew})))
    usual = [int(page) for *_, page in contents(paged(content))]
    assert [int(page) for *_, page in contents(later)] == [page + 10 for page in usual]


def test_the_page_of_questions_asks_for_each_heading_once(content):
    xml = unpacked(asking(content))[BODY].decode()
    names = headings(content)
    assert xml.count("PAGEREF") == 2 * len(names)
    assert xml.count("pageBreakBefore") == 1
    assert xml.rindex("PAGEREF") < xml.rindex("<w:sectPr")
