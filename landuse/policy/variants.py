"""State the rule in force of each variant of a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from landuse.errors import Fault, InputError
from landuse.policy.packs import rule_in_force
from landuse.project import Project, variant_of
from landuse.rule import Rule


def variants_in_force(project: Project) -> Mapping[str, tuple[Project, Rule]]:
    """Return project and rule of each variant by name, in the order of the names.

    Raises
    ------
    InputError
        A variant that is no valid project, or whose rule cannot be; the faults name it.
    """
    found: dict[str, tuple[Project, Rule]] = {}
    faults: list[Fault] = []
    for name in sorted(project.variants):
        try:
            made = variant_of(project, name)
            found[name] = (made, rule_in_force(made))
        except InputError as error:
            faults += [replace(fault, where=_where(fault.where, name)) for fault in error.faults]
    if faults:
        raise InputError(faults)
    return found


def _where(where: str, name: str) -> str:
    return where if f"variants.{name}" in where else f"[variants.{name}] {where}"
