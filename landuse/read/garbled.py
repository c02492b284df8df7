"""Find texts that were garbled before they reached us; what can be told from them is shown, nothing is repaired."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from landuse.errors import Fault, InputError
from landuse.read.encoding.choosing import printable
from landuse.read.encoding.names import CHINESE, UTF8
from landuse.read.encoding.signs import COMMON, FOREIGN, IMPOSSIBLE, LATIN, RARE, kinds_of, points_of
from landuse.read.encoding.weighing import Weight, weigh_text
from landuse.read.findings import Finding, judge
from landuse.read.source import Cells, Rows, Source

LOST: Final = "TEXT_LOST"
GARBLED: Final = "TEXT_GARBLED"
PRIVATE: Final = "TEXT_PRIVATE"
ROW_BY_ROW: Final = 20
"""Cells of one column (inclusive) that are told one by one; more are told as a column."""
_HALF: Final = 0.5
"""Least share of a column's cells that speak of the column, not of single cells (inclusive)."""
_KNOWN: Final = 0.34
"""Most familiar characters of a text that may be UTF-8 read as GBK with signs lost (inclusive)."""
_LOST: Final = re.compile(
    r"\ufffd|锟.{0,3}拷|斤拷锟|烫{3}|屯{3}"  # the sign for "unreadable", and that sign in UTF-8 read as GBK
    r"|\?{3}|\?\?(?=[\u3400-\u9fff])|^[^\u3400-\u9fff]*\?\?[^\u3400-\u9fff]*$"
)
"""What is left of a text whose characters were replaced; two question marks behind a Chinese text are a question."""
_PRIVATE: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
_MARKS: Final = "锟烫屯"
_ROWS: Final = 250_000
"""Texts that are looked at at once: what is held beside them stays small however long the table is."""


def ungarbled(cells: Cells, *, where: str, header: str) -> tuple[Cells, list[Finding]]:
    """Return the cells with garbled texts as unknown, and what was found.

    Raises
    ------
    InputError
        A column that was garbled as a whole and could be read by turning a wrong decoding back: the rows are shown.
    """
    if cells.text is None or not len(rows := _suspects(cells.text)):
        return cells, []
    judged = judge(cells.text, rows, _judged)
    told = judged.codes != ""
    if not told.any():
        return cells, []
    beyond = int(np.count_nonzero(_beyond_ascii(cells.text)))
    findings = []
    for finding in judged.findings():
        at = np.flatnonzero(judged.codes == finding.code)
        meant = [str(text) for text in judged.values[at]]
        if finding.code == GARBLED and (len(at) > ROW_BY_ROW or len(at) >= max(2, _HALF * beyond)):
            raise InputError([_turned(finding.values, meant, f"{where}: {header}")])
        findings += _findings(finding, meant)
    blank = np.zeros(cells.size, dtype=bool)
    blank[judged.rows[told & (judged.codes != PRIVATE)]] = True
    kept = pc.if_else(pa.array(blank), pa.scalar(None, pa.large_string()), cells.text)
    return dataclasses.replace(cells, text=kept), findings


def garbled_headers(source: Source) -> list[Fault]:
    """Return the fault of headers that were garbled before they reached us; none where they can be used.

    Single headers whose characters were replaced do no harm while others can be read.
    """
    odd = [header for header in source.headers if not header.isascii() or "??" in header]
    said = [(header, *_judged(header)) for header in odd]
    turned = [(header, str(meant)) for header, meant, code in said if code == GARBLED]
    if turned:
        return [_turned([header for header, _ in turned], [meant for _, meant in turned], source.where)]
    lost = [header for header, _, code in said if code == LOST]
    if not lost or len(lost) < _HALF * len(odd):
        return []
    found = f"表头在送到之前已成乱码,无法还原 / the headers were garbled before and cannot be restored: {_listed(lost)}"
    return [Fault(source.where, found, "", "请提供方按 UTF-8 重新导出 / have the sender export it again in UTF-8")]


def _findings(finding: Finding, meant: Sequence[str]) -> list[Finding]:
    """Return a finding for each cell with what it could mean, or one for many cells."""
    count = len(finding.rows)
    if finding.code != GARBLED and count > ROW_BY_ROW:
        code = {LOST: "TEXT_LOST_COLUMN", PRIVATE: "TEXT_PRIVATE_COLUMN"}[finding.code]
        return [Finding(code, finding.rows[:1], finding.values[:1], {"count": count})]
    return [
        Finding(finding.code, finding.rows[[number]], [finding.values[number]], {"meant": meant[number]})
        for number in range(count)
    ]


def _turned(found: Sequence[str], meant: Sequence[str], where: str) -> Fault:
    pairs = dict.fromkeys(f"{printable(text)} → {printable(right)}" for text, right in zip(found, meant, strict=True))
    count, shown = len(found), " ‖ ".join(list(pairs)[:3])
    ask = "请提供方按 UTF-8 重新导出 / have the sender export it again in UTF-8"
    return Fault(
        where,
        f"{count} 处文字在送到之前被用错的编码读过 / texts were read in a wrong encoding before they came: {count}",
        do=f"{ask}; 原文应为 / what was meant: {shown}",
    )


def _listed(texts: Sequence[str]) -> str:
    return " | ".join(printable(text) for text in texts[:5])


# ------------------------------------------------------------------------------------------------ one text


