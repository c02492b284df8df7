"""Describe the columns a page carries: how each is kept, and what a reader sees above its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.cartography.parcel_layer.columns import ColumnSpec, Kind
from landuse.cartography.parcel_layer.likeness import Guess
from landuse.cartography.style import numeric
from landuse.catalogue import load, terms
from landuse.tables import Column, column, columns, unit_title

PLACES: Final[Mapping[str, int]] = {"A": 2, "B": 2, "C": 4, "N": 0, "P": 3, "Y": 0}
"""Number format letter -> decimals that are kept; P is a share and prints one decimal of a per cent."""
EXACT: Final[Mapping[str, int]] = {"area_mu": 7, "tax_wan": 6, "output_wan": 6}
"""Amounts that a page adds up -> decimals that keep the last square centimetre and fen of 10,000 yuan."""
SENTENCES: Final = frozenset({"because"})
"""Texts that are sentences with the numbers of other columns in them."""
GUESSES: Final[Mapping[str, tuple[Guess, ...]]] = {
    "tax_per_mu": (Guess(("tax_wan",), ("area_mu",)),),
    "output_per_mu": (Guess(("output_wan",), ("area_mu",)),),
    "output_per_energy": (Guess(("output_wan",), ("energy_tce",)),),
    "output_per_mu_corrected": (Guess(("output_per_mu",)),),
    "tax_per_mu_corrected": (
        Guess(("tax_per_mu",)),
        Guess(("tax_wan", "output_per_mu_corrected"), ("area_mu", "output_per_mu")),
    ),
    "finish_due": (Guess(("start_due",)),),
    "start_date": (Guess(("start_due",)),),
    "finish_date": (Guess(("finish_due",)), Guess(("start_date",))),
    "reclaim_from": (Guess(("start_due",)), Guess(("idle_since",))),
    "idle_since": (Guess(("start_due",)),),
    "next_deadline": (Guess(("start_due",)), Guess(("finish_due",)), Guess(("reclaim_from",))),
}
"""Column -> what a bureau's own definitions make likely: a guess that shortens a file, never a value of its own."""


@dataclass(frozen=True)
class Field:
    """One column of a page."""

    name: str
    kind: Kind
    """number | text | code; a date is a number of days since 1 January 1970, printed by format D."""
    decimals: int | None = None
    """Decimals of a number, rounded half away from zero; None = all it has."""
    words: tuple[str, ...] = ()
    """Words of a code whose values are whole numbers that point into them."""
    title: str = ""
    unit: str = ""
    fmt: str = "T"
    like: tuple[Guess, ...] = ()
    """What the values may be guessed from, so that they are short."""

    @property
    def head(self) -> dict[str, str]:
        """Return what a reader sees."""
        return {"title": self.title, "unit": self.unit, "fmt": self.fmt}


@dataclass
class Sheet:
    """A table of a page while it is filled: columns and how each is carried, in one order."""

    index: pd.Index
    columns: dict[str, pd.Series] = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)

    @property
    def table(self) -> pd.DataFrame:
        """Return the columns as one table."""
        return pd.DataFrame(self.columns, index=self.index)

    @property
    def specs(self) -> tuple[ColumnSpec, ...]:
        """Return how each column is packed."""
        numbers = tuple(Guess((one.name,)) for one in self.fields if one.kind == "number")
        made = []
        for one in self.fields:
            told = one.name in SENTENCES
            like = numbers if told else one.like or GUESSES.get(one.name, ())
            made.append(ColumnSpec(one.name, one.kind, one.decimals, one.words, like, told))
        return tuple(made)

    @property
    def heads(self) -> dict[str, dict[str, str]]:
        """Return column -> what a reader sees, for columns that have a title."""
        return {one.name: one.head for one in self.fields if one.title}

    def add(self, described: Field, values: pd.Series | np.ndarray[Any, Any]) -> None:
        """Add a column; one of that name is there already: it stays."""
        if described.name not in self.columns:
            self.columns[described.name] = (
                pd.Series(np.asarray(values), index=self.index)
                if isinstance(values, np.ndarray)
                else values.set_axis(self.index)
            )
            self.fields.append(described)

    def codes(self, name: str, codes: np.ndarray[Any, Any], words: Iterable[str], like: Iterable[str] = ()) -> None:
        """Add whole numbers that point into words; the page knows what they are called."""
        guesses = tuple(Guess((one,)) for one in like)
        self.add(Field(name, "code", words=tuple(words), like=guesses), codes.astype(np.int64))

    def whole(self, name: str, numbers: np.ndarray[Any, Any], like: Iterable[str] = ()) -> None:
        """Add whole numbers without a title."""
        self.add(Field(name, "number", 0, like=tuple(Guess((one,)) for one in like)), numbers.astype(np.float64))

    def canonical(self, values: pd.Series, known: Column, lang: str) -> None:
        """Add a column of the tables as the catalogue describes it."""
        self.add(*canonical(values, known, lang))


def known_column(table: str, name: str) -> Column:
    """Return what the catalogue says of a column; of an unknown one that it is text."""
    found = column(table, name) or columns("output", "enterprises").get(name)
    return found or Column(name, "text", name, name)


def canonical(values: pd.Series, known: Column, lang: str) -> tuple[Field, pd.Series]:
    """Return how a column of the tables is carried, and its values."""
    unit = "" if known.unit == "share" else unit_title(known.unit, lang)
    title = known.title(lang)
    if known.kind in ("number", "integer"):
        decimals = EXACT.get(known.name, PLACES.get(known.fmt, 4))
        return Field(known.name, "number", decimals, (), title, unit, known.fmt), pd.Series(
            numeric(values), values.index
        )
    if known.kind == "date":
        days = pd.to_datetime(values).to_numpy().astype("datetime64[D]")
        numbers = np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(np.float64))
        return Field(known.name, "number", 0, (), title, "", "D"), pd.Series(numbers, values.index)
    texts = _texts(values, known)
    codes, uniques = pd.factorize(texts)
    if known.name in SENTENCES or 2 * len(uniques) > len(values):
        return Field(known.name, "text", None, (), title, unit, known.fmt), texts
    words = tuple(worded([str(value) for value in uniques], known.name, lang))
    return Field(known.name, "code", None, words, title, unit, known.fmt), pd.Series(
        codes.astype(np.int64), values.index
    )


def worded(codes: list[str], name: str, lang: str) -> list[str]:
    """Return what a bureau reads for the codes of a column."""
    kind = load("cartography/card.toml")["words"].get(name)
    known = terms(kind, lang) if kind else {}
    return [known.get(code, code) for code in codes]


def _texts(values: pd.Series, known: Column) -> pd.Series:
    if known.kind == "flag":
        return values.astype("boolean").map({True: "true", False: "false"})
    return values.astype("str")
