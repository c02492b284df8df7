"""Hold the options of all commands, and say things on the screen."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters of a table that would steer a terminal instead of being read."""


class Lang(StrEnum):
    """Language of everything a user sees."""

    zh = "zh"
    en = "en"


class State:
    """Options that hold for every command."""

    asked: str | None = None
    """Language of --lang."""
    lang: str = "zh"
    """Language in force: --lang, else that of the project file, else zh."""
    verbose: bool = False
    debug: bool = False


def print_lines(lines: Iterable[str], *, err: bool = False) -> None:
    """Print lines without the characters that would steer a terminal."""
    stream = sys.stderr if err else sys.stdout
    for line in lines:
        print(CONTROL.sub(" ", line), file=stream)


def say(zh: str, en: str, *, err: bool = False) -> None:
    """Print one line in the language in force."""
    print_lines([en if State.lang == "en" else zh], err=err)
