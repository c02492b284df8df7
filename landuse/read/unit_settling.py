"""Settle the unit of every column that states none, and doubt a stated unit that the evidence contradicts."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import numpy as np
import pandas as pd

from landuse.catalogue import load
from landuse.errors import Fault
from landuse.read.judgement import Candidate, Evidence, Judgement
from landuse.read.numbers import PERCENT
from landuse.read.part import OpenColumn, ReadPart
from landuse.read.unit_evidence import (
    EVIDENCE,
    compare,
    effect,
    judge_cells,
    judge_unit,
    nothing,
    tried_units,
)
from landuse.read.unit_references import References
from landuse.read.units import has_choice, split_unit, unit_factor
from landuse.read.values import Measure
from landuse.tables import Column, columns, join_issues, one_issue
from landuse.tables.cells import numbers

AGREE: Final = 1e-3
"""Two units whose factors differ by less than this share are one and the same."""


def settle_units(read: Mapping[str, Sequence[ReadPart]]) -> tuple[dict[str, list[ReadPart]], list[Fault]]:
    """Return the tables with every number in its canonical unit, and a fault for each unit that stays undecided.

    Only polygons and numbers whose unit is stated are evidence: never a number that was itself judged by evidence. A
    unit found so is a warning that names what it would mean if it were wrong; a stated unit that the evidence
    contradicts is kept, with a warning.
    """
    known = References(read)
    faults: list[Fault] = []
    settled: dict[str, list[ReadPart]] = {}
    for table, parts in read.items():
        settled[table] = [_settled(part, known, faults) for part in parts]
    return settled, faults


def _settled(part: ReadPart, known: References, faults: list[Fault]) -> ReadPart:
    done = part
    faults += [
        _percent_doubt(part, name) for name, header in part.raw.headers.items() if _is_doubtful(part, name, header)
    ]
    for name, waiting in part.open.items():
        column = waiting.pick.column
        judgement = judge_column(part, column, known)
        if judgement.value is None:
            faults.append(_undecided(waiting, judgement))
            continue
        factor = unit_factor(column.unit, judgement.value)
        measure = Measure(judgement.value, factor if factor is not None else Fraction(1))
        done = done.settled(name, measure, _warned(part, waiting, judgement))
    doubts = [_contradiction(part, name, known) for name in part.raw.factors if name not in part.open]
    return dataclasses.replace(done, issues=join_issues([done.issues, *doubts]))


def _is_doubtful(part: ReadPart, name: str, header: str) -> bool:
    """Say whether a column headed % holds nothing above 1: a cell that shows 50% holds 0.5."""
    if split_unit(header, "")[1] != PERCENT or columns("input", part.raw.table)[name].unit:
        return False
    found = numbers(part.raw.frame, name) * 100
    found = found[np.isfinite(found) & (found != 0)]
    return bool(len(found)) and bool((np.abs(found) <= 1 + 1e-9).all())


def _percent_doubt(part: ReadPart, name: str) -> Fault:
    where = f"{part.raw.file} [{part.raw.sheet}]" if part.raw.sheet else part.raw.file
    found = f"表头“{part.raw.headers[name]}”写的是%,但数值都不大于1 / the header says %, but no number is above 1"
    do = "数值是小数的,从表头删去%;是百分数的,改为 50% 的写法 / delete % from the header, or write 50%"
    return Fault(f"{where}: {name}", found, "0.5 | 50%", do)


def judge_column(part: ReadPart, column: Column, known: References) -> Judgement:
    """Return the unit of an open column: what its cells carry, else what all comparisons agree on."""
    numbers_found = numbers(part.raw.frame, column.name)
    judged = [judge_cells(column, part.open[column.name].cells)] if column.name in part.open else []
    judged += [
        judge_unit(column, numbers_found[each.rows], each.known, band=each.band) for each in known.of(part, column)
    ]
    decided = [each for each in judged if each.value is not None]
    if decided and all(_same(column, each.value, decided[0].value) for each in decided):
        return decided[0]
    if decided:
        told = tuple(Candidate(each.value, each.evidence) for each in decided if each.value is not None)
        return Judgement(None, Evidence("几项依据互相矛盾", "the evidence contradicts itself"), told)
    offered = next((each for each in judged if each.candidates), None)
    return offered or Judgement(None, next((each.evidence for each in judged if each.evidence != nothing()), nothing()))


def _same(column: Column, one: str | None, other: str | None) -> bool:
    first, second = (unit_factor(column.unit, unit or "") for unit in (one, other))
    return first is not None and second is not None and abs(float(first / second) - 1) < AGREE


def _undecided(waiting: OpenColumn, judgement: Judgement) -> Fault:
    column, header = waiting.pick.column, waiting.pick.header
    units = [each.value for each in judgement.candidates] or list(tried_units(column))
    told = [f"{each.value}:{each.evidence.zh}" for each in judgement.candidates]
    told_en = [f"{each.value}: {each.evidence.en}" for each in judgement.candidates]
    zh = ";".join([f"表头“{header}”没有写单位,{judgement.evidence.zh}", *told])
    en = ", ".join([f"the header states no unit, {judgement.evidence.en}", *told_en])
    usual = next(iter(tried_units(column)))
    do = f'写明 units.{column.name},或把表头改为“{header}({usual})” / declare units.{column.name} = "{usual}"'
    return Fault(f"{waiting.where}: {column.name}", f"{zh} / {en}", " | ".join(dict.fromkeys(units)), do)


def _warned(part: ReadPart, waiting: OpenColumn, judgement: Judgement) -> pd.DataFrame:
    """Return the warning that a unit was found by evidence, with what it would mean if it were another."""
    column, unit = waiting.pick.column, judgement.value or ""
    facts = {
        "unit": unit,
        "evidence_zh": judgement.evidence.zh,
        "evidence_en": judgement.evidence.en,
        **effect(part.raw.table, column, unit),
    }
    return _placed(one_issue(
        "UNIT_BY_EVIDENCE", table=part.raw.table, column=column.name, value=waiting.pick.header, facts=facts
    ), part)  # fmt: skip


def _contradiction(part: ReadPart, name: str, known: References) -> pd.DataFrame:
    """Return a warning where the numbers agree with what is known in another unit and nowhere in the stated one."""
    column = columns("input", part.raw.table)[name]
    stated, factor = part.raw.factors[name]
    if not has_choice(column.unit) or name not in load(EVIDENCE).get(part.raw.table, {}):
        return join_issues([])
    found = numbers(part.raw.frame, name)
    against: list[tuple[Judgement, Evidence, float]] = []
    for each in known.of(part, column):
        as_found = found[each.rows] / factor
        own = [fit for fit in compare(column, as_found, each.known, each.band) if float(fit.factor) == factor]
        if own and own[0].fits:
            return join_issues([])
        judgement = judge_unit(column, as_found, each.known, band=each.band)
        if judgement.value is not None and own:
            against.append((judgement, each.band.words, own[0].median))
    if not against:
        return join_issues([])
    judgement, words, ratio = against[0]
    facts = {
        "stated": stated,
        "unit": judgement.value,
        "ratio": f"{ratio:.4g}",
        "words_zh": words.zh,
        "words_en": words.en,
    }
    header = part.raw.headers.get(name, "")
    return _placed(one_issue("UNIT_CONTRADICTED", table=part.raw.table, column=name, value=header, facts=facts), part)


def _placed(issues: pd.DataFrame, part: ReadPart) -> pd.DataFrame:
    return issues.assign(source_file=part.raw.file, source_sheet=part.raw.sheet)
