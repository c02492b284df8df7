"""Lay the project's overrides over a rule pack: the rule in force, and its parameters for the method sheet."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

import pandas as pd

from landuse.catalogue import load_folder, term
from landuse.errors import Fault, InputError
from landuse.frozen import Locked
from landuse.industry import PLAIN, division, normalise
from landuse.measures import BASIC, measures
from landuse.policy.library import pack, pack_of, pack_parameters, shipped
from landuse.project import Project
from landuse.rule import OwnRule, Rule, Stratum
from landuse.tables import column

COMPUTED: Final = ("R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10")
"""Rules the toolkit can compute."""
NOISE: Final = 1e-9
"""What a mean of floats may be above the most that they can be."""


def rule_in_force(project: Project) -> Rule:
    """Return every number and switch of the comparison: the pack, with what the project file says laid over it.

    ``rules.exempt_codes`` replaces the pack's own list of codes; its divisions stay exempt. ``indicators.weights``
    replaces all weights: an indicator that is not named does not count.

    Raises
    ------
    InputError
        Pack or rule unknown, no weight above 0, more indicators asked for than weighted, an exempt code that is none,
        two reference prices, locked values of unknown indicators, a lowest above its highest.
    """
    faults = _faults_of_pack(project)
    if faults:
        raise InputError(faults)
    value = _values(project)
    rule = Rule(
        pack=project.rules.pack,
        version=pack(project.rules.pack, project.own_pack).version,
        share=Decimal(value["share"]),
        weights=dict(value["weights"]),
        bases=dict(value["bases"]),
        strata=tuple(Stratum(**stratum) for stratum in value["strata"]),
        exempt_codes=(*value["exempt_divisions"], *_codes(value["exempt_codes"], value["industry"])),
        families={name: tuple(divisions) for name, divisions in value["families"].items()},
        grades={name: Decimal(share) for name, share in sorted(value["grades"].items())},
        low_from=Decimal(value["low_from"]),
        rated_from=Decimal(value["rated_from"]),
        enabled=tuple(dict.fromkeys(value["enabled"])),
        **_named_values(value),
        **_locked_values(project.locked),
        **{name: value[name] for name in _AS_IT_STANDS},
    )
    faults = [
        *_faults_of_rules(rule),
        *_faults_of_weights(rule, project),
        *_faults_of_grades(rule, project),
        *_faults_of_codes(value["exempt_codes"], rule.industry),
        *_faults_of_named(rule, value["prohibited_codes"] or ()),
        *_faults_of_frozen(project),
        *_faults_of_means(project, rule),
    ]
    if faults:
        raise InputError(faults)
    return _weighted(rule if project.own_pack is None else OwnRule(**vars(rule), own_pack=project.own_pack))


def _locked_values(locked: Locked) -> dict[str, Any]:
    return {
        "frozen_groups": dict(locked.groups),
        "frozen_bases": locked.bases_and_gaps(),
        "frozen_extremes": locked.extremes_and_gaps(),
        "frozen_means": locked.means_and_gaps(),
    }


def _weighted(rule: Rule) -> Rule:
    """Return the rule without the measures it gives no weight: they are neither computed nor told."""
    strata = tuple(replace(each, weights=_above_zero(each.weights)) for each in rule.strata)
    return replace(rule, weights=_above_zero(rule.weights), strata=strata)


def _above_zero(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: weight for name, weight in weights.items() if weight > 0}


def parameters(rule: Rule, *, lang: str) -> pd.DataFrame:
    """Return the rule in force as the method sheet prints it: one row a parameter.

    Returns
    -------
    pandas.DataFrame
        parameter, title, value (as text), explain, basis (what the number rests on).
    """
    entries = pack_of(rule).parameters
    divisions = tuple(entries["exempt_divisions"]["value"])
    others = tuple(code for code in rule.exempt_codes if code not in divisions)
    special = {"exempt_divisions": divisions, "exempt_codes": others}
    rows = [
        {
            "parameter": name,
            "title": entry[lang]["title"],
            "value": _printed(special[name] if name in special else getattr(rule, name), lang, name),
            "explain": entry[lang]["explain"],
            "basis": term("basis", entry["basis"], lang),
        }
        for name, entry in entries.items()
    ]
    return pd.DataFrame(rows).astype("str")


# ------------------------------------------------------------------------------------------------ parts

_AS_IT_STANDS: Final = (
    "level", "min_group", "within", "industry", "shared_parcel", "years", "min_indicators", "method", "floor",
    "unknown", "cap", "revenue_for_output", "new_months", "small_mu", "price_apply", "reference_price",
    "overlay_min_share", "tax_limit_wan_per_mu", "large_mu", "stop_months", "d_years", "ramp_years", "controls",
)  # fmt: skip
_WITH_DEFAULT: Final = {
    "years": "indicators.years", "industry": "ranking.industry", "shared_parcel": "ranking.shared_parcel",
    "overlay_min_share": "land_price.overlay_min_share",
}  # fmt: skip
"""Parameters of which the project file carries a default: a pack that states one beats that default."""

_NAMED: Final = (
    "tax_limit_wan_per_mu", "mean_share", "large_mu", "d_years", "ramp_years", "prohibited_codes", "controls",
    "batches",
)  # fmt: skip
"""Settings of [rules] that are parameters of the named rules."""


def _values(project: Project) -> dict[str, Any]:
    """Return the value of each parameter: that of the project file, else that of the pack."""
    entries = pack_parameters(project.rules.pack, project.own_pack)
    value: dict[str, Any] = {name: entry.get("value") for name, entry in entries.items()}
    default = {name for name, key in _WITH_DEFAULT.items() if value[name] is not None and not _states(project, key)}
    value |= {name: given for name, given in _overrides(project).items() if given is not None and name not in default}
    if project.indicators.weights is not None:
        value |= {"strata": [], "bases": {}}
    return value


def _states(project: Project, key: str) -> bool:
    """Return whether the project file itself states a key: its default does not beat a pack."""
    section, _, name = key.partition(".")
    return name in getattr(project, section).model_fields_set


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
        **{name: getattr(rules, name) for name in _NAMED},
        "price_apply": price.apply,
        "reference_price": price.reference if price.reference is not None else project.locked.reference_price,
        "overlay_min_share": price.overlay_min_share,
    }


def _codes(codes: Sequence[str], scheme: str) -> tuple[str, ...]:
    """Return exempt codes as industry codes are compared: "C4620" is "4620"; in `plain` the text itself."""
    stated = pd.Series(list(codes), dtype="str")
    return tuple((stated.str.strip() if scheme == PLAIN else normalise(stated)).fillna(""))


def _named_values(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the named rules compare with: exact shares, codes as industry codes are compared (None = no list)."""
    codes = value["prohibited_codes"]
    return {
        "mean_share": Fraction(value["mean_share"]),
        "prohibited_codes": None if codes is None else _codes(codes, value["industry"]),
        "batches": {name: Decimal(share) for name, share in value["batches"].items()},
    }


