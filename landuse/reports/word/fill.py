"""Put what a document says in place of the marks of its template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from landuse.reports.content.report.model import Document
from landuse.reports.word.marks import SPACES

BODY: Final = "{{正文}}"
CONTENTS: Final = "{{目录}}"
FIELDS: Final = {
    "{{标题}}": "title",
    "{{印记}}": "stamp",
    "{{编制单位}}": "organisation",
    "{{文号}}": "doc_number",
    "{{日期}}": "date",
    "{{密级}}": "secrecy",
    "{{说明}}": "notice",
    "{{项目}}": "project",
}
"""Mark of the template -> field of the document; {{正文}} and {{目录}} stand alone in a paragraph."""
MARK: Final = re.compile(r"\{\{[^{}]*\}\}")
TITLES: Final = ((26, 18), (34, 14), (70, 11), (10_000, 9))
"""Signs of a title -> size of its letters in points, on a single page."""
HEADER: Final = "{{页眉}}"
STAMP: Final = "{{印记}}"


def fill_placeholders(opened: Any, document: Document, *, body: Sequence[Any], contents: Sequence[Any]) -> None:
    """Fill the marks in the body of a template; a paragraph that held nothing but an empty one goes."""
    root = opened.element.body
    for row in list(_rows(root)):
        fill(row, document)
    _put(root, CONTENTS, contents)
    _put(root, BODY, body)
    _without_last_section_title(root)


def fill(row: Any, document: Document, *, is_header: bool = False) -> None:
    """Fill the marks of one paragraph.

    Parameters
    ----------
    is_header
        Whether the stamp stands without its brackets, as in a header.
    """
    texts = list(_texts(row))
    before = "".join(part.text or "" for part in texts)
    if "{{" not in before:
        return
    values = {mark: document.fields.get(name, "") for mark, name in FIELDS.items()} | {HEADER: document.header}
    if is_header:
        values[STAMP] = document.stamp
    known = [mark for mark in values if mark in before]
    if not known:
        return
    left = _replaced(before, values)
    if all(any(mark in (part.text or "") for part in texts) for mark in known):
        for part in texts:  # a mark inside one run keeps the look of that run
            part.text = _replaced(part.text or "", values)
    else:  # Word has broken a mark into several runs
        for at, part in enumerate(texts):
            part.text = left if at == 0 else ""
    for part in texts:
        _broken(part)
    if document.tight and "{{标题}}" in known:
        _shrink(row, len(left))
    if not left.strip() and not is_header and row.getnext() is not None:
        row.getparent().remove(row)


def _shrink(row: Any, signs: int) -> None:
    """Set the title of a single page in letters small enough for two lines at most."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn

    points = next((size for most, size in TITLES if signs <= most), TITLES[-1][1])
    for run in row.iter(qn("w:r")):
        run.get_or_add_rPr().append(parse_xml(f'<w:sz {SPACES} w:val="{points * 2}"/>'))


def _replaced(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its marks replaced, each once: what is put in is not looked at again."""
    return MARK.sub(lambda found: values.get(found[0], found[0]), text)


def _broken(part: Any) -> None:
    """Turn the line breaks of a text into those of a run."""
    from docx.oxml import OxmlElement

    first, *others = (part.text or "").split("\n")
    part.text = first
    for line in reversed(others):
        following = OxmlElement("w:t")
        following.text = line
        part.addnext(following)
        part.addnext(OxmlElement("w:br"))


def _put(root: Any, mark: str, elements: Sequence[Any]) -> None:
    """Put elements in place of the paragraph that holds a mark."""
    from docx.oxml.ns import qn

    for row in list(_rows(root)):
        if mark in "".join(part.text or "" for part in _texts(row)):
            for element in elements:
                row.addprevious(element)
            if row.find(f".//{qn('w:sectPr')}") is None:
                row.getparent().remove(row)
            return


def _without_last_section_title(root: Any) -> None:
    """Take the first page of its own from the last section where another one stands before it."""
    from docx.oxml.ns import qn

    inner = [one for one in root.iter(qn("w:sectPr")) if one is not root.sectPr]
    if inner and root.sectPr is not None:
        for part in root.sectPr.findall(qn("w:titlePg")):
            root.sectPr.remove(part)


def _rows(root: Any) -> Iterator[Any]:
    from docx.oxml.ns import qn

    yield from root.iter(qn("w:p"))


def _texts(row: Any) -> Iterator[Any]:
    from docx.oxml.ns import qn

    yield from row.iter(qn("w:t"))
