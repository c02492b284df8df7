"""[datums]: the bureau's own parameters that bring Xian 1980 and Beijing 1954 to CGCS2000."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from landuse.settings import Section

NEEDED: Final = {
    "four": ("dx_m", "dy_m", "rotation_seconds", "scale_ppm", "old_crs", "new_crs"),
    "seven": ("dx_m", "dy_m", "dz_m", "rx_seconds", "ry_seconds", "rz_seconds", "scale_ppm"),
}
"""Method -> numbers without which it is none."""
CONVENTIONS: Final = {
    "four": ("clockwise", "counterclockwise"),
    "seven": ("position_vector", "coordinate_frame"),
}
_OWN: Final = frozenset({"dz_m", "rx_seconds", "ry_seconds", "rz_seconds", "rotation_seconds"})
"""Numbers that belong to one method alone."""
Metres = Annotated[float, Field(ge=-10_000_000_000, le=10_000_000_000)]
Seconds = Annotated[float, Field(ge=-3600, le=3600)]


class ControlPoint(Section):
    """A point known in both systems: it proves the parameters."""

    old: tuple[Metres, Metres]
    """X (north) and Y (east) in `old_crs`, in m."""
    new: tuple[Metres, Metres]
    """X (north) and Y (east) in `new_crs`, in m."""


class Parameters(Section):
    """[datums.xian80], [datums.beijing54]: the parameters of one datum of the past."""

    method: Literal["four", "seven"]
    """four = four parameters between two planes; seven = seven of Bursa-Wolf (Helmert) in space."""
    convention: Literal["clockwise", "counterclockwise", "position_vector", "coordinate_frame"]
    """Sense of a positive rotation. four: clockwise turns points from north to east. seven: as in EPSG 1033, 1032."""
    dx_m: Metres
    """four: added to X (north); seven: along the axis X of the Earth; in m."""
    dy_m: Metres
    """four: added to Y (east); seven: along the axis Y of the Earth; in m."""
    dz_m: Metres | None = None
    """seven: along the axis Z of the Earth, in m."""
    rx_seconds: Seconds | None = None
    """seven: rotation about X, in seconds of arc …"""
    ry_seconds: Seconds | None = None
    """… about Y …"""
    rz_seconds: Seconds | None = None
    """… and about Z."""
    rotation_seconds: Seconds | None = None
    """four: rotation of the plane, in seconds of arc."""
    scale_ppm: float = Field(ge=-1000, le=1000)
    """Scale, in millionths: 1.0000025 is 2.5."""
    old_crs: str | None = None
    """four: plane the parameters start from, e.g. "EPSG:2364"; seven: that of `points`."""
    new_crs: str | None = None
    """four: plane they lead to, e.g. "EPSG:4528"; seven: that of `points`."""
    points: tuple[ControlPoint, ...] = ()
    """Points known in both systems, not used when the parameters were computed."""
    points_within_m: float = Field(default=0.1, gt=0, le=10)
    """A point may be missed by so many m (inclusive)."""

    @model_validator(mode="after")
    def _is_whole(self) -> Parameters:
        needed = (*NEEDED[self.method], *(("old_crs", "new_crs") if self.points else ()))
        lost = [name for name in dict.fromkeys(needed) if getattr(self, name) is None]
        odd = sorted(name for name in _OWN - {*needed} if getattr(self, name) is not None)
        if self.convention not in CONVENTIONS[self.method]:
            lost.append(f'convention = "{"|".join(CONVENTIONS[self.method])}"')
        if lost or odd:
            raise PydanticCustomError("datum", "whole", {"lost": "、".join(lost) or "–", "odd": "、".join(odd) or "–"})
        return self


class Datums(Section):
    """[datums]: none is needed where all layers stand in one datum."""

    xian80: Parameters | None = None
    """Xian 1980 -> CGCS2000: layers in that datum are transformed when they are read."""
    beijing54: Parameters | None = None
    """Beijing 1954 -> CGCS2000, likewise."""

    def of(self, datum: str) -> Parameters | None:
        """Return the parameters of a datum; None where none are given."""
        return {"xian80": self.xian80, "beijing54": self.beijing54}.get(datum)
