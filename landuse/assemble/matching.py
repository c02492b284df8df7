"""Join rows that name an enterprise without its code, as far as nothing has to be guessed; say the rest (DOMAIN 12)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse import tables
from landuse.assemble.claims import NOT_COMPARED, Gathered, filled, gathered
from landuse.assemble.keys import stack
from landuse.assemble.normalise import core_names, rules
from landuse.assemble.resolve import EQUAL, EXACT, Firms, Resolved, resolve
from landuse.tables import RawTables
from landuse.tables.changes import Change
from landuse.tables.matches import MATCHES, ROLES, SAME, Matches

PLACE: Final = ("source_file", "source_sheet", "source_row")
UNKNOWN: Final = "—"


@dataclass(frozen=True)
class Decided:
    """What persons said of one claim."""

    same: Change | None
    others: frozenset[str]
    """Credit codes of enterprises that are not meant."""


def matched(raw: RawTables, said: Sequence[Change]) -> RawTables:
    """Return the tables with the credit code of every row whose enterprise is certain; `matches` says how and who not.

    Certain are a decision of a person, an exact key (organisation code, registration number) and an equal name of one
    enterprise alone. Names that are merely alike are proposed and never join. Rows that stay without a code keep their
    name in its place, so that their money and land stay told apart. Without enterprises nothing is looked for.

    Parameters
    ----------
    said
        All changes of overrides.csv: decisions on names, and the corrections of holders.
    """
    if not raw.of("enterprises"):
        return raw
    renamed = [(each.key, each.new) for each in said if (each.table, each.column) == ("enterprises", "name")]
    firms = Firms.of(stack(raw.of("enterprises"), "enterprises"), renamed)
    found = gathered(raw, firms.table["uscc"], said)
    claims = found.claims.drop_duplicates("claim").reset_index(drop=True)
    resolved = resolve(claims, firms)
    decided = decisions(said)
    table, candidates = _settled(claims, resolved, firms, decided)
    joined = table[table["uscc"].notna().to_numpy(dtype=bool)]
    made = filled(raw, found.claims, dict(zip(joined["claim"], joined["uscc"], strict=True)))
    matches = Matches(table, candidates, found.claims.drop(columns=["number", "at"]))
    issues = [raw.issues, *_issues(matches, firms, decided), _differing(_named_by_code(found, table), firms)]
    return dataclasses.replace(made, issues=tables.join_issues(issues), matches=matches)


def decisions(said: Sequence[Change]) -> dict[str, Decided]:
    """Return what was decided of each claim; a later statement on the same enterprise takes the place of an earlier."""
    last: dict[tuple[str, str], Change] = {}
    for change in said:
        if change.table == MATCHES and change.item:
            last.pop((change.key, change.item), None)
            last[change.key, change.item] = change
    found: dict[str, Decided] = {}
    for (claim, uscc), change in last.items():
        known = found.get(claim, Decided(None, frozenset()))
        if change.new == SAME:
            found[claim] = Decided(change, known.others)
        else:
            found[claim] = Decided(known.same, known.others | {uscc})
    return found


def _settled(
    claims: pd.DataFrame, resolved: Resolved, firms: Firms, decided: Mapping[str, Decided]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the claims with what became of each, and whom the open ones may mean."""
    uscc = firms.table["uscc"].to_numpy(dtype=object)
    firm, ground = resolved.firm.copy(), resolved.ground.copy()
    state = np.where(firm >= 0, "joined", "none").astype(object)
    who, day = np.full(len(claims), "", dtype=object), np.full(len(claims), "", dtype=object)
    place = {code: number for number, code in enumerate(uscc)}
    at_of = {claim: number for number, claim in enumerate(claims["claim"])}
    for claim, said in decided.items():
        at = at_of.get(claim, -1)
        if at < 0:
            continue
        if said.same is not None and said.same.item in place:
            firm[at], ground[at], state[at] = place[said.same.item], "DECISION", "decided"
            who[at], day[at] = said.same.who, said.same.day
        elif firm[at] >= 0 and uscc[firm[at]] in said.others:
            firm[at], ground[at], state[at] = -1, "", "none"
    proposed = resolved.proposed
    pairs = pd.DataFrame({"claim": claims["claim"].to_numpy(dtype=object)[proposed["at"]], "at": proposed["at"]})
    pairs = pairs.assign(uscc=uscc[proposed["firm"]] if len(uscc) else "", ground=proposed["ground"])
    names = firms.table["name"].to_numpy(dtype=object)
    pairs = pairs.assign(matched=names[proposed["firm"]] if len(uscc) else "", score=proposed["score"])
    said_no = {(claim, code) for claim, said in decided.items() for code in said.others}
    refused = [pair in said_no for pair in zip(pairs["claim"], pairs["uscc"], strict=True)]
    pairs = pairs.assign(refused=np.array(refused, dtype=bool))
    open_ = np.bincount(pairs["at"][~pairs["refused"]].to_numpy(dtype=np.int64), minlength=len(claims)) > 0
    state = np.where((state == "none") & open_, "open", state)
    own = {column: firms.table[column].array.take(firm, allow_fill=True) for column in ("uscc", "name")}
    table = claims.reindex(columns=["claim", "name", "code", "table", "column", *PLACE]).assign(
        code_kind=resolved.kind, state=state, ground=ground, uscc=pd.Series(own["uscc"], dtype="str"),
        matched=pd.Series(own["name"], dtype="str"), who=who, day=day,
    )  # fmt: skip
    return table, pairs.drop(columns="at").reset_index(drop=True)


