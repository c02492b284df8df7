"""Tell others than the bureau of its rule pack: by the name of the file or its title, never where it lies."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import PurePosixPath
from typing import Any, Final

from landuse.disclosure.whitelist import Whitelist
from landuse.policy.library import pack
from landuse.project import Project
from landuse.rule import LOCKED, Rule

UNSAID: Final[dict[str, Any]] = {"reference_price": None, **{name: {} for name in LOCKED}}
"""Fields of a rule that an audience may not know -> what stands in their place."""


def told_pack(project: Project, allowed: Whitelist) -> str:
    """Return how an audience is told of the pack: a name of ours, else file name or title."""
    if project.own_pack is None or not allowed.named:
        return base_name(project.rules.pack)
    return str(pack(project.rules.pack, project.own_pack).title[project.language])


def told_rule(rule: Rule, project: Project, allowed: Whitelist) -> Rule:
    """Return the rule in force as an audience may know it; to the public without the pack file and locked values."""
    if not allowed.named:
        return replace(rule, pack=told_pack(project, allowed))
    known = {field.name: getattr(rule, field.name) for field in fields(Rule)}
    unsaid = {name: value for name, value in UNSAID.items() if name not in allowed.rule}
    return Rule(**{**known, **unsaid, "pack": told_pack(project, allowed)})


def base_name(path: str) -> str:
    """Return the name of a file without its folders, however they are written."""
    return PurePosixPath(path.replace("\\", "/")).name
