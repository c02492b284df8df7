"""Evaluate a base by a rule: who uses which land, what it bears, who stands where, what the rules say.

The part of a run that may be asked again: for another year, another rule, a corrected figure. No rule of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from landuse.agreed import Seen, named_facts
from landuse.assemble.land_price import Prices, parcel_prices
from landuse.assemble.meters import electricity
from landuse.assemble.occupancy import who_uses
from landuse.assemble.power import power_doubts, power_of
from landuse.indicators import with_meters, year_books
from landuse.join import (
    Coefficients,
    Holdings,
    candidates,
    money_on_land,
    price_coefficients,
    year_amounts,
)
from landuse.policy import Verdict, judge
from landuse.project import Project
from landuse.ranking import Ranked, rank
from landuse.rule import Rule
from landuse.tables import Base, join_issues


@dataclass(frozen=True)
class Ground:
    """What the land says before anybody is compared: users with their land, and its price."""

    held: Holdings
    prices: Prices
    power: pd.DataFrame
    """What monthly electricity shows of each enterprise (`assemble.power.power_of`); empty without meters."""
    issues: pd.DataFrame
    """Doubts about the electricity."""


@dataclass(frozen=True)
class Evaluation:
    """What a rule says of enterprises in one year."""

    ground: Ground
    k: Coefficients
    ranked: Ranked
    verdict: Verdict


def ground_of(base: Base, project: Project, rule: Rule) -> Ground:
    """Return who uses which land, with the money of the project's year laid on it, the price, the electricity."""
    year = project.project.year
    land = who_uses(base, project, rule)
    prices = parcel_prices(base, rule)
    money = money_on_land(year_amounts(base.accounts, rule=rule, year=year), base, land)
    used = electricity(base.meters, base, land) if len(base.meters) else None
    power = power_of(used.table, as_of=project.as_of, year=year) if used else pd.DataFrame()
    books = with_meters(year_books(base.accounts, rule=rule, year=year), power, rule=rule)
    doubts = [used.issues, power_doubts(power, base.enterprises)] if used else []
    return Ground(Holdings(land, money, books), prices, power, join_issues(doubts))


def evaluate(base: Base, ground: Ground, project: Project, rule: Rule, seen: Seen | None = None) -> Evaluation:
    """Return the comparison of the enterprises and the verdict on them.

    Parameters
    ----------
    seen
        Buildings on the parcels and grades of earlier years; without it, what rests on them is undetermined.
    """
    k, ranked = compared(base, ground, project, rule)
    facts = named_facts(base, ground.held, seen or Seen(), project=project, rule=rule)
    facts = replace(facts, power=ground.power)
    return Evaluation(ground, k, ranked, judge(ranked, rule=rule, lang=project.language, facts=facts))


def compared(base: Base, ground: Ground, project: Project, rule: Rule) -> tuple[Coefficients, Ranked]:
    """Return the comparison of the enterprises alone, without a verdict."""
    firms = candidates(base, ground.held, project=project, rule=rule)
    k = price_coefficients(ground.prices, ground.held.land, firms, rule=rule)
    return k, rank(firms.assign(price_coefficient=k.enterprise), rule=rule, lang=project.language)


def issues_of(evaluation: Evaluation) -> tuple[pd.DataFrame, ...]:
    """Return the issues that an evaluation raised, in the order of its steps."""
    held = evaluation.ground.held
    return (
        held.land.issues, evaluation.ground.prices.issues, evaluation.ground.issues, held.money.issues,
        held.books.issues,
        evaluation.ranked.issues, evaluation.verdict.issues,
    )  # fmt: skip


def facts_of(rule: Rule, base: Base, found: Evaluation) -> dict[str, Any]:
    """Return what belongs to no row, what the groups were compared with, and what stands behind contract facts."""
    ground = found.ground
    return {
        "rule": rule,
        "reference_price": found.k.reference,
        "yard": found.ranked.yard,
        "unallocated": ground.held.money.unallocated,
        "papers": base.papers,
        "power": ground.power,
    }
