"""Classes of map themes: bounds, words, counts, colours."""

from math import fsum, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landuse.cartography.style import ANY_RULE, HATCHES, NO_DATA, classify, divisions, theme_keys, theme_of
from landuse.errors import DefectError


def classes_of(values, theme, *, lang="zh", area=None, **more):
    series = pd.Series(values)
    mu = pd.Series(area if area is not None else [1.0] * len(series))
    return classify(series, theme, lang=lang, area_mu=mu, **more)


def labels(values, theme, **more):
    found = classes_of(values, theme, **more)
    return [found.legend[code].label for code in found.codes]


# TERMS 5, word for word.
PRINTED = {
    "tax_per_mu": ["<1", "1–3", "3–5", "5–10", "10–20", "≥20"],
    "tax_per_mu_corrected": ["<1", "1–3", "3–5", "5–10", "10–20", "≥20"],
    "output_per_mu": ["<50", "50–100", "100–300", "300–500", "500–800", "≥800"],
    "output_per_mu_corrected": ["<50", "50–100", "100–300", "300–500", "500–800", "≥800"],
    "output_per_energy": ["<3", "3–8", "8–15", "15–30", "≥30"],
    "score": ["<40", "40–70", "70–100", "100–130", "≥130"],
    "far": ["<0.6", "0.6–1.0", "1.0–1.5", "1.5–2.0", "≥2.0"],
    "grade": ["A类", "B类", "C类", "D类", "未参评"],
    "low": ["低效(拟列入)", "部分低效", "停产低效", "厂房空置", "未列入", "未参评"],
    "price": ["一级", "二级", "三级", "四级"],
}


@pytest.mark.parametrize(("theme", "printed"), PRINTED.items())
def test_a_legend_prints_the_classes_of_the_terms_in_their_order_and_no_data_last(theme, printed):
    legend = classes_of([None], theme).legend
    assert [entry.label for entry in legend] == [*printed, "无数据"]
    assert legend[-1].key == NO_DATA


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (-20.0, "<1"),
        (0.0, "<1"),
        (np.nextafter(1.0, 0) - 1e-8, "<1"),
        (1.0, "1–3"),
        (2.99999999, "1–3"),
        (3.0, "3–5"),
        (5.0, "5–10"),
        (10.0, "10–20"),
        (19.99999999, "10–20"),
        (20.0, "≥20"),
        (1e9, "≥20"),
    ],
)
def test_a_range_holds_its_lower_bound_and_not_its_upper_one(value, label):
    assert labels([value], "tax_per_mu") == [label]


def test_a_quotient_that_is_three_but_for_the_last_bit_counts_as_three():
    just_under = np.nextafter(3.0, 0.0)
    assert just_under < 3.0
    assert labels([just_under], "tax_per_mu") == ["3–5"]


def test_unknown_is_no_data_and_zero_is_the_lowest_class():
    assert labels([nan, 0.0], "tax_per_mu") == ["无数据", "<1"]
    nullable = pd.array([None, 45], dtype="Int64")
    assert labels(nullable, "score") == ["无数据", "40–70"]
    assert labels([None, "low", "", "  "], "low") == ["无数据", "低效(拟列入)", "无数据", "无数据"]


def test_a_column_without_any_value_is_all_no_data():
    assert labels(pd.Series([None, None], dtype=object), "low") == ["无数据"] * 2
    assert labels(pd.Series([nan, nan]), "far") == ["无数据"] * 2


def test_labels_carry_units_in_both_languages():
    assert classes_of([2.0], "tax_per_mu").legend[1].full_label == "1–3 万元/亩"
    assert classes_of([2.0], "tax_per_mu", lang="en").legend[1].full_label == "1–3 10,000 yuan/mu"
    assert classes_of([2.0], "output_per_energy").legend[0].full_label == "<3 万元/吨标准煤"
    assert classes_of([0.2], "built_share").legend[1].full_label == "10–30%"
    assert classes_of([1.0], "far").legend[2].full_label == "1.0–1.5"


def test_shares_are_classified_as_shares_and_printed_in_per_cent():
    assert labels([0.0999, 0.1, 0.5, 0.7], "built_share") == ["<10%", "10–30%", "50–70%", "≥70%"]


def test_count_and_area_are_given_per_class_and_an_unknown_area_is_counted_but_not_summed():
    found = classes_of([0.5, 0.7, 4.0, nan, 0.1], "tax_per_mu", area=[1.25, 2.5, 10.0, 3.0, nan])
    assert [(entry.count, entry.area_mu) for entry in found.legend if entry.count] == [(3, 3.75), (1, 10.0), (1, 3.0)]
    assert (found.count, found.area_mu) == (5, 16.75)


def test_idle_land_of_one_and_of_two_full_years_are_two_classes():
    assert labels(["IDLE_T1", "IDLE_T1_2"], "idle") == ["疑似闲置(未动工满1年)", "疑似闲置(未动工满2年)"]


def test_colours_follow_the_guide():
    def hue(theme, key):
        entry = next(one for one in classes_of([None], theme).legend if one.key == key)
        red, green, blue = (int(entry.colour[at : at + 2], 16) for at in (1, 3, 5))
        if max(red, green, blue) - min(red, green, blue) < 12:
            return "grey"
        if green > 0.75 * red and red > 200:
            return "yellow"
        if green > 0.4 * red and red > 200:
            return "orange"
        return {red: "red", green: "green", blue: "blue"}[max(red, green, blue)]

    assert hue("low", "low") == "red"
    assert hue("low", "not_low") == hue("low", "not_rated") == "grey"
    assert hue("idle", "IDLE_T1") == hue("idle", "IDLE_T1_2") == "red"
    assert hue("idle", "IDLE_T2") == "orange"
    assert hue("idle", "OVERDUE_START") == hue("idle", "OVERDUE_FINISH") == "yellow"
    assert hue("cause", "government") == "blue"
    assert [hue("grade", key) for key in "ABCD"] == ["green", "blue", "yellow", "red"]


