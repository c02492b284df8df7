"""Where the list is public, its deadlines stand in the read-me sheet and in the receipt of a listed enterprise."""

from __future__ import annotations

from pipeline.builders import accounts, firms, plots, run

from landuse.reports.content import ledger
from landuse.reports.explain import explain


def public(**more):
    return run(plots(9), firms(9), accounts(9), project=more)


def test_a_listed_enterprise_is_told_until_when_it_may_object_and_another_is_not():
    analysis = public(published_on="2026-07-06")
    assert "异议受理截止日:2026-07-15" in explain(analysis, "F000")
    assert "异议受理截止日" not in explain(analysis, "F008")
    assert "异议受理截止日" not in explain(public(), "F000")


def test_the_read_me_sheet_lists_the_deadlines_where_the_day_is_stated():
    blocks = ledger(public(published_on="2026-07-06"))[0].blocks
    assert blocks[-1].heading == "三、公示与异议时限"
    assert blocks[-1].rows["convention"].tolist() == ["公示截止日", "异议受理截止日", "异议答复截止日"]
    assert blocks[-1].rows["content"].str.contains("2026-07-22").tolist() == [False, False, True]
    assert len(ledger(public())[0].blocks) == 2
