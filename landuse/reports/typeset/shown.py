"""Find which glyphs a page shows: the codes of its texts, font by font.

Only what a press writes is understood. Anything else gives None, never a guess: a glyph missed would be a blank on
somebody's page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

FLAT: Final = rb"\((?:[^()\\]++|\\.)*+\)"
NESTED: Final = rb"\((?:[^()\\]++|\\.|" + FLAT + rb")*+\)"
LITERAL: Final = rb"\((?:[^()\\]++|\\.|" + NESTED + rb")*+\)"
"""A string may hold brackets in pairs; deeper ones than these are not understood."""
HEXADECIMAL: Final = rb"<[0-9A-Fa-f]*+>"
STRING: Final = LITERAL + rb"|" + HEXADECIMAL
TOLD: Final = re.compile(
    rb"/(\w+) [-+.\d]+ Tf\b|\[((?:" + STRING + rb"|[-+.\d ]++)*+)\]TJ|(" + STRING + rb")Tj|\n(BT)\b", re.DOTALL
)
"""A font, a text shown in it, or the beginning of texts: each names its font anew."""
STRINGS: Final = re.compile(STRING, re.DOTALL)
SHOWING: Final = re.compile(rb"[\])>]T[jJ]\n")
"""How a line that shows text ends; within a string no line ends."""
BACKSLASH: Final = b"\x80"
"""Stands for a backslash while escapes are read: a string with bytes beyond 127 is written in hexadecimal."""
LETTERS: Final = {b"\\n": b"\n", b"\\r": b"\r", b"\\t": b"\t", b"\\b": b"\b", b"\\f": b"\f", b"\\(": b"(", b"\\)": b")"}
ESCAPES: Final = LETTERS | {b"\\%03o" % code: bytes([code]) for code in (*range(32), 127)}


def shown(content: bytes) -> dict[bytes, set[int]] | None:
    """Return name of the font -> codes that a page shows in it; None where the page is not understood."""
    texts: dict[bytes, tuple[list[bytes], list[bytes]]] = {}
    nowhere: tuple[list[bytes], list[bytes]] = ([], [])
    literal, hexadecimal = nowhere
    told = 0
    for font, several, one, begins in TOLD.findall(content):
        if font or begins:
            literal, hexadecimal = texts.setdefault(font, ([], [])) if font else nowhere
            continue
        told += 1
        for string in STRINGS.findall(several) if several else (one,):
            (literal if string[:1] == b"(" else hexadecimal).append(string[1:-1])
    if told != len(SHOWING.findall(content)) or any(nowhere):
        return None
    return _codes(texts)


def _codes(texts: Mapping[bytes, tuple[list[bytes], list[bytes]]]) -> dict[bytes, set[int]] | None:
    """Return the codes that texts stand for: strings in brackets and in hexadecimal, font by font."""
    codes = {}
    for font, (literal, hexadecimal) in texts.items():
        plain = _unescaped(b"".join(literal))
        if plain is None:
            return None
        both = plain + bytes.fromhex(b"".join(hexadecimal).decode())
        codes[font] = set(np.unique(np.frombuffer(both, dtype=">u2")).tolist())
    return codes


def _unescaped(text: bytes) -> bytes | None:
    """Return what a string stands for; None where it has an escape that no press writes."""
    if BACKSLASH in text:
        return None
    plain = text.replace(b"\\\\", BACKSLASH)
    for escape, meant in ESCAPES.items():
        plain = plain.replace(escape, meant)
    return None if b"\\" in plain or len(plain) % 2 else plain.replace(BACKSLASH, b"\\")