def _faults_of_codes(codes: Sequence[str], scheme: str, where: str = "rules.exempt_codes") -> list[Fault]:
    """Refuse a code (exempt, prohibited) that could match nothing, or everything: at least a division of two digits."""
    stated = pd.Series(list(codes), dtype="str")
    usable = stated.str.strip().ne("") if scheme == PLAIN else division(stated).notna() & stated.str.contains(r"\d\d")
    allowed = "46、462、4620、C4620"
    do = "改正或删除 / correct or delete it"
    return [
        Fault(f"[{where}]", f"“{code}”不是行业代码 / “{code}” is no industry code", allowed, do)
        for code in stated[~usable.astype(bool)]
    ]


def _faults_of_pack(project: Project) -> list[Fault]:
    names = shipped()
    where, name = "[rules.pack]", project.rules.pack
    if project.own_pack is not None:
        where, name = f"{name} [extends]", str(project.own_pack["extends"])
    if name in names:
        return []
    known = "、".join(names)
    near = get_close_matches(name, names, n=1)
    hint = f"最接近的是 {near[0]} / nearest: {near[0]}" if near else "改用其中之一 / use one of them"
    return [Fault(where, f"没有规则包 {name} / no rule pack {name}", f"可用 / known: {known}", hint)]


def _faults_of_rules(rule: Rule) -> list[Fault]:
    allowed = f"可用 / known: {'、'.join(COMPUTED)}"
    if not rule.enabled:
        return [Fault("[rules.enabled]", "没有启用任何规则 / no rule is enabled", allowed, "至少启用一条 / enable one")]
    return [
        Fault("[rules.enabled]", f"规则 {name} 不能计算 / rule {name} is not computed", allowed, "删除 / remove it")
        for name in rule.enabled
        if name not in COMPUTED
    ]


