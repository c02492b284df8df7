"""[measures]: what disposal measures cost and bring; every number of the shipped catalogue may be replaced.

The catalogue itself (landuse/scenarios/measures/catalogue.toml) says of each number how sure it is; what stands here is
laid over it. A number is one value, or least, likely and greatest.
"""

from __future__ import annotations

from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from landuse.settings import FilePath, Section, Weight


def _spread(value: Any) -> Any:
    """Take one number, or least, likely and greatest in this order."""
    numbers = value if isinstance(value, list | tuple) else (value,) * 3
    known = all(isinstance(one, int | float) and not isinstance(one, bool) and isfinite(one) for one in numbers)
    if len(numbers) != 3 or not known or list(numbers) != sorted(numbers):
        raise PydanticCustomError("spread", "a number or three")
    return tuple(float(one) for one in numbers)


Spread = Annotated[tuple[float, float, float], BeforeValidator(_spread)]
"""Least, likely and greatest value of an unsure number."""
Share = Annotated[float, Field(ge=0, le=1)]


class MeasureNumbers(Section):
    """[measures.numbers.M1] and so on: numbers of one measure; None = as the catalogue says."""

    enabled: bool | None = None
    """Whether the measure is offered at all."""
    success: Spread | None = None
    """Share of cases that succeed, 0 to 1."""
    months: Spread | None = None
    """Months from the start of a case to the land being handled."""
    numbers: dict[str, Spread] = {}
    """Name of a number in the catalogue (cost rates, uplift …) -> value."""


class Measures(Section):
    """[measures]: numbers all measures share, and those of single measures."""

    catalogue: FilePath = ""
    """A catalogue of your own (TOML, as the shipped one); blank = the shipped one."""
    land_value: Literal["lower", "contract", "appraised"] = "lower"
    """Value of the remaining term: contract price by the years left, an appraised price, or the lower one (就低)."""
    discount: Share | None = None
    """Yearly discount of the net present value."""
    local_share: Share | None = None
    """Share of tax that stays with the county."""
    public_share: Share | None = None
    """Share of freed land that becomes roads and green."""
    horizon_years: Annotated[int, Field(ge=1, le=50)] | None = None
    """Years whose tax counts in the net present value."""
    ramp: tuple[Share, ...] | None = None
    """Share of the target tax in the first, second … year of a new user; the last holds on."""
    shared: dict[str, Spread] = {}
    """Name of another number that all measures share (prices, target tax per mu …) -> value."""
    numbers: dict[str, MeasureNumbers] = {}
    """Code of a measure (M1 … M13) -> its numbers."""
    warn_factor: Weight = 10.0
    """A plan whose first-year tax or output per mu is more than so many times the real outcome is warned of (9.3)."""
    real_tax_wan_per_mu: Annotated[float, Field(gt=0)] = 2.84
    """Real outcome: tax per mu handled in the first year, 10,000 yuan (the city of Huzhou; DOMAIN 9.3) …"""
    real_output_wan_per_mu: Annotated[float, Field(gt=0)] = 35.3
    """… and output per mu."""
