"""Turn arguments into a project and a run: no logic of its own."""

from __future__ import annotations

import ctypes
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from landuse import __version__
from landuse.errors import Fault, InputError, LanduseError, OutputError

if TYPE_CHECKING:
    from landuse.project import Project
    from landuse.tables import Analysis

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
INTERRUPTED: Final = 130
GLOBAL_FLAGS: Final = ("-v", "--verbose", "--debug", "--version")
"""Options of all commands, taken wherever they stand."""
LATER: Final = ("init", "compare", "apply", "request", "scenario", "map", "print", "report", "convert")
"""Commands of the contract that a later version brings."""
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters of a table that would steer a terminal instead of being read."""
USAGE: Final = {
    "MissingParameter": "缺少参数 / missing argument",
    "NoSuchOption": "没有这个选项 / no such option",
    "BadOptionUsage": "选项后缺少值 / the option needs a value",
    "BadParameter": "值不可用 / value not usable",
}
"""Kind of a wrong command line -> what is said of it."""


class Lang(StrEnum):
    """Language of everything a user sees."""

    zh = "zh"
    en = "en"


class State:
    """Options that hold for every command."""

    asked: str | None = None
    """Language of --lang."""
    lang: str = "zh"
    """Language in force: --lang, else that of the project file, else zh."""
    verbose: bool = False
    debug: bool = False


ProjectFile = Annotated[Path, typer.Argument(help="项目文件 / project file (landuse.toml)", show_default=False)]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="输出文件夹 / output folder")]
Overrides = Annotated[list[str] | None, typer.Option("--set", help="key=value, 例如 ranking.share=0.1")]


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
    State.asked = lang.value if lang else None
    State.verbose = verbose
    State.debug = debug
    _listen()


@app.command()
def run(
    project: ProjectFile,
    output: Output = None,
    overrides: Overrides = None,
    only: Annotated[str | None, typer.Option("--only", help="tables,map,report")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="只打印 manifest.json / print manifest.json only")] = False,  # noqa: FBT002
) -> int:
    """全部分析并写出成果 / run the whole analysis and write its outputs."""
    folder = output or project.parent / "results"
    kinds = tuple(part.strip() for part in only.split(",")) if only is not None else None
    loaded = _load(project, overrides, folder=folder, kinds=kinds)
    return _run(loaded, folder, kinds=kinds, as_json=as_json)


@app.command()
def check(
    project: ProjectFile,
    output: Output = None,
    overrides: Overrides = None,
) -> int:
    """只读取和检查数据 / read and audit only; issues on the screen and as issues.xlsx."""
    from landuse.reports.summary import issue_lines
    from landuse.write import write_issues

    folder = output or project.parent / "results"
    analysis = _analysed(_load(project, overrides, folder=folder))
    _print(issue_lines(analysis))
    write_issues(analysis, folder)
    _say(f"已写出 {folder / 'issues.xlsx'}", f"written: {folder / 'issues.xlsx'}")
    return _status(analysis)


@app.command()
def demo(
    output: Output = None,
) -> int:
    """写出示范县并完成全部分析 / write the demonstration district and run it."""
    from landuse.write.demo import copy_demo
    from landuse.write.staging import folder_faults

    folder = output or Path("landuse-demo")
    if faults := folder_faults(folder):
        raise InputError(faults)
    loaded = _load(copy_demo(folder), None, folder=folder / "results")
    return _run(loaded, folder / "results", kinds=None, as_json=False)


@app.command()
def explain(
    project: ProjectFile,
    what: Annotated[str, typer.Argument(help="宗地代码、信用代码或名称 / parcel code, credit code or name")],
    overrides: Overrides = None,
) -> int:
    """逐步说明一宗地或一家企业 / every step of one parcel or enterprise, from source cell to verdict."""
    from landuse.reports.explain import explain as explained

    analysis = _analysed(_load(project, overrides))
    _print(explained(analysis, what).splitlines())
    return 0


# --------------------------------------------------------------------------------------- how it begins


def main() -> None:
    """Run the command line; every ending has its exit status (CONTRACT.md, Commands)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(_ending(sys.argv[1:]))


