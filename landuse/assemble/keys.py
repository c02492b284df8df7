"""Bring the files of one table together: one row a key, and an issue for whatever does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse import tables
from landuse.assemble.codes import clean_keys, clean_uscc, uscc_issues
from landuse.tables import KEYS, PROVENANCE, RawPart

Positions = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

RELATIVE: Final = 1e-9
"""Two numbers are the same value up to this share: the same amount in two units differs in the last bit."""

SOFT: Final = ("former_names", "labels")
"""Columns of enterprises in which two files may differ and still mean the same enterprise."""


LARGEST: Final[dict[str, float]] = {"wan_yuan": 1e9, "tce": 1e9, "m2": 1e10}
"""Unit -> amounts beyond it are slips (a code in the wrong column, yuan read as 10,000 yuan): more than any county has,
and what whole counts of 64 bits hold in sum."""


@dataclass(frozen=True)
class Kept:
    """A table without what was set aside, and why it was."""

    table: pd.DataFrame
    issues: pd.DataFrame


@dataclass(frozen=True)
class Merged:
    """One row a key, each column filled with its first known value."""

    table: pd.DataFrame
    """In order of first appearance; provenance of the first row of the key."""
    conflicts: pd.DataFrame
    """Known values that differ from the one taken: position of the row, position of the first, column."""


@dataclass(frozen=True)
class Groups:
    """Rows by key: the number of the key of each row, and how many keys there are."""

    of_row: Positions
    size: int

    @property
    def repeated(self) -> bool:
        """Return whether any key has several rows."""
        return self.size < len(self.of_row)

    @property
    def counts(self) -> Positions:
        """Return the number of rows of each key."""
        return np.bincount(self.of_row, minlength=self.size)

    def first_of(self, rows: Positions) -> Positions:
        """Return, for each key, the first of the given rows (ascending) that is its own; -1 where none is."""
        first = np.full(self.size, -1, dtype=np.intp)
        first[self.of_row[rows][::-1]] = rows[::-1]
        return first


def stack(parts: Sequence[RawPart], table: str) -> pd.DataFrame:
    """Return the rows of all files of a table, typed, keys and credit codes cleaned, with provenance.

    Every column that was read stays; the index counts from 0. Without a file there are the starred columns and no row.
    """
    frames = [
        part.frame.assign(source_file=part.file, source_sheet=part.sheet).reset_index(drop=True) for part in parts
    ]
    typed = [_typed(frame, table) for frame in frames]
    known = [*tables.columns("input", table), *PROVENANCE]
    if not typed:
        starred = [name for name, column in tables.columns("input", table).items() if column.required]
        return _typed(pd.DataFrame(columns=[*starred, *PROVENANCE]), table)
    frame = pd.concat(typed, ignore_index=True, sort=False) if len(typed) > 1 else typed[0]
    first = [name for name in known if name in frame.columns]
    return frame[[*first, *(name for name in frame.columns if name not in known)]]


def group_rows(frame: pd.DataFrame, key: Sequence[str]) -> Groups:
    """Return the rows by key, keys numbered in order of first appearance; no key may be blank."""
    numbers, found = pd.factorize(frame[key[0]])
    size = len(found)
    for name in key[1:]:
        more, others = pd.factorize(frame[name])
        numbers, pairs = pd.factorize(numbers.astype(np.int64) * len(others) + more)
        size = len(pairs)
    return Groups(np.asarray(numbers, dtype=np.intp), size)


def first_known(frame: pd.DataFrame, groups: Groups, *, tolerance: Mapping[str, float] | None = None) -> Merged:
    """Return one row a key with the first known value of every column, and what contradicts it.

    Parameters
    ----------
    tolerance
        Column -> difference up to which two numbers are one value.
    """
    nothing = pd.DataFrame({"row": [], "first": [], "column": []}).astype({"row": np.intp, "first": np.intp})
    if not groups.repeated:
        return Merged(frame.reset_index(drop=True), nothing)
    head = groups.first_of(np.arange(len(frame), dtype=np.intp))
    filled: dict[str, Any] = {}
    conflicts = [nothing]
    for name in frame.columns:
        column = frame[name]
        if name in PROVENANCE:
            filled[name] = column.iloc[head].array
            continue
        rows = np.flatnonzero(column.notna().to_numpy())
        first = groups.first_of(rows)
        filled[name] = pd.api.extensions.take(column.array, first, allow_fill=True)
        taken = first[groups.of_row[rows]]
        later = rows != taken
        other = differs(column.iloc[rows[later]], column.iloc[taken[later]], (tolerance or {}).get(name, 0.0))
        at = np.flatnonzero(later)[other]
        conflicts.append(pd.DataFrame({"row": rows[at], "first": taken[at], "column": name}))
    joined = pd.concat(conflicts, ignore_index=True).sort_values("row", kind="stable", ignore_index=True)
    return Merged(pd.DataFrame(filled), joined)


def differs(one: pd.Series, other: pd.Series, tolerance: float = 0.0) -> Flags:
    """Return where two known values are not the same.

    Numbers are the same up to a tolerance (inclusive); texts where they differ only in spaces and in the width of
    characters, as in （普通合伙） and (普通合伙).
    """
    if pd.api.types.is_numeric_dtype(one.dtype) and not pd.api.types.is_bool_dtype(one.dtype):
        a, b = one.to_numpy(dtype=float), other.to_numpy(dtype=float)
        return np.asarray(np.abs(a - b) > np.maximum(tolerance, RELATIVE * np.maximum(np.abs(a), np.abs(b))))
    different = np.asarray(one.array != other.array, dtype=bool)
    if pd.api.types.is_string_dtype(one.dtype) and different.any():
        pairs = (_narrow(column[different]) for column in (one, other))
        different[different] = np.asarray(next(pairs).array != next(pairs).array, dtype=bool)
    return different


def _narrow(text: pd.Series) -> pd.Series:
    return text.astype("str").str.normalize("NFKC").str.replace(r"\s+", "", regex=True)


def believed(frame: pd.DataFrame, table: str, names: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows without amounts beyond all measure (`LARGEST` itself is believed), and an error for each.

    Such an amount is unknown, and stands in no balance: what it counts is not that.
    """
    known = tables.columns("input", table)
    issues, mended = [], {}
    for name in (name for name in names if name in frame.columns):
        beyond = (frame[name].abs() > LARGEST[known[name].unit]).to_numpy(dtype=bool)
        if beyond.any():
            value = [f"{amount:.10g}" for amount in frame.loc[beyond, name]]
            issues.append(
                tables.issue_rows(
                    "AMOUNT_BEYOND_MEASURE", frame[beyond], table=table, key=KEYS[table][0], column=name, value=value
                )
            )
            mended[name] = frame[name].mask(beyond)
    return frame.assign(**mended) if mended else frame, tables.join_issues(issues)


