"""Draw a receipt as JSON: sorted keys, unrounded numbers, one layout for enterprises and parcels."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from landuse.reports.receipt.model import SCHEMA, Figure, Operand, Receipt


def as_json(told: Receipt) -> str:
    """Return a receipt as JSON (docs/how-to/receipt.md), ending with a line feed."""
    content = {
        "schema": SCHEMA,
        "kind": told.kind,
        "key": told.key,
        "name": told.name,
        "language": told.lang,
        "run": asdict(told.frame),
        "steps": [
            {
                "key": section.key,
                "heading": section.heading,
                "sentences": list(section.sentences),
                "figures": [figure.id for figure in section.figures],
            }
            for section in told.sections
        ],
        "figures": {ident: _figure(figure) for ident, figure in told.figures.items()},
        "rules": {rule.name: {**asdict(rule), "pack": told.frame.pack} for rule in told.rules},
        "files": {name: {"sha256": digest} for name, digest in told.files.items()},
        "members": {
            table.key: {"columns": list(table.columns), "rows": [list(row) for row in table.rows]}
            for table in told.members
        },
    }
    return json.dumps(_plain(content), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"


def _figure(figure: Figure) -> Mapping[str, Any]:
    content: dict[str, Any] = {
        "title": figure.title,
        "value": figure.value,
        "unit": figure.unit,
        "sources": [asdict(source) for source in figure.sources],
        "rules": list(figure.rules),
        "articles": list(figure.articles),
        "shown": figure.shown,
        "formula": None,
    }
    if figure.formula:
        made = figure.formula
        content["formula"] = {
            "key": made.key,
            "symbols": made.symbols,
            "words": made.words,
            "operands": [_operand(part) for part in made.operands],
            "members": made.members,
            "columns": list(made.columns),
        }
    return content


def _operand(part: Operand) -> Mapping[str, Any]:
    """Return an operand: a reference to a figure, or a number with its name and the rule that gives it."""
    if part.figure:
        return {"role": part.role, "figure": part.figure}
    return {"role": part.role, "value": part.value, "title": part.title, "rule": part.rule}


def _plain(value: Any) -> Any:
    """Return content that JSON knows: days as ISO text, not-a-number as null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
