"""Define the frozen values that rooms pass on: raw tables, stage tables, the analysis.

Geometry travels as a numpy object array of shapely polygons beside the table it belongs to, row by row, and is put
away as WKB (`stored`) when the rooms that measure are done; `Parcels.to_geodataframe` joins them for geopandas users.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.errors import DefectError
from landuse.tables.changes import Change
from landuse.tables.issues import no_issues
from landuse.tables.matches import Matches
from landuse.tables.plans import Plans
from landuse.tables.variants import Variants

if TYPE_CHECKING:
    import geopandas as gpd

Geometries = npt.NDArray[np.object_]
"""Shapely geometries, one per row of the table beside them; None where there is none."""
PIECE: Final = 65_536
"""Polygons handed out at a time by `Parcels.pieces`: some 50 MB."""


def from_wkb(wkb: npt.NDArray[np.object_]) -> Geometries:
    """Return the geometries of WKB; None where it is missing or damaged."""
    import shapely

    return np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)


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
    shapes: Geometries | None = None
    """Geometries while they are at hand; ``geometry`` gives them in any case."""
    wkb: npt.NDArray[np.object_] | None = None
    """WKB of each row as read, to be written back for geometries that were not repaired."""
    crs: str | None = None
    """CRS as WKT or authority code; declared or found in the file, never assumed."""
    corrections: Mapping[tuple[int, str], Change] = field(default_factory=dict)
    """Source row and canonical column -> the last change made there (`assemble.corrections`)."""
    encoding: str = ""
    """Codec the text was read with; blank where the format states it itself."""
    letters: Mapping[str, str] = field(default_factory=dict)
    """Canonical column -> letters of its column in a spreadsheet; none where the format has no cells."""
    edition: int | None = None
    """Edition of GB/T 4754 as the project file states it for this file; None = the names beside the codes tell."""

    @property
    def geometry(self) -> Geometries | None:
        """Return the geometries, None where WKB is damaged; read from the WKB at each call once they are stored."""
        return self.shapes if self.shapes is not None or self.wkb is None else from_wkb(self.wkb)

    def stored(self) -> RawPart:
        """Return the same rows with their geometry as WKB alone: a fifth of a million parcels' memory is geometry."""
        return self if self.wkb is None else replace(self, shapes=None)


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
class PreviousRun:
    """What an earlier run found, read from its folder."""

    folder: str
    """As the project file writes it, with forward slashes."""
    year: int
    enterprises: pd.DataFrame
    """uscc, low_efficiency, grade of the year of that run."""
    history: pd.DataFrame
    """Table history of that run, with grade, status and industry_group at least for its own year."""


