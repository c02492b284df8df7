"""List the numbered parcels that found no room for their number on the map: none is left out without a word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from landuse.cartography.pane import Scene
from landuse.cartography.sheet.lettering import POINT, width_mm
from landuse.cartography.sheet.pen import Pen
from landuse.cartography.sheet.place import Rect
from landuse.cartography.style import DASH
from landuse.catalogue import term
from landuse.printing.layout import TableBox

MOST_TOLD: Final = 12
"""Numbers, or runs of numbers, that a sentence names."""
PAD: Final = 1.5
"""Millimetres between number, name and area."""
LEAST_NAME: Final = 0.8
"""Part of their size to which names are shrunk so that the key may stand in several columns."""
COLUMNS: Final = 2
"""Columns of a key that is too long for one …"""
APART: Final = 4.0
"""… and the millimetres between them."""


@dataclass(frozen=True)
class Unnumbered:
    """One parcel whose number is not on the map."""

    number: int
    name: str
    area: str
    """亩 as printed; blank where it is not known."""


def unnumbered(scene: Scene, rows: Sequence[int]) -> list[Unnumbered]:
    """Return some parcels of a scene by their numbers, each with its name, else its code."""
    some = list(rows)
    if not some or "number" not in scene.labels:
        return []
    numbers = scene.labels["number"].iloc[some]
    names, areas = names_of(scene).iloc[some], scene.table["area_mu"].iloc[some]
    found = zip(numbers, names, areas, strict=True)
    made = [Unnumbered(int(n), str(name), "" if pd.isna(mu) else f"{mu:,.2f}") for n, name, mu in found if pd.notna(n)]
    return sorted(made, key=lambda one: one.number)


def names_of(scene: Scene) -> pd.Series:
    """Return the name of every parcel, its code where it has none."""
    table = scene.table
    codes = table["parcel_id"].astype("object")
    if "parcel_name" not in table.columns:
        return codes
    names = table["parcel_name"].astype("object")
    return names.where(names.notna() & names.astype("str").str.strip().ne(""), codes)


def key_texts(scene: Scene) -> Iterator[str]:
    """Return what a key may print: the names of all numbered parcels."""
    if len(scene.listed) and "parcel_id" in scene.table.columns:
        yield from names_of(scene).iloc[scene.listed].astype("str")


def told(parcels: Sequence[Unnumbered], sentence: str, lang: str) -> str:
    """Return the sentence that says how many parcels these are, and which numbers; blank where there are none."""
    if not parcels:
        return ""
    comma = term("sheet_word", "comma", lang)
    runs = _runs([one.number for one in parcels])
    named = comma.join(runs[:MOST_TOLD]) + ("…" if len(runs) > MOST_TOLD else "")
    return sentence.format(count=len(parcels), numbers=named)


def draw_key(pen: Pen, box: Rect, spec: TableBox, parcels: Sequence[Unnumbered]) -> float:
    """Draw the key from the top of a rectangle down; return the height it takes, 0 where there is no room for it.

    Parcels that find no room in it are counted in its last line.
    """
    row, head = pen.mm(spec.row), pen.mm(spec.head_size) * POINT * 1.5
    room = int((box.height - head) / row + 1e-6)
    if not parcels or room < min(2, len(parcels)):
        return 0.0
    columns = 1 if len(parcels) <= room else _columns(pen, box.width, spec, parcels[: room * COLUMNS])
    is_whole = len(parcels) <= room * columns
    shown = list(parcels if is_whole else parcels[: (room - 1) * columns])
    each = -(-len(shown) // columns)
    pen.head(box, term("sheet_word", "key", pen.lang), pen.mm(spec.head_size))
    width = (box.width - (columns - 1) * pen.mm(APART)) / columns
    for column in range(columns):
        part = shown[column * each : (column + 1) * each]
        _column(pen, Rect(box.x + column * (width + pen.mm(APART)), box.y, width, box.height - head), spec, part)
    if not is_whole:
        place = Rect(box.x, box.top - head - (each + 1) * row, box.width, row)
        words = term("sheet_word", "key_more", pen.lang).format(count=len(parcels) - len(shown))
        pen.fitted(place, words, pen.mm(spec.size), colour=pen.ink.quiet)
    return head + (each + (not is_whole)) * row


def _columns(pen: Pen, width: float, spec: TableBox, parcels: Sequence[Unnumbered]) -> int:
    """Return in how many columns the key stands: one where names would be too small in more."""
    size = pen.mm(spec.size) * LEAST_NAME
    needed = max(width_mm(f"{one.number}{one.name}{one.area}", size) for one in parcels) + 2 * pen.mm(PAD)
    return COLUMNS if (width - (COLUMNS - 1) * pen.mm(APART)) / COLUMNS >= needed else 1


def _column(pen: Pen, box: Rect, spec: TableBox, parcels: Sequence[Unnumbered]) -> None:
    """Draw a column of the key from the top of a rectangle down: number, name, 亩."""
    if not parcels:
        return
    size, row, pad = pen.mm(spec.size), pen.mm(spec.row), pen.mm(PAD)
    numbers = max(width_mm(str(one.number), size) for one in parcels)
    areas = max(width_mm(one.area, size) for one in parcels)
    for place, one in enumerate(parcels):
        low = box.top - (place + 1) * row
        pen.text((box.x + numbers, low + row / 2), str(one.number), size, ha="right")
        pen.fitted(Rect(box.x + numbers + pad, low, box.width - numbers - areas - 2 * pad, row), one.name, size)
        pen.text((box.right, low + row / 2), one.area, size, ha="right")


def _runs(numbers: Sequence[int]) -> list[str]:
    """Return numbers in order, neighbours as runs: 3–7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    made = [[f"{run[0]}{DASH}{run[-1]}"] if len(run) > 2 else [str(number) for number in run] for run in runs]
    return [text for texts in made for text in texts]