def hoisted(arguments: list[str]) -> list[str]:
    """Return the arguments with the options of all commands moved to the front, where typer looks for them."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--lang":
            front += [word, *[value for value in (next(words, None),) if value is not None]]
        elif word in GLOBAL_FLAGS or word.startswith("--lang="):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def _ending(arguments: list[str]) -> int:
    """Run the arguments; return the exit status, whatever happens."""
    words = hoisted(arguments)
    State.asked, State.debug, State.verbose = None, "--debug" in words, False
    State.lang = "en" if "--lang=en" in words or words[:2] == ["--lang", "en"] else "zh"
    try:
        _know_command(words)
        status = app(words, prog_name="landuse", standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED
    except SystemExit:  # typer's own way out when the reader of a pipe goes away
        return INTERRUPTED
    except LanduseError as error:
        return _report(error)
    except Exception as error:
        return _usage(error) if hasattr(error, "format_message") else _defect(error)
    if status == INTERRUPTED:
        _say("已中断,没有留下半成品", "interrupted; nothing half-done was left", err=True)
    return status if isinstance(status, int) else 0


def _know_command(words: Sequence[str]) -> None:
    """Refuse a command that this version does not have, naming those it has."""
    after = (word for place, word in enumerate(words) if not (place and words[place - 1] == "--lang"))
    command = next((word for word in after if not word.startswith("-")), None)
    known = [str(info.name or info.callback.__name__) for info in app.registered_commands if info.callback]
    if command is None or command in known:
        return
    have = f"现有命令 / commands: {', '.join(known)}"
    if command in LATER:
        raise InputError([Fault(f"landuse {command}", f"本版本尚无此命令 / not in this version: {__version__}", have)])
    near = get_close_matches(command, known, n=1)
    hint = f"最接近的是 {near[0]} / the nearest is {near[0]}" if near else have
    raise InputError([Fault(f"landuse {command}", "没有这个命令 / no such command", hint)])


def _listen() -> None:
    """Show the log of the rooms with -v; keep the chatter of libraries off the screen unless --debug."""
    import logging
    import warnings

    logging.basicConfig(level=logging.CRITICAL, format="  %(message)s")
    logging.getLogger("landuse").setLevel(logging.INFO if State.verbose else logging.NOTSET)
    if not State.debug:
        warnings.simplefilter("ignore")


def _load(
    path: Path, overrides: list[str] | None, *, folder: Path | None = None, kinds: tuple[str, ...] | None = None
) -> Project:
    """Return the project; what is wrong with it, the options and the output folder is told at once."""
    from landuse.policy import rule_in_force
    from landuse.project import load_project, stated_language
    from landuse.write import audience_faults, kind_faults
    from landuse.write.staging import folder_faults

    State.lang = State.asked or stated_language(path)
    faults = [*kind_faults(kinds), *(folder_faults(folder) if folder else [])]
    try:
        project = load_project(path, overrides or (), language=State.asked)
        State.lang = project.language
        faults += kind_faults(project.outputs.only, where=f"{path.name} [outputs.only]") if kinds is None else []
        faults += audience_faults(project.project.audience, where=f"{path.name} [project.audience]")
        rule_in_force(project)
    except InputError as error:
        faults += error.faults
    if faults:
        raise InputError(faults)
    return project


# ------------------------------------------------------------------------------------------ how it runs


def _run(project: Project, folder: Path, *, kinds: tuple[str, ...] | None, as_json: bool) -> int:
    import pyarrow as pa

    from landuse.pipeline import run as analyse
    from landuse.reports.summary import summary_lines
    from landuse.write import KINDS, as_published, write_log, write_outputs

    pa.set_memory_pool(pa.system_memory_pool())  # the default pool keeps what it frees: a fifth more at a million
    _return_memory()
    seconds: dict[str, tuple[float, float]] = {}
    held: OutputError | None = None
    with _clock(seconds, quiet=as_json) as progress:
        analysis = analyse(project, progress)
        try:
            write_outputs(analysis, folder, only=kinds or project.outputs.only or KINDS, progress=progress)
        except OutputError as error:
            held = error
    write_log(folder, seconds)
    text, manifest = as_published(folder)
    if as_json:
        sys.stdout.write(text)
    else:
        _print(summary_lines(analysis, manifest, folder))
    if held:
        raise held
    return _status(analysis)


def _return_memory() -> None:
    """Make glibc give back large arrays when they are freed; elsewhere nothing changes, and never a result."""
    mmap_threshold, half_megabyte = -3, 1 << 19
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(mmap_threshold, half_megabyte)


def _analysed(project: Project) -> Analysis:
    from landuse.pipeline import run as analyse

    with _clock({}, quiet=False) as progress:
        return analyse(project, progress)


@contextmanager
def _clock(seconds: dict[str, tuple[float, float]], *, quiet: bool) -> Iterator[Callable[[str], None]]:
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
        close()
        running.append((name, time.perf_counter(), time.process_time()))
        status.update(f"{step_title(name, State.lang)} …")

    with Console(stderr=True, quiet=quiet or not sys.stderr.isatty()).status("…") as status:
        yield step
        close()


def _status(analysis: Analysis) -> int:
    return 1 if analysis.issues["severity"].eq("error").any() else 0


# ----------------------------------------------------------------------------------------- what is said


def _print(lines: Iterable[str], *, err: bool = False) -> None:
    stream = sys.stderr if err else sys.stdout
    for line in lines:
        print(CONTROL.sub(" ", line), file=stream)


def _say(zh: str, en: str, *, err: bool = False) -> None:
    _print([en if State.lang == "en" else zh], err=err)


def _report(error: LanduseError) -> int:
    if State.debug:
        traceback.print_exc()
    faults = getattr(error, "faults", ())
    for fault in faults:
        _print(fault.lines(State.lang), err=True)
    if not faults:
        _defect_lines(error)
    return error.exit_status


def _usage(error: Any) -> int:
    """Say what is wrong with the command line and how it should look; without any word, the help."""
    context, kind = error.ctx, type(error).__name__
    if kind == "NoArgsIsHelpError":
        typer.echo(error.format_message(), err=True)
        return 2
    name = getattr(error, "option_name", None) or " ".join(getattr(getattr(error, "param", None), "opts", [])[:1])
    found = f"{USAGE[kind]}: {name}" if kind in USAGE and name else f"命令行有误 / usage: {error.format_message()}"
    if kind == "BadParameter":
        found += f" ({error.message.removeprefix('Value error, ').rstrip('.')})"
    usage = context.get_usage().partition(": ")[2] if context else ""
    where = context.command_path if context else "landuse"
    _print(Fault(where, found, usage, f"{where} --help").lines(State.lang), err=True)
    return 2


def _defect(error: Exception) -> int:
    if State.debug:
        traceback.print_exc()
    _defect_lines(error)
    return 3


def _defect_lines(error: Exception) -> None:
    told = f"{type(error).__name__}: {error}"
    _say(f"程序缺陷:{told}", f"defect of the program: {told}", err=True)
    _say(
        "  → 没有写出任何结果;请把项目文件和 --debug 的输出交给开发者",
        "  → nothing was written; report the project file and the output of --debug",
        err=True,
    )


if __name__ == "__main__":
    main()
