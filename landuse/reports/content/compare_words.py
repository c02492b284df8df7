"""Put what a comparison found into words: names of what changed, values, and a sentence for each unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from landuse.comparison.model import STAYED, Comparison
from landuse.reports.content.context import Words, section
from landuse.tables import Column, column

TABLES: Final = ("enterprises", "groups", "parcels", "accounts")
"""Where the title of a column is looked for."""
MOST_ITEMS: Final = 6
"""Changes named in the sentence of one cause; all of them stand in the list of details."""
CODED: Final = {
    "status": "status", "efficiency_class": "efficiency_class", "idle_class": "idle_class",
    "production_state": "production_state", "registry_state": "registry_state", "output_source": "output_source",
}  # fmt: skip
"""Column -> enumeration of its values."""


def what_word(what: str, words: Words) -> str:
    """Return what a bureau calls a column, a parameter or a fact of a run."""
    said = words.choice("compare_what", what)
    if said != what:
        return said
    known = _known(what)
    if known:
        return known.title(words.lang)
    parameters = section("parameters")
    if what in parameters:
        return str(parameters[what]["title"][words.lang])
    head, dot, rest = what.partition(".")
    if dot and head in parameters:
        return f"{parameters[head]['title'][words.lang]}({words.choice('measure', rest)})"
    return what


def value_word(what: str, value: str, words: Words) -> str:
    """Return a value as a reader writes it: codes in words, numbers to four decimals, unknown as a dash."""
    if not value:
        return words.phrase("compare_unknown")
    said = words.choice("compare_verdict", value, CODED.get(what, "status"))
    if said != value:
        return said
    try:
        number = float(value)
    except ValueError:
        return value
    known = _known(what)
    if value.isdigit() and (known is None or known.kind != "number"):
        return value
    return f"{number:,.4f}".rstrip("0").rstrip(".")


def _known(what: str) -> Column | None:
    return next((found for table in TABLES if (found := column(table, what))), None)


def cause_words(causes: Sequence[str], words: Words) -> str:
    """Return causes in words, the deciding one first."""
    return words.join(words.choice("compare_cause", cause) for cause in causes)


def sentences(comparison: Comparison, words: Words) -> pd.Series:
    """Return the sentence of each unit, row by row with the units."""
    details = comparison.details
    of_unit = dict(iter(details.groupby(["list", "key"], sort=False))) if len(details) else {}
    told = [
        _sentence(unit, of_unit.get((unit["list"], unit["key"]), details.iloc[:0]), words)
        for unit in comparison.units.to_dict("records")
    ]
    return pd.Series(told, index=comparison.units.index, dtype="str")


def _sentence(unit: Mapping[Any, Any], details: pd.DataFrame, words: Words) -> str:
    deciding = details if unit["change"] == STAYED else details.loc[details["decides"]]
    causes = [cause for cause in dict.fromkeys([*unit["causes"], *deciding["cause"]]) if cause]
    parts = [_cause(cause, deciding.loc[deciding["cause"].eq(cause)], words) for cause in causes]
    said = words.phrase("compare_part_separator").join(parts)
    if unit["unit"] == "enterprise" and "others_data" in causes and "own_data" not in causes:
        also = "own_data" in set(details["cause"])
        said += words.phrase("compare_own_too" if also else "compare_own_same")
    lead = words.phrase("compare_together") if unit["together"] else ""
    if len(unit["causes"]) > 1 and unit["change"] != STAYED and not unit["decided"]:
        lead = words.phrase("compare_untried")
    figures = _figures(unit, words) if unit["unit"] == "enterprise" else _classes(unit, words)
    change = words.choice("compare_change", unit["change"])
    kind = "compare_sentence" if lead + said else "compare_sentence_plain"
    return words.phrase(kind, change=change, causes=lead + said, figures=figures)


def _cause(cause: str, details: pd.DataFrame, words: Words) -> str:
    name = words.choice("compare_cause", cause)
    if details.empty:
        return words.phrase("compare_cause_only", cause=name)
    items = [_item(row, words) for row in details.head(MOST_ITEMS).to_dict("records")]
    said = words.join(items)
    if len(details) > MOST_ITEMS:
        said += words.phrase("compare_more", n=len(details))
    return words.phrase("compare_cause", cause=name, items=said)


def _item(row: Mapping[Any, Any], words: Words) -> str:
    thing = words.phrase("compare_thing", thing=row["object"]) if row["object"] else ""
    ends = {end: value_word(row["what"], row[end], words) for end in ("old", "new")}
    kind = "compare_item_same" if ends["old"] == ends["new"] else "compare_item"
    return words.phrase(kind, what=what_word(row["what"], words), thing=thing, **ends)


def _figures(unit: Mapping[Any, Any], words: Words) -> str:
    if pd.isna(unit["score_old"]) and pd.isna(unit["score_new"]):
        return ""
    facts: dict[str, str] = {}
    for end in ("old", "new"):
        facts |= {f"{name}_{end}": _number(unit[f"{name}_{end}"], 2, words) for name in ("score", "cut")}
        facts |= {f"{name}_{end}": _number(unit[f"{name}_{end}"], 0, words) for name in ("rank", "k")}
        facts[f"n_{end}"] = _number(unit[f"n_in_group_{end}"], 0, words)
    return words.phrase("compare_figures", **facts)


def _classes(unit: Mapping[Any, Any], words: Words) -> str:
    facts: dict[str, str] = {}
    for end in ("old", "new"):
        for short, name in (("low", "efficiency_class"), ("idle", "idle_class")):
            value = unit[f"{name}_{end}"]
            facts[f"{short}_{end}"] = words.phrase("compare_unknown") if pd.isna(value) else words.choice(name, value)
        share = unit[f"low_efficiency_share_{end}"]
        facts[f"share_{end}"] = words.phrase("compare_unknown") if pd.isna(share) else f"{share:.1%}"
    return words.phrase("compare_classes", **facts)


def _number(value: Any, digits: int, words: Words) -> str:
    return words.phrase("compare_unknown") if pd.isna(value) else f"{value:,.{digits}f}"
