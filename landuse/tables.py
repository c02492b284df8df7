"""Type the tables by stage: columns, units and titles, and the frozen values that rooms pass on.

Geometry travels as a numpy object array of shapely polygons beside the table it belongs to, row by row;
`Parcels.to_geodataframe` joins them for geopandas users.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.catalogue import load, load_folder
from landuse.errors import DefectError

if TYPE_CHECKING:
    import geopandas as gpd

Geometries = npt.NDArray[np.object_]
"""Shapely geometries, one per row of the table beside them; None where there is none."""

PROVENANCE: Final = ("source_file", "source_sheet", "source_row")
QUANTITIES: Final = ("tax_wan", "output_wan", "energy_tce", "area_m2")
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "parcels": ("parcel_id",),
    "enterprises": ("uscc",),
    "accounts": ("uscc", "year"),
    "occupancy": ("parcel_id", "uscc"),
}
"""Key columns of the stage tables."""


# ---------------------------------------------------------------------------------------------- columns


@dataclass(frozen=True)
class Column:
    """One column of a table: what it holds and what a bureau calls it."""

    name: str
    kind: str
    """key | text | number | integer | date | flag | list."""
    zh: str
    en: str
    unit: str = ""
    """Canonical unit (key of ``[units]`` in the vocabulary); blank = without."""
    fmt: str = "T"
    """Number format letter of the ledger: A B C N P D T F Y."""
    required: bool = False
    choices: tuple[str, ...] = ()

    def title(self, lang: str = "zh") -> str:
        """Return the title a bureau reads, without the unit."""
        return self.zh if lang == "zh" else self.en


@cache
def columns(stage: str, table: str) -> Mapping[str, Column]:
    """Return the columns of a table by name.

    Parameters
    ----------
    stage
        ``input`` (as a bureau supplies it) or ``output`` (what the toolkit adds).
    table
        ``parcels``, ``enterprises``, ``accounts`` … of the contract.
    """
    entries = load("vocabulary/columns.toml")[stage].get(table, {})
    return {
        name: Column(name=name, **{**entry, "choices": tuple(entry.get("choices", ()))})
        for name, entry in entries.items()
    }


def column(table: str, name: str) -> Column | None:
    """Return the column of an output table, looked up among its own, then the input columns, then provenance."""
    for known in (columns("output", table), columns("input", table), columns("input", "provenance")):
        if name in known:
            return known[name]
    return None


def unit_title(unit: str, lang: str = "zh") -> str:
    """Return how a unit is printed, e.g. 万元/亩; blank for no unit."""
    return str(load("vocabulary/columns.toml")["units"][unit][lang]) if unit else ""


def table_title(table: str, lang: str = "zh") -> str:
    """Return what a bureau calls a table."""
    entry = load("vocabulary/columns.toml")["tables"].get(table)
    return str(entry[lang]) if entry else table


def check(frame: pd.DataFrame, table: str, required: Iterable[str] = ()) -> pd.DataFrame:
    """Return the table unchanged when its key is unique, known text and its columns are there.

    Raises
    ------
    DefectError
        A room handed on a table that breaks the schema: a defect of the program, never of the input.
    """
    missing = [name for name in (*KEYS.get(table, ()), *required) if name not in frame.columns]
    if missing:
        raise DefectError(f"{table}: columns {missing} are missing")
    key = list(KEYS.get(table, ()))
    if key and frame.duplicated(key).any():
        raise DefectError(f"{table}: key {key} is not unique")
    if key and frame[key].isna().any(axis=None):
        raise DefectError(f"{table}: key {key} has blanks")
    return frame


# ------------------------------------------------------------------------------------------- raw tables


@dataclass(frozen=True)
class InputFile:
    """One input file as it stood on the disk."""

    name: str
    """Path as the project file writes it, with forward slashes."""
    size: int
    sha256: str


@dataclass(frozen=True)
class RawPart:
    """One file (or sheet, or layer) of one input table, as read: canonical columns, units converted."""

    table: str
    file: str
    """Path as the project file writes it, with forward slashes."""
    sheet: str
    """Sheet or layer; blank where the format has none."""
    frame: pd.DataFrame
    """Canonical columns of the right type, and `source_row` (1-based as a user sees it)."""
    headers: Mapping[str, str]
    """Canonical column -> header as it stands in the file."""
    factors: Mapping[str, tuple[str, float]]
    """Canonical column -> (unit found, factor applied to reach the canonical unit)."""
    geometry: Geometries | None = None
    wkb: npt.NDArray[np.object_] | None = None
    """WKB of each row as read, to be written back for geometries that were not repaired."""
    crs: str | None = None
    """CRS as WKT or authority code; declared or found in the file, never assumed."""


@dataclass(frozen=True)
class RasterInput:
    """A raster named in the project file: opened in windows by `read.raster`."""

    name: str
    path: str
    """Path that can be opened."""
    kind: str
    """class (land cover) or value."""
    built_classes: tuple[int, ...] = ()
    date: pd.Timestamp | None = None


@dataclass(frozen=True)
class RasterWindow:
    """A block of a raster in memory: what `read.raster` hands to `evidence`."""

    values: npt.NDArray[Any]
    """2-D array, row 0 in the north."""
    transform: tuple[float, float, float, float, float, float]
    """Affine coefficients a, b, c, d, e, f of the block (x = a*col + b*row + c, y = d*col + e*row + f)."""
    crs: str
    nodata: float | None = None


@dataclass(frozen=True)
class RawTables:
    """Everything that was read, before any decision."""

    parts: Mapping[str, tuple[RawPart, ...]]
    rasters: tuple[RasterInput, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    issues: pd.DataFrame = field(default_factory=lambda: no_issues())  # noqa: PLW0108

    def of(self, table: str) -> tuple[RawPart, ...]:
        """Return the parts of one table; empty where the project names none."""
        return self.parts.get(table, ())


# ----------------------------------------------------------------------------------------- stage tables


@dataclass(frozen=True)
class Parcels:
    """Valid polygons, one row a parcel; `table` and `geometry` go row by row. Key: parcel_id."""

    table: pd.DataFrame
    geometry: Geometries
    crs: str
    wkb: npt.NDArray[np.object_] | None = None

    def __len__(self) -> int:
        """Return the number of parcels."""
        return len(self.table)

    def with_table(self, table: pd.DataFrame) -> Parcels:
        """Return the same parcels with other columns; the rows stay."""
        if len(table) != len(self.geometry):
            raise DefectError("parcels: rows and geometry differ in number")
        return Parcels(table, self.geometry, self.crs, self.wkb)

    def to_geodataframe(self) -> gpd.GeoDataFrame:
        """Return the parcels as a GeoDataFrame in the CRS of the input."""
        import geopandas as gpd

        return gpd.GeoDataFrame(self.table.copy(), geometry=self.geometry, crs=self.crs)


@dataclass(frozen=True)
class Layer:
    """Another polygon table (land prices, buildings, parks): rows and geometry go together."""

    table: pd.DataFrame
    geometry: Geometries
    crs: str


@dataclass(frozen=True)
class Base:
    """The typed tables after reading: keys unique, geometry valid, areas side by side."""

    parcels: Parcels
    """Canonical input columns, area_mu, area_source, registered_area_mu, ellipsoid_area_m2, projected_area_m2,
    area_cm2 (integer land of the parcel, the base of the area balance), provenance."""
    enterprises: pd.DataFrame
    """Key uscc. Canonical input columns, provenance."""
    accounts: pd.DataFrame
    """Key (uscc, year), all years. Canonical input columns, provenance."""
    leases: pd.DataFrame
    """Rows of table occupancy as read and cleaned, provenance; not yet resolved into land."""
    layers: Mapping[str, Layer]
    """land_prices, buildings, parks, as far as the project names them."""
    issues: pd.DataFrame
    balance: pd.DataFrame


@dataclass(frozen=True)
class Land:
    """Who uses which land on the land date: Σ land of occupants + unallocated = land, parcel by parcel."""

    occupancy: pd.DataFrame
    """parcel_id, uscc, tenure, land_cm2 (int64), land_mu, land_share_of_parcel, weight_of_enterprise, mode,
    provenance of the row that says so."""
    unallocated: pd.DataFrame
    """parcel_id, land_cm2, reason."""
    issues: pd.DataFrame
    balance: pd.DataFrame
    pooled: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Whose money and result go with another enterprise (`shared`, `holder`): uscc, holder_uscc, land_cm2, weight
    (sums to 1 per uscc), mode. Empty in `apportion`."""


