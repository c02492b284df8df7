"""Turn settings into cells of a workbook and back: every value comes back as it went, types included. Pure."""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from landuse.parameters.keys import Key

Cell = str | float | int | bool | date | None
"""What stands in a cell; None = nothing."""

QUESTION: Final = "?"
YES: Final = "是"
NO: Final = "否"
FLAGS: Final = {YES: True, NO: False, "true": True, "false": False, "yes": True, "no": False}
LITERAL: Final = ('"', "[", "{")
"""First signs of a cell that holds a value as a project file writes it; {1} is the number where a text would stand."""
SEPARATORS: Final = re.compile(r"[;；\n、]")
STRONG: Final = re.compile(r"[;；\n]")
"""Between headers or paths, which may hold 、 themselves."""
PAIR: Final = re.compile(r"\s*([^=＝;；]+?)\s*[=＝]\s*(.+?)\s*", re.DOTALL)
NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?")
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
PLAIN_KEY: Final = re.compile(r"[^\s.\"'=＝;；\[\]{}\\#]+(?: [^\s.\"'=＝;；\[\]{}\\#]+)*")
KEY_PART: Final = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^."]+))\s*')
EXACT: Final = 10**15
"""A spreadsheet keeps 15 digits of a number."""
LONGEST: Final = 32_000
ODD: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
"""What a cell does not keep as it is."""
UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class LostDigitsError(ValueError):
    """A code was turned into a number by a spreadsheet, and has lost digits."""


def cell_of(value: Any, key: Key) -> Cell:
    """Return the cell of a value: as a user would write it where that is read back alike, else as a project file."""
    for plain in _plain(value, key):
        if _is_kept(plain) and same(value_of(plain, key), value):
            return plain
    written = literal(value)
    return written if same(value_of(written, key), value) else f"{{{written}}}"


def value_of(cell: Cell, key: Key) -> Any:
    """Return the value of a cell; None for an empty one.

    Raises
    ------
    LostDigitsError
        A number of more than 15 digits stands where a code is asked for.
    """
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if isinstance(cell, bool):
        return cell if key.takes("flag", "any") else str(cell).lower()
    if isinstance(cell, datetime):
        cell = cell.date() if cell.time() == time(0) else cell
    if isinstance(cell, date):
        return cell if key.takes("day", "any") else cell.isoformat()
    if isinstance(cell, int | float):
        return _of_number(float(cell), key)
    return _of_text(cell, key)


def literal(value: Any) -> str:
    """Return a value as a project file writes it, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + _escaped(value) + '"'
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{toml_key(str(name))} = {literal(one)}" for name, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(literal(one) for one in value) + "]"
    return repr(value)


def toml_key(name: str) -> str:
    """Return one key as a project file writes it."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else '"' + _escaped(name) + '"'


def key_text(path: Iterable[str]) -> str:
    """Return a dotted key as a sheet writes it: Chinese needs no quotes, a dot does."""
    return ".".join(
        part if PLAIN_KEY.fullmatch(part) and not ODD.search(part) else '"' + _escaped(part) + '"' for part in path
    )


def key_path(text: str) -> tuple[str, ...]:
    """Return the parts of a dotted key; empty where the text is none."""
    parts: list[str] = []
    place = 0
    while True:
        match = KEY_PART.match(text, place)
        if match is None:
            return ()
        parts.append(_unquoted(match[1]) if match[1] is not None else match[2].strip())
        place = match.end()
        if place == len(text):
            return tuple(parts)
        if text[place] != "." or place + 1 == len(text):
            return ()
        place += 1


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same, types included."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return set(one) == set(other) and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, float) and isinstance(other, float):
        return repr(one) == repr(other)
    return type(one) is type(other) and bool(one == other)


