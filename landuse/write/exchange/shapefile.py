"""Write a Shapefile that every program reads right: names within 10 bytes, GBK stated twice, a list of its fields."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from landuse.errors import Fault, InputError
from landuse.tables import Geometries
from landuse.write.exchange.dbf import Stored, stored_fields, write_dbf
from landuse.write.exchange.layer import COLLECTION, NO_GEOMETRY, LayerTable, Note, polygon_rows
from landuse.write.exchange.naming import dbf_names

GBK: Final = "gbk"
WIDE: Final = "gb18030"
"""Holds every character; where GBK does, the bytes are the same."""
PAGES: Final = {GBK: ("936", 0x4D), WIDE: ("GB18030", 0x4D), "utf-8": ("UTF-8", 0x00)}
"""Encoding -> what the .cpg says, and the language byte of the table."""
KINDS: Final = {
    3: "Polygon",
    6: "Polygon",
    1: "LineString",
    5: "LineString",
    2: "LineString",
    0: "Point",
    4: "MultiPoint",
}
"""Number that GEOS gives a type -> type of the Shapefile that holds it."""
SUFFIXES: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@dataclass(frozen=True)
class Shapefile:
    """What was written."""

    name: str
    fields: tuple[Stored, ...]
    codec: str
    notes: tuple[Note, ...]


def write_shapefile(path: Path, layer: LayerTable, *, encoding: str = "", like: Shapefile | None = None) -> Shapefile:
    """Write a layer as .shp, .shx, .dbf, .prj and .cpg.

    Parameters
    ----------
    path
        The .shp file.
    encoding
        gbk, gb18030 or utf-8; blank = GBK, or GB18030 where a text holds characters that GBK lacks.
    like
        The Shapefile of which this one holds some rows: it gets the same fields, and nothing more is told of it.

    Raises
    ------
    InputError
        Geometries of several kinds, too many fields, a table over 2 GB.
    """
    geometry, kind = _of_one_kind(layer, path.name)
    if like is not None:
        stored = [replace(old, source=one) for old, one in zip(like.fields, layer.fields, strict=True)]
        _write_files(path, (geometry, kind), layer.crs, stored, like.codec)
        return Shapefile(path.stem, tuple(stored), like.codec, ())
    codec = encoding or (GBK if _fits(layer, GBK) else WIDE)
    if not _fits(layer, codec):
        do = "改用 gb18030 或 utf-8 / use gb18030 or utf-8"
        raise InputError([Fault(path.name, f"有 {codec} 以外的字 / characters that {codec} lacks", "", do)])
    names = dbf_names([one.short or one.name for one in layer.fields], codec)
    stored = stored_fields(layer.fields, names, codec)
    _write_files(path, (geometry, kind), layer.crs, stored, codec)
    return Shapefile(path.stem, tuple(stored), codec, tuple(_notes(stored, codec, encoding)))


def _write_files(path: Path, shapes: tuple[Geometries, str], crs: str, stored: list[Stored], codec: str) -> None:
    page, language = PAGES[codec]
    _write_shapes(path, *shapes, crs)
    write_dbf(path.with_suffix(".dbf"), stored, len(shapes[0]), codec=codec, language=language)
    path.with_suffix(".cpg").write_text(page, encoding="ascii")


def _of_one_kind(layer: LayerTable, where: str) -> tuple[Geometries, str]:
    """Return the geometries as a Shapefile holds them, and their kind."""
    import shapely

    geometry, kinds = layer.geometry.copy(), shapely.get_type_id(layer.geometry)
    collections = kinds == COLLECTION
    if collections.any():
        whole = np.flatnonzero(collections & polygon_rows(layer.geometry)).tolist()
        for row in whole:
            geometry[row] = shapely.multipolygons(shapely.get_parts(shapely.get_parts(geometry[row])))
        kinds = shapely.get_type_id(geometry)
    found = {KINDS.get(kind, "GeometryCollection") for kind in np.unique(kinds).tolist() if kind != NO_GEOMETRY}
    if len(found) > 1 or "GeometryCollection" in found:
        said = f"图形种类不一 / geometries of several kinds: {', '.join(sorted(found))}"
        do = "改用 .gpkg,或分开转换 / use .gpkg, or convert them one by one"
        raise InputError([Fault(where, said, "点、线、面只能有一种 / points, lines or polygons alone", do)])
    return geometry, next(iter(found), "Polygon")


def _fits(layer: LayerTable, codec: str) -> bool:
    """Say whether an encoding has every character of the texts."""
    if codec != GBK:
        return True
    for one in layer.fields:
        if one.kind == "text":
            try:
                "\n".join(text for text in one.cells.unique().to_pylist() if text is not None).encode(codec)
            except UnicodeEncodeError:
                return False
    return True


def _write_shapes(path: Path, geometry: Geometries, kind: str, crs: str) -> None:
    import pyarrow as pa
    import pyogrio
    import shapely

    wkb = pa.array(shapely.to_wkb(shapely.force_2d(geometry)), pa.binary())
    table = pa.table({"geometry": wkb})
    pyogrio.write_arrow(
        table, path, driver="ESRI Shapefile", geometry_name="geometry", geometry_type=kind, crs=crs,
        layer_options={"DBF_DATE_LAST_UPDATE": "2000-01-01"},
    )  # fmt: skip


def _notes(stored: list[Stored], codec: str, asked: str) -> list[Note]:
    found = []
    if codec == WIDE and not asked:
        found.append(Note("beyond_gbk"))
    for code in ("cut", "rounded", "unstorable"):
        changed = [one for one in stored if getattr(one, code)]
        if changed:
            names = "、".join(f"{one.name}({getattr(one, code)})" for one in changed)
            found.append(Note(f"field_{code}", {"fields": names, "n": len(changed)}))
    renamed = sum(one.name != one.source.name for one in stored)
    return [*found, Note("fields_renamed", {"n": renamed})] if renamed else found
