"""Tell which rule packs there are, and what each parameter of one is and rests on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from landuse.catalogue import load
from landuse.packfile import is_file
from landuse.policy import parameters, rule_in_force
from landuse.policy.library import Pack, pack, pack_of, shipped
from landuse.project import Project, build_project
from landuse.reports.summary import phrase
from landuse.rule import Rule

BOOK: Final = "vocabulary/reports.toml"


def pack_lines(lang: str) -> list[str]:
    """Return the packs that ship: name, version, title, method and what was read, and how to use one."""
    lines: list[str] = []
    for name in shipped():
        lines += [*_head(pack(name), _rule(name, Path()), lang), ""]
    return [*lines, phrase("packs", "use", lang)]


def pack_detail(name: str, folder: Path, lang: str) -> list[str]:
    """Return every parameter of a pack with its value, explanation and basis; those the pack states itself first.

    Parameters
    ----------
    name
        Name of a pack that ships, or path of an own pack.
    folder
        Folder the path is relative to.

    Raises
    ------
    InputError
        No such pack, or an own pack that cannot be followed.
    """
    rule = _rule(name, folder)
    known = pack_of(rule)
    told = parameters(rule, lang=lang).to_dict("records")
    own = [row for row in told if row["parameter"] in known.stated]
    rest = [row for row in told if row["parameter"] not in known.stated]
    lines = _head(known, rule, lang)
    for heading, rows in (("stated", own), ("inherited", rest)):
        if rows:
            title = phrase("packs", heading, lang, below=known.extends)
            lines += ["", title, *(line for row in rows for line in _entry(row, lang))]
    return lines


def _rule(name: str, folder: Path) -> Rule:
    """Return the rule of a pack by itself, with the defaults of a project file."""
    return rule_in_force(_least_project(name, folder))


def _least_project(name: str, folder: Path) -> Project:
    tree = {"project": {"name": "-", "year": 2025}, "inputs": {"parcels": "-"}, "rules": {"pack": name}}
    return build_project(tree, folder=folder)


def _head(known: Pack, rule: Rule, lang: str) -> list[str]:
    name = f"“{known.name}”" if is_file(known.name) else known.name
    title = phrase("packs", "title", lang, name=name, version=known.version, title=known.title[lang])
    choices = load(BOOK)["choices"]
    method = phrase(
        "packs",
        "method",
        lang,
        method=choices["method"][rule.method][lang],
        within=choices["within"][rule.within][lang],
        unknown=choices["unknown"][rule.unknown][lang],
    )
    cited = [phrase("packs", "cited", lang, cited=known.cited[lang])] if known.cited[lang] else []
    return [title, method, *cited]


def _entry(row: dict[Any, Any], lang: str) -> Iterable[str]:
    yield phrase("packs", "parameter", lang, title=row["title"], parameter=row["parameter"], value=row["value"])
    yield phrase("packs", "explain", lang, explain=row["explain"], basis=row["basis"])
