"""Give the font every printed page is set in, and find before drawing the characters it lacks.

The bundled family *Landuse Sans* has every character of GBK (regular) and GB 2312 (bold); see ``OFL.txt`` beside it.
A character outside it is taken from a font of the machine; where no font has it, the page is refused by name: a box in
the name of an enterprise is worse than no page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from landuse.errors import Fault

FAMILY: Final = "Landuse Sans"
REGULAR: Final = "LanduseSans-Regular.ttf"
BOLD: Final = "LanduseSans-Bold.ttf"
FALLBACKS: Final = (
    "msyh.ttc", "simsun.ttc", "simsunb.ttf", "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf",
    "SourceHanSansSC-Regular.otf", "SourceHanSansCN-Regular.otf", "wqy-microhei.ttc", "wqy-zenhei.ttc",
)  # fmt: skip
"""Files of the machine asked in turn: Microsoft YaHei, SimSun and its extension, Noto, Source Han, WenQuanYi."""
INVISIBLE: Final = frozenset("\n\r\t\u200b\u200c\u200d\u200e\u200f\u2028\u2029\ufeff")
"""Drawn by no font and missed by nobody."""


@dataclass(frozen=True)
class Faces:
    """The fonts a page is set in."""

    families: tuple[str, ...]
    """Names in the order in which a character is looked for; the first is `FAMILY`."""
    files: tuple[Path, ...]
    """Files beside the bundled ones that have to be opened; empty where the bundled family suffices."""
    missing: str = ""
    """Characters that no font of this machine has, in code order."""

    def faults(self, where: str) -> list[Fault]:
        """Return why the page cannot be set: one fault that names each missing character; nothing where all are there.

        Parameters
        ----------
        where
            What is set, e.g. 一地一策.
        """
        if not self.missing:
            return []
        named = "、".join(f"{sign} (U+{ord(sign):04X})" for sign in self.missing[:20])
        return [
            Fault(
                where,
                f"字库中没有这些字 / no font has these characters: {named}",
                "GBK 字符集, 或本机字体 / GBK, or a font of this machine",
                "安装含有这些字的字体(如思源黑体、宋体扩展), 或改用同音替代字 / install a font that has them",
            )
        ]


def folder() -> Path:
    """Return the folder of the bundled fonts."""
    return Path(str(files("landuse").joinpath("fonts")))


def faces(texts: Iterable[str]) -> Faces:
    """Return the fonts needed to set some texts.

    A fallback depends on the machine: pages that need one are the same bytes only where the same font is installed.

    Parameters
    ----------
    texts
        Everything that will be printed.
    """
    wanted = set().union(*map(set, texts)) - INVISIBLE
    known = coverage(str(folder() / REGULAR))
    lacking = {sign for sign in wanted if ord(sign) not in known}
    families, opened = [FAMILY], []
    for file in installed() if lacking else ():
        has = coverage(str(file))
        if found := {sign for sign in lacking if ord(sign) in has}:
            lacking -= found
            families.append(family_of(str(file)))
            opened.append(file)
        if not lacking:
            break
    return Faces(tuple(families), tuple(opened), "".join(sorted(lacking)))


@cache
def coverage(path: str) -> frozenset[int]:
    """Return the code points of a font file (of the first face of a collection)."""
    from fontTools.ttLib import TTFont

    with TTFont(path, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


@cache
def family_of(path: str) -> str:
    """Return the family name of a font file (of the first face of a collection)."""
    from fontTools.ttLib import TTFont

    with TTFont(path, fontNumber=0, lazy=True) as font:
        return str(font["name"].getBestFamilyName())


@cache
def installed() -> tuple[Path, ...]:
    """Return the fonts of this machine among `FALLBACKS`, in that order."""
    places: Sequence[Path] = [place for place in _places() if place.is_dir()]
    known: dict[str, Path] = {}
    for place in places:
        for path in sorted(place.rglob("*")):
            known.setdefault(path.name.lower(), path)
    return tuple(known[name.lower()] for name in FALLBACKS if name.lower() in known)


def _places() -> tuple[Path, ...]:
    """Return the folders in which Windows and Linux keep fonts."""
    home = Path.home()
    return (
        Path("C:/Windows/Fonts"),
        home / "AppData/Local/Microsoft/Windows/Fonts",
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
    )
