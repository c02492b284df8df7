"""Write 字段说明.xlsx: what each field of a Shapefile is called in full, its type, its unit, and what was cut."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from landuse.catalogue import term, terms
from landuse.reports.content.context import Words, section
from landuse.reports.content.model import Block, Fonts, Page, Sheet, SheetColumn
from landuse.write.exchange.dbf import Stored
from landuse.write.exchange.shapefile import Shapefile

UNDATED: Final = date(2000, 1, 1)
"""The day a list bears that belongs to no run: never the clock."""
COLUMNS: Final = (
    ("seq", "N", 6.0), ("name", "T", 13.0), ("full", "T", 30.0), ("source", "T", 26.0),
    ("kind", "T", 18.0), ("width", "N", 8.0), ("decimals", "N", 8.0), ("unit", "T", 12.0), ("remark", "T", 34.0),
)  # fmt: skip
"""Column -> format and width."""


def field_rows(made: Shapefile, lang: str) -> pd.DataFrame:
    """Return one row a field."""
    rows = [
        {
            "name": stored.name,
            "full": stored.source.full,
            "source": stored.source.name,
            "kind": _kind(stored, lang),
            "width": stored.width,
            "decimals": stored.decimals if stored.letter in "NF" and stored.source.kind == "number" else None,
            "unit": stored.source.unit,
            "remark": _remark(stored, lang),
        }
        for stored in made.fields
    ]
    found = pd.DataFrame(rows, columns=[name for name, *_ in COLUMNS if name != "seq"])
    found.insert(0, "seq", range(1, len(found) + 1))
    return found


def write_field_list(path: Path, made: Shapefile, *, crs: str, lang: str, dated: date = UNDATED) -> None:
    """Write the list of fields of a Shapefile as a workbook."""
    from landuse.reports.excel import write_book

    word = terms("exchange_word", lang)
    columns = tuple(SheetColumn(name, word[name], fmt, width) for name, fmt, width in COLUMNS)
    words, fonts = Words(lang), section("fonts")
    book = Sheet(
        key="exchange_fields",
        name=word["sheet"],
        title=word["title"],
        left_line=word["left_line"].format(layer=made.name, crs=crs),
        unit_line=word["unit_line"].format(codec=made.codec.upper()),
        blocks=(Block(columns, field_rows(made, lang)),),
        notes=(word["note_names"], word["note_blank"]),
        sign_off="",
        page=Page("", "", "", "&P / &N", ""),
        fonts=Fonts(*(str(fonts[part][lang]) for part in ("title", "heading", "body"))),
        dated=dated,
        words={name: words.phrase(name) for name in ("total", "none", "cut_text", "aside", "notes_lead")},
    )
    write_book([book], path)


def _kind(stored: Stored, lang: str) -> str:
    kind = "text" if stored.letter == "C" else stored.source.kind
    return term("exchange_kind", kind, lang)


def _remark(stored: Stored, lang: str) -> str:
    word = terms("exchange_word", lang)
    facts = {"decimals": stored.decimals}
    said = [
        word[code].format(n=n, **facts) for code in ("cut", "rounded", "unstorable") if (n := getattr(stored, code))
    ]
    if stored.letter == "C" and stored.source.kind == "integer":
        said.append(word["as_text"])
    if stored.name not in (stored.source.full, stored.source.name):
        said.insert(0, word["renamed"])
    return word["separator"].join(said)
