"""Write the columns of a parcel table compactly: numbers, codes into a list of words, free texts; unknown stays so."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from landuse.cartography.parcel_layer.planes import bytes_of, planes
from landuse.cartography.parcel_layer.texts import Packed, as_plain, pack_texts

Kind = Literal["number", "text", "code"]
Order = np.ndarray[Any, np.dtype[np.int64]]
MOST_DECIMALS: Final = 6
"""Decimals that are tried before a number is kept bit by bit."""
EXACT: Final = 2**53
"""Whole numbers below it are exact in the browser."""
QUICK: Final = 1
"""Effort of gzip when two orders are compared."""
LESS: Final = 0.97
"""The order of the table is taken below this share of the other's size: the other needs no sorting when drawn."""


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


def guess_specs(table: pd.DataFrame) -> tuple[ColumnSpec, ...]:
    """Return how each column of any table is best carried: numbers exactly, repeated texts as codes."""
    return tuple(ColumnSpec(str(name), _guess_kind(table[name])) for name in table.columns)


def pack_column(values: pd.Series, spec: ColumnSpec, order: Order) -> Packed:
    """Return one column, in the order of drawing or of the table, whichever takes fewer bytes.

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
    drawn = packers[spec.kind](values.iloc[order], spec)
    listed = packers[spec.kind](values, spec)
    drawn_size, listed_size = (sum(len(zlib.compress(one, QUICK)) for one in made.streams) for made in (drawn, listed))
    if listed_size < LESS * drawn_size:
        return Packed({**listed.head, "listed": True}, listed.streams)
    return drawn


# ------------------------------------------------------------------------------------------------ numbers


def _number(values: pd.Series, spec: ColumnSpec) -> Packed:
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(numbers).any():
        raise ValueError(f"column {spec.name}: infinite numbers cannot be shown; make them unknown (NaN)")
    head: dict[str, Any] = {"name": spec.name, "kind": "number"}
    decimals = _decimals(numbers) if spec.decimals is None else spec.decimals
    whole = _whole(numbers, decimals) if decimals is not None else None
    if whole is None:
        bits = np.where(np.isnan(numbers), np.nan, numbers + 0.0).view(np.uint8).reshape(-1, 8)
        return Packed({**head, "form": "bits"}, [np.ascontiguousarray(bits.T).tobytes()])
    known = ~np.isnan(numbers)
    whole, decimals = _shorter(whole, decimals)
    lowest = int(whole[known].min()) if known.any() else 0
    stored = np.where(known, whole - lowest + 1, 0)
    return Packed({**head, "decimals": decimals, "lowest": lowest, "width": bytes_of(stored)}, [planes(stored)])


def _decimals(numbers: np.ndarray[Any, np.dtype[np.float64]]) -> int | None:
    """Return the fewest decimals that give every number back to the last bit; None where none do."""
    known = numbers[~np.isnan(numbers)]
    known_size = float(np.abs(known).max()) if len(known) else 0.0
    for decimals in range(MOST_DECIMALS + 1):
        if known_size * 10.0**decimals >= EXACT:
            return None
        whole = np.rint(known * 10.0**decimals)
        if np.array_equal(whole / 10.0**decimals, known):
            return decimals
    return None


def _whole(numbers: np.ndarray[Any, np.dtype[np.float64]], decimals: int) -> Order | None:
    """Return the numbers times ten to the decimals, half away from zero, 0 where unknown; None beyond exact ones."""
    sizes = np.abs(np.nan_to_num(numbers))
    if len(sizes) and sizes.max() >= EXACT / 4 / 10.0**decimals:
        return None
    scaled = sizes * 10.0**decimals
    whole: Order = np.where(np.signbit(numbers), -1, 1) * np.floor(scaled + 0.5 + 1e-9).astype(np.int64)
    return whole


def _shorter(whole: Order, decimals: int | None) -> tuple[Order, int]:
    """Return the numbers without the last decimals that none of them has: the same numbers from smaller ones."""
    left = decimals or 0
    while left and not (whole % 10).any():
        whole, left = whole // 10, left - 1
    return whole, left


# ------------------------------------------------------------------------------------------------ words


def _code(values: pd.Series, spec: ColumnSpec) -> Packed:
    codes, words = _codes(values, spec)
    width = next(width for width in (1, 2, 4) if len(words) < 256**width)
    stored = np.where(codes < 0, 256**width - 1, codes)
    pool = pack_texts(pd.Series(list(words), dtype=object))
    head = {"name": spec.name, "kind": "code", "width": width, "words": len(words), "texts": pool.head}
    return Packed(head, [planes(stored, width), *pool.streams])


def _codes(values: pd.Series, spec: ColumnSpec) -> tuple[Order, Sequence[str]]:
    if spec.words and pd.api.types.is_integer_dtype(values.dtype):
        codes = values.astype("Int64").fillna(-1).to_numpy(dtype=np.int64)
        if len(codes) and (codes.max() >= len(spec.words) or codes.min() < -1):
            raise ValueError(f"column {spec.name}: a code lies outside the {len(spec.words)} words given")
        return np.asarray(codes, dtype=np.int64), spec.words
    found, uniques = pd.factorize(values.astype(object).where(values.notna(), None))
    names = [as_plain(unique) for unique in uniques]
    words = list(dict.fromkeys([*spec.words, *names]))
    place = {word: at for at, word in enumerate(words)}
    translated: Order = np.array([*(place[name] for name in names), -1], dtype=np.int64)
    return np.asarray(translated[found], dtype=np.int64), words


def _text(values: pd.Series, spec: ColumnSpec) -> Packed:
    pool = pack_texts(values)
    return Packed({"name": spec.name, "kind": "text", "texts": pool.head}, pool.streams)


def _guess_kind(values: pd.Series) -> Kind:
    dtype = values.dtype
    if pd.api.types.is_bool_dtype(dtype):
        return "code"
    if pd.api.types.is_numeric_dtype(dtype):
        return "number"
    try:
        return "code" if 2 * values.nunique() <= len(values) else "text"
    except TypeError:  # lists and the like
        return "text"
