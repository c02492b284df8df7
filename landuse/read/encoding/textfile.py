"""Decide the encoding of a text file: by declaration, by its mark, else by the text itself."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from landuse.errors import Fault, InputError
from landuse.read.encoding.choosing import choose, contradicted, judged, kept, undecided
from landuse.read.encoding.names import BOMS, UTF8, codec_of, shown
from landuse.read.encoding.survey import Blocks, LineError, of_bytes, of_file, survey
from landuse.read.encoding.weighing import decoded, weigh
from landuse.read.judgement import Evidence, Judgement

WIDE: Final = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
"""Codecs of several bytes a letter: lines cannot be told by their bytes."""
_HEAD: Final = 4096
_MARKED: Final = Evidence("文件头有字节序标记(BOM)", "the file begins with a byte-order mark")


@dataclass(frozen=True)
class Decided:
    """An encoding and what it rests on."""

    codec: str
    skip: int = 0
    """Bytes of a byte-order mark."""


def text_encoding(source: bytes | Path, *, declared: str | None, where: str) -> Decided:
    """Return the encoding of a text file: declared, else its mark, else what its characters speak for.

    Parameters
    ----------
    source
        The text, or the file that holds it: that is read by blocks, in bounded memory.

    Raises
    ------
    InputError
        The declared encoding does not fit, rows are in several encodings, or the bytes do not tell.
    """
    head = _head(source)
    stated = None if declared is None else codec_of(declared, where)
    for mark, marked in BOMS:
        if head.startswith(mark):
            if stated is None or _agrees(stated, marked):
                return Decided(_valid(source, marked, len(mark), where), len(mark))
            raise _against_mark(declared or "", marked, where)
    stated = wide_codec(head) if stated is None else _without_mark(head, stated)
    blocks = _blocks(source)
    try:
        if stated in WIDE:
            return Decided(_wide(source, stated, declared, where))
        if stated is not None:
            return Decided(kept(stated, blocks, where, f"encoding = {declared!r}"))
        found = survey(blocks)
        codec = choose(found)
        if codec is None:
            raise undecided(found, where)
    except LineError:
        raise _no_table(where) from None
    return Decided(codec)


def judge_text(data: bytes, *, is_head: bool = False) -> Judgement:
    """Return the encoding that the bytes of an undeclared text speak for, in the words of a project file.

    Parameters
    ----------
    is_head
        The bytes are the beginning of a longer file: the line they end in is left out.
    """
    for mark, codec in BOMS:
        if data.startswith(mark):
            return Judgement(
                shown(codec), Evidence("文件头有字节序标记(BOM)", "the file begins with a byte-order mark")
            )
    if wide := wide_codec(data):
        return Judgement(shown(wide), Evidence("每个字符两个字节", "two bytes a character"))
    whole = data.rpartition(b"\n")[0] if is_head and b"\n" in data else data
    return judged(survey(of_bytes(whole)))


def judge_file(path: Path) -> Judgement:
    """Return the encoding that an undeclared text file speaks for: all of it is looked at, by blocks."""
    head = _head(path)
    if wide_codec(head) or head.startswith(tuple(mark for mark, _ in BOMS)):
        return judge_text(head)
    try:
        return judged(survey(of_file(path)))
    except LineError:
        return Judgement(None, Evidence("不是按行排列的表格", "no table of lines"))


def wide_codec(head: bytes) -> str | None:
    """Return UTF-16 where every other byte of a text without a mark is zero, as it is in its ASCII part; else None.

    A header all in Chinese has but its separators in ASCII: then the characters decide.
    """
    even = head[: len(head) // 2 * 2]
    low, high = even[0::2].count(0), even[1::2].count(0)
    if max(low, high) < 2 or max(low, high) <= 10 * min(
        low, high
    ):  # 一 is U+4E00: a few zeros may stand in the other place
        return None
    codec = "utf-16-le" if high > low else "utf-16-be"
    text = decoded(even, codec) or decoded(even[:-2], codec)
    if text is None:
        return None
    weight = weigh(text.encode("utf-8", errors="surrogatepass"), UTF8)
    return None if weight.impossible or any(sign < " " and sign not in "\t\r\n" for sign in text) else codec


def _blocks(source: bytes | Path) -> Blocks:
    return of_bytes(source) if isinstance(source, bytes) else of_file(source)


def _head(source: bytes | Path) -> bytes:
    if isinstance(source, bytes):
        return source[:_HEAD]
    with source.open("rb") as stream:
        return stream.read(_HEAD)


def _agrees(stated: str, codec: str) -> bool:
    """Say whether a declaration means what the mark says."""
    return stated == codec or codec.startswith(stated)


def _without_mark(head: bytes, stated: str) -> str:
    """Return UTF-16 with the order of its bytes, which without a mark the bytes tell."""
    return wide_codec(head) or f"{stated}-le" if stated in {"utf-16", "utf-32"} else stated


def _wide(source: bytes | Path, codec: str, declared: str | None, where: str) -> str:
    """Return UTF-16 or UTF-32 where the text looks like it; any bytes of even number would decode."""
    if declared is not None and wide_codec(_head(source)) != codec and not codec.startswith("utf-32"):
        raise contradicted(survey(_blocks(source)), where, f"encoding = {declared!r}")
    return _valid(source, codec, 0, where)


def _valid(source: bytes | Path, codec: str, skip: int, where: str) -> str:
    """Return the codec where the whole text decodes under it."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        blocks = _slices(source, skip) if isinstance(source, bytes) else _pieces(source, skip)
        for block in blocks:
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        is_end = "truncated" in error.reason or "unexpected end" in error.reason or "incomplete" in error.reason
        zh = "文件在字符中间断开,不完整" if is_end else "文件中有不能按字节序标记所示编码读出的字节"
        en = "the file ends in the middle of a character" if is_end else "not all bytes decode as the mark says"
        found = f"ENCODING: {zh} / {en}: {shown(codec)}"
        raise InputError([Fault(where, found, "", "请提供方重新发送 / have the sender send it again")]) from None
    return codec


def _slices(data: bytes, skip: int) -> Iterator[bytes]:
    for start in range(skip, len(data), 1 << 20):
        yield data[start : start + (1 << 20)]


def _pieces(path: Path, skip: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(skip)
        while data := stream.read(1 << 20):
            yield data


def _against_mark(declared: str, codec: str, where: str) -> InputError:
    found = (
        "ENCODING: 声明的编码与文件头的字节序标记不符 / the stated encoding contradicts the byte-order mark: "
        f"encoding = {declared!r}"
    )
    do = f'删除 encoding,或写 encoding = "{shown(codec)}" / delete encoding, or declare encoding = "{shown(codec)}"'
    return InputError([Fault(where, found, shown(codec), do)])


def _no_table(where: str) -> InputError:
    found = "有一行长于 64 MB,不是表格 / a line is longer than 64 MB: no table"
    return InputError([Fault(where, found, "", "检查文件 / check the file")])
