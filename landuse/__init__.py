"""Find idle and low-efficiency industrial land, and defend every number.

The public names; nothing heavy is imported until one of them is used:

>>> import landuse
>>> project = landuse.load_project("data/demo/landuse.toml")  # doctest: +SKIP
>>> analysis = landuse.run(project)  # doctest: +SKIP
>>> print(landuse.explain(analysis, "鑫达鞋材"))  # doctest: +SKIP
>>> landuse.write_outputs(analysis, "results")  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_PLACES = {
    "Analysis": "landuse.tables",
    "DefectError": "landuse.errors",
    "InputError": "landuse.errors",
    "OutputError": "landuse.errors",
    "Parcels": "landuse.tables",
    "Project": "landuse.project",
    "build_project": "landuse.project",
    "classify": "landuse.cartography.style",
    "copy_demo": "landuse.write.demo",
    "draw_map": "landuse.cartography.web",
    "explain": "landuse.reports.explain",
    "load_project": "landuse.project",
    "published_tables": "landuse.write.published",
    "rule_in_force": "landuse.policy",
    "run": "landuse.pipeline",
    "write_outputs": "landuse.write",
    "write_planning": "landuse.write.planning",
}
"""Public name -> module that defines it."""

__all__ = [
    "Analysis",
    "DefectError",
    "InputError",
    "OutputError",
    "Parcels",
    "Project",
    "__version__",
    "build_project",
    "classify",
    "copy_demo",
    "draw_map",
    "explain",
    "load_project",
    "published_tables",
    "rule_in_force",
    "run",
    "write_outputs",
    "write_planning",
]

if TYPE_CHECKING:
    from landuse.cartography.style import classify
    from landuse.cartography.web import draw_map
    from landuse.errors import DefectError, InputError, OutputError
    from landuse.pipeline import run
    from landuse.policy import rule_in_force
    from landuse.project import Project, build_project, load_project
    from landuse.reports.explain import explain
    from landuse.tables import Analysis, Parcels
    from landuse.write import write_outputs
    from landuse.write.demo import copy_demo
    from landuse.write.planning import write_planning
    from landuse.write.published import published_tables


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562)."""
    if name not in _PLACES:
        raise AttributeError(f"module 'landuse' has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return __all__
