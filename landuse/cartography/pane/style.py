"""State how the inside of a printed map looks: what lies on what, how wide, how dense; in millimetres of paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from landuse.cartography.pane.hatch import DOTS
from landuse.cartography.pane.view import Bounds
from landuse.cartography.style import NO_DATA, LegendClass
from landuse.errors import DefectError
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
            "grid",
            "leaders",
            "halo",
            "labels",
        )
    )
}
"""What lies on what inside the frame, all between 1 and 2; a sheet draws its grid below what is written."""
OUTLINES: Final = ((500, 0.25), (2_000, 0.18), (10_000, 0.10), (50_000, 0.05))
"""Scale -> width in mm of the outline of a parcel; between them in proportion of the logarithms."""
LETTERS: Final = ((1_000, 2.8), (5_000, 2.3), (25_000, 2.0))
"""Scale -> size in mm of the letters on parcels (8 to 5.7 points)."""
INK: Final = "#1a1a1a"
PALE_INK: Final = "#8c8c8c"
PAPER: Final = "#ffffff"
FINE_DARK: Final = 0.6
FINE_LIGHT: Final = 0.8
"""Part of the width of a hatch that a fine one has: dark lines, and light ones, which a printer fills in, and dots."""
FINE_APART: Final = 1.2
"""Distance of fine lines, as part of that of others: the colour stays what is seen first."""
DARK_FILL: Final = 0.275
"""Luminance below which a fine hatch is light: dark lines would be taken for the outlines of parcels."""


FOCUS_FIRST: Final = 0
"""Priority of the label of a focus parcel: before all others."""
LABELS: Final = ("none", "id", "name", "number")
LABELLED: Final = ("listed", "focus", "all")


@dataclass(frozen=True)
class PaneStyle:
    """What is drawn inside the frame, and how."""

    hatches: bool = True
    """Hatches that tell the classes apart without colour."""
    hatch_mm: float = 1.4
    """Millimetres of paper between two lines of a hatch."""
    outline: str = "#4d4d4d"
    """Colour of the outline of a parcel."""
    label: str = "id"
    """What is written on parcels, one of `LABELS`: nothing, the short code, the enterprise, the number in the list."""
    labelled: str = "listed"
    """Which parcels are labelled, one of `LABELLED`: those on the list of the theme (and in focus), or others."""
    label_mm: float = 0.0
    """Size of the letters of the labels of parcels; 0 = as suits the scale (`letters_mm`)."""
    place_names: bool = True
    """Names of parks, towns, water and roads."""
    keep_clear: tuple[Bounds, ...] = ()
    """Where nothing is written, in metres of the map: a legend inside the frame."""
    focus: tuple[int, ...] = ()
    """Rows of the scene that stand out: outlined in black, labelled first."""
    faded: float = 0.0
    """How far all other parcels are faded where some are in focus: 0 not at all, 1 white."""
    small_mm: float = 1.0
    """Parcels smaller than this on paper are shown by a symbol."""
    hidden: tuple[str, ...] = ()
    """Keys of ``pane.toml`` that are not drawn."""
    underlay: Underlay | None = None
    """A picture below everything, as `landuse.read.underlay` gives it."""

    def __post_init__(self) -> None:
        """Refuse a kind of label that there is none of."""
        if self.label not in LABELS or self.labelled not in LABELLED:
            raise DefectError(f"no label {self.label!r} of {self.labelled!r}: {LABELS} of {LABELLED}")


def outline_mm(scale: int) -> float:
    """Return the width in mm of the outline of a parcel at a scale."""
    scales, widths = zip(*OUTLINES, strict=True)
    return float(np.interp(np.log(scale), np.log(scales), widths))


def letters_mm(style: PaneStyle, scale: int) -> float:
    """Return the size in mm of the letters of the labels of parcels at a scale."""
    scales, sizes = zip(*LETTERS, strict=True)
    return style.label_mm or float(np.interp(np.log(scale), np.log(scales), sizes))


def hatch_distance(entry: LegendClass, style: PaneStyle) -> float:
    """Return the mm between two lines of the hatch of a class: missing data is hatched thinly, fine lines are apart."""
    is_apart = entry.fine and entry.hatch != DOTS
    return style.hatch_mm * (1.5 if entry.key == NO_DATA else FINE_APART if is_apart else 1.0)


def hatch_colour(entry: LegendClass, fill: str) -> str:
    """Return the colour of a hatch: whichever of ink and paper stands out more from the fill, also without colour."""
    if entry.key == NO_DATA:
        return PALE_INK
    light = luminance(fill)
    if entry.fine:
        return PAPER if light < DARK_FILL else INK
    return INK if (light + 0.05) / (luminance(INK) + 0.05) >= 1.05 / (light + 0.05) else PAPER


def fine_part(entry: LegendClass, colour: str) -> float:
    """Return which part of the width of a hatch its lines have: fine ones are thinner, light ones less so."""
    if not entry.fine:
        return 1.0
    return FINE_LIGHT if colour == PAPER or entry.hatch == DOTS else FINE_DARK


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``, 0 black to 1 white."""
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def faded(colour: str, share: float) -> str:
    """Return a colour mixed with so much white: 0 as it is, 1 white."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * share):02x}" for part in parts)
