"""Write the lists an authority asks for: forms as workbooks of their own, and official templates filled in."""

from __future__ import annotations

from landuse.reports.content.context import context
from landuse.reports.lists import (
    fill_in,
    fill_template,
    form_of,
    forms_of,
    list_rows,
    opened_template,
    write_list,
)
from landuse.reports.lists.fields import facts
from landuse.reports.lists.form import output_of
from landuse.tables import Analysis
from landuse.write.staging import Staging

FOLDER = "lists"
ALIASES = "报送清单"


def write(analysis: Analysis, stage: Staging) -> dict[str, str]:
    """Write the lists of the project; return fixed name -> Chinese name below 成果/."""
    ctx, project = context(analysis), analysis.project
    aliases: dict[str, str] = {}
    for form in forms_of(project):
        name = f"{FOLDER}/{form.file}"
        write_list(fill_in(form, list_rows(ctx, form.classes)), stage.path(name), ctx)
        aliases[name] = form.alias or f"{ALIASES}/{form.file}"
    for template in project.lists.templates:
        form, opened = form_of(template.form, project.folder), opened_template(template, project.folder)
        rows = list_rows(ctx, form.classes)
        name = f"{FOLDER}/{output_of(template.output, template.path)}"
        stage.path(name).write_bytes(fill_template(opened, form, rows, facts(ctx, rows), project.as_of))
        aliases[name] = f"{ALIASES}/{output_of(template.output, template.path)}"
    return aliases
