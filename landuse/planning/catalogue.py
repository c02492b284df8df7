"""Read a catalogue of disposal measures: the shipped one, or a copy that a bureau has edited."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from math import inf
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from landuse.catalogue import load
from landuse.errors import Fault, InputError
from landuse.planning.measures import Measures, Spread
from landuse.refusal import read_toml, refusal, tuples
from landuse.settings import Day, Section, as_path

SHIPPED: Final = "scenarios/measures/catalogue.toml"
SINGLE: Final = ("discount", "local_share", "public_share", "horizon_years")
"""Shared numbers that [measures] states under a key of their own."""
PER_PLACE: Final = ("target_tax_wan_per_mu", "target_output_wan_per_mu", "price_new_wan_per_mu", "price_min_wan_per_mu",
                    "appraised_wan_per_mu")  # fmt: skip
"""Shared numbers that may differ by price level: NAME@LEVEL."""
COSTS: Final[Mapping[str, tuple[str, ...]]] = {
    "land": (), "building": (), "moving": (), "incentive": (), "preparing": (), "finance": (),
    "case": ("case_wan",), "relief": ("relief_wan_per_mu",), "rent": ("rent_yuan_per_m2", "rent_years"),
    "subsidy": ("subsidy_rate", "subsidy_cap_wan", "invest_new_wan_per_mu"),
}  # fmt: skip
"""Cost item -> numbers of the measure it needs."""
UPLIFTS: Final[Mapping[str, tuple[str, ...]]] = {
    "new_user": (), "start": (), "gap": ("reach",), "far": ("follow", "growth_most"), "growth": ("growth",),
}  # fmt: skip
"""Kind of uplift -> numbers of the measure it needs."""
OWN_NUMBERS: Final = tuple(
    dict.fromkeys([*(name for needs in [*COSTS.values(), *UPLIFTS.values()] for name in needs),
                   "reach", "income_years", "building_share"])
)  # fmt: skip
"""Every number a single measure may have."""
ABOVE_ZERO: Final = ("built_full", "coverage_full", "term_years", "horizon_years")
"""Numbers that are divided by, or count years."""
ABOVE_ONE: Final = ("reach", "growth", "growth_most", "follow")
"""Shares that may be more than 1."""
MOST_YEARS: Final = 50
Fact = Literal[
    "listed", "rated_low", "operating", "court", "far_below", "idle_one_year", "idle_two_years", "government",
    "surplus", "small", "scattered", "prohibited", "grade_d", "mortgaged", "seized",
]  # fmt: skip
Sureness = Literal["S", "V", "K-H", "K-M", "D", "L"]
"""What a number rests on; L = the bureau's own."""
Word = Annotated[str, Field(pattern=r"^[a-z][a-z_0-9]*$")]


class NumberEntry(Section):
    """One number of the catalogue."""

    value: Spread
    unit: Word
    source: str
    sureness: Sureness
    better: Literal["low", "high", "same"]
    """The end that favours the county."""


class RampEntry(Section):
    """[ramp]: share of the target in the first, second … year of a new user; the last holds on."""

    value: Annotated[tuple[Annotated[float, Field(ge=0, le=1)], ...], Field(min_length=1)]
    unit: Word
    source: str
    sureness: Sureness


class MeasureEntry(Section):
    """[measures.CODE]: one measure."""

    group: Literal["upgrade", "merge", "buy", "court", "close"]
    basis: Sureness
    on_page: bool = True
    enabled: bool = True
    all: tuple[Fact, ...] = ()
    any: tuple[Fact, ...] = ()
    none: tuple[Fact, ...] = ()
    payer: Literal["county", "buyer", "enterprise"]
    documents: tuple[Word, ...] = ()
    costs: tuple[Literal[tuple(COSTS)], ...]  # type: ignore[valid-type]
    income: Literal["resale", "fee", "none"]
    handled: Literal["parcel", "surplus"]
    net: Literal["less_public", "whole", "none"]
    uplift: Literal[tuple(UPLIFTS)]  # type: ignore[valid-type]
    present_leaves: bool
    success: NumberEntry
    months: NumberEntry
    numbers: dict[str, NumberEntry] = {}

    @model_validator(mode="after")
    def _is_whole(self) -> MeasureEntry:
        needed = [name for item in self.costs for name in COSTS[item]] + [*UPLIFTS[self.uplift]]
        lost = [name for name in needed if name not in self.numbers]
        odd = [name for name in self.numbers if name not in OWN_NUMBERS]
        if lost or odd or not (self.all or self.any):
            raise PydanticCustomError("measure", "a whole measure", {"lost": "、".join(lost), "odd": "、".join(odd)})
        return self


Code = Annotated[str, Field(pattern=r"^M([1-9]|1[0-3])$")]


