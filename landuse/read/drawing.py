"""Read DXF drawings: closed lines and hatches of one CAD layer are the rows, texts inside them their attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely

from landuse.errors import Fault, InputError
from landuse.read.drawing_shapes import Outlines, is_area, outlines_of
from landuse.read.encoding import codec_of, text_encoding
from landuse.read.findings import Finding
from landuse.read.hostile import guard_blocks
from landuse.read.source import Cells, Content, Source
from landuse.read.vector import LayerInfo, choose_layer, fine_arcs, unreadable
from landuse.settings import InputEntry

TEXT: Final = "Text"
_PLAIN: Final = ("Layer", TEXT, "EntityHandle", "Linetype")
_BEGINS: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:999[ \t]*\r?\n[^\n]*\n\s*)*0[ \t]*\r?\n[ \t]*SECTION\b")
_BINARY: Final = b"AutoCAD Binary DXF"
_VARIABLE: Final = rb"\$%s\s+\d+\s+([^\r\n]+)"
_UNICODE_SINCE: Final = "AC1021"
"""From this version on (AutoCAD 2007) a drawing is written in UTF-8, whatever code page it names."""
_PAGES: Final = frozenset({"ANSI_936", "ANSI936", "GB2312", "GBK", "GB18030", "ANSI_950", "BIG5", "UTF-8", "UTF8"})
"""Code pages that mean something; ANSI_1252 and others are written by habit."""
_MULTIBYTE: Final = re.compile(r"\\M\+([1-5])([0-9A-Fa-f]{4})")
_MULTIBYTE_PAGES: Final = {"1": "cp932", "2": "cp950", "3": "cp949", "4": "johab", "5": "gb18030"}
_SHOWN: Final = 3


@dataclass(frozen=True)
class Drawing:
    """All entities of the model space of a drawing."""

    frame: pd.DataFrame
    """Layer, Text, EntityHandle, Linetype, RawCodeValues."""
    shapes: npt.NDArray[np.object_]
    codec: str

    @property
    def layers(self) -> dict[str, npt.NDArray[np.bool_]]:
        """Return the layers with closed lines, hatches or other areas, and which entities are theirs."""
        names = self.frame["Layer"].to_numpy()
        return {name: names == name for name in dict.fromkeys(names[is_area(self.shapes)])}

    @property
    def texts(self) -> pd.DataFrame:
        """Return the texts with their layer and place."""
        is_text = (shapely.get_type_id(self.shapes) == 0) & self.frame[TEXT].notna().to_numpy()
        points = self.shapes[is_text]
        found = self.frame.loc[is_text, ["Layer", TEXT]].assign(x=shapely.get_x(points), y=shapely.get_y(points))
        found[TEXT] = [_plain(text) for text in found[TEXT]]
        texts: pd.DataFrame = found[found[TEXT] != ""].reset_index(drop=True)
        return texts


def is_drawing(head: bytes) -> bool:
    """Say whether a file begins as a DXF drawing, plain or binary."""
    return head.startswith(_BINARY) or _BEGINS.match(head) is not None


def open_drawing(path: Path, data: bytes, entry: InputEntry, *, name: str) -> Source:
    """Return one layer of a drawing with its headers known; a drawing states no CRS.

    Parameters
    ----------
    data
        The bytes of the file.

    Raises
    ------
    InputError
        Cut off, binary, in an encoding that cannot be decided, or several layers with areas and none named.
    """
    drawing = read_drawing(path, data, entry.encoding, name)
    layers = drawing.layers
    layer = choose_layer([(each, "Polygon") for each in layers], entry.layer, stem=path.stem, name=name, geometry=True)
    outlines, columns, doubts = _rows(drawing, layers[layer])
    headers = tuple(columns)
    findings = [(headers.index(title), finding) for title, finding in doubts]

    def read(wanted: Sequence[int], with_geometry: bool) -> Content:  # noqa: FBT001
        cells = {number: _cells(columns[headers[number]]) for number in wanted}
        wkb = np.asarray(shapely.to_wkb(outlines.shapes), dtype=object) if with_geometry else None
        rows = np.arange(1, len(outlines.shapes) + 1, dtype=np.int64)
        told = [*findings, *((None, finding) for finding in outlines.findings)]
        return Content(cells, rows, wkb, findings=told, remarks=outlines.remarks)

    return Source(file=name, sheet=layer, headers=headers, read=read, has_geometry=True, encoding=drawing.codec)


def drawing_layers(path: Path, data: bytes, name: str) -> tuple[LayerInfo, ...]:
    """Return the layers of a drawing that hold areas.

    Raises
    ------
    InputError
        As `open_drawing`.
    """
    drawing = read_drawing(path, data, None, name)
    found = []
    for layer, mine in drawing.layers.items():
        outlines, columns, _ = _rows(drawing, mine)
        found.append(LayerInfo(layer, "Polygon", tuple(columns), len(outlines.shapes), None))
    return tuple(found)


def read_drawing(path: Path, data: bytes, declared: str | None, name: str) -> Drawing:
    """Return the entities of a drawing, arcs as chords, blocks taken apart.

    Raises
    ------
    InputError
        As `open_drawing`; its blocks unfold into more than anybody drew.
    """
    import pyogrio.raw

    if data.startswith(_BINARY):
        found = "是二进制 DXF / a binary DXF"
        do = "在 CAD 中另存为 ASCII DXF / save it as ASCII DXF"
        raise InputError([Fault(name, found, "ASCII DXF", do)])
    if not data.rstrip(b"\0\x1a \r\n\t").endswith(b"EOF"):
        found = "DXF 不完整,没有结束标记 EOF / the DXF is cut off: no EOF"
        raise InputError([Fault(name, found, "DXF", "重新导出或复制 / export or copy it again")])
    guard_blocks(data, name)
    codec = _codec(data, declared, name)
    options = {"ENCODING": codec.upper(), "CLOSED_LINE_AS_POLYGON": "NO", "INLINE_BLOCKS": "YES"}
    options |= {"MERGE_BLOCK_GEOMETRIES": "NO", "INCLUDE_RAW_CODE_VALUES": "YES"}
    try:
        with fine_arcs():
            meta, _, wkb, fields = pyogrio.raw.read(path, layer="entities", **options)
    except (RuntimeError, ValueError) as error:
        raise unreadable(name, error) from None
    frame = pd.DataFrame(dict(zip(meta["fields"], fields, strict=True)))
    shapes = shapely.force_2d(np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object))
    model = ~(pd.to_numeric(frame["PaperSpace"]).fillna(0) == 1).to_numpy() & ~shapely.is_missing(shapes)
    return Drawing(frame[model].reset_index(drop=True), shapes[model], codec)


def _codec(data: bytes, declared: str | None, name: str) -> str:
    """Return the codec of a drawing: declared, else by its version, else its code page, else by its text."""
    if declared is not None:
        return text_encoding(data, declared=declared, where=name).codec
    version = _variable(data, b"ACADVER")
    if version >= _UNICODE_SINCE and _is_utf8(data):
        return "utf-8"
    page = _variable(data, b"DWGCODEPAGE").upper()
    stated = codec_of(page, name) if page in _PAGES and version < _UNICODE_SINCE else None
    return text_encoding(data, declared=stated, where=name).codec


def _variable(data: bytes, variable: bytes) -> str:
    match = re.search(_VARIABLE % variable, data[:100_000])
    return match[1].strip().decode("ascii", errors="replace") if match else ""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


# ------------------------------------------------------------------------------------------- attributes


def _rows(
    drawing: Drawing, mine: npt.NDArray[np.bool_]
) -> tuple[Outlines, dict[str, list[str | None]], list[tuple[str, Finding]]]:
    """Return the areas of one layer, their columns, and the rows in whose column of texts stand several.

    `Text` holds all texts inside, from the top down; `Text:LAYER` those of one layer, where texts stand in several;
    `APP:n` the n-th string of the extended data that a program (CASS: SOUTH) left at the line.
    """
    at, texts = np.flatnonzero(mine), drawing.texts
    outlines = outlines_of(drawing.shapes[at], shapely.points(texts[["x", "y"]].to_numpy(dtype=float)))
    owners = drawing.frame.iloc[at[outlines.entities]]
    columns: dict[str, list[str | None]] = {title: [_said(v) for v in owners[title]] for title in _PLAIN}
    inside = texts.assign(row=outlines.text_rows)[outlines.text_rows >= 0]
    inside = inside.sort_values(["row", "y", "x"], ascending=[True, False, True])
    doubts = []
    groups = {TEXT: inside}
    names = sorted(set(inside["Layer"]))
    groups |= {f"{TEXT}:{name}": inside[inside["Layer"] == name] for name in names if len(names) > 1}
    for title, group in groups.items():
        columns[title], several = _joined(group, len(owners))
        doubts += [(title, several)] if several is not None else []
    raw = owners["RawCodeValues"].tolist() if "RawCodeValues" in owners else []
    return outlines, {**columns, **_extended(raw)}, doubts


def _joined(texts: pd.DataFrame, size: int) -> tuple[list[str | None], Finding | None]:
    """Return the texts of each row as one, and the rows that hold several."""
    column: list[str | None] = [None] * size
    grouped = texts.groupby("row", sort=True)[TEXT].agg(list)
    for row, said in grouped.items():
        column[int(row)] = " ".join(said)  # type: ignore[call-overload]
    several = grouped[grouped.map(len) > 1]
    if several.empty:
        return column, None
    shown = [" | ".join(said[:_SHOWN]) + (" …" if len(said) > _SHOWN else "") for said in several]
    return column, Finding("DRAWING_TEXTS", several.index.to_numpy(dtype=np.int64), shown)


def _extended(raw: Sequence[Any]) -> Mapping[str, list[str | None]]:
    """Return the strings of extended data by program and number."""
    columns: dict[str, list[str | None]] = {}
    for row, codes in enumerate(raw):
        program, number = "", 0
        for code in () if codes is None else codes:
            kind, _, text = str(code).partition(" ")
            if kind == "1001":
                program, number = text.strip(), 0
            elif kind == "1000" and program:
                number += 1
                columns.setdefault(f"{program}:{number}", [None] * len(raw))[row] = _said(text)
    return columns


def _said(value: Any) -> str | None:
    return _plain(value) or None if isinstance(value, str) else None


def _plain(text: str) -> str:
    r"""Return a text on one line, with the characters that old programs write as \M+5D6D0."""

    def character(match: re.Match[str]) -> str:
        return bytes.fromhex(match[2]).decode(_MULTIBYTE_PAGES[match[1]], errors="replace")

    return " ".join(_MULTIBYTE.sub(character, text).split())


def _cells(texts: Sequence[str | None]) -> Cells:
    return Cells(len(texts), text=pa.array(texts, pa.large_string()))
