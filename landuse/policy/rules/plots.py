"""Judge parcels against what was agreed and what is asked of them: R04, R05, R10, agreed tax, site coverage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from landuse.policy.rules.controls import Demands
from landuse.policy.rules.finding import (
    Figure,
    Finding,
    Floats,
    Mask,
    Piece,
    Telling,
    Ternary,
    below,
    decide,
    words_of,
)
from landuse.ranking.status import FINISHED
from landuse.ranking.text import Coded, text_of
from landuse.rule import Rule
from landuse.tables.cells import Days, days, numbers
from landuse.units import MU_PER_HA


@dataclass(frozen=True)
class Plots:
    """What was found on parcels, and who uses them."""

    parcels: pd.Series
    """parcel_id, row by row with the findings."""
    occupancy: pd.DataFrame
    """parcel_id, uscc, land_cm2, tenure."""
    findings: Mapping[str, Finding]
    """Rule -> finding row by row."""
    columns: pd.DataFrame
    """far_required, invest_intensity_wan_per_ha, invest_required_wan_per_ha, as far as anything is known of them."""


@dataclass(frozen=True)
class Ground:
    """Parcels with what is agreed, asked and there."""

    table: pd.DataFrame
    """Parcel table with far, site_coverage, tax_wan as far as known."""
    asked: Demands
    rule: Rule
    as_of: date
    year: int
    lang: str

    def number(self, name: str) -> Floats:
        """Return a number column; unknown throughout where the table lacks it."""
        return numbers(self.table, name)

    @property
    def area_mu(self) -> Floats:
        """Return the land; NaN where it is not positive."""
        area = self.number("area_mu")
        return np.where(area > 0, area, np.nan)

    @property
    def tax_per_mu(self) -> Floats:
        """Return the tax laid on the parcel per mu."""
        return self.number("tax_wan") / self.area_mu

    @property
    def building(self) -> Mask:
        """Return which parcels are under construction and within their term (the agreed day is within it)."""
        day = np.datetime64(self.as_of)
        done = days(self.table, "finish_date") <= day
        done |= text_of(self.table, "start_state").eq(FINISHED).fillna(value=False).to_numpy(dtype=bool)
        within: Mask = (days(self.table, "finish_due") >= day) & ~done
        return within


def land_findings(ground: Ground) -> dict[str, Finding]:
    """Return the findings on parcels; R04, R05 and R10 always, those that no rule rests on where anything is asked."""
    found = {
        "R04": far_under_standard(ground),
        "R05": investment_under_standard(ground),
        "R10": production_not_reached(ground),
    }
    asked = np.fmax(ground.number("tax_due_wan_per_mu"), ground.asked.number["tax_min_wan_per_mu"])
    if not np.isnan(asked).all():
        found["TAX_DUE"] = tax_under_agreed(ground)
    if not np.isnan(ground.asked.number["site_coverage_min"]).all():
        found["SITE_COVERAGE"] = coverage_under_standard(ground)
    return found


def land_columns(ground: Ground) -> pd.DataFrame:
    """Return the figures behind R04 and R05 that are known of any parcel.

    Intensity = (fixed investment + land price) / land; required is the higher of what the contract and the control
    table ask, the land price of the contract included (DOMAIN 7.2). All in 10,000 yuan a hectare; a fifteenth is a mu.
    """
    price, area = ground.number("land_price_wan"), ground.area_mu / MU_PER_HA
    due = (ground.number("invest_due_wan") + price) / area
    values = {
        "far_required": np.fmax(ground.number("far_due"), ground.asked.number["far_min"]),
        "invest_intensity_wan_per_ha": (ground.number("invest_actual_wan") + price) / area,
        "invest_required_wan_per_ha": np.fmax(due, ground.asked.number["invest_min_wan_per_ha"]),
    }
    known = {name: value for name, value in values.items() if not np.isnan(value).all()}
    return pd.DataFrame(known, index=ground.table.index)


# ------------------------------------------------------------------------------------------- the rules


def far_under_standard(ground: Ground) -> Finding:
    """Return R04 容积率不达标: floor area ratio < the higher of far_due and the control table's far_min.

    Exactly the standard is not under it. A parcel under construction within its term is not compared: false. A blank
    contract leaves the control table, and the other way round; without both nothing is said.
    """
    far, required = ground.number("far"), np.fmax(ground.number("far_due"), ground.asked.number["far_min"])
    outcome = below(far, required).false_in(ground.building)
    needs = {"far": np.isnan(far), "far_due": np.isnan(required), "far_min": np.isnan(required)}
    pieces: dict[str, Piece] = {
        "far": Figure(far, required),
        "required": required,
        "source": _source(ground, "far_due", "far_min"),
    }
    return decide(outcome, needs, [*_building(ground), *_tell(ground, "R04", outcome, pieces)], ground.lang)


def investment_under_standard(ground: Ground) -> Finding:
    """Return R05 投资强度不达标: invested less than agreed, or intensity under the control table.

    Against the contract both sides are without the land price; against the table the intensity includes it (DOMAIN
    7.2). Exactly the standard is not under it. Without the land price an investment that reaches the table alone does
    reach it, and any other leaves it open. Parcels under construction within their term are not compared: false.
    """
    actual, due = ground.number("invest_actual_wan"), ground.number("invest_due_wan")
    minimum, area = ground.asked.number["invest_min_wan_per_ha"], ground.area_mu / MU_PER_HA
    intensity = (actual + ground.number("land_price_wan")) / area
    by_contract, by_table = below(actual, due), below(intensity, minimum)
    by_table = Ternary(by_table.true, by_table.false | below(actual / area, minimum).false)
    agreed, asked = ~np.isnan(due), ~np.isnan(minimum)
    outcome = by_contract.false_in(~agreed) | by_table.false_in(~asked)
    outcome = outcome.known_in(agreed | asked).false_in(ground.building)
    blank, none = np.isnan(actual), ~(agreed | asked)
    needs = {
        "invest_actual_wan": blank,
        "area_mu": asked & np.isnan(area) & by_table.unknown,
        "land_price_wan": asked & np.isnan(ground.number("land_price_wan")) & by_table.unknown & ~blank,
        "invest_due_wan": none,
        "invest_min_wan_per_ha": none,
    }
    tellings = [*_building(ground), *_investment(ground, outcome, agreed, asked, intensity)]
    return decide(outcome, needs, tellings, ground.lang)


def tax_under_agreed(ground: Ground) -> Finding:
    """Return TAX_DUE: tax per mu < the higher of tax_due_wan_per_mu and the control table's tax_min_wan_per_mu."""
    tax, asked = ground.tax_per_mu, ground.asked.number["tax_min_wan_per_mu"]
    required = np.fmax(ground.number("tax_due_wan_per_mu"), asked)
    outcome = below(tax, required)
    needs = {"tax_wan": np.isnan(tax), "tax_due_wan_per_mu": np.isnan(required)}
    pieces: dict[str, Piece] = {
        "tax": Figure(tax, required),
        "required": required,
        "gap": (required - tax) * ground.area_mu,
        "source": _source(ground, "tax_due_wan_per_mu", "tax_min_wan_per_mu"),
    }
    return decide(outcome, needs, _tell(ground, "TAX_DUE", outcome, pieces), ground.lang)


