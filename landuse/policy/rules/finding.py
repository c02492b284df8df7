"""Hold what a named rule says of many objects: a three-valued outcome, what is missing, a sentence with the figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from landuse.catalogue import load_folder, term
from landuse.errors import DefectError
from landuse.policy.sentences import TEXT, fill, integers, two_decimals
from landuse.ranking.text import Coded, as_text, holds
from landuse.tables import column
from landuse.tables.findings import repeating

DECIMALS: Final = 9
"""Figures are compared rounded to so many decimals, as scores are: 3.3 / 1.1 is not under 3."""
TITLED: Final = ("enterprises", "parcels", "groups", "accounts", "controls")
"""Tables in which the title of a missing column is looked up."""

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Ternary:
    """True, false, or neither: unknown."""

    true: Mask
    false: Mask

    @classmethod
    def of(cls, flags: pd.Series) -> Ternary:
        """Return a nullable flag column."""
        true = holds(flags)
        return cls(true, ~true & flags.notna().to_numpy(dtype=bool))

    @property
    def unknown(self) -> Mask:
        """Return where neither is known."""
        return ~(self.true | self.false)

    def __and__(self, other: Ternary) -> Ternary:
        """Return true where both are, false where either is false."""
        return Ternary(self.true & other.true, self.false | other.false)

    def __or__(self, other: Ternary) -> Ternary:
        """Return true where either is, false where both are false."""
        return Ternary(self.true | other.true, self.false & other.false)

    def known_in(self, rows: Mask) -> Ternary:
        """Return the same in some rows, unknown in all others."""
        return Ternary(self.true & rows, self.false & rows)

    def false_in(self, rows: Mask) -> Ternary:
        """Return false in some rows, the same in all others."""
        return Ternary(self.true & ~rows, self.false | rows)


def below(values: Floats, limit: Floats | float) -> Ternary:
    """Return whether values lie below a limit (the limit itself does not); NaN on either side is unknown."""
    gap = np.round(values - limit, DECIMALS)
    return Ternary(gap < 0, gap >= 0)


# ------------------------------------------------------------------------------------------- sentences


@dataclass(frozen=True)
class Figure:
    """Numbers of a sentence with two decimals; with more where two would hide on which side of a limit they lie."""

    values: Floats
    limit: Floats | float


Say = Callable[[Rows], pa.Array]
"""Gives the sentences of some rows: they are written when they are asked for, most of them never."""


@dataclass(frozen=True)
class At:
    """Texts of other rows: that of row `place`, row by row."""

    say: Say
    place: Rows


Piece = str | Figure | Coded | At | npt.NDArray[Any]


@dataclass(frozen=True)
class Telling:
    """A sentence for some rows."""

    rows: Mask
    text: str
    pieces: Mapping[str, Piece] = field(default_factory=dict)
    """Name -> one entry a row of the whole table, or one text for all."""


def told(tellings: Sequence[Telling], rows: Rows) -> pa.Array:
    """Return the sentence of some rows: that of the first telling that has it."""
    left = np.ones(len(rows), dtype=bool)
    order: list[Rows] = []
    texts: list[pa.Array] = []
    for telling in tellings:
        here = np.flatnonzero(telling.rows[rows] & left)
        if len(here):
            left[here] = False
            order.append(here)
            texts.append(_filled(telling, rows[here]))
    if left.any():
        raise DefectError("named rule: a row has no sentence")
    if len(texts) == 1:
        return texts[0]
    place = np.empty(len(rows), dtype=np.intp)
    place[np.concatenate([*order, np.empty(0, dtype=np.intp)])] = np.arange(len(rows))
    return pa.chunked_array(texts, type=TEXT).take(pa.array(place))


def _filled(telling: Telling, rows: Rows) -> pa.Array:
    pieces = {name: _text(piece, rows) for name, piece in telling.pieces.items()}
    if all(isinstance(piece, str) for piece in pieces.values()):
        return pa.repeat(pa.scalar(telling.text.format(**pieces), TEXT), len(rows))
    return fill(telling.text, pieces)


def _text(piece: Piece, rows: Rows) -> pa.Array | str:
    """Return the entries of some rows as text."""
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Figure):
        limit = piece.limit if isinstance(piece.limit, float | int) else piece.limit[rows]
        return _apart(piece.values[rows], np.broadcast_to(limit, len(rows)))
    if isinstance(piece, Coded):
        return Coded(piece.codes[rows], piece.words).array()
    if isinstance(piece, At):
        taken = piece.say(piece.place[rows])
        return taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken
    values: npt.NDArray[Any] = piece[rows]
    if values.dtype.kind == "M":
        return pa.array(np.datetime_as_string(values, unit="D"), type=TEXT)
    return integers(values) if values.dtype.kind in "iu" else two_decimals(values, "—")


def _apart(values: Floats, limit: Floats) -> pa.Array:
    """Return values with two decimals, with all they have where they would read like a limit that they are below."""
    text = two_decimals(values, "—")
    alike = (np.round(values, 2) == np.round(limit, 2)) & (np.round(values - limit, DECIMALS) < 0)
    if not alike.any():
        return text
    words = text.to_pylist()
    for row in np.flatnonzero(alike):
        words[row] = f"{values[row]:.{DECIMALS}f}".rstrip("0")
    return pa.array(words, type=TEXT)


def words_of(part: str, lang: str) -> Mapping[str, str]:
    """Return the templates of one part of the vocabulary."""
    return {name: str(entry[lang]) for name, entry in load_folder("vocabulary/enumerations")[part].items()}


def title_of(name: str, lang: str) -> str:
    """Return what a bureau calls a column, or evidence that is no column."""
    known = next((found for table in TITLED if (found := column(table, name))), None)
    return known.title(lang) if known else term("evidence", name, lang)


# -------------------------------------------------------------------------------------------- findings


@dataclass(frozen=True)
class Finding:
    """What a rule says, row by row of its table."""

    outcome: Ternary
    missing: Coded
    """Tuples of the columns that would decide; empty where the outcome is known or the rule does not apply."""
    say: Say

    @property
    def because(self) -> pa.Array:
        """Return the sentence of every row."""
        return self.say(np.arange(len(self.outcome.true)))

    def taken(self, rows: Rows) -> Finding:
        """Return the finding of other rows, in their order."""
        outcome, say = Ternary(self.outcome.true[rows], self.outcome.false[rows]), self.say
        missing = Coded(self.missing.codes[rows], self.missing.words)
        return Finding(outcome, missing, lambda some: say(rows[some]))

    def settled(self) -> Finding:
        """Return the outcomes alone: what sentences are made of takes 30 bytes a row and figure."""
        return Finding(self.outcome, Coded(np.empty(0, dtype=np.intp), []), _said_already)

    def frame(self, rule_id: str, *, unit: str, keys: pd.Series) -> pd.DataFrame:
        """Return the rows of table findings; those of several rules share their keys."""
        index = pd.RangeIndex(len(keys))
        outcome = pd.arrays.BooleanArray(self.outcome.true.copy(), self.outcome.unknown)
        return pd.DataFrame(
            {
                "unit": repeating("unit", unit, len(keys)),
                "key": keys.set_axis(index),
                "rule_id": repeating("rule_id", rule_id, len(keys)),
                "outcome": pd.Series(outcome, index=index),
                "missing": self.missing.objects(index, "missing"),
                "because": as_text(self.because, index, "because"),
            }
        )


def _said_already(_: Rows) -> pa.Array:
    raise DefectError("named rule: the sentences were written before")


def decide(outcome: Ternary, needs: Mapping[str, Mask], tellings: Sequence[Telling], lang: str) -> Finding:
    """Return a finding; where the outcome is unknown, its sentence names what is missing.

    Parameters
    ----------
    needs
        Column (or other evidence) -> where it is unknown and would decide.
    tellings
        Sentences of the rows whose outcome is known; they come before that of the unknown ones.
    """
    missing = missing_of(outcome.unknown, needs)
    comma = words_of("rule_list", lang)["separator"]
    titles = [comma.join(title_of(name, lang) for name in names) for names in missing.words]
    unknown = Telling(
        outcome.unknown, words_of("rule_because", lang)["unknown"], {"missing": Coded(missing.codes, titles)}
    )
    return Finding(outcome, missing, lambda rows: told([*tellings, unknown], rows))


def missing_of(unknown: Mask, needs: Mapping[str, Mask]) -> Coded:
    """Return the tuples of what is missing, shared by the rows that miss the same."""
    names = list(needs)
    bits = np.zeros(len(unknown), dtype=np.intp)
    for bit, mask in enumerate(needs.values()):
        bits |= (mask & unknown).astype(np.intp) << bit
    found, codes = np.unique(bits, return_inverse=True)
    words = [tuple(name for bit, name in enumerate(names) if bit_set >> bit & 1) for bit_set in found.tolist()]
    return Coded(np.asarray(codes, dtype=np.intp), words)
