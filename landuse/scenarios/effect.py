"""Say whom a corrected figure moves: the enterprise itself, and everybody else who is compared with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from landuse.ranking import rank, statuses
from landuse.rule import Rule

Run = Callable[[str, Mapping[str, float]], pd.DataFrame]
"""Ranked enterprises when the figures of one of them are replaced; without figures, as they stand."""


@dataclass(frozen=True)
class Effect:
    """What changes when one enterprise is corrected."""

    own: pd.DataFrame
    """Two rows, before and after: status, industry_group, n_in_group, score, rank, in_bottom_share."""
    moves: pd.DataFrame
    """The others whose standing changes, in the order of the table: uscc, name, industry_group, score_before,
    score_after, rank_before, rank_after, listed_before, listed_after."""

    @property
    def enters(self) -> pd.DataFrame:
        """Return the others who come into the bottom share."""
        return self.moves.loc[self.moves["listed_after"] & ~self.moves["listed_before"]]

    @property
    def leaves(self) -> pd.DataFrame:
        """Return the others who go out of the bottom share."""
        return self.moves.loc[self.moves["listed_before"] & ~self.moves["listed_after"]]


def effect(run: Run, uscc: str, figures: Mapping[str, float]) -> Effect:
    """Return who enters, who leaves and whose rank moves when the figures of an enterprise are corrected.

    Parameters
    ----------
    run
        Asks the comparison again, e.g. `again`.
    uscc
        The enterprise.
    figures
        Column -> corrected value; NaN = not known.
    """
    before, after = run(uscc, {}), run(uscc, figures)
    own = before["uscc"].eq(uscc).to_numpy(dtype=bool)
    listed = [
        frame["in_bottom_share"].eq(other=True).fillna(value=False).to_numpy(dtype=bool) for frame in (before, after)
    ]
    ranks = [frame["rank"].astype("Int64").fillna(0).to_numpy(dtype=np.int64) for frame in (before, after)]
    moved = ~own & ((listed[0] != listed[1]) | (ranks[0] != ranks[1]))
    moves = pd.DataFrame(
        {
            "uscc": before["uscc"],
            "name": before["name"] if "name" in before.columns else before["uscc"],
            "industry_group": after["industry_group"].fillna(before["industry_group"]),
            "score_before": before["score"],
            "score_after": after["score"],
            "rank_before": before["rank"],
            "rank_after": after["rank"],
            "listed_before": listed[0],
            "listed_after": listed[1],
        }
    )
    names = ["status", "industry_group", "n_in_group", "score", "rank", "in_bottom_share"]
    both = pd.concat([before.loc[own, names], after.loc[own, names]], ignore_index=True)
    return Effect(both, moves.loc[moved].reset_index(drop=True))


def again(enterprises: pd.DataFrame, *, rule: Rule, year: int, lang: str) -> Run:
    """Return the comparison of a run, to be asked again with other figures of one enterprise.

    From the status on everything is computed anew: who is ranked, groups, bases, scores, the list. Land of others
    and the land-price coefficients stay as the run found them.

    Parameters
    ----------
    enterprises
        Table of the run, with what `statuses` and `rank` read.
    """

    def run(uscc: str, figures: Mapping[str, float]) -> pd.DataFrame:
        if not figures:
            return enterprises
        own = enterprises["uscc"].eq(uscc)
        frame = enterprises.assign(
            **{name: _column(enterprises, name).mask(own, value) for name, value in figures.items()}
        )
        if "has_account" in frame.columns and figures.keys() - {"area_mu"}:
            frame = frame.assign(has_account=frame["has_account"] | own)
        frame = frame.assign(status=statuses(frame, rule=rule, year=year))
        return rank(frame, rule=rule, lang=lang).table

    return run


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    if name in table.columns:
        return table[name].astype("float64")
    return pd.Series(np.nan, index=table.index, name=name)
