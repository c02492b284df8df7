"""CRS x declaration x axis: where the parcels come to lie, or the question that is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus_kit import REGION, TRUTH, Case, moved, polygons, shapefile

TRUE = {
    "3-degree zone 40": 4528,
    "3-degree zone 39": 4527,
    "3-degree, meridian 120": 4549,
    "3-degree, meridian 117": 4548,
    "6-degree zone 20": 4498,
    "6-degree, meridian 117": 4509,
    "geographic CGCS2000": 4490,
    "geographic WGS 84": 4326,
    "Web Mercator": 3857,
}
"""Systems that hold the parcels rightly; 118.60 E lies in zone 40 and can be written in zone 39 too."""
WRONG = {
    4528: (4529, "3-degree zone 41"),
    4527: (4526, "3-degree zone 38"),
    4549: (4550, "meridian 123"),
    4548: (4547, "meridian 114"),
    4498: (4499, "6-degree zone 21"),
    4509: (4510, "meridian 123"),
    4490: (4528, "3-degree zone 40"),
    3857: (4549, "3-degree, meridian 120"),
}
"""System of the coordinates -> one that is stated wrongly."""
PREFIXED = (4527, 4528, 4498)
"""Systems whose eastings begin with the number of the zone: a wrong one shows without a region."""


def cases() -> Iterator[Case]:
    """Give every case of the group."""
    for told, code in TRUE.items():
        yield _case(f"{told}, right .prj", code, stated=code)
        yield _case(f"{told}, right .prj, no region", code, stated=code, region=False)
        yield _case(f"{told}, no .prj", code, "refused")
        yield _case(f"{told}, no .prj, declared", code, declared=f"EPSG:{code}")
        yield _case(f"{told}, axes swapped, right .prj", code, "refused", stated=code, swapped=True)
        yield _case(f"{told}, axes swapped, declared", code, "refused", declared=f"EPSG:{code}", swapped=True)
        if code != 3857:  # easting and northing of Web Mercator are of one size
            yield _case(f"{told}, axes swapped, no region", code, "refused", stated=code, swapped=True, region=False)
        if code in WRONG:
            other, name = WRONG[code]
            yield _case(f"{told}, .prj of {name}", code, "refused", stated=other)
            yield _case(f"{told}, declared {name}", code, "refused", declared=f"EPSG:{other}")
            if code in PREFIXED:
                yield _case(f"{told}, .prj of {name}, no region", code, "refused", stated=other, region=False)
            yield _case(f"{told}, .prj of {name}, declared rightly", code, stated=other, declared=f"EPSG:{code}")
    yield from _named()
    yield from _old_datums()
    yield from _formats()


def _named() -> Iterator[Case]:
    """A declaration that names the datum only: the eastings or the region say the rest."""
    for name in ("CGCS2000", "2000国家大地坐标系"):
        yield _case(f"zone 40, declared {name}", 4528, declared=name)
        yield _case(f"meridian 120, declared {name}, region given", 4549, declared=name)
        yield _case(f"meridian 120, declared {name}, no region", 4549, "refused", declared=name, region=False)
        yield _case(f"degrees, declared {name}", 4490, declared=name)
    yield _case("zone 40, declared 不存在的坐标系", 4528, "refused", declared="不存在的坐标系")
    yield _case("public maps, declared GCJ-02", 4490, "refused", declared="GCJ-02")
    yield _case("public maps, declared BD-09", 4490, "refused", declared="BD-09")


def _old_datums() -> Iterator[Case]:
    """A layer of an old datum beside one of the new: without the bureau's own parameters nobody can join them."""
    for told, code in (("Xian 1980", 2364), ("Beijing 1954", 2416)):
        yield Case("crs", f"{told} beside CGCS2000, no parameters", _mixed(code), "refused")


def _mixed(code: int) -> Any:
    def build(folder: Path) -> Mapping[str, Any]:
        old = folder / "old"
        old.mkdir()
        polygons(old, crs=code)
        return {"parcels": [polygons(folder), {"path": "old/parcels.gpkg"}]}

    return build


def _formats() -> Iterator[Case]:
    """Formats that state no CRS, or state one by convention only."""

    def geojson(folder: Path, **entry: Any) -> Mapping[str, Any]:
        name = polygons(folder, "parcels.geojson", crs=4326, polygons=moved(4490))
        return {"parcels": [{"path": name, **entry}], "project": {"region": REGION}}

    yield Case("crs", "GeoJSON that states none", geojson, "refused")
    yield Case("crs", "GeoJSON that states none, declared", lambda folder: geojson(folder, crs="EPSG:4490"))


def _case(
    name: str,
    code: int,
    expect: str = "right",
    *,
    stated: int | None = None,
    declared: str | None = None,
    swapped: bool = False,
    region: bool = True,
) -> Case:
    def build(folder: Path) -> Mapping[str, Any]:
        path = shapefile(folder, crs=stated, polygons=moved(code, swapped=swapped))
        entry: dict[str, Any] = {"path": path, "columns": {"town": "镇街", "holder": "权利人"}}
        if declared:
            entry["crs"] = declared
        return {"parcels": [entry], "project": {"region": REGION} if region else {}}

    return Case("crs", name, build, expect, truth=TRUTH)
