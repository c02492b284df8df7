"""Turn a project file into a workbook of parameters, or back."""

from __future__ import annotations

from pathlib import Path

from landuse.cli.screen import State, say


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
