"""Tell what the pages of an atlas say of parcels: which are listed, what they are called, the facts of one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.cartography.values import idle_classes
from landuse.catalogue import term
from landuse.reports.content.context import STOPPED_CLASSES, Context, numbers
from landuse.reports.content.model import Mask
from landuse.tables import column, unit_title

LOW_CLASSES: Final = ("low", "partly_low")
FACTS: Final = (
    "parcel_id", "parcel_name", "holder", "address", "park", "town", "area_mu", "supply_mode", "efficiency_class",
    "idle_class", "idle_since", "far", "tax_per_mu", "output_per_mu",
)  # fmt: skip
"""Facts of a parcel in the order of its page; those that are unknown are left out."""
TWO: Final = frozenset({"area_mu", "far", "tax_per_mu", "output_per_mu"})


def kinds(ctx: Context) -> dict[str, Mask]:
    """Return which parcels are low-efficiency, stopped or vacant, suspected idle: each in one kind at most."""
    return {"low": ctx.is_class(*LOW_CLASSES), "stopped": ctx.is_class(*STOPPED_CLASSES), "idle": ctx.is_idle}


def parcel_titles(ctx: Context) -> list[str]:
    """Return what a page of one parcel is called: its code and its holder."""
    table = ctx.parcels
    holders = _texts(table, "holder") if "holder" in table else [""] * len(table)
    return [f"{code} {holder}".strip() for code, holder in zip(_texts(table, "parcel_id"), holders, strict=True)]


def parcel_kinds(ctx: Context) -> npt.NDArray[np.object_]:
    """Return what each parcel is listed as, in words: idle before low efficiency; blank = not listed."""
    words = np.full(len(ctx.parcels), "", dtype=object)
    found = kinds(ctx)
    if "efficiency_class" in ctx.parcels.columns:
        low = found["low"] | found["stopped"]
        words[low] = _worded(ctx, "efficiency_class", ctx.parcels["efficiency_class"])[low]
    if "idle_class" in ctx.parcels.columns:
        words[found["idle"]] = _worded(ctx, "idle_class", idle_classes(ctx.parcels))[found["idle"]]
    return words


def parcel_names(ctx: Context) -> list[str]:
    """Return the name of each parcel in a list: its holder, else its own name, else its code."""
    table = ctx.parcels
    parts = [_texts(table, name) for name in ("holder", "parcel_name", "parcel_id") if name in table.columns]
    return [next((text for text in texts if text), "") for texts in zip(*parts, strict=True)]


def parcel_facts(ctx: Context, row: int) -> list[tuple[str, str]]:
    """Return title and value of what is known of one parcel."""
    table, lang = ctx.parcels, ctx.words.lang
    made = []
    for name in (name for name in FACTS if name in table.columns):
        value = idle_classes(table).iloc[row] if name == "idle_class" else table[name].iloc[row]
        known = column("parcels", name)
        if pd.isna(value) or str(value).strip() == "" or known is None:
            continue
        made.append((known.title(lang), f"{_said(ctx, name, value)} {unit_title(known.unit, lang)}".strip()))
    return made


def _said(ctx: Context, name: str, value: Any) -> str:
    if name in TWO:
        return f"{float(value):,.2f}"
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    return term(name, str(value), ctx.words.lang)


def _worded(ctx: Context, kind: str, codes: Iterable[Any]) -> npt.NDArray[np.object_]:
    return np.array([term(kind, str(code), ctx.words.lang) for code in codes] + [None], dtype=object)[:-1]


def _texts(table: pd.DataFrame, name: str) -> list[str]:
    return [" ".join(str(text).split()) for text in table[name].fillna("")]


def areas(ctx: Context) -> npt.NDArray[np.float64]:
    """Return the area of each parcel in mu; NaN = unknown."""
    return numbers(ctx.parcels, "area_mu")
