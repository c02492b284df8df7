"""``landuse init``: look into files and propose a project file; one that stands already is compared, never changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landuse.cli.screen import State, print_lines, say
from landuse.errors import Fault, InputError

if TYPE_CHECKING:
    from landuse.propose import Proposal

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="数据文件或文件夹 / files or folders", show_default=False)
]
Target = Annotated[Path, typer.Option("-o", "--output", help="要写的项目文件 / project file to write")]
SHOWN = 20
"""Questions that are named on the screen."""


def init(files: Files, output: Target = Path("landuse.toml")) -> int:
    """看文件,提出项目文件 / look into files and propose a project file; what is unsure is "?"."""
    from landuse.propose import propose
    from landuse.write.staging import folder_faults

    State.lang = State.asked or "zh"
    if faults := [*_target_faults(output), *([] if output.exists() else folder_faults(output.parent))]:
        raise InputError(faults)
    proposal = propose(files, output.parent, lang=State.lang)
    if output.exists():
        return _compare(proposal, output)
    _write(proposal, output)
    say(f"已写出 {output}", f"written: {output}")
    _tell(proposal)
    return 0


def _target_faults(output: Path) -> list[Fault]:
    """Return why a project file cannot stand there."""
    if output.is_dir():
        found = "是文件夹 / is a folder"
        return [Fault(str(output), found, "landuse.toml", "用 -o 写明文件名 / name a file with -o")]
    if output.suffix.lower() not in (".toml", ".xlsx"):
        found = f"不是项目文件的扩展名 / no suffix of a project file: {output.suffix or '–'}"
        return [Fault(str(output), found, ".toml .xlsx", "例如 / for example: -o landuse.toml, -o 参数.xlsx")]
    return []


def _compare(proposal: Proposal, output: Path) -> int:
    """Say whether the project file that stands there agrees with its files."""
    from landuse.project import stated_in
    from landuse.propose.changes import differences

    said = stated_in(output)
    if faults := [*said.faults, *differences(proposal.draft, said.values, output.name)]:
        raise InputError(faults)
    say(f"无变化:{output} 与文件内容一致", f"no change: {output} agrees with the files")
    return 0


def _write(proposal: Proposal, output: Path) -> None:
    """Write a project file as text or as a workbook of parameters, beside its place, and rename it."""
    from landuse.write.project_file import write_project
    from landuse.write.staging import staging

    if output.suffix.lower() == ".xlsx":
        write_project(proposal.draft.tree(), output, proposal.draft.remarks_by_key(State.lang), lang=State.lang)
        return
    with staging(output.parent) as stage:
        stage.path(output.name).write_text(proposal.text, encoding="utf-8", newline="\n")
        stage.publish()


def _tell(proposal: Proposal) -> None:
    """Say what the files were taken for and what is left to answer."""
    from landuse.propose.said import in_language
    from landuse.tables import table_title

    lang = State.lang
    for table, lines in proposal.draft.inputs.items():
        paths = [line.value if isinstance(line.value, str) else str(line.value["path"]) for line in lines]
        comma = ", " if lang == "en" else "、"
        print_lines([f"  {table_title(table, lang)} {table}: {comma.join(dict.fromkeys(paths))}"])
    print_lines([f"  {in_language(remark, lang)}" for remark in proposal.draft.remarks], err=True)
    questions = proposal.draft.questions()
    if not questions:
        say(
            "没有疑问;请核对注释里的依据,然后运行 landuse check",
            "nothing is open; check the comments, then run landuse check",
        )
        return
    say(
        f'有 {len(questions)} 处不能确定,写作 "?",须填写后才能运行:',
        f'{len(questions)} places are "?" and must be answered:',
    )
    print_lines([f"  {question}" for question in questions[:SHOWN]])
    if len(questions) > SHOWN:
        print_lines(["  …"])
