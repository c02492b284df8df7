"""Who uses which land: worked by hand from the contract's section of that name."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from landbuild import (
    a_base,
    a_project,
    a_rule,
    accounts_of,
    codes_of,
    firms_of,
    land_of,
    lease,
    left_of,
    own,
    parcels_of,
)

from landuse.assemble.occupancy import subject_to_evaluation, who_uses
from landuse.tables import worded_issues

HECTARE = {"p": (10_000, "H")}


def use(parcels, *rows, mode="apportion", areas=None, **base):
    return who_uses(a_base(parcels_of(parcels), *rows, **base), a_project(**(areas or {})), a_rule(shared_parcel=mode))


# ------------------------------------------------------------------------------------------ own land


def test_a_parcel_without_own_row_belongs_to_its_holder_in_whole():
    result = use(HECTARE)
    assert land_of(result) == {("p", "H"): 10_000}
    row = result.occupancy.iloc[0]
    assert (row["tenure"], row["land_mu"], row["land_share_of_parcel"], row["weight_of_enterprise"]) == (
        "own",
        15.0,
        1.0,
        1.0,
    )
    assert (row["source_file"], row["source_row"]) == ("parcels.gpkg", 2)
    assert codes_of(result) == []


def test_a_parcel_without_own_row_and_without_holder_is_unallocated_with_its_reason_in_the_balance():
    result = use({"p": (10_000, "H"), "q": (500, None)})
    assert left_of(result) == {("q", "NO_HOLDER"): 500}
    assert codes_of(result) == ["NO_HOLDER"]
    assert result.balance[["amount_in", "amount_out", "unallocated", "reason"]].values.tolist() == [
        [105_000_000, 100_000_000, 0, ""],
        [0, 0, 5_000_000, "NO_HOLDER"],
        [0, 0, 0, "NOT_CLAIMED"],
    ]


def test_where_no_parcel_names_a_holder_one_note_stands_for_all_and_nothing_fails():
    result = use({"p": (10_000, None), "q": (500, None)}, firms=firms_of(""), accounts=pd.DataFrame())
    assert len(result.occupancy) == 0
    assert codes_of(result) == ["NO_HOLDER_AT_ALL"]


def test_an_own_row_with_blank_area_takes_the_whole_parcel_from_the_registered_holder():
    result = use(HECTARE, own("p", "A"))
    assert land_of(result) == {("p", "A"): 10_000}
    assert result.occupancy.loc[0, ["source_file", "source_row"]].tolist() == ["leases.xlsx", 2]


def test_of_two_owners_one_blank_the_blank_one_gets_what_the_stated_one_leaves():
    result = use(HECTARE, own("p", "A", 3_000), own("p", "B"))
    assert land_of(result) == {("p", "A"): 3_000, ("p", "B"): 7_000}
    assert codes_of(result) == []


def test_several_blank_owners_share_equally_and_the_odd_square_centimetre_goes_by_credit_code():
    result = use(HECTARE, own("p", "C"), own("p", "B"), own("p", "A"))
    assert land_of(result) == {("p", "A"): 3333.3334, ("p", "B"): 3333.3333, ("p", "C"): 3333.3333}
    assert codes_of(result) == ["OWN_AREA_ASSUMED"] * 3


def test_a_blank_owner_beside_owners_who_state_everything_gets_nothing_and_is_named():
    result = use(HECTARE, own("p", "A", 10_000), own("p", "B"))
    assert land_of(result) == {("p", "A"): 10_000}
    assert result.issues[["code", "key"]].values.tolist() == [["OWN_AREA_ASSUMED", "B"]]


def test_own_rows_beyond_the_parcel_are_scaled_to_it_with_a_warning():
    result = use(HECTARE, own("p", "A", 10_000), own("p", "B", 10_000))
    assert land_of(result) == {("p", "A"): 5_000, ("p", "B"): 5_000}
    assert codes_of(result) == ["OWN_EXCEEDS_LAND"] * 2
    assert result.issues["facts"][0] == {"stated": "20000.00", "land": "10000.00"}


@pytest.mark.parametrize(("stated", "codes"), [(10_100, []), (10_100.01, ["OWN_EXCEEDS_LAND"])])
def test_an_excess_of_own_land_up_to_the_tolerance_inclusive_is_scaled_without_a_doubt(stated, codes):
    result = use(HECTARE, own("p", "A", stated))  # 1 % of a hectare is 100 m2
    assert land_of(result) == {("p", "A"): 10_000}
    assert codes_of(result) == codes


@pytest.mark.parametrize(("stated", "codes"), [(9_900, []), (9_899.99, ["OWN_BELOW_LAND"])])
def test_land_that_own_rows_leave_over_is_unallocated_and_beyond_the_tolerance_a_warning(stated, codes):
    result = use(HECTARE, own("p", "A", stated))
    assert left_of(result) == {("p", "NOT_CLAIMED"): pytest.approx(10_000 - stated)}
    assert codes_of(result) == codes


def test_several_own_rows_of_one_enterprise_add_up_and_the_first_of_the_source_is_named():
    result = use(HECTARE, own("p", "A", 4_000), own("p", "B", 1_000), own("p", "A", 5_000))
    assert land_of(result) == {("p", "A"): 9_000, ("p", "B"): 1_000}
    assert result.occupancy["source_row"].tolist() == [2, 3]


def test_the_weights_of_an_enterprise_over_its_parcels_sum_to_one():
    result = use({"p": (10_000, "A"), "q": (30_000, "A")})
    assert result.occupancy["weight_of_enterprise"].tolist() == [0.25, 0.75]


def test_a_holder_and_an_owner_outside_the_table_of_enterprises_are_noted():
    result = use({"p": (10_000, "X")}, own("p", "Y"))
    found = result.issues[["code", "key", "value"]].values.tolist()
    assert found == [["HOLDER_UNKNOWN", "p", "X"], ["OCCUPANT_UNKNOWN", "Y", "p"]]


# ------------------------------------------------------------------------------------------- the day


@pytest.mark.parametrize(
    ("dates", "counts"),
    [
        ({"to_date": date(2025, 12, 31)}, True),
        ({"to_date": date(2025, 12, 30)}, False),
        ({"from_date": date(2025, 12, 31)}, True),
        ({"from_date": date(2026, 1, 1)}, False),
        ({}, True),
    ],
)
def test_a_row_counts_when_it_covers_the_land_date_both_ends_included(dates, counts):
    result = use(HECTARE, lease("p", "A", 4_000, **dates))
    assert land_of(result).get(("p", "A")) == (4_000 if counts else None)
    assert codes_of(result) == ([] if counts else ["OCCUPANCY_NOT_ON_LAND_DATE"])
    assert result.issues["column"].tolist() == ([] if counts else list(dates))


def test_a_lease_that_ends_on_the_land_date_at_some_hour_still_counts():
    result = use(HECTARE, lease("p", "A", 4_000, to_date="2025-12-31", from_date="2025-12-31 18:00"))
    assert land_of(result)[("p", "A")] == 4_000


def test_rows_of_unknown_parcels_or_without_tenure_or_code_are_set_aside_and_named():
    rows = [lease("z", "A", 100), {**own("p", "A", 100), "tenure": "gift"}, lease("p", None, 100)]
    result = use(HECTARE, *rows)
    assert land_of(result) == {("p", "H"): 10_000}
    assert codes_of(result) == ["OCCUPANCY_NOT_USABLE", "OCCUPANCY_NOT_USABLE", "OCCUPANCY_WITHOUT_PARCEL"]


def test_a_negative_area_is_taken_as_blank_with_a_warning():
    result = use(HECTARE, own("p", "A", -5))
    assert land_of(result) == {("p", "A"): 10_000}
    assert codes_of(result) == ["OCCUPANCY_AREA_NEGATIVE"]


# -------------------------------------------------------------------------------------------- leases


def test_a_standard_factory_is_divided_by_floor_area_when_every_users_is_known():
    floors = {"A": 2_000, "B": 3_000, "C": 1_000}
    rows = [lease("p", uscc, floor_area_m2=floor) for uscc, floor in floors.items()]
    result = use(HECTARE, *rows, own("p", "H", floor_area_m2=4_000))
    assert land_of(result) == {("p", "A"): 2_000, ("p", "B"): 3_000, ("p", "C"): 1_000, ("p", "H"): 4_000}
    assert codes_of(result) == []


def test_a_lease_without_area_where_one_floor_area_is_missing_gets_an_equal_part_of_the_rest():
    rows = [lease("p", "A", 4_000), lease("p", "B", floor_area_m2=3_000), lease("p", "C")]
    result = use(HECTARE, *rows)
    assert land_of(result) == {("p", "A"): 4_000, ("p", "B"): 3_000, ("p", "C"): 3_000}
    assert result.issues[["code", "key"]].values.tolist() == [
        ["LEASE_AREA_ASSUMED", "B"],
        ["LEASE_AREA_ASSUMED", "C"],
    ]


def test_a_lease_takes_land_from_the_holder_and_of_a_chain_from_the_link_above():
    result = use(HECTARE, lease("p", "C", 500, "B"), lease("p", "A", 6_000), lease("p", "B", 2_000, "A"))
    assert land_of(result) == {("p", "H"): 4_000, ("p", "A"): 4_000, ("p", "B"): 1_500, ("p", "C"): 500}
    assert result.occupancy["tenure"].tolist() == ["lease", "lease", "lease", "own"]


def test_leases_beyond_the_lessors_land_are_scaled_to_it():
    result = use(HECTARE, lease("p", "A", 9_000), lease("p", "B", 6_000))
    assert land_of(result) == {("p", "A"): 6_000, ("p", "B"): 4_000}
    assert codes_of(result) == ["LEASE_EXCEEDS_LAND"] * 2
    assert result.issues["facts"][0] == {"stated": "15000.00", "land": "10000.00"}


@pytest.mark.parametrize(("area", "codes"), [(10_000.01, []), (10_000.02, ["LEASE_EXCEEDS_LAND"])])
def test_a_lease_may_exceed_by_the_last_decimal_of_a_register_without_a_doubt(area, codes):
    result = use(HECTARE, lease("p", "A", area))
    assert land_of(result) == {("p", "A"): 10_000}
    assert codes_of(result) == codes


def test_a_sub_lease_beyond_what_the_lessee_leases_is_scaled_to_that():
    result = use(HECTARE, lease("p", "A", 2_000), lease("p", "B", 3_000, "A"))
    assert land_of(result) == {("p", "H"): 8_000, ("p", "B"): 2_000}
    assert codes_of(result) == ["LEASE_EXCEEDS_LAND"]


def test_a_cycle_is_an_error_that_names_its_rows_and_the_land_stays_with_the_holder():
    result = use(HECTARE, lease("p", "A", 6_000, "B"), lease("p", "B", 2_000, "A"))
    assert land_of(result) == {("p", "H"): 10_000}
    assert result.issues["severity"].tolist() == ["error", "error"]
    assert codes_of(result) == ["LEASE_CYCLE"] * 2
    assert "2、3" in worded_issues(result.issues, "zh")["message"][0]


def test_a_cycle_below_the_holder_loses_only_its_own_rows():
    rows = [lease("p", "A", 6_000), lease("p", "B", 2_000, "A"), lease("p", "A", 1_000, "B"), lease("p", "C", 500, "A")]
    result = use(HECTARE, *rows)
    assert land_of(result) == {("p", "H"): 4_000, ("p", "A"): 5_500, ("p", "C"): 500}
    assert result.issues.loc[result.issues["code"].eq("LEASE_CYCLE"), "source_row"].tolist() == [3, 4]


def test_a_path_between_two_cycles_is_no_part_of_them():
    rows = [
        lease("p", "A", 10, "B"),
        lease("p", "B", 10, "A"),
        lease("p", "C", 10, "B"),
        lease("p", "D", 10, "C"),
        lease("p", "C", 10, "D"),
    ]
    result = use(HECTARE, *rows)
    assert result.issues.loc[result.issues["code"].eq("LEASE_CYCLE"), "source_row"].tolist() == [2, 3, 5, 6]
    assert result.issues.loc[result.issues["code"].eq("LESSOR_WITHOUT_LAND"), "source_row"].tolist() == [4]


def test_a_lease_from_oneself_is_a_cycle_of_one_row():
    assert codes_of(use(HECTARE, lease("p", "H", 500))) == ["LEASE_CYCLE"]


def test_a_lessor_who_has_no_land_there_lets_nothing():
    result = use(HECTARE, lease("p", "A", 500, "B"))
    assert land_of(result) == {("p", "H"): 10_000}
    assert codes_of(result) == ["LESSOR_WITHOUT_LAND"]


def test_on_a_parcel_without_holder_only_land_outside_leases_is_unallocated():
    result = use({"p": (10_000, None), "q": (10, "H")}, lease("p", "A", 6_000, "T"), lease("p", "B", 1_000))
    assert land_of(result) == {("p", "A"): 6_000, ("p", "B"): 1_000, ("q", "H"): 10}
    assert left_of(result) == {("p", "NO_HOLDER"): 3_000}


def test_without_lessor_a_sole_owner_lets_and_among_several_the_largest_with_a_warning():
    assert land_of(use(HECTARE, own("p", "A"), lease("p", "B", 1_000))) == {("p", "A"): 9_000, ("p", "B"): 1_000}
    result = use(HECTARE, own("p", "A", 4_000), own("p", "C", 6_000), lease("p", "B", 1_000))
    assert land_of(result) == {("p", "A"): 4_000, ("p", "B"): 1_000, ("p", "C"): 5_000}
    assert codes_of(result) == ["LESSOR_ASSUMED"]
    named = use(HECTARE, own("p", "H", 4_000), own("p", "C", 6_000), lease("p", "B", 1_000))
    assert land_of(named) == {("p", "H"): 3_000, ("p", "B"): 1_000, ("p", "C"): 6_000}
    assert codes_of(named) == []


def test_an_enterprise_that_owns_and_leases_on_one_parcel_has_one_row():
    result = use(HECTARE, own("p", "A", 4_000), own("p", "B", 6_000), lease("p", "A", 1_000, "B"))
    assert land_of(result) == {("p", "A"): 5_000, ("p", "B"): 5_000}
    assert result.occupancy["tenure"].tolist() == ["own", "own"]


# --------------------------------------------------------------------------------- who is evaluated


def test_land_of_a_lessee_that_is_not_evaluated_stays_with_its_lessor_and_is_noted():
    result = use(HECTARE, lease("p", "X", 4_000))
    assert land_of(result) == {("p", "H"): 10_000}
    assert result.issues[["severity", "code", "key"]].values.tolist() == [["note", "LESSEE_NOT_EVALUATED", "X"]]


def test_with_leased_out_always_the_land_leaves_its_lessor_whoever_leases_it():
    result = use(HECTARE, lease("p", "X", 4_000), areas={"leased_out": "always"})
    assert land_of(result) == {("p", "H"): 6_000, ("p", "X"): 4_000}


def test_an_evaluated_sub_lessee_keeps_its_land_though_its_lessor_is_not_evaluated():
    result = use(HECTARE, lease("p", "X", 6_000), lease("p", "A", 1_000, "X"))
    assert land_of(result) == {("p", "H"): 9_000, ("p", "A"): 1_000}


def test_land_goes_back_over_several_links_to_the_nearest_lessor_who_keeps_land():
    result = use(HECTARE, lease("p", "A", 6_000), lease("p", "X", 5_000, "A"), lease("p", "Y", 4_000, "X"))
    assert land_of(result) == {("p", "H"): 4_000, ("p", "A"): 6_000}


def test_land_leased_from_two_lessors_goes_back_to_each_in_proportion():
    rows = [
        own("p", "A", 4_000),
        own("p", "B", 6_000),
        lease("p", "X", 1_000, "A"),
        lease("p", "X", 3_000, "B"),
        lease("p", "C", 2_000, "X"),
    ]
    result = use(HECTARE, *rows)  # X keeps 2,000 of 4,000: 500 back to A, 1,500 to B
    assert land_of(result) == {("p", "A"): 3_500, ("p", "B"): 4_500, ("p", "C"): 2_000}


def test_an_owner_who_is_not_evaluated_keeps_its_own_land_and_loses_what_it_leases():
    result = use(HECTARE, own("p", "X", 4_000), own("p", "B", 6_000), lease("p", "X", 1_000, "B"))
    assert land_of(result) == {("p", "X"): 4_000, ("p", "B"): 6_000}


@pytest.mark.parametrize(
    ("column", "value", "evaluated"),
    [
        ("industry_code", "1951", True),
        ("industry_code", "5211", False),
        ("industry_code", None, False),
        ("registry_state", "注销", False),
        ("registry_state", "吊销", False),
        ("registry_state", "迁出", False),
        ("registry_state", None, True),
        ("production_state", "停产", True),
    ],
)
def test_subject_to_evaluation_are_industrial_enterprises_that_are_not_closed(column, value, evaluated):
    firms = firms_of("A").assign(**{column: pd.Series([value], dtype="str")})
    base = a_base(parcels_of(HECTARE), firms=firms)
    found = subject_to_evaluation(pd.Series(["A", "Z"], dtype="str"), base, project=a_project(), rule=a_rule())
    assert found.tolist() == [evaluated, False]


@pytest.mark.parametrize(
    ("accounts", "evaluated"),
    [
        ({"tax_wan": [0.0]}, True),
        ({"tax_wan": [None], "energy_tce": [1.0]}, True),
        ({"tax_wan": [None]}, False),
        ({"year": 2024}, False),
        ({"tax_wan": [None], "revenue_wan": [5.0]}, True),
        ({"tax_wan": [None], "electricity_kwh": [5.0]}, True),
    ],
)
def test_subject_to_evaluation_needs_a_row_of_the_evaluated_year_with_a_known_number(accounts, evaluated):
    base = a_base(parcels_of(HECTARE), firms="A", accounts=accounts_of("A", **accounts))
    found = subject_to_evaluation(pd.Series(["A"], dtype="str"), base, project=a_project(), rule=a_rule())
    assert found.tolist() == [evaluated]


@pytest.mark.parametrize(("year", "evaluated"), [(2025, True), (2023, True), (2022, False), (2026, False)])
def test_subject_to_evaluation_looks_at_the_three_years_whose_mean_is_taken(year, evaluated):
    base = a_base(parcels_of(HECTARE), firms="A", accounts=accounts_of("A", year))
    rule = a_rule(years=3)
    found = subject_to_evaluation(pd.Series(["A"], dtype="str"), base, project=a_project(), rule=rule)
    assert found.tolist() == [evaluated]


# ------------------------------------------------------------------------------------ shared parcels

FACTORY = (lease("p", "A", 4_000), lease("p", "B", 1_000))
TWO = {"p": (10_000, "H"), "q": (5_000, "A")}


def test_apportioned_every_row_carries_its_own_result_and_nobody_is_pooled():
    result = use(TWO, *FACTORY)
    assert result.occupancy["evaluated_as"].tolist() == result.occupancy["uscc"].tolist()
    assert set(result.occupancy["mode"]) == {"apportion"}
    assert len(result.pooled) == 0


def test_shared_occupants_keep_their_land_and_carry_the_holders_result():
    result = use(TWO, *FACTORY, mode="shared")
    assert land_of(result) == {("p", "A"): 4_000, ("p", "B"): 1_000, ("p", "H"): 5_000, ("q", "A"): 5_000}
    assert result.occupancy["evaluated_as"].tolist() == ["H", "H", "H", "A"]
    assert result.occupancy["mode"].tolist() == ["shared", "shared", "shared", "apportion"]
    assert result.pooled[["uscc", "holder_uscc", "land_cm2"]].values.tolist() == [
        ["A", "A", 50_000_000],
        ["A", "H", 40_000_000],
        ["B", "H", 10_000_000],
    ]
    assert result.pooled.groupby("uscc")["weight"].sum().tolist() == [1.0, 1.0]


def test_a_single_occupant_of_a_parcel_is_not_pooled_even_if_it_leases_all_of_it():
    result = use(HECTARE, lease("p", "A"), mode="shared")
    assert result.occupancy[["uscc", "evaluated_as", "mode"]].values.tolist() == [["A", "A", "apportion"]]


def test_shared_without_a_known_holder_everyone_is_evaluated_alone():
    result = use({"p": (10_000, None), "q": (5, "H")}, lease("p", "A", 1_000), lease("p", "B", 1_000), mode="shared")
    assert result.occupancy["evaluated_as"].tolist() == ["A", "B", "H"]


def test_with_the_holder_tenants_land_stays_there_and_the_pool_says_whose_money_goes_along():
    result = use(TWO, *FACTORY, mode="holder")
    assert land_of(result) == {("p", "H"): 10_000, ("q", "A"): 5_000}
    assert result.occupancy["mode"].tolist() == ["holder", "apportion"]
    assert result.pooled[["uscc", "holder_uscc", "land_cm2", "mode"]].values.tolist() == [
        ["A", "A", 50_000_000, "holder"],
        ["A", "H", 40_000_000, "holder"],
        ["B", "H", 10_000_000, "holder"],
    ]


def test_with_the_holder_also_tenants_that_are_not_evaluated_go_along_without_a_note():
    result = use(HECTARE, lease("p", "X", 1_000), mode="holder")
    assert result.pooled[["uscc", "holder_uscc"]].values.tolist() == [["X", "H"]]
    assert codes_of(result) == []


def test_with_the_holder_a_sub_lessee_goes_to_the_holder_and_not_to_its_lessor():
    result = use(HECTARE, lease("p", "A", 4_000), lease("p", "B", 4_000, "A"), mode="holder")
    assert result.pooled[["uscc", "holder_uscc"]].values.tolist() == [["B", "H"]]


def test_with_the_holder_tenants_of_a_parcel_nobody_holds_keep_their_land():
    result = use({"p": (10_000, None), "q": (5, "H")}, lease("p", "A", 1_000), mode="holder")
    assert land_of(result) == {("p", "A"): 1_000, ("q", "H"): 5}
    assert len(result.pooled) == 0


# ------------------------------------------------------------------------------------------- wording


def test_every_doubt_is_worded_in_both_languages():
    rows = [
        *(own("p", "X", 20_000), own("q", "A"), own("q", "B"), own("r", "A", 10)),
        *(lease("r", "C", 5, to_date=date(2020, 1, 1)), lease("s", "A", 6_000), lease("s", "B", 9_000)),
        *(
            lease("t", "A", 1, "B"),
            lease("t", "B", 1, "A"),
            lease("u", "T", 1, "D"),
            lease("u", "A"),
            lease("v", "X", 5),
        ),
        *(lease("nowhere", "A", 1), lease("q", "C", -1), {**own("p", "A"), "tenure": None}),
    ]
    parcels = dict.fromkeys("pqrstuv", (10_000, "H")) | {"w": (10_000, None)}
    result = use(parcels, *rows)
    for lang in ("zh", "en"):
        worded = worded_issues(result.issues, lang)
        assert not worded["message"].str.contains("[{}]").any()
    assert set(codes_of(result)) == {
        "OWN_EXCEEDS_LAND", "OWN_AREA_ASSUMED", "OWN_BELOW_LAND", "OCCUPANCY_NOT_ON_LAND_DATE", "LEASE_EXCEEDS_LAND",
        "LEASE_CYCLE", "LESSOR_WITHOUT_LAND", "LEASE_AREA_ASSUMED", "LESSEE_NOT_EVALUATED", "OCCUPANCY_WITHOUT_PARCEL",
        "OCCUPANCY_AREA_NEGATIVE", "OCCUPANCY_NOT_USABLE", "LESSOR_ASSUMED", "NO_HOLDER", "OCCUPANT_UNKNOWN",
    }  # fmt: skip
