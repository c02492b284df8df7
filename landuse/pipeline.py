"""Run the whole analysis, step by step: the file to read first."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pyarrow as pa

from landuse.again import Asked, put_beside, with_past
from landuse.assemble import base_tables
from landuse.assemble.corrections import corrected, stated
from landuse.assemble.matching import matched
from landuse.assemble.official import official_list
from landuse.assemble.plausible import land_doubts
from landuse.evaluate import Ground, facts_of, ground_of, issues_of
from landuse.join import Opinions, parcel_results
from landuse.law import idle
from landuse.law.deadlines import deadline_doubts
from landuse.look import doubts, look
from landuse.planned import is_asked, planned
from landuse.policy import rule_in_force, stage_notes, variants_in_force
from landuse.policy.agreement import agreement
from landuse.project import Project
from landuse.read import read_tables
from landuse.readings import stability_columns
from landuse.reports.receipt.listed import receipt_notes
from landuse.rule import Rule
from landuse.scenarios.lift import lifts
from landuse.tables import Analysis, Base, RawTables, join_issues, verify_balance
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
    """Turn raw tables into an analysis: assemble, lay out land and money, rank, judge, look at the evidence, plan."""
    found = _judged(raw, project, progress)
    if not is_asked(project):
        return found
    progress("plan")
    return planned(found)


def _judged(raw: RawTables, project: Project, progress: Progress) -> Analysis:
    """Return the analysis before any plan is made."""
    rule, rules = rule_in_force(project), variants_in_force(project)

    progress("assemble")
    raw, base, ground = _assembled(raw, project, rule)

    progress("evidence")
    witness = look(base, raw, project)

    progress("rank")
    asked, past = with_past(Asked(base, ground, project, rule), raw.previous, witness.table)
    found = asked.evaluated()
    beside = put_beside(asked, found, past, rules)

    progress("law")
    clock = idle.judge(base.parcels.table, project)
    held, verdict = ground.held, found.verdict
    said = Opinions(ground.prices, found.k, verdict, clock, witness)
    parcels = parcel_results(base, held, said, project=project, rule=rule)

    progress("close")
    official = official_list(raw.of("official"), verdict.enterprises, year=project.project.year)
    issues = (
        raw.issues, base.issues, *issues_of(found), past.issues, land_doubts(verdict.enterprises), clock.issues,
        witness.issues, doubts(witness, parcels, project), stage_notes(project, rule), deadline_doubts(project),
        official.issues, receipt_notes(project, parcels, verdict.enterprises),
    )  # fmt: skip
    return Analysis(
        project=project,
        raw=raw,
        parcels=base.parcels.with_table(parcels),
        enterprises=beside.enterprises.assign(**stability_columns(base, found, project, rule)),
        occupancy=held.land.occupancy,
        accounts=base.accounts,
        findings=pd.concat([verdict.findings, clock.findings], ignore_index=True, sort=False),
        groups=found.ranked.groups,
        lift=lifts(verdict.enterprises, rule=rule),
        history=beside.history,
        issues=located(join_issues(issues), raw, year=project.project.year),
        balance=verify_balance(pd.concat([base.balance, held.land.balance, held.money.balance], ignore_index=True)),
        agreement=agreement(official.table, verdict.enterprises),
        facts=facts_of(rule, base, found),
        variants=beside.variants,
    )


def _assembled(raw: RawTables, project: Project, rule: Rule) -> tuple[RawTables, Base, Ground]:
    """Return the raw tables with their corrections, the typed tables, and who uses which land."""
    raw = matched(raw, stated(raw.of("overrides")))
    raw = corrected(raw, project, rule)
    base = base_tables(raw, project, rule)
    ground = ground_of(base, project, rule)
    return raw.stored(), base.stored(), ground  # the polygons are measured: three quarters of a gigabyte at a million
