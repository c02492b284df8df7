"""Describe parcels and enterprises for a printed list: who uses which land, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse import industry
from landuse.measures import BASIC, measures
from landuse.reports.content.context import Context, flags
from landuse.reports.content.model import Mask

NAMED: Final = 3
"""Users of a parcel, or parcels of an enterprise, that are named before "and others"."""

LEAD: Final = (
    "industry_code", "industry_group", "scale", "production_state", "registry_state", "tax_per_mu_corrected",
    "output_per_mu_corrected", "score", "rank", "n_in_group", "status",
)  # fmt: skip
"""What a parcel list says about the first user of a parcel."""
RANKED_ONLY: Final = ("score", "rank", "place", "n_in_group")
"""Columns that do not apply to an enterprise that is not ranked."""
FEE_ONLY: Final = "fee"


def parcel_rows(ctx: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """Return parcels with their users, the figures of the first user, and codes in words.

    Parameters
    ----------
    rows
        Rows of the parcel table; the result has the same rows in the same order, without the index.
    """
    rows = rows.reset_index(drop=True)
    uses = _uses(ctx, "parcel_id", rows["parcel_id"])
    lead = uses.drop_duplicates("parcel_id").set_index("parcel_id").reindex(rows["parcel_id"]).reset_index(drop=True)
    made = rows.assign(
        users=_named(rows["parcel_id"], uses, "parcel_id", label="user", more=_more(ctx, "enterprises_word")),
        year=ctx.project.project.year,
        low_kind=_kinds(ctx, rows),
        burdens=_burdens(ctx, rows),
        **{name: lead[name] for name in _in(lead, ("uscc", *LEAD))},
    )
    made = _enterprise_words(ctx, made)
    return _parcel_words(ctx, made).assign(state=made.get("production_state"))


def not_of_parcels(rows: pd.DataFrame) -> dict[str, Mask]:
    """Return where a column of a parcel list does not apply: rank of an unranked user, fee of land without one."""
    ranked = rows["status"].eq("RANKED").to_numpy(dtype=bool, na_value=False) if "status" in rows.columns else False
    nobody = rows["uscc"].isna().to_numpy(dtype=bool)
    masks = {
        name: np.broadcast_to(~np.asarray(ranked), len(rows)) & rows[name].isna() for name in _in(rows, RANKED_ONLY)
    }
    for name in _in(rows, ("users", "uscc", "industry_code", "group_name", "scale", "state", "registry_state")):
        masks[name] = nobody & rows[name].isna()
    for name in _in(rows, ("tax_per_mu_corrected", "output_per_mu_corrected")):
        masks[name] = nobody
    return {name: np.asarray(mask, dtype=bool) for name, mask in masks.items()}


def not_of_idle(rows: pd.DataFrame, codes: pd.DataFrame) -> dict[str, Mask]:
    """Return where a column of the idle list does not apply.

    Parameters
    ----------
    rows
        The list, in words.
    codes
        The same rows with the classes as codes.
    """
    if "idle_class" not in codes.columns:
        return {}
    not_t1 = codes["idle_class"].ne("IDLE_T1").to_numpy(dtype=bool)
    not_idle = ~codes["idle_class"].isin(["IDLE_T1", "IDLE_T2"]).to_numpy(dtype=bool)
    rules: dict[str, Mask] = {
        "reclaim_from": not_t1,
        "idle_years": not_idle,
        "idle_since": not_idle,
        "idle_days": not_idle,
    }
    if "consequence" in codes.columns:
        rules["idle_fee_wan"] = codes["consequence"].ne(FEE_ONLY).to_numpy(dtype=bool, na_value=True)
    return {name: mask & rows[name].isna().to_numpy(dtype=bool) for name, mask in rules.items() if name in rows.columns}


def enterprise_rows(ctx: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """Return enterprises with their parcels, their place in the industry, and codes in words."""
    rows = rows.reset_index(drop=True)
    uses = _uses(ctx, "uscc", rows["uscc"])
    counts = uses.groupby("uscc", sort=False).size()
    made = rows.assign(
        parcels_of=_named(rows["uscc"], uses, "uscc", label="parcel_id", more=("\n", _more(ctx, "parcels_word")[1])),
        n_parcels=rows["uscc"].map(counts).fillna(0).astype("Int64"),
        year=ctx.project.project.year,
        low_kind=reasons(ctx, rows, "reasons"),
        noted=reasons(ctx, rows, "reasons_noted"),
        **main_places(ctx, rows["uscc"], uses),
    )
    for name in _in(made, ("status", "output_source", "stability_class", "batch")):
        made[name] = ctx.words.worded(name, made[name])
    return _enterprise_words(ctx, made).drop(columns=_uncorrected(ctx, made))


def _uncorrected(ctx: Context, rows: pd.DataFrame) -> list[str]:
    """Return the corrected measures beside the base indicators where nothing is corrected: they repeat the raw ones."""
    if ctx.rule is None or ctx.rule.price_apply != "none":
        return []
    return _in(rows, (each.compared for name, each in measures().items() if name not in BASIC and each.per_land))


def not_of_enterprises(rows: pd.DataFrame) -> dict[str, Mask]:
    """Return where a column of an enterprise list does not apply: an enterprise without land has no parcel."""
    landless = rows["n_parcels"].eq(0).to_numpy(dtype=bool, na_value=False)
    return {
        name: landless & rows[name].isna().to_numpy(dtype=bool)
        for name in _in(rows, ("parcels_of", "town", "park", "area_mu"))
    }


def main_places(ctx: Context, usccs: pd.Series, uses: pd.DataFrame | None = None) -> dict[str, pd.Series]:
    """Return town and park of the largest parcel of each enterprise, as far as the parcels say."""
    uses = _uses(ctx, "uscc", usccs) if uses is None else uses
    largest = uses.drop_duplicates("uscc").set_index("uscc")["parcel_id"]
    place = ctx.parcels.set_index("parcel_id")
    at = usccs.map(largest)
    return {name: at.map(place[name]) for name in ("town", "park") if name in place.columns}


def reasons(ctx: Context, rows: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of reason codes as one text; a row without a list is unknown, an empty list says none."""
    if name not in rows.columns:
        return pd.Series([None] * len(rows), index=rows.index, dtype="str")
    none = ctx.words.phrase("none")
    texts = [
        (ctx.words.join(ctx.reason(str(code)) for code in codes) or none) if _is_list(codes) else None
        for codes in rows[name]
    ]
    return pd.Series(texts, index=rows.index, dtype="str")


