"""Say in one sentence why a parcel has its class: rows that share their clauses are filled column by column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.catalogue import load, term
from landuse.law.articles import Basis
from landuse.law.calendar import Clock, Days
from landuse.law.cause import Cause
from landuse.law.facts import Words as Text
from landuse.law.missing import Masks, papers_of
from landuse.law.statutes import IdleLaw, practice
from landuse.law.verdict import SHOWS_START, Consequence, IdleClass, Verdict
from landuse.tables import columns

WORDS: Final = "vocabulary/enumerations/law.toml"
Rows = npt.NDArray[np.intp]
Texts = pd.api.extensions.ExtensionArray
Field = Callable[[Rows], Texts]
"""Text of one placeholder for some rows."""

SHOWS_CAUSE: Final = (IdleClass.OVERDUE_START, IdleClass.IDLE_T1, IdleClass.IDLE_T2)


def idle_because(verdict: Verdict, masks: Masks, clock: Clock, law: IdleLaw, lang: str) -> pd.Series:
    """Return the sentence of each parcel judged.

    Rows of one class, basis, cause and consequence share a template; days and figures are filled by column.
    """
    facts = verdict.facts
    flags = 1 * (facts.gov_delay_days > 0) + 2 * np.isnan(verdict.fee_wan) + 4 * (verdict.late_days > 0)
    papers = 1 * ~np.isnat(facts.start_due_original) + 2 * ~facts.gov_delay_docs.blank
    kinds, groups = _kinds(verdict.idle_class, verdict.basis, verdict.cause, verdict.consequence, flags, papers)
    fields = printers(verdict, masks, lang)
    shared = _shared(clock, law)
    pieces = []
    for kind, rows in zip(kinds, groups, strict=True):
        words = {**shared, "cause": term("idle_cause", Cause(kind[2]).name.lower(), lang)}
        words["article"] = _cite(kind[0], kind[3], kind[1], law, lang)
        pieces.append(fill(_template(kind, words["article"], lang), words, fields, rows))
    return _in_order(pieces, groups)


def articles_cited(verdict: Verdict, law: IdleLaw, lang: str) -> pd.Series:
    """Return the articles that apply to each parcel judged, as they are cited; blank where none does."""
    kinds, groups = _kinds(verdict.idle_class, verdict.consequence, verdict.basis)
    pieces = [
        _repeat(_cite(kind[0], kind[1], kind[2], law, lang), len(rows))
        for kind, rows in zip(kinds, groups, strict=True)
    ]
    return _in_order(pieces, groups)


def fill(template: str, words: Mapping[str, str], fields: Mapping[str, Field], rows: Rows) -> Texts:
    """Return the template filled for some rows: `words` are the same for all, `fields` differ by row."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pa.large_string()
    pieces: list[Any] = []
    constant = ""
    for literal, name, _, _ in Formatter().parse(template):
        constant += literal
        if name is None:
            continue
        if name in words:
            constant += words[name]
        else:
            pieces += [pa.scalar(constant, text), pa.array(fields[name](rows), text)]
            constant = ""
    if not pieces:
        return _repeat(constant, len(rows))
    filled: Texts = pd.array(
        pc.binary_join_element_wise(*pieces, pa.scalar(constant, text), pa.scalar("", text)), dtype="str"
    )
    return filled


def _template(kind: tuple[int, ...], article: str, lang: str) -> str:
    """Join the clauses of one kind of row: the day and its basis, the class, cause, consequence, articles."""
    idle_class, basis, cause, consequence, flags, papers = kind
    clauses = []
    if idle_class in SHOWS_START:
        delay = "delay_documented" if papers & 2 else "delay"
        clauses += [Basis(basis).name.lower(), *(["amended"] if papers & 1 else []), *([delay] if flags & 1 else [])]
    clauses.append(IdleClass(idle_class).name)
    if flags & 4:
        clauses.append("late")
    if idle_class in SHOWS_CAUSE and cause:
        clauses.append("cause")
    if consequence not in {Consequence.NONE, Consequence.WARN}:
        no_fee = consequence == Consequence.FEE and flags & 2
        clauses.append("FEE_UNKNOWN" if no_fee else Consequence(consequence).name)
    if article:
        clauses.append("article")
    book = load(WORDS)["idle_clause"]
    return "".join(book[name][lang] for name in clauses)


