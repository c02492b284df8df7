"""Read a finished run back from its folder as an `Analysis`, so that it can be drawn again without computing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from landuse import __version__
from landuse.errors import Fault, InputError
from landuse.frozen import Locked, read_locked
from landuse.policy import rule_in_force
from landuse.project import Project, kept_project
from landuse.read.kept_plans import plans_of
from landuse.read.kept_tables import Kept
from landuse.read.opening import written
from landuse.rule import as_plain
from landuse.tables import Analysis, InputFile, RasterInput, RawTables
from landuse.tables import kept as k

MANIFEST: Final = "manifest.json"
LOG: Final = "run.log.json"
AUDIENCES: Final = ("superior", "public")
DO: Final = "指定某次 landuse run 的成果文件夹 / name the results folder of a landuse run"
AGAIN: Final = "重新运行 landuse run,成果中须有 tables / run landuse run again, with tables among its outputs"


@dataclass(frozen=True)
class KeptRun:
    """A run as it was read back."""

    folder: Path
    analysis: Analysis
    manifest: Mapping[str, Any]
    edited: tuple[str, ...] = ()
    """Files that were drawn from and are not as the run wrote them."""
    sources: str = k.LISTED
    """Whose input rows were kept (`tables.kept`): of the listed objects, of those with plot pages alone, of none."""


def read_kept(folder: Path, *, files: Path | None = None, language: str | None = None) -> KeptRun:
    """Return the run whose results lie in a folder.

    Parameters
    ----------
    files
        Folder from which the project names pictures and rasters; default the one the run was made from.
    language
        Language to draw in; default that of the run. Sentences that the run wrote down stay in theirs.

    Raises
    ------
    InputError
        No run, a run of another version or without tables, a folder for others than the bureau, damaged files.
    """
    content = _manifest(folder)
    digests = {str(one["name"]): str(one["sha256"]) for one in content["outputs"]}
    edited = _edited(folder, digests)
    kept = Kept.of(folder)
    project = _project(kept, content, files or _files(folder), language)
    rule = rule_in_force(project)
    if json.loads(json.dumps(as_plain(rule))) != content.get("rule"):
        found = "规则包与运行时不同 / the rule pack is not that of the run"
        raise InputError([Fault(str(folder / MANIFEST), found, str(rule.pack), AGAIN)])
    raw = RawTables(
        parts=kept.parts(),
        rasters=_rasters(project),
        inputs=tuple(InputFile(str(i["name"]), int(i["size"]), str(i["sha256"])) for i in content["inputs"]),
    )
    kept.check_rows()
    names = (*(name for name in k.PUBLISHED if name != "parcels"), "accounts")
    tables: dict[str, Any] = {name: kept.table(name) for name in names}
    analysis = Analysis(
        project=project,
        raw=raw,
        parcels=kept.parcels(),
        **tables,
        facts={"rule": rule, **kept.facts()},
        variants=kept.variants(),
        plans=plans_of(kept),
    )
    edited = (*edited, *_changed(project, content))
    return KeptRun(folder, analysis, content, edited, kept.sources)


# --------------------------------------------------------------------------------------------- manifest


def _manifest(folder: Path) -> dict[str, Any]:
    where = str(folder)
    if not folder.is_dir():
        kind = "不是文件夹 / is no folder" if folder.exists() else "文件夹不存在 / no such folder"
        raise InputError([Fault(where, kind, MANIFEST, DO)])
    path = folder / MANIFEST
    if not path.is_file():
        others = [name for name in AUDIENCES if (folder / name / MANIFEST).is_file()]
        found = (
            f"只有对外成果 / holds only outputs for others: {', '.join(others)}"
            if others
            else ("不是运行成果 / holds no run")
        )
        raise InputError([Fault(where, found, MANIFEST, DO)])
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError([Fault(str(path), "无法读取 / cannot be read", "JSON", DO)]) from None
    if isinstance(content, dict) and "audience" in content:
        found = f"是对外成果的文件夹 / is a folder for others than the bureau: {content['audience']}"
        raise InputError([Fault(where, found, str(folder.resolve().parent.name), DO)])
    if not _is_whole(content):
        raise InputError([Fault(str(path), "不是运行成果的清单 / is no manifest of a run", MANIFEST, DO)])
    if content["landuse"] != __version__:
        found = f"由其他版本写出 / written by another version: {content['landuse']}"
        raise InputError([Fault(where, found, f"landuse {__version__}", AGAIN)])
    if k.INDEX not in {one["name"] for one in content["outputs"]}:
        found = f"运行时没有写出 tables / the run wrote no tables: {k.INDEX}"
        raise InputError([Fault(where, found, f"tables, {k.INDEX}", AGAIN)])
    return dict(content)


def _is_whole(content: Any) -> bool:
    """Say whether a manifest has all that drawing again looks at."""
    if not isinstance(content, dict) or not {"landuse", "project", "outputs", "inputs", "counts"} <= content.keys():
        return False
    if not isinstance(content["project"], dict):
        return False
    wanted = {"outputs": {"name", "sha256"}, "inputs": {"name", "size", "sha256"}}
    return all(
        isinstance(content[name], list) and all(isinstance(one, dict) and keys <= one.keys() for one in content[name])
        for name, keys in wanted.items()
    )


def _edited(folder: Path, digests: Mapping[str, str]) -> tuple[str, ...]:
    """Return the files to be drawn from that are not as the run wrote them.

    Raises
    ------
    InputError
        Some are not there.
    """
    drawn_from = [name for name in digests if name.endswith(".parquet") or name.startswith(f"{k.FOLDER}/")]
    missing = [name for name in drawn_from if not (folder / name).is_file()]
    if missing:
        found = f"缺少文件 / files are missing: {', '.join(missing)}"
        raise InputError([Fault(str(folder), found, f"{len(drawn_from)} files of {MANIFEST}", AGAIN)])
    return tuple(name for name in drawn_from if _sha256(folder / name) != digests[name])


def _changed(project: Project, content: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the pictures, layouts, forms and templates of the project that are not as the run read them."""
    own = (project.map.image, project.sheets.layout, project.print.underlay, project.report.template)
    names = [written(name) for name in (*own, *project.lists.files) if name]
    known = {str(one["name"]): str(one["sha256"]) for one in content["inputs"]}
    paths = {name: project.folder / name for name in names if name in known}
    return tuple(name for name, path in paths.items() if path.is_file() and _sha256(path) != known[name])


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# ---------------------------------------------------------------------------------------------- project


