"""Lay the project's overrides over a rule pack: the rule in force, and its parameters for the method sheet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

import pandas as pd

from landuse.catalogue import load_folder, term
from landuse.errors import DefectError, Fault, InputError
from landuse.industry import PLAIN, division, normalise
from landuse.measures import BASIC, measures
from landuse.project import Project
from landuse.rule import Rule, Stratum

COMPUTED: Final = ("R01",)
"""Rules the toolkit can compute so far."""


def rule_in_force(project: Project) -> Rule:
    """Return every number and switch of the comparison: the pack, with what the project file says laid over it.

    ``rules.exempt_codes`` replaces the pack's own list of codes; its divisions stay exempt. ``indicators.weights``
    replaces all weights: an indicator that is not named does not count.

    Raises
    ------
    InputError
        Pack or rule unknown, no weight above 0, more indicators asked for than weighted, an exempt code that is none,
        two reference prices, frozen bases of unknown indicators.
    """
    faults = _faults_of_pack(project)
    if faults:
        raise InputError(faults)
    value = _values(project)
    rule = Rule(
        pack=project.rules.pack,
        version=str(load_folder("policy/packs")[project.rules.pack]["version"]),
        share=Decimal(value["share"]),
        weights=dict(value["weights"]),
        bases=dict(value["bases"]),
        strata=tuple(Stratum(**stratum) for stratum in value["strata"]),
        exempt_codes=(*value["exempt_divisions"], *_codes(value["exempt_codes"], value["industry"])),
        families={name: tuple(divisions) for name, divisions in value["families"].items()},
        grades={name: Decimal(share) for name, share in value["grades"].items()},
        low_from=Decimal(value["low_from"]),
        rated_from=Decimal(value["rated_from"]),
        enabled=tuple(dict.fromkeys(value["enabled"])),
        frozen_groups=dict(project.locked.groups),
        frozen_bases=project.locked.bases_and_gaps(),
        **{name: value[name] for name in _AS_IT_STANDS},
    )
    faults = [
        *_faults_of_rules(rule),
        *_faults_of_weights(rule),
        *_faults_of_codes(value["exempt_codes"], rule.industry),
        *_faults_of_frozen(project),
    ]
    if faults:
        raise InputError(faults)
    return rule


def parameters(rule: Rule, *, lang: str) -> pd.DataFrame:
    """Return the rule in force as the method sheet prints it: one row a parameter.

    Returns
    -------
    pandas.DataFrame
        parameter, title, value (as text), explain, basis (what the number rests on).
    """
    entries = pack_parameters(rule.pack)
    divisions = tuple(entries["exempt_divisions"]["value"])
    others = tuple(code for code in rule.exempt_codes if code not in divisions)
    special = {"exempt_divisions": divisions, "exempt_codes": others}
    rows = [
        {
            "parameter": name,
            "title": entry[lang]["title"],
            "value": _printed(special[name] if name in special else getattr(rule, name), lang),
            "explain": entry[lang]["explain"],
            "basis": term("basis", entry["basis"], lang),
        }
        for name, entry in entries.items()
    ]
    return pd.DataFrame(rows).astype("str")


def pack_parameters(name: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the parameters of a pack by name: its own values and bases laid over those of the pack it extends."""
    pack = load_folder("policy/packs")[name]
    if "extends" not in pack:
        parameters: Mapping[str, Mapping[str, Any]] = pack["parameters"]
        return parameters
    below, own = pack_parameters(pack["extends"]), pack.get("parameters", {})
    unknown = own.keys() - below.keys()
    if unknown:
        raise DefectError(f"pack {name}: unknown parameters {sorted(unknown)}")
    return {key: {**entry, **own.get(key, {})} for key, entry in below.items()}


# ------------------------------------------------------------------------------------------------ parts

_AS_IT_STANDS: Final = (
    "level", "min_group", "within", "industry", "shared_parcel", "years", "min_indicators", "method", "floor",
    "unknown", "cap", "revenue_for_output", "new_months", "small_mu", "price_apply", "reference_price",
    "overlay_min_share",
)  # fmt: skip


def _values(project: Project) -> dict[str, Any]:
    """Return the value of each parameter: that of the project file, else that of the pack."""
    value: dict[str, Any] = {name: entry.get("value") for name, entry in pack_parameters(project.rules.pack).items()}
    value |= {name: given for name, given in _overrides(project).items() if given is not None}
    if project.indicators.weights is not None:
        value |= {"strata": [], "bases": {}}
    return value


