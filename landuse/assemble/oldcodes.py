"""Tell the codes that came before the credit code, and check them: organisation codes, registration numbers."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.codes import USCC_LENGTH, has_check_digit

Mask = npt.NDArray[np.bool_]

ORG_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
"""Weights of the first 8 characters of an organisation code (GB 11714)."""
ORG_PLACE: Final = slice(8, 17)
"""The organisation code stands in characters 9 to 17 of a credit code (GB 32100)."""
KINDS: Final = ("", "credit", "credit_wrong", "org", "org_wrong", "reg", "reg_wrong", "other")
"""What a code can be; blank = there is none."""
_ORG: Final = r"[0-9A-Z]{8}-?[0-9X]"
_REG: Final = r"\d{15}"


def kinds(codes: pd.Series) -> pd.Series:
    """Return what each code is by its shape and its check digit: one of `KINDS`."""
    text = codes.fillna("").astype("str")
    found = np.where(text.eq(""), "", "other").astype(object)
    shapes = (
        ("credit", rf"[0-9A-Z]{{{USCC_LENGTH}}}", has_check_digit),
        ("org", _ORG, has_org_check),
        ("reg", _REG, has_reg_check),
    )
    for name, shape, check in shapes:
        at = np.flatnonzero(text.str.fullmatch(shape).to_numpy(dtype=bool))
        right = check(text.iloc[at])
        found[at] = np.where(right, name, f"{name}_wrong")
    return pd.Series(found, index=codes.index, dtype="str")


def has_org_check(codes: pd.Series) -> Mask:
    """Return whether the check digit of each organisation code of 9 characters is right (GB 11714).

    check = 11 - sum(value * weight) mod 11, where 10 is X and 11 is 0. A hyphen before it is no character.

    Examples
    --------
    >>> has_org_check(pd.Series(["D2143569X", "D2143569-X", "D21435690"])).tolist()
    [True, True, False]
    """
    if codes.empty:
        return np.zeros(0, dtype=bool)
    letters = (
        codes.str.replace("-", "", regex=False).to_numpy(dtype="S9").view(np.uint8).reshape(-1, 9).astype(np.int64)
    )
    values = np.where(letters >= ord("A"), letters - ord("A") + 10, letters - ord("0"))
    check = (11 - values[:, :8] @ np.array(ORG_WEIGHTS) % 11) % 11
    stated = np.where(letters[:, 8] == ord("X"), 10, letters[:, 8] - ord("0"))
    return np.asarray(check == stated, dtype=bool)


def has_reg_check(codes: pd.Series) -> Mask:
    """Return whether the check digit of each registration number of 15 digits is right (ISO 7064, MOD 11,10).

    Examples
    --------
    >>> has_reg_check(pd.Series(["110108000000016", "110108000000017"])).tolist()
    [True, False]
    """
    if codes.empty:
        return np.zeros(0, dtype=bool)
    digits = codes.to_numpy(dtype="S15").view(np.uint8).reshape(-1, 15).astype(np.int64) - ord("0")
    carried = np.full(len(digits), 10, dtype=np.int64)
    for place in range(14):
        added = (carried + digits[:, place]) % 10
        carried = np.where(added == 0, 10, added) * 2 % 11
    return np.asarray((carried + digits[:, 14]) % 10 == 1, dtype=bool)


def org_part(uscc: pd.Series) -> pd.Series:
    """Return the organisation code in each credit code of 18 characters; missing in any other code."""
    text = uscc.astype("str")
    return text.str.slice(ORG_PLACE.start, ORG_PLACE.stop).where(text.str.len().eq(USCC_LENGTH)).astype("str")
