"""Type the tables by stage: columns, checks, issues, balance, and the frozen values that rooms pass on."""

from landuse.tables.balance import BALANCE_COLUMNS, balance_step, verify_balance
from landuse.tables.columns import KEYS, PROVENANCE, QUANTITIES, Column, check, column, columns, table_title, unit_title
from landuse.tables.issues import ISSUE_COLUMNS, issue_rows, join_issues, no_issues, one_issue, worded_issues
from landuse.tables.plans import Outcome, Plans
from landuse.tables.source_cells import SOURCE_CELL
from landuse.tables.stages import (
    Analysis,
    Base,
    Geometries,
    InputFile,
    Land,
    Layer,
    Parcels,
    PreviousRun,
    RasterInput,
    RasterWindow,
    RawPart,
    RawTables,
    from_wkb,
)
from landuse.tables.variants import ClassSteps, Variants

__all__ = [
    "BALANCE_COLUMNS",
    "ISSUE_COLUMNS",
    "KEYS",
    "PROVENANCE",
    "QUANTITIES",
    "SOURCE_CELL",
    "Analysis",
    "Base",
    "ClassSteps",
    "Column",
    "Geometries",
    "InputFile",
    "Land",
    "Layer",
    "Outcome",
    "Parcels",
    "Plans",
    "PreviousRun",
    "RasterInput",
    "RasterWindow",
    "RawPart",
    "RawTables",
    "Variants",
    "balance_step",
    "check",
    "column",
    "columns",
    "from_wkb",
    "issue_rows",
    "join_issues",
    "no_issues",
    "one_issue",
    "table_title",
    "unit_title",
    "verify_balance",
    "worded_issues",
]
