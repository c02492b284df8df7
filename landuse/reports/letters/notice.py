"""Say what an enterprise is told of its result: its own figures, and of its group only what the rule publishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import pandas as pd

from landuse.catalogue import load, term
from landuse.law.deadlines import Deadline, deadlines
from landuse.measures import LAND, measures, quantities
from landuse.policy.library import pack_of
from landuse.reports.content.context import Context
from landuse.reports.dossier.words import NOTHING, Row, known, shown, title
from landuse.reports.explain.score import stratum_of
from landuse.reports.sources import records
from landuse.tables import column

BOOK: Final = "vocabulary/notices.toml"
LEAST_MEMBERS: Final = 3
"""Members that know a measure, from which its base is told: of two, the base and the own figure give the other's."""
MOST_PARCELS: Final = 10
FINAL: Final = "最终"
SIGNS: Final = {"divide": "divided", "multiply": "multiplied"}


def word(name: str, lang: str, /, **fill: Any) -> str:
    """Return a word of the letter with its placeholders filled."""
    return str(load(BOOK)["letter"][name][lang]).format(**fill)


class Notices:
    """The letters of some enterprises."""

    def __init__(self, ctx: Context, uscc: Sequence[str]) -> None:
        analysis = ctx.analysis
        self.ctx, self.lang, self.rule = ctx, ctx.words.lang, analysis.facts["rule"]
        firms = analysis.enterprises
        self.firms = {str(row["uscc"]): row for row in records(firms.loc[firms["uscc"].isin(list(uscc))])}
        self.groups = {str(row["industry_group"]): row for row in records(analysis.groups)}
        ranked = firms.loc[firms["status"].eq("RANKED")]
        told_of = [name for name in self.rule.indicators if name in ranked.columns]
        counted = ranked.groupby("industry_group", observed=True)[told_of].count()
        self.knowing: dict[tuple[str, str], int] = {
            (str(group), name): int(n) for name in told_of for group, n in counted[name].items()
        }
        use = analysis.occupancy.loc[analysis.occupancy["uscc"].isin(list(uscc))]
        k = analysis.parcels.table.set_index("parcel_id")["price_coefficient"]
        told = use[["uscc", "parcel_id", "tenure", "land_mu"]].assign(k=use["parcel_id"].map(k))
        self.land: dict[str, list[Row]] = {}
        for row in records(told.sort_values(["uscc", "land_mu", "parcel_id"], ascending=[True, False, True])):
            self.land.setdefault(str(row["uscc"]), []).append(row)

    def letter(self, uscc: str) -> Mapping[str, Any]:
        """Return everything that the letter of one enterprise says."""
        firm, lang = self.firms[uscc], self.lang
        group = self.groups.get(str(firm.get("industry_group")), {})
        name, project = str(firm["name"]), self.ctx.project
        fill = {"name": name, "uscc": uscc}
        return {
            "title": f"{word('title', lang)} {name}",
            "mark_as": f"{uscc} {name}",
            "to": word("to", lang, **fill),
            "land": self._land(firm),
            "amounts": self._amounts(firm),
            "measures": self._measures(firm, group),
            "notes": self._notes(firm),
            "result": self._result(firm, group),
            "listed": bool(known(firm, "low_efficiency") and firm["low_efficiency"]),
            "slip": word("slip_text", lang, **fill, year=project.project.year, stage=self.ctx.stage),
        }

    def _land(self, firm: Row) -> list[list[str]]:
        rows = self.land.get(str(firm["uscc"]), [])
        lines = [
            [str(row["parcel_id"]), term("tenure", str(row["tenure"]), self.lang), f"{float(row['land_mu']):,.2f}",
             shown("parcels", "price_coefficient", row["k"], self.lang)]
            for row in rows[:MOST_PARCELS]
        ]  # fmt: skip
        if len(rows) > MOST_PARCELS:
            rest = rows[MOST_PARCELS:]
            mu = sum(float(row["land_mu"]) for row in rest)
            lines.append([word("more_land", self.lang, n=len(rest)), "", f"{mu:,.2f}", ""])
        total = [word("total", self.lang), "", _plain("area_mu", firm), _plain("price_coefficient", firm)]
        return [*lines, total]

    def _amounts(self, firm: Row) -> list[list[str]]:
        told = []
        for name in quantities(self.rule.indicators):
            value = shown("enterprises", name, firm.get(name), self.lang)
            told.append([title("enterprises", name, self.lang), self._known(value)])
        return told

    def _known(self, value: str) -> str:
        return word("unknown", self.lang) if value == NOTHING else value

    def _measures(self, firm: Row, group: Row) -> list[list[str]]:
        """Return the line of each weighed measure: formula with own numbers, own value, base, weight."""
        stratum, lang = stratum_of(dict(firm), self.rule), self.lang
        few = not known(group, "n") or int(group["n"]) < LEAST_MEMBERS
        lines = []
        for name in (name for name in self.rule.indicators if stratum.weights.get(name, 0) > 0):
            compared = measures()[name].compared
            declared = stratum.bases.get(name)
            base = group.get(f"base_{name}") if declared is None else declared
            knowing = self.knowing.get((str(firm.get("industry_group")), name), 0)
            hidden = (few or knowing < LEAST_MEMBERS) and declared is None
            lines.append(
                [
                    title("enterprises", compared if compared in firm else name, lang),
                    self._formula(firm, name),
                    shown("enterprises", name, firm.get(compared), lang),
                    word("withheld", lang) if hidden else shown("enterprises", name, base, lang),
                    f"{float(stratum.weights[name]):.0%}",
                ]
            )
        return lines

    def _formula(self, firm: Row, name: str) -> str:
        measure, lang = measures()[name], self.lang
        under = "area_mu" if measure.under == LAND else measure.under
        if not known(firm, measure.top) or not known(firm, under):
            return word("unknown", lang)
        fill = {"a": _plain(measure.top, firm), "b": _plain(under, firm), "k": _plain("price_coefficient", firm)}
        sign = SIGNS.get(self.rule.price_apply, "quotient") if measure.per_land else "quotient"
        told = word(sign, lang, **fill)
        return told if measure.factor == 1 else word("scaled", lang, told=told, factor=f"{measure.factor:,g}")

    def _notes(self, firm: Row) -> list[str]:
        """Return how the figures follow from each other, in words."""
        rule, lang = self.rule, self.lang
        notes = [word("mean_years", lang, years=rule.years)] if rule.years > 1 else []
        notes += [word("revenue", lang)] if firm.get("output_source") == "revenue" else []
        if rule.method != "ratio":
            return [*notes, word("points_note", lang)]
        cap = "" if rule.cap is None else word("cap", lang, cap=f"{float(rule.cap):g}")
        stratum = stratum_of(dict(firm), rule)
        weighed = [name for name in rule.indicators if stratum.weights.get(name, 0) > 0]
        lacks = any(not known(firm, measures()[name].compared) for name in weighed)
        spread = [word("spread_note", lang)] if lacks and rule.unknown == "renormalise" else []
        return [*notes, word("base_note", lang, cap=cap), *spread]

    def _result(self, firm: Row, group: Row) -> list[list[str]]:
        lang, n = self.lang, int(firm["n_in_group"])
        rank = int(firm["rank"])
        listed = known(firm, "low_efficiency") and bool(firm["low_efficiency"])
        verdict = self.ctx.listed if listed else self.ctx.words.phrase("not_listed")
        reasons = [self.ctx.reason(str(code)) for code in firm["reasons"]] if listed else []
        lines = [
            ["group", str(group.get("name", NOTHING))],
            ["members", word("count", lang, n=n)],
            ["score", f"{float(firm['score']):,.2f}"],
            ["listed_number", word("count", lang, n=int(group["k"])) if known(group, "k") else NOTHING],
            ["rank", word("nth", lang, n=rank)],
            ["place", word("nth_place", lang, n=n + 1 - rank)],
            ["verdict", verdict],
        ]
        lines += [["reasons", self.ctx.words.join(reasons)]] if reasons else []
        return [[word(name, lang), value] for name, value in lines]


