"""Frame a form: titles, lines, paper, fonts, and the columns of the form vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from landuse import __version__
from landuse.catalogue import fill as filled
from landuse.catalogue import load, terms
from landuse.project import Project
from landuse.reports.content.context import section
from landuse.reports.content.model import Block, Fonts, Page, Sheet, SheetColumn
from landuse.tables import Column, columns
from landuse.tables.forms import BOOK, form_entry, form_names, form_title

PADDING: Final = 2.0
"""Width of a column beyond the longest word of its title, which does not break, in characters."""
SEQ_WIDTH: Final = 10.0
"""Wide enough for the mark of the guide."""


def word(part: str, name: str, lang: str, /, **fill: Any) -> str:
    """Return a text of the form vocabulary with its placeholders filled."""
    return filled(str(load(BOOK)[part][name][lang]), fill)


def input_column(table: str, name: str) -> Column:
    """Return a column a form asks for, as its table knows it."""
    return columns("input", table)[name]


def seq_column(lang: str) -> SheetColumn:
    """Return the counter of the rows; its title is that of the ledger."""
    return SheetColumn("seq", str(section("phrases")["seq"][lang]), "Y", SEQ_WIDTH, is_open=True)


def form_columns(kind: str, lang: str) -> tuple[SheetColumn, ...]:
    """Return the columns of a form of the procedure, those the program reads at the end."""
    return (seq_column(lang), *(_form_column(name, lang) for name in form_names(kind)))


def _form_column(name: str, lang: str) -> SheetColumn:
    entry, title = form_entry(name), form_title(name, lang)
    kind, words = entry.get("choices"), terms(str(entry["words"]), lang).values() if "words" in entry else ()
    unbroken = (part for text in (title, *words) for part in text.split()) if lang == "en" else ()
    return SheetColumn(
        name=name,
        title=title,
        fmt=str(entry["fmt"]),
        width=max([float(entry["width"]), *(len(part) + PADDING for part in unbroken)]),
        choices=tuple(terms(kind, lang).values()) if kind else (),
        is_open=bool(entry.get("open", False)),
    )


def form_guide(names: Sequence[str], lang: str) -> dict[str, str]:
    """Return what to write in the columns of a form of the procedure."""
    said = load(BOOK)["form_guides"]
    closed = {name: form_entry(name).get("choices") for name in names}
    slash = word("words", "slash", lang)
    words = {name: slash.join(terms(kind, lang).values()) for name, kind in closed.items() if kind}
    return words | {name: str(said[name][lang]) for name in names if name in said}


def form_sheet(
    entry: Mapping[str, Any], project: Project, block: Block, *, lines: tuple[str, str], below: tuple[str, ...] = ()
) -> Sheet:
    """Return a form around its table.

    Parameters
    ----------
    entry
        ``name``, ``title`` and ``aside`` of the vocabulary.
    lines
        Row 2 (right) and row 3 (left).
    below
        Note and signatures below the table; none where the form is read back as a table, in which nothing else stands.
    """
    lang = project.language
    fonts = section("fonts")
    titles = ("total", "none", "cut_text", "aside", "notes_lead")
    return Sheet(
        key=str(entry["name"]["en"]),
        name=str(entry["name"][lang]),
        title=word("words", "title", lang, project=project.project.name, title=entry["title"][lang]),
        left_line=lines[1],
        unit_line=lines[0],
        blocks=(block,),
        notes=below[:1],
        sign_off=below[1] if below else "",
        page=Page(
            header_left=word("words", "internal", lang),
            header_right=project.outputs.notice,
            footer_left=word("words", "footer", lang, digest=project.digest()[:12], version=__version__),
            footer_center=word("words", "page", lang),
            watermark="",
            is_single=bool(entry.get("single", False)),
        ),
        fonts=Fonts(*(str(fonts[part][lang]) for part in ("title", "heading", "body"))),
        dated=project.as_of,
        words={name: word("words", name, lang) for name in titles},
        frozen_columns=3 if len(block.columns) > 14 else 0,
        paper_columns=len(block.columns) - len(entry.get("aside", ())),
    )
