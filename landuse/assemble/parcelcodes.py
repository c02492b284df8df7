"""Bring parcel codes of other tables to those of the polygons: 28 and 19 characters, capitals; tell lost zeros."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse import tables
from landuse.assemble.codes import PARCEL_CODE, PARCEL_LENGTH, clean_keys
from landuse.tables import RawPart, RawTables
from landuse.tables.cells import among

Mask = npt.NDArray[np.bool_]

UNIT_CODE: Final = PARCEL_CODE + r"[FLQW]\d{8}"
"""Real-estate unit code of 28 characters (GB/T 37346): the parcel code, the kind of what stands on it, its number."""
KEYED: Final = ("parcels", "occupancy", "meters", "delays", "cases", "hand_plans")
"""Tables that name parcels."""


def same_codes(raw: RawTables) -> RawTables:
    """Return the tables with the parcel codes of the polygons, wherever another writing of one means it alone.

    A unit code of 28 characters joins the parcel of its first 19; a parcel code of 19 joins the one polygon whose code
    of 28 begins with it; small letters join capitals. Each is a note. A code that only lacks leading zeros is told and
    not changed.
    """
    drawn = [clean_keys(part.frame["parcel_id"]) for part in raw.of("parcels") if _is_drawn(part)]
    if not drawn:
        return raw
    known = pd.Index(pd.concat(drawn).dropna().unique())
    parts, issues = dict(raw.parts), [raw.issues]
    for table in KEYED:
        made = []
        for part in raw.of(table):
            if _is_drawn(part) or "parcel_id" not in part.frame.columns:
                made.append(part)
                continue
            changed, found = _of_part(part, known)
            made.append(changed)
            issues += found
        if made:
            parts[table] = tuple(made)
    return dataclasses.replace(raw, parts=parts, issues=tables.join_issues(issues))


def _is_drawn(part: RawPart) -> bool:
    return part.table == "parcels" and not (part.shapes is None and part.wkb is None)


def _of_part(part: RawPart, known: pd.Index) -> tuple[RawPart, list[pd.DataFrame]]:
    codes = clean_keys(part.frame["parcel_id"])
    strange = np.flatnonzero(codes.notna().to_numpy(dtype=bool) & ~among(codes, known))
    if not len(strange):
        return part, []
    found = codes.iloc[strange].reset_index(drop=True)
    new = pd.Series(pd.NA, index=found.index, dtype="str")
    issues = []
    for code, meant in _writings(found, known):
        fits = among(meant, known) & new.isna().to_numpy(dtype=bool)
        new = new.mask(fits, meant)
        issues.append(_note(code, part, strange[fits], meant[fits]))
    issues.append(_lost_zeros(part, strange, found.where(new.isna()), known))
    if new.isna().all():
        return part, issues
    made = codes.copy()
    made.iloc[strange] = new.where(new.notna(), found).to_numpy(dtype=object)
    return dataclasses.replace(part, frame=part.frame.assign(parcel_id=made)), issues


def _writings(found: pd.Series, known: pd.Index) -> Iterator[tuple[str, pd.Series]]:
    """Give the code of the note and what each code may mean, writing by writing."""
    capitals = found.str.upper()
    yield "PARCEL_CODE_CAPITALS", capitals.where(capitals.ne(found))
    is_unit = capitals.str.fullmatch(UNIT_CODE)
    yield "PARCEL_CODE_28", capitals.str.slice(0, PARCEL_LENGTH).where(is_unit)
    units = pd.Series(known[known.str.fullmatch(UNIT_CODE)], dtype="str")
    short = units.str.slice(0, PARCEL_LENGTH)
    alone = dict(zip(short[~short.duplicated(keep=False)], units[~short.duplicated(keep=False)], strict=True))
    yield "PARCEL_CODE_19", capitals.map(alone).astype("str")


def _note(code: str, part: RawPart, at: npt.NDArray[np.intp], meant: pd.Series) -> pd.DataFrame:
    """Return one note on all rows of a file whose code was brought to another writing, at the first of them."""
    if not len(at):
        return tables.no_issues()
    first = part.frame.iloc[at[:1]].assign(source_file=part.file, source_sheet=part.sheet)
    value = str(first["parcel_id"].iloc[0])
    facts = [{"count": len(at), "meant": str(meant.iloc[0])}]
    return tables.issue_rows(code, first, table=part.table, column="parcel_id", value=[value], facts=facts)


def _lost_zeros(part: RawPart, at: npt.NDArray[np.intp], left: pd.Series, known: pd.Index) -> pd.DataFrame:
    """Return a warning for each code of digits that a known one is but for leading zeros."""
    digits = left[left.str.fullmatch(r"[1-9]\d*").fillna(value=False).to_numpy(dtype=bool)]
    zeros = pd.Series(known[known.str.fullmatch(r"0+[1-9]\d*")], dtype="str")
    if digits.empty or zeros.empty:
        return tables.no_issues()
    meant = dict(zip(zeros.str.lstrip("0"), zeros, strict=True))
    hit = digits[digits.isin(meant.keys()).to_numpy(dtype=bool)]
    rows = part.frame.iloc[at[hit.index.to_numpy(dtype=np.intp)]]
    rows = rows.assign(source_file=part.file, source_sheet=part.sheet, parcel_id=hit.to_numpy(dtype=object))
    facts = [{"meant": meant[code]} for code in hit]
    return tables.issue_rows(
        "PARCEL_CODE_LOST_ZEROS", rows, table=part.table, key="parcel_id", column="parcel_id", value=hit.tolist(),
        facts=facts,
    )  # fmt: skip
