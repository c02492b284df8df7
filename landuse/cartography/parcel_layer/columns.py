"""Write the columns of a parcel table compactly: numbers, codes into a list of words, free texts; unknown stays so."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from landuse.cartography.parcel_layer.likeness import ALMOST, Guess, Known, beside
from landuse.cartography.parcel_layer.planes import bytes_of, planes
from landuse.cartography.parcel_layer.sentences import pack_sentences
from landuse.cartography.parcel_layer.texts import Packed, as_plain, pack_texts

Kind = Literal["number", "text", "code"]
Order = np.ndarray[Any, np.dtype[np.int64]]
MOST_DECIMALS: Final = 6
"""Decimals that are tried before a number is kept bit by bit."""
EXACT: Final = 2**53
"""Whole numbers below it are exact in the browser."""
QUICK: Final = 1
"""Effort of gzip when two orders are compared."""
SAMPLE: Final = 2**13
"""Texts that are packed both ways to compare two orders."""
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
    like: tuple[Guess, ...] = ()
    """What the column may be guessed from; taken where that makes it shorter. A column not carried guesses nothing."""
    sentences: bool = False
    """Texts made of a few patterns with numbers in them: patterns, and numbers that other columns may have told."""


def guess_specs(table: pd.DataFrame) -> tuple[ColumnSpec, ...]:
    """Return how each column of any table is best carried: numbers exactly, repeated texts as codes."""
    return tuple(ColumnSpec(str(name), _guess_kind(table[name])) for name in table.columns)


def pack_column(values: pd.Series, spec: ColumnSpec, order: Order, known: Known) -> Packed:
    """Return one column in the form and the order, of drawing or of the table, that take the fewest bytes.

    Parameters
    ----------
    order
        Place of drawing -> row of the table.
    known
        The columns packed before, for guesses.

    Raises
    ------
    ValueError
        A number is infinite; a code points outside its words.
    """
    if spec.sentences and (found := pack_sentences(values, spec.name, spec.like, known)):
        return found
    few = spec.sentences and 2 * values.nunique() <= len(values)
    if spec.kind == "text" and not few:
        return _text(values, spec, order)
    forms = _numbers(values, spec, known) if spec.kind == "number" else _codes_of(values, spec, known)
    made = [_ordered(form, order) for form in forms]
    return min(made, key=_size)


@dataclass(frozen=True)
class _Form:
    """One way to write a column."""

    head: dict[str, Any]
    stored: Order
    """Whole numbers in the order of the table."""
    width: int
    more: tuple[bytes, ...] = ()
    """Streams that follow."""
    read: Any = None


def _ordered(form: _Form, order: Order) -> Packed:
    """Return a form in the order that takes fewer bytes."""
    drawn, listed = planes(form.stored[order], form.width), planes(form.stored, form.width)
    if _squeezed(listed) < LESS * _squeezed(drawn):
        return Packed({**form.head, "listed": True}, [listed, *form.more], form.read)
    return Packed(form.head, [drawn, *form.more], form.read)


def _squeezed(stream: bytes) -> int:
    return len(zlib.compress(stream, QUICK))


def _size(packed: Packed) -> int:
    return sum(map(_squeezed, packed.streams))


# ------------------------------------------------------------------------------------------------ numbers


def _numbers(values: pd.Series, spec: ColumnSpec, known: Known) -> list[_Form]:
    """Return the ways to write numbers: from their lowest on, and beside each guess."""
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(numbers).any():
        raise ValueError(f"column {spec.name}: infinite numbers cannot be shown; make them unknown (NaN)")
    head: dict[str, Any] = {"name": spec.name, "kind": "number"}
    decimals = _decimals(numbers) if spec.decimals is None else spec.decimals
    whole = _whole(numbers, decimals) if decimals is not None else None
    if whole is None:
        kept = np.where(np.isnan(numbers), np.nan, numbers + 0.0)
        return [_Form({**head, "form": "bits"}, kept.view(np.int64), 8, read=kept)]
    there = ~np.isnan(numbers)
    whole, decimals = _shorter(whole, decimals)
    lowest = int(whole[there].min()) if there.any() else 0
    read = np.where(there, whole / 10.0**decimals, np.nan)
    stored = np.where(there, whole - lowest + 1, 0)
    plain = {**head, "decimals": decimals, "lowest": lowest, "width": bytes_of(stored)}
    made = [_Form(plain, stored, plain["width"], read=read)]
    for guess in (one for one in spec.like if one.within(known)):
        stored = beside(whole, there, guess, known, decimals)
        told = {**head, "decimals": decimals, "like": guess.head, "width": bytes_of(stored)}
        made.append(_Form(told, stored, told["width"], read=read))
    return made


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
    whole: Order = np.where(np.signbit(numbers), -1, 1) * np.floor(scaled + 0.5 + ALMOST).astype(np.int64)
    return whole


def _shorter(whole: Order, decimals: int | None) -> tuple[Order, int]:
    """Return the numbers without the last decimals that none of them has: the same numbers from smaller ones."""
    left = decimals or 0
    while left and not (whole % 10).any():
        whole, left = whole // 10, left - 1
    return whole, left


# ------------------------------------------------------------------------------------------------ words


def _codes_of(values: pd.Series, spec: ColumnSpec, known: Known) -> list[_Form]:
    """Return the ways to write codes: as they are, and as what is to be added to another column's, all modulo 256."""
    codes, words = _codes(values, spec)
    width = next(width for width in (1, 2, 4) if len(words) < 256**width)
    every: int = 256**width
    stored = np.where(codes < 0, every - 1, codes)
    pool = pack_texts(pd.Series(list(words), dtype=object))
    head = {"name": spec.name, "kind": "code", "width": width, "words": len(words), "texts": pool.head}
    made = [_Form(head, stored, width, tuple(pool.streams), codes)]
    for guess in (one for one in spec.like if one.among_codes(known)):
        differing = (stored - known[guess.times[0]]) % every
        made.append(_Form({**head, "like": guess.head}, differing, width, tuple(pool.streams), codes))
    return made


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


def _text(values: pd.Series, spec: ColumnSpec, order: Order) -> Packed:
    """Return free texts; in which order they take fewer bytes is asked of the first ones."""
    drawn, listed = values.iloc[order[:SAMPLE]], values.iloc[:SAMPLE]
    by_table = _size(pack_texts(listed)) < LESS * _size(pack_texts(drawn))
    pool = pack_texts(values if by_table else values.iloc[order])
    head = {"name": spec.name, "kind": "text", "texts": pool.head}
    return Packed({**head, "listed": True} if by_table else head, pool.streams)


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
