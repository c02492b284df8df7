"""Planted faults of checks that no other test raises by themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
from ranking.ranking_builders import project, ranked

from landuse.assemble.codes import codes_elsewhere
from landuse.indicators import year_books
from landuse.policy import rule_in_force


def test_parcel_codes_of_another_county_are_one_warning_that_counts_them():
    codes = pd.Series(["990781001002GB00015", "350582001002GB00015", "350583001002GB00001", "101-5"], dtype="str")
    found = codes_elsewhere(codes, "990781")
    assert found["code"].tolist() == ["PARCEL_CODE_ELSEWHERE"]
    assert found["value"].tolist() == ["350582001002GB00015"]
    assert found["facts"].tolist() == [{"count": 2, "county": "990781"}]
    assert codes_elsewhere(codes[:1], "990781").empty
    assert codes_elsewhere(codes, "").empty


def test_a_measure_that_no_group_knows_is_one_warning_for_all_groups():
    rows = [{"area_mu": 10.0, "tax_wan": 20.0 * i, "revenue_wan": 1000.0 + i} for i in range(1, 8)]
    frame = pd.DataFrame(rows * 2).assign(output_wan=np.nan, energy_tce=np.nan, scale="规上", price_coefficient=1.0)
    frame = frame.assign(uscc=[f"E{i:02d}" for i in range(14)], industry_code=["19"] * 7 + ["31"] * 7)
    force = rule_in_force(project(rules={"pack": "jingde"}, ranking={"within": "industry"}))
    found = ranked(frame, force=force).issues
    told = found[found["code"].eq("MEASURE_ABSENT")]
    assert sorted(told["column"]) == ["base_revenue_per_energy", "base_tech_invest_per_mu"]
    assert all(facts["count"] == 2 for facts in told["facts"])
    assert "MEASURE_UNKNOWN" not in set(found["code"])


def test_a_figure_known_in_one_year_of_three_is_noted_and_not_used():
    rows = pd.DataFrame(
        {"uscc": ["A", "A", "B"], "year": [2023, 2025, 2025], "tax_wan": [1.0, 3.0, 7.0]}
    ).astype({"year": "Int64"})  # fmt: skip
    rule = rule_in_force(project(indicators={"years": 3}))
    books = year_books(rows, rule=rule, year=2025)
    noted = books.issues[books.issues["code"].eq("YEARS_TOO_FEW")]
    assert noted["key"].tolist() == ["B"]
    assert noted["facts"].tolist() == [{"years": 3, "least": 2}]
    assert books.table.set_index("uscc").loc["A", "tax_wan"] == 2.0
