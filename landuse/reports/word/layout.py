"""Lay a document out on a template: placeholders, headings with bookmarks, tables, pictures, sections, headers."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

from landuse.reports.content.report.model import Document, Figure, Grid, Heading, Pairs, Para, Turn
from landuse.reports.word import charts, styles
from landuse.reports.word.fill import fill_placeholders
from landuse.reports.word.finish import finished
from landuse.reports.word.headers import put_banner, stamp_headers
from landuse.reports.word.marks import SPACES, bookmark, paragraph, run
from landuse.reports.word.marks import field as field_of
from landuse.reports.word.tables import Room, grid_xml, pairs_xml

EMU_PER_MM: Final = 36_000
TWIPS_PER_MM: Final = 56.7
EMU_PER_TWIP: Final = 635
LYING: Final = (1418, 1134, 1247, 1134)
"""Margins of a page that lies: top, right, bottom, left, in twentieths of a point."""
KINDS: Final = {
    "body": styles.BODY_STYLE,
    "note": styles.NOTE_STYLE,
    "center": styles.BODY_STYLE,
    "right": styles.RIGHT_STYLE,
    "list": styles.LIST_STYLE,
}
"""Kind of a paragraph -> style."""

Maps = Mapping[str, bytes]
"""Theme -> picture (PNG)."""
Nothing: Final[Maps] = {}


def write_document(document: Document, template: bytes, *, maps: Maps = Nothing) -> bytes:
    """Return a .docx file.

    Parameters
    ----------
    template
        A package that `template.read_template` let pass, or a default one.
    maps
        Pictures of the themes that figures ask for; a figure whose picture is not there is left out.

    Raises
    ------
    InputError
        No font of the machine has some character of a chart.
    """
    import docx

    opened = docx.Document(BytesIO(template))
    writer = _Writer(opened, document, maps)
    fill_placeholders(opened, document, body=writer.body(), contents=writer.contents())
    if writer.counts.get("section"):
        _counting_on(opened.element.body.sectPr)
    if writer.banner:
        put_banner(opened, opened.element.body.sectPr, writer.banner)
    stamp_headers(opened, document)
    target = BytesIO()
    opened.save(target)
    return finished(target.getvalue(), document)


@dataclass
class _Writer:
    """Turn the items of a document into elements of its body."""

    opened: Any
    document: Document
    maps: Maps
    counts: dict[str, int] = field(default_factory=lambda: {"table": 0, "figure": 0, "bookmark": 0})

    def __post_init__(self) -> None:
        self.keys = {style.name: style.style_id for style in self.opened.styles}
        self.section = self.opened.element.body.sectPr
        self.is_landscape = False
        self.banner, self.is_inherited = "", True
        drawn = any(isinstance(item, Figure) and item.chart for item in self.document.items)
        self.families = charts.prepared(self.document) if drawn else ()

    def key(self, name: str) -> str:
        """Return the key of a style by its name."""
        return str(self.keys[name])

    @property
    def width(self) -> int:
        """Return the width of the text in twentieths of a point."""
        page, margins = self.section.pgSz, self.section.pgMar
        if self.is_landscape:
            return int(page.h / EMU_PER_TWIP) - LYING[1] - LYING[3]
        return int((page.w - margins.left - margins.right) / EMU_PER_TWIP)

    def body(self) -> list[Any]:
        """Return the elements of the text."""
        makers: Mapping[type, Callable[[Any], Iterator[Any]]] = {
            Heading: self._heading,
            Para: self._para,
            Grid: self._grid,
            Pairs: self._pairs,
            Figure: self._figure,
            Turn: self._turn,
        }
        made: list[Any] = []
        for item in self.document.items:
            for element in makers[type(item)](item):
                if isinstance(item, Turn) and _takes(made, element):
                    continue
                made.append(element)
        return made

    def contents(self) -> list[Any]:
        """Return the table of contents: a field that lists the headings until it is refreshed."""
        heads = [item for item in self.document.items if isinstance(item, Heading)]
        if not self.document.contents or not heads:
            return []
        title = '<w:jc w:val="center"/>'
        face = run(self.document.words["contents"], '<w:b/><w:sz w:val="36"/>')
        flush = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
        made = [paragraph(face, self.key(styles.BODY_STYLE), flush + title)]
        begin = (
            '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve">'
            ' TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        for number, head in enumerate(heads, start=1):
            page = field_of(f"PAGEREF _Toc{number:06d} \\h", "")
            link = f'<w:hyperlink w:anchor="_Toc{number:06d}">{run(head.text)}<w:r><w:tab/></w:r>{page}</w:hyperlink>'
            style = self.keys.get(f"toc {head.level}") or self.key(styles.BODY_STYLE)
            made.append(paragraph((begin if number == 1 else "") + link, style))
        made.append(paragraph('<w:r><w:fldChar w:fldCharType="end"/></w:r>', self.key(styles.BODY_STYLE)))
        return [_element(one) for one in made]

    # ------------------------------------------------------------------------------------------ items

    def _heading(self, item: Heading) -> Iterator[Any]:
        self.counts["bookmark"] += 1
        number = self.counts["bookmark"]
        inside = bookmark(f"_Toc{number:06d}", number, run(item.text))
        yield _element(paragraph(inside, self.key(f"Heading {item.level}")))

    def _para(self, item: Para) -> Iterator[Any]:
        look = '<w:jc w:val="center"/>' if item.kind == "center" else ""
        yield _element(paragraph(run(item.text), self.key(KINDS[item.kind]), look))

    def _grid(self, item: Grid) -> Iterator[Any]:
        room = Room(
            self.width, self.key(styles.CELL_STYLE), self.document.words, self.document.lang, self.document.tight
        )
        if item.caption:
            self.counts["table"] += 1
            yield self._caption("table", item.caption, keep=True)
        yield _element(grid_xml(item, room))
        words = self.document.words
        sign = "；" if self.document.lang == "zh" else "; "
        end = "。" if self.document.lang == "zh" else "."
        if item.notes:
            yield _element(
                paragraph(run(words["notes_lead"] + sign.join(item.notes) + end), self.key(styles.NOTE_STYLE))
            )
        else:
            yield _element(paragraph("", self.key(styles.NOTE_STYLE)))

    def _pairs(self, item: Pairs) -> Iterator[Any]:
        room = Room(
            self.width, self.key(styles.CELL_STYLE), self.document.words, self.document.lang, self.document.tight
        )
        yield _element(pairs_xml(item, room))
        yield _element(paragraph("", self.key(styles.NOTE_STYLE), '<w:spacing w:before="0" w:after="0"/>'))

    def _figure(self, item: Figure) -> Iterator[Any]:
        width = self.width / TWIPS_PER_MM
        if item.chart:
            picture, height = charts.draw(item, width, self.families), item.height_mm
        elif item.theme in self.maps:
            picture, height = self.maps[item.theme], 0.0
        else:
            return
        self.counts["figure"] += 1
        yield self._picture(picture, item, width, height)
        yield self._caption("figure", item.caption, keep=False)

    def _picture(self, picture: bytes, item: Figure, width: float, height: float) -> Any:
        size = {"width": int(width * EMU_PER_MM)} | ({"height": int(height * EMU_PER_MM)} if height else {})
        inline = self.opened.part.new_pic_inline(BytesIO(picture), **size)
        for side in "TBLR":  # left out, some programs take an eighth of an inch
            inline.set(f"dist{side}", "0")
        inline.docPr.set("name", item.key)
        inline.docPr.set("descr", item.caption)
        inline.docPr.set("id", str(1000 + self.counts["figure"]))
        made = _element(paragraph("<w:r><w:drawing/></w:r>", self.key(styles.FIGURE_STYLE)))
        made[-1][-1].append(inline)
        return made

    def _caption(self, kind: str, text: str, *, keep: bool) -> Any:
        word = self.document.words[f"{kind}_word"]
        number = field_of(f"SEQ {word.strip()} \\* ARABIC", str(self.counts[kind]))
        look = "<w:keepNext/>" if keep else ""
        return _element(paragraph(f"{run(word)}{number}{run('  ' + text)}", self.key("Caption"), look))

    def _turn(self, item: Turn) -> Iterator[Any]:
        """Give the end of the section so far; the pages after it lie or stand."""
        made = _element(paragraph("", self.key(styles.NOTE_STYLE)))
        section = copy.deepcopy(self.section)
        if self.is_landscape:
            _lay(section)
        if self.counts.get("section", 0):
            _following(section, is_inherited=self.is_inherited and not self.banner)
        if self.banner:
            put_banner(self.opened, section, self.banner)
        made.pPr.append(section)
        self.counts["section"] = self.counts.get("section", 0) + 1
        self.is_landscape, self.banner, self.is_inherited = item.landscape, item.banner, not self.banner
        yield made


def _takes(made: list[Any], end: Any) -> bool:
    """Let the last paragraph so far bear the end of its section: an empty one might get a page of its own."""
    from docx.oxml.ns import qn

    last = made[-1] if made else None
    if last is None or last.tag != qn("w:p") or last.find(f".//{qn('w:sectPr')}") is not None:
        return False
    last.get_or_add_pPr().append(end.pPr[-1])
    return True


def _lay(section: Any) -> None:
    """Turn a section: the page on its side, with narrower margins for the lists that stand there."""
    page, margins = section.pgSz, section.pgMar
    page.w, page.h = page.h, page.w
    page.orient = _landscape()
    margins.top, margins.right, margins.bottom, margins.left = (twips * EMU_PER_TWIP for twips in LYING)
    margins.header = margins.footer = 600 * EMU_PER_TWIP


def _landscape() -> Any:
    from docx.enum.section import WD_ORIENT

    return WD_ORIENT.LANDSCAPE


def _following(section: Any, *, is_inherited: bool) -> None:
    """Take from a section what only the first one has: a first page of its own, and headers where it inherits them."""
    from docx.oxml.ns import qn

    names = ("w:headerReference", "w:footerReference") if is_inherited else ()
    for name in ("w:titlePg", *names):
        for part in section.findall(qn(name)):
            section.remove(part)
    _counting_on(section)


def _counting_on(section: Any) -> None:
    """Let a section count its pages on from the one before, also where the template begins to count anew."""
    from docx.oxml.ns import qn

    for part in section.findall(qn("w:pgNumType")):
        part.attrib.pop(qn("w:start"), None)


def _element(xml: str) -> Any:
    from docx.oxml import parse_xml

    at = xml.index(">") if xml[xml.index(">") - 1] != "/" else xml.index("/>")
    return parse_xml(f"{xml[:at]} {SPACES}{xml[at:]}")
