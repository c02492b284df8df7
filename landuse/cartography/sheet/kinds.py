"""Classify the parcels for the sheets of the standard set that show no theme of the map: place, use, batch, park."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.cartography.style import NO_DATA, Classes, LegendClass, Theme, differ_without_colour, numeric
from landuse.catalogue import load, term
from landuse.tables import Analysis

SETS: Final = "cartography/sheet/sets.toml"
INDUSTRIAL: Final = {"zh": "工业用地", "en": "工业用地"}
"""A blank use is industrial."""


def classes_of(analysis: Analysis, kind: str) -> Classes | None:
    """Return the classes of a kind of sheet; None where the run does not know what it shows."""
    lang = analysis.project.language
    found = KINDS[kind](analysis.parcels.table, lang)
    if found is None:
        return None
    drafts, codes = found
    nothing = load("cartography/themes.toml")["nodata"]
    drafts.append(_class(NO_DATA, str(nothing["label"][lang]), nothing))
    area = numeric(analysis.parcels.table["area_mu"])
    legend = tuple(_counted(entry, area[codes == place]) for place, entry in enumerate(drafts))
    measure = str(_entry(kind)["measure"][lang])
    theme = Theme(kind, kind, "categories", "", measure, measure, "", "", public=True)
    return Classes(theme, lang, legend, pd.Series(codes, index=analysis.parcels.table.index, name=kind))


Drafts = tuple[list[LegendClass], npt.NDArray[np.int16]]
"""Classes, nothing counted yet, and the place of every parcel among them; the place after the last is 无数据."""


def _entry(kind: str) -> Mapping[str, Any]:
    entry: Mapping[str, Any] = load(SETS)["classes"][kind]
    return entry


def _counted(entry: LegendClass, areas: npt.NDArray[np.float64]) -> LegendClass:
    from math import fsum

    return LegendClass(**{**entry.__dict__, "count": len(areas), "area_mu": fsum(areas[~np.isnan(areas)])})


def _class(key: str, label: str, look: Mapping[str, Any]) -> LegendClass:
    return LegendClass(key, label, "", look["colour"], look["colour"], look["hatch"], 0, 0.0, fine=key != NO_DATA)


def _location(parcels: pd.DataFrame, lang: str) -> Drafts:
    entry = _entry("location")
    drafts = [_class(key, str(entry[key]["label"][lang]), entry[key]) for key in ("inside", "outside")]
    return drafts, _texts(parcels, "park").eq("").to_numpy().astype(np.int16)


def _land_use(parcels: pd.DataFrame, lang: str) -> Drafts:
    """Return the registered uses, the most land first; a blank one is industrial."""
    uses = _texts(parcels, "land_use").replace("", INDUSTRIAL[lang])
    entry = _entry("land_use")
    names = _by_land(uses, parcels)
    looks = zip(names, _uses(entry, names), strict=True)
    return [_class(name, name, look) for name, look in looks], _places(uses, names)


def _uses(entry: Mapping[str, Any], names: list[str]) -> list[Mapping[str, str]]:
    """Return the look of each use, no two alike, with colour or without: the later one takes the next free hatch."""
    nothing = load("cartography/themes.toml")["nodata"]
    taken: list[tuple[str, str]] = [(nothing["colour"], nothing["hatch"])]
    made: list[Mapping[str, str]] = []
    for name in names:
        first = _use(entry, name)
        colours = [first["colour"], *entry["more"]["colours"]]
        hatches = [first["hatch"], *entry["more"]["hatches"]]
        every = [(colour, hatch) for colour in colours for hatch in hatches]
        free = [one for one in every if one not in taken]
        apart = (one for one in free if all(differ_without_colour(one, other) for other in taken))
        look = next(apart, next(iter(free), every[0]))
        taken.append(look)
        made.append({"colour": look[0], "hatch": look[1]})
    return made


def _use(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the look of a use: that of the first entry with a word found in it."""
    look: Mapping[str, Any] = next(
        (use for use in entry["uses"] if any(word in name for word in use["words"])), entry["other"]
    )
    return look


def _batch(parcels: pd.DataFrame, lang: str) -> Drafts | None:
    batches = _texts(parcels, "batch")
    names = sorted({*batches} - {""})
    if not names:
        return None
    entry = _entry("batch")
    drafts = [_class(name, name, _look(entry, place)) for place, name in enumerate(names)]
    drafts.append(_class("none", str(entry["none"]["label"][lang]), entry["none"]))
    return drafts, _places(batches, [*names, ""])


def _parks(parcels: pd.DataFrame, lang: str) -> Drafts | None:
    parks = _texts(parcels, "park")
    names = [name for name in _by_land(parks, parcels) if name]
    if not names:
        return None
    entry = _entry("parks")
    drafts = [_class(name, name, _look(entry, place)) for place, name in enumerate(names)]
    drafts.append(_class("outside", term("sheet_word", "outside", lang), entry["none"]))
    return drafts, _places(parks, [*names, ""])


def _look(entry: Mapping[str, Any], place: int) -> dict[str, str]:
    """Return the look of the class at a place: colours and hatches in turn, each round in other pairs."""
    colours, hatches = entry["colours"], entry["hatches"]
    turn = place + place // len(colours)
    return {"colour": colours[place % len(colours)], "hatch": hatches[turn % len(hatches)]}


def _by_land(values: pd.Series, parcels: pd.DataFrame) -> list[str]:
    """Return the values by their land, most first, then by their words."""
    land = parcels["area_mu"].astype("float64").fillna(0.0).groupby(values.to_numpy()).sum()
    return [str(name) for name in sorted(land.index, key=lambda name: (-round(float(land[name]), 6), str(name)))]


def _places(values: pd.Series, names: list[str]) -> npt.NDArray[np.int16]:
    return np.asarray(pd.Index(names).get_indexer(pd.Index(values)), dtype=np.int16)


def _texts(parcels: pd.DataFrame, name: str) -> pd.Series:
    if name not in parcels.columns:
        return pd.Series("", index=parcels.index, dtype="object")
    return parcels[name].astype("object").where(parcels[name].notna(), "").astype(str).str.strip()


KINDS: Final[dict[str, Callable[[pd.DataFrame, str], Drafts | None]]] = {
    "location": _location,
    "land_use": _land_use,
    "batch": _batch,
    "parks": _parks,
}
"""Kind of `sets.toml` -> what makes its classes; None where the run does not know."""
