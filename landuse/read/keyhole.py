"""Read KML: every placemark of a folder a row, with the fields it carries; nothing it points to is fetched."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final
from xml.parsers import expat

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from landuse.errors import Fault, InputError
from landuse.read.encoding import text_encoding
from landuse.read.plain_xml import ENCODING, DoctypeError, decoded_pieces, local, walk_xml
from landuse.read.source import Cells, Content, Remark, Source
from landuse.read.vector import LayerInfo, choose_layer
from landuse.settings import InputEntry

NAME, DESCRIPTION = "name", "description"
_ROOT: Final = re.compile(rb"<(?:\w+:)?kml[\s>]")
_COMMA: Final = re.compile(r"\s*,\s*")
_CONTAINERS: Final = frozenset({"Document", "Folder"})
_DAMAGED: Final = b"\xff"
_DEEPEST: Final = 100
"""Elements inside one another in a placemark (inclusive); a polygon in two collections needs eight."""


class _DeepError(ValueError):
    """The elements of a placemark are nested deeper than any program draws them."""


@dataclass
class Folder:
    """The placemarks that stand directly in one folder."""

    title: str
    fields: dict[str, None] = field(default_factory=dict)
    """Names of the fields in the order in which they are met."""
    rows: list[dict[str, str]] = field(default_factory=list)
    shapes: list[Any] = field(default_factory=list)
    """WKB; None where a placemark has no geometry."""


@dataclass
class _Walk:
    """What is open while the text goes by."""

    folders: dict[tuple[str, ...], Folder] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    builder: ET.TreeBuilder | None = None
    tags: list[str] = field(default_factory=list)
    inside: int = 0
    """Elements that are open inside a placemark."""
    text: str = ""
    links: int = 0


def is_kml(data: bytes) -> bool:
    """Say whether the bytes of a text are XML, and KML."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"<") and _ROOT.search(start) is not None


def open_kml(data: bytes, entry: InputEntry, *, name: str, geometry: bool) -> Source:
    """Return a folder of a KML file with its headers known.

    Its coordinates are degrees of a system that nobody can know: KML says WGS 84, Chinese map programs write GCJ-02
    into it. So it states no CRS.

    Raises
    ------
    InputError
        Not well-formed, with a document type, in an unknown encoding, or several folders and none named.
    """
    folders, links, codec = _folders(data, entry.encoding, name)
    kinds = [(title, "Geometry" if any(folder.shapes) else None) for title, folder in folders.items()]
    layer = choose_layer(kinds, entry.layer, stem="", name=name, geometry=geometry)
    folder = folders[layer]
    headers = tuple(folder.fields)
    remarks = (Remark("KML_LINK", str(links)),) if links else ()

    def read(wanted: Sequence[int], with_geometry: bool) -> Content:  # noqa: FBT001
        cells = {at: _cells([row.get(headers[at]) for row in folder.rows]) for at in wanted}
        wkb = _objects(folder.shapes) if with_geometry else None
        return Content(cells, np.arange(1, len(folder.rows) + 1, dtype=np.int64), wkb, remarks=tuple(remarks))

    return Source(
        file=name, sheet=layer if len(folders) > 1 else "", headers=headers, read=read,
        has_geometry=any(shape is not None for shape in folder.shapes), encoding=codec,
    )  # fmt: skip


def kml_layers(data: bytes, name: str) -> tuple[LayerInfo, ...]:
    """Return the folders of a KML file that hold placemarks.

    Raises
    ------
    InputError
        As `open_kml`.
    """
    folders, _, _ = _folders(data, None, name)
    return tuple(
        LayerInfo(title, "Geometry" if any(folder.shapes) else None, tuple(folder.fields), len(folder.rows), None)
        for title, folder in folders.items()
    )


def _folders(data: bytes, declared: str | None, name: str) -> tuple[dict[str, Folder], int, str]:
    """Return the folders that hold placemarks by name, the number of links to other files, and the codec."""
    stated = ENCODING.search(data[:200])
    decided = text_encoding(data, declared=declared or (stated[1].decode() if stated else None), where=name)
    walk = _Walk()
    try:
        texts = decoded_pieces(data, decided.codec, decided.skip)
        walk_xml(
            texts, lambda tag, _: _start(walk, tag, _), lambda tag: _end(walk, tag), lambda said: _said(walk, said)
        )
    except DoctypeError:
        found = "XML 里有 DOCTYPE(实体),不读 / the XML declares a DOCTYPE (entities) and is refused"
        raise InputError([Fault(name, found, "KML", "从原软件重新导出 / export it again")]) from None
    except _DeepError:
        found = "KML 里的元素嵌套过深,不读 / the elements of the KML are nested too deep, it is refused"
        raise InputError([Fault(name, found, "KML", "从原软件重新导出 / export it again")]) from None
    except expat.ExpatError as error:
        found = f"KML 不完整或写法有误 / KML cut off or not well-formed: {error}"
        raise InputError([Fault(name, found, "KML", "从原软件重新导出 / export it again")]) from None
    used = {path: folder for path, folder in walk.folders.items() if folder.rows}
    ends = [path[-1] if path else "" for path in used]
    unique = len(set(ends)) == len(ends) and all(ends)
    titles = ends if unique else ["/".join(path) or "-" for path in used]
    return dict(zip(titles, used.values(), strict=True)), walk.links, decided.codec


