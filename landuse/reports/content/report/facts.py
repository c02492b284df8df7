"""Hold the figures of a run that several chapters tell: taken from the sheets of the ledger, so that they agree."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from landuse.reports.content.build import Table, block
from landuse.reports.content.context import STOPPED_CLASSES, Context, in_classes, numbers
from landuse.reports.content.figures import (
    IDLE,
    ClassSums,
    efficiency_sums,
    idle_sums,
    known_sum,
    status_sums,
    verdict_sums,
)
from landuse.reports.content.model import Block
from landuse.reports.content.report.say import Teller
from landuse.reports.content.statistics import by_industry, by_park


@dataclass(frozen=True)
class Facts:
    """The figures of a run with the words they are told in."""

    ctx: Context

    @cached_property
    def tell(self) -> Teller:
        """Return the words."""
        return Teller(self.ctx)

    @cached_property
    def efficiency(self) -> ClassSums:
        """Return the parcels by efficiency class, suspected idle ones apart."""
        return efficiency_sums(self.ctx)

    @cached_property
    def idle(self) -> ClassSums:
        """Return suspected idle land by class."""
        return idle_sums(self.ctx, suspected=True)

    @cached_property
    def not_idle(self) -> ClassSums:
        """Return all other land by state of construction."""
        return idle_sums(self.ctx, suspected=False)

    @cached_property
    def verdicts(self) -> ClassSums:
        """Return the enterprises by verdict."""
        return verdict_sums(self.ctx)

    @cached_property
    def statuses(self) -> ClassSums:
        """Return the enterprises by status."""
        return status_sums(self.ctx)

    @cached_property
    def parks(self) -> Block:
        """Return the table of parks as the ledger has it."""
        return by_park(self.ctx).blocks[0]

    @cached_property
    def groups(self) -> Block:
        """Return the table of industry groups as the ledger has it."""
        return by_industry(self.ctx).blocks[0]

    @property
    def parcels(self) -> pd.DataFrame:
        """Return the parcels."""
        return self.ctx.parcels

    @property
    def firms(self) -> pd.DataFrame:
        """Return the enterprises."""
        return self.ctx.analysis.enterprises

    @property
    def land(self) -> float:
        """Return the land of all parcels as the ledger prints it."""
        return self.efficiency.of("land_mu")

    def classed(self, *codes: str) -> tuple[int, float, float]:
        """Return parcels, land and share of the land of some efficiency classes; `IDLE` is one of them."""
        return _of(self.efficiency, codes)

    @property
    def low(self) -> tuple[int, float, float]:
        """Return the low parcels."""
        return self.classed("low")

    @property
    def stopped(self) -> tuple[int, float, float]:
        """Return the stopped and vacant parcels."""
        return self.classed(*STOPPED_CLASSES)

    @property
    def suspected(self) -> tuple[int, float, float]:
        """Return the parcels suspected to be idle."""
        return self.classed(IDLE)

    @property
    def listed(self) -> int:
        """Return how many enterprises are proposed for the list."""
        return int(self.ctx.is_listed.sum())

    @property
    def ranked(self) -> int:
        """Return how many enterprises were evaluated."""
        return int(in_classes(self.firms, "status", ("RANKED",)).sum())

    @cached_property
    def both(self) -> tuple[int, float]:
        """Return parcels, and their land, that are suspected idle and low or stopped as well."""
        both = in_classes(self.parcels, "efficiency_class", ("low", *STOPPED_CLASSES)) & self.ctx.is_idle
        return int(both.sum()), known_sum(numbers(self.parcels, "area_mu")[both])

    def total(self, table: Block, column: str) -> float:
        """Return the printed total of a column of a table; NaN where it has none."""
        values = (one.value for one in table.totals if one.column == column)
        value = next(values, None)
        return float(value) if isinstance(value, int | float) else math.nan


def _of(sums: ClassSums, codes: Sequence[str]) -> tuple[int, float, float]:
    number = sum(n for code, n in zip(sums.codes, sums.counts, strict=True) if code in codes)
    return number, sums.of("land_mu", *codes), sums.of("land_share", *codes)


def count_of(sums: ClassSums, *codes: str) -> int:
    """Return the rows of some classes."""
    return _of(sums, codes)[0]


def narrow(table: Block, names: Iterable[str]) -> Block:
    """Return a table with some of its columns, in the order asked; those it lacks are left out."""
    known = {column.name: column for column in table.columns}
    chosen = [name for name in ("seq", *names) if name in known]
    return replace(
        table,
        columns=tuple(known[name] for name in chosen),
        rows=table.rows.loc[:, chosen],
        totals=tuple(total for total in table.totals if total.column in chosen),
        not_applicable={name: mask for name, mask in table.not_applicable.items() if name in chosen},
        rest={name: value for name, value in table.rest.items() if name in chosen},
    )


def shorten(table: Block, most: int, label: str) -> Block:
    """Return a table with its first rows; what is left out is summed in one row, so that the total still holds.

    Parameters
    ----------
    label
        What stands in that row, with ``{n}`` for the number of rows left out.
    """
    if len(table.rows) <= most:
        return table
    kept, beyond = table.rows.iloc[:most], table.rows.iloc[most:]
    rest: dict[str, float | int] = dict(table.rest)
    for total in table.totals:
        if total.kind == "sum" and isinstance(total.value, int | float):
            values = numbers(beyond, total.column)
            rest[total.column] = math.fsum(values[np.isfinite(values)]) + table.rest.get(total.column, 0)
    left_out = table.left_out + len(beyond)
    masks = {name: mask[:most] for name, mask in table.not_applicable.items()}
    totals = tuple(total for total in table.totals if total.kind != "ratio")
    return replace(
        table, rows=kept, rest=rest, left_out=left_out, totals=totals, not_applicable=masks,
        rest_label=label.format(n=left_out),
    )  # fmt: skip


def class_table(facts: Facts, sums: ClassSums, columns: Sequence[str], *, blank: Sequence[str] = ()) -> Block:
    """Return classes as a table: what, how many, land, share …, classes without a row left out.

    Parameters
    ----------
    blank
        Columns in which an unknown value means that there is none to state.
    """
    counted = "n_enterprises" if "n_enterprises" in columns else "n_parcels"
    frame = pd.DataFrame({"item": list(sums.words), counted: pd.array(list(sums.counts), dtype="Int64"), **sums.sums})
    frame = frame.loc[frame[counted].gt(0)].reset_index(drop=True)
    masks = {name: frame[name].isna().to_numpy(dtype=bool) for name in blank}
    return block(Table(frame, columns, source="parcels", not_applicable=masks), facts.ctx.words)


def made_table(facts: Facts, rows: dict[str, Any], *, source: str = "parcels", totals: bool = True) -> Block:
    """Return a small table of given columns."""
    frame = pd.DataFrame(rows)
    return block(Table(frame, tuple(rows), source=source, with_totals=totals), facts.ctx.words)
