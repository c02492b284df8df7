"""Rank enterprises inside their industry: status, group, score, rank, bottom share, grade."""

from __future__ import annotations

from landuse.ranking.groups import SPLITS, Grouping, assign_groups, group_name
from landuse.ranking.ranked import Ranked, rank
from landuse.ranking.score import half_up, scores, stand
from landuse.ranking.status import reason_sentences, statuses, under_construction
from landuse.ranking.yard import Held, Yard, between, fractions, group_yard

__all__ = [
    "SPLITS", "Grouping", "Held", "Ranked", "Yard", "assign_groups", "between", "fractions", "group_name",
    "group_yard", "half_up", "rank", "reason_sentences", "scores", "stand", "statuses", "under_construction",
]  # fmt: skip
