"""Look into files: every sheet, layer and raster in them, with header rows, encoding and kind of geometry."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from landuse.errors import InputError, in_language
from landuse.parameters.words import both
from landuse.propose.collect import RASTERS, RUN, TEXTS, Found
from landuse.propose.grids import Grid, csv_grid, sheet_grids
from landuse.propose.heads import header_of
from landuse.propose.pieces import Looked, Piece, RasterPiece, Unread
from landuse.propose.rasters import look_at_raster
from landuse.propose.said import said
from landuse.propose.synonyms import is_known
from landuse.read.delimited import open_delimited
from landuse.read.encoding import judge_dbf, judge_text
from landuse.read.header_rows import is_numbering, without_numbers
from landuse.read.hostile import guard_file
from landuse.read.judgement import Evidence, Judgement
from landuse.read.layers import layers_of
from landuse.read.opening import open_source
from landuse.read.sheets import form_header
from landuse.read.source import Source
from landuse.settings import InputEntry
from landuse.tables import from_wkb

BOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""First bytes of a workbook."""
_ONE_LAYER: Final = (".shp", ".dbf", ".parquet")
"""Suffixes of files that are one layer."""
_TEXTS: Final = (".csv", ".tsv")
"""Suffixes of texts that hold no layer."""
HEAD: Final = 32_000_000
"""Bytes of a delimited text that are looked at."""
_SHAPES: Final = {"Polygon": "polygon", "LineString": "line", "Point": "point", "LinearRing": "line"}


def look(found: Found, folder: Path) -> Looked:
    """Return what is in the files; a file that cannot be read is told with its reason.

    Parameters
    ----------
    folder
        Folder of the project file: paths are written relative to it.
    """
    pieces: list[Piece] = []
    rasters: list[RasterPiece] = []
    unread: list[Unread] = []
    for file in found.files:
        path = relative(file, folder)
        try:
            guard_file(file, path)
            if file.suffix.lower() in RASTERS:
                rasters.append(look_at_raster(file, path))
            else:
                found_here = _pieces(file, path)
                for piece in found_here:
                    _ = piece.content  # read once, so that a file that cannot be read is told here
                pieces += found_here
        except InputError as error:
            asked = file in found.named or file.suffix.lower() not in TEXTS
            unread.append(Unread(path, _why(error, file), asked))
    runs = tuple(relative(run, folder) for run in found.runs if (run / RUN).is_file())
    return Looked(tuple(pieces), tuple(rasters), tuple(unread), runs)


def relative(path: Path, folder: Path) -> str:
    """Return a path as the project file writes it: relative where there is a way, with forward slashes."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()


def _opened(file: Path, entry: InputEntry) -> Source:
    """Return what an entry means, opened where the file stands: the folder of the project need not exist yet."""
    source = open_source(entry.model_copy(update={"path": file.name}), file.parent, geometry=False)
    return dataclasses.replace(source, file=entry.path)


def _pieces(file: Path, path: str) -> list[Piece]:
    if file.suffix.lower() in _ONE_LAYER:
        return [_layer(file, path, None)]
    if file.suffix.lower() not in _TEXTS and (layers := layers_of(file)):
        return [_layer(file, path, info.name if len(layers) > 1 else None) for info in layers]
    with file.open("rb") as stream:
        is_book = stream.read(8).startswith(BOOKS)
    return _sheets(file, path) if is_book else [_text(file, path)]


# ---------------------------------------------------------------------------------------------- sheets


def _sheets(file: Path, path: str) -> list[Piece]:
    """Return the visible sheets of a workbook that hold rows."""
    grids = sheet_grids(file)
    if any(str(cell) in both("convert_to_book") for grid in grids[:1] for row in grid.rows[:1] for cell in row[:1]):
        return []  # a project file in its form as a workbook
    shown = [grid for grid in grids if not grid.is_hidden and grid.height > 1]
    hidden = [grid.name for grid in grids if grid.is_hidden and grid.height > 1]
    if not shown:
        shown = [grid for grid in grids if not grid.is_hidden]
    notes = (said("hidden_sheets", sheets="、".join(hidden)),) if hidden else ()
    first = grids[0].default if grids else ""
    pieces = []
    for grid in shown:
        named = grid.name if len(shown) > 1 or grid.name != first else None
        pieces.append(_of_grid(file, path, grid, named).with_notes(*notes))
    return pieces


def _of_grid(file: Path, path: str, grid: Grid, sheet: str | None) -> Piece:
    """Return one sheet, its header rows found by what stands in its first rows."""
    rows = None if form_header(grid.raw()) else header_of(grid.rows, is_known)
    rows = None if rows == (1,) and grid.header in (None, "1") else rows
    entry = InputEntry(path=path, sheet=sheet, header_rows=_written(rows))
    source = _opened(file, entry)
    return Piece(path, file, source, sheet=sheet, header_rows=rows, labels=_labels(source.headers, grid.rows, rows))


def _told(rows: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return header rows as they must be written: not at all where the first row is meant."""
    return None if rows == (1,) else rows


