"""Join what the rooms found into one table of enterprises and one of parcels. No rule of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.accounts import usable_energy, used_output
from landuse.assemble.allocation import Allocation, lay_on_parcels
from landuse.assemble.land_price import Prices, coefficient, enterprise_coefficient, reference_price
from landuse.assemble.shares import BLANK, position_in
from landuse.indicators import Books, parcel_measures
from landuse.law.idle import Idle
from landuse.look import Witness
from landuse.policy import Verdict, efficiency, parcel_batch, with_own_findings
from landuse.project import Project
from landuse.ranking import SPLITS, statuses, under_construction
from landuse.rule import Rule
from landuse.tables import PROVENANCE, Base, Land
from landuse.tables.cells import numbers
from landuse.units import COUNTS, M2_PER_MU

AMOUNTS: Final = {"tax_wan": "tax", "output_wan": "output", "energy_tce": "energy"}
"""Published column -> integer column of an allocation."""
SILENT_CLASSES: Final = ("NORMAL", "NOT_APPLICABLE")
"""Idle classes that add nothing to the sentence of a parcel; their own sentence stays in `idle_because`."""

HISTORY_FACTS: Final = ("grade", "industry_group", "status")
"""What table history says of an enterprise beside its measures and its place."""

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Coefficients:
    """The land-price coefficient K and what it is measured against."""

    parcel: pd.Series
    """K by parcel_id, in the order of the parcels."""
    enterprise: pd.Series
    """K row by row with the enterprises; 1.0 without land."""
    reference: float | None
    """Yuan per m2."""


def year_amounts(accounts: pd.DataFrame, *, rule: Rule, year: int) -> pd.DataFrame:
    """Return the accounts of the year as integers (`units.COUNTS`): uscc, tax, output (value used), energy.

    What is laid on parcels, and the balance, are amounts of the evaluation year itself, also where enterprises are
    compared by means of three years: a mean was never paid, and could not be traced to a row.
    """
    rows = accounts.loc[accounts["year"].eq(year)] if len(accounts) else accounts
    output, _ = used_output(rows, revenue_for_output=rule.revenue_for_output)
    tax = pd.Series(numbers(rows, "tax_wan"), index=rows.index)
    known = {"tax_wan": tax, "output_wan": output, "energy_tce": usable_energy(rows)}
    amounts = {AMOUNTS[name]: _in_parts(values, COUNTS[name]) for name, values in known.items()}
    origin = {name: rows[name] for name in PROVENANCE if name in rows.columns}
    uscc = rows["uscc"] if "uscc" in rows.columns else pd.Series(dtype="str")
    return pd.DataFrame({"uscc": uscc, **amounts, **origin}).reset_index(drop=True)


def money_on_land(amounts: pd.DataFrame, base: Base, land: Land) -> Allocation:
    """Return integer amounts, one row a uscc, laid on the parcels their enterprises use."""
    tables = {"enterprises": base.enterprises, "parcels": base.parcels.table}
    return lay_on_parcels(amounts, occupancy=land.occupancy, pooled=land.pooled, **tables)


# ------------------------------------------------------------------------------------------ enterprises


@dataclass(frozen=True)
class Holdings:
    """What enterprises hold: land with money on it, and their books."""

    land: Land
    money: Allocation
    books: Books


def candidates(base: Base, held: Holdings, *, project: Project, rule: Rule) -> pd.DataFrame:
    """Return one row an enterprise with its land, its books and its status before grouping.

    Where occupants are pooled (`shared`, `holder`), the row that stands for the pool carries the pooled land and money.
    """
    firms = base.enterprises.reset_index(drop=True)
    books = _Lookup.of(held.books.table, firms["uscc"])
    units = _Lookup.of(_unit_amounts(base, held, rule), firms["uscc"])
    silent = {"uscc"} if rule.years > 1 else {"uscc", "n_years"}  # a number of years is only said of a mean
    joined = firms.assign(
        **{name: books[name] for name in held.books.table.columns if name not in silent},
        area_mu=units["land_cm2"] / COUNTS["area_m2"] / M2_PER_MU,
    )
    if "park_type" in (SPLITS[rule.within], *(stratum.park_type and "park_type" for stratum in rule.strata)):
        joined = joined.assign(park_type=_park_types(base, held.land, firms["uscc"]))
    pooled = held.land.pooled
    if len(pooled):
        joined = _with_pools(joined, units, pooled)
    building = under_construction(base.parcels.table, held.land.occupancy, as_of=project.as_of)
    joined = joined.assign(
        has_account=joined["has_account"].eq(other=True).fillna(value=False).astype(bool),
        under_construction=position_in(joined["uscc"], pd.Series(building.index[building])) != BLANK,
    )
    return joined.assign(status=statuses(joined, rule=rule, year=project.project.year))


def _park_types(base: Base, land: Land, keys: pd.Series) -> pd.Series:
    """Return the type of the park in which each enterprise has most of its land; missing where it has none in any."""
    none = pd.Series(pd.NA, keys.index, dtype="str")
    parks, parcels = base.layers.get("parks"), base.parcels.table
    if parks is None or "park_type" not in parks.table.columns or "park" not in parcels.columns:
        return none
    named = parks.table.dropna(subset=["park", "park_type"]).drop_duplicates("park")
    kind = parcels["park"].map(named.set_index("park")["park_type"])
    use = land.occupancy[["parcel_id", "uscc", "land_cm2"]]
    use = use.assign(kind=kind.to_numpy()[position_in(use["parcel_id"], parcels["parcel_id"])]).dropna(subset=["kind"])
    sums = use.groupby(["uscc", "kind"], sort=True)["land_cm2"].sum().reset_index()
    most = sums.sort_values(["land_cm2", "kind"], kind="stable").drop_duplicates("uscc", keep="last")
    return _Lookup.of(most[["uscc", "kind"]], keys)["kind"].astype("str") if len(most) else none


def _unit_amounts(base: Base, held: Holdings, rule: Rule) -> pd.DataFrame:
    """Return the amounts and land of each unit: those of the year, or means of three years where these are compared."""
    if rule.years == 1 or not len(held.land.pooled):
        return held.money.units
    book = held.books.table
    means = pd.DataFrame({"uscc": book["uscc"], **{n: _in_parts(book[c], COUNTS[c]) for c, n in AMOUNTS.items()}})
    return money_on_land(means, base, held.land).units


def price_coefficients(prices: Prices, land: Land, firms: pd.DataFrame, *, rule: Rule) -> Coefficients:
    """Return K of parcels and enterprises; the reference is the land-weighted mean of the enterprises that compete."""
    compete = firms.loc[firms["status"].eq("RANKED"), "uscc"]
    by = "evaluated_as" if rule.shared_parcel == "shared" else "uscc"
    rows = land.occupancy.loc[position_in(land.occupancy[by], compete) != BLANK, ["parcel_id", "land_cm2"]]
    reference = reference_price(prices.price_yuan_per_m2, rows, declared=rule.reference_price)
    parcel = coefficient(prices.price_yuan_per_m2, reference)
    enterprise = enterprise_coefficient(land.occupancy, parcel, by=by)
    own = _Lookup.of(enterprise.rename_axis("uscc").reset_index(), firms["uscc"])["price_coefficient"].fillna(1.0)
    return Coefficients(parcel, own.set_axis(firms.index).rename("price_coefficient"), reference)


def history_of(enterprises: pd.DataFrame, *, rule: Rule, year: int) -> pd.DataFrame:
    """Return the scores of a year as rows of table history: enterprises with accounts only."""
    names = ["uscc", *rule.indicators, "score", "rank", "n_in_group", "in_bottom_share", *HISTORY_FACTS]
    names += ["n_years"] if "n_years" in enterprises.columns else []
    rows = enterprises.loc[enterprises["has_account"], names].reset_index(drop=True)
    return rows.rename(columns={"n_in_group": "n"}).assign(year=year)


# ---------------------------------------------------------------------------------------------- parcels


@dataclass(frozen=True)
class Opinions:
    """What was said of the land: prices, policy on the enterprises, law on the parcels, and the evidence."""

    prices: Prices
    k: Coefficients
    verdict: Verdict
    clock: Idle
    witness: Witness


def parcel_results(base: Base, held: Holdings, said: Opinions, *, project: Project, rule: Rule) -> pd.DataFrame:
    """Return the parcel table with every computed column, row by row with the parcels."""
    parcels = base.parcels.table.reset_index(drop=True)
    sums = _Lookup.of(held.money.parcels, parcels["parcel_id"])
    amounts = {name: sums[part] / COUNTS[name] for name, part in AMOUNTS.items()}
    with_energy = _output_with_energy(held.money, parcels["parcel_id"])
    table = parcels.assign(
        price_yuan_per_m2=said.prices.price_yuan_per_m2.to_numpy(),
        price_source=said.prices.source.to_numpy(),
        price_coefficient=said.k.parcel.to_numpy(),
        **amounts,
        output_with_energy_wan=with_energy / COUNTS["output_wan"],
    )
    measured = parcel_measures(table)
    effect = _effect(parcels, held, said.verdict, project=project, rule=rule)
    clock = said.clock.table.reset_index(drop=True)
    silent = clock["idle_class"].isin(SILENT_CLASSES)
    columns = {**_columns(said.witness.table), **_columns(effect), **_columns(clock)}
    columns["because"] = _sentences(effect["because"], clock["idle_because"].mask(silent), project.language)
    columns["idle_because"] = clock["idle_because"].where(silent, "")
    return measured.assign(**columns)


def _effect(parcels: pd.DataFrame, held: Holdings, verdict: Verdict, *, project: Project, rule: Rule) -> pd.DataFrame:
    """Return what the verdicts on enterprises and the findings on parcels say of each parcel."""
    users = {"occupancy": held.land.occupancy, "enterprises": verdict.enterprises}
    effect = efficiency(parcels, **users, rule=rule, lang=project.language)
    if rule.batches:
        effect = effect.assign(batch=parcel_batch(parcels, **users, efficient=effect, rule=rule))
    effect = with_own_findings(effect, verdict.plots, rule=rule, lang=project.language)
    return effect if verdict.plots is None else effect.assign(**_columns(verdict.plots.columns))


def _sentences(efficient: pd.Series, idle: pd.Series, lang: str) -> pd.Series:
    """Join the sentence on efficiency with the one on idle land; missing = nothing to add."""
    second = (" " + idle if lang == "en" else idle).fillna("").astype("str")
    return efficient.reset_index(drop=True).astype("str") + second


def _output_with_energy(money: Allocation, keys: pd.Series) -> pd.Series:
    """Return, by parcel, the output of the occupants whose energy is known (and so above 0)."""
    rows = money.rows.loc[money.rows["energy"].notna()]
    sums = rows.groupby("parcel_id", sort=False)["output"].sum(min_count=1).reset_index()
    return _Lookup.of(sums, keys)["output"]


# ----------------------------------------------------------------------------------------------- pieces


def _columns(frame: pd.DataFrame) -> dict[str, pd.Series]:
    return {str(name): frame[name].reset_index(drop=True) for name in frame.columns}


@dataclass(frozen=True)
class _Lookup:
    """A table whose key is its first column, asked in the order of other keys; missing where a key is not there."""

    frame: pd.DataFrame
    place: Places

    @classmethod
    def of(cls, frame: pd.DataFrame, keys: pd.Series) -> _Lookup:
        return cls(frame, position_in(keys, frame[frame.columns[0]]))

    def __getitem__(self, name: str) -> pd.Series:
        values = self.frame[name]
        if values.dtype.kind in "iuf":
            numbers = values.to_numpy(dtype="float64", na_value=np.nan)
            return pd.Series(np.append(numbers, np.nan)[self.place])
        return pd.Series(values.array.take(self.place, allow_fill=True))


def _with_pools(firms: pd.DataFrame, units: _Lookup, pooled: pd.DataFrame) -> pd.DataFrame:
    """Return the enterprises with pooled money on the rows that stand for a pool, and who goes with whom.

    An enterprise that stands for land of its own keeps its own result, whatever else it rents; one without goes with
    the holder on whose land it has most.
    """
    keys = pd.Index(firms["uscc"])
    concerned = firms["uscc"].isin(pd.concat([pooled["uscc"], pooled["holder_uscc"]])).to_numpy(dtype=bool)
    money = {name: firms[name].where(~concerned, units[part] / COUNTS[name]) for name, part in AMOUNTS.items()}
    some = pd.DataFrame(money).notna().any(axis=1)
    has_account = firms["has_account"].eq(other=True).fillna(value=False) | (concerned & some)
    joined = firms.assign(**money, has_account=has_account)
    main = pooled.loc[~pooled["uscc"].isin(units.frame["uscc"])].sort_values(["land_cm2", "holder_uscc"], kind="stable")
    unit = main.drop_duplicates("uscc", keep="last").set_index("uscc")["holder_uscc"].reindex(keys)
    if pooled["mode"].eq("holder").any():
        return joined.assign(with_holder=unit.notna().to_numpy())
    return joined.assign(rank_unit=unit.fillna(pd.Series(keys, keys)).to_numpy())


def _in_parts(values: pd.Series, parts: int) -> pd.Series:
    return (values * parts).round().astype("Int64")
