"""Give the contents of a report their page numbers: ask a program that sets pages, and write its answers in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from landuse.reports.word.marks import SPACES, field, paragraph, run
from landuse.reports.word.package import packed, unpacked
from landuse.reports.word.styles import BODY_STYLE

BODY: Final = "word/document.xml"
REFERENCE: Final = re.compile(r"PAGEREF (_Toc\d{6})\b")
ANSWER: Final = re.compile(r"<<(\d+):(\d+)>>")
WIDE: Final = "000"
"""Stands for every number while pages are set, so that the lines are as long as they will be."""
Q = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def asking(content: bytes) -> bytes:
    """Return a document that ends with a page on which every heading of the contents is asked for its page.

    A reference within the contents is taken as it stands by LibreOffice, one outside is worked out.
    """
    from docx.oxml import parse_xml

    parts = unpacked(with_pages(content, [WIDE] * len(headings(content))))
    root = _root(parts[BODY])
    body = root.find(f"{Q}body")
    end = body.find(f"{Q}sectPr")
    style = _style(root)
    for number, name in enumerate(headings(content), start=1):
        asked = run(f"<<{number}:") + field(f"PAGEREF {name} \\h", "0") + run(">>")
        look = "<w:pageBreakBefore/>" if number == 1 else ""
        row = parse_xml(paragraph(asked, style, look).replace("<w:p>", f"<w:p {SPACES}>", 1))
        if end is None:
            body.append(row)
        else:
            end.addprevious(row)
    return packed({**parts, BODY: _bytes(root)})


def answers(pdf: bytes, number: int) -> list[str]:
    """Return the page of each heading as it is printed there, from the last pages of a PDF of what `asking` gave.

    Returns
    -------
    list[str]
        Empty where some heading got no page, or the PDF cannot be read.
    """
    import pypdf
    from pypdf.errors import PyPdfError

    try:
        told = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)
    except PyPdfError:
        return []
    found = dict(ANSWER.findall(re.sub(r"\s", "", told)))  # the last one counts: a name may look like an answer
    pages = [found.get(str(place), "0") for place in range(1, number + 1)]
    return [] if "0" in pages else pages


def headings(content: bytes) -> list[str]:
    """Return the bookmarks of the headings that the contents of a document list, in their order."""
    codes = _codes(_root(unpacked(content)[BODY]))
    return [name for code in codes for name in REFERENCE.findall(code.text)]


def has_pages(content: bytes) -> bool:
    """Return whether every line of the contents bears a page number."""
    return all(_shown(mark) for mark in _references(_root(unpacked(content)[BODY])))


def with_pages(content: bytes, pages: Sequence[str]) -> bytes:
    """Return a document whose contents show page numbers, one a heading; the fields stay what they are."""
    from docx.oxml import parse_xml

    parts = unpacked(content)
    root = _root(parts[BODY])
    for mark, page in zip(_references(root), pages, strict=True):
        mark.addnext(parse_xml(run(page).replace("<w:r>", f"<w:r {SPACES}>", 1)))
    return packed({**parts, BODY: _bytes(root)})


def _references(root: Any) -> list[Any]:
    """Return, of each field that refers to the page of a heading, the run after which its result stands."""
    return [code.getparent().getnext() for code in _codes(root)]


def _codes(root: Any) -> list[Any]:
    return [code for code in root.iter(f"{Q}instrText") if REFERENCE.search(code.text or "")]


def _shown(mark: Any) -> str:
    """Return what a field shows."""
    return "".join(text.text or "" for text in mark.getnext().iter(f"{Q}t"))


def _style(root: Any) -> str:
    """Return the key of some style of a paragraph of the document."""
    used = root.find(f".//{Q}pStyle")
    return BODY_STYLE if used is None else str(used.get(f"{Q}val"))


def _root(part: bytes) -> Any:
    from docx.oxml import parse_xml

    return parse_xml(part)


def _bytes(root: Any) -> bytes:
    from lxml import etree

    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made
