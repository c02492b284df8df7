"""Make the template that a bureau may replace: page, headers, page numbers, placeholders."""

from __future__ import annotations

from functools import cache
from typing import Final

from landuse.reports.word.package import packed
from landuse.reports.word.styles import W, font_table_xml, styles_xml

R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MARGINS: Final = {"report": (2098, 1474, 1985, 1588), "page": (1021, 1021, 851, 1021)}
"""Top, right, bottom, left in twentieths of a point: 37, 26, 35 and 28 mm (GB/T 9704); of one page 18 and 15 mm."""
KINDS: Final = ("report", "letter", "page")
COVER: Final = (
    ("Body", "{{密级}}"), ("Sign", "{{文号}}"), ("space", "5"), ("Title", "{{标题}}"), ("Stamp", "{{印记}}"),
    ("space", "9"), ("Middle", "{{编制单位}}"), ("Middle", "{{日期}}"), ("page", ""), ("contents", ""), ("page", ""),
    ("Body", "{{正文}}"),
)  # fmt: skip
PLAIN: Final = (("Title", "{{标题}}"), ("Stamp", "{{印记}}"), ("Body", "{{正文}}"))


@cache
def default_template(kind: str) -> bytes:
    """Return the default template: report (with a cover and contents), letter, page (one page, no cover)."""
    is_page = kind == "page"
    return packed(
        {
            "[Content_Types].xml": _types().encode(),
            "_rels/.rels": _relations((("officeDocument", "word/document.xml"),)).encode(),
            "word/document.xml": _document(kind).encode(),
            "word/_rels/document.xml.rels": _relations(_parts()).encode(),
            "word/styles.xml": styles_xml(tight=is_page).encode(),
            "word/settings.xml": _settings(kind).encode(),
            "word/fontTable.xml": font_table_xml().encode(),
            **{f"word/{name}.xml": _header().encode() for name in ("header1", "header2", "header3")},
            **{
                f"word/{name}.xml": _footer(name, is_page=is_page).encode()
                for name in ("footer1", "footer2", "footer3")
            },
        }
    )


def _parts() -> tuple[tuple[str, str], ...]:
    fixed = (("styles", "styles.xml"), ("settings", "settings.xml"), ("fontTable", "fontTable.xml"))
    numbered = tuple((kind, f"{kind}{number}.xml") for kind in ("header", "footer") for number in (1, 2, 3))
    return (*fixed, *numbered)


def _relations(targets: tuple[tuple[str, str], ...]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{R}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{HEAD}<Relationships xmlns="{RELS}">{rows}</Relationships>'


def _types() -> str:
    parts = [("document", "document.main"), ("styles", "styles"), ("settings", "settings"), ("fontTable", "fontTable")]
    parts += [(f"{kind}{number}", kind) for kind in ("header", "footer") for number in (1, 2, 3)]
    rows = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{WORD}.{kind}+xml"/>' for name, kind in parts)
    return (
        f'{HEAD}<Types xmlns="{TYPES}"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        f'"application/xml"/><Default Extension="png" ContentType="image/png"/>{rows}</Types>'
    )


def _document(kind: str) -> str:
    body = "".join(_paragraph(style, text) for style, text in (COVER if kind == "report" else PLAIN))
    top, right, bottom, left = MARGINS["page" if kind == "page" else "report"]
    first, names = 4, ("default", "even", "first")
    references = "".join(
        f'<w:headerReference w:type="{name}" r:id="rId{first + at}"/>' for at, name in enumerate(names)
    )
    references += "".join(
        f'<w:footerReference w:type="{name}" r:id="rId{first + 3 + at}"/>' for at, name in enumerate(names)
    )
    below = 500 if kind == "page" else 1400
    section = (
        f'<w:sectPr>{references}<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="{top}" w:right="{right}" '
        f'w:bottom="{bottom}" w:left="{left}" w:header="851" w:footer="{below}" w:gutter="0"/>'
        f"{'<w:titlePg/>' if kind == 'report' else ''}</w:sectPr>"
    )
    return f'{HEAD}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}{section}</w:body></w:document>'


def _paragraph(style: str, text: str) -> str:
    if style == "page":
        return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    if style == "space":
        return '<w:p><w:pPr><w:pStyle w:val="Middle"/></w:pPr></w:p>' * int(text)
    if style == "contents":
        style, text = "Middle", "{{目录}}"
    indent = '<w:ind w:firstLineChars="0" w:firstLine="0"/>' if text == "{{密级}}" else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{indent}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'


def _settings(kind: str) -> str:
    sides = "<w:evenAndOddHeaders/>" if kind != "page" else ""
    return (
        f'{HEAD}<w:settings xmlns:w="{W}">{sides}<w:characterSpacingControl '
        'w:val="compressPunctuation"/><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def _header() -> str:
    """Return a header: what the document is, and its stamp."""
    text = '<w:r><w:t xml:space="preserve">{{页眉}}  {{印记}}</w:t></w:r>'
    inside = f'<w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{text}</w:p>'
    return f'{HEAD}<w:hdr xmlns:w="{W}" xmlns:r="{R}">{inside}</w:hdr>'


def _footer(name: str, *, is_page: bool) -> str:
    """Return a footer with the page number at the outer side; none on the cover and on a single page."""
    align = "left" if name == "footer2" else "right"
    field = "".join(
        f"<w:r>{part}</w:r>"
        for part in (
            '<w:t xml:space="preserve">— </w:t>', '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>', '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>", '<w:fldChar w:fldCharType="end"/>', '<w:t xml:space="preserve"> —</w:t>',
        )
    )  # fmt: skip
    indent = f'<w:ind w:{align}="280"/>'
    shown = "" if name == "footer3" or is_page else field
    inside = f'<w:p><w:pPr><w:pStyle w:val="Footer"/>{indent}<w:jc w:val="{align}"/></w:pPr>{shown}</w:p>'
    return f'{HEAD}<w:ftr xmlns:w="{W}" xmlns:r="{R}">{inside}</w:ftr>'
