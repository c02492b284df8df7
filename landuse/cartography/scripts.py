"""Give the scripts of the map, ready to stand inside a page, in the fixed order they need."""

from __future__ import annotations

from typing import Final

from landuse.cartography.offline import embedded_script
from landuse.catalogue import read_text

ASSETS: Final = "cartography/assets"
DRAWING: Final = (
    "parcel_layer/codec.js",
    "parcel_layer/layer.js",
    "parcel_layer/element.js",
)
"""Unpack and draw parcels, on any page that has Leaflet and fflate."""
PAGE: Final = (
    "page/state.js",
    "page/text.js",
    "page/elements.js",
    "page/tables.js",
    "page/store.js",
    "page/map.js",
    "page/layout.js",
    "page/legend.js",
    "page/choose.js",
    "page/clock.js",
    "page/card.js",
    "page/search.js",
    "page/table.js",
    "page/compare.js",
    "page/filter.js",
    "page/start.js",
)
"""The page around them, part by part; start.js comes last."""


def inflating_script() -> str:
    """Return fflate with its licence; it works where the browser has no DecompressionStream."""
    licence = read_text(f"{ASSETS}/fflate/LICENSE")
    return f"/*\nfflate\n{licence}*/\n{embedded_script(read_text(f'{ASSETS}/fflate/fflate.js'))}"


def drawing_script() -> str:
    """Return codec and layer as one script; the global `landuse` carries them."""
    return _joined(DRAWING)


def page_script() -> str:
    """Return codec, layer and the parts of the page as one script."""
    return _joined((*DRAWING, *PAGE))


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join(embedded_script(read_text(f"{ASSETS}/{name}")) for name in names)