@dataclass(frozen=True)
class RawTables:
    """Everything that was read, before any decision."""

    parts: Mapping[str, tuple[RawPart, ...]]
    rasters: tuple[RasterInput, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    issues: pd.DataFrame = field(default_factory=no_issues)
    moved: Mapping[str, int] = field(default_factory=dict)
    """Quantity -> integer parts by which the source exceeds these tables, for corrections that were made."""
    previous: PreviousRun | None = None
    matches: Matches | None = None
    """Who is meant by names without a code; None before it was looked for, and without enterprises."""

    def of(self, table: str) -> tuple[RawPart, ...]:
        """Return the parts of one table; empty where the project names none."""
        return self.parts.get(table, ())

    def stored(self) -> RawTables:
        """Return the same tables with geometry as WKB alone."""
        return replace(self, parts={name: tuple(part.stored() for part in parts) for name, parts in self.parts.items()})


# ----------------------------------------------------------------------------------------- stage tables


@dataclass(frozen=True)
class Extent:
    """Where geometries lie and what kinds they are."""

    kinds: frozenset[int] = frozenset()
    """Twice the number that GEOS gives a type, one more with heights; -2 where there is no geometry."""
    bounds: tuple[float, float, float, float] | None = None
    """Least x and y, greatest x and y; None without any geometry."""

    @classmethod
    def of(cls, pieces: Iterable[Geometries]) -> Extent:
        """Return the extent of geometries that are handed out some at a time."""
        import shapely

        kinds: set[int] = set()
        boxes = np.full((1, 4), np.nan)
        for shapes in pieces:
            kinds |= set(np.unique(shapely.get_type_id(shapes) * 2 + shapely.has_z(shapes)).tolist())
            boxes = np.vstack([boxes, shapely.total_bounds(shapes)])
        known = boxes[np.isfinite(boxes).all(axis=1)]
        if not len(known):
            return cls(frozenset(kinds))
        (west, south), (east, north) = known[:, :2].min(axis=0).tolist(), known[:, 2:].max(axis=0).tolist()
        return cls(frozenset(kinds), (west, south, east, north))


@dataclass(frozen=True)
class Parcels:
    """Valid polygons, one row a parcel; `table` and `geometry` go row by row. Key: parcel_id."""

    table: pd.DataFrame
    shapes: Geometries | None
    """Polygons while they are at hand (`opened`), else None (`stored`); ``geometry`` gives them in any case."""
    crs: str
    wkb: npt.NDArray[np.object_] | None = None
    """WKB as read; None for a row whose polygon is to be written anew."""
    known_extent: Extent | None = None
    """Where they lie, as far as it was looked at while the polygons were at hand."""

    def __len__(self) -> int:
        """Return the number of parcels."""
        return len(self.table)

    @property
    def geometry(self) -> Geometries:
        """Return the polygons; read from the WKB at each call where they are stored."""
        return from_wkb(self.as_wkb()) if self.shapes is None else self.shapes

    def pieces(self) -> Iterator[Geometries]:
        """Return the polygons some at a time: of stored ones only that many are in memory."""
        held = self.as_wkb() if self.shapes is None else self.shapes
        for start in range(0, len(held), PIECE):
            some = held[start : start + PIECE]
            yield from_wkb(some) if self.shapes is None else some

    def as_wkb(self) -> npt.NDArray[np.object_]:
        """Return the WKB of each parcel: as read where it is kept, else written anew; None without geometry."""
        import shapely

        if self.shapes is None:
            return np.full(len(self.table), None, dtype=object) if self.wkb is None else self.wkb
        if self.wkb is None:
            return np.asarray(shapely.to_wkb(self.shapes), dtype=object)
        kept = self.wkb.copy()
        gaps = pd.isna(kept)
        kept[gaps] = shapely.to_wkb(self.shapes[gaps])
        return kept

    def stored(self) -> Parcels:
        """Return the same parcels with their polygons as WKB alone."""
        return replace(self, shapes=None, wkb=self.as_wkb(), known_extent=self.extent())

    def opened(self) -> Parcels:
        """Return the same parcels with their polygons at hand, for a room that asks for them more than once."""
        return replace(self, shapes=self.geometry)

    def with_table(self, table: pd.DataFrame) -> Parcels:
        """Return the same parcels with other columns; the rows stay."""
        held = self.wkb if self.shapes is None else self.shapes
        if held is not None and len(table) != len(held):
            raise DefectError("parcels: rows and geometry differ in number")
        return replace(self, table=table)

    def extent(self) -> Extent:
        """Return where the polygons lie and what kinds of geometry they are."""
        return self.known_extent or Extent.of(self.pieces())

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
    meters: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Rows of table meters that can be used, provenance; not yet laid on enterprises."""
    papers: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Agreements and periods of delay behind the contract facts of the parcels (`assemble.amendments.PAPERS`)."""
    controls: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Control tables: industry_code, land_grade (blank = any), far_min, invest_min_wan_per_ha, site_coverage_min,
    tax_min_wan_per_mu, source; empty where the project names none."""

    def stored(self) -> Base:
        """Return the same tables with the polygons of the parcels as WKB alone."""
        return replace(self, parcels=self.parcels.stored())


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
    agreement: pd.DataFrame = field(default_factory=pd.DataFrame)
    """How the verdict agrees with an official list, one row an enterprise; no column where none is given."""
    lift: pd.DataFrame = field(default_factory=pd.DataFrame)
    """What would lift listed enterprises out of the bottom share."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Figures of the run that belong to no row: reference price, weights in force, counts."""
    variants: Variants | None = None
    """The run asked again with the variants of the project file; None where it names none."""
    plans: Plans | None = None
    """Clean-up plans, cases and demands; None where the project names neither scenarios nor cases."""
