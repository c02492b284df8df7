"""Documents typeset together and parted: the same pages, no trace of the others, each glyph once in the file of all."""

from __future__ import annotations

import io
import json
import re

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from printed_builders import pages_of, pictures
from pypdf import PdfReader

from landuse import fonts
from landuse.reports.typeset import Bound, Press, printed
from landuse.reports.typeset import press as presses
from landuse.reports.typeset.shown import shown
from landuse.reports.typeset.truetype import face_of, font_of
from landuse.write import pressing

ENTRY = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")


@pytest.fixture(scope="module")
def some(letters) -> list[dict]:
    """Give five letters."""
    return [dict(page) for page, _ in zip(letters.pages(), range(5), strict=False)]


@pytest.fixture(scope="module")
def pile(letters, some):
    """Give them typeset at once."""
    return next(printed(letters.form, [some], presses=1))


def inner_fonts(content: bytes) -> list:
    """Return the font dictionaries of a PDF, each once."""
    found = {}
    for page in PdfReader(io.BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():
            found[font.idnum] = font.get_object()
    return list(found.values())


def font_file(font) -> TTFont:
    descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
    return TTFont(io.BytesIO(descriptor["/FontFile2"].get_object().get_data()), checkChecksums=2)


def letters_of(font) -> set[str]:
    """Return the letters that the map of a font tells of."""
    told = ENTRY.findall(font["/ToUnicode"].get_object().get_data())
    return set(
        "".join(bytes.fromhex(letters.decode()).decode("utf-16-be") for code, letters in told if code != b"0000")
    )


# -------------------------------------------------------------------------------------------------- one file each


def test_a_parted_file_shows_what_the_document_typeset_alone_shows_to_the_pixel(letters, some, pile):
    for document, content in zip(some, pile.files, strict=True):
        alone = Press(letters.form).pdf([document])
        assert pages_of(content) == pages_of(alone)
        for ours, theirs in zip(pictures(content), pictures(alone), strict=True):
            assert np.array_equal(ours, theirs)


def test_plot_pages_of_two_sheets_are_parted_where_each_ends(press, sheets):
    made = press.pile_of(json.dumps(sheets[:4], ensure_ascii=False))

    assert [pages_of(content) for content in made.files] == [pages_of(press.pdf([sheet])) for sheet in sheets[:4]]
    assert len(made.whole) == 1


def test_a_parted_file_holds_no_letter_and_no_glyph_that_only_another_document_shows(pile):
    for content in pile.files:
        text = set("".join(pages_of(content)))
        for font in inner_fonts(content):
            known = letters_of(font)
            outlines = font_file(font)
            drawn = [name for name in outlines.getGlyphOrder()[1:] if outlines["glyf"][name].numberOfContours]
            assert known <= text | {" ", "\u200b", "\xa0"}
            assert len(drawn) <= len(known)


def test_a_parted_file_says_its_own_title_and_the_day_of_the_project(letters, some, pile):
    for document, content in zip(some, pile.files, strict=True):
        told = PdfReader(io.BytesIO(content)).metadata
        assert told.title == PdfReader(io.BytesIO(Press(letters.form).pdf([document]))).metadata.title
        assert told.creation_date.date() == letters.form.made_on


def test_where_pages_cannot_be_parted_each_document_is_typeset_by_itself(letters, some, monkeypatch):
    monkeypatch.setattr(presses, "parted", lambda *_: None)
    made = next(printed(letters.form, [some], presses=1))

    assert made.files == made.whole == [Press(letters.form).pdf([document]) for document in some]


# ---------------------------------------------------------------------------------------------- the file of all


def bound(form, parts: list[bytes], marks: list[str]) -> bytes:
    target = io.BytesIO()
    book = Bound(target)
    pages = [numbers for part in parts for numbers in book.add(part)]
    book.close(list(zip(marks, pages, strict=True)), form)
    return target.getvalue()


def test_the_file_of_all_shows_every_page_and_holds_each_font_and_glyph_once(letters, some, pile):
    second = next(printed(letters.form, [some[::-1]], presses=1))
    content = bound(letters.form, [*pile.whole, *second.whole], [str(n) for n in range(10)])

    expected = [picture for file in (*pile.files, *second.files) for picture in pictures(file)]
    assert all(np.array_equal(a, b) for a, b in zip(pictures(content), expected, strict=True))
    assert pages_of(content) == [text for file in (*pile.files, *second.files) for text in pages_of(file)]
    assert content.count(b"/FontFile2 ") == len({str(font["/BaseFont"]) for font in inner_fonts(content)}) == 2
    single = bound(letters.form, pile.whole, [str(n) for n in range(5)])
    assert font_file(inner_fonts(content)[0])["maxp"].numGlyphs == font_file(inner_fonts(single)[0])["maxp"].numGlyphs


def test_piles_and_single_files_give_a_file_of_all_with_the_same_pages(letters, some, pile):
    alone = [Press(letters.form).pdf([document]) for document in some]
    marks = [str(n) for n in range(5)]

    for ours, theirs in zip(
        pictures(bound(letters.form, alone, marks)), pictures(bound(letters.form, pile.whole, marks)), strict=True
    ):
        assert np.array_equal(ours, theirs)


def test_a_document_with_another_font_is_typeset_last_and_stands_where_it_belongs(letters, some, tmp_path, monkeypatch):
    class Work:
        form, title = letters.form, letters.title

        def pages(self):
            return iter(some)

    monkeypatch.setattr(pressing, "is_plain", lambda document: document is not some[1])
    paths = [tmp_path / f"{n}.pdf" for n in range(5)]
    pressing.press(Work(), paths, tmp_path / "all.pdf")

    whole = PdfReader(tmp_path / "all.pdf")
    assert [entry.title for entry in whole.outline] == [document["mark_as"] for document in some]
    assert pages_of((tmp_path / "all.pdf").read_bytes()) == [
        text for path in paths for text in pages_of(path.read_bytes())
    ]
    assert paths[1].read_bytes() == Press(letters.form).pdf([some[1]])


# ------------------------------------------------------------------------------------------------ codes and glyphs


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        (rb"[(\000\001\000A)]TJ", {1, 0x41}),
        (rb"[(\000\001)-20.5(\000\002)]TJ", {1, 2}),
        (rb"[<0001FFFE>]TJ", {1, 0xFFFE}),
        (rb"[(\000(\000))]TJ", {0x28, 0x29}),
        (rb"[(\000\(\001\\)]TJ", {0x28, 0x15C}),
        (rb"(\000\n)Tj", {0x0A}),
        (rb"[(]T)]TJ", {0x5D54}),
        (rb"[]TJ", set()),
    ],
)
def test_the_codes_of_a_text_are_read_as_a_press_writes_them(line, codes):
    assert shown(b"q\nBT 0 Tr/f0 7 Tf 1 0 0 -1 0 0 Tm" + line + b"\nET\nQ\n") == {b"f0": codes}


