"""Look at the evidence: buildings on the parcels and the latest land cover, held against the idle clock."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from landuse.evidence.buildings import density
from landuse.evidence.doubts import evidence_doubts
from landuse.evidence.raster import built_share
from landuse.project import Project
from landuse.read.raster import raster_windows
from landuse.tables import Base, Parcels, RasterInput, RawTables, join_issues, no_issues


@dataclass(frozen=True)
class Witness:
    """What buildings and rasters say of each parcel, row by row."""

    table: pd.DataFrame
    """far, site_coverage, built_share as far as there are buildings and rasters."""
    issues: pd.DataFrame
    cover: RasterInput | None = None
    """The raster behind built_share."""


def look(base: Base, raw: RawTables, project: Project) -> Witness:
    """Return floor area ratio, site coverage and built share of each parcel, as far as the project names the inputs."""
    columns: dict[str, pd.Series] = {}
    issues = []
    buildings, cover = base.layers.get("buildings"), latest_cover(raw.rasters)
    parcels = base.parcels if buildings is None and cover is None else base.parcels.opened()
    if buildings is not None:
        dense = density(parcels, buildings, double_storey_m=project.evidence.double_storey_m)
        columns |= {name: dense.table[name] for name in ("far", "site_coverage")}
        issues.append(dense.issues)
    if cover is not None and len(parcels):
        columns["built_share"] = _built(parcels, cover)
    table = pd.DataFrame(columns, index=parcels.table.index)
    return Witness(table, join_issues(issues), cover)


def doubts(witness: Witness, parcels: pd.DataFrame, project: Project) -> pd.DataFrame:
    """Return where the latest land cover contradicts what is said of the parcels (results row by row)."""
    if witness.cover is None or "built_share" not in witness.table.columns:
        return no_issues()
    share = witness.table["built_share"].set_axis(parcels.index)
    limit = project.evidence.built_doubt_share
    return evidence_doubts(parcels, share, witness.cover, doubt_share=limit)


def latest_cover(rasters: tuple[RasterInput, ...]) -> RasterInput | None:
    """Return the class raster with built classes of the latest date; without dates the last one named."""
    useful = [raster for raster in rasters if raster.kind == "class" and raster.built_classes]
    return max(useful, key=lambda raster: raster.date or pd.Timestamp.min, default=None)


def _built(parcels: Parcels, cover: RasterInput) -> pd.Series:
    import shapely

    west, south, east, north = shapely.total_bounds(parcels.geometry).tolist()
    windows = raster_windows(cover, (west, south, east, north), parcels.crs)
    return built_share(parcels, windows, built_classes=cover.built_classes)
