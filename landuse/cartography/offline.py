"""Keep a page self-contained: embed scripts, styles and data safely, number the elements, refuse anything fetched."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any, Final

from landuse.errors import DefectError

FETCHING: Final = frozenset(
    {"src", "srcset", "data", "poster", "background", "action", "formaction", "manifest", "ping"}
)
"""Attributes through which a browser fetches; href counts too, but for anchors."""
OUTSIDE: Final = re.compile(r"url\(\s*['\"]?(?!\s*(?:data:|#))[^)]*\)|@import[^;]*", re.IGNORECASE)


def embedded_json(value: Any) -> str:
    """Return JSON that may stand inside a script element: no character of it can close or open markup."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def embedded_script(text: str) -> str:
    """Return JavaScript that may stand inside a script element, without its source-map line."""
    plain = re.sub(r"(?m)^//# sourceMappingURL=.*$", "", text)
    return re.sub(r"</(script)", r"<\\/\1", plain, flags=re.IGNORECASE)


def embedded_style(text: str) -> str:
    """Return a style sheet without the images it would fetch."""
    return OUTSIDE.sub("none", re.sub(r"</(style)", r"<\\/\1", text, flags=re.IGNORECASE))


def number_elements(figure: Any) -> None:
    """Give every element of a folium figure an id from a counter instead of a random one: same bytes each time."""
    waiting, count = [figure], 0
    while waiting:
        element = waiting.pop(0)
        element._id = f"{count:04d}"  # noqa: SLF001 - branca offers no other way
        count += 1
        parts = [getattr(element, name, None) for name in ("header", "html", "script")]
        waiting += [part for part in parts if hasattr(part, "_children")]
        waiting += list(element._children.values())  # noqa: SLF001


def refuse_fetching(html: str) -> None:
    """Raise when the page names anything that a browser would fetch; texts and anchors may hold addresses.

    Raises
    ------
    DefectError
        An attribute or a style sheet points outside the page.
    """
    finder = _Fetches()
    finder.feed(html)
    finder.close()
    if finder.found:
        raise DefectError(f"the page would fetch {finder.found[:3]}")


class _Fetches(HTMLParser):
    """Collect what a browser would fetch: attributes that load, url() and @import of style sheets."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        for name, value in attrs:
            loads = name in FETCHING or (name in ("href", "xlink:href") and tag not in ("a", "area"))
            if loads and value and not value.strip().lower().startswith(("data:", "#")):
                self.found.append(f"{tag} {name}={value}")
            if name == "style":
                self.found += OUTSIDE.findall(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._tag = "" if tag == self._tag else self._tag

    def handle_data(self, data: str) -> None:
        if self._tag == "style":
            self.found += OUTSIDE.findall(data)
