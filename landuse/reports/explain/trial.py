"""Draw what corrected figures would change: as text, as JSON, and as a page."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from html import escape
from typing import Any, Final

import pandas as pd

from landuse.reports.explain.whatif import Trial
from landuse.reports.sources import records
from landuse.reports.summary import phrase

SCHEMA: Final = "landuse.what_if/1"
"""Name of the JSON layout (docs/how-to/objection.md)."""


def as_text(trial: Trial) -> str:
    """Return a trial as the text of `landuse explain --if`."""
    return "\n".join([trial.lines[0], *(f"  {line}" for line in trial.lines[1:])])


def as_json(trial: Trial) -> str:
    """Return a trial as JSON: sorted keys, unrounded numbers, unknown = null; it ends with a line feed."""
    before, after = records(trial.effect.own)
    content = {
        "schema": SCHEMA,
        "uscc": trial.uscc,
        "name": trial.name,
        "language": trial.lang,
        "assumed": {name: {"before": trial.before[name], "after": value} for name, value in trial.after.items()},
        "own": {"before": before, "after": after},
        "moves": records(trial.effect.moves),
        "sentences": list(trial.lines),
    }
    return json.dumps(_plain(content), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"


def as_page(trial: Trial) -> str:
    """Return a trial as a page of HTML that fetches nothing; whatever a table holds is shown as text."""
    title = escape(phrase("whatif", "title", trial.lang, name=trial.name))
    said = "".join(f"<p>{escape(line)}</p>" for line in trial.lines)
    language = "zh-CN" if trial.lang == "zh" else "en"
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1>{said}</body></html>\n"
    )


def file_name(trial: Trial) -> str:
    """Return what the file of a page is called where nobody names it."""
    return phrase("whatif", "file_name", trial.lang, uscc=trial.uscc)


def _plain(value: Any) -> Any:
    """Return content that JSON knows: unknown as null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if value is None or pd.isna(value) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value.item() if hasattr(value, "item") else value
