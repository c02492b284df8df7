"""Say figures in sentences: so many decimals, so many places, the right signs; one way for every chapter."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from landuse.reports.content.context import Context, section

WAN_PER_YI: Final = 10_000
"""10,000 yuan in a hundred million yuan."""
CJK: Final = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”《》、。"
WIDE: Final[Mapping[str, str]] = {",": "\uff0c", ";": "\uff1b", ":": "\uff1a", "?": "\uff1f", "!": "\uff01"}
BEFORE: Final = re.compile(rf"(?<=[{CJK}])[,;:?!]+")
AFTER: Final = re.compile(rf"(?<=[0-9A-Za-z%)℃])([,;:?!])(?=[{CJK}])")
PAIR: Final = re.compile(r"\(([^()]*)\)")
HAS_CJK: Final = re.compile(rf"[{CJK}]")


def wide(text: str) -> str:
    """Return a Chinese text with the full-width signs of print; figures, codes and Latin words keep theirs.

    Examples
    --------
    >>> wide("低效(拟列入)1,049.62万元,其余(A-D)不变")
    '低效（拟列入）1,049.62万元，其余（A-D）不变'
    """
    for _ in range(3):
        text = PAIR.sub(_pair, text)
    text = BEFORE.sub(lambda found: "".join(WIDE[sign] for sign in found[0]), text)
    text = AFTER.sub(lambda found: WIDE[found[1]], text)
    return text.replace("\ue000", "(").replace("\ue001", ")")


def _pair(found: re.Match[str]) -> str:
    around = found.string[max(found.start() - 1, 0) : found.start()] + found.string[found.end() : found.end() + 1]
    is_wide = HAS_CJK.search(found[1]) or HAS_CJK.search(around)
    return f"\uff08{found[1]}\uff09" if is_wide else f"\ue000{found[1]}\ue001"


@dataclass(frozen=True)
class Teller:
    """Words and numbers of a report in the language of the project."""

    ctx: Context

    @property
    def lang(self) -> str:
        """Return zh or en."""
        return self.ctx.words.lang

    def say(self, name: str, /, **fill: Any) -> str:
        """Return a sentence of the vocabulary with its placeholders filled."""
        return self.print(str(section("told")[name][self.lang]).format(**fill))

    def print(self, text: str) -> str:
        """Return a text as it is printed: Chinese with full-width signs."""
        return wide(text) if self.lang == "zh" else text

    def count(self, number: int) -> str:
        """Return a number of parcels or enterprises: whole."""
        return f"{number:d}"

    def mu(self, value: float) -> str:
        """Return an area in mu, two decimals."""
        return self._unknown(value) or f"{value:.2f}"

    def share(self, value: float) -> str:
        """Return a share in percent, one decimal."""
        return self._unknown(value) or f"{round(value, 6) * 100:.1f}%"

    def figure(self, value: float) -> str:
        """Return a measure, two decimals."""
        return self._unknown(value) or f"{value:.2f}"

    def money(self, wan: float) -> str:
        """Return an amount: from a hundred million yuan on in those, else in 10,000 yuan; two decimals."""
        if lost := self._unknown(wan):
            return lost
        if abs(wan) >= WAN_PER_YI:
            return self.say("money_yi", value=f"{wan / WAN_PER_YI:.2f}")
        return self.say("money_wan", value=f"{wan:.2f}")

    def day(self, day: date) -> str:
        """Return a day as it stands in a letter."""
        return self.say("day", y=day.year, m=day.month, d=day.day, iso=day.isoformat())

    def join(self, parts: Iterable[str]) -> str:
        """Return several words as one enumeration."""
        return self.ctx.words.join(parts)

    def series(self, parts: Iterable[str]) -> str:
        """Return several clauses as one sentence."""
        return self.say("clause_separator").join(parts)

    def _unknown(self, value: float) -> str:
        return self.say("not_known") if math.isnan(value) else ""
