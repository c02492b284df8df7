"""Say what the web map carries, which themes are drawn, and the bottom share in force."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from landuse.cartography.page.carried import Carried, carried
from landuse.cartography.style import ANY_RULE, Classes, classify, theme_keys
from landuse.cartography.values import theme_values
from landuse.tables import Analysis


def map_data(analysis: Analysis) -> Carried:
    """Return everything the page looks up."""
    return carried(analysis, share=bottom_share(analysis))


def drawn_classes(analysis: Analysis, keys: Collection[str] | None = None) -> list[Classes]:
    """Return the classes of every theme asked for (None = all) with any known value, in the order of the switch.

    Where nothing is known the first theme alone is given: every parcel is 无数据.
    """
    area = analysis.parcels.table["area_mu"]
    public = analysis.project.project.audience == "public"
    options: Any = {"lang": analysis.project.language, "area_mu": area, "share": bottom_share(analysis)}
    drawn = [classify(values, key, **options) for key, values in theme_values(analysis, keys).items()]
    shown = [classes for classes in drawn if classes.theme.public or not public]
    return shown or [classify(pd.Series(None, index=area.index, dtype=object), theme_keys()[0], **options)]


def printed_classes(analysis: Analysis, theme: str) -> Classes:
    """Return the classes of one theme as the project prints its maps: its palette, hatches for want of colour."""
    classes = drawn_classes(analysis, [theme])[0]
    if analysis.project.print.palette != "safe":
        return classes.on_paper()
    return (classes if classes.theme.kind == "ranges" else classes.on_paper()).in_safe_colours()


def bottom_share(analysis: Analysis) -> str:
    """Return the bottom share in force as printed (``15%``); blank where the run does not say; ANY_RULE with others."""
    rule = analysis.facts.get("rule")
    if getattr(rule, "enabled", ("R01",)) != ("R01",):
        return ANY_RULE
    share = getattr(rule, "share", None) or analysis.facts.get("share") or analysis.project.ranking.share
    return f"{float(share) * 100:g}%" if share is not None else ""
