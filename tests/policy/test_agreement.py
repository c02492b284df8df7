"""The verdict beside an official list: four cells, kappa, grades, and every difference with its reason."""

import pandas as pd
import pytest
from assemble.rawbuild import part
from pipeline.builders import accounts, firms, plots, run
from ranking.ranking_builders import firms as ranked_firms

from landuse.assemble.official import official_list
from landuse.policy.agreement import agreement_figures, grade_confusion
from landuse.reports.content import ledger
from landuse.write.manifest import counts
from landuse.write.published import published_tables


def official(file="名单.xlsx", **columns):
    return part("official", file, **columns)


def county(count=10, *lists, **sections):
    """Return a run over firms F000 …, of whom F000 and F001 pay and make the least: k = half up of 1.5 = 2."""
    return run(plots(count), firms(count), accounts(count), *lists, **sections)


def kinds(analysis):
    return analysis.agreement.set_index("uscc")["agreement"].to_dict()


def test_without_an_official_list_there_is_no_table_no_sheet_and_no_count():
    analysis = county()
    assert not len(analysis.agreement.columns)
    tables = published_tables(analysis)
    assert "agreement" not in tables
    assert not {"agreement", "agreement_kappa"} & counts(tables).keys()
    assert "agreement" not in [sheet.key for sheet in ledger(analysis)]


def test_the_four_cells_follow_from_both_verdicts():
    analysis = county(10, official(uscc=["F001", "F002"]))
    found = kinds(analysis)
    assert {name: found[name] for name in ("F000", "F001", "F002", "F003")} == {
        "F000": "ours_only",
        "F001": "both",
        "F002": "theirs_only",
        "F003": "neither",
    }
    assert sum(kind == "neither" for kind in found.values()) == 7


def test_figures_are_those_of_the_textbook_and_cannot_be_said_of_nothing():
    # both 1, one each alone, neither 7: p = 0.8, chance = (2 x 2 + 8 x 8) / 100 = 0.68
    table = county(10, official(uscc=["F001", "F002"])).agreement
    assert agreement_figures(table) == (0.8, pytest.approx((0.8 - 0.68) / (1 - 0.68)))
    none = pd.DataFrame({"agreement": pd.Series(["not_ranked"], dtype="str")})
    assert agreement_figures(none) == (None, None)
    same = pd.DataFrame({"agreement": ["neither"] * 4})
    assert agreement_figures(same) == (1.0, None)


def test_a_list_that_says_no_of_some_speaks_of_those_it_names_alone():
    analysis = county(10, official(uscc=["F000", "F005"], listed=["是", "否"]))
    found = kinds(analysis)
    assert (found["F000"], found["F005"], found["F001"]) == ("both", "neither", "not_stated")
    assert agreement_figures(analysis.agreement)[0] == 1.0


def test_grades_alone_are_set_against_ours_without_any_verdict_of_theirs():
    analysis = county(10, official(uscc=["F000", "F009", "F008"], grade=["D类", "b", "优先发展"]))
    table = analysis.agreement.set_index("uscc")
    assert table.loc["F000", "official_grade"] == "D"
    assert table.loc["F008", "official_grade"] == "优先发展"
    assert table["official_listed"].isna().all()
    assert set(table["agreement"]) == {"not_stated"}
    confusion = grade_confusion(analysis.agreement)
    # of ten: 2 A, 6 B, 2 C (the cumulated counts of A to C are 2, 8, 9.5 -> 10)
    assert confusion.loc["D", "C"] == 1
    assert confusion.loc["B", "A"] == 1


def test_an_enterprise_we_could_not_rank_stays_visible_where_the_list_names_it():
    books = accounts(10, tax_wan=[None, *range(11, 20)], output_wan=[None, *range(100, 109)], energy_tce=[None] * 10)
    analysis = run(plots(10), firms(10), books, official(uscc=["F000", "F001"], listed=["是", "否"]))
    row = analysis.agreement.set_index("uscc").loc["F000"]
    assert (row["agreement"], row["status"]) == ("not_ranked", "NO_ACCOUNT")
    assert "无经济数据" in row["because"]


def test_unknown_codes_other_years_and_contradictions_are_issues():
    lists = official(
        uscc=["F000", "F000", "F001", "X999", None],
        name=["甲", "甲", "乙", "丙", "丁"],
        grade=["C", "D", "D", "D", "D"],
        listed=["是"] * 5,
        year=[2025, 2025, 2024, None, 2025],
    )
    analysis = county(10, lists)
    issues = analysis.issues[analysis.issues["table"].eq("official")]
    assert set(issues["code"]) >= {"OFFICIAL_UNKNOWN", "OFFICIAL_OTHER_YEAR", "ATTRIBUTE_CONFLICT"}
    unknown = issues.set_index("code").loc["OFFICIAL_UNKNOWN"]
    assert (unknown["value"], unknown["source_file"], unknown["source_row"]) == ("X999(丙)", "名单.xlsx", 5)
    found = analysis.agreement.set_index("uscc")
    assert found.loc["F000", "official_grade"] == "C"
    assert found.loc["F001", "agreement"] == "ours_only"


def test_a_list_of_another_year_compares_nothing():
    found = official_list([official(uscc=["U0000"], year=[2020])], ranked_firms([1.0]), year=2025)
    assert found.table.empty
    assert found.issues["code"].tolist() == ["OFFICIAL_OTHER_YEAR"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sheet_of_a_list_with_grades_alone_has_the_grades_and_no_difference(language):
    lists = official(uscc=["F001", "F002"], grade=["D", "C"], score=[20.5, 30.0], rank=[9, 8])
    analysis = county(10, lists, project={"language": language})
    sheet = {each.key: each for each in ledger(analysis)}["agreement"]
    named, cells, others, figures, grades = sheet.blocks
    assert named.rows.empty
    assert cells.rows["n_enterprises"].tolist() == [0, 0, 0, 0]
    assert others.rows["n_enterprises"].tolist() == [0, 10]
    assert figures.rows["setting"].tolist()[0] == "0"
    # F001 and F002 are the second and third from the bottom of ten: C is the lowest grade but one, D has no place
    assert grades.rows["item"].tolist() == ["C", "D"]
    assert grades.rows["grade_C"].tolist() == [0, 1]


def test_the_sheet_counts_enterprises_land_and_money_of_each_cell():
    analysis = county(10, official(uscc=["F001", "F002"]))
    sheet = {each.key: each for each in ledger(analysis)}["agreement"]
    named, cells, _, figures = sheet.blocks
    assert named.rows["uscc"].tolist() == ["F000", "F002"]
    assert named.rows["because"].str.contains("综合得分").all()
    assert cells.rows["n_enterprises"].tolist() == [1, 1, 1, 7]
    assert cells.rows["land_mu"].tolist() == [15.0, 15.0, 15.0, 105.0]
    # taxes 10, 11, 12 … 19: F001 11, F000 10, F002 12, the rest 13 … 19
    assert cells.rows["tax_wan"].tolist() == [11.0, 10.0, 12.0, 112.0]
    assert figures.rows["setting"].tolist() == ["10", "80.0%", "0.3750"]
    counted = counts(published_tables(analysis))
    assert counted["agreement"] == {"both": 1, "neither": 7, "ours_only": 1, "theirs_only": 1}
    assert (counted["agreement_share"], counted["agreement_kappa"]) == (0.8, 0.375)
