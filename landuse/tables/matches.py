"""Say who a row that names an enterprise without a usable code was taken for, on what evidence, and what is open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from landuse.tables.columns import PROVENANCE

MATCHES: Final = "matches"
"""Table of overrides.csv that holds the decisions on names."""
SAME: Final = "same"
OTHER: Final = "other"
"""What a decision says of a name and an enterprise."""
NAMED: Final = "名称:"
"""Begins the code of a row that has a name and no code: it stays told apart, and is no enterprise."""
ROLES: Final[dict[tuple[str, str], str]] = {
    ("accounts", "uscc"): "name",
    ("occupancy", "uscc"): "name",
    ("occupancy", "lessor_uscc"): "lessor_name",
    ("meters", "uscc"): "name",
    ("official", "uscc"): "name",
    ("parcels", "holder_uscc"): "holder",
}
"""Table and column of a credit code -> column that may name the enterprise instead."""
STATES: Final = ("joined", "decided", "open", "none")
"""joined = by an exact key or an equal name; decided = a person said so; open = proposed, to be confirmed; none."""


@dataclass(frozen=True)
class Matches:
    """Every name (with the code beside it) that stands in a table without the code of a known enterprise."""

    claims: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Key claim (plain name | code as found): name, code, code_kind, state, ground, uscc, matched (name of the
    enterprise), who, day, place."""
    candidates: pd.DataFrame = field(default_factory=pd.DataFrame)
    """claim, uscc, matched, ground, score, refused, best first: who may be meant by an open claim, or was refused."""
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    """claim, table, column, source_file, source_sheet, source_row, and as far as stated year, tax_wan, output_wan,
    energy_tce, parcel_id, area_m2, address, town."""

    def joined_rows(self, table: str) -> pd.DataFrame:
        """Return the rows of a table that joined an enterprise without its code: provenance, said (name, else code)."""
        if not len(self.rows):
            return pd.DataFrame(columns=[*PROVENANCE, "said"])
        rows = self.rows[self.rows["table"].eq(table).to_numpy(dtype=bool)]
        claims = self.claims[self.claims["state"].isin(["joined", "decided"]).to_numpy(dtype=bool)]
        said = dict(zip(claims["claim"], claims["name"].fillna(claims["code"]), strict=True))
        rows = rows[rows["claim"].isin(said).to_numpy(dtype=bool)]
        return rows[list(PROVENANCE)].assign(said=rows["claim"].map(said)).reset_index(drop=True)
