"""Hold a run as it is read back from its folder: its manifest and its published tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class RunRecord:
    """What a folder of results says of the run that wrote it."""

    name: str
    """Name of the folder."""
    version: str
    """Of the toolkit that wrote it."""
    digest: str
    as_of: str
    """ISO day."""
    project: Mapping[str, Any]
    """The project file as validated, plain values."""
    rule: Mapping[str, Any]
    """The rule in force, plain values; empty where the run is of a version that did not say."""
    inputs: Mapping[str, str]
    """Name of each input file -> sha256."""
    tables: Mapping[str, pd.DataFrame]
    """Published tables by name, with the types of the contract; no geometry."""
    locked: Mapping[str, Any] = field(default_factory=dict)
    """Content of `frozen.toml`; empty where the run is of a version that did not write it."""

    is_draft: bool = False
    """Whether its data held errors."""

    @property
    def head(self) -> Mapping[str, Any]:
        """Return section [project]."""
        section: Mapping[str, Any] = self.project.get("project", {})
        return section
