"""Write a project file in its other form: TOML as a workbook of parameters, or back; nothing is lost on the way."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from landuse.errors import DefectError, Fault, InputError
from landuse.parameters import comments_of, normal, pages_of, toml_text
from landuse.parameters.cells import same
from landuse.project import Project, stated_in
from landuse.write.staging import staging

TOML: Final = ".toml"
BOOK: Final = ".xlsx"
Remarks = Mapping[tuple[str, ...], str]


def is_project_pair(source: Path, target: Path) -> bool:
    """Return whether one of two files is a project file as text: then the other is one as a workbook."""
    return TOML in {source.suffix.lower(), target.suffix.lower()}


def convert_project(source: Path, target: Path, *, overwrite: bool = False) -> bool:
    """Write a project file in the form that the name of the target asks for.

    Parameters
    ----------
    overwrite
        Whether a target that says something else is replaced.

    Returns
    -------
    bool
        False where the target says the same already: it is left as it is.

    Raises
    ------
    InputError
        The source cannot be read, the forms are not .toml and .xlsx, the folders differ (paths are relative to the
        project file), or the target says something else.
    """
    if faults := _pair_faults(source, target):
        raise InputError(faults)
    said = stated_in(source)
    remarks = comments_of(said.text) if said.text else said.remarks
    if target.exists() and not overwrite:
        if _says(target, said.values):
            return False
        found = "文件已存在,内容不同 / is there already and says something else"
        raise InputError(
            [Fault(str(target), found, do="另取文件名,或加 --overwrite / name another file, or add --overwrite")]
        )
    write_project(said.values, target, remarks, lang=language_of(said.values))
    return True


def write_project(tree: Mapping[str, Any], target: Path, remarks: Remarks, *, lang: str) -> None:
    """Write a project file: a workbook where the name ends in .xlsx, else TOML; it need not be valid yet.

    Parameters
    ----------
    tree
        The project file as plain values; ``"?"`` is a question.
    remarks
        Place in the project file -> comment.

    Raises
    ------
    DefectError
        The file would not say what the tree says.
    """
    with staging(target.parent) as stage:
        path = stage.path(target.name)
        if target.suffix.lower() == BOOK:
            from landuse.reports.parameters import write_parameters

            write_parameters(pages_of(tree, Project, remarks), path, lang)
        else:
            path.write_text(toml_text(tree, remarks), encoding="utf-8", newline="\n")
            tomllib.loads(path.read_text(encoding="utf-8"))
        if not same(normal(stated_in(path).values), normal(tree)):
            raise DefectError(f"{target.name} does not say what the project says")
        stage.publish()


def _says(path: Path, tree: Mapping[str, Any]) -> bool:
    """Return whether a project file that exists says what a tree says; one that cannot be read does not."""
    try:
        return same(normal(stated_in(path).values), normal(tree))
    except InputError:
        return False


def language_of(tree: Mapping[str, Any]) -> str:
    """Return the language a project asks for; zh where it says none."""
    section = tree.get("project")
    return "en" if isinstance(section, Mapping) and section.get("language") == "en" else "zh"


def _pair_faults(source: Path, target: Path) -> list[Fault]:
    if {source.suffix.lower(), target.suffix.lower()} != {TOML, BOOK}:
        found = f"{source.name} → {target.name}"
        allowed = "landuse.toml → 参数.xlsx | 参数.xlsx → landuse.toml"
        return [Fault(found, "不是项目文件的两种形式 / not the two forms of a project file", allowed)]
    if source.parent.resolve() != target.parent.resolve():
        found = "不在项目文件所在的文件夹 / not in the folder of the project file"
        do = "路径相对于项目文件,请写在同一文件夹 / paths are relative to it, write it beside"
        return [Fault(str(target), found, str(source.parent), do)]
    return []
