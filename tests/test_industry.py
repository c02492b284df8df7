"""Industry codes of GB/T 4754-2017: as bureaus write them, and the names of the standard."""

from __future__ import annotations

import pandas as pd
import pytest

from landuse import industry
from landuse.catalogue import load

BOOK = load("vocabulary/industries.toml")


def texts(*codes: str | None) -> pd.Series:
    return pd.Series(codes, dtype="str", index=range(10, 10 + len(codes)), name="industry_code")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("19", "19"), ("C19", "19"), ("c1951", "1951"), ("17.0", "17"), ("1 9", "19"), ("１９", "19"),
        ("Ｃ１９５１", "1951"), ("1951 皮鞋制造", "1951"), ("6", "06"), ("6.0", "06"), (" 0610 ", "0610"),
    ],
)  # fmt: skip
def test_a_code_is_read_however_it_is_written(written, code):
    assert industry.normalise(texts(written)).tolist() == [code]


@pytest.mark.parametrize("written", [None, "", "  ", "C", "皮革", "13.1", "-"])
def test_what_holds_no_code_is_unknown(written):
    assert industry.normalise(texts(written)).isna().all()
    assert industry.section(texts(written)).isna().all()
    assert not industry.is_industrial(texts(written), "gbt4754_2017").any()


def test_normalising_twice_changes_nothing():
    once = industry.normalise(texts("C19", "17.0", "6", None))
    pd.testing.assert_series_equal(industry.normalise(once), once)


def test_index_and_name_stay_and_the_argument_is_not_changed():
    codes = texts("C19", None)
    for found in (
        industry.normalise(codes),
        industry.division(codes),
        industry.section(codes),
        industry.is_industrial(codes, "plain"),
    ):
        assert found.index.equals(codes.index)
        assert found.name == "industry_code"
    assert codes.tolist()[0] == "C19"


def test_numbers_from_a_spreadsheet_are_codes_too():
    assert industry.division(pd.Series([19.0, 1951, None], dtype=object)).tolist()[:2] == ["19", "19"]


@pytest.mark.parametrize(
    ("code", "letter", "industrial"),
    [
        ("05", "A", False), ("06", "B", True), ("12", "B", True), ("13", "C", True), ("43", "C", True),
        ("44", "D", True), ("46", "D", True), ("47", "E", False), ("97", "T", False),
    ],
)  # fmt: skip
def test_industrial_are_the_divisions_06_to_46(code, letter, industrial):
    assert industry.section(texts(code)).tolist() == [letter]
    for scheme in ("gbt4754_2017", "gbt4754_2011"):
        assert industry.is_industrial(texts(code), scheme).tolist() == [industrial]


@pytest.mark.parametrize("code", ["00", "98", "99"])
def test_a_division_the_standard_does_not_know_is_unknown(code):
    assert industry.division(texts(code)).isna().all()


def test_in_the_plain_scheme_every_text_is_industrial_and_a_blank_is_not():
    assert industry.is_industrial(texts("鞋", "99", " ", None), "plain").tolist() == [True, True, False, False]


def test_names_are_those_of_the_section_or_the_division_of_a_code():
    assert industry.name("19", "zh") == "皮革、毛皮、羽毛及其制品和制鞋业"
    assert industry.name("1951", "en") == "Leather, fur, feather products and footwear"
    assert industry.name("C", "zh") == "制造业"
    assert industry.name("皮鞋", "zh") == "皮鞋"


def test_twenty_sections_hold_ninety_seven_divisions_without_gap_or_overlap():
    bounds = [(int(entry["first"]), int(entry["last"])) for entry in BOOK["section"].values()]
    covered = [number for first, last in bounds for number in range(first, last + 1)]
    assert len(bounds) == 20
    assert covered == list(range(1, 98))
    assert sorted(BOOK["division"]) == [f"{number:02d}" for number in covered]
    assert all(entry["zh"] and entry["en"] for kind in ("section", "division") for entry in BOOK[kind].values())


@pytest.mark.real_data
def test_sections_and_divisions_are_those_of_the_standard(reference):
    published = pd.read_csv(reference / "gbt4754_2017.csv", dtype="str", keep_default_na=False)
    short = published[published["code"].str.len() <= 2]
    assert len(short) == 117
    assert [industry.name(code, "zh") for code in short["code"]] == short["name"].tolist()
    full = published[published["code"].str.len() >= 2]
    assert industry.section(full["code"]).tolist() == full["section"].tolist()
    assert industry.division(full["code"]).tolist() == full["code"].str[:2].tolist()
