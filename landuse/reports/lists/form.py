"""Define a list an authority asks for: a TOML file says which columns it has and where each takes its value from."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Final, Literal

from pydantic import ConfigDict, Field, ValidationError

from landuse.catalogue import load
from landuse.errors import Fault, InputError
from landuse.printing.lists import FILE, SHIPPED
from landuse.project import Project
from landuse.refusal import decode, parse_toml, plain_bytes, refusal, tuples
from landuse.reports.lists.fields import known_fields
from landuse.settings import Section
from landuse.tables import unit_title

FORMS: Final = "reports/lists/forms"
REFERENCE: Final = re.compile(r"\{(\w+)\}")
"""Another column in a formula, by its key."""
FORMULA: Final = re.compile(r"(?:\{\w+\}|[\d+\-*/(). ])*")
"""A formula of a form: columns by key, numbers and arithmetic, nothing else."""
ALIAS: Final = r"^$|^(?:[^\\/:*?\"<>|\x00-\x1f.][^\\/:*?\"<>|\x00-\x1f]*/)*[^\\/:*?\"<>|\x00-\x1f]+\.[xX][lL][sS][xX]$"
"""Folders and name of a copy below 成果/."""
DO: Final = "改正清单文件 / correct the file of the form"


class Title(Section):
    """A text in both languages; English may be left out."""

    zh: str = Field(min_length=1)
    en: str = ""

    def of(self, lang: str) -> str:
        """Return the text in a language."""
        return self.zh if lang == "zh" or not self.en else self.en


class ListColumn(Section):
    """One column of a form."""

    model_config = ConfigDict(populate_by_name=True)

    title: Title
    number: str = ""
    """Number of the item, as the form counts."""
    code: str = ""
    """Field code, e.g. DCDYBH."""
    source: str = Field(default="", alias="from")
    """Field of a row; blank = filled in by others, visibly empty."""
    key: str = ""
    """Name by which other columns refer to it."""
    unit: str = ""
    """Unit of the column (vocabulary/columns.toml), printed in its header."""
    fmt: Literal["T", "D", "Y"] = "T"
    """Text, day or year, where no decimals are given."""
    decimals: int | None = Field(default=None, ge=0, le=9)
    """Places a number is rounded to, half up."""
    times: float = 1.0
    """Factor from the field to the unit of the column."""
    translate: dict[str, str] = {}
    """Code -> word of the form; a code that is not named stays empty."""
    choices: tuple[str, ...] = ()
    """Words of the drop-down."""
    only_with: str = ""
    """Filled only where this field is known …"""
    only_without: str = ""
    """… or only where it is not."""
    at_most: str = ""
    """Key of the column whose value this one may not exceed."""
    formula: str = ""
    """Arithmetic over columns by key, e.g. "{area}-{handled}"."""
    needs: str = ""
    """Key of the column without which the formula shows nothing."""
    group: Title | None = None
    """Words over several columns."""
    count: bool = False
    """Whether the total row counts the rows here."""
    total: bool = False
    """Whether the total row sums the column."""
    width: float = Field(default=10.0, gt=2, le=80)

    def heading(self, lang: str) -> str:
        """Return the title with its unit on a second line."""
        unit = unit_title(self.unit, lang) if self.unit else ""
        return f"{self.title.of(lang)}\n({unit})" if unit else self.title.of(lang)


class ListForm(Section):
    """A list as a TOML file describes it."""

    file: str = Field(pattern=FILE)
    """Name of the workbook below lists/."""
    alias: str = Field(default="", pattern=ALIAS)
    """Name of its copy below 成果/."""
    sheet: Title
    title: Title
    classes: tuple[
        Literal["low", "partly_low", "stopped", "vacant", "IDLE_T1", "IDLE_T2", "OVERDUE_START", "OVERDUE_FINISH"], ...
    ] = ("low", "stopped", "vacant")
    """Parcels that are listed: efficiency classes (without suspected idle land) and idle classes."""
    pages_wide: int = Field(default=1, ge=1, le=5)
    repeat_columns: int = Field(default=0, ge=0, le=5)
    """Columns repeated on each page."""
    notes: tuple[Title, ...] = ()
    column: tuple[ListColumn, ...] = Field(min_length=1)


def forms_of(project: Project) -> list[ListForm]:
    """Return the forms that the project names.

    Raises
    ------
    InputError
        A file is missing or no form.
    """
    found: list[ListForm] = []
    faults: list[Fault] = []
    for name in project.lists.forms:
        try:
            found.append(form_of(name, project.folder))
        except InputError as error:
            faults += error.faults
    names = [form.file.casefold() for form in found]
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.append(Fault("lists.forms", f"两张清单写同一个文件 / two forms write one file: {name}", do=DO))
    if faults:
        raise InputError(faults)
    return found


def list_faults(project: Project) -> list[Fault]:
    """Return what is wrong with [lists]: forms and templates, before anything is computed."""
    from landuse.reports.lists.template import opened_template

    faults: list[Fault] = []
    try:
        forms_of(project)
    except InputError as error:
        faults += error.faults
    for template in project.lists.templates:
        try:
            form_of(template.form, project.folder)
            opened_template(template, project.folder)
        except InputError as error:
            faults += error.faults
    outputs = [output_of(one.output, one.path).casefold() for one in project.lists.templates]
    for name in sorted({name for name in outputs if outputs.count(name) > 1}):
        faults.append(Fault("lists.templates", f"两个模板写同一个文件 / two templates write one file: {name}"))
    return list(dict.fromkeys(faults))


def output_of(output: str | None, path: str) -> str:
    """Return the name of a filled template below lists/."""
    return output or path.replace("\\", "/").rpartition("/")[2]


def form_of(name: str, folder: Path) -> ListForm:
    """Return a form by its name, or from a file of the bureau.

    Raises
    ------
    InputError
        No such file, not valid, a field that no row has, a formula that is none.
    """
    if name in SHIPPED:
        return ListForm.model_validate(tuples(load(f"{FORMS}/{name}.toml")))
    path = name.replace("\\", "/")
    if not path.lower().endswith(".toml"):
        near = get_close_matches(name, SHIPPED, n=1)
        hint = f"最接近的是 {near[0]} / the nearest is {near[0]}" if near else f"{', '.join(SHIPPED)}, *.toml"
        raise InputError([Fault(f"lists.forms {name}", "没有这张清单 / no such form", hint, "改正 / correct it")])
    try:
        tree = parse_toml(decode(plain_bytes(folder / path)), path)
    except FileNotFoundError:
        raise InputError(
            [Fault(f"lists.forms {path}", "文件不存在 / no such file", do="检查路径 / check the path")]
        ) from None
    except (OSError, UnicodeDecodeError):
        raise InputError([Fault(f"lists.forms {path}", "无法读取 / cannot be read", "TOML, UTF-8", DO)]) from None
    try:
        form = ListForm.model_validate(tuples(tree))
    except ValidationError as error:
        raise InputError([refusal(item, tree, path, model=ListForm) for item in error.errors()]) from None
    if faults := _wrong(form, path):
        raise InputError(faults)
    return form


def _wrong(form: ListForm, path: str) -> list[Fault]:
    """Return what is wrong with the columns of a form."""
    known, keys = known_fields(), {column.key for column in form.column if column.key}
    faults = []
    for place, column in enumerate(form.column, start=1):
        where = f"{path} [[column]] {place} {column.title.zh}"
        for field in (column.source, column.only_with, column.only_without):
            if field and field not in known:
                near = ", ".join(get_close_matches(field, known, n=3, cutoff=0.5))
                faults.append(
                    Fault(
                        f"{where} [from]", f"没有这个字段 / no such field: {field}", near or "docs/how-to/lists.md", DO
                    )
                )
        named = {*REFERENCE.findall(column.formula), *filter(None, (column.at_most, column.needs))}
        faults += [
            Fault(where, f"没有这个列 / no such column: {key}", ", ".join(sorted(keys)), DO)
            for key in sorted(named - keys)
        ]
        if not FORMULA.fullmatch(column.formula):
            faults.append(
                Fault(f"{where} [formula]", f"不是算式 / no arithmetic: {column.formula}", "{key} + - * / ( )", DO)
            )
        if column.unit and column.unit not in load("vocabulary/columns.toml")["units"]:
            units = ", ".join(load("vocabulary/columns.toml")["units"])
            faults.append(Fault(f"{where} [unit]", f"没有这个单位 / no such unit: {column.unit}", units, DO))
    return faults