def shared_words(ctx: Context) -> Mapping[str, Any]:
    """Return what all letters of a run have in common."""
    from landuse import __version__

    project, lang, rule = ctx.project, ctx.words.lang, ctx.analysis.facts["rule"]
    settings = project.notices
    opening = word(
        "opening", lang, pack=pack_of(rule).title[lang], version=rule.version, year=project.project.year,
        region=project.print.region_name or project.project.name, land_date=project.land_date,
    )  # fmt: skip
    return {
        "words": {name: str(entry[lang]) for name, entry in load(BOOK)["letter"].items()},
        "lang": lang,
        "organisation": project.print.organisation,
        "doc_number": project.print.doc_number,
        "secrecy": "",
        "notice": project.outputs.notice,
        "stage": ctx.stage,
        "draft": ctx.stage if ctx.is_draft else "",
        "opening": opening,
        "deadline": deadline_of(ctx),
        "office": settings.objection_office or project.print.organisation,
        "contact": settings.contact,
        "dated": _dated(ctx),
        "footer": word("footer", lang, digest=project.digest()[:12], version=__version__),
    }


def deadline_of(ctx: Context) -> str:
    """Return until when objections are taken: by the stage, and the day of publication where it is known."""
    project, lang = ctx.project, ctx.words.lang
    if project.project.stage == FINAL:
        return word("final", lang)
    found: list[Deadline] = [one for one in deadlines(project) if one.name == "objection"]
    if found:
        return word("until_day", lang, last=found[0].last, start=found[0].start, n=found[0].working_days)
    stated = project.stages.objection_working_days
    default = int(load("law/statutes/stages.toml")["objection_working_days"]["value"])
    return word("until_days", lang, n=default if stated is None else stated)


def _dated(ctx: Context) -> str:
    """Return the date of the letters; blank for a pen where the stage is not final or no day is stated."""
    day: date | None = ctx.project.print.drawn_on
    if ctx.project.project.stage != FINAL or ctx.is_draft or day is None:
        return word("date", ctx.words.lang)
    return word("day", ctx.words.lang, y=day.year, m=day.month, d=day.day)


def _plain(name: str, firm: Row) -> str:
    """Return a number of an enterprise without its unit."""
    value, described = firm.get(name), column("enterprises", name)
    if value is None or pd.isna(value):
        return NOTHING
    decimals = {"C": 4, "N": 0}.get(described.fmt, 2) if described else 2
    return f"{float(value):,.{decimals}f}"
