"""Hold the rule in force: what a rule pack says, with the overrides of the project file laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


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
    """industry | industry_scale."""
    industry: str
    """gbt4754_2017 | gbt4754_2011 | plain."""
    shared_parcel: str
    """apportion | shared | holder."""
    years: int
    min_indicators: int
    weights: Mapping[str, float]
    """tax_per_mu, output_per_mu, output_per_energy -> weight."""
    cap: float
    revenue_for_output: bool
    exempt_codes: tuple[str, ...]
    """Code prefixes that are EXEMPT_PUBLIC."""
    new_months: int
    small_mu: float
    families: Mapping[str, tuple[str, ...]]
    """Name of a family -> its divisions (two digits)."""
    grades: Mapping[str, Decimal]
    """Grade -> share of the group, from the top."""
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
    frozen_groups: Mapping[str, str] = field(default_factory=dict)
    frozen_bases: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