def _faults_of_named(rule: Rule, prohibited: Sequence[str]) -> list[Fault]:
    """Refuse prohibited codes that are none, a control table that is none, batches that do not grow."""
    faults, known = (
        _faults_of_codes(prohibited, rule.industry, "rules.prohibited_codes"),
        load_folder("policy/controls"),
    )
    if rule.controls and rule.controls not in known:
        found, near = f"没有控制指标表 {rule.controls} / no such control table", "、".join(known)
        do = "改用其中之一,或用 [inputs] controls 导入 / use one of them, or import your own"
        faults.append(Fault("[rules.controls]", found, near, do))
    shares = list(rule.batches.values())
    if any(later <= earlier for earlier, later in pairwise(shares)):
        found = "、".join(f"{name} {share}" for name, share in rule.batches.items())
        faults.append(Fault("[rules.batches]", found, "逐批增大 / growing", "改正比例 / correct the shares"))
    return faults


def _faults_of_weights(rule: Rule, project: Project) -> list[Fault]:
    where = _where(project, "weights", "indicators.weights")
    strange = dict.fromkeys(
        name for each in rule.all_strata for name in (*each.weights, *each.bases) if name not in measures()
    )
    if strange:
        near = get_close_matches(next(iter(strange)), list(measures()), n=1, cutoff=0.0)
        do = f"最接近的是 {near[0]} / nearest: {near[0]}"
        found = f"没有指标 {'、'.join(strange)} / no such measure"
        return [Fault(where, found, "、".join(measures()), do)]
    weighted = min(sum(weight > 0 for weight in each.weights.values()) for each in rule.all_strata)
    if weighted == 0:
        do = "至少一项大于0 / give one of them a weight"
        return [Fault(where, "没有大于0的权重 / no weight above 0", "、".join(measures()), do)]
    if rule.shared_parcel != "apportion" and set(rule.indicators) != set(BASIC):
        found = f"{rule.shared_parcel} 只合并税收、产值和能耗 / pools tax, output and energy only"
        do = "改为 apportion,或只用三项基础指标 / set apportion, or the three base indicators only"
        return [Fault("[ranking.shared_parcel]", found, "apportion", do)]
    if rule.min_indicators > weighted:
        found = f"要求{rule.min_indicators}项,有权重的只有{weighted}项 / more asked for than are weighted"
        do = f"改为不大于{weighted} / at most {weighted}"
        return [Fault("[indicators.min_indicators]", found, f"1-{weighted}", do)]
    return []


def _where(project: Project, name: str, setting: str) -> str:
    """Return where a parameter was stated: in the project file, else in the bureau's own pack."""
    if project.own_pack is None or _states(project, setting):
        return f"[{setting}]"
    return f"{project.rules.pack} [parameters.{name}]"


