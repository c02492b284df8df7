"""Hold the rule in force: what a rule pack says, with the overrides of the project file laid over it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from landuse.measures import BASIC, measures

LOCKED: Final = ("frozen_groups", "frozen_bases", "frozen_extremes", "frozen_means")
"""Fields that stand in `frozen.toml`."""


@dataclass(frozen=True)
class Stratum:
    """Enterprises for whom a pack weighs measures otherwise, or compares with declared bases."""

    weights: Mapping[str, float]
    bases: Mapping[str, float] = field(default_factory=dict)
    """Measure -> declared base; a measure without one is compared with the base of its group."""
    scale: str = ""
    """Scale the stratum is for; blank = any."""
    park_type: str = ""
    """Park type the stratum is for; blank = any."""


@dataclass(frozen=True)
class Rule:
    """Every number and switch of the comparison, resolved; printed in the method sheet.

    Made by `landuse.policy.rule_in_force`; no default stands here.
    """

    pack: str
    version: str
    """Day from which the pack holds, ISO."""
    share: Decimal
    """Bottom share, exact."""
    level: int
    """Digits of the industry code from which groups are built: 2, 3 or 4."""
    min_group: int
    within: str
    """industry | industry_scale | industry_park | scale | park | all."""
    industry: str
    """gbt4754_2017 | gbt4754_2011 | plain."""
    shared_parcel: str
    """apportion | shared | holder."""
    years: int
    min_indicators: int
    weights: Mapping[str, float]
    """Measure -> weight, for enterprises that no stratum speaks of."""
    bases: Mapping[str, float]
    """Measure -> declared base, for the same; empty = the bases of the groups."""
    strata: tuple[Stratum, ...]
    """The first that fits an enterprise holds for it."""
    method: str
    """ratio (measure / base) | minmax (between the lowest and the highest of the group)."""
    floor: float
    """minmax: points of the lowest."""
    unknown: str
    """Where a measure is unknown: renormalise (its weight is left out) | mean (mean of the group) | zero."""
    cap: float
    """ratio: the most a ratio may be; inf = no cap."""
    revenue_for_output: bool
    exempt_codes: tuple[str, ...]
    """Code prefixes that are EXEMPT_PUBLIC."""
    new_months: int
    small_mu: float
    families: Mapping[str, tuple[str, ...]]
    """Name of a family -> its divisions (two digits)."""
    grades: Mapping[str, Decimal]
    """Grade -> share of the group, from the top: in the order of the letters."""
    low_from: Decimal
    """A parcel is low from this share of flagged land on (inclusive)."""
    rated_from: Decimal
    """A parcel is rated from this share of occupied land with a verdict on (inclusive)."""
    enabled: tuple[str, ...]
    """Rules whose OR is the verdict."""
    price_apply: str
    """divide | multiply | none."""
    reference_price: float | None
    """Declared or frozen reference price in yuan per m2; None = computed."""
    overlay_min_share: float
    tax_limit_wan_per_mu: float | Mapping[str, float]
    """R02: limit in 10,000 yuan a mu; for all, or by scale (规上 / 规下)."""
    mean_share: Fraction
    """R03: share of the mean of the group."""
    large_mu: float
    """R07: below scale with so much land (inclusive)."""
    stop_months: int
    """R06: months without tax and electricity; the books of a year speak of 12."""
    d_years: int
    """R08: years in a row with the lowest grade, the evaluation year the last of them."""
    ramp_years: int
    """R10: years from agreed completion to agreed production."""
    prohibited_codes: tuple[str, ...] | None
    """R09: code prefixes; None = no list was given, and nothing is said of anybody."""
    controls: str
    """R04, R05: control table of the toolkit laid under that of the project; blank = none."""
    batches: Mapping[str, Decimal]
    """Batch -> bottom share it reaches to, in the order of the batches."""
    frozen_groups: Mapping[str, str] = field(default_factory=dict)
    frozen_bases: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """ratio: group -> measure -> locked base; NaN = it stays without one."""
    frozen_extremes: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    """minmax: group -> measure -> locked lowest and highest; NaN = it stays without."""
    frozen_means: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """unknown = mean: group -> measure -> locked mean of its points; NaN = it stays without one."""

    @property
    def indicators(self) -> tuple[str, ...]:
        """Return the measures that are computed, in the order in which a score is summed."""
        weighted = {name for each in self.all_strata for name, weight in each.weights.items() if weight > 0}
        return tuple(name for name in measures() if name in BASIC or name in weighted)

    @property
    def by_industry(self) -> bool:
        """Return whether enterprises are compared inside their industry."""
        return self.within.startswith("industry")

    @property
    def all_strata(self) -> tuple[Stratum, ...]:
        """Return the strata, last the one of all whom no other fits."""
        return (*self.strata, Stratum(self.weights, self.bases))


@dataclass(frozen=True)
class OwnRule(Rule):
    """The rule in force where the pack is the bureau's own file."""

    own_pack: Mapping[str, Any] = field(default_factory=dict)
    """Content of the file, in the shape of the packs that ship."""


def as_plain(rule: Rule) -> dict[str, Any]:
    """Return the rule but its locked values as plain values for the manifest: shares as text, lists for tuples."""
    return {name: _plain(value) for name, value in vars(rule).items() if name not in LOCKED}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(entry) for entry in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    exact = isinstance(value, Decimal | Fraction) or (isinstance(value, float) and not math.isfinite(value))
    return str(value) if exact else value
