"""Turn arguments into a project and a run: no logic of its own."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landuse import __version__
from landuse.errors import Fault, InputError, LanduseError

if TYPE_CHECKING:
    from landuse.project import Project
    from landuse.tables import Analysis

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class Lang(StrEnum):
    """Language of everything a user sees."""

    zh = "zh"
    en = "en"


class State:
    """Options that hold for every command."""

    lang: str | None = None
    verbose: bool = False
    debug: bool = False


ProjectFile = Annotated[Path, typer.Argument(help="项目文件 / project file (landuse.toml)", show_default=False)]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="输出文件夹 / output folder")]
Overrides = Annotated[list[str] | None, typer.Option("--set", help="key=value, 例如 ranking.share=0.1")]
GLOBAL_FLAGS = ("-v", "--verbose", "--debug", "--version")
"""Options of all commands, taken wherever they stand."""


def _version(wanted: bool) -> None:  # noqa: FBT001
    if wanted:
        typer.echo(f"landuse {__version__}")
        raise typer.Exit


@app.callback()
def options(
    lang: Annotated[Lang | None, typer.Option("--lang", help="zh | en")] = None,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="详细过程 / timings of the steps")] = False,  # noqa: FBT002
    debug: Annotated[bool, typer.Option("--debug", help="出错时显示调用栈 / show tracebacks")] = False,  # noqa: FBT002
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,  # noqa: ARG001, FBT002
) -> None:
    """低效、闲置工业用地分析 / find idle and low-efficiency industrial land."""
    State.lang = lang.value if lang else None
    State.verbose = verbose
    State.debug = debug


@app.command()
def run(
    project: ProjectFile,
    output: Output = None,
    overrides: Overrides = None,
    only: Annotated[str | None, typer.Option("--only", help="tables,map,report")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="只打印 manifest.json / print manifest.json only")] = False,  # noqa: FBT002
) -> int:
    """全部分析并写出成果 / run the whole analysis and write its outputs."""
    loaded = _load(project, overrides)
    folder = output or project.parent / "results"
    return _run(loaded, folder, only=_kinds(only, loaded), as_json=as_json)


@app.command()
def check(
    project: ProjectFile,
    output: Output = None,
    overrides: Overrides = None,
) -> int:
    """只读取和检查数据 / read and audit only; issues on the screen and as issues.xlsx."""
    from landuse.pipeline import run as analyse
    from landuse.write import write_issues

    loaded = _load(project, overrides)
    analysis = analyse(loaded)
    _print_issues(analysis)
    folder = output or project.parent / "results"
    write_issues(analysis, folder)
    _say(f"已写出 {folder / 'issues.xlsx'}", f"written: {folder / 'issues.xlsx'}")
    return _status(analysis)


@app.command()
def demo(
    output: Output = None,
) -> int:
    """写出示范县并完成全部分析 / write the demonstration district and run it."""
    from landuse.write.demo import copy_demo

    folder = output or Path("landuse-demo")
    project = copy_demo(folder)
    loaded = _load(project, None)
    return _run(loaded, folder / "results", only=_kinds(None, loaded), as_json=False)


@app.command()
def explain(
    project: ProjectFile,
    what: Annotated[str, typer.Argument(help="宗地代码、信用代码或名称 / parcel code, credit code or name")],
    overrides: Overrides = None,
) -> int:
    """逐步说明一宗地或一家企业 / every step of one parcel or enterprise, from source cell to verdict."""
    from landuse.pipeline import run as analyse
    from landuse.reports.explain import explain as explained

    loaded = _load(project, overrides)
    typer.echo(explained(analyse(loaded), what))
    return 0


def main() -> None:
    """Run the command line; every ending has its exit status (CONTRACT.md, Commands)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        status = app(hoisted(sys.argv[1:]), standalone_mode=False)
    except KeyboardInterrupt:
        status = 130
    except LanduseError as error:
        status = _report(error)
    except typer.Abort:
        status = 130
    except Exception as error:
        status = _usage(error) if type(error).__module__.startswith(("click", "typer")) else _defect(error)
    sys.exit(status if isinstance(status, int) else 0)


