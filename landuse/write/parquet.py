"""Write tables as Parquet and parcels as GeoParquet, from Arrow tables that GeoPackage is written from too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.tables import Parcels
from landuse.tables.stages import PIECE
from landuse.write.published import schema

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP: Final = 65_536
"""Rows of a row group: small enough that a reader can skip by bounding box."""
SAMPLE: Final = 4096
"""First rows of a text column that are counted to see whether its values repeat."""
GEOMETRY: Final = "geometry"


@dataclass(frozen=True)
class ArrowTables(Mapping[str, Any]):
    """The published tables as Arrow, each made anew when it is asked for: at a million parcels none is kept."""

    tables: Mapping[str, pd.DataFrame]
    parcels: Parcels

    def __getitem__(self, name: str) -> pa.Table:
        """Return one table; that of the parcels carries their WKB as column `geometry`."""
        frame = self.tables[name]
        return arrow_parcels(frame, self.parcels) if name == "parcels" else arrow_table(frame, name)

    def parcel_pieces(self) -> Iterator[pa.Table]:
        """Hand out the parcels some rows at a time: all of them would be half a gigabyte at a million."""
        frame, wkb, whole = self.tables["parcels"], self.parcels.as_wkb(), None
        for start in range(0, max(len(frame), 1), PIECE):
            rows = slice(start, start + PIECE)
            piece = _with_geometry(frame.iloc[rows], wkb[rows])
            whole = whole or piece.schema
            yield piece if piece.schema == whole else piece.cast(whole)

    def __contains__(self, name: object) -> bool:
        """Return whether there is such a table, without making it."""
        return name in self.tables

    def __iter__(self) -> Iterator[str]:
        """Return the names of the tables."""
        return iter(self.tables)

    def __len__(self) -> int:
        """Return the number of tables."""
        return len(self.tables)


def write_table(table: pa.Table, path: Path) -> None:
    """Write an Arrow table; only columns whose values repeat are written with a dictionary."""
    import pyarrow.parquet as pq

    pq.write_table(table, path, compression="zstd", row_group_size=ROW_GROUP, use_dictionary=_repeating(table))


@contextmanager
def parcels_file(path: Path, parcels: Parcels) -> Iterator[Callable[[pa.Table], None]]:
    """Write GeoParquet 1.1 from the pieces of the parcels that the function given is handed."""
    import pyarrow.parquet as pq

    geo = {b"geo": json.dumps(_geo(parcels)).encode()}
    with ExitStack() as open_files:
        writers: list[pq.ParquetWriter] = []

        def write(piece: pa.Table) -> None:
            if not writers:
                schema = piece.schema.with_metadata(geo)
                writer = pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=_repeating(piece))
                writers.append(open_files.enter_context(writer))
            writers[0].write_table(piece.replace_schema_metadata(geo), row_group_size=ROW_GROUP)

        yield write


def arrow_table(frame: pd.DataFrame, table: str) -> pa.Table:
    """Return a published table as Arrow with the types of the schema and no pandas metadata."""
    import pyarrow as pa

    known = schema(table)
    arrays = {name: _array(frame[name], known[name].kind if name in known else "text") for name in frame.columns}
    return pa.table(arrays)


def arrow_parcels(frame: pd.DataFrame, parcels: Parcels) -> pa.Table:
    """Return the published parcels as Arrow, `geometry` last: the WKB that was read unless it was repaired."""
    return _with_geometry(frame, parcels.as_wkb())


def _with_geometry(frame: pd.DataFrame, wkb: npt.NDArray[np.object_]) -> pa.Table:
    import pyarrow as pa

    return arrow_table(frame, "parcels").append_column(GEOMETRY, pa.array(wkb, pa.binary()))


def _array(values: pd.Series, kind: str) -> pa.Array:
    import pyarrow as pa

    if kind == "list":
        return _lists(values)
    if kind == "date":
        return pa.array(values).cast(pa.date32(), safe=False)
    if isinstance(values.dtype, pd.CategoricalDtype):
        return pa.array(values).cast(pa.string())
    if kind in {"text", "key"}:
        return pa.array(values, pa.string(), from_pandas=True)
    return pa.array(values, from_pandas=True)


def _lists(values: pd.Series) -> pa.Array:
    """Return lists of texts; rows share their tuples, so each object is converted once. No list is an empty one."""
    import pyarrow as pa

    objects = values.to_numpy(dtype=object)
    code, _ = pd.factorize(np.fromiter(map(id, objects), dtype=np.int64, count=len(objects)))
    place = np.zeros(code.max(initial=-1) + 1, dtype=np.int64)
    place[code] = np.arange(len(objects))
    distinct = [list(v) if isinstance(v, list | tuple) else [] for v in objects[place]]
    return pa.array(distinct, pa.list_(pa.string())).take(pa.array(code))


def _repeating(table: pa.Table) -> list[str]:
    """Return the text columns whose first rows say that values repeat; keys, sentences and numbers do not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = [field.name for field in table.schema if pa.types.is_string(field.type)]
    head = table.slice(0, SAMPLE)
    return [name for name in texts if pc.count_distinct(head.column(name)).as_py() * 2 <= head.num_rows]


def _geo(parcels: Parcels) -> dict[str, Any]:
    import pyproj

    extent = parcels.extent()
    column: dict[str, Any] = {"encoding": "WKB", "crs": pyproj.CRS.from_user_input(parcels.crs).to_json_dict()}
    column["geometry_types"] = _geometry_types(extent.kinds)
    if extent.bounds:
        column["bbox"] = list(extent.bounds)
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}


def _geometry_types(kinds: Iterable[int]) -> list[str]:
    """Return the names of the kinds of geometry, as `Extent` counts them."""
    import shapely

    names = {"POLYGON": "Polygon", "MULTIPOLYGON": "MultiPolygon", "GEOMETRYCOLLECTION": "GeometryCollection"}
    found = []
    for kind in kinds:
        if kind >= 0:
            name = shapely.GeometryType(kind // 2).name
            found.append(names.get(name, name.title()) + (" Z" if kind % 2 else ""))
    return sorted(found)
