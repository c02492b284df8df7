"""Compare the lists that variants of the rule give: who enters, leaves and stays, with how much land and tax."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.ranking.text import holds
from landuse.tables import ClassSteps, Variants
from landuse.tables.variants import MOVES, Bytes, Listed

KEPT: Final = (
    "uscc", "status", "industry_group", "n_in_group", "score", "rank", "in_bottom_share", "low_efficiency",
)  # fmt: skip
"""What is kept of each enterprise in each variant."""
LISTED: Final = "listed"
"""Item of the comparison of enterprises."""
CLASSES: Final = ("low", "partly_low")
"""Items of the comparison of parcels: efficiency classes."""

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Answer:
    """What one evaluation says, as far as lists are compared; amounts are whole parts (cm2, fen), unknown is 0."""

    enterprises: pd.DataFrame
    """The columns of `KEPT`, row by row as in every other answer."""
    land_of_enterprises: Ints
    tax_of_enterprises: Ints
    classes: pd.Series
    """Efficiency class of each parcel, row by row as in every other answer."""
    land_of_parcels: Ints
    tax_of_parcels: Ints
    steps: ClassSteps
    listed_from: Bytes = field(default_factory=lambda: np.zeros(0, dtype=np.uint8))
    """Least whole percent at which each enterprise is listed, row by row; 0 = whatever the share, 255 = at none."""


@dataclass(frozen=True)
class Places:
    """Where enterprises and parcels are counted: the same place in the base and in every variant; missing = none."""

    park_of_enterprise: pd.Series
    park_of_parcel: pd.Series


def compare_variants(
    asked: Callable[[str], Answer], settings: Mapping[str, Mapping[str, Any]], base: Answer, places: Places
) -> Variants:
    """Return the variants beside the base.

    Parameters
    ----------
    asked
        Gives the answer of the variant of a name; each is asked once and only its list is kept.
    settings
        Name -> ``section.key`` -> value.

    Notes
    -----
    An enterprise counts in its group of the base, in that of the variant where it has none there, so that what enters
    and leaves a group balances. Variants stand in the order of their names: the order in the project file changes
    nothing.
    """
    names = sorted(settings)
    rows: list[pd.DataFrame] = []
    changes: list[dict[str, Any]] = []
    found = {"": _kept(base)}
    for name in names:
        answer = asked(name)
        rows.append(_rows(name, base, answer))
        changes += _changes(name, base, answer, places)
        found[name] = _kept(answer)
    return Variants({name: settings[name] for name in names}, _joined(rows), _change_table(changes), found)


def _kept(answer: Answer) -> Listed:
    """Return what a map needs to switch to an answer."""
    codes = pd.Categorical(answer.classes, categories=list(answer.steps.classes)).codes.astype(np.uint8)
    return Listed(answer.steps, codes, answer.listed_from)


def enterprise_columns(variants: Variants, enterprises: pd.DataFrame) -> dict[str, pd.Series]:
    """Return, row by row with the enterprises of the base, in how many variants each is listed, and the robust core.

    in_variants: how many variants list it; missing where neither base nor any variant has a verdict on it.
    robust_core: listed in the base and in every variant.
    """
    keys, rows = pd.Index(enterprises["uscc"]), variants.rows
    at = keys.get_indexer(pd.Index(rows["uscc"]))
    count = np.bincount(at[holds(rows["low_efficiency"])], minlength=len(keys))
    judged = enterprises["low_efficiency"].notna().to_numpy(dtype=bool, copy=True)
    judged[at[rows["low_efficiency"].notna().to_numpy(dtype=bool)]] = True
    core = holds(enterprises["low_efficiency"]) & (count == len(variants.names))
    return {
        "in_variants": pd.Series(pd.arrays.IntegerArray(count.astype(np.int64), ~judged), enterprises.index),
        "robust_core": pd.Series(pd.arrays.BooleanArray(core, ~judged), enterprises.index),
    }


# ------------------------------------------------------------------------------------------------- rows


def _rows(name: str, base: Answer, answer: Answer) -> pd.DataFrame:
    """Return the enterprises of a variant that have a verdict in it or in the base, and how the list moved."""
    then, now = base.enterprises["low_efficiency"], answer.enterprises["low_efficiency"]
    kept = (then.notna() | now.notna()).to_numpy(dtype=bool)
    was, listed = holds(then), holds(now)
    change = np.select([listed & ~was, was & ~listed, was & listed], ["entered", "left", "stayed"], default="")
    table = answer.enterprises.assign(change=pd.Series(change, answer.enterprises.index, dtype="str").replace("", None))
    found = table.loc[kept, [*KEPT, "change"]].reset_index(drop=True)
    found.insert(0, "variant", pd.Series([name] * len(found), dtype="str"))
    return found


def _joined(rows: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["variant", *KEPT, "change"])


# ---------------------------------------------------------------------------------------------- changes


@dataclass(frozen=True)
class _Lists:
    """One list in the base and in a variant, with the amounts of both; row by row."""

    was: Mask
    listed: Mask
    amounts: Mapping[str, tuple[Ints, Ints]]
    """mu and tax_wan, as measured in the base and in the variant."""


def _changes(name: str, base: Answer, answer: Answer, places: Places) -> Iterator[dict[str, Any]]:
    """Give the comparison of enterprises (all, by group, by park) and of parcels (all, by park)."""
    firms = _Lists(
        holds(base.enterprises["low_efficiency"]),
        holds(answer.enterprises["low_efficiency"]),
        {
            "mu": (base.land_of_enterprises, answer.land_of_enterprises),
            "tax_wan": (base.tax_of_enterprises, answer.tax_of_enterprises),
        },
    )
    groups = base.enterprises["industry_group"].fillna(answer.enterprises["industry_group"])
    for by, place in (("all", None), ("industry_group", groups), ("park", places.park_of_enterprise)):
        yield from _moves(firms, place, variant=name, unit="enterprise", item=LISTED, by=by)
    amounts = {
        "mu": (base.land_of_parcels, answer.land_of_parcels),
        "tax_wan": (base.tax_of_parcels, answer.tax_of_parcels),
    }
    for item in CLASSES:
        was, now = (each.classes.eq(item).to_numpy(dtype=bool) for each in (base, answer))
        plots = _Lists(was, now, amounts)
        for by, place in (("all", None), ("park", places.park_of_parcel)):
            yield from _moves(plots, place, variant=name, unit="parcel", item=item, by=by)


def _moves(lists: _Lists, place: pd.Series | None, **same: str) -> Iterator[dict[str, Any]]:
    """Give one row for each place in which somebody is listed, in the order of the places; those without one last."""
    at = np.flatnonzero(lists.was | lists.listed)
    names: list[str | None]
    if place is None:
        code, names = np.zeros(len(at), dtype=np.intp), [""]
    else:
        code, found = pd.factorize(place.iloc[at], sort=True)
        code, names = np.where(code < 0, len(found), code), [*found.tolist(), None]
    was, listed = lists.was[at], lists.listed[at]
    one = np.ones(len(at), dtype=np.int64)
    amounts = {"n": (one, one)} | {name: (base[at], new[at]) for name, (base, new) in lists.amounts.items()}
    found_in = np.bincount(code, minlength=len(names))
    sums = {
        f"{name}_{move}": values
        for name, (base, new) in amounts.items()
        for move, values in _sums(was, listed, base, new, lambda part: _exact(part, code, len(names))).items()
    }
    for number, label in enumerate(names):
        if found_in[number] or place is None:
            yield {**same, "place": label, **{name: int(values[number]) for name, values in sums.items()}}


def _sums(was: Mask, listed: Mask, base: Ints, new: Ints, total: Callable[[Ints], Ints]) -> dict[str, Ints]:
    """Return the sums of `MOVES`."""
    stayed = was & listed
    return {
        "base": total(base * was),
        "entered": total(new * (listed & ~was)),
        "left": total(base * (was & ~listed)),
        "stayed": total(base * stayed),
        "revalued": total((new - base) * stayed),
        "variant": total(new * listed),
    }


def _exact(values: Ints, code: npt.NDArray[np.intp], size: int) -> Ints:
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, code, values)
    return sums


def _change_table(changes: list[dict[str, Any]]) -> pd.DataFrame:
    texts = ("variant", "unit", "item", "by", "place")
    names = [*texts, *(f"{name}_{move}" for name in ("n", "mu", "tax_wan") for move in MOVES)]
    kinds = {name: "str" if name in texts else "int64" for name in names}
    return pd.DataFrame(changes, columns=names).astype(kinds).drop(columns="n_revalued")
