"""What is written as a difference or a pattern comes back to the last digit, and is short where it can be told."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landuse.cartography.page.areas import Areas
from landuse.cartography.page.fields import Field, Sheet
from landuse.cartography.page.lent import lent_holders
from landuse.cartography.parcel_layer import ColumnSpec
from landuse.cartography.parcel_layer.likeness import Guess
from landuse.cartography.parcel_layer.numerals import DAY, PADDED, numerals_of, printed
from landuse.cartography.parcel_layer.pack import pack
from landuse.cartography.parcel_layer.sentences import pack_sentences

from .unpack import unpack

PARTS = st.sampled_from(
    ["得分", "7", "007", "12.50", "00.5", "2021-11-20", "2021-02-30", "0999-01-01", "-3", ".5", "5.", "1.2.3",
     "99999999999999999999", "𠮷", "\ue000", "\n", "100%", "1-2", "2024-2-3", "1,234.56"]
)  # fmt: skip
NUMBERS = st.one_of(st.none(), st.floats(-1e7, 1e7), st.integers(-50, 50), st.just(0.0))


def mark(form):
    return chr(0xE000 + form)


def test_numbers_in_a_text_become_marks_that_say_how_they_are_printed():
    found = numerals_of(["得分12.50,第007位,2021-11-20至-3", "无", "00.5或1,034"])
    assert found.patterns == [
        f"得分{mark(2)},第{mark(PADDED + 3)}位,{mark(DAY)}至-{mark(0)}",
        "无",
        f"00.5或{mark(0)},{mark(PADDED + 3)}",
    ]
    assert found.row.tolist() == [0, 0, 0, 0, 2, 2]
    assert found.value.tolist() == [1250, 7, 18_951, 3, 1, 34]  # 51 years, 13 leap days, day 324: 51*365+13+323
    shown = [printed(value, form) for value, form in zip(found.value.tolist(), found.form.tolist(), strict=True)]
    assert shown == ["12.50", "007", "2021-11-20", "3", "1", "034"]


def test_a_day_that_is_none_and_a_number_too_long_stay_as_they_are():
    assert numerals_of(["2021-02-30", "1234567890123456", "1.2.3"]).patterns == [
        "2021-02-30",
        "1234567890123456",
        "1.2.3",
    ]
    assert numerals_of(["a letter of ours \ue001"]) is None


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(st.none(), st.lists(PARTS, max_size=6).map("".join)), max_size=8), st.integers(1, 9))
def test_any_sentences_come_back_letter_by_letter(texts, times):
    table = pd.DataFrame({"said": pd.Series(texts * times, dtype=object)})
    assert unpack(pack(None, table, [ColumnSpec("said", "text", sentences=True)])).columns["said"] == texts * times


def test_numbers_that_other_columns_tell_take_no_room():
    score = np.array([12.345, 80.0, 7.25, 0.5] * 5) + np.repeat(np.arange(5), 4)
    rank = np.arange(1, 21)
    day = 18_000 + rank**2
    days = {on: np.datetime64(int(on), "D") for on in day}
    said = [
        f"得分{math.floor(100 * one + 0.5) / 100:.2f},共3项,末位第{low}位,高到低第{21 - low}名,自{days[on]}"
        for one, low, on in zip(score, rank, day, strict=True)
    ]
    table = pd.DataFrame({"said": said, "score": score, "rank": rank, "day": day})
    specs = [ColumnSpec("said", "text", like=tuple(Guess((one,)) for one in ("score", "rank", "day")), sentences=True)]
    specs += [ColumnSpec(one, "number") for one in ("score", "rank", "day")]
    assert unpack(pack(None, table, specs)).columns["said"] == said
    known = {one: table[one].to_numpy(float) for one in ("score", "rank", "day")}
    made = pack_sentences(table["said"], "said", specs[0].like, known)
    assert made.head["sources"] == [[[0, 0], [1, 0], [1, 0, 21], [2, 0]]]
    assert made.head["widths"] == []


def test_a_row_that_its_column_does_not_tell_keeps_its_own_number():
    rank = np.arange(1, 41)
    said = [f"第{5 if one == 17 else one}位" for one in rank]
    table = pd.DataFrame({"said": said, "rank": rank})
    specs = [ColumnSpec("said", "text", like=(Guess(("rank",)),), sentences=True), ColumnSpec("rank", "number")]
    assert unpack(pack(None, table, specs)).columns["said"] == said


def test_texts_that_are_no_sentences_are_written_as_free_texts():
    texts = [f"{one}号" * (at + 1) for at, one in enumerate("甲乙丙丁")]
    assert pack_sentences(pd.Series(texts), "said", (), {}) is None
    assert pack_sentences(pd.Series([], dtype=object), "said", (), {}) is None


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=30), st.integers(0, 6))
def test_numbers_beside_any_guess_come_back_to_the_last_digit(rows, decimals):
    table = pd.DataFrame(rows, columns=["a", "b", "c"]).astype(float)
    plain = [ColumnSpec(name, "number", decimals) for name in "abc"]
    guesses = (Guess(("a", "b"), ("a",)), Guess(("a",), ("b",)), Guess(("a",)))
    alone = unpack(pack(None, table, plain)).columns
    for guess in guesses:
        specs = [*plain[:2], ColumnSpec("c", "number", decimals, like=(guess,))]
        assert unpack(pack(None, table, specs)).columns == alone


def test_a_quotient_of_two_columns_takes_next_to_nothing():
    rng = np.random.default_rng(5)
    table = pd.DataFrame({"tax": rng.lognormal(3, 1, 3000).round(2), "mu": rng.lognormal(2, 1, 3000).round(2)})
    table["each"] = (table["tax"] / table["mu"]).mask(rng.random(3000) < 0.001)
    of = [ColumnSpec("tax", "number", 2), ColumnSpec("mu", "number", 2)]
    alone = pack(None, table, [*of, ColumnSpec("each", "number", 2)])
    beside = pack(None, table, [*of, ColumnSpec("each", "number", 2, like=(Guess(("tax",), ("mu",)),))])
    assert unpack(beside).columns == unpack(alone).columns
    assert len(alone) - len(beside) > 3000


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 299), st.integers(-1, 2)), max_size=30))
def test_codes_beside_any_others_come_back(rows):
    table = pd.DataFrame(rows, columns=["run", "year"], dtype="int64")
    words, few = tuple(f"词{at}" for at in range(300)), ("甲", "乙", "丙")
    for base in (words, few):
        table["run"] = table["run"].clip(upper=len(base) - 1)
        specs = [ColumnSpec("run", "code", words=base), ColumnSpec("year", "code", words=few, like=(Guess(("run",)),))]
        found = unpack(pack(None, table, specs)).columns
        assert found["year"] == [None if code < 0 else few[code] for code in table["year"]]


def test_a_guess_from_a_column_that_is_not_carried_changes_nothing():
    table = pd.DataFrame({"c": [1.0, 2.0]})
    assert pack(None, table, [ColumnSpec("c", "number", like=(Guess(("gone",)),))]) == pack(None, table)


def test_a_holder_is_said_by_its_place_among_the_users_of_the_parcel():
    parcels, firms, uses = Sheet(pd.RangeIndex(4)), Sheet(pd.RangeIndex(3)), Sheet(pd.RangeIndex(4))
    parcels.add(Field("holder", "text"), pd.Series(["乙", "丙", None, "丁"], dtype="str"))
    parcels.whole("occupants", np.array([2, 1, 1, 0]))
    firms.add(Field("name", "text"), pd.Series(["甲", "乙", None], dtype="str"))
    uses.whole("firm", np.array([0, 1, 0, 2]))
    made = lent_holders(parcels, firms, uses)
    assert made.columns["holder_place"].tolist() == [2, 0, 0, 0]
    assert made.columns["holder"].astype(object).where(made.columns["holder"].notna(), None).tolist() == [
        None,
        "丙",
        None,
        "丁",
    ]
    assert parcels.columns["holder"].tolist()[0] == "乙"
    assert lent_holders(parcels, firms, Sheet(pd.RangeIndex(0))) is parcels


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 2e5), st.integers(0, 3)), max_size=50))
def test_areas_add_up_to_the_last_bit_of_fsum(rows):
    area = pd.Series([one for one, _ in rows] + [np.nan], dtype=float)
    codes = np.array([code for _, code in rows] + [0], dtype=np.uint8)
    areas = Areas(area)
    assert areas.by(codes, 4) == [math.fsum(area[(codes == at) & area.notna()]) for at in range(4)]
    assert areas.total == math.fsum(area.dropna())


@pytest.mark.parametrize("odd", [-1.0, 1e6, 1e-30])
def test_areas_that_do_not_fit_are_added_up_all_the_same(odd):
    areas = Areas(pd.Series([0.1, 0.2, odd]))
    assert areas.by(np.array([0, 0, 1]), 2) == [math.fsum([0.1, 0.2]), odd]
