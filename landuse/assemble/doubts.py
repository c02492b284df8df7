"""Word the doubts about who uses which land as issues, row by row."""

from __future__ import annotations

import numpy as np
import pandas as pd

from landuse.assemble.leases import Let
from landuse.assemble.own import Facts, Held
from landuse.assemble.shares import BLANK, CM2_PER_M2, Ints, Mask, position_in, sums, words_of
from landuse.settings import Areas
from landuse.tables import Base, issue_rows, one_issue
from landuse.tables.cells import days, numbers, text


def row_doubts(table: pd.DataFrame, *, usable: Mask, placed: Mask, counting: Mask, day: str) -> list[pd.DataFrame]:
    """Return issues for rows of occupancy that are set aside, and for negative areas among those that count.

    Parameters
    ----------
    usable
        Credit code and tenure are known.
    placed
        The parcel is known.
    counting
        The row covers the land date `day`.
    """
    used = usable & placed
    late = days(table, "from_date") > np.datetime64(day, "D")
    doubts = [
        _occupancy("OCCUPANCY_NOT_USABLE", table[~usable]),
        _occupancy("OCCUPANCY_WITHOUT_PARCEL", table[usable & ~placed]),
    ]
    for mask, column in ((~late, "to_date"), (late, "from_date")):
        outside = table[used & ~counting & mask]
        dates = zip(_shown(outside, "from_date"), _shown(outside, "to_date"), strict=True)
        spans = [{"begin": begin, "end": end, "day": day} for begin, end in dates]
        doubts.append(_occupancy("OCCUPANCY_NOT_ON_LAND_DATE", outside, facts=spans, column=column))
    for name in ("area_m2", "floor_area_m2"):
        below = table[used & counting & (numbers(table, name) < 0)]
        shown = [{"area": f"{area:g}"} for area in numbers(below, name)]
        doubts.append(_occupancy("OCCUPANCY_AREA_NEGATIVE", below, facts=shown, column=name))
    return doubts


def own_doubts(base: Base, rows: pd.DataFrame, held: Held, *, parcel: Ints, areas: Areas) -> list[pd.DataFrame]:
    """Return issues for own rows that do not fit their parcel; `parcel` is the position of each row's parcel.

    Own rows and parcel may differ by the larger of two tolerances (inclusive), as register and geometry may.
    """
    land = base.parcels.table["area_cm2"].to_numpy(dtype=np.int64)
    allowed = np.maximum(land * areas.tolerance_share, areas.tolerance_m2 * CM2_PER_M2)
    scaled = held.scaled[(held.excess > allowed)[parcel[held.scaled]]]
    at = parcel[scaled]
    short = np.flatnonzero(held.unclaimed > allowed)
    return [
        _occupancy("OWN_EXCEEDS_LAND", rows.iloc[scaled], facts=_pairs(land[at] + held.excess[at], land[at])),
        _occupancy("OWN_AREA_ASSUMED", rows.iloc[held.assumed]),
        issue_rows(
            "OWN_BELOW_LAND", base.parcels.table.iloc[short], table="parcels", key="parcel_id",
            facts=_pairs(land[short] - held.unclaimed[short], land[short]),
        ),
    ]  # fmt: skip


def lease_doubts(rows: pd.DataFrame, let: Let | None) -> list[pd.DataFrame]:
    """Return issues for leases: cycles with the rows that make them, lessors without enough land, unknown areas."""
    if let is None:
        return []
    doubts = [_occupancy(code, rows.iloc[at]) for code, at in let.findings.items() if code != "LEASE_CYCLE"]
    cycle = rows.iloc[let.findings["LEASE_CYCLE"]]
    if len(cycle):
        numbered = cycle.assign(number=_row_names(cycle))
        members = numbered.groupby("parcel_id", sort=False)["number"].agg(
            lambda names: "、".join(sorted(names, key=_natural))
        )
        facts = [{"rows": members[parcel]} for parcel in cycle["parcel_id"]]
        doubts.append(_occupancy("LEASE_CYCLE", cycle, facts=facts))
    over = let.over
    pairs = _pairs(over["asked"].to_numpy(), over["available"].to_numpy())
    chains = _occupancy("SUBLEASE_OF_SUBLEASE", rows.iloc[_third_links(let)])
    return [*doubts, _occupancy("LEASE_EXCEEDS_LAND", rows.iloc[over["row"]], facts=pairs), chains]


