"""Clean control tables: what a bureau asks of a parcel by industry and land grade (控制指标)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from landuse import industry, tables
from landuse.assemble.keys import Kept, stack
from landuse.tables import RawPart
from landuse.tables.cells import numbers, text

NUMBERS: Final = ("far_min", "invest_min_wan_per_ha", "site_coverage_min", "tax_min_wan_per_mu")

PERCENT: Final = 100.0
"""A site coverage above 1 is written in percent: no parcel is built over more than once."""


def clean_controls(parts: Sequence[RawPart], *, scheme: str) -> Kept:
    """Return the rows of the control tables with what cannot be used set aside.

    A number of 0 or less asks nothing; a code that is none, and the repetition of a code and land grade, are not used.
    A blank code means every industry, a blank land grade every grade.
    """
    frame = stack(parts, "controls")
    code, grade = text(frame, "industry_code"), text(frame, "land_grade")
    read = code if scheme == industry.PLAIN else industry.normalise(code)
    unknown = (code.notna() & read.isna()).to_numpy(dtype=bool)
    pair = read.fillna("") + " " + grade.fillna("")
    repeated = pair[~unknown].duplicated().reindex(frame.index, fill_value=False).to_numpy(dtype=bool)
    count = pair.map(pair.value_counts())
    options = {"table": "controls", "column": "industry_code"}
    issues = [
        tables.issue_rows("CONTROL_CODE_UNKNOWN", frame[unknown], value=code[unknown].tolist(), **options),
        tables.issue_rows(
            "CONTROL_REPEATED", frame[repeated], value=pair[repeated].str.strip().tolist(),
            facts=[{"count": int(n)} for n in count[repeated]], **options,
        ),
    ]  # fmt: skip
    values = {}
    for name in NUMBERS:
        stated = numbers(frame, name)
        wrong = stated <= 0
        shown = [f"{value:g}" for value in stated[wrong]]
        issues.append(
            tables.issue_rows("CONTROL_NOT_POSITIVE", frame[wrong], table="controls", column=name, value=shown)
        )
        values[name] = np.where(wrong, np.nan, stated)
    coverage = values["site_coverage_min"]
    values["site_coverage_min"] = np.where(coverage > 1, coverage / PERCENT, coverage)
    table = frame.assign(industry_code=code, land_grade=grade, source=text(frame, "source"), **values)
    return Kept(table[~(unknown | repeated)].reset_index(drop=True), tables.join_issues(issues))


def no_controls() -> pd.DataFrame:
    """Return a control table without a row."""
    return pd.DataFrame(columns=["industry_code", "land_grade", *NUMBERS, "source"])
