"""Bring the accounts together: one row an enterprise and year, every amount in the balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse import tables, units
from landuse.assemble.codes import uscc_issues
from landuse.assemble.contradictions import account_conflicts
from landuse.assemble.keys import (
    Flags,
    Groups,
    Merged,
    attribute_conflicts,
    believed,
    blank_keys,
    first_known,
    group_rows,
    repeats,
    stack,
)
from landuse.errors import DefectError
from landuse.tables import KEYS, RawPart
from landuse.tables.cells import numbers
from landuse.tables.matches import Matches

MONEY: Final = ("tax_wan", "output_wan", "energy_tce")
"""Quantities of the balance that accounts carry."""
OPINIONS: Final = ("source", "confirmed")
"""Columns in which two files may differ without a doubt: each says it of its own figures."""
DECIMALS: Final = 6
"""Amounts equal to this many decimals are the same amount: one fen of 10,000 yuan, one gram of a tce."""


@dataclass(frozen=True)
class Accounts:
    """The accounts of all years, and what became of every amount."""

    table: pd.DataFrame
    """Key (uscc, year)."""
    issues: pd.DataFrame
    balance: pd.DataFrame
    """Steps `read` and `keys` of tax_wan, output_wan, energy_tce."""


def used_output(accounts: pd.DataFrame, *, revenue_for_output: bool) -> tuple[pd.Series, pd.Series]:
    """Return the output in force (output_wan) and what it comes from (output_source), with the index given.

    Unknown output is replaced by revenue where the rule says so (工业总产值 / 营业收入替代).

    Returns
    -------
    tuple of Series
        output_wan in 10,000 yuan, NaN unknown; output_source ``output`` / ``revenue``, NA where both are unknown.
    """
    output = numbers(accounts, "output_wan")
    revenue = numbers(accounts, "revenue_wan") if revenue_for_output else np.full(len(accounts), np.nan)
    known = np.isfinite(output)
    source = pd.Series("output", index=accounts.index, dtype="str", name="output_source")
    source = source.where(known, "revenue").mask(~known & ~np.isfinite(revenue))
    return pd.Series(np.where(known, output, revenue), index=accounts.index, name="output_wan"), source


def usable_energy(accounts: pd.DataFrame) -> pd.Series:
    """Return the energy consumption in tce; unknown where it is not above 0 (CONTRACT, Measures)."""
    energy = numbers(accounts, "energy_tce")
    return pd.Series(np.where(energy > 0, energy, np.nan), index=accounts.index, name="energy_tce")


def with_numbers(accounts: pd.DataFrame) -> pd.Series:
    """Return whether each row knows any number at all: a row without one is no account (CONTRACT, NO_ACCOUNT)."""
    known = tables.columns("input", "accounts")
    names = [n for n, c in known.items() if c.kind in {"number", "integer"} and n != "year" and n in accounts.columns]
    return accounts[names].notna().any(axis=1)


def merge_accounts(
    parts: Sequence[RawPart], *, year: int, revenue_for_output: bool, matches: Matches | None = None
) -> Accounts:
    """Return one row an enterprise and year.

    Identical rows of one key count once (warning). Rows that do not contradict each other complement each other.
    Where two known numbers of one key differ (``ACCOUNT_CONFLICT``) all its rows are set aside.

    Parameters
    ----------
    matches
        Says which rows were joined by a name or an old code: a contradiction tells them.
    """
    frame, absurd = believed(stack(parts, "accounts"), "accounts", (*MONEY, "revenue_wan"))
    blank, issues = blank_keys(frame, "accounts")
    rows = frame[~blank].reset_index(drop=True)
    groups = group_rows(rows, KEYS["accounts"])
    known = tables.columns("input", "accounts")
    amounts = [name for name, c in known.items() if c.kind == "number" and name in rows.columns]
    merged = first_known(rows, groups)
    contradicting = merged.conflicts[merged.conflicts["column"].isin(amounts)]
    bad = np.zeros(groups.size, dtype=bool)
    bad[groups.of_row[contradicting["row"].to_numpy()]] = True
    later = repeats(rows.assign(**rows[amounts].round(DECIMALS)), groups, amounts) & ~bad[groups.of_row]
    table = merged.table[~bad].reset_index(drop=True)
    reasons = np.full(len(frame), "", dtype=object)
    reasons[~blank] = np.where(bad[groups.of_row], "ACCOUNT_CONFLICT", "")
    reasons[~blank & (frame["year"] != year).fillna(value=False).to_numpy(dtype=bool)] = "OTHER_YEAR"
    reasons[blank] = "BLANK_KEY"
    balance, repeated = _balance(frame, _all_groups(groups, blank), reasons, revenue_for_output=revenue_for_output)
    _prove(balance, table[(table["year"] == year).to_numpy()], revenue_for_output=revenue_for_output)
    issues = tables.join_issues(
        [
            issues,
            absurd,
            account_conflicts(rows, groups, contradicting, matches),
            _text_issues(rows, groups, merged, bad),
            tables.issue_rows("DUPLICATE_ROW", rows[later], table="accounts", key="uscc"),
            _repeated_issues(frame, repeated, set(frame.index[~blank][later])),
            uscc_issues(rows, table="accounts", column="uscc"),
        ]
    )
    return Accounts(tables.check(table, "accounts"), issues, balance)


def _all_groups(groups: Groups, blank: Flags) -> Groups:
    """Return groups over all rows: each row with a blank key is a group of its own."""
    of_row = np.empty(len(blank), dtype=np.intp)
    of_row[~blank] = groups.of_row
    of_row[blank] = groups.size + np.arange(int(blank.sum()))
    return Groups(of_row, groups.size + int(blank.sum()))


def _balance(
    frame: pd.DataFrame, groups: Groups, reasons: npt.NDArray[np.object_], *, revenue_for_output: bool
) -> tuple[pd.DataFrame, dict[str, Flags]]:
    """Return the steps `read` and `keys`, and for each quantity the rows that repeat a value already counted.

    The reason of a row comes before that of a value: a row of another year is no duplicate here.
    """
    steps: list[pd.DataFrame] = []
    repeated: dict[str, Flags] = {}
    for quantity in MONEY:
        values = _counted(frame, groups, quantity, revenue_for_output=revenue_for_output)
        amount = _whole(values, quantity)
        known = np.flatnonzero(np.isfinite(values))
        again = np.zeros(len(frame), dtype=bool)
        again[known] = groups.first_of(known)[groups.of_row[known]] != known
        repeated[quantity] = again & (reasons == "")
        why = np.where(repeated[quantity], "DUPLICATE_ROW", reasons)
        if quantity == "energy_tce":
            why = np.where((why == "") & (values <= 0), "ENERGY_NOT_POSITIVE", why)
        left = {r: int(amount[why == r].sum()) for r in sorted(set(why) - {""})}
        total = int(amount.sum())
        steps.append(tables.balance_step("read", quantity, total, {}))
        steps.append(tables.balance_step("keys", quantity, total, {r: a for r, a in left.items() if a}))
    return tables.verify_balance(pd.concat(steps, ignore_index=True)), repeated


def _counted(
    frame: pd.DataFrame, groups: Groups, quantity: str, *, revenue_for_output: bool
) -> npt.NDArray[np.float64]:
    """Return the value of each row that counts: revenue only where no row of the key knows the output."""
    if quantity != "output_wan":
        return numbers(frame, quantity)
    output = numbers(frame, quantity)
    knows = np.zeros(groups.size, dtype=bool)
    knows[groups.of_row[np.isfinite(output)]] = True
    used, _ = used_output(frame, revenue_for_output=revenue_for_output)
    return np.where(np.isfinite(output) | ~knows[groups.of_row], used.to_numpy(), np.nan)


def _prove(balance: pd.DataFrame, accounts: pd.DataFrame, *, revenue_for_output: bool) -> None:
    """Raise when the accounts of the year do not hold what the balance says is left."""
    used, _ = used_output(accounts, revenue_for_output=revenue_for_output)
    held = accounts.assign(output_wan=used, energy_tce=usable_energy(accounts))
    for quantity in MONEY:
        left = int(balance.loc[balance["quantity"].eq(quantity) & balance["step"].eq("keys"), "amount_out"].sum())
        found = int(_whole(numbers(held, quantity), quantity).sum())
        if found != left:
            raise DefectError(f"accounts: {quantity}: {found} held, {left} in the balance")


def _text_issues(rows: pd.DataFrame, groups: Groups, merged: Merged, bad: Flags) -> pd.DataFrame:
    """Return a warning for each text (basis of tax or energy) that contradicts the one used."""
    text = [n for n, c in tables.columns("input", "accounts").items() if c.kind == "text" and n not in OPINIONS]
    found = merged.conflicts[merged.conflicts["column"].isin(text)]
    found = found[~bad[groups.of_row[found["row"].to_numpy()]]]
    return attribute_conflicts(rows, found, table="accounts", key="uscc")


def _repeated_issues(frame: pd.DataFrame, repeated: dict[str, Flags], reported: set[int]) -> pd.DataFrame:
    """Return one note for each quantity of which rows, not duplicates themselves, repeat values."""
    parts = []
    for quantity, again in repeated.items():
        rows = [row for row in np.flatnonzero(again) if row not in reported]
        if rows:
            facts = {"count": len(rows), "first": frame["uscc"].iloc[rows[0]]}
            parts.append(tables.one_issue("VALUE_REPEATED", table="accounts", column=quantity, facts=facts))
    return tables.join_issues(parts)


def _whole(values: npt.NDArray[np.float64], quantity: str) -> npt.NDArray[np.int64]:
    """Return values as whole counts of the balance, unknown as 0."""
    known = np.where(np.isfinite(values), values, 0.0)
    return np.asarray(np.rint(known * units.COUNTS[quantity]), dtype=np.int64)
