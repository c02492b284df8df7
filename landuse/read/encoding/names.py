"""Know encodings by the names that bureaus, .cpg files and language bytes use."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

from landuse.errors import Fault, InputError

UTF8: Final = "utf-8"
CHINESE: Final = "gb18030"
"""Superset of GB2312, GBK and code page 936."""
BIG5: Final = "cp950"
CANDIDATES: Final = (UTF8, CHINESE, BIG5)
"""What an undeclared text may be in, without a mark; likeliest first."""
WESTERN: Final = ("cp1252", "iso8859-1", "iso8859-15", "cp850", "cp437", "latin-1")
"""Encodings of one byte a letter, in which any bytes decode."""

_NAMES: Final = {
    "936": CHINESE, "cp936": CHINESE, "gbk": CHINESE, "gb2312": CHINESE, "gb18030": CHINESE, "euccn": CHINESE,
    "ansi936": CHINESE, "oem936": CHINESE, "ms936": CHINESE, "utf8": UTF8, "65001": UTF8, "cp65001": UTF8,
    "utf8sig": UTF8, "unicodeutf8": UTF8, "950": BIG5, "ansi950": BIG5, "oem950": BIG5, "big5": BIG5, "ms950": BIG5,
    "88591": "iso8859-1", "ansi1252": "cp1252", "1252": "cp1252", "utf16": "utf-16", "unicode": "utf-16",
    "utf16le": "utf-16-le", "utf16be": "utf-16-be", "utf32": "utf-32",
}  # fmt: skip
"""Names found in project files and .cpg files, in lower case without signs -> codec."""
_SHOWN: Final = {BIG5: "big5", "utf-16-le": "utf-16", "utf-16-be": "utf-16", "iso8859-1": "latin-1"}
LANGUAGES: Final = {0x4D: CHINESE, 0x7A: CHINESE, 0x4F: BIG5, 0x78: BIG5}
"""Language byte of a DBF that means something; 0x00, 0x03 and 0x57 are written by habit and say nothing."""
BOMS: Final = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", CHINESE),
)
"""Byte-order marks; that of UTF-32 begins like that of UTF-16 and goes first."""


def codec_of(name: str, where: str) -> str:
    """Return the codec of an encoding name as bureaus and .cpg files write it.

    Raises
    ------
    InputError
        No such encoding.
    """
    plain = re.sub(r"[^0-9a-z]", "", name.lower())
    if plain in _NAMES:
        return _NAMES[plain]
    try:
        found = codecs.lookup(name.strip())
        "".encode(found.name)  # base64 and its kind are codecs, but of no text
    except (LookupError, ValueError):
        fault = Fault(
            where,
            f"未知的编码 / unknown encoding: {name}",
            "UTF-8, GB18030, GBK, Big5, UTF-16",
            "改正 encoding / correct it",
        )
        raise InputError([fault]) from None
    return found.name


def shown(codec: str) -> str:
    """Return the name by which messages call a codec, and which a project file may write."""
    return _SHOWN.get(codec, codec)


def sibling(path: Path, suffix: str) -> Path | None:
    """Return the file beside `path` with the same stem and another suffix, in either case of letters."""
    for candidate in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if candidate.is_file():
            return candidate
    return None
