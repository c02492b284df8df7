"""[lists]: which lists an authority asks for are filled in, by forms of the toolkit, of the bureau, or by templates."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from landuse.settings import FilePath, Section

LETTERS: Final = re.compile(r"[A-Za-z]{1,3}")
FILE: Final = r"^[^\\/:*?\"<>|\x00-\x1f]+\.[xX][lL][sS][xX]$"
"""Name of a workbook below lists/."""
SHIPPED: Final = ("zhejiang_39", "plan")
"""Forms of the toolkit (reports/lists/forms)."""


def _letters(value: Any) -> Any:
    """Take columns by their letters: { A = "parcel_id", C = "area_mu" }."""
    if not isinstance(value, dict) or not all(isinstance(key, str) and LETTERS.fullmatch(key) for key in value):
        raise PydanticCustomError("columns", "columns by letter")
    return {key.upper(): field for key, field in value.items()}


class Template(Section):
    """An official workbook that is filled in with its styles kept."""

    path: FilePath
    """The .xlsx file, relative to the project file."""
    sheet: str | None = None
    """Sheet the rows go to; default the first."""
    start_row: int | None = Field(default=None, ge=1, le=1_048_576)
    """Row (as seen) whose style every row takes; default the row that holds {{field}} for a field of the rows."""
    columns: Annotated[dict[str, str], BeforeValidator(_letters)] = {}
    """Letter of a column -> field; beside the {{field}} that stand in the sheet."""
    form: str = "plan"
    """Form whose rows and words are taken: a name of `forms`, or a file."""
    output: str | None = Field(default=None, pattern=FILE)
    """Name of the file below lists/; default that of the template."""

    @model_validator(mode="after")
    def _has_place(self) -> Template:
        if self.columns and self.start_row is None:
            raise PydanticCustomError("template_row", "columns with start_row")
        return self


class Lists(Section):
    """[lists]: lists handed to an authority."""

    forms: tuple[FilePath, ...] = SHIPPED
    """Forms of the toolkit (zhejiang_39, plan) or files of your own, e.g. "my_form.toml"; none = []."""
    templates: tuple[Template, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """Return the files that the section names."""
        own = [form for form in (*self.forms, *(one.form for one in self.templates)) if form not in SHIPPED]
        return tuple(dict.fromkeys([*own, *(one.path for one in self.templates)]))
