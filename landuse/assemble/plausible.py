"""Doubt numbers that are hardly possible: the numbers stay as they are, a person is asked (DOMAIN 12.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.accounts import usable_energy, used_output
from landuse.assemble.occupancy import CLOSED_STATES
from landuse.assemble.shares import BLANK, Mask, position_in
from landuse.catalogue import load
from landuse.tables import PROVENANCE, issue_rows, join_issues
from landuse.tables.cells import numbers, text

Floats = npt.NDArray[np.float64]

RUNNING: Final = "正常"
"""Production state in which an enterprise uses electricity."""


def account_doubts(
    accounts: pd.DataFrame, enterprises: pd.DataFrame, *, year: int, revenue_for_output: bool
) -> pd.DataFrame:
    """Return what is hardly possible in the accounts of a year.

    Parameters
    ----------
    accounts
        Key (uscc, year); columns as far as they were read.
    enterprises
        uscc, registry_state, production_state; may be empty.
    year
        The evaluation year: only its rows are looked at.
    revenue_for_output
        Unknown output is replaced by revenue, as in the measures.

    Returns
    -------
    Warnings. OUTPUT_TAX_RATIO_IMPLAUSIBLE and ENERGY_INTENSITY_IMPLAUSIBLE beyond the bounds of plausible.toml (the
    bounds are plausible); EMPLOYEES_ZERO_WITH_TAX; CLOSED_BUT_PAYING; POWER_ZERO_BUT_RUNNING; ENERGY_BASIS_MIXED.
    """
    rows = accounts[(numbers(accounts, "year") == year)]
    tax, energy = numbers(rows, "tax_wan"), usable_energy(rows).to_numpy()
    output = used_output(rows, revenue_for_output=revenue_for_output)[0].to_numpy()
    paying = tax > 0
    per_tax = np.divide(output, tax, out=np.full(len(rows), np.nan), where=paying)
    intensity = np.divide(energy, output, out=np.full(len(rows), np.nan), where=output > 0)
    registry, production = _of_enterprise(rows, enterprises, ("registry_state", "production_state"))
    closed = registry.isin(CLOSED_STATES).to_numpy() & paying
    dark = (numbers(rows, "electricity_kwh") == 0) & production.eq(RUNNING).to_numpy(dtype=bool)
    return join_issues(
        [
            _beyond("OUTPUT_TAX_RATIO_IMPLAUSIBLE", rows, per_tax, bounds="output_tax_ratio", column="output_wan"),
            _beyond("ENERGY_INTENSITY_IMPLAUSIBLE", rows, intensity, bounds="energy_intensity", column="energy_tce"),
            _rows("EMPLOYEES_ZERO_WITH_TAX", rows, (numbers(rows, "employees") == 0) & paying, "employees", tax),
            issue_rows(
                "CLOSED_BUT_PAYING", rows[closed], table="accounts", key="uscc", column="tax_wan",
                value=registry[closed].tolist(), facts=[{"tax": f"{amount:.2f}"} for amount in tax[closed]],
            ),
            _rows("POWER_ZERO_BUT_RUNNING", rows, dark, "electricity_kwh", numbers(rows, "electricity_kwh")),
            _mixed_basis(rows, np.isfinite(energy)),
        ]
    )  # fmt: skip


def land_doubts(enterprises: pd.DataFrame) -> pd.DataFrame:
    """Return the enterprises whose land, or whose tax per mu, is beyond the bounds of plausible.toml.

    Parameters
    ----------
    enterprises
        uscc, area_mu, tax_per_mu (NaN = unknown), provenance.
    """
    land = numbers(enterprises, "area_mu")
    land = np.where(land > 0, land, np.nan)
    return join_issues(
        [
            _beyond("LAND_TINY", enterprises, land, bounds="area_mu", column="", table="enterprises"),
            _beyond(
                "TAX_PER_MU_IMPLAUSIBLE", enterprises, numbers(enterprises, "tax_per_mu"), bounds="tax_per_mu",
                column="", table="enterprises",
            ),
        ]
    )  # fmt: skip


def _beyond(
    code: str, rows: pd.DataFrame, values: Floats, *, bounds: str, column: str, table: str = "accounts"
) -> pd.DataFrame:
    """Return a warning for each value below the least or above the most that is plausible; unknown is no doubt."""
    limits = load("assemble/plausible.toml")["bounds"][bounds]
    least, most = (float(limits.get(name, end)) for name, end in (("least", -np.inf), ("most", np.inf)))
    at = np.flatnonzero((values < least) | (values > most))
    facts: list[dict[str, Any]] = [{"least": limits.get("least", ""), "most": limits.get("most", "")}] * len(at)
    shown = [f"{value:.4g}" for value in values[at]]
    named = [name for name in ("uscc", *PROVENANCE) if name in rows.columns]
    return issue_rows(code, rows[named].iloc[at], table=table, key="uscc", column=column, value=shown, facts=facts)


def _rows(code: str, rows: pd.DataFrame, doubtful: Mask, column: str, values: Floats) -> pd.DataFrame:
    shown = [f"{value:.2f}" for value in values[doubtful]]
    return issue_rows(code, rows[doubtful], table="accounts", key="uscc", column=column, value=shown)


def _of_enterprise(rows: pd.DataFrame, enterprises: pd.DataFrame, names: Sequence[str]) -> list[pd.Series]:
    """Return texts of the enterprise of each row; unknown where it stands in no table."""
    at = position_in(text(rows, "uscc"), text(enterprises, "uscc"))
    found = []
    for known in (text(enterprises, name).str.strip() for name in names):
        words = known.array.take(np.where(at == BLANK, -1, at), allow_fill=True) if len(known) else [None] * len(rows)
        found.append(pd.Series(words, index=rows.index, dtype="str"))
    return found


def _mixed_basis(rows: pd.DataFrame, with_energy: Mask) -> pd.DataFrame:
    """Return a warning for each row whose energy stands on another basis than that of most rows."""
    basis = text(rows, "energy_basis").where(with_energy)
    counted = basis.value_counts().sort_index(kind="stable").sort_values(ascending=False, kind="stable")
    if len(counted) < 2:
        return join_issues([])
    usual = str(counted.index[0])
    other = (basis.notna() & basis.ne(usual)).to_numpy(dtype=bool)
    facts = [{"usual": usual}] * int(other.sum())
    return issue_rows(
        "ENERGY_BASIS_MIXED", rows[other], table="accounts", key="uscc", column="energy_basis",
        value=basis[other].tolist(), facts=facts,
    )  # fmt: skip
