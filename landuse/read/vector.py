"""Read Shapefile, GeoPackage, GeoJSON, FlatGeobuf and File Geodatabase through Arrow, geometry as WKB."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from landuse.errors import Fault, InputError
from landuse.read.domains import CODE_SUFFIX, Domains, meant, package_domains
from landuse.read.encoding import dbf_encoding, sibling
from landuse.read.field_list import FieldList, field_list
from landuse.read.file_crs import crs_in
from landuse.read.findings import Finding
from landuse.read.layer_texts import cut_findings, cut_texts, layer_cells, moment_cells
from landuse.read.odd_cells import package_cells, table_cells
from landuse.read.source import Cells, Content, Source, arrow_cells
from landuse.settings import InputEntry

DRIVERS: Final = ("ESRI Shapefile", "GPKG", "GeoJSON", "FlatGeobuf", "OpenFileGDB")
"""The drivers that may open a file; URLs, /vsi paths and VRT are refused before any is asked."""
ARC_STEP: Final = "0.5"
"""Degrees of an arc that one chord may span: the area of a circle is then 1.3e-5 too small."""
_COUNTED: Final = ("FlatGeobuf", "OpenFileGDB")
"""Formats of which fewer rows are read than they state where they are cut off or damaged, without an error."""
_AS_TEXTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "GPKG": {"datetime_as_string": True},
    "GeoJSON": {"DATE_AS_STRING": "YES"},
}
"""Formats that write days as text -> how they are handed out as such: the library takes 2024-02-31 for 2 March."""
_INTERNAL_LAYERS: Final = ("layer_styles",)
_NAMED_LAYERS: Final = ("GPKG", "OpenFileGDB")
"""Formats whose layer is named as the place of a row."""
_LINES: Final = ("Point", "Line", "CircularString", "CompoundCurve", "MultiCurve")
"""In the names of types of geometry that hold no areas."""
_BUILT: Final = re.compile(r"\S+\.cpp, \d+: ")
"""Where in its own source the library met an error: of no use to anybody here."""
_BYTES: Final = "iso8859-1"
"""Codec in which every byte is a character of its own."""
_GDAL_NAMES: Final = {"utf-8": "UTF-8", "gb18030": "GB18030", "iso8859-1": "ISO-8859-1", "cp950": "CP950"}


@dataclass(frozen=True)
class LayerInfo:
    """What is known of a layer before its rows are read."""

    name: str
    geometry: str | None
    """Type of its geometry as the format states it; None = a table without geometry."""
    fields: tuple[str, ...]
    rows: int
    crs: str | None
    """As the file states it; None = not at all."""


@dataclass(frozen=True)
class _Layer:
    path: Path
    name: str
    encoding: str | None
    fields: tuple[str, ...]
    rows: int
    domains: Domains = Domains()  # noqa: RUF009 - frozen
    raw: tuple[str, ...] = ()
    """Names of the fields as GDAL has to be asked for them, where a name was cut inside a character."""
    codec: str = ""
    """Codec of names and texts that were read byte by byte, where a name was cut inside a character."""
    table: str = ""
    """Codec of a shapefile's table; blank = the format states it itself."""
    told: FieldList = FieldList()  # noqa: RUF009 - frozen
    driver: str = ""
    days: frozenset[str] = frozenset()
    """Fields of days or moments."""

    @property
    def headers(self) -> tuple[str, ...]:
        """Return the fields, and those of codes once more for the codes themselves."""
        return (*self.fields, *(name + CODE_SUFFIX for name in self.coded))

    @property
    def coded(self) -> tuple[str, ...]:
        return tuple(name for name in self.fields if name in self.domains.coded)


