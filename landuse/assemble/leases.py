"""Let land out: leases take it from their lessor, from the holder downwards, and give it to the lessee."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from landuse.assemble.own import Held, Rows
from landuse.assemble.shares import BLANK, Ints, Mask, code_order, split, stated_or_equal, sums

ROUNDING_CM2: Final = 100
"""Registers state areas to 0.01 m2: a lease may go that far over its lessor's land (inclusive) without a doubt."""


@dataclass(frozen=True)
class Tenancy:
    """Who keeps the land it leases."""

    evaluated: Mask
    """Per code of an enterprise: is subject to evaluation."""
    with_holder: bool
    """Tenants' land stays with the holder, where a parcel has one."""


@dataclass(frozen=True)
class Network:
    """Who lets to whom: a node is an enterprise on a parcel, an edge is a row of lease."""

    parcel: Ints
    """Per node: position of the parcel."""
    user: Ints
    """Per node: code of the enterprise; -1 = nobody known (a parcel without holder)."""
    own: Ints
    """Per node: land held before letting, in cm2."""
    holds: Mask
    """Per node: stands among the owners and holders."""
    row: Ints
    """Per node: position of the row of occupancy that says so, -1 = the parcel itself."""
    order: Ints
    """Per node: rank by parcel and credit code, for equal remainders."""
    lessor: Ints
    """Per edge: node that gives."""
    lessee: Ints
    """Per edge: node that takes."""
    lease: Ints
    """Per edge: position of the row of occupancy."""
    want: Ints
    """Per edge: land asked for in cm2; -1 = an equal part of what the others leave."""

    def edges(self, mask: Mask) -> Network:
        """Return the network with some of its edges."""
        kept = {name: getattr(self, name)[mask] for name in ("lessor", "lessee", "lease", "want")}
        return replace(self, **kept)


@dataclass(frozen=True)
class Let:
    """Land after letting, on the parcels that have leases."""

    network: Network
    land: Ints
    """Per node: land in use, in cm2."""
    staying: pd.DataFrame
    """tenant, holder (nodes), land: land of tenants that stays with the holder or lessor."""
    findings: Mapping[str, Ints]
    """Issue code -> positions of rows of occupancy."""
    over: pd.DataFrame
    """row, asked, available (cm2): leases beyond their lessor's land."""


def let_out(area: Ints, held: Held, rows: Rows, *, tenancy: Tenancy, names: pd.Series) -> Let:
    """Return who uses the land of the parcels that have leases.

    Parameters
    ----------
    area
        Land of each parcel in cm2.
    held
        Land before letting.
    rows
        All rows of occupancy that count.
    names
        Credit code of each code: decides between equal remainders.
    """
    leases = np.flatnonzero(rows.is_lease)
    drawn = _network(area, held, rows, names)
    circular = in_cycle(drawn.lessor, drawn.lessee, size=len(drawn.user))
    network = drawn.edges(~circular)
    landless = ~_fed(network)[network.lessor]
    amount, gross, asked = _flow(network)
    orphan = _orphans(held)[network.parcel]
    evaluated = (network.user != BLANK) & tenancy.evaluated[network.user]
    land, staying = _return(network, amount, gross, keeps=evaluated & (orphan | (not tenancy.with_holder)))
    refused = (~evaluated & (orphan | (not tenancy.with_holder)))[network.lessee]
    guessed = (rows.lessor[leases] == BLANK) & held.ambiguous[rows.parcel[leases]]
    findings = {
        "LEASE_CYCLE": drawn.lease[circular],
        "LESSOR_ASSUMED": leases[guessed],
        "LESSOR_WITHOUT_LAND": network.lease[landless],
        "LEASE_AREA_ASSUMED": network.lease[(network.want == BLANK) & ~landless],
        "LESSEE_NOT_EVALUATED": network.lease[refused & ~landless],
    }
    return Let(network, land, staying, findings, _overs(network, gross, asked, ~landless))


# ---------------------------------------------------------------------------------------------- network


