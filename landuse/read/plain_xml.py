"""Parse XML that declares no document type: no entities, no outside files, nothing that grows."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Final, NoReturn
from xml.parsers import expat

DECLARATION: Final = re.compile(r"\s*<\?xml[^>]*\?>")
ENCODING: Final = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._\-]+)["']""")


class DoctypeError(ValueError):
    """The text declares a document type: it could name entities and outside files."""


def parse_xml(text: str) -> ET.Element:
    """Return the root element of a text.

    Raises
    ------
    DoctypeError
        It declares a document type.
    expat.ExpatError
        It is not well-formed, or cut off.
    """
    builder = ET.TreeBuilder()
    parser = _parser()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    _feed(parser, text)
    return builder.close()


def walk_xml(
    text: str,
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object],
    said: Callable[[str], object],
) -> None:
    """Call `start`, `end` and `said` (text) for each element in the order of a text, without building a tree.

    Raises
    ------
    DoctypeError, expat.ExpatError
        As `parse_xml`.
    """
    parser = _parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = said
    _feed(parser, text)


def local(name: str) -> str:
    """Return the name of an element without its prefix."""
    return name.rpartition(":")[2]


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _feed(parser: expat.XMLParserType, text: str) -> None:
    parser.Parse(DECLARATION.sub("", text, count=1).encode(), True)  # noqa: FBT003


def _refuse(*_: object) -> NoReturn:
    raise DoctypeError
