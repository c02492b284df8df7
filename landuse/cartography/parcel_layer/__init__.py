"""Draw very many parcels on a web map that carries its data: `ParcelLayer` for folium, `pack.pack` for its bytes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from landuse.cartography.parcel_layer.columns import ColumnSpec
    from landuse.cartography.parcel_layer.element import ParcelLayer

_PLACES = {
    "ColumnSpec": "landuse.cartography.parcel_layer.columns",
    "ParcelLayer": "landuse.cartography.parcel_layer.element",
}
"""Public name -> module that defines it; folium is imported with the first use of ParcelLayer."""

__all__ = ["ColumnSpec", "ParcelLayer"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562)."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
