"""Gather what the page of a map carries: three tables for its columns, and one description of what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.cartography.page.fields import Sheet, known_column
from landuse.cartography.page.letters import Letters, letters_of
from landuse.cartography.page.people import (
    compared_measures,
    firm_sheet,
    from_columns,
    group_facts,
    known_counts,
    use_sheet,
)
from landuse.cartography.page.shares import NEVER, SHARES, THEME, Steps, share_steps
from landuse.cartography.page.valued import OF_RUN, PLACES, Slice, Value, Valued, differing, valued_themes, values_of
from landuse.cartography.style import ANY_RULE, theme_of
from landuse.cartography.values import also_idle, idle_classes, theme_values
from landuse.catalogue import load, term, terms
from landuse.tables import Analysis, worded_issues

NAMED: Final = ("parcel_name", "holder", "address")
"""Columns of the parcels that may be searched for by letters."""
EPOCH: Final = pd.Timestamp("1970-01-01")
Allowed = Callable[[str], bool]


@dataclass(frozen=True)
class Carried:
    """Everything a page looks up."""

    parcels: Sheet
    firms: Sheet
    uses: Sheet
    """Sorted by parcel; `occupants` of the parcels says how many each has."""
    facts: dict[str, Any]
    """Plain values ready for JSON."""


def carried(analysis: Analysis, *, share: str) -> Carried:
    """Return what the page carries.

    Parameters
    ----------
    share
        Bottom share as printed in titles (`mapdata.bottom_share`).
    """
    allowed: Allowed = partial(_allowed, analysis)
    found = theme_values(analysis)
    themes, steps = valued_themes(analysis, found, share=share), share_steps(analysis)
    uses, count = use_sheet(analysis, allowed)
    parcels, groups = _parcel_sheet(analysis, allowed)
    if "score" in found and allowed("score"):
        parcels.canonical(found["score"], known_column("enterprises", "score"), analysis.project.language)
    parcels.whole("occupants", count)
    _add_classes(parcels, themes)
    low = next((theme for theme in themes if theme.theme.key == THEME), None)
    steps = steps if low else {}
    _add_steps(parcels, steps, low)
    firms = firm_sheet(analysis, steps, allowed)
    facts = {
        "lang": analysis.project.language,
        "words": terms("map_word", analysis.project.language) | terms("page_word", analysis.project.language),
        "values": [_value(value) for value in values_of(analysis)],
        "themes": [_theme(theme, analysis, share) for theme in themes],
        "share": _share(steps, low),
        "groups": groups,
        "short": terms("page_short", analysis.project.language),
        "year": analysis.project.project.year,
        "heads": {"parcels": parcels.heads, "enterprises": firms.heads, "uses": uses.heads},
        "compared": compared_measures(analysis),
        "industries": group_facts(analysis),
        "known": known_counts(analysis, allowed),
        "table": _table(parcels, firms),
        "filters": _filters(parcels, firms, themes, analysis.project.language),
        "timeline": [one for one in load("cartography/page.toml")["timeline"] if _dated(one, parcels)],
        "as_of": (pd.Timestamp(analysis.project.as_of) - EPOCH).days,
        "letters": _letters(parcels, firms),
        "doubts": _doubts(analysis, allowed),
        "pages": _pages(analysis),
        "page_copies": dict(analysis.facts.get("page_copies") or {}),
        "total": {"parcels": len(analysis.parcels.table), "enterprises": len(analysis.enterprises)},
    }
    return Carried(parcels, firms, uses, facts)


# ----------------------------------------------------------------------------------------------- columns


def _allowed(analysis: Analysis, name: str) -> bool:
    public = analysis.project.project.audience == "public"
    return not public or name in load("cartography/card.toml")["public"]["fields"]


def _parcel_sheet(analysis: Analysis, allowed: Allowed) -> tuple[Sheet, list[dict[str, Any]]]:
    """Return the columns of the parcels and the groups of the card that show them."""
    table, lang = analysis.parcels.table, analysis.project.language
    words, sheet = terms("map_word", lang), Sheet(pd.RangeIndex(len(table)))

    def wanted(name: str, optional: Sequence[str] = ()) -> bool:
        there = name in table.columns and allowed(name)
        return there and (name not in optional or bool(table[name].notna().any()))

    groups = []
    sheet.canonical(table["parcel_id"], known_column("parcels", "parcel_id"), lang)
    for group in load("cartography/card.toml")["groups"]:
        names = [name for name in group["fields"] if wanted(name, group["optional"])]
        if names:
            title = term(group["words"], group["title"], lang) if "words" in group else words[group["title"]]
            groups.append({"title": title, "blank": group["blank"], "fields": names})
    days = [one[part] for one in load("cartography/page.toml")["timeline"] for part in one if part != "key"]
    shown = [name for group in groups for name in group["fields"]]
    dated = [name for name in days if wanted(name, days)]
    for name in dict.fromkeys([*shown, "holder", "because", *dated]):
        if wanted(name):
            values = idle_classes(table) if name == "idle_class" else table[name]
            sheet.canonical(values, known_column("parcels", name), lang)
    return sheet, groups


def _add_classes(sheet: Sheet, themes: Sequence[Valued]) -> None:
    for theme in themes:
        words = [entry.key for entry in theme.legend]
        before: list[str] = []
        for key, _ in differing(theme.slices):
            name = _class_column(theme.theme.key, key)
            sheet.codes(name, theme.slices[key].codes, words, like=[*before[:1], *before[1:][-1:]])
            before.append(name)


def _class_column(theme: str, value: str) -> str:
    return f"class:{theme}@{value}" if value else f"class:{theme}"


def _add_steps(sheet: Sheet, steps: Mapping[str, Steps], low: Valued | None) -> None:
    """Add two steps and the class below them of each rule; rules that say the same share their columns."""
    columns = _step_columns(steps)
    of_run = next(iter(columns.values()), {})
    for name, one in steps.items():
        for part, numbers in _parts(one).items():
            column = columns[name][part]
            if part == "otherwise" and low is not None:
                sheet.codes(column, numbers, [entry.key for entry in low.legend], like=[of_run[part]])
            else:
                like = [of_run[part], columns[name]["low"]]
                sheet.whole(column, np.where(numbers == NEVER, np.nan, numbers.astype(np.float64)), like=like)


def _parts(one: Steps) -> dict[str, np.ndarray[Any, np.dtype[np.uint8]]]:
    return {"low": one.low_from, "partly": one.partly_from, "otherwise": one.otherwise}


def _step_columns(steps: Mapping[str, Steps]) -> dict[str, dict[str, str]]:
    """Return name of a variant (blank = the run) -> part -> column of the parcels."""
    known: dict[tuple[str, bytes], str] = {}
    return {
        name: {
            part: known.setdefault((part, numbers.tobytes()), f"step:{part}" + (f"@{name}" if name else ""))
            for part, numbers in _parts(one).items()
        }
        for name, one in steps.items()
    }


# ------------------------------------------------------------------------------------------- description


def _value(value: Value) -> dict[str, Any]:
    return {"key": value.key, "kind": value.kind, "label": value.label, "share": value.share}


def _theme(valued: Valued, analysis: Analysis, share: str) -> dict[str, Any]:
    theme, words = valued.theme, terms("map_word", analysis.project.language)
    other = theme_of(theme.key, lang=analysis.project.language, share=share if share == ANY_RULE else "{share}%")
    ranges = any(entry.upper is not None for entry in valued.legend)
    notes = [theme.note, words["bounds"] if ranges else ""]
    if theme.key == THEME:
        notes.append(_also_idle_note(analysis))
    own = valued.slices[OF_RUN].counted
    columns = {key: _class_column(theme.key, first) for first, keys in differing(valued.slices) for key in keys}
    return {
        "key": theme.key,
        "title": theme.title,
        "short": theme.short,
        "title_at": other.title,
        "short_at": other.short,
        "measure": theme.measure,
        "unit": theme.unit,
        "notes": [note for note in notes if note],
        "classes": [
            {
                "key": entry.key,
                "label": entry.label,
                "colour": entry.colour,
                "safe": entry.safe_colour,
                "hatch": entry.hatch,
                "count": count,
                "area": area,
            }
            for entry, count, area in zip(valued.legend, own.counts, own.areas, strict=True)
        ],
        "area": round(sum(own.areas), PLACES),
        "column": columns[OF_RUN],
        "values": {key: _slice(one, columns[key]) for key, one in valued.slices.items()},
    }


def _slice(one: Slice, column: str) -> dict[str, Any]:
    return {"column": column, "counts": list(one.counted.counts), "areas": list(one.counted.areas)}


def _share(steps: Mapping[str, Steps], low: Valued | None) -> dict[str, Any] | None:
    """Return what the slider of the bottom share needs: columns, and legend and enterprises at every share."""
    if not steps or low is None:
        return None
    places = {entry.key: at for at, entry in enumerate(low.legend)}
    columns, froms = _step_columns(steps), from_columns(steps)
    return {
        "theme": THEME,
        "lowest": SHARES[0],
        "highest": SHARES[-1],
        "low": places["low"],
        "partly": places["partly_low"],
        "rules": {
            name: {
                "columns": columns[name],
                "from": froms[name],
                "counts": [list(each.counts) for each in one.parcels],
                "areas": [list(each.areas) for each in one.parcels],
                "firms": [[each.count, each.area_mu, each.tax_wan] for each in one.firms],
            }
            for name, one in steps.items()
        },
    }


def _also_idle_note(analysis: Analysis) -> str:
    words, names = (terms(kind, analysis.project.language) for kind in ("map_word", "efficiency_class"))
    listed = [
        words["also_idle_one"].format(name=names[key], count=f"{count:,}", area=f"{area:,.2f}")
        for key, count, area in also_idle(analysis.parcels.table)
    ]
    return words["also_idle"].format(listed=words["list_comma"].join(listed)) if listed else ""


def _table(parcels: Sheet, firms: Sheet) -> dict[str, list[str]]:
    wanted = load("cartography/page.toml")["table"]
    there = {"parcels": parcels.columns, "enterprises": firms.columns}
    return {name: [column for column in wanted[name] if column in there[name]] for name in there}


def _filters(parcels: Sheet, firms: Sheet, themes: Sequence[Valued], lang: str) -> dict[str, list[dict[str, Any]]]:
    """Return the filters that this page can offer: where a choice or a range is looked up, and what it is called."""
    known = {theme.theme.key: theme.theme for theme in themes}
    kinds = {one.name: one.kind for one in parcels.fields}
    wanted = load("cartography/page.toml")["filters"]
    choices = []
    for one in wanted["choices"]:
        column = _class_column(one["theme"], "") if "theme" in one else one["column"]
        if column in parcels.columns and (one.get("theme") in known or kinds.get(column) == "code"):
            title = known[one["theme"]].measure if "theme" in one else parcels.heads[column]["title"]
            choices.append({**one, "column": column, "title": title, "firm": _there(one, firms)})
    ranges = []
    for one in (one for one in wanted["ranges"] if one["key"] in parcels.columns):
        head = parcels.heads[one["key"]]
        ranges.append({**one, "title": head["title"], "unit": head["unit"], "firm": _there(one, firms)})
    short = terms("page_short", lang)
    ranges = [one | {"title": short.get(one["key"], one["title"])} for one in ranges]
    return {"choices": choices, "ranges": ranges}


def _there(one: Mapping[str, str], firms: Sheet) -> str:
    return one["firm"] if one.get("firm") in firms.columns else ""


def _dated(one: Mapping[str, str], parcels: Sheet) -> bool:
    return any(one[part] in parcels.columns for part in one if part != "key")


def _letters(parcels: Sheet, firms: Sheet) -> dict[str, Any]:
    """Return the letters that the names of this page need."""
    sheets = [(parcels, NAMED), (firms, ("name", "former_names"))]
    texts = [word for sheet, names in sheets for name in names for word in _words(sheet, name)]
    found: Letters = letters_of(texts)
    return {"characters": found.characters, "initials": found.initials, "pairs": [list(pair) for pair in found.pairs]}


def _words(sheet: Sheet, name: str) -> Sequence[str]:
    if name not in sheet.columns:
        return ()
    described = next(one for one in sheet.fields if one.name == name)
    if described.kind == "code":
        return described.words
    texts: list[str] = sheet.columns[name].astype(object).dropna().unique().tolist()
    return texts


def _doubts(analysis: Analysis, allowed: Allowed) -> dict[str, Any]:
    """Return the doubts about the data of single parcels: sentences, and which parcel each speaks of."""
    issues = analysis.issues
    if not {"table", "key", "severity", "code"} <= set(issues.columns) or not allowed("reasons"):
        return {"words": [], "rows": [], "codes": []}
    told = issues.loc[issues["table"].eq("parcels") & issues["severity"].isin(["error", "warning"])]
    row = pd.Index(analysis.parcels.table["parcel_id"]).get_indexer(pd.Index(told["key"]))
    told, row = told.loc[row >= 0], row[row >= 0]
    codes, uniques = pd.factorize(worded_issues(told, analysis.project.language)["message"])
    return {"words": [str(word) for word in uniques], "rows": row.tolist(), "codes": codes.tolist()}


def _pages(analysis: Analysis) -> dict[str, list[list[str]]]:
    """Return parcel or credit code -> title and address of the files beside the map that tell more of it."""
    pages = analysis.facts.get("pages") or {}
    return {str(key): [[str(title), str(path)] for title, path in files] for key, files in pages.items()}
