"""Judge enterprises: one finding a rule, the verdict, its reasons, and the sentence that defends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from landuse import tables
from landuse.assemble.shares import position_in
from landuse.catalogue import term
from landuse.policy.batches import batch_of
from landuse.policy.packs import COMPUTED
from landuse.policy.rules import Case, Facts, Finding, Plots, named_findings
from landuse.policy.rules.finding import Ternary, title_of
from landuse.policy.rules.outside import OUTSIDE
from landuse.policy.standing import standing_sentences
from landuse.ranking import Ranked
from landuse.ranking.status import coded_missing
from landuse.ranking.text import as_text, holds, those_that_hold
from landuse.rule import Rule

BOTTOM_SHARE: Final = "R01"
TOLD_OF_ALL: Final = 50_000
"""Objects up to which rules that do not decide, too, tell of each why they do not hold or what is missing: more than
any county has; a million of them would be three gigabytes of sentences nobody asked for. Beyond, they tell of those
for which they hold."""


@dataclass(frozen=True)
class Verdict:
    """What the rules say about enterprises."""

    findings: pd.DataFrame
    """unit, key, rule_id, outcome (boolean, <NA> = undetermined), missing (tuples of column names), because."""
    enterprises: pd.DataFrame
    """The ranked table with low_efficiency (boolean with <NA>), reasons, reasons_noted (tuples of rules), because,
    batch where the rule has batches."""
    plots: Plots | None = None
    """Findings on the parcels themselves; of rules that do not decide the outcomes alone."""
    issues: pd.DataFrame = field(default_factory=tables.no_issues)


def judge(ranked: Ranked, *, rule: Rule, lang: str, facts: Facts | None = None) -> Verdict:
    """Return the findings on enterprises and parcels, and the verdict on the enterprises.

    low_efficiency = OR of the enabled rules: true if any is true, else missing if any is undetermined. Rules that
    are computed but not enabled are only listed in `reasons_noted`.

    Parameters
    ----------
    ranked
        What `ranking.rank` gives.
    lang
        Language of the sentences.
    facts
        What is known beside the ranking: grades of other years, findings on parcels.
    """
    facts = facts or Facts()
    table = ranked.table
    named = named_findings(Case(table, ranked.groups, rule, lang, facts))
    found = {BOTTOM_SHARE: _bottom_share(ranked, rule, lang), **named}
    outcomes = {name: _flags(finding, table.index) for name, finding in found.items()}
    noted = tuple(name for name in COMPUTED if name not in rule.enabled)
    judged = table.assign(
        low_efficiency=three_valued_or([outcomes[name] for name in rule.enabled], table.index),
        reasons=those_that_hold({name: holds(outcomes[name]) for name in rule.enabled}, table.index, "reasons"),
        reasons_noted=those_that_hold({name: holds(outcomes[name]) for name in noted}, table.index, "reasons_noted"),
        because=_because(found, rule, table.index, lang),
    )
    if rule.batches:
        judged = judged.assign(batch=batch_of(table, rule=rule))
    frames = _frames(found, "enterprise", table["uscc"], rule)
    if facts.plots is not None:
        frames += _frames(facts.plots.findings, "parcel", facts.plots.parcels, rule)
    findings = pd.concat(frames, ignore_index=True)
    return Verdict(findings, judged, _settled(facts.plots, rule), _undetermined(named, table, rule, lang))


def _settled(plots: Plots | None, rule: Rule) -> Plots | None:
    """Return the findings on parcels; of rules that do not decide, whose sentences are written, the outcomes alone."""
    if plots is None:
        return None
    kept = {name: one if name in rule.enabled else one.settled() for name, one in plots.findings.items()}
    return replace(plots, findings=kept)


def three_valued_or(outcomes: list[pd.Series], index: pd.Index) -> pd.Series:
    """Return true where any outcome is true, else missing where any is undetermined, else false."""
    true = np.zeros(len(index), dtype=bool)
    unknown = np.zeros(len(index), dtype=bool)
    for outcome in outcomes:
        true |= holds(outcome)
        unknown |= outcome.isna().to_numpy(dtype=bool)
    return pd.Series(pd.arrays.BooleanArray(true, unknown & ~true), index=index, name="low_efficiency")


def other_rules(findings: pd.DataFrame, enterprises: pd.DataFrame, rule: Rule) -> pd.Series:
    """Return what the rules in force beside the bottom share say of each enterprise together, three-valued."""
    outcomes = []
    for name in (name for name in rule.enabled if name != BOTTOM_SHARE):
        rows = findings.loc[findings["rule_id"].eq(name) & findings["unit"].eq("enterprise")]
        at = position_in(enterprises["uscc"], rows["key"])
        said = rows["outcome"].astype("boolean").array.take(np.asarray(at), allow_fill=True)
        outcomes.append(pd.Series(said, index=enterprises.index))
    return three_valued_or(outcomes, enterprises.index)


# ------------------------------------------------------------------------------------------------ rules


def _bottom_share(ranked: Ranked, rule: Rule, lang: str) -> Finding:
    """Return R01 行业末位: in the bottom share of its group, or why that cannot be said."""
    table = ranked.table
    outcome = Ternary.of(table["in_bottom_share"].astype("boolean"))
    sentences = standing_sentences(ranked, rule=rule, lang=lang)

    def say(rows: npt.NDArray[np.intp]) -> pa.Array:
        whole = len(rows) == len(sentences) and bool((rows == np.arange(len(rows))).all())
        return sentences if whole else sentences.take(pa.array(rows))

    return Finding(outcome, coded_missing(table, rule=rule), say)


def _frames(found: Mapping[str, Finding], unit: str, keys: pd.Series, rule: Rule) -> list[pd.DataFrame]:
    """Return the findings as rows: a rule that decides speaks of every object.

    One that does not speaks of every enterprise and of the parcels of which it knows something; of more than
    `TOLD_OF_ALL` only where it holds.
    """
    frames = []
    for name, finding in found.items():
        if name in rule.enabled or (unit == "enterprise" and len(keys) <= TOLD_OF_ALL):
            frames.append(finding.frame(name, unit=unit, keys=keys))
        else:
            few = unit == "enterprise" or len(keys) > TOLD_OF_ALL
            rows = np.flatnonzero(finding.outcome.true if few else ~finding.outcome.unknown)
            frames.append(finding.taken(rows).frame(name, unit=unit, keys=keys.iloc[rows]))
    return frames


def _flags(finding: Finding, index: pd.Index) -> pd.Series:
    flags = pd.arrays.BooleanArray(finding.outcome.true.copy(), finding.outcome.unknown)
    return pd.Series(flags, index=index)


def _because(found: Mapping[str, Finding], rule: Rule, index: pd.Index, lang: str) -> pd.Series:
    """Return where an enterprise stands, and the sentence of each other enabled rule that holds for it."""
    because = as_text(found[BOTTOM_SHARE].because, index, "because")
    for name in (name for name in rule.enabled if name != BOTTOM_SHARE):
        rows = np.flatnonzero(found[name].outcome.true)
        if len(rows):
            lead = f"{term('rule', name, lang)}:" if lang == "zh" else f" {term('rule', name, lang)}: "
            said = as_text(found[name].say(rows), index[rows], "because")
            because = because.copy()
            because.iloc[rows] = (because.iloc[rows] + lead + said).to_numpy()
    return because


def _undetermined(named: Mapping[str, Finding], table: pd.DataFrame, rule: Rule, lang: str) -> pd.DataFrame:
    """Return a warning for each enabled rule that leaves enterprises open, with what would decide."""
    inside = ~table["status"].isin(OUTSIDE).to_numpy(dtype=bool)
    parts = []
    for name in (name for name in rule.enabled if name in named):
        open_ = named[name].outcome.unknown & inside
        if open_.any():
            missing = named[name].missing
            needed = dict.fromkeys(one for code in np.unique(missing.codes[open_]) for one in missing.words[code])
            facts: dict[str, object] = {"count": int(open_.sum()), "all": int(inside.sum())}
            facts["missing"] = ("、" if lang == "zh" else ", ").join(title_of(one, lang) for one in needed)
            facts["rule"] = term("rule", name, lang)
            parts.append(tables.one_issue("RULE_UNDETERMINED", table="enterprises", value=name, facts=facts))
    return tables.join_issues(parts)
