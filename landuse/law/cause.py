"""Tell whose cause the delay is (article 8): what the papers say, never more."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from landuse.assemble.causes import kinds_named
from landuse.law.calendar import Clock
from landuse.law.facts import Facts, Flags, Words
from landuse.law.statutes import Practice


class Cause(IntEnum):
    """Cause of a delay, as published in ``idle_cause``; BLANK where the class asks for none."""

    BLANK = 0
    ENTERPRISE = 1
    GOVERNMENT = 2
    SEIZURE = 3
    MIXED = 4
    UNKNOWN = 5


Causes = npt.NDArray[np.int8]
"""Codes of `Cause`, one a parcel."""


def article_8_cause(delay_cause: Words, facts: Facts, clock: Clock, reading: Practice) -> Causes:
    """Return the cause of each delay.

    Words of ``delay_cause`` (lists in ``practice.toml``) and a seizure in force speak; two kinds make MIXED. A blank
    text with no seizure is ``cause.blank``; a text without any known word is UNKNOWN, never a guess. Government words
    beside stated days of government delay are credited by moving the start, so what remains is the enterprise's
    (``cause.counted_delay``); the days alone say nothing of the rest. A seizure is a cause of its own: it exempts
    nobody and is to be verified (Order 53, art. 8, DOMAIN 6.7).

    Parameters
    ----------
    delay_cause
        Text, row by row with `facts`; empty where it says nothing.
    """
    said = _spoken(delay_cause, reading)
    if reading.counted_delay == "credited":
        counted = said["government"] & (facts.gov_delay_days > 0)
        said = {**said, "government": said["government"] & ~counted, "enterprise": said["enterprise"] | counted}
    said["seizure"] = said["seizure"] | seized(facts, clock)
    kinds = said["government"].astype(np.int8) + said["enterprise"] + said["seizure"]
    cause = np.full(len(kinds), Cause.UNKNOWN, dtype=np.int8)
    cause[said["blank"]] = Cause[reading.blank_cause.upper()]
    for name in ("enterprise", "government", "seizure"):
        cause[said[name]] = Cause[name.upper()]
    cause[kinds > 1] = Cause.MIXED
    return cause


def seized(facts: Facts, clock: Clock) -> Flags:
    """Say where a seizure is in force on the day: a number is given, or it began on or before the day."""
    begun = facts.seizure_from <= clock.today
    return begun | (facts.seized_no & np.isnat(facts.seizure_from))


def _spoken(delay_cause: Words, reading: Practice) -> dict[str, Flags]:
    """Say which kinds the text names; a blank text says nothing."""
    named = kinds_named(delay_cause.distinct, reading.words, reading.phrases)
    return {"blank": delay_cause.blank, **{kind: flags[delay_cause.codes] for kind, flags in named.items()}}
