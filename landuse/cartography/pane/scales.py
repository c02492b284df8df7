"""State the round scales of printed maps: one list for sheets, atlas pages and plot pages. Pure."""

from __future__ import annotations

from typing import Final

STEPS: Final = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
"""Round numbers of a decade: 1:1000, 1:1500, 1:2000 …"""
LARGEST: Final = 500
SMALLEST: Final = 10_000_000
"""Largest and smallest scale that a sheet or an atlas page chooses by itself."""
SCALES: Final = tuple(
    scale
    for decade in (100, 1_000, 10_000, 100_000, 1_000_000, SMALLEST)
    for scale in (round(step * decade) for step in STEPS)
    if LARGEST <= scale <= SMALLEST
)
"""Round scales, 1 : so many, the largest first."""
