"""Refuse drawings whose blocks unfold into more than anybody drew: blocks in blocks in blocks."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

import numpy as np
import numpy.typing as npt

from landuse.errors import Fault, InputError

MOST_ENTITIES: Final = 3_000_000
"""Entities that blocks may unfold into (inclusive)."""
_MARKS: Final = re.compile(rb"(?<=\n)(INSERT|BLOCK|ENDBLK)[ \t]*\r?\n")
_PAIRS: Final = 4
"""Pairs of lines that the smallest entity takes."""
_MOST_PAIRS: Final = 60
"""Pairs of lines after an INSERT among which its name and its counts stand."""


def guard_blocks(data: bytes, name: str) -> None:
    """Refuse a drawing whose inserted blocks unfold into more than `MOST_ENTITIES`.

    Raises
    ------
    InputError
        They do.
    """
    if b"INSERT" not in data:
        return
    own: dict[bytes, int] = {}
    inserts: dict[bytes | None, list[tuple[bytes, int]]] = defaultdict(list)
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord("\n"))
    block: bytes | None = None
    begin = 0
    for mark in _MARKS.finditer(data):
        line = int(np.searchsorted(ends, mark.start()))
        if line % 2 == 0:  # a drawing is pairs of lines, a code and a value: no value stands here
            continue
        if mark[1] == b"ENDBLK":
            own[block or b""] = (line - begin) // (2 * _PAIRS) + 1
            block = None
            continue
        stated = _stated(data, ends, line)
        if mark[1] == b"BLOCK":
            block, begin = stated.get(b"2", b""), line
        else:
            times = _count(stated.get(b"70")) * _count(stated.get(b"71"))
            inserts[block].append((stated.get(b"2", b""), times))
    total = _unfolded(own, inserts)
    if total > MOST_ENTITIES:
        found = "图块层层嵌套,展开后图形过多 / its blocks, nested in one another, unfold into too many entities"
        do = "在 CAD 中炸开图块、清理后另存 / explode the blocks, purge the drawing and save it again"
        raise InputError([Fault(name, found, f"<= {MOST_ENTITIES}", do)])


def _stated(data: bytes, ends: npt.NDArray[np.int64], line: int) -> dict[bytes, bytes]:
    """Return code -> value of the pairs that follow a line, up to the next entity."""
    last = min(line + 2 * _MOST_PAIRS, len(ends) - 1)
    lines = data[int(ends[line]) + 1 : int(ends[last])].split(b"\n")
    found: dict[bytes, bytes] = {}
    for code, value in zip(lines[::2], lines[1::2], strict=False):
        if code.strip() == b"0":
            break
        found.setdefault(code.strip(), value.strip())
    return found


def _count(value: bytes | None) -> int:
    """Return a count of columns or rows; 1 where none is stated."""
    return max(1, int(value[:9])) if value and value.isdigit() else 1


def _unfolded(own: dict[bytes, int], inserts: dict[bytes | None, list[tuple[bytes, int]]]) -> int:
    """Return what all inserted blocks hold, blocks inside them included; one inside itself counts once."""
    sizes: dict[bytes, int] = {}
    waiting = [(block, False) for block in own]
    while waiting:
        block, is_ready = waiting.pop()
        if is_ready:
            more = sum(times * sizes.get(child, 0) for child, times in inserts.get(block, ()))
            sizes[block] = min(own[block] + more, 10 * MOST_ENTITIES)
        elif block not in sizes:
            sizes[block] = own[block]
            waiting.append((block, True))
            waiting += [(child, False) for child, _ in inserts.get(block, ()) if child in own and child not in sizes]
    return sum(times * sizes.get(child, 1) for child, times in inserts.get(None, ()))
