"""Judge by policy: the rule in force, the verdict on enterprises, the efficiency class of parcels."""

from __future__ import annotations

from landuse.policy.packs import parameters, rule_in_force
from landuse.policy.parcels import efficiency
from landuse.policy.stage import stage_notes
from landuse.policy.verdict import Verdict, judge

__all__ = ["Verdict", "efficiency", "judge", "parameters", "rule_in_force", "stage_notes"]
