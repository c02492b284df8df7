"""Describe the letters of a run: 评价结果告知单, one an enterprise, with its own figures only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.errors import Fault, InputError
from landuse.reports.content.context import Context, context, flags, in_classes, numbers
from landuse.reports.dossier.chosen import file_names
from landuse.reports.letters.notice import Notices, shared_words, word
from landuse.reports.typeset import Form
from landuse.tables import Analysis

__all__ = ["COMBINED", "FOLDER", "Letters"]

FOLDER: Final = "notices"
COMBINED: Final = "all.pdf"
TEMPLATE: Final = "reports/letters/letter.typ"

Rows = npt.NDArray[np.intp]


class Letters:
    """The letters of a run."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.ctx: Context = context(analysis)
        order = _wanted(analysis)
        most = analysis.project.notices.most
        self.rows, self.left_out = np.sort(order[:most]), np.sort(order[most:])

    def __len__(self) -> int:
        """Return the number of letters printed."""
        return len(self.rows)

    @cached_property
    def codes(self) -> list[str]:
        """Return the credit codes of those who get a letter, in the order of the table."""
        return [str(code) for code in self.analysis.enterprises["uscc"].iloc[self.rows]]

    @cached_property
    def files(self) -> list[str]:
        """Return the name of the file of each letter: code and name."""
        names = [str(name) for name in self.analysis.enterprises["name"].iloc[self.rows]]
        return file_names(list(zip(self.codes, names, strict=True)))

    @property
    def title(self) -> str:
        """Return what is printed, as a message names it."""
        return word("title", self.ctx.words.lang)

    @cached_property
    def form(self) -> Form:
        """Return the form all letters are set in."""
        project = self.analysis.project
        return Form(TEMPLATE, shared_words(self.ctx), project.print.drawn_on or project.as_of, is_letter=True)

    def pages(self) -> Iterator[Mapping[str, Any]]:
        """Return the letters in the order of the enterprise table, each as data for the template."""
        told = Notices(self.ctx, self.codes)
        for code in self.codes:
            yield told.letter(code)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Return name and text of the plain files beside the letters."""
        if note := self.note():
            yield note

    def note(self) -> tuple[str, str] | None:
        """Return name and text of the note that says who got no letter for want of room; None where all got one."""
        if not len(self.left_out):
            return None
        lang, most = self.ctx.words.lang, self.analysis.project.notices.most
        text = word("capped", lang, n=len(self.left_out) + len(self), most=most, rest=len(self.left_out))
        rows = self.analysis.enterprises.iloc[self.left_out]
        listed = [f"{code} {name}" for code, name in zip(rows["uscc"], rows["name"], strict=True)]
        return word("capped_file", lang), "\n".join([text, *listed, ""])


def _wanted(analysis: Analysis) -> Rows:
    """Return the positions of those who are to get a letter: proposed for the list first, then by rank.

    Raises
    ------
    InputError
        A credit code of `[notices] enterprises` is not that of an enterprise that was ranked.
    """
    settings, firms = analysis.project.notices, analysis.enterprises
    ranked = in_classes(firms, "status", ("RANKED",)) & firms["score"].notna().to_numpy(dtype=bool)
    listed = flags(firms, "low_efficiency")
    if settings.enterprises:
        codes = list(dict.fromkeys(settings.enterprises))
        places = pd.Index(firms["uscc"]).get_indexer(pd.Index(codes))
        wrong = [code for code, at in zip(codes, places.tolist(), strict=True) if at < 0 or not ranked[at]]
        if wrong:
            found = f"不是参评企业 / not ranked: {'、'.join(wrong[:10])}"
            raise InputError([Fault("[notices] enterprises", found, "", "核对信用代码 / check the codes")])
        wanted = np.asarray(np.sort(places), dtype=np.intp)
    else:
        wanted = np.flatnonzero(ranked & listed if settings.who == "listed" else ranked)
    return wanted[np.lexsort((numbers(firms, "rank")[wanted], ~listed[wanted]))]