# ---------------------------------------------------------------------------------------- while it goes by


def _start(walk: _Walk, tag: str, attributes: dict[str, str]) -> None:
    kind = local(tag)
    walk.text = ""
    if walk.builder is None and kind == "Placemark":
        walk.builder = ET.TreeBuilder()
    if walk.builder is not None:
        walk.inside += 1
        if walk.inside > _DEEPEST:
            raise _DeepError
        walk.builder.start(kind, {local(key): value for key, value in attributes.items()})
        return
    walk.tags.append(kind)
    walk.path += [""] if kind in _CONTAINERS else []
    walk.links += kind == "NetworkLink"


def _end(walk: _Walk, tag: str) -> None:
    kind = local(tag)
    if walk.builder is not None:
        walk.inside -= 1
        walk.builder.end(kind)
        if kind == "Placemark":
            place = tuple(walk.path)
            folder = walk.folders.setdefault(place, Folder(place[-1] if place else ""))
            _add(folder, walk.builder.close())
            walk.builder = None
        return
    walk.tags.pop()
    if kind == "name" and walk.tags and walk.tags[-1] in _CONTAINERS:
        walk.path[-1] = walk.text.strip()
    elif kind in _CONTAINERS:
        walk.path.pop()


def _said(walk: _Walk, text: str) -> None:
    if walk.builder is not None:
        walk.builder.data(text)
    else:
        walk.text += text


def _add(folder: Folder, mark: ET.Element) -> None:
    """Add one placemark to the folder it stands in."""
    row = {each: (mark.findtext(each) or "").strip() for each in (NAME, DESCRIPTION)}
    row |= {key: value for key, value in _table(row[DESCRIPTION]) if key not in row}
    for element in mark.iter():
        if element.tag in {"Data", "SimpleData"}:
            title = element.get("name", "")
            said = element.findtext("value") if element.tag == "Data" else element.text
            row[sys.intern(f"{title}:数据" if title in (NAME, DESCRIPTION) else title)] = (said or "").strip()
    folder.fields |= dict.fromkeys(key for key in row if key)
    folder.rows.append(row)
    folder.shapes.append(_shape(mark))


# ------------------------------------------------------------------------------------------------ shapes


def _shape(mark: ET.Element) -> bytes | None:
    """Return the geometry of a placemark as WKB, damaged where it cannot be read; None where there is none."""
    try:
        shapes = [_one(element) for element in _geometries(mark)]
        if not shapes:
            return None
        return bytes(shapely.to_wkb(shapes[0] if len(shapes) == 1 else _together(shapes)))
    except (ValueError, shapely.errors.GEOSException):
        return _DAMAGED


def _geometries(element: ET.Element) -> Iterator[ET.Element]:
    for child in element:
        if child.tag in {"Polygon", "LineString", "LinearRing", "Point"}:
            yield child
        elif child.tag == "MultiGeometry":
            yield from _geometries(child)


def _one(element: ET.Element) -> Any:
    if element.tag == "Polygon":
        shells = [_numbers(ring) for ring in element.findall("outerBoundaryIs/LinearRing")]
        holes = [_numbers(ring) for ring in element.findall("innerBoundaryIs/LinearRing")]
        if len(shells) != 1:
            raise ValueError
        return shapely.Polygon(shells[0], holes)
    numbers = _numbers(element)
    return shapely.Point(numbers[0]) if element.tag == "Point" else shapely.LineString(numbers)


def _numbers(element: ET.Element) -> list[tuple[float, float]]:
    """Return the coordinates of a line without heights; spaces after commas are met too."""
    text = _COMMA.sub(",", (element.findtext("coordinates") or "").strip())
    pairs = [part.split(",") for part in text.split()]
    if not pairs or any(len(pair) not in (2, 3) for pair in pairs):
        raise ValueError
    return [(float(pair[0]), float(pair[1])) for pair in pairs]


def _together(shapes: Sequence[Any]) -> Any:
    kinds = {shape.geom_type for shape in shapes}
    return shapely.MultiPolygon(shapes) if kinds == {"Polygon"} else shapely.GeometryCollection(list(shapes))


# ------------------------------------------------------------------------------------------------ fields


class _Rows(HTMLParser):
    """Collects the cells of a table row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._is_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
            self._is_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr"}:
            self._is_cell = False

    def handle_data(self, data: str) -> None:
        if self._is_cell:
            self.rows[-1][-1] += data


def _table(text: str) -> list[tuple[str, str]]:
    """Return the fields that ArcGIS writes into a description: rows of two cells, name and value."""
    if "<t" not in text.lower():
        return []
    parser = _Rows()
    parser.feed(text)
    pairs = [[cell.strip() for cell in row] for row in parser.rows]
    return [(pair[0], "" if pair[1] == "<Null>" else pair[1]) for pair in pairs if len(pair) == 2 and pair[0]]


def _cells(texts: Sequence[str | None]) -> Cells:
    return Cells(len(texts), text=pa.array([text or None for text in texts], pa.large_string()))


def _objects(values: Sequence[Any]) -> npt.NDArray[np.object_]:
    result = np.empty(len(values), dtype=object)
    for at, value in enumerate(values):
        result[at] = value
    return result
