"""Weigh decisions on names: whether the enterprise is known, and whether an earlier decision may be turned round."""

from __future__ import annotations

from collections.abc import Sequence

from landuse.apply.entries import Entry
from landuse.assemble.mending import Mending
from landuse.errors import Fault
from landuse.tables.changes import Change
from landuse.tables.matches import MATCHES, SAME


def decision(each: Entry, known: Change | None, mending: Mending, meant: Change | None) -> Change | Fault | None:
    """Return a decision that is new; None where it stands already.

    A decision for an enterprise that the data do not have is refused. One that turns an earlier one round, or gives a
    name to another enterprise than the one it was given to, must bear a later day, so that an old workbook does not
    undo what was decided since.

    Parameters
    ----------
    known
        What was decided of this name and this enterprise.
    meant
        The decision that gives the name to an enterprise so far.
    """
    change = each.change
    if known is not None and known.new == change.new:
        return None
    if change.new == SAME and not mending.knows("enterprises", change.item):
        found = f"企业表中没有该代码 / the enterprises have no such code: {change.item}"
        return Fault(each.where, found, "", "核对代码,或先补充企业表 / check it, or add the enterprise first")
    if known is None and change.new == SAME and meant is not None and meant.item != change.item:
        known = meant
    if known is None or (change.day and change.day > known.day):
        return change
    found = "与已登记的决定相反,且日期不晚于它 / turns an earlier decision round, and is not later"
    do = "改变决定须填更晚的复核日期 / a changed decision needs a later day"
    return Fault(each.where, found, f"{known.day or '—'} {known.form_file}", do)


def contradictions(entries: Sequence[Entry]) -> list[Fault]:
    """Return a fault for each name that was given to two enterprises at once."""
    first: dict[str, Entry] = {}
    faults = []
    for each in entries:
        change = each.change
        if change.table != MATCHES or change.new != SAME:
            continue
        other = first.setdefault(change.key, each)
        if other.change.item != change.item:
            found = f"同一名称确认给了两家企业 / one name given to two: {other.change.item} ≠ {change.item}"
            faults.append(Fault(each.where, found, other.where, "只保留一家 / keep one of them"))
    return faults