def _written(rows: tuple[int, ...] | None) -> int | tuple[int, ...] | None:
    return rows[0] if rows is not None and len(rows) == 1 else rows


def _labels(headers: Sequence[str], rows: Sequence[Sequence[Any]], numbers: tuple[int, ...] | None) -> tuple[str, ...]:
    """Return the headers without the numbers of the columns, where the lowest header row numbers them."""
    if numbers is None or len(numbers) < 2:
        return tuple(headers)
    last = [str(value).strip().removesuffix(".0") for value in rows[numbers[-1] - 1] if value is not None]
    return without_numbers(headers) if is_numbering(last) else tuple(headers)


def _text(file: Path, path: str) -> Piece:
    """Return a delimited text."""
    with file.open("rb") as stream:
        data = stream.read(HEAD + 1)
    is_cut = len(data) > HEAD
    data = data[:HEAD].rpartition(b"\n")[0] if is_cut else data
    judged = judge_text(data)
    if not judged.is_decided:
        return _undecided(file, path, judged)
    grid = csv_grid(data, path)
    rows = _told(header_of(grid.rows, is_known))
    entry = InputEntry(path=path, header_rows=_written(rows))
    source = open_delimited(data, entry, name=path) if is_cut else _opened(file, entry)
    labels = _labels(source.headers, grid.rows, rows)
    return Piece(path, file, source, header_rows=rows, labels=labels, encoding=judged, is_cut=is_cut)


def _undecided(file: Path, path: str, judged: Judgement) -> Piece:
    """Return a file whose encoding is open as it reads under its likeliest candidate: only its names are used."""
    for candidate in judged.candidates:
        try:
            source = _opened(file, InputEntry(path=path, encoding=candidate.value))
        except InputError:
            continue
        return Piece(path, file, source, labels=source.headers, encoding=judged)
    source = _opened(file, InputEntry(path=path))
    return Piece(path, file, source, labels=source.headers, encoding=judged)


# ---------------------------------------------------------------------------------------------- layers


def _layer(file: Path, path: str, layer: str | None) -> Piece:
    """Return one layer of a file with geometry."""
    judged = judge_dbf(file) if file.suffix.lower() in (".shp", ".dbf") else None
    codec = None
    if judged is not None and not judged.is_decided and judged.candidates:
        codec = judged.candidates[0].value
    source = _opened(file, InputEntry(path=path, layer=layer, encoding=codec))
    return _shaped(Piece(path, file, source, layer=layer, labels=source.headers, encoding=judged))


def _shaped(piece: Piece) -> Piece:
    """Return a piece with its kind of geometry: that of most rows."""
    if not piece.source.has_geometry:
        return piece
    wkb = piece.source.read([], True).wkb  # noqa: FBT003
    shapes = from_wkb(wkb) if wkb is not None else np.zeros(0, dtype=object)
    kinds = shapely.get_type_id(shapes[shapely.is_geometry(shapes)]) if len(shapes) else []
    names = [shapely.GeometryType(int(kind)).name.title().replace("Multi", "") for kind in np.unique(kinds)]
    plain = {name.lower() for name in names}
    shape = "polygon" if plain & {"polygon", "geometrycollection"} else "line" if "linestring" in plain else "point"
    return dataclasses.replace(piece, shape=shape if plain else "polygon")


def _why(error: InputError, file: Path) -> Evidence:
    """Return what was found and what to do of the first fault of an error, without the place of the file."""
    fault = error.faults[0]
    texts = []
    for lang in ("zh", "en"):
        parts = [in_language(text, lang) for text in (fault.found, fault.do) if text]
        texts.append(" → ".join(parts).replace(str(file.resolve()), file.name).replace(str(file), file.name))
    return Evidence(*texts)
