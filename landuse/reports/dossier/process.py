"""Condense the receipt of a parcel (测算过程表) into a table: value, formula with its numbers, cells, basis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from landuse.catalogue import load
from landuse.reports.dossier.facts import Sources
from landuse.reports.dossier.words import word
from landuse.reports.receipt.desk import BOOK, Desk, filled
from landuse.reports.receipt.enterprise import enterprise_figures
from landuse.reports.receipt.land import parcel_row
from landuse.reports.receipt.model import Figure, Formula, Operand, Value
from landuse.reports.receipt.page import BARE, DECIMALS, FEW, PLAIN, RATIOS, REPEATED
from landuse.reports.receipt.parcel import parcel_figures
from landuse.reports.rows import find_records, find_values
from landuse.reports.sources import unit_after
from landuse.tables import Analysis

PARCEL_STEPS: Final = ("area", "users", "money", "price", "idle", "evidence", "verdict")
FIRM_STEPS: Final = ("land", "price", "accounts", "measures", "score", "verdict")
HIDDEN: Final = (
    "holder", "holder_uscc", "price_level", "ownership", "contract_no", "contract_date", "handover_date",
    "approval_date", "start_state", "delay_cause", "projected_area_m2", "invest_due_wan", "price_paid_wan",
    "mortgage_no", "seizure_no", "seizure_from", "status",
)  # fmt: skip
"""Last words of ids of figures that the table of facts tells or no formula takes."""
CALM: Final = ("NORMAL", "NOT_APPLICABLE", "NOT_DUE")
"""Idle classes whose dates no formula takes."""
MOST_USERS: Final = 2
"""Users up to which the amounts of each are listed; of more only the sums."""

TAKEN_OVER: Final = ("same", "revenue")
"""Formulas that only take another figure over."""

Line = dict[str, str]
Part = dict[str, Any]
"""heading, given (figures taken from a source, or told in words), lines (figures with numbers to reckon with)."""
ALONE: Final = ("user", "part", "accounts")
"""First words of ids of figures that say nothing more where the one user uses nothing else: they follow below."""
SPARE: Final = ("accounts.",)
"""First words of ids of cells that are printed only where a formula takes them."""
OF_USERS: Final = ("user", "part", "use", "lease", "accounts")
"""First words of ids of figures of the users of a parcel."""
MOST_PARTS: Final = 6
"""Parts of a sum that are written out; of more the formula is told in words."""
REPEATS: Final = ("parcel", "price", "zone", "accounts", "use", "lease")
"""First words of ids of figures that are the same in both tables."""


class Process:
    """The desk at which the receipts of some parcels are made."""

    def __init__(self, analysis: Analysis) -> None:
        self.desk = Desk.of(analysis)
        self.lang: str = analysis.project.language
        self._firms: dict[str, dict[str, list[Figure]]] = {}

    def parts(self, parcel_id: str, uscc: str, users: int, sources: Sources) -> list[Part]:
        """Return the table of one parcel, and that of the enterprise it is judged by.

        Parameters
        ----------
        uscc
            Leading user; blank = its figures are left out.
        users
            How many use the parcel.
        """
        steps, _ = parcel_figures(self.desk, parcel_id)
        if str(parcel_row(self.desk, parcel_id).get("idle_class")) in CALM:
            steps["idle"] = [figure for figure in steps["idle"] if figure.id == "idle_class"]
            steps["evidence"] = []
        figures = [figure for name in PARCEL_STEPS for figure in steps[name]]
        if users > MOST_USERS:
            figures = [figure for figure in figures if _of_parcel(figure, parcel_id)]
        if users == 1 and self._only_here(parcel_id):
            figures = [figure for figure in figures if figure.id.split(".")[0] not in ALONE]
        firm = self._firm(uscc) if uscc else {}
        theirs = [figure for name in FIRM_STEPS for figure in firm.get(name, ())]
        parts: list[Part] = [
            {"heading": word("page", "process_parcel", self.lang), **self._table(figures, 1, sources, ())}
        ]
        if theirs:
            heading = word("page", "process_firm", self.lang, name=self._name(uscc))
            first = len(parts[0]["lines"]) + 1
            printed = {figure.id: figure.value for figure in figures if figure.id.split(".")[0] in REPEATS}
            known = [figure.id for figure in theirs if printed.get(figure.id) == figure.value and figure.id in printed]
            parts.append({"heading": heading, **self._table(theirs, first, sources, known)})
        for part in parts:
            part |= {name: [self._own(line, parcel_id) for line in part[name]] for name in ("given", "lines")}
        return parts

    def _table(self, figures: list[Figure], first: int, sources: Sources, known: Iterable[str]) -> Part:
        """Return the figures of a table, each once, without those that are `known` from a table above."""
        once = {figure.id: figure for figure in figures}
        taken = {part.figure for f in figures if f.formula for part in f.formula.operands}
        hidden = {name for name, figure in once.items() if not self._told(figure)} | set(known)
        hidden |= {name for name in once if name.startswith(SPARE) and name not in taken}
        return _Table(once, self.lang, sources).part(first, hidden)

    def _only_here(self, parcel_id: str) -> bool:
        """Return whether the one user of a parcel uses no other: what it has is what the parcel has."""
        users = find_records(self.desk.analysis.occupancy, parcel_id=parcel_id)
        return all(float(user["weight_of_enterprise"]) == 1.0 for user in users)

    def _own(self, line: Line, parcel_id: str) -> Line:
        """Return a line in which the parcel of the page is called this parcel."""
        called = word("page", "parcel_called", self.lang, key=parcel_id)
        this = word("page", "parcel_this", self.lang)
        return {name: text.replace(called, this) for name, text in line.items()}

    def _name(self, uscc: str) -> str:
        """Return the name of an enterprise, else its code."""
        return next((str(name) for name in find_values(self.desk.analysis.enterprises, "name", uscc=uscc)), uscc)

    def _firm(self, uscc: str) -> dict[str, list[Figure]]:
        if uscc not in self._firms:
            firms = self.desk.analysis.enterprises
            found = bool(firms["uscc"].eq(uscc).any())
            self._firms[uscc] = enterprise_figures(self.desk, uscc)[0] if found else {}
        return self._firms[uscc]

    def _told(self, figure: Figure) -> bool:
        """Return whether a figure is printed: it is known, and not what the facts tell or another line repeats."""
        is_same = figure.formula is not None and figure.formula.key == "same" and figure.id.startswith("user.")
        return figure.id.rpartition(".")[2] not in HIDDEN and figure.value is not None and not is_same


def _of_parcel(figure: Figure, parcel_id: str) -> bool:
    """Return whether a figure is of the parcel itself, not of one of its users or of another parcel."""
    first, _, rest = figure.id.partition(".")
    return first not in OF_USERS and (first != "parcel" or rest.startswith(f"{parcel_id}."))


class _Table:
    """The lines of one table: figures refer to each other by their numbers."""

    def __init__(self, figures: Mapping[str, Figure], lang: str, sources: Sources) -> None:
        self.by_id, self.lang, self.sources = figures, lang, sources

    def part(self, first: int, hidden: set[str]) -> Part:
        """Return the figures that are not hidden: those given in running words, the others numbered from `first`."""
        figures = [figure for name, figure in self.by_id.items() if name not in hidden]
        given = [figure for figure in figures if not figure.articles and self._is_given(figure)]
        rest = [figure for figure in figures if figure.articles or not self._is_given(figure)]
        return {
            "given": [
                {
                    "title": figure.title,
                    "value": self._value(figure),
                    "how": f"({self._how(figure)})" if figure.formula else self._how(figure),
                }
                for figure in given
            ],
            "lines": [
                {
                    "n": str(n),
                    "title": figure.title,
                    "value": self._value(figure),
                    "how": self._how(figure),
                    "basis": "、".join(figure.articles),
                }
                for n, figure in enumerate(rest, start=first)
            ],
        }

    def _is_given(self, figure: Figure) -> bool:
        """Return whether a figure needs no line: read from a source, taken over as it is, or told in words alone."""
        made = figure.formula
        if made is None or not made.operands or made.key in (*TAKEN_OVER, *PLAIN):
            return True
        return sum(part.role in REPEATED for part in made.operands) > MOST_PARTS

    def _how(self, figure: Figure) -> str:
        if figure.formula is None:
            cells = (self.sources.number(s.file, s.sheet, s.row) for s in figure.sources)
            return "".join(f"[{n}]" for n in dict.fromkeys(cells))
        return self._formula(figure.formula)

    def _formula(self, made: Formula) -> str:
        template = str(load(BOOK)["formula"][made.key]["symbols"][self.lang])
        repeated = sum(part.role in REPEATED for part in made.operands)
        if repeated > MOST_PARTS:
            return made.words
        many = repeated > FEW
        symbols = filled(template, made.operands, lambda part: self._titled(part, many))
        if not made.operands or made.key in PLAIN:
            return symbols
        numbers = filled(template, made.operands, self._number)
        return symbols if numbers == symbols else f"{symbols} = {numbers}"

    def _titled(self, part: Operand, many: bool) -> str:  # noqa: FBT001 - a fact of the formula, no switch
        """Return an operand by its title; one without a title, and each of many like ones, by its number."""
        return part.title if part.title and not (many and part.role in REPEATED) else self._number(part)

    def _number(self, part: Operand) -> str:
        figure = self.by_id.get(part.figure)
        if figure is not None:
            return figure.shown or self._text(figure.value, figure.unit)
        return f"{part.value:.10g}" if isinstance(part.value, float) else self._text(part.value, "")

    def _value(self, figure: Figure) -> str:
        if figure.shown:
            return figure.shown
        if figure.id in RATIOS and isinstance(figure.value, float):
            return f"{figure.value:.{RATIOS[figure.id]}f}"
        unit = unit_after(figure.unit, self.lang) if figure.unit != "share" else ""
        return self._text(figure.value, figure.unit, exact=bool(figure.sources and not figure.formula)) + unit

    def _text(self, value: Value, unit: str, *, exact: bool = False) -> str:
        if isinstance(value, bool):
            return str(load(BOOK)["page"]["yes" if value else "no"][self.lang])
        if isinstance(value, date):
            return value.isoformat()
        if not isinstance(value, float):
            return "—" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
        if unit == "share":
            return f"{value:.2%}"
        return f"{value:,.10g}" if exact else f"{value:,.{DECIMALS.get(unit, BARE)}f}"
