"""Gather what the web map carries: columns of the card, occupants, classes of every theme, words of the page.

Numbers are carried in the decimals they are printed with, classes are computed here once: the page draws and looks
up, it decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.cartography.parcel_layer import ColumnSpec
from landuse.cartography.rounding import whole_parts
from landuse.cartography.style import ANY_RULE, Classes, classify, numeric, theme_keys
from landuse.cartography.values import also_idle, idle_classes, theme_values
from landuse.catalogue import load, terms
from landuse.tables import Analysis, Column, column, columns, unit_title

PLACES: Final[Mapping[str, int]] = {"A": 2, "B": 2, "C": 4, "N": 0, "P": 3, "Y": 0}
"""Number format letter -> decimals that are kept; P is a share and prints one decimal of a per cent."""
CLASS: Final = "class:"
"""Before the key of a theme: the column of the parcels that holds its classes."""
OCCUPANTS: Final = "occupants"
"""Column of the parcels that counts the lines of each in the table of the people."""


@dataclass(frozen=True)
class Carried:
    """A table as the page carries it."""

    table: pd.DataFrame
    specs: tuple[ColumnSpec, ...]
    """How each column is packed, in order."""
    heads: dict[str, dict[str, str]]
    """Column -> title, unit and format, for those a reader sees."""


@dataclass(frozen=True)
class MapData:
    """Everything the page looks up."""

    facts: dict[str, Any]
    """Plain values ready for JSON: ``lang``, ``words``, ``themes``, ``groups``."""
    parcels: Carried
    """One row per parcel: columns of the card, the class of every theme, the number of its people."""
    people: Carried
    """One row per occupant, sorted by parcel and land."""


def map_data(analysis: Analysis) -> MapData:
    """Return everything the page looks up."""
    lang = analysis.project.language
    chosen = drawn_classes(analysis)
    parcels = analysis.parcels.table
    groups = _groups(analysis)
    fields = [field for group in groups for field in group["fields"]]
    because = ["because"] if _allowed(analysis, "because") and "because" in parcels.columns else []
    holder = ["holder"] if "holder" in parcels.columns and "holder" not in fields else []
    people, counts = _people(analysis)
    shown = {name: _shown(parcels, name) for name in dict.fromkeys(["parcel_id", *holder, *fields, *because])}
    carried = _carried(shown, {name: _known("parcels", name) for name in shown}, lang)
    return MapData(
        facts={
            "lang": lang,
            "words": terms("map_word", lang),
            "themes": [_theme(classes, analysis) for classes in chosen],
            "groups": groups,
        },
        parcels=_with_classes(carried, chosen, counts),
        people=people,
    )


def drawn_classes(analysis: Analysis, keys: Collection[str] | None = None) -> list[Classes]:
    """Return the classes of every theme asked for (None = all) with any known value, in the order of the switch.

    Where nothing is known the first theme alone is given: every parcel is 无数据.
    """
    area = analysis.parcels.table["area_mu"]
    public = analysis.project.project.audience == "public"
    options: Any = {"lang": analysis.project.language, "area_mu": area, "share": bottom_share(analysis)}
    drawn = [classify(values, key, **options) for key, values in theme_values(analysis, keys).items()]
    shown = [classes for classes in drawn if classes.theme.public or not public]
    return shown or [classify(pd.Series(None, index=area.index, dtype=object), theme_keys()[0], **options)]


def bottom_share(analysis: Analysis) -> str:
    """Return the bottom share in force as printed (``15%``); blank where the run does not say; ANY_RULE with others."""
    rule = analysis.facts.get("rule")
    if getattr(rule, "enabled", ("R01",)) != ("R01",):
        return ANY_RULE
    share = getattr(rule, "share", None) or analysis.facts.get("share") or analysis.project.ranking.share
    return f"{float(share) * 100:g}%" if share is not None else ""


# ------------------------------------------------------------------------------------------------ parts


def _theme(classes: Classes, analysis: Analysis) -> dict[str, Any]:
    words = terms("map_word", classes.lang)
    notes = [classes.theme.note, words["bounds"] if classes.breaks else ""]
    if classes.theme.key == "low":
        notes.append(_also_idle_note(analysis))
    total = _rounded(np.array([classes.area_mu]), 2)[0]
    areas = whole_parts([entry.area_mu for entry in classes.legend], 2, total)
    return {
        "key": classes.theme.key,
        "title": classes.theme.title,
        "short": classes.theme.short,
        "measure": classes.theme.measure,
        "unit": classes.theme.unit,
        "notes": [note for note in notes if note],
        "classes": [
            {
                "key": entry.key,
                "label": entry.label,
                "colour": entry.colour,
                "safe": entry.safe_colour,
                "hatch": entry.hatch,
                "count": entry.count,
                "area": area,
            }
            for entry, area in zip(classes.legend, areas, strict=True)
        ],
        "area": total,
        "column": f"{CLASS}{classes.theme.key}",
    }


def _with_classes(carried: Carried, chosen: Iterable[Classes], counts: np.ndarray[Any, np.dtype[np.int64]]) -> Carried:
    """Return the parcels with the class of every theme and the number of their people."""
    themes = {f"{CLASS}{classes.theme.key}": classes for classes in chosen}
    codes = {name: classes.codes.to_numpy(dtype=np.int64) for name, classes in themes.items()}
    specs = [
        ColumnSpec(name, "code", words=tuple(entry.key for entry in classes.legend)) for name, classes in themes.items()
    ]
    table = carried.table.assign(**codes, **{OCCUPANTS: counts})
    return Carried(table, (*carried.specs, *specs, ColumnSpec(OCCUPANTS, "number", 0)), carried.heads)


def _also_idle_note(analysis: Analysis) -> str:
    words, names = (terms(kind, analysis.project.language) for kind in ("map_word", "efficiency_class"))
    listed = [
        words["also_idle_one"].format(name=names[key], count=f"{count:,}", area=f"{area:,.2f}")
        for key, count, area in also_idle(analysis.parcels.table)
    ]
    return words["also_idle"].format(listed=words["list_comma"].join(listed)) if listed else ""


def _groups(analysis: Analysis) -> list[dict[str, Any]]:
    """Return the groups of the card with the columns that are there."""
    table = analysis.parcels.table
    words = terms("map_word", analysis.project.language)

    def wanted(name: str, optional: Iterable[str]) -> bool:
        if name not in table.columns or not _allowed(analysis, name):
            return False
        return name not in optional or bool(table[name].notna().any())

    groups = [
        {
            "title": words[group["title"]],
            "blank": group["blank"],
            "fields": [name for name in group["fields"] if wanted(name, group["optional"])],
        }
        for group in load("cartography/card.toml")["groups"]
    ]
    return [group for group in groups if group["fields"]]


def _allowed(analysis: Analysis, name: str) -> bool:
    public = analysis.project.project.audience == "public"
    return not public or name in load("cartography/card.toml")["public"]["fields"]


def _people(analysis: Analysis) -> tuple[Carried, np.ndarray[Any, np.dtype[np.int64]]]:
    """Return the occupants, sorted by parcel and land, and how many each parcel has."""
    lines = _occupants(analysis)
    counts = np.bincount(lines["row"].to_numpy(dtype=np.int64), minlength=len(analysis.parcels.table))
    wanted = load("cartography/card.toml")["occupants"]["fields"]
    fields = [name for name in wanted if name in lines.columns and _allowed(analysis, name)]
    known = {name: _known("occupancy" if name in ("tenure", "land_mu") else "enterprises", name) for name in fields}
    return _carried({name: lines[name] for name in fields}, known, analysis.project.language), counts


def _occupants(analysis: Analysis) -> pd.DataFrame:
    """Return one line per occupant: row of its parcel, and the columns of the card that the tables know."""
    wanted = load("cartography/card.toml")["occupants"]["fields"]
    own = [name for name in ("uscc", "tenure", "land_mu") if name in analysis.occupancy.columns]
    if "uscc" not in own:
        return pd.DataFrame({"row": pd.Series(dtype=np.int64)})
    rows = pd.Index(analysis.parcels.table["parcel_id"]).get_indexer(pd.Index(analysis.occupancy["parcel_id"]))
    lines = analysis.occupancy[own].assign(row=rows)
    lines = lines[lines["row"] >= 0]
    more = [name for name in wanted if name in analysis.enterprises.columns and name not in own]
    if more:
        lines = lines.merge(analysis.enterprises[["uscc", *more]], on="uscc", how="left", validate="m:1")
    land = lines["land_mu"] if "land_mu" in own else pd.Series(0.0, index=lines.index)
    order = np.lexsort(
        (lines["uscc"].astype("str").to_numpy(dtype=object).astype(str), -land.fillna(0.0), lines["row"])
    )
    return lines.iloc[order].reset_index(drop=True)


def _shown(parcels: pd.DataFrame, name: str) -> pd.Series:
    return idle_classes(parcels) if name == "idle_class" else parcels[name]


def _known(table: str, name: str) -> Column:
    found = column(table, name) or columns("output", "enterprises").get(name)
    return found or Column(name, "text", name, name)


def _carried(values: Mapping[str, pd.Series], known: Mapping[str, Column], lang: str) -> Carried:
    """Return columns as they are packed: numbers in their decimals, words of the catalogue, texts."""
    made = {name: _column(series, known[name], lang) for name, series in values.items()}
    heads = {name: _head(known[name], lang) for name in made}
    size = len(next(iter(values.values()))) if values else 0
    table = pd.DataFrame({name: series.to_numpy() for name, (series, _) in made.items()}, index=range(size), copy=False)
    return Carried(table, tuple(spec for _, spec in made.values()), heads)


def _head(known: Column, lang: str) -> dict[str, str]:
    unit = "" if known.unit == "share" else unit_title(known.unit, lang)
    return {"title": known.title(lang), "unit": unit, "fmt": known.fmt}


def _column(values: pd.Series, known: Column, lang: str) -> tuple[pd.Series, ColumnSpec]:
    """Return one column and how it is packed: few different texts as codes into words."""
    if known.kind in ("number", "integer"):
        return pd.Series(numeric(values)), ColumnSpec(known.name, "number", PLACES.get(known.fmt, 4))
    codes, uniques = pd.factorize(_texts(values, known))
    words = _worded(pd.Index(uniques).astype(object).tolist(), known.name, lang)
    if 2 * len(words) > len(values):
        texts = np.array([*words, None], dtype=object)[codes]
        return pd.Series(texts, dtype=object), ColumnSpec(known.name, "text")
    return pd.Series(codes, dtype=np.int64), ColumnSpec(known.name, "code", words=tuple(words))


def _texts(values: pd.Series, known: Column) -> pd.Series:
    if known.kind == "date":
        return pd.to_datetime(values).dt.strftime("%Y-%m-%d")
    if known.kind == "flag":
        return values.astype("boolean").map({True: "true", False: "false"})
    return values.astype("str")


def _worded(codes: list[str], name: str, lang: str) -> list[str]:
    kind = load("cartography/card.toml")["words"].get(name)
    if not kind:
        return codes
    known = terms(kind, lang)
    return [known.get(code, code) for code in codes]


def _rounded(numbers: np.ndarray[Any, np.dtype[np.float64]], places: int) -> list[float | int | None]:
    """Return numbers rounded half away from zero, as a spreadsheet shows them; None where unknown."""
    scale = 10.0**places
    whole = np.floor(np.abs(numbers) * scale + 0.5 + 1e-9)
    rounded = np.copysign(whole, numbers) / scale + 0.0
    plain = [None if np.isnan(value) else value for value in rounded.tolist()]
    return [int(value) if value is not None and value.is_integer() else value for value in plain]