def _cite(idle_class: int, consequence: int, basis: int, law: IdleLaw, lang: str) -> str:
    """Return the citation for a class and its consequence; art. 22 joins where it gave the start."""
    name = f"{IdleClass(idle_class).name}.{Consequence(consequence).name.lower()}"
    keys = list(law.applies.get(name, ()))
    if idle_class in SHOWS_START and basis == Basis.HANDOVER:
        keys += law.applies["handover"]
    return law.statute.cite(keys, lang)


def _shared(clock: Clock, law: IdleLaw) -> dict[str, str]:
    """Return the words that are the same for every row: the day, and the numbers of the law."""
    numbers = ("not_started_years", "suspended_years", "reclaim_years", "handover_years")
    shares = ("area_share", "invest_share", "fee_share")
    return {
        "as_of": clock.as_of.isoformat(),
        "approval_years": str(practice().approval_years),
        **{name: str(getattr(law, name)) for name in numbers},
        **{f"least_{name}": _share(getattr(law, name)) for name in shares},
    }


def _share(share: Any) -> str:
    """Return a share as it is spoken: 20 %, else the fraction (1/3)."""
    percent = share * 100
    return f"{percent.numerator}%" if percent.denominator == 1 else str(share)


def printers(verdict: Verdict, masks: Masks, lang: str) -> dict[str, Field]:
    """Return how each placeholder is printed for some rows."""
    facts = verdict.facts
    days: dict[str, Days] = {
        "due": verdict.due,
        "base_due": verdict.due_before_delay,
        "suspended_from": facts.suspended_from,
        "original_due": facts.start_due_original,
        "amended_on": facts.amendment_signed,
        **{name: getattr(facts, name) for name in ("handover_date", "approval_date", "start_date", "finish_due")},
    }
    counts = {
        "idle_days": verdict.days,
        "idle_years": verdict.years,
        "late_days": verdict.late_days,
        "gov_delay_days": facts.gov_delay_days,
    }
    figures = {"fee_wan": verdict.fee_wan}
    for name in ("land_price_wan", "area_due_m2", "area_started_m2", "invest_due_wan", "invest_actual_wan"):
        figures[name] = getattr(facts, name)
    return {
        **{name: _printer(values, str) for name, values in days.items()},
        **{name: _printer(values, "{:.0f}".format) for name, values in counts.items()},
        **{name: _printer(values, "{:,.2f}".format) for name, values in figures.items()},
        "amendment_no": _text_printer(facts.amendment_no),
        "gov_delay_docs": _text_printer(facts.gov_delay_docs),
        "missing": _missing_printer(masks, lang),
    }


def _printer(values: npt.NDArray[Any], show: Callable[[Any], str]) -> Field:
    """Return a field that prints each distinct value once; unknown is a dash."""

    def printed(rows: Rows) -> Texts:
        codes, distinct = pd.factorize(values[rows])
        return pd.array([*(show(value) for value in distinct), "—"], dtype="str").take(codes)

    return printed


def _text_printer(words: Text) -> Field:
    """Return a field that prints a column of text as it stands."""

    def printed(rows: Rows) -> Texts:
        texts: Texts = words.distinct.array.take(words.codes[rows])
        return texts

    return printed


def _missing_printer(masks: Masks, lang: str) -> Field:
    known = columns("input", "parcels")
    joint = "、" if lang == "zh" else ", "

    def printed(rows: Rows) -> Texts:
        codes, distinct = pd.factorize(masks[rows])
        texts = [joint.join(known[name].title(lang) for name in papers_of(int(mask))) for mask in distinct]
        return pd.array(texts, dtype="str").take(codes)

    return printed


def _kinds(*keys: npt.NDArray[np.int8]) -> tuple[list[tuple[int, ...]], list[Rows]]:
    """Return the distinct combinations of some codes under 16, and the rows of each."""
    packed = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        packed = packed * 16 + key
    order = np.argsort(packed, kind="stable")
    distinct, starts = np.unique(packed[order], return_index=True)
    kinds = [tuple(int(code) >> 4 * place & 15 for place in reversed(range(len(keys)))) for code in distinct]
    return kinds, np.split(order, starts[1:]) if len(order) else []


def _repeat(text: str, size: int) -> Texts:
    return pd.array([text], dtype="str").take(np.zeros(size, dtype=np.intp))


def _in_order(pieces: list[Texts], groups: list[Rows]) -> pd.Series:
    """Return the texts of the groups row by row."""
    if not pieces:
        return pd.Series(dtype="str")
    joined = pd.concat([pd.Series(piece) for piece in pieces], ignore_index=True)
    place = np.argsort(np.concatenate(groups), kind="stable")
    return pd.Series(joined.array.take(place))
