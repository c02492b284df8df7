"""Write GeoPackage, GeoJSON, FlatGeobuf and GeoParquet: every field under its own name, rows in their order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from landuse.errors import Fault, InputError
from landuse.read.crs import parse_crs
from landuse.tables import Parcels
from landuse.write.exchange.layer import LayerTable, Note
from landuse.write.exchange.naming import unique_names

if TYPE_CHECKING:
    import pyarrow as pa

DRIVERS: Final = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".json": "GeoJSON", ".fgb": "FlatGeobuf"}
"""Suffix -> driver."""
GEOMETRY: Final = "geometry"
JSON: Final = (".geojson", ".json")
RESERVED: Final = {".gpkg": ("fid", "geom")}
"""Suffix -> names that the format keeps for itself."""
STAMP: Final = "2000-01-01T00:00:00.000Z"
"""Fixed date inside the file: same inputs, same bytes."""


def write_general(path: Path, layer: LayerTable) -> list[Note]:
    """Write a layer in the format of the suffix; return what a user must know.

    Raises
    ------
    InputError
        GeoJSON of a CRS that has no code: the file could not say it, and its metres would be read as degrees.
    """
    import pyarrow as pa

    suffix = path.suffix.lower()
    if suffix in JSON and parse_crs(layer.crs, path.name).to_authority() is None:
        found = f"该坐标系没有代码,GeoJSON 写不下它 / GeoJSON cannot state a CRS without a code: {layer.crs[:60]}"
        do = "改用 .gpkg,或用 --to-crs 指定有代码的坐标系 / use .gpkg, or name one with a code with --to-crs"
        raise InputError([Fault(path.name, found, "EPSG:4528 …", do)])
    names = unique_names([one.name for one in layer.fields], reserved=(GEOMETRY, *RESERVED.get(suffix, ())))
    table = pa.table([one.cells for one in layer.fields], names=names)
    if suffix == ".parquet":
        _write_parquet(path, layer, table)
    else:
        _write_by_driver(path, layer, table)
    notes = [Note("infinite", {"n": lost})] if suffix in JSON and (lost := _infinite(layer)) else []
    changed = [f"{one.name} → {name}" for one, name in zip(layer.fields, names, strict=True) if one.name != name]
    return [*notes, Note("names_changed", {"fields": "、".join(changed)})] if changed else notes


def _infinite(layer: LayerTable) -> int:
    """Return how many numbers JSON has no sign for: they are written as null."""
    import pyarrow.compute as pc

    return sum(pc.sum(pc.is_inf(one.cells)).as_py() or 0 for one in layer.fields if one.kind == "number")


def _with_shapes(table: pa.Table, layer: LayerTable) -> pa.Table:
    import pyarrow as pa
    import shapely

    wkb = np.asarray(shapely.to_wkb(shapely.force_2d(layer.geometry)), dtype=object)
    return table.append_column(GEOMETRY, pa.array(wkb, pa.binary()))


def _write_by_driver(path: Path, layer: LayerTable, table: pa.Table) -> None:
    import pyogrio

    suffix = path.suffix.lower()
    options = {
        ".gpkg": {"GEOMETRY_NAME": "geom"},
        ".fgb": {"SPATIAL_INDEX": "NO"},  # an index puts the rows in another order, and holds none without geometry
    }.get(suffix, {})
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP})
    try:
        pyogrio.write_arrow(
            _with_shapes(table, layer), path, layer=layer.name, driver=DRIVERS[suffix], geometry_name=GEOMETRY,
            geometry_type="Unknown", crs=layer.crs, layer_options=options,
        )  # fmt: skip
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _write_parquet(path: Path, layer: LayerTable, table: pa.Table) -> None:
    import pandas as pd
    import shapely

    from landuse.write.parquet import parcels_file

    rows = pd.DataFrame(index=pd.RangeIndex(len(layer)))
    with parcels_file(path, Parcels(rows, shapely.force_2d(layer.geometry), layer.crs)) as write_piece:
        write_piece(_with_shapes(table, layer))
