"""Classify a column of parcels into the classes of a map theme: breaks, colours, hatches, labels, count and area.

Pure: nothing is drawn here. The web map, the printed sheets, QGIS and the workbook all take their classes from
`classify`, so their legends cannot disagree. The themes are data (``cartography/themes.toml``; TERMS 5, DOMAIN 11.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import fsum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.cartography.rounding import whole_parts
from landuse.catalogue import load, term
from landuse.errors import DefectError
from landuse.tables import column, unit_title

ANY_RULE: Final = "*"
"""Stands for the bottom share where other rules put enterprises on the list too."""
NO_DATA: Final = "no_data"
"""Key of the last class of every theme."""
HATCHES: Final = ("none", "diagonal", "back", "cross", "dots", "horizontal", "vertical")
"""Names a renderer has to know; diagonal rises to the right, back falls."""
PRINTED_HATCHES: Final = (*HATCHES, "grid")
"""Those a printer of maps has to know."""
LEAST_GREY: Final = 25
"""Tones of grey, of 255, by which two classes differ on paper where their hatch is the same: a tenth."""
DECIMALS: Final = 9
"""Values are rounded to so many decimals first, as scores are: 502.4634 / 167.4878 is 3 and falls in 3–5."""
AREA_DECIMALS: Final = 2
"""Decimals of an area in mu as printed."""
DASH: Final = "\N{EN DASH}"


@dataclass(frozen=True)
class Theme:
    """One map theme as the data file states it, in one language."""

    key: str
    column: str
    """Column of the parcel values it shows."""
    kind: str
    """ranges | categories."""
    title: str
    """Title of the map, e.g. 亩均税收分布图."""
    short: str
    """Name in the switch of themes."""
    measure: str
    """What the classes tell: 闲置测算结果, 亩均税收."""
    note: str
    unit: str
    """Unit as printed; blank where there is none."""
    public: bool
    """May be shown outside the bureaus: no amounts of single enterprises (DOMAIN 11.4)."""


@dataclass(frozen=True)
class LegendClass:
    """One class of a legend."""

    key: str
    """Enumerated code, or ``class_1`` … from the lowest range up; `NO_DATA` for the last."""
    label: str
    """What a bureau reads, without the unit: ``1–3``, 低效(拟列入)."""
    unit: str
    """Unit of the label; blank where there is none."""
    colour: str
    """Fill as ``#rrggbb``."""
    safe_colour: str
    """The same in the palette for colour-blind readers."""
    hatch: str
    """One of `HATCHES`."""
    count: int
    """Parcels (宗)."""
    area_mu: float
    """Their known area in mu (亩), summed exactly and in any order alike."""
    lower: float | None = None
    """Lower bound of a range, inclusive; None = open."""
    upper: float | None = None
    """Upper bound of a range, exclusive; None = open."""
    printed: str = ""
    """Hatch on paper, one of `PRINTED_HATCHES`, where it is another one than on a screen; blank = the same."""
    fine: bool = False
    """Whether its hatch is of fine lines: it tells classes apart without colour and says nothing more."""

    @property
    def full_label(self) -> str:
        """Return the label with its unit: ``1–3 万元/亩``."""
        return f"{self.label} {self.unit}".strip()


@dataclass(frozen=True)
class Classes:
    """A classified column: the legend and the class of every row."""

    theme: Theme
    lang: str
    legend: tuple[LegendClass, ...]
    """Legend order; the last is always 无数据."""
    codes: pd.Series
    """Position in `legend` of every row (int16), same index as the values."""

    @property
    def breaks(self) -> tuple[float, ...]:
        """Return the breaks between the ranges; empty for categories."""
        return tuple(entry.upper for entry in self.legend if entry.upper is not None)

    @property
    def count(self) -> int:
        """Return the number of rows classified."""
        return sum(entry.count for entry in self.legend)

    @property
    def area_mu(self) -> float:
        """Return the area of all classes in mu."""
        return fsum(entry.area_mu for entry in self.legend)

    def on_paper(self) -> Classes:
        """Return the same classes with the hatches that tell every two of them apart without colour."""
        return replace(self, legend=tuple(_printed(entry) for entry in self.legend))

    @cached_property
    def areas(self) -> tuple[float, ...]:
        """Return the areas of the classes as a legend prints them: hundredths of a mu that add up to those of all."""
        return tuple(whole_parts([entry.area_mu for entry in self.legend], AREA_DECIMALS, total=self.area_mu))

    def in_safe_colours(self) -> Classes:
        """Return the same classes in the palette for colour-blind readers; of ranges, tones of grey in order."""
        return replace(self, legend=tuple(replace(entry, colour=entry.safe_colour) for entry in self.legend))


