"""Write the boundary-point TXT of land surveys (勘测定界报盘坐标文件): X north first, millimetres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from landuse.catalogue import term
from landuse.errors import Fault, InputError
from landuse.tables import Geometries
from landuse.write.exchange.gauss import Gauss, gauss_for, gauss_of
from landuse.write.exchange.layer import LayerTable, Mask, Note, left_out, polygon_rows
from landuse.write.exchange.rings import Rings, metres, rings_of

if TYPE_CHECKING:
    import pyarrow as pa

PER_METRE: Final = 1000
M2_PER_HA: Final = 10_000
LINE_END: Final = "\r\n"
ENCODINGS: Final = {"gbk": "gb18030", "gb18030": "gb18030", "utf-8": "utf-8"}
"""Encoding asked for -> codec; GB18030 writes what GBK has with the same bytes."""
FULL_WIDTH: Final = str.maketrans({",": "\uff0c", "@": "\uff20"})
"""Signs that part the cells of a block -> those that stand for them in a text."""
ROLES: Final = ("number", "name", "sheet", "use", "land_class")
"""Cells of the first line of a block that are filled from a field: 地块编号, 地块名称, 图幅号, 地块用途, 地类编码."""


@dataclass(frozen=True)
class Head:
    """What the head of a file says beside the CRS."""

    producer: str = ""
    """数据产生单位."""
    dated: str = ""
    """数据产生日期, yyyy-MM-dd."""


def write_boundary(
    path: Path, layer: LayerTable, roles: dict[str, str], head: Head, *, encoding: str = "gbk"
) -> list[Note]:
    """Write every polygon of a layer as a block of boundary points; return what a user must know.

    Geographic coordinates are projected to the zone of 3 degrees of their middle.

    Parameters
    ----------
    roles
        Cell of the first line of a block (`ROLES`) -> field that fills it; a blank number is that of the row.

    Raises
    ------
    InputError
        The CRS is none of CGCS2000, Xian 1980 and Beijing 1954, or nothing can be written.
    """
    zone = zone_of(layer, where=path.name)
    is_polygon = polygon_rows(layer.geometry)
    placed = np.full(len(layer), None, dtype=object)
    placed[is_polygon] = zone.placed(shapely.force_2d(layer.geometry[is_polygon]), layer.crs)
    rings = rings_of(placed, PER_METRE)
    written = np.zeros(len(layer), dtype=bool)
    written[rings.row] = True
    if not written.any():
        do = "检查图形 / check the geometries"
        raise InputError([Fault(path.name, "没有可写的面 / no polygon to write", "面 / polygons", do)])
    cells = {role: layer.texts(roles[role]) if role in roles else [""] * len(layer) for role in ROLES}
    lines = [*_head(zone, head), *_blocks(placed, rings, cells)]
    text = LINE_END.join([*lines, ""])
    path.write_bytes(text.encode(ENCODINGS[encoding]))
    return [
        *_notes(layer, rings, (is_polygon, written), cells),
        *_text_notes(text, encoding, cells),
        *_moved(layer, zone),
    ]


def zone_of(layer: LayerTable, *, where: str) -> Gauss:
    """Return the Gauss-Krueger zone a layer is written in.

    Raises
    ------
    InputError
        It stands in no Chinese system, or its eastings do not fit the zone.
    """
    zone = gauss_of(layer.crs) or gauss_for(layer.geometry, layer.crs)
    if zone is None:
        allowed = "CGCS2000 / 1980西安 / 1954北京,高斯克吕格 3 度或 6 度带 / Gauss-Krueger zones of 3 or 6 degrees"
        do = "用 --to-crs 指定,例如 EPSG:4527 / name one with --to-crs"
        found = f"该坐标系写不进界址点文件 / a boundary file cannot hold this CRS: {layer.crs[:60]}"
        raise InputError([Fault(where, found, allowed, do)])
    return zone


def _head(zone: Gauss, head: Head) -> list[str]:
    stated = {
        "格式版本号": "1.01版本",
        "数据产生单位": _one_line(head.producer),
        "数据产生日期": head.dated,
        "坐标系": term("exchange_system", zone.system, "zh"),
        "几度分带": str(zone.width),
        "投影类型": "高斯克吕格",
        "计量单位": "米",
        "带号": str(zone.zone),
        "精度": "0.001",
        "转换参数": ",,,,,,",
    }
    return ["[属性描述]", *(f"{name}={value}" for name, value in stated.items()), "[地块坐标]"]


def _blocks(placed: Geometries, rings: Rings, cells: dict[str, list[str]]) -> list[str]:
    """Return the lines of all blocks: first the facts of the parcel, then its points ring by ring, each ring closed."""
    lines: list[str] = _point_lines(rings).to_pylist()
    hectares = shapely.area(placed) / M2_PER_HA
    points = np.bincount(rings.row, weights=rings.sizes() + 1, minlength=len(placed)).astype(np.int64)
    at = 0
    for row in np.flatnonzero(points).tolist():
        said = {role: cells[role][row] for role in ROLES}
        said["number"] = said["number"] or str(row + 1)
        lines[at] = f"{_first_line(int(points[row]), float(hectares[row]), said)}{LINE_END}{lines[at]}"
        at += int(points[row])
    return lines


def _point_lines(rings: Rings) -> pa.Array:
    """Return a line for each point and for the end of each ring: name, ring within the block, north, east."""
    import pyarrow as pa
    import pyarrow.compute as pc

    sizes = rings.sizes()
    ring = np.repeat(np.arange(len(sizes)), sizes + 1)
    place = np.arange(len(ring)) - (rings.start[:-1] + np.arange(len(sizes)))[ring]
    point = rings.start[ring] + np.where(place == sizes[ring], 0, place)  # the last line of a ring is its first point
    first_ring = np.searchsorted(rings.row, rings.row)
    name = point - rings.start[first_ring[ring]] + 1
    circle = ring - first_ring[ring] + 1
    north, east = (metres(rings.points[point, axis], 3) for axis in (1, 0))
    texts = [pc.binary_join_element_wise("J", pa.array(name).cast(pa.string()), ""), pa.array(circle).cast(pa.string())]
    return pc.binary_join_element_wise(*texts, north, east, ",")


def _first_line(points: int, hectares: float, cells: dict[str, str]) -> str:
    said = {role: _one_line(text).translate(FULL_WIDTH) for role, text in cells.items()}
    known = (said["number"], said["name"], "面", said["sheet"], said["use"], said["land_class"])
    return ",".join([str(points), f"{hectares:.4f}", *known, "@"])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _notes(layer: LayerTable, rings: Rings, found: tuple[Mask, Mask], cells: dict[str, list[str]]) -> list[Note]:
    is_polygon, written = found
    keys = cells["number"]
    blank = shapely.is_missing(layer.geometry) | shapely.is_empty(layer.geometry)
    return [
        *left_out("no_geometry", blank, keys),
        *left_out("no_polygon", ~is_polygon & ~blank, keys),
        *left_out("too_small", is_polygon & ~written, keys),
        *(_told("part_too_small", rings.collapsed & written, keys)),
        *(_told("hole_too_small", rings.lost_holes & written, keys)),
    ]


def _told(code: str, rows: Mask, keys: Sequence[str]) -> list[Note]:
    return [Note(one.code, one.facts) for one in left_out(code, rows, list(keys))]


def _text_notes(text: str, encoding: str, cells: dict[str, list[str]]) -> list[Note]:
    found = []
    changed = sum("," in one or "@" in one for texts in cells.values() for one in texts)
    if changed:
        found.append(Note("signs_changed", {"n": changed}))
    if encoding == "gbk" and not _is_gbk(text):
        found.append(Note("beyond_gbk"))
    return found


def _is_gbk(text: str) -> bool:
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def _moved(layer: LayerTable, zone: Gauss) -> list[Note]:
    """Return the note on coordinates that were projected for this file."""
    return [] if gauss_of(layer.crs) == zone else [Note("projected", {"crs": zone.crs, "zone": zone.zone})]