def _faults_of_grades(rule: Rule, project: Project) -> list[Fault]:
    if sum(rule.grades.values()) == 1:
        return []
    found = f"合计 {sum(rule.grades.values()):f},不是1 / they add up to {sum(rule.grades.values()):f}, not 1"
    do = "各等级比例之和应为1 / the shares of the grades must add up to 1"
    return [Fault(f"{project.rules.pack} [parameters.grades]", found, "1", do)]


def _faults_of_frozen(project: Project) -> list[Fault]:
    declared, frozen = project.land_price.reference, project.locked.reference_price
    faults = []
    if declared is not None and frozen is not None and declared != frozen:
        found = f"{declared:g} ≠ {frozen:g}"
        do = "两处只留一处 / keep one of the two"
        faults.append(Fault("[land_price.reference], [frozen.reference_price]", found, do=do))
    said = {name: getattr(project.locked, name) for name in ("bases", "dropped", "extremes", "means")}
    places = ((f"[frozen.{name}.{group}]", named) for name, groups in said.items() for group, named in groups.items())
    for where, named in places:
        unknown = [indicator for indicator in named if indicator not in measures()]
        if unknown:
            faults.append(Fault(where, "、".join(unknown), "、".join(measures()), "改正 / correct it"))
    for group, extremes in project.locked.extremes.items():
        for indicator, (low, high) in extremes.items():
            if low > high:
                where, found = f"[frozen.extremes.{group}.{indicator}]", f"最低 {low!r} > 最高 {high!r}"
                faults.append(Fault(where, found, "[最低, 最高] / [lowest, highest]", "改正 / correct it"))
    return faults


def _faults_of_means(project: Project, rule: Rule) -> list[Fault]:
    """Return the locked means that no points can have: they are parts of 1, not of 100."""
    most = 1.0 if rule.method == "minmax" else rule.cap
    return [
        Fault(f"[frozen.means.{group}.{name}]", f"{mean!r}", f"0 … {most:g}", "改正 / correct it")
        for group, means in (project.locked.means.items() if rule.unknown == "mean" else ())
        for name, mean in means.items()
        if not 0 <= mean <= most + NOISE
    ]


def _printed(value: Any, lang: str, name: str) -> str:
    if value is None:
        return term("parameter_value", "not_given" if name in _NAMED else "computed", lang)
    if isinstance(value, bool):
        return term("outcome", str(value).lower(), lang)
    if isinstance(value, float) and math.isinf(value):
        return term("parameter_value", "no_cap", lang)
    if isinstance(value, Mapping):
        return "、".join(f"{_key_title(name, key, lang)} {_joined(entry)}" for key, entry in value.items()) or "—"
    if isinstance(value, tuple | list):
        separator = "、" if all(isinstance(entry, str) for entry in value) else "; "
        return separator.join(_stratum(e, lang) if isinstance(e, Stratum) else str(e) for e in value) or "—"
    return str(value) or "—"


def _joined(value: Any) -> str:
    return "/".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def _stratum(stratum: Stratum, lang: str) -> str:
    """Return for whom a stratum is, its weights and its declared bases."""
    parts = (("scale", stratum.scale), ("park_type", stratum.park_type))
    whom = " ".join(term(kind, said, lang) for kind, said in parts if said)
    bases = f" ÷ ({_printed(stratum.bases, lang, 'bases')})" if stratum.bases else ""
    return f"{whom}: {_printed(stratum.weights, lang, 'weights')}{bases}"


_KEYS: Final = {"batches": "batch", "tax_limit_wan_per_mu": "scale"}
"""Parameter -> enumeration of its keys."""


def _key_title(name: str, key: str, lang: str) -> str:
    """Return what a key of a parameter is called: a measure, a batch, a scale; others (families, grades) as is."""
    entry = column("enterprises", key) if key in measures() else None
    return entry.title(lang) if entry else term(_KEYS.get(name, name), key, lang)
