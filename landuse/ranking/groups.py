"""Group enterprises by industry: pools that are too small move up the classification until they are large enough.

CONTRACT, Groups: from ``ranking.level`` upwards (4 -> 3 -> 2 digits -> family of divisions -> section) a pool of
n >= ``min_group`` is a group; the enterprises of a smaller pool move, alone, to the parent and meet only moved ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse import industry
from landuse.catalogue import term
from landuse.errors import DefectError
from landuse.ranking.text import Coded, text_of
from landuse.rule import Rule

MOVED: Final = "*"
"""Mark of a group of moved enterprises."""
STRATUM: Final = "|"
"""Stands between group and scale where groups are built within industry and scale."""
NOT_SAID: Final = "-"
"""Scale or park type of enterprises that state none."""
EVERYBODY: Final = "ALL"
"""Group of all industries, where the rule does not compare inside them."""
SPLITS: Final = {
    "industry": "", "industry_scale": "scale", "industry_park": "park_type", "scale": "scale", "park": "park_type",
    "all": "",
}  # fmt: skip
"""``ranking.within`` -> column that splits the groups further; blank = none."""


@dataclass(frozen=True)
class Grouping:
    """Which group each enterprise belongs to."""

    group: npt.NDArray[np.intp]
    """Place of the group in `names`, row by row; -1 = no group."""
    names: tuple[str, ...]
    """Groups in the order of their codes, e.g. ``14``, ``311*``, ``冶金金属*``, ``C*``, ``31|规上``."""
    path: Coded
    """Pools tried from the lowest, joined by ``>``, e.g. ``3111>311>31>冶金金属*``; without ``*`` at the end where
    the highest pool was still too small."""

    def table(self, index: pd.Index) -> pd.DataFrame:
        """Return `industry_group` and `group_path` as text columns."""
        named = Coded(self.group, self.names).text(index, "industry_group")
        return pd.DataFrame({"industry_group": named, "group_path": self.path.text(index, "group_path")})


def assign_groups(frame: pd.DataFrame, *, rule: Rule) -> Grouping:
    """Return the groups of enterprises that pass all tests before GROUP_TOO_SMALL.

    Parameters
    ----------
    frame
        Only those enterprises, each once: uscc (for frozen groups), industry_code, scale (where the rule asks for it).

    Notes
    -----
    An enterprise whose code is shorter than ``ranking.level`` has no pool of its own there: it starts, as a moved
    one, at the length of its code. A family pool is named by the family, a section pool by its letter, both with
    ``*``. With frozen groups the named enterprises stay in their group whatever its size; a new one joins the first
    frozen group on its way up, else it pools with other new ones.
    """
    pools, row = _distinct(frame, rule)
    frozen_row, frozen_names = _frozen(frame, rule)
    free = frozen_row < 0
    pools["count"] = np.bincount(row[free], minlength=len(pools))
    label, path = _climb(pools, _ladder(pools, rule), rule, frozen=frozenset(frozen_names))
    names = tuple(sorted({*label, *frozen_names} - {""}))
    place = {"": -1} | {name: place for place, name in enumerate(names)}
    of_pool = np.array([place[name] for name in label], dtype=np.intp)
    of_frozen = np.array([*(place[name] for name in frozen_names), -1], dtype=np.intp)
    group = np.where(free, of_pool[row], of_frozen[frozen_row])
    return Grouping(group, names, Coded(np.where(free, row, len(pools) + group), [*path, *names]))


def group_name(label: str, *, rule: Rule, lang: str) -> str:
    """Return what a bureau calls a group: its industry, family or section, whether merged, and its scale."""
    core, stratum, split = label, "", SPLITS[rule.within]
    if split:
        core, _, stratum = label.rpartition(STRATUM)
    name = _core_name(core, rule, lang)
    if stratum:
        told = term("group_word", f"no_{split}", lang) if stratum == NOT_SAID else term(split, stratum, lang)
        name += term("group_word", "within_scale", lang).format(scale=told)
    return name


def _core_name(core: str, rule: Rule, lang: str) -> str:
    if core == EVERYBODY:
        return term("group_word", "all", lang)
    if core == MOVED:
        return term("group_word", "rest", lang)
    if rule.industry == "plain":
        return core
    key = core.removesuffix(MOVED)
    if key in rule.families:
        return term("family", key, lang)
    name = industry.name(key, lang)
    if key.isdigit() and len(key) > 2:
        name += term("group_word", "within_code", lang).format(code=key)
    return name + term("group_word", "moved", lang) if key != core else name


# ------------------------------------------------------------------------------------------------ pools


def _distinct(frame: pd.DataFrame, rule: Rule) -> tuple[pd.DataFrame, npt.NDArray[np.intp]]:
    """Return the distinct pairs of industry code and scale, and the row of the pair of each enterprise."""
    row, texts = pd.factorize(text_of(frame, "industry_code"))
    if (row < 0).any():
        raise DefectError("groups: an enterprise without an industry code cannot be grouped")
    pools = pd.DataFrame({"code": pd.Series(texts, dtype="str")})
    if rule.industry != "plain":
        pools["code"] = industry.normalise(pools["code"])
    split = SPLITS[rule.within]
    if not split:
        return pools.assign(stratum=""), row
    which, scales = pd.factorize(text_of(frame, split), use_na_sentinel=False)
    pair, pairs = pd.factorize(row * len(scales) + which)
    names = np.array([NOT_SAID if pd.isna(scale) else str(scale) for scale in scales], dtype=object)
    strata = pd.Series(names[pairs % len(scales)], dtype="str")
    return pools.iloc[pairs // len(scales)].reset_index(drop=True).assign(stratum=strata), pair


def _ladder(pools: pd.DataFrame, rule: Rule) -> list[pd.Series]:
    """Return the key of each pool at each step upwards; missing where it has none."""
    code = pools["code"]
    if not rule.by_industry:
        return [pd.Series(EVERYBODY, index=code.index, dtype="str")]
    if rule.industry == "plain":
        return [code, pd.Series("", index=code.index, dtype="str")]
    length = code.str.len()
    digits = [code.str[:level].where(length >= level) for level in range(rule.level, 1, -1)]
    family_of = {division: name for name, divisions in rule.families.items() for division in divisions}
    family = industry.division(code).map(family_of).astype("str")
    return [*digits, family, industry.section(code).astype("str")]


def _climb(
    pools: pd.DataFrame, ladder: Sequence[pd.Series], rule: Rule, *, frozen: frozenset[str]
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Return label and path of each pool: the first step at which those that came along are enough."""
    label = np.full(len(pools), "", dtype=object)
    path = np.full(len(pools), "", dtype=object)
    waiting = pools["count"].to_numpy() > 0
    suffix = np.where(pools["stratum"].eq(""), "", STRATUM + pools["stratum"].to_numpy(dtype=object))
    for step, key in enumerate(ladder):
        here = waiting & key.notna().to_numpy()
        keys = key.fillna("").to_numpy(dtype=object)
        names = keys + (MOVED if step else "") + suffix
        joins = here & np.array([name in frozen for name in names], dtype=bool)
        pooled = pools["count"].where(here & ~joins, 0).groupby(pd.Series(names), sort=False).transform("sum")
        settled = joins | (here & (pooled.to_numpy() >= rule.min_group))
        shown = np.where(settled, names, keys + suffix)
        told = here & (shown != suffix)
        path = np.where(told, np.where(path == "", shown, path + ">" + shown), path)
        label = np.where(settled, names, label)
        waiting &= ~settled
    return label, path


# --------------------------------------------------------------------------------------------- the result


def _frozen(frame: pd.DataFrame, rule: Rule) -> tuple[npt.NDArray[np.intp], Sequence[str]]:
    """Return the frozen group of each enterprise as a place in the second value; -1 = none."""
    if not rule.frozen_groups:
        return np.full(len(frame), -1, dtype=np.intp), ()
    names = sorted(set(rule.frozen_groups.values()))
    places: Mapping[str, int] = {name: place for place, name in enumerate(names)}
    lookup = pd.Series({uscc: places[name] for uscc, name in rule.frozen_groups.items()})
    found = lookup.reindex(pd.Index(frame["uscc"], dtype=object)).fillna(-1)
    return np.asarray(found, dtype=np.intp), names
