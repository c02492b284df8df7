"""Gather the rows that name an enterprise without the code of a known one, and give them its code."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.codes import clean_keys, clean_uscc
from landuse.assemble.normalise import plain_names
from landuse.assemble.oldcodes import kinds
from landuse.tables import PROVENANCE, RawPart, RawTables
from landuse.tables.cells import among, text
from landuse.tables.changes import Change
from landuse.tables.matches import NAMED, ROLES

Ints = npt.NDArray[np.int64]

BETWEEN: Final = "|"
"""Between plain name and code as found, in the key of a claim."""
STANDING: Final = ("accounts", "occupancy", "official")
"""Tables whose rows keep their name as a code where nobody is found: they must not be taken for one another, nor a
blank lessor for the holder."""
CONSUMED: Final = ("accounts", "occupancy", "meters")
"""Tables that name enterprises only to find them: the name goes once it is read."""
NOT_COMPARED: Final = ("parcels", "official")
"""Tables whose names are not held against their codes here: holders are elsewhere, a list of others is not doubted."""
AT_STAKE: Final = ("year", "tax_wan", "output_wan", "energy_tce", "parcel_id", "address", "town")
PLACES: Final = (
    "claim", "table", "column", "number", "at", "code", "name", "plain", "source_file", "source_sheet", "source_row",
)  # fmt: skip


@dataclass(frozen=True)
class Gathered:
    """What stands in the tables."""

    claims: pd.DataFrame
    """One row a `PLACES` and what is at stake: rows without the code of a known enterprise."""
    named: pd.DataFrame
    """Rows with the code of a known enterprise and a name beside it, a row `PLACES` without claim; not those of
    `NOT_COMPARED`."""


def gathered(raw: RawTables, uscc: pd.Series, said: Sequence[Change]) -> Gathered:
    """Return the rows of all tables that may name an enterprise, split by whether its code is known.

    A holder's name is not looked for where another file states the code of that parcel: the code goes before the name.

    Parameters
    ----------
    uscc
        Credit codes of the known enterprises.
    said
        Corrections in force: a corrected holder is looked for by the corrected name, and a parcel whose blank code is
        corrected is left to the correction.
    """
    claims, named = [], []
    coded = _coded_parcels(raw, uscc)
    for (table, column), name in ROLES.items():
        for number, part in enumerate(raw.of(table)):
            if column not in part.frame.columns and name not in part.frame.columns:
                continue
            rows = _rows(part, (table, column, name), number, said)
            is_known = among(rows["code"], uscc)
            open_ = ~is_known & (rows["code"].notna() | rows["plain"].notna()).to_numpy(dtype=bool)
            if table == "parcels" and coded and "parcel_id" in part.frame.columns:
                elsewhere = among(clean_keys(part.frame["parcel_id"]), coded)
                open_ &= ~(elsewhere & rows["code"].isna().to_numpy(dtype=bool))
            claims.append(_with_stakes(rows[open_], part))
            if table not in NOT_COMPARED:
                named.append(_placed(rows[is_known & rows["plain"].notna().to_numpy(dtype=bool)], part))
    return Gathered(_joined(claims), _joined(named))


def _coded_parcels(raw: RawTables, uscc: pd.Series) -> frozenset[str]:
    """Return the parcels whose holder has a code somewhere: of a known enterprise, or right in itself."""
    found: set[str] = set()
    parts = [part for part in raw.of("parcels") if {"parcel_id", "holder_uscc"} <= {*part.frame.columns}]
    for part in parts if len(raw.of("parcels")) > 1 else ():
        codes = clean_uscc(text(part.frame, "holder_uscc"))
        usable = among(codes, uscc).copy()
        strange = np.flatnonzero(codes.notna().to_numpy() & ~usable)
        usable[strange] = kinds(codes.iloc[strange]).eq("credit").to_numpy(dtype=bool)
        found |= set(clean_keys(part.frame["parcel_id"])[usable].dropna())
    return frozenset(found)


def filled(raw: RawTables, rows: pd.DataFrame, codes: Mapping[str, str]) -> RawTables:
    """Return the tables with the code of each claim that was resolved, and the names that stand for the others.

    Parameters
    ----------
    rows
        Claims of `gathered`.
    codes
        Claim -> credit code.
    """
    uscc = rows["claim"].map(codes).astype("str") if len(rows) else pd.Series(dtype="str")
    stands = rows["table"].isin(STANDING).to_numpy(dtype=bool) & rows["code"].isna().to_numpy(dtype=bool)
    uscc = uscc.where(uscc.notna() | ~stands, NAMED + rows["plain"].astype("str"))
    made = rows.assign(uscc=uscc)
    made = made[made["uscc"].notna().to_numpy(dtype=bool)]
    parts = dict(raw.parts)
    for table in dict.fromkeys(table for table, _ in ROLES):
        if raw.of(table):
            parts[table] = tuple(
                _filled(part, made[made["table"].eq(table).to_numpy() & made["number"].eq(number).to_numpy()])
                for number, part in enumerate(raw.of(table))
            )
    return dataclasses.replace(raw, parts=parts)


def _rows(part: RawPart, role: tuple[str, str, str], number: int, said: Sequence[Change]) -> pd.DataFrame:
    table, column, name = role
    frame = part.frame.reset_index(drop=True)
    codes, names = clean_uscc(text(frame, column)), text(frame, name)
    if table == "parcels" and "parcel_id" in frame.columns:
        names, codes = _corrected(frame, names, codes, said)
    rows = pd.DataFrame({"table": table, "column": column, "number": number, "at": np.arange(len(frame))})
    return rows.assign(code=codes, name=names, plain=plain_names(names))


def _corrected(
    frame: pd.DataFrame, names: pd.Series, codes: pd.Series, said: Iterable[Change]
) -> tuple[pd.Series, pd.Series]:
    """Return the names of holders as corrected; none where the code itself is."""
    of_parcels = [change for change in said if change.table == "parcels"]
    renamed = {change.key: change.new for change in of_parcels if change.column == "holder"}
    coded = {change.key for change in of_parcels if change.column == "holder_uscc" and not change.old}
    if not renamed and not coded:
        return names, codes
    keys = clean_keys(frame["parcel_id"])
    new = keys.map(renamed).astype("str")
    mine = among(keys, coded)
    return names.where(new.isna(), new).mask(mine), codes.mask(mine)


def _with_stakes(rows: pd.DataFrame, part: RawPart) -> pd.DataFrame:
    """Return rows with their place, and what is at stake as far as they state it."""
    at = rows["at"].to_numpy()
    frame = part.frame
    more: dict[str, Any] = {
        name: frame[name].iloc[at].to_numpy(dtype=object) for name in AT_STAKE if name in frame.columns
    }
    area = "registered_area_m2" if part.table == "parcels" else "area_m2"
    if area in frame.columns:
        more["area_m2"] = frame[area].to_numpy(dtype=float, na_value=np.nan)[at]
    key = rows["plain"].fillna("") + BETWEEN + rows["code"].fillna("")
    return _placed(rows, part).assign(claim=key.astype("str"), **more)


def _placed(rows: pd.DataFrame, part: RawPart) -> pd.DataFrame:
    numbers = part.frame["source_row"].to_numpy()[rows["at"].to_numpy()]
    return rows.assign(source_file=part.file, source_sheet=part.sheet, source_row=numbers)


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled_ = [part for part in parts if len(part)]
    if not filled_:
        blank = pd.DataFrame({name: pd.Series(dtype="str") for name in (*PLACES, *PROVENANCE)})
        return blank.astype({"number": np.int64, "at": np.int64, "source_row": "Int64"})
    return pd.concat(filled_, ignore_index=True, sort=False)


def _filled(part: RawPart, rows: pd.DataFrame) -> RawPart:
    columns = {column: name for (table, column), name in ROLES.items() if table == part.table}
    frame = part.frame
    for column, name in columns.items():
        mine = rows[rows["column"].eq(column).to_numpy(dtype=bool)]
        is_new = column not in frame.columns and name in frame.columns
        if is_new or len(mine):
            codes = text(frame, column).copy()
            codes.iloc[mine["at"].to_numpy(dtype=np.int64)] = mine["uscc"].to_numpy(dtype=object)
            frame = frame.assign(**{column: codes})
    gone = [name for name in columns.values() if part.table in CONSUMED and name in frame.columns]
    if frame is part.frame and not gone:
        return part
    headers = {name: header for name, header in part.headers.items() if name not in gone}
    return dataclasses.replace(part, frame=frame.drop(columns=gone), headers=headers)
