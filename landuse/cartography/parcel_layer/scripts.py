"""Give the scripts that unpack and draw parcels, ready to stand inside a page, in the order they need."""

from __future__ import annotations

from typing import Final

from landuse.cartography.offline import embedded_script
from landuse.catalogue import read_text

ASSETS: Final = "cartography/assets"
DRAWING: Final = ("parcel_layer/codec.js", "parcel_layer/layer.js", "parcel_layer/element.js")
"""Our own scripts, after Leaflet and fflate."""


def inflating_script() -> str:
    """Return fflate with its licence; it works where the browser has no DecompressionStream."""
    licence = read_text(f"{ASSETS}/fflate/LICENSE")
    return f"/*\nfflate\n{licence}*/\n{embedded_script(read_text(f'{ASSETS}/fflate/fflate.js'))}"


def drawing_script() -> str:
    """Return codec and layer as one script; the global `landuse` carries them."""
    return "\n".join(embedded_script(read_text(f"{ASSETS}/{name}")) for name in DRAWING)
