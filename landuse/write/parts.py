"""Name what a run prints beside its tables, map and workbooks: each part a module of its own, imported when it writes.

A part is a function ``(analysis, stage) -> aliases``: it writes its files into the stage and returns, name by name,
under which Chinese name each is copied (TERMS.md, 4). For an audience other than the bureau it is handed what that
audience may see (`landuse.disclosure.for_audience`), never the run itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from landuse.tables import Analysis
from landuse.write.staging import Staging

Write = Callable[[Analysis, Staging], dict[str, str]]


@dataclass(frozen=True)
class Part:
    """One kind of printed matter."""

    name: str
    """What it is called on the screen while it is written."""
    kind: str
    """What ``--only`` calls it: tables | sheets | report."""
    module: str
    """Module below ``landuse.write``; its function ``write`` writes the part."""
    audiences: tuple[str, ...] = ("internal",)
    """Who may get it."""

    def write(self, analysis: Analysis, stage: Staging) -> dict[str, str]:
        """Write the part; return fixed name -> Chinese name of its files."""
        write: Write = import_module(f"landuse.write.{self.module}").write
        return write(analysis, stage)


PARTS: Final[tuple[Part, ...]] = (
    Part("exchange", "tables", "exchange", ("internal", "superior", "public")),
    Part("sheets", "sheets", "sheets", ("internal", "superior", "public")),
    Part("atlas", "sheets", "atlas", ("internal", "superior")),
    Part("dossiers", "sheets", "dossiers"),
    Part("notices", "report", "notices"),
    Part("lists", "report", "lists", ("internal", "superior")),
    Part("planning", "report", "planning"),
    Part("word", "report", "word", ("internal", "superior", "public")),
)
"""In the order in which they are written."""


def parts_of(only: Sequence[str], audience: str) -> list[Part]:
    """Return the parts of the kinds asked for that an audience may get."""
    return [part for part in PARTS if part.kind in only and audience in part.audiences]


def write_parts(
    analysis: Analysis, stage: Staging, parts: Sequence[Part], progress: Callable[[str], None]
) -> dict[str, str]:
    """Write some parts; return fixed name -> Chinese name of all their files."""
    aliases: dict[str, str] = {}
    for part in parts:
        progress(part.name)
        stage.progress = progress
        aliases |= part.write(analysis, stage)
    return aliases
