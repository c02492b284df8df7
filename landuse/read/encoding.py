"""Decide in which encoding a text file or a shapefile's table is written.

Decoding is no proof: Big5 bytes decode as GB18030 into private-use characters. What cannot be decided is fatal.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from landuse.errors import Fault, InputError
from landuse.read.judgement import Evidence, Judgement

UTF8: Final = "utf-8"
CHINESE: Final = "gb18030"
"""Superset of GB2312, GBK and code page 936."""

_NAMES: Final = {
    "936": CHINESE, "cp936": CHINESE, "gbk": CHINESE, "gb2312": CHINESE, "gb18030": CHINESE, "euccn": CHINESE,
    "ansi936": CHINESE, "oem936": CHINESE, "ms936": CHINESE, "utf8": UTF8, "65001": UTF8, "cp65001": UTF8,
    "utf8sig": UTF8, "unicodeutf8": UTF8, "950": "cp950", "ansi950": "cp950", "oem950": "cp950", "big5": "cp950",
    "88591": "iso8859-1", "ansi1252": "cp1252", "1252": "cp1252",
}  # fmt: skip
"""Names found in project files and .cpg files, in lower case without signs -> codec."""
_DBF_LANGUAGES: Final = {0x4D: CHINESE, 0x7A: CHINESE, 0x4F: "cp950", 0x78: "cp950"}
"""Language byte of a DBF that means something; 0x00, 0x03 and 0x57 are written by habit and say nothing."""
_BOMS: Final = ((codecs.BOM_UTF8, UTF8), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_NO_CHARACTER: Final = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010fffd]")
"""Private-use and replacement characters: no bureau writes them."""


@dataclass(frozen=True)
class Decided:
    """An encoding and what it rests on."""

    codec: str
    skip: int = 0
    """Bytes of a byte-order mark."""


def text_encoding(data: bytes, *, declared: str | None, where: str) -> Decided:
    """Return the encoding of a text file: declared, else its mark, else UTF-8 if strictly so, else GB18030.

    Raises
    ------
    InputError
        The declared encoding does not fit, or none does.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark) and (declared is None or codec_of(declared, where) in (codec, "utf-16")):
            return Decided(codec, len(mark))
    if declared is not None:
        return Decided(_fitting(data, codec_of(declared, where), where, f"encoding = {declared!r}"))
    if _fits(data, UTF8):
        return Decided(UTF8)
    if _fits(data, CHINESE):
        return Decided(CHINESE)
    raise _undecidable(where, (UTF8, CHINESE))


def dbf_encoding(path: Path, *, declared: str | None, where: str) -> str:
    """Return the codec of a shapefile's table.

    Declared, else the .cpg file, else the language byte of the .dbf, else UTF-8 if every name and text is strictly so,
    else GB18030. What is declared must fit the bytes.

    Parameters
    ----------
    path
        The .shp or .dbf file.

    Raises
    ------
    InputError
        Nothing fits.
    """
    table = sibling(path, ".dbf")
    if table is None:
        return UTF8
    data, language = _dbf_text(table)
    if declared is not None:
        return _fitting(data, codec_of(declared, where), where, f"encoding = {declared!r}", cut=True)
    page = sibling(path, ".cpg")
    stated = page.read_text(encoding="latin-1").strip() if page is not None else ""
    if stated:
        return _fitting(data, codec_of(stated, f"{where} (.cpg)"), where, f".cpg: {stated}", cut=True)
    if language in _DBF_LANGUAGES:
        return _fitting(data, _DBF_LANGUAGES[language], where, f"DBF language byte 0x{language:02X}", cut=True)
    for codec in (UTF8, CHINESE):
        if _fits(data, codec, cut=True):
            return codec
    raise _undecidable(where, (UTF8, CHINESE))


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
        return codecs.lookup(name.strip()).name
    except LookupError:
        fault = Fault(
            where, f"未知的编码 / unknown encoding: {name}", "UTF-8 / GB18030 / GBK", "改正 encoding / correct it"
        )
        raise InputError([fault]) from None


