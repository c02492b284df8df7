"""Where the raster contradicts the papers."""

from __future__ import annotations

import pandas as pd
import pytest

from landuse.evidence.doubts import evidence_doubts
from landuse.tables import RasterInput, worded_issues

RASTER = RasterInput("landcover_2025", "x.tif", "class", (1,), pd.Timestamp(2025, 7, 1))


def doubts(idle_class, share, n=0, tax=0.0, raster=RASTER):
    parcel = pd.DataFrame({"parcel_id": ["P1"], "idle_class": [idle_class], "n_enterprises": [n], "tax_wan": [tax]})
    return evidence_doubts(parcel, pd.Series([share]), raster, doubt_share=0.5)


@pytest.mark.parametrize("idle_class", ["IDLE_T1", "OVERDUE_START", "NOT_DUE"])
def test_built_land_said_to_be_not_started_is_a_doubt_from_the_share_on(idle_class):
    assert list(doubts(idle_class, 0.5)["code"]) == ["BUILT_BUT_NOT_STARTED"]
    assert list(doubts(idle_class, 0.499)["code"]) == []


@pytest.mark.parametrize("idle_class", ["NORMAL", "IDLE_T2", "UNDETERMINED", "NOT_APPLICABLE"])
def test_built_land_that_was_started_or_open_is_none(idle_class):
    assert len(doubts(idle_class, 0.9)) == 0


def test_single_precision_of_a_share_does_not_hide_a_doubt():
    assert len(doubts("IDLE_T1", 0.49999999)) == 1


def test_bare_land_with_a_taxpayer_is_a_note_below_the_limit():
    assert list(doubts("NORMAL", 0.0499, n=1, tax=800.0)["code"]) == ["BARE_BUT_RUNNING"]
    assert len(doubts("NORMAL", 0.05, n=1, tax=800.0)) == 0
    assert len(doubts("NORMAL", 0.0, n=1, tax=0.0)) == 0
    assert len(doubts("NORMAL", 0.0, n=0, tax=800.0)) == 0


def test_a_raster_that_says_nothing_raises_no_doubt():
    assert len(doubts("IDLE_T1", float("nan"), n=1, tax=1.0)) == 0


def test_without_enterprises_only_the_start_is_questioned():
    parcel = pd.DataFrame({"parcel_id": ["P1"], "idle_class": ["NORMAL"]})
    assert len(evidence_doubts(parcel, pd.Series([0.0]), RASTER, doubt_share=0.5)) == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_message_names_raster_date_and_share(lang):
    message = worded_issues(doubts("IDLE_T1", 0.834), lang)["message"].iloc[0]
    assert "landcover_2025" in message
    assert "2025-07-01" in message
    assert "83.4%" in message
    undated = RasterInput("r", "x.tif", "class")
    assert "—" in worded_issues(doubts("IDLE_T1", 0.834, raster=undated), lang)["message"].iloc[0]
