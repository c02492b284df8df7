"""Files that are cut off, or whose cells are not of the type of their field: refused or told, never read in part."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from corpus_kit import TRUTH, Case, polygons, shapefile

from landuse.read.encoding import table_fields

Build = Callable[[Path], Mapping[str, Any]]
SHARES = (0.1, 0.5, 0.9, 0.99)
NAMES = {"town": "镇街", "holder": "权利人"}


def cases() -> Iterator[Case]:
    """Give every case of the group."""
    for share in SHARES:
        for name in ("parcels.gpkg", "parcels.fgb", "parcels.geojson", "parcels.parquet"):
            yield _cut(name, share)
        yield Case("cut", f"{share:.0%} of a table of a geodatabase", _geodatabase("gdbtable", share), "refused")
        yield Case("cut", f"{share:.0%} of the index of a geodatabase", _geodatabase("gdbtablx", share), "refused")
        for suffix in (".shp", ".shx", ".dbf"):
            yield Case("cut", f"{share:.0%} of a {suffix}", _shapes(suffix, share), "refused")
    yield Case("cut", "a shapefile whose index is in another order", _turned, "refused", ".shx")
    yield Case("cut", "a shapefile whose index leaves out the last shapes", _short_index, "refused", ".shx")
    yield from _types()


def _cut(name: str, share: float) -> Case:
    def build(folder: Path) -> Mapping[str, Any]:
        _part((folder / polygons(folder, name)), share)
        return {"parcels": name}

    return Case("cut", f"{share:.0%} of {name}", build, "refused")


def _part(path: Path, share: float) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])


def _geodatabase(ending: str, share: float) -> Build:
    def build(folder: Path) -> Mapping[str, Any]:
        frame = gpd.GeoDataFrame({"宗地代码": list(TRUTH.parcel_id)}, geometry=TRUTH.polygons(), crs=4528)
        frame.to_file(folder / "parcels.gdb", driver="OpenFileGDB", layer="parcels", engine="pyogrio")
        _part(max((folder / "parcels.gdb").glob(f"*.{ending}")), share)
        return {"parcels": "parcels.gdb"}

    return build


def _shapes(suffix: str, share: float) -> Build:
    def build(folder: Path) -> Mapping[str, Any]:
        _part((folder / shapefile(folder)).with_suffix(suffix), share)
        return {"parcels": [{"path": "parcels.shp", "columns": NAMES}]}

    return build


def _turned(folder: Path) -> Mapping[str, Any]:
    index = (folder / shapefile(folder)).with_suffix(".shx")
    raw = index.read_bytes()
    entries = np.frombuffer(raw[100:], dtype=">i4").reshape(-1, 2)
    index.write_bytes(raw[:100] + entries[::-1].tobytes())
    return {"parcels": [{"path": "parcels.shp", "columns": NAMES}]}


def _short_index(folder: Path) -> Mapping[str, Any]:
    """Put .shx and .dbf of two parcels beside the .shp of four."""
    (folder / "two").mkdir()
    frame = gpd.GeoDataFrame({"宗地代码": list(TRUTH.parcel_id[:2])}, geometry=TRUTH.polygons()[:2], crs=4528)
    frame.to_file(folder / "two/parcels.shp", engine="pyogrio", encoding="gb18030")
    shapefile(folder)
    for suffix in (".shx", ".dbf"):
        shutil.copy(folder / f"two/parcels{suffix}", folder / f"parcels{suffix}")
    return {"parcels": [{"path": "parcels.shp"}]}


# ------------------------------------------------------------------------------------------------- types


def _types() -> Iterator[Case]:
    """Cells that a library takes for 0: text in a number field, a comma in a number, half a number."""
    for text, area in {
        "abc": None,
        "12亩": None,
        "1.2.3": None,
        "-": None,
        "10,000": 10_000.0,
        "1e4": 10_000.0,
    }.items():
        expect = "right" if area else "marked"
        yield Case("type", f"a number field of a DBF says {text!r}", _dbf(text), expect, check=_area_is(area))
    for value, area in {"viel": None, "": None, "10000": 10_000.0}.items():
        expect = "right" if area or not value else "marked"
        yield Case(
            "type", f"a real of a GeoPackage holds the text {value!r}", _package(value), expect, check=_area_is(area)
        )


def _dbf(text: str) -> Build:
    def build(folder: Path) -> Mapping[str, Any]:
        frame = gpd.GeoDataFrame(
            {"parcel_id": list(TRUTH.parcel_id), "area": list(TRUTH.registered_area_m2)},
            geometry=TRUTH.polygons(), crs=4528,
        )  # fmt: skip
        path = folder / "parcels.shp"
        frame.to_file(path, engine="pyogrio", encoding="gb18030")
        field = next(each for each in table_fields(path) if each.name == b"area")
        raw = bytearray(path.with_suffix(".dbf").read_bytes())
        begin = int.from_bytes(raw[8:10], "little") + field.offset
        raw[begin : begin + field.width] = text.encode("gb18030").rjust(field.width)
        path.with_suffix(".dbf").write_bytes(raw)
        entry = {"path": path.name, "columns": {"registered_area_m2": "area"}, "units": {"registered_area_m2": "m2"}}
        return {"parcels": [entry]}

    return build


def _package(value: str) -> Build:
    def build(folder: Path) -> Mapping[str, Any]:
        name = polygons(folder, registered_area_m2=list(TRUTH.registered_area_m2))
        base = sqlite3.connect(folder / name)
        for trigger in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{trigger[0]}"')
        base.execute("UPDATE parcels SET registered_area_m2 = ? WHERE fid = 1", (value,))
        base.commit()
        base.close()
        return {"parcels": name}

    return build


def _area_is(area: float | None) -> Callable[[Any], list[str]]:
    def check(raw: Any) -> list[str]:
        found = raw.of("parcels")[0].frame["registered_area_m2"].tolist()
        others = list(TRUTH.registered_area_m2[1:])
        first = found[0] if found[0] == found[0] else None
        return [] if first == area and found[1:] == others else [f"areas {found}"]

    return check