def classify(values: pd.Series, theme: str, *, lang: str, area_mu: pd.Series, share: str = "") -> Classes:
    """Return the classes of a theme for the given values.

    A range holds its lower bound and not its upper one: 3 万元/亩 falls in 3–5. Unknown values (NaN, NA, blank text)
    fall in the last class 无数据 and in no other. A category the theme does not name becomes a class of its own.

    Parameters
    ----------
    values
        One value per parcel: numbers in the canonical unit for ranges, codes for categories.
    theme
        Key of ``themes.toml``.
    lang
        zh or en.
    area_mu
        Area of each row in mu, same index; NaN = unknown, counted but not summed.
    share
        Bottom share as printed in titles, e.g. ``15%``; blank = titles without a number; ANY_RULE = not it alone.

    Raises
    ------
    DefectError
        No such theme, or `area_mu` is not row by row beside `values`.
    """
    if not values.index.equals(area_mu.index):
        raise DefectError(f"theme {theme}: values and areas are not of the same rows")
    described = theme_of(theme, lang=lang, share=share)
    drafts, codes = coded(values, theme, lang=lang)
    legend = _counted(drafts, codes, area_mu)
    return Classes(described, lang, legend, pd.Series(codes, index=values.index, name=theme))


def coded(values: pd.Series, theme: str, *, lang: str) -> tuple[list[LegendClass], npt.NDArray[np.int16]]:
    """Return the legend of a theme, nothing counted yet, and the place in it of every value; see `classify`."""
    entry = load("cartography/themes.toml")["themes"][theme]
    if entry["kind"] == "ranges":
        drafts, codes = _ranges(values, entry, _unit(entry, lang))
    else:
        drafts, codes = _categories(values, entry, lang)
    return [*drafts, _no_data(lang)], codes


def theme_keys() -> tuple[str, ...]:
    """Return the keys of all themes in the order of the switch."""
    return tuple(load("cartography/themes.toml")["themes"])


def theme_of(key: str, *, lang: str, share: str = "") -> Theme:
    """Return one theme in words.

    Raises
    ------
    DefectError
        No such theme.
    """
    entry = load("cartography/themes.toml")["themes"].get(key)
    if entry is None:
        raise DefectError(f"no map theme {key!r}; there are {list(theme_keys())}")
    return Theme(
        key=key,
        column=str(entry["column"]),
        kind=str(entry["kind"]),
        title=_worded(_titled(entry, "title", share), lang, share),
        short=_worded(_titled(entry, "short", share), lang, share),
        measure=_measure(entry, lang) or _worded(_titled(entry, "short", share), lang, share),
        note=_worded(entry.get("note", {}), lang, share),
        unit=_unit(entry, lang),
        public=bool(entry.get("public", False)),
    )


def divisions(theme: str = "industry") -> dict[str, str]:
    """Return division (two digits) -> class key of a theme that joins divisions."""
    classes = load("cartography/themes.toml")["themes"][theme]["classes"]
    return {division: str(entry["key"]) for entry in classes for division in entry.get("divisions", ())}


def grey(colour: str) -> float:
    """Return the tone of ``#rrggbb`` on a black-and-white printer: 0 black to 255 white (ITU-R BT.601)."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def differ_without_colour(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Return whether two looks, colour and hatch, can be told apart on a black-and-white printer."""
    return one[1] != other[1] or abs(grey(one[0]) - grey(other[0])) >= LEAST_GREY


# ----------------------------------------------------------------------------------------------- parts


def _printed(entry: LegendClass) -> LegendClass:
    return replace(entry, hatch=entry.printed, fine=True) if entry.printed else entry


def _titled(entry: Mapping[str, Any], part: str, share: str) -> Mapping[str, str]:
    """Return title or short title; where other rules decide too, the one that does not speak of the bottom share."""
    words: Mapping[str, str] = entry.get(f"{part}_any", entry[part]) if share == ANY_RULE else entry[part]
    return words


def _worded(words: Mapping[str, str], lang: str, share: str) -> str:
    text = str(words.get(lang, ""))
    if share:
        return text.replace("{share}", share)
    return text.replace(" {share}", "").replace("{share}", "")


def _measure(entry: Mapping[str, Any], lang: str) -> str:
    known = column("parcels", entry["column"]) or column("enterprises", entry["column"])
    return known.title(lang) if known and entry["kind"] == "categories" else ""


def _unit(entry: Mapping[str, Any], lang: str) -> str:
    if entry["kind"] != "ranges" or entry.get("percent"):
        return ""
    known = column("parcels", entry["column"]) or column("enterprises", entry["column"])
    return unit_title(known.unit, lang) if known else ""


