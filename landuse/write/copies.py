"""Copy the deliverables of a folder under their Chinese names: what every audience gets alike."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Final

from landuse.tables import Analysis
from landuse.write.staging import Staging

MANIFEST: Final = "manifest.json"
COPIES: Final = {
    "ledger.xlsx": "01_低效闲置用地台账.xlsx",
    "issues.xlsx": "02_数据问题清单(按部门).xlsx",
    "matches.xlsx": "03_名称匹配复核表.xlsx",
    "map.html": "04_一张图.html",
    "results.gpkg": "数据/低效闲置用地.gpkg",
}
"""Fixed name -> name under 成果/ (TERMS.md, 4)."""


def wants_copies(analysis: Analysis) -> bool:
    """Return whether copies under Chinese names are made: as the project says, else in Chinese runs."""
    asked = analysis.project.outputs.chinese_copies
    return bool(analysis.project.language == "zh" if asked is None else asked)


def write_copies(stage: Staging, aliases: Mapping[str, str], text: str) -> None:
    """Copy the files made so far under 成果/, with the manifest and what it says in words.

    Parameters
    ----------
    aliases
        Fixed name -> name under 成果/; files that were not made are left out.
    text
        The manifest in words.
    """
    made = stage.files()
    for name, alias in aliases.items():
        if name in made:
            shutil.copyfile(stage.path(name), stage.path(f"成果/{alias}"))
    shutil.copyfile(stage.path(MANIFEST), stage.path("成果/运行说明.json"))
    stage.path("成果/运行说明.txt").write_text(text, encoding="utf-8", newline="\n")
