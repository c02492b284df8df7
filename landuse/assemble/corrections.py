"""Lay the corrections of the project over the tables as read, before anything is merged."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import pandas as pd

from landuse import tables
from landuse.assemble.accounts import MONEY, merge_accounts
from landuse.assemble.codes import clean_keys, clean_uscc
from landuse.assemble.keys import stack
from landuse.assemble.mending import Mending, Outcome
from landuse.assemble.parcels import REGISTERED, merge_parcels
from landuse.project import Project
from landuse.rule import Rule
from landuse.tables import RawPart, RawTables
from landuse.tables.changes import BETWEEN, PLACE, SAID, Change, changes_of, notes_in_force

UNKNOWN: Final = "—"
CODES: Final = ("OVERRIDE_APPLIED", "OVERRIDE_OLD_VALUE", "OVERRIDE_UNKNOWN_KEY", "OVERRIDE_UNUSABLE")
BALANCED: Final = {*MONEY, "revenue_wan"}
"""Columns of accounts whose correction moves the balance."""


def corrected(raw: RawTables, project: Project, rule: Rule) -> RawTables:
    """Return the tables with the corrections of ``[inputs] overrides`` made, in their order.

    A correction whose old value is not the one in force is not made (an error); one of an object that the data do not
    have neither (a warning). Each that is made is a note, and `moved` says by how much it changed what was read, so
    that the balance begins with the amounts of the source. Opinions, objections and notes are left to who explains;
    a note on a parcel that the data do not have is told.
    """
    parts = raw.of("overrides")
    said = stated(parts)
    if len(lost := _homeless(raw, notes_in_force(said))):
        raw = dataclasses.replace(raw, issues=tables.join_issues([raw.issues, lost]))
    changes = [change for change in said if change.table not in SAID]
    if not changes:
        return raw
    mending = Mending(raw, changes)
    outcomes = [mending.make(change) for change in changes]
    mended = mending.raw()
    made = [change for change, outcome in zip(changes, outcomes, strict=True) if outcome.code == CODES[0]]
    issues = tables.join_issues([raw.issues, _issues(changes, outcomes)])
    return dataclasses.replace(mended, issues=issues, moved=_moved((raw, mended), made, project, rule))


def stated(parts: Sequence[RawPart]) -> list[Change]:
    """Return the changes of all files of overrides, in the order of the files and their rows."""
    return changes_of(stack(parts, "overrides").to_dict("records")) if parts else []  # type: ignore[arg-type]


def in_balance(balance: pd.DataFrame, raw: RawTables) -> pd.DataFrame:
    """Return the balance with the step `read` beginning at the amounts of the source, corrections named as a reason."""
    rows = balance
    for quantity, amount in raw.moved.items():
        at = int((rows["step"].eq("read") & rows["quantity"].eq(quantity)).to_numpy().argmax())
        whole = int(rows["amount_in"].iloc[at]) + amount
        step = tables.balance_step("read", quantity, whole, {CODES[0]: amount})
        rows = pd.concat([rows.iloc[:at], step, rows.iloc[at + 1 :]], ignore_index=True)
    return rows


def _homeless(raw: RawTables, notes: Sequence[Change]) -> pd.DataFrame:
    """Return an issue for each note of the map on a parcel that no table has."""
    on_parcels = [note for note in notes if not PLACE.match(note.key)]
    if not on_parcels:
        return tables.no_issues()
    known = Mending(raw, (), asked={"parcels": [note.key for note in on_parcels]})
    lost = [note for note in on_parcels if not known.knows("parcels", note.key)]
    place = [(note.key, *note.source) for note in lost]
    facts = [
        {
            "who": note.who or UNKNOWN,
            "day": note.day or UNKNOWN,
            "form": note.form_file or note.source[0],
            "row": note.form_row or UNKNOWN,
        }
        for note in lost
    ]
    rows = pd.DataFrame(place, columns=["key", "source_file", "source_sheet", "source_row"])
    value = [note.new for note in lost]
    return tables.issue_rows("NOTE_UNKNOWN_PARCEL", rows, table="parcels", key="key", value=value, facts=facts)


def _issues(changes: Sequence[Change], outcomes: Sequence[Outcome]) -> pd.DataFrame:
    found = list(zip(changes, outcomes, strict=True))
    applied, differing, unknown, unusable = ([pair for pair in found if pair[1].code == code] for code in CODES)
    return tables.join_issues(
        [
            *(tables.issue_rows("OVERRIDE_APPLIED", **_issue(pair)) for pair in applied),
            *(tables.issue_rows("OVERRIDE_OLD_VALUE", **_issue(pair)) for pair in differing),
            *(tables.issue_rows("OVERRIDE_UNKNOWN_KEY", **_issue(pair)) for pair in unknown),
            *(tables.issue_rows("OVERRIDE_UNUSABLE", **_issue(pair)) for pair in unusable),
        ]
    )


def _issue(pair: tuple[Change, Outcome]) -> dict[str, Any]:
    change, outcome = pair
    file, sheet, row = outcome.place if outcome.place[0] else change.source
    key = change.key.rpartition(BETWEEN)[2] if change.table == "occupancy" else change.key
    place = pd.DataFrame({"key": [key], "source_file": [file], "source_sheet": [sheet], "source_row": [row]})
    facts = {
        "old": change.old or UNKNOWN,
        "found": outcome.found or UNKNOWN,
        "who": change.who or UNKNOWN,
        "day": change.day or UNKNOWN,
        "why": change.why or UNKNOWN,
        "form": change.form_file or change.source[0],
        "row": change.form_row or change.source[2] or UNKNOWN,
    }
    return {
        "rows": place,
        "table": change.table,
        "key": "key",
        "column": change.column,
        "value": [change.new or UNKNOWN],
        "facts": [facts],
    }


def _moved(raws: tuple[RawTables, RawTables], made: Iterable[Change], project: Project, rule: Rule) -> dict[str, int]:
    """Return by how many integer parts the source exceeds the corrected tables, quantity by quantity."""
    moved: dict[str, int] = {}
    firms = {change.key for change in made if change.table == "accounts" and change.column in BALANCED}
    plots = {change.key for change in made if change.table == "parcels" and change.column == REGISTERED}
    if firms:
        before, after = (_money(_some(raw, "accounts", "uscc", firms), project, rule) for raw in raws)
        moved |= {name: before.get(name, 0) - after.get(name, 0) for name in MONEY}
    if plots:
        land = [_land(_some(raw, "parcels", "parcel_id", plots), project) for raw in raws]
        moved["area_m2"] = land[0] - land[1]
    return {name: amount for name, amount in moved.items() if amount}


def _some(raw: RawTables, table: str, key: str, wanted: set[str]) -> list[RawPart]:
    clean = clean_uscc if key == "uscc" else clean_keys
    return [_rows(part, clean(part.frame[key]).isin(wanted).to_numpy(dtype=bool)) for part in raw.of(table)]


def _rows(part: RawPart, mask: Any) -> RawPart:
    pick: Callable[[Any], Any] = lambda values: None if values is None else values[mask]  # noqa: E731
    frame = part.frame[mask].reset_index(drop=True)
    return dataclasses.replace(part, frame=frame, shapes=pick(part.shapes), wkb=pick(part.wkb))


def _money(parts: Sequence[RawPart], project: Project, rule: Rule) -> dict[str, int]:
    merged = merge_accounts(parts, year=project.project.year, revenue_for_output=rule.revenue_for_output)
    read = merged.balance[merged.balance["step"].eq("read")]
    return dict(zip(read["quantity"], read["amount_in"].astype(int), strict=True))


def _land(parts: Sequence[RawPart], project: Project) -> int:
    merged = merge_parcels(parts, areas=project.areas)
    return int(merged.parcels.table["area_cm2"].sum()) + sum(merged.set_aside.values())
