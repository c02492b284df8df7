"""Write a table as text that a spreadsheet opens as it is meant: no formula runs, no code loses a digit."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from landuse.tables.spreadsheet import is_formula

NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|\d+[-/:.]\d+([-/:.]\d+)*", re.ASCII | re.IGNORECASE)
"""A text that a spreadsheet takes for a number, a day or a fraction; a tab at its end keeps it a text."""
SHORT: Final = re.compile(r"0|[1-9]\d{0,14}", re.ASCII)
"""A code of digits that stays what it is as a number, e.g. of an industry."""
LINE_END: Final = re.compile(r"\r\n?|\n")


def write_csv(path: Path, titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write titles and rows: UTF-8 with its mark, lines as Windows ends them."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([csv_cell(title) for title in titles])
        writer.writerows([csv_cell(value) for value in row] for row in rows)


def csv_cell(value: Any) -> str:
    """Return one cell; unknown is blank, a text that would run as a formula stands behind an apostrophe."""
    if pd.isna(value):
        return ""
    if isinstance(value, str):
        text = LINE_END.sub(" ", value)
        if NUMBER.fullmatch(text) and not SHORT.fullmatch(text):
            return f"{text}\t"
        return f"'{text}" if is_formula(text) else text
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