def letter_of(index: int) -> str:
    """Return the letters of a column of a spreadsheet.

    Examples
    --------
    >>> [letter_of(index) for index in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    letters = ""
    number = index + 1
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


# ---------------------------------------------------------------------------------------------- writing


def _plain(value: Any, key: Key) -> Iterable[Cell]:
    """Give the ways a user would write a value, the plainest first."""
    if isinstance(value, bool):
        yield YES if value else NO
    elif isinstance(value, str):
        yield key.shown(value)
        yield value
    elif isinstance(value, datetime):
        return
    elif isinstance(value, date):
        yield value if value.year > 1900 else None
    elif isinstance(value, int | float):
        yield value
        yield repr(value)
    elif isinstance(value, Mapping) and value:
        yield "; ".join(f"{name} = {_inner(one)}" for name, one in value.items())
    elif isinstance(value, list | tuple) and value:
        texts = [_inner(one) for one in value]
        yield "; ".join(texts) if key.is_strong else "、".join(texts)
        yield "; ".join(texts)


def _inner(value: Any) -> str:
    """Return a value inside a list or a mapping of a cell."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return YES if value else NO
    return literal(value)


def _is_kept(cell: Cell) -> bool:
    """Return whether a cell keeps what is written there."""
    if isinstance(cell, bool) or cell is None:
        return False
    if isinstance(cell, int | float):
        number = float(cell)
        is_exact = math.isfinite(number) and abs(number) < EXACT and float(f"{number:.16G}") == cell
        return is_exact and not (number == 0 and math.copysign(1, number) < 0)
    return not isinstance(cell, str) or (len(cell) <= LONGEST and not ODD.search(cell))


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return UNSAFE.sub(lambda sign: f"\\u{ord(sign.group()):04x}", text)


def _unquoted(text: str) -> str:
    return str(tomllib.loads(f'value = "{text}"')["value"])


# ---------------------------------------------------------------------------------------------- reading


def _of_number(number: float, key: Key) -> Any:
    whole = number.is_integer()
    value: int | float = int(number) if whole else number
    if key.takes("whole", "number", "any"):
        return value if not key.is_listed else [value]
    if abs(number) >= EXACT:
        raise LostDigitsError
    text = str(value)
    return [text] if key.is_listed else text


def _of_text(text: str, key: Key) -> Any:
    bare = text.strip()
    if bare == QUESTION:
        return QUESTION
    if bare.startswith(LITERAL):
        found = _toml(bare)
        found = _toml(bare[1:-1]) if found is None and bare[0] + bare[-1] == "{}" else found
        if found is not None:
            return found
    if key.takes("any"):
        return _anything(bare)
    if key.takes("map") and (pairs := _pairs(bare, key)) is not None:
        return pairs
    if key.takes("list"):
        separators = STRONG if key.is_strong else SEPARATORS
        parts = [part.strip() for part in separators.split(bare) if part.strip()]
        if len(parts) > 1 or key.is_listed:
            return [_scalar(part, key) for part in parts]
    return _scalar(bare, key)


def _scalar(text: str, key: Key) -> Any:
    """Return one value of a text by what the key takes."""
    if (chosen := key.chosen(text)) is not None:
        return chosen
    if key.takes("flag") and text.lower() in FLAGS:
        return FLAGS[text.lower()]
    wide = unicodedata.normalize("NFKC", text)
    if key.takes("whole", "number") and NUMBER.fullmatch(wide):
        return float(wide) if set(wide) & set(".eE") else int(wide)
    if key.takes("day") and DAY.fullmatch(wide):
        try:
            return date.fromisoformat(wide)
        except ValueError:
            return text
    return text


def _anything(text: str) -> Any:
    """Return what a text says where any value may stand: numbers, days, truth values, else the text itself."""
    if text in {YES, NO}:
        return FLAGS[text]
    found = _toml(text)
    return text if found is None else found


def _pairs(text: str, key: Key) -> dict[str, Any] | None:
    """Return a mapping written as ``name = value; name = value``; None where the text is none."""
    found: dict[str, Any] = {}
    for part in (part for part in STRONG.split(text) if part.strip()):
        match = PAIR.fullmatch(part)
        if match is None or match[1] in found:
            return None
        written = match[2]
        inside = _toml(written) if written.startswith(LITERAL) else None
        found[match[1]] = _scalar(written, key.inside) if inside is None else inside
    return found or None


def _toml(text: str) -> Any:
    """Return the value a project file would hold; None where the text is none."""
    if "\n" in text:
        return None
    try:
        tree = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return None
    return tree["value"] if set(tree) == {"value"} else None
