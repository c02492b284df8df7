"""Say what a variant may change, and which stages of a run each change touches. Pure: trees in, trees out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "project.year": ("land", "books", "power"),
    "project.land_date": ("land", "power"),
    "areas.use": ("area", "land"),
    "areas.leased_out": ("land",),
    "land_price.apply": (),
    "land_price.reference": (),
    "land_price.overlay_min_share": ("prices",),
    "indicators.years": ("land", "books"),
    "indicators.min_indicators": (),
    "indicators.weights": ("books",),
    "indicators.cap": (),
    "indicators.revenue_for_output": ("books",),
    "ranking.share": (),
    "ranking.level": (),
    "ranking.min_group": (),
    "ranking.within": (),
    "ranking.industry": ("land",),
    "ranking.shared_parcel": ("land",),
    "rules.pack": ("land", "prices", "books"),
    "rules.enabled": (),
    "rules.exempt_codes": (),
    "rules.new_months": (),
    "rules.small_mu": (),
    "rules.tax_limit_wan_per_mu": (),
    "rules.mean_share": (),
    "rules.large_mu": (),
    "rules.d_years": (),
    "rules.ramp_years": (),
    "rules.prohibited_codes": (),
    "rules.controls": (),
    "rules.batches": (),
    "frozen.use": (),
    "frozen.from": (),
    "frozen.groups": (),
    "frozen.bases": (),
    "frozen.dropped": (),
    "frozen.extremes": (),
    "frozen.means": (),
    "frozen.reference_price": (),
}
"""Setting a variant may change -> stages of the run that rest on it and are done anew, in their order:

``area`` choose the area of record among the three measured · ``land`` who uses which land · ``prices`` price of each
parcel (the only one that looks at polygons) · ``books`` accounts in force · ``power`` what meters show of an
enterprise, also where land is resolved anew. Money is laid anew where land or books are; K, groups, scores and verdict
always are.
"""
OF_LEASES: Final = frozenset(
    {"project.year", "project.land_date", "areas.leased_out", "indicators.years", "ranking.industry"}
)
"""Settings that stage ``land`` only looks at where there are rows of occupancy."""


def stages(changed: Iterable[str], *, has_leases: bool) -> frozenset[str]:
    """Return the stages that some changed settings touch."""
    return frozenset(
        stage
        for setting in changed
        for stage in STAGES[setting]
        if stage != "land" or has_leases or setting not in OF_LEASES
    )


def settings_of(variant: Mapping[str, Any]) -> dict[str, Any]:
    """Return a variant as ``section.key`` -> value, however it was written: nested tables or dotted keys.

    Examples
    --------
    >>> settings_of({"ranking.share": 0.2, "areas": {"use": "ellipsoid"}})
    {'ranking.share': 0.2, 'areas.use': 'ellipsoid'}
    """
    tree: dict[str, Any] = {}
    for name, value in variant.items():
        *path, last = name.split(".")
        node = tree
        for part in path:
            node[part] = node[part] if isinstance(node.get(part), dict) else {}
            node = node[part]
        known = node.get(last)
        node[last] = {**known, **value} if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    found: dict[str, Any] = {}
    for section, content in tree.items():
        if isinstance(content, Mapping):
            found |= {f"{section}.{key}": value for key, value in content.items()}
        else:
            found[section] = content
    return found


def laid_over(tree: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tree of a project with some settings (``section.key``) laid over it."""
    made = dict(tree)
    for setting, value in settings.items():
        section, _, key = setting.partition(".")
        made[section] = {**made.get(section, {}), key: value}
    return made