def sibling(path: Path, suffix: str) -> Path | None:
    """Return the file beside `path` with the same stem and another suffix, in either case of letters."""
    for candidate in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if candidate.is_file():
            return candidate
    return None


def _fitting(data: bytes, codec: str, where: str, said_by: str, *, cut: bool = False) -> str:
    if _fits(data, codec, cut=cut):
        return codec
    others = [other for other in (UTF8, CHINESE) if other != codec and _fits(data, other, cut=cut)]
    raise InputError(
        [
            Fault(
                where,
                f"ENCODING: 声明的编码与内容不符 / the stated encoding does not fit the bytes ({said_by})",
                f"内容符合 / the bytes fit: {', '.join(others)}" if others else "",
                f'写明 encoding = "{others[0]}" / declare it' if others else "另存为 UTF-8 / save as UTF-8",
            )
        ]
    )


def _undecidable(where: str, tried: Iterable[str]) -> InputError:
    return InputError(
        [
            Fault(
                where,
                f"ENCODING: 无法判定编码 / encoding undecidable (tried {', '.join(tried)})",
                "",
                "写明 encoding,或另存为 UTF-8 / declare encoding, or save as UTF-8",
            )
        ]
    )


def _fits(data: bytes, codec: str, *, cut: bool = False) -> bool:
    """Say whether the bytes decode strictly and into real characters.

    Parameters
    ----------
    cut
        A character may be cut off at the end of a line, as DBF fields of a fixed width do.
    """
    if data.isascii() and not codec.startswith("utf-16"):
        return True
    try:
        text = data.decode(codec, errors="landuse_cut" if cut else "strict")
    except UnicodeDecodeError:
        return False
    return _NO_CHARACTER.search(text) is None


def _skip_cut_character(error: UnicodeError) -> tuple[str, int]:
    """Pass over the start of a character at the end of a line; any other error stands."""
    if isinstance(error, UnicodeDecodeError):
        end = error.object.find(b"\n", error.start)
        if 0 <= end - error.start <= 3:
            return "", end
    raise error


codecs.register_error("landuse_cut", _skip_cut_character)


def _dbf_text(path: Path) -> tuple[bytes, int]:
    """Return the field names and texts of a DBF, one a line, and its language byte."""
    raw = np.fromfile(path, dtype=np.uint8)
    if len(raw) < 33:
        return b"", 0
    head = raw[:32].tobytes()
    rows, start, width = (int.from_bytes(head[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
    lines, offset = [], 1
    records = raw[start : start + rows * width]
    whole = records[: len(records) // width * width].reshape(-1, width) if width else records.reshape(0, 0)
    for at in range(32, min(start, len(raw)) - 31, 32):
        field = raw[at : at + 32].tobytes()
        if field[0] == 0x0D:
            break
        lines.append(field[:11].split(b"\0")[0])
        if field[11:12] == b"C":
            lines.append(_lines(whole[:, offset : offset + field[16] + 256 * field[17]]))
        offset += field[16] + (256 * field[17] if field[11:12] == b"C" else 0)
    return b"\n".join([*lines, b""]), head[29]


def _lines(cells: np.ndarray) -> bytes:
    """Return the cells of one field that hold anything but ASCII, one a line."""
    told = cells[(cells >= 0x80).any(axis=1)] if cells.size else cells[:0]
    ended = np.full((len(told), cells.shape[1] + 1), ord("\n"), dtype=np.uint8)
    ended[:, :-1] = told
    return ended.tobytes()


def judge_text(data: bytes) -> Judgement:
    """Return the encoding that the bytes of an undeclared text speak for."""
    return _judged(lambda: text_encoding(data, declared=None, where="").codec)


def judge_dbf(path: Path) -> Judgement:
    """Return the encoding that a shapefile's side files, its language byte and its text speak for."""
    return _judged(lambda: dbf_encoding(path, declared=None, where=""))


def _judged(decide: Callable[[], str]) -> Judgement:
    try:
        return Judgement(decide(), Evidence("字节相符", "the bytes fit"))
    except InputError as error:
        return Judgement(None, Evidence(error.faults[0].found, error.faults[0].found))