def _third_links(let: Let) -> Ints:
    """Return the rows of leases whose lessor is itself a sub-lessee: the third link of a chain, or a later one."""
    network = let.network
    leases_in = np.zeros(len(network.user), dtype=bool)
    leases_in[network.lessee] = True
    subs = (leases_in & ~network.holds)[network.lessor]
    sub_lessee = np.zeros(len(network.user), dtype=bool)
    sub_lessee[network.lessee[subs]] = True
    links: Ints = network.lease[subs & sub_lessee[network.lessor]]
    return links


def unknown_users(base: Base, rows: pd.DataFrame, *, facts: Facts) -> list[pd.DataFrame]:
    """Return notes for holders and owners that stand in no table of enterprises; none where there is no such table."""
    if not len(base.enterprises):
        return []
    known = np.r_[position_in(facts.names, base.enterprises["uscc"]) != BLANK, True]
    strange = np.flatnonzero(~known[facts.holder])
    value = words_of(facts.holder[strange], facts.names).tolist()
    found = base.parcels.table.iloc[strange]
    own = np.flatnonzero(~facts.rows.is_lease & ~known[facts.rows.user])
    return [
        issue_rows("HOLDER_UNKNOWN", found, table="parcels", key="parcel_id", column="holder_uscc", value=value),
        _occupancy("OCCUPANT_UNKNOWN", rows.iloc[own]),
    ]


def land_of_nobody(base: Base, nobody: Ints) -> list[pd.DataFrame]:
    """Return notes for land without holder: parcel by parcel, or once where no parcel has one."""
    parcels = base.parcels.table
    at = np.flatnonzero(nobody)
    if not len(at):
        return []
    if len(at) == len(parcels) and not text(parcels, "holder_uscc").notna().any():
        total = sums(nobody, np.zeros(len(nobody), dtype=np.int64), 1)
        return [one_issue("NO_HOLDER_AT_ALL", table="parcels", column="holder_uscc", facts=_pairs(total, total)[0])]
    facts = _pairs(nobody[at], parcels["area_cm2"].to_numpy(dtype=np.int64)[at])
    rows = parcels.iloc[at]
    return [issue_rows("NO_HOLDER", rows, table="parcels", key="parcel_id", column="holder_uscc", facts=facts)]


def _occupancy(
    code: str, rows: pd.DataFrame, facts: list[dict[str, str]] | None = None, *, column: str | None = None
) -> pd.DataFrame:
    """Return one issue a row of occupancy: its key is the credit code, its value the parcel."""
    value = text(rows, "parcel_id").fillna("").tolist()
    named = rows.assign(uscc=text(rows, "uscc").fillna(""))
    given = {} if facts is None else {"facts": facts}
    about = column or _COLUMN.get(code, "uscc")
    return issue_rows(code, named, table="occupancy", key="uscc", column=about, value=value, **given)


_COLUMN = {
    "OCCUPANCY_WITHOUT_PARCEL": "parcel_id",
    "OWN_EXCEEDS_LAND": "area_m2",
    "OWN_AREA_ASSUMED": "area_m2",
    "LEASE_AREA_ASSUMED": "area_m2",
    "LEASE_EXCEEDS_LAND": "area_m2",
    "LEASE_CYCLE": "lessor_uscc",
    "SUBLEASE_OF_SUBLEASE": "lessor_uscc",
    "LESSOR_ASSUMED": "lessor_uscc",
    "LESSOR_WITHOUT_LAND": "lessor_uscc",
}
"""Column of the occupancy table an issue is about, where it is not the user."""


def _pairs(stated: Ints, land: Ints) -> list[dict[str, str]]:
    pairs = zip(stated.tolist(), land.tolist(), strict=True)
    return [{"stated": _m2(one), "land": _m2(other)} for one, other in pairs]


def _m2(amount_cm2: int) -> str:
    return f"{amount_cm2 / CM2_PER_M2:.2f}"


def _shown(table: pd.DataFrame, name: str) -> list[str]:
    return ["—" if np.isnat(day) else str(day) for day in days(table, name)]


def _row_names(rows: pd.DataFrame) -> list[str]:
    """Return how a user finds each row: its number in the source, else who leases from whom."""
    number = numbers(rows, "source_row")
    pairs = zip(text(rows, "uscc"), number, strict=True)
    return [str(uscc) if np.isnan(row) else str(int(row)) for uscc, row in pairs]


def _natural(name: str) -> tuple[int, str]:
    return len(name), name
