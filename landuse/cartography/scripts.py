"""Give the scripts of the map, ready to stand inside a page, in the fixed order they need."""

from __future__ import annotations

import re
from typing import Final

from landuse.cartography.offline import embedded_script
from landuse.cartography.parcel_layer.pack import as_text, squeezed
from landuse.catalogue import read_text

ASSETS: Final = "cartography/assets"
DRAWING: Final = (
    "parcel_layer/bytes.js",
    "parcel_layer/columns.js",
    "parcel_layer/likeness.js",
    "parcel_layer/codec.js",
    "parcel_layer/paint.js",
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
)
"""The page around them, part by part."""
TOOLS: Final[tuple[str, ...]] = (
    "tools/geodesy.js",
    "tools/toolbar.js",
    "tools/measure.js",
    "tools/notes.js",
    "tools/pick.js",
    "tools/sheet.js",
    "tools/basemap.js",
    "tools/print.js",
    "tools/host.js",
)
"""What a reader does on the map beyond looking, part by part: measuring, notes, selection, print, base maps."""
START: Final = "page/start.js"
"""Starts everything; comes last."""
BOOT: Final = "page/boot.js"
"""Unpacks all of the above on the page."""


def inflating_script() -> str:
    """Return fflate with its licence; it works where the browser has no DecompressionStream."""
    licence = read_text(f"{ASSETS}/fflate/LICENSE")
    return f"/*\nfflate\n{licence}*/\n{embedded_script(read_text(f'{ASSETS}/fflate/fflate.js'))}"


def drawing_script() -> str:
    """Return codec and layer as one script; the global `landuse` carries them."""
    return _joined(DRAWING)


def page_script() -> str:
    """Return codec, layer, the parts of the page and the tools as one script."""
    return _joined((*DRAWING, *PAGE, *TOOLS, START))


def squeezed_text(text: str) -> str:
    """Return a text as gzip in base64, a quarter of its size, for a script element that `landuse.readText` reads."""
    return as_text(squeezed([text.encode()]))


def code_of_page() -> str:
    """Return Leaflet and the scripts of the page, squeezed: `page/boot.js` unpacks and runs them at once."""
    return squeezed_text("\n;\n".join([read_text(f"{ASSETS}/leaflet/leaflet.js"), page_script()]))


def booting_script() -> str:
    """Return what unpacks the code of a page; it needs fflate."""
    return _joined((BOOT,))


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join(slim(embedded_script(read_text(f"{ASSETS}/{name}"))) for name in names)


def slim(text: str) -> str:
    """Return one of our scripts without its comments of whole lines and its indentation; no string runs over lines."""
    plain = re.sub(r"(?ms)^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*$", "", text)
    return re.sub(r"(?m)^[ \t]*(?://.*)?\n|^[ \t]+", "", plain)
