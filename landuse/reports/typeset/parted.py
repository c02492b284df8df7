"""Part the PDF of several documents into one PDF a document, each with the glyphs it shows and no others."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from landuse.reports.typeset.faces import Font, font_at, reduced
from landuse.reports.typeset.form import Form
from landuse.reports.typeset.pdf import Source, Target, Thing, about, kids
from landuse.reports.typeset.shown import shown

RESOURCES: Final = re.compile(rb"/Resources (\d+) 0 R")
CONTENTS: Final = re.compile(rb"/Contents (\d+) 0 R")
FONTS: Final = re.compile(rb"/Font<<([^<>]*)>>")
NAMED: Final = re.compile(rb"/(\w+) (\d+) 0 R")
UNKNOWN: Final = re.compile(rb"/XObject|/Pattern|/Shading|/Annots")
"""What a page may have whose texts are not looked through here."""


def parted(source: Source, titles: Sequence[str], form: Form) -> list[bytes] | None:
    """Return one PDF a document; None where a page holds something other than text and lines."""
    fonts: dict[int, Font] = {}
    made: list[bytes] = []
    first = 0
    for title, count in zip(titles, source.counts, strict=True):
        pages = source.pages[first : first + count]
        used = _used(source, pages)
        if used is None or not _are_known(source, used, fonts):
            return None
        instead: dict[int, Thing] = {}
        for number, codes in used.items():
            instead |= reduced(source, fonts[number], codes)
        info = about(title, form.made_on, author=str(form.shared.get("organisation", "")))
        made.append(_file(source, pages, instead, info))
        first += count
    return made


def _used(source: Source, pages: Iterable[int]) -> dict[int, set[int]] | None:
    """Return number of the font -> codes that some pages show in it; None where a page is not understood."""
    used: dict[int, set[int]] = {}
    for page in pages:
        head = source.things[page].head
        resources, contents = RESOURCES.search(head), CONTENTS.search(head)
        if resources is None or contents is None:
            return None
        has = source.things[int(resources[1])].head
        codes = shown(source.things[int(contents[1])].content)
        if codes is None or UNKNOWN.search(has) or UNKNOWN.search(head):
            return None
        listed = FONTS.search(has)
        fonts = {name: int(number) for name, number in NAMED.findall(listed[1])} if listed else {}
        if not codes.keys() <= fonts.keys():
            return None
        for name, number in fonts.items():
            used.setdefault(number, set()).update(codes.get(name, ()))
    return used


def _are_known(source: Source, numbers: Iterable[int], fonts: dict[int, Font]) -> bool:
    """Return whether the glyphs of some fonts can be told apart; those that can are added to the ones known."""
    for number in numbers:
        if number not in fonts:
            found = font_at(source, number)
            if found is None:
                return False
            fonts[number] = found
    return True


def _file(source: Source, pages: Sequence[int], instead: Mapping[int, Thing], info: bytes) -> bytes:
    """Return some pages as a file of their own."""
    file = io.BytesIO()
    target = Target(file)
    tree = target.number()
    things = source.closure(pages, instead)
    numbers = {number: target.number() for number in things} | {source.tree: tree}
    for number, thing in things.items():
        target.put(thing.named(numbers), numbers[number])
    target.put(kids([numbers[page] for page in pages]), tree)
    target.close(b"<</Type/Catalog/Pages %d 0 R%s>>" % (tree, source.kept), info)
    return file.getvalue()
