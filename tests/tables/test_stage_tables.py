"""Stage tables: columns, checks, issues, balance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landuse.errors import DefectError
from landuse.tables import (
    Parcels,
    RawPart,
    balance_step,
    check,
    column,
    columns,
    join_issues,
    no_issues,
    table_title,
    unit_title,
    verify_balance,
    worded_issues,
)
from landuse.units import UNITS, factor


def test_a_column_knows_its_title_and_unit_in_both_languages():
    area = column("parcels", "area_mu")
    assert (area.title("zh"), area.title("en"), unit_title(area.unit), area.fmt) == ("采用面积", "Area used", "亩", "A")


def test_a_column_nobody_knows_is_none():
    assert column("parcels", "colour_of_the_gate") is None


def test_every_unit_of_a_column_has_a_title():
    for stage in ("input", "output"):
        for table in ("parcels", "enterprises", "accounts", "occupancy", "groups", "land_prices", "buildings"):
            for known in columns(stage, table).values():
                assert known.unit == "" or unit_title(known.unit)
    assert unit_title("") == ""


def test_a_table_without_title_keeps_its_name():
    assert table_title("parcels") == "宗地表"
    assert table_title("nothing") == "nothing"


def test_a_repeated_key_is_a_defect():
    with pytest.raises(DefectError, match="not unique"):
        check(pd.DataFrame({"uscc": ["A", "A"]}), "enterprises")


def test_a_blank_key_is_a_defect():
    with pytest.raises(DefectError, match="blanks"):
        check(pd.DataFrame({"uscc": ["A", None]}), "enterprises")


def test_a_missing_column_is_a_defect():
    with pytest.raises(DefectError, match="area_mu"):
        check(pd.DataFrame({"parcel_id": ["1"]}), "parcels", ["area_mu"])


def test_a_good_table_passes_unchanged():
    frame = pd.DataFrame({"uscc": ["A", "B"]})
    assert check(frame, "enterprises") is frame


def test_parcels_refuse_a_table_of_another_length():
    parcels = Parcels(pd.DataFrame({"parcel_id": ["1"]}), np.array([None], dtype=object), "EPSG:4528")
    with pytest.raises(DefectError):
        parcels.with_table(pd.DataFrame({"parcel_id": ["1", "2"]}))
    assert len(parcels.with_table(pd.DataFrame({"parcel_id": ["2"]}))) == 1


def test_stored_parcels_give_back_the_same_polygons_whole_in_pieces_and_opened(monkeypatch):
    plots = shapely.box(np.arange(5) * 10.0, 0, np.arange(5) * 10.0 + 7, 3)
    kept = np.asarray(shapely.to_wkb(plots), dtype=object)
    kept[[1, 3]] = None  # repaired: to be written anew
    for wkb in (None, kept):
        stored = Parcels(pd.DataFrame({"parcel_id": list("abcde")}), plots, "EPSG:4528", wkb).stored()
        assert stored.shapes is None
        assert shapely.equals(stored.geometry, plots).all()
        assert shapely.equals(stored.opened().shapes, plots).all()
        monkeypatch.setattr("landuse.tables.stages.PIECE", 2)
        pieces = list(stored.pieces())
        assert [len(piece) for piece in pieces] == [2, 2, 1]
        assert shapely.equals(np.concatenate(pieces), plots).all()
        with pytest.raises(DefectError):
            stored.with_table(pd.DataFrame({"parcel_id": ["a"]}))
        assert stored.with_table(stored.table.assign(town="x")).shapes is None


def test_a_stored_file_gives_no_geometry_where_its_wkb_is_missing_or_damaged():
    wkb = np.array([shapely.to_wkb(shapely.box(0, 0, 1, 1)), None, b"\x01\x03"], dtype=object)
    part = RawPart("parcels", "a.gpkg", "", pd.DataFrame({"source_row": [1, 2, 3]}), {}, {}, wkb=wkb, crs="EPSG:4528")
    assert [shape is not None for shape in part.stored().geometry] == [True, False, False]
    register = RawPart("parcels", "b.xlsx", "", pd.DataFrame({"source_row": [1]}), {}, {})
    assert register.stored().geometry is None


def test_no_issues_joined_are_no_issues():
    assert len(join_issues([no_issues(), no_issues()])) == 0


amounts = st.dictionaries(st.sampled_from(["A", "B", "C"]), st.integers(0, 10**15), max_size=3)


@given(st.integers(0, 10**16), amounts, amounts)
def test_steps_that_follow_each_other_balance(start, first, second):
    one = balance_step("read", "tax_wan", start, first)
    two = balance_step("match", "tax_wan", start - sum(first.values()), second)
    assert verify_balance(pd.concat([one, two])) is not None
    for step in (one, two):
        assert step["amount_in"].sum() == step["amount_out"].sum() + step["unallocated"].sum()


def test_a_single_lost_fen_is_a_defect():
    step = balance_step("read", "tax_wan", 100, {"OTHER_YEAR": 40})
    step.loc[0, "amount_out"] -= 1
    with pytest.raises(DefectError, match="in 100 != out 59"):
        verify_balance(step)


def test_a_fen_lost_between_two_steps_is_a_defect():
    steps = [balance_step("read", "tax_wan", 100, {}), balance_step("match", "tax_wan", 99, {})]
    with pytest.raises(DefectError, match="step before"):
        verify_balance(pd.concat(steps))


def test_a_mu_is_two_thousand_thirds_of_a_square_metre():
    assert float(factor("m2", "亩")) == 2000 / 3
    assert float(factor("m2", "公顷") / factor("m2", "亩")) == 15


def test_a_us_survey_acre_is_43560_square_survey_feet():
    assert float(factor("m2", "us_survey_acre")) == pytest.approx(4046.872609874252, rel=1e-15)


def test_an_unknown_unit_has_no_factor():
    assert factor("m2", "里") is None
    assert factor("parsec", "米") is None


def test_every_canonical_unit_converts_to_itself():
    assert all(1 in spellings.values() for spellings in UNITS.values())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_issues_are_worded_as_a_table_of_texts(lang):
    worded = worded_issues(no_issues(), lang)
    assert len(worded) == 0
    assert [str(worded[name].dtype) for name in ("message", "action", "owner")] == ["str"] * 3
