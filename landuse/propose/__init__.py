"""Propose a project file: look into files, tell what they are, and say of each decision why, or ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from landuse.propose.collect import collect
from landuse.propose.compose import compose
from landuse.propose.draft import Draft
from landuse.propose.looking import look
from landuse.propose.wording import project_text

__all__ = ["Proposal", "propose"]


@dataclass(frozen=True)
class Proposal:
    """A proposed project file."""

    draft: Draft
    text: str
    """TOML with the reasons as comments."""


def propose(paths: Sequence[Path], folder: Path, *, lang: str = "zh") -> Proposal:
    """Return the project file that the files speak for.

    Parameters
    ----------
    paths
        Files, File Geodatabases, folders (the files directly inside), folders of earlier results.
    folder
        Folder of the project file: paths are written relative to it.
    lang
        Language of its comments and of the project.

    Raises
    ------
    InputError
        A path does not exist, or nothing can be read at all.
    """
    found = collect(paths)
    draft = compose(look(found, folder), found, lang)
    return Proposal(draft, project_text(draft, lang))