def _uses(ctx: Context, key: str, wanted: pd.Series) -> pd.DataFrame:
    """Return the occupancy of some parcels or enterprises, the telling rows of each first.

    Of a parcel: proposed enterprises first, then by land; of an enterprise: its largest parcel first.
    """
    land = ctx.analysis.occupancy
    land = land.loc[land[key].isin(wanted), ["parcel_id", "uscc", "land_mu"]]
    known = ctx.analysis.enterprises
    facts = known.loc[:, ["uscc", *_in(known, ("name", *LEAD))]].assign(listed=flags(known, "low_efficiency"))
    told = land.merge(facts, on="uscc", how="left", validate="m:1", sort=False)
    listed = told["listed"].astype("boolean").fillna(value=False)
    user = told["uscc"].map(_holders(ctx)).astype("str").fillna(told["uscc"])
    user = told["name"].fillna(user) if "name" in told.columns else user
    told = told.assign(listed=listed if key == "parcel_id" else False, user=user)
    order = ["listed", "land_mu", "parcel_id", "uscc"]
    return told.sort_values(order, ascending=[False, False, True, True], kind="stable", ignore_index=True)


def _holders(ctx: Context) -> pd.Series:
    """Return the name of each holder of land by its credit code: it names a user that no enterprise table knows."""
    if not {"holder", "holder_uscc"} <= set(ctx.parcels.columns):
        return pd.Series(dtype="str")
    known = ctx.parcels[["holder_uscc", "holder"]].dropna().drop_duplicates("holder_uscc")
    return known.set_index("holder_uscc")["holder"]


def user_states(ctx: Context, parcel_ids: pd.Series) -> pd.Series:
    """Return why the users of parcels have no verdict, e.g. 无经济数据; those without users say so."""
    words = ctx.words
    uses = _uses(ctx, "parcel_id", parcel_ids)
    status = uses["status"] if "status" in uses.columns else pd.Series(None, index=uses.index, dtype="str")
    said = words.worded("status", status).fillna(words.phrase("unknown_user"))
    each = uses.assign(said=said).drop_duplicates(["parcel_id", "said"])
    text = _named(parcel_ids, each, "parcel_id", label="said", more=_more(ctx, "kinds_word"))
    return text.fillna(words.phrase("no_user"))


