"""Describe the forms of the procedure: what an enterprise confirms, what bureaus say of the list, who objects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.assemble.codes import clean_keys
from landuse.assemble.keys import first_known, group_rows, stack
from landuse.catalogue import load, load_folder, term
from landuse.reports.content.context import Context, context
from landuse.reports.content.describe import idle_codes, main_places
from landuse.reports.content.forms.frame import form_columns, form_guide, form_sheet, word
from landuse.reports.content.model import UNKNOWN, Block, Sheet
from landuse.tables import KEYS, Analysis, RawPart, unit_title
from landuse.tables import columns as columns_of
from landuse.tables.changes import BETWEEN, as_text, same
from landuse.tables.forms import BOOK, form_names

LISTED_CLASSES: Final = ("low", "partly_low", "stopped", "vacant")
"""Efficiency classes a meeting decides on, beside suspected idle land."""
EMPTY_ROWS: Final = 30
ROOM: Final = 500
UNSAFE: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]')
"""Signs a file name must not have on Windows, and those that steer a screen."""
LONGEST_NAME: Final = 80
REGISTERED: Final = "registered_area_m2"
DECIMALS: Final = {"A": ",.2f", "B": ",.2f", "C": ",.4f", "N": ",.0f"}

Row = dict[str, Any]


def confirmations(analysis: Analysis) -> Iterator[tuple[str, Sheet]]:
    """Give file name and form of each enterprise: its own data only, as they stand in the tables of the run."""
    held = _Held.of(analysis)
    taken: set[str] = set()
    for firm in analysis.enterprises.to_dict("records"):
        row = {str(name): value for name, value in firm.items()}
        yield _file_name(row, taken), _confirmation(analysis, row, held)


def review_book(analysis: Analysis) -> Sheet:
    """Return 会审意见表: one row a listed enterprise or parcel, a column a bureau."""
    ctx = context(analysis)
    rows = pd.DataFrame([*_listed_enterprises(ctx), *_listed_parcels(ctx)], columns=list(form_names("review")))
    return form_book(analysis, "review", rows)


def objections_book(analysis: Analysis) -> Sheet:
    """Return 异议登记表: an empty register."""
    rows = pd.DataFrame(None, index=range(EMPTY_ROWS), columns=list(form_names("objections")), dtype=object)
    return form_book(analysis, "objections", rows)


def form_book(analysis: Analysis, kind: str, rows: pd.DataFrame) -> Sheet:
    """Return a form of many objects around its rows."""
    lang, project = analysis.project.language, analysis.project
    facts = {"project": project.project.name, "year": project.project.year, "land_date": project.land_date}
    named = rows[rows.columns[-1]].notna().any()
    rows.insert(0, "seq", np.where(named, np.arange(1.0, len(rows) + 1), np.nan))
    return form_sheet(
        load(BOOK)["forms"][kind],
        project,
        _block(kind, rows, lang),
        lines=(word("words", "confirm_unit", lang, **facts), project.outputs.notice),
        below=(word("words", f"{kind}_note", lang), word("words", f"{kind}_sign", lang)),
    )


def _block(kind: str, rows: pd.DataFrame, lang: str) -> Block:
    return Block(
        columns=form_columns(kind, lang),
        rows=rows,
        guide=form_guide(form_names(kind), lang),
        guide_mark=word("words", "guide_mark", lang),
        room=ROOM,
    )


# ----------------------------------------------------------------------------------------- confirmations


@dataclass(frozen=True)
class _Held:
    """What enterprises own, by credit code: the rows of every table that are theirs."""

    accounts: Mapping[str, list[Row]]
    parcels: Mapping[str, list[Row]]
    occupancy: Mapping[str, list[Row]]
    cells: Mapping[str, Row]
    """What the files say of the parcels, by parcel_id: what a correction is compared with."""
    pieces: frozenset[str]
    """Parcels of several polygons: their registered area stands in no single cell."""

    @classmethod
    def of(cls, analysis: Analysis) -> _Held:
        known = set(analysis.enterprises["uscc"])
        last = analysis.project.project.year
        years = range(last - analysis.facts["rule"].years + 1, last + 1)
        accounts = in_force(analysis.raw.of("accounts"), "accounts")
        accounts = accounts[accounts["year"].isin(list(years)).to_numpy(dtype=bool)]
        land = analysis.parcels.table
        owned = land[land["holder_uscc"].isin(known)] if "holder_uscc" in land.columns else land.iloc[:0]
        parts = analysis.raw.of("occupancy")
        uses = stack(parts, "occupancy") if parts else pd.DataFrame({"uscc": []})
        return cls(
            accounts=_by(accounts, "uscc"),
            parcels=_by(owned, "holder_uscc"),
            occupancy=_by(uses[uses["uscc"].isin(known)], "uscc"),
            cells=_cells_of(analysis, set(owned["parcel_id"])),
            pieces=pieces_of(analysis),
        )

    def asked_of(self, parcel: Row, names: Sequence[str]) -> list[str]:
        """Return the columns of a parcel an owner can confirm: those whose value stands in a cell of the files.

        A date that an amendment moved does not, nor does the registered area of a parcel of several polygons.
        """
        key, cells = str(parcel["parcel_id"]), self.cells.get(str(parcel["parcel_id"]), {})
        summed = {REGISTERED} if key in self.pieces else set()
        return [name for name in names if name not in summed and same(parcel.get(name), cells.get(name))]


def pieces_of(analysis: Analysis) -> frozenset[str]:
    """Return the parcels of several polygons, whose registered areas are summed."""
    drawn = [part.frame["parcel_id"] for part in analysis.raw.of("parcels") if part.wkb is not None]
    ids = clean_keys(pd.concat(drawn)) if drawn else pd.Series(dtype="str")
    return frozenset(ids[ids.duplicated()].dropna())


def _cells_of(analysis: Analysis, wanted: set[str]) -> dict[str, Row]:
    """Return what the files say of some parcels, polygons before registers, as they are merged."""
    found: list[RawPart] = []
    for part in sorted(analysis.raw.of("parcels"), key=lambda part: part.wkb is None):
        frame = part.frame.assign(parcel_id=clean_keys(part.frame["parcel_id"]))
        frame = frame[frame["parcel_id"].isin(wanted)].reset_index(drop=True)
        found.append(replace(part, frame=frame, shapes=None, wkb=None))
    rows = in_force(found, "parcels") if found else pd.DataFrame({"parcel_id": []})
    return {key: rows[0] for key, rows in _by(rows, "parcel_id").items()}


def in_force(parts: Sequence[RawPart], table: str) -> pd.DataFrame:
    """Return one row a key with the first known value of every column: what a correction is compared with."""
    frame = stack(parts, table)
    key = list(KEYS[table])
    frame = frame[frame[key].notna().all(axis=1)].reset_index(drop=True)
    return first_known(frame, group_rows(frame, key)).table


def _by(frame: pd.DataFrame, key: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    if key in frame.columns:
        for row in frame.to_dict("records"):
            found.setdefault(str(row[key]), []).append({str(name): value for name, value in row.items()})
    return found


def _confirmation(analysis: Analysis, firm: Row, held: _Held) -> Sheet:
    lang, project = analysis.project.language, analysis.project
    names = list(form_names("confirmation"))
    rows = pd.DataFrame(list(_items(analysis, firm, held)), columns=names).astype(object)
    rows.insert(0, "seq", np.arange(1.0, len(rows) + 1))
    facts = {"project": project.project.name, "year": project.project.year, "land_date": project.land_date}
    name = as_text(firm.get("name"))
    lines = (
        word("words", "confirm_unit", lang, **facts),
        word("words", "confirm_line", lang, name=name, uscc=firm["uscc"]),
    )
    entry = load(BOOK)["forms"]["confirmation"]
    return form_sheet(
        entry,
        project,
        _block("confirmation", rows, lang),
        lines=lines,
        below=(word("words", "confirm_note", lang), word("words", "confirm_sign", lang)),
    )


def _items(analysis: Analysis, firm: Row, held: _Held) -> Iterator[Row]:
    """Give the rows of one form: the enterprise, its accounts, its own parcels, its leases; who answers and when."""
    lang, uscc = analysis.project.language, str(firm["uscc"])
    entry = load(BOOK)["forms"]["confirmation"]
    of_firm = word("words", "of_firm", lang)
    yield from cell_rows("enterprises", entry["enterprises"], firm, (uscc, of_firm, ""), lang)
    last = analysis.project.project.year
    for row in held.accounts.get(uscc) or [{"uscc": uscc, "year": last}]:
        year = int(row["year"])
        of = (uscc, word("words", "of_year", lang, year=year), str(year))
        known = {**dict.fromkeys(entry["accounts"]), **row}
        yield from cell_rows("accounts", entry["accounts"], known, of, lang)
    for row in held.parcels.get(uscc, ()):
        names = held.asked_of(row, entry["parcels"])
        of = (str(row["parcel_id"]), word("words", "of_parcel", lang, parcel_id=row["parcel_id"]), "")
        yield from cell_rows("parcels", names, row, of, lang)
    for row in held.occupancy.get(uscc, ()):
        key = BETWEEN.join((str(row["parcel_id"]), uscc))
        of = (key, word("words", "of_parcel", lang, parcel_id=row["parcel_id"]), "")
        yield from cell_rows("occupancy", entry["occupancy"], row, of, lang)
    for name, title in load(BOOK)["signature"].items():
        yield {
            "item": title[lang],
            "of": "/",
            "unit": "/",
            "shown": "/",
            "table": "signature",
            "key": uscc,
            "column": name,
        }


def cell_rows(table: str, names: Sequence[str], row: Row, of: tuple[str, str, str], lang: str) -> Iterator[Row]:
    """Give one row a cell; columns that no file carries are left out."""
    key, belongs, year = of
    known = columns_of("input", table)
    for name in (name for name in names if name in row):
        column, value = known[name], row[name]
        yield {
            "item": column.title(lang),
            "of": belongs,
            "unit": unit_title(column.unit, lang) if column.unit else "/",
            "shown": _shown(value, column.fmt, name, lang),
            "table": table,
            "key": key,
            "year": year or None,
            "column": name,
            "old": as_text(value) or None,
        }


def _shown(value: Any, fmt: str, name: str, lang: str) -> str:
    if value is None or pd.isna(value):
        return UNKNOWN
    if isinstance(value, float | int) and fmt in DECIMALS:
        return format(float(value), DECIMALS[fmt])
    text = as_text(value)
    return term(name, text, lang) if name in load_folder("vocabulary/enumerations") else text


def _file_name(firm: Row, taken: set[str]) -> str:
    """Return a file name that is safe on Windows and no other enterprise's: ``<uscc>_<name>.xlsx``."""
    stem = UNSAFE.sub("_", f"{firm['uscc']}_{as_text(firm.get('name'))}")[:LONGEST_NAME].rstrip(". _")
    number, name = 1, stem
    while name.casefold() in taken:
        number += 1
        name = f"{stem}_{number}"
    taken.add(name.casefold())
    return f"{name}.xlsx"


