"""Carry findings on parcels to the enterprises that hold them: R04, R05, R10."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from landuse.assemble.shares import reaches, sums
from landuse.catalogue import term
from landuse.policy.rules.case import Case
from landuse.policy.rules.finding import At, Finding, Mask, Piece, Rows, Telling, Ternary, decide, words_of
from landuse.policy.rules.plots import Plots
from landuse.policy.sentences import TEXT, percent
from landuse.units import CM2_PER_MU

WITHOUT_PLOTS: Final = {
    "R04": ("far", "far_due"),
    "R05": ("invest_actual_wan", "invest_due_wan"),
    "R10": ("tax_due_wan_per_mu", "finish_due"),
}
"""What is missing where nothing is known of any parcel."""

Land = npt.NDArray[np.int64]


def far_of_holder(case: Case) -> Finding:
    """Return R04 容积率不达标 of enterprises: see `held`."""
    return held(case, "R04")


def investment_of_holder(case: Case) -> Finding:
    """Return R05 投资强度不达标 of enterprises: see `held`."""
    return held(case, "R05")


def production_of_holder(case: Case) -> Finding:
    """Return R10 约定期满未达产 of enterprises: see `held`."""
    return held(case, "R10")


def held(case: Case, rule_id: str) -> Finding:
    """Return what the findings on its parcels say of each enterprise, land-weighted like the efficiency classes.

    Only land it holds itself counts: what was agreed for a parcel binds its holder, so an enterprise that only rents
    has false. Of its own land, that with a finding must reach ``rated_from`` (inclusive), else nothing is said; the
    rule holds where land of parcels to which it applies reaches ``low_from`` (inclusive) of the land with a finding.
    """
    plots, size = case.facts.plots, len(case.table)
    if plots is None:
        everywhere, nowhere = np.ones(size, dtype=bool), np.zeros(size, dtype=bool)
        return decide(Ternary(nowhere, nowhere), dict.fromkeys(WITHOUT_PLOTS[rule_id], everywhere), [], case.lang)
    land = _Own.of(case, plots, plots.findings[rule_id])
    rated = reaches(land.known, land.all, case.rule.rated_from) & (land.known > 0)
    bad = reaches(land.bad, land.known, case.rule.low_from) & (land.bad > 0)
    tenant = land.all == 0
    outcome = Ternary(bad & rated, (~bad & rated) | tenant)
    return decide(outcome, land.needs(), _tellings(case, rule_id, land, outcome), case.lang)


@dataclass(frozen=True)
class _Own:
    """Own land of each enterprise in cm2: all of it, that with a finding, that where the rule applies."""

    plots: Plots
    finding: Finding
    plot: Rows
    """Row of the parcel, by row of use; `firm` and `land` go with it."""
    firm: Rows
    land: Land
    size: int

    @classmethod
    def of(cls, case: Case, plots: Plots, finding: Finding) -> _Own:
        return cls(plots, finding, *case.own_land, len(case.table))

    @property
    def all(self) -> Land:
        return self._sum(np.ones(len(self.land), dtype=bool))

    @property
    def known(self) -> Land:
        return self._sum(~self.finding.outcome.unknown[self.plot])

    @property
    def bad(self) -> Land:
        return self._sum(self.finding.outcome.true[self.plot])

    def _sum(self, rows: Mask) -> Land:
        return sums(self.land * rows, self.firm, self.size)

    def needs(self) -> dict[str, Mask]:
        """Return what is missing on any of the parcels of an enterprise."""
        missing = self.finding.missing
        found: dict[str, Mask] = {}
        for code, names in enumerate(missing.words):
            at = np.bincount(self.firm, weights=missing.codes[self.plot] == code, minlength=self.size) > 0
            for name in names:
                found[name] = found.get(name, np.zeros(self.size, dtype=bool)) | at
        return found

    def largest(self) -> Rows:
        """Return, for each enterprise, its largest parcel to which the rule applies; 0 where there is none."""
        rows = np.flatnonzero(self.finding.outcome.true[self.plot])
        order = rows[np.lexsort((-self.plot[rows], self.land[rows]))]
        best = np.zeros(self.size, dtype=np.intp)
        best[self.firm[order]] = self.plot[order]
        return best


def _tellings(case: Case, rule_id: str, land: _Own, outcome: Ternary) -> list[Telling]:
    words, bad, known = words_of("rule_because", case.lang), land.bad, land.known
    pieces: dict[str, Piece] = {
        "rule": term("rule", rule_id, case.lang),
        "bad": bad / CM2_PER_MU,
        "known": known / CM2_PER_MU,
        "share": np.divide(100 * bad, known, out=np.zeros(land.size), where=known > 0),
        "limit": percent(case.rule.low_from),
    }
    largest = land.largest()
    keys = land.plots.parcels
    first: dict[str, Piece] = {
        "parcel": At(lambda rows: pa.array(keys.iloc[rows].to_numpy(dtype=object), type=TEXT), largest),
        "sentence": At(land.finding.say, largest),
    }
    return [
        Telling(land.all == 0, words["tenant"], {"rule": pieces["rule"]}),
        Telling(outcome.false, words["carried_false"], pieces),
        Telling(outcome.true, words["carried_true"], {**pieces, **first}),
    ]
