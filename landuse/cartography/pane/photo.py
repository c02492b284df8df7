"""Draw the orthophoto below a map, faded towards white."""

from __future__ import annotations

from typing import Any

import numpy as np

from landuse.cartography.pane.style import ORDER
from landuse.read.underlay import Underlay


def draw_underlay(axes: Any, underlay: Underlay) -> None:
    """Draw a picture at its place; the limits and the aspect of the axes stay as they are."""
    from matplotlib.image import AxesImage

    x0, y0, x1, y1 = underlay.bounds
    image = AxesImage(axes, origin="upper", interpolation="antialiased", zorder=ORDER["underlay"])
    image.set_data(_lightened(underlay))
    limits = axes.get_xlim(), axes.get_ylim()
    image.set_extent((x0, x1, y0, y1))
    axes.set(xlim=limits[0], ylim=limits[1])
    image.set_clip_path(axes.patch)
    axes.add_artist(image)


def _lightened(underlay: Underlay) -> Any:
    """Return the pixels mixed with white, opaque where there is a picture: a printed page needs no transparency."""
    pixels = underlay.pixels
    shown = pixels[..., 3:].astype(np.float32) / 255 * underlay.strength
    mixed = 255 - (255 - pixels[..., :3].astype(np.float32)) * shown
    opaque = np.where(pixels[..., 3:] > 0, 255, 0)
    return np.concatenate([np.round(mixed), opaque], axis=2).astype(np.uint8)
