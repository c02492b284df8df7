"""Make sheets for the tests, and measure what stands in their files: in millimetres of paper."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import numpy as np
import pypdf

from cartography.builders import analysis as synthetic
from landuse.cartography.pane import PaneStyle, extent
from landuse.cartography.sheet import compose, fitting_view, layout, save
from landuse.cartography.sheet.series import standard_set

POINT = 25.4 / 72
FIELDS = {"organisation": "安澜县自然资源局(示例)", "region_name": "安澜县(示例)"}


def drawn_series(size=200, **sections):
    return standard_set(synthetic(size, **{"print": FIELDS, **sections}))


def sheet_named(series, name):
    return next(sheet for sheet in series.drawn if sheet.name == name)


def composed(series, name, paper=None, *, scale=None, **changes):
    """Return the figure of a sheet and its view; changes replace facts."""
    paper = paper or layout("A3", "landscape")
    sheet = sheet_named(series, name)
    view = fitting_view(sheet.bounds, paper, scale=scale, around=sheet.around)
    facts = replace(sheet.facts, **changes)
    return compose(series.scene_of(sheet), view, facts, paper, PaneStyle(label=sheet.label)), view


def pdf_of(figure, folder, name="sheet.pdf"):
    path = folder / name
    save(figure, path)
    return pypdf.PdfReader(io.BytesIO(path.read_bytes()))


def size_mm(reader):
    box = reader.pages[0].mediabox
    return float(box.width) * POINT, float(box.height) * POINT


def strokes_mm(reader):
    """Return the straight pieces of the page that are moved to and drawn to, x0, y0, x1, y1 in mm."""
    content = reader.pages[0].get_contents().get_data().decode("latin-1")
    number = r"(-?\d+\.?\d*)"
    pieces = re.findall(rf"{number} {number} m\n{number} {number} l\n\nS", content)
    return np.array(pieces, dtype=float) * POINT


def rectangles_mm(reader):
    """Return the closed rectangles of the page, least x and y, greatest x and y, in mm."""
    content = reader.pages[0].get_contents().get_data().decode("latin-1")
    number = r"(-?\d+\.?\d*)"
    corner = rf"{number} {number} [ml]\n"
    found = re.findall(rf"{corner}{corner}{corner}{corner}h\n", content)
    points = np.array(found, dtype=float).reshape(-1, 4, 2) * POINT
    return np.concatenate([points.min(axis=1), points.max(axis=1)], axis=1)


def fonts_of(reader):
    """Return name of each font of a page -> whether its file is embedded."""
    found = {}
    for entry in reader.pages[0]["/Resources"]["/Font"].values():
        font = entry.get_object()
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        found[str(font["/BaseFont"])] = "/FontFile2" in inner["/FontDescriptor"].get_object()
    return found


def bounds_of(series):
    return extent(series.scene.shapes, margin=0.0)