def coverage_under_standard(ground: Ground) -> Finding:
    """Return SITE_COVERAGE: buildings alone reach the standard, or structures and yards must be known as well.

    建筑系数 counts buildings, structures and open storage; footprints of buildings can only show that it is reached.
    """
    coverage, required = ground.number("site_coverage"), ground.asked.number["site_coverage_min"]
    reached = below(coverage, required)
    outcome = Ternary(np.zeros(len(coverage), dtype=bool), reached.false)
    needs = {
        "site_coverage": np.isnan(coverage),
        "yards": reached.true,
        "site_coverage_min": np.isnan(required),
    }
    source = _named(ground, "site_coverage_min")
    pieces: dict[str, Piece] = {"coverage": coverage * 100, "required": required * 100, "source": source}
    return decide(outcome, needs, _tell(ground, "SITE_COVERAGE", outcome, pieces), ground.lang)


def production_not_reached(ground: Ground) -> Finding:
    """Return R10 约定期满未达产: the term to production has passed and tax per mu is under what was agreed.

    The term ends ``ramp_years`` years after the agreed completion, else after the actual one. It has passed when the
    whole evaluation year lies after it: a term that ends on 31 December of the year before has, one that ends on
    1 January of the year has not. Exactly the agreed tax is not under it.
    """
    agreed, actual = days(ground.table, "finish_due"), days(ground.table, "finish_date")
    day: Days = np.where(np.isnat(agreed), actual, agreed).astype("datetime64[D]")
    passed = _year(day) + ground.rule.ramp_years < ground.year
    tax, due = ground.tax_per_mu, ground.number("tax_due_wan_per_mu")
    known = ~np.isnat(day)
    outcome = Ternary(passed & known, ~passed & known) & below(tax, due)
    needs = {
        "tax_due_wan_per_mu": np.isnan(due),
        "tax_wan": np.isnan(tax),
        "finish_due": ~known,
    }
    words = words_of("completion", ground.lang)
    event = Coded(np.where(np.isnat(agreed), np.where(known, 1, 2), 0).astype(np.intp), list(words.values()))
    pieces: dict[str, Piece] = {"date": _dated(day), "event": event, "ramp": str(ground.rule.ramp_years)}
    pieces |= {"tax": Figure(tax, due), "due": due}
    return decide(outcome, needs, _tell(ground, "R10", outcome, pieces), ground.lang)


