"""五、闲置、低效与停产空置成因分析: what the data say of why, each of the three apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from landuse.cartography.rounding import whole_parts
from landuse.catalogue import terms
from landuse.measures import measures
from landuse.reports.content.context import in_classes, numbers
from landuse.reports.content.figures import known_sum
from landuse.reports.content.model import Mask
from landuse.reports.content.report.facts import Facts, made_table
from landuse.reports.content.report.model import Grid, Heading, Item, Para
from landuse.tables import column

BURDENS: Final = {"mortgaged": "mortgage_no", "seized": "seizure_no"}


def causes(facts: Facts) -> Iterator[Item]:
    """Give the chapter."""
    tell = facts.tell
    yield Heading(tell.say("causes_idle"), 2)
    yield from _idle(facts)
    yield Heading(tell.say("causes_low"), 2)
    yield from _low(facts)
    yield Heading(tell.say("causes_stopped"), 2)
    yield from _stopped(facts)


def _idle(facts: Facts) -> Iterator[Item]:
    tell = facts.tell
    n, mu, _ = facts.suspected
    if not n:
        yield Para(tell.say("idle_none"))
        return
    if "idle_cause" not in facts.parcels.columns:
        yield Para(tell.say("cause_unsaid"))
        return
    rows = facts.parcels.loc[facts.ctx.is_idle]
    code = rows["idle_cause"].fillna("unknown")
    found = [(word, code.eq(name).to_numpy(dtype=bool)) for name, word in terms("idle_cause", tell.lang).items()]
    found = [(word, mask) for word, mask in found if mask.any()]
    exact = [known_sum(numbers(rows, "area_mu")[mask]) for _, mask in found]
    land = whole_parts(exact, 2, mu)
    shares = whole_parts([part / mu for part in exact] if mu else [0.0 for _ in exact], 3, 1.0 if mu else None)
    parts = [
        tell.say("cause_idle_part", item=word, n=int(mask.sum()), mu=tell.mu(area), share=tell.share(share))
        for (word, mask), area, share in zip(found, land, shares, strict=True)
    ]
    yield Para(tell.say("cause_idle_lead", n=n, parts=tell.series(parts)))
    table = {
        "item": [word for word, _ in found],
        "n_parcels": pd.array([int(mask.sum()) for _, mask in found], dtype="Int64"),
        "land_mu": land,
        "land_share": shares,
    }
    yield Grid(made_table(facts, table), tell.say("cause_table"), (tell.say("by_parcel"), tell.say("parts_rounded")))


def _low(facts: Facts) -> Iterator[Item]:
    tell = facts.tell
    if not facts.listed:
        yield Para(tell.say("cause_low_none"))
        return
    firms = facts.firms.loc[facts.ctx.is_listed]
    parts = [tell.say("cause_low_part", title=title, n=n) for title, n in _short_of_base(facts, firms)]
    if parts:
        yield Para(tell.say("cause_low_lead", n=len(firms), parts=tell.join(parts)))
    if "reasons_noted" not in firms.columns:
        return
    noted = Counter(str(code) for codes in firms["reasons_noted"] if not _is_blank(codes) for code in codes)
    if not noted:
        yield Para(tell.say("cause_rules_none"))
        return
    told = [tell.say("cause_rules_part", rule=facts.ctx.reason(code), n=n) for code, n in sorted(noted.items())]
    yield Para(tell.say("cause_rules_lead", parts=tell.join(told)))


def _short_of_base(facts: Facts, firms: pd.DataFrame) -> list[tuple[str, int]]:
    """Return each measure with the number of enterprises that are under the base of their group."""
    groups, rule = facts.ctx.analysis.groups, facts.ctx.rule
    if rule is None or "industry_group" not in firms.columns:
        return []
    found = []
    for name in rule.indicators:
        compared, base = measures()[name].compared, f"base_{name}"
        if compared not in firms.columns or base not in groups.columns:
            continue
        bases = groups.drop_duplicates("industry_group").set_index("industry_group")[base]
        limit = firms["industry_group"].map(bases).to_numpy(dtype=float, na_value=np.nan)
        below = numbers(firms, compared) < limit
        known = column("enterprises", name)
        found.append((known.title(facts.tell.lang) if known else name, int(below.sum())))
    return found


def _stopped(facts: Facts) -> Iterator[Item]:
    tell = facts.tell
    n, mu, _ = facts.stopped
    if not n:
        yield Para(tell.say("cause_stopped_none"))
        return
    kinds = {name: facts.classed(name) for name in ("stopped", "vacant")}
    counts = {name: number for name, (number, _, _) in kinds.items()}
    land = {f"{name}_mu": tell.mu(area) for name, (_, area, _) in kinds.items()}
    if 0 in counts.values():
        item = facts.ctx.words.choice("efficiency_class", next(name for name, number in counts.items() if number))
        yield Para(tell.say("cause_stopped_only", n=n, mu=tell.mu(mu), item=item))
    else:
        yield Para(tell.say("cause_stopped_lead", n=n, mu=tell.mu(mu), **counts, **land))
    if users := _users(facts, facts.ctx.is_class("stopped")):
        whole = sum(number for _, number in users)
        parts = tell.join(tell.say("cause_stopped_part", item=word, n=number) for word, number in users)
        yield Para(tell.say("cause_stopped_users", n=whole, parts=parts))
    rows = facts.parcels.loc[facts.ctx.is_class("stopped", "vacant")]
    burdens = {name: int(rows[key].notna().sum()) for name, key in BURDENS.items() if key in rows.columns}
    if len(burdens) == len(BURDENS) and any(burdens.values()):
        yield Para(tell.say("cause_burdens", **burdens))


def _users(facts: Facts, plots: Mask) -> list[tuple[str, int]]:
    """Return the users of some parcels by state: the registry state where it is closed, else that of production."""
    firms, use = facts.firms, facts.ctx.analysis.occupancy
    if "registry_state" not in firms.columns or "parcel_id" not in use.columns:
        return []
    on = use["parcel_id"].isin(facts.parcels.loc[plots, "parcel_id"])
    rows = firms.loc[firms["uscc"].isin(use.loc[on, "uscc"])]
    closed = in_classes(rows, "registry_state", ("注销", "吊销", "迁出"))
    words = facts.ctx.words
    registry = words.worded("registry_state", rows["registry_state"])
    blank = pd.Series(None, index=rows.index, dtype="str")
    state = words.worded("production_state", rows["production_state"]) if "production_state" in rows else blank
    told = registry.where(closed, state).astype("str").fillna(words.phrase("unfilled"))
    counted = told.value_counts()
    return sorted(((str(word), int(number)) for word, number in counted.items()), key=lambda one: (-one[1], one[0]))


def _is_blank(codes: object) -> bool:
    return not isinstance(codes, list | tuple | np.ndarray)
