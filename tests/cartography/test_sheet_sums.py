"""What is printed on a sheet adds up as printed: rows to their total, the legend to its own, the two to each other."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from cartography.builders import analysis, with_parcels
from cartography.sheets import composed, pdf_of, sheet_named
from landuse.cartography.sheet.areas import area_table
from landuse.cartography.sheet.facts import AreaTable
from landuse.cartography.sheet.series import standard_set
from landuse.cartography.style import classify

LOW = {"rows": "place", "highlight": {"classes": ["low", "partly_low"], "words": {"zh": "列入", "en": "listed"}}}


def number(text):
    return Decimal(text.replace(",", ""))


def column(table, place):
    return [number(row[place]) for row in table.rows]


def table_of(areas, parks, efficiency):
    parcels = pd.DataFrame({"area_mu": areas, "park": parks})
    classes = classify(pd.Series(efficiency), "low", lang="zh", area_mu=parcels["area_mu"])
    return area_table(parcels, classes, LOW), classes


def test_three_rows_of_a_third_of_a_hundredth_more_are_raised_until_they_make_the_total():
    """10.004 thrice is 30.012: each row would be 10.00, their sum 30.00 and the total 30.01; one row is raised."""
    table, classes = table_of([10.004, 10.004, 10.004], ["甲", "乙", "丙"], ["low", "partly_low", "not_low"])
    assert sorted(row[2] for row in table.rows) == ["10.00", "10.00", "10.01"]
    assert table.total[2] == "30.01"
    assert sorted(classes.areas) == [0.0, 0.0, 0.0, 0.0, 10.0, 10.0, 10.01]
    assert sum(Decimal(str(area)) for area in classes.areas) == Decimal("30.01")


def test_the_land_a_sheet_is_about_is_what_its_classes_say_in_the_legend():
    """Classes of 10.004 and 10.004 mu are printed as 10.01 and 10.00, so together 20.01 and not 20.008 rounded."""
    table, classes = table_of([10.004, 10.004, 10.004], ["甲", "甲", "丙"], ["low", "partly_low", "not_low"])
    assert table.total[4] == f"{classes.areas[0] + classes.areas[1]:.2f}"
    assert sum(column(table, 4)) == number(table.total[4])


def test_shares_make_a_hundred():
    """Three equal parts: 33.3 thrice is 99.9."""
    table, _ = table_of([1.0, 1.0, 1.0], ["甲", "乙", "丙"], ["low"] * 3)
    assert sorted(row[3] for row in table.rows) == ["33.3", "33.3", "33.4"]


def test_no_land_at_all_has_no_share():
    table, _ = table_of([np.nan, np.nan], ["甲", "乙"], ["low"] * 2)
    assert table.rows == (("乙", "1", "0.00", "—", "0.00"), ("甲", "1", "0.00", "—", "0.00"))
    assert table.total == ("合计", "2", "0.00", "", "0.00")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0.0, 5000.0) | st.just(np.nan),
            st.sampled_from(["甲", "乙", "丙", None]),
            st.sampled_from(["low", "partly_low", "stopped", "not_low", None]),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_rows_total_and_legend_agree_whatever_the_areas(parcels):
    areas, parks, efficiency = zip(*parcels, strict=True)
    table, classes = table_of(list(areas), list(parks), list(efficiency))
    printed = [Decimal(f"{area:.2f}") for area in classes.areas]
    assert all(abs(Decimal(area) - text) <= Decimal("0.0101") for area, text in
               zip((entry.area_mu for entry in classes.legend), printed, strict=True))  # fmt: skip
    assert sum(column(table, 2)) == sum(printed)
    if table.total:
        assert number(table.total[2]) == sum(printed)
        assert number(table.total[4]) == sum(printed[:2])
    assert sum(column(table, 4)) == sum(printed[:2])


def test_the_sheet_prints_these_figures(tmp_path):
    base = with_parcels(
        analysis(3),
        area_mu=[10.004, 10.004, 10.004],
        park=["甲园", "乙园", None],
        efficiency_class=["not_low", "low", "not_rated"],
    )
    series = standard_set(base)
    text = pdf_of(composed(series, "low")[0], tmp_path).pages[0].extract_text()
    assert sheet_named(series, "low").classes.areas.count(10.01) == 1
    assert text.count("30.01") == 2  # legend and table
    assert text.count("10.01") >= 2


def test_rows_that_find_no_room_are_summed_in_the_last_one():
    table = AreaTable(
        "表",
        ("园", "宗", "亩", "占比%", "K"),
        (("甲", "1,000", "10.01", "50.1", "1.1"), ("乙", "2", "5.00", "25.0", "—"), ("丙", "3", "4.99", "24.9", "1.0")),
        ("合计", "1,005", "20.00", "", "1.05"),
        others="其他 {n} 个",
        has_mean=True,
    )
    assert table.within(3) == table.rows
    assert table.within(2) == (table.rows[0], ("其他 2 个", "5", "9.99", "49.9", "—"))
