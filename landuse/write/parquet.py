"""Write tables as Parquet and parcels as GeoParquet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from landuse.tables import Parcels
from landuse.write.published import schema

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP: Final = 65_536
"""Rows of a row group: small enough that a reader can skip by bounding box."""


def write_table(frame: pd.DataFrame, path: Path, *, table: str) -> None:
    """Write one table; list columns become lists of strings, dates become dates."""
    import pyarrow.parquet as pq

    pq.write_table(arrow_table(frame, table), path, compression="zstd", row_group_size=ROW_GROUP)


def write_parcels(frame: pd.DataFrame, parcels: Parcels, path: Path) -> None:
    """Write the parcels as GeoParquet 1.1, with the WKB that was read wherever the geometry was not repaired."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = arrow_table(frame, "parcels").append_column("geometry", pa.array(wkb_of(parcels), pa.binary()))
    metadata = {**(table.schema.metadata or {}), b"geo": json.dumps(_geo(parcels)).encode()}
    table = table.replace_schema_metadata(metadata)
    pq.write_table(table, path, compression="zstd", row_group_size=ROW_GROUP)


def wkb_of(parcels: Parcels) -> Any:
    """Return the WKB of each parcel: as read where it is kept, else written anew."""
    import shapely

    if parcels.wkb is None:
        return shapely.to_wkb(parcels.geometry)
    kept = parcels.wkb.copy()
    gaps = pd.isna(kept)
    kept[gaps] = shapely.to_wkb(parcels.geometry[gaps])
    return kept


def arrow_table(frame: pd.DataFrame, table: str) -> pa.Table:
    """Return the table as Arrow with the types of the schema and no pandas metadata."""
    import pyarrow as pa

    known = schema(table)
    arrays = {name: _array(frame[name], known[name].kind if name in known else "text") for name in frame.columns}
    return pa.table(arrays)


def _array(values: pd.Series, kind: str) -> pa.Array:
    import pyarrow as pa

    if kind == "list":
        return pa.array([list(v) if isinstance(v, list | tuple) else [] for v in values], pa.list_(pa.string()))
    if kind == "date":
        return pa.array(values).cast(pa.date32(), safe=False)
    if kind in {"text", "key"}:
        return pa.array(values, pa.string(), from_pandas=True)
    return pa.array(values, from_pandas=True)


def _geo(parcels: Parcels) -> dict[str, Any]:
    import pyproj
    import shapely

    kinds = sorted({shapely.GeometryType(int(i)).name.title() for i in set(shapely.get_type_id(parcels.geometry))})
    names = [{"Multipolygon": "MultiPolygon"}.get(kind, kind) for kind in kinds]
    bounds = shapely.total_bounds(parcels.geometry).tolist() if len(parcels) else [0.0, 0.0, 0.0, 0.0]
    return {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": names,
                "crs": pyproj.CRS.from_user_input(parcels.crs).to_json_dict(),
                "bbox": bounds,
            }
        },
    }
