"""Tell who uses a parcel, and how the leading user stands in its industry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.catalogue import term
from landuse.measures import measures
from landuse.reports.content.context import Context
from landuse.reports.dossier.words import NOTHING, Row, known, shown, title, word
from landuse.reports.explain.score import stratum_of
from landuse.reports.sources import records
from landuse.tables import column, unit_title

MOST: Final = 8
"""Users up to which all are listed on the first page; of more, all stand in an annex."""
FIRST: Final = 5
"""Users listed on the first page where there is an annex."""
AXIS: Final = 1.5
"""Ratio to the base at which a bar ends: the cap of the default rule."""
QUARTILES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


class Users:
    """The occupants of some parcels with what the enterprise table knows of them."""

    def __init__(self, ctx: Context, parcel_ids: Sequence[str]) -> None:
        analysis = ctx.analysis
        self.ctx, self.lang = ctx, ctx.words.lang
        use = analysis.occupancy.loc[analysis.occupancy["parcel_id"].isin(list(parcel_ids))]
        firms = analysis.enterprises
        kept = [name for name in firms.columns if name == "uscc" or name not in use.columns]
        joined = use.merge(firms[kept], on="uscc", how="left", validate="many_to_one")
        order = joined.sort_values(["parcel_id", "land_mu", "uscc"], ascending=[True, False, True], kind="stable")
        self._of: dict[str, list[Row]] = {}
        for row in records(order):
            self._of.setdefault(str(row["parcel_id"]), []).append(row)
        self._groups = {str(row["industry_group"]): row for row in records(analysis.groups)}
        self._spread: dict[str, list[float]] = {}

    def of(self, parcel_id: str) -> list[Row]:
        """Return the users of a parcel, the one with most land first."""
        return self._of.get(parcel_id, [])

    def leading(self, parcel_id: str) -> Row | None:
        """Return the user a page speaks of: the listed one with most land, else the ranked one, else the largest."""
        users = self.of(parcel_id)
        listed = [user for user in users if known(user, "low_efficiency") and user["low_efficiency"]]
        ranked = [user for user in users if known(user, "score")]
        return next(iter([*listed, *ranked, *users]), None)

    def lines(self, parcel: Row) -> list[list[str]]:
        """Return the table of the users of a parcel."""
        return [self._line(number, user, parcel) for number, user in enumerate(self.of(str(parcel["parcel_id"])), 1)]

    def name(self, user: Row, parcel: Row) -> str:
        """Return the name of a user: as the enterprise table has it, else of the holder it is, else its code."""
        if known(user, "name"):
            return str(user["name"])
        is_holder = user["uscc"] == parcel.get("holder_uscc") and known(parcel, "holder")
        return str(parcel["holder"] if is_holder else user["uscc"])

    def _line(self, number: int, user: Row, parcel: Row) -> list[str]:
        lang = self.lang
        return [
            str(number),
            self.name(user, parcel),
            str(user["uscc"]),
            term("tenure", str(user["tenure"]), lang),
            f"{float(user['land_mu']):,.2f}",
            f"{float(user['land_share_of_parcel']):.1%}",
            self.group_name(user),
            shown("enterprises", "score", user.get("score"), lang),
            self.rank_pair(user),
            self.verdict(user),
        ]

    def group_name(self, user: Row) -> str:
        """Return the name of the group a user is compared in."""
        group = self._groups.get(str(user.get("industry_group")))
        return str(group["name"]) if group else NOTHING

    def rank_pair(self, user: Row) -> str:
        """Return rank and place from the top, with the number compared."""
        if not known(user, "rank"):
            return NOTHING
        rank, n = int(user["rank"]), int(user["n_in_group"])
        return word("page", "rank_pair", self.lang, rank=rank, top=n + 1 - rank, n=n)

    def verdict(self, user: Row) -> str:
        """Return the verdict in official words; without one the status."""
        if known(user, "low_efficiency"):
            return self.ctx.listed if user["low_efficiency"] else self.ctx.words.phrase("not_listed")
        status = str(user["status"]) if known(user, "status") else ""
        return term("status", status, self.lang) if status else word("page", "unknown_firm", self.lang)

    # ------------------------------------------------------------------------------------------- comparison

    def comparison(self, parcel: Row) -> Mapping[str, Any]:
        """Return the leading user against its group: bars to the bases, the scores; or why there is none."""
        user, lang = self.leading(str(parcel["parcel_id"])), self.lang
        if user is None:
            return {"none": word("page", "nobody_compared", lang)}
        name = self.name(user, parcel)
        group = self._groups.get(str(user.get("industry_group")))
        if group is None or not known(user, "score"):
            return {"none": word("page", "not_compared", lang, name=name, status=self.verdict(user))}
        n, rank, k = int(user["n_in_group"]), int(user["rank"]), int(group["k"])
        listed = word("page", "bottom", lang, k=k)
        return {
            "none": "",
            "heading": word("page", "compare_with", lang, name=name, group=group["name"], n=n),
            "bars": self._bars(user, group),
            "score": self._score(user, group),
            "place": word("page", "place", lang, rank=rank, top=n + 1 - rank, n=n, listed=listed),
        }

    def _bars(self, user: Row, group: Row) -> list[dict[str, Any]]:
        """Return one bar a measure: own value and base in words, their ratio, its weight."""
        rule, lang = self.ctx.analysis.facts["rule"], self.lang
        stratum = stratum_of(dict(user), rule)
        bars = []
        for name in (name for name in rule.indicators if stratum.weights.get(name, 0) > 0):
            compared, base = measures()[name].compared, stratum.bases.get(name, group.get(f"base_{name}"))
            own = user.get(compared)
            ratio = None
            if known(user, compared) and known({"base": base}, "base") and float(str(base)) > 0:
                ratio = min(max(float(str(own)) / float(str(base)), 0.0), AXIS)
            bars.append(
                {
                    "title": title("enterprises", compared if compared in user else name, lang),
                    "unit": _unit(name, lang),
                    "own": _number(own),
                    "base": _number(base),
                    "ratio": ratio,
                    "weight": f"{float(stratum.weights[name]):.0%}",
                }
            )
        return bars

    def _score(self, user: Row, group: Row) -> Mapping[str, Any]:
        low, q1, mid, q3, high = self._quartiles(str(group["industry_group"]))
        cut = self._cut(str(group["industry_group"]), int(group["k"]))
        own = float(user["score"])
        told = {"low": low, "q1": q1, "mid": mid, "q3": q3, "high": high}
        text = word("page", "spread", self.lang, **{name: f"{value:.2f}" for name, value in told.items()})
        cut_text = "" if cut is None else word("page", "cut", self.lang, value=f"{cut:.2f}")
        most = max(high, 100.0, own) * 1.04
        return {
            **told,
            "own": own,
            "own_text": f"{own:.2f}",
            "cut": cut,
            "cut_text": cut_text,
            "most": most,
            "text": text,
        }

    def _scores(self, group: str) -> list[float]:
        if group not in self._spread:
            firms = self.ctx.analysis.enterprises
            inside = firms["industry_group"].eq(group) & firms["score"].notna()
            if "rank_unit" in firms.columns:
                inside &= firms["rank_unit"].isna() | firms["rank_unit"].eq(firms["uscc"])
            found = firms.loc[inside.fillna(value=False).astype(bool), "score"]
            self._spread[group] = sorted(found.astype(float).tolist())
        return self._spread[group]

    def _quartiles(self, group: str) -> list[float]:
        return [float(value) for value in np.quantile(np.array(self._scores(group)), QUARTILES)]

    def _cut(self, group: str, k: int) -> float | None:
        scores = self._scores(group)
        return scores[k - 1] if 1 <= k <= len(scores) else None


def _number(value: Any) -> str:
    return NOTHING if value is None or pd.isna(value) else f"{float(value):,.2f}"


def _unit(name: str, lang: str) -> str:
    described = column("enterprises", name)
    return unit_title(described.unit, lang) if described and described.unit else ""
