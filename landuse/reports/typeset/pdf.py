"""Read the PDFs that a press makes, object by object, and write PDFs of such objects.

A press writes plain objects, one dictionary each, streams behind them: what is read here is that, and no PDF at large.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import IO, Final

REFERENCE: Final = re.compile(rb"(\d+) 0 R\b")
KIDS: Final = re.compile(rb"/Kids\[([^\]]*)\]")
KEYWORDS: Final = re.compile(rb"/Keywords\(([\d, ]*)\)")
KEPT: Final = re.compile(rb"/Lang\([^()]*\)|/ViewerPreferences<<[^<>]*>>")
"""What the catalogue of a file made of another's pages takes over."""
HEADER: Final = b"%PDF-1.7\n%\x80\x80\x80\x80\n"


@dataclass(frozen=True)
class Thing:
    """An object of a PDF: its dictionary (or array) as written, and its stream as it is stored."""

    head: bytes
    stream: bytes | None = None

    @property
    def needs(self) -> list[int]:
        """Return the numbers of the objects it names, in order."""
        return [int(number) for number in REFERENCE.findall(self.head)]

    @property
    def content(self) -> bytes:
        """Return the stream unpacked."""
        packed = self.stream or b""
        return zlib.decompress(packed) if b"/FlateDecode" in self.head else packed

    def named(self, numbers: Mapping[int, int]) -> Thing:
        """Return the object with other numbers for what it names."""
        return replace(self, head=REFERENCE.sub(lambda found: b"%d 0 R" % numbers[int(found[1])], self.head))


def packed(content: bytes, more: bytes = b"") -> Thing:
    """Return a stream that is stored packed."""
    stream = zlib.compress(content)
    return Thing(b"<</Length %d/Filter/FlateDecode%s>>" % (len(stream), more), stream)


def text_string(text: str) -> bytes:
    """Return a text as a string of a PDF."""
    return b"<%s>" % ("\ufeff" + text).encode("utf-16-be").hex().upper().encode()


class Source:
    """A PDF as a press made it."""

    def __init__(self, content: bytes) -> None:
        trailer = content[content.rindex(b"trailer") :]
        self.things = _things(content, int(trailer.split(b"startxref")[1].split()[0]))
        self.root = self.things[int(_needed(rb"/Root (\d+) 0 R", trailer)[1])]
        self.info = self.things[int(_needed(rb"/Info (\d+) 0 R", trailer)[1])]
        self.tree = int(_needed(rb"/Pages (\d+) 0 R", self.root.head)[1])

    @cached_property
    def pages(self) -> list[int]:
        """Return the numbers of the pages in order."""
        return [int(number) for number in REFERENCE.findall(_needed(KIDS, self.things[self.tree].head)[1])]

    @property
    def counts(self) -> list[int]:
        """Return the pages of each document, as the template tells the last page of each; of one alone all pages."""
        found = KEYWORDS.search(self.info.head)
        ends = [int(end) for end in found[1].split(b",")] if found else [len(self.pages)]
        return [end - start for start, end in zip([0, *ends], ends, strict=False)]

    @property
    def kept(self) -> bytes:
        """Return what the catalogue says of all pages."""
        return b"".join(KEPT.findall(self.root.head))

    def closure(self, pages: Iterable[int], instead: Mapping[int, Thing]) -> dict[int, Thing]:
        """Return the objects that some pages need, those that stand for others put in their places."""
        found: dict[int, Thing] = {}
        waiting = list(pages)
        while waiting:
            number = waiting.pop()
            if number not in found and number != self.tree:
                found[number] = instead.get(number, self.things[number])
                waiting += found[number].needs
        return {number: found[number] for number in sorted(found)}


class Target:
    """A PDF being written: objects go to the file as they come."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._digest, self._at = file, hashlib.sha256(), 0
        self._starts: list[int] = []
        self._write(HEADER)

    def number(self) -> int:
        """Return the number of an object that will be put later."""
        self._starts.append(0)
        return len(self._starts)

    def put(self, thing: Thing, number: int = 0) -> int:
        """Write an object; return its number."""
        number = number or self.number()
        self._starts[number - 1] = self._at
        stream = b"" if thing.stream is None else b"\nstream\n" + thing.stream + b"\nendstream"
        self._write(b"%d 0 obj\n" % number + thing.head + stream + b"\nendobj\n")
        return number

    def close(self, root: bytes, info: bytes) -> None:
        """Write the catalogue, what the file says of itself, and where each object stands."""
        last = [self.put(Thing(root)), self.put(Thing(info))]
        start, size = self._at, len(self._starts) + 1
        rows = b"".join(b"%010d 00000 n \n" % at for at in self._starts)
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % size + rows)
        name = self._digest.hexdigest()[:32].upper().encode()
        told = b"/Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]" % (size, last[0], last[1], name, name)
        self._write(b"trailer\n<<" + told + b">>\nstartxref\n%d\n%%%%EOF\n" % start)

    def _write(self, content: bytes) -> None:
        self._file.write(content)
        self._digest.update(content)
        self._at += len(content)


def about(title: str, made_on: date, *, author: str = "") -> bytes:
    """Return what a file says of itself; the day is the project's, no clock is read."""
    day = b"(D:%s000000Z)" % f"{made_on:%Y%m%d}".encode()
    said = {b"Title": text_string(title), b"Producer": b"(landuse)", b"ModDate": day, b"CreationDate": day}
    said |= {b"Author": text_string(author)} if author else {}
    return b"<<%s>>" % b"".join(b"/" + name + told for name, told in said.items())


def kids(tree: Sequence[int]) -> Thing:
    """Return the list of the pages of a file."""
    return Thing(b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(tree), b" ".join(b"%d 0 R" % page for page in tree)))


def _things(content: bytes, table: int) -> dict[int, Thing]:
    """Return the objects of a PDF by their numbers."""
    lines = content[table : content.rindex(b"trailer")].splitlines()[2:]
    starts = {number: int(line[:10]) for number, line in enumerate(lines) if line[17:18] == b"n"}
    ordered = sorted((start, number) for number, start in starts.items())
    ends = [*(start for start, _ in ordered[1:]), table]
    return {number: _thing(content[start:end]) for (start, number), end in zip(ordered, ends, strict=True)}


def _thing(written: bytes) -> Thing:
    body = written[written.index(b"obj") + 3 : written.rindex(b"endobj")]
    head, stream, rest = body.partition(b"\nstream\n")
    if not stream:
        return Thing(body.strip())
    length = int(_needed(rb"/Length (\d+)", head)[1])
    return Thing(head.strip(), rest[:length])


def _needed(pattern: bytes | re.Pattern[bytes], text: bytes) -> re.Match[bytes]:
    """Return what a PDF of a press is known to have."""
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"no {pattern!r} in a PDF of a press")
    return found