@pytest.mark.parametrize("theme", theme_keys())
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_theme_is_complete_in_both_languages(theme, lang):
    found = classes_of([None], theme, lang=lang, share="15%")
    assert found.theme.title
    assert found.theme.short
    assert "{" not in found.theme.title + found.theme.short + found.theme.note
    for palette in ("colour", "safe_colour"):
        drawn = [(getattr(entry, palette), entry.hatch) for entry in found.legend]
        assert len(set(drawn)) == len(drawn)
        assert all(len(colour) == 7 and int(colour[1:], 16) >= 0 for colour, _ in drawn)
    assert all(entry.hatch in HATCHES for entry in found.legend)
    assert len({entry.label for entry in found.legend}) == len(found.legend)
    assert found.legend[-1].colour == "#ffffff"
    assert found.legend[-1].hatch == "diagonal"


def test_the_title_names_the_share_in_force_and_no_number_when_it_is_not_known():
    assert theme_of("low", lang="zh", share="10%").title == "低效工业用地(行业末位10%)分布图"
    assert theme_of("low", lang="zh").title == "低效工业用地(行业末位)分布图"
    assert theme_of("low", lang="en").title == "Low-efficiency industrial land (bottom of the industry)"


def test_spellings_of_a_land_grade_meet_in_one_class():
    assert labels(["一级", "1", "Ⅰ级", " 一级 ", "二级"], "price") == ["一级"] * 4 + ["二级"]


def test_a_value_the_theme_does_not_name_is_shown_under_its_own_name():
    found = classes_of(["一级", "五级", "六级", None], "price")
    assert [entry.label for entry in found.legend] == ["一级", "二级", "三级", "四级", "五级", "六级", "无数据"]
    assert found.codes.tolist() == [0, 4, 5, 6]


def test_the_ten_industries_cover_mining_manufacturing_and_utilities_once():
    assert sorted(divisions()) == [f"{number:02d}" for number in [*range(6, 47)]]
    assert len(set(divisions().values())) == 10


def test_codes_keep_the_index_and_the_input_is_left_alone():
    values = pd.Series([5.0, nan], index=[7, 3])
    before = values.copy()
    found = classify(values, "score", lang="zh", area_mu=pd.Series([1.0, 1.0], index=[7, 3]))
    assert found.codes.index.tolist() == [7, 3]
    assert found.codes.name == "score"
    assert found.breaks == (40.0, 70.0, 100.0, 130.0)
    pd.testing.assert_series_equal(values, before)


def test_an_unknown_theme_and_areas_of_other_rows_are_defects():
    with pytest.raises(DefectError, match="no map theme"):
        classes_of([1.0], "tax")
    with pytest.raises(DefectError, match="same rows"):
        classify(pd.Series([1.0]), "far", lang="zh", area_mu=pd.Series([1.0], index=[5]))


NUMBERS = st.lists(st.tuples(st.one_of(st.just(nan), st.floats(-1e6, 1e6)), st.floats(0, 1e4)), min_size=1, max_size=40)


@given(NUMBERS, st.randoms(use_true_random=False))
def test_the_legend_does_not_depend_on_the_order_of_rows(rows, random):
    shuffled = rows[:]
    random.shuffle(shuffled)
    first, second = (classes_of([v for v, _ in r], "score", area=[a for _, a in r]) for r in (rows, shuffled))
    assert first.legend == second.legend


@given(NUMBERS)
def test_every_parcel_and_every_mu_is_in_exactly_one_class(rows):
    found = classes_of([v for v, _ in rows], "tax_per_mu", area=[a for _, a in rows])
    assert found.count == len(rows)
    assert found.area_mu == pytest.approx(fsum(a for _, a in rows), rel=1e-12)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_higher_value_never_falls_in_a_lower_class(one, other):
    low, high = sorted((one, other))
    codes = classes_of([low, high], "output_per_mu").codes
    assert codes[0] <= codes[1]


@pytest.mark.parametrize(("lang", "word"), [("zh", "末位"), ("en", "bottom")])
def test_a_map_of_several_rules_does_not_speak_of_the_bottom_share(lang, word):
    several, alone = (theme_of("low", lang=lang, share=share) for share in (ANY_RULE, "15%"))
    assert word in alone.title
    assert "15%" in alone.title
    for text in (several.title, several.short, several.measure):
        assert word not in text
        assert ANY_RULE not in text
    assert theme_of("tax_per_mu", lang=lang, share=ANY_RULE) == theme_of("tax_per_mu", lang=lang, share="15%")


def luminance(colour):
    """Return how light a colour is on grey paper, 0 to 1 (Rec. 709 weights of the linear parts)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) ** (1 / 2.4)


@pytest.mark.parametrize("theme", [key for key in theme_keys() if theme_of(key, lang="zh").kind == "ranges"])
def test_in_safe_colours_the_ranges_are_tones_of_grey_in_order(theme):
    made = classify(pd.Series([1.0]), theme, lang="zh", area_mu=pd.Series([1.0])).in_safe_colours()
    tones = np.array([luminance(entry.colour) for entry in made.legend if entry.key != NO_DATA])
    steps = np.diff(tones)
    assert (steps > 0.05).all() or (steps < -0.05).all()
