"""Tell a receipt, or what other figures would change, on the screen or in a file, in the form that is asked for."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from landuse.cli.running import Overrides, ProjectFile, analysed, load
from landuse.cli.screen import print_lines, say
from landuse.errors import Fault, InputError

FORMS: Final = ("text", "json", "page")
"""What ``--format`` may name."""
ENDINGS: Final = {".json": "json", ".html": "page", ".htm": "page"}
"""Ending of the output file -> form, where none is named."""


@dataclass(frozen=True)
class Question:
    """What `landuse explain` is asked."""

    project: ProjectFile
    what: Annotated[str, typer.Argument(help="宗地代码、信用代码或名称 / parcel code, credit code or name")]
    form: Annotated[str, typer.Option("--format", help="text | json | page")] = ""
    output: Annotated[Path | None, typer.Option("-o", "--output", help="输出文件 / output file")] = None
    overrides: Overrides = None
    assumed: Annotated[list[str] | None, typer.Option("--if", help="假设 / what if, 例如 tax_wan=120")] = None


def asking(answer: Callable[[Question], int]) -> Callable[..., int]:
    """Return a command whose arguments and options are the fields of a question."""

    def command(**said: Any) -> int:
        return answer(Question(**said))

    command.__doc__ = answer.__doc__
    command.__signature__ = inspect.signature(Question, eval_str=True)  # type: ignore[attr-defined]
    return command


def explain(question: Question) -> int:
    """逐步说明一宗地或一家企业 / every step of one parcel or enterprise, from source cell to verdict."""
    form = form_of(question.form, question.output)
    analysis = analysed(load(question.project, question.overrides))
    if question.assumed:
        from landuse.reports.explain import assume, trial

        tried = assume(analysis, question.what, question.assumed)
        drawn = {"text": trial.as_text, "json": trial.as_json, "page": trial.as_page}[form](tried)
        return _deliver(drawn, form, question.output, trial.file_name(tried))
    from landuse.reports.receipt import as_text, receipt
    from landuse.reports.receipt.data import as_json
    from landuse.reports.receipt.page import as_page, file_name

    told = receipt(analysis, question.what)
    drawn = {"text": as_text, "json": as_json, "page": as_page}[form](told)
    return _deliver(drawn, form, question.output, file_name(told))


def form_of(form: str, output: Path | None) -> str:
    """Return the form of a receipt: as named, else by the ending of the output file, else text.

    Raises
    ------
    InputError
        There is no such form, or the output is a folder.
    """
    from landuse.write.staging import folder_faults

    faults = (
        [] if form in {"", *FORMS} else [Fault("--format", f"没有这种格式 / no such format: {form}", ", ".join(FORMS))]
    )
    if output is not None and output.is_dir():
        faults.append(Fault(str(output), "是文件夹 / is a folder", do="用 -o 写明文件名 / name a file with -o"))
    elif output is not None:
        faults += folder_faults(output.parent)
    if faults:
        raise InputError(faults)
    return form or ENDINGS.get(output.suffix.lower() if output else "", "text")


def _deliver(drawn: str, form: str, path: Path | None, name: str) -> int:
    """Show or write what was drawn; a page that nobody gave a file gets one named after its object."""
    from landuse.write.receipt import plain_name, write_receipt

    target = path or (Path(plain_name(name)) if form == "page" else None)
    if target is not None:
        written = write_receipt(drawn if drawn.endswith("\n") else f"{drawn}\n", target)
        say(f"已写出 {written}", f"written: {written}")
    elif form == "json":
        sys.stdout.write(drawn)
    else:
        print_lines(drawn.splitlines())
    return 0
