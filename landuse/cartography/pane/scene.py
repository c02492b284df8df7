"""Gather once what can be drawn of a run under one theme: parcels and their classes in one plane system in metres."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.cartography.mapdata import printed_classes
from landuse.cartography.pane.around import Kind, surroundings
from landuse.cartography.pane.listing import list_ranks, short_ids, user_names
from landuse.cartography.pane.plane import moved, plane_crs
from landuse.cartography.pane.style import PaneStyle
from landuse.cartography.pane.view import Bounds
from landuse.cartography.style import Classes
from landuse.tables import Analysis, Geometries

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Scene:
    """All that can be drawn, once per run and theme."""

    crs: Any
    """pyproj CRS in metres: that of the parcels, else the 3-degree CGCS2000 zone of their middle."""
    classes: Classes
    """Classes of the theme; `codes` row by row with the shapes."""
    shapes: Geometries
    """Parcels in `crs`; None where there is none."""
    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Table of the parcels, row by row with the shapes: what labels are taken from."""
    labels: pd.DataFrame = field(default_factory=pd.DataFrame)
    """What each parcel may be called: id (short code), name (enterprise), number (in the list of the theme)."""
    around: tuple[Kind, ...] = ()
    """Roads, water, boundaries, parks, in the order of drawing."""

    @cached_property
    def codes(self) -> npt.NDArray[np.int16]:
        """Return the place in the legend of every parcel."""
        return self.classes.codes.to_numpy()

    @cached_property
    def listed(self) -> Rows:
        """Return the rows that the theme puts on the list."""
        return np.flatnonzero(self.labels["number"].notna()) if "number" in self.labels else np.empty(0, dtype=np.intp)

    def labelled_rows(self, style: PaneStyle) -> Rows:
        """Return the rows that a style labels."""
        if self.labels.empty or style.label == "none":
            return np.empty(0, dtype=np.intp)
        if style.labelled == "all":
            return np.arange(len(self.labels))
        focus = np.array(style.focus, dtype=np.intp)
        return focus if style.labelled == "focus" else np.union1d(self.listed, focus)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Return everything that may be written on the map, for `landuse.fonts.faces`."""
        own = (text for name in self.labels for text in self.labels[name].dropna().astype("str").unique())
        return (*own, *(name for kind in self.around for name in kind.names))

    @cached_property
    def tree(self) -> Any:
        """Return the index that finds parcels by place."""
        import shapely

        return shapely.STRtree(self.shapes)

    def rows_within(self, bounds: Bounds) -> Rows:
        """Return the rows of the parcels that touch some bounds, in the order of the table."""
        import shapely

        return np.sort(self.tree.query(shapely.box(*bounds), predicate="intersects"))


def scene_of(analysis: Analysis, theme: str) -> Scene:
    """Return what can be drawn of a run under a theme.

    Parameters
    ----------
    theme
        Key of ``themes.toml``; one without any known value, or not for this audience, shows 无数据 under the first.
    """
    parcels = analysis.parcels
    crs = plane_crs(parcels.crs, parcels.extent().bounds)
    classes = printed_classes(analysis, theme)
    numbers = list_ranks(analysis, classes.theme.key)
    ids = short_ids(parcels.table["parcel_id"], numbers.notna().to_numpy())
    labels = pd.DataFrame({"id": ids, "name": user_names(analysis), "number": numbers})
    shapes = moved(parcels.geometry, parcels.crs, crs)
    return Scene(crs, classes, shapes, parcels.table, labels, surroundings(analysis, crs))
