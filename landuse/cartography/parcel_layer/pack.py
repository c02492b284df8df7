"""Pack parcels into few bytes that a browser unpacks: geometry and columns, gzip; pure, same input same bytes.

Layout before gzip: `MAGIC`, length of the header (4 bytes, little end first), header (JSON), then the streams one
after the other, of the lengths the header names. `codec.js` is its reader.
"""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.cartography.parcel_layer.columns import ColumnSpec, guess_specs, pack_column
from landuse.cartography.parcel_layer.shapes import pack_shapes
from landuse.cartography.parcel_layer.texts import Packed
from landuse.tables import Geometries

MAGIC: Final = b"LUPARC01"
"""Name and version of the layout."""
LEVEL: Final = 6
"""Effort of gzip: 9 takes ten times as long for one part in fifty."""
SHORT: Final = 2**10
"""Bytes below which a piece is squeezed with its neighbours."""
END: Final = b"\x03\x00"
"""The last block of deflate, empty."""
GZIP_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Gzip without name, time and operating system: same bytes everywhere."""
LONGEST: Final = 2**32 - 2**20
"""Bytes before gzip that a browser can address."""


def pack(geometry: Geometries | None, table: pd.DataFrame, specs: Sequence[ColumnSpec] | None = None) -> bytes:
    """Return parcels as gzip bytes for `landuse.decode` of codec.js, which gives the rows back in the table's order.

    Parameters
    ----------
    geometry
        Polygons in longitude and latitude, one per row, None or empty where there is none; None = a table alone.
    specs
        The columns to carry and how; None = all, as `guess_specs` finds best.

    Raises
    ------
    ValueError
        Geometry that is no polygon or lies nowhere, infinite numbers, codes without a word, or too many bytes.
    """
    if geometry is not None and len(geometry) != len(table):
        raise ValueError(f"{len(geometry)} geometries for {len(table)} rows")
    shapes = None if geometry is None else pack_shapes(geometry)
    order = np.arange(len(table)) if shapes is None else shapes.order
    columns = _columns(table, guess_specs(table) if specs is None else specs, order)
    streams = [] if shapes is None else list(shapes.streams)
    for column in columns:
        streams += column.streams
    header = {
        "rows": len(table),
        "shapes": None if shapes is None else shapes.head,
        "columns": [{**column.head, "streams": len(column.streams)} for column in columns],
        "lengths": [len(stream) for stream in streams],
    }
    text = json.dumps(header, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return squeezed([MAGIC, struct.pack("<I", len(text)), text, *streams])


def as_text(packed: bytes) -> str:
    """Return packed bytes as base64, for a script element of a page."""
    return base64.b64encode(packed).decode("ascii")


def squeezed(pieces: Iterable[bytes]) -> bytes:
    """Return pieces of bytes as one gzip stream, the same everywhere.

    Each long piece is squeezed by itself, by copies of earlier bytes or by how often each byte is met, whichever is
    shorter: the lowest bytes of coordinates and amounts repeat nothing, and looking for copies makes them longer.
    """
    check, size, made, waiting = 0, 0, [GZIP_HEAD], b""
    for piece in pieces:
        check, size = zlib.crc32(piece, check), size + len(piece)
        if len(piece) < SHORT:
            waiting += piece
            continue
        made += [_block(waiting), _block(piece)]
        waiting = b""
    if size > LONGEST:
        raise ValueError(f"{size:,} bytes are more than a browser can unpack: carry fewer columns")
    made += [_block(waiting), END, struct.pack("<II", check, size)]
    return b"".join(made)


def _block(piece: bytes) -> bytes:
    """Return a piece as blocks of deflate that end on a whole byte and are not the last."""
    if not piece:
        return b""
    made = []
    for strategy in (
        (zlib.Z_DEFAULT_STRATEGY, zlib.Z_HUFFMAN_ONLY) if len(piece) >= SHORT else (zlib.Z_DEFAULT_STRATEGY,)
    ):
        squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, strategy)
        made.append(squeeze.compress(piece) + squeeze.flush(zlib.Z_SYNC_FLUSH))
    return min(made, key=len)


def _columns(
    table: pd.DataFrame, specs: Sequence[ColumnSpec], order: np.ndarray[Any, np.dtype[np.int64]]
) -> list[Packed]:
    """Return the columns in the order of their specs; those that are guessed from others are packed after these."""
    made: dict[str, Packed] = {}
    known: dict[str, Any] = {}
    for spec in sorted(specs, key=lambda one: (one.sentences, bool(one.like))):
        made[spec.name] = pack_column(table[spec.name], spec, order, known)
        if made[spec.name].read is not None:
            known[spec.name] = made[spec.name].read
    return [made[spec.name] for spec in specs]