def open_vector(path: Path, entry: InputEntry, *, name: str, geometry: bool) -> Source:
    """Return a layer with its headers known.

    Parameters
    ----------
    path
        Existing file, or folder of a geodatabase, whose content was recognised as one of the formats.
    name
        Path as the project file writes it.
    geometry
        Whether a layer with geometry is looked for.

    Raises
    ------
    InputError
        The layer is missing or not named among several, the encoding cannot be decided, the file cannot be read.
    """
    codec = _codec(path, entry.encoding, name)
    try:
        layers = _layers(path)
        layer = choose_layer(layers, entry.layer, stem=path.stem, name=name, geometry=geometry)
        opened, info = _opened(path, layer, codec, name)
    except (RuntimeError, ValueError, OSError) as error:
        raise unreadable(name, error) from None
    if info["driver"] not in DRIVERS:
        found = f"按文件名打开是不支持的格式 / by its name it is of a format not accepted: {info['driver']}"
        do = "扩展名与内容不符的,改成相符的(如 .geojson)/ rename it where the ending does not fit (.geojson)"
        raise InputError([Fault(name, found, ", ".join(DRIVERS), do)])
    return Source(
        file=name,
        sheet=layer if info["driver"] in _NAMED_LAYERS else "",
        headers=opened.headers,
        read=lambda wanted, with_geometry: _read(opened, wanted, geometry=with_geometry, name=name),
        has_geometry=info["geometry_type"] is not None,
        crs=crs_in(path, info["driver"], info["crs"]),
        cut_codec=codec,
        tails=_tails(opened),
        unread=other_layers(layers, layer, entry),
        listed=opened.told.listed,
        encoding=codec,
    )


def layers_of(path: Path) -> tuple[LayerInfo, ...]:
    """Return what any file or geodatabase with geometry holds (`landuse.read.layers`)."""
    from landuse.read.layers import layers_of as of_any

    return of_any(path)


def vector_layers(path: Path, name: str) -> tuple[LayerInfo, ...]:
    """Return the layers that a file of these formats, or a geodatabase, holds.

    Raises
    ------
    InputError
        It cannot be read, or its encoding cannot be decided.
    """
    codec = _codec(path, None, name)
    found = []
    try:
        for layer, _ in _layers(path):
            opened, info = _opened(path, layer, codec, name)
            crs = crs_in(path, info["driver"], info["crs"])
            found.append(LayerInfo(layer, info["geometry_type"], opened.headers, opened.rows, crs))
    except (RuntimeError, ValueError, OSError) as error:
        raise unreadable(name, error) from None
    return tuple(found)


def choose_layer(
    layers: Sequence[tuple[str, Any]], wanted: str | None, *, stem: str, name: str, geometry: bool
) -> str:  # fmt: skip
    """Return the layer an entry means: the one it names, the only one, or the one with the name of the file.

    The name of the file decides between areas and lines or points, never between areas.

    Parameters
    ----------
    layers
        Name and type of geometry (None = none) of each.
    stem
        Name of the file without its ending.
    geometry
        Whether a layer with geometry is looked for.

    Raises
    ------
    InputError
        There is none, or none is named among several.
    """
    shaped = [layer for layer, kind in layers if kind is not None]
    names = shaped if geometry and shaped else [layer for layer, _ in layers]
    if wanted is not None:
        if wanted in [layer for layer, _ in layers]:
            return wanted
        raise InputError(
            [Fault(name, f"没有图层 / no such layer: {wanted}", " | ".join(names), "改正 layer / correct it")]
        )
    if len(names) == 1:
        return names[0]
    areas = [layer for layer, kind in layers if _may_be_areas(kind)]
    if stem in names and (stem not in areas or len(areas) == 1):
        return stem
    found = "没有图层 / no layer" if not names else f"有 {len(names)} 个图层 / {len(names)} layers"
    raise InputError([Fault(name, found, " | ".join(names), "写明 layer / name the layer")])


def other_layers(layers: Sequence[tuple[str, Any]], layer: str, entry: InputEntry) -> tuple[str, ...]:
    """Return the layers that were passed over for one with the name of its file; none where the entry names it."""
    kinds = dict(layers)
    passed = [other for other, kind in layers if other != layer and (kind is not None or kinds[layer] is None)]
    return () if entry.layer is not None else tuple(passed)


def _may_be_areas(kind: str | None) -> bool:
    """Say whether a layer of a type of geometry may hold areas."""
    return kind is not None and not any(word in kind for word in _LINES)


def unreadable(name: str, error: Exception | str) -> InputError:
    """Return the error of a file that GDAL does not read."""
    found = f"无法读取 / cannot be read: {_BUILT.sub('', str(error))}"
    return InputError([Fault(name, found, ", ".join(DRIVERS), "检查文件 / check the file")])


