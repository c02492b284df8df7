"""Hand out a text file of any encoding as UTF-8, piece by piece: no more of it is in memory than one piece."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from landuse.errors import Fault, InputError
from landuse.read.encoding import UTF8, Decided

PIECE: Final = 1 << 20
"""Bytes that are decoded at once."""
_TAIL: Final = 240
"""Bytes at the end that tell whether the last line is ended."""
_SHOWN: Final = 60
"""Characters of it that are shown."""
_ENDS: Final = b" \r\n"
"""What may follow the last record."""


@dataclass(frozen=True)
class TextSource:
    """A text in memory or in a file, and the encoding that was decided for it."""

    source: bytes | Path
    decided: Decided
    name: str
    """Path as the project file writes it."""

    def pieces(self) -> Iterator[bytes]:
        """Return the text from its start as UTF-8, without its mark and without blank lines at its end.

        Raises
        ------
        InputError
            A zero byte, as damaged files hold; the file is another than when its encoding was decided.
        """
        decoder = codecs.getincrementaldecoder(self.decided.codec)()
        held, lines = b"", 1
        try:
            for raw in self._raw():
                piece = held + (raw if self.decided.codec == UTF8 else decoder.decode(raw).encode("utf-8"))
                if b"\0" in piece:
                    raise InputError([_zero_byte(self.name, lines + piece[: piece.index(b"\0")].count(b"\n"))])
                kept = piece.rstrip(_ENDS)
                held = piece[len(kept) :]
                lines += kept.count(b"\n")
                if kept:
                    yield kept
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            found = "文件在读取时改变了 / the file changed while it was read"
            raise InputError(
                [Fault(self.name, found, "", "关闭其他程序后重试 / close other programs, try again")]
            ) from None

    def stream(self, skip: int = 0) -> Utf8Stream:
        """Return the UTF-8 from a byte on, as a file to read from."""
        return Utf8Stream(self.pieces(), skip)

    def lines(self) -> Iterator[str]:
        """Return the lines with their ends as they stand: LF, CR or both."""
        with io.TextIOWrapper(io.BufferedReader(self.stream()), encoding="utf-8", newline="") as text:
            yield from text

    def is_unended(self) -> bool:
        """Return whether the last line has no end while others have: the file may have been cut off in it."""
        tail = self._tail()
        return bool(tail.strip(b"\0 \x1a")) and not tail.rstrip(b"\0 \x1a").endswith((b"\n", b"\r"))

    def last_line(self) -> str:
        """Return the last line, or as much of its end as is shown."""
        text = self._tail().decode(self.decided.codec, errors="ignore")
        return text.rpartition("\n")[2].strip()[-_SHOWN:]

    def _tail(self) -> bytes:
        """Return the last bytes as they stand; an even number of them, as wide characters have."""
        if isinstance(self.source, bytes):
            return self.source[-_TAIL:]
        with self.source.open("rb") as stream:
            size = self.source.stat().st_size
            stream.seek(max(0, size - _TAIL - size % 2))
            return stream.read()

    def _raw(self) -> Iterator[bytes]:
        if isinstance(self.source, bytes):
            for start in range(self.decided.skip, len(self.source), PIECE):
                yield self.source[start : start + PIECE]
            return
        with self.source.open("rb") as stream:
            stream.seek(self.decided.skip)
            while raw := stream.read(PIECE):
                yield raw


class Utf8Stream(io.RawIOBase):
    """Pieces of UTF-8 as a file; counts the lines that went through."""

    def __init__(self, pieces: Iterator[bytes], skip: int = 0) -> None:
        super().__init__()
        self._pieces, self._skip, self._rest = pieces, skip, memoryview(b"")
        self.newlines = 0
        self.has_quotes = False

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with the next bytes."""
        room = memoryview(buffer).cast("B")
        while not self._rest:
            piece = next(self._pieces, b"")
            if not piece:
                return 0
            if self._skip:
                piece, self._skip = piece[self._skip :], max(0, self._skip - len(piece))
            self.newlines += piece.count(b"\n")
            self.has_quotes = self.has_quotes or b'"' in piece
            self._rest = memoryview(piece)
        size = min(len(room), len(self._rest))
        room[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _zero_byte(name: str, line: int) -> Fault:
    found = f"第 {line} 行有空字节,不是文本或已损坏 / a zero byte, no text or damaged, in line: {line}"
    return Fault(name, found, "", "请提供方重新导出 / have the sender export it again")
