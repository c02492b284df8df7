"""Titles of long names: whole, on one line or two, inside their place; measured in the PDF."""

from __future__ import annotations

import pypdfium2
import pytest

from cartography.sheets import composed, drawn_series
from landuse.cartography.sheet import layout, save
from landuse.cartography.sheet.lettering import LEAST_TITLE, in_two_lines, width_mm

SIXTY = (
    "安澜县高端装备制造与新一代信息技术融合发展示范产业园区管理"
    "委员会国土空间规划与土地利用评价联合办公室暨临港片区综合执法"
)
SIXTY += "处"
POINT = 25.4 / 72


@pytest.fixture(scope="module")
def series():
    return drawn_series(20, project={"name": SIXTY}, print={"organisation": SIXTY, "region_name": SIXTY})


def lines_of(figure, folder):
    """Return the texts of a page with their boxes x0, y0, x1, y1 in mm."""
    save(figure, folder / "sheet.pdf")
    page = pypdfium2.PdfDocument(folder / "sheet.pdf")[0].get_textpage()
    boxes = [page.get_rect(at) for at in range(page.count_rects())]
    return [(page.get_text_bounded(*box), tuple(side * POINT for side in box)) for box in boxes]


@pytest.mark.parametrize(
    ("paper", "way"), [("A3", "landscape"), ("A4", "portrait"), ("A0", "portrait"), ("16:9", "landscape")]
)
def test_a_title_with_a_name_of_sixty_characters_is_whole_and_inside_its_place(series, tmp_path, paper, way):
    made = layout(paper, way)
    lines = lines_of(composed(series, "low", made)[0], tmp_path)
    area, spec = made.area, made.spec.title
    x, width = made.across(spec)
    low = area.top - made.mm(spec.top) - made.mm(spec.height)
    title = [
        (text, box) for text, box in lines if box[1] >= low - 0.3 and x - 0.3 <= box[0] and box[2] <= x + width + 0.3
    ]
    joined = "".join(text for text, _ in title).replace("\r\n", "").replace(" ", "")
    assert joined.startswith(f"{SIXTY}低效工业用地(行业末位15%)分布图(2025年)")
    assert "…" not in joined
    for text, (x0, y0, x1, y1) in lines:
        assert area.x - 0.3 <= x0 < x1 <= area.right + 0.3, text
        assert area.y - 0.3 <= y0 < y1 <= area.top + 0.3, text


def test_the_organisation_and_the_project_of_sixty_characters_are_whole_too(series, tmp_path):
    text = "".join(text for text, _ in lines_of(composed(series, "low", layout("A4", "portrait"))[0], tmp_path))
    assert text.replace("\r\n", "").replace("\n", "").replace(" ", "").count(SIXTY) == 3


def test_a_title_that_fits_keeps_its_size_and_one_a_little_too_long_shrinks():
    assert in_two_lines("亩均税收分布图", 22, (200, 11)) == (["亩均税收分布图"], 22)
    text = "安澜" * 15
    (line,), size = in_two_lines(text, 22, (width_mm(text, 22, bold=True) * 0.8, 11))
    assert (line, size) == (text, pytest.approx(22 * 0.8))


def test_a_long_title_breaks_before_its_theme_and_both_lines_fit():
    region, theme = "某" * 40, "亩均税收分布图(2025年)"
    lines, size = in_two_lines(region + theme, 22, (200, 11), tail=theme)
    assert lines == [region, theme]
    assert all(width_mm(line, size, bold=True) <= 200 + 1e-6 for line in lines)
    assert 2 * size * POINT * 1.2 <= 11 + 1e-6


def test_a_long_title_without_a_theme_breaks_in_the_middle_and_between_words():
    assert in_two_lines("某" * 60, 22, (200, 11))[0] == ["某" * 30, "某" * 30]
    lines, _ = in_two_lines("Industrial land of the county of example and of its parks", 22, (100, 11))
    assert lines == ["Industrial land of the county", "of example and of its parks"]


def test_only_a_title_of_hundreds_of_characters_is_shortened():
    lines, size = in_two_lines("某" * 400, 22, (200, 11), tail="某图")
    assert size == pytest.approx(LEAST_TITLE * 22)
    assert all(line.endswith("…") for line in lines)
    assert in_two_lines("", 22, (200, 11)) == ([""], 22)
