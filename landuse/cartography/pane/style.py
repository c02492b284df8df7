"""State how the inside of a printed map looks: what lies on what, how wide, how dense; in millimetres of paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from landuse.cartography.style import NO_DATA, LegendClass
from landuse.read.underlay import Underlay

ORDER: Final = {
    name: 1 + place / 100
    for place, name in enumerate(
        (
            "underlay",
            "land",
            "casing",
            "below",
            "fill",
            "hatch",
            "outline",
            "small",
            "focus",
            "above",
            "leaders",
            "halo",
            "labels",
        )
    )
}
"""What lies on what inside the frame: all between 1 and 2, so that a sheet draws its grid below or above."""
OUTLINES: Final = ((500, 0.25), (2_000, 0.18), (10_000, 0.10), (50_000, 0.05))
"""Scale -> width in mm of the outline of a parcel; between them in proportion of the logarithms."""
INK: Final = "#1a1a1a"
PALE_INK: Final = "#8c8c8c"
PAPER: Final = "#ffffff"


@dataclass(frozen=True)
class PaneStyle:
    """What is drawn inside the frame, and how."""

    safe: bool = False
    """The palette for colour-blind readers."""
    hatches: bool = True
    """Hatches that tell the classes apart without colour."""
    hatch_mm: float = 1.4
    """Millimetres of paper between two lines of a hatch."""
    outline: str = "#4d4d4d"
    """Colour of the outline of a parcel."""
    hidden: tuple[str, ...] = ()
    """Keys of ``pane.toml`` that are not drawn."""
    underlay: Underlay | None = None
    """A picture below everything, as `landuse.read.underlay` gives it."""


def outline_mm(scale: int) -> float:
    """Return the width in mm of the outline of a parcel at a scale."""
    scales, widths = zip(*OUTLINES, strict=True)
    return float(np.interp(np.log(scale), np.log(scales), widths))


def hatch_distance(entry: LegendClass, style: PaneStyle) -> float:
    """Return the mm between two lines of the hatch of a class: missing data is hatched thinly."""
    return style.hatch_mm * (1.5 if entry.key == NO_DATA else 1.0)


def hatch_colour(entry: LegendClass, fill: str) -> str:
    """Return the colour of a hatch: whichever of ink and paper stands out more from the fill, also without colour."""
    if entry.key == NO_DATA:
        return PALE_INK
    light = luminance(fill)
    return INK if (light + 0.05) / (luminance(INK) + 0.05) >= 1.05 / (light + 0.05) else PAPER


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``, 0 black to 1 white."""
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