@pytest.mark.parametrize(
    "content",
    [
        b"\nBT 1 0 0 -1 0 0 Tm[(\\000\\001)]TJ\nET\n",  # no font named
        b"\nBT/f0 7 Tf[(\\000\\001)]TJ\nET\nBT[(\\000\\001)]TJ\nET\n",  # none named anew
        b"\nBT/f0 7 Tf[(\\000\\9)]TJ\nET\n",  # no such escape
        b"\nBT/f0 7 Tf[(\\000)]TJ\nET\n",  # half a code
        b"\nBT/f0 7 Tf[(((((\\000)))))]TJ\nET\n",  # brackets too deep
    ],
)
def test_a_page_that_is_not_understood_is_not_guessed_at(content):
    assert shown(content) is None


def test_a_font_of_some_glyphs_keeps_their_outlines_widths_and_numbers():
    whole = TTFont(fonts.folder() / fonts.REGULAR)
    face = face_of((fonts.folder() / fonts.REGULAR).read_bytes())
    if face is None:
        pytest.skip("the bundled font has composite glyphs")
    names = whole.getGlyphOrder()
    part = TTFont(io.BytesIO(face.only({5, 900})), checkChecksums=2)

    assert part["maxp"].numGlyphs == 901
    for at in (0, 5, 900):
        ours = part["glyf"][part.getGlyphOrder()[at]]
        assert ours == whole["glyf"][names[at]]
        assert part["hmtx"][part.getGlyphOrder()[at]] == whole["hmtx"][names[at]]
    assert part["glyf"][part.getGlyphOrder()[6]].numberOfContours == 0


def test_a_font_with_a_composite_glyph_or_of_another_kind_is_left_alone(pile):
    font = inner_fonts(pile.files[0])[0]
    descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
    face = face_of(descriptor["/FontFile2"].get_object().get_data())
    composite = font_of(face.tables, [face.glyphs[0], (b"\xff\xff" + bytes(12), 1000, 0)])

    assert face_of(composite) is None
    assert face_of(b"OTTO" + bytes(100)) is None