def _ranges(values: pd.Series, entry: Mapping[str, Any], unit: str) -> tuple[list[LegendClass], npt.NDArray[np.int16]]:
    breaks = [float(value) for value in entry["breaks"]]
    numbers = np.round(numeric(values), DECIMALS)
    codes = np.searchsorted(np.asarray(breaks), numbers, side="right").astype(np.int16)
    codes[np.isnan(numbers)] = len(breaks) + 1
    ramp = load("cartography/themes.toml")["ramps"][entry["ramp"]]
    bounds = [None, *breaks, None]
    drafts = [
        LegendClass(
            key=f"class_{place + 1}",
            label=_range_label(bounds[place], bounds[place + 1], entry),
            unit=unit,
            colour=ramp["colours"][place],
            safe_colour=ramp["safe"][place],
            hatch="none",
            count=0,
            area_mu=0.0,
            lower=bounds[place],
            upper=bounds[place + 1],
            printed=ramp["printed"][place] if "printed" in ramp else "",
        )
        for place in range(len(breaks) + 1)
    ]
    return drafts, codes


def numeric(values: pd.Series) -> npt.NDArray[np.float64]:
    """Return the values as float64; nullable integers and booleans with NaN where unknown."""
    return np.asarray(values.astype("Float64").to_numpy(na_value=np.nan), dtype=np.float64)


def _range_label(lower: float | None, upper: float | None, entry: Mapping[str, Any]) -> str:
    def text(value: float) -> str:
        return f"{value * 100:g}" if entry.get("percent") else f"{value:.{entry.get('decimals', 0)}f}"

    sign = "%" if entry.get("percent") else ""
    if lower is None:
        return f"<{text(upper or 0.0)}{sign}"
    if upper is None:
        return f"≥{text(lower)}{sign}"
    return f"{text(lower)}{DASH}{text(upper)}{sign}"


def _categories(
    values: pd.Series, entry: Mapping[str, Any], lang: str
) -> tuple[list[LegendClass], npt.NDArray[np.int16]]:
    classes = list(entry["classes"])
    tail = [one for one in classes if one.get("last")]
    named = [one for one in classes if not one.get("last")]
    rows, uniques = pd.factorize(values.astype("str").str.strip())
    words = [str(value) for value in uniques]
    known = {name for one in classes for name in (str(one["key"]), *one.get("alias", ()))}
    extra = sorted({word for word in words if word and word not in known}, key=_order if "more" in entry else str)
    keys = [*([str(one["key"])] for one in named), *([word] for word in extra), *([str(one["key"])] for one in tail)]
    for at, one in [*enumerate(named), *enumerate(tail, start=len(named) + len(extra))]:
        keys[at] += one.get("alias", ())
    place = {name: at for at, names in enumerate(keys) for name in names}
    targets = np.array([place.get(word, len(keys)) for word in words] + [len(keys)], dtype=np.int16)
    drafts = [*_named(named, entry, lang), *_unnamed(extra, entry, lang), *_named(tail, entry, lang)]
    return drafts, targets[rows]


def _order(word: str) -> tuple[int, str]:
    """Order numbers by what they say: the tenth year after the second."""
    return (int(word), "") if word.isdecimal() else (0, word)


def _named(classes: Iterable[Mapping[str, Any]], entry: Mapping[str, Any], lang: str) -> list[LegendClass]:
    def label(one: Mapping[str, Any]) -> str:
        return str(one["label"][lang]) if "label" in one else term(str(entry["words"]), str(one["key"]), lang)

    return [
        LegendClass(
            key=str(one["key"]),
            label=label(one),
            unit="",
            colour=one["colour"],
            safe_colour=one["safe"],
            hatch=one["hatch"],
            count=0,
            area_mu=0.0,
            printed=one.get("printed", ""),
        )
        for one in classes
    ]


def _unnamed(words: Iterable[str], entry: Mapping[str, Any], lang: str) -> list[LegendClass]:
    reserve = entry.get("more") or load("cartography/themes.toml")["reserve"]
    size, hatches, printed = len(reserve["colours"]), reserve.get("hatches", ["none"]), reserve.get("printed", [""])
    kind = str(entry.get("words", ""))
    return [
        LegendClass(
            key=word,
            label=term(kind, word, lang),
            unit="",
            colour=reserve["colours"][at % size],
            safe_colour=reserve["safe"][at % size],
            hatch=hatches[at % len(hatches)],
            count=0,
            area_mu=0.0,
            printed=printed[(at + at // size) % len(printed)],
        )
        for at, word in enumerate(words)
    ]


def _no_data(lang: str) -> LegendClass:
    entry = load("cartography/themes.toml")["nodata"]
    return LegendClass(NO_DATA, entry["label"][lang], "", entry["colour"], entry["safe"], entry["hatch"], 0, 0.0)


def _counted(
    drafts: Iterable[LegendClass], codes: npt.NDArray[np.int16], area_mu: pd.Series
) -> tuple[LegendClass, ...]:
    """Return the classes with parcels and mu; fsum, so that the order of rows does not matter."""
    areas = numeric(area_mu)
    known = ~np.isnan(areas)
    return tuple(
        LegendClass(
            **{
                **draft.__dict__,
                "count": int((codes == at).sum()),
                "area_mu": fsum(areas[known & (codes == at)]),
            }
        )
        for at, draft in enumerate(drafts)
    )
