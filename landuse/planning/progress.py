"""[progress] and [match]: what counts as done, when a case lags behind, which demand a plot may serve."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from landuse.settings import Day, Positive, Section

Percent = Annotated[float, Field(ge=0, le=1)]


class Progress(Section):
    """[progress]: stages of cases, and the lights."""

    day: Day | None = None
    """Day the cases are looked at; default `as_of`."""
    done: tuple[str, ...] | None = None
    """Words of column stage that count as 完成; None = those of vocabulary/planning/stages.toml."""
    negotiating: tuple[str, ...] | None = None
    """… as 商谈中 …"""
    failed: tuple[str, ...] | None = None
    """… as 未成 (流拍, 终止): the land is open again."""
    done_from: Literal["stage", "done_on", "either"] = "either"
    """A case is done by its stage, by a date in done_on, or by either."""
    green_from: Percent = 1.0
    """Green light from this share of what was due by the day …"""
    yellow_from: Percent = 0.8
    """… yellow from this one, red below."""
    overdue_days: int = Field(default=30, ge=0)
    """A case is red when its due day is past by more than this, yellow when it is past at all."""


class Factory(Section):
    """A standard factory with room to let."""

    name: str
    floor_area_m2: Positive
    """Floor to let, in m2."""
    park: str = ""
    town: str = ""
    industries: tuple[str, ...] = ()
    """Industry codes (prefixes) it takes; blank = any."""


class Match(Section):
    """[match]: demands for land against plots that a plan frees."""

    factory_below_mu: Annotated[float, Field(ge=0)] = 15.0
    """Demands for less land than this go to standard factories."""
    factories: tuple[Factory, ...] = ()
    floor_per_mu_m2: Positive = 666.67
    """Floor area that stands for a mu of demand in a factory, in m2."""
    tolerance: Percent = 0.1
    """A plot may be smaller than the demand by this share."""
    most_matches: int = Field(default=3, ge=1, le=20)
    """Plots named for each demand."""
    gap_m: Annotated[float, Field(ge=0, le=500)] = 30.0
    """Plots this near count as one site."""
