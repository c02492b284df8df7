"""Keep a drawn page as a file that knows whether it is whole: what an interrupted run need not draw again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from landuse.cartography.atlas.pdf import Drawn, FontUse

DIGEST: Final = 64
"""Length of the digest a file begins with, that of all that follows."""


@dataclass(frozen=True)
class Link:
    """A place on a page that leads to another page."""

    box: tuple[float, float, float, float]
    """x0, y0, x1, y1 in points from the lower left corner."""
    page: int
    """Number of the page it leads to, from 1."""


@dataclass(frozen=True)
class Leaf:
    """A page as drawn, with its links."""

    page: Drawn
    links: tuple[Link, ...] = ()


def packed(leaf: Leaf) -> bytes:
    """Return a leaf as the content of a file."""
    head = {
        "fonts": [[use.file, use.face, list(use.glyphs)] for use in leaf.page.fonts],
        "links": [[*link.box, link.page] for link in leaf.links],
    }
    body = json.dumps(head, ensure_ascii=True, separators=(",", ":")).encode() + b"\n" + leaf.page.pdf
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def unpacked(content: bytes) -> Leaf | None:
    """Return the leaf that a file holds; None where it is cut off or damaged."""
    digest, body = content[:DIGEST], content[DIGEST + 1 :]
    if hashlib.sha256(body).hexdigest().encode() != digest:
        return None
    line, _, pdf = body.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    uses = tuple(
        FontUse(file, face, tuple((code, glyph, said) for code, glyph, said in glyphs))
        for file, face, glyphs in head["fonts"]
    )
    links = tuple(Link((x0, y0, x1, y1), page) for x0, y0, x1, y1, page in head["links"])
    return Leaf(Drawn(pdf, uses), links)
