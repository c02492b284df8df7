"""State what a project file may say of clean-up plans: measures, scenarios, progress of cases, demands for land."""

from typing import Final

from landuse.planning.measures import Measures
from landuse.planning.progress import Match, Progress
from landuse.planning.scenario import Scenario, Sites
from landuse.settings import Section

SECTIONS: Final[dict[str, type[Section]]] = {"measures": Measures, "progress": Progress, "match": Match}
"""Sections of the project file that speak of plans; one that is as by default changes nothing."""

__all__ = ["SECTIONS", "Match", "Measures", "Progress", "Scenario", "Sites"]
