"""Judge by policy: the rule in force, the verdict on enterprises, the efficiency class of parcels."""

from __future__ import annotations

from landuse.policy.batches import parcel_batch
from landuse.policy.own import with_own_findings
from landuse.policy.packs import parameters, rule_in_force
from landuse.policy.parcels import efficiency
from landuse.policy.rules import Facts, Plots
from landuse.policy.stage import stage_notes
from landuse.policy.verdict import Verdict, judge

__all__ = [
    "Facts",
    "Plots",
    "Verdict",
    "efficiency",
    "judge",
    "parameters",
    "parcel_batch",
    "rule_in_force",
    "stage_notes",
    "with_own_findings",
]
