"""Look whether the layers of a project lie in one county: a wrong zone throws a whole layer hundreds of km away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from landuse.errors import Fault
from landuse.read.part import ReadPart
from landuse.read.places import geod, place_in, spread_of
from landuse.read.placing import FAR_KM
from landuse.settings import Region

WIDE: Final = ("context",)
"""Tables whose layers may reach far beyond the county."""


@dataclass(frozen=True)
class Lying:
    """Where one layer lies, in the CRS that was decided for it."""

    where: str
    crs: str
    lon: float
    lat: float

    def __str__(self) -> str:
        """Return the layer with its CRS and place as an error message prints them."""
        crs = self.crs if len(self.crs) < 40 else f"{self.crs[:36]}…"
        return f"{self.where} [{crs}] {self.lon:.2f}°E {self.lat:.2f}°N"


def lying(part: ReadPart) -> Lying | None:
    """Return where a layer lies; None where it has no geometry, or may reach beyond the county."""
    raw = part.raw
    if raw.geometry is None or raw.crs is None or raw.table in WIDE:
        return None
    spread = spread_of(raw.geometry)
    place = None if spread is None else place_in(raw.crs, spread, None)
    where = f"{raw.file} [{raw.sheet}]" if raw.sheet else raw.file
    return None if place is None else Lying(where, raw.crs, place.lon, place.lat)


def far_apart(layers: Sequence[Lying], region: Region | None) -> list[Fault]:
    """Return a fault where two layers lie farther apart than a county reaches: nobody can say which is right."""
    limit = max(FAR_KM, 2 * region.radius_km if region else 0.0)
    apart = [geod().inv(layers[0].lon, layers[0].lat, each.lon, each.lat)[2] / 1000 for each in layers]
    far = [(km, each) for km, each in zip(apart, layers, strict=True) if km > limit]
    if not far:
        return []
    km, other = max(far, key=lambda pair: pair[0])
    found = f"两份图形相距 {km:.0f} 公里,不在同一个县 / two layers lie {km:.0f} km apart, in no one county"
    shown = "; ".join(dict.fromkeys(map(str, layers)))
    do = (
        "位置不对的那一份,crs 写错了(带号或中央经线):改正它;不属于本项目的删去 / "
        "correct the crs (zone or meridian) of the layer that is out of place; delete one that is not of this project"
    )
    return [Fault(f"{layers[0].where} · {other.where}", found, shown, do)]
