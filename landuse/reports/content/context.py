"""Hold what every sheet of a run shares: the language, the words, the stage, the masks of the classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.catalogue import load, load_folder, term
from landuse.disclosure import whitelist
from landuse.project import Project
from landuse.reports.content.model import Mask
from landuse.rule import Rule
from landuse.tables import Analysis, worded_issues

BOOK: Final = "vocabulary/reports.toml"
MORE: Final = "vocabulary/reports"
"""Folder of what later workbooks add, file by file, to the sections of the vocabulary."""
IDLE_CLASSES: Final = ("IDLE_T1", "IDLE_T2")
"""Classes that are suspected idle land; every other class is none."""
STOPPED_CLASSES: Final = ("stopped", "vacant")


UNSAID: Final = "?"
"""What stands for the bottom share where no rule is in force."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Words:
    """Words of the workbooks in one language."""

    lang: str

    def of(self, part: str, name: str, /, **fill: Any) -> str:
        """Return a text of one section of the vocabulary with its placeholders filled."""
        return str(section(part)[name][self.lang]).format(**fill)

    def phrase(self, name: str, /, **fill: Any) -> str:
        """Return a phrase."""
        return self.of("phrases", name, **fill)

    def choice(self, kind: str, code: Any, *others: str) -> str:
        """Return an enumerated value in words: those of the workbooks first, then of the catalogue, then itself.

        Parameters
        ----------
        others
            Further kinds to look into.
        """
        text = str(code)
        for one in (kind, *others):
            entry = section("choices").get(one, {}).get(text)
            said = str(entry[self.lang]) if entry else term(one, text, self.lang)
            if said != text:
                return said
        return text

    def worded(self, kind: str, codes: pd.Series, *others: str) -> pd.Series:
        """Return a column of codes in words; unknown stays unknown."""
        known = {code: self.choice(kind, code, *others) for code in codes.dropna().unique()}
        return codes.map(known, na_action="ignore")

    def join(self, parts: Iterable[str]) -> str:
        """Return several words as one enumeration."""
        return self.phrase("list_separator").join(parts)


@dataclass(frozen=True)
class Context:
    """An analysis with the words it is told in."""

    analysis: Analysis
    words: Words

    @property
    def project(self) -> Project:
        """Return the project of the run."""
        project: Project = self.analysis.project
        return project

    @property
    def rule(self) -> Rule | None:
        """Return the rule in force; None where nothing was computed (``landuse check``)."""
        rule: Rule | None = self.analysis.facts.get("rule")
        return rule

    @cached_property
    def parcels(self) -> pd.DataFrame:
        """Return the parcel table."""
        return self.analysis.parcels.table

    @cached_property
    def issues(self) -> pd.DataFrame:
        """Return the issues with message, action and owner in words."""
        found = self.analysis.issues
        return worded_issues(found, self.words.lang) if "facts" in found.columns else found

    @cached_property
    def is_draft(self) -> bool:
        """Return whether an issue of severity error makes the whole run a draft."""
        return bool(self.analysis.issues["severity"].eq("error").any())

    @cached_property
    def stage(self) -> str:
        """Return the word stamped on every sheet."""
        return self.words.phrase("draft") if self.is_draft else self.words.choice("stage", self.project.project.stage)

    @cached_property
    def is_idle(self) -> Mask:
        """Return which parcels are suspected idle."""
        return in_classes(self.parcels, "idle_class", IDLE_CLASSES)

    def is_class(self, *classes: str) -> Mask:
        """Return which parcels have one of the efficiency classes and are not counted as suspected idle."""
        return in_classes(self.parcels, "efficiency_class", classes) & ~self.is_idle

    @cached_property
    def is_listed(self) -> Mask:
        """Return which enterprises are proposed for the list."""
        return flags(self.analysis.enterprises, "low_efficiency")

    @property
    def share(self) -> str:
        """Return the bottom share as printed, e.g. 15%."""
        return percent(self.rule.share) if self.rule else UNSAID

    @property
    def listed(self) -> str:
        """Return the word for an enterprise on the list: it names the bottom share where only that decides."""
        if self.rule and tuple(self.rule.enabled) == ("R01",):
            return self.words.phrase("listed_r01" if self.rule.by_industry else "listed_group", share=self.share)
        return self.words.phrase("listed_plain")

    def reason(self, code: str) -> str:
        """Return a reason code in words; R01 with the share in force."""
        if code != "R01":
            return self.words.choice("rule", code, "agreed")
        by_industry = not self.rule or self.rule.by_industry
        return self.words.phrase("bottom_share" if by_industry else "bottom_of_group", share=self.share)


def context(analysis: Analysis) -> Context:
    """Return an analysis with the words of its project's language."""
    return Context(analysis, Words(analysis.project.language))


def ledger_order(ctx: Context) -> tuple[str, ...]:
    """Return the sheets of the ledger in order: those of variants and of an official list where there are any.

    Others than the bureau get the sheets that `disclosure/audiences.toml` names.
    """
    audience = ctx.project.project.audience
    if audience != "internal":
        return whitelist(audience).sheets
    names = tuple(key for key in section("ledger")["order"] if key != "variants" or ctx.analysis.variants is not None)
    if not len(ctx.analysis.agreement.columns):
        return names
    at = names.index("method")
    return (*names[:at], "agreement", *names[at:])


def in_classes(table: pd.DataFrame, name: str, classes: Iterable[str]) -> Mask:
    """Return which rows hold one of the values; a table without the column has none."""
    if name not in table.columns:
        return np.zeros(len(table), dtype=bool)
    return table[name].isin(list(classes)).to_numpy(dtype=bool)


def flags(table: pd.DataFrame, name: str) -> Mask:
    """Return which rows are known to be true."""
    if name not in table.columns:
        return np.zeros(len(table), dtype=bool)
    return table[name].astype("boolean").fillna(value=False).to_numpy(dtype=bool)


def numbers(table: pd.DataFrame, name: str) -> Numbers:
    """Return a column as float64 with NaN for unknown; a table without the column knows nothing."""
    if name not in table.columns:
        return np.full(len(table), np.nan, dtype=np.float64)
    return np.asarray(table[name].astype("Float64").to_numpy(dtype=float, na_value=np.nan), dtype=np.float64)


def percent(share: Decimal | float) -> str:
    """Return a share as an exact percentage: 0.15 is 15%, 0.125 is 12.5%."""
    exact = Decimal(str(share)) * 100
    text = format(exact, "f")
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"


def plain(value: Any) -> str:
    """Return a number or text of the settings without needless decimals."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


@cache
def section(name: str) -> Mapping[str, Any]:
    """Return one section of the workbook vocabulary, with what the files of `MORE` add to it."""
    content: dict[str, Any] = dict(load(BOOK).get(name, {}))
    for added in load_folder(MORE).values():
        content |= added.get(name, {})
    return content
