"""Say who uses which land on the land date: own rows, holders and leases, down to the square centimetre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from landuse import industry
from landuse.assemble.accounts import with_numbers
from landuse.assemble.doubts import land_of_nobody, lease_doubts, own_doubts, row_doubts, unknown_users
from landuse.assemble.leases import Let, Tenancy, let_out
from landuse.assemble.own import Facts, Held, Rows, held_land
from landuse.assemble.shares import BLANK, CM2_PER_M2, Ints, Mask, cm2, code_order, counts, position_in, sums, words_of
from landuse.project import Project
from landuse.rule import Rule
from landuse.tables import PROVENANCE, Base, Land, balance_step, columns, join_issues
from landuse.tables.cells import days, numbers, text
from landuse.units import M2_PER_MU

CLOSED_STATES: Final = ("注销", "吊销", "迁出")
"""Registry states of an enterprise that is gone (CONTRACT, status CLOSED)."""
NO_HOLDER: Final = "NO_HOLDER"
NOT_CLAIMED: Final = "NOT_CLAIMED"
"""Reason of land that the own rows of its parcel leave over."""
NAMED: Final = ("parcel_id", "uscc", "tenure")
"""Columns of a row of occupancy that the result states itself."""
APPORTION, SHARED, HOLDER = "apportion", "shared", "holder"


def who_uses(base: Base, project: Project, rule: Rule) -> Land:
    """Return who uses which land on the land date, parcel by parcel (CONTRACT, "Who uses which land").

    Parameters
    ----------
    base
        Parcels with area_cm2, enterprises, accounts and the rows of occupancy (`leases`); the last three may be empty.
    project
        land_date, year of the accounts, `[areas] leased_out` and tolerances.
    rule
        shared_parcel, industry, revenue_for_output.

    Returns
    -------
    Land whose rows go in the order of the parcels and, on a parcel, of the credit codes. `occupancy` carries beside
    the published columns ``evaluated_as``: the enterprise whose result the row carries (its own code, but under
    `shared` the holder's). `pooled` says whose money goes with whom.
    """
    rows, parcel, doubts = _rows_that_count(base, project)
    facts = _facts(base, rows, parcel)
    held = held_land(facts.area, facts.holder, facts.rows, facts.names)
    let = _let(base, facts, held, project, rule) if facts.rows.is_lease.any() else None
    uses = _uses(facts, held, let)
    if rule.shared_parcel == SHARED:
        uses = replace(uses, head=_evaluable(uses.head, facts, base))
    occupancy, unallocated = _tables(base, rows, facts, uses, rule)
    lost = {reason: int(unallocated.loc[unallocated["reason"] == reason, "land_cm2"].sum()) for reason in _REASONS}
    found = [
        *own_doubts(base, rows, held, parcel=parcel, areas=project.areas),
        *lease_doubts(rows, let),
        *unknown_users(base, rows, facts=facts),
        *land_of_nobody(base, uses.nobody),
    ]
    return Land(
        occupancy=occupancy,
        unallocated=unallocated,
        issues=join_issues([*doubts, *found]),
        balance=balance_step("occupancy", "area_m2", int(facts.area.sum()), lost),
        pooled=_pooled(facts, uses, let, rule),
    )


_REASONS: Final = (NO_HOLDER, NOT_CLAIMED)


def _let(base: Base, facts: Facts, held: Held, project: Project, rule: Rule) -> Let:
    evaluated = subject_to_evaluation(facts.names, base, project=project, rule=rule)
    tenancy = Tenancy(evaluated, with_holder=rule.shared_parcel == HOLDER)
    return let_out(facts.area, held, facts.rows, tenancy=tenancy, names=facts.names)


def subject_to_evaluation(usccs: pd.Series, base: Base, *, project: Project, rule: Rule) -> Mask:
    """Return whether each enterprise keeps the land it leases: evaluated, or all of them with leased_out = "always".

    Subject to evaluation is who stands in `enterprises`, is industrial, is not closed and has a row of accounts with a
    known number of the evaluated year (of the three years, where their mean is taken): what NO_ACCOUNT asks, too.
    """
    if project.areas.leased_out == "always":
        return np.ones(len(usccs), dtype=bool)
    enterprises, accounts = base.enterprises, base.accounts
    if not len(enterprises) or not len(accounts):
        return np.zeros(len(usccs), dtype=bool)
    alive = industry.is_industrial(text(enterprises, "industry_code"), rule.industry)
    alive &= ~text(enterprises, "registry_state").str.strip().isin(CLOSED_STATES)
    age = project.project.year - numbers(accounts, "year")
    told = accounts.loc[(age >= 0) & (age < rule.years)]
    with_account = told.loc[with_numbers(told), "uscc"]
    found = position_in(usccs, enterprises.loc[alive.to_numpy(), "uscc"]) != BLANK
    kept: Mask = found & (position_in(usccs, with_account) != BLANK)
    return kept


# -------------------------------------------------------------------------------------------------- rows


def _rows_that_count(base: Base, project: Project) -> tuple[pd.DataFrame, Ints, list[pd.DataFrame]]:
    """Return the rows that hold on the land date, the positions of their parcels, and issues for the others."""
    table = base.leases
    if not len(table):
        return table, np.zeros(0, dtype=np.int64), []
    day = np.datetime64(project.land_date, "D")
    begin, end = (days(table, name) for name in ("from_date", "to_date"))
    counting = (np.isnat(begin) | (begin <= day)) & (np.isnat(end) | (end >= day))
    usable = text(table, "tenure").isin(["own", "lease"]).to_numpy() & text(table, "uscc").notna().to_numpy()
    parcel = position_in(table["parcel_id"], base.parcels.table["parcel_id"])
    placed = parcel != BLANK
    doubts = row_doubts(table, usable=usable, placed=placed, counting=counting, day=str(day))
    kept = counting & usable & placed
    rows = table if kept.all() else table[kept]
    return rows.reset_index(drop=True), parcel[kept], doubts


def _facts(base: Base, rows: pd.DataFrame, parcel: Ints) -> Facts:
    parcels = base.parcels.table
    is_lease = text(rows, "tenure").eq("lease").to_numpy(dtype=bool)
    lessor = text(rows[is_lease], "lessor_uscc")
    words = pd.concat([text(parcels, "holder_uscc"), text(rows, "uscc"), lessor], ignore_index=True)
    codes, names = pd.factorize(words)
    holder, user, giver = np.split(codes.astype(np.int64), np.cumsum((len(parcels), len(rows))))
    lessors = np.full(len(rows), BLANK, dtype=np.int64)
    lessors[is_lease] = giver
    age = numbers(rows, "source_row")
    counted = Rows(
        parcel=parcel,
        user=user,
        lessor=lessors,
        is_lease=is_lease,
        stated=cm2(rows, "area_m2"),
        floor=cm2(rows, "floor_area_m2"),
        age=np.where(np.isnan(age), np.arange(len(rows)), age).astype(np.int64),
    )
    area = parcels["area_cm2"].to_numpy(dtype=np.int64)
    return Facts(area, holder, counted, pd.Series(names, dtype="str"))


# ------------------------------------------------------------------------------------------------- uses


@dataclass(frozen=True)
class Uses:
    """Land in use, one row a parcel and enterprise, by parcel and credit code; land of nobody apart."""

    parcel: Ints
    user: Ints
    land: Ints
    row: Ints
    """Position of the row of occupancy that says so; -1 = the parcel itself."""
    by_lease: Mask
    nobody: Ints
    """Per parcel: land without holder."""
    unclaimed: Ints
    """Per parcel: land that its own rows leave over."""
    head: Ints
    """Per parcel: code of its holder, -1 = unknown."""
    waiting: Mask
    """Per parcel: tenants' land stays with another enterprise."""


def _uses(facts: Facts, held: Held, let: Let | None) -> Uses:
    size = len(facts.area)
    parcel, user, land, row = held.parcel, held.user, held.land, held.row
    by_lease, waiting = np.zeros(len(row), dtype=bool), np.zeros(size, dtype=bool)
    if let is not None:
        network = let.network
        plain = counts(network.parcel, size)[parcel] == 0
        parcel, user = np.r_[parcel[plain], network.parcel], np.r_[user[plain], network.user]
        land, row = np.r_[land[plain], let.land], np.r_[row[plain], network.row]
        by_lease = np.r_[by_lease[plain], ~network.holds]
        waiting[network.parcel[let.staying["holder"]]] = True
    nobody = sums(land[user == BLANK], parcel[user == BLANK], size)
    used = np.flatnonzero((user != BLANK) & (land > 0))
    at = used[_sorted(parcel[used], user[used], facts.names)]
    return Uses(parcel[at], user[at], land[at], row[at], by_lease[at], nobody, held.unclaimed, held.head, waiting)


def _sorted(parcel: Ints, user: Ints, names: pd.Series) -> Ints:
    """Return the order by parcel and, where several use one, by the text of the credit code."""
    several = np.bincount(parcel, minlength=1)[parcel] > 1
    rank = np.zeros(len(parcel), dtype=np.int64)
    rank[several] = code_order(user[several], names)
    order: Ints = np.argsort(parcel * (rank.max(initial=0) + 1) + rank, kind="stable")
    return order


def _evaluable(head: Ints, facts: Facts, base: Base) -> Ints:
    """Return the holders that can stand for their occupants: enterprises of the table, else -1 (a platform company)."""
    known = position_in(facts.names, text(base.enterprises, "uscc")) != BLANK
    return np.where(np.r_[known, False][head], head, BLANK)


def _evaluated_as(uses: Uses, rule: Rule) -> Ints:
    """Return whose result each row carries: under `shared` the holder's, on a parcel of several users."""
    several = counts(uses.parcel, len(uses.head))[uses.parcel] > 1
    head = uses.head[uses.parcel]
    return np.where((rule.shared_parcel == SHARED) & several & (head != BLANK), head, uses.user)


def _tables(base: Base, rows: pd.DataFrame, facts: Facts, uses: Uses, rule: Rule) -> tuple[pd.DataFrame, pd.DataFrame]:
    parcels = base.parcels.table
    ids = parcels["parcel_id"].astype("str")
    total = sums(uses.land, uses.user, len(facts.names))
    evaluated_as = _evaluated_as(uses, rule)
    several = counts(uses.parcel, len(uses.head))[uses.parcel] > 1
    pooled = several & (uses.head != BLANK)[uses.parcel] & (rule.shared_parcel == SHARED)
    with_holder = uses.waiting[uses.parcel] & (rule.shared_parcel == HOLDER)
    mode = np.select([pooled, with_holder], [1, 2], default=0)
    occupancy = pd.DataFrame(
        {
            "parcel_id": words_of(uses.parcel, ids),
            "uscc": words_of(uses.user, facts.names),
            "tenure": words_of(uses.by_lease.astype(np.int64), pd.Series(["own", "lease"], dtype="str")),
            "land_cm2": uses.land,
            "land_mu": uses.land / CM2_PER_M2 / M2_PER_MU,
            "land_share_of_parcel": uses.land / facts.area[uses.parcel],
            "weight_of_enterprise": uses.land / total[uses.user],
            "mode": words_of(mode, pd.Series([APPORTION, SHARED, HOLDER], dtype="str")),
            "evaluated_as": words_of(evaluated_as, facts.names),
            **_stated(rows, uses),
            **_provenance(parcels, rows, uses),
        }
    )
    left = [
        pd.DataFrame({"parcel_id": words_of(np.flatnonzero(land), ids), "land_cm2": land[land > 0], "reason": reason})
        for land, reason in ((uses.nobody, NO_HOLDER), (uses.unclaimed, NOT_CLAIMED))
    ]
    return occupancy, pd.concat(left, ignore_index=True).astype({"reason": "str"})


def _stated(rows: pd.DataFrame, uses: Uses) -> Mapping[str, pd.Series]:
    """Return what the row of occupancy states beside its key: lessor, area, floor area, dates; missing for holders."""
    names = [name for name in columns("input", "occupancy") if name not in NAMED and name in rows.columns]
    return {name: pd.Series(rows[name].array.take(uses.row, allow_fill=True)) for name in names}


def _provenance(parcels: pd.DataFrame, rows: pd.DataFrame, uses: Uses) -> Mapping[str, pd.Series]:
    """Return where each row comes from: a row of occupancy, or the parcel where its holder uses the land."""
    at = np.where(uses.row == BLANK, uses.parcel, uses.row + len(parcels))
    found = {name: pd.concat([text(parcels, name), text(rows, name)]) for name in PROVENANCE[:2]}
    number = np.r_[numbers(parcels, "source_row"), numbers(rows, "source_row")]
    taken = {name: words.take(at).reset_index(drop=True) for name, words in found.items()}
    return {**taken, "source_row": pd.Series(number[at]).astype("Int64")}


def _pooled(facts: Facts, uses: Uses, let: Let | None, rule: Rule) -> pd.DataFrame:
    """Return whose money goes with whom: all parts of each enterprise some of whose land is evaluated with another."""
    user, unit, land = uses.user, _evaluated_as(uses, rule), uses.land
    if let is not None and rule.shared_parcel == HOLDER:
        nodes, staying = let.network, let.staying
        tenant, holder = nodes.user[staying["tenant"]], nodes.user[staying["holder"]]
        known = holder != BLANK
        user = np.concatenate((user, tenant[known]))
        unit = np.concatenate((unit, holder[known]))
        land = np.concatenate((land, staying["land"].to_numpy(dtype=np.int64)[known]))
    moves = np.zeros(len(facts.names), dtype=bool)
    moves[user[user != unit]] = True
    part = moves[user]
    width = len(facts.names) + 1
    keys, place = np.unique(user[part] * width + unit[part], return_inverse=True)
    amount = sums(land[part], place, len(keys))
    total = sums(land[part], user[part], len(facts.names))
    frame = pd.DataFrame(
        {
            "uscc": words_of(keys // width, facts.names),
            "holder_uscc": words_of(keys % width, facts.names),
            "land_cm2": amount,
            "weight": amount / total[keys // width],
            "mode": pd.Series([rule.shared_parcel] * len(keys), dtype="str"),
        }
    )
    return frame.sort_values(["uscc", "holder_uscc"], ignore_index=True)
