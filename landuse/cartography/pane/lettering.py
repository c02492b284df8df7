"""Draw texts that have found their place: light edges below, leader lines, then the letters as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from landuse import fonts
from landuse.cartography.pane.letters import halo, register
from landuse.cartography.pane.paths import segment_path
from landuse.cartography.pane.style import INK, ORDER, PAPER
from landuse.cartography.pane.view import POINTS_PER_MM, View

LEADER_MM: Final = 0.15
DOT_MM: Final = 0.6
"""Width of a leader line, and of the dot at its end."""
HALO_ALPHA: Final = 0.85


@dataclass(frozen=True)
class Line:
    """A text that begins at a place of the frame, in millimetres."""

    text: str
    x: float
    y: float
    turn: float = 0.0
    """Direction in degrees, left about."""


@dataclass(frozen=True)
class Writing:
    """One label as it is drawn."""

    lines: tuple[Line, ...]
    mm: float
    """Size of its letters."""
    colour: str
    bold: bool = False
    leader: npt.NDArray[np.float64] | None = None
    """x0, y0 of what it names, x1, y1 of the label."""


def write(axes: Any, view: View, labels: Sequence[Writing]) -> None:
    """Draw labels that have found their place."""
    if not labels:
        return
    _halos(axes, view, labels)
    _leaders(axes, view, labels)
    families = _families()
    for label in labels:
        for line in label.lines:
            _text(axes, view, line, label=label, families=families)


def _families() -> list[str]:
    """Return the families texts are set in: those in force where the bundled one is among them, else that one."""
    import matplotlib as mpl

    register()
    in_force = list(mpl.rcParams["font.family"])
    return in_force if fonts.FAMILY in in_force else [fonts.FAMILY]


def _text(axes: Any, view: View, line: Line, *, label: Writing, families: list[str]) -> None:
    from matplotlib.text import Text

    x, y = view.bounds[:2]
    text = Text(
        x + view.metres(line.x),
        y + view.metres(line.y),
        line.text,
        color=label.colour,
        fontsize=label.mm * POINTS_PER_MM,
        family=families,
        fontweight="bold" if label.bold else "normal",
        rotation=line.turn,
        rotation_mode="anchor",
        horizontalalignment="left",
        verticalalignment="baseline",
        parse_math=False,
        zorder=ORDER["labels"],
        transform=axes.transData,
        clip_on=True,
    )
    axes.add_artist(text)


def _halos(axes: Any, view: View, labels: Sequence[Writing]) -> None:
    """Draw the light edges of all letters as one area."""
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    edges = [_edge(line, label) for label in labels for line in label.lines]
    points = np.concatenate([edge for edge, _ in edges]) * (view.scale / 1000) + view.bounds[:2]
    drawn = PathCollection(
        [Path(points, np.concatenate([codes for _, codes in edges]))],
        facecolors=PAPER,
        edgecolors="none",
        linewidths=0,
        alpha=HALO_ALPHA,
        zorder=ORDER["halo"],
    )
    axes.add_collection(drawn, autolim=False)


def _edge(line: Line, label: Writing) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.uint8]]:
    """Return the light edge of a line in millimetres of the frame."""
    edge, codes = halo(line.text, bold=label.bold)
    cos, sin = np.cos(np.radians(line.turn)), np.sin(np.radians(line.turn))
    return edge * label.mm @ np.array([[cos, sin], [-sin, cos]]) + (line.x, line.y), codes


def _leaders(axes: Any, view: View, labels: Sequence[Writing]) -> None:
    """Draw the leader lines with their light edge, and a dot where each ends."""
    from matplotlib.collections import PathCollection
    from matplotlib.lines import Line2D

    lines = np.array([label.leader for label in labels if label.leader is not None]).reshape(-1, 4)
    if not len(lines):
        return
    ground = lines * (view.scale / 1000) + np.tile(view.bounds[:2], 2)
    for colour, mm, alpha in ((PAPER, LEADER_MM + 0.3, HALO_ALPHA), (INK, LEADER_MM, 1.0)):
        axes.add_collection(
            PathCollection(
                [segment_path(ground)],
                facecolors="none",
                edgecolors=colour,
                linewidths=mm * POINTS_PER_MM,
                alpha=alpha,
                zorder=ORDER["leaders"],
            ),
            autolim=False,
        )
    dots = Line2D(*ground[:, :2].T, linestyle="none", marker="o", color=INK, zorder=ORDER["leaders"])
    dots.set(markersize=DOT_MM * POINTS_PER_MM, markeredgewidth=0.4, markeredgecolor=PAPER)
    axes.add_artist(dots)
