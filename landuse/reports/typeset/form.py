"""Describe what is typeset: a template of the package and what all its documents share."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final

from landuse import fonts
from landuse.catalogue import read_text
from landuse.errors import InputError
from landuse.reports.content.report.say import wide

COMMON: Final = "reports/typeset/common.typ"
"""What every template begins with."""
SKIPPED: Final = "drawn"
"""Key of a document whose texts are pictures: their letters are no text."""
LONGEST: Final = 26
"""Letters of a word that fit into every cell: codes of the trade are shorter."""
LONG: Final = re.compile(rf"[!-~]{{{LONGEST},}}")
UNSEEN: Final = ("Cc", "Cf", "Cs", "Co")
"""Categories of characters that cannot be printed: controls, marks of direction, halves, private use."""


@dataclass(frozen=True)
class Form:
    """One kind of printed page."""

    template: str
    """Path of the template below the package."""
    shared: Mapping[str, Any]
    """What all documents of a run have in common: words, the run, the stamp."""
    made_on: date
    """The day a file says it was made on; no clock is read."""
    families: tuple[str, ...] = (fonts.FAMILY,)
    is_letter: bool = False
    """Whether it is read as running text: Chinese is printed with full-width signs."""
    folders: tuple[str, ...] = field(default_factory=lambda: (str(fonts.folder()),))

    @property
    def source(self) -> str:
        """Return the whole template."""
        return read_text(COMMON) + "\n" + read_text(self.template)

    @property
    def stamp(self) -> int:
        """Return the day of making as seconds of the epoch."""
        return int(datetime(self.made_on.year, self.made_on.month, self.made_on.day, tzinfo=UTC).timestamp())


def checked(form: Form, documents: Iterable[Mapping[str, Any]], *, where: str) -> Form:
    """Return the form with the fonts that its documents need.

    Parameters
    ----------
    where
        What is printed, as a message names it.

    Raises
    ------
    InputError
        No font of this machine has some character: all of them are named, and nothing is printed.
    """
    found = fonts.faces([*texts_of(form.shared), *(text for document in documents for text in texts_of(document))])
    if faults := found.faults(where):
        raise InputError(faults)
    folders = dict.fromkeys(str(path.parent) for path in found.files)
    return replace(form, families=found.families, folders=(str(fonts.folder()), *folders))


def is_plain(document: Mapping[str, Any]) -> bool:
    """Return whether the bundled font has every character of a document."""
    has = fonts.coverage(str(fonts.folder() / fonts.REGULAR))
    signs = set("".join(texts_of(document)))
    return all(ord(sign) in has or sign in fonts.INVISIBLE for sign in signs)


def as_data(value: Any, form: Form) -> str:
    """Return a value as the JSON a template reads: its texts as they will be printed."""
    sign = _with_wide_signs if form.is_letter and form.shared.get("lang") == "zh" else plain_text
    return json.dumps(_as_printed(value, sign), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def texts_of(value: Any, key: str = "") -> Iterator[str]:
    """Return every text of a value as it will be printed, the keys of mappings apart."""
    if key == SKIPPED:
        return
    if isinstance(value, str):
        yield plain_text(value)
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from texts_of(each, str(name))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_of(each)


def plain_text(text: str) -> str:
    r"""Return a text without what cannot be seen: line breaks become blanks, controls and marks of direction go.

    Examples
    --------
    >>> plain_text("甲\n乙\u202e丙")
    '甲 乙丙'
    """
    if text.isprintable():
        return LONG.sub(_breakable, text) if len(text) >= LONGEST else text
    spaced = "".join(" " if sign in "\n\r\t\u2028\u2029" else sign for sign in text)
    seen = "".join(sign for sign in spaced if unicodedata.category(sign) not in UNSEEN)
    return LONG.sub(_breakable, seen) if len(seen) >= LONGEST else seen


def _breakable(found: re.Match[str]) -> str:
    """Return a word too long for any cell with places at which it may be broken, everywhere."""
    return "\u200b".join(found.group())


def _with_wide_signs(text: str) -> str:
    return wide(plain_text(text))


def _as_printed(value: Any, sign: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return sign(value)
    if isinstance(value, Mapping):
        return {str(name): each if name == SKIPPED else _as_printed(each, sign) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_as_printed(each, sign) for each in value]
    return value
