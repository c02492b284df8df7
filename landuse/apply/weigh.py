"""Weigh what forms say against each other and against the data: what is new, what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from landuse.apply.entries import Entry
from landuse.apply.names import decision
from landuse.assemble.matching import decisions
from landuse.assemble.mending import Mending
from landuse.errors import Fault
from landuse.tables.changes import SAID, Change, correctable, same, typed
from landuse.tables.matches import MATCHES

REFUSED: Final = {
    "OVERRIDE_OLD_VALUE": (
        "原值与现有数据不符 / the old value is not that of the data: {old} ≠ {found}",
        "数据已有变动,重新生成表单再填 / the data have changed, make the form again and fill it in",
    ),
    "OVERRIDE_UNKNOWN_KEY": (
        "数据中没有该对象 / the data have no such object: {key}",
        "核对代码 / check the code",
    ),
    "OVERRIDE_UNUSABLE": (
        "值不可用 / the value cannot be used: {old} → {new}",
        "改正表单 / correct the form",
    ),
}
"""Outcome of a correction -> what is said, and what to do."""


def conflicts(entries: Sequence[Entry]) -> tuple[list[Entry], list[Fault]]:
    """Return one entry a cell, and a fault for each cell of which two entries say different things."""
    first: dict[tuple[object, ...], Entry] = {}
    faults = []
    for each in entries:
        known = first.setdefault(_identity(each.change), each)
        if known.change.new != each.change.new:
            found = f"同一单元格有两个不同的值 / two values for one cell: {known.change.new} ≠ {each.change.new}"
            place = f"{known.where}; {_named(each.change)}"
            faults.append(Fault(each.where, found, place, "核对后只保留一个 / keep one of them"))
    return list(first.values()), faults


def weighed(entries: Sequence[Entry], before: Sequence[Change], mending: Mending) -> tuple[list[Change], list[Fault]]:
    """Return the changes that are new, and a fault for each that cannot be made.

    Parameters
    ----------
    before
        What overrides.csv says already; it is made first.
    """
    new: list[Change] = []
    faults: list[Fault] = []
    for change in before:
        if change.table not in SAID:
            mending.make(change)
    said = {change.cell: change for change in before if change.table in SAID}
    done, decided = _days(before), decisions(before)
    for each in entries:
        change = each.change
        days = done.get(_statement(change), set())
        if _is_repeated(change, days) and change.table != MATCHES:
            continue
        if change.table == MATCHES:
            meant = decided[change.key].same if change.key in decided else None
            judge = decision(each, said.get(change.cell), mending, meant)
        elif change.table in SAID:
            judge = _opinion(each, said.get(change.cell), mending)
        else:
            judge = _correction(each, mending, is_known=bool(days))
        if isinstance(judge, Fault):
            faults.append(judge)
        elif judge is not None:
            new.append(judge)
    return new, faults


def _identity(change: Change) -> tuple[object, ...]:
    """Return what two forms must agree on; leases that share a key are told apart by their old value."""
    return (*change.cell, change.old) if change.table == "occupancy" else change.cell


def _statement(change: Change) -> tuple[object, ...]:
    return (*change.cell, change.old, change.new)


def _days(changes: Sequence[Change]) -> dict[tuple[object, ...], set[str]]:
    """Return on which days each thing was stated."""
    found: dict[tuple[object, ...], set[str]] = {}
    for change in changes:
        found.setdefault(_statement(change), set()).add(change.day)
    return found


def _is_repeated(change: Change, days: set[str]) -> bool:
    """Say whether a change is one that was made before, and not the same thing stated anew on a later day.

    Without a day only the data can tell: a value that was corrected back may be corrected again. Leases that share a
    key are told apart by their old value, which another of them may bear by now: there the day must be a later one.
    """
    if change.table == "occupancy" and days:
        return change.day <= max(days)
    return bool(change.day or change.table in SAID) and change.day in days


def _correction(each: Entry, mending: Mending, *, is_known: bool) -> Change | Fault | None:
    """Return a correction that is new.

    Parameters
    ----------
    is_known
        Whether it was made before: where its old value is no longer in force, later corrections went beyond it.
    """
    change = each.change
    column = correctable(change.table, change.column)
    if column is not None and change.table != "occupancy" and same(mending.now(change), typed(change.new, column)):
        return None
    outcome = mending.make(change)
    if outcome.code == "OVERRIDE_APPLIED":
        return change
    if is_known and outcome.code == "OVERRIDE_OLD_VALUE":
        return None
    found, do = REFUSED[outcome.code]
    facts = {"key": change.key, "old": change.old or "—", "new": change.new or "—", "found": outcome.found or "—"}
    return Fault(each.where, f"{found.format(**facts)} ({_named(change)})", "", do)


def _opinion(each: Entry, known: Change | None, mending: Mending) -> Change | Fault | None:
    """Return an opinion or a part of an objection that is new; another one than before must bear a later day."""
    change = each.change
    tables = (each.about,) if each.about in {"parcels", "enterprises"} else ("parcels", "enterprises")
    if not any(mending.knows(table, change.key) for table in tables):
        found, do = REFUSED["OVERRIDE_UNKNOWN_KEY"]
        return Fault(each.where, found.format(key=change.key), "", do)
    if known is None:
        return change
    if known.new == change.new:
        return None
    if change.day and known.day and change.day > known.day:
        return change
    found = f"与已登记的不同,且日期不晚于它 / differs from what is registered, and is not later: {known.new}"
    allowed = f"{known.day or '—'} {known.form_file}"
    return Fault(each.where, found, allowed, "改变意见须填更晚的日期 / a changed opinion needs a later day")


def _named(change: Change) -> str:
    return ", ".join(str(part) for part in change.cell if part not in {"", None})
