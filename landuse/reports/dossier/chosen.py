"""Choose the parcels a plot page is printed for, and name their files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from landuse.errors import Fault, InputError
from landuse.reports.content.context import IDLE_CLASSES, in_classes
from landuse.tables import Analysis

FOLDER: Final = "dossiers"
UNSAFE: Final = re.compile(r'[\x00-\x1f\\/:*?"<>|%#&{}$!\'`@+=\s]+')
"""Characters that a file name, or a link to it, may not have on every system."""
RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for itself."""
LONGEST: Final = 60
"""Letters of a file name without its ending: some 180 bytes in Chinese, and short enough below any folder."""

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Chosen:
    """The parcels that are printed, and those that were left out."""

    rows: Rows
    """Positions in the parcel table, in its order."""
    left_out: Rows


def chosen(analysis: Analysis) -> Chosen:
    """Return the parcels to be printed as `[dossiers]` says: at most so many, suspected idle land first.

    Raises
    ------
    InputError
        A parcel code of `[dossiers] parcels` is not in the table.
    """
    settings, table = analysis.project.dossiers, analysis.parcels.table
    idle = in_classes(table, "idle_class", IDLE_CLASSES)
    if settings.parcels:
        wanted = _named(analysis, settings.parcels)
    else:
        listed = in_classes(table, "efficiency_class", [name for name in settings.classes if name != "idle"])
        wanted = np.flatnonzero(listed | (idle if "idle" in settings.classes else False))
    first = wanted[np.argsort(~idle[wanted], kind="stable")]
    return Chosen(np.sort(first[: settings.most]), np.sort(first[settings.most :]))


def _named(analysis: Analysis, codes: Sequence[str]) -> Rows:
    import pandas as pd

    places = pd.Index(analysis.parcels.table["parcel_id"]).get_indexer(pd.Index(list(dict.fromkeys(codes))))
    if (places < 0).any():
        missing = [code for code, place in zip(dict.fromkeys(codes), places, strict=True) if place < 0]
        found = f"宗地表中没有 / not in the parcel table: {'、'.join(missing[:10])}"
        raise InputError([Fault("[dossiers] parcels", found, "", "核对宗地代码 / check the codes")])
    return np.asarray(np.sort(places), dtype=np.intp)


def file_names(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Return one file name a pair of code and name, ``代码_名称``: safe on every system, short, no two alike.

    Examples
    --------
    >>> file_names([("G1", 'A/B:C'), ("g1", "A_B C"), ("G2", "")])
    ['G1_A_B_C.pdf', 'g1_A_B_C_2.pdf', 'G2.pdf']
    """
    taken: set[str] = set()
    names = []
    for code, name in pairs:
        stem = safe_name("_".join(part for part in (code, name) if part.strip()))
        number, unique = 1, stem
        while unique.casefold() in taken:
            number += 1
            unique = f"{stem}_{number}"
        taken.add(unique.casefold())
        names.append(f"{unique}.pdf")
    return names


def safe_name(text: str) -> str:
    """Return a text as the name of a file: no sign that a system refuses, none that cannot be seen, at most so long."""
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(sign for sign in composed if unicodedata.category(sign)[0] != "C" or sign.isspace())
    stem = UNSAFE.sub("_", seen).strip("._ ")[:LONGEST].strip("._ ")
    return f"_{stem}" if not stem or RESERVED.fullmatch(stem) else stem
