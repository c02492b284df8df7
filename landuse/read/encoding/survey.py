"""Survey a text block by block under every candidate encoding: weights, lines that break, lines that disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from landuse.read.encoding.names import CANDIDATES, UTF8
from landuse.read.encoding.signs import points_of
from landuse.read.encoding.weighing import Weight, best, decoded, strange, weigh, weigh_text

BLOCK: Final = 1 << 20
"""Bytes that are looked at at once."""
LONGEST: Final = 1 << 26
"""A line of more bytes is no line of a table."""
SAMPLES: Final = 3
NAMED: Final = 5
"""Lines of each kind that a message names."""
ENOUGH: Final = 2_000_000
"""Characters in the common tables after which UTF-8 is only tested for being valid."""

Blocks = Callable[[], Iterable[bytes]]
"""A text from its start, in blocks that end with a line; called anew for each pass."""


@dataclass
class Survey:
    """What a text is under each candidate."""

    weights: dict[str, Weight]
    blocks: Blocks
    cut: bool = False
    """A character may be cut off at the end of a line or cell."""
    lines: int = 0
    broken: dict[str, int] = field(default_factory=dict)
    """Codec -> first line (1-based) that does not decode."""
    samples: list[bytes] = field(default_factory=list)
    """First lines that hold anything but ASCII."""

    @property
    def is_ascii(self) -> bool:
        """Return whether there is nothing to decide."""
        return not self.samples

    def alive(self) -> list[Weight]:
        """Return the weights of the codecs under which everything decodes."""
        return [weight for weight in self.weights.values() if weight.decodes]

    def strays(self, codec: str) -> dict[str, list[int]]:
        """Return another codec -> the first lines that speak for it although the whole text decodes under `codec`.

        Only lines with strange characters are doubted: a text without any is not looked at again, nor is valid UTF-8.
        """
        weight = self.weights[codec]
        told: dict[str, list[int]] = {}
        if codec == UTF8 or not (weight.latin or weight.doubtful or weight.impossible):
            return told
        before = 0
        for block in self.blocks():
            if not block.isascii() or b"\0" in block:
                _doubt(block, before, codec, told, cut=self.cut)
            before += block.count(b"\n")
        return told


def survey(blocks: Blocks, candidates: Sequence[str] = CANDIDATES, *, cut: bool = False) -> Survey:
    """Return what a text is under each candidate.

    Parameters
    ----------
    cut
        A character may be cut off at the end of a line.
    """
    found = Survey({codec: Weight(codec) for codec in candidates}, blocks, cut)
    for block in blocks():
        if not block.isascii() or b"\0" in block:
            _look(block, found)
        found.lines += block.count(b"\n")
    return found


def of_bytes(data: bytes) -> Blocks:
    """Return the blocks of a text that is in memory; one without lines is parted behind > too, as XML has them.

    Neither byte stands inside a character in any encoding that is tried.
    """

    def blocks() -> Iterator[bytes]:
        start = 0
        while start < len(data):
            stop = start + BLOCK
            if stop < len(data):
                stop = 1 + next((at for sign in (b"\n", b">") if (at := data.rfind(sign, start, stop)) >= 0), len(data))
            yield data[start:stop]
            start = stop

    return blocks


def of_file(path: Path, skip: int = 0) -> Blocks:
    """Return the blocks of a file, from a byte on.

    Raises
    ------
    LineError
        When the blocks are asked for: a line is longer than `LONGEST`.
    """

    def blocks() -> Iterator[bytes]:
        with path.open("rb") as stream:
            stream.seek(skip)
            rest = b""
            while data := stream.read(BLOCK):
                whole, newline, behind = data.rpartition(b"\n")
                if newline:
                    yield rest + whole + newline
                    rest = behind
                else:
                    rest += data
                if len(rest) > LONGEST:
                    raise LineError
            if rest:
                yield rest

    return blocks


class LineError(ValueError):
    """A line is longer than any line of a table."""


def sort_lines(blocks: Blocks, *, cut: bool = False) -> dict[str, list[int]]:
    """Return the codec each line speaks for -> its first lines; blank = lines that fit none.

    For a text that decodes under no candidate as a whole.
    """
    found: dict[str, list[int]] = {}
    number = 0
    for block in blocks():
        for line in block.split(b"\n")[: None if not block.endswith(b"\n") else -1]:
            number += 1
            if line.isascii():
                continue
            codec = speaks_for(line + b"\n", cut=cut) or ""
            places = found.setdefault(codec, [])
            if len(places) < NAMED:
                places.append(number)
        if sum(len(places) >= NAMED for codec, places in found.items() if codec) > 1:
            break
    return found


def speaks_for(line: bytes, *, cut: bool = False) -> str | None:
    """Return the candidate a single line speaks for; None where it does not tell."""
    return best([weigh(line, codec, cut=cut) for codec in CANDIDATES])


def _look(block: bytes, found: Survey) -> None:
    if len(found.samples) < SAMPLES:
        told = (line for line in block.split(b"\n") if not line.isascii() or b"\0" in line)
        found.samples += [line for _, line in zip(range(SAMPLES - len(found.samples)), told, strict=False)]
    for codec, weight in found.weights.items():
        if not weight.decodes:
            continue
        text = decoded(block, codec, cut=found.cut)
        if text is None:
            found.weights[codec] = weight + Weight(codec, decodes=False)
            found.broken[codec] = found.lines + _broken_line(block, codec, cut=found.cut)
        elif codec != UTF8 or weight.common < ENOUGH:
            found.weights[codec] = weight + weigh_text(points_of(text), codec)


def _broken_line(block: bytes, codec: str, *, cut: bool) -> int:
    """Return the number (1-based) of the first line of a block that does not decode."""
    for number, line in enumerate(block.split(b"\n"), start=1):
        if not line.isascii() and decoded(line + b"\n", codec, cut=cut) is None:
            return number
    return 1


def _doubt(block: bytes, before: int, codec: str, told: dict[str, list[int]], *, cut: bool) -> None:
    """Note the lines of a block with strange characters that speak for another codec; `before` lines precede it."""
    points = points_of(decoded(block, codec, cut=cut) or "")
    odd = strange(points, codec)
    ends = np.flatnonzero(points == ord("\n"))
    lines = block.split(b"\n")
    silent: set[bytes] = set()
    for number in np.unique(np.searchsorted(ends, odd)).tolist():
        line = lines[number] + b"\n"
        if line in silent:  # cells repeat: names of towns, kinds of use
            continue
        # A line that can only speak for codecs of which enough lines are named adds nothing.
        others = [other for other in CANDIDATES if other != codec and len(told.get(other, ())) < NAMED]
        if not others:
            return
        if all(decoded(line, other, cut=cut) is None for other in others):
            silent.add(line)
            continue
        said = speaks_for(line, cut=cut)
        if said is not None and said != codec:
            places = told.setdefault(said, [])
            if len(places) < NAMED:
                places.append(before + number + 1)
