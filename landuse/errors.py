"""Say where, what was found, what is allowed and what to do: the errors of the toolkit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input or the project: two lines on the screen."""

    where: str
    """File, sheet, layer, row, column or key of the project file."""
    found: str
    """What stands there."""
    allowed: str = ""
    """What may stand there."""
    do: str = ""
    """What the user should do now."""

    def lines(self) -> tuple[str, str]:
        """Return the two lines of the fault: where and what; what to do."""
        hint = ";".join(part for part in (self.allowed, self.do) if part)
        return f"{self.where}:{self.found}", f"  → {hint}"


class LanduseError(Exception):
    """Base of every error the toolkit raises on purpose."""

    exit_status = 3


class InputError(LanduseError):
    """Bad input or a bad project: nothing is computed (exit status 2).

    Collect all faults of a phase and raise once.
    """

    exit_status = 2

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(line for fault in self.faults for line in fault.lines()))


class OutputError(LanduseError):
    """An output file could not be written, because another program holds it open; the others were (exit status 1)."""

    exit_status = 1

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("\n".join(line for fault in faults for line in fault.lines()))


class DefectError(LanduseError):
    """A promise of the program does not hold, an unbalanced balance included (exit status 3)."""
