"""Word what was found about the CRS of a layer: the claim, the evidence weighed, the candidates, the fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from landuse.catalogue import load
from landuse.errors import Fault
from landuse.read.crs import parse_crs
from landuse.read.judgement import Candidate, Evidence, Judgement
from landuse.read.national import FIRST, LAST, System, meridian_of
from landuse.read.places import Fit, Place, Spread
from landuse.read.statements import Statement
from landuse.settings import Region

EXAMPLES: Final = (105, 114, 117, 120)
"""Meridians for which a message says where the data would lie: west, middle and east of the country."""
SHOWN: Final = 6
"""Candidates that a message names; more are counted."""
Why = Literal["fits", "missing", "turned", "range", "outside", "open", "datum"]
"""fits; nothing stated; axes in the other order; out of the ranges; outside the region; not whole; no datum named."""


@dataclass(frozen=True)
class Claim:
    """What is claimed of a layer: by the project file, and by the file itself."""

    declared: str | None = None
    found: str | None = None
    """CRS as the file states it; None = none."""
    is_turned: bool = False
    """The project file says that the northing comes first: the geometries are turned already."""
    form: str = ""
    """Format that says nothing of the source of its degrees: GeoJSON, KML."""


@dataclass(frozen=True)
class Ruling:
    """What was decided on a claim."""

    judgement: Judgement
    place: Place | None = None
    """Where the data lie."""
    fault: Fault | None = None
    """Why nothing was decided; None where something was."""
    overruled: str = ""
    """CRS that the file states and that its own coordinates refute; the project file was right."""


@dataclass(frozen=True)
class Case:
    """The coordinates of a layer, and where they could lie."""

    spread: Spread
    sites: tuple[Fit, ...]
    region: Region | None
    where: str


@dataclass(frozen=True)
class Weighed:
    """What the coordinates say of one statement."""

    said: Statement
    why: Why
    crs: str = ""
    place: Place | None = None
    options: tuple[Fit, ...] = ()


def settled(one: Weighed, case: Case, claim: Claim) -> Ruling:
    """Return the ruling on one statement: decided where it fits, else a fault with the candidates."""
    if one.why == "fits":
        at, named = where_is(one.place) if one.place else Evidence("", ""), _name(one)
        evidence = Evidence(f"{named},数据{at.zh}", f"{named}, the data lie {at.en}")
        return Ruling(Judgement(one.crs, evidence), one.place)
    found = _found(one, case, claim)
    advice = _worded("advice", _advice(one, case.region, claim), crs=one.options[0].crs if one.options else "")
    fault = Fault(case.where, str(found), _allowed(one, case), str(advice))
    candidates = tuple(Candidate(fit.crs, _option(fit)) for fit in one.options)
    return Ruling(Judgement(None, found, candidates), one.place, fault)


def conflict(own: Weighed, file: Weighed, where: str) -> Ruling:
    """Return the ruling where declaration and file state different systems and the coordinates admit both."""
    found = _worded("found", "conflict", crs=_name(own), other=_name(file))
    both = [(own.crs, own.place), (file.crs, file.place)]
    sites = [Candidate(crs, Evidence(f"{crs} {where_is(at).zh}", f"{crs} {where_is(at).en}")) for crs, at in both if at]
    allowed = "; ".join(str(site.evidence) for site in sites)
    fault = Fault(where, str(found), allowed, str(_worded("advice", "conflict")))
    return Ruling(Judgement(None, found, tuple(sites)), fault=fault)


def where_is(place: Place) -> Evidence:
    """Return a place in words."""
    at = f"{abs(place.lon):.4f}°{'EW'[place.lon < 0]} {abs(place.lat):.4f}°{'NS'[place.lat < 0]}"
    if place.km is None:
        return Evidence(f"落在 {at}", f"at {at}")
    return Evidence(f"落在 {at},距区域中心 {place.km:.1f} km", f"at {at}, {place.km:.1f} km from the region's centre")


def _found(one: Weighed, case: Case, claim: Claim) -> Evidence:
    """Return what is wrong."""
    key: str = one.why
    if one.why == "missing" and claim.form:
        key = "silent"
    elif one.why == "turned" and claim.is_turned:
        key = "straight"
    elif one.why in ("range", "outside") and one.said.is_geographic and not case.spread.is_degrees:
        key = "degrees"
    lies = where_is(one.place) if one.place else Evidence("", "")
    facts = {"crs": _name(one), "form": claim.form, "lies_zh": lies.zh, "lies_en": lies.en}
    return _worded("found", key, at=str(case.spread), turned=str(case.spread.turned), **facts)


def _worded(part: str, key: str, **facts: str) -> Evidence:
    """Return a sentence of the words about coordinate systems."""
    entry = load("read/crs_words.toml")[part][key]
    return Evidence(str(entry["zh"]).format(**facts), str(entry["en"]).format(**facts))


def _allowed(one: Weighed, case: Case) -> str:
    """Return between what a person may choose, and where each would put the data."""
    region, chosen = case.region, _chosen(one)
    if _is_of_any_meridian(chosen):
        return str(_meridians(chosen, one.said))
    listed = [str(_options(group)) for group in _by_place(chosen[:SHOWN])]
    if region and one.why == "outside":
        listed.insert(0, f"region: {region.lon}°E {region.lat}°N ≤ {region.radius_km:g} km")
    if (more := len(chosen) - SHOWN) > 0:
        listed.append(f"另有 {more} 个 / {more} more")
    if one.why == "missing" and any(fit.datum == "wgs84" for fit in chosen):
        listed.append(str(_worded("advice", "web")))
    return "; ".join(listed)


def _advice(one: Weighed, region: Region | None, claim: Claim) -> str:
    """Return what to do: a key of the words."""
    chosen = _chosen(one)
    if one.why == "turned":
        return "straight" if claim.is_turned else "turned"
    if _is_of_any_meridian(chosen):
        return "meridian"
    if chosen and not chosen[0].place.lies_in(region):
        return "elsewhere"
    return {0: "none", 1: "one"}.get(len(chosen), "several")


def _chosen(one: Weighed) -> tuple[Fit, ...]:
    """Return the candidates that a message names: with axes in the other order only where that is the matter."""
    straight = tuple(fit for fit in one.options if not fit.is_turned)
    return one.options if one.why == "turned" or not straight else straight


def _by_place(chosen: Sequence[Fit]) -> list[list[Fit]]:
    """Return candidates together that put the data to the same place: datums, which coordinates cannot tell apart."""
    groups: dict[tuple[float, float, bool], list[Fit]] = {}
    for fit in chosen:
        groups.setdefault((round(fit.place.lon, 4), round(fit.place.lat, 4), fit.is_turned), []).append(fit)
    return list(groups.values())


def _option(fit: Fit) -> Evidence:
    """Return one candidate, and where it would put the data."""
    return _options([fit])


def _options(group: Sequence[Fit]) -> Evidence:
    """Return the candidates of one place, and the place."""
    at, first = where_is(group[0].place), group[0]
    zh = "、".join(f"{fit.crs}({fit.name.zh})" if fit.name.zh != fit.crs else fit.crs for fit in group)
    en = " or ".join(f"{fit.crs} ({fit.name.en})" if fit.name.en != fit.crs else fit.crs for fit in group)
    zh_turn, en_turn = (",但坐标轴次序颠倒", " with the axes in the other order") if first.is_turned else ("", "")
    alike = ("(坐标分不清大地基准)", " (coordinates do not tell datums apart)") if len(group) > 1 else ("", "")
    return Evidence(f"可能是 {zh}{zh_turn},{at.zh}{alike[0]}", f"may be {en}{en_turn}, {at.en}{alike[1]}")


def _is_of_any_meridian(options: Sequence[Fit]) -> bool:
    """Return whether the eastings carry no zone and nothing says which zone is meant."""
    return len({fit.system.meridian for fit in options if fit.system and fit.system.width}) > SHOWN


def _meridians(options: Sequence[Fit], said: Statement) -> Evidence:
    """Return the zones that are possible, width by width, and where each would put the data."""
    zones = [(fit, fit.system) for fit in options if fit.system and fit.system.width]
    first, system = zones[0]
    off = first.place.lon - system.meridian
    side = ("以西", "west") if off < 0 else ("以东", "east")
    is_open = len({own.datum for _, own in zones}) > 1
    datums = "大地基准也须写明(CGCS2000、西安80 或 北京54)," if is_open else ""
    many = ", the datum is wanted too (CGCS2000, Xian 80 or Beijing 54)" if is_open else ""
    alike = sorted({(own.meridian, fit.place.lon) for fit, own in zones if own.datum == system.datum})
    shown = [pair for pair in alike if pair[0] in EXAMPLES] or alike[:SHOWN]
    sites = [f"{meridian:g}° → {lon:.4f}°E" for meridian, lon in shown]
    groups = _zone_groups([(fit, own) for fit, own in zones if own.datum == system.datum], said)
    return Evidence(
        f"{datums}东坐标不带带号,不知中央经线,可能是 {'、'.join(groups.zh)}:数据在中央经线{side[0]} {abs(off):.4f}°,"
        f"北纬 {first.place.lat:.4f}°(中央经线 {'、'.join(sites)})",
        f"eastings carry no zone number and the meridian is unknown, it may be of {' or '.join(groups.en)}{many}, the "
        f"data lie {abs(off):.4f}° {side[1]} of it at {first.place.lat:.4f}° N (meridian {', '.join(sites)})",
    )


@dataclass(frozen=True)
class _Groups:
    zh: tuple[str, ...]
    en: tuple[str, ...]


def _zone_groups(zones: Sequence[tuple[Fit, System]], said: Statement) -> _Groups:
    """Return the zones of each width as first and last; every meridian of 6 degrees is one of 3 degrees too."""
    zh, en = [], []
    for width in (3, 6):
        mine = sorted(((own.zone, own.meridian, fit.crs) for fit, own in zones if own.width == width))
        if mine:
            (low, west, code), (high, east, last) = mine[0], mine[-1]
            zh.append(f"{width}度带 {low}–{high}(中央经线 {west:g}°–{east:g}°,{code} 至 {last})")
            en.append(f"{width}-degree zones {low}–{high} (meridians {west:g}°–{east:g}°, {code} to {last})")
        six = [zone for zone in range(FIRST[6], LAST[6] + 1) if mine and _may_be_six(said, zones[0][1], zone)]
        sixes = [zone for zone in six if mine[0][1] <= meridian_of(6, zone) <= mine[-1][1]]
        if width == 3 and sixes:
            zh.append(f"6度带 {sixes[0]}–{sixes[-1]}")
            en.append(f"6-degree zones {sixes[0]}–{sixes[-1]}")
    return _Groups(tuple(zh), tuple(en))


def _may_be_six(said: Statement, system: System, zone: int) -> bool:
    """Return whether a zone of 6 degrees is left open by what is stated."""
    return not said.is_narrow or said.admits(replace(system, width=6, zone=zone))


def _name(one: Weighed) -> str:
    """Return a statement as a user may read it: the code, the name inside WKT, else how it was written."""
    if one.said.crs.startswith(("EPSG:", "OGC:")):
        return one.said.crs
    if one.said.crs:
        return str(parse_crs(one.said.crs, "").name).replace("; ", " ").replace(" / ", " ")
    return one.said.text.replace("; ", " ").replace(" / ", " ")[:60]
