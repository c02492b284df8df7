"""Know what a spreadsheet takes for a formula when it opens a text file."""

from __future__ import annotations

import re
from typing import Final

FORMULA: Final = re.compile("[\\s\0]*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""Start of a text that a spreadsheet runs or may run: half and full width, blanks before it or not."""


def is_formula(text: str) -> bool:
    """Say whether a spreadsheet may take a text for a formula; numbers with a sign are for the caller to know."""
    return FORMULA.match(text) is not None