@contextmanager
def fine_arcs() -> Iterator[None]:
    """Let GDAL turn arcs into chords of at most `ARC_STEP` degrees while something is read."""
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_ARC_STEPSIZE")
    pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": ARC_STEP})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": before})


# ------------------------------------------------------------------------------------------------ a layer


def _layers(path: Path) -> list[tuple[str, Any]]:
    import pyogrio

    return [(str(layer), kind) for layer, kind in pyogrio.list_layers(path) if layer not in _INTERNAL_LAYERS]


def _opened(path: Path, layer: str, codec: str, name: str) -> tuple[_Layer, dict[str, Any]]:
    """Return a layer and what GDAL tells of it.

    A DBF cuts names at 10 bytes, in UTF-8 inside a character: then names and texts are read byte by byte (as Latin-1)
    and decoded here, the rest of the cut character left out.
    """
    import pyogrio

    encoding, cut = _GDAL_NAMES.get(codec, codec.upper()) if codec else None, ""
    raw: tuple[str, ...] = ()
    try:
        info: dict[str, Any] = pyogrio.read_info(path, layer=layer, encoding=encoding)
        fields = tuple(str(field) for field in info["fields"])
    except UnicodeDecodeError:
        if not codec:
            raise
        encoding, cut = _GDAL_NAMES[_BYTES], codec
        info = pyogrio.read_info(path, layer=layer, encoding=encoding)
        raw = tuple(str(field) for field in info["fields"])
        fields = tuple(_decoded(field, codec) for field in raw)
    domains = _domains(path, layer, driver=info["driver"], name=name)
    told = field_list(path, fields) if path.suffix.lower() == ".shp" else FieldList()
    rows, driver = int(info["features"]), str(info["driver"])
    days = frozenset(field for field, kind in zip(fields, info["dtypes"], strict=True) if "datetime" in str(kind))
    return _Layer(path, layer, encoding, fields, rows, domains, raw or fields, cut, codec, told, driver, days), info


def _decoded(text: str, codec: str) -> str:
    """Return a text that was read byte by byte, without what is left of a character that was cut."""
    return text.encode(_BYTES).decode(codec, errors="ignore")


def _recoded(column: pa.ChunkedArray, codec: str) -> pa.Array:
    """Return a column of texts that was read byte by byte."""
    encoded = column.combine_chunks().dictionary_encode()
    texts = [None if text is None else _decoded(text, codec) for text in encoded.dictionary.to_pylist()]
    return pa.array(texts, pa.large_string()).take(encoded.indices)


def _codec(path: Path, declared: str | None, name: str) -> str:
    """Return the codec of a shapefile's table; blank for formats that state it themselves."""
    if path.suffix.lower() not in (".shp", ".dbf") or path.is_dir():
        return ""
    if path.suffix.lower() == ".shp":
        _complete(path, name)
    return dbf_encoding(path, declared=declared, where=name)


def _domains(path: Path, layer: str, *, driver: str, name: str) -> Domains:
    if driver == "GPKG":
        return package_domains(path, layer)
    if driver == "OpenFileGDB":
        from landuse.read.geodatabase import domains_of

        return domains_of(path, layer, name)
    return Domains()


def _tails(layer: _Layer) -> tuple[str, ...]:
    """Return the titles that a geodatabase gives its fields beside their names; none where it gives none."""
    aliases = layer.domains.aliases
    if not any(name in aliases for name in layer.fields):
        return ()
    return (*(aliases.get(name, "") for name in layer.fields), *("" for _ in layer.coded))


