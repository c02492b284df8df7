"""Keep the balance: what comes into a step goes out or is named as unallocated, to the last integer part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from landuse.errors import DefectError

BALANCE_COLUMNS: Final = ("step", "quantity", "amount_in", "amount_out", "unallocated", "reason")


def balance_step(step: str, quantity: str, amount_in: int, unallocated: Mapping[str, int]) -> pd.DataFrame:
    """Return the rows of one step: the first carries the amounts in and out, each further one a reason.

    Parameters
    ----------
    amount_in
        Integer amount (see `landuse.units.COUNTS`).
    unallocated
        Reason code -> integer amount that left in this step; zero amounts of a named reason are kept.
    """
    out = amount_in - sum(unallocated.values())
    rows = [(step, quantity, amount_in, out, 0, "")]
    rows += [(step, quantity, 0, 0, amount, reason) for reason, amount in unallocated.items()]
    return pd.DataFrame(rows, columns=list(BALANCE_COLUMNS)).astype(
        {"amount_in": "int64", "amount_out": "int64", "unallocated": "int64"}
    )


def verify_balance(balance: pd.DataFrame) -> pd.DataFrame:
    """Return the balance unchanged when every quantity balances in every step and from step to step.

    Raises
    ------
    DefectError
        Something was lost or made: exit status 3.
    """
    for quantity, rows in balance.groupby("quantity", sort=False):
        previous: int | None = None
        for step, part in rows.groupby("step", sort=False):
            came, went, lost = (int(part[name].sum()) for name in ("amount_in", "amount_out", "unallocated"))
            if came != went + lost:
                raise DefectError(f"balance: {quantity} at {step}: in {came} != out {went} + unallocated {lost}")
            if previous is not None and came != previous:
                raise DefectError(f"balance: {quantity} at {step}: in {came} != out of the step before {previous}")
            previous = went
    return balance
