"""Hold the catalogue of measures in force: the shipped or the bureau's own one, with [measures] laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from landuse.planning.catalogue import CatalogueFile, MeasureEntry, NumberEntry, catalogue_of
from landuse.planning.measures import Measures, Spread

UNFAVOURABLE: Final = -1
LIKELY: Final = 0
FAVOURABLE: Final = 1
CASES: Final = (UNFAVOURABLE, LIKELY, FAVOURABLE)
"""All numbers at the end that is worse for the county, at their likely value, at the end that is better."""
OWN_SOURCE: Final = "[measures]"
OWN: Final = "L"
"""Sureness of a number that the bureau states."""


@dataclass(frozen=True)
class Number:
    """One number of the catalogue."""

    low: float
    likely: float
    high: float
    unit: str
    source: str
    sureness: str
    better: str

    @property
    def spread(self) -> Spread:
        """Return least, likely and greatest."""
        return self.low, self.likely, self.high

    def at(self, case: int) -> float:
        """Return the value in a case: the likely one, or the end that is worse or better for the county."""
        if case == LIKELY or self.better == "same":
            return self.likely
        return self.high if (self.better == "high") == (case == FAVOURABLE) else self.low


@dataclass(frozen=True)
class Measure:
    """One measure with the numbers of its own; success and months are among them."""

    code: str
    entry: MeasureEntry
    numbers: Mapping[str, Number]

    @property
    def group(self) -> str:
        """Return the key of its group: upgrade, merge, buy, court or close."""
        return self.entry.group


@dataclass(frozen=True)
class Book:
    """Measures that are offered, in the order M1 … M13, and the numbers they share."""

    measures: Mapping[str, Measure]
    shared: Mapping[str, Number]
    ramp: tuple[float, ...]
    land_value: str
    version: str

    def number(self, name: str, code: str = "") -> Number:
        """Return a number of a measure; one it has not is the shared one."""
        own = self.measures[code].numbers if code else {}
        return own[name] if name in own else self.shared[name]

    def facts(self) -> dict[str, Any]:
        """Return every number in force, and the papers of each measure, as plain values, as printed with a plan."""
        return {
            "version": self.version,
            "land_value": self.land_value,
            "ramp": list(self.ramp),
            "shared": {name: vars(number) for name, number in self.shared.items()},
            "measures": {
                code: {name: vars(number) for name, number in measure.numbers.items()}
                for code, measure in self.measures.items()
            },
            "documents": {code: list(measure.entry.documents) for code, measure in self.measures.items()},
        }


def book_of(measures: Measures, own: Mapping[str, Any] | None = None) -> Book:
    """Return the catalogue in force.

    Parameters
    ----------
    measures
        [measures] of the project file: its numbers are laid over those of the catalogue.
    own
        Content of the bureau's own catalogue; None = the shipped one.
    """
    file = catalogue_of(own)
    offered = {code: _measure(code, entry, measures) for code, entry in _in_order(file).items()}
    return Book(
        measures={code: one for code, one in offered.items() if one.entry.enabled},
        shared=_shared(file, measures),
        ramp=file.ramp.value if measures.ramp is None else measures.ramp,
        land_value=measures.land_value,
        version=file.version.isoformat(),
    )


def _in_order(file: CatalogueFile) -> dict[str, MeasureEntry]:
    return dict(sorted(file.measures.items(), key=lambda one: int(one[0][1:])))


def _shared(file: CatalogueFile, measures: Measures) -> dict[str, Number]:
    single = {
        "discount": measures.discount, "local_share": measures.local_share, "public_share": measures.public_share,
        "horizon_years": measures.horizon_years,
    }  # fmt: skip
    stated = {name: (float(one),) * 3 for name, one in single.items() if one is not None} | measures.shared
    known = {name: _number(entry) for name, entry in file.shared.items()}
    added = {name: known[name.partition("@")[0]] for name in sorted(stated.keys() - known.keys())}
    return {name: _stated(number, stated.get(name)) for name, number in (known | added).items()}


def _measure(code: str, entry: MeasureEntry, measures: Measures) -> Measure:
    own = measures.numbers.get(code)
    given = {"success": entry.success, "months": entry.months, **entry.numbers}
    numbers = {name: _number(one) for name, one in given.items()}
    if own is None:
        return Measure(code, entry, numbers)
    stated = {"success": own.success, "months": own.months, **own.numbers}
    laid = {name: _stated(number, stated.get(name)) for name, number in numbers.items()}
    enabled = entry.enabled if own.enabled is None else own.enabled
    return Measure(code, entry.model_copy(update={"enabled": enabled}), laid)


def _number(entry: NumberEntry) -> Number:
    return Number(*entry.value, entry.unit, entry.source, entry.sureness, entry.better)


def _stated(number: Number, spread: Spread | None) -> Number:
    if spread is None:
        return number
    low, likely, high = spread
    return replace(number, low=low, likely=likely, high=high, source=OWN_SOURCE, sureness=OWN)
