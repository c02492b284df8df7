"""Turn a project file into a workbook of parameters, or back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from landuse.cli.screen import State, say
from landuse.errors import Fault, InputError

Source = Annotated[Path, typer.Argument(metavar="IN", help="landuse.toml | 参数.xlsx", show_default=False)]
Target = Annotated[Path, typer.Argument(metavar="OUT", help="参数.xlsx | landuse.toml", show_default=False)]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="覆盖已有文件 / replace a file that exists")]


def convert(source: Source, target: Target, overwrite: Overwrite = False) -> int:  # noqa: FBT002
    """项目文件与参数工作簿互转 / a project file as a workbook of parameters, or back."""
    from landuse.write.project_file import is_project_pair

    if not is_project_pair(source, target):
        allowed = "landuse.toml → 参数.xlsx | 参数.xlsx → landuse.toml"
        raise InputError([Fault(f"{source} → {target}", "不能转换 / cannot be converted", allowed)])
    return convert_project_file(source, target, overwrite=overwrite)


def convert_project_file(source: Path, target: Path, *, overwrite: bool) -> int:
    """Write the project file in its other form and say so; return the exit status."""
    from landuse.project import stated_language
    from landuse.write.project_file import convert_project

    State.lang = State.asked or stated_language(source)
    if convert_project(source, target, overwrite=overwrite):
        say(f"已写出 {target}", f"written: {target}")
    else:
        say(f"无变化:{target} 与 {source.name} 一致", f"no change: {target} says what {source.name} says")
    return 0
