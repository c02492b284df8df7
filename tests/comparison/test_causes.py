"""Each cause of a change on an example worked out by hand.

Nine firms on 15 mu each, output 100 and energy 10 alike: score = 100 x (0.5 x tax / mean tax + 0.5), k = 1 of 9.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from comparison_builders import TAX, compare, details, lease, names, run, story

from landuse.comparison.firms import by_strength

FIRMS, LOW, PARTLY, IDLE = "enterprises", "low", "partly_low", "idle"


def test_a_run_compared_with_itself_has_nobody_entered_or_left_and_no_cause():
    found = compare(run(), run())
    assert found.units["change"].eq("stayed").all()
    assert found.units.loc[found.units["list"].eq(FIRMS), "key"].tolist() == ["F000"]
    assert found.units["causes"].map(len).sum() == 0
    assert not len(found.details)
    assert not len(found.parameters)


def test_its_own_corrected_tax_takes_a_firm_off_the_list_and_puts_the_next_one_on_it():
    old, new = run(), run([25.0, *TAX[1:]])
    assert story(old, new) == {
        (FIRMS, "F000"): ("left", ("own_data",)),
        (FIRMS, "F001"): ("entered", ("others_data",)),
        (LOW, "P000"): ("left", ("own_data",)),
        (LOW, "P001"): ("entered", ("others_data",)),
    }
    assert details(old, new, FIRMS, "F000") == {("own_data", "tax_wan"): ("10", "25", True)}
    told = details(old, new, FIRMS, "F001")
    # base of tax per mu: 450 / 135 before, 465 / 135 after; the cut is the lowest score: F000 at 60, then F001
    assert told["others_data", "base_tax_per_mu"] == ("3.333333333", "3.444444444", True)
    assert told["others_data", "cut"] == ("60", f"{round(100 * (0.5 * 20 / (465 / 9) + 0.5), 9):.10g}", True)
    assert told["others_data", "n_moved"] == ("1", "1", True)
    assert ("others_data", "k") not in told


def test_a_change_that_turns_nothing_is_no_cause():
    # F000 10 -> 22, F001 20 -> 21: with its own old tax F001 would enter as well
    old, new = run(), run([22.0, 21.0, *TAX[2:]])
    assert story(old, new)[FIRMS, "F000"] == ("left", ("own_data",))
    assert story(old, new)[FIRMS, "F001"] == ("entered", ("others_data",))
    assert details(old, new, FIRMS, "F001")["own_data", "tax_wan"] == ("20", "21", False)


def test_two_changes_that_only_together_turn_it_are_both_named():
    # F001 falls to 15 (F000 at 10 still lower), F000 rises to 18 (below 20): only both put F001 on the list
    found = story(run(), run([18.0, 15.0, *TAX[2:]]))
    assert found[FIRMS, "F001"] == ("entered", ("own_data", "others_data"))
    assert found[FIRMS, "F000"] == ("left", ("own_data", "others_data"))


def test_what_turns_both_ways_comes_before_what_turns_one_and_nothing_alone_names_all():
    assert by_strength({"own_data": 1, "others_data": 2, "rule": 0}) == ("others_data", "own_data")
    assert by_strength({"others_data": 0, "rule": 0, "own_data": 0}) == ("own_data", "rule", "others_data")


def test_a_larger_share_lists_the_next_one_by_the_rule():
    # k = floor(0.25 x 9 + 1/2) = 2
    old, new = run(), run(ranking={"share": 0.25})
    assert story(old, new) == {
        (FIRMS, "F001"): ("entered", ("rule",)), (LOW, "P001"): ("entered", ("rule",)),
    }  # fmt: skip
    found = compare(old, new)
    assert found.parameters.values.tolist() == [["share", "0.15", "0.25"]]
    assert found.notes == ("same_inputs",)
    row = found.of(FIRMS, "entered").iloc[0]
    assert (row["k_old"], row["k_new"], row["rank_old"], row["rank_new"]) == (1, 2, 2, 2)
    assert row["decided"]


def test_where_the_data_and_the_rule_changed_the_one_that_turns_it_is_named():
    # the share lists two; F004 (50 -> 45) stays in the middle
    found = story(run(), run([*TAX[:4], 45.0, *TAX[5:]], ranking={"share": 0.25}))
    assert found[FIRMS, "F001"] == ("entered", ("rule",))
    # F008 falls to 5 and is the lowest whatever the share: F000 stays as the second by the larger share
    found = story(run(), run([*TAX[:8], 5.0], ranking={"share": 0.25}))
    assert found == {(FIRMS, "F008"): ("entered", ("own_data",)), (LOW, "P008"): ("entered", ("own_data",))}


def test_locked_bases_that_come_are_the_cause_where_they_turn_the_order():
    # weights 1/2, means of tax 700 / 9 and output 860 / 9: F000 6.43 + 57.56 = 63.99, F001 38.57 + 26.16 = 64.73;
    # against a locked base of 1,000 the tax of both nearly vanishes: F000 0.5 + 57.56, F001 3 + 26.16
    tax, money = [10.0, 60.0, *[90.0] * 7], {"output_wan": [110.0, 50.0, *[100.0] * 7]}
    more = {"indicators": {"weights": {"tax_per_mu": 0.5, "output_per_mu": 0.5}}}
    old = run(tax, money=money, **more)
    new = run(tax, money=money, frozen={"bases": {"19": {"tax_per_mu": 1000 / 15}}}, **more)
    found = story(old, new)
    assert found[FIRMS, "F000"] == ("left", ("freeze",))
    assert found[FIRMS, "F001"] == ("entered", ("freeze",))
    told = details(old, new, FIRMS, "F001")
    assert told == {("freeze", "frozen"): ("false", "true", True), ("freeze", "frozen_bases"): ("0", "1", True)}


def test_under_a_lock_the_group_no_longer_feels_a_correction():
    lock = {"groups": dict.fromkeys(names(9), "19"), "bases": {"19": {"tax_per_mu": 50 / 15}}}
    found = compare(run(frozen=lock), run([*TAX[:8], 400.0], frozen=lock))
    assert found.units["change"].eq("stayed").all()
    stayed = found.of(FIRMS, "stayed").iloc[0]
    assert stayed["score_old"] == stayed["score_new"] == 60


def test_between_locked_extremes_only_the_own_figures_move_a_firm_and_without_the_lock_those_of_others_do():
    # tax 10 … 90 over 15 mu, output against it: F000 20 + 80 x 0 = 20 for tax, 100 for output; F001 30 and 90; F008
    # 100 and 20: all have 60 but F004, whose output is less. The highest tax becomes 900: without a lock all tax but
    # that of F008 is worth about the floor
    more = {"rules": {"pack": "jingde"}, "indicators": {"weights": {"tax_per_mu": 50, "output_per_mu": 50}}}
    output = [180.0, 170.0, 160.0, 150.0, 139.0, 130.0, 120.0, 110.0, 100.0]
    ends = {"tax_per_mu": [10 / 15, 90 / 15], "output_per_mu": [100 / 15, 180 / 15]}
    lock = {"groups": dict.fromkeys(names(9), "19"), "extremes": {"19": ends}}
    old, high = run(money={"output_wan": output}, **more), [*TAX[:8], 900.0]
    locked = run(money={"output_wan": output}, frozen=lock, **more)
    assert story(old, locked) == {}
    free = story(old, run(high, money={"output_wan": output}, **more))
    assert free[FIRMS, "F004"] == ("left", ("others_data",))
    assert free[FIRMS, "F007"] == ("entered", ("others_data",))
    assert story(locked, run(high, money={"output_wan": output}, frozen=lock, **more)) == {}
    # F007 itself pays 5 less: 20 + 80 x 65 / 80 = 85 and 30, that is 57.5 against the 59.5 of F004
    own = story(locked, run([*TAX[:7], 75.0, 900.0], money={"output_wan": output}, frozen=lock, **more))
    assert own[FIRMS, "F007"] == ("entered", ("own_data",))
    assert own[FIRMS, "F004"] == ("left", ("others_data",))
    lifted = story(locked, run(high, money={"output_wan": output}, **more))
    assert lifted[FIRMS, "F007"] == ("entered", ("freeze", "others_data"))


def test_extremes_that_come_with_a_lock_are_the_cause_where_they_turn_the_order():
    # tax 50, 20 and seven of 90: 54.29, 20 and 100; output 100 but F001 with 150: 20 and 100. F000 37.14, F001 60.
    # Between 10 and 20 a mu all output is at the floor: F001 has 20
    more = {"rules": {"pack": "jingde"}, "indicators": {"weights": {"tax_per_mu": 50, "output_per_mu": 50}}}
    tax, money = [50.0, 20.0, *[90.0] * 7], {"output_wan": [100.0, 150.0, *[100.0] * 7]}
    old = run(tax, money=money, **more)
    new = run(tax, money=money, frozen={"extremes": {"19": {"output_per_mu": [10, 20]}}}, **more)
    found = story(old, new)
    assert found[FIRMS, "F000"] == ("left", ("freeze",))
    assert found[FIRMS, "F001"] == ("entered", ("freeze",))
    told = details(old, new, FIRMS, "F001")
    assert told == {("freeze", "frozen"): ("false", "true", True), ("freeze", "frozen_extremes"): ("0", "1", True)}


def test_an_exemption_takes_a_firm_off_by_its_status_with_its_own_figures_behind_it():
    old, new = run(), run(who={"exemption": ["扶持", *[None] * 8]})
    found = story(old, new)
    assert found[FIRMS, "F000"] == ("left", ("status", "own_data"))
    # eight are left: k = floor(1.2 + 1/2) = 1
    assert found[FIRMS, "F001"] == ("entered", ("others_data",))
    assert details(old, new, FIRMS, "F000")["status", "status"] == ("RANKED", "EXEMPT_POLICY", True)
    assert details(old, new, FIRMS, "F001")["others_data", "n_in_group"] == ("9", "8", True)


def test_a_shorter_time_for_new_firms_evaluates_one_by_the_rule():
    # registered in March 2024: under 24 months before the end of 2025, not under 12
    who = {"registered_on": ["2024-03-01", *["2010-01-01"] * 8]}
    found = story(run(who=who), run(who=who, rules={"new_months": 12}))
    assert found[FIRMS, "F000"] == ("entered", ("status", "rule"))


def test_a_firm_that_is_in_one_table_only_changed_its_status():
    old, new = run(), run([9.0, *TAX[1:]])
    gone = new.tables["enterprises"]
    new = replace(new, tables={**new.tables, "enterprises": gone[gone["uscc"].ne("F000")].reset_index(drop=True)})
    assert story(old, new)[FIRMS, "F000"] == ("left", ("status",))
    assert details(old, new, FIRMS, "F000")["status", "status"] == ("RANKED", "ABSENT", True)


def test_a_group_that_became_too_small_is_said_as_status_with_what_moved_it():
    old = run(TAX[:7], who={"industry_code": ["1952"] * 7})
    new = run(TAX[:7], who={"industry_code": ["1952"] * 6 + ["9999"]})
    causes = story(old, new)[FIRMS, "F000"]
    assert causes == ("left", ("status", "others_data"))


def test_another_area_of_record_from_the_same_files_is_the_rule_and_not_the_data():
    # F001 has four times its polygon on paper: by the register its tax per mu is a quarter
    land = {"registered_area_m2": [10_000.0, 40_000.0, *[10_000.0] * 7]}
    old, new = run(land=land), run(land=land, areas={"use": "projected"})
    found = story(old, new)
    assert found[FIRMS, "F001"] == ("left", ("rule",))
    assert found[FIRMS, "F000"] == ("entered", ("rule",))
    told = details(old, new, FIRMS, "F001")
    assert told["rule", "areas.use"] == ("registered", "projected", True)
    assert told["own_data", "area_mu"][2] is False


def test_a_reference_price_that_moves_everybody_alike_is_no_change_of_anyones_own_figures():
    level = {"price_level": ["一级"] * 9}
    old = run(land=level, land_price={"reference": 300.0})
    found = compare(old, run(land=level, land_price={"reference": 150.0}))
    assert found.units["change"].eq("stayed").all()
    assert found.units.loc[found.units["list"].eq(FIRMS), "causes"].tolist() == [("rule",)]


# ------------------------------------------------------------------------------------------------- parcels


def test_a_parcel_that_changed_hands_entered_by_its_own_facts():
    # F000 is listed in both runs; in the second it also holds the tenth plot
    size, tax = 10, [*TAX, 95.0]
    holders = [*names(9), "F009"]
    old = run(tax, land={"holder_uscc": holders})
    new = run(tax, land={"holder_uscc": [*holders[: size - 1], "F000"]})
    found = story(old, new)
    assert found[LOW, "P009"] == ("entered", ("own_data",))
    rows = compare(old, new).details
    land = rows[rows["list"].eq(LOW) & rows["key"].eq("P009") & rows["what"].eq("land_mu")]
    assert land[["object", "old", "new"]].values.tolist() == [
        ["F000", "0.0000", "15.0000"],
        ["F009", "15.0000", "0.0000"],
    ]


def test_a_lower_limit_of_the_pack_makes_a_partly_low_parcel_low_by_the_rule():
    # F000, listed, rents 4,500 of the 10,000 m2 of P008: 45 % of it is land of a listed firm
    old = run(leases=(lease("P008", "F000", 4500.0),))
    plots = old.tables["parcels"]
    assert plots.set_index("parcel_id").loc["P008", "efficiency_class"] == "partly_low"
    low = plots.assign(efficiency_class=plots["efficiency_class"].mask(plots["parcel_id"].eq("P008"), "low"))
    new = replace(old, rule={**old.rule, "low_from": "0.4"}, tables={**old.tables, "parcels": low})
    assert story(old, new) == {(LOW, "P008"): ("entered", ("rule",)), (PARTLY, "P008"): ("left", ("rule",))}


def idle(as_of="2026-06-30", **facts):
    blank = [None] * 8
    land = {"start_state": ["未开工", *blank], "start_due": ["2024-12-31", *blank]}
    land |= {name: [value, *blank] for name, value in facts.items()}
    return run(land=land, project={"as_of": as_of})


def test_a_day_later_makes_land_idle_by_the_day_of_judging():
    # agreed start 31 December 2024: a full year is complete on 1 January 2026
    old, new = idle("2025-12-31"), idle("2026-01-01")
    assert story(old, new) == {(IDLE, "P000"): ("entered", ("rule",))}
    assert details(old, new, IDLE, "P000") == {("rule", "project.as_of"): ("2025-12-31", "2026-01-01", True)}


def test_a_start_that_was_reported_later_takes_land_off_by_its_own_facts():
    found = story(idle(), idle(start_date="2025-03-01", start_state="已开工"))
    assert found == {(IDLE, "P000"): ("left", ("own_data",))}


def test_a_parcel_that_is_in_one_run_only_changed_its_status():
    old = run()
    plots = old.tables["parcels"]
    new = replace(old, tables={**old.tables, "parcels": plots[plots["parcel_id"].ne("P000")].reset_index(drop=True)})
    assert story(old, new)[LOW, "P000"] == ("left", ("status",))


# ------------------------------------------------------------------------------------- what cannot be tried


@pytest.mark.parametrize("key", ["share_of_a_later_version"])
def test_a_rule_that_this_version_cannot_read_leaves_the_causes_untried_but_named(key):
    old, new = run(), run([22.0, 21.0, *TAX[2:]])
    strange = replace(new, project={**new.project, "ranking": {**new.project["ranking"], key: 1}})
    found = compare(old, strange)
    assert "no_rule" in found.notes
    row = found.of(FIRMS, "left").iloc[0]
    assert (row["causes"], row["decided"]) == (("own_data", "others_data"), False)


def test_a_verdict_that_nothing_in_the_tables_explains_is_laid_to_the_program():
    old = run()
    firms = old.tables["enterprises"]
    none = firms.assign(
        low_efficiency=firms["low_efficiency"] & False, in_bottom_share=firms["in_bottom_share"] & False
    )
    new = replace(old, version="9.9.9", tables={**old.tables, "enterprises": none})
    found = compare(old, new)
    assert found.of(FIRMS, "left")["causes"].tolist() == [("tool",)]
    assert "other_version" in found.notes
