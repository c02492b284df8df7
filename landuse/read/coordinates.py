"""Judge from coordinates, declaration and region in which CRS a layer stands; nothing is ever assumed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from landuse.errors import Fault
from landuse.read.claims import Case, Claim, Ruling, Weighed, Why, conflict, settled
from landuse.read.judgement import Evidence, Judgement
from landuse.read.places import CADASTRE_LAT, Fit, Place, Spread, beside, fits, place_in, spread_of
from landuse.read.statements import NOTHING, Statement, stated
from landuse.settings import Region
from landuse.tables import Geometries

_ALIKE: Final = frozenset({"cgcs2000", "wgs84"})
"""Datums less than a metre apart: equal on a map (DOMAIN 10.1)."""
_SAME_DEG: Final = 1e-5
"""Two statements that put the data nearer than this to each other (1 m) are one …"""
_SAME_BASE_DEG: Final = 3e-3
"""… and so are two on different ellipsoids nearer than this (300 m)."""


def judge_crs(stated: str | None, geometry: Geometries, *, region: Region | None, where: str) -> Judgement:
    """Return the CRS that the statement of the file, the ranges of its coordinates and the region speak for.

    Parameters
    ----------
    stated
        CRS as the file states it; None = none.
    geometry
        Geometries as read, in the order of axes of the file.

    Raises
    ------
    InputError
        The statement names no CRS, or the displaced coordinates of a web map.
    """
    return rule_on(Claim(found=stated), geometry, region=region, where=where).judgement


def rule_on(claim: Claim, geometry: Geometries, *, region: Region | None, where: str) -> Ruling:
    """Return the CRS of a layer, or the fault that says why there is none and between which a person has to choose.

    Raises
    ------
    InputError
        A statement names no CRS, or the displaced coordinates of a web map.
    """
    declared = stated(claim.declared, where) if claim.declared else NOTHING
    found = stated(claim.found, where) if claim.found else NOTHING
    spread = spread_of(geometry)
    if spread is None:
        return _placeless(declared, found, where)
    case = Case(spread, fits(spread, region), region, where)
    file = _weighed(found, case)
    if declared is NOTHING:
        return settled(file, case, claim)
    own = _weighed(declared, case)
    if own.why != "fits":
        own = _completed(own, file)
    if own.why != "fits" or file.why == "missing" or _agree(own, file, case):
        return settled(own, case, claim)
    if file.why == "fits":
        return conflict(own, file, where)
    ruling = settled(own, case, claim)
    return Ruling(ruling.judgement, ruling.place, overruled=found.crs or found.text)


# ------------------------------------------------------------------------------------------- one statement


def _weighed(said: Statement, case: Case) -> Weighed:
    """Return what the coordinates say of a statement."""
    if said.is_whole:
        return _whole(said, case) if said.datum else Weighed(said, "datum", options=_options(said, case))
    if said.datum:
        return _partial(said, case)
    return Weighed(said, "open" if said.is_narrow else "missing", options=_options(said, case))


def _partial(said: Statement, case: Case) -> Weighed:
    """Return what the coordinates say of a datum whose zone is left open, or more."""
    mine = [fit for fit in case.sites if _admits(said, fit)]
    here, turned = (
        _distinct([fit for fit in mine if fit.is_turned == other and fit.place.lies_in(case.region)])
        for other in (False, True)
    )
    if len(here) == 1:
        return Weighed(said, "fits", here[0].crs, here[0].place)
    if here or turned:
        return Weighed(said, "open" if here else "turned", options=here or turned)
    straight = [fit for fit in mine if not fit.is_turned]
    if straight and case.region:
        return Weighed(said, "outside", straight[0].crs, straight[0].place, _options(said, case))
    return Weighed(said, "range", options=_options(said, case))


def _whole(said: Statement, case: Case) -> Weighed:
    """Return what the coordinates say of a statement that leaves nothing open."""
    place = _place(said, case.spread, case.region)
    if place is not None and place.lies_in(case.region):
        return Weighed(said, "fits", said.crs, place)
    turned = _place(said, case.spread.turned, case.region)
    if turned is not None and turned.lies_in(case.region) and turned.in_china:
        fit = Fit(said.crs, Evidence(said.crs, said.crs), said.datum, turned, is_turned=True, system=said.system)
        return Weighed(said, "turned", said.crs, place, (fit,))
    loose = place or place_in(said.crs, case.spread, case.region)
    why: Why = "outside" if case.region and loose else "range"
    return Weighed(said, why, said.crs, loose, _options(said, case))


def _place(said: Statement, spread: Spread, region: Region | None) -> Place | None:
    """Return where a whole statement puts coordinates in this order; None where they cannot be its own."""
    if said.system is not None and not beside(said.system, spread):
        return None
    place = place_in(said.crs, spread, region)
    if place is None or abs(place.lat) > CADASTRE_LAT:
        return None
    return place if said.system is None or place.in_china else None


def _admits(said: Statement, fit: Fit) -> bool:
    if fit.system is not None:
        return said.admits(fit.system)
    return not said.is_narrow and said.datum in ("", fit.datum) and (fit.crs == "EPSG:4326" or not said.is_geographic)


def _options(said: Statement, case: Case) -> tuple[Fit, ...]:
    """Return the systems a person may choose from where a statement does not do: of its datum where it names one."""
    datum = said.datum or said.hint
    known = [fit for fit in case.sites if fit.place.lies_in(case.region)] or list(case.sites)
    same = [fit for fit in known if datum == fit.datum] if datum else known
    narrow = [fit for fit in same if _admits(said, fit)] if said.is_narrow else same
    return _distinct(narrow or same or known)


def _distinct(options: Sequence[Fit]) -> tuple[Fit, ...]:
    """Return the fits without those that put the same datum to the same place: a zone of 3° beats one of 6°."""
    found: dict[tuple[str, float, float, bool], Fit] = {}
    for fit in options:
        found.setdefault((fit.datum, round(fit.place.lon, 6), round(fit.place.lat, 6), fit.is_turned), fit)
    return tuple(found.values())


# ------------------------------------------------------------------------------------------ two statements


def _completed(own: Weighed, file: Weighed) -> Weighed:
    """Return a declaration that leaves something open, completed by what the file states where the two agree."""
    is_part = own.why == "open" and file.why == "fits" and any(fit.crs == file.crs for fit in own.options)
    return Weighed(own.said, "fits", file.crs, file.place) if is_part else own


def _agree(own: Weighed, file: Weighed, case: Case) -> bool:
    """Return whether the file states what the project file declares; unknown datums and WGS 84 are no contradiction."""
    mine, its = own.said.datum, file.said.datum
    if file.why == "datum":
        at = place_in(file.said.crs, case.spread, case.region)
        return file.said.hint in ("", mine) and _near(own.place, at, _SAME_BASE_DEG)
    if file.why != "fits" or (mine != its and not {mine, its} <= _ALIKE):
        return False
    return own.crs == file.crs or _near(own.place, file.place, _SAME_DEG)


def _near(one: Place | None, other: Place | None, degrees: float) -> bool:
    if one is None or other is None:
        return False
    return max(abs(one.lon - other.lon), abs(one.lat - other.lat)) <= degrees


def _placeless(declared: Statement, found: Statement, where: str) -> Ruling:
    """Return the ruling on a layer without a single coordinate: a whole statement does, for nothing is placed by it."""
    whole = next((said for said in (declared, found) if said.is_whole), None)
    if whole is not None:
        return Ruling(Judgement(whole.crs, Evidence("没有图形可核对", "no geometry to check")))
    found_none = Evidence("没有坐标系", "the CRS is missing")
    do = "在项目文件中写明 crs / declare crs"
    return Ruling(Judgement(None, found_none), fault=Fault(where, str(found_none), 'crs = "EPSG:4528" …', do))
