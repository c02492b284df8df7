"""Write many texts compactly: their lengths, the letters they use, and the place of each letter among these.

Letters are the units of the browser's strings (UTF-16), the commonest first: nearly all of a county's names fit into
one byte each. Texts of one length, such as codes, are written letter by letter: all first letters, all second ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.cartography.parcel_layer.planes import Whole, bytes_of, planes

UNITS: Final = 2**16
LONGEST: Final = 2**29 - UNITS
"""Letters a string of the browser can hold."""


@dataclass(frozen=True)
class Packed:
    """What something became: its line in the header, and its streams of bytes."""

    head: dict[str, Any]
    streams: list[bytes] = field(default_factory=list)
    read: Any = None
    """The values as a reader has them, row by row, of numbers and codes."""


def pack_texts(values: pd.Series) -> Packed:
    """Return the texts as three streams: length of each plus one (0 = unknown), letters, places of the letters."""
    lengths, units = _units(values)
    if len(units) > LONGEST:
        raise ValueError(f"{len(units):,} letters in one column are more than a browser can hold")
    counts = np.bincount(units, minlength=UNITS)
    letters = np.argsort(-counts, kind="stable")[: int(np.count_nonzero(counts))]
    place = np.zeros(UNITS, dtype=np.int64)
    place[letters] = np.arange(len(letters))
    found = place[units]
    known = lengths[lengths > 1]
    even = int(known[0]) - 1 if len(known) > 1 and (known == known[0]).all() else 0
    if even:
        found = found.reshape(-1, even).T.ravel()
    head = {"lengths": bytes_of(lengths), "letters": len(letters), "width": bytes_of(found), "even": even}
    return Packed(head, [planes(lengths), planes(letters.astype(np.int64), 2), planes(found)])


def as_plain(one: Any) -> str:
    """Return anything as text; half characters, which no file can hold, become question marks."""
    text = one if isinstance(one, str) else _said(one)
    return text.encode("utf-8", "replace").decode("utf-8")


def _said(one: Any) -> str:
    if isinstance(one, bool | np.bool_):
        return "true" if one else "false"
    if isinstance(one, pd.Timestamp) and one == one.normalize():
        return str(one.date())
    return str(one)


def _units(values: pd.Series) -> tuple[Whole, Whole]:
    """Return the length of each text plus one (0 = unknown), and the units of all texts in one piece."""
    import pyarrow.compute as pc

    texts = arrow_texts(values)
    known = ~np.asarray(pc.is_null(texts))
    filled = pc.fill_null(texts, "")
    joined = "".join(filled.to_pylist())
    units = np.frombuffer(joined.encode("utf-16-le"), dtype="<u2").astype(np.int64)
    lengths = np.asarray(pc.utf8_length(filled)).astype(np.int64)
    if len(units) > lengths.sum():  # characters of two units: counted by the bytes that begin them
        _, offsets, content = filled.buffers()
        ends = np.frombuffer(offsets, dtype=np.int64)[: len(filled) + 1]
        wide = np.cumsum(np.frombuffer(content, dtype=np.uint8)[: ends[-1]] >= 0xF0)
        lengths = lengths + np.diff(np.concatenate([[0], wide])[ends])
    return np.where(known, lengths + 1, 0), units


def arrow_texts(values: pd.Series) -> Any:
    """Return the values as Arrow texts; what is no text is written as text."""
    import pyarrow as pa

    plain = values.astype(object).where(values.notna(), None).to_numpy(dtype=object)
    try:
        return pa.array(plain, type=pa.large_string())
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        return pa.array([None if one is None else as_plain(one) for one in plain], type=pa.large_string())