@dataclass(frozen=True)
class Analysis:
    """Everything one run found out: what `write` turns into files and `explain` into sentences."""

    project: Any
    """`landuse.project.Project` of the run."""
    raw: RawTables
    parcels: Parcels
    enterprises: pd.DataFrame
    occupancy: pd.DataFrame
    accounts: pd.DataFrame
    findings: pd.DataFrame
    groups: pd.DataFrame
    history: pd.DataFrame
    issues: pd.DataFrame
    balance: pd.DataFrame
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Figures of the run that belong to no row: reference price, weights in force, counts."""


# ----------------------------------------------------------------------------------------------- issues

ISSUE_COLUMNS: Final = (
    "severity", "code", "table", "key", "column", "source_file", "source_sheet", "source_row", "value", "facts",
)  # fmt: skip


def issue_rows(code: str, rows: pd.DataFrame, *, table: str, key: str = "", **more: Any) -> pd.DataFrame:
    """Return one issue for each given row.

    Parameters
    ----------
    code
        Key of ``vocabulary/issues/*.toml``, which holds severity, owner, message and action in zh and en.
    rows
        Rows of the table concerned; their provenance columns are taken where present.
    table
        Canonical name of the table.
    key
        Column of `rows` that names the object; blank = none.
    more
        ``column``: canonical column concerned (text); ``value``: values as found (sequence as long as `rows`, or one
        text); ``facts``: sequence of mappings that fill the placeholders of the message.
    """
    size = len(rows)
    texts = rows[key].astype("str") if key else pd.Series([""] * size)
    value = more.get("value", "")
    frame = {
        "severity": [str(load_folder("vocabulary/issues")[code]["severity"])] * size,
        "code": [code] * size,
        "table": [table] * size,
        "key": texts.to_numpy(dtype=object),
        "column": [str(more.get("column", ""))] * size,
        "source_file": _column_or(rows, "source_file", ""),
        "source_sheet": _column_or(rows, "source_sheet", ""),
        "source_row": _column_or(rows, "source_row", None),
        "value": [value] * size if isinstance(value, str) else [str(v) for v in value],
        "facts": list(more.get("facts", [{}] * size)),
    }
    return pd.DataFrame(frame, columns=list(ISSUE_COLUMNS)).astype({"source_row": "Int64"})


def one_issue(code: str, *, table: str = "", key: str = "", **more: Any) -> pd.DataFrame:
    """Return one issue that belongs to no single row; `facts` is one mapping here."""
    row = pd.DataFrame({"key": [key]})
    facts = [dict(more.pop("facts", {}))]
    return issue_rows(code, row, table=table, key="key", facts=facts, **more)


def no_issues() -> pd.DataFrame:
    """Return an empty issues table."""
    return pd.DataFrame({name: pd.Series(dtype=object) for name in ISSUE_COLUMNS}).astype({"source_row": "Int64"})


def join_issues(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return several issues tables as one, in the order given."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True, sort=False) if filled else no_issues()


def worded_issues(issues: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return the issues as the contract publishes them: with message, action and owner in the given language."""
    book = load_folder("vocabulary/issues")
    message = [book[c]["message"][lang].format(value=v, **f) for c, v, f in _triples(issues)]
    action = [book[c]["action"][lang].format(value=v, **f) for c, v, f in _triples(issues)]
    owners = load_folder("vocabulary/enumerations")["owner"]
    owner = [owners[book[c]["owner"]][lang] for c in issues["code"]]
    return issues.drop(columns="facts").assign(message=message, action=action, owner=owner)


def _triples(issues: pd.DataFrame) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    return zip(issues["code"], issues["value"], issues["facts"], strict=True)


def _column_or(rows: pd.DataFrame, name: str, default: Any) -> Any:
    return rows[name].to_numpy(dtype=object) if name in rows.columns else [default] * len(rows)


# ---------------------------------------------------------------------------------------------- balance

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
