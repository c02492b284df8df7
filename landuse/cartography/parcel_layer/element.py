"""Put very many parcels on any folium map: a layer that carries its data packed and draws it on canvas tiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from branca.element import Element
from folium.map import Layer
from folium.template import Template

from landuse.cartography.offline import embedded_json
from landuse.cartography.parcel_layer.columns import ColumnSpec, guess_specs
from landuse.cartography.parcel_layer.pack import as_text, pack
from landuse.cartography.scripts import drawing_script, inflating_script
from landuse.catalogue import term

if TYPE_CHECKING:
    import geopandas as gpd

RAMP: Final = ("#ffffcc", "#c2e699", "#78c679", "#31a354", "#006837")
PALETTE: Final = (
    "#8dd3c7", "#ffffb3", "#bebada", "#fb8072", "#80b1d3", "#fdb462", "#b3de69", "#fccde5", "#bc80bd", "#ccebc5",
)  # fmt: skip
PLAIN: Final = "#9ecae1"
"""Colour of a layer of one colour."""
UNKNOWN: Final = "#d9d9d9"
"""Colour of parcels without a value, or with one that no colour was given for."""
CLASS: Final = "landuse:class"
"""Name under which the classes travel."""


@dataclass(frozen=True)
class ColourClass:
    """One class of the layer, for a legend of the user's own."""

    label: str
    colour: str
    count: int


class _Plain(Element):
    """An element that is written as it stands; branca would run it as a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_: Any) -> str:
        """Return the text itself."""
        return self._text


class ParcelLayer(Layer):
    """A folium layer of polygons: some 80 bytes a parcel, drawn at once for hundreds of thousands.

    Parameters
    ----------
    parcels
        Polygons with a CRS; every row keeps its place, rows without geometry are carried and not drawn.
    colour_by
        Column whose values give the colour; None = one colour.
    colours
        Value -> colour of a text column; lower bound (inclusive) -> colour of a number column. What has no colour is
        grey. None = five classes of equal size for numbers, a palette for texts.
    fields
        Columns shown on a click; the first one is shown under the pointer as well. None = all.
    options
        Passed to folium's Layer (name, overlay, control, show) and, as ``layer``, to the JavaScript layer.

    Examples
    --------
    >>> import folium
    >>> page = folium.Map(tiles=None)  # doctest: +SKIP
    >>> ParcelLayer(parcels, colour_by="tax_per_mu", colours={0: "#fee", 10: "#f99"}).add_to(page)  # doctest: +SKIP
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = landuse.parcelGroup({{ this.map_name }}, '{{ this.get_name() }}');"
        "{% endmacro %}"
    )

    def __init__(
        self,
        parcels: gpd.GeoDataFrame,
        colour_by: str | None = None,
        colours: Mapping[Any, str] | None = None,
        fields: Sequence[str] | None = None,
        **options: Any,
    ) -> None:
        layer = options.pop("layer", {})
        super().__init__(**{"overlay": True, **options})
        self._name = "ParcelLayer"
        if parcels.crs is None:
            raise ValueError("the parcels have no CRS: set_crs() first")
        shapes = parcels.geometry.to_crs(4326)
        table = pd.DataFrame(parcels.drop(columns=parcels.geometry.name))
        names = [str(name) for name in (table.columns if fields is None else fields)]
        codes, self.classes = colour_classes(table[colour_by] if colour_by else None, colours, len(table))
        shown = table[names].assign(**{CLASS: codes})
        specs = [
            *guess_specs(table[names]),
            ColumnSpec(CLASS, "code", words=tuple(one.label for one in self.classes)),
        ]
        self._bounds = shapes.total_bounds
        self._packed = as_text(pack(np.asarray(shapes.array, dtype=object), shown, specs))
        self.script_options = {
            "classes": CLASS,
            "fills": [{"colour": one.colour} for one in self.classes],
            "popup": names,
            "tooltip": names[:1],
            "layer": layer,
            "damaged": " / ".join(term("map_word", "damaged", lang) for lang in ("zh", "en")),
        }

    @property
    def map_name(self) -> str:
        """Name of the JavaScript variable of the map."""
        parent: Any = self._parent
        while parent._parent is not None and parent._name != "Map":  # noqa: SLF001 - folium walks its tree so
            parent = parent._parent  # noqa: SLF001
        return str(parent.get_name())

    def get_bounds(self) -> list[list[float | None]]:
        """Return south-west and north-east corner, latitude first, for ``fit_bounds``."""
        west, south, east, north = (None if np.isnan(value) else float(value) for value in self._bounds)
        return [[south, west], [north, east]]

    def render(self, **kwargs: Any) -> str:
        """Write the scripts once per page, the data once per layer, and the call that joins them."""
        figure: Any = self.get_root()
        scripts = {"landuse_inflate": inflating_script, "landuse_parcels": drawing_script}
        for name, script in scripts.items():
            if name not in figure.html._children:  # noqa: SLF001 - branca keeps its children there
                figure.html.add_child(_Plain(f"<script>{script()}</script>"), name=name)
        name = self.get_name()
        carried = {"data": self._packed, "options": embedded_json(self.script_options)}
        for part, text in carried.items():
            element = f'<script type="text/plain" id="{name}-{part}">{text}</script>'
            figure.html.add_child(_Plain(element), name=f"{name}_{part}")
        own: Any = super()
        return str(own.render(**kwargs))


def colour_classes(
    values: pd.Series | None, colours: Mapping[Any, str] | None, size: int
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], list[ColourClass]]:
    """Return the class of each parcel and the classes, the last one 无数据 (no value, or no colour for it)."""
    if values is None:
        plain = next(iter((colours or {"": PLAIN}).values()))
        return np.zeros(size, dtype=np.int64), [ColourClass("", plain, size)]
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        codes, known = _of_numbers(values.to_numpy(dtype=float, na_value=np.nan), colours)
    else:
        codes, known = _of_texts(values, colours)
    codes = np.where(codes < 0, len(known), codes)
    counts = np.bincount(codes, minlength=len(known) + 1).tolist()
    labelled = [*known, ("—", UNKNOWN)]
    return codes, [ColourClass(label, colour, count) for (label, colour), count in zip(labelled, counts, strict=True)]


def _of_numbers(
    numbers: np.ndarray[Any, np.dtype[np.float64]], colours: Mapping[Any, str] | None
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], list[tuple[str, str]]]:
    known = numbers[~np.isnan(numbers)]
    if colours is None:
        lower = np.unique(np.quantile(known, np.arange(len(RAMP)) / len(RAMP))) if len(known) else np.zeros(1)
        paints = list(RAMP[: len(lower)])
    else:
        lower = np.array(sorted(colours), dtype=float)
        paints = [colours[bound] for bound in sorted(colours)]
    codes = np.searchsorted(lower, numbers, side="right") - 1
    labels = [f"{low:g}–{high:g}" for low, high in pairwise(lower)] + [f"≥{lower[-1]:g}"]
    return np.where(np.isnan(numbers), -1, codes), list(zip(labels, paints, strict=True))


def _of_texts(
    values: pd.Series, colours: Mapping[Any, str] | None
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], list[tuple[str, str]]]:
    if colours is None:
        found = sorted(values.dropna().unique(), key=str)[:254]
        colours = {value: PALETTE[at % len(PALETTE)] for at, value in enumerate(found)}
    place = {value: at for at, value in enumerate(colours)}
    codes = values.map(place).fillna(-1).to_numpy(dtype=np.int64)
    return codes, [(str(value), colour) for value, colour in colours.items()]
