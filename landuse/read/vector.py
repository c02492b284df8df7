"""Read Shapefile, GeoPackage, GeoJSON and FlatGeobuf through Arrow, geometry as WKB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from landuse.errors import Fault, InputError
from landuse.read.encoding import dbf_encoding, sibling
from landuse.read.layer_texts import cut_texts, layer_cells
from landuse.read.source import Content, Source
from landuse.settings import InputEntry

DRIVERS: Final = ("ESRI Shapefile", "GPKG", "GeoJSON", "FlatGeobuf")
"""The drivers that may open a file; URLs, /vsi paths and VRT are refused before any is asked."""
_INTERNAL_LAYERS: Final = ("layer_styles",)
_GDAL_NAMES: Final = {"utf-8": "UTF-8", "gb18030": "GB18030", "iso8859-1": "ISO-8859-1", "cp950": "CP950"}


@dataclass(frozen=True)
class _Layer:
    path: Path
    name: str
    encoding: str | None
    codec: str
    """Of a shapefile; blank = the format states it itself."""
    fields: tuple[str, ...]
    rows: int


def open_vector(path: Path, entry: InputEntry, *, name: str, geometry: bool) -> Source:
    """Return a layer with its headers known.

    Parameters
    ----------
    path
        Existing file whose content was recognised as one of the formats.
    name
        Path as the project file writes it.
    geometry
        Whether a layer with geometry is looked for.

    Raises
    ------
    InputError
        The layer is missing or not named among several, the encoding cannot be decided, the file cannot be read.
    """
    import pyogrio

    shapefile = path.suffix.lower() in (".shp", ".dbf")
    if path.suffix.lower() == ".shp":
        _complete(path, name)
    codec = dbf_encoding(path, declared=entry.encoding, where=name) if shapefile else ""
    encoding = _GDAL_NAMES.get(codec, codec.upper()) if shapefile else None
    try:
        layers = [(str(layer), kind) for layer, kind in pyogrio.list_layers(path)]
        layer = _choose(layers, entry.layer, path=path, name=name, geometry=geometry)
        info = pyogrio.read_info(path, layer=layer, encoding=encoding)
    except (RuntimeError, ValueError, OSError) as error:
        raise _unreadable(name, error) from None
    if info["driver"] not in DRIVERS:
        raise InputError([Fault(name, f"不支持的格式 / format not accepted: {info['driver']}", ", ".join(DRIVERS))])
    opened = _Layer(path, layer, encoding, codec, tuple(str(field) for field in info["fields"]), int(info["features"]))
    return Source(
        file=name,
        sheet=layer if info["driver"] == "GPKG" else "",
        headers=opened.fields,
        read=lambda wanted, with_geometry: _read(opened, wanted, geometry=with_geometry, name=name),
        has_geometry=info["geometry_type"] is not None,
        crs=info["crs"],
        cut_codec=codec,
        encoding=codec,
    )


def _read(layer: _Layer, wanted: Sequence[int], *, geometry: bool, name: str) -> Content:
    import pyogrio.raw

    columns = [layer.fields[position] for position in wanted]
    try:
        meta, table = pyogrio.raw.read_arrow(
            layer.path, layer=layer.name, encoding=layer.encoding, columns=columns, read_geometry=geometry
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise _unreadable(name, error) from None
    rows = layer.rows if not table.num_columns else table.num_rows
    cut = cut_texts(layer.path, layer.codec, layer.fields, wanted)
    cells = {
        position: layer_cells(table.column(field), f"{name}: {field}", is_cut=position in cut)
        for position, field in zip(wanted, columns, strict=True)
    }
    wkb = None
    if geometry:
        wkb = table.column(meta["geometry_name"] or "wkb_geometry").to_numpy()
    return Content(cells, np.arange(1, rows + 1, dtype=np.int64), wkb, cut=cut)


def _choose(layers: Sequence[tuple[str, Any]], wanted: str | None, *, path: Path, name: str, geometry: bool) -> str:
    own = [(layer, kind) for layer, kind in layers if layer not in _INTERNAL_LAYERS]
    shaped = [layer for layer, kind in own if kind is not None]
    names = shaped if geometry and shaped else [layer for layer, _ in own]
    if wanted is not None:
        if wanted in [layer for layer, _ in layers]:
            return wanted
        raise InputError(
            [Fault(name, f"没有图层 / no such layer: {wanted}", " | ".join(names), "改正 layer / correct it")]
        )
    if len(names) == 1:
        return names[0]
    if path.stem in names:
        return path.stem
    found = "没有图层 / no layer" if not names else f"有 {len(names)} 个图层 / {len(names)} layers"
    raise InputError([Fault(name, found, " | ".join(names), "写明 layer / name the layer")])


def _complete(path: Path, name: str) -> None:
    missing = [suffix for suffix in (".shx", ".dbf") if sibling(path, suffix) is None]
    if missing:
        found = f"缺少同名文件 / side files are missing: {', '.join(missing)}"
        raise InputError([Fault(name, found, ".shp .shx .dbf .prj", "补齐后再运行 / supply them")])


def _unreadable(name: str, error: Exception) -> InputError:
    return InputError(
        [Fault(name, f"无法读取 / cannot be read: {error}", ", ".join(DRIVERS), "检查文件 / check the file")]
    )
