"""Write the columns of a parcel table compactly: numbers, codes into a list of words, free texts; unknown stays so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from landuse.cartography.parcel_layer.planes import bytes_of, planes

Kind = Literal["number", "text", "code"]
Order = np.ndarray[Any, np.dtype[np.int64]]
MOST_DECIMALS: Final = 6
"""Decimals that are tried before a number is kept bit by bit."""
EXACT: Final = 2**53
"""Whole numbers below it are exact in the browser."""
FOUR_BYTES: Final = 0xF0
"""First byte of a character that takes four bytes in UTF-8 and two units in the browser."""


@dataclass(frozen=True)
class ColumnSpec:
    """How one column is carried."""

    name: str
    """Column of the table."""
    kind: Kind
    """number; code = one of few words; text = any text."""
    decimals: int | None = None
    """Decimals of a number, rounded half away from zero; None = as many as it has, no digit lost."""
    words: tuple[str, ...] = ()
    """Words of a code in their order; a column of whole numbers points into them. Others follow as they appear."""


@dataclass(frozen=True)
class Packed:
    """What one column became: its line in the header, and its streams of bytes."""

    head: dict[str, Any]
    streams: list[bytes] = field(default_factory=list)


def guess_specs(table: pd.DataFrame) -> tuple[ColumnSpec, ...]:
    """Return how each column of any table is best carried: numbers exactly, repeated texts as codes."""
    return tuple(ColumnSpec(str(name), _guess_kind(table[name])) for name in table.columns)


def pack_column(values: pd.Series, spec: ColumnSpec, order: Order) -> Packed:
    """Return one column in the order of drawing.

    Parameters
    ----------
    order
        Place of drawing -> row of the table.

    Raises
    ------
    ValueError
        A number is infinite; a code points outside its words.
    """
    packers = {"number": _number, "text": _text, "code": _code}
    return packers[spec.kind](values, spec, order)


# ------------------------------------------------------------------------------------------------ numbers


def _number(values: pd.Series, spec: ColumnSpec, order: Order) -> Packed:
    numbers = values.to_numpy(dtype=float, na_value=np.nan)[order]
    if np.isinf(numbers).any():
        raise ValueError(f"column {spec.name}: infinite numbers cannot be shown; make them unknown (NaN)")
    head: dict[str, Any] = {"name": spec.name, "kind": "number"}
    decimals = _decimals(numbers) if spec.decimals is None else spec.decimals
    whole = _whole(numbers, decimals) if decimals is not None else None
    if whole is None:
        bits = np.where(np.isnan(numbers), np.nan, numbers + 0.0).view(np.uint8).reshape(-1, 8)
        return Packed({**head, "form": "bits"}, [np.ascontiguousarray(bits.T).tobytes()])
    known = ~np.isnan(numbers)
    lowest = int(whole[known].min()) if known.any() else 0
    stored = np.where(known, whole - lowest + 1, 0)
    return Packed({**head, "decimals": decimals, "lowest": lowest, "width": bytes_of(stored)}, [planes(stored)])


def _decimals(numbers: np.ndarray[Any, np.dtype[np.float64]]) -> int | None:
    """Return the fewest decimals that give every number back to the last bit; None where none do."""
    known = numbers[~np.isnan(numbers)]
    for decimals in range(MOST_DECIMALS + 1):
        whole = np.rint(known * 10.0**decimals)
        if (np.abs(whole) < EXACT).all() and np.array_equal(whole / 10.0**decimals, known):
            return decimals
    return None


def _whole(numbers: np.ndarray[Any, np.dtype[np.float64]], decimals: int) -> Order | None:
    """Return the numbers times ten to the decimals, half away from zero, 0 where unknown; None beyond exact ones."""
    scaled = np.where(np.isnan(numbers), 0.0, np.abs(numbers) * 10.0**decimals)
    if len(scaled) and scaled.max() >= EXACT / 4:
        return None
    whole: Order = np.where(np.signbit(numbers), -1, 1) * np.floor(scaled + 0.5 + 1e-9).astype(np.int64)
    return whole


# ------------------------------------------------------------------------------------------------ words


def _code(values: pd.Series, spec: ColumnSpec, order: Order) -> Packed:
    codes, words = _codes(values, spec)
    width = next(width for width in (1, 2, 4) if len(words) < 256**width)
    stored = np.where(codes < 0, 256**width - 1, codes)[order]
    lengths, pool = _pool(pd.Series(list(words), dtype=object))
    head = {"name": spec.name, "kind": "code", "width": width, "words": len(words), "lengths": bytes_of(lengths)}
    return Packed(head, [planes(stored, width), planes(lengths), pool])


def _codes(values: pd.Series, spec: ColumnSpec) -> tuple[Order, Sequence[str]]:
    if spec.words and pd.api.types.is_integer_dtype(values.dtype):
        codes = values.astype("Int64").fillna(-1).to_numpy(dtype=np.int64)
        if len(codes) and (codes.max() >= len(spec.words) or codes.min() < -1):
            raise ValueError(f"column {spec.name}: a code lies outside the {len(spec.words)} words given")
        return np.asarray(codes, dtype=np.int64), spec.words
    found, uniques = pd.factorize(values.astype(object).where(values.notna(), None))
    names = [_plain(unique) for unique in uniques]
    words = list(dict.fromkeys([*spec.words, *names]))
    place = {word: at for at, word in enumerate(words)}
    translated: Order = np.array([*(place[name] for name in names), -1], dtype=np.int64)
    return np.asarray(translated[found], dtype=np.int64), words


# ------------------------------------------------------------------------------------------------ texts


def _text(values: pd.Series, spec: ColumnSpec, order: Order) -> Packed:
    lengths, pool = _pool(values.iloc[order])
    return Packed({"name": spec.name, "kind": "text", "lengths": bytes_of(lengths)}, [planes(lengths), pool])


def _pool(values: pd.Series) -> tuple[Order, bytes]:
    """Return the length of each text plus one (0 = unknown), and all texts in one piece of UTF-8.

    Lengths count the units of the browser's strings (UTF-16), so that it decodes the piece once and cuts it up.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = _arrow(values)
    known = ~np.asarray(pc.is_null(texts))
    filled = pc.fill_null(texts, "").combine_chunks() if isinstance(texts, pa.ChunkedArray) else pc.fill_null(texts, "")
    lengths = np.asarray(pc.utf8_length(filled)).astype(np.int64)
    _, offsets, content = filled.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[filled.offset : filled.offset + len(filled) + 1]
    pool = content.to_pybytes()[ends[0] : ends[-1]] if content is not None and len(filled) else b""
    wide = np.frombuffer(pool, dtype=np.uint8) >= FOUR_BYTES
    if wide.any():
        before = np.concatenate([[0], np.cumsum(wide)])
        lengths = lengths + np.diff(before[ends - ends[0]])
    return np.where(known, lengths + 1, 0), pool


def _arrow(values: pd.Series) -> Any:
    """Return the values as Arrow texts: what is no text is written as text, half characters become '?'."""
    import pyarrow as pa

    plain = values.astype(object).where(values.notna(), None).to_numpy(dtype=object)
    try:
        return pa.array(plain, type=pa.large_string())
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        return pa.array([None if one is None else _plain(one) for one in plain], type=pa.large_string())


def _plain(one: Any) -> str:
    text = one if isinstance(one, str) else _said(one)
    return text.encode("utf-8", "replace").decode("utf-8")


def _said(one: Any) -> str:
    if isinstance(one, bool | np.bool_):
        return "true" if one else "false"
    if isinstance(one, pd.Timestamp) and one == one.normalize():
        return str(one.date())
    return str(one)


def _guess_kind(values: pd.Series) -> Kind:
    dtype = values.dtype
    if pd.api.types.is_bool_dtype(dtype):
        return "code"
    if pd.api.types.is_numeric_dtype(dtype):
        return "number"
    texts = values.astype(object)
    return "code" if 2 * texts.map(_plain, na_action="ignore").nunique() <= len(values) else "text"
