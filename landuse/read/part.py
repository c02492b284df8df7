"""Read the rows of one source: typed columns, geometry, issues with their place in the file."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.parameters.cells import letter_of
from landuse.read.body_rows import only_records
from landuse.read.findings import Finding
from landuse.read.flat import flatten
from landuse.read.garbled import ungarbled
from landuse.read.headers import Pick
from landuse.read.source import Cells, Content, Remark, Rows, Source, constant_cells
from landuse.read.texts import sums
from landuse.read.values import Measure, parse
from landuse.tables import KEYS, Column, RawPart, issue_rows, join_issues, one_issue
from landuse.tables.matches import ROLES

LABELS: Final = {
    "land_prices": "price_level",
    "parks": "park",
    "amendments": "contract_no",
    "delays": "parcel_id",
    "meters": "uscc",
    "cases": "parcel_id",
    "demands": "demand_id",
    "hand_plans": "parcel_id",
    "controls": "industry_code",
}
"""Column that names a row of a table without keys."""


@dataclass(frozen=True)
class OpenColumn:
    """A column whose unit nobody has stated: its cells wait for the evidence."""

    pick: Pick
    cells: Cells
    where: str
    """File and sheet, for a message."""
    kept: Rows
    """Rows of the source that are records."""
    places: _Places
    total: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ReadPart:
    """One part of a table, and what was wrong with its cells."""

    raw: RawPart
    issues: pd.DataFrame
    open: Mapping[str, OpenColumn] = field(default_factory=dict)
    """Canonical column -> cells whose unit is not yet known; the frame holds their numbers as found."""
    as_of: dt.date = dt.date(2000, 1, 1)

    def settled(self, name: str, measure: Measure, more: pd.DataFrame) -> ReadPart:
        """Return the part with a column in the unit that the evidence gave, and the issues of its cells."""
        column = self.open[name]
        parsed = parse(column.cells, column.pick.column, measure=measure, as_of=self.as_of)
        values = parsed.values.iloc[column.kept].reset_index(drop=True)
        raw = dataclasses.replace(
            self.raw,
            frame=self.raw.frame.assign(**{name: values}),
            factors={**self.raw.factors, name: (measure.unit, float(measure.factor))},
        )
        found = [column.places.issues(finding, name, column.total) for finding in parsed.findings]
        left = {other: cells for other, cells in self.open.items() if other != name}
        return dataclasses.replace(self, raw=raw, issues=join_issues([self.issues, *found, more]), open=left)


def read_part(source: Source, table: str, picks: Mapping[str, Pick], *, geometry: bool, as_of: dt.date) -> ReadPart:
    """Return the rows of a source in canonical columns.

    Rows that name a sum (合计, 小计, 总计) in their key, or have no key and name one elsewhere, are left out with a
    note. `picks` says where each canonical column comes from; the CRS of the geometry is not yet decided (`placed`).
    """
    wanted = sorted({pick.position for pick in picks.values() if pick.position is not None})
    content = _content(source, wanted, with_geometry=geometry)
    size = len(content.source_row)
    cells, spoilt = _whole_texts(picks, content, source)
    parsed = {n: parse(cells[n], pick.column, measure=pick.measure, as_of=as_of) for n, pick in picks.items()}
    frame = pd.DataFrame({name: column.values for name, column in parsed.items()}, index=pd.RangeIndex(size))
    frame["source_row"] = content.source_row
    label = _label(table, frame)
    places = _Places(frame, source, table, label if label in frame else "")
    total = _total_rows(frame, label, content.sums)
    flat = flatten(content.wkb, content.straight)
    waiting = [name for name, pick in picks.items() if pick.measure.is_open]
    findings = [(name, each) for name, column in parsed.items() if name not in waiting for each in column.findings]
    findings.append(("geometry", Finding("GEOMETRY_UNREADABLE", flat.broken, [""] * len(flat.broken))))
    findings.append(("geometry", Finding("GEOMETRY_MIXED", flat.mixed, [""] * len(flat.mixed))))
    findings += [*spoilt, *_format_findings(content, picks), *_across(content, picks)]
    issues = [
        *_remarks(source, (*flat.remarks, *content.remarks), table),
        _total_notes(places, total),
        *(_merged(places, content, pick, parsed[name].values, total) for name, pick in picks.items()),
        *(places.issues(finding, name, total) for name, finding in findings),
    ]
    kept = np.flatnonzero(~total)
    raw = RawPart(
        table=table,
        file=source.file,
        sheet=source.sheet,
        frame=frame if len(kept) == size else frame.iloc[kept].reset_index(drop=True),
        headers={name: pick.header for name, pick in picks.items() if pick.position is not None},
        factors={n: (p.measure.unit, float(p.measure.factor)) for n, p in picks.items() if p.column.unit},
        shapes=None if flat.shapes is None else flat.shapes[kept],
        wkb=None if flat.wkb is None else flat.wkb[kept],
        encoding=source.encoding,
        letters=_letters(source, picks),
    )
    opened = {name: OpenColumn(picks[name], cells[name], source.where, kept, places, total) for name in waiting}
    return ReadPart(raw, join_issues(issues), opened, as_of)


def _content(source: Source, wanted: Sequence[int], *, with_geometry: bool) -> Content:
    """Return the records of a source: a line below a table has its text in the first column, wanted or not."""
    if source.has_geometry:
        return source.read(wanted, with_geometry)
    return only_records(source.read(sorted({0, *wanted}), with_geometry), source.headers)


def _label(table: str, frame: pd.DataFrame) -> str:
    """Return the column that names a row: without codes the names tell a sum from a record."""
    label = KEYS.get(table, (LABELS.get(table, ""),))[0]
    return label if label in frame else ROLES.get((table, label), label)


def _letters(source: Source, picks: Mapping[str, Pick]) -> dict[str, str]:
    """Return the letters of each column, where a spreadsheet shows the file as it stands."""
    found = {name: pick.position for name, pick in picks.items() if source.has_cells}
    return {name: letter_of(position) for name, position in found.items() if position is not None}


@dataclass(frozen=True)
class _Places:
    """Where the rows of a source stand, for issues."""

    frame: pd.DataFrame
    source: Source
    table: str
    label: str

    def rows(self, at: Rows) -> pd.DataFrame:
        """Return key and provenance of some rows."""
        key = self.frame[self.label].iloc[at].fillna("").astype("str") if self.label else ""
        return pd.DataFrame(
            {
                "key": key,
                "source_file": self.source.file,
                "source_sheet": self.source.sheet,
                "source_row": self.frame["source_row"].iloc[at],
            }
        )

    def issues(self, finding: Finding, column: str, left_out: npt.NDArray[np.bool_]) -> pd.DataFrame:
        """Return one issue per cell of a finding, without the rows that are left out."""
        kept = np.flatnonzero(~left_out[finding.rows])
        rows = self.rows(finding.rows[kept])
        values = [finding.values[int(number)] for number in kept]
        return _issue_rows(finding.code, rows, self.table, column=column, value=values, facts=finding.facts)


def _issue_rows(
    code: str, rows: pd.DataFrame, table: str, *, column: str, value: Sequence[str], facts: Mapping[str, Any]
) -> pd.DataFrame:
    same = [dict(facts) for _ in range(len(rows))]
    return issue_rows(code, rows, table=table, key="key", column=column, value=value, facts=same)


def _whole_texts(
    picks: Mapping[str, Pick], content: Content, source: Source
) -> tuple[dict[str, Cells], list[tuple[str, Finding]]]:
    """Return the cells of each column without texts that came garbled, and what is wrong with its texts."""
    cells, findings = {}, []
    for name, pick in picks.items():
        cells[name] = _cells(pick, content, len(content.source_row))
        if pick.position is None or pick.column.kind not in {"key", "text"}:
            continue
        cells[name], found = ungarbled(cells[name], where=source.where, header=pick.header)
        findings += [(name, finding) for finding in found]
    return cells, findings


def _cells(pick: Pick, content: Content, size: int) -> Cells:
    """Return the cells of a column; what is merged downwards holds for every row, unless it is an amount."""
    if pick.position is None:
        return constant_cells(pick.fixed, size)
    cells = content.cells[pick.position]
    if pick.position in content.shown and not _is_amount(pick.column):
        return cells.take(content.shown[pick.position])
    if not _is_amount(pick.column):
        return cells
    merged = [one.rows for one in content.across if pick.position in one.columns]
    return cells.without(np.concatenate(merged)) if merged else cells


def _is_amount(column: Column) -> bool:
    """Say whether numbers of a column add up: an amount merged over several rows belongs to all of them together."""
    return column.kind in ("number", "integer") and column.fmt != "Y"


def _merged(
    places: _Places, content: Content, pick: Pick, values: pd.Series, total: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """Return what is to be said of a column with cells merged downwards."""
    if pick.position is None or pick.position not in content.shown:
        return join_issues([])
    shown, name, table = content.shown[pick.position], pick.column.name, places.table
    covered = np.flatnonzero((shown != np.arange(len(shown))) & ~total)
    if not _is_amount(pick.column):
        note = one_issue(
            "MERGED_FILLED",
            table=table,
            column=name,
            value=pick.header,
            facts={"count": len(covered), "place": places.source.where},
        )
        return _placed(note, places.source)
    tops = np.array([top for top in np.unique(shown[covered]) if pd.notna(values.iloc[top])], dtype=np.int64)
    found = [f"{values.iloc[top]:.15g}" for top in tops]
    facts = [{"count": int((shown == top).sum())} for top in tops]
    rows = places.rows(tops)
    return issue_rows("MERGED_NUMBER", rows, table=table, key="key", column=name, value=found, facts=facts)


def _across(content: Content, picks: Mapping[str, Pick]) -> list[tuple[str, Finding]]:
    """Return the cells merged over several columns, each as one of the first amount it covers, or else of its text."""
    found = []
    for one in content.across:
        covered = [name for name, pick in picks.items() if pick.position in one.columns]
        named = sorted(covered, key=lambda name: (not _is_amount(picks[name].column), picks[name].position))
        facts = {"columns": one.headers}
        found += [(name, Finding("MERGED_ACROSS", one.rows, [one.value] * len(one.rows), facts)) for name in named[:1]]
    return found


def _placed(issues: pd.DataFrame, source: Source) -> pd.DataFrame:
    return issues.assign(source_file=source.file, source_sheet=source.sheet)


def _total_rows(frame: pd.DataFrame, label: str, marked: npt.NDArray[np.bool_] | None) -> npt.NDArray[np.bool_]:
    """Return which rows are sums: their key says so, or they have no key and another cell says so."""
    if label not in frame:
        return np.zeros(len(frame), dtype=bool)
    named = sums(frame[label])
    return named if marked is None else named | (marked & frame[label].isna().to_numpy())


def _remarks(source: Source, remarks: Sequence[Remark], table: str) -> list[pd.DataFrame]:
    """Return that other sheets or layers hold rows nobody asked for, and what the reader has to say of this one."""
    notes = [
        one_issue(remark.code, table=table, value=remark.value, facts={"place": source.where, **remark.facts}).assign(
            source_row=pd.array([remark.row], dtype="Int64")
        )
        for remark in remarks
    ]
    if source.unread:
        code = "SHEETS_NOT_READ" if source.has_cells else "LAYERS_NOT_READ"
        facts = {"sheets": "、".join(source.unread)}
        notes.insert(0, one_issue(code, table=table, value=source.sheet, facts=facts))
    return [_placed(note, source) for note in notes]


def _format_findings(content: Content, picks: Mapping[str, Pick]) -> list[tuple[str, Finding]]:
    """Return what the format itself shows to be wrong, by canonical column; of columns nobody asked for, nothing."""
    names = {pick.position: name for name, pick in picks.items() if pick.position is not None}
    told = [("geometry" if at is None else names.get(at), finding) for at, finding in content.findings]
    return [(name, finding) for name, finding in told if name is not None]


def _total_notes(places: _Places, total: npt.NDArray[np.bool_]) -> pd.DataFrame:
    at = np.flatnonzero(total)
    rows = places.rows(at)
    return _issue_rows("TOTAL_ROW", rows, places.table, column=places.label, value=list(rows["key"]), facts={})
