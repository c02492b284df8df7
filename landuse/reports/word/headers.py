"""Put the stamp, and across a draft the watermark, into every header of a document."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from landuse.reports.content.report.model import Document
from landuse.reports.word.fill import STAMP, fill
from landuse.reports.word.marks import NAMESPACES, text, watermark


def stamp_headers(opened: Any, document: Document) -> None:
    """Fill the marks of all headers and footers; a template whose headers name no stamp gets it there all the same."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn

    for number, header in enumerate(_headers(opened), start=1):
        rows = list(header.iter(qn("w:p")))
        told = any(STAMP in "".join(part.text or "" for part in row.iter(qn("w:t"))) for row in rows)
        for row in rows:
            fill(row, document, is_header=True)
        first = rows[0] if rows else header.add_p()
        if not told:
            _add_stamp(first, document)
        if document.watermark:
            first.append(parse_xml(watermark(document.watermark, number)))
    for footer in _footers(opened):
        for row in list(footer.iter(qn("w:p"))):
            fill(row, document, is_header=True)


def put_banner(opened: Any, section: Any, words: str) -> None:
    """Give a section headers of its own: those it would have, and a line more."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn

    for reference in section.findall(qn("w:headerReference")):
        part, key = opened.part.add_header_part()
        former = opened.part.related_parts[reference.get(qn("r:id"))]
        root = part.element
        for child in list(root):
            root.remove(child)
        for child in former.element:
            root.append(copy.deepcopy(child))
        for name, rel in former.rels.items():
            part.load_rel(rel.reltype, rel.target_ref if rel.is_external else rel.target_part, name, rel.is_external)
        line = parse_xml(f"<w:p {NAMESPACES}><w:r><w:t>{text(words)}</w:t></w:r></w:p>")
        style = root.find(f"{qn('w:p')}/{qn('w:pPr')}")
        if style is not None:
            line.insert(0, copy.deepcopy(style))
        root.append(line)
        reference.set(qn("r:id"), key)


def _add_stamp(row: Any, document: Document) -> None:
    from docx.oxml import parse_xml

    row.append(parse_xml(f"<w:r {NAMESPACES}><w:tab/><w:t>{text(document.stamp)}</w:t></w:r>"))


def _headers(opened: Any) -> Iterator[Any]:
    """Give the root of each header that pages use, once each."""
    yield from _roots(opened, ("header", "even_page_header", "first_page_header"))


def _footers(opened: Any) -> Iterator[Any]:
    yield from _roots(opened, ("footer", "even_page_footer", "first_page_footer"))


def _roots(opened: Any, names: tuple[str, ...]) -> Iterator[Any]:
    seen: set[str] = set()
    for section in opened.sections:
        used = [names[0]]
        used += [names[1]] if opened.settings.odd_and_even_pages_header_footer else []
        used += [names[2]] if section.different_first_page_header_footer else []
        for name in used:
            part = getattr(section, name)
            if section is not opened.sections[0] and part.is_linked_to_previous:
                continue
            if part.is_linked_to_previous:
                part.is_linked_to_previous = False
            key = str(part.part.partname)
            if key not in seen:
                seen.add(key)
                yield part.part.element
