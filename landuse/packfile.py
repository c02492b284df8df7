"""Read a bureau's own rule pack: a TOML file that extends a pack of ours and states what differs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from landuse.errors import Fault, InputError
from landuse.refusal import read_toml, refusal, tuples
from landuse.settings import Day, ExactShare, Limit, Positive, Ratio, Section, Weight

ENDING: Final = ".toml"
OWN: Final = "L"
"""Basis of a parameter of an own pack that names none."""
ENTRY: Final = frozenset({"value", "basis", "explain"})
"""What a parameter may say beside its value; any other table is the value itself."""


def _as_entry(value: Any) -> Any:
    """Accept a bare value as well as a table with value, basis and explanation."""
    return value if isinstance(value, Mapping) and value and set(value) <= ENTRY else {"value": value}


def _as_words(value: Any) -> Any:
    """Accept one text for both languages."""
    return {"zh": value, "en": value} if isinstance(value, str) else value


class PackWords(Section):
    """A text in both languages."""

    zh: str
    en: str


Words = Annotated[PackWords, BeforeValidator(_as_words)]
Grades = Annotated[
    dict[Literal["A", "B", "C", "D"], ExactShare], AfterValidator(lambda stated: dict(sorted(stated.items())))
]


class PackEntry(Section):
    """A parameter of a pack."""

    value: Any = None
    """Absent = that of the pack below."""
    basis: Literal["S", "V", "K", "D", "L"] = "L"
    """What it rests on: S source report, V read in a text, K general practice, D proposal, L the bureau's own rule."""
    explain: Words | None = None


class PackStratum(Section):
    """[[parameters.strata]]: other measures, weights and bases for a scale or a type of park."""

    weights: dict[str, Weight]
    bases: dict[str, Positive] = {}
    scale: Literal["", "规上", "规下"] = ""
    park_type: Literal["", "新兴", "传统", "就业型"] = ""


class PackValues(Section):
    """[parameters]: every parameter a pack may state; one left out is that of the pack it extends."""

    share: ExactShare | None = None
    weights: dict[str, Weight] | None = None
    bases: dict[str, Positive] | None = None
    strata: tuple[PackStratum, ...] | None = None
    method: Literal["ratio", "minmax"] | None = None
    floor: float | None = Field(default=None, ge=0, lt=100)
    unknown: Literal["renormalise", "mean", "zero"] | None = None
    cap: float | None = Field(default=None, gt=0, allow_inf_nan=True)
    min_indicators: int | None = Field(default=None, ge=1, le=12)
    revenue_for_output: bool | None = None
    years: Literal[1, 3] | None = None
    level: Literal[2, 3, 4] | None = None
    min_group: int | None = Field(default=None, ge=1)
    within: Literal["industry", "industry_scale", "industry_park", "scale", "park", "all"] | None = None
    industry: Literal["gbt4754_2017", "gbt4754_2011", "plain"] | None = None
    families: dict[str, tuple[str, ...]] | None = None
    shared_parcel: Literal["apportion", "shared", "holder"] | None = None
    price_apply: Literal["divide", "multiply", "none"] | None = None
    reference_price: Positive | None = None
    overlay_min_share: float | None = Field(default=None, ge=0, le=1)
    exempt_divisions: tuple[Annotated[str, Field(pattern=r"^\d\d$")], ...] | None = None
    exempt_codes: tuple[str, ...] | None = None
    new_months: int | None = Field(default=None, ge=0)
    small_mu: float | None = Field(default=None, ge=0)
    grades: Grades | None = None
    """From the top: the order of the letters, however the file has them."""
    rated_from: ExactShare | None = None
    low_from: ExactShare | None = None
    enabled: tuple[str, ...] | None = None
    tax_limit_wan_per_mu: Limit | None = None
    mean_share: Ratio | None = None
    large_mu: Positive | None = None
    stop_months: Literal[12] | None = None
    """The yearly books can say no other."""
    d_years: int | None = Field(default=None, ge=1, le=10)
    ramp_years: int | None = Field(default=None, ge=0, le=20)
    prohibited_codes: tuple[str, ...] | None = None
    controls: str | None = None
    batches: dict[str, ExactShare] | None = None


