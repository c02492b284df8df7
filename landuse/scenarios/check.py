"""Check a plan by hand, parcel by parcel: shares no code with what chose it, and believes nothing it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final

SLACK: Final = 1e-6
"""Share of a limit by which sums of floats may pass it."""


@dataclass(frozen=True)
class Line:
    """One measure of a plan."""

    parcel: str
    measure: str
    takes: Mapping[str, float]
    """What it takes of each limit by name; a limit not named: nothing."""
    worth: float


@dataclass(frozen=True)
class Limit:
    """One limit of a plan."""

    name: str
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Breach:
    """One thing wrong with a plan."""

    what: str
    """twice | unknown | missing | above | below | worth."""
    name: str
    """Parcel or limit."""
    found: float = 0.0
    allowed: float = 0.0


def breaches(
    lines: Sequence[Line], limits: Iterable[Limit], *, allowed: Mapping[str, Iterable[str]], must: Iterable[str] = ()
) -> list[Breach]:
    """Return what is wrong with a plan; nothing where it stands.

    Parameters
    ----------
    allowed
        Parcel -> measures that may be taken there.
    must
        Parcels locked in.
    """
    seen: set[str] = set()
    found: list[Breach] = []
    for line in lines:
        if line.parcel in seen:
            found.append(Breach("twice", line.parcel))
        seen.add(line.parcel)
        if line.measure not in set(allowed.get(line.parcel, ())):
            found.append(Breach("unknown", f"{line.parcel} {line.measure}"))
    found += [Breach("missing", parcel) for parcel in must if parcel not in seen]
    for limit in limits:
        total = fsum(line.takes.get(limit.name, 0.0) for line in lines)
        room = SLACK * max(1.0, abs(total))
        if limit.most is not None and total > limit.most + room:
            found.append(Breach("above", limit.name, total, limit.most))
        if limit.least is not None and total < limit.least - room:
            found.append(Breach("below", limit.name, total, limit.least))
    return found


def misstated(lines: Sequence[Line], stated: float) -> list[Breach]:
    """Return a breach where a plan is not worth what it is said to be worth."""
    total = fsum(line.worth for line in lines)
    return [Breach("worth", "", total, stated)] if abs(total - stated) > SLACK * max(1.0, abs(total)) else []
