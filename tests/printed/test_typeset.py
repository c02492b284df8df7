"""The press: values are data, the same bytes twice, errors with names."""

from __future__ import annotations

from datetime import date

import pytest
from printed_builders import HOSTILE, LONG_WORD, PRINTED, pages_of, squeezed

from landuse.errors import DefectError, InputError
from landuse.reports.typeset import Form, Press, checked, is_plain, printed
from landuse.reports.typeset.form import plain_text

WORDS = {"to": "to", "slip": "slip"}


@pytest.fixture(scope="module")
def form(letters) -> Form:
    return letters.form


def letter(letters, **more):
    return {**next(iter(letters.pages())), **more}


def test_a_name_that_would_be_markup_is_printed_as_it_stands(form, letters):
    content = Press(form).pdf([letter(letters, to=HOSTILE)])

    assert squeezed(PRINTED) in squeezed(pages_of(content)[0])


@pytest.mark.parametrize(
    "name", ["#sys.inputs", "]#panic()", '"); #read("/etc/passwd', "#{1/0}", "```", "/* x", "$", "= 甲", "- 乙", "+丙"]
)
def test_no_name_runs_as_code_or_breaks_the_page(form, letters, name):
    assert squeezed(name) in squeezed(pages_of(Press(form).pdf([letter(letters, slip=name)]))[0])


def test_a_name_over_several_lines_is_one_line_and_a_word_of_60_letters_is_broken_and_not_lost(form, letters):
    text = squeezed(pages_of(Press(form).pdf([letter(letters, to="甲\r\n乙\t丙", slip=LONG_WORD)]))[0])

    assert "甲乙丙" in text
    assert LONG_WORD in text
    assert plain_text("甲\x00\u202e乙\u2066") == "甲乙"


def test_the_same_documents_give_the_same_bytes_alone_and_on_several_presses(form, letters):
    some = [document for document, _ in zip(letters.pages(), range(5), strict=False)]
    alone = [Press(form).pdf([document]) for document in some]

    assert [Press(form).pdf([document]) for document in some] == alone
    for presses in (1, 2, None):
        piles = list(printed(form, [[document] for document in some], presses=presses))
        assert [(pile.files, pile.whole) for pile in piles] == [([content], [content]) for content in alone]
    piles = [some[:3], some[3:]]
    assert list(printed(form, piles, presses=2)) == list(printed(form, piles, presses=1)) == list(printed(form, piles))


def test_a_character_no_font_has_is_named_and_never_a_box(form, letters):
    with pytest.raises(InputError, match=r"U\+E0001|U\+1F9FF|字库中没有"):
        checked(form, [letter(letters, to="甲\U000e0fff乙\U0001f9ff")], where="告知单")


def test_what_the_bundled_font_has_needs_no_other(form, letters):
    assert is_plain(letter(letters))
    assert not is_plain(letter(letters, to="\U0001f9ff"))
    assert checked(form, [letter(letters)], where="告知单") == form


def test_a_bold_character_outside_gb_2312_is_set_in_the_regular_face(form, letters):
    assert "镕堃" in squeezed(pages_of(Press(form).pdf([letter(letters, to="镕堃")]))[0])


def test_a_template_that_fails_is_a_defect_that_names_it(form):
    with pytest.raises(DefectError, match=r"letter\.typ"):
        Press(form).pdf([{"title": "x"}])
    with pytest.raises(DefectError, match=r"letter\.typ"):
        list(printed(form, [[{"title": "x"}]], presses=2))


def test_a_file_says_the_day_of_the_project_and_no_clock(form, letters):
    import io

    from pypdf import PdfReader

    told = PdfReader(io.BytesIO(Press(form).pdf([letter(letters)]))).metadata
    assert told.creation_date.date() == form.made_on == date(2026, 6, 30)
