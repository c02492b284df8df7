"""Lay the findings on parcels themselves (R04, R05, R10) beside what their users' verdicts say of them."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from landuse.policy.rules import Plots
from landuse.ranking.text import Coded, as_text, those_that_hold
from landuse.rule import Rule

LISTED: Final = ("low", "partly_low")


def with_own_findings(efficient: pd.DataFrame, plots: Plots | None, *, rule: Rule, lang: str) -> pd.DataFrame:
    """Return the efficiency part of the parcel table with what was found on the parcels themselves.

    The class stays what the verdicts on enterprises make it. A rule that is enabled and holds for a listed parcel
    itself is one of its reasons; one that holds otherwise is noted (`reasons_noted`). The sentence of a rule that is
    enabled and holds follows that of the class.
    """
    if plots is None:
        return efficient
    flags = {name: finding.outcome.true for name, finding in plots.findings.items()}
    listed = efficient["efficiency_class"].isin(LISTED).to_numpy(dtype=bool)
    enabled = {name: true & listed for name, true in flags.items() if name in rule.enabled}
    noted = {name: true & ~enabled.get(name, np.zeros(len(true), dtype=bool)) for name, true in flags.items()}
    because = efficient["because"]
    for name in enabled:
        rows = np.flatnonzero(flags[name])
        if len(rows):
            said = as_text(plots.findings[name].say(rows), because.index[rows], "because")
            because = because.copy()
            because.iloc[rows] = (because.iloc[rows] + (" " + said if lang == "en" else said)).to_numpy()
    reasons = _joined(efficient["reasons"], those_that_hold(enabled, efficient.index, "reasons"), rule)
    hints = those_that_hold(noted, efficient.index, "reasons_noted")
    return efficient.assign(reasons=reasons, reasons_noted=hints, because=because)


def _joined(one: pd.Series, two: pd.Series, rule: Rule) -> pd.Series:
    """Return the union of two columns of rules, in the order of the enabled ones."""
    first, kinds = pd.factorize(one)
    second, others = pd.factorize(two)
    pair, distinct = pd.factorize(first * max(len(others), 1) + second)
    words = []
    for code in distinct.tolist():
        both = {*kinds[code // max(len(others), 1)], *others[code % max(len(others), 1)]}
        words.append(tuple(name for name in rule.enabled if name in both))
    return Coded(np.asarray(pair, dtype=np.intp), words).objects(one.index, "reasons")
