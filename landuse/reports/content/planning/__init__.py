"""Describe the workbooks of clean-up plans: plans compared, the form plans are written in by hand, the schedule."""

from landuse.reports.content.planning.book import plan_book
from landuse.reports.content.planning.hand import hand_book
from landuse.reports.content.planning.schedule import schedule_book

__all__ = ["hand_book", "plan_book", "schedule_book"]
