"""Describe matches.xlsx (名称匹配复核表): names to be confirmed, joined, and of nobody, with what is at stake. Pure."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.assemble.normalise import plain_names
from landuse.assemble.resolve import common_slip, slips
from landuse.catalogue import load, term
from landuse.reports.content.forms.frame import form_columns, form_guide, form_sheet, word
from landuse.reports.content.model import LIST_LIMIT, Block, Sheet
from landuse.tables import Analysis, table_title
from landuse.tables.cells import among, text
from landuse.tables.forms import BOOK, form_names
from landuse.tables.matches import ROLES, Matches
from landuse.units import M2_PER_MU

SHEETS: Final[Mapping[str, tuple[str, ...]]] = {
    "matches_open": ("open",),
    "matches_done": ("decided", "joined"),
    "matches_none": ("none",),
}
"""Sheet -> states of the claims on it."""
ROOM: Final = 200
"""Rows below the last in which the drop-downs hold."""
PREFIX: Final = 8
"""Characters of a credit code that name the registering authority and the county."""
CODE: Final = 18
NEAR: Final = 0.8
"""Likeness from which two addresses are called alike (inclusive)."""
AMOUNTS: Final = ("match_tax_wan", "match_output_wan", "match_land_mu")

Row = dict[str, Any]


@dataclass(frozen=True)
class Join:
    """How much of a table found its enterprise."""

    table: str
    rows: tuple[int, int]
    """Matched, all."""
    tax_wan: tuple[float, float] | None = None
    land_mu: tuple[float, float] | None = None


def match_book(analysis: Analysis) -> list[Sheet]:
    """Return the sheets 待复核, 已确认, 未匹配; the largest amounts first."""
    lang, matches = analysis.project.language, analysis.raw.matches or Matches()
    audit = tuple(audit_lines(analysis, lang))
    stakes = _stakes(matches, analysis)
    rows = {name: _ordered(matches, states, stakes) for name, states in SHEETS.items()}
    makers = {"matches_open": _open_rows, "matches_done": _done_rows, "matches_none": _none_rows}
    teller = _Teller(analysis, matches, lang)
    return [_sheet(analysis, name, list(makers[name](teller, rows[name])), audit) for name in SHEETS]


def is_worth_a_look(analysis: Analysis) -> bool:
    """Say whether any name waits for a decision or was joined without a code."""
    matches = analysis.raw.matches
    return matches is not None and bool(len(matches.claims)) and bool(_concerns(matches.claims).any())


def _concerns(claims: pd.DataFrame) -> pd.Series:
    """Return which claims are more than a right code of an enterprise that is not in the table."""
    return claims["state"].ne("none") | claims["code_kind"].ne("credit")


# -------------------------------------------------------------------------------------------------- audit


def joins(analysis: Analysis) -> list[Join]:
    """Return how much of each table found its enterprise: rows, tax of the year, land; empty without enterprises."""
    firms = analysis.enterprises
    if not analysis.raw.of("enterprises") or "uscc" not in firms.columns:
        return []
    found = []
    for table, column in ROLES:
        parts = [part.frame for part in analysis.raw.of(table) if column in part.frame.columns]
        if not parts or column == "lessor_uscc":
            continue
        if table == "parcels":
            found.append(_land_join(analysis))
            continue
        known = [among(part[column], firms["uscc"]) for part in parts]
        rows = (int(sum(part.sum() for part in known)), sum(len(part) for part in parts))
        tax = _tax(parts, known, analysis.project.project.year) if table == "accounts" else None
        found.append(Join(table, rows, tax))
    return found


def _tax(parts: list[pd.DataFrame], known: list[Any], year: int) -> tuple[float, float] | None:
    """Return the tax of the year on rows of known enterprises and on all rows, as read."""
    matched, whole = [], []
    for part, mine in zip(parts, known, strict=True):
        if {"tax_wan", "year"} <= set(part.columns):
            of_year = part["year"].eq(year).fillna(value=False).to_numpy(dtype=bool)
            amount = np.nan_to_num(part["tax_wan"].to_numpy(dtype=float, na_value=np.nan))
            matched.append(math.fsum(amount[of_year & mine]))
            whole.append(math.fsum(amount[of_year]))
    return (math.fsum(matched), math.fsum(whole)) if whole else None


def _land_join(analysis: Analysis) -> Join:
    table = analysis.parcels.table
    mine = among(text(table, "holder_uscc"), analysis.enterprises["uscc"])
    area = np.nan_to_num(table["area_mu"].to_numpy(dtype=float)) if "area_mu" in table else np.zeros(len(table))
    land = (math.fsum(area[mine]), math.fsum(area))
    return Join("parcels", (int(mine.sum()), len(table)), None, land)


def audit_lines(analysis: Analysis, lang: str) -> Iterator[str]:
    """Give one sentence a join: rows, tax and land that found their enterprise, and those that did not."""
    for join in joins(analysis):
        n, every = join.rows
        said = {"table": table_title(join.table, lang), "n": n, "all": every, "open": every - n}
        line = word("words", "audit_line", lang, share=_share(n, every), **said)
        if join.tax_wan is not None:
            tax, whole = join.tax_wan
            line += word(
                "words", "audit_tax", lang, tax=_amount(tax), open=_amount(whole - tax), share=_share(tax, whole)
            )
        if join.land_mu is not None:
            land, whole = join.land_mu
            line += word(
                "words", "audit_land", lang, land=_amount(land), open=_amount(whole - land), share=_share(land, whole)
            )
        yield line


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "—"


def _amount(value: float) -> str:
    return f"{value + 0.0:,.2f}"


# -------------------------------------------------------------------------------------------------- stakes


def _stakes(matches: Matches, analysis: Analysis) -> pd.DataFrame:
    """Return, by claim: rows, tables, tax and output of the year (unknown where none is stated), land in mu."""
    rows = matches.rows
    if not len(rows):
        return pd.DataFrame(columns=["rows", "tables", "tax_wan", "output_wan", "land_mu"])
    year = analysis.project.project.year
    nothing = pd.Series(np.nan, index=rows.index)
    of_year = rows["year"].eq(year).fillna(value=False).astype(bool) if "year" in rows else nothing.notna()
    known = {
        name: pd.to_numeric(rows[name], errors="coerce").where(of_year) if name in rows else nothing
        for name in ("tax_wan", "output_wan")
    }
    stated = pd.DataFrame({"claim": rows["claim"], **known, "land_mu": _land(rows, analysis)})
    grouped = stated.groupby("claim", sort=False)
    sums = grouped[["tax_wan", "output_wan", "land_mu"]].sum(min_count=1)
    tables = rows.drop_duplicates(["claim", "table"]).groupby("claim", sort=False)["table"].agg(tuple)
    return sums.assign(rows=grouped.size(), tables=tables)


def _land(rows: pd.DataFrame, analysis: Analysis) -> pd.Series:
    """Return the land of each row: of a parcel its land in force, once; of a use what it states."""
    stated = pd.to_numeric(rows["area_m2"], errors="coerce") / M2_PER_MU if "area_m2" in rows else None
    land = pd.Series(np.nan, rows.index) if stated is None else stated
    is_parcel = rows["table"].eq("parcels").to_numpy(dtype=bool)
    table = analysis.parcels.table
    if is_parcel.any() and "parcel_id" in rows and "area_mu" in table:
        own = rows["parcel_id"].map(dict(zip(table["parcel_id"], table["area_mu"], strict=True)))
        own = pd.to_numeric(own, errors="coerce").mask(rows.duplicated(["table", "claim", "parcel_id"]))
        land = land.where(~is_parcel, own)
    return land


def _ordered(matches: Matches, states: tuple[str, ...], stakes: pd.DataFrame) -> pd.DataFrame:
    """Return the claims of a sheet with what is at stake, the largest amounts first, in a fixed order."""
    claims = matches.claims
    if not len(claims):
        return claims
    rows = claims[claims["state"].isin(states).to_numpy(dtype=bool)].join(stakes, on="claim")
    keys = {"_tax": -rows["tax_wan"].abs().fillna(0), "_land": -rows["land_mu"].fillna(0)}
    rank = {name: number for number, name in enumerate(states)}
    ordered = rows.assign(**keys, _state=rows["state"].map(rank))
    ordered = ordered.sort_values(["_state", "_tax", "_land", "claim"], kind="stable")
    return ordered.drop(columns=[*keys, "_state"]).reset_index(drop=True)


# --------------------------------------------------------------------------------------------------- rows


class _Teller:
    """Words and facts for the rows."""

    def __init__(self, analysis: Analysis, matches: Matches, lang: str) -> None:
        self.lang = lang
        self.candidates: dict[str, list[Row]] = {}
        for row in matches.candidates.to_dict("records"):
            self.candidates.setdefault(str(row["claim"]), []).append({str(k): v for k, v in row.items()})
        firms = analysis.enterprises
        concerned = pd.concat([text(matches.candidates, "uscc"), text(matches.claims, "uscc")])
        firms = firms[among(text(firms, "uscc"), concerned)]
        facts = pd.DataFrame({name: text(firms, name) for name in ("uscc", "former_names", "address", "town")})
        self.firms = {str(row["uscc"]): row for row in facts.to_dict("records")}
        told = pd.DataFrame({name: text(matches.rows, name) for name in ("claim", "address", "town")})
        self.places = told.groupby("claim", sort=False).first() if len(told) else told

    def base(self, claim: Row) -> Row:
        """Return what a row says of the claim itself."""
        place = [str(claim[name]) for name in ("source_file", "source_sheet", "source_row") if _known(claim[name])]
        return {
            "match_name": claim["name"] if _known(claim["name"]) else None,
            "match_code": claim["code"] if _known(claim["code"]) else None,
            "match_tables": "、".join(table_title(table, self.lang) for table in claim["tables"]),
            "match_rows": float(claim["rows"]),
            "match_tax_wan": claim["tax_wan"],
            "match_output_wan": claim["output_wan"],
            "match_land_mu": claim["land_mu"],
            "match_place": "|".join(place),
            "match_key": claim["claim"],
        }

    def candidate(self, claim: Row, pair: Row) -> Row:
        """Return what a row says of an enterprise that may be meant."""
        return {
            "match_candidate": pair["matched"],
            "match_uscc": pair["uscc"],
            "match_item": pair["uscc"],
            "match_ground": term("match_ground", pair["ground"], self.lang),
            "match_score": pair["score"],
            "match_evidence": self.evidence(claim, pair),
        }

    def evidence(self, claim: Row, pair: Row) -> str:
        """Return what speaks for and against an enterprise: codes, towns, addresses, former names."""
        firm = self.firms.get(str(pair["uscc"]), {})
        said = [*self._codes(claim, str(pair["uscc"])), *self._place(claim, firm)]
        if _known(firm.get("former_names")):
            said.append(word("words", "match_former", self.lang, names=firm["former_names"]))
        return word("words", "stop", self.lang).join(said)

    def _codes(self, claim: Row, uscc: str) -> Iterator[str]:
        code = str(claim["code"]) if _known(claim["code"]) else ""
        if len(code) != CODE or len(uscc) != CODE:
            return
        same = CODE - int(slips(pd.Series([code]), pd.Series([uscc]))[0])
        yield word("words", "match_code_same", self.lang, n=same)
        if slip := common_slip(code, uscc):
            yield word("words", f"match_slip_{slip}", self.lang)
        prefix = "match_prefix" if code[:PREFIX] == uscc[:PREFIX] else "match_prefix_differs"
        yield word("words", prefix, self.lang)

    def _place(self, claim: Row, firm: Mapping[Any, Any]) -> Iterator[str]:
        if claim["claim"] not in self.places.index:
            return
        mine = self.places.loc[claim["claim"]]
        if _known(mine["town"]) and _known(firm.get("town")):
            key = "match_town" if mine["town"] == firm["town"] else "match_town_differs"
            yield word("words", key, self.lang, town=mine["town"], one=mine["town"], other=firm["town"])
        if _known(mine["address"]) and _known(firm.get("address")):
            key = "match_address" if _near(str(mine["address"]), str(firm["address"])) else "match_address_differs"
            yield word("words", key, self.lang)


def _open_rows(teller: _Teller, claims: pd.DataFrame) -> Iterator[Row]:
    for claim in _records(claims):
        pairs = [pair for pair in teller.candidates.get(str(claim["claim"]), []) if not pair["refused"]]
        several = [word("words", "match_several", teller.lang, n=len(pairs))] if len(pairs) > 1 else []
        for number, pair in enumerate(pairs):
            row = {**teller.base(claim), **teller.candidate(claim, pair)}
            said = [*several, *([row["match_evidence"]] if row["match_evidence"] else [])]
            row["match_evidence"] = word("words", "stop", teller.lang).join(said)
            yield {**row, **dict.fromkeys(AMOUNTS)} if number else row


def _done_rows(teller: _Teller, claims: pd.DataFrame) -> Iterator[Row]:
    for claim in _records(claims):
        pairs = teller.candidates.get(str(claim["claim"]), [])
        known = next((pair for pair in pairs if pair["uscc"] == claim["uscc"]), None)
        pair = {**(known or {"score": None}), "uscc": claim["uscc"], "matched": claim["matched"]}
        row = {**teller.base(claim), **teller.candidate(claim, {**pair, "ground": claim["ground"]})}
        if claim["state"] == "decided":
            by = word("words", "match_by_person", teller.lang, who=claim["who"] or "—", day=claim["day"])
            row["match_evidence"] = word("words", "stop", teller.lang).join(filter(None, (by, row["match_evidence"])))
        yield row


def _none_rows(teller: _Teller, claims: pd.DataFrame) -> Iterator[Row]:
    for claim in _records(claims):
        refused = [str(pair["matched"]) for pair in teller.candidates.get(str(claim["claim"]), []) if pair["refused"]]
        row = teller.base(claim)
        if refused:
            row["match_evidence"] = word("words", "match_refused", teller.lang, names="、".join(refused))
        yield row


def _records(claims: pd.DataFrame) -> list[Row]:
    return [{str(name): value for name, value in row.items()} for row in claims.to_dict("records")]


def _known(value: Any) -> bool:
    return value is not None and not pd.isna(value) and value != ""


def _near(one: str, other: str) -> bool:
    """Say whether two addresses are alike: in plain form one holds the other, or nearly all signs are the same."""
    from rapidfuzz.distance import Indel

    a, b = (str(each) for each in plain_names(pd.Series([one, other])).fillna(""))
    return bool(a and b) and (a in b or b in a or Indel.normalized_similarity(a, b) >= NEAR)


# -------------------------------------------------------------------------------------------------- sheet


def _sheet(analysis: Analysis, name: str, rows: list[Row], audit: tuple[str, ...]) -> Sheet:
    lang, project = analysis.project.language, analysis.project
    columns = list(form_names("matches"))
    shown = pd.DataFrame(rows[:LIST_LIMIT], columns=columns).astype(object)
    for column in ("match_rows", "match_score", *AMOUNTS):
        shown[column] = pd.to_numeric(shown[column], errors="coerce")
    shown.insert(0, "seq", np.arange(1.0, len(shown) + 1))
    block = Block(
        columns=form_columns("matches", lang),
        rows=shown,
        guide=form_guide(form_names("matches"), lang),
        guide_mark=word("words", "guide_mark", lang),
        room=ROOM,
    )
    facts = {"project": project.project.name, "year": project.project.year, "land_date": project.land_date}
    forms = load(BOOK)["forms"]
    made = form_sheet(
        {**forms["matches"], **forms[name]},
        project,
        block,
        lines=(word("words", "confirm_unit", lang, **facts), project.outputs.notice),
        below=(word("words", f"{name}_note", lang), word("words", "matches_sign", lang)),
    )
    left = len(rows) - len(shown)
    cut = (word("words", "matches_cut", lang, n=left),) if left else ()
    return dataclasses.replace(made, notes=(*made.notes, *cut, *audit))
