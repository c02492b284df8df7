"""Tell a receipt on the screen or write it into a file, in the form that is asked for."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from landuse.cli.screen import print_lines, say
from landuse.errors import Fault, InputError

if TYPE_CHECKING:
    from landuse.tables import Analysis

FORMS: Final = ("text", "json", "page")
"""What ``--format`` may name."""
ENDINGS: Final = {".json": "json", ".html": "page", ".htm": "page"}
"""Ending of the output file -> form, where none is named."""
UNSAFE: Final = re.compile(r'[\x00-\x1f\\/:*?"<>|\s]')
"""Characters that a file name may not have on every system."""


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


def tell(analysis: Analysis, what: str, *, form: str, path: Path | None) -> int:
    """Tell one parcel or enterprise; a page that nobody gave a file gets one named after its object."""
    from landuse.reports.receipt import as_text, receipt
    from landuse.reports.receipt.data import as_json
    from landuse.reports.receipt.page import as_page, file_name
    from landuse.write.receipt import write_receipt

    told = receipt(analysis, what)
    drawn = {"text": lambda: as_text(told) + "\n", "json": lambda: as_json(told), "page": lambda: as_page(told)}[form]()
    target = path or (Path(UNSAFE.sub("_", file_name(told))) if form == "page" else None)
    if target is not None:
        written = write_receipt(drawn, target)
        say(f"已写出 {written}", f"written: {written}")
    elif form == "json":
        sys.stdout.write(drawn)
    else:
        print_lines(drawn.splitlines())
    return 0
