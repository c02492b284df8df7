"""Read the tables of a finished run back with the columns and types they had: the published ones, and what is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from landuse.errors import Fault, InputError
from landuse.ranking.yard import Yard
from landuse.tables import Parcels, RawPart
from landuse.tables import kept as k
from landuse.tables.findings import repeated
from landuse.tables.variants import ClassSteps, Listed, Variants

if TYPE_CHECKING:
    import pyarrow as pa

WKB: Final = "wkb"
GEOMETRY: Final = "geometry"
AGAIN: Final = "重新运行 landuse run / run landuse run again"
NULLABLE: Final = ("Int64", "boolean", "Float64")


@dataclass(frozen=True)
class Kept:
    """The index of a folder `state`, and the tables it speaks of."""

    folder: Path
    index: Mapping[str, Any]
    opened: dict[str, Any] = field(default_factory=dict)
    """Tables that were opened before, as Arrow."""

    @classmethod
    def of(cls, folder: Path) -> Kept:
        """Return what a run kept.

        Raises
        ------
        InputError
            The index is damaged, or of another way of keeping.
        """
        path = folder / k.INDEX
        try:
            index: Any = json.loads(path.read_text(encoding="utf-8"))
            number = index["format"]
        except (OSError, ValueError, KeyError, TypeError):
            raise InputError([damaged(path)]) from None
        if number != k.FORMAT:
            found = f"由其他版本写出 / written by another version: {number}"
            raise InputError([Fault(str(path), found, str(k.FORMAT), AGAIN)])
        return cls(folder, index)

    @property
    def sources(self) -> str:
        """Return whose input rows were kept."""
        return str(self.index["sources"])

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the analysis."""
        return self._frame(name, self.index["tables"][name])

    def parcels(self) -> Parcels:
        """Return the parcels with their polygons as they are in the published file."""
        table = self.table("parcels")
        wkb = self.arrow("parcels").column(GEOMETRY).to_pandas().to_numpy(dtype=object)
        return Parcels(table, None, str(self.index["crs"]), wkb)

    def facts(self) -> dict[str, Any]:
        """Return the facts of the run but its rule."""
        tables = {name: self.table(name) for name in k.FACTS if name in self.index["tables"]}
        held = self.index["yard"]
        yard = {} if held is None else {"yard": Yard(tuple(held["names"]), *(_grid(held[part]) for part in k.YARD))}
        return {"reference_price": k.decoded(self.index["reference_price"]), **yard, **tables}

    def variants(self) -> Variants | None:
        """Return the variants of the run; None where it had none."""
        held = self.index["variants"]
        if held is None:
            return None
        rows, changes = self.table(k.VARIANTS), self.table("variant_changes")
        parcels = self._frame("variant_parcels", held["parcels"])
        firms = self._frame("variant_enterprises", held["enterprises"])
        found = {}
        for number, name in enumerate(held["names"]):
            low_from, partly_from, otherwise = (parcels[f"{part}_{number}"].to_numpy() for part in k.STEPS)
            low, high = held["shares"][number]
            known = ClassSteps((low, high), low_from, partly_from, otherwise, tuple(held["classes"][number]))
            listed = Listed(known, parcels[f"classes_{number}"].to_numpy(), firms[f"listed_from_{number}"].to_numpy())
            found[name] = listed
        settings = {name: k.decoded(each) for name, each in held["settings"].items()}
        return Variants(settings, rows, changes, found)

    def parts(self) -> dict[str, tuple[RawPart, ...]]:
        """Return the input rows that were kept, file by file."""
        found: dict[str, list[RawPart]] = {}
        for entry in self.index["parts"]:
            found.setdefault(entry["table"], []).append(self._part(entry))
        return {name: tuple(parts) for name, parts in found.items()}

    def check_rows(self) -> None:
        """Check that the tables have as many rows as the run wrote.

        Raises
        ------
        InputError
            Rows were added or taken away: what is kept row by row would not fit them.
        """
        faults = []
        wanted = {name: entry["rows"] for name, entry in self.index["tables"].items() if _is_published(entry)}
        for name, number in (wanted | self._rows_of_plans()).items():
            rows = self.arrow(name).num_rows
            if rows != number:
                found = f"行数被改动 / rows were added or taken away: {rows}"
                faults.append(Fault(str(self.folder / f"{name}.parquet"), found, str(number), AGAIN))
        if faults:
            raise InputError(faults)

    def arrow(self, path: str) -> pa.Table:
        """Return a file of the run as it is stored, by its name without the ending.

        Raises
        ------
        InputError
            It is damaged.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        if path not in self.opened:
            file = self.folder / f"{path}.parquet"
            try:
                self.opened[path] = pq.ParquetFile(file).read()
            except (OSError, pa.ArrowException):
                raise InputError([damaged(file)]) from None
        return self.opened[path]

    # ------------------------------------------------------------------------------------------- inside

    def _rows_of_plans(self) -> dict[str, int]:
        """Return the rows of each published table of plans."""
        try:
            return {str(name): int(rows) for name, rows in self.index.get("plans", {}).get("rows", {}).items()}
        except (ValueError, TypeError, AttributeError):
            raise InputError([damaged(self.folder / k.INDEX, "plans")]) from None

    def _part(self, entry: Mapping[str, Any]) -> RawPart:
        frame = self._frame(entry["name"], entry)
        wkb = frame.pop(WKB).to_numpy(dtype=object) if WKB in frame.columns else None
        return RawPart(
            table=entry["table"],
            file=entry["file"],
            sheet=entry["sheet"],
            frame=frame,
            headers=entry["headers"],
            factors={name: (str(unit), float(by)) for name, (unit, by) in entry["factors"].items()},
            wkb=wkb,
            crs=entry["crs"],
            corrections=dict(k.change_of(each) for each in entry["corrections"]),
            encoding=entry["encoding"],
        )

    def _frame(self, name: str, entry: Mapping[str, Any]) -> pd.DataFrame:
        """Return a table with its columns in their order and types."""
        columns: Sequence[tuple[str, str, str]] = entry["columns"]
        categories = entry.get("categories", {})
        found = {}
        for column, kind, where in columns:
            path = f"{k.FOLDER}/{name}" if where else name
            try:
                values = self.arrow(path).column(column)
                found[column] = (
                    series(values, kind, is_json=bool(where))
                    if kind != "category"
                    else (_categories(values, name, column, categories[column]))
                )
            except (KeyError, ValueError, TypeError):
                raise InputError([damaged(self.folder / f"{path}.parquet", column)]) from None
        return pd.DataFrame(found, index=pd.RangeIndex(entry["rows"]))


def _grid(rows: Sequence[Sequence[float | None]]) -> Any:
    """Return numbers group by group and measure by measure; NaN where there is none."""
    return np.array([[np.nan if one is None else one for one in row] for row in rows], dtype=np.float64)


def _is_published(entry: Mapping[str, Any]) -> bool:
    return any(not where for _, _, where in entry["columns"])


def damaged(path: Path, column: str = "") -> Fault:
    """Return that a file, or a part of it, cannot be read."""
    where = f"{path} [{column}]" if column else str(path)
    return Fault(where, "已损坏,无法读取 / damaged, cannot be read", "Parquet, JSON", AGAIN)


def _categories(values: pa.ChunkedArray, table: str, column: str, known: Sequence[str]) -> pd.Series:
    dtype = repeated()[column] if table == "findings" and column in repeated() else pd.CategoricalDtype(list(known))
    return pd.Series(pd.Categorical(values.to_pandas(), dtype=dtype))


def series(values: pa.ChunkedArray, kind: str, *, is_json: bool) -> pd.Series:
    """Return a column in the type it had; objects that were written as JSON are read from it."""
    import pyarrow as pa

    if kind == "object":
        return pd.Series(_objects(values, is_json=is_json), dtype=object)
    if kind in NULLABLE:
        mapped = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), pa.float64(): pd.Float64Dtype()}
        return pd.Series(values.to_pandas(types_mapper=mapped.get).astype(kind))
    if kind.startswith("datetime64"):
        return pd.Series(values.cast(pa.timestamp("us")).to_pandas().astype(kind))
    return pd.Series(values.to_pandas().astype(kind))


def _objects(values: pa.ChunkedArray, *, is_json: bool) -> list[Any]:
    import pyarrow as pa

    if pa.types.is_binary(values.type):
        return list(values.to_pylist())
    if pa.types.is_list(values.type):
        return [tuple(each or ()) for each in values.to_pylist()]
    if is_json:
        return [k.decoded(json.loads(each)) for each in values.to_pylist()]
    return [np.nan if each is None else each for each in values.to_pylist()]
