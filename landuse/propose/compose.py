"""Put a proposed project file together from what was found in the files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from landuse.inputs import INPUT_TABLES
from landuse.propose.collect import Found, named_paths
from landuse.propose.draft import ASK, Draft, Line, joined
from landuse.propose.entries import Around, columns_of, entry_lines, open_line
from landuse.propose.fits import Fit, fit_table
from landuse.propose.mapping import Mapped, mapped_table
from landuse.propose.measuring import units_of
from landuse.propose.pieces import Looked, Piece, RasterPiece
from landuse.propose.placing import County, Place, county_of, places_of
from landuse.propose.rasters import day_of
from landuse.propose.repeats import settle_repeats, told_twice
from landuse.propose.roles import Role, role_of
from landuse.propose.said import because, said, word
from landuse.propose.years import YearChoice, latest_year, year_of
from landuse.read.judgement import Evidence
from landuse.settings import Region
from landuse.tables import KEYS, columns

_LOCAL: Final = ("parks", "buildings", "land_prices")
"""Tables whose layers lie in the county: where no parcels tell the place, these do."""
_ROOM_KM: Final = 100.0
"""How far from such a layer parcels may lie: less than half of a zone of 3 degrees."""

_COUNTY_KM: Final = 40
"""Reach of a county, where it cannot be measured from all its parcels."""


@dataclass(frozen=True)
class _Seen:
    """What is known of all pieces together."""

    roles: Sequence[Role]
    by_table: Mapping[str, tuple[Fit, ...]]
    places: Mapping[str, Place]
    county: County | None
    years: Mapping[str, YearChoice]
    mapped: Mapping[str, Mapped] = field(default_factory=dict)


def compose(looked: Looked, found: Found, lang: str) -> Draft:
    """Return the proposed project file.

    Parameters
    ----------
    looked
        What is in the files.
    found
        Which files there were.
    lang
        Language of the project, zh or en.
    """
    roles = settle_repeats([role_of(piece) for piece in looked.pieces])
    seen = _seen(roles, looked.pieces)
    around = _around(seen)
    inputs = {table: entry_lines(fits, seen.mapped[table], around) for table, fits in seen.by_table.items() if fits}
    if not _has_polygons(seen):
        inputs["parcels"] = (*inputs.get("parcels", ()), Line(ASK, (said("no_parcels"),)))
    asked = tuple(
        open_line(role, seen.places.get(role.piece.where)) for role in roles if not role.fits and _is_asked(role, found)
    )
    asked += tuple(
        Line(each.path, (because("unread", each.why, path=each.path),)) for each in looked.unread if each.is_asked
    )
    mapped = {table: each.shared for table, each in seen.mapped.items() if each.shared}
    return Draft(
        project=_project(seen, lang),
        inputs=inputs,
        rasters=_rasters(looked.rasters),
        columns=mapped,
        previous=_previous(looked.previous),
        open=asked,
        remarks=_remarks(roles, looked, found),
    )


def _seen(roles: Sequence[Role], pieces: Sequence[Piece]) -> _Seen:
    by_table = {
        table: tuple(sorted((fit for role in roles for fit in role.fits if fit.table == table), key=_order))
        for table in INPUT_TABLES
    }
    by_table = {table: fits for table, fits in by_table.items() if fits}
    places = places_of(pieces, None)
    county = county_of(by_table.get("parcels", ()), places)
    around = county or county_of([fit for table in _LOCAL for fit in by_table.get(table, ())], places)
    if around is not None:
        room = {} if county else {"radius_km": _ROOM_KM}
        region = Region.model_validate({**around.region, **room})
        again = [piece for piece in pieces if piece.shape and places[piece.where].crs is None]
        places |= places_of(again, region)
        county = _roomy(county or county_of(by_table.get("parcels", ()), places), by_table, places)
    years = {fit.piece.where: year_of(fit) for fit in by_table.get("accounts", ())}
    beside = [fit_table(role.piece, "parcels") for role in roles if not role.fits]
    mapped = {table: mapped_table(table, fits, beside) for table, fits in by_table.items()}
    return _Seen(roles, by_table, places, county, years, mapped)


def _roomy(county: County | None, by_table: Mapping[str, Sequence[Fit]], places: Mapping[str, Place]) -> County | None:
    """Return the county with room for the parcels whose place is open: they are not in what was measured."""
    where = [places[fit.piece.where] for fit in by_table.get("parcels", ()) if fit.piece.where in places]
    if county is None or all(place.crs for place in where):
        return county
    radius = max(county.region["radius_km"], _COUNTY_KM)
    return County({**county.region, "radius_km": radius}, county.why)


def _order(fit: Fit) -> tuple[Any, ...]:
    """Return where a file stands among those of its table: geometry first, then in the order of its columns."""
    keys = set(KEYS.get(fit.table, ()))
    names = [name for name in columns("input", fit.table) if name not in keys]
    told = [names.index(name) for name in (*fit.sure, *fit.years) if name in names]
    return not fit.piece.shape, min(told, default=len(names)), fit.piece.path, fit.piece.source.sheet


def _around(seen: _Seen) -> Around:
    """Return what the entry of one file needs to know of the others."""
    accounts = seen.by_table.get("accounts", ())
    units = units_of(
        [entry for fits in seen.by_table.values() for fit in fits for entry in columns_of(fit)], seen.places
    )
    roles = {role.piece.where: role for role in seen.roles}
    return Around(seen.places, units, seen.years, roles, told_twice(accounts, seen.years))


def _is_asked(role: Role, found: Found) -> bool:
    """Say whether a piece without a table is put to the user: it was named, or something in it was recognised."""
    return role.piece.file in found.named or bool(role.candidates)


def _project(seen: _Seen, lang: str) -> dict[str, Line]:
    """Return the section [project] as far as the data tell."""
    accounts = seen.by_table.get("accounts", ())
    year = latest_year(accounts, [seen.years[fit.piece.where] for fit in accounts])
    name = word("name", lang, year=year) if year else word("name_no_year", lang)
    lines = {
        "name": Line(name, (said("project_name"),)),
        "year": Line(year or ASK, (said("project_year" if year else "project_year_open"),)),
    }
    if year:
        lines["land_date"] = Line(dt.date(year, 12, 31), (said("land_date"), said("as_of")))
    lines["language"] = Line(lang)
    if seen.county is not None:
        lines["region"] = Line(seen.county.region, (seen.county.why,))
    return lines


def _rasters(rasters: Sequence[RasterPiece]) -> dict[str, Line]:
    """Return the entries of rasters, named by their files."""
    lines: dict[str, Line] = {}
    for raster in rasters:
        if raster.kind == "picture":
            continue
        entry: dict[str, Any] = {"path": raster.path, "kind": raster.kind}
        day = day_of(raster.path)
        notes = [said("raster_value")]
        if raster.kind == "class":
            entry["built_classes"] = ASK
            shown = "、".join(f"{v} {raster.labels[v]}" if v in raster.labels else str(v) for v in raster.values)
            example = ", ".join(map(str, raster.values[-2:]))
            notes = [said("raster_class", values=shown), said("built_open", example=example)]
        if day is not None:
            entry["date"] = day
        else:
            notes.append(said("day_missing"))
        stem = PurePosixPath(raster.path).stem
        name = stem if stem not in lines else PurePosixPath(raster.path).name
        lines[name] = Line(entry, tuple(notes))
    return lines


def _previous(folders: Sequence[str]) -> Line | None:
    if not folders:
        return None
    if len(folders) == 1:
        return Line(folders[0], (said("previous"),))
    return Line(ASK, (said("previous_several", names="、".join(folders)),))


def _has_polygons(seen: _Seen) -> bool:
    return any(fit.piece.shape == "polygon" for fit in seen.by_table.get("parcels", ()))


def _remarks(roles: Sequence[Role], looked: Looked, found: Found) -> tuple[Evidence, ...]:
    """Return what was seen and is not used."""
    notes = [said("no_rows", path=r.piece.where) for r in roles if not r.fits and not _is_asked(r, found)]
    notes += [because("unread", each.why, path=each.path) for each in looked.unread if not each.is_asked]
    notes += [said("raster_picture", path=r.path, bands=r.bands) for r in looked.rasters if r.kind == "picture"]
    if found.folders:
        notes.append(said("folders", names=named_paths(found.folders)))
    if found.passed:
        notes.append(said("passed", names=named_paths(found.passed)))
    return joined(notes)
