"""Tax, output, energy and the rest for three years, scaled so that the industry means of 2025 come out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generator.model import Firm
from generator.spec import INDUSTRIES, LARGEST_TAX_SHARE, M2_PER_MU, YEARS, Industry

LARGE_FACTOR = 2.2
SIGMA_TAX, SIGMA_OUTPUT, SIGMA_ENERGY, CORRELATION = 0.9, 0.7, 0.5, 0.6
N_NEGATIVE, N_ZERO_TAX, N_ZERO_OUTPUT, N_ZERO_ENERGY = 6, 9, 3, 2
SHARE_WITHOUT_OUTPUT, SHARE_WITHOUT_ENERGY = 0.60, 0.95


def fill_accounts(firms: Sequence[Firm], rng: np.random.Generator) -> None:
    """Fill the accounts of every enterprise that has any."""
    ranked = [firm for firm in firms if firm.status == "RANKED"]
    _mark_odd_ones(ranked, rng)
    total_tax = sum(row.n * row.mean_mu * row.tax for row in INDUSTRIES.values())
    for code, industry in INDUSTRIES.items():
        group = [firm for firm in ranked if firm.division == code]
        tax, output = _tax_and_output(group, industry, total_tax, rng)
        energy = _energy(group, industry, output, rng)
        for firm, t, o, e in zip(group, tax, output, energy, strict=True):
            firm.accounts[2025] = _row(firm, round(float(t), 2), round(float(o), 2), round(float(e), 2), rng)
    for firm in firms:
        if firm.status in {"EXEMPT_PUBLIC", "EXEMPT_NEW", "EXEMPT_POLICY", "NO_LAND", "NOT_INDUSTRIAL"}:
            _other(firm, rng)
        if firm.status == "EXEMPT_CONSTRUCTION":
            firm.accounts[2025] = {
                "tax_wan": round(float(rng.uniform(3, 45)), 2),
                "electricity_kwh": float(rng.integers(20, 400)) * 1000,
            }
        elif firm.accounts:
            _earlier_years(firm, rng)
        elif firm.status in {"CLOSED", "NO_ACCOUNT"} and firm.number % 3:
            _last_years(firm, rng)


def _mark_odd_ones(ranked: Sequence[Firm], rng: np.random.Generator) -> None:
    """Choose the enterprises with negative or zero tax, zero output or energy, and those without the yearly forms."""
    plain = [
        f
        for f in ranked
        if not f.marks and f.division not in {"15", "24", "28", "31", "32", "36", "37", "40", "42", "29"}
    ]
    order = [plain[int(i)] for i in rng.permutation(len(plain))]
    large = [f for f in order if f.scale == "规上"]
    small = [f for f in order if f.scale == "规下"]
    for mark, chosen in (
        ("negative tax", [*large[:3], *small[:3]]),
        ("zero tax", [f for f in ranked if "branch" in f.marks] + small[3 : 3 + N_ZERO_TAX - 2]),
        ("zero output", large[3 : 3 + N_ZERO_OUTPUT]),
        ("zero energy", large[6 : 6 + N_ZERO_ENERGY]),
    ):
        for firm in chosen:
            firm.marks.add(mark)
    below = [f for f in ranked if f.scale == "规下"]
    free = [f for f in below if "twin" not in f.marks]
    order = [free[int(i)] for i in rng.permutation(len(free))]
    for firm in order[: round(SHARE_WITHOUT_OUTPUT * len(below))]:
        firm.marks.add("revenue only")
    order = [*[f for f in below if "twin" in f.marks], *[free[int(i)] for i in rng.permutation(len(free))]]
    for firm in order[: round(SHARE_WITHOUT_ENERGY * len(below))]:
        firm.marks.add("no energy")


def _tax_and_output(
    group: Sequence[Firm], industry: Industry, total_tax: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Give tax and output of 2025 in wan yuan; their sums are land x mean of the industry."""
    mu = np.array([firm.land for firm in group]) / 100 / M2_PER_MU
    factor = np.array([LARGE_FACTOR if firm.scale == "规上" else 1.0 for firm in group])
    z = rng.normal(size=(2, len(group)))
    output = factor * np.exp(SIGMA_OUTPUT * z[0])
    tax = factor * np.exp(SIGMA_TAX * (CORRELATION * z[0] + np.sqrt(1 - CORRELATION**2) * z[1]))
    fixed_tax = np.full(len(group), np.nan)
    fixed_output = np.full(len(group), np.nan)
    for i, firm in enumerate(group):
        if "negative tax" in firm.marks:
            fixed_tax[i] = -round(float(rng.uniform(4, 60)), 2)
        if "zero tax" in firm.marks:
            fixed_tax[i] = 0.0
        if "largest tax" in firm.marks:
            fixed_tax[i] = LARGEST_TAX_SHARE * total_tax
        if "zero output" in firm.marks:
            fixed_output[i] = 0.0
    if industry.code == "29":
        _plant_tie(group, industry, mu, (tax, output), (fixed_tax, fixed_output))
    area = industry.n * industry.mean_mu
    return (
        _scaled(tax * mu, fixed_tax, area * industry.tax),
        _scaled(output * mu, fixed_output, area * industry.output),
    )


