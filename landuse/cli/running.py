"""Load a project and run it with a clock: what several commands do alike."""

from __future__ import annotations

import ctypes
import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from landuse.cli.screen import State, print_lines, say
from landuse.errors import InputError, OutputError

if TYPE_CHECKING:
    from landuse.project import Project
    from landuse.tables import Analysis

ProjectFile = Annotated[Path, typer.Argument(help="项目文件 / project file (landuse.toml)", show_default=False)]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="输出文件夹 / output folder")]
Overrides = Annotated[list[str] | None, typer.Option("--set", help="key=value, 例如 ranking.share=0.1")]


LARGE_BYTES: Final = 200_000_000
"""Inputs from which memory is given back between steps: a tenth more time, a fifth less memory."""


def load(
    path: Path, overrides: list[str] | None, *, folder: Path | None = None, kinds: tuple[str, ...] | None = None
) -> Project:
    """Return the project; what is wrong with it, the options and the output folder is told at once."""
    from landuse.policy import rule_in_force, variants_in_force
    from landuse.project import load_project, stated_language
    from landuse.reports.lists.form import list_faults
    from landuse.reports.word.template import template_faults
    from landuse.write import kind_faults
    from landuse.write.staging import folder_faults

    State.lang = State.asked or stated_language(path)
    faults = [*kind_faults(kinds), *(folder_faults(folder) if folder else [])]
    try:
        project = load_project(path, overrides or (), language=State.asked)
        State.lang = project.language
        faults += kind_faults(project.outputs.only, where=f"{path.name} [outputs.only]") if kinds is None else []
        rule_in_force(project)
        variants_in_force(project)
        if project.lists.files:
            faults += list_faults(project)
        if project.report.template:
            faults += template_faults(project)
    except InputError as error:
        faults += error.faults
    if faults:
        raise InputError(faults)
    return project


def run_into(project: Project, folder: Path, *, kinds: tuple[str, ...] | None, as_json: bool) -> int:
    """Run a project into a folder, say what came of it, and return the exit status."""
    import pyarrow as pa

    from landuse.disclosure import audiences_of, folder_of, lacks_review
    from landuse.pipeline import run as analyse
    from landuse.reports.summary import summary_lines
    from landuse.write import KINDS, as_published, write_log, write_outputs
    from landuse.write.manifest import NO_BASE_MAPS, counts_of

    if _input_bytes(project) >= LARGE_BYTES:
        pa.set_memory_pool(pa.system_memory_pool())  # the default pool keeps what it frees: a fifth more at a million
        _return_memory()
    seconds: dict[str, tuple[float, float]] = {}
    held: OutputError | None = None
    wanted = kinds or project.outputs.only or KINDS
    with _no_search_for_cycles(), clock(seconds, quiet=as_json) as progress:
        analysis = analyse(project, progress)
        try:
            write_outputs(analysis, folder, only=wanted, progress=progress)
        except OutputError as error:
            held = error
    write_log(folder, seconds, project.folder)
    first, *others = (folder / folder_of(name) for name in _first(project.project.audience, audiences_of(project)))
    text, manifest = as_published(first)
    if as_json:
        sys.stdout.write(text)
    else:
        print_lines(summary_lines(analysis, {**manifest, "counts": counts_of(analysis)}, first))
        for other in others:
            say(f"另有成果在 {other}", f"more outputs in {other}")
        if lacks_review(project):
            say(NO_BASE_MAPS["zh"], NO_BASE_MAPS["en"])
    if "report" in wanted:
        say_paging(project, folder)
    if held:
        raise held
    return status_of(analysis)


def say_paging(project: Project, folder: Path) -> None:
    """Say which reports of a folder have no page numbers although the project asks for them."""
    from landuse.disclosure import audiences_of, folder_of
    from landuse.write.paged import paging_notes

    for audience in audiences_of(project):
        for zh, en in paging_notes(project, folder / folder_of(audience) / "report.docx"):
            say(zh, en, err=True)


def _first(name: str, names: Sequence[str]) -> list[str]:
    """Return names with one of them first."""
    return [name, *(each for each in names if each != name)]


def _input_bytes(project: Project) -> int:
    """Return how much there is to read, as far as it can be told before reading."""
    from landuse.inputs import INPUT_TABLES

    entries = (entry for table in INPUT_TABLES if table != "previous" for entry in project.inputs.of(table))
    files = (project.folder / entry.path.replace("\\", "/") for entry in entries)
    return sum(file.stat().st_size for file in files if file.is_file())


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Leave the search for unreachable cycles off: a run makes millions of objects and none worth a fifteenth of it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _return_memory() -> None:
    """Make glibc give back large arrays when they are freed; elsewhere nothing changes, and never a result."""
    mmap_threshold, half_megabyte = -3, 1 << 19
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(mmap_threshold, half_megabyte)


def analysed(project: Project) -> Analysis:
    """Return the analysis of a project, with its steps shown on a terminal."""
    from landuse.pipeline import run as analyse

    with clock({}, quiet=False) as progress:
        return analyse(project, progress)


@contextmanager
def clock(seconds: dict[str, tuple[float, float]], *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Take wall and CPU seconds of each step; on a terminal, show which one is running."""
    from rich.console import Console

    from landuse.reports.summary import step_title

    running: list[tuple[str, float, float]] = []

    def close() -> None:
        if running:
            name, began, cpu_began = running.pop()
            taken = time.perf_counter() - began, time.process_time() - cpu_began
            seconds[name] = taken
            if State.verbose:
                typer.echo(f"  {name:<12} {taken[0]:8.2f} s", err=True)

    def step(name: str) -> None:
        part, _, done = name.partition(":")  # "atlas:12/200": how far a step has come
        if done:
            status.update(f"{step_title(part, State.lang)} {done} …")
            return
        close()
        running.append((name, time.perf_counter(), time.process_time()))
        status.update(f"{step_title(name, State.lang)} …")

    with Console(stderr=True, quiet=quiet or not sys.stderr.isatty()).status("…") as status:
        yield step
        close()


def status_of(analysis: Analysis) -> int:
    """Return the exit status of a run: 1 where the data hold errors, or a scenario is impossible and not marked so."""
    from landuse.reports.planning import is_failed

    return 1 if analysis.issues["severity"].eq("error").any() or is_failed(analysis) else 0