# ------------------------------------------------------------------------------------------------- issues


def _issues(matches: Matches, firms: Firms, decided: Mapping[str, Decided]) -> list[pd.DataFrame]:
    claims = matches.claims
    count = matches.rows["claim"].value_counts()
    facts = claims.assign(count=claims["claim"].map(count), said=_said(claims), cell=_cell(claims))
    joined = facts["state"].eq("joined")
    by_key = joined & facts["ground"].isin(EXACT)
    despite = joined & facts["ground"].isin(EQUAL) & facts["code_kind"].eq("credit_wrong")
    right = facts["code_kind"].eq("credit")  # not in the table: told where its land or money is
    right |= facts["name"].fillna("").str.contains(rules("plain")["authority"], regex=True)  # no enterprise
    coded = facts.assign(said=facts["code"], cell=facts["column"])
    return [
        _each("MATCH_BY_CODE", coded[by_key]),
        _each("MATCH_BY_FORMER_NAME", facts[joined & facts["ground"].eq("FORMER_NAME") & ~despite]),
        _each("MATCH_DESPITE_CODE", coded[despite]),
        _together("MATCH_BY_NAME", facts[joined & facts["ground"].eq("NAME") & ~despite]),
        _together("MATCH_BY_DECISION", facts[facts["state"].eq("decided")]),
        _open(facts[facts["state"].eq("open")], matches.candidates),
        _together("NAME_UNMATCHED", facts[facts["state"].eq("none") & facts["name"].notna() & ~right]),
        _together("OLD_CODE_CHECK", coded[coded["code_kind"].isin(["org_wrong", "reg_wrong"])]),
        _lost(decided, firms),
    ]


def _said(claims: pd.DataFrame) -> pd.Series:
    """Return each claim as a person reads it: the name, else the code."""
    return claims["name"].fillna(claims["code"]).fillna(UNKNOWN)


def _cell(rows: pd.DataFrame) -> pd.Series:
    """Return the column in which what is said of each row stands: that of its name, else of its code."""
    roles = pd.Series(list(zip(rows["table"], rows["column"], strict=True)), index=rows.index, dtype=object)
    return roles.map(ROLES).where(rows["name"].notna(), rows["column"])


