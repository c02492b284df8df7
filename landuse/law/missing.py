"""Name the papers and figures without which a parcel cannot be judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from landuse.law.articles import Basis
from landuse.law.cause import Cause
from landuse.law.facts import Flags
from landuse.law.verdict import Consequence, IdleClass, Verdict

PAPERS: Final = (
    "start_due", "handover_date", "start_date", "start_state", "area_due_m2", "area_started_m2", "invest_due_wan",
    "invest_actual_wan", "land_price_wan", "delay_cause",
)  # fmt: skip
"""Columns that may be missing, in the order they are named."""

Masks = npt.NDArray[np.int64]


def missing_masks(verdict: Verdict) -> Masks:
    """Return one bit mask a parcel over `PAPERS`; 0 where nothing is missing.

    No evidence of a start either way asks for the start; no day by which to start asks for the contract and the
    hand-over; an open outcome of article 2(2) asks for the figures of the unknown shares; a fee asks for the price;
    idle land of unknown cause asks for the cause.
    """
    facts = verdict.facts
    started = verdict.started
    open_t2 = started.to_numpy(dtype=bool, na_value=False) & verdict.idle_t2.isna()
    no_evidence = started.isna()
    no_due = (verdict.basis == Basis.NONE) & ~started.to_numpy(dtype=bool, na_value=False)
    no_price = (verdict.consequence == Consequence.FEE) & np.isnan(facts.land_price_wan)
    idle = verdict.is_class(IdleClass.IDLE_T1, IdleClass.IDLE_T2)
    unknown_cause = idle & (verdict.cause == Cause.UNKNOWN)
    flags: tuple[Flags, ...] = (
        no_due, no_due, no_evidence, no_evidence,
        open_t2 & np.isnan(facts.area_due_m2), open_t2 & np.isnan(facts.area_started_m2),
        open_t2 & np.isnan(facts.invest_due_wan), open_t2 & np.isnan(facts.invest_actual_wan),
        no_price, unknown_cause,
    )  # fmt: skip
    mask = np.zeros(len(verdict), dtype=np.int64)
    for bit, flag in enumerate(flags):
        mask |= flag.astype(np.int64) << bit
    return mask


def mask_of(papers: Sequence[str]) -> int:
    """Return the mask that names some papers."""
    return sum(1 << PAPERS.index(name) for name in papers)


def papers_of(mask: int) -> tuple[str, ...]:
    """Return the columns a mask names."""
    return tuple(name for bit, name in enumerate(PAPERS) if mask >> bit & 1)
