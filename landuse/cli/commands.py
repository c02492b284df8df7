"""State the commands: each turns its arguments into one call."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from landuse import __version__
from landuse.cli.converting import convert
from landuse.cli.planning import scenario
from landuse.cli.proposing import init
from landuse.cli.receipts import asking, explain
from landuse.cli.redrawing import COMMANDS, redrawing
from landuse.cli.running import Output, Overrides, ProjectFile, analysed, load, run_into, status_of
from landuse.cli.screen import Lang, State, print_lines, say
from landuse.errors import InputError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


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
    only: Annotated[str | None, typer.Option("--only", help="tables,map,sheets,report,forms,receipts")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="只打印 manifest.json / print manifest.json only")] = False,  # noqa: FBT002
) -> int:
    """全部分析并写出成果 / run the whole analysis and write its outputs."""
    folder = output or project.parent / "results"
    kinds = tuple(part.strip() for part in only.split(",")) if only is not None else None
    loaded = load(project, overrides, folder=folder, kinds=kinds)
    return run_into(loaded, folder, kinds=kinds, as_json=as_json)


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
    analysis = analysed(load(project, overrides, folder=folder))
    print_lines(issue_lines(analysis))
    for name in write_issues(analysis, folder):
        say(f"已写出 {folder / name}", f"written: {folder / name}")
    return status_of(analysis)


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
    loaded = load(copy_demo(folder), None, folder=folder / "results")
    return run_into(loaded, folder / "results", kinds=None, as_json=False)


app.command("init")(init)


app.command("explain")(asking(explain))


@app.command()
def request(
    project: ProjectFile,
    output: Output = None,
    overrides: Overrides = None,
) -> int:
    """向各部门要数据的空表 / empty, explained forms for each bureau that supplies data."""
    from landuse.ask import request_forms

    folder = output or project.parent / "requests"
    asked = request_forms(load(project, overrides, folder=folder), folder)
    for table in asked.unread:
        say(f"{table} 读不到,相应表中没有预填", f"{table} cannot be read: nothing is filled in beforehand", err=True)
    for name in asked.cut:
        say(f"{name} 已达一张表的行数上限,其余对象未列入", f"{name} is full: further objects are not in it", err=True)
    say(f"已写出 {len(asked.files)} 张表:{folder}", f"{len(asked.files)} forms written: {folder}")
    return 0


def _naming(name: str, project: Path) -> tuple[str, str]:
    """Return how a project file of either form names the file of corrections."""
    if project.suffix.lower() == ".xlsx":
        zh = f"请在 {project.name} 的《输入文件》表中加一行:数据表填 overrides,文件填 {name}"
        return zh, f"add a row to the sheet of inputs of {project.name}: table overrides, file {name}"
    line = f'overrides = "{name}"'
    return f"请在项目文件 [inputs] 中加一行:{line}", f"add to [inputs] of the project file: {line}"


@app.command()
def apply(
    project: ProjectFile,
    files: Annotated[list[Path], typer.Argument(help="填好的表单 / forms that came back", show_default=False)],
    overrides: Overrides = None,
) -> int:
    """收回填好的表单和地图备注 / read corrections, opinions, objections and notes back into overrides.csv."""
    from landuse.apply import apply_forms

    done = apply_forms(load(project, overrides), files)
    corrections, opinions, objections = done.counts.values()
    say(
        f"更正 {corrections} 项,意见 {opinions} 项,异议 {objections} 项",
        f"{corrections} corrections, {opinions} opinions, {objections} objections",
    )
    if done.names:
        say(f"名称复核决定 {done.names} 项", f"{done.names} decisions on names")
    if done.notes:
        say(f"备注 {done.notes} 条", f"{done.notes} notes")
    for zh, en in done.told:
        say(zh, en, err=True)
    if done.is_written:
        say(f"已写入 {done.path}", f"written: {done.path}")
        if not done.is_named:
            say(*_naming(done.path.name, project))
    else:
        say("没有新的内容,未改动任何文件", "nothing new, no file was changed")
    return 0


@app.command()
def compare(
    old: Annotated[Path, typer.Argument(metavar="RUN_A", help="前一次运行的成果文件夹 / folder of the earlier run")],
    new: Annotated[Path, typer.Argument(metavar="RUN_B", help="后一次运行的成果文件夹 / folder of the later run")],
    output: Output = None,
) -> int:
    """比对两次运行:谁进入、谁退出、为什么 / who entered, left and stayed between two runs, and why."""
    from landuse.cli.comparing import compare_into

    return compare_into(old, new, output or new / "compare")


app.command("scenario")(scenario)
app.command("convert")(convert)


for _kind in ("map", "sheets", "report"):
    app.command(COMMANDS[_kind])(redrawing(_kind))


@app.command()
def packs(
    name: Annotated[str | None, typer.Argument(help="规则包名称或文件 / name or file of a rule pack")] = None,
) -> int:
    """规则包一览;给出名称则逐项说明其参数 / list the rule packs, or explain every parameter of one."""
    from landuse.reports.packs import pack_detail, pack_lines

    State.lang = State.asked or "zh"
    print_lines(pack_lines(State.lang) if name is None else pack_detail(name, Path(), State.lang))
    return 0


def _listen() -> None:
    """Show the log of the rooms with -v; keep the chatter of libraries off the screen unless --debug."""
    import logging
    import warnings

    logging.basicConfig(level=logging.CRITICAL, format="  %(message)s")
    logging.getLogger("landuse").setLevel(logging.INFO if State.verbose else logging.NOTSET)
    if not State.debug:
        warnings.simplefilter("ignore")
