"""Join drawn pages into one PDF: fonts embedded once, links, bookmarks, a fixed date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from landuse.cartography.atlas.leaf import Leaf
from landuse.cartography.atlas.pdf import USE, fonts_pdf, joined


@dataclass(frozen=True)
class Bookmark:
    """A line of the outline of a PDF."""

    title: str
    page: int
    """Page it leads to, from 1."""
    below: tuple[Bookmark, ...] = ()


@dataclass(frozen=True)
class About:
    """What the file says of itself."""

    title: str
    author: str
    subject: str
    day: date
    """Date of creation and change: a day of the project, never that of the clock."""


def book(leaves: Sequence[Leaf], bookmarks: Iterable[Bookmark], about: About) -> bytes:
    """Return the pages as one PDF; the same leaves give the same bytes."""
    from pypdf import PdfReader, PdfWriter

    uses, places = joined(leaf.page.fonts for leaf in leaves)
    carrier: Any = PdfReader(BytesIO(fonts_pdf(uses))).pages[0]
    writer = PdfWriter()
    writer.pdf_header = "%PDF-1.5"
    for leaf, mine in zip(leaves, places, strict=True):
        page = writer.add_page(PdfReader(BytesIO(leaf.page.pdf)).pages[0])
        _set_fonts(page, carrier["/Resources"]["/Font"], mine, writer)
    for at, leaf in enumerate(leaves):
        _link(writer, at, leaf)
    for bookmark in bookmarks:
        _mark(writer, bookmark, None)
    writer.page_mode = "/UseOutlines"
    moment = f"D:{about.day:%Y%m%d}000000Z"
    said = {"Title": about.title, "Author": about.author, "Subject": about.subject, "Creator": "landuse"}
    dated = {"Producer": "landuse", "CreationDate": moment, "ModDate": moment}
    writer.add_metadata({f"/{name}": text for name, text in {**said, **dated}.items() if text})
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def _set_fonts(page: Any, fonts: Any, mine: Sequence[int], writer: Any) -> None:
    """Put the fonts of the book where a page names its own."""
    from pypdf.generic import NameObject

    named = page["/Resources"]["/Font"]
    for name in list(named):
        font = fonts.raw_get(f"/M{mine[int(named[name][f'/{USE}'])]}")
        named[NameObject(name)] = font.clone(writer)


def _link(writer: Any, at: int, leaf: Leaf) -> None:
    """Put the links of a page where they stand: a click shows the whole page they lead to."""
    from pypdf.annotations import Link as Annotation
    from pypdf.generic import NullObject

    writer.pages[at].pop("/Annots", NullObject())
    for link in leaf.links:
        writer.add_annotation(at, Annotation(rect=link.box, target_page_index=link.page - 1))


def _mark(writer: Any, bookmark: Bookmark, parent: Any) -> None:
    item = writer.add_outline_item(
        title=bookmark.title, page_number=bookmark.page - 1, parent=parent, is_open=parent is not None
    )
    for below in bookmark.below:
        _mark(writer, below, item)