# ----------------------------------------------------------------------------------------------- parts


def _tell(ground: Ground, rule_id: str, outcome: Ternary, pieces: Mapping[str, Piece]) -> list[Telling]:
    words = words_of("rule_because", ground.lang)
    return [
        Telling(rows, text, {name: piece for name, piece in pieces.items() if "{" + name + "}" in text})
        for rows, text in ((outcome.true, words[f"{rule_id}_true"]), (outcome.false, words[f"{rule_id}_false"]))
    ]


def _building(ground: Ground) -> list[Telling]:
    text = words_of("rule_because", ground.lang)["not_due"]
    return [Telling(ground.building, text, {"due": days(ground.table, "finish_due")})]


def _investment(ground: Ground, outcome: Ternary, agreed: Mask, asked: Mask, intensity: Floats) -> list[Telling]:
    """Return the sentences of R05: the intensity, then each standard that there is, then the result."""
    words, minimum = words_of("rule_because", ground.lang), ground.asked.number["invest_min_wan_per_ha"]
    due, bare = ground.number("invest_due_wan"), ground.number("invest_actual_wan") / (ground.area_mu / MU_PER_HA)
    shown = np.where(np.isnan(intensity), bare, intensity)
    pieces: dict[str, Piece] = {
        "intensity": Figure(shown, minimum),
        "per_mu": shown / MU_PER_HA,
        "basis": Coded(np.isnan(intensity).astype(np.intp), list(words_of("land_price_part", ground.lang).values())),
        "actual": Figure(ground.number("invest_actual_wan"), due),
        "due": due,
        "required": minimum,
        "source": _named(ground, "invest_min_wan_per_ha"),
    }
    tellings = []
    for clauses, rows in (
        (("R05_contract",), agreed & ~asked),
        (("R05_control",), asked & ~agreed),
        (("R05_contract", "R05_control"), agreed & asked),
    ):
        for end, result in (("R05_true", outcome.true), ("R05_false", outcome.false)):
            text = "".join(words[name] for name in ("R05_lead", *clauses, end))
            used = {name: piece for name, piece in pieces.items() if "{" + name + "}" in text}
            tellings.append(Telling(rows & result, text, used))
    return tellings


def _source(ground: Ground, agreed: str, asked: str) -> Coded:
    """Return where the higher of two standards stands: the contract, or the control table with its source."""
    named, control = _named(ground, asked), ground.asked.number[asked]
    contract = ground.number(agreed)
    by_contract = ~np.isnan(contract) & ~(control > contract)
    words = [words_of("standard", ground.lang)["contract"], *named.words]
    return Coded(np.where(by_contract, 0, named.codes + 1), words)


def _named(ground: Ground, asked: str) -> Coded:
    text, source = words_of("standard", ground.lang)["control"], ground.asked.source[asked]
    return Coded(source.codes, [text.format(source=word) if word else _bare(text) for word in source.words])


def _bare(text: str) -> str:
    """Return the words of a control table without a source."""
    return text.format(source="").replace("()", "").rstrip(": ")


def _year(day: Days) -> Floats:
    """Return the year of each day as a number; NaN where it is blank."""
    years = day.astype("datetime64[Y]").astype(np.int64) + 1970
    return np.where(np.isnat(day), np.nan, years)


def _dated(day: Days) -> Coded:
    """Return days as texts, a dash where blank; the same day is written once."""
    codes, distinct = pd.factorize(day.astype("datetime64[s]"))
    texts = [str(np.datetime64(one, "D")) for one in distinct]
    return Coded(np.where(codes < 0, len(texts), codes), [*texts, "—"])
