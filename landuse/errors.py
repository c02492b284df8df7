"""Say where, what was found, what is allowed and what to do: the errors of the toolkit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

BOTH: Final = re.compile(r"(?P<zh>(?:[^/]|/\S)*?[\u4e00-\u9fff](?:[^/]|/\S)*?)\s*/\s+(?P<en>[A-Za-z.].*)", re.DOTALL)
"""A clause in both languages: ``中文 / English`` or ``中文 / English: what was found``."""
FOUND_WORDS: Final = re.compile(r"“[^”]*”|[A-Za-z_][A-Za-z0-9_.:\-]*[A-Za-z0-9_]")
"""Names of the user's own inside a Chinese clause: quoted text, keys, files."""


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

    def lines(self, lang: str = "") -> tuple[str, str]:
        """Return the two lines of the fault: where and what; what to do.

        Parameters
        ----------
        lang
            zh or en; blank = both languages, as the fault was raised.
        """
        found, allowed, do = (in_language(text, lang) for text in (self.found, self.allowed, self.do))
        colon, semicolon = (": ", "; ") if lang == "en" else (":", ";")
        hint = semicolon.join(part for part in (allowed, do) if part) or "--help"
        return f"{self.where}{colon}{found}", f"  → {hint}"


def in_language(text: str, lang: str) -> str:
    """Return a text of a fault in one language.

    Rooms raise their faults in both (``中文 / English: value``), for they may not know yet which one is wanted. What
    the user wrote is never lost: a value after the colon stands in Chinese too, a name inside the Chinese in English.
    """
    if lang not in {"zh", "en"}:
        return text
    clauses = [_clause(clause, lang) for clause in text.split("; ")]
    return (";" if lang == "zh" else "; ").join(clauses)


def _clause(text: str, lang: str) -> str:
    both = BOTH.fullmatch(text)
    if both is None:
        return text
    zh, en = both["zh"].strip(), both["en"].strip()
    _, colon, value = en.partition(": ")
    if lang == "zh":
        return zh if not colon or value in zh else f"{zh}:{value}"
    lost = [word for word in FOUND_WORDS.findall(zh) if word not in en]
    return f"{en}: {' '.join(lost)}" if lost and not colon else en


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
