"""Read a plan that planners wrote by hand into column 方案: 甲, 乙, 丙, or 不动 for parcels that no plan touches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.catalogue import load_folder
from landuse.planning import Scenario
from landuse.scenarios.plans.candidates import NEEDED, figure
from landuse.scenarios.plans.faults import nearest
from landuse.scenarios.plans.ground import PlanGround
from landuse.tables import issue_rows, join_issues
from landuse.tables.plans import LINE_COLUMNS, OPTION_COLUMNS

CODE: Final = re.compile(r"M(?:1[0-3]|[1-9])(?!\d)", re.IGNORECASE)
TABLE: Final = "hand_plans"
COLUMN: Final = {
    "HAND_MEASURE_UNKNOWN": "measure",
    "HAND_MEASURE_CHOSEN": "measure",
    "HAND_NOT_ELIGIBLE": "measure",
    "HAND_YEAR_UNKNOWN": "year",
}
"""Issue -> column it speaks of; all others of the parcel."""


@dataclass(frozen=True)
class Hand:
    """A plan written by hand."""

    lines: pd.DataFrame
    """`LINE_COLUMNS`."""
    issues: pd.DataFrame
    """`ISSUE_COLUMNS`."""
    warnings: tuple[str, ...]


def hand_plan(scenario: Scenario, ground: PlanGround) -> Hand:
    """Return the lines of the plan that a scenario names.

    A row without a measure takes the option of its parcel with the greatest net present value. A measure that the
    catalogue does not offer on the parcel is taken as written: the whole parcel, all else unknown. Rows of parcels
    that the run does not have, that cases have settled, that stand there twice, and of measures that no catalogue
    knows are left out and told.
    """
    rows = ground.hand.loc[ground.hand["plan"].astype("str").str.strip().eq(scenario.hand)].reset_index(drop=True)
    reader = _Reader(scenario, ground)
    lines = [line for at, row in enumerate(rows.to_dict("records")) if (line := reader.line(at, row)) is not None]
    issues = [
        issue_rows(
            code,
            rows.iloc[[at for at, _, _ in told]],
            table=TABLE,
            key="parcel_id",
            column=COLUMN.get(code, "parcel_id"),
            value=[value for _, value, _ in told],
            facts=[facts for _, _, facts in told],
        )
        for code, told in sorted(reader.told.items())
    ]
    made = pd.DataFrame(lines, columns=list(LINE_COLUMNS)) if lines else no_lines(ground)
    row = ground.codes.get_indexer(pd.Index(made["parcel_id"].astype("str")))
    made = _typed(made, ground).iloc[np.argsort(row, kind="stable")].reset_index(drop=True)
    warned = {"HAND_NOT_ELIGIBLE": "hand_not_eligible", "HAND_MEASURE_CHOSEN": "hand_measure_chosen"}
    return Hand(made, join_issues(issues), tuple(word for code, word in warned.items() if code in reader.told))


def lines_of(options: pd.DataFrame, year: Any, site: Any) -> pd.DataFrame:
    """Return options as the lines of a plan.

    Parameters
    ----------
    year, site
        Of each option, or one for all; a missing site = none is assembled.
    """
    made = options.reset_index(drop=True).assign(
        year=pd.Series(year, index=range(len(options)), dtype="Int64"),
        site=pd.Series(site, index=range(len(options)), dtype="Int64"),
    )
    return made[list(LINE_COLUMNS)]


def no_lines(ground: PlanGround) -> pd.DataFrame:
    """Return the lines of a plan that touches nothing."""
    return lines_of(ground.options.iloc[:0], 1, pd.NA)


def _typed(lines: pd.DataFrame, ground: PlanGround) -> pd.DataFrame:
    kinds = {name: ground.options[name].dtype for name in OPTION_COLUMNS if name in ground.options.columns}
    numbers = {
        name: "float64" if isinstance(kind, np.dtype) and kind.kind in "iuf" else kind for name, kind in kinds.items()
    }
    return lines.astype({**numbers, "year": "Int64", "site": "Int64"})


class _Reader:
    """Rows of one plan, read one by one: a few hundred at most."""

    def __init__(self, scenario: Scenario, ground: PlanGround) -> None:
        self.years, self.ground = scenario.years, ground
        self.seen: set[str] = set()
        self.told: dict[str, list[tuple[int, str, dict[str, Any]]]] = {}
        codes = ground.options["parcel_id"].astype("str")
        named = set(ground.hand["parcel_id"].dropna().astype("str"))
        self.options = dict(iter(ground.options.loc[codes.isin(named)].groupby(codes, sort=False)))

    def line(self, at: int, row: dict[Any, Any]) -> dict[str, Any] | None:
        """Return the line of a row; None where it cannot be used."""
        code = str(row["parcel_id"])
        if code not in self.ground.codes:
            return self._left_out("HAND_PARCEL_UNKNOWN", at, code, nearest=nearest(code, self.ground.codes))
        if code in self.seen:
            return self._left_out("HAND_TWICE", at, code)
        if code in self.ground.settled:
            return self._left_out("HAND_SETTLED", at, code)
        option = self._option(at, code, row.get("measure"))
        if option is None:
            return None
        self.seen.add(code)
        return {**option, "year": self._year(at, row.get("year")), "site": pd.NA}

    def _option(self, at: int, code: str, stated: Any) -> dict[str, Any] | None:
        own = self.options.get(code)
        if pd.isna(stated) or not str(stated).strip():
            return self._best(at, code, own)
        measure = measure_code(str(stated))
        if not measure:
            return self._left_out("HAND_MEASURE_UNKNOWN", at, str(stated))
        taken = own.loc[own["measure"].eq(measure)] if own is not None else None
        if taken is not None and len(taken):
            return dict(taken.iloc[0])
        may = "、".join(own["measure"]) if own is not None else ""
        self._tell("HAND_NOT_ELIGIBLE", at, measure, may=may or "-")
        return self._by_hand(code, measure)

    def _best(self, at: int, code: str, own: pd.DataFrame | None) -> dict[str, Any] | None:
        """Return the option with the greatest net present value, the first of several alike."""
        known = (
            own.loc[np.all([np.isfinite(figure(own, name)) for name in NEEDED], axis=0)] if own is not None else None
        )
        if known is None or not len(known):
            return self._left_out("HAND_NO_OPTION", at, code)
        best = known.iloc[int(np.argmax(figure(known, "npv_wan")))]
        self._tell("HAND_MEASURE_CHOSEN", at, str(best["measure"]))
        return dict(best)

    def _by_hand(self, code: str, measure: str) -> dict[str, Any]:
        """Return a line of which only land and measure are known."""
        options, place = self.ground.options, self.ground.codes.get_loc(code)
        alike = options.loc[options["measure"].eq(measure), "measure_group"]
        land = self.ground.number("area_mu")[place]
        known = {"parcel_id": code, "measure": measure, "handled_mu": land, "payer": "", "missing": ""}
        group = str(alike.iloc[0]) if len(alike) else ""
        return {**dict.fromkeys(OPTION_COLUMNS, np.nan), **known, "measure_group": group}

    def _year(self, at: int, stated: Any) -> int:
        if pd.isna(stated):
            return 1
        if not 1 <= int(stated) <= self.years:
            self._tell("HAND_YEAR_UNKNOWN", at, str(int(stated)), years=self.years)
            return int(min(max(int(stated), 1), self.years))
        return int(stated)

    def _tell(self, issue: str, at: int, value: str, **facts: Any) -> None:
        self.told.setdefault(issue, []).append((at, value, facts))

    def _left_out(self, issue: str, at: int, value: str, **facts: Any) -> dict[str, Any] | None:
        self._tell(issue, at, value, **facts)
        return None


def measure_code(text: str) -> str:
    """Return the code of a measure written as a code, a name, or both; blank where nobody knows it.

    >>> measure_code("M1 政府收储(回购)"), measure_code("m13"), measure_code("M14")
    ('M1', 'M13', '')
    """
    found = CODE.search(text)
    return found.group().upper() if found else _names().get("".join(text.split()), "")


@cache
def _names() -> Mapping[str, str]:
    words = load_folder("vocabulary/enumerations").get("measure", {})
    return {word: code for code, entry in words.items() for word in _spellings(entry)}


def _spellings(entry: Any) -> Iterator[str]:
    """Return how a measure may be written: its name with and without what stands in brackets, in both languages."""
    for lang in ("zh", "en"):
        word = str(entry[lang])
        yield "".join(word.split())
        yield "".join(re.sub(r"[((].*?[))]", "", word).split())
