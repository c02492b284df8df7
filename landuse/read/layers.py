"""List the layers of any file with geometry, before anybody has said which of them is meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pyarrow.parquet as pq

from landuse.read.boundary_lines import is_boundary
from landuse.read.boundary_txt import boundary_layers
from landuse.read.columnar import open_parquet
from landuse.read.drawing import drawing_layers, is_drawing
from landuse.read.geodatabase import check_geodatabase
from landuse.read.hostile import guard_file, guard_json
from landuse.read.keyhole import is_kml, kml_layers
from landuse.read.opening import BOOK_MAGIC, HEAD, VECTOR_MAGIC, guard_layer
from landuse.read.surveys import whole
from landuse.read.vector import LayerInfo, vector_layers
from landuse.read.zipped import is_archive, titles_in, unpack


def layers_of(path: Path) -> tuple[LayerInfo, ...]:
    """Return the layers that `layer` may name in the project file; none of a workbook or a table of text.

    Raises
    ------
    InputError
        The file cannot be read, its encoding cannot be decided, or it contradicts itself.
    """
    name = path.name
    guard_file(path, name)
    if path.is_dir():
        check_geodatabase(path, name)
        return vector_layers(path, name)
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if head.startswith(b"PAR1"):
        return _columnar(path, name)
    if path.suffix.lower() == ".dbf" or head.startswith(VECTOR_MAGIC):
        guard_layer(path, head, name)
        return vector_layers(path, name)
    if head.startswith(BOOK_MAGIC):
        return _packed(path, name) if is_archive(path) else ()
    return _text(path, head, name)


def _text(path: Path, head: bytes, name: str) -> tuple[LayerInfo, ...]:
    """Return the layers of a text; a table of text is not read for it."""
    if is_drawing(head):
        return drawing_layers(path, whole(path, name), name)
    if is_boundary(head):
        return boundary_layers(whole(path, name), name)
    if is_kml(head):
        return kml_layers(whole(path, name), name)
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
        return ()
    guard_json(path, name)
    return vector_layers(path, name)


def _columnar(path: Path, name: str) -> tuple[LayerInfo, ...]:
    source = open_parquet(path, name=name)
    rows = pq.ParquetFile(path).metadata.num_rows
    return (LayerInfo(path.stem, "Geometry" if source.has_geometry else None, source.headers, rows, source.crs),)


def _packed(path: Path, name: str) -> tuple[LayerInfo, ...]:
    """Return what an archive holds; a file with one layer goes by the name of the file."""
    found: list[LayerInfo] = []
    for title in titles_in(path, name):
        unpacked = unpack(path, title, name)
        layers = layers_of(unpacked.path)
        stem = PurePosixPath(title).stem
        found += [replace(layer, name=stem) for layer in layers] if len(layers) == 1 else layers
    return tuple(found)
