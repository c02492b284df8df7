"""[inputs]: which files hold which table."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field

from landuse.settings import Entries, FilePath, InputEntry, RasterEntry, Section

INPUT_TABLES: Final = (
    "parcels", "enterprises", "accounts", "occupancy", "land_prices", "buildings", "parks", "official", "controls",
    "amendments", "delays", "meters", "patrols", "cases", "targets", "demands", "hand_plans",
    "objections", "decisions", "previous", "context", "overrides",
)  # fmt: skip
LATER_TABLES: Final = frozenset({"patrols"})
"""Tables that the contract names and a later capability reads."""


class Inputs(Section):
    """[inputs]: one entry per table, a path, a list, or a table of options."""

    parcels: Annotated[Entries, Field(min_length=1)]
    enterprises: Entries = ()
    accounts: Entries = ()
    occupancy: Entries = ()
    land_prices: Entries = ()
    buildings: Entries = ()
    parks: Entries = ()
    official: Entries = ()
    """A list of the authority (uscc, listed or grade, score, rank) that the result is compared with."""
    controls: Entries = ()
    rasters: dict[str, RasterEntry] = {}
    amendments: Entries = ()
    delays: Entries = ()
    meters: Entries = ()
    patrols: Entries = ()
    cases: Entries = ()
    targets: Entries = ()
    demands: Entries = ()
    hand_plans: Entries = ()
    """The plan workbook that came back, with column 方案."""
    objections: Entries = ()
    decisions: Entries = ()
    previous: FilePath | None = None
    """Folder of last year's run, with its manifest.json and Parquet tables."""
    context: Entries = ()
    overrides: Entries = ()

    def of(self, table: str) -> tuple[InputEntry, ...]:
        """Return the entries of one table in the order of the project file; empty where there are none."""
        entries: tuple[InputEntry, ...] = getattr(self, table)
        return entries


def without_unstated(inputs: dict[str, Any]) -> None:
    """Leave out of the inputs as plain values what only newer versions know and no entry states.

    The digests of earlier versions stay what they were.
    """
    for entries in inputs.values():
        for entry in entries if isinstance(entries, list) else ():
            for name in ("axes", "industry_edition"):
                if entry.get(name) is None:
                    entry.pop(name, None)