def _network(area: Ints, held: Held, rows: Rows, names: pd.Series) -> Network:
    leases = np.flatnonzero(rows.is_lease)
    parcel, width = rows.parcel[leases], len(names) + 1
    let = np.zeros(len(area), dtype=bool)
    let[parcel] = True
    claims = np.flatnonzero(let[held.parcel])
    lessor = _lessors(held, rows, leases, width)
    users = np.concatenate((held.user[claims], lessor, rows.user[leases]))
    places = np.concatenate((held.parcel[claims], parcel, parcel))
    keys, node = np.unique(places * width + users + 1, return_inverse=True)
    claim, giver, taker = np.split(node, np.cumsum((len(claims), len(leases))))
    row, holds = np.full(len(keys), BLANK, dtype=np.int64), np.zeros(len(keys), dtype=bool)
    oldest_last = np.lexsort((-rows.age[leases], taker))
    row[taker[oldest_last]] = leases[oldest_last]
    row[claim], holds[claim] = held.row[claims], True
    user = keys % width - 1
    order = np.argsort(np.lexsort((code_order(user, names), keys // width)))
    want = np.where(rows.stated == BLANK, _land_by_floor(area, rows, names), rows.stated)[leases]
    own = sums(held.land[claims], claim, len(keys))
    return Network(keys // width, user, own, holds, row, order, giver, taker, leases, want)


def _orphans(held: Held) -> Mask:
    """Return, per parcel, whether nobody known holds it."""
    orphan = np.zeros(len(held.head), dtype=bool)
    orphan[held.parcel[held.user == BLANK]] = True
    return orphan


def _lessors(held: Held, rows: Rows, leases: Ints, width: int) -> Ints:
    """Return the code of each lease's lessor: blank is the holder.

    On a parcel whose holder nobody knows, a lessor who leases nothing there lets the land of that unknown holder.
    """
    parcel, lessor = rows.parcel[leases], rows.lessor[leases]
    leases_in = np.isin(parcel * width + lessor, parcel * width + rows.user[leases])
    unknown = (lessor == BLANK) | (_orphans(held)[parcel] & ~leases_in)
    return np.where(unknown, held.head[parcel], lessor)


def _land_by_floor(area: Ints, rows: Rows, names: pd.Series) -> Ints:
    """Return the land of each row by its floor area; blank unless all rows of the parcel state theirs."""
    wanted = np.zeros(len(area), dtype=bool)
    wanted[rows.parcel[rows.is_lease & (rows.stated == BLANK)]] = True
    wanted[rows.parcel[rows.floor == BLANK]] = False
    wanted &= sums(np.maximum(rows.floor, 0), rows.parcel, len(area)) > 0
    at = np.flatnonzero(wanted[rows.parcel])
    land = np.full(len(rows.parcel), BLANK, dtype=np.int64)
    land[at] = split(
        area, rows.parcel[at], weights=rows.floor[at], order=lambda some: code_order(rows.user[at[some]], names)
    )
    return land


def in_cycle(lessor: Ints, lessee: Ints, *, size: int) -> Mask:
    """Return which edges of a network of `size` nodes lie on a cycle: what is let comes back to its lessor."""
    alive = np.ones(len(lessor), dtype=bool)
    while True:
        gives, takes = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        gives[lessor[alive]] = True
        takes[lessee[alive]] = True
        still = alive & takes[lessor] & gives[lessee]
        if still.sum() == alive.sum():
            break
        alive = still
    at = np.flatnonzero(alive)
    onward: dict[int, set[int]] = {}
    for giver, taker in zip(lessor[at].tolist(), lessee[at].tolist(), strict=True):
        onward.setdefault(giver, set()).add(taker)
    pairs = zip(lessor[at].tolist(), lessee[at].tolist(), strict=True)
    alive[at] = [_reaches(onward, taker, giver) for giver, taker in pairs]
    return alive


def _reaches(onward: Mapping[int, set[int]], start: int, goal: int) -> bool:
    """Say whether land of `start` comes, lease by lease, to `goal`."""
    seen, open_nodes = {start}, [start]
    while open_nodes:
        node = open_nodes.pop()
        if node == goal:
            return True
        fresh = onward.get(node, set()) - seen
        seen |= fresh
        open_nodes += fresh
    return False


# ------------------------------------------------------------------------------------------------- flow


def _fed(network: Network) -> Mask:
    """Return which nodes hold land or lease some."""
    fed = network.holds.copy()
    fed[network.lessee] = True
    return fed


def _flow(network: Network) -> tuple[Ints, Ints, Ints]:
    """Return the land of each lease, and per node its land before letting and what its leases ask of it.

    From the holder downwards: a lessor lets once all it leases itself is known. One round per link of the chains.
    """
    size = len(network.own)
    gross, amount = network.own.copy(), np.zeros(len(network.lessor), dtype=np.int64)
    pending = np.ones(len(network.lessor), dtype=bool)
    while pending.any():
        waits = np.zeros(size, dtype=bool)
        waits[network.lessee[pending]] = True
        ready = np.flatnonzero(pending & ~waits[network.lessor])
        lessor, lessee = network.lessor[ready], network.lessee[ready]
        rank = network.order[lessee]
        amount[ready] = stated_or_equal(gross, lessor, stated=network.want[ready], order=rank.__getitem__)
        gross += sums(amount[ready], lessee, size)
        pending[ready] = False
    asked = sums(np.maximum(network.want, 0), network.lessor, size)
    return amount, gross, asked


def _overs(network: Network, gross: Ints, asked: Ints, mask: Mask) -> pd.DataFrame:
    stated = np.bincount(network.lessor[network.want != BLANK], minlength=len(gross))
    beyond = (asked - gross > ROUNDING_CM2 * stated)[network.lessor] & mask
    lessor = network.lessor[beyond]
    return pd.DataFrame({"row": network.lease[beyond], "asked": asked[lessor], "available": gross[lessor]})


def _return(network: Network, amount: Ints, gross: Ints, *, keeps: Mask) -> tuple[Ints, pd.DataFrame]:
    """Return the land of each node, and whose leased land goes back up to the nearest lessor who keeps or holds land.

    What a node lets is taken from its own land first, so what goes back is at most what it leases.
    """
    land = gross - sums(amount, network.lessor, len(gross))
    incoming = sums(amount, network.lessee, len(gross))
    tenant = np.flatnonzero(~keeps & (incoming > 0))
    back = np.minimum(land[tenant], incoming[tenant])
    tenant, back = tenant[back > 0], back[back > 0]
    origin, at, part = tenant, tenant, back
    done: list[tuple[Ints, Ints, Ints]] = []
    while len(origin):
        origin, at, part = _step_up(network, amount, origin, at, part)
        home = network.holds[at] | keeps[at]
        done.append((origin[home], at[home], part[home]))
        origin, at, part = origin[~home], at[~home], part[~home]
    tenants, homes, parts = (np.concatenate(arrays) for arrays in zip(*done, strict=True)) if done else (at, at, part)
    land -= sums(back, tenant, len(land))
    land += sums(parts, homes, len(land))
    return land, pd.DataFrame({"tenant": tenants, "holder": homes, "land": parts})


def _step_up(network: Network, amount: Ints, origin: Ints, at: Ints, part: Ints) -> tuple[Ints, Ints, Ints]:
    """Give land back one link up the chain, to several lessors in proportion to what they let."""
    edges = np.argsort(network.lessee, kind="stable")
    start = np.searchsorted(network.lessee[edges], at, side="left")
    number = np.searchsorted(network.lessee[edges], at, side="right") - start
    piece = np.repeat(np.arange(len(at)), number)
    offset = np.arange(len(piece)) - np.repeat(np.cumsum(number) - number, number)
    edge = edges[start[piece] + offset]
    lessor = network.lessor[edge]
    share = split(part, piece, weights=amount[edge], order=network.order[lessor].__getitem__)
    real = share > 0
    return origin[piece][real], lessor[real], share[real]
