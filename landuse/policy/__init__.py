"""Judge by policy: the rule in force, the verdict on enterprises, the efficiency class of parcels."""

from __future__ import annotations

from landuse.policy.batches import parcel_batch
from landuse.policy.own import with_own_findings
from landuse.policy.packs import parameters, rule_in_force
from landuse.policy.parcels import CLASSES, class_finder, efficiency
from landuse.policy.rules import Facts, Plots
from landuse.policy.stage import stage_notes
from landuse.policy.variants import variants_in_force
from landuse.policy.verdict import Verdict, judge

__all__ = [
    "CLASSES", "Facts", "Plots", "Verdict", "class_finder", "efficiency", "judge", "parameters", "parcel_batch",
    "rule_in_force", "stage_notes", "variants_in_force", "with_own_findings",
]  # fmt: skip
