"""[dossiers]: for which parcels 一地一策 is printed, and what stands in it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from landuse.settings import Section


class Dossiers(Section):
    """[dossiers]: one or two pages for each listed parcel."""

    classes: tuple[Literal["low", "partly_low", "stopped", "vacant", "idle"], ...] = (
        "low", "partly_low", "stopped", "vacant", "idle",
    )  # fmt: skip
    """Results that put a parcel among those printed; idle = suspected idle land."""
    parcels: tuple[str, ...] = ()
    """Parcel codes to be printed instead, whatever their result; blank = by `classes`."""
    most: int = Field(default=1000, ge=0)
    """Most parcels printed in one run, suspected idle land first; 0 = none. What is left out is named in a note."""
    combined: bool = True
    """Whether one file of all pages is made too, for printing."""
    process: bool = True
    """Whether the 测算过程表 stands at the end of each."""
    photos: int = Field(default=2, ge=0, le=6)
    """Frames for photographs."""