def _overrides(project: Project) -> Mapping[str, Any]:
    """Return what the project file says by name of the parameter; None = as the pack says."""
    ranking, indicators, rules, price = project.ranking, project.indicators, project.rules, project.land_price
    return {
        "share": ranking.share,
        "level": ranking.level,
        "min_group": ranking.min_group,
        "within": ranking.within,
        "industry": ranking.industry,
        "shared_parcel": ranking.shared_parcel,
        "years": indicators.years,
        "min_indicators": indicators.min_indicators,
        "weights": indicators.weights,
        "cap": indicators.cap,
        "revenue_for_output": indicators.revenue_for_output,
        "exempt_codes": rules.exempt_codes,
        "new_months": rules.new_months,
        "small_mu": rules.small_mu,
        "enabled": rules.enabled,
        "price_apply": price.apply,
        "reference_price": price.reference if price.reference is not None else project.locked.reference_price,
        "overlay_min_share": price.overlay_min_share,
    }


def _codes(codes: Sequence[str], scheme: str) -> tuple[str, ...]:
    """Return exempt codes as industry codes are compared: "C4620" is "4620"; in `plain` the text itself."""
    stated = pd.Series(list(codes), dtype="str")
    return tuple((stated.str.strip() if scheme == PLAIN else normalise(stated)).fillna(""))


def _faults_of_codes(codes: Sequence[str], scheme: str) -> list[Fault]:
    """Refuse an exempt code that could match nothing, or everything: at least a division of two digits."""
    stated = pd.Series(list(codes), dtype="str")
    usable = stated.str.strip().ne("") if scheme == PLAIN else division(stated).notna() & stated.str.contains(r"\d\d")
    allowed = "46、462、4620、C4620"
    do = "改正或删除 / correct or delete it"
    return [
        Fault("[rules.exempt_codes]", f"“{code}”不是行业代码 / “{code}” is no industry code", allowed, do)
        for code in stated[~usable.astype(bool)]
    ]


def _faults_of_pack(project: Project) -> list[Fault]:
    packs = load_folder("policy/packs")
    name = project.rules.pack
    if name in packs:
        return []
    known = "、".join(packs)
    near = get_close_matches(name, list(packs), n=1)
    hint = f"最接近的是 {near[0]} / nearest: {near[0]}" if near else "改用其中之一 / use one of them"
    return [Fault("[rules.pack]", f"没有规则包 {name} / no rule pack {name}", f"可用 / known: {known}", hint)]


def _faults_of_rules(rule: Rule) -> list[Fault]:
    allowed = f"可用 / known: {'、'.join(COMPUTED)}"
    if not rule.enabled:
        return [Fault("[rules.enabled]", "没有启用任何规则 / no rule is enabled", allowed, "至少启用一条 / enable one")]
    return [
        Fault("[rules.enabled]", f"规则 {name} 不能计算 / rule {name} is not computed", allowed, "删除 / remove it")
        for name in rule.enabled
        if name not in COMPUTED
    ]


def _faults_of_weights(rule: Rule) -> list[Fault]:
    strange = [name for name in rule.weights if name not in measures()]
    if strange:
        near = get_close_matches(strange[0], list(measures()), n=1, cutoff=0.0)
        do = f"最接近的是 {near[0]} / nearest: {near[0]}"
        found = f"没有指标 {'、'.join(strange)} / no such measure"
        return [Fault("[indicators.weights]", found, "、".join(measures()), do)]
    weighted = min(sum(weight > 0 for weight in each.weights.values()) for each in rule.all_strata)
    if weighted == 0:
        do = "至少一项大于0 / give one of them a weight"
        return [Fault("[indicators.weights]", "没有大于0的权重 / no weight above 0", "、".join(measures()), do)]
    if rule.shared_parcel != "apportion" and set(rule.indicators) != set(BASIC):
        found = f"{rule.shared_parcel} 只合并税收、产值和能耗 / pools tax, output and energy only"
        do = "改为 apportion,或只用三项基础指标 / set apportion, or the three base indicators only"
        return [Fault("[ranking.shared_parcel]", found, "apportion", do)]
    if rule.min_indicators > weighted:
        found = f"要求{rule.min_indicators}项,有权重的只有{weighted}项 / more asked for than are weighted"
        do = f"改为不大于{weighted} / at most {weighted}"
        return [Fault("[indicators.min_indicators]", found, f"1-{weighted}", do)]
    return []


def _faults_of_frozen(project: Project) -> list[Fault]:
    declared, frozen = project.land_price.reference, project.locked.reference_price
    faults = []
    if declared is not None and frozen is not None and declared != frozen:
        found = f"{declared:g} ≠ {frozen:g}"
        do = "两处只留一处 / keep one of the two"
        faults.append(Fault("[land_price.reference], [frozen.reference_price]", found, do=do))
    for group, bases in project.locked.bases_and_gaps().items():
        unknown = [name for name in bases if name not in measures()]
        if unknown:
            allowed = "、".join(measures())
            faults.append(Fault(f"[frozen.bases.{group}]", "、".join(unknown), allowed, "改正 / correct it"))
    return faults


def _printed(value: Any, lang: str) -> str:
    if value is None:
        return term("parameter_value", "computed", lang)
    if isinstance(value, bool):
        return term("outcome", str(value).lower(), lang)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, tuple | list):
        return "、".join(str(entry) for entry in value) or "—"
    return str(value)
