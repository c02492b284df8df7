"""Set apart whom the named rules do not concern: the exempt, those with a holder, those without land."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from landuse.catalogue import term
from landuse.policy.rules.case import Case
from landuse.policy.rules.finding import Finding, Rows, words_of
from landuse.policy.sentences import TEXT
from landuse.ranking.text import Coded, text_of

OUTSIDE: Final = (
    "NOT_INDUSTRIAL", "CLOSED", "EXEMPT_PUBLIC", "EXEMPT_POLICY", "EXEMPT_CONSTRUCTION", "EXEMPT_NEW", "EXEMPT_SMALL",
    "WITH_HOLDER", "NO_LAND",
)  # fmt: skip
"""Statuses of enterprises that no rule on land may list. Others that are not ranked (no accounts, incomplete, no
industry, a group too small) are judged by whatever is known of them."""
NEEDED: Final = {"NO_LAND": ("area_mu",)}


def within(finding: Finding, case: Case) -> Finding:
    """Return the finding with those outside undetermined, and pooled enterprises with that of their unit."""
    pooled = _of_unit(finding, case)
    row, distinct = pd.factorize(text_of(case.table, "status"))
    status = [str(name) for name in distinct]
    is_out = np.append(np.isin(status, OUTSIDE), np.False_)[row]
    if not is_out.any():
        return pooled
    text = words_of("rule_because", case.lang)["outside"]
    words = [*pooled.missing.words, *(NEEDED.get(name, ()) for name in status)]
    codes = np.where(is_out, len(pooled.missing.words) + row, pooled.missing.codes)
    told = pa.array([text.format(status=term("status", name, case.lang)) for name in status], type=TEXT)

    def say(rows: Rows) -> pa.Array:
        out = is_out[rows]
        if not out.any():
            return pooled.say(rows)
        inside = pooled.say(rows[~out])
        place = np.where(out, len(inside) + row[rows], np.cumsum(~out) - 1)
        return pa.chunked_array([*_chunks(inside), told], type=TEXT).take(pa.array(place))

    return Finding(pooled.outcome.known_in(~is_out), Coded(codes, words), say)


def _chunks(array: pa.Array) -> list[pa.Array]:
    return array.chunks if isinstance(array, pa.ChunkedArray) else [array]


def _of_unit(finding: Finding, case: Case) -> Finding:
    """Return the finding with the rows that are pooled with another carrying that of their unit (CONTRACT, shared)."""
    table = case.table
    if "rank_unit" not in table.columns:
        return finding
    unit = pd.Index(table["uscc"]).get_indexer(
        pd.Index(table["rank_unit"].where(table["rank_unit"].notna(), table["uscc"]))
    )
    own = np.arange(len(table))
    return finding.taken(np.where(unit < 0, own, unit))
