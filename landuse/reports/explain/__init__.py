"""Explain one parcel or enterprise step by step, from the source cell to the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

from landuse.errors import Fault, InputError
from landuse.reports.explain.enterprise import enterprise_steps, stranger_steps
from landuse.reports.explain.parcel import parcel_steps
from landuse.reports.explain.whatif import Trial, what_if
from landuse.reports.explain.words import Step
from landuse.reports.sources import rows_of
from landuse.reports.summary import phrase
from landuse.tables import Analysis

MOST_CANDIDATES: Final = 12


def explain(analysis: Analysis, what: str) -> str:
    """Return every step of one parcel or enterprise as text.

    Parameters
    ----------
    what
        Parcel code, credit code, or a part of a name (enterprise, holder, parcel) that is unique.

    Raises
    ------
    InputError
        Nothing or several objects fit; the candidates are named.
    """
    return text_of(steps_of(analysis, *find(analysis, what)))


def steps_of(analysis: Analysis, kind: str, key: str) -> list[Step]:
    """Return the steps of one object, as `find` names it; the first is its head."""
    return STEPS[kind](analysis, key)


def text_of(steps: Iterable[Step]) -> str:
    """Return steps as text."""
    lines: list[str] = []
    for step in steps:
        lines += [step.heading, *(f"  {line}" for line in step.lines if line)]
    return "\n".join(lines)


def assume(analysis: Analysis, what: str, figures: Sequence[str]) -> Trial:
    """Return what other figures of an enterprise would change, for it and for those compared with it.

    Parameters
    ----------
    what
        Credit code, or a part of a name that is unique.
    figures
        ``column=value`` in the unit of the column, e.g. ``tax_wan=120``; ``?`` = not known.

    Raises
    ------
    InputError
        Nothing or several objects fit, it is no enterprise, or a figure cannot be used.
    """
    kind, key = find(analysis, what)
    if kind != "enterprise":
        found = "只能对企业表中的企业试算 / only an enterprise of the table can be tried"
        raise InputError([Fault(f"--if {key}", found, "", "给出企业 / name an enterprise")])
    return what_if(analysis, key, figures)


STEPS: Final = {"enterprise": enterprise_steps, "parcel": parcel_steps, "stranger": stranger_steps}
"""What can be explained -> its steps."""


def find(analysis: Analysis, what: str) -> tuple[str, str]:
    """Return what is meant: the kind (key of `STEPS`) and the key.

    A code comes first, then a whole name, then a part of an enterprise's name, then of a holder's or a parcel's.
    """
    text = what.strip()
    if text and (found := _by_code(analysis, text) or _by_code(analysis, text.upper())):
        return found
    candidates = _by_name(analysis, text) if text else []
    if len(candidates) == 1:
        return candidates[0][0], candidates[0][1]
    lang = analysis.project.language
    listed = [phrase("ask", "candidate", lang, name=name, key=key) for _, key, name in candidates[:MOST_CANDIDATES]]
    listed += [phrase("ask", "more", lang)] if len(candidates) > MOST_CANDIDATES else []
    told = phrase("ask", "comma", lang).join(listed)
    text = phrase("ask", "many", lang, n=len(candidates), candidates=told) if listed else phrase("ask", "none", lang)
    raise InputError([Fault(what, text, phrase("ask", "allowed", lang), phrase("ask", "do", lang))])


def _by_code(analysis: Analysis, code: str) -> tuple[str, str] | None:
    if analysis.enterprises["uscc"].eq(code).any():
        return "enterprise", code
    if analysis.parcels.table["parcel_id"].eq(code).any():
        return "parcel", code
    others = ({"table": "accounts", "uscc": code}, {"table": "occupancy", "uscc": code})
    if analysis.occupancy["uscc"].eq(code).any() or any(rows_of(analysis.raw, **keys) for keys in others):
        return "stranger", code
    return None


def _by_name(analysis: Analysis, part: str) -> list[tuple[str, str, str]]:
    """Return (kind, key, name) of what the name may mean, each key once; a whole name leaves no others."""
    firms = _named(analysis.enterprises, "uscc", ("name", "former_names"), part)
    parcels = _named(analysis.parcels.table, "parcel_id", ("parcel_name", "holder"), part)
    found = [("enterprise", *each) for each in firms] or [("parcel", *each) for each in parcels]
    whole = [each for each in found if each[2] == part]
    return whole or found


def _named(frame: pd.DataFrame, key: str, names: Iterable[str], part: str) -> list[tuple[str, str]]:
    hits: dict[str, str] = {}
    for name in (name for name in names if name in frame.columns):
        rows = frame.loc[frame[name].fillna("").str.contains(part, regex=False), [key, name]]
        hits = {**dict(zip(rows[key].astype(str), rows[name].astype(str), strict=True)), **hits}
    return list(hits.items())
