"""[notices]: which enterprises get an 评价结果告知单, and what it says of objections."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from landuse.settings import Section


class Notices(Section):
    """[notices]: one letter an enterprise, with its own figures only."""

    who: Literal["evaluated", "listed"] = "evaluated"
    """Every enterprise that was ranked, or those proposed for the list alone."""
    enterprises: tuple[str, ...] = ()
    """Credit codes to be printed instead; blank = by `who`."""
    most: int = Field(default=2000, ge=0)
    """Most letters in one run, enterprises proposed for the list first; 0 = none."""
    combined: bool = False
    """Whether one file of all letters is made too, for printing."""
    objection_office: str = ""
    """Who takes objections; blank = left blank for a pen."""
    contact: str = ""
    """Telephone and address for objections; blank = left blank for a pen."""
