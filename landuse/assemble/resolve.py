"""Say who is meant by a name or an old code: exact keys first, then equal names; whatever is only alike is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.codes import USCC_LENGTH, clean_keys
from landuse.assemble.fuzzy import alike
from landuse.assemble.normalise import core_names, former_names, head_names, plain_names, rules
from landuse.assemble.oldcodes import kinds, org_part
from landuse.tables.cells import text

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

EXACT: Final = ("ORG_CODE", "REG_NO")
"""Grounds that are keys."""
EQUAL: Final = ("NAME", "FORMER_NAME")
"""Grounds that join by themselves where one enterprise alone is meant."""
GROUNDS: Final = (*EXACT, *EQUAL, "SAME_ORG", "TAX_NO", "CODE_SLIP", "BRANCH", "CORE", "ALIKE")
"""All grounds, the strongest first."""
BY_CODE: Final = ("CODE_SLIP", "TAX_NO")
"""Grounds that rest on a code that is not right: a name that is quite another refutes them."""
MOST_COMPARED: Final = 5_000
"""Wrong codes that are compared with all others, those with most rows first."""


@dataclass(frozen=True)
class Firms:
    """The known enterprises and what they are called."""

    table: pd.DataFrame
    """uscc (unique), name, plain, org, registration_no, address, town."""
    names: pd.DataFrame
    """plain, firm (position), ground: NAME, or FORMER_NAME; every pair once."""

    @classmethod
    def of(cls, enterprises: pd.DataFrame, renamed: Sequence[tuple[str, str]] = ()) -> Firms:
        """Return the enterprises of a stacked table; `renamed` gives corrected names: credit code, name."""
        rows = enterprises[enterprises["uscc"].notna().to_numpy(dtype=bool)].drop_duplicates("uscc")
        rows = rows.reset_index(drop=True)
        table = pd.DataFrame({name: text(rows, name) for name in ("uscc", "name", "address", "town")})
        table = table.assign(
            plain=plain_names(table["name"]),
            org=org_part(table["uscc"]),
            registration_no=clean_keys(text(rows, "registration_no")),
        )
        former = former_names(text(rows, "former_names"))
        every = enterprises.assign(firm=pd.Index(table["uscc"]).get_indexer(pd.Index(enterprises["uscc"])))
        every = every[(every["firm"] >= 0).to_numpy()]
        own = pd.DataFrame({"plain": plain_names(text(every, "name")), "firm": every["firm"], "ground": "NAME"})
        of_new = pd.Index(table["uscc"]).get_indexer(pd.Index([uscc for uscc, _ in renamed], dtype=object))
        new = pd.DataFrame({"plain": plain_names(pd.Series([n for _, n in renamed], dtype="str")), "firm": of_new})
        old = pd.DataFrame({"plain": plain_names(former["name"]), "firm": former["at"], "ground": "FORMER_NAME"})
        names = pd.concat([own, new[new["firm"] >= 0].assign(ground="NAME"), old], ignore_index=True)
        names = names[names["plain"].notna().to_numpy(dtype=bool)].drop_duplicates(["plain", "firm"])
        return cls(table, names.reset_index(drop=True))


@dataclass(frozen=True)
class Resolved:
    """Who is meant by each claim."""

    firm: Ints
    """Per claim: position of the enterprise it joins, -1 = none."""
    ground: npt.NDArray[np.object_]
    """Per claim: why."""
    kind: pd.Series
    """Per claim: what its code is by shape and check digit."""
    proposed: pd.DataFrame
    """at (claim), firm, ground, score of the claims that do not join; best first."""


def resolve(claims: pd.DataFrame, firms: Firms) -> Resolved:
    """Return who is meant by each claim (plain, code).

    An exact key joins unless the name is that of another enterprise. An equal name, now or formerly in use, joins where
    it is that of one enterprise and the code beside it does not speak against it. All else is proposed.
    """
    kind = kinds(claims["code"])
    exact, why = _exact(claims, kind, firms)
    pairs = _same(claims["plain"], firms.names)
    pairs = pairs.sort_values(["at", "firm"], kind="stable", ignore_index=True)
    meant = pairs.groupby("at", sort=True)["firm"].agg(["first", "nunique"])
    single = np.full(len(claims), -1, dtype=np.int64)
    one = meant.index[meant["nunique"].eq(1).to_numpy()].to_numpy(dtype=np.int64)
    single[one] = meant.loc[one, "first"].to_numpy()
    named = np.bincount(pairs["at"].to_numpy(dtype=np.int64), minlength=len(claims)) > 0
    agrees = ~named | np.isin(_pair(np.arange(len(claims)), exact), _pair(pairs["at"], pairs["firm"]))
    by_key = (exact >= 0) & agrees
    by_name = (exact < 0) & (single >= 0) & _compatible(claims["code"], kind, firms, single)
    firm = np.where(by_key, exact, np.where(by_name, single, -1))
    grounds = dict(zip(_pair(pairs["at"], pairs["firm"]).tolist(), pairs["ground"], strict=True))
    called = [grounds.get(key, "") for key in _pair(np.arange(len(claims)), single).tolist()]
    ground = np.where(by_key, why, np.where(by_name, np.array(called, dtype=object), "")).astype(object)
    known = pd.DataFrame({"at": np.flatnonzero(exact >= 0), "firm": exact[exact >= 0], "ground": why[exact >= 0]})
    proposed = _proposed(claims, kind, firms, pd.concat([known, pairs], ignore_index=True))
    return Resolved(firm, ground, kind, proposed)


def _exact(claims: pd.DataFrame, kind: pd.Series, firms: Firms) -> tuple[Ints, npt.NDArray[np.object_]]:
    """Return the one enterprise with the organisation code or registration number of each claim, and which it was."""
    found, why = np.full(len(claims), -1, dtype=np.int64), np.full(len(claims), "", dtype=object)
    asked = {"ORG_CODE": ("org", "org"), "REG_NO": ("reg", "registration_no")}
    for ground, (wanted, column) in asked.items():
        at = np.flatnonzero(kind.eq(wanted).to_numpy())
        firm = _only(claims["code"].iloc[at].str.replace("-", "", regex=False), firms.table[column])
        found[at], why[at[firm >= 0]] = np.where(firm >= 0, firm, found[at]), ground
    return found, why


def _only(codes: pd.Series, known: pd.Series) -> Ints:
    """Return the position of the one known code that is equal, -1 where there is none or several."""
    unique = known[known.notna() & ~known.duplicated(keep=False)]
    at = pd.Index(unique).get_indexer(pd.Index(codes))
    return np.where(at >= 0, unique.index.to_numpy(dtype=np.int64)[at] if len(unique) else -1, -1)


def _same(texts: pd.Series, known: pd.DataFrame) -> pd.DataFrame:
    """Return at, firm, ground of every text that is a known one."""
    asked = pd.DataFrame({"plain": texts.to_numpy(dtype=object), "at": np.arange(len(texts))}).dropna()
    return asked.merge(known.astype({"plain": object}), on="plain", how="inner")[["at", "firm", "ground"]]


def _pair(at: Ints | pd.Series, firm: Ints | pd.Series) -> Ints:
    return np.asarray(at, dtype=np.int64) * (1 << 31) + np.asarray(firm, dtype=np.int64)


def _compatible(codes: pd.Series, kind: pd.Series, firms: Firms, firm: Ints) -> Mask:
    """Return where the code of a claim does not speak against an enterprise of an equal name.

    A right credit code of its own does; so does an organisation code or a registration number, right in itself or not,
    where the enterprise has another one. A wrong credit code does when it differs in more than a few places.
    """
    own = firms.table.take(np.maximum(firm, 0)).reset_index(drop=True) if len(firms.table) else firms.table
    if own.empty:
        return np.zeros(len(codes), dtype=bool)
    old = codes.str.replace("-", "", regex=False).fillna("").to_numpy(dtype=object)
    differs = {
        name: own[name].notna().to_numpy() & (own[name].fillna("").to_numpy(dtype=object) != old)
        for name in ("org", "registration_no")
    }
    org_differs = kind.isin(["org", "org_wrong"]).to_numpy() & differs["org"]
    reg_differs = kind.isin(["reg", "reg_wrong"]).to_numpy() & differs["registration_no"]
    wrong = kind.eq("credit_wrong").to_numpy()
    far = np.zeros(len(codes), dtype=bool)
    at = np.flatnonzero(wrong & own["uscc"].str.len().eq(USCC_LENGTH).to_numpy())
    far[at] = slips(codes.iloc[at], own["uscc"].iloc[at]) > rules("code")["most_slips"]
    far |= wrong & own["uscc"].str.len().ne(USCC_LENGTH).to_numpy()
    return np.asarray((firm >= 0) & ~kind.eq("credit").to_numpy() & ~org_differs & ~reg_differs & ~far)


def slips(codes: pd.Series, others: pd.Series) -> Ints:
    """Return in how many of 18 places each two codes differ."""
    ones, twos = (
        each.to_numpy(dtype=f"S{USCC_LENGTH}").view(np.uint8).reshape(-1, USCC_LENGTH) for each in (codes, others)
    )
    return np.asarray((ones != twos).sum(axis=1), dtype=np.int64)


def common_slip(code: str, other: str) -> str:
    """Return what makes one code of another: ``letter`` for a digit, ``swap`` of two neighbours; blank = neither.

    Examples
    --------
    >>> common_slip("91350582MAO0000015", "91350582MA00000015"), common_slip("91350852MA00000015", "91350582MA00000015")
    ('letter', 'swap')
    """
    if code.translate(str.maketrans(rules("code")["meant"])) == other:
        return "letter"
    at = [place for place, signs in enumerate(zip(code, other, strict=False)) if signs[0] != signs[1]]
    is_swap = len(at) == 2 and at[1] == at[0] + 1 and code[at[0]] + code[at[1]] == other[at[1]] + other[at[0]]
    return "swap" if is_swap else ""


# ---------------------------------------------------------------------------------------------- proposals


def _proposed(claims: pd.DataFrame, kind: pd.Series, firms: Firms, strong: pd.DataFrame) -> pd.DataFrame:
    """Return everyone who may be meant by a claim, the strongest ground of each kept, best first."""
    cores = firms.names.assign(plain=core_names(firms.names["plain"]), ground="CORE")
    by_org = firms.table[["org"]].rename(columns={"org": "plain"}).assign(firm=firms.table.index)
    code = claims["code"]
    last = code.str.slice(-9).where(code.str.len().isin([15, 17, 20]) & ~kind.eq("org"))
    found = [
        strong,
        _same(org_part(code).where(kind.isin(["credit", "credit_wrong"])), by_org.assign(ground="SAME_ORG").dropna()),
        _same(last, by_org.assign(ground="TAX_NO").dropna()),
        _slipped(code, kind, firms),
        _same(head_names(claims["plain"]), firms.names.assign(ground="BRANCH")),
        _same(core_names(claims["plain"]), cores[cores["plain"].notna().to_numpy(dtype=bool)]),
    ]
    pairs = pd.concat(found, ignore_index=True)
    left = np.setdiff1d(np.flatnonzero(claims["plain"].notna().to_numpy()), pairs["at"].to_numpy(dtype=np.int64))
    pairs = pd.concat([pairs, _alike(claims["plain"], left, firms)], ignore_index=True)
    return _ranked(pairs.astype({"at": np.int64, "firm": np.int64}), claims, firms)


def _alike(plain: pd.Series, at: Ints, firms: Firms) -> pd.DataFrame:
    names = firms.names
    near = alike(plain.iloc[at].tolist(), names["plain"].tolist())
    firm = names["firm"].to_numpy(dtype=np.int64)[near["known_at"].to_numpy(dtype=np.int64)]
    return pd.DataFrame({"at": at[near["at"].to_numpy(dtype=np.int64)], "firm": firm, "ground": "ALIKE"})


def _slipped(codes: pd.Series, kind: pd.Series, firms: Firms) -> pd.DataFrame:
    """Return the enterprises whose code a wrong one may have been, and in how many places it slipped.

    A common slip counts as none: of the ways to spoil a code there are a few of these and hundreds of the others.
    """
    at = np.flatnonzero(kind.eq("credit_wrong").to_numpy())[:MOST_COMPARED]
    known = firms.table[firms.table["uscc"].str.len().eq(USCC_LENGTH).to_numpy(dtype=bool)]
    rows: list[tuple[int, int, int]] = []
    if len(at) and len(known):
        table = known["uscc"].to_numpy(dtype=f"S{USCC_LENGTH}").view(np.uint8).reshape(-1, USCC_LENGTH)
        meant = str.maketrans(rules("code")["meant"])
        for place in at.tolist():  # one wrong code at a time against all: there are few
            written = np.frombuffer(str(codes.iloc[place]).encode(), dtype=np.uint8)
            read = np.frombuffer(str(codes.iloc[place]).translate(meant).encode(), dtype=np.uint8)
            places = np.minimum((table != written).sum(axis=1), (table != read).sum(axis=1))
            for firm in np.flatnonzero(places <= rules("code")["most_typos"]).tolist():
                is_common = common_slip(str(codes.iloc[place]), str(known["uscc"].iloc[firm]))
                rows.append((place, int(known.index[firm]), 0 if is_common else int(places[firm])))
    frame = pd.DataFrame(rows, columns=["at", "firm", "slips"], dtype=np.int64)
    return frame.assign(ground="CODE_SLIP")


def _ranked(pairs: pd.DataFrame, claims: pd.DataFrame, firms: Firms) -> pd.DataFrame:
    """Return each pair once with its strongest ground and its likeness, best first; not more than a few a claim.

    Best is the strongest ground, then the likest name, then the code with the fewest slips.
    """
    pairs = pairs if "slips" in pairs else pairs.assign(slips=0)
    place = pairs["ground"].map({name: number for number, name in enumerate(GROUNDS)}).to_numpy(dtype=np.int64)
    pairs = pairs.assign(place=place).sort_values(["at", "firm", "place"], kind="stable")
    pairs = pairs.drop_duplicates(["at", "firm"]).reset_index(drop=True)
    pairs = pairs.assign(score=_likeness(pairs, claims, firms))
    strange = pairs["ground"].isin(BY_CODE) & (pairs["score"] < rules("fuzzy")["least_beside_code"])
    pairs = pairs[~strange.to_numpy(dtype=bool)].reset_index(drop=True)
    pairs = pairs.assign(worse=-pairs["score"].fillna(0))
    pairs = pairs.sort_values(["at", "place", "worse", "slips", "firm"], kind="stable", ignore_index=True)
    kept = pairs.groupby("at", sort=False).cumcount() < rules("fuzzy")["most"]
    best: pd.DataFrame = pairs[kept.to_numpy(dtype=bool)].drop(columns=["place", "worse", "slips"])
    return best.reset_index(drop=True)


def _likeness(pairs: pd.DataFrame, claims: pd.DataFrame, firms: Firms) -> npt.NDArray[np.float64]:
    """Return how alike name and enterprise are, by the best of its names; unknown without a name."""
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cpdist

    every = pairs[["at", "firm"]].assign(number=np.arange(len(pairs))).merge(firms.names, on="firm", how="inner")
    mine = claims["plain"].iloc[every["at"]].to_numpy(dtype=object)
    known = pd.notna(mine)
    best = np.full(len(pairs), np.nan)
    if known.any():
        score = cpdist(
            mine[known].tolist(), every["plain"][known].tolist(), scorer=Indel.normalized_similarity, dtype=np.float64
        )
        number = every["number"].to_numpy()[known]
        low = np.full(len(pairs), -1.0)
        np.maximum.at(low, number, score)
        best = np.where(low >= 0, low, np.nan)
    return best
