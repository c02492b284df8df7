"""Draw pages for another process: it hands over the artist and the pages on the standard input."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from landuse.write.press import keep


def main() -> None:
    """Draw the pages that are asked for, one after the other, into their files."""
    artist = pickle.load(sys.stdin.buffer)  # noqa: S301 - handed over by the process that started this one
    for place, path in pickle.load(sys.stdin.buffer):  # noqa: S301
        keep(artist.draw(place), Path(path))


if __name__ == "__main__":
    main()
