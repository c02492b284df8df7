"""Draw the maps that stand in the text: the pane of the printed sheets in a frame, scale bar, north arrow, legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from landuse.cartography.pane import PaneStyle, View, draw_pane, extent, scene_of, swatch
from landuse.cartography.style import LegendClass
from landuse.cartography.values import theme_values
from landuse.catalogue import term
from landuse.errors import InputError
from landuse.fonts import BOLD, REGULAR, faces, folder
from landuse.reports.content.report.model import Document, Figure
from landuse.reports.content.report.say import wide
from landuse.tables import Analysis

DPI: Final = 200
INCH: Final = 25.4
WIDTH: Final = 156.0
"""Of the text, in mm."""
ROW: Final = 5.2
SWATCH: Final = 7.0
COLUMNS: Final = 2
SIZE: Final = 8.0
"""Letters in points."""
FACE: Final = 3.2
BAR: Final = 0.25
"""Longest part of the width that the scale bar takes."""
LIMIT: Final = 200_000
"""Parcels from which no map stands in the text: the sheets show them."""


def maps_of(analysis: Analysis, document: Document) -> dict[str, bytes]:
    """Return theme -> picture of the maps a document asks for and a run has values for.

    Raises
    ------
    InputError
        No font of the machine has some character of a legend.
    """
    asked = [item for item in document.items if isinstance(item, Figure) and item.theme]
    if not asked or not 0 < len(analysis.parcels) <= LIMIT:
        return {}
    known = set(theme_values(analysis, {item.theme for item in asked}))
    return {item.theme: picture for item in asked if item.theme in known and (picture := _map(analysis, item))}


def _map(analysis: Analysis, item: Figure) -> bytes:
    from matplotlib import font_manager, rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    scene = scene_of(analysis, item.theme)
    bounds = extent(scene.shapes)
    if bounds is None:
        return b""
    lang = analysis.project.language
    legend = [entry for entry in scene.classes.legend if entry.count]
    found = faces([_words(entry, lang) for entry in legend])
    if faults := found.faults(item.caption):
        raise InputError(faults)
    for file in (folder() / REGULAR, folder() / BOLD, *found.files):
        font_manager.fontManager.addfont(str(file))
    below = math.ceil(len(legend) / COLUMNS) * ROW + 4
    view = _view(bounds, WIDTH, item.height_mm - below)
    high = view.size_mm[1]
    whole = high + below
    with rc_context({"font.family": list(found.families), "font.size": SIZE}):
        canvas = Canvas(figsize=(WIDTH / INCH, whole / INCH), dpi=DPI)
        FigureCanvasAgg(canvas)
        pane = canvas.add_axes((0.0, below / whole, 1.0, high / whole))
        pane.set(xlim=view.bounds[::2], ylim=view.bounds[1::2], xticks=[], yticks=[])
        draw_pane(pane, scene, view, PaneStyle(label="none", small_mm=0.3))
        page = canvas.add_axes((0.0, 0.0, 1.0, 1.0), xlim=(0, WIDTH), ylim=(0, whole))
        page.set_axis_off()
        page.patch.set_visible(False)
        _scale_bar(page, view, (5.0, below + 5.0), lang)
        _north(page, (WIDTH - 9.0, whole - 17.0), lang)
        _legend(page, legend, below - 3, lang)
        target = BytesIO()
        canvas.savefig(target, format="png", dpi=DPI, metadata={"Software": None})
    return target.getvalue()


def _view(bounds: tuple[float, float, float, float], width: float, height: float) -> View:
    """Return what a frame of given width, and at most a given height, shows: a round scale that fits all parcels."""
    x0, y0, x1, y1 = bounds
    least = max((x1 - x0) / width, (y1 - y0) / height) * 1000
    unit = 10 ** math.floor(math.log10(least) - 1)
    scale = math.ceil(least / unit / 5) * unit * 5
    high = min(height, (y1 - y0) * 1000 / scale * 1.04)
    high = max(high, height * 0.5)
    half_x, half_y = width * scale / 2000, high * scale / 2000
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return View((x - half_x, y - half_y, x + half_x, y + half_y), round(scale))


def _words(entry: LegendClass, lang: str) -> str:
    """Return what the legend says of a class: its words, parcels and land."""
    told = term("report_word", "legend", lang).format(label=entry.full_label, n=entry.count, mu=f"{entry.area_mu:.2f}")
    return wide(told) if lang == "zh" else told


def _legend(page: Any, legend: Sequence[LegendClass], top: float, lang: str) -> None:
    """Draw the classes that occur, column by column."""
    rows = math.ceil(len(legend) / COLUMNS)
    for place, entry in enumerate(legend):
        column, row = divmod(place, rows)
        x, y = column * WIDTH / COLUMNS + 1.0, top - row * ROW
        swatch(page, entry, (x, y - FACE, x + SWATCH, y), PaneStyle())
        page.text(x + SWATCH + 2, y - FACE / 2, _words(entry, lang), va="center_baseline", fontsize=SIZE)


def _scale_bar(page: Any, view: View, at: tuple[float, float], lang: str) -> None:
    """Draw a bar of a round number of metres on a pale ground."""
    from matplotlib.patches import Rectangle

    most = view.metres(view.size_mm[0] * BAR)
    unit = 10 ** math.floor(math.log10(most))
    metres = next(factor * unit for factor in (5, 2, 1) if factor * unit <= most)
    length, (x, y) = view.mm(metres), at
    page.add_patch(Rectangle((x - 2, y - 2), length + 16, 8.5, facecolor="white", edgecolor="none", alpha=0.8))
    for half, fill in enumerate(("#1a1a1a", "white")):
        place = (x + half * length / 2, y)
        page.add_patch(Rectangle(place, length / 2, 1.2, facecolor=fill, edgecolor="#1a1a1a", linewidth=0.6))
    told = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    page.text(x, y + 2.2, "0", fontsize=SIZE - 1, ha="center")
    page.text(x + length, y + 2.2, told if lang == "en" else told.replace("km", "千米").replace(" m", " 米"),
              fontsize=SIZE - 1, ha="center")  # fmt: skip


def _north(page: Any, at: tuple[float, float], lang: str) -> None:
    from matplotlib.patches import Polygon

    x, y = at
    page.add_patch(
        Polygon([(x, y + 10), (x - 2.6, y), (x, y + 2)], facecolor="#1a1a1a", edgecolor="#1a1a1a", linewidth=0.6)
    )
    page.add_patch(
        Polygon([(x, y + 10), (x + 2.6, y), (x, y + 2)], facecolor="white", edgecolor="#1a1a1a", linewidth=0.6)
    )
    page.text(x, y + 11, term("report_word", "north", lang), ha="center", fontsize=SIZE)
