"""Plans come back from what a run keeps of them exactly as they were."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landuse.errors import DefectError, InputError
from landuse.read.kept_plans import plans_of
from landuse.read.kept_tables import Kept
from landuse.tables import Outcome, Plans, columns
from landuse.tables import plans as p
from landuse.tables.exact import as_json, from_json
from landuse.tables.plan_tables import FOLLOWED, OPTIONS, PARTS
from landuse.write.kept_plans import plans_index
from landuse.write.parquet import arrow_table, write_table
from landuse.write.published import plan_tables

COLUMNS = {
    "plan_options": p.OPTION_COLUMNS,
    "plan_lines": p.LINE_COLUMNS,
    "plan_limits": p.LIMIT_COLUMNS,
    "plan_moves": p.MOVE_COLUMNS,
    "plan_scopes": p.SCOPE_COLUMNS,
    "plan_years": p.YEAR_COLUMNS,
    "plan_sites": p.SITE_COLUMNS,
    "cases": p.CASE_COLUMNS,
    "progress": p.PROGRESS_COLUMNS,
    "matches": p.MATCH_COLUMNS,
}
WORDS = st.sampled_from(["", "P1", "甲镇", "=1+1", "2026", "a\nb"])
NUMBERS = st.one_of(st.floats(-1e30, 1e30), st.just(0.1 + 0.2), st.just(float("nan")))
WHOLE = st.one_of(st.integers(-5, 2**53), st.none())
DAYS = st.one_of(st.sampled_from(pd.date_range("2026-01-01", periods=40).tolist()), st.none())


def column(kind: str, size: int, draw):
    """Return a column as a room may hand it on, in any of the types its kind may have."""

    def some(of):
        return draw(st.lists(of, min_size=size, max_size=size))

    if kind in {"text", "key"}:
        if draw(st.booleans()):
            return pd.Series(some(st.one_of(WORDS, st.none())), dtype="str")
        return pd.Series(some(st.one_of(WORDS, st.just(np.nan), st.none())), dtype=object)
    if kind == "number":
        dtype = draw(st.sampled_from(["float64", "int64", "float32"]))
        return pd.Series(some(NUMBERS if dtype != "int64" else st.integers(-9, 2**40)), dtype="float64").astype(dtype)
    if kind == "integer":
        dtype = draw(st.sampled_from(["Int64", "int64", "float64"]))
        whole = some(WHOLE if dtype == "Int64" else st.integers(0, 2**40))
        return pd.Series(whole, dtype="Int64").astype(dtype)
    if kind == "flag":
        dtype = draw(st.sampled_from(["bool", "boolean", "object"]))
        flags = some(st.booleans() if dtype != "boolean" else st.one_of(st.booleans(), st.none()))
        return pd.Series(flags, dtype="boolean").astype(dtype)
    unit = draw(st.sampled_from(["us", "ns"]))
    return pd.Series(some(DAYS), dtype="datetime64[us]").astype(f"datetime64[{unit}]")


@st.composite
def table(draw, name):
    """Return a table of plans: without columns, without rows, or with a few."""
    size = draw(st.sampled_from([-1, 0, 0, 1, 2, 4]))
    if size < 0:
        return pd.DataFrame()
    known = columns("output", name)
    if size == 0 and draw(st.booleans()):
        return pd.DataFrame(columns=list(COLUMNS[name]))
    return pd.DataFrame({each: column(known[each].kind, size, draw) for each in COLUMNS[name]})


@st.composite
def outcome(draw, name):
    number = st.floats(allow_nan=True, allow_infinity=True)
    issues = pd.DataFrame({"code": ["HAND"], "facts": [{"n": 1, "of": ("甲", None)}]}) if draw(st.booleans()) else None
    parts = {part: draw(table(each)) for each, part in PARTS.items()}
    return Outcome(
        name=name,
        title=draw(WORDS),
        choose=draw(st.sampled_from(["best", "nothing", "hand"])),
        is_feasible=draw(st.booleans()),
        is_expected=draw(st.booleans()),
        totals=draw(st.dictionaries(st.sampled_from(["cost_wan", "n_parcels", "gap_mu"]), number)),
        value=draw(number),
        bound=draw(number),
        gap=draw(number),
        warnings=tuple(draw(st.lists(st.sampled_from(["unknown_jobs", "late"]), max_size=2))),
        issues=pd.DataFrame() if issues is None else issues,
        **parts,
    )


@st.composite
def plans(draw):
    names = draw(st.lists(st.sampled_from(["不动", "plan_380", "甲"]), unique=True, max_size=3))
    whole = {field: draw(table(each)) for each, field in {**OPTIONS, **FOLLOWED}.items()}
    facts = {"ramp": [0.2, float("nan")], "range": (1, 2.5), "shared": {"a": {"low": -0.0, "unit": None}}}
    return Plans(
        outcomes={name: draw(outcome(name)) for name in names},
        shown=draw(st.sampled_from(["", *names])),
        facts=draw(st.sampled_from([{}, facts])),
        **whole,
    )


def published(held: Plans) -> dict[str, pd.DataFrame]:
    """Return the tables as a run publishes them: the columns of the vocabulary and no others."""
    return {
        name: frame[[each for each in columns("output", name) if each in frame.columns]]
        for name, frame in plan_tables(held).items()
    }


def kept(held: Plans, folder: Path) -> Kept:
    """Return plans as they lie in a folder: the published tables as files, the index as text."""
    tables = published(held)
    for name, frame in tables.items():
        write_table(arrow_table(frame, name), folder / f"{name}.parquet")
    text = json.dumps({"tables": {}, "plans": plans_index(held, tables)}, allow_nan=False)
    return Kept(folder, json.loads(text))


def same(found, wanted, where="plans"):
    """Compare all parts: values, types, order, and what kind of unknown an unknown one is."""
    if isinstance(wanted, pd.DataFrame):
        assert list(found.columns) == list(wanted.columns), where
        pd.testing.assert_frame_equal(found, wanted, check_exact=True, check_column_type=False, obj=where)
        for name in (name for name in wanted.columns if wanted[name].dtype == object):
            assert [type(one) for one in found[name]] == [type(one) for one in wanted[name]], (where, name)
    elif is_dataclass(wanted):
        for field in fields(wanted):
            same(getattr(found, field.name), getattr(wanted, field.name), f"{where}.{field.name}")
    elif isinstance(wanted, dict):
        assert list(found) == list(wanted), where
        for key, each in wanted.items():
            same(found[key], each, f"{where}[{key}]")
    elif isinstance(wanted, list | tuple):
        assert (type(found), len(found)) == (type(wanted), len(wanted)), where
        for one, other in zip(found, wanted, strict=True):
            same(one, other, where)
    else:
        assert type(found) is type(wanted), where
        assert repr(found) == repr(wanted), where


@settings(max_examples=60, deadline=None)
@given(held=plans())
def test_whatever_plans_hold_comes_back_as_it_was(held):
    with TemporaryDirectory() as folder:
        same(plans_of(kept(held, Path(folder))), held)


def options(**changes) -> pd.DataFrame:
    kinds = columns("output", "plan_options")
    texts = {name: "P1" for name, one in kinds.items() if one.kind in {"text", "key"}}
    numbers = {name: 1.5 for name, one in kinds.items() if one.kind == "number"}
    frame = pd.DataFrame({name: [{**texts, **numbers, "payback_year": 3}[name]] for name in p.OPTION_COLUMNS})
    return frame.astype(dict.fromkeys(texts, "str") | {"payback_year": "Int64"}).assign(**changes)


def test_nothing_that_a_published_table_says_is_kept_twice(tmp_path):
    index = kept(Plans(options(), {}), tmp_path).index["plans"]
    assert [values for _, _, values in index["tables"]["plan_options"]["columns"]] == [None] * len(p.OPTION_COLUMNS)
    odd = kept(Plans(options(note=["甲"]), {}), tmp_path).index["plans"]  # a column that is published nowhere
    assert odd["tables"]["plan_options"]["columns"][-1] == ["note", str(options(note=["甲"])["note"].dtype), ["甲"]]


def test_a_run_without_plans_gives_none(tmp_path):
    assert plans_of(Kept(tmp_path, {"tables": {}})) is None


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder, _: (folder / "plan_options.parquet").write_bytes(b"PAR1"), ("plan_options.parquet", "damaged")),
        (lambda folder, _: (folder / "plan_options.parquet").unlink(), ("plan_options.parquet", "damaged")),
        (lambda folder, _: write_table(
            arrow_table(options()[["parcel_id"]], "plan_options"), folder / "plan_options.parquet"
        ), ("plan_options.parquet [measure]", "damaged")),
        (lambda _, index: index.pop("facts"), ("state.json [plans]", "damaged")),
        (lambda _, index: index.update(outcomes=[3]), ("state.json [plans]", "damaged")),
        (lambda _, index: index.update(facts={"colour": 1}), ("state.json [plans]", "damaged")),
        (lambda _, index: index["tables"]["plan_options"].update(columns=[["a"]]), ("state.json [plans]", "damaged")),
    ],
)  # fmt: skip
def test_damaged_plans_are_an_error_that_says_where(tmp_path, spoil, words):
    held = kept(Plans(options(), {}), tmp_path)
    spoil(tmp_path, held.index["plans"])
    with pytest.raises(InputError) as told:
        plans_of(held)
    for word in words:
        assert word in str(told.value)


@pytest.mark.parametrize("rows", [3, {"plan_options": "many"}, None])
def test_rows_that_cannot_be_counted_are_an_error(tmp_path, rows):
    held = kept(Plans(options(), {}), tmp_path)
    held.index["plans"]["rows"] = rows
    with pytest.raises(InputError, match=r"state.json \[plans\]"):
        held.check_rows()


def test_rows_that_were_added_are_an_error(tmp_path):
    held = kept(Plans(options(), {}), tmp_path)
    held.check_rows()
    twice = pd.concat([options(), options()], ignore_index=True)
    write_table(arrow_table(twice, "plan_options"), tmp_path / "plan_options.parquet")
    held.opened.clear()
    with pytest.raises(InputError, match="rows were added or taken away: 2"):
        held.check_rows()


def test_values_that_json_does_not_tell_apart_come_back_as_they_were():
    day = pd.Timestamp("2026-06-30 01:02:03.000000004")
    values = {"a": (1, [2.0, None]), "b": {"tuple": True}, "c": [pd.NA, pd.NaT, day], "d": np.float64(0.5)}
    back = from_json(json.loads(json.dumps(as_json(values), allow_nan=False)))
    assert back["a"] == (1, [2.0, None])
    assert back["b"] == {"tuple": True}
    assert back["c"][0] is pd.NA
    assert back["c"][1] is pd.NaT
    assert (back["c"][2], back["c"][2].unit) == (day, "ns")
    assert [from_json(as_json(one)) for one in (float("inf"), float("-inf"))] == [float("inf"), float("-inf")]
    with pytest.raises(DefectError, match="cannot be kept: set"):
        as_json({"a": {1}})
