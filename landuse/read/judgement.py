"""Say what was decided about a file, on what evidence, and between which candidates where nothing was decided."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Evidence:
    """One sentence in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        """Return both, as an error message prints them."""
        return f"{self.zh} / {self.en}"


@dataclass(frozen=True)
class Candidate:
    """A value that is possible, and what speaks for it."""

    value: str
    evidence: Evidence


@dataclass(frozen=True)
class Judgement:
    """What the evidence says of one question: the encoding of a file, its CRS, the unit of a column, its header row."""

    value: str | None
    """As the project file writes it; None = undecided: nobody may guess."""
    evidence: Evidence
    """Why this value; where undecided, why none."""
    candidates: tuple[Candidate, ...] = ()
    """The values between which a person has to choose, likeliest first; empty where decided."""

    @property
    def is_decided(self) -> bool:
        """Return whether there is a value."""
        return self.value is not None
