"""What a theme shows for a parcel: columns of the parcels, and what its users bring."""

from dataclasses import replace

import pandas as pd
import pytest

from landuse.cartography.values import also_idle, idle_classes, theme_values

from .builders import analysis, with_parcels


@pytest.fixture
def small():
    return analysis(12)


def users(base, rows, enterprises):
    """Return the analysis with only these users: (parcel row, uscc, land) and (uscc, score, grade, code)."""
    ids = base.parcels.table["parcel_id"].tolist()
    occupancy = pd.DataFrame(
        [(ids[row], uscc, land) for row, uscc, land in rows], columns=["parcel_id", "uscc", "land_mu"]
    )
    firms = pd.DataFrame(enterprises, columns=["uscc", "score", "grade", "industry_code"])
    return replace(base, occupancy=occupancy, enterprises=firms)


def test_the_score_of_a_shared_parcel_is_the_mean_weighted_by_land(small):
    run = users(
        small,
        [(0, "a", 30.0), (0, "b", 10.0), (1, "c", 5.0)],
        [("a", 100.0, "B", "1310"), ("b", 20.0, "D", "17"), ("c", None, None, "2011")],
    )
    score = theme_values(run)["score"]
    assert score[0] == 80.0  # (30 × 100 + 10 × 20) / 40
    assert score[1:].isna().all()


def test_grade_is_that_of_the_ranked_user_with_most_land_and_not_rated_where_none_is_ranked(small):
    run = users(
        small,
        [(0, "a", 10.0), (0, "b", 30.0), (0, "c", 60.0), (1, "c", 5.0)],
        [("a", 90.0, "B", "1310"), ("b", 20.0, "D", "1712"), ("c", None, None, "C2011")],
    )
    found = theme_values(run)
    assert found["grade"].tolist()[:3] == ["D", "not_rated", None]
    assert found["industry"].tolist()[:2] == ["wood", "wood"]


def test_equal_land_is_decided_by_the_lower_credit_code_in_any_order(small):
    firms = [("a", 90.0, "A", "1310"), ("b", 20.0, "D", "1712")]
    for rows in ([(0, "a", 5.0), (0, "b", 5.0)], [(0, "b", 5.0), (0, "a", 5.0)]):
        assert theme_values(users(small, rows, firms))["grade"][0] == "A"


def test_users_of_parcels_that_are_not_there_are_left_aside(small):
    run = users(small, [(0, "a", 5.0)], [("a", 90.0, "A", "13")])
    run.occupancy.loc[0, "parcel_id"] = "elsewhere"
    assert not {"score", "grade", "industry"} & theme_values(run).keys()


def test_a_theme_whose_column_is_missing_or_empty_is_left_out(small):
    assert {"tax_per_mu", "far", "built_share"} <= theme_values(small).keys()
    less = with_parcels(small, far=None, built_share=[float("nan")] * 12, idle_class=None)
    assert not {"far", "built_share", "idle"} & theme_values(less).keys()


def test_correction_follows_the_switch_of_the_project():
    base = analysis(4)
    plain = base.parcels.table["tax_per_mu"]
    coefficient = base.parcels.table["price_coefficient"]
    divided = theme_values(base)["tax_per_mu_corrected"]
    pd.testing.assert_series_equal(divided, plain / coefficient, check_names=False)
    multiplied = theme_values(analysis(4, land_price={"apply": "multiply"}))["tax_per_mu_corrected"]
    pd.testing.assert_series_equal(multiplied, plain * coefficient, check_names=False)
    assert "tax_per_mu_corrected" not in theme_values(analysis(4, land_price={"apply": "none"}))


def test_not_started_land_changes_class_on_two_full_years():
    table = pd.DataFrame(
        {
            "idle_class": ["IDLE_T1", "IDLE_T1", "IDLE_T1", "IDLE_T2", None],
            "idle_years": pd.array([1, 2, None, 3, 2], dtype="Int64"),
        }
    )
    assert idle_classes(table).tolist()[:4] == ["IDLE_T1", "IDLE_T1_2", "IDLE_T1", "IDLE_T2"]
    assert idle_classes(table).isna().tolist() == [False] * 4 + [True]
    assert idle_classes(table.drop(columns="idle_years")).tolist()[1] == "IDLE_T1"


def test_causes_of_land_in_order_are_not_concerned_rather_than_unknown(small):
    causes = theme_values(small)["cause"].tolist()
    assert causes[:8] == [
        "not_idle",
        "not_idle",
        "enterprise",
        "enterprise",
        "government",
        "seizure",
        "mixed",
        "unknown",
    ]


def test_land_that_is_both_low_and_idle_is_counted():
    table = pd.DataFrame(
        {
            "efficiency_class": ["low", "not_low", "stopped", "low"],
            "idle_class": ["IDLE_T1", "IDLE_T1", "IDLE_T2", "NORMAL"],
            "area_mu": [1.5, 9.0, 2.0, 7.0],
        }
    )
    assert also_idle(table) == (("low", 1, 1.5), ("stopped", 1, 2.0))
    assert also_idle(table.drop(columns="idle_class")) == ()


def test_land_late_to_finish_without_a_cause_is_not_concerned():
    late = {"idle_class": ["OVERDUE_FINISH", "IDLE_T1"], "idle_cause": [None, None], "idle_years": [0, 1]}
    run = with_parcels(analysis(2), **late)
    causes = theme_values(run).get("cause")
    assert causes.tolist()[0] == "not_idle"
    assert pd.isna(causes.tolist()[1])
