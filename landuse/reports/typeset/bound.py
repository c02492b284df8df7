"""Bind the PDFs of a press into one file: pages go to it as they come, each glyph is in it once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, Final

from landuse.reports.typeset.faces import Font, Shared, font_at, renamed, with_map
from landuse.reports.typeset.form import Form
from landuse.reports.typeset.pdf import Source, Target, Thing, about, kids, text_string

SMALL: Final = 4096
"""Bytes of an object up to which it is looked for among those written: colours, styles of lines."""

Marked = tuple[str, Sequence[int]]
"""Title of a document and the numbers of its pages in the file."""


class Bound:
    """One file of many documents, written piece by piece; no more than its glyphs are held."""

    def __init__(self, file: IO[bytes]) -> None:
        self._target = Target(file)
        self._tree = self._target.number()
        self._fonts: dict[tuple[bytes, bytes], Shared] = {}
        self._written: dict[tuple[bytes, bytes | None], int] = {}
        self._kept = b""

    def add(self, content: bytes) -> list[list[int]]:
        """Write the pages of a PDF; return the numbers of the pages of each of its documents."""
        source, target = Source(content), self._target
        self._kept = self._kept or source.kept
        things = source.closure(source.pages, {})
        is_font = [number for number, thing in things.items() if thing.head.startswith(b"<</Type/Font/Subtype/Type0")]
        numbers = {source.tree: self._tree}
        for number in is_font:
            if font := font_at(source, number):
                self._share(source, font, things, numbers)
        for number, thing in list(things.items()):
            if self._is_small(thing):
                numbers[number] = self._once(things.pop(number))
        numbers |= {number: target.number() for number in things if number not in numbers}
        for number, thing in things.items():
            target.put(thing.named(numbers), numbers[number])
        pages = iter([numbers[page] for page in source.pages])
        return [[next(pages) for _ in range(count)] for count in source.counts]

    def close(self, marked: Sequence[Marked], form: Form) -> None:
        """Write what all pages share; the documents come in the order given, a bookmark at each first page."""
        target = self._target
        for font in self._fonts.values():
            font.write(target)
        target.put(kids([page for _, pages in marked for page in pages]), self._tree)
        outline = _bookmarks(target, [(title, pages[0]) for title, pages in marked if pages])
        root = b"<</Type/Catalog/Pages %d 0 R/Outlines %d 0 R%s>>" % (self._tree, outline, self._kept)
        organisation = str(form.shared.get("organisation", ""))
        target.close(root, about(str(form.shared["words"]["combined"]), form.made_on, author=organisation))

    def _share(self, source: Source, font: Font, things: dict[int, Thing], numbers: dict[int, int]) -> None:
        """Let a font of a piece take its glyphs from the font of the whole."""
        shared = self._fonts.get(font.key)
        if shared is None:
            shared = self._fonts[font.key] = Shared(font, source.things[font.descriptor], self._target.number())
        numbers[font.descriptor] = shared.number
        for number in (font.descriptor, font.file, font.set_number):
            things.pop(number, None)
        things[font.font] = renamed(things[font.font], shared.name)
        inner = renamed(things.pop(font.inner), shared.name).named(numbers)
        places = self._target.put(shared.map_of(font.face))
        numbers[font.inner] = self._target.put(with_map(inner, places))

    def _is_small(self, thing: Thing) -> bool:
        return not thing.needs and len(thing.head) + len(thing.stream or b"") < SMALL

    def _once(self, thing: Thing) -> int:
        key = (thing.head, thing.stream)
        if key not in self._written:
            self._written[key] = self._target.put(thing)
        return self._written[key]


def _bookmarks(target: Target, marks: Iterable[tuple[str, int]]) -> int:
    """Write a flat outline; return its number."""
    told, parent = list(marks), target.number()
    numbers = [target.number() for _ in told]
    for at, (title, page) in enumerate(told):
        before = b"/Prev %d 0 R" % numbers[at - 1] if at else b""
        after = b"/Next %d 0 R" % numbers[at + 1] if at + 1 < len(told) else b""
        head = b"<</Title%s/Parent %d 0 R%s%s/Dest[%d 0 R/Fit]>>"
        target.put(Thing(head % (text_string(title), parent, before, after, page)), numbers[at])
    ends = b"/First %d 0 R/Last %d 0 R/Count %d" % (numbers[0], numbers[-1], len(told)) if told else b""
    return target.put(Thing(b"<</Type/Outlines%s>>" % ends), parent)
