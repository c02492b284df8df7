"""Give of an analysis what an audience may see, before anything is drawn: the renderers decide nothing on secrecy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field

from landuse.catalogue import load
from landuse.disclosure.aggregates import aggregates
from landuse.disclosure.basemaps import told_base_maps
from landuse.disclosure.coarse import coarse
from landuse.disclosure.homes import PLACES, homes
from landuse.disclosure.packs import base_name, told_pack, told_rule
from landuse.disclosure.printed import told_print
from landuse.disclosure.whitelist import LISTS, Whitelist, whitelist
from landuse.errors import DefectError
from landuse.frozen import Locked
from landuse.industry import PLAIN
from landuse.inputs import INPUT_TABLES, Inputs
from landuse.project import Project
from landuse.settings import InputEntry, Section
from landuse.tables import Analysis, InputFile, Parcels, RawPart, RawTables

DIVISION: Final = r"^\s*([A-Za-z]?\d{2})"
"""The division of an industry code."""
AGGREGATES: Final = "aggregates"
"""Fact of a public view: the sums that may be published."""
TABLES: Final = ("occupancy", "findings", "groups", "history", "lift", "agreement", "accounts", "balance")
"""Tables of an analysis beside parcels, enterprises and issues."""
UNTOLD: Final = ("previous", "cases", "targets", "demands", "hand_plans")
"""Inputs of which no audience is told that there are any: a run before, and all that clean-up is planned from."""


class ToldProject(Project):
    """The project as an audience may read it; its fingerprint is that of the run."""

    run_digest: str = Field(default="", exclude=True)
    unstated: Mapping[str, tuple[str, ...]] = Field(default={}, exclude=True)
    """Section -> settings that the text does not state."""

    def digest(self) -> str:
        """Return the fingerprint of the run."""
        return self.run_digest

    def _silent(self) -> dict[str, Any]:
        """Return what its text does not state: beside what changes nothing, what the audience is not told."""
        silent = super()._silent()
        for section, names in {**self.unstated, "print": ("underlay",)}.items():
            known = silent.get(section, {})
            silent[section] = known if known is True else {**known, **dict.fromkeys(names, True)}
        return {**silent, "sheets": True}


def for_audience(analysis: Analysis, audience: str) -> Analysis:
    """Return the analysis with nothing in it that an audience may not see.

    Parameters
    ----------
    audience
        ``internal`` gives the analysis itself; ``superior`` and ``public`` a view with the fields of `audiences.toml`.

    Returns
    -------
    A public view is sorted by parcel code, so that no order of the input shows; credit codes are running numbers; names
    stand only where a conclusion is published; ``facts["aggregates"]`` holds the sums that may be published.
    """
    if audience == "internal":
        return analysis
    allowed = whitelist(audience)
    plain = _public(analysis, allowed) if allowed.named else analysis
    seen: dict[str, Any] = {name: allowed.seen(getattr(plain, name), name) for name in TABLES}
    facts = {name: analysis.facts[name] for name in allowed.facts if name in analysis.facts}
    if "rule" in facts:
        facts["rule"] = told_rule(facts["rule"], analysis.project, allowed)
    if AGGREGATES in allowed.written:
        facts[AGGREGATES] = aggregates(analysis)
    parcels = plain.parcels
    view = replace(
        plain,
        project=_told_project(analysis.project, allowed),
        raw=_told_raw(plain.raw, analysis.project, allowed),
        parcels=parcels.with_table(allowed.seen(parcels.table, "parcels")),
        enterprises=allowed.seen(plain.enterprises, "enterprises"),
        issues=allowed.seen(analysis.issues, "issues"),
        facts=facts,
        variants=None,
        plans=None,
        **seen,
    )
    return _verified(view, allowed)


# ----------------------------------------------------------------------------------------------- parts


def _told_project(project: Project, allowed: Whitelist) -> ToldProject:
    """Return the project with the sections an audience may read, of the inputs the names alone."""
    sections = {name: getattr(project, name) for name in allowed.sections}
    if "rules" in sections:
        sections["rules"] = project.rules.model_copy(update={"pack": told_pack(project, allowed)})
    sections |= {name: _as_usual(sections[name], fields) for name, fields in allowed.unstated.items()}
    sections["map"], folder = told_base_maps(project, allowed)
    sections |= told_print(project, allowed)
    head = project.project.model_copy(update={"audience": allowed.audience})
    tables = (name for name in INPUT_TABLES if name not in UNTOLD)
    inputs: dict[str, Any] = {name: entries for name in tables if (entries := _entries(project, name, allowed))}
    plain = {"folder": folder, "own_layout": project.own_layout}
    return ToldProject.model_construct(
        _fields_set={*project.model_fields_set} & {*allowed.sections, "inputs"},
        **{**_defaults(), **sections, "project": head, "inputs": Inputs.model_construct(**inputs), **plain},
        run_digest=project.digest(),
        unstated=allowed.unstated,
    )


def _as_usual(section: Section, names: tuple[str, ...]) -> Section:
    """Return a section with some settings as they are where the project file says nothing of them."""
    fields = type(section).model_fields
    return section.model_copy(update={name: fields[name].get_default(call_default_factory=True) for name in names})


def _defaults() -> dict[str, Any]:
    """Return every section of a project as it is where the project file says nothing of it."""
    return {
        name: field.get_default(call_default_factory=True)
        for name, field in Project.model_fields.items()
        if not field.is_required()
    } | {"locked": Locked(), "own_pack": None, "own_catalogue": None, "own_layout": None}


def _entries(project: Project, table: str, allowed: Whitelist) -> tuple[InputEntry, ...]:
    """Return the files of a table by their names; where files are not told, that there are some."""
    given = project.inputs.of(table)
    return tuple(InputEntry(path=base_name(entry.path) if allowed.inputs else table) for entry in given)


def _told_raw(raw: RawTables, project: Project, allowed: Whitelist) -> RawTables:
    """Return what is drawn around the parcels, and name, size and fingerprint of the inputs where they are told."""
    parts = {name: tuple(_told_part(part, allowed) for part in raw.of(name)) for name in ("parks", "context")}
    inputs = (one for one in raw.inputs if allowed.inputs and one.name not in _of_planning(project))
    told = tuple(InputFile(base_name(one.name), one.size, one.sha256) for one in inputs)
    return RawTables(parts={name: found for name, found in parts.items() if found}, inputs=told)


def _of_planning(project: Project) -> set[str]:
    """Return the files that clean-up is planned from, as the list of inputs names them."""
    tables = (name for name in UNTOLD if name != "previous")
    paths = {entry.path for name in tables for entry in project.inputs.of(name)} | {project.measures.catalogue or ""}
    return {path.replace("\\", "/") for path in paths if path}


def _told_part(part: RawPart, allowed: Whitelist) -> RawPart:
    return RawPart(
        table=part.table,
        file=base_name(part.file) if allowed.inputs else "",
        sheet="",
        frame=allowed.seen(part.frame, part.table),
        headers={},
        factors={},
        shapes=part.shapes,
        wkb=part.wkb,
        crs=part.crs,
    )


def _verified(view: Analysis, allowed: Whitelist) -> Analysis:
    """Return the view after a last look: no field but those of the list.

    Raises
    ------
    DefectError
        A field is there that the audience may not see.
    """
    tables = {name: getattr(view, name) for name in ("enterprises", "issues", *TABLES)} | {
        "parcels": view.parcels.table
    }
    for name, frame in tables.items():
        if more := set(frame.columns) - set(allowed.tables.get(name, ())):
            raise DefectError(f"{allowed.audience}: {name} shows {sorted(more)}")
    return view


# ---------------------------------------------------------------------------------------------- public


def _public(analysis: Analysis, allowed: Whitelist) -> Analysis:
    """Return the analysis with stand-ins for keys, names where they may be, positions on the grid, in neutral order."""
    grid = float(analysis.project.outputs.public_grid_m)
    parcels, firms = _public_parcels(analysis, allowed, grid), _public_enterprises(analysis, allowed)
    number = pd.Series([f"{place:06d}" for place in range(1, len(firms) + 1)], index=firms.index, dtype="str")
    stand_in = dict(zip(firms["uscc"], number, strict=True)) if "uscc" in firms else {}
    use = analysis.occupancy
    if "uscc" in use.columns:
        use = use.assign(uscc=use["uscc"].map(stand_in)).dropna(subset=["uscc"])
        use = use.sort_values(["parcel_id", "uscc"], kind="stable", ignore_index=True)
    around = {name: tuple(_on_grid(p, grid) for p in analysis.raw.of(name)) for name in ("parks", "context")}
    return replace(
        analysis,
        parcels=parcels,
        enterprises=firms.assign(uscc=number) if "uscc" in firms else firms,
        occupancy=use,
        raw=replace(analysis.raw, parts={**analysis.raw.parts, **around}),
    )


def _public_parcels(analysis: Analysis, allowed: Whitelist, grid: float) -> Parcels:
    """Return the parcels by code, their outlines on the grid, with names where a conclusion is published."""
    own, table = analysis.parcels, analysis.parcels.table
    order = np.argsort(table["parcel_id"].astype("str").to_numpy(dtype=object), kind="stable")
    concluded = _among(table, "efficiency_class", allowed) | _among(table, "idle_class", allowed)
    hidden = [name for name in allowed.named["parcel_fields"] if name in table.columns]
    shown = table.assign(**{name: table[name].where(concluded) for name in hidden})
    shapes = coarse(own.geometry, own.crs, grid)
    return Parcels(shown.iloc[order].reset_index(drop=True), shapes[order], own.crs)


def _public_enterprises(analysis: Analysis, allowed: Whitelist) -> pd.DataFrame:
    """Return the enterprises by their place, with names where a conclusion is published, and the division alone."""
    firms = analysis.enterprises
    if firms.empty:
        return firms
    home = homes(firms, analysis.occupancy, analysis.parcels.table)
    graded = _among(firms, "status", allowed) & _in_company(firms)
    concluded = graded | _is_true(firms, "low_efficiency")
    told: dict[str, Any] = {name: home[name] for name in PLACES}
    for name in ("name", "industry_group"):
        if name in firms.columns:
            told[name] = firms[name].where(concluded)
    if "grade" in firms.columns:
        told["grade"] = firms["grade"].where(graded)
    if "low_efficiency" in firms.columns:
        told["low_efficiency"] = firms["low_efficiency"].where(concluded)
    if "industry_code" in firms.columns:
        told["industry_code"] = _divisions(firms["industry_code"], analysis.project)
    keys = pd.DataFrame({"home": home["parcel_id"].astype("str"), "name": told.get("name", pd.Series(dtype="str"))})
    land = firms["area_mu"] if "area_mu" in firms.columns else pd.Series(0.0, index=firms.index)
    order = keys.assign(land=land).sort_values(["home", "name", "land"], kind="stable", na_position="last").index
    return firms.assign(**told).loc[order].reset_index(drop=True)


def _divisions(codes: pd.Series, project: Project) -> pd.Series:
    """Return the division of industry codes; of free texts nothing."""
    if project.ranking.industry == PLAIN:
        return pd.Series(None, index=codes.index, dtype="str")
    return codes.astype("str").str.extract(DIVISION, expand=False)


def _in_company(firms: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which enterprises were ranked among so many that a grade is not as good as a rank."""
    if "n_in_group" not in firms.columns:
        return np.ones(len(firms), dtype=bool)
    least = int(load(LISTS)["sums"]["least_enterprises"])
    return firms["n_in_group"].astype("Int64").ge(least).fillna(value=False).to_numpy(dtype=bool)


def _is_true(table: pd.DataFrame, name: str) -> npt.NDArray[np.bool_]:
    if name not in table.columns:
        return np.zeros(len(table), dtype=bool)
    return table[name].astype("boolean").fillna(value=False).to_numpy(dtype=bool)


def _among(table: pd.DataFrame, name: str, allowed: Whitelist) -> npt.NDArray[np.bool_]:
    if name not in table.columns:
        return np.zeros(len(table), dtype=bool)
    return table[name].isin(allowed.named[name]).to_numpy(dtype=bool)


def _on_grid(part: RawPart, grid: float) -> RawPart:
    if part.geometry is None or part.crs is None or grid <= 0:
        return part
    return replace(part, shapes=coarse(part.geometry, part.crs, grid), wkb=None)
