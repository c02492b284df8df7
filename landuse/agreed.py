"""Put together what the named rules look at: parcels with what was agreed, asked and built, and earlier grades."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from landuse import industry
from landuse.assemble.shares import position_in
from landuse.join import AMOUNTS, Holdings
from landuse.policy import Facts, Plots
from landuse.policy.rules.case import no_grades
from landuse.policy.rules.controls import control_rows, demands, industry_of_land
from landuse.policy.rules.plots import Ground, land_columns, land_findings
from landuse.project import Project
from landuse.ranking.text import text_of
from landuse.rule import Rule
from landuse.tables import Base
from landuse.units import COUNTS


@dataclass(frozen=True)
class Seen:
    """What was seen beside the accounts of the year."""

    density: pd.DataFrame = field(default_factory=pd.DataFrame)
    """far, site_coverage, row by row with the parcels, as far as there are buildings."""
    grades: pd.DataFrame = field(default_factory=no_grades)
    """uscc, year, grade of earlier years."""


def named_facts(base: Base, held: Holdings, seen: Seen, *, project: Project, rule: Rule) -> Facts:
    """Return the facts of the named rules: findings on the parcels, who uses them, grades of earlier years."""
    year = project.project.year
    occupancy, firms = held.land.occupancy, base.enterprises
    table = _parcels(base, held, seen.density)
    grade = text_of(table, "price_level")
    controls = control_rows(base.controls, rule, project.language)
    none = pd.Series(pd.NA, table.index, dtype="str")
    code = industry_of_land(table, occupancy, firms) if len(controls) else none
    asked = demands(controls, code, grade, plain=rule.industry == industry.PLAIN)
    ground = Ground(table, asked, rule, project.as_of, year, project.language)
    plots = Plots(table["parcel_id"], occupancy, land_findings(ground), land_columns(ground))
    return Facts(year, seen.grades, plots)


def _parcels(base: Base, held: Holdings, density: pd.DataFrame) -> pd.DataFrame:
    """Return the parcels with the tax laid on them and what is built there."""
    table = base.parcels.table.reset_index(drop=True)
    sums = held.money.parcels
    place = position_in(table["parcel_id"], sums[sums.columns[0]])
    tax = sums[AMOUNTS["tax_wan"]].to_numpy(dtype=float, na_value=np.nan)
    built = {str(name): density[name].to_numpy() for name in density.columns if name in {"far", "site_coverage"}}
    return table.assign(tax_wan=np.append(tax, np.nan)[place] / COUNTS["tax_wan"], **built)
