"""Measure land use: tax, output and energy per mu and per tce. Series in, Series out, same index.

Sources: DOMAIN 2.1 (report 003: 亩均税收, 亩均产值, 单位能耗产值), 3.4 (land), 4 (land-price coefficient).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse import tables
from landuse.assemble.accounts import usable_energy, used_output, with_numbers
from landuse.catalogue import load
from landuse.measures import Measure, measures, quantities
from landuse.rule import Rule

LEAST_YEARS: Final = {1: 1, 3: 2}
"""Years averaged -> years that must be known (CONTRACT, three-year mean)."""

_ALWAYS: Final = ("tax_wan", "output_wan", "energy_tce")
"""Quantities in every book, whatever the measures of the rule."""
_SCALE, _PARK_TYPE = "scale", "park_type"


@dataclass(frozen=True)
class Books:
    """The accounts used for one evaluation year, one row a uscc, and what was odd about them."""

    table: pd.DataFrame
    """uscc, tax_wan, output_wan (value used), output_source (output / revenue), energy_tce, the other quantities that
    the measures of the rule need, electricity_kwh (of the year unless measured), n_years (fewest years behind any
    known number), has_account (a number is known), no_tax (tax of the year stated 0), stated_kwh (electricity of the
    year in the accounts), no_tax_no_power (no_tax, and no electricity in the year; with meters: in the 12 months before
    the day for idle time). <NA> = not known."""
    issues: pd.DataFrame


# ---------------------------------------------------------------------------------------------- measures


def tax_per_mu(tax_wan: pd.Series, area_mu: pd.Series) -> pd.Series:
    """Return tax per mu (亩均税收) = tax paid / land, in 10,000 yuan a mu; unknown where land is not positive."""
    return _quotient(tax_wan, area_mu, "tax_per_mu")


def output_per_mu(output_wan: pd.Series, area_mu: pd.Series) -> pd.Series:
    """Return output per mu (亩均产值) = industrial output / land, in 10,000 yuan a mu."""
    return _quotient(output_wan, area_mu, "output_per_mu")


def output_per_energy(output_wan: pd.Series, energy_tce: pd.Series) -> pd.Series:
    """Return output per energy (单位能耗产值) in 10,000 yuan a tce; unknown where energy is not positive."""
    return _quotient(output_wan, energy_tce, "output_per_energy")


def adjusted_land(area_mu: pd.Series, coefficient: pd.Series, *, apply: str) -> pd.Series:
    """Return the land that stands under a corrected per-mu measure: A x K (divide), A / K (multiply), A (none).

    Parameters
    ----------
    coefficient
        Land-price coefficient K of the land used; unknown K makes the result unknown.
    apply
        ``land_price.apply`` of the project file.
    """
    area = _positive(area_mu)
    if apply == "none":
        return area.rename("adjusted_land_mu")
    k = _positive(coefficient)
    return (area * k if apply == "divide" else area / k).rename("adjusted_land_mu")


def corrected(measure: pd.Series, coefficient: pd.Series, *, apply: str) -> pd.Series:
    """Return a per-mu measure corrected by the land-price coefficient (地价修正): dearer land must yield more.

    Divide (default): measure / K; multiply: measure x K; none: the measure. Named ``<measure>_corrected``.
    """
    values, name = _numbers(measure), f"{measure.name}_corrected"
    if apply == "none":
        return values.rename(name)
    k = _positive(coefficient)
    return (values / k if apply == "divide" else values * k).rename(name)


def tax_due_gap_wan(tax_wan: pd.Series, area_mu: pd.Series, tax_due_wan_per_mu: pd.Series) -> pd.Series:
    """Return agreed tax - tax paid (约定税收差额) in 10,000 yuan: positive = short of the contract, negative = above.

    Agreed tax = tax_due_wan_per_mu x land of the parcel.
    """
    due = _numbers(tax_due_wan_per_mu) * _positive(area_mu)
    return (due - _numbers(tax_wan)).rename("tax_due_gap_wan")


# ------------------------------------------------------------------------------------------------- books


def year_books(accounts: pd.DataFrame, *, rule: Rule, year: int) -> Books:
    """Return the accounts used for `year`, one row a uscc: that year alone, or the mean of three years.

    Another year never stands in silently: with one year only rows of `year` count; with three years a number needs
    at least two known ones, and `n_years` says how many stand behind it. Energy of 0 or less is unknown.

    Parameters
    ----------
    accounts
        Stage table accounts, key (uscc, year).
    """
    years = _numbers(accounts["year"])
    window = accounts[(years > year - rule.years) & (years <= year)]
    doubtful = window[_numbers(_column(window, "energy_tce")) <= 0]
    output, source = used_output(window, revenue_for_output=rule.revenue_for_output)
    used = window.assign(output_wan=output, energy_tce=usable_energy(window), tax_wan=_column(window, "tax_wan"))
    slots = _Slots.of(used, year, rule.years)
    wanted = dict.fromkeys((*_ALWAYS, *quantities(rule.indicators)))
    means = {name: slots.mean(_column(used, name)) for name in wanted}
    by_revenue = slots.any(source.eq("revenue"))
    table = pd.DataFrame(
        {
            "uscc": slots.keys,
            "electricity_kwh": slots.last(_column(window, "electricity_kwh")),
            **{name: mean for name, (mean, _) in means.items()},
            "n_years": _fewest([count for _, count in means.values()], rule.years),
            "has_account": slots.any(with_numbers(window)),
        }
    )
    table["output_source"] = _sources(table["output_wan"].notna().to_numpy(), by_revenue, table.index)
    table["stated_kwh"] = slots.last(_column(window, "electricity_kwh"))
    table["no_tax"] = _stated_zero(slots.last(used["tax_wan"]))
    table["no_tax_no_power"] = _both(table["no_tax"], _stated_zero(table["stated_kwh"].to_numpy()))
    issues = [
        _not_positive(doubtful),
        *(_too_few(used, slots, name) for name in wanted if rule.years > 1 and name in used),
    ]
    return Books(table, tables.join_issues(issues))


def with_meters(books: Books, power: pd.DataFrame, *, rule: Rule) -> Books:
    """Return the books with the electricity of meters where the accounts state none, and what meters say of silence.

    The accounts win where both know the year; a difference beyond ``differ_share`` of meters.toml is a warning. A mean
    of three years is not filled. Whether there was electricity in the last 12 months is what meters say where they know
    it, else what the accounts state.

    Parameters
    ----------
    power
        `assemble.power.power_of`: uscc, year_kwh, silent. Enterprises without a book get one without an account.
    """
    if power.empty:
        return books
    strangers = power.loc[power["year_kwh"].notna() & ~power["uscc"].isin(books.table["uscc"]), ["uscc"]]
    blank = {"n_years": 0, "has_account": False}
    table = pd.concat([books.table, strangers.assign(**blank)], ignore_index=True).astype(books.table.dtypes)
    known = power.set_index("uscc").reindex(table["uscc"])
    metered, stated = known["year_kwh"].to_numpy(dtype=float), table["stated_kwh"].to_numpy(dtype=float)
    limit = float(load("assemble/meters.toml")["differ_share"]) * np.abs(stated) * (1 + 1e-9)
    differ = np.abs(metered - stated) > limit
    silent = pd.Series(known["silent"].array, dtype="boolean").fillna(pd.Series(_stated_zero(stated)))
    averaged = rule.years > 1 and "electricity_kwh" in quantities(rule.indicators)
    used = table["electricity_kwh"] if averaged else pd.Series(np.where(np.isnan(stated), metered, stated))
    changed = table.assign(electricity_kwh=used, no_tax_no_power=_both(table["no_tax"], silent))
    doubts = tables.issue_rows(
        "ELECTRICITY_DIFFERS", table[differ], table="accounts", key="uscc", column="electricity_kwh",
        value=[f"{kwh:,.0f}" for kwh in stated[differ]], facts=[{"metered": f"{kwh:,.0f}"} for kwh in metered[differ]],
    )  # fmt: skip
    return Books(changed, tables.join_issues([books.issues, doubts]))


@dataclass(frozen=True)
class _Slots:
    """Where the rows of a window of years stand: enterprise by enterprise, year by year."""

    keys: pd.Series
    row: npt.NDArray[np.intp]
    slot: npt.NDArray[np.intp]
    years: int

    @classmethod
    def of(cls, window: pd.DataFrame, year: int, years: int) -> _Slots:
        row, keys = pd.factorize(window["uscc"])
        slot = _numbers(window["year"]).to_numpy().astype(np.intp) - (year - years + 1)
        return cls(pd.Series(keys, name="uscc", dtype="str"), row, slot, years)

    def spread(self, values: pd.Series) -> npt.NDArray[np.float64]:
        """Return one row an enterprise, one column a year, NaN where nothing is known."""
        grid = np.full((len(self.keys), self.years), np.nan)
        grid[self.row, self.slot] = _numbers(values).to_numpy()
        return grid

    def mean(self, values: pd.Series) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        """Return the mean of the known years and their number; unknown where fewer than `LEAST_YEARS` are known."""
        grid = self.spread(values)
        count = np.sum(~np.isnan(grid), axis=1)
        enough = count >= LEAST_YEARS[self.years]
        total = np.nansum(grid, axis=1)
        return np.where(enough, total / np.maximum(count, 1), np.nan), np.where(enough, count, 0)

    def last(self, values: pd.Series) -> npt.NDArray[np.float64]:
        """Return the value of the evaluation year itself."""
        return self.spread(values)[:, -1]

    def any(self, flags: pd.Series) -> npt.NDArray[np.bool_]:
        """Return whether a flag holds in any row of the enterprise."""
        return np.bincount(self.row, weights=flags.eq(1).to_numpy(dtype=float), minlength=len(self.keys)) > 0


def _fewest(counts: list[npt.NDArray[np.int64]], years: int) -> npt.NDArray[np.int64]:
    known = np.stack([np.where(count > 0, count, years + 1) for count in counts])
    fewest = known.min(axis=0)
    return np.where(fewest > years, 0, fewest)


def _stated_zero(values: npt.NDArray[np.float64]) -> pd.arrays.BooleanArray:
    return pd.arrays.BooleanArray(values == 0, np.isnan(values))


def _both(one: pd.Series, other: Any) -> pd.Series:
    """Return whether both hold; <NA> unless both are known."""
    second = pd.Series(other, index=one.index)
    return (one & second).mask(one.isna() | second.isna())


def _not_positive(rows: pd.DataFrame) -> pd.DataFrame:
    more = {"column": "energy_tce", "value": rows.get("energy_tce", pd.Series(dtype=float)).tolist()}
    return tables.issue_rows("ENERGY_NOT_POSITIVE", rows, table="accounts", key="uscc", **more)


def _too_few(window: pd.DataFrame, slots: _Slots, name: str) -> pd.DataFrame:
    """Return an issue for each number that is known in one year only and is therefore not used."""
    count = np.sum(~np.isnan(slots.spread(window[name])), axis=1)
    short = (count > 0) & (count < LEAST_YEARS[slots.years])
    rows = window[short[slots.row] & window[name].notna()]
    facts = [{"years": slots.years, "least": LEAST_YEARS[slots.years]}] * len(rows)
    return tables.issue_rows(
        "YEARS_TOO_FEW", rows, table="accounts", key="uscc", column=name, value=rows[name].tolist(), facts=facts
    )


# -------------------------------------------------------------------------------------------- whole tables


def enterprise_measures(table: pd.DataFrame, *, rule: Rule) -> pd.DataFrame:
    """Return the enterprise table with the measures of the rule, raw and corrected, and `n_indicators`.

    Parameters
    ----------
    table
        area_mu (own + leased in - leased out), price_coefficient, and the quantities of the measures: tax_wan,
        output_wan (value used), energy_tce …
    """
    k = _column(table, "price_coefficient")
    raw = raw_measures(table, rule=rule)
    per_mu = [name for name in raw.columns if measures()[name].per_land]
    measured = table.assign(
        **{str(name): raw[name] for name in raw.columns},
        **{f"{name}_corrected": corrected(raw[name], k, apply=rule.price_apply) for name in per_mu},
    )
    return measured.assign(n_indicators=known_indicators(measured, rule=rule))


def raw_measures(table: pd.DataFrame, *, rule: Rule) -> pd.DataFrame:
    """Return the measures of the rule before any correction, one column each."""
    return pd.DataFrame({name: _measured(table, measures()[name]) for name in rule.indicators}, index=table.index)


def _measured(table: pd.DataFrame, measure: Measure) -> pd.Series:
    top = _numbers(_column(table, measure.top))
    under = table["area_mu"] if measure.per_land else _column(table, measure.under)
    return _quotient(top if measure.factor == 1.0 else top * measure.factor, under, measure.name)


def known_indicators(measured: pd.DataFrame, *, rule: Rule) -> pd.Series:
    """Return how many measures with a weight are known, an integer per row.

    Counted on the raw measures: the land-price coefficient is 1.0 where it is unknown, never missing.
    """
    counts = weight_rows(measured, rule=rule) > 0
    known = measured[list(rule.indicators)].notna().to_numpy(dtype=bool) & counts
    return pd.Series(pd.array(known.sum(axis=1), dtype="Int64"), index=measured.index, name="n_indicators")


def stratum_rows(table: pd.DataFrame, *, rule: Rule) -> npt.NDArray[np.intp]:
    """Return the place in `Rule.all_strata` of the first stratum that fits each enterprise."""
    place = np.full(len(table), len(rule.strata), dtype=np.intp)
    for number in range(len(rule.strata) - 1, -1, -1):
        stratum, fits = rule.strata[number], np.ones(len(table), dtype=bool)
        for column, wanted in ((_SCALE, stratum.scale), (_PARK_TYPE, stratum.park_type)):
            if wanted:
                fits &= says(table, column, wanted)
        place[fits] = number
    return place


def weight_rows(table: pd.DataFrame, *, rule: Rule) -> npt.NDArray[np.float64]:
    """Return the weight of each measure (columns, as `Rule.indicators`) for each enterprise (rows)."""
    return _of_strata(table, rule, [each.weights for each in rule.all_strata], 0.0)


def declared_bases(table: pd.DataFrame, *, rule: Rule) -> npt.NDArray[np.float64]:
    """Return the base a pack declares for each measure (columns) and enterprise (rows); NaN = that of the group."""
    return _of_strata(table, rule, [each.bases for each in rule.all_strata], np.nan)


def _of_strata(
    table: pd.DataFrame, rule: Rule, said: list[Mapping[str, float]], otherwise: float
) -> npt.NDArray[np.float64]:
    rows = np.array([[float(each.get(name, otherwise)) for name in rule.indicators] for each in said])
    if not rule.strata:
        return np.broadcast_to(rows, (len(table), rows.shape[1]))
    spread: npt.NDArray[np.float64] = rows[stratum_rows(table, rule=rule)]
    return spread


def says(table: pd.DataFrame, column: str, wanted: str) -> npt.NDArray[np.bool_]:
    """Return where a text column says a word; nowhere without the column."""
    if column not in table.columns:
        return np.zeros(len(table), dtype=bool)
    return table[column].astype("str").str.strip().eq(wanted).fillna(value=False).to_numpy(dtype=bool)


def parcel_measures(table: pd.DataFrame) -> pd.DataFrame:
    """Return the parcel table with its per-mu measures, investment per mu and the gap to the agreed tax.

    Parameters
    ----------
    table
        area_mu and the sums laid on the parcel: tax_wan, output_wan, energy_tce; as far as known invest_actual_wan,
        tax_due_wan_per_mu. ``output_with_energy_wan`` (output of the occupants whose energy is known), where
        present, is the numerator of output per energy, so that both sides speak of the same enterprises.
    """
    area = table["area_mu"]
    invested = _quotient(_column(table, "invest_actual_wan"), area, "invest_per_mu_wan")
    same = "output_with_energy_wan" if "output_with_energy_wan" in table.columns else "output_wan"
    return table.assign(
        tax_per_mu=tax_per_mu(table["tax_wan"], area),
        output_per_mu=output_per_mu(table["output_wan"], area),
        output_per_energy=output_per_energy(table[same], table["energy_tce"]),
        invest_per_mu_wan=invested,
        tax_due_gap_wan=tax_due_gap_wan(table["tax_wan"], area, _column(table, "tax_due_wan_per_mu")),
    )


# ----------------------------------------------------------------------------------------------- parts


def _numbers(values: pd.Series) -> pd.Series:
    return values.astype("float64")


def _positive(values: pd.Series) -> pd.Series:
    numbers = _numbers(values)
    return numbers.where(numbers > 0)


def _quotient(numerator: pd.Series, denominator: pd.Series, name: str) -> pd.Series:
    return (_numbers(numerator) / _positive(denominator)).rename(name)


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    """Return a number column; a table without it knows nothing of it."""
    return table[name] if name in table.columns else pd.Series(np.nan, table.index, name=name)


def _sources(known: npt.NDArray[np.bool_], by_revenue: npt.NDArray[np.bool_], index: pd.Index) -> pd.Series:
    words = np.array(["output", "revenue", None], dtype=object)
    codes = np.where(known, by_revenue.astype(int), 2)
    return pd.Series(words[codes], index=index, name="output_source", dtype="str")
