"""Put one plot page together: everything it shows, as data for the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from landuse.cartography.style import coded
from landuse.cartography.values import idle_classes
from landuse.catalogue import term
from landuse.law.calendar import Clock
from landuse.reports.content.context import IDLE_CLASSES, Context
from landuse.reports.dossier.clock import time_line
from landuse.reports.dossier.corners import Ring, boundary_text, rings_of, rows_of
from landuse.reports.dossier.facts import Cells, Sources, facts_of
from landuse.reports.dossier.ground import Ground, grid_of, ground
from landuse.reports.dossier.location import Location
from landuse.reports.dossier.options import Standing, burdens, options, recommendation
from landuse.reports.dossier.picture import name_of, parcel_map
from landuse.reports.dossier.prices import Prices
from landuse.reports.dossier.process import Process
from landuse.reports.dossier.sides import SIDES, neighbours
from landuse.reports.dossier.users import FIRST, MOST, Users
from landuse.reports.dossier.words import NOTHING, Row, known, shown, title, word
from landuse.reports.sources import records
from landuse.scenarios.measures import book_of, facts

CORNERS: Final = 40
"""Lines of the table of corners on the page itself."""
ANNEXED: Final = 1200
"""Lines of corners up to which all are printed in an annex; of more they go to a file beside the page."""
KEY_FIGURES: Final = ("area_mu", "idle_since", "idle_days", "idle_fee_wan", "reclaim_from")
MOST_KEYS: Final = 5
"""Key figures that have room."""

Rows = npt.NDArray[np.intp]


class Desk:
    """The run as the plot pages of some parcels see it."""

    def __init__(self, ctx: Context, rows: Rows) -> None:
        self.ctx, self.lang, self.rows = ctx, ctx.words.lang, rows
        analysis = ctx.analysis
        self.table = analysis.parcels.table
        self.ids = [str(key) for key in self.table["parcel_id"].iloc[rows]]
        self.parcels = records(self.table.iloc[rows])
        self.ground: Ground = ground(analysis)
        self.location = Location(self.ground)
        self.users = Users(ctx, self.ids)
        self.cells = Cells(analysis, self.ids)
        self.process = Process(analysis) if analysis.project.dossiers.process else None
        self.clock = Clock(analysis.project.as_of, analysis.project.idle.anniversary)
        self.prices = Prices(analysis.plans, self.ids, self.lang)
        self.book = book_of(analysis.project.measures, analysis.project.own_catalogue)

    @cached_property
    def holding(self) -> list[frozenset[str]]:
        """Return the facts that hold for each parcel, those that measures rest on."""
        analysis = self.ctx.analysis
        found = facts(self.table.iloc[self.rows], analysis.enterprises, analysis.occupancy, book=self.book)
        names, holds = found.columns.to_numpy(), found.fillna(value=False).to_numpy(dtype=bool)
        return [frozenset(names[row].tolist()) for row in holds]

    @cached_property
    def colours(self) -> list[str]:
        """Return the fill of each parcel: that of its class on the map of idle or of low-efficiency land."""
        some = self.table.iloc[self.rows]
        idle = some["idle_class"].isin(IDLE_CLASSES).to_numpy(dtype=bool)
        by = {}
        for theme, values in (("idle", idle_classes(some)), ("low", some["efficiency_class"])):
            legend, codes = coded(values, theme, lang=self.lang)
            by[theme] = [legend[code].colour for code in codes.tolist()]
        return [i if is_idle else low for is_idle, i, low in zip(idle.tolist(), by["idle"], by["low"], strict=True)]

    @cached_property
    def idle(self) -> list[str]:
        """Return the class of each parcel on the map of idle land."""
        return [str(name) for name in idle_classes(self.table.iloc[self.rows])]

    @cached_property
    def sides(self) -> Mapping[int, Mapping[str, str]]:
        """Return position of the parcel -> side -> what it borders on there, in words."""
        found = neighbours(self.ground, self.rows)
        told: dict[int, dict[str, list[str]]] = {}
        for line in records(found):
            other = int(line["other"])
            is_line = line["what"] == "line"
            name = str(self.ground.line_facts["name"].iloc[other]) if is_line else name_of(self.table, other)
            names = told.setdefault(int(line["row"]), {}).setdefault(str(line["side"]), [])
            if name not in names:
                names.append(name)
        return {row: {side: "、".join(names) for side, names in sides.items()} for row, sides in told.items()}

    @cached_property
    def system(self) -> str:
        """Return the system of the coordinates in words."""
        found = grid_of(self.ground.crs)
        if found is None:
            return str(self.ground.crs.name)
        degrees, zone, meridian = found
        told = word("page", "grid_zone", self.lang, zone=zone) if zone else ""
        return word("page", "grid", self.lang, degrees=degrees, zone=told, meridian=meridian)

    def page(self, place: int, file: str) -> Mapping[str, Any]:
        """Return everything that one page shows.

        Parameters
        ----------
        place
            Position among the parcels of the desk.
        file
            Name of the file of the page, without its ending.
        """
        row, lang = self.parcels[place], self.lang
        key, at = self.ids[place], int(self.rows[place])
        sources, rings = Sources(lang), rings_of(self.ground.shapes[at])
        users, leading = self.users.of(key), self.users.leading(key)
        lines = self.users.lines(row)
        told = facts_of(row, self.cells, sources)
        standing = Standing(row, users, self.holding[place])
        made = self.process and self.process.parts(key, str(leading["uscc"]) if leading else "", len(users), sources)
        offered = options(standing, self.book, lang, reckoned=self.prices.codes(key))
        return {
            "title": f"{word('page', 'title', lang)} {key}",
            "mark_as": file.replace("_", " "),
            "key": key,
            "user": self.users.name(leading, row) if leading else str(row["holder"]) if known(row, "holder") else "",
            "result": result_of(row, self.idle[place], self.ctx),
            "key_figures": self._key_figures(row, leading),
            "because": str(row["because"]) if known(row, "because") else "",
            "colour": self.colours[place],
            "mark": self.location.mark(self.ground.shapes[at]),
            "map": parcel_map(self.ground, at, rings, self.colours[place]),
            "facts": told,
            "users": lines[:FIRST] if len(lines) > MOST else lines,
            "users_all": lines if len(lines) > MOST else [],
            "comparison": self.users.comparison(row),
            "clock": time_line(row, self.clock, lang),
            "options": [[o.name, o.group, o.why, o.limits] for o in offered],
            "priced": self.prices.rows(key, offered),
            "burdens": word("page", "semicolon", lang).join(burdens(row, lang)),
            "recommendation": recommendation(row, lang),
            "case": dict(self.cells.case(key)),
            "sides": [[word("side", side, lang), self._side(at, side)] for side in SIDES],
            **self._corners(rings, file),
            "process": made or [],
            "sources": sources.lines(),
        }

    def _key_figures(self, row: Row, leading: Row | None) -> list[list[str]]:
        """Return the few figures that a page begins with: land, score and places, idle time, fee."""
        told = [
            [title("parcels", name, self.lang), shown("parcels", name, row[name], self.lang)]
            for name in KEY_FIGURES
            if known(row, name)
        ]
        if leading is not None and known(leading, "score"):
            score = shown("enterprises", "score", leading["score"], self.lang)
            told.append([title("enterprises", "score", self.lang), score])
            told.append([word("page", "ranks", self.lang), self.users.rank_pair(leading)])
        return told[:MOST_KEYS]

    def _side(self, row: int, side: str) -> str:
        return self.sides.get(row, {}).get(side) or word("page", "verify", self.lang)

    def _corners(self, rings: Sequence[Ring], file: str) -> dict[str, Any]:
        """Return the table of corners: all of them on the page, or the first with the rest in an annex or a file."""
        rows, lang = rows_of(list(rings)), self.lang
        cells = [_cells(row) for row in rows[: ANNEXED if len(rows) <= ANNEXED else CORNERS]]
        count = sum(len(ring.points) for ring in rings)
        told = word("page", "rings_one", lang) if len(rings) < 2 else word("page", "rings_many", lang, n=len(rings))
        note = word("page", "corners_note", lang, system=self.system, n=count, rings=told) if rings else ""
        more = ""
        if len(rows) > CORNERS:
            fill = {"n": len(rows), "shown": CORNERS}
            beside = f"{file}_{word('page', 'corners_file', lang)}"
            far = len(rows) > ANNEXED
            more = word("page", "corners_far" if far else "corners_more", lang, **fill, file=beside)
        return {
            "corners": cells[:CORNERS],
            "corners_all": cells if CORNERS < len(rows) <= ANNEXED else [],
            "corners_note": note,
            "corners_more": more,
        }

    def corner_file(self, place: int) -> tuple[str, str] | None:
        """Return the ending and the text of the file of corners of a parcel; None where the page has them all."""
        rows = rows_of(rings_of(self.ground.shapes[int(self.rows[place])]))
        if len(rows) <= ANNEXED:
            return None
        return word("page", "corners_file", self.lang), boundary_text(rows)


def result_of(row: Row, idle_class: str, ctx: Context) -> list[str]:
    """Return the classes of a parcel in official words; suspected idle land is no low-efficiency land as well.

    Parameters
    ----------
    idle_class
        Its class on the map of idle land.
    """
    lang = ctx.words.lang
    idle = str(row.get("idle_class"))
    told = []
    if idle not in ("NORMAL", "NOT_APPLICABLE", "None", "nan"):
        told.append(term("idle_class", idle_class, lang))
    if not (idle in IDLE_CLASSES and row.get("efficiency_class") == "not_rated"):
        told.insert(0, term("efficiency_class", str(row["efficiency_class"]), lang))
    return told


def _cells(row: tuple[str, int, float, float, float | None]) -> list[str]:
    name, ring, north, east, side = row
    return [name, str(ring), f"{north:.3f}", f"{east:.3f}", NOTHING if side is None else f"{side:.2f}"]


def shared_words(ctx: Context, location: Location) -> Mapping[str, Any]:
    """Return what all plot pages of a run have in common."""
    from landuse import __version__
    from landuse.reports.dossier.words import words

    project, lang = ctx.project, ctx.words.lang
    stated = project.print.data_date
    default = word("page", "data_default", lang, land_date=project.land_date, year=project.project.year)
    return {
        "words": words("page", lang),
        "lang": lang,
        "name": project.print.region_name or project.project.name,
        "organisation": project.print.organisation,
        "secrecy": project.print.secrecy,
        "notice": project.outputs.notice,
        "stage": ctx.stage,
        "draft": ctx.stage if ctx.is_draft else "",
        "data_date": word("page", "data_date", lang, told=stated or default),
        "made": word("page", "drawn_on", lang, day=made_on(ctx).isoformat()),
        "footer": word("page", "footer", lang, digest=project.digest()[:12], version=__version__),
        "clock": word("page", "clock", lang, as_of=project.as_of),
        "location": location.shared(),
        "photos": project.dossiers.photos,
        "semicolon": word("page", "semicolon", lang),
        "ordinals": [word("page", "ordinal", lang, zh=sign, n=n) for n, sign in enumerate("一二三四五六七八九十", 1)],
    }


def made_on(ctx: Context) -> date:
    """Return the day that pages say they were made on: as the project says, else the day for idle time."""
    day: date = ctx.project.print.drawn_on or ctx.project.as_of
    return day
