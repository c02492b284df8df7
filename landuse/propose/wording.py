"""Write a proposed project file as TOML with its reasons as comments."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from landuse.inputs import INPUT_TABLES
from landuse.propose.draft import ASK, Draft, Line
from landuse.propose.said import in_language, word
from landuse.read.judgement import Evidence
from landuse.tables import table_title

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BREAKS: Final = re.compile(r"[^、,;:。/ ]*[、,;:。/ ]*")
"""Pieces of a sentence between which a line may end."""
_WIDTH: Final = 112
"""Columns of a comment line; a Chinese character takes two."""


def project_text(draft: Draft, lang: str) -> str:
    """Return the text of a project file: what `Draft.tree` holds, with comments in one language."""
    lines = [f"# {word('head', lang)}", "[project]"]
    for name, line in draft.project.items():
        lines += [*_comments(line.notes, lang), f"{key(name)} = {value(line.value)}"]
    lines += ["", "[inputs]"]
    for table in [name for name in INPUT_TABLES if name in draft.inputs]:
        lines += _entries(table, draft.inputs[table], lang)
    if draft.previous is not None:
        lines += [*_comments(draft.previous.notes, lang), f"previous = {value(draft.previous.value)}"]
    if draft.open:
        lines += [*_wrapped(word("open_files", lang)), *_list(ASK, draft.open, lang)]
    if draft.rasters:
        lines += ["", "[inputs.rasters]"]
        for name, line in draft.rasters.items():
            lines += [*_comments(line.notes, lang), f"{key(name)} = {value(line.value)}"]
    for number, (table, mapped) in enumerate(draft.columns.items()):
        head = _wrapped(word("columns_head", lang)) if not number else []
        lines += ["", *head, f"[columns.{key(table)}]"]
        for name, line in mapped.items():
            lines += [*_comments(line.notes, lang), f"{key(name)} = {value(line.value)}"]
    if draft.remarks:
        lines += ["", f"# {word('left_out', lang)}:", *_comments(draft.remarks, lang)]
    return "\n".join(lines) + "\n"


def key(name: str) -> str:
    """Return a key, quoted where it must be."""
    return name if _BARE.fullmatch(name) else _string(name)


def value(found: Any) -> str:
    """Return a value on one line."""
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, dt.date):
        return found.isoformat()
    if isinstance(found, int | float):
        return repr(found)
    if isinstance(found, Mapping):
        return "{ " + ", ".join(f"{key(str(name))} = {value(inner)}" for name, inner in found.items()) + " }"
    if isinstance(found, list | tuple):
        return "[" + ", ".join(value(inner) for inner in found) + "]"
    return _string(str(found))


def _entries(table: str, lines: Sequence[Line], lang: str) -> list[str]:
    """Return the entries of a table: one on its line, several one below the other."""
    title = word("table", lang, title=table_title(table, lang), table=table)
    if len(lines) == 1:
        return [*_comments(lines[0].notes, lang, first=title), f"{key(table)} = {value(lines[0].value)}"]
    return [f"# {title}", *_list(table, lines, lang)]


def _list(name: str, lines: Sequence[Line], lang: str) -> list[str]:
    inner = []
    for line in lines:
        inner += [f"  {comment}" for comment in _comments(line.notes, lang)]
        inner.append(f"  {value(line.value)},")
    return [f"{key(name)} = [", *inner, "]"]


def _comments(notes: Iterable[Evidence], lang: str, first: str = "") -> list[str]:
    found = [first] if first else []
    return [line for text in (*found, *(in_language(note, lang) for note in notes)) for line in _wrapped(text)]


def _wrapped(text: str) -> list[str]:
    """Return a sentence as comment lines; nothing in it can end the comment."""
    parts, width = [""], 0
    for word_of in _BREAKS.findall(_CONTROL.sub(" ", text).strip()):
        wide = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in word_of)
        if width + wide > _WIDTH and parts[-1]:
            parts.append("")
            width = 0
        parts[-1] += word_of
        width += wide
    return [f"# {part.strip()}" if not number else f"#   {part.strip()}" for number, part in enumerate(parts)]


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
