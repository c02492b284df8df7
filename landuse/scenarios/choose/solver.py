"""Hand a linear or mixed-integer program to HiGHS: the one place that knows the solver."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from landuse.scenarios.choose.problem import Choice, Ints, Mask, Numbers

if TYPE_CHECKING:
    import numpy.typing as npt

MANY: Final = 1_000_000
"""Nodes no search here comes near."""
SEED: Final = 7
"""Of the solver's own choices, fixed: the same program gives the same plan."""


@dataclass(frozen=True)
class Program:
    """minimise ``cost · x`` with ``low <= rows · x <= high`` and ``least <= x <= most``."""

    cost: Numbers
    least: Numbers
    most: Numbers
    low: Numbers
    high: Numbers
    row: Ints
    """Row of each entry; entries are sorted by column."""
    column: Ints
    entry: Numbers
    is_whole: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    """Columns that take whole numbers; empty = none."""

    @classmethod
    def of(cls, choice: Choice, *, is_whole: bool = False) -> Program:
        """Return the program of a choice: a column an option, a row a parcel with several, a row a limit.

        Parameters
        ----------
        is_whole
            Options are taken or not; otherwise in part too (the relaxation).
        """
        parcels = len(choice.starts)
        options = np.arange(choice.options)
        column = np.r_[options, choice.uses.option]
        row = np.r_[choice.group, parcels + choice.uses.limit]
        entry = np.r_[np.ones(choice.options), choice.uses.amount]
        order = np.lexsort((row, column))
        return cls(
            cost=-choice.value,
            least=np.zeros(choice.options),
            most=np.ones(choice.options),
            low=np.r_[np.where(choice.is_bound, 1.0, 0.0), choice.lower],
            high=np.r_[np.ones(parcels), choice.upper],
            row=row[order],
            column=column[order],
            entry=entry[order],
            is_whole=np.full(choice.options, is_whole) if is_whole else np.zeros(0, dtype=bool),
        )

    @property
    def size(self) -> tuple[int, int]:
        """Return the number of columns and of rows."""
        return len(self.cost), len(self.low)


@dataclass(frozen=True)
class Solved:
    """What the solver says of a program."""

    status: str
    """optimal | infeasible | stopped."""
    objective: float
    values: Numbers
    """Of the columns; empty where none were found."""
    duals: Numbers
    """Of the rows of a linear program, as prices: by how much the objective falls per unit more of the row's limit."""
    lower_bound: float
    """No solution of a mixed-integer program is below; the objective itself for a linear one."""

    @property
    def is_optimal(self) -> bool:
        """Return whether the values are the best there are."""
        return self.status == "optimal"


def solve(
    program: Program,
    *,
    gap: float = 0.0,
    nodes: int = MANY,
    target: float = -np.inf,
    start: Numbers | None = None,
) -> Solved:
    """Return the solution of a program.

    Parameters
    ----------
    gap
        Relative gap at which a mixed-integer search may end.
    nodes
        Nodes after which it ends with what it has: counted, not timed, so that every machine finds the same.
    target
        Objective at which it may end: good enough.
    start
        Values of the columns that a search begins with; they keep every row.
    """
    import highspy

    class Quiet(highspy.Highs):
        """A solver that does not announce itself while it is made."""

        def enableCallbacks(self) -> None:  # noqa: N802
            self.setOptionValue("output_flag", False)  # noqa: FBT003
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    solver = Quiet()  # type: ignore[no-untyped-call]
    for name, value in {
        "random_seed": SEED, "threads": 1, "mip_rel_gap": gap, "mip_abs_gap": 0.0,
        "mip_max_nodes": nodes, "objective_target": target,
    }.items():  # fmt: skip
        solver.setOptionValue(name, value)
    solver.passModel(_model(program, highspy))
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start.tolist()
        solver.setSolution(known)
    solver.run()
    return _read(solver, program, highspy)


def _model(program: Program, highspy: Any) -> Any:
    columns, rows = program.size
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, rows
    model.col_cost_, model.col_lower_, model.col_upper_ = program.cost, program.least, program.most
    model.row_lower_, model.row_upper_ = program.low, program.high
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    counts = np.bincount(program.column, minlength=columns)
    model.a_matrix_.start_ = np.r_[0, np.cumsum(counts)].astype(np.int32)
    model.a_matrix_.index_ = program.row.astype(np.int32)
    model.a_matrix_.value_ = program.entry
    if program.is_whole.any():
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in program.is_whole.tolist()]
    return model


def _read(solver: Any, program: Program, highspy: Any) -> Solved:
    status, statuses = solver.getModelStatus(), highspy.HighsModelStatus
    found, info = solver.getSolution(), solver.getInfo()
    values: npt.NDArray[np.float64] = np.array(found.col_value, dtype=float)
    has_plan = bool(found.value_valid) and len(values) == program.size[0]
    is_whole = bool(program.is_whole.any())
    if status == statuses.kOptimal:
        said = "optimal"
    elif status in {statuses.kInfeasible, statuses.kUnboundedOrInfeasible}:
        said, has_plan = "infeasible", False
    else:
        said = "stopped"
    objective = float(info.objective_function_value) if has_plan else np.inf
    duals = -np.array(found.row_dual, dtype=float) if has_plan and not is_whole else np.empty(0)
    lower = float(info.mip_dual_bound) if is_whole else objective
    return Solved(said, objective, values if has_plan else np.empty(0), duals, lower)