def blank_keys(frame: pd.DataFrame, table: str) -> tuple[Flags, pd.DataFrame]:
    """Return which rows lack a part of their key, and an error for each."""
    key = list(KEYS[table])
    lacking = frame[key].isna()
    blank = lacking.any(axis=1).to_numpy(dtype=bool)
    rows = frame[blank]
    columns = [",".join(name for name in key if gone[name]) for gone in lacking[blank].to_dict("records")]
    parts = [
        tables.issue_rows("BLANK_KEY", rows[[c == name for c in columns]], table=table, column=name)
        for name in sorted(set(columns))
    ]
    return blank, tables.join_issues(parts)


def merge_enterprises(parts: Sequence[RawPart]) -> Kept:
    """Return one row an enterprise.

    Rows without a code are set aside. Identical rows of one code count once (warning); rows that do not contradict
    each other complement each other; where they contradict, the first row is kept and the others are set aside.
    Former names and labels may differ: a warning, the first holds.
    """
    frame = stack(parts, "enterprises")
    blank, issues = blank_keys(frame, "enterprises")
    frame = frame[~blank].reset_index(drop=True)
    groups = group_rows(frame, KEYS["enterprises"])
    merged = first_known(frame, groups)
    later = repeats(frame, groups, [name for name in frame.columns if name not in PROVENANCE])
    soft = merged.conflicts["column"].isin(SOFT)
    table, conflict = _keep_first(frame, groups, Merged(merged.table, merged.conflicts[~soft]))
    options = {"table": "enterprises", "key": "uscc"}
    issues = tables.join_issues(
        [
            issues,
            conflict,
            attribute_conflicts(frame, merged.conflicts[soft], **options),
            tables.issue_rows("DUPLICATE_ROW", frame[later], **options),
            uscc_issues(frame, table="enterprises", column="uscc"),
        ]
    )
    return Kept(tables.check(table, "enterprises"), issues)


def clean_leases(parts: Sequence[RawPart]) -> Kept:
    """Return the rows of occupancy: rows with a blank key set aside, identical rows once, codes checked."""
    frame, absurd = believed(stack(parts, "occupancy"), "occupancy", ("area_m2", "floor_area_m2"))
    blank, issues = blank_keys(frame, "occupancy")
    frame = frame[~blank].reset_index(drop=True)
    later = frame.duplicated([name for name in frame.columns if name not in PROVENANCE]).to_numpy()
    checks = [
        uscc_issues(frame, table="occupancy", column=name) for name in ("uscc", "lessor_uscc") if name in frame.columns
    ]
    duplicate = tables.issue_rows("DUPLICATE_ROW", frame[later], table="occupancy", key="parcel_id")
    return Kept(frame[~later].reset_index(drop=True), tables.join_issues([issues, absurd, duplicate, *checks]))


