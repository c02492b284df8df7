"""Run the whole analysis, step by step: the file to read first."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pyarrow as pa

from landuse.assemble import base_tables
from landuse.assemble.land_price import parcel_prices
from landuse.assemble.occupancy import who_uses
from landuse.assemble.plausible import land_doubts
from landuse.indicators import year_books
from landuse.join import (
    Holdings,
    Opinions,
    candidates,
    history_of,
    money_on_land,
    parcel_results,
    price_coefficients,
    year_amounts,
)
from landuse.law import idle
from landuse.look import doubts, look
from landuse.policy import judge, rule_in_force
from landuse.project import Project
from landuse.ranking import rank
from landuse.read import read_tables
from landuse.tables import Analysis, RawTables, join_issues, verify_balance
from landuse.tables.origin import located

Progress = Callable[[str], None]


def run(project: Project, progress: Progress = lambda _: None) -> Analysis:
    """Read the inputs of a project and analyse them.

    Parameters
    ----------
    progress
        Called with the name of each step as it begins.

    Raises
    ------
    InputError
        Bad input: nothing is computed.
    DefectError
        A balance does not close.
    """
    progress("read")
    return analyse(read_tables(project), project, _settled(progress))


def _settled(progress: Progress) -> Progress:
    """Return the progress callback, giving back before each step the memory that the one before left over."""

    def step(name: str) -> None:
        pa.default_memory_pool().release_unused()
        progress(name)

    return step


def analyse(raw: RawTables, project: Project, progress: Progress = lambda _: None) -> Analysis:
    """Turn raw tables into an analysis: assemble, lay out land and money, rank, judge, look at the evidence."""
    rule, lang, year = rule_in_force(project), project.language, project.project.year

    progress("assemble")
    base = base_tables(raw, project, rule)
    land = who_uses(base, project, rule)
    prices = parcel_prices(base, rule)
    money = money_on_land(year_amounts(base.accounts, rule=rule, year=year), base, land)
    raw, base = raw.stored(), base.stored()  # the polygons are measured: three quarters of a gigabyte at a million

    progress("rank")
    held = Holdings(land, money, year_books(base.accounts, rule=rule, year=year))
    firms = candidates(base, held, project=project, rule=rule)
    k = price_coefficients(prices, land, firms, rule=rule)
    ranked = rank(firms.assign(price_coefficient=k.enterprise), rule=rule, lang=lang)
    verdict = judge(ranked, rule=rule, lang=lang)

    progress("law")
    clock = idle.judge(base.parcels.table, project)

    progress("evidence")
    witness = look(base, raw, project)
    parcels = parcel_results(base, held, Opinions(prices, k, verdict, clock, witness), project=project, rule=rule)

    progress("close")
    found = (
        raw.issues, base.issues, land.issues, prices.issues, money.issues, held.books.issues, ranked.issues,
        land_doubts(verdict.enterprises), clock.issues, witness.issues, doubts(witness, parcels, project),
    )  # fmt: skip
    del held, firms, prices, witness  # a third of a gigabyte at a million parcels
    return Analysis(
        project=project,
        raw=raw,
        parcels=base.parcels.with_table(parcels),
        enterprises=verdict.enterprises,
        occupancy=land.occupancy,
        accounts=base.accounts,
        findings=pd.concat([verdict.findings, clock.findings], ignore_index=True, sort=False),
        groups=ranked.groups,
        history=history_of(verdict.enterprises, year),
        issues=located(join_issues(found), raw, year=year),
        balance=verify_balance(pd.concat([base.balance, land.balance, money.balance], ignore_index=True)),
        facts={"rule": rule, "reference_price": k.reference, "unallocated": money.unallocated},
    )