def _read(layer: _Layer, wanted: Sequence[int], *, geometry: bool, name: str) -> Content:
    import pyogrio.raw

    asked = (*layer.raw, *layer.coded)
    own = {at: asked[at] for at in wanted}
    columns = list(dict.fromkeys([*own.values(), *_kinds(layer, list(own.values()))]))
    try:
        meta, table = pyogrio.raw.read_arrow(
            layer.path, layer=layer.name, encoding=layer.encoding, columns=columns, read_geometry=geometry,
            **_AS_TEXTS.get(layer.driver, {}),
        )  # fmt: skip
        codes = _codes(layer, table)
    except (RuntimeError, ValueError, OSError) as error:
        raise unreadable(name, error) from None
    rows = layer.rows if not table.num_columns else table.num_rows
    if layer.driver in _COUNTED and rows != layer.rows:
        found = f"文件不完整,应有 {layer.rows} 行而只读到 {rows} 行 / cut off or damaged, {rows} of {layer.rows} rows"
        raise InputError([Fault(name, found, "", "请提供方重新发送 / have the sender send it again")])
    cut, odd = cut_texts(layer.path, layer.table, wanted), _odd(layer, own)
    cells: dict[int, Cells] = {}
    findings: list[tuple[int | None, Finding]] = []
    for at, field in own.items():
        if field in codes or at in odd:
            cells[at] = codes[field] if field in codes else odd[at]
        else:
            cells[at] = _plain(layer, table, field, name, is_cut=at in cut)
        if field in codes and at < len(layer.fields):
            kind = codes.get(layer.domains.subtype) if layer.domains.by_subtype else None
            cells[at], finding = meant(field, codes[field], layer.domains, kind)
            findings += [(at, finding)] if finding is not None else []
    findings += cut_findings(cut, cells)
    numbers = np.arange(1, rows + 1, dtype=np.int64)
    content = Content(cells, numbers, findings=findings, remarks=layer.told.remarks(wanted, layer.fields))
    if not geometry:
        return content
    wkb = table.column(meta["geometry_name"] or "wkb_geometry").to_numpy()
    return replace(content, wkb=wkb, straight=lambda: _straight(layer, name))


def _odd(layer: _Layer, wanted: Mapping[int, str]) -> dict[int, Cells]:
    """Return the fields in which some cell is not of the type of its field, as they stand in the file."""
    if layer.driver == "GPKG":
        return package_cells(layer.path, layer.name, wanted)
    return table_cells(layer.path, layer.table, [*wanted]) if layer.driver == "ESRI Shapefile" else {}


def _plain(layer: _Layer, table: pa.Table, field: str, name: str, *, is_cut: bool) -> Cells:
    column = table.column(field)
    if field in layer.days and pa.types.is_string(column.type):
        return moment_cells(column, name)
    if layer.codec and (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return arrow_cells(_recoded(column, layer.codec))
    return layer_cells(column, name, is_cut=is_cut)


def _kinds(layer: _Layer, fields: Sequence[str]) -> list[str]:
    """Return the field of subtypes where some wanted field means different things in each."""
    domains = layer.domains
    split = {field for mine in domains.by_subtype.values() for field in mine}
    return [domains.subtype] if domains.subtype in layer.fields and split & set(fields) else []


def _codes(layer: _Layer, table: pa.Table) -> dict[str, Cells]:
    """Return the fields of codes as they stand; Arrow hands whole-number codes over without those unknown to GDAL."""
    import pyogrio.raw

    found: dict[str, Cells] = {}
    for field in layer.coded:
        if field not in table.column_names:
            continue
        column = table.column(field)
        if pa.types.is_dictionary(column.type):
            values = pyogrio.raw.read(layer.path, layer=layer.name, columns=[field], read_geometry=False)[3][0]
            column = pa.array(values, from_pandas=True)
        found[field] = arrow_cells(column)
    return found


def _straight(layer: _Layer, name: str) -> npt.NDArray[np.object_]:
    """Return the geometries with arcs as chords."""
    import pyogrio.raw

    try:
        with fine_arcs():
            shapes: npt.NDArray[np.object_] = pyogrio.raw.read(layer.path, layer=layer.name, columns=[])[2]
    except (RuntimeError, ValueError, OSError) as error:
        raise unreadable(name, error) from None
    return shapes


def _complete(path: Path, name: str) -> None:
    missing = [suffix for suffix in (".shx", ".dbf") if sibling(path, suffix) is None]
    if missing:
        found = f"缺少同名文件 / side files are missing: {', '.join(missing)}"
        raise InputError([Fault(name, found, ".shp .shx .dbf .prj", "补齐后再运行 / supply them")])
