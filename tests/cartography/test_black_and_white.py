"""Sheets from a black-and-white printer: every two classes differ by hatch or by a tenth of the tones of grey."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from cartography.builders import analysis, with_parcels
from landuse.cartography.pane import PaneStyle, swatch
from landuse.cartography.pane.style import INK, PAPER, fine_part, hatch_colour
from landuse.cartography.sheet.series import standard_set
from landuse.cartography.style import (
    LEAST_GREY,
    NO_DATA,
    PRINTED_HATCHES,
    classify,
    differ_without_colour,
    grey,
    theme_keys,
    theme_of,
)

MOST_ALIKE = 4.0
"""Mean difference, in tones of grey, of the pictures of two classes that cannot be told apart."""


def looks(classes):
    return {entry.key: (entry.colour, entry.hatch) for entry in classes.legend}


def alike(classes):
    found = looks(classes)
    return [
        (one, other) for one, other in combinations(found, 2) if not differ_without_colour(found[one], found[other])
    ]


def classes_of(theme, values=(None,)):
    return classify(pd.Series(list(values)), theme, lang="zh", area_mu=pd.Series([1.0] * len(values)))


def pictures(classes):
    """Return the grey picture of a field of 12 x 8 mm of each class, at 200 pixels to the inch."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    made = {}
    for entry in classes.legend:
        figure = Figure(figsize=(12 / 25.4, 8 / 25.4), dpi=200)
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.axis("off")
        axes.set_xlim(0, 12)
        axes.set_ylim(0, 8)
        swatch(axes, entry, (0, 0, 12, 8), PaneStyle())
        canvas.draw()
        made[entry.key] = np.asarray(canvas.buffer_rgba())[:, :, :3] @ np.array([0.299, 0.587, 0.114])
    return made


def test_tones_of_grey_are_those_of_the_standard_and_the_bound_is_inclusive():
    assert [grey(colour) for colour in ("#000000", "#ffffff", "#ff0000")] == pytest.approx([0, 255, 76.245])
    assert LEAST_GREY == 25
    assert differ_without_colour(("#000000", "none"), ("#191919", "none"))  # 25 tones apart
    assert not differ_without_colour(("#000000", "none"), ("#181818", "none"))
    assert differ_without_colour(("#000000", "none"), ("#000000", "dots"))


@pytest.mark.parametrize("theme", theme_keys())
def test_every_two_classes_of_a_theme_can_be_told_apart_without_colour(theme):
    made = classes_of(theme).on_paper()
    assert alike(made) == []
    assert {hatch for _, hatch in looks(made).values()} <= set(PRINTED_HATCHES)


@pytest.mark.parametrize("theme", theme_keys())
def test_so_they_can_in_the_palette_for_such_printers_where_ranges_need_no_hatch(theme):
    plain = classes_of(theme).in_safe_colours()
    made = plain if theme_of(theme, lang="zh").kind == "ranges" else classes_of(theme).on_paper().in_safe_colours()
    assert alike(made) == []


@pytest.mark.parametrize("theme", ["tax_per_mu", "output_per_mu", "output_per_energy", "score"])
def test_in_the_warm_half_of_a_ramp_the_hatch_is_the_denser_the_better(theme):
    order = ["none", "dots", "diagonal", "cross"]
    *hatches, _ = [entry.hatch for entry in classes_of(theme).on_paper().legend]
    places = [order.index(hatch) for hatch in hatches]
    assert places == sorted(places)
    assert hatches[:3] == ["none"] * 3
    tones = [grey(entry.colour) for entry in classes_of(theme).legend[:3]]
    assert tones == sorted(tones)


@pytest.mark.parametrize("theme", ["tax_per_mu", "score", "far", "price", "industry", "grade", "low", "idle", "cause"])
def test_the_grey_pictures_of_two_classes_are_not_the_same(theme):
    made = pictures(classes_of(theme).on_paper())
    for one, other in combinations(made, 2):
        assert np.abs(made[one] - made[other]).mean() > MOST_ALIKE, (one, other)


def test_the_planted_error_two_blues_and_oranges_of_one_grey_are_noticed():
    """As they were: 1–3 and 20 and more, 3–5, 5–10 and 10–20 in the tones of their colours alone."""
    assert ("class_3", "class_5") in alike(classes_of("tax_per_mu"))
    assert ("class_2", "class_6") in alike(classes_of("tax_per_mu"))


def test_every_sheet_of_the_standard_set_can_be_told_apart_without_colour():
    uses = ["工业用地", "商务金融用地", "零售商业用地", "物流仓储用地", "储备用地", "城镇住宅用地", "公路用地", "其他"]
    parks = [f"第{place}园" for place in range(8)]
    rows = np.arange(200)
    base = with_parcels(
        analysis(200),
        land_use=np.array(uses, dtype=object)[rows % 8],
        park=np.array(parks, dtype=object)[rows % 8],
        batch=np.array(["一", "二", "三", "四", "五", "六", None], dtype=object)[rows % 7],
    )
    drawn = standard_set(base).drawn
    assert len(drawn) == 12
    assert {sheet.name: alike(sheet.classes) for sheet in drawn if alike(sheet.classes)} == {}


def test_values_that_a_theme_does_not_name_get_a_hatch_of_their_own_on_paper():
    made = classes_of("grade", [f"等级{place:02d}" for place in range(40)]).on_paper()
    extra = [entry for entry in made.legend if entry.label.startswith("等级")]
    assert len({(entry.colour, entry.hatch) for entry in extra}) == 40
    assert len({entry.hatch for entry in extra[:7]}) == 7


def test_hatches_that_only_tell_apart_are_finer_than_those_of_the_law():
    made = {entry.key: entry for entry in classes_of("idle").on_paper().legend}
    assert (made["IDLE_T1"].fine, made["OVERDUE_START"].fine, made[NO_DATA].fine) == (False, True, False)
    assert fine_part(made["IDLE_T1"], INK) == 1.0
    assert fine_part(made["OVERDUE_START"], INK) < fine_part(made["OVERDUE_START"], PAPER) < 1.0


def test_a_fine_hatch_on_a_dark_fill_is_light_so_that_it_is_not_taken_for_an_outline():
    made = {entry.key: entry for entry in classes_of("grade").on_paper().legend}
    assert hatch_colour(made["A"], made["A"].colour) == PAPER
    assert hatch_colour(made["C"], made["C"].colour) == INK


def test_the_screen_keeps_its_hatches():
    assert [entry.hatch for entry in classes_of("tax_per_mu").legend] == ["none"] * 6 + ["diagonal"]
    assert {entry.hatch for entry in classes_of("industry").legend} == {"none", "dots", "diagonal"}
