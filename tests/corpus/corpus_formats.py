"""Formats in which surveys and other offices hand over polygons."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from corpus_kit import REGION, TRUTH, Case, moved, polygons, shapefile

Build = Callable[[Path], Mapping[str, Any]]
SHIFTED = {"parcel_id": "地块编号"}


def cases() -> Iterator[Case]:
    """Give every case of the group."""
    yield from _plain()
    yield from _shapes()
    yield from _archives()
    yield from _exchange()
    yield from _points()


def _case(told: str, build: Build, expect: str = "right", **more: Any) -> Case:
    return Case("format", told, build, expect, **more)


def _plain() -> Iterator[Case]:
    for name in ("parcels.gpkg", "parcels.fgb", "parcels.parquet", "parcels.geojson"):
        yield _case(
            f"{name}, in the bureau's projection", lambda folder, name=name: {"parcels": polygons(folder, name)}
        )
    yield _case("parcels.shp, names in Chinese", _shape)
    yield _case("parcels.gdb", _geodatabase())
    yield _case("parcels.gdb, two layers and none named", _geodatabase(("a", "b")), "refused")
    yield _case("parcels.gdb, the layer named", _geodatabase(("a", "b"), layer="b"))


def _shape(folder: Path) -> Mapping[str, Any]:
    return {"parcels": [{"path": shapefile(folder), "columns": {"town": "镇街", "holder": "权利人"}}]}


def _geodatabase(layers: Sequence[str] = ("parcels",), **entry: Any) -> Build:
    def build(folder: Path) -> Mapping[str, Any]:
        frame = gpd.GeoDataFrame({"宗地代码": list(TRUTH.parcel_id)}, geometry=TRUTH.polygons(), crs=4528)
        for number, layer in enumerate(layers):
            mode = {"append": True} if number else {}
            frame.to_file(folder / "parcels.gdb", driver="OpenFileGDB", layer=layer, engine="pyogrio", **mode)
        return {"parcels": [{"path": "parcels.gdb", **entry}]}

    return build


def _shapes() -> Iterator[Case]:
    """Heights, measures, parts and curves: the outline on the ground is what counts."""
    flat = TRUTH.polygons()
    high = [shapely.force_3d(shape, 35.2) for shape in flat]
    several = [shapely.MultiPolygon([shape]) for shape in flat]
    both = [shapely.GeometryCollection([shape, shape.exterior]) for shape in flat]
    reverse = [shapely.Polygon(list(shape.exterior.coords)[::-1]) for shape in flat]
    for told, shapes in {
        "with heights": high,
        "as multipolygons": several,
        "rings the other way round": reverse,
    }.items():
        yield _case(f"polygons {told}", lambda folder, shapes=shapes: {"parcels": polygons(folder, polygons=shapes)})
    yield _case(
        "collections that hold a polygon and its outline",
        lambda folder: {"parcels": polygons(folder, polygons=both)}, "right|refused",
    )  # fmt: skip


def _archives() -> Iterator[Case]:
    def packed(folder: Path, *, names: Callable[[str], str] = str, times: int = 1) -> Mapping[str, Any]:
        path = folder / "made" / shapefile(_inside(folder))
        with zipfile.ZipFile(folder / "parcels.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(times):
                for file in sorted(path.parent.glob("parcels.*")):
                    archive.write(file, names(file.name) if copy == 0 else f"copy{copy}/other{file.suffix}")
        return {"parcels": [{"path": "parcels.zip", "columns": {"town": "镇街", "holder": "权利人"}}]}

    yield _case("a zipped shapefile", packed)
    yield _case("a zipped shapefile in a folder", lambda folder: packed(folder, names=lambda name: f"数据/{name}"))
    yield _case("two zipped shapefiles and none named", lambda folder: packed(folder, times=2), "refused")


def _inside(folder: Path) -> Path:
    (folder / "made").mkdir()
    return folder / "made"


def _exchange() -> Iterator[Case]:
    geographic = moved(4490)

    def keyhole(folder: Path, **entry: Any) -> Mapping[str, Any]:
        marks = "".join(
            f"<Placemark><name>{code}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
            + " ".join(f"{x:.10f},{y:.10f},0" for x, y in shape.exterior.coords)
            + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
            for code, shape in zip(TRUTH.parcel_id, geographic, strict=True)
        )
        content = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>'
        (folder / "parcels.kml").write_text(f'<?xml version="1.0" encoding="UTF-8"?>{content}', encoding="utf-8")
        return {
            "parcels": [{"path": "parcels.kml", "columns": {"parcel_id": "name"}, **entry}],
            "project": {"region": REGION},
        }

    yield _case("KML, nothing declared: whose degrees?", keyhole, "refused")
    yield _case("KML, declared CGCS2000", lambda folder: keyhole(folder, crs="EPSG:4490"))
    yield _case("DXF, closed polylines and texts", _drawing)
    yield _case("DXF, no CRS declared", lambda folder: _drawing(folder, declared=False), "refused")


def _drawing(folder: Path, *, declared: bool = True) -> Mapping[str, Any]:
    lines = ["0", "SECTION", "2", "ENTITIES"]
    for code, shape in zip(TRUTH.parcel_id, TRUTH.polygons(), strict=True):
        corners = list(shape.exterior.coords)[:-1]
        lines += ["0", "LWPOLYLINE", "100", "AcDbEntity", "8", "JZD", "100", "AcDbPolyline"]
        lines += ["90", str(len(corners)), "70", "1"]
        for x, y in corners:
            lines += ["10", f"{x:.4f}", "20", f"{y:.4f}"]
        middle = shape.centroid
        lines += ["0", "TEXT", "100", "AcDbEntity", "8", "ZDH", "100", "AcDbText", "10", f"{middle.x:.3f}"]
        lines += ["20", f"{middle.y:.3f}", "40", "5.0", "1", code, "100", "AcDbText"]
    (folder / "parcels.dxf").write_text("\n".join([*lines, "0", "ENDSEC", "0", "EOF", ""]), encoding="ascii")
    entry: dict[str, Any] = {"path": "parcels.dxf", "layer": "JZD", "columns": {"parcel_id": "Text"}}
    return {"parcels": [{**entry, **({"crs": "EPSG:4528"} if declared else {})}]}


# --------------------------------------------------------------------------------------- boundary points

HEAD = {
    "格式版本号": "1.01版本", "数据产生单位": "安澜县勘测队", "数据产生日期": "2025-12-31",
    "坐标系": "2000国家大地坐标系",
    "几度分带": "3", "投影类型": "高斯克吕格", "计量单位": "米", "带号": "40", "精度": "0.001", "转换参数": ",,,,,,",
}  # fmt: skip


def _text(
    *,
    head: Mapping[str, str] = HEAD,
    swapped: bool = False,
    closed: bool = True,
    prefix: bool = True,
    comma: str = ",",
    hectares: bool = True,
    counted: int = 0,
    letter: str = "J",
) -> str:
    lines = ["[属性描述]", *(f"{name}={value}" for name, value in head.items()), "[地块坐标]"]
    for code, shape in zip(TRUTH.parcel_id, TRUTH.polygons(), strict=True):
        corners = list(shape.exterior.coords)
        corners = corners if closed else corners[:-1]
        area = f"{shape.area / 1e4:.4f}" if hectares else f"{shape.area:.2f}"
        lines.append(comma.join([str(len(corners) + counted), area, code, code, "面", "", "工矿仓储用地", "", "@"]))
        for number, (x, y) in enumerate(corners, start=1):
            name = f"{letter}{1 if closed and number == len(corners) else number}"
            east = f"{x if prefix else x - 40e6:.3f}"
            pair = (east, f"{y:.3f}") if swapped else (f"{y:.3f}", east)
            lines.append(comma.join([name, "1", *pair]))
    return "\r\n".join(lines) + "\r\n"


def _points() -> Iterator[Case]:
    def written(content: str, encoding: str = "gbk", *, region: bool = True, **entry: Any) -> Build:
        def build(folder: Path) -> Mapping[str, Any]:
            (folder / "points.txt").write_bytes(content.encode(encoding))
            about = {"project": {"region": REGION}} if region else {}
            return {"parcels": [{"path": "points.txt", "columns": SHIFTED, **entry}], **about}

        return build

    no_zone = {**HEAD, "带号": ""}
    nothing = dict.fromkeys(HEAD, "")
    yield _case("boundary points, GBK", written(_text()))
    yield _case("boundary points, UTF-8", written(_text(), "utf-8"))
    yield _case("boundary points, UTF-8 with mark", written(_text(), "utf-8-sig"))
    yield _case("boundary points, east before north", written(_text(swapped=True)), "right|refused")
    yield _case("boundary points, rings not closed", written(_text(closed=False)))
    yield _case("boundary points, full-width commas", written(_text(comma="，")))
    yield _case("boundary points, area in square metres", written(_text(hectares=False)))
    yield _case("boundary points, wrong counts", written(_text(counted=3)), "right|refused")
    yield _case("boundary points, numbers without J", written(_text(letter="")))
    yield _case("boundary points, no zone in the header, zone before the eastings", written(_text(head=no_zone)))
    yield _case("boundary points, zone in the header only", written(_text(prefix=False)))
    plain = _text(head=no_zone, prefix=False)
    yield _case("boundary points, no zone anywhere, region given", written(plain), "right|refused")
    yield _case("boundary points, no zone anywhere", written(plain, region=False), "refused")
    yield _case("boundary points, no zone anywhere, declared", written(plain, crs="EPSG:4549"))
    yield _case("boundary points, empty header", written(_text(head=nothing)), "refused")
    yield _case("boundary points, empty header, declared", written(_text(head=nothing), crs="EPSG:4528"))
    other = _text(head={**HEAD, "带号": "39"})
    yield _case("boundary points, header and eastings of different zones", written(other), "refused")
    bare = _text(head={**HEAD, "带号": "39"}, prefix=False)
    told = "boundary points, zone 39 in the header and no prefix, declared zone 40"
    yield _case(told, written(bare, region=False, crs="EPSG:4549"), "refused")
    yield _case(f"{told}, region given", written(bare, crs="EPSG:4549"), "right|marked")
    whole = "boundary points, zone in the header only, the datum declared"
    yield _case(whole, written(_text(prefix=False), crs="CGCS2000"), "right|marked")
    plain = _text()
    for area in ("0", ""):
        for digit, told in (
            ("4276000.000", "a digit of the thousands"),
            ("4285000.000", "a digit of the ten thousands"),
        ):
            content = _mistyped(plain.replace(",1.2000,", f",{area},"), digit)
            name = f"boundary points, {told} wrong, area “{area}”"
            yield _case(name, written(content), "marked", says="BOUNDARY_POINT_FAR", check=_others_right)
    yield _case("boundary points, header cut off", written(_text().split("[地块坐标]")[0]), "refused")


def _mistyped(content: str, north: str) -> str:
    """Return the file with the northing of the second point of the second parcel mistyped."""
    lines = content.split("\r\n")
    at = next(number for number, line in enumerate(lines) if TRUTH.parcel_id[1] in line) + 2
    name, ring, _, east = lines[at].split(",")
    lines[at] = ",".join([name, ring, north, east])
    return "\r\n".join(lines)


def _others_right(raw: Any) -> list[str]:
    """Return how the parcels with sound points differ, and that the issue names the wrong point."""
    part = raw.of("parcels")[0]
    told = raw.issues[raw.issues["code"] == "BOUNDARY_POINT_FAR"]
    wrong = [] if told["value"].tolist() == ["J2"] else [f"named: {told['value'].tolist()}"]
    areas = [shape.area for at, shape in enumerate(part.shapes) if at != 1]
    meant = [area for at, area in enumerate(TRUTH.registered_area_m2) if at != 1]
    return wrong + [
        f"{one} instead of {other}" for one, other in zip(areas, meant, strict=True) if abs(one - other) > 1
    ]
