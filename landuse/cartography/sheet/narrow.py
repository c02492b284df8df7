"""Cut the fonts down to the signs that a run prints: every PDF is made from the small fonts, many times as fast."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from landuse.fonts import BOLD, FAMILY, REGULAR, folder

_IN_FORCE: Final[list[tuple[str, ...]]] = []
_NUMBER: Final = count(1)


def families_in_force() -> tuple[str, ...]:
    """Return the families of the fonts cut down, to be looked into before all others; empty where there are none."""
    return _IN_FORCE[-1] if _IN_FORCE else ()


@contextmanager
def narrowed(texts: Iterable[str]) -> Iterator[Path]:
    """Cut the fonts down to some texts for the time being; a sign that is in none of them comes from the whole font.

    Gives the folder of the fonts, for `begin` in another process.
    """
    signs = "".join(sorted(set().union(*map(set, texts)) | {chr(code) for code in range(32, 127)}))
    with TemporaryDirectory(prefix="landuse-fonts-", ignore_cleanup_errors=True) as place:
        for name in (REGULAR, BOLD):
            _cut(folder() / name, signs, Path(place) / name)
        begin(Path(place))
        try:
            yield Path(place)
        finally:
            _IN_FORCE.pop()


def begin(place: Path) -> None:
    """Take the fonts of a folder that `narrowed` made, from now on."""
    from matplotlib.font_manager import FontEntry, fontManager

    number = next(_NUMBER)  # matplotlib remembers which file a family is: no name is used twice
    named = f"{FAMILY} {number}"
    for family in (named, f"{named} Plain"):
        for file, weight in ((REGULAR, 400), (REGULAR if family.endswith("Plain") else BOLD, 700)):
            fontManager.ttflist.append(FontEntry(fname=str(place / file), name=family, weight=weight, size="scalable"))
    _IN_FORCE.append((named, f"{named} Plain"))


def _cut(source: Path, signs: str, target: Path) -> None:
    from fontTools import subset

    options = subset.Options(notdef_outline=True, glyph_names=False, recalc_timestamp=False)
    with subset.load_font(str(source), options, lazy=True) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=signs)
        cutter.subset(font)
        subset.save_font(font, str(target), options)
