"""Say in words what may stand in a cell, and what holds without it; find what was typed over these words. Pure."""

from __future__ import annotations

from typing import Final

from landuse.parameters.cells import DAY, FLAGS, NUMBER, Cell, cell_of
from landuse.parameters.keys import Key
from landuse.parameters.words import word

MOST_CHOICES: Final = 8
"""Choices that are named beside a drop-down; longer lists stand in it alone."""
BY_PACK: Final = frozenset({"land_price", "indicators", "ranking", "rules", "stages", "measures"})
"""Sections whose unset keys are as the rule pack, the statutes or the catalogue say."""
_LANGUAGES: Final = ("zh", "en")


def allowed_words(key: Key, lang: str) -> str:
    """Return what may stand in a cell, in words."""
    said = []
    if len(key.choices) > MOST_CHOICES and not key.takes("list"):
        said.append(word("choose", lang))
    elif key.choices:
        said.append(" | ".join(str(one) for one in key.choices if one != ""))
    plain = [kind for kind in ("text", "whole", "number", "flag", "day", "any") if kind in key.kinds]
    if "number" in plain and "whole" in plain:
        plain.remove("whole")
    said += [word(kind, lang) for kind in plain if not (key.choices and kind in {"text", "whole"})]
    whole = word("or", lang).join(said)
    if key.takes("map"):
        pairs = word("pairs", lang, example=word("pairs_example", lang))
        whole = word("or", lang).join(part for part in (whole, pairs) if part)
    if key.takes("list"):
        whole = f"{whole};{word('several_strong' if key.is_strong else 'several', lang)}"
    return whole.strip(";")


def default_words(key: Key, section: str, lang: str) -> str:
    """Return what holds where nothing is filled in."""
    if key.is_required:
        return "—"
    if key.default is None:
        return word("by_pack" if section in BY_PACK else "nothing", lang)
    if key.default in ("", (), {}) or not isinstance(key.default, str | int | float | bool | tuple):
        return word("nothing", lang)
    value = list(key.default) if isinstance(key.default, tuple) else key.default
    return _shown(cell_of(value, key))


def typed_over(cell: Cell, column: str, key: Key | None, section: str) -> bool:
    """Say whether a text beside the column of values is none of the words that stand there.

    What holds without a value is told by nobody but the program: any other text was typed, or is of another version
    and no longer true. What may be filled in is worded differently from version to version: only a value is told apart.

    Parameters
    ----------
    column
        default or allowed.
    key
        The key of the row; None for one that nobody knows, beside which nothing stands.
    """
    text = cell.strip() if isinstance(cell, str) else ""
    if not text:
        return False
    if key is None:
        return True
    if column == "default":
        return text not in {default_words(key, section, lang).strip() for lang in _LANGUAGES}
    if text in {allowed_words(key, lang).strip() for lang in _LANGUAGES}:
        return False
    is_plain = NUMBER.fullmatch(text) or DAY.fullmatch(text) or text.lower() in FLAGS
    return bool(is_plain) or key.chosen(text) is not None


def _shown(cell: Cell) -> str:
    return "" if cell is None else str(cell)
