"""The rows of every file before they are written: what the faults change, and the key they fill in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from shapely.geometry.base import BaseGeometry

from generator import tables
from generator.district import District
from generator.faulty.answers import ANSWERS
from generator.model import Firm, Plot
from generator.spec import YEARS

Row = dict[str, object]
T = TypeVar("T")


@dataclass
class Feature:
    """A plot of a shapefile: its attributes and its polygon in metres from the centre."""

    row: Row
    shape: BaseGeometry | None


@dataclass(frozen=True)
class Entry:
    """One row of the key: what the product should say of one object."""

    fault: int
    code: str
    """Issue code; blank = the file is to be read rightly and nothing is to be said."""
    table: str
    key: str
    what: str
    row: object = None
    """The Row or Feature concerned; its number is known once the file is laid out."""
    column: str = ""
    file: str = ""
    """Where no row is concerned."""
    origin: str = "planted"
    """planted, or follows: a further issue about the same object."""
    match: str = ""
    """What becomes of a row that names an enterprise: joined, open (proposed to a person) or none; blank elsewhere."""
    enterprise: str = ""
    """Credit code of the enterprise that such a row means."""


@dataclass
class Draft:
    """The district as rows of files, free to be spoilt; every fault takes objects that no other fault has touched."""

    district: District
    parcels: list[Feature] = field(default_factory=list)
    liuhe: list[Feature] = field(default_factory=list)
    registry: list[Row] = field(default_factory=list)
    contracts: list[Row] = field(default_factory=list)
    enterprises: list[Row] = field(default_factory=list)
    tax: dict[int, list[Row]] = field(default_factory=dict)
    output: list[Row] = field(default_factory=list)
    """Of 2025: laid out by town under two header rows."""
    earlier_output: list[Row] = field(default_factory=list)
    energy: list[Row] = field(default_factory=list)
    leases: list[Row] = field(default_factory=list)
    meters: list[Row] = field(default_factory=list)
    bare: list[BaseGeometry] = field(default_factory=list)
    """Ground that both rasters show bare."""
    built: list[BaseGeometry] = field(default_factory=list)
    """Ground that the raster of 2025 shows built."""
    entries: list[Entry] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    # ------------------------------------------------------------------------------------------- objects

    def plots(self, n: int, wanted: Callable[[Plot], bool]) -> list[Plot]:
        """Give n untouched plots without marks, leases or cases, spread over the district; they are touched now."""
        return [self.touch(plot) for plot in spread([p for p in self.plots_free() if wanted(p)], n)]

    def plots_free(self) -> list[Plot]:
        """Give the plots that no fault has touched and about which the clean district says nothing."""
        return [plot for plot in self.district.plots if self.is_free(plot)]

    def firms(self, n: int, wanted: Callable[[Firm], bool]) -> list[Firm]:
        """Give n untouched enterprises without marks that matter; they and their plots are touched now."""
        free = {"revenue only", "no energy"}
        pool = [f for f in self.district.firms if f.uscc not in self.touched and not f.marks - free and wanted(f)]
        for firm in (chosen := spread(pool, n)):
            self.touched.add(firm.uscc)
            self.touched |= {p.parcel_id for p in self.district.plots if p.firm is firm}
        return chosen

    def touch(self, plot: Plot) -> Plot:
        """Keep a plot and its enterprise from other faults."""
        self.touched.add(plot.parcel_id)
        if plot.firm is not None:
            self.touched.add(plot.firm.uscc)
        return plot

    def is_free(self, plot: Plot) -> bool:
        """Say whether a plot is untouched, and without marks, leases or cases."""
        firm = plot.firm.uscc if plot.firm is not None else ""
        quiet = not plot.marks - {"two parts", "hole"} and not plot.idle_case
        return quiet and plot.parcel_id not in self.touched and firm not in self.touched

    # ---------------------------------------------------------------------------------------------- rows

    def feature(self, plot: Plot) -> Feature:
        """Give the feature of a plot."""
        return next(f for f in (*self.parcels, *self.liuhe) if f.row["宗地代码"] == plot.parcel_id)

    def account(self, rows: Iterable[Row], firm: Firm, year: int = 2025) -> Row:
        """Give the row of an enterprise and year."""
        return next(row for row in rows if row["统一社会信用代码"] == firm.uscc and row.get("年度", year) == year)

    def by_plot(self, rows: Iterable[Row], plot: Plot) -> Row:
        """Give the row of a plot."""
        return next(row for row in rows if row["宗地代码"] == plot.parcel_id)

    # ----------------------------------------------------------------------------------------------- key

    def plant(self, fault: int, code: str, table: str, key: str, what: str, **more: object) -> None:
        """Write down what the product should say; `more` are the further fields of `Entry`."""
        if code and code not in ANSWERS:
            raise ValueError(f"{code} has no answer")
        self.entries.append(Entry(fault, code, table, key, what, **more))  # type: ignore[arg-type]


def draft_of(district: District) -> Draft:
    """Give the clean rows of every file."""
    plots, firms = district.plots, district.firms
    features = [Feature(row, plot.geometry) for row, plot in zip(tables.parcels(plots), plots, strict=True)]
    output = tables.output(firms)
    leased = [lease.plot for lease in district.leases]
    users = {lease.firm.uscc for lease in district.leases if not lease.firm.tenant_of}
    users |= {plot.firm.uscc for plot in leased if plot.firm is not None}
    users |= {firm.uscc for firm in firms if tables.is_rare(firm.name)}
    return Draft(
        district,
        parcels=features,
        registry=tables.registry(plots),
        contracts=tables.contracts(plots),
        enterprises=tables.enterprises(firms),
        tax={year: tables.tax(firms, year) for year in YEARS},
        output=[row for row in output if row["年度"] == 2025],
        earlier_output=[row for row in output if row["年度"] != 2025],
        energy=tables.energy(firms),
        leases=tables.leases(district.leases),
        touched=users | {plot.parcel_id for plot in leased},
    )


def spread(pool: Sequence[T], n: int) -> list[T]:
    """Give n of the pool at even distances."""
    if len(pool) < n:
        raise ValueError(f"{len(pool)} objects for a fault that needs {n}")
    return [pool[i * len(pool) // n] for i in range(n)]
