"""Doubt names: holders that are not the enterprise of their code, several in one cell, names that are no names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.assemble.shares import BLANK, Mask, position_in
from landuse.catalogue import load
from landuse.tables import issue_rows, join_issues
from landuse.tables.cells import text

SHOWN: Final = 5
"""Other parcels of one certificate that a message names."""


def name_doubts(parcels: pd.DataFrame, enterprises: pd.DataFrame) -> pd.DataFrame:
    """Return what is doubtful about names.

    Returns
    -------
    Warnings. HOLDER_NAME_DIFFERS: the holder's name is neither the name nor a former name of the enterprise with the
    holder's code, spaces, width and brackets apart. HOLDER_SEVERAL: several holders in one cell. CERTIFICATE_REPEATED:
    one certificate for several parcels, once a certificate. NAME_ODD: a name begins like a formula or holds markup.
    """
    patterns = load("assemble/plausible.toml")["names"]
    several = text(parcels, "holder").str.contains(patterns["several"], regex=True, na=False).to_numpy(dtype=bool)
    options = {"table": "parcels", "key": "parcel_id", "column": "holder"}
    held = parcels[several]
    return join_issues(
        [
            _differing(parcels[~several], enterprises, patterns),
            issue_rows("HOLDER_SEVERAL", held, value=text(held, "holder").tolist(), **options),
            _one_certificate(parcels),
            _odd(enterprises, patterns, table="enterprises", key="uscc", column="name"),
            _odd(parcels, patterns, table="parcels", key="parcel_id", column="holder"),
        ]
    )


def _differing(parcels: pd.DataFrame, enterprises: pd.DataFrame, patterns: Mapping[str, str]) -> pd.DataFrame:
    """Return the parcels whose holder is called otherwise than the enterprise with its code."""
    holder = text(parcels, "holder").reset_index(drop=True)
    at = position_in(text(parcels, "holder_uscc"), text(enterprises, "uscc"))
    name, former = text(enterprises, "name"), text(enterprises, "former_names")
    rows = np.flatnonzero((at != BLANK) & holder.notna().to_numpy())
    mine, official = holder.iloc[rows], name.iloc[at[rows]]
    rows = rows[(mine.to_numpy() != official.to_numpy()) & official.notna().to_numpy()]
    mine, official = holder.iloc[rows], name.iloc[at[rows]]
    other = _plain(mine, patterns).to_numpy() != _plain(official, patterns).to_numpy()
    rows = rows[other]
    known = former.iloc[at[rows]].str.split(patterns["former"], regex=True)
    called = _plain(holder.iloc[rows], patterns)
    kept = [not _among(called_so, names, patterns) for called_so, names in zip(called, known, strict=True)]
    rows = rows[np.array(kept, dtype=bool)]
    facts = [{"name": official} for official in name.iloc[at[rows]]]
    return issue_rows(
        "HOLDER_NAME_DIFFERS", parcels.iloc[rows], table="parcels", key="parcel_id", column="holder",
        value=holder.iloc[rows].tolist(), facts=facts,
    )  # fmt: skip


def _among(name: str, others: Any, patterns: Mapping[str, str]) -> bool:
    """Say whether a name is one of several others; there may be none."""
    return isinstance(others, list) and name in set(_plain(pd.Series(others, dtype="str"), patterns))


def _plain(names: pd.Series, patterns: Mapping[str, str]) -> pd.Series:
    """Return names without the signs in which two writings of one name may differ."""
    narrow = names.str.normalize("NFKC").str.casefold()
    return narrow.str.replace(patterns["ignored"], "", regex=True)


def _one_certificate(parcels: pd.DataFrame) -> pd.DataFrame:
    """Return a warning for the first parcel of each certificate that stands at several."""
    number = text(parcels, "cert_no").str.strip()
    repeated: Mask = (number.notna() & number.ne("") & number.duplicated(keep=False)).to_numpy(dtype=bool)
    found = parcels[repeated]
    groups = text(found, "parcel_id").groupby(number[repeated], sort=False)
    first = ~number[repeated].duplicated().to_numpy()
    facts = [
        {"count": len(codes), "others": "、".join(codes.iloc[1 : 1 + SHOWN]) + ("…" if len(codes) > 1 + SHOWN else "")}
        for _, codes in groups
    ]
    value = number[repeated][first].tolist()
    return issue_rows(
        "CERTIFICATE_REPEATED", found[first], table="parcels", key="parcel_id", column="cert_no", value=value,
        facts=facts,
    )  # fmt: skip


def _odd(rows: pd.DataFrame, patterns: Mapping[str, str], **options: str) -> pd.DataFrame:
    names = text(rows, options["column"])
    odd = names.str.contains(patterns["odd"], regex=True, na=False).to_numpy(dtype=bool)
    return issue_rows("NAME_ODD", rows[odd], value=names[odd].tolist(), **options)
