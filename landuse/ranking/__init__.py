"""Rank enterprises inside their industry: status, group, score, rank, bottom share, grade."""

from __future__ import annotations

from landuse.ranking.groups import SPLITS, Grouping, assign_groups, group_name
from landuse.ranking.ranked import Ranked, rank
from landuse.ranking.score import fractions, group_bases, half_up, scores, stand
from landuse.ranking.status import reason_sentences, statuses, under_construction

__all__ = [
    "SPLITS", "Grouping", "Ranked", "assign_groups", "fractions", "group_bases", "group_name", "half_up", "rank",
    "reason_sentences", "scores", "stand", "statuses", "under_construction",
]  # fmt: skip
