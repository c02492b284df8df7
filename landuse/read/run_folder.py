"""Read a run back from its folder: manifest.json, frozen.toml and the Parquet tables."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from landuse.errors import Fault, InputError
from landuse.frozen import FROZEN_FILE
from landuse.tables.runs import RunRecord

if TYPE_CHECKING:
    import pyarrow as pa

MANIFEST: Final = "manifest.json"
TABLES: Final = ("enterprises", "parcels", "occupancy", "groups")
"""Tables that say who is on a list and why."""
SECTIONS: Final = ("project", "frozen", "land_price")
"""Sections of the project file that are looked at by name."""
NOT_READ: Final = frozenset({"geometry", "geo"})
DO: Final = "指定某次 landuse run 的成果文件夹 / name the results folder of a landuse run"


def read_run(folder: Path) -> RunRecord:
    """Return the run whose results lie in a folder.

    Raises
    ------
    InputError
        No such folder, no run in it, or its tables were not written.
    """
    where = str(folder)
    if not folder.is_dir():
        kind = "不是文件夹 / is no folder" if folder.exists() else "文件夹不存在 / no such folder"
        raise InputError([Fault(where, kind, MANIFEST, DO)])
    content = _manifest(folder)
    missing = [f"{name}.parquet" for name in TABLES if not (folder / f"{name}.parquet").is_file()]
    if missing:
        found = f"缺少 / missing: {', '.join(missing)}"
        do = "重新运行并写出 tables / run again with tables among the outputs"
        raise InputError([Fault(where, found, "manifest.json, *.parquet", do)])
    return RunRecord(
        name=folder.resolve().name,
        version=str(content["landuse"]),
        digest=str(content.get("project_digest", "")),
        as_of=str(content.get("as_of", "")),
        project=content["project"],
        rule=content.get("rule", {}),
        inputs={str(entry["name"]): str(entry["sha256"]) for entry in content.get("inputs", ())},
        tables={name: _table(folder / f"{name}.parquet") for name in TABLES},
        locked=_locked(folder / FROZEN_FILE),
        is_draft=bool(content.get("counts", {}).get("issues", {}).get("error")),
    )


def _manifest(folder: Path) -> Mapping[str, Any]:
    path = folder / MANIFEST
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError([Fault(str(folder), "不是运行成果 / holds no run", MANIFEST, DO)]) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        raise InputError([Fault(str(path), "无法读取 / cannot be read", "JSON", DO)]) from None
    if not _is_manifest(content):
        raise InputError([Fault(str(path), "不是运行成果的清单 / is no manifest of a run", MANIFEST, DO)])
    return dict(content)


def _is_manifest(content: Any) -> bool:
    """Say whether a manifest has the shape that every version gave it, as far as it is read."""
    if not (isinstance(content, dict) and "landuse" in content):
        return False
    project: Any = content.get("project")
    counts, inputs = content.get("counts", {}), content.get("inputs", [])
    if not all(isinstance(tree, dict) for tree in (project, counts, content.get("rule", {}))):
        return False
    if not isinstance(inputs, list):
        return False
    sections = [*(project.get(name, {}) for name in SECTIONS), counts.get("issues", {})]
    named = all(isinstance(entry, dict) and {"name", "sha256"} <= entry.keys() for entry in inputs)
    return named and all(isinstance(section, dict) for section in sections)


def _table(path: Path) -> pd.DataFrame:
    """Return a published table with the types of the contract: nullable numbers and flags, days, tuples."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        names = [name for name in file.schema_arrow.names if name not in NOT_READ]
        table = file.read(columns=names)
    except (OSError, pa.ArrowException):
        raise InputError([Fault(str(path), "无法读取 / cannot be read", "Parquet", DO)]) from None
    return pd.DataFrame({name: _column(table.column(name)) for name in names})


def _column(values: pa.ChunkedArray) -> pd.Series:
    import pyarrow as pa

    kind = values.type
    if pa.types.is_list(kind):
        lists = [tuple(entry or ()) for entry in values.to_pylist()]
        return pd.Series(pd.Series(lists, dtype=object))
    if pa.types.is_date(kind):
        return pd.Series(values.cast(pa.timestamp("us")).to_pandas())
    if pa.types.is_integer(kind):
        return pd.Series(values.to_pandas(types_mapper={kind: pd.Int64Dtype()}.get))
    if pa.types.is_boolean(kind):
        return pd.Series(values.to_pandas(types_mapper={kind: pd.BooleanDtype()}.get))
    return pd.Series(values.to_pandas())


def _locked(path: Path) -> Mapping[str, Any]:
    """Return the locked values; nothing where the file is not there or was spoilt: the tables say them too."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