def _judged(text: str) -> tuple[str, str]:
    """Return what a text could mean (blank = nobody knows) and the code of what is wrong with it (blank = nothing)."""
    for codec, wrong in ((UTF8, _chinese_bytes(text)), (UTF8, _western_bytes(text)), (CHINESE, _western_bytes(text))):
        meant = _turned_back(text, wrong, codec)
        if meant:
            return meant, GARBLED
    if _LOST.search(text) or _is_half_lost(text):
        return "", LOST
    return "", PRIVATE if _PRIVATE.search(text) else ""


def _chinese_bytes(text: str) -> bytes:
    return text.encode(CHINESE, errors="ignore")


def _western_bytes(text: str) -> bytes:
    """Return the bytes that a Western reading made the text of; blank where it made it not."""
    try:
        return b"".join(_western(sign) for sign in text)
    except UnicodeEncodeError:
        return b""


def _western(sign: str) -> bytes:
    return sign.encode("latin-1") if sign < "\u0100" else sign.encode("cp1252")


def _turned_back(text: str, wrong: bytes, codec: str) -> str:
    """Return the text that bytes give under the right codec; blank where they give none that a bureau would write."""
    try:
        meant = wrong.decode(codec)
    except UnicodeDecodeError:
        return ""
    if meant == text:
        return ""
    was, now = (weigh_text(points_of(each), codec) for each in (text, meant))
    is_western = was.common == 0 and codec == UTF8 and now.is_good and now.common + now.latin > 0
    is_chinese = now.is_spotless and now.common > 1 and now.quality >= _HALF and _familiar(was) <= now.quality - _HALF
    return meant if is_western or is_chinese or (now.is_spotless and now.common and was.impossible) else ""


def _familiar(weight: Weight) -> float:
    """Return the share of familiar hanzi; accented letters say nothing here."""
    return weight.familiar / weight.total if weight.total else 0.0


def _is_half_lost(text: str) -> bool:
    """Say whether a text is UTF-8 that was read as GBK, with signs lost on the way: it cannot be turned back."""
    points = points_of(text)
    kinds = kinds_of(points, UTF8)
    if not ((kinds == RARE) | (kinds == IMPOSSIBLE)).any() or _familiar(weigh_text(points, UTF8)) > _KNOWN:
        return False
    told = "".join(sign for sign in text if sign >= "\x80").encode(CHINESE, errors="ignore")
    back = told.decode(UTF8, errors="replace")
    hanzi = int((kinds_of(points_of(back), UTF8) == COMMON).sum())
    return bool(hanzi) and 3 * hanzi >= 0.7 * len(told)


# ------------------------------------------------------------------------------------------------ all texts


@cache
def _odd_signs() -> npt.NDArray[np.bool_]:
    """Return which characters of the first plane stand in no honest text, or in few."""
    kinds = kinds_of(np.arange(0x10000, dtype=np.uint32), UTF8)
    flags = np.isin(kinds, (LATIN, FOREIGN, RARE, IMPOSSIBLE))
    flags[[ord(sign) for sign in _MARKS]] = True
    flags[0x80:0x100] = True
    flags[[0xB0, 0xB2, 0xB3, 0xB7, 0xD7, 0xA0]] = False
    return flags


def _suspects(texts: pa.Array) -> Rows:
    """Return the rows that hold a character by which garbled texts are known."""
    found = [first + _suspected(texts.slice(first, _ROWS)) for first in range(0, len(texts), _ROWS)]
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def _suspected(texts: pa.Array) -> Rows:
    data, offsets = _bytes_of(texts)
    if not len(data):
        return np.zeros(0, dtype=np.int64)
    marks = data == ord("?")
    hits = [np.flatnonzero(marks[:-1] & marks[1:])] if marks.any() else []
    beyond = np.flatnonzero(data >= 0xC0)
    if len(beyond):
        lead, padded = data[beyond], np.append(data, np.zeros(2, dtype=np.uint8))
        three, two = beyond[(lead >= 0xE0) & (lead < 0xF0)], beyond[lead < 0xE0]
        wide = (padded[three].astype(np.uint16) << 12) | (_tail(padded[three + 1]) << 6) | _tail(padded[three + 2])
        narrow = ((padded[two].astype(np.uint16) & 0x1F) << 6) | _tail(padded[two + 1])
        hits += [three[_odd_signs()[wide]], two[_odd_signs()[narrow]]]
    at = np.unique(np.concatenate(hits)) if hits else np.zeros(0, dtype=np.intp)
    return np.unique(np.searchsorted(offsets, at, side="right") - 1).astype(np.int64)


def _tail(data: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint16]:
    """Return the bits that a further byte of a character gives."""
    return (data & 0x3F).astype(np.uint16)


def _beyond_ascii(texts: pa.Array) -> npt.NDArray[np.bool_]:
    """Return which texts hold anything but ASCII, or question marks in its place."""
    return np.concatenate([_odd(texts.slice(first, _ROWS)) for first in range(0, len(texts), _ROWS)])


def _odd(texts: pa.Array) -> npt.NDArray[np.bool_]:
    data, offsets = _bytes_of(texts)
    odd = np.concatenate([[0], np.cumsum((data >= 0x80) | (data == ord("?")))])
    counted: npt.NDArray[np.bool_] = odd[offsets[1:]] > odd[offsets[:-1]]
    return counted


def _bytes_of(texts: pa.Array) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return the UTF-8 of all texts, one behind the other, and where each begins; the last number is the end."""
    _, bounds, data = texts.buffers()
    offsets = np.frombuffer(bounds, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    whole = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
    return whole[offsets[0] : offsets[-1]], offsets - offsets[0]