def _each(code: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return one issue a claim, at its first row."""
    facts = [
        {"count": int(row["count"]), "name": row["matched"], "uscc": row["uscc"]}
        for row in rows[["count", "matched", "uscc"]].to_dict("records")
    ]
    return _by_table(code, rows, "uscc", facts)


def _together(code: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return one issue for all claims that one column of one table holds first: how many, and the first of them."""
    first = rows.drop_duplicates(["table", "column"])
    sums = rows.groupby(["table", "column"], sort=False)["count"].agg(["size", "sum"])
    facts = [
        {"names": int(sums.loc[key, "size"]), "count": int(sums.loc[key, "sum"])}
        for key in zip(first["table"], first["column"], strict=True)
    ]
    return _by_table(code, first, "", facts)


def _by_table(code: str, rows: pd.DataFrame, key: str, facts: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    parts = []
    for table in rows["table"].unique():
        mine = rows["table"].eq(table).to_numpy(dtype=bool)
        some = rows[mine]
        told = [dict(fact) for fact, is_mine in zip(facts, mine, strict=True) if is_mine]
        issues = tables.issue_rows(code, some, table=table, key=key, value=some["said"].tolist(), facts=told)
        parts.append(issues.assign(column=some["cell"].to_numpy(dtype=object)))
    return tables.join_issues(parts)


def _open(rows: pd.DataFrame, candidates: pd.DataFrame) -> pd.DataFrame:
    """Return a warning for each name that somebody has to confirm, with the likeliest enterprise."""
    best = candidates[~candidates["refused"].to_numpy(dtype=bool)].drop_duplicates("claim").set_index("claim")
    number = candidates[~candidates["refused"].to_numpy(dtype=bool)]["claim"].value_counts()
    facts = [
        {"count": int(count), "candidate": best.loc[claim, "matched"], "uscc": best.loc[claim, "uscc"],
         "number": int(number[claim])}
        for claim, count in zip(rows["claim"], rows["count"], strict=True)
    ]  # fmt: skip
    return _by_table("MATCH_TO_CONFIRM", rows, "said", facts)


def _lost(decided: Mapping[str, Decided], firms: Firms) -> pd.DataFrame:
    """Return a warning for each decision on an enterprise that the table of enterprises does not have."""
    known = set(firms.table["uscc"])
    lost = [said.same for said in decided.values() if said.same is not None and said.same.item not in known]
    rows = pd.DataFrame([(change.item, *change.source) for change in lost], columns=["key", *PLACE])
    facts = [{"who": change.who or UNKNOWN, "day": change.day or UNKNOWN} for change in lost]
    value = [change.key.rpartition("|")[0] or change.key.strip("|") for change in lost]
    return tables.issue_rows("MATCH_DECISION_LOST", rows, table="enterprises", key="key", value=value, facts=facts)


def _named_by_code(found: Gathered, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with a name beside the code of a known enterprise, or beside an old code that joined one."""
    by_key = claims[claims["state"].eq("joined").to_numpy(dtype=bool) & claims["ground"].isin(EXACT).to_numpy()]
    meant = dict(zip(by_key["claim"], by_key["uscc"], strict=True))
    rows = found.claims[(found.claims["claim"].isin(meant) & found.claims["plain"].notna()).to_numpy(dtype=bool)]
    if rows.empty:
        return found.named
    return pd.concat([found.named, rows.assign(code=rows["claim"].map(meant))], ignore_index=True)


def _differing(named: pd.DataFrame, firms: Firms) -> pd.DataFrame:
    """Return a warning for each name beside the code of an enterprise of quite another name, once a table.

    Former names, and names that differ only in the words of their legal form, raise none. Holders of parcels are told
    elsewhere (HOLDER_NAME_DIFFERS).
    """
    rows = named[~named["table"].isin(NOT_COMPARED).to_numpy(dtype=bool)]
    rows = rows.drop_duplicates(["table", "column", "code", "plain"]).reset_index(drop=True)
    if rows.empty:
        return tables.no_issues()
    firm = pd.Index(firms.table["uscc"]).get_indexer(pd.Index(rows["code"]))
    names = pd.concat([firms.names[["plain", "firm"]], _cores(firms.names)], ignore_index=True)
    known = set(zip(names["plain"], names["firm"].astype(int), strict=True))
    cores = core_names(rows["plain"])
    wrong = [
        (plain, int(at)) not in known and (core, int(at)) not in known
        for plain, core, at in zip(rows["plain"], cores, firm, strict=True)
    ]
    rows = rows[np.array(wrong, dtype=bool)].assign(firm=firm[np.array(wrong, dtype=bool)])
    facts = [{"official": name} for name in firms.table["name"].iloc[rows["firm"]].fillna(UNKNOWN)]
    return _by_table("CODE_NAME_DIFFERS", rows.assign(said=rows["name"], cell=_cell(rows)), "code", facts)


def _cores(names: pd.DataFrame) -> pd.DataFrame:
    cores = names[["plain", "firm"]].assign(plain=core_names(names["plain"]))
    return cores[cores["plain"].notna().to_numpy(dtype=bool)]
