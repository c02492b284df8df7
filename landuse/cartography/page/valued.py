"""Give each theme the values it may show: the run itself, other years of the accounts, variants of the rule.

All values of a theme share one legend, so that two of them can be laid side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.cartography.page.areas import Areas
from landuse.cartography.page.years import other_years, year_values
from landuse.cartography.rounding import whole_parts
from landuse.cartography.style import LegendClass, Theme, coded, theme_keys, theme_of
from landuse.cartography.values import laid_on_parcels, users_of_parcels
from landuse.catalogue import terms
from landuse.tables import Analysis, Variants

OF_RUN: Final = ""
"""Key of the value that is the run itself."""
ACROSS: Final = frozenset({
    "efficiency_class", "score", "grade", "tax_per_mu", "output_per_mu", "output_per_energy", "tax_per_mu_corrected",
    "output_per_mu_corrected",
})  # fmt: skip
"""Columns of themes that other years and variants may speak of."""
PLACES: Final = 2
"""Decimals of an area in a legend."""

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Value:
    """One thing that the themes may show: the run, a year, a variant."""

    key: str
    """Blank = the run; ``year:2023``; ``variant:`` and its name."""
    kind: str
    """run | year | variant."""
    label: str
    share: int | None = None
    """Bottom share in whole percent of the run and of a variant; None = of a year, or not a whole percent."""


@dataclass(frozen=True)
class Counted:
    """Parcels and mu of each class of a legend, and of all."""

    counts: tuple[int, ...]
    areas: tuple[float, ...]
    """Rounded so that they add up to the total."""


@dataclass(frozen=True)
class Slice:
    """One value of a theme: the class of every parcel."""

    codes: Bytes
    counted: Counted


@dataclass(frozen=True)
class Valued:
    """A theme with everything it may show."""

    theme: Theme
    legend: tuple[LegendClass, ...]
    """Of all values together, the last 无数据; what each value counts stands in its slice."""
    slices: Mapping[str, Slice]
    """Key of a value -> its classes; the run first."""


def values_of(analysis: Analysis) -> tuple[Value, ...]:
    """Return the run, the other years and the variants, in the order of a switch; a public page has the run alone."""
    words, year = terms("page_word", analysis.project.language), analysis.project.project.year
    run = Value(OF_RUN, "run", words["value_run"].format(year=year), _percent(_share(analysis)))
    if analysis.project.project.audience == "public":
        return (run,)
    years = [Value(f"year:{each}", "year", words["value_year"].format(year=each)) for each in other_years(analysis)]
    variants = analysis.variants
    named = [_variant(name, variants, analysis) for name in variants.names] if variants else []
    return (run, *years, *named)


def valued_themes(analysis: Analysis, found: Mapping[str, pd.Series], *, share: str) -> list[Valued]:
    """Return every theme with any known value, each with the values that know anything of it.

    Where nothing is known the first theme alone is given: every parcel is 无数据.

    Parameters
    ----------
    found
        What the themes show of the run itself (`values.theme_values`).
    share
        Bottom share as printed in titles (`mapdata.bottom_share`).
    """
    parcels = analysis.parcels.table
    public = analysis.project.project.audience == "public"
    others = values_of(analysis)[1:]
    use = users_of_parcels(parcels, analysis.occupancy) if others else pd.DataFrame()
    known = {value.key: _told(analysis, value, use) for value in others}
    options: dict[str, Any] = {"lang": analysis.project.language, "share": share}
    made = []
    for key, values in found.items():
        column = theme_of(key, lang="zh").column
        if public and not theme_of(key, lang="zh").public:
            continue
        told_too = {name: told[column] for name, told in known.items() if column in ACROSS & told.keys()}
        series = {OF_RUN: values} | {name: one for name, one in told_too.items() if bool(one.notna().any())}
        made.append(valued(series, key, area_mu=parcels["area_mu"], **options))
    nothing = pd.Series(None, index=parcels.index, dtype=object)
    return made or [valued({OF_RUN: nothing}, theme_keys()[0], area_mu=parcels["area_mu"], **options)]


def valued(values: Mapping[str, pd.Series], theme: str, *, lang: str, area_mu: pd.Series, share: str = "") -> Valued:
    """Return one theme with several values, each one value per parcel, classified together.

    Parameters
    ----------
    values
        Key of a value -> values as `style.classify` takes them; the run first.
    """
    stacked = pd.concat([one.astype(object) if _texts(values) else one for one in values.values()], ignore_index=True)
    legend, codes = coded(stacked, theme, lang=lang)
    rows = codes.astype(np.uint8).reshape(len(values), len(area_mu))
    areas = Areas(area_mu)
    slices = {key: Slice(one, counted(one, len(legend), areas)) for key, one in zip(values, rows, strict=True)}
    return Valued(theme_of(theme, lang=lang, share=share), tuple(legend), slices)


def counted(codes: Bytes, size: int, areas: Areas) -> Counted:
    """Return parcels and mu of each of `size` classes; the areas add up to the rounded total."""
    parts = areas.by(codes, size)
    total = whole_parts([areas.total], PLACES)[0]
    return Counted(tuple(np.bincount(codes, minlength=size).tolist()), tuple(whole_parts(parts, PLACES, total)))


def differing(slices: Mapping[str, Slice]) -> Iterator[tuple[str, Sequence[str]]]:
    """Give each different classification once: the key it is first found under, and all keys that share it."""
    groups: dict[bytes, list[str]] = {}
    for key, one in slices.items():
        groups.setdefault(one.codes.tobytes(), []).append(key)
    for keys in groups.values():
        yield keys[0], keys


# ------------------------------------------------------------------------------------------------- parts


def _share(analysis: Analysis) -> Any:
    rule = analysis.facts.get("rule")
    return getattr(rule, "share", None) or analysis.facts.get("share") or analysis.project.ranking.share


def _percent(share: Any) -> int | None:
    """Return a share as a whole percent; None where it is none."""
    percent = round(float(share) * 100, 9) if share is not None else 0.5
    return int(percent) if percent == int(percent) else None


def _variant(name: str, variants: Variants, analysis: Analysis) -> Value:
    own = variants.settings[name].get("ranking.share", _share(analysis))
    return Value(f"variant:{name}", "variant", name, _percent(own))


def _told(analysis: Analysis, value: Value, use: pd.DataFrame) -> Mapping[str, pd.Series]:
    """Return column of the themes -> what a year or a variant says of each parcel.

    Parameters
    ----------
    use
        Of `values.users_of_parcels`.
    """
    _, name = value.key.split(":", 1)
    if value.kind == "year":
        return year_values(analysis, int(name), use)
    variants = analysis.variants
    assert variants is not None  # noqa: S101 - a value of a variant comes from `values_of`
    parcels, listed = analysis.parcels.table, variants.found[name]
    firms = variants.rows.loc[variants.rows["variant"].eq(name), ["uscc", "score"]]
    told = dict(laid_on_parcels(parcels, use, firms))
    names = np.array([*listed.steps.classes], dtype=object)[listed.classes]
    return told | {"efficiency_class": pd.Series(names, index=parcels.index, dtype="str")}


def _texts(values: Mapping[str, pd.Series]) -> bool:
    return any(not pd.api.types.is_numeric_dtype(one.dtype) for one in values.values())
