"""Read last year's run from its folder: manifest and Parquet tables, nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pandas as pd

from landuse.errors import Fault, InputError
from landuse.project import Project
from landuse.read.opening import written
from landuse.tables import PreviousRun, columns

MANIFEST: Final = "manifest.json"
TABLES: Final = ("enterprises.parquet", "history.parquet")
WHERE: Final = "inputs.previous"
NEEDED: Final = ("uscc", "low_efficiency", "grade", "status", "industry_group")
"""Columns of the enterprises of a run that are looked at."""
OWN_YEAR: Final = ("grade", "status", "industry_group")
"""Columns of history that runs before this version lack; their enterprises have them for the year of the run."""
KINDS: Final = {"integer": "Int64", "flag": "boolean", "number": "float64", "text": "str", "key": "str"}


def previous_run(project: Project) -> tuple[PreviousRun | None, list[tuple[Path, str]]]:
    """Return what an earlier run found, and the files it was read from; None where the project names none.

    Raises
    ------
    InputError
        The folder is not there, holds no run, or a run that is not of an earlier year.
    """
    stated = project.inputs.previous
    if stated is None:
        return None, []
    name = written(stated).rstrip("/")
    folder = project.folder / name
    if not folder.is_dir():
        found = "不是文件夹 / is no folder" if folder.exists() else "文件夹不存在 / no such folder"
        raise InputError([_fault(name, found)])
    year = _year(folder, name)
    if year >= project.project.year:
        found = f"是{year}年的成果,不早于评价年度 / is a run of {year}, not before the year evaluated"
        raise InputError([_fault(name, found)])
    firms, history = (_table(folder / table, name) for table in TABLES)
    lacking = [column for column in NEEDED if column not in firms.columns] or (
        [column for column in ("uscc", "year", "in_bottom_share") if column not in history.columns]
    )
    if lacking:
        raise InputError([_fault(name, f"缺少列 / columns missing: {', '.join(lacking)}")])
    files = [(folder / part, f"{name}/{part}") for part in (MANIFEST, *TABLES)]
    return PreviousRun(name, year, firms[["uscc", "low_efficiency", "grade"]], _completed(history, firms, year)), files


def _year(folder: Path, name: str) -> int:
    """Return the year a run evaluated, as its manifest says."""
    path = folder / MANIFEST
    if not path.is_file():
        raise InputError([_fault(name, f"没有 {MANIFEST},不是一次运行的成果 / no {MANIFEST}: this is no run")])
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        return int(content["project"]["project"]["year"])
    except (OSError, ValueError, KeyError, TypeError):
        found = f"{MANIFEST} 不是一次运行的说明 / {MANIFEST} is not that of a run"
        raise InputError([_fault(name, found)]) from None


def _table(path: Path, name: str) -> pd.DataFrame:
    """Return a published table with the columns and types this version knows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = path.stem
    known = {**columns("input", table), **columns("output", table)}
    try:
        present = [column for column in pq.read_schema(path).names if column in known]
        frame: pd.DataFrame = pq.read_table(path, columns=present).to_pandas()
        kinds = {column: KINDS[known[column].kind] for column in present if known[column].kind in KINDS}
        return frame.astype(kinds)
    except FileNotFoundError:
        raise InputError([_fault(name, f"没有 {path.name} / no {path.name}")]) from None
    except (OSError, pa.ArrowException, ValueError, TypeError):
        raise InputError([_fault(name, f"{path.name} 无法读取 / {path.name} cannot be read")]) from None


def _completed(history: pd.DataFrame, firms: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the history with what only the enterprises of the run say of its own year."""
    lacking = [name for name in OWN_YEAR if name not in history.columns]
    if not lacking:
        return history
    of_firm = firms[["uscc", *lacking]].drop_duplicates("uscc")
    joined = history.merge(of_firm, on="uscc", how="left", validate="many_to_one")
    own = joined["year"].eq(year).fillna(value=False)
    return joined.assign(**{name: joined[name].where(own) for name in lacking})


def _fault(name: str, found: str) -> Fault:
    allowed = f"含 {MANIFEST}、{'、'.join(TABLES)} 的文件夹 / a folder with these files"
    return Fault(f"{WHERE} {name}", found, allowed, "写明上年度成果所在的文件夹 / name the folder of last year's run")
