"""Draw the map, the printed sheets or the workbooks of a finished run again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from landuse.cli.running import Output, clock, say_paging, status_of
from landuse.cli.screen import State, say
from landuse.errors import Fault, InputError

if TYPE_CHECKING:
    from landuse.read.kept_run import KeptRun

COMMANDS: Final = {"map": "map", "sheets": "print", "report": "report"}
"""Kind of outputs -> the command that draws them again."""
HELP: Final = {
    "map": "由已有成果重绘一张图,不重新计算 / draw map.html again from a run's tables, without computing",
    "sheets": "由已有成果重印图件、图册、一地一策 / draw sheets, atlas and plot pages again from a run's tables",
    "report": "由已有成果重写台账、报告、文书、清单 / write workbooks, report and lists again from a run's tables",
}
"""Kind -> help text."""

RunFolder = Annotated[
    Path, typer.Argument(metavar="RUN_DIR", help="某次运行的成果文件夹 / results folder of a run", show_default=False)
]
Parts = Annotated[str | None, typer.Option("--only", help="只要其中几项,逗号分隔 / some parts only, with commas")]
Files = Annotated[
    Path | None,
    typer.Option("--files", help="项目文件所在的文件夹(图片、模板、影像) / folder of pictures, templates and imagery"),
]


def redrawing(kind: str) -> Callable[..., int]:
    """Return the command that draws one kind of outputs again."""

    def command(run: RunFolder, output: Output = None, only: Parts = None, files: Files = None) -> int:
        return _redraw(run, kind, output=output, only=only, files=files)

    command.__doc__ = HELP[kind]
    return command


def _redraw(folder: Path, kind: str, *, output: Path | None, only: str | None, files: Path | None) -> int:
    from landuse.read.kept_run import read_kept
    from landuse.write.redrawn import Wanted, draw_again, wanted_faults
    from landuse.write.staging import folder_faults

    target = output or folder
    wanted = Wanted(kind, tuple(part.strip() for part in only.split(",")) if only is not None else ())
    State.lang = State.asked or State.lang
    faults = [*wanted_faults(wanted), *folder_faults(target)]
    if files is not None and not files.is_dir():
        faults.append(Fault(str(files), "不是文件夹 / is no folder", do="改正 --files / correct --files"))
    if faults:
        raise InputError(faults)
    with clock({}, quiet=False) as progress:
        progress("kept")
        run = read_kept(folder, files=files, language=State.asked)
        State.lang = run.analysis.project.language
        _warn(run, kind)
        made = draw_again(run, target, wanted, progress)
    if "word" in wanted and kind == "report":
        say_paging(run.analysis.project, target)
    say(f"已重绘 {len(made)} 个文件:{target}", f"{len(made)} files drawn again: {target}")
    return status_of(run.analysis)


def _warn(run: KeptRun, kind: str) -> None:
    """Say what the reader of the outputs must know: tables that were changed, words in another language."""
    if run.edited:
        names = ", ".join(run.edited)
        say(
            f"运行后被改动(sha256 与清单不符):{names};本次成果据改动后的内容绘制,清单中注明 edited",
            f"changed since the run (sha256 is not that of the manifest): {names}; what is drawn shows the change"
            ", and the manifest says so (edited)",
            err=True,
        )
    spoken = run.manifest["project"]["project"].get("language")
    if spoken != run.analysis.project.language:
        say(
            f"运行时写下的说明文字仍为 {spoken},只有标题和用语换了语言",
            f"sentences that the run wrote down stay in {spoken}; titles and terms are as asked for",
            err=True,
        )
    if _lacks_sources(run, kind):
        say(
            "列入对象过多,运行时没有保留其来源单元格;测算过程不列来源",
            "too many listed objects: their source cells were not kept, and measures are shown without them",
            err=True,
        )


def _lacks_sources(run: KeptRun, kind: str) -> bool:
    """Say whether something is drawn without the source cells that the run printed."""
    from landuse.tables.kept import LISTED, NONE

    if kind == "report":  # receipts of all listed objects
        is_written = any(str(one["name"]).startswith("receipts/") for one in run.manifest["outputs"])
        return is_written and run.sources != LISTED
    return kind == "sheets" and run.sources == NONE
