"""Clean and check the identifiers: credit codes (GB 32100-2015) and parcel codes (DOMAIN 10.5)."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse import tables
from landuse.tables.matches import NAMED

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Characters of a credit code, in the order of their values (GB 32100-2015: no I, O, S, V, Z)."""
WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
"""Weights of the first 17 characters (GB 32100-2015)."""
PARCEL_CODE: Final = r"\d{12}[GJZ][A-FSXWY]\d{5}"
"""Parcel code of 19 characters (DOMAIN 10.5)."""
USCC_LENGTH, PARCEL_LENGTH = 18, 19


def clean_keys(keys: pd.Series) -> pd.Series:
    """Return text keys without surrounding space; what is left blank is unknown."""
    text = keys.astype("str").str.strip()
    return text.mask(text == "")


def clean_uscc(codes: pd.Series) -> pd.Series:
    """Return credit codes without any space, full-width characters narrowed; 18 characters are upper-cased."""
    text = codes.astype("str")
    untidy = text.notna() & ~text.str.fullmatch(r"[0-9A-Z]+").fillna(value=True).astype(bool)
    if not untidy.any():
        return text
    found = text[untidy].str.normalize("NFKC").str.replace(r"\s+", "", regex=True)
    tidied = found.mask(found.str.len() == USCC_LENGTH, found.str.upper())
    text = text.copy()
    text[untidy] = tidied.mask(tidied == "")
    return text


def uscc_issues(rows: pd.DataFrame, *, table: str, column: str) -> pd.DataFrame:
    """Return the issues of the credit codes in one column.

    18 letters and digits with a wrong check digit, or a letter that no code has: one warning for each code, at its
    first row (the key of a parcel is its parcel_id). Any other shape: one note for the table with the number of
    different codes, at the row of the first of them in the order of text.
    """
    known = rows[(rows[column].notna() & ~rows[column].str.startswith(NAMED).fillna(value=False)).to_numpy(dtype=bool)]
    known = known.drop_duplicates(column)
    codes = known[column]
    shaped = codes.str.fullmatch(rf"[0-9A-Z]{{{USCC_LENGTH}}}").to_numpy(dtype=bool)
    wrong = np.flatnonzero(shaped)[~has_check_digit(codes[shaped])]
    suspects = known.iloc[wrong]
    key, value = "parcel_id" if table == "parcels" else column, suspects[column].to_numpy()
    parts = [tables.issue_rows("USCC_CHECK_DIGIT", suspects, table=table, key=key, column=column, value=value)]
    other = codes[~shaped]
    if len(other):
        facts = [{"count": len(other), "example": other.min()}]
        first = known.loc[other.index[other.eq(other.min())][:1]]
        parts.append(tables.issue_rows("USCC_SHAPE", first, table=table, column=column, facts=facts))
    return tables.join_issues(parts)


def has_check_digit(codes: pd.Series) -> npt.NDArray[np.bool_]:
    """Return whether each code of 18 characters (0-9, A-Z) is of the alphabet and its check digit right.

    check = (31 - sum(value * weight) mod 31) mod 31 (GB 32100-2015).
    """
    if codes.empty:
        return np.zeros(0, dtype=bool)
    letters = codes.to_numpy(dtype=f"S{USCC_LENGTH}").view(np.uint8).reshape(-1, USCC_LENGTH)
    values = np.full(256, -1, dtype=np.int64)
    values[np.frombuffer(ALPHABET.encode(), dtype=np.uint8)] = np.arange(len(ALPHABET))
    digits = values[letters]
    size = len(ALPHABET)
    check = (size - digits[:, :-1] @ np.array(WEIGHTS) % size) % size
    return np.asarray((digits >= 0).all(axis=1) & (check == digits[:, -1]))


def parcel_code_issues(parcel_id: pd.Series) -> pd.DataFrame:
    """Return one note on the parcel codes of 19 characters that do not follow the pattern, if there are any."""
    long = parcel_id[(parcel_id.str.len() == PARCEL_LENGTH).to_numpy(dtype=bool)]
    odd = long[~long.str.fullmatch(PARCEL_CODE).to_numpy(dtype=bool)]
    if odd.empty:
        return tables.no_issues()
    facts = {"count": len(odd), "example": odd.min()}
    return tables.one_issue("PARCEL_CODE_SHAPE", table="parcels", column="parcel_id", facts=facts)


def codes_elsewhere(parcel_id: pd.Series, county: str) -> pd.DataFrame:
    """Return one warning on the parcel codes that belong to another county, if there are any.

    Parameters
    ----------
    county
        ``project.region.code``: the first 6 digits of a parcel code; blank = not checked.
    """
    coded = parcel_id[parcel_id.str.fullmatch(PARCEL_CODE).to_numpy(dtype=bool)]
    other = coded[~coded.str.startswith(county).to_numpy(dtype=bool)]
    if not county or other.empty:
        return tables.no_issues()
    facts = {"count": len(other), "county": county}
    return tables.one_issue(
        "PARCEL_CODE_ELSEWHERE", table="parcels", column="parcel_id", value=other.min(), facts=facts
    )
