"""Who is ranked: every test of the contract, on its boundary, in its order."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from ranking.ranking_builders import firms, rule

from landuse.ranking import reason_sentences, statuses, under_construction
from landuse.ranking.status import STATUSES, coded_missing


def status_of(force=None, **columns):
    return statuses(firms([100.0], **columns), rule=force or rule(), year=2025).iloc[0]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("05", "NOT_INDUSTRIAL"),
        ("06", "RANKED"),
        ("C19", "RANKED"),
        ("1951 皮鞋制造", "RANKED"),
        ("43", "RANKED"),
        ("44", "EXEMPT_PUBLIC"),
        ("4620", "EXEMPT_PUBLIC"),
        ("47", "NOT_INDUSTRIAL"),
        ("51", "NOT_INDUSTRIAL"),
        (None, "NO_INDUSTRY"),
        ("  ", "NO_INDUSTRY"),
        ("99", "NO_INDUSTRY"),
        ("不详", "NO_INDUSTRY"),
    ],
)
def test_the_industry_code_decides_first(code, expected):
    assert status_of(industry_code=code) == expected


def test_a_plain_industry_is_never_foreign_and_exempt_only_by_equality():
    plain = rule(industry="plain", exempt_codes=("供电",))
    assert status_of(plain, industry_code="皮革") == "RANKED"
    assert status_of(plain, industry_code="供电") == "EXEMPT_PUBLIC"
    assert status_of(plain, industry_code="供电设备") == "RANKED"
    assert status_of(plain, industry_code=None) == "NO_INDUSTRY"


def test_codes_of_the_pack_are_exempt_by_prefix():
    force = rule(exempt_codes=("44", "421"))
    assert status_of(force, industry_code="4210") == "EXEMPT_PUBLIC"
    assert status_of(force, industry_code="4220") == "RANKED"


@pytest.mark.parametrize("state", ["注销", "吊销", "迁出"])
def test_a_deregistered_enterprise_is_closed(state):
    assert status_of(registry_state=state) == "CLOSED"


@pytest.mark.parametrize("state", ["停产", "半停产", "正常"])
def test_a_stopped_enterprise_with_accounts_is_ranked(state):
    assert status_of(registry_state="存续", production_state=state) == "RANKED"


@pytest.mark.parametrize(("text", "expected"), [("招商协议", "EXEMPT_POLICY"), ("  ", "RANKED"), (None, "RANKED")])
def test_a_stated_ground_exempts(text, expected):
    assert status_of(exemption=text) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2023-12-31", "RANKED"), ("2024-01-01", "EXEMPT_NEW"), ("2026-02-01", "EXEMPT_NEW"), (None, "RANKED")],
)
def test_new_means_registered_under_24_months_before_the_end_of_the_year(day, expected):
    assert status_of(registered_on=pd.Timestamp(day)) == expected


@pytest.mark.parametrize(
    ("scale", "area", "expected"),
    [
        ("规下", 2.9999, "EXEMPT_SMALL"),
        ("规下", 3.0, "RANKED"),
        ("规上", 2.0, "RANKED"),
        (None, 2.0, "RANKED"),
        ("规下", 0.0, "NO_LAND"),
        ("规下", np.nan, "NO_LAND"),
    ],
)
def test_small_means_below_scale_with_land_under_three_mu(scale, area, expected):
    assert status_of(scale=scale, area_mu=area) == expected


def test_land_accounts_and_indicators_come_last():
    assert status_of(with_holder=True, area_mu=0.0) == "WITH_HOLDER"
    assert status_of(area_mu=-1.0) == "NO_LAND"
    assert status_of(tax_wan=np.nan, output_wan=np.nan, energy_tce=np.nan) == "NO_ACCOUNT"
    assert status_of(has_account=False) == "NO_ACCOUNT"
    assert status_of(has_account=True, tax_wan=np.nan, output_wan=np.nan, energy_tce=np.nan) == "INCOMPLETE"
    assert status_of(output_wan=np.nan) == "INCOMPLETE"
    assert status_of(energy_tce=np.nan) == "RANKED"
    assert status_of(rule(min_indicators=1), output_wan=np.nan) == "RANKED"


def test_unknown_flags_do_not_hold():
    unknown = pd.array([pd.NA], dtype="boolean")
    assert status_of(under_construction=unknown, with_holder=unknown) == "RANKED"


def test_the_first_test_that_holds_is_the_status():
    """Everything holds at once; one by one the earlier ones are taken away, and the next one shows."""
    all_hold = {
        "industry_code": ("05", "44"),
        "registry_state": ("注销", "存续"),
        "exemption": ("协议", None),
        "under_construction": (True, False),
        "registered_on": (pd.Timestamp(2025, 6, 1), pd.Timestamp(2001, 1, 1)),
        "area_mu": (1.0, 0.0),
        "with_holder": (True, False),
    }
    now = {name: hold for name, (hold, _) in all_hold.items()} | {"scale": "规下", "has_account": False}
    assert status_of(**now) == "NOT_INDUSTRIAL"
    seen = []
    for name, (_, gone) in all_hold.items():
        now[name] = gone
        seen.append(status_of(**now))
        if name == "registry_state":
            now["industry_code"] = "19"
            seen.append(status_of(**now))
    assert seen == [
        "CLOSED", "EXEMPT_PUBLIC", "EXEMPT_POLICY", "EXEMPT_CONSTRUCTION", "EXEMPT_NEW", "EXEMPT_SMALL", "WITH_HOLDER",
        "NO_LAND",
    ]  # fmt: skip
    assert status_of(**now | {"area_mu": 5.0, "scale": "规上"}) == "NO_ACCOUNT"


def test_the_statuses_stand_in_the_order_of_the_contract():
    assert STATUSES == (
        "NOT_INDUSTRIAL", "NO_INDUSTRY", "CLOSED", "EXEMPT_PUBLIC", "EXEMPT_POLICY", "EXEMPT_CONSTRUCTION",
        "EXEMPT_NEW", "EXEMPT_SMALL", "WITH_HOLDER", "NO_LAND", "NO_ACCOUNT", "INCOMPLETE", "GROUP_TOO_SMALL", "RANKED",
    )  # fmt: skip


# ------------------------------------------------------------------------------------- under construction


def building(as_of=date(2025, 12, 31), land=(100,), **facts):
    parcels = pd.DataFrame({"parcel_id": [f"P{i}" for i in range(len(land))], **facts})
    occupancy = pd.DataFrame({"parcel_id": parcels["parcel_id"], "uscc": "U", "land_cm2": land})
    return bool(under_construction(parcels, occupancy, as_of=as_of)["U"])


@pytest.mark.parametrize(
    ("due", "expected"), [("2025-12-31", True), ("2025-12-30", False), ("2026-06-30", True), (None, False)]
)
def test_a_site_is_exempt_until_the_agreed_day_of_completion_inclusive(due, expected):
    assert building(finish_due=[pd.Timestamp(due)]) is expected


def test_a_finished_site_is_no_site():
    due = [pd.Timestamp("2026-12-31")]
    assert building(finish_due=due, start_state=["已开工"])
    assert not building(finish_due=due, start_state=["已竣工"])
    assert not building(finish_due=due, finish_date=[pd.Timestamp("2025-12-31")])
    assert building(finish_due=due, finish_date=[pd.Timestamp("2026-01-01")])


def test_all_land_of_the_enterprise_must_be_a_site():
    due = [pd.Timestamp("2026-12-31"), pd.NaT]
    assert not building(land=(100, 1), finish_due=due)
    assert building(land=(100, 0), finish_due=due)
    assert not building(land=(0, 0), finish_due=due)


# ---------------------------------------------------------------------------------------------- sentences


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_status_but_ranked_says_why(lang):
    table = firms([1.0] * len(STATUSES), status=list(STATUSES))
    table.loc[table["status"].eq("INCOMPLETE"), ["output_wan", "energy_tce"]] = np.nan
    sentences = reason_sentences(table, rule=rule(), lang=lang)
    told = dict(zip(STATUSES, sentences, strict=True))
    assert pd.isna(told.pop("RANKED"))
    assert all("{" not in text and len(text) > 8 for text in told.values())
    assert "认定" not in "".join(told.values())
    assert "24" in told["EXEMPT_NEW"]
    assert "3" in told["EXEMPT_SMALL"]
    assert "7" in told["GROUP_TOO_SMALL"]
    if lang == "zh":
        assert "工业总产值、综合能源消费量" in told["INCOMPLETE"]


def test_what_is_missing_is_named():
    table = firms([1.0] * 5, status=["INCOMPLETE", "NO_INDUSTRY", "NO_LAND", "NO_ACCOUNT", "EXEMPT_NEW"])
    table.loc[0, ["tax_wan", "energy_tce"]] = np.nan
    assert coded_missing(table, rule=rule()).objects(table.index, "missing").tolist() == [
        ("tax_wan", "energy_tce"), ("industry_code",), ("area_mu",), ("tax_wan", "output_wan", "energy_tce"), (),
    ]  # fmt: skip


def test_nobody_has_no_status():
    empty = pd.DataFrame(
        {name: [] for name in ("uscc", "industry_code", "tax_wan", "output_wan", "energy_tce", "area_mu")}
    )
    assert statuses(empty, rule=rule(), year=2025).tolist() == []
    nothing = pd.DataFrame({"parcel_id": [], "uscc": [], "land_cm2": []})
    assert len(under_construction(nothing, nothing, as_of=date(2025, 12, 31))) == 0