def _named(keys: pd.Series, uses: pd.DataFrame, key: str, *, label: str, more: tuple[str, str]) -> pd.Series:
    """Return the first few labels of each key as one text, and how many there are in all where it is more."""
    separator, and_more = more
    place = uses.groupby(key, sort=False).cumcount()
    text = keys.map(uses.loc[place.eq(0)].set_index(key)[label]).astype("str")
    for index in range(1, NAMED):
        following = keys.map(uses.loc[place.eq(index)].set_index(key)[label]).astype("str")
        text = text.where(following.isna(), text + separator + following)
    count = keys.map(uses.groupby(key, sort=False).size()).fillna(0).astype("int64")
    tail = [and_more.replace("#", str(n)) for n in count]
    return text.where(count.le(NAMED), text + pd.Series(tail, index=keys.index, dtype="str"))


def _more(ctx: Context, counter: str) -> tuple[str, str]:
    words = ctx.words
    return words.phrase("list_separator"), words.phrase("and_more", n="#", counter=words.phrase(counter))


def _enterprise_words(ctx: Context, rows: pd.DataFrame) -> pd.DataFrame:
    made: dict[str, Any] = {
        name: ctx.words.worded(name, rows[name]) for name in _in(rows, ("scale", "production_state", "registry_state"))
    }
    groups = ctx.analysis.groups
    if "industry_group" in rows.columns and "name" in groups.columns:
        titles = groups.drop_duplicates("industry_group").set_index("industry_group")["name"]
        made["group_name"] = rows["industry_group"].map(titles).fillna(_division_names(ctx, rows))
    if {"rank", "n_in_group"} <= set(rows.columns):
        made["place"] = rows["n_in_group"].astype("Int64") + 1 - rows["rank"].astype("Int64")
    return rows.assign(**made)


def _division_names(ctx: Context, rows: pd.DataFrame) -> pd.Series:
    """Return the name of the division, for enterprises that are in no group."""
    if "industry_code" not in rows.columns or ctx.project.ranking.industry == industry.PLAIN:
        return pd.Series([None] * len(rows), index=rows.index, dtype="str")
    codes = industry.division(rows["industry_code"])
    return codes.map({code: industry.name(code, ctx.words.lang) for code in codes.dropna().unique()}).astype("str")


def _parcel_words(ctx: Context, rows: pd.DataFrame) -> pd.DataFrame:
    names = _in(rows, ("efficiency_class", "idle_cause", "consequence", "area_source", "batch"))
    made: dict[str, Any] = {name: ctx.words.worded(name, rows[name]) for name in names}
    if "idle_class" in rows.columns:
        made["idle_class"] = ctx.words.worded("idle_class", idle_codes(rows))
    return rows.assign(**made)


def idle_codes(parcels: pd.DataFrame) -> pd.Series:
    """Return the idle class with land not started for two full years as a class of its own, as it is printed."""
    codes = parcels["idle_class"]
    if "idle_years" not in parcels.columns:
        return codes
    two_years = codes.eq("IDLE_T1") & parcels["idle_years"].ge(2).fillna(value=False).astype(bool)
    return codes.where(~two_years, "IDLE_T1_2")


def _kinds(ctx: Context, rows: pd.DataFrame) -> pd.Series:
    """Return the efficiency class of a parcel with its reasons, e.g. 低效(拟列入):行业末位15%."""
    if "efficiency_class" not in rows.columns:
        return reasons(ctx, rows, "reasons")
    classes = ctx.words.worded("efficiency_class", rows["efficiency_class"])
    why = reasons(ctx, rows, "reasons")
    separator = ":" if ctx.words.lang == "zh" else ": "
    return classes.where(why.isna() | why.eq(ctx.words.phrase("none")), classes + separator + why)


def _burdens(ctx: Context, rows: pd.DataFrame) -> pd.Series:
    """Return mortgage and seizure of a parcel as one text; unknown where neither is given."""
    text = pd.Series([None] * len(rows), index=rows.index, dtype="str")
    for phrase, name in (("mortgaged", "mortgage_no"), ("seized", "seizure_no")):
        if name in rows.columns:
            number = rows[name].astype("str")
            said = pd.Series([ctx.words.phrase(phrase, number=one) for one in number], index=rows.index, dtype="str")
            text = text.mask(number.notna(), (text + "\n").fillna("") + said)
    return text


def _in(rows: pd.DataFrame, names: Iterable[str]) -> list[str]:
    return [name for name in names if name in rows.columns]


def _is_list(codes: object) -> bool:
    return isinstance(codes, list | tuple | np.ndarray)
