"""Prepare one of two runs for a comparison: its rule, its locked values, its enterprises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.errors import InputError
from landuse.frozen import Locked
from landuse.policy import rule_in_force
from landuse.project import Project, recorded_project
from landuse.rule import LOCKED, Rule, Stratum, as_plain
from landuse.tables.runs import RunRecord

OWN_PACK: Final = "own_pack"
"""The bureau's own pack as a whole: what it says stands in the parameters of the rule."""
NO_PARAMETERS: Final = frozenset(
    {
        "project", "inputs", "columns", "outputs", "variants", "scenarios", "frozen", "stages", "ranking", "indicators",
        "rules", "land_price", "measures", "progress", "match", OWN_PACK,
    }
)  # fmt: skip
"""Sections of a project that change no result, are data, or are resolved in the rule."""
NAMES_ONLY: Final = ("pack", "version")
"""Parameters that name a rule; what it says stands in the others."""


@dataclass(frozen=True)
class Side:
    """One of the two runs."""

    run: RunRecord
    project: Project | None
    """None where this version cannot read the project of that run."""
    rule: Rule | None
    firms: pd.DataFrame
    """Table enterprises, with `k` and `cut` (the score of the k-th lowest) of its group; index uscc."""
    groups: pd.DataFrame
    """Table groups, index industry_group."""
    plots: pd.DataFrame
    """Table parcels, index parcel_id."""
    uses: pd.DataFrame
    """Table occupancy, sorted by its index parcel_id."""
    reference: float | None
    """Reference price in yuan per m2, where known."""
    declared: float | None
    """Reference price that the project file states."""
    frozen: bool
    """Whether locked values were in force."""
    frozen_groups: Mapping[str, str]
    frozen_bases: Mapping[str, Mapping[str, float]]
    frozen_extremes: Mapping[str, Mapping[str, tuple[float, float]]]
    frozen_means: Mapping[str, Mapping[str, float]]
    frozen_price: float | None

    @property
    def indicators(self) -> tuple[str, ...]:
        """Return the indicators the run compares."""
        return tuple(str(n).removeprefix("base_") for n in self.groups.columns if str(n).startswith("base_"))


def side_of(run: RunRecord) -> Side:
    """Return a run with everything that a comparison asks of it."""
    project, rule = _rule_of(run)
    said = run.project.get("frozen", {})
    given = {name: value for name, value in said.items() if name != "use" and value}
    frozen = bool(given) and said.get("use") is not False
    held = _locked(run.locked if said.get("from") else said) if frozen else Locked()
    declared = run.project.get("land_price", {}).get("reference")
    reference = run.locked.get("reference_price", declared or said.get("reference_price"))
    groups = run.tables["groups"].set_index("industry_group")
    return Side(
        run=run,
        project=project,
        rule=rule,
        firms=_with_cut(run.tables["enterprises"], groups),
        groups=groups,
        plots=run.tables["parcels"].set_index("parcel_id", drop=False).rename_axis(None),
        uses=run.tables["occupancy"].set_index("parcel_id", drop=False).rename_axis(None).sort_index(kind="stable"),
        reference=reference,
        declared=declared,
        frozen=frozen,
        frozen_groups=held.groups,
        frozen_bases=held.bases_and_gaps(),
        frozen_extremes=held.extremes_and_gaps(),
        frozen_means=held.means_and_gaps(),
        frozen_price=held.reference_price,
    )


def parameters(side: Side) -> dict[str, Any]:
    """Return every parameter of a run by name: the rule resolved, and the sections of the project beside it."""
    rule = side.run.rule or (as_plain(side.rule) if side.rule else {})
    found = flat({name: value for name, value in rule.items() if name not in ("reference_price", OWN_PACK)})
    found["land_price.reference"] = side.declared
    found |= {f"project.{name}": side.run.head.get(name) for name in ("year", "land_date")}
    found["project.as_of"] = side.run.as_of
    sections = {name: value for name, value in side.run.project.items() if name not in NO_PARAMETERS}
    return found | flat(sections)


def flat(tree: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """Return the leaves of nested mappings by their dotted names; a list is a leaf."""
    found: dict[str, Any] = {}
    for key, value in tree.items():
        name = f"{path}.{key}" if path else str(key)
        found |= flat(value, name) if isinstance(value, Mapping) else {name: value}
    return found


def _rule_of(run: RunRecord) -> tuple[Project | None, Rule | None]:
    try:
        project = recorded_project(run.project)
        rule = rule_in_force(project)
    except InputError:
        return None, None
    return project, _as_recorded(rule, run.rule)


def _as_recorded(rule: Rule, recorded: Mapping[str, Any]) -> Rule:
    """Return the rule with the values the run itself wrote down, where its pack said something else then."""
    now = as_plain(rule)
    known = {name: value for name, value in recorded.items() if name in now and name not in LOCKED}
    changed = {name: _like(getattr(rule, name), value) for name, value in known.items() if now[name] != value}
    return replace(rule, **changed)


def _like(model: Any, value: Any) -> Any:
    """Return a plain value in the type of another one."""
    if isinstance(model, Mapping) and isinstance(value, Mapping):
        first = next(iter(model.values()), None)
        return {key: _like(model.get(key, first), entry) for key, entry in value.items()}
    if isinstance(model, Decimal | Fraction):
        try:
            return type(model)(str(value))
        except (InvalidOperation, ValueError, ZeroDivisionError):
            return model
    if isinstance(value, list):
        return tuple(Stratum(**entry) if isinstance(entry, Mapping) else entry for entry in value)
    return float(value) if isinstance(model, float) and not isinstance(value, Mapping) else value


def _locked(held: Mapping[str, Any]) -> Locked:
    """Return the locked values of a run, as far as this version knows them; they were valid when they were written."""
    extremes = {
        group: {name: (float(low), float(high)) for name, (low, high) in known.items()}
        for group, known in held.get("extremes", {}).items()
    }
    known = {name: held[name] for name in ("groups", "bases", "dropped", "means", "reference_price") if name in held}
    return Locked.model_construct(**known, extremes=extremes)


def _with_cut(firms: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the enterprises with k of their group and the score of the k-th lowest in it."""
    ranked = firms.loc[firms["status"].eq("RANKED") & firms["score"].notna(), ["industry_group", "score"]]
    cuts = {}
    for group, scores in ranked.groupby("industry_group", sort=True)["score"]:
        k = int(groups["k"].get(group, 0))
        cuts[group] = float(np.sort(scores.to_numpy(dtype=float))[k - 1]) if k else float("nan")
    place = firms["industry_group"]
    k_of = place.map(groups["k"]).astype("Int64")
    cut = place.map(cuts).astype("float64")
    return firms.assign(k=k_of, cut=cut).set_index("uscc", drop=False).rename_axis(None)
