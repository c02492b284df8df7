"""Compare the verdict with an official list: who is on both, on one, on none, and how well the two agree."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from landuse.ranking.text import Coded

KINDS: Final = ("both", "ours_only", "theirs_only", "neither", "not_ranked", "not_stated")
"""The four cells of the comparison, then verdicts that stand on one side alone."""
COMPARED: Final = KINDS[:4]
DIFFERENT: Final = ("ours_only", "theirs_only", "not_ranked")
"""Kinds that a reader wants to see by name."""
OWN: Final = ("uscc", "name", "low_efficiency", "status", "score", "rank", "grade", "area_mu", "tax_wan", "because")


def agreement(official: pd.DataFrame, enterprises: pd.DataFrame) -> pd.DataFrame:
    """Return one row an enterprise of whom either side says something, in the order of the enterprises.

    Returns
    -------
    pandas.DataFrame
        The columns of table ``agreement`` (vocabulary/columns.toml); without any where no list is given. ``agreement``:
        both, ours_only, theirs_only, neither; not_ranked (an official verdict, none of ours), not_stated (the reverse);
        missing where the list gives a grade, score or rank alone and we have no verdict.
    """
    if not len(official.columns):
        return pd.DataFrame()
    firms = enterprises.reset_index(drop=True)
    stated = official.set_index("uscc").reindex(pd.Index(firms["uscc"])).reset_index(drop=True)
    ours, theirs = firms["low_efficiency"].astype("boolean"), stated["listed"].astype("boolean")
    table = firms[[name for name in OWN if name in firms.columns]].assign(
        agreement=_kinds(ours, theirs),
        official_listed=theirs,
        **{f"official_{name}": stated[name] for name in ("grade", "score", "rank")},
    )
    named = stated["named"].eq(other=True).fillna(value=False).astype(bool)
    return table[ours.notna() | named].reset_index(drop=True)


def agreement_figures(table: pd.DataFrame) -> tuple[float | None, float | None]:
    """Return the share of agreement and Cohen's kappa over those that both sides judge; None = cannot be said.

    kappa = (p - e) / (1 - e), p the share of agreement, e that of two lists of the same lengths drawn by chance.

    Examples
    --------
    >>> kinds = ["both"] * 20 + ["ours_only"] * 5 + ["theirs_only"] * 10 + ["neither"] * 15
    >>> agreement_figures(pd.DataFrame({"agreement": kinds}))
    (0.7, 0.4)
    """
    both, ours, theirs, neither = (int(table["agreement"].eq(kind).sum()) for kind in COMPARED)
    n = both + ours + theirs + neither
    if not n:
        return None, None
    share = (both + neither) / n
    chance = (both + ours) * (both + theirs) + (theirs + neither) * (ours + neither)
    if chance == n * n:
        return share, None
    return round(share, 9), round(((both + neither) * n - chance) / (n * n - chance), 9)


def grade_confusion(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many have which official grade (rows) and which of ours (columns), in the order of the letters."""
    known = table[table["official_grade"].notna() & table["grade"].notna()]
    return pd.crosstab(known["official_grade"], known["grade"]).sort_index().sort_index(axis=1)


def _kinds(ours: pd.Series, theirs: pd.Series) -> pd.Series:
    here, there = (said.eq(other=True).fillna(value=False).to_numpy(dtype=bool) for said in (ours, theirs))
    judged, stated = ours.notna().to_numpy(dtype=bool), theirs.notna().to_numpy(dtype=bool)
    cells = [here & there, here & ~there, ~here & there, ~here & ~there]
    codes = np.select([judged & stated & cell for cell in cells] + [stated & ~judged, judged & ~stated], range(6), -1)
    return Coded(codes.astype(np.intp), KINDS).text(ours.index, "agreement")