def _project(kept: Kept, content: Mapping[str, Any], files: Path, language: str | None) -> Project:
    """Return the project of the run.

    Raises
    ------
    InputError
        What the manifest says of it is not what the run wrote.
    """
    where = str(kept.folder / MANIFEST)
    try:
        locked = _locked(kept.folder)
        project = kept_project(kept.index["stated"], folder=files, locked=locked, language=language)
    except (ValueError, KeyError, TypeError):
        raise InputError([Fault(where, "参数无法读取 / its parameters cannot be read", MANIFEST, AGAIN)]) from None
    told = json.loads(project.text())
    told["project"]["language"] = content["project"].get("project", {}).get("language")
    if told != content["project"] or project.digest() != content.get("project_digest"):
        found = "参数被改动,与参数指纹不符 / its parameters were changed: they do not fit the project digest"
        raise InputError([Fault(where, found, str(content.get("project_digest", "")), AGAIN)])
    return project


def _locked(folder: Path) -> Locked:
    path = folder / k.LOCKED
    return read_locked(path) if path.is_file() else Locked()


def _files(folder: Path) -> Path:
    """Return the folder of the project file: as the log of the run says, else the one the results lie in."""
    try:
        said = json.loads((folder / LOG).read_text(encoding="utf-8"))["files"]
        place = folder / str(said)
    except (OSError, ValueError, KeyError, TypeError):
        return folder.parent
    return place if place.is_dir() else folder.parent


def _rasters(project: Project) -> tuple[RasterInput, ...]:
    """Return the rasters of the project where their files lie now; they are opened only where they are drawn."""
    import pandas as pd

    return tuple(
        RasterInput(
            name,
            str((project.folder / written(entry.path)).resolve()),
            entry.kind,
            entry.built_classes,
            pd.Timestamp(entry.date) if entry.date else None,
        )
        for name, entry in project.inputs.rasters.items()
    )
