"""Put names in the order a reader of Chinese looks them up in: by their readings (拼音)."""

from __future__ import annotations

from collections.abc import Iterable


def reading(text: str) -> tuple[str, ...]:
    """Return the readings of a name, one syllable a character, the tone last; what has none stands for itself.

    Examples
    --------
    >>> reading("安澜 A")
    ('an1', 'lan2', ' a')
    """
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(text.lower(), style=Style.TONE3, neutral_tone_with_five=True))


def by_reading(names: Iterable[str]) -> list[str]:
    """Return different names in the order of their readings; equal readings in the order of their characters."""
    return sorted(set(names), key=lambda name: (reading(name), name))
