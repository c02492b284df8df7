"""Ask a run again, for another year or by another rule: only what the change touches is done anew. No rule of its own.

Which setting touches which stage stands in one table, `landuse.overrides.STAGES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.agreed import Seen
from landuse.assemble.areas import choose_area
from landuse.assemble.land_price import parcel_prices
from landuse.assemble.meters import electricity
from landuse.assemble.occupancy import who_uses
from landuse.assemble.power import power_of
from landuse.assemble.shares import BLANK, position_in
from landuse.evaluate import Evaluation, Ground, compared, evaluate
from landuse.frozen import Locked
from landuse.indicators import with_meters, year_books
from landuse.join import Holdings, history_of, money_on_land, year_amounts
from landuse.measures import quantities
from landuse.overrides import STAGES, settings_of, stages
from landuse.policy import CLASSES, class_finder, rule_in_force
from landuse.policy.verdict import BOTTOM_SHARE, other_rules
from landuse.project import Project
from landuse.rule import Rule
from landuse.scenarios import history as years
from landuse.scenarios.shares import NEVER, class_steps, least_shares, listed_from
from landuse.scenarios.variants import KEPT, Answer, Places, compare_variants
from landuse.scenarios.variants import enterprise_columns as variant_columns
from landuse.settings import Frozen
from landuse.tables import Base, PreviousRun, Variants
from landuse.tables.cells import numbers
from landuse.units import CM2_PER_MU, COUNTS

YEAR_AFTER_YEAR: Final = "R08"
"""Rule that rests on the grades of earlier years."""


@dataclass(frozen=True)
class Asked:
    """A question put to a base, with the answers that rest on land, prices and books."""

    base: Base
    ground: Ground
    project: Project
    rule: Rule
    seen: Seen = field(default_factory=Seen)

    def with_seen(self, seen: Seen) -> Asked:
        """Return the question with what was seen beside the accounts of the year."""
        return replace(self, seen=seen)

    def again(self, project: Project, rule: Rule) -> Asked:
        """Return the question put anew: stages that no changed setting touches are taken over as they stand."""
        touched = stages(changed_settings(self.project, project), has_leases=len(self.base.leases) > 0)
        base, held, prices = self.base, self.ground.held, self.ground.prices
        if "area" in touched:
            table = choose_area(base.parcels.table, areas=project.areas)
            base = replace(base, parcels=base.parcels.with_table(table))
        land = who_uses(base, project, rule) if "land" in touched else held.land
        year, power = project.project.year, self.ground.power
        metered = len(base.meters) > 0 and (land is not held.land or "power" in touched)
        if metered:
            power = power_of(electricity(base.meters, base, land).table, as_of=project.as_of, year=year)
        same_books = "books" not in touched or _book_of(self.project, self.rule) == _book_of(project, rule)
        books = held.books
        if metered or not same_books:
            books = with_meters(year_books(base.accounts, rule=rule, year=year), power, rule=rule)
        if books is not held.books or land is not held.land:
            money = money_on_land(year_amounts(base.accounts, rule=rule, year=year), base, land)
            held = Holdings(land, money, books)
        prices = parcel_prices(base, rule) if "prices" in touched else prices
        return Asked(base, replace(self.ground, held=held, prices=prices, power=power), project, rule, self.seen)

    def evaluated(self) -> Evaluation:
        """Return the comparison and the verdict."""
        return evaluate(self.base, self.ground, self.project, self.rule, self.seen)


def changed_settings(before: Project, after: Project) -> tuple[str, ...]:
    """Return the settings that differ between two projects, of those on which a stage rests."""
    touching = (setting for setting, touched in STAGES.items() if touched)
    return tuple(setting for setting in touching if _value(before, setting) != _value(after, setting))


def _value(project: Project, setting: str) -> Any:
    section, _, key = setting.partition(".")
    in_force = {"land_date": project.land_date, "as_of": project.as_of}
    return in_force[key] if key in in_force else getattr(getattr(project, section), key)


def _book_of(project: Project, rule: Rule) -> tuple[Any, ...]:
    """Return what the books of a year rest on."""
    return project.project.year, rule.years, rule.revenue_for_output, quantities(rule.indicators)


# ------------------------------------------------------------------------------------------------ years


def past_years(asked: Asked, previous: PreviousRun | None) -> years.Past:
    """Return how the enterprises stood in the other years of the accounts, and in last year's run.

    Each year is compared by the rule of the run, as of its own 31 December: rows of occupancy with dates count where
    they cover that day, and so do the term of construction and the age of an enterprise. Parcels, their areas, holders
    and prices, and the register of enterprises, are those of the run. Frozen groups, bases and prices hold for the
    year of the run alone.
    """
    year = asked.project.project.year
    return years.past(lambda each: _standings(asked, each), years.years_of(asked.base.accounts), previous, year=year)


def with_past(asked: Asked, previous: PreviousRun | None, density: pd.DataFrame) -> tuple[Asked, years.Past]:
    """Return the question with what was seen beside the accounts (buildings, earlier grades), and the other years."""
    past = past_years(asked, previous)
    return asked.with_seen(Seen(density, past.grades)), past


def _standings(asked: Asked, year: int) -> pd.DataFrame:
    head = asked.project.project.model_copy(update={"year": year, "land_date": None, "as_of": None})
    project = asked.project.model_copy(update={"project": head, "frozen": Frozen(), "locked": Locked()})
    then = asked.again(project, rule_in_force(project))
    _, ranked = compared(then.base, then.ground, then.project, then.rule)
    return history_of(ranked.table, rule=then.rule, year=year)


# --------------------------------------------------------------------------------------------- variants


@dataclass(frozen=True)
class Beside:
    """The enterprises of a run with what other years and variants say of them, and the tables that say it."""

    enterprises: pd.DataFrame
    history: pd.DataFrame
    variants: Variants | None


def put_beside(asked: Asked, found: Evaluation, past: years.Past, rules: Mapping[str, tuple[Project, Rule]]) -> Beside:
    """Return the run with other years, last year's run and its variants beside it; nothing where there are none.

    Parameters
    ----------
    rules
        Project and rule of each variant.
    """
    firms, year = found.verdict.enterprises, asked.project.project.year
    rows = years.history(past.rows, history_of(firms, rule=asked.rule, year=year))
    more = years.enterprise_columns(rows, firms["uscc"], past.previous, year=year)
    if not rules:
        return Beside(firms.assign(**more), rows, None)
    settings = {name: settings_of(asked.project.variants[name]) for name in rules}
    answer = _answer(asked, found)
    variants = compare_variants(
        lambda name: _variant(asked, *rules[name], past.previous), settings, answer, _places(asked, firms)
    )
    return Beside(firms.assign(**more, **variant_columns(variants, firms)), rows, variants)


def _variant(asked: Asked, project: Project, rule: Rule, previous: PreviousRun | None) -> Answer:
    then = asked.again(project, rule)
    if YEAR_AFTER_YEAR in rule.enabled:  # the grades of the years before are those of its own rule
        then, _ = with_past(then, previous, asked.seen.density)
    return _answer(then, then.evaluated())


def _answer(asked: Asked, found: Evaluation) -> Answer:
    """Return what an evaluation says, as far as lists are compared."""
    firms, parcels = found.verdict.enterprises, asked.base.parcels.table
    occupancy = asked.ground.held.land.occupancy
    classes = class_finder(parcels, occupancy=occupancy, enterprises=firms, rule=asked.rule)
    money = asked.ground.held.money.parcels
    at = position_in(parcels["parcel_id"], money["parcel_id"])
    tax = np.append(numbers(money, "tax"), np.nan)[at]
    others = other_rules(found.verdict.findings, firms, asked.rule)
    least = least_shares(firms) if BOTTOM_SHARE in asked.rule.enabled else np.full(len(firms), NEVER, dtype=np.uint8)
    return Answer(
        enterprises=firms[list(KEPT)].reset_index(drop=True),
        land_of_enterprises=_whole(numbers(firms, "area_mu") * CM2_PER_MU),
        tax_of_enterprises=_whole(numbers(firms, "tax_wan") * COUNTS["tax_wan"]),
        classes=pd.Series(np.array(CLASSES, dtype=object)[classes(firms["low_efficiency"])], dtype="str"),
        land_of_parcels=parcels["area_cm2"].to_numpy(dtype=np.int64),
        tax_of_parcels=_whole(tax),
        steps=class_steps(least, classes, others=others, names=CLASSES),
        listed_from=listed_from(least, others=others),
    )


def _places(asked: Asked, enterprises: pd.DataFrame) -> Places:
    """Return the park of each parcel, and of each enterprise that of its largest parcel."""
    parcels = asked.base.parcels.table
    none = pd.Series(pd.NA, parcels.index, dtype="str")
    park = (parcels["park"] if "park" in parcels.columns else none).reset_index(drop=True)
    use = asked.ground.held.land.occupancy[["parcel_id", "uscc", "land_cm2"]]
    use = use.sort_values(["land_cm2", "parcel_id"], ascending=[False, True], kind="stable").drop_duplicates("uscc")
    row = position_in(use["parcel_id"], parcels["parcel_id"])
    main = np.append(row, BLANK)[position_in(enterprises["uscc"], use["uscc"])]
    return Places(pd.Series(park.array.take(main, allow_fill=True), dtype="str"), park)


def _whole(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    return np.asarray(np.rint(np.nan_to_num(values)), dtype=np.int64)