def hoisted(arguments: list[str]) -> list[str]:
    """Return the arguments with the options of all commands moved to the front, where typer looks for them."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--lang":
            front += [word, *[value for value in (next(words, None),) if value is not None]]
        elif word in GLOBAL_FLAGS or word.startswith("--lang="):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def _load(path: Path, overrides: list[str] | None) -> Project:
    from landuse.project import load_project

    project = load_project(path, overrides or (), language=State.lang)
    State.lang = project.language
    return project


def _kinds(only: str | None, project: Project) -> tuple[str, ...]:
    from landuse.write import KINDS

    wanted = tuple(part.strip() for part in only.split(",")) if only else project.outputs.only or KINDS
    unknown = [kind for kind in wanted if kind not in KINDS]
    if unknown:
        raise InputError([Fault("--only", ",".join(unknown), ",".join(KINDS), "改正 / correct it")])
    return wanted


def _run(project: Project, folder: Path, *, only: tuple[str, ...], as_json: bool) -> int:
    from landuse.pipeline import run as analyse
    from landuse.write import write_log, write_outputs
    from landuse.write.manifest import manifest_text

    seconds: dict[str, tuple[float, float]] = {}
    quiet = as_json or not sys.stderr.isatty()
    with _clock(seconds, quiet=quiet) as progress:
        analysis = analyse(project, progress)
        manifest = write_outputs(analysis, folder, only=only, progress=progress)
    write_log(folder, seconds)
    if as_json:
        typer.echo(manifest_text(manifest), nl=False)
    else:
        _summary(analysis, manifest, folder)
    return _status(analysis)


@contextmanager
def _clock(seconds: dict[str, tuple[float, float]], *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Take wall and CPU seconds of each step; on a terminal, show which one is running."""
    running: list[tuple[str, float, float]] = []

    def close() -> None:
        if running:
            name, began, cpu_began = running.pop()
            taken = time.perf_counter() - began, time.process_time() - cpu_began
            seconds[name] = taken
            if State.verbose:
                typer.echo(f"  {name:<12} {taken[0]:8.2f} s", err=True)

    def step(name: str) -> None:
        close()
        running.append((name, time.perf_counter(), time.process_time()))
        status.update(f"{name} …")

    from rich.console import Console

    with Console(stderr=True, quiet=quiet).status("…") as status:
        yield step
    close()


def _status(analysis: Analysis) -> int:
    return 1 if analysis.issues["severity"].eq("error").any() else 0


def _summary(analysis: Analysis, manifest: dict[str, Any], folder: Path) -> None:
    from landuse.reports.summary import summary_lines

    for line in summary_lines(analysis, manifest, folder):
        typer.echo(line)


def _print_issues(analysis: Analysis) -> None:
    from landuse.reports.summary import issue_lines

    for line in issue_lines(analysis):
        typer.echo(line)


def _say(zh: str, en: str) -> None:
    typer.echo(en if State.lang == "en" else zh)


def _report(error: LanduseError) -> int:
    if State.debug:
        traceback.print_exc()
    faults = getattr(error, "faults", ())
    for fault in faults:
        for line in fault.lines():
            typer.echo(line, err=True)
    if not faults:
        _defect_lines(error)
    return error.exit_status


def _usage(error: Any) -> int:
    typer.echo(f"{error.format_message()}\n  → landuse --help", err=True)
    return 2


def _defect(error: Exception) -> int:
    if State.debug:
        traceback.print_exc()
    _defect_lines(error)
    return 3


def _defect_lines(error: Exception) -> None:
    typer.echo(f"程序缺陷 / defect of the program: {type(error).__name__}: {error}", err=True)
    typer.echo(
        "  → 没有写出任何结果;请把项目文件和 --debug 的输出交给开发者 / nothing was written; report it", err=True
    )


if __name__ == "__main__":
    main()
