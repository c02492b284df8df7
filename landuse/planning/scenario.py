"""[scenarios.NAME]: one clean-up plan to be made or tried: what it aims at and what it has to keep."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from landuse.settings import Day, Positive, Section, Weight

AIMS: Final = ("tax", "mu", "npv")
Code = Annotated[str, Field(pattern=r"^M([1-9]|1[0-3])$")]
Cases = Annotated[int, Field(ge=0)]


def _aims(value: Any) -> Any:
    """Take the name of one aim, or weights of several: "tax", { tax = 0.7, mu = 0.3 }."""
    weights = {value: 1.0} if isinstance(value, str) else value
    known = isinstance(weights, dict) and weights and set(weights) <= set(AIMS)
    if not known or not all(isinstance(one, int | float) and one >= 0 for one in weights.values()):
        raise PydanticCustomError("aims", "aims")
    if not any(weights.values()):
        raise PydanticCustomError("aims", "aims")
    return weights


class Sites(Section):
    """Contiguous sites that a plan assembles."""

    least_mu: Positive
    """Land of the smallest site, in mu."""
    gap_m: Annotated[float, Field(ge=0, le=500)] = 30.0
    """Widest road or river that a site may span, in metres."""


class Scenario(Section):
    """[scenarios.NAME]: one plan."""

    title: str = ""
    """What it is called in print; blank = its name."""
    expect: Literal["feasible", "infeasible"] = "feasible"
    """A plan known to be impossible, kept to show why, is marked infeasible."""
    choose: Literal["best", "nothing", "hand"] = "best"
    """best = the program chooses; nothing = no parcel is touched; hand = the plan of column 方案 named by `hand`."""
    hand: str = ""
    """Name in column 方案 of the plan workbook (甲, 乙, 丙) …"""
    maximise: Annotated[dict[Literal["tax", "mu", "npv"], Weight], BeforeValidator(_aims)] = {"tax": 1.0}
    """What the plan is to gain: tax uplift a year, freed mu, net present value, or a mix; each part of a mix counts
    against the most that could be had of it alone."""
    measures: tuple[Code, ...] | None = None
    """Measures that may be used; None = all."""
    candidates: Literal["listed", "all"] = "listed"
    """listed = low-efficiency and suspected idle land alone (and what is locked in); all = every parcel that a measure
    suits, e.g. an operating one with room to build more."""
    target_mu: Annotated[float, Field(ge=0)] | Literal["targets"] | None = None
    """Land to be handled, in mu; "targets" = the sum of table targets; None = none. What is done or in negotiation
    (table cases) counts towards it once."""
    count: Literal["planned", "expected"] = "planned"
    """Whether land, money and tax count in full, or by the chance that the measure succeeds."""
    budget_wan: Annotated[float, Field(ge=0)] | None = None
    """Money for all years together, 10,000 yuan."""
    budget_by_year_wan: tuple[Annotated[float, Field(ge=0)], ...] = ()
    """Money of the first, second … year; what is not spent stays for the next."""
    cases_by_year: Cases | tuple[Cases, ...] | None = None
    """Cases that can be handled in a year: one number for all years, or one a year."""
    years: int = Field(default=1, ge=1, le=5)
    """Years of the plan; the first begins on the day after `as_of`."""
    deadline: Day | None = None
    """Land counts towards the target only when its measure can be finished by this day (likely duration)."""
    most_mu_by_town: Positive | dict[str, Positive] | None = None
    """Greatest land handled in a town, in mu: for all alike, or by name."""
    most_cases_by_town: Annotated[int, Field(ge=1)] | dict[str, Annotated[int, Field(ge=1)]] | None = None
    most_mu_by_industry: Positive | dict[str, Positive] | None = None
    """Greatest land handled of an industry (division code of its largest user), in mu."""
    most_jobs_lost: Annotated[float, Field(ge=0)] | None = None
    """Jobs of enterprises that lose their place, at most; unknown ones are told apart, never counted as none."""
    lock_in: tuple[str, ...] = ()
    """Parcels that are part of the plan in any case: "code", or "code:M1" with the measure."""
    lock_out: tuple[str, ...] = ()
    """Parcels that are left as they are."""
    either_or: tuple[tuple[str, ...], ...] = ()
    """Sets of parcels of which at most one is taken."""
    all_or_none: tuple[tuple[str, ...], ...] = ()
    """Sets of parcels that are taken together or not at all."""
    least_mu_in_park: Positive | None = None
    """A park is left alone, or at least so much land is handled in it (minimum lot)."""
    roadmap: bool = False
    """Years build on each other: what is chosen for one year stays in every later one, and more money drops nothing."""
    sites: Sites | None = None
    """Only contiguous sites are taken."""
    gap: Annotated[float, Field(gt=0, lt=1)] = 1e-4
    """The search ends when no plan can be better by more than this share."""
    show: bool = False
    """Whether maps and the report show this plan; default the first that the program chose and that is possible."""

    @model_validator(mode="after")
    def _hand_has_name(self) -> Scenario:
        if (self.choose == "hand") != bool(self.hand):
            raise PydanticCustomError("hand", "hand with its name")
        return self