def _plant_tie(
    group: Sequence[Firm],
    industry: Industry,
    mu: np.ndarray,
    free: tuple[np.ndarray, np.ndarray],
    fixed: tuple[np.ndarray, np.ndarray],
) -> None:
    """Let two enterprises of C29 tie for the third place from the bottom: one is the other doubled."""
    twins = [i for i, firm in enumerate(group) if "twin" in firm.marks]
    lowest = [i for i, firm in enumerate(group) if "twin" not in firm.marks and firm.scale == "规下"][:2]
    small = min(twins, key=lambda i: mu[i])
    for values, fixed_values, mean, twin_ratio, low_ratio in (
        (free[0], fixed[0], industry.tax, 0.24, 0.03),
        (free[1], fixed[1], industry.output, 0.33, 0.07),
    ):
        base = round(float(mu[small] * mean * twin_ratio), 2)
        for i in twins:
            fixed_values[i] = base if i == small else 2 * base
        for i in lowest:
            fixed_values[i] = round(float(mu[i] * mean * low_ratio), 2)
        rest = [i for i in range(len(group)) if i not in twins and i not in lowest]
        values[rest] = np.maximum(values[rest], 0.62 * np.average(values[rest], weights=mu[rest]))


def _scaled(free: np.ndarray, fixed: np.ndarray, total: float) -> np.ndarray:
    """Scale the free values so that they and the fixed ones make the total."""
    is_free = np.isnan(fixed)
    factor = (total - fixed[~is_free].sum()) / free[is_free].sum()
    return np.where(is_free, free * factor, fixed)


def _energy(group: Sequence[Firm], industry: Industry, output: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give the energy stated for 2025 (nan = no form); the stated energy makes land x output / (output per tce)."""
    use = np.exp(rng.normal(0, SIGMA_ENERGY, len(group))) * np.maximum(output, 1)
    stated = np.array(["no energy" not in firm.marks and "zero energy" not in firm.marks for firm in group])
    total = industry.n * industry.mean_mu * industry.output / industry.per_tce
    use = np.where(stated, use * total / use[stated].sum(), np.nan)
    return np.where([("zero energy" in firm.marks) for firm in group], 0.0, use)


def _row(firm: Firm, tax: float, output: float, energy: float, rng: np.random.Generator) -> dict[str, float]:
    """Give the row of a year with the columns this enterprise has."""
    row = {
        "tax_wan": tax,
        "revenue_wan": output if "revenue only" in firm.marks else round(output * float(rng.uniform(0.88, 1.04)), 2),
    }
    if "zero output" in firm.marks:
        row["revenue_wan"] = round(max(tax, 20) * float(rng.uniform(6, 12)), 2)
    row["profit_wan"] = round(row["revenue_wan"] * float(rng.normal(0.05, 0.04)), 2)
    if "revenue only" not in firm.marks:
        row["output_wan"] = output
        row["value_added_wan"] = round(output * float(rng.uniform(0.17, 0.32)), 2)
        row["employees"] = float(max(6, round(output / float(rng.uniform(55, 140)))))
        row["rd_wan"] = round(output * float(rng.uniform(0.004, 0.035)), 2) if firm.scale == "规上" else 0.0
    if "no energy" not in firm.marks:
        row["energy_tce"] = energy
    known = energy if energy > 0 else max(row["revenue_wan"], 50) * 0.03
    row["electricity_kwh"] = float(round(known * float(rng.uniform(0.35, 0.75)) / 0.0003, -1))
    return row


def _other(firm: Firm, rng: np.random.Generator) -> None:
    """Give the accounts of an enterprise that is not ranked."""
    tax = round(float(np.exp(rng.normal(4.2, 0.8))), 2)
    if firm.status != "EXEMPT_PUBLIC" and firm.scale == "规下":
        firm.marks.add("no energy")
    firm.accounts[2025] = _row(
        firm, tax, round(tax * float(rng.uniform(14, 30)), 2), round(tax * float(rng.uniform(3, 9)), 2), rng
    )


def _earlier_years(firm: Firm, rng: np.random.Generator) -> None:
    """Give 2024 and 2023 from 2025, unless the enterprise was not yet registered."""
    later = firm.accounts[2025]
    for year in YEARS[1::-1]:
        if firm.registered_on.year > year:
            break
        growth = float(rng.normal(0.95, 0.07))
        row = {key: round(value * growth * float(rng.uniform(0.94, 1.06)), 2) for key, value in later.items()}
        for key in ("employees", "electricity_kwh"):
            if key in row:
                row[key] = float(round(row[key]))
        firm.accounts[year] = row
        later = row


def _last_years(firm: Firm, rng: np.random.Generator) -> None:
    """Give an enterprise that has ended the accounts of its last years."""
    firm.marks |= {"revenue only", "no energy"}
    for year in (2023, 2024) if firm.number % 2 else (2023,):
        tax = round(float(np.exp(rng.normal(2.5, 0.8))), 2)
        firm.accounts[year] = _row(firm, tax, round(tax * 20, 2), float("nan"), rng)