def repeats(frame: pd.DataFrame, groups: Groups, columns: Sequence[str]) -> Flags:
    """Return which rows say exactly what an earlier row of the same key says."""
    later = np.zeros(len(frame), dtype=bool)
    if groups.repeated:
        rows = np.flatnonzero(groups.counts[groups.of_row] > 1)
        values = frame.iloc[rows][list(columns)].assign(_group=groups.of_row[rows])
        later[rows] = values.duplicated().to_numpy()
    return later


def attribute_conflicts(frame: pd.DataFrame, conflicts: pd.DataFrame, *, table: str, key: str) -> pd.DataFrame:
    """Return a warning for each value that contradicts the one used."""
    values, facts = conflict_facts(frame, conflicts)
    rows = frame.iloc[conflicts["row"].to_numpy()]
    issues = tables.issue_rows("ATTRIBUTE_CONFLICT", rows, table=table, key=key, value=values, facts=facts)
    return issues.assign(column=conflicts["column"].to_numpy(dtype=object))


def conflict_facts(frame: pd.DataFrame, conflicts: pd.DataFrame) -> tuple[list[str], list[dict[str, str]]]:
    """Return the value found and the facts (value used, and where it stands) of each conflict."""
    values = [printed(frame[c].iloc[r]) for c, r in zip(conflicts["column"], conflicts["row"], strict=True)]
    used = [printed(frame[c].iloc[r]) for c, r in zip(conflicts["column"], conflicts["first"], strict=True)]
    places = place_of(frame.iloc[conflicts["first"].to_numpy()])
    facts = [{"used": u, "place": p} for u, p in zip(used, places, strict=True)]
    return values, facts


def place_of(rows: pd.DataFrame) -> list[str]:
    """Return file, sheet and row of each row as one text, e.g. ``tax.xlsx|Sheet1|12``."""
    cells = rows[[name for name in PROVENANCE if name in rows.columns]].astype("object")
    return ["|".join(str(c) for c in row if pd.notna(c) and c != "") for row in cells.to_numpy()]


def printed(value: Any) -> str:
    """Return a cell as text: a date without its hour, a number without trailing zeros."""
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _keep_first(frame: pd.DataFrame, groups: Groups, merged: Merged) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the merged rows, the bare first row where a key contradicts itself, and an error a row set aside."""
    if merged.conflicts.empty:
        return merged.table, tables.no_issues()
    bad = np.unique(groups.of_row[merged.conflicts["row"].to_numpy()])
    head = groups.first_of(np.arange(len(frame), dtype=np.intp))
    good = np.setdiff1d(np.arange(groups.size), bad)
    table = pd.concat([merged.table.iloc[good], frame.iloc[head[bad]].set_axis(bad)], sort=False).sort_index()
    first = merged.conflicts.drop_duplicates("row")
    values, facts = conflict_facts(frame, first)
    rows = frame.iloc[first["row"].to_numpy()]
    facts = [{**fact, "what": c} for fact, c in zip(facts, first["column"], strict=True)]
    issues = tables.issue_rows("ENTERPRISE_CONFLICT", rows, table="enterprises", key="uscc", value=values, facts=facts)
    return table, issues


def _typed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return the frame with the type each canonical column has; blank text is unknown."""
    columns: dict[str, pd.Series] = {}
    known = {**tables.columns("input", table), **tables.columns("input", "provenance")}
    for name in frame.columns:
        kind = known[name].kind if name in known else ""
        columns[name] = _as_kind(frame[name], str(name), kind)
    return pd.DataFrame(columns)


def _as_kind(column: pd.Series, name: str, kind: str) -> pd.Series:
    if name in PROVENANCE[:2]:
        return column.astype("str")
    if name.endswith("uscc"):
        return clean_uscc(column)
    if kind == "text":
        text = column.astype("str")
        blank = text == ""
        return text.mask(blank) if blank.any() else text
    convert = CONVERSIONS.get(kind)
    return convert(column) if convert else column


CONVERSIONS: Final[dict[str, Callable[[pd.Series], pd.Series]]] = {
    "key": clean_keys,
    "number": lambda column: column.astype("float64"),
    "integer": lambda column: column.astype("Int64"),
    "date": pd.to_datetime,
}
"""Kind of a column -> how it gets its type."""
