"""Write one layer, read from any format, in the format of the file that is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa

from landuse.errors import Fault, InputError
from landuse.read.crs import same_place, total_bounds, transform
from landuse.read.field_list import ENDING
from landuse.read.statements import stated
from landuse.read.whole import WholeLayer
from landuse.read.words import normal
from landuse.tables import column, columns, unit_title
from landuse.write.exchange.boundary_txt import ENCODINGS, ROLES, Head, write_boundary
from landuse.write.exchange.drawing import Drawn, write_drawing
from landuse.write.exchange.fieldlist import write_field_list
from landuse.write.exchange.gauss import same_datum
from landuse.write.exchange.general import DRIVERS, write_general
from landuse.write.exchange.layer import Field, LayerTable, Note
from landuse.write.exchange.naming import known_short
from landuse.write.exchange.shapefile import SUFFIXES, write_shapefile
from landuse.write.staging import staging

FORMATS: Final = (".shp", *DRIVERS, ".parquet", ".dxf", ".txt")
"""Endings of files that can be written."""
WITH_ENCODING: Final = (".shp", ".txt")
INDEXES: Final = (".qix", ".sbn", ".sbx")
"""Endings of spatial indexes beside a Shapefile."""
LABELS: Final = ("宗地代码", "parcel_id", "地块编号", "宗地号", "不动产单元号", "ZDDM", "ZDH", "DKBH", "BDCDYH")
"""Headers under which a parcel code is looked for, the first that is there."""
CELLS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": LABELS,
    "name": ("地块名称", "宗地名称", "parcel_name", "项目名称", "DKMC", "XMMC"),
    "sheet": ("图幅号", "TFH"),
    "use": ("地块用途", "用途", "土地用途", "land_use", "DKYT", "TDYT"),
    "land_class": ("地类编码", "地类代码", "DLBM"),
}
"""Cell of a boundary file -> headers under which it is looked for."""

OF_POINTS: Final = ("点数", "面积(公顷)", "图形属性")
"""Fields of a boundary file that are counted and measured anew when one is written."""
MOST: Final = 12
"""Fields that a note names one by one."""


@dataclass(frozen=True)
class Target:
    """What is wanted of the file that is written."""

    path: Path
    crs: str = ""
    """CRS to project to; blank = as read."""
    encoding: str = ""
    """gbk, gb18030 or utf-8, for .shp and .txt; blank = GBK where the texts allow."""
    layer: str = ""
    """Name of the layer in a .gpkg or .dxf; blank = as read."""
    label: str = ""
    """Field with the code of a parcel; blank = looked for."""
    producer: str = ""
    """数据产生单位 in the head of a boundary file."""
    dated: str = ""
    """数据产生日期 there, yyyy-MM-dd; blank = left open, for the clock is not asked."""
    overwrite: bool = False


@dataclass(frozen=True)
class Converted:
    """What was written."""

    files: tuple[str, ...]
    rows: int
    crs: str
    notes: tuple[Note, ...]

    @property
    def left_out(self) -> int:
        """Return how many rows are not in the file."""
        return sum(note.rows for note in self.notes)


def target_faults(target: Target, source: Path) -> list[Fault]:
    """Return what is wrong with the file that is wanted, before anything is read."""
    path, suffix = target.path, target.path.suffix.lower()
    if suffix not in FORMATS:
        found = f"不能写成这种格式 / no format that can be written: {path.suffix or path.name}"
        return [Fault(str(path), found, " ".join(FORMATS), "改正文件名的后缀 / correct the ending of the name")]
    faults = []
    if target.encoding and suffix not in WITH_ENCODING:
        found = "该格式一律为 UTF-8 / this format is always UTF-8"
        faults.append(Fault("--to-encoding", found, " ".join(WITH_ENCODING), "去掉该选项 / leave it out"))
    elif target.encoding and target.encoding not in ENCODINGS:
        allowed = " ".join(ENCODINGS)
        faults.append(
            Fault("--to-encoding", f"未知的编码 / unknown encoding: {target.encoding}", allowed, "改正 / correct it")
        )
    if target.dated and not _is_day(target.dated):
        faults.append(Fault("--date", f"不是日期 / no date: {target.dated}", "2025-12-31", "改正 / correct it"))
    taken = [file for file in _files(path) if file.exists()]
    if source.exists() and any(file.samefile(source) for file in taken):
        do = "换一个输出文件名 / name another output"
        return [*faults, Fault(str(path), "输出会覆盖输入 / the output would replace the input", "", do)]
    if taken and not target.overwrite:
        names = " ".join(file.name for file in taken)
        do = "换一个文件名,或加 --overwrite / name another file, or add --overwrite"
        faults.append(Fault(str(path), f"文件已存在 / exists already: {names}", "", do))
    return faults


def convert_layer(read: WholeLayer, target: Target, *, lang: str) -> Converted:
    """Write a layer that was read; nothing stands under a final name unless all of it was written.

    Raises
    ------
    InputError
        The format cannot hold the layer; the CRS asked for lies in another datum; a field asked for is not there.
    OutputError
        Another program holds a file open.
    """
    notes: list[Note] = []
    layer = LayerTable(target.layer or read.name, _fields(read, lang), read.geometry, read.crs)
    if target.crs:
        layer, notes = _projected(layer, target.crs)
    if target.label and target.label not in read.columns:
        do = "改正 --label / correct it"
        raise InputError(
            [Fault("--label", f"没有这个字段 / no such field: {target.label}", " | ".join(read.columns), do)]
        )
    with staging(target.path.absolute().parent) as stage:
        notes += _written(stage.path(target.path.name), layer, target, lang=lang)
        files = stage.publish()
    if target.path.suffix.lower() == ".shp":
        _forget_indexes(target.path)
    return Converted(tuple(files), len(layer), layer.crs, tuple(notes))


def _forget_indexes(path: Path) -> None:
    """Delete the spatial indexes of a Shapefile that was replaced: by them programs would look for its old places."""
    for suffix in INDEXES:
        path.with_suffix(suffix).unlink(missing_ok=True)


def _written(path: Path, layer: LayerTable, target: Target, *, lang: str) -> list[Note]:
    suffix = path.suffix.lower()
    roles = {role: name for role in ROLES if (name := _header(layer, CELLS[role]))}
    roles |= {"number": target.label} if target.label else {}
    if suffix == ".shp":
        made = write_shapefile(path, layer, encoding=target.encoding)
        write_field_list(_field_list(path), made, crs=layer.crs, lang=lang)
        return list(made.notes)
    if suffix == ".dxf":
        notes = write_drawing(path, [Drawn(layer, roles.get("number", ""))])
        notes += _not_carried(layer, [roles.get("number", "")])
        return notes if "number" in roles else [*notes, Note("no_label")]
    if suffix == ".txt":
        head = Head(target.producer, target.dated)
        notes = write_boundary(path, layer, roles, head, encoding=target.encoding or "gbk")
        notes += _not_carried(layer, [*roles.values(), *OF_POINTS])
        return notes if "number" in roles else [*notes, Note("no_number")]
    return write_general(path, layer)


def _not_carried(layer: LayerTable, carried: Sequence[str]) -> list[Note]:
    """Return the note on fields with values that a format has no place for."""
    left = [one.name for one in layer.fields if one.name not in carried and any(layer.texts(one.name))]
    more = {"n": len(left), "fields": "、".join(left[:MOST]) + (" …" if len(left) > MOST else "")}
    return [Note("fields_left", more)] if left else []


def _fields(read: WholeLayer, lang: str) -> tuple[Field, ...]:
    """Return the columns as fields; one that bears a canonical name has its title."""
    known = {**columns("input", "parcels"), **columns("output", "parcels")}
    return tuple(
        Field(
            name,
            _kind(cells),
            cells,
            title=known[name].title(lang) if name in known else "",
            unit=unit_title(known[name].unit, lang) if name in known else "",
            short=known_short(name) if lang == "zh" else "",
        )
        for name, cells in read.columns.items()
    )


def _kind(cells: pa.Array) -> str:
    kind = cells.type
    if pa.types.is_boolean(kind):
        return "flag"
    if pa.types.is_integer(kind):
        return "integer"
    if pa.types.is_floating(kind):
        return "number"
    return "date" if pa.types.is_date(kind) else "text"


def _header(layer: LayerTable, wanted: tuple[str, ...]) -> str:
    """Return the first of some headers that the layer has, signs and letters' case aside; blank for none."""
    names = {normal(one.name): one.name for one in reversed(layer.fields)}
    titled = {normal(known.zh): name for name in names.values() if (known := column("parcels", name))}
    return next((names[normal(one)] for one in wanted if normal(one) in names), "") or next(
        (titled[normal(one)] for one in wanted if normal(one) in titled), ""
    )


