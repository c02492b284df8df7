"""Hold two runs side by side with what holds for all their units: which parameters, which locked values differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import pandas as pd

from landuse.comparison.bench import Bench
from landuse.comparison.own import differs, own_changes, plain
from landuse.comparison.side import NAMES_ONLY, Side, parameters
from landuse.frozen import FROZEN_FILE

OF_PARCELS: Final = ("low_from", "rated_from")
"""Parameters of the rule that concern parcels only."""
OF_IDLE: Final = ("idle.", "project.as_of")
NO_CAUSE: Final = (*NAMES_ONLY, "project.year")
"""Parameters that are listed but decide nothing themselves: another year shows in the figures."""
NOT_FIRMS: Final = (*OF_PARCELS, *OF_IDLE, "evidence.")


@dataclass(frozen=True)
class Pair:
    """Two runs."""

    old: Side
    new: Side
    bench: Bench = field(default_factory=Bench)

    @cached_property
    def changed_parameters(self) -> dict[str, tuple[Any, Any]]:
        """Return every parameter that differs: name -> old, new."""
        a, b = parameters(self.old), parameters(self.new)
        names = dict.fromkeys([*a, *b])
        return {name: (a.get(name), b.get(name)) for name in names if a.get(name) != b.get(name)}

    @cached_property
    def of_firms(self) -> dict[str, tuple[Any, Any]]:
        """Return the changed parameters that may move an enterprise."""
        return self._but((*NO_CAUSE, *NOT_FIRMS))

    @cached_property
    def of_parcels(self) -> dict[str, tuple[Any, Any]]:
        """Return the changed parameters that may move the efficiency class of a parcel beside its users' verdicts."""
        return {name: pair for name, pair in self.changed_parameters.items() if name in OF_PARCELS}

    @cached_property
    def of_idle(self) -> dict[str, tuple[Any, Any]]:
        """Return the changed parameters that may move the idle class of a parcel."""
        return {name: pair for name, pair in self.changed_parameters.items() if name.startswith(OF_IDLE)}

    @cached_property
    def frozen_changes(self) -> list[tuple[str, str, str]]:
        """Return how the locked values differ: what, old, new."""
        a, b = self.old, self.new
        found = [("frozen", plain(a.frozen), plain(b.frozen))] if a.frozen != b.frozen else []
        counted = (
            ("frozen_groups", a.frozen_groups, b.frozen_groups),
            ("frozen_bases", a.frozen_bases, b.frozen_bases),
            ("frozen_extremes", a.frozen_extremes, b.frozen_extremes),
            ("frozen_means", a.frozen_means, b.frozen_means),
        )
        found += [(name, str(len(x)), str(len(y))) for name, x, y in counted if _same(x) != _same(y)]
        if a.frozen_price != b.frozen_price:
            found.append(("frozen_price", plain(a.frozen_price), plain(b.frozen_price)))
        return found

    @cached_property
    def same_inputs(self) -> bool:
        """Return whether both runs read the same files of the same year: no figure was corrected between them."""
        a, b = (self._files(side) for side in (self.old, self.new))
        return a == b and self.old.run.head.get("year") == self.new.run.head.get("year")

    @cached_property
    def own(self) -> pd.DataFrame:
        """Return which own figures of the enterprises of both runs differ (`own_changes`)."""
        return own_changes(self.old, self.new)

    @cached_property
    def moved(self) -> frozenset[str]:
        """Return the enterprises that others may feel: own figures or status changed, or they are in one run only."""
        a, b = self.old.firms, self.new.firms
        both = self.own.index
        flags = self.own.any(axis=1).to_numpy(dtype=bool) | differs(a.loc[both], b.loc[both], "status")
        return frozenset(both[flags]) | frozenset(a.index.symmetric_difference(b.index))

    @cached_property
    def moved_in_group(self) -> Mapping[str, dict[str, int]]:
        """Return how many of `moved` each group has in the old and in the new run."""
        moved = list(self.moved)
        sides = {"old": self.old.firms, "new": self.new.firms}
        return {name: _counted(firms.loc[firms.index.isin(moved), "industry_group"]) for name, firms in sides.items()}

    def _but(self, starts: tuple[str, ...]) -> dict[str, tuple[Any, Any]]:
        return {name: pair for name, pair in self.changed_parameters.items() if not name.startswith(starts)}

    def _files(self, side: Side) -> dict[str, str]:
        lock = str(side.run.project.get("frozen", {}).get("from") or FROZEN_FILE).replace("\\", "/")
        return {name: digest for name, digest in side.run.inputs.items() if name != lock}


def _same(values: Mapping[str, Any]) -> str:
    """Return locked values as text, in which NaN equals NaN."""
    return repr(sorted((key, sorted(v.items()) if isinstance(v, Mapping) else v) for key, v in values.items()))


def _counted(groups: pd.Series) -> dict[str, int]:
    return {str(group): int(n) for group, n in groups.value_counts().items()}
