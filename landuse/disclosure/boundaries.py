"""Find administrative boundaries among what lies around the parcels: a public map with them needs a 审图号."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

import pandas as pd

from landuse.catalogue import load
from landuse.disclosure.whitelist import LISTS
from landuse.errors import Fault
from landuse.tables import Analysis, RawPart

STYLES: Final = "cartography/context.toml"
NO_KIND: Final = 'kind = ""'
MOST: Final = 3
"""Boundaries that a fault names."""


def boundary_faults(analysis: Analysis) -> list[Fault]:
    """Return why a public map may not be drawn: it shows administrative boundaries and the project has no 审图号.

    What cannot be told from a boundary, by its kind, its name or that of its file, is taken for one.

    地图管理条例 and 地图审核管理规定, art. 6 (DOMAIN 11.4).
    """
    if analysis.project.outputs.review_number.strip():
        return []
    shown = [f"{part.file} {told}".strip() for part in analysis.raw.of("context") for told in _boundaries(part)]
    if not shown:
        return []
    named = "、".join(shown[:MOST]) + (" …" if len(shown) > MOST else "")
    return [
        Fault(
            "[outputs.review_number]",
            "公开地图含行政区域界线(或类型不明的背景)而没有审图号"
            f" / public map shows administrative boundaries (or context of unknown kind) without one: {named}",
            "审图号 / a review number",
            f"填写审图号,或从 [inputs] context 中去掉界线,或写明类型({_known_kinds()}),"
            "或不公开地图(--only tables,report)"
            " / state it, or take the boundaries out of [inputs] context, or state the kinds, or write no map"
            " (--only tables,report)",
        )
    ]


def _boundaries(part: RawPart) -> Iterable[str]:
    """Return what tells a boundary in a file: its own name, kinds that are not known to be none, names of features."""
    settings, frame = load(LISTS)["boundaries"], part.frame
    if frame.empty:
        return
    if _tells(PurePosixPath(part.file.replace("\\", "/")).name, settings["words"]):
        yield ""
    kinds = _texts(frame, "kind")
    yield from (kind or NO_KIND for kind in sorted({*kinds} - _harmless()))
    yield from (name for name in sorted({*_texts(frame, "name")}) if _tells(name, settings["name_words"]))


def _texts(frame: pd.DataFrame, name: str) -> list[str]:
    """Return a column as the map reads it: blank where nothing is stated."""
    if name not in frame.columns:
        return [""] * len(frame)
    return [str(text) for text in frame[name].fillna("")]


def _tells(text: str, words: Iterable[str]) -> bool:
    return any(word in text.lower() for word in words)


def _harmless() -> frozenset[str]:
    """Return the kinds that are no boundaries."""
    keys = load(LISTS)["boundaries"]["harmless"]
    return frozenset(kind for style in load(STYLES)["styles"] if style["key"] in keys for kind in style["kinds"])


def _known_kinds() -> str:
    """Return a kind of each style that is no boundary, as examples."""
    keys = load(LISTS)["boundaries"]["harmless"]
    return "、".join(style["kinds"][0] for style in load(STYLES)["styles"] if style["key"] in keys)
