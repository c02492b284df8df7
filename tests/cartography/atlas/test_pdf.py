"""Pages joined into one PDF: one font for all, whatever each page takes of it."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure

from landuse.cartography.atlas.book import About, Bookmark, book
from landuse.cartography.atlas.leaf import Leaf, Link, packed, unpacked
from landuse.cartography.atlas.pdf import FontUse, drawn, joined
from landuse.cartography.sheet.lettering import setting
from landuse.fonts import faces

ABOUT = About("图集", "某局", "", date(2026, 6, 30))


def leaf(text, links=()):
    found = faces([text])
    with setting(found) as families:
        figure = Figure((4, 2))
        figure.text(0.1, 0.5, text, fontsize=20, family=list(families))
        return Leaf(drawn(figure, found), tuple(links))


def test_a_leaf_comes_out_of_its_file_as_it_went_in_and_not_when_the_file_is_damaged():
    whole = leaf("安澜", [Link((1.0, 2.0, 3.5, 4.0), 2)])
    content = packed(whole)
    assert unpacked(content) == whole
    assert unpacked(content[:-1]) is None
    assert unpacked(b"") is None


def test_pages_of_different_texts_share_one_font():
    leaves = [leaf(text) for text in ("安澜县", "石桥镇 B", "青塘乡")]
    reader = pypdf.PdfReader(io.BytesIO(book(leaves, [], ABOUT)))
    fonts = [page["/Resources"]["/Font"].raw_get("/F1").idnum for page in reader.pages]
    assert len(set(fonts)) == 1
    assert [page.extract_text().strip() for page in reader.pages] == ["安澜县", "石桥镇 B", "青塘乡"]


def test_the_same_leaves_make_the_same_bytes_with_the_date_that_was_given():
    leaves = [leaf("安澜县"), leaf("石桥镇")]
    content = book(leaves, [Bookmark("一", 1, (Bookmark("二", 2),))], ABOUT)
    assert content == book(leaves, [Bookmark("一", 1, (Bookmark("二", 2),))], ABOUT)
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert reader.metadata["/CreationDate"] == "D:20260630000000Z"
    assert [item.title for item in reader.outline if not isinstance(item, list)] == ["一"]
    assert [item.title for item in reader.outline[1]] == ["二"]


def test_codes_that_mean_the_same_glyph_are_put_together_and_others_kept_apart():
    one = FontUse("A.ttf", 0, ((65, 3, "A"), (66, 4, "B")))
    two = FontUse("A.ttf", 0, ((66, 4, "B"), (67, 5, "C")))
    other = FontUse("A.ttf", 0, ((66, 9, "𬭚"),))
    made, places = joined([[one], [two], [other]])
    assert places == [[0], [0], [1]]
    assert [glyph for _, glyph, _ in made[0].glyphs] == [3, 4, 5]
    assert made[1] == other


def test_a_sign_outside_gbk_is_embedded_as_the_truetype_outline_it_says_it_is():
    found = faces(["\U0002cb5a"])
    if found.missing or not found.files:
        pytest.skip("no font of this machine has the sign")
    reader = pypdf.PdfReader(io.BytesIO(book([leaf("安澜\U0002cb5a科")], [], ABOUT)))
    page = reader.pages[0]
    assert page.extract_text().strip() == "安澜\U0002cb5a科"
    for name in page["/Resources"]["/Font"]:
        below = page["/Resources"]["/Font"][name]["/DescendantFonts"][0]
        with TTFont(io.BytesIO(below["/FontDescriptor"]["/FontFile2"].get_data())) as font:
            assert font.sfntVersion == "\x00\x01\x00\x00"
            assert any(font["glyf"][name].numberOfContours > 0 for name in font.getGlyphOrder()[1:])
