"""Draw map sheets: an exact round scale, neat line and grid, legend, 图签; laid out by TOML files."""

from landuse.cartography.sheet.compose import compose, compose_pair
from landuse.cartography.sheet.facts import AreaTable, Inset, SheetFacts
from landuse.cartography.sheet.locator import inset_of
from landuse.cartography.sheet.place import Layout, Rect, layout, panes
from landuse.cartography.sheet.save import save
from landuse.cartography.sheet.scales import fitting_view, view_at

__all__ = [
    "AreaTable",
    "Inset",
    "Layout",
    "Rect",
    "SheetFacts",
    "compose",
    "compose_pair",
    "fitting_view",
    "inset_of",
    "layout",
    "panes",
    "save",
    "view_at",
]
