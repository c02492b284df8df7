"""Tell the facts of a parcel, each with the cell it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from landuse.reports.dossier.words import Row, known, shown, title, word
from landuse.reports.sources import records, sheet_in_brackets
from landuse.tables import Analysis, RawPart

FACTS: Final = (
    "holder", "holder_uscc", "parcel_name", "address", "park", "town", "ownership", "supply_mode", "land_use",
    "planned_use", "cert_no", "contract_no", "supervision_no", "term_end", "registered_area_m2", "area_mu",
    "ellipsoid_area_m2", "area_source", "price_level", "price_coefficient", "land_price_wan", "invest_due_wan",
    "invest_actual_wan", "tax_due_wan_per_mu", "tax_wan", "tax_per_mu", "output_wan", "output_per_mu", "energy_tce",
    "output_per_energy", "far_due", "far", "site_coverage", "built_share", "idle_cause", "delay_cause", "mortgage_no",
    "seizure_no",
)  # fmt: skip
"""In the order in which they are printed; those nobody knows are left out."""
WIDE: Final = ("address", "parcel_name", "delay_cause", "holder")
"""Facts that need the whole width where their text is long."""
LONG: Final = 17
"""Letters from which a text is long."""
ORIGIN: Final = {
    "ellipsoid_area_m2": "geometry", "built_share": "imagery", "far": "surveyed", "site_coverage": "surveyed",
}  # fmt: skip
"""Where a figure comes from that stands in no cell; of all others: computed."""


class Sources:
    """The numbered sources of one page."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._numbers: dict[tuple[str, str, int], int] = {}

    def number(self, file: str, sheet: str, row: int) -> int:
        """Return the number of a row of an input file; a new one for a row not cited before."""
        return self._numbers.setdefault((file, sheet, row), len(self._numbers) + 1)

    def lines(self) -> list[str]:
        """Return what each number stands for."""
        return [
            word("page", "source", self.lang, n=n, file=file, sheet=sheet_in_brackets(sheet, self.lang), row=row)
            for (file, sheet, row), n in self._numbers.items()
        ]


class Cells:
    """The input rows of some parcels, found once."""

    def __init__(self, analysis: Analysis, parcel_ids: Iterable[str]) -> None:
        wanted = set(parcel_ids)
        self._rows: dict[str, list[tuple[RawPart, Row]]] = {}
        for table in ("parcels", "cases"):
            for part in analysis.raw.of(table):
                if "parcel_id" in part.frame.columns:
                    self._read(table, part, wanted)

    def _read(self, table: str, part: RawPart, wanted: set[str]) -> None:
        for row in records(part.frame.loc[part.frame["parcel_id"].isin(wanted)]):
            self._rows.setdefault(f"{table}:{row['parcel_id']}", []).append((part, row))

    def origin(self, parcel_id: str, name: str, sources: Sources) -> str:
        """Return the number of the row that states a fact, ``[2]``, with a word where a form corrected it; blank."""
        for part, row in self._rows.get(f"parcels:{parcel_id}", ()):
            if not known(row, name):
                continue
            number = sources.number(part.file, part.sheet, int(row["source_row"]))
            changed = (int(row["source_row"]), name) in part.corrections
            return f"[{number}]" + (word("page", "corrected", sources.lang) if changed else "")
        return ""

    def case(self, parcel_id: str) -> Mapping[str, str]:
        """Return unit, leader, person and due of the case of a parcel, as far as one is given."""
        found = self._rows.get(f"cases:{parcel_id}", [])
        row = found[-1][1] if found else {}
        names = {"unit": "unit", "leader": "leader", "person": "person", "due": "due", "agreed": "measure"}
        return {place: _text(row[name]) for place, name in names.items() if known(row, name)}


def facts_of(row: Row, cells: Cells, sources: Sources) -> list[dict[str, Any]]:
    """Return title, value and origin of every fact that is known.

    Parameters
    ----------
    row
        The parcel with all its columns.
    """
    lang, key = sources.lang, str(row["parcel_id"])
    told = []
    for name in FACTS:
        if not known(row, name):
            continue
        value = shown("parcels", name, row[name], lang)
        stated = cells.origin(key, name, sources) if name not in ORIGIN else ""
        origin = stated or word("page", ORIGIN.get(name, "computed"), lang)
        wide = name in WIDE and len(value) > LONG
        told.append({"title": title("parcels", name, lang), "value": value, "origin": origin, "wide": wide})
    return told


def _text(value: Any) -> str:
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)
