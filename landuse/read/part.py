"""Read the rows of one source: typed columns, geometry, issues with their place in the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely

from landuse.read.findings import Finding
from landuse.read.garbled import ungarbled
from landuse.read.headers import Pick
from landuse.read.source import Cells, Content, Rows, Source, constant_cells
from landuse.read.texts import sums
from landuse.read.values import parse
from landuse.tables import KEYS, RawPart, from_wkb, issue_rows, join_issues, one_issue

_LABELS: Final = {
    "land_prices": "price_level",
    "parks": "park",
    "amendments": "contract_no",
    "delays": "parcel_id",
    "meters": "uscc",
}
"""Column that names a row of a table without keys."""


@dataclass(frozen=True)
class ReadPart:
    """One part of a table, and what was wrong with its cells."""

    raw: RawPart
    issues: pd.DataFrame


def read_part(source: Source, table: str, picks: Mapping[str, Pick], *, crs: str | None, as_of: dt.date) -> ReadPart:
    """Return the rows of a source in canonical columns.

    Rows that name a sum (合计, 小计, 总计) in their key, or have no key and name one elsewhere, are left out with a
    note. `picks` says where each canonical column comes from; without `crs` no geometry is read.
    """
    wanted = sorted({pick.position for pick in picks.values() if pick.position is not None})
    content = source.read(wanted, crs is not None)
    size = len(content.source_row)
    cells, spoilt = _whole_texts(picks, content, source)
    parsed = {name: parse(cells[name], pick.column, measure=pick.measure, as_of=as_of) for name, pick in picks.items()}
    frame = pd.DataFrame({name: column.values for name, column in parsed.items()}, index=pd.RangeIndex(size))
    frame["source_row"] = content.source_row
    label = KEYS.get(table, (_LABELS.get(table, ""),))[0]
    places = _Places(frame, source, table, label if label in frame else "")
    total = _total_rows(frame, label, content.sums)
    geometry, broken = _geometry(content.wkb)
    findings = [(name, finding) for name, column in parsed.items() for finding in column.findings]
    findings += spoilt
    findings.append(("geometry", Finding("GEOMETRY_UNREADABLE", broken, [""] * len(broken))))
    issues = [
        _sheet_note(source, table),
        _total_notes(places, total),
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
        shapes=None if geometry is None else geometry[kept],
        wkb=None if content.wkb is None else content.wkb[kept],
        crs=crs,
        encoding=source.encoding,
    )
    return ReadPart(raw, join_issues(issues))


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
    size = len(content.source_row)
    cells, findings = {}, []
    for name, pick in picks.items():
        cells[name] = _cells(pick, content, size)
        if pick.position is None or pick.column.kind not in {"key", "text"}:
            continue
        cells[name], found = ungarbled(cells[name], where=source.where, header=pick.header)
        findings += [(name, finding) for finding in found]
        if (rows := content.cut.get(pick.position)) is not None and (text := cells[name].text) is not None:
            values = [str(value or "") for value in text.take(pa.array(rows)).to_pylist()]
            findings.append((name, Finding("TEXT_CUT", rows, values)))
    return cells, findings


def _cells(pick: Pick, content: Content, size: int) -> Cells:
    if pick.position is None:
        return constant_cells(pick.fixed, size)
    return content.cells[pick.position]


def _total_rows(frame: pd.DataFrame, label: str, marked: npt.NDArray[np.bool_] | None) -> npt.NDArray[np.bool_]:
    """Return which rows are sums: their key says so, or they have no key and another cell says so."""
    if label not in frame:
        return np.zeros(len(frame), dtype=bool)
    named = sums(frame[label])
    return named if marked is None else named | (marked & frame[label].isna().to_numpy())


def _sheet_note(source: Source, table: str) -> pd.DataFrame:
    """Return the note that other sheets hold rows which nobody asked for; none where there are none."""
    if not source.unread:
        return join_issues([])
    facts = {"sheets": "、".join(source.unread)}
    note = one_issue("SHEETS_NOT_READ", table=table, value=source.sheet, facts=facts)
    return note.assign(source_file=source.file, source_sheet=source.sheet)


def _total_notes(places: _Places, total: npt.NDArray[np.bool_]) -> pd.DataFrame:
    at = np.flatnonzero(total)
    rows = places.rows(at)
    return _issue_rows("TOTAL_ROW", rows, places.table, column=places.label, value=list(rows["key"]), facts={})


def _geometry(wkb: npt.NDArray[np.object_] | None) -> tuple[npt.NDArray[np.object_] | None, Rows]:
    """Return the geometries of WKB, None where there is none, and the rows whose WKB is damaged."""
    if wkb is None:
        return None, np.zeros(0, dtype=np.int64)
    geometry = from_wkb(wkb)
    return geometry, np.flatnonzero(pd.notna(wkb) & ~shapely.is_geometry(geometry))