class CatalogueFile(Section):
    """A catalogue of measures."""

    version: Day
    ramp: RampEntry
    shared: dict[str, NumberEntry]
    measures: dict[Code, MeasureEntry]

    @model_validator(mode="after")
    def _numbers_are_in_range(self) -> CatalogueFile:
        given = dict(self.shared)
        for code, entry in self.measures.items():
            own = {"success": entry.success, "months": entry.months, **entry.numbers}
            given |= {f"{code}.{name}": number for name, number in own.items()}
        off = [name for name, one in given.items() if _is_off(name.rpartition(".")[2], one.value, one.unit)]
        if off:
            raise PydanticCustomError("range", "in range", {"names": "、".join(off)})
        return self

    @model_validator(mode="after")
    def _numbers_are_known(self) -> CatalogueFile:
        known = load(SHIPPED)["shared"]
        lost = [name for name in known if name not in self.shared]
        odd = [name for name in self.shared if not _is_shared(name, known)]
        if lost or odd:
            raise PydanticCustomError("shared", "all shared", {"lost": "、".join(lost), "odd": "、".join(odd)})
        return self


def catalogue_of(own: Mapping[str, Any] | None = None) -> CatalogueFile:
    """Return a catalogue as validated; None = the shipped one."""
    return CatalogueFile.model_validate(tuples(load(SHIPPED) if own is None else own))


def read_catalogue(path: Path, where: str) -> Mapping[str, Any]:
    """Return a bureau's own catalogue as plain values, validated.

    Parameters
    ----------
    where
        Path as the project file writes it.

    Raises
    ------
    InputError
        No such file, not TOML, an unknown key or number, a value out of range.
    """
    do = "检查 measures.catalogue 的路径(相对于项目文件) / check the path in measures.catalogue"
    missing = Fault(where, "处置方式目录文件不存在 / no such catalogue file", do=do)
    tree = read_toml(path, where, missing=missing, do="指定处置方式目录 / name the catalogue")
    try:
        return CatalogueFile.model_validate(tuples(tree)).model_dump(mode="json")
    except ValidationError as error:
        raise InputError([refusal(item, tree, where, model=CatalogueFile) for item in error.errors()]) from None


def own_catalogue(tree: Mapping[str, Any], folder: Path) -> tuple[Mapping[str, Any] | None, list[Fault]]:
    """Return the catalogue that [measures] names and what is wrong with it; None where it names none."""
    section = tree.get("measures")
    if not isinstance(section, Mapping) or not isinstance(named := section.get("catalogue"), str):
        return None, []
    path = as_path(named).strip().replace("\\", "/")
    if path in ("", "?"):
        return None, []
    try:
        return read_catalogue(folder / path, path), []
    except InputError as error:
        return None, list(error.faults)


def unknown_numbers(measures: Measures, own: Mapping[str, Any] | None, where: str) -> list[Fault]:
    """Return a fault for each number that [measures] states and the catalogue has not."""
    book = catalogue_of(own)
    shared = [name for name in book.shared if name not in SINGLE]
    faults = [
        _unknown(f"{where} [measures.shared.{name}]", name, shared)
        for name in measures.shared
        if name in SINGLE or not _is_shared(name, book.shared)
    ]
    faults += [
        _out_of_range(f"{where} [measures.shared.{name}]", spread)
        for name, spread in measures.shared.items()
        if (number := book.shared.get(name.partition("@")[0])) and _is_off(name, spread, number.unit)
    ]
    for code, stated in measures.numbers.items():
        if code not in book.measures:
            faults.append(_unknown(f"{where} [measures.numbers.{code}]", code, list(book.measures)))
            continue
        entry = book.measures[code]
        known = list(entry.numbers)
        limits: dict[str, tuple[NumberEntry | None, Spread | None]] = {
            "success": (entry.success, stated.success),
            "months": (entry.months, stated.months),
        }
        limits |= {name: (entry.numbers.get(name), spread) for name, spread in stated.numbers.items()}
        faults += [
            _out_of_range(f"{where} [measures.numbers.{code}.{name}]", spread)
            for name, (number, spread) in limits.items()
            if number and spread and _is_off(name, spread, number.unit)
        ]
        faults += [
            _unknown(f"{where} [measures.numbers.{code}.numbers.{name}]", name, known)
            for name in stated.numbers
            if name not in known
        ]
    return faults


def _is_off(name: str, value: Spread, unit: str) -> bool:
    """Return whether a number is out of range: below 0, a share above 1, no years at all or too many."""
    most = 1.0 if unit in ("share", "per_year") and name not in ABOVE_ONE else inf
    most = MOST_YEARS if unit == "year" else most
    return value[0] < 0 or value[-1] > most or (name in ABOVE_ZERO and value[0] == 0)


def _is_shared(name: str, known: Mapping[str, Any]) -> bool:
    base, at, level = name.partition("@")
    return base in PER_PLACE and bool(level) if at else name in known


def _out_of_range(place: str, value: Spread) -> Fault:
    allowed = "不小于 0,比例不大于 1,年数不大于 50 / at least 0, a share at most 1, years at most 50"
    return Fault(place, f"不可用 / not usable: {value}", allowed, "请改正 / correct it")


def _unknown(place: str, name: str, known: list[str]) -> Fault:
    near = get_close_matches(name, known, n=1, cutoff=0.0)
    hint = f"最接近的是 {near[0]} / the nearest known key is {near[0]}" if near else ""
    return Fault(place, "目录中没有该参数 / not in the catalogue", hint, "改正或删除 / correct or delete it")
