"""Find administrative boundaries among what lies around the parcels: a public map with them needs a 审图号."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pandas as pd

from landuse.catalogue import load
from landuse.disclosure.whitelist import LISTS
from landuse.errors import Fault
from landuse.tables import Analysis

STYLES: Final = "cartography/context.toml"
MOST: Final = 3
"""Boundaries that a fault names."""


def boundary_faults(analysis: Analysis) -> list[Fault]:
    """Return why a public map may not be drawn: it shows administrative boundaries and the project has no 审图号.

    地图管理条例 and 地图审核管理规定, art. 6 (DOMAIN 11.4).
    """
    if analysis.project.outputs.review_number.strip():
        return []
    shown = [f"{part.file} {told}" for part in analysis.raw.of("context") for told in _boundaries(part.frame)]
    if not shown:
        return []
    named = "、".join(shown[:MOST]) + (" …" if len(shown) > MOST else "")
    return [
        Fault(
            "[outputs.review_number]",
            f"公开地图含行政区域界线而没有审图号 / public map shows administrative boundaries without one: {named}",
            "审图号 / a review number",
            "填写审图号,或从 [inputs] context 中去掉界线,或不公开地图(--only tables,report)"
            " / state it, or take the boundaries out of [inputs] context, or write no map (--only tables,report)",
        )
    ]


def _boundaries(frame: pd.DataFrame) -> Iterable[str]:
    if "kind" not in frame.columns:
        return
    settings = load(LISTS)["boundaries"]
    kinds = {kind for style in load(STYLES)["styles"] if style["key"] in settings["styles"] for kind in style["kinds"]}
    for kind in sorted(frame["kind"].dropna().astype("str").unique()):
        if kind in kinds or any(word in kind.lower() for word in settings["words"]):
            yield kind