class PackFile(Section):
    """An own rule pack."""

    version: Day
    """Day from which it holds."""
    title: Words
    cited: Words = PackWords(zh="", en="")
    """Name, number and date of the text, and what was read in it."""
    extends: str = "default"
    """Pack of ours whose parameters hold where this one says nothing."""
    parameters: dict[str, Annotated[PackEntry, BeforeValidator(_as_entry)]] = {}


def is_file(pack: str) -> bool:
    """Return whether ``rules.pack`` names a file rather than a pack of ours."""
    return pack.lower().endswith(ENDING)


def read_pack(path: Path, where: str) -> Mapping[str, Any]:
    """Return an own pack in the shape of those that ship: extends, version, title, cited, parameters.

    Parameters
    ----------
    where
        Path as the project file writes it.

    Raises
    ------
    InputError
        No such file, not TOML, an unknown key or parameter (the nearest known one is named), a value out of range.
    """
    near = sorted(file.name for file in path.parent.glob(f"*{ENDING}")) if path.parent.is_dir() else []
    allowed = f"该文件夹有 / beside it: {'、'.join(near)}" if near else ""
    do = "检查 rules.pack 的路径(相对于项目文件) / check the path in rules.pack"
    missing = Fault(where, "规则包文件不存在 / no such pack file", allowed, do)
    return _shaped(read_toml(path, where, missing=missing, do="指定规则包文件 / name the pack"), where)


def _shaped(tree: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    try:
        pack = PackFile.model_validate(tuples(tree))
    except ValidationError as error:
        raise InputError(_faults(error, tree, where, PackFile)) from None
    known = PackValues.model_fields
    stated = {name: e.value for name, e in pack.parameters.items() if e.value is not None or name not in known}
    try:
        values = PackValues.model_validate(stated)
    except ValidationError as error:
        raise InputError(_faults(error, stated, f"{where} parameters", PackValues)) from None
    entries = {name: _entry(pack.parameters[name], values, name) for name in pack.parameters}
    return {
        "extends": pack.extends,
        "version": pack.version.isoformat(),
        "title": pack.title.model_dump(),
        "cited": pack.cited.model_dump(),
        "parameters": entries,
    }


def _faults(error: ValidationError, tree: Mapping[str, Any], where: str, model: Any) -> list[Fault]:
    faults = [refusal(item, tree, where, model=model) for item in error.errors()]
    return list({fault.where: fault for fault in reversed(faults)}.values())[::-1]


def _entry(entry: PackEntry, values: PackValues, name: str) -> dict[str, Any]:
    """Return a parameter as packs that ship state it; exact shares as text."""
    made: dict[str, Any] = {"basis": entry.basis}
    if entry.value is not None:
        made["value"] = _plain(getattr(values, name))
    if entry.explain:
        made |= {lang: {"explain": text} for lang, text in entry.explain.model_dump().items()}
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, Section):
        return {key: _plain(each) for key, each in value.model_dump().items() if each not in ("", {})}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, Decimal | date):
        return str(value)
    return value


def as_json(pack: Mapping[str, Any]) -> Any:
    """Return an own pack as JSON can hold it: no cap is the text inf."""
    if isinstance(pack, Mapping):
        return {key: as_json(value) for key, value in pack.items()}
    if isinstance(pack, list):
        return [as_json(value) for value in pack]
    return "inf" if isinstance(pack, float) and math.isinf(pack) else pack


def from_json(pack: Mapping[str, Any]) -> Any:
    """Return an own pack as it was before `as_json`.

    Examples
    --------
    >>> from_json({"title": {"zh": "inf"}, "parameters": {"cap": {"value": "inf"}, "share": {"value": "0.1"}}})
    {'title': {'zh': 'inf'}, 'parameters': {'cap': {'value': inf}, 'share': {'value': '0.1'}}}
    """
    entries = {
        name: {**entry, "value": math.inf} if entry.get("value") == "inf" else entry
        for name, entry in pack.get("parameters", {}).items()
    }
    return {**pack, "parameters": entries}
