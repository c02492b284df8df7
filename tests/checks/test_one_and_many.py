"""English sentences are right for one and for many."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

import pandas as pd
import pytest
from assemble.rawbuild import part, raw

from landuse.assemble.matching import matched
from landuse.catalogue import fill, load, load_folder, unfilled
from landuse.tables import worded_issues

COUNTED = {"count", "names", "number", "rows", "n", "all", "open", "years", "bands", "stated"}
"""Placeholders that hold how many there are."""
SINGULAR = r"(?:row|name|code|cell|line|point|polygon|parcel|group|enterprise|candidate|month|user|place|area)"


def templates() -> Iterator[tuple[str, str]]:
    """Give every English sentence of issues, calls, forms and proposals with its name."""
    for code, entry in load_folder("vocabulary/issues").items():
        yield from ((f"{code}.{part_}", entry[part_]["en"]) for part_ in ("message", "action"))
    yield from ((f"call.{code}", entry["en"]) for code, entry in load_folder("vocabulary/calls")["say"].items())
    yield from ((f"form.{name}", entry["en"]) for name, entry in load("vocabulary/forms.toml")["words"].items())
    yield from _nested("propose", load("vocabulary/propose.toml"))


def _nested(name: str, entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if isinstance(entry.get("en"), str):
        yield name, entry["en"]
        return
    for key, value in entry.items():
        if isinstance(value, Mapping):
            yield from _nested(f"{name}.{key}", value)


SENTENCES = dict(templates())


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_a_number_is_followed_by_a_word_that_fits_one_and_many(name: str) -> None:
    bare = r"\{(?:" + "|".join(COUNTED) + r")\} (?:of the |old |parcel |industry )?" + SINGULAR + r"s?\b"
    assert not re.search(bare, SENTENCES[name]), SENTENCES[name]
    assert "(s)" not in SENTENCES[name]


@pytest.mark.parametrize("name", sorted(name for name, text in SENTENCES.items() if "|" in text))
def test_a_sentence_about_one_has_no_plural_and_one_about_two_no_singular(name: str) -> None:
    text = SENTENCES[name]
    holes = {hole: "X" for _, hole, _, _ in Formatter().parse(text) if hole}
    numbers = [hole for _, hole, spec, _ in Formatter().parse(text) if hole and "|" in str(spec)]
    one, two = (fill(text, {**holes, **dict.fromkeys(numbers, number)}) for number in (1, 2))
    assert not re.search(rf"\b1 (?:old |parcel |industry |more )?{SINGULAR}s\b", one), one
    assert not re.search(rf"\b2 {SINGULAR}\b(?! codes)", two), two
    assert "|" not in one + two + unfilled(text)


def test_a_name_that_joins_is_told_in_the_singular_and_two_in_the_plural() -> None:
    firms = part("enterprises", uscc=["91990781MA0000001R"], name=["安澜嘉源泵业有限公司"])
    said = []
    for names in (["安澜(嘉源)泵业有限公司"], ["安澜(嘉源)泵业有限公司", "安澜 嘉源泵业有限公司"]):
        accounts = part("accounts", name=names, year=[2025] * len(names), tax_wan=[1.0] * len(names))
        made = matched(raw(firms, accounts), [])
        said += worded_issues(made.issues, "en")["message"].tolist()
    head = "1 name without a usable code ({}) is joined to the one enterprise of exactly that name"
    assert [text.partition(" (spaces")[0] for text in said] == [head.format("1 row"), head.format("2 rows")]


def test_a_number_as_text_counts_too_and_what_is_no_number_is_many() -> None:
    text = "{value:month|months} without it"
    facts = pd.Series(["1", "12", "—"])
    assert [fill(text, {"value": value}) for value in facts] == [
        "1 month without it", "12 months without it", "— months without it",
    ]  # fmt: skip
    assert unfilled(text) == "{value} months without it"
    assert fill("{share:.0%} of {{all}}", {"share": 0.5}) == "50% of {all}"