# ------------------------------------------------------------------------------------------- the meeting


def _listed_enterprises(ctx: Context) -> Iterator[Row]:
    found = ctx.analysis.enterprises.loc[ctx.is_listed].reset_index(drop=True)
    found = found.assign(**main_places(ctx, found["uscc"]))
    for row in found.sort_values(["industry_group", "rank", "uscc"], kind="stable").to_dict("records"):
        yield {
            "unit_kind": term("form_unit", "enterprises", ctx.words.lang),
            "named": row["name"],
            "park": row.get("park"),
            "finding": ctx.listed,
            "why": row.get("because"),
            "table": "enterprises",
            "key": row["uscc"],
        }


def _listed_parcels(ctx: Context) -> Iterator[Row]:
    table = ctx.parcels
    low = table["efficiency_class"].isin(LISTED_CLASSES).to_numpy(dtype=bool)
    found = table.assign(printed=idle_codes(table), low=low, idle=ctx.is_idle).loc[low | ctx.is_idle]
    for row in found.sort_values("parcel_id", kind="stable").to_dict("records"):
        classes = [ctx.words.choice("idle_class", row["printed"])] if row["idle"] else []
        classes += [ctx.words.choice("efficiency_class", row["efficiency_class"])] if row["low"] else []
        yield {
            "unit_kind": term("form_unit", "parcels", ctx.words.lang),
            "named": as_text(row.get("parcel_name")) or as_text(row.get("holder")) or row["parcel_id"],
            "park": row.get("park"),
            "finding": ctx.words.join(classes),
            "why": row.get("because"),
            "table": "parcels",
            "key": row["parcel_id"],
        }
