"""Draw the outputs of a finished run again, from what was read back of it, and bring its manifest up to date."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from landuse.disclosure import audiences_of, boundary_faults
from landuse.errors import Fault, InputError, OutputError
from landuse.read.kept_run import KeptRun
from landuse.tables import Analysis
from landuse.write.audiences import draw_audience
from landuse.write.books import write_issue_book, write_ledger, write_map
from landuse.write.copies import COPIES, MANIFEST, wants_copies, write_copies
from landuse.write.links import with_dossiers, with_links
from landuse.write.manifest import manifest_text, readable
from landuse.write.parts import PARTS, parts_of, write_parts
from landuse.write.receipts import earlier_links, earlier_receipts, pages_of, write_receipts
from landuse.write.staging import Staging, staging

KINDS: Final = ("map", "sheets", "report")
"""Kinds of outputs that can be drawn again."""
OWN: Final[Mapping[str, Mapping[str, Callable[[Analysis, Staging], None]]]] = {
    "map": {"map": write_map},
    "sheets": {},
    "report": {"ledger": write_ledger, "issues": write_issue_book},
}
"""Kind -> name of what it holds beside the printed parts -> how it is written for the bureau."""

RECEIPTS: Final = "receipts"
"""Receipt pages: written again where the run wrote them, or by name."""
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """What is to be drawn again."""

    kind: str
    """map | sheets | report."""
    names: tuple[str, ...] = ()
    """Parts of the kind; none = all."""

    def __contains__(self, name: object) -> bool:
        """Return whether a part of the kind is wanted."""
        return not self.names or name in self.names


def names_of(kind: str) -> tuple[str, ...]:
    """Return what can be drawn again of a kind."""
    return (*OWN[kind], *((RECEIPTS,) if kind == "report" else ()), *(part.name for part in PARTS if part.kind == kind))


def wanted_faults(wanted: Wanted) -> list[Fault]:
    """Return what is wrong with a choice of parts."""
    known = names_of(wanted.kind)
    if not known:
        return [Fault(wanted.kind, "本版本尚无此类成果 / this version has no such outputs", ", ".join(KINDS))]
    return [
        Fault("--only", f"没有这种成果 / no such output: {name}", ", ".join(known), "改正 / correct it")
        for name in wanted.names
        if name not in known
    ]


def draw_again(run: KeptRun, folder: Path, wanted: Wanted, progress: Progress = lambda _: None) -> list[str]:
    """Draw a kind of outputs of a run again; return the names of the files.

    Parameters
    ----------
    folder
        Where they are written: the folder of the run, or another one.

    Raises
    ------
    InputError
        The folder holds another run; a public map would show boundaries without a review number.
    OutputError
        A final file is held open; its new content stands beside it and everything else is written.
    """
    analysis = run.analysis
    audiences = audiences_of(analysis.project)
    is_public_map = wanted.kind == "map" and "public" in audiences and analysis.project.outputs.public_geometry
    faults = [*wanted_faults(wanted), *_other_run(run, folder), *(boundary_faults(analysis) if is_public_map else [])]
    if faults:
        raise InputError(faults)
    made: list[str] = []
    held: list[Fault] = []
    for audience in audiences:
        try:
            if audience == "internal":
                made += _draw_internal(run, folder, wanted, progress)
            else:
                made += draw_audience(analysis, folder, audience, only=(wanted.kind, *wanted.names), progress=progress)
        except OutputError as error:
            held += error.faults
    if held:
        raise OutputError(*held)
    return made


def _draw_internal(run: KeptRun, folder: Path, wanted: Wanted, progress: Progress) -> list[str]:
    analysis = _linked(run, folder) if wanted.kind == "map" else run.analysis
    with staging(folder) as stage:
        if wanted.kind == "report" and (
            RECEIPTS in wanted.names or (not wanted.names and earlier_receipts(run.folder))
        ):
            progress(RECEIPTS)
            write_receipts(run.analysis, stage)
        for name, write in OWN[wanted.kind].items():
            if name in wanted:
                progress(name if wanted.kind == "map" else "report")
                write(analysis, stage)
        parts = [part for part in parts_of((wanted.kind,), "internal") if part.name in wanted]
        printed = write_parts(analysis, stage, parts, progress)
        digests = stage.digests()
        content = _renewed(run, folder, digests)
        stage.path(MANIFEST).write_text(manifest_text(content), encoding="utf-8", newline="\n")
        if wants_copies(analysis):
            write_copies(stage, {**COPIES, **printed, **pages_of(stage)}, readable(content, analysis.project.language))
        stage.publish()
    return list(digests)


def _linked(run: KeptRun, folder: Path) -> Analysis:
    """Return the run with links to the receipts and plot pages in the folder drawn into: what its map can reach."""
    from landuse.reports.dossier import FOLDER

    there = {name for name in _outputs(folder) if name.startswith(f"{FOLDER}/") and (folder / name).is_file()}
    return with_dossiers(with_links(run.analysis, earlier_links(run.analysis, folder)), there)


def _renewed(run: KeptRun, folder: Path, digests: Mapping[str, str]) -> dict[str, Any]:
    """Return the manifest of the run with the fingerprints of what stands in the folder now."""
    known = _outputs(folder)
    outputs = [{"name": name, "sha256": digest} for name, digest in sorted({**known, **digests}.items())]
    edited = {"edited": list(run.edited)} if run.edited else {}
    rest = {name: value for name, value in run.manifest.items() if name not in {"outputs", "edited"}}
    return {**rest, **edited, "outputs": outputs}


def _other_run(run: KeptRun, folder: Path) -> list[Fault]:
    """Return the fault of a folder that holds the results of another run."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    own = [run.manifest.get(name) for name in ("project_digest", "inputs")]
    if isinstance(found, dict) and [found.get(name) for name in ("project_digest", "inputs")] == own:
        return []
    where = "另一次运行的成果在此 / holds the results of another run"
    return [Fault(str(folder), where, do="用 -o 换一个文件夹 / name another folder with -o")]


def _outputs(folder: Path) -> dict[str, str]:
    """Return name -> sha256 of the outputs that the manifest of a folder lists."""
    try:
        outputs: Sequence[Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["outputs"]
        return {str(entry["name"]): str(entry["sha256"]) for entry in outputs}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
