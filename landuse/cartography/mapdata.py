"""Gather what the web map carries: columns of the card, occupants, classes of every theme, words of the page.

Numbers are rounded here to the decimals they are printed with, classes are computed here once: the page draws and
looks up, it decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.cartography.rounding import whole_parts
from landuse.cartography.style import ANY_RULE, Classes, classify, numeric, theme_keys
from landuse.cartography.values import also_idle, idle_classes, theme_values
from landuse.catalogue import load, terms
from landuse.tables import Analysis, Column, column, columns, unit_title

PLACES: Final[Mapping[str, int]] = {"A": 2, "B": 2, "C": 4, "N": 0, "P": 3, "Y": 0}
"""Number format letter -> decimals that are kept; P is a share and prints one decimal of a per cent."""
FIRST_CODE: Final = 48
"""The class of a parcel is one character: 0, 1, 2 …"""


def map_data(analysis: Analysis) -> dict[str, Any]:
    """Return everything the page looks up, as plain values ready for JSON.

    Keys: ``lang``, ``words``, ``themes``, ``groups``, ``columns`` (of the parcels), ``people`` (the occupants),
    ``undrawn`` (parcels without geometry).
    """
    lang = analysis.project.language
    chosen = drawn_classes(analysis)
    parcels = analysis.parcels.table
    groups = _groups(analysis)
    fields = [field for group in groups for field in group["fields"]]
    because = ["because"] if _allowed(analysis, "because") and "because" in parcels.columns else []
    holder = ["holder"] if "holder" in parcels.columns and "holder" not in fields else []
    return {
        "lang": lang,
        "words": terms("map_word", lang),
        "themes": [_theme(classes, analysis) for classes in chosen],
        "groups": groups,
        "columns": {
            name: _column(_shown(parcels, name), _known("parcels", name), lang)
            for name in ["parcel_id", *holder, *fields, *because]
        },
        "people": _people(analysis),
    }


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
        "codes": (classes.codes.to_numpy() + FIRST_CODE).astype(np.uint8).tobytes().decode("latin-1"),
    }


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


def _people(analysis: Analysis) -> dict[str, Any]:
    """Return the occupants, sorted by parcel and land: `start` of every parcel, and their columns."""
    lang = analysis.project.language
    parcels = analysis.parcels.table
    lines = _occupants(analysis)
    size = np.bincount(lines["row"].to_numpy(dtype=np.int64), minlength=len(parcels))
    fields = [name for name in load("cartography/card.toml")["occupants"]["fields"] if name in lines.columns]
    return {
        "start": [0, *np.cumsum(size).tolist()],
        "columns": {
            name: _column(
                lines[name], _known("occupancy" if name in ("tenure", "land_mu") else "enterprises", name), lang
            )
            for name in fields
            if _allowed(analysis, name)
        },
    }


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


def _column(values: pd.Series, known: Column, lang: str) -> dict[str, Any]:
    """Return one column: title, unit, format and the values, as a list or as codes into a dictionary."""
    head = {"title": known.title(lang), "unit": unit_title(known.unit, lang), "fmt": known.fmt}
    if known.unit == "share":
        head["unit"] = ""
    if known.kind in ("number", "integer"):
        numbers = numeric(values)
        return {**head, "values": _rounded(numbers, PLACES.get(known.fmt, 4))}
    codes, uniques = pd.factorize(_texts(values, known))
    words = _worded([str(value) for value in uniques], known.name, lang)
    if 2 * len(words) > len(values):
        return {**head, "values": [words[code] if code >= 0 else None for code in codes.tolist()]}
    return {**head, "words": words, "codes": codes.tolist()}


def _texts(values: pd.Series, known: Column) -> pd.Series:
    if known.kind == "date":
        return pd.to_datetime(values).dt.strftime("%Y-%m-%d")
    if known.kind == "flag":
        return values.astype("boolean").map({True: "true", False: "false"})
    return values.astype("str")


def _worded(codes: list[str], name: str, lang: str) -> list[str]:
    kind = load("cartography/card.toml")["words"].get(name)
    known = terms(kind, lang) if kind else {}
    return [known.get(code, code) for code in codes]


def _rounded(numbers: np.ndarray[Any, np.dtype[np.float64]], places: int) -> list[float | int | None]:
    """Return numbers rounded half away from zero, as a spreadsheet shows them; None where unknown."""
    scale = 10.0**places
    whole = np.floor(np.abs(numbers) * scale + 0.5 + 1e-9)
    rounded = np.copysign(whole, numbers) / scale + 0.0
    plain = [None if np.isnan(value) else value for value in rounded.tolist()]
    return [int(value) if value is not None and value.is_integer() else value for value in plain]
