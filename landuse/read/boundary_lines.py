"""Split the text of a boundary-point file (勘测定界报盘坐标文件) into its header, its parcels and their points."""

from __future__ import annotations

import io
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

FIELDS: Final = ("点数", "面积", "地块编号", "地块名称", "图形属性", "图幅号", "用途", "地类编码")
"""What the line of a parcel holds before its @, in order."""
SHAPES: Final = frozenset({"点", "线", "面"})
_SHORT: Final = 8
_COORDINATES: Final = "地块坐标"
_DESCRIPTION: Final = "属性描述"
_SHAPE_AT: Final = FIELDS.index("图形属性")
_SECTION: Final = re.compile(r"^\s*[\[【]\s*(.+?)\s*[\]】]\s*$")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Point:
    """One boundary point as it stands: the two numbers in the order of the file."""

    line: int
    label: str
    ring: str
    first: float
    second: float


@dataclass(slots=True)
class Parcel:
    """One block of the file: a line of attributes and its points."""

    line: int
    """1-based line of the attributes; of the first point where there are none."""
    values: tuple[str, ...] = ()
    """As `FIELDS`, then what else stands before the @; empty where the line is missing or cannot be told apart."""
    said: str = ""
    """The line of attributes as it stands."""
    points: list[Point] = field(default_factory=list)
    broken: list[tuple[int, str]] = field(default_factory=list)
    """Lines that are no point."""

    def value(self, name: str) -> str:
        """Return one attribute; blank where it is not stated."""
        return self.values[FIELDS.index(name)].strip() if self.values else ""


@dataclass(frozen=True)
class Survey:
    """The whole file."""

    headers: tuple[Mapping[str, str], ...]
    """Each [属性描述]: one, or one for each file that was put behind another."""
    parcels: tuple[Parcel, ...]
    stray: tuple[tuple[int, str], ...]
    """Lines outside any parcel that say nothing known."""


def is_boundary(data: bytes) -> bool:
    """Say whether the bytes of a text begin as a boundary-point file, in any encoding a bureau uses."""
    start = data[:4096]
    titles = [bracket + word for word in (_COORDINATES, _DESCRIPTION) for bracket in "[【"]
    named = [title.encode(codec) for title in titles for codec in _CODECS]
    if any(word in start for word in named):
        return True
    first = start.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0].rstrip()
    return first.endswith((b",@", "，@".encode(), "，@".encode("gbk"))) and first.count(b",") >= 2


_CODECS: Final = ("utf-8", "gbk", "utf-16-le", "utf-16-be")


def survey_of(text: str | Iterable[str]) -> Survey:
    """Return the header and the parcels of a text, or of its lines as they come."""
    headers: list[dict[str, str]] = []
    parcels: list[Parcel] = []
    stray: list[tuple[int, str]] = []
    section = _COORDINATES
    for number, line in _lines(text):
        if match := _SECTION.match(line):
            section = match[1]
            headers += [{}] if section == _DESCRIPTION else []
        elif section == _COORDINATES:
            _take(number, line, parcels, stray)
        elif section == _DESCRIPTION:
            key, equals, value = _narrow(line).partition("=")
            headers[-1] |= {key.strip(): value.strip()} if equals else {}
            stray += [] if equals else [(number, line)]
        else:
            stray.append((number, line))
    return Survey(tuple(headers), tuple(parcels), tuple(stray))


def number_of(text: str) -> float | None:
    """Return a number written in narrow or wide digits; None where it is none."""
    plain = _narrow(text).strip()
    return float(plain) if _NUMBER.fullmatch(plain) else None


def _take(number: int, line: str, parcels: list[Parcel], stray: list[tuple[int, str]]) -> None:
    """Add a line of [地块坐标] to the parcel it belongs to."""
    if _is_heading(line):
        parcels.append(Parcel(number, _attributes(line), line.strip()))
        return
    point = _point(number, line)
    if point is None and not parcels:
        stray.append((number, line))
        return
    if not parcels:
        parcels.append(Parcel(number))
    if point is None:
        parcels[-1].broken.append((number, line.strip()))
    else:
        parcels[-1].points.append(point)


def _is_heading(line: str) -> bool:
    """Say whether a line is that of a parcel: it ends with @, or it has its fields and no coordinates."""
    plain = _narrow(line).strip()
    if plain.endswith("@"):
        return True
    parts = plain.split(",")
    return len(parts) >= len(FIELDS) and parts[_SHAPE_AT].strip() in SHAPES


def _attributes(line: str) -> tuple[str, ...]:
    """Return the attributes of a parcel; none where a comma inside a name hides which is which.

    The names keep their wide characters: a wide comma separates only where there are too few narrow ones.
    """
    plain = line.strip().rstrip("@＠").rstrip()
    parts = plain.split(",")
    if len(parts) < len(FIELDS):
        parts = re.split("[,，]", plain)
    parts = parts[:-1] if parts[-1].strip() == "" and len(parts) > len(FIELDS) else parts
    shapes = [at for at, part in enumerate(parts) if part.strip() in SHAPES]
    if shapes and shapes[0] > _SHAPE_AT:  # the name holds commas
        more = shapes[0] - _SHAPE_AT
        name = ",".join(parts[_SHAPE_AT - 1 : _SHAPE_AT + more])
        parts = [*parts[: _SHAPE_AT - 1], name, *parts[_SHAPE_AT + more :]]
    elif not shapes and len(parts) != len(FIELDS):
        return ()
    return tuple(_kept(part.strip()) for part in parts) if len(parts) >= len(FIELDS) else ()


def _kept(value: str) -> str:
    """Return a short value as the one that is kept already: most parcels have the same use, shape and count."""
    return sys.intern(value) if len(value) < _SHORT else value


def _point(number: int, line: str) -> Point | None:
    parts = _narrow(line).replace("、", ",").split(",")
    while len(parts) > 4 and not parts[-1].strip():
        parts.pop()
    if len(parts) not in (4, 5):
        return None
    first, second = number_of(parts[2]), number_of(parts[3])
    if first is None or second is None or not parts[1].strip():
        return None
    return Point(number, sys.intern(parts[0].strip()), sys.intern(parts[1].strip()), first, second)


def _lines(text: str | Iterable[str]) -> Iterator[tuple[int, str]]:
    """Return the lines that hold something, with their numbers as an editor shows them."""
    lines = io.StringIO(text, newline=None) if isinstance(text, str) else text
    for number, line in enumerate(lines, start=1):
        if line.strip(" \t\r\n\x1a\ufeff\u3000"):
            yield number, line.rstrip("\r\n").lstrip("\ufeff")


def _narrow(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)
