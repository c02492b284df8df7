"""Fill a sentence for a million rows at once: pieces are Arrow arrays, joined column by column."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from string import Formatter

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

TEXT = pa.large_string()


def fill(template: str, pieces: Mapping[str, pa.Array | str]) -> pa.Array:
    """Return the template filled row by row.

    Parameters
    ----------
    template
        Text with {name} placeholders.
    pieces
        Name -> text array (one text a row) or one text for all rows. At least one is an array.
    """
    parts: list[pa.Array | str] = []
    for literal, name, _, _ in Formatter().parse(template):
        parts += [literal] if name is None else [literal, pieces[name]]
    joined = [pa.scalar(part, TEXT) if isinstance(part, str) else part for part in _merged(parts)]
    return pc.binary_join_element_wise(*joined, pa.scalar("", TEXT))


def two_decimals(values: npt.NDArray[np.float64], unknown: str) -> pa.Array:
    """Return numbers as text with two decimals (half to even on the stored value); NaN as `unknown`."""
    missing = np.isnan(values)
    cents = np.rint(np.where(missing, 0.0, values) * 100)
    small = np.abs(cents) < 2**53
    whole, rest = np.divmod(np.abs(np.where(small, cents, 0.0)).astype(np.int64), 100)
    tails = pa.array([f".{cent:02d}" for cent in range(100)], type=TEXT)
    sign = pa.array(["", "-"], type=TEXT).take(pa.array((cents < 0).astype(np.int8)))
    text = pc.binary_join_element_wise(sign, integers(whole), tails.take(pa.array(rest)), pa.scalar("", TEXT))
    large = pa.array([f"{value:.2f}" for value in values[~small]], type=TEXT)
    text = text if small.all() else pc.replace_with_mask(text, pa.array(~small), large)
    return pc.if_else(pa.array(missing), pa.scalar(unknown, TEXT), text) if missing.any() else text


def integers(values: npt.NDArray[np.int64] | npt.NDArray[np.intp]) -> pa.Array:
    """Return integers as text."""
    return pc.cast(pa.array(values), TEXT)


def percent(share: Decimal) -> str:
    """Return a share as text, e.g. 0.15 -> 15%, 0.125 -> 12.5%."""
    return f"{(share * 100).normalize():f}%"


def _merged(parts: list[pa.Array | str]) -> list[pa.Array | str]:
    """Return the parts with neighbouring texts put together: each part costs a pass over the rows."""
    merged: list[pa.Array | str] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif not isinstance(part, str) or part:
            merged.append(part)
    return merged
