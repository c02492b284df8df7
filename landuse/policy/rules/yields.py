"""Judge what an enterprise yields: tax per mu under a limit (R02), under a share of the industry mean (R03)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from landuse.catalogue import term, terms
from landuse.measures import measures
from landuse.policy.rules.case import Case, unknown_in
from landuse.policy.rules.finding import (
    Figure,
    Finding,
    Floats,
    Mask,
    Piece,
    Telling,
    Ternary,
    below,
    decide,
    words_of,
)
from landuse.ranking.text import Coded, text_of

TAX = "tax_per_mu"


def tax_under_limit(case: Case) -> Finding:
    """Return R02 亩均税收低于限值: tax per mu (not corrected by the land price) < limit.

    Exactly the limit is not below it. Where the limit goes by scale and the scale is unknown, tax under both limits
    is below and tax that reaches both is not. A scale without a limit of its own is asked for nothing: false, whatever
    the tax; where the scale is unknown and may be that one, no tax is below.
    """
    tax, (low, high, spared) = case.number(TAX), _limits(case)
    outcome = Ternary(below(tax, low).true, below(tax, high).false).false_in(spared)
    needs = {
        "tax_wan": unknown_in(case.table, "tax_wan"),
        "area_mu": ~(case.number("area_mu") > 0),
        "scale": ~np.isnan(tax) & (low < high),
    }
    limit = np.where(outcome.true, low, high)
    told = [_spared(case, spared), *case.tell("R02", outcome, tax=Figure(tax, limit), limit=limit)]
    return decide(outcome, needs, told, case.lang)


def _limits(case: Case) -> tuple[Floats, Floats, Mask]:
    """Return the lowest and the highest limit that may hold for each enterprise, and who has none by its scale.

    Both are the same where the scale is known; an unknown scale that may have no limit has the lowest there is: none.
    """
    stated, size = case.rule.tax_limit_wan_per_mu, len(case.table)
    if not isinstance(stated, Mapping):
        return np.full(size, float(stated)), np.full(size, float(stated)), np.zeros(size, dtype=bool)
    scale = text_of(case.table, "scale")
    own = scale.map(dict(stated)).to_numpy(dtype=float, na_value=np.nan)
    known = ~np.isnan(own)
    least = min(stated.values()) if stated.keys() >= terms("scale", case.lang).keys() else -np.inf
    spared = scale.notna().to_numpy(dtype=bool) & ~known
    return np.where(known, own, least), np.where(known, own, max(stated.values())), spared


def _spared(case: Case, rows: Mask) -> Telling:
    """Return the sentence of a scale without a limit of its own."""
    codes, distinct = pd.factorize(text_of(case.table, "scale"))
    words = [*(term("scale", str(one), case.lang) for one in distinct), ""]
    shown = Coded(np.where(codes < 0, len(distinct), codes), words)
    return Telling(rows, words_of("rule_because", case.lang)["R02_spared"], {"scale": shown})


def tax_under_mean(case: Case) -> Finding:
    """Return R03 低于行业平均的规定比例: tax per mu < share x base of tax per mu of the group.

    Both are corrected by the land price, as the comparison of R01 is; exactly the share is not below. Without a group
    (or a base in it) there is no mean, and nothing is said.
    """
    tax = case.number(measures()[TAX].compared if case.rule.price_apply != "none" else TAX)
    base, share = case.group_base(TAX), case.rule.mean_share
    limit = base * share.numerator / share.denominator
    outcome = below(tax, limit)
    needs = {
        "tax_wan": unknown_in(case.table, "tax_wan"),
        "area_mu": ~(case.number("area_mu") > 0),
        "base_tax_per_mu": np.isnan(base),
    }
    pieces: dict[str, Piece] = {"tax": Figure(tax, limit), "limit": limit, "base": base, "share": str(share)}
    return decide(outcome, needs, case.tell("R03", outcome, **pieces), case.lang)