def _projected(layer: LayerTable, wanted: str) -> tuple[LayerTable, list[Note]]:
    """Return the layer in another CRS of the same datum.

    Raises
    ------
    InputError
        No such CRS, or one of another datum: between Chinese datums the bureau's own parameters are needed.
    """
    said = stated(wanted, "--to-crs")
    if not said.is_whole:
        do = "写明分带和带号,例如 EPSG:4528 / state width and number of the zone"
        raise InputError([Fault("--to-crs", f"坐标系不完整 / not a whole CRS: {wanted}", "EPSG:4528 …", do)])
    crs = said.crs
    if same_place(layer.crs, crs, total_bounds(layer.geometry)):
        return replace(layer, crs=crs), []
    if not same_datum(layer.crs, crs):
        found = f"基准不同 / another datum: {layer.crs[:40]} → {crs[:40]}"
        do = "1980西安、1954北京与 2000 之间须用本地参数转换 / convert between datums with the local parameters first"
        raise InputError([Fault("--to-crs", found, "同一基准内的坐标系 / a CRS of the same datum", do)])
    moved = replace(layer, geometry=transform(layer.geometry, layer.crs, crs), crs=crs)
    return moved, [] if _alike(layer.crs, crs) else [Note("same_place")]


def _alike(first: str, second: str) -> bool:
    from landuse.write.exchange.gauss import system_of

    return system_of(first) == system_of(second)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _field_list(path: Path) -> Path:
    return path.with_name(path.stem + ENDING)


def _files(path: Path) -> list[Path]:
    """Return every file that writing this one makes."""
    if path.suffix.lower() != ".shp":
        return [path]
    return [*(path.with_suffix(suffix) for suffix in SUFFIXES), _field_list(path)]
