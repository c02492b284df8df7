"""Parse XML that declares no document type: no entities, no outside files, nothing that grows."""

from __future__ import annotations

import codecs
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NoReturn
from xml.parsers import expat

DECLARATION: Final = re.compile(r"\s*<\?xml[^>]*\?>")
ENCODING: Final = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._\-]+)["']""")


_PIECE: Final = 1 << 20


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
    texts: Iterable[str],
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object],
    said: Callable[[str], object],
) -> None:
    """Call `start`, `end` and `said` (text) for each element in the order of a text, without building a tree.

    Parameters
    ----------
    texts
        The text, piece by piece; its declaration stands in the first one.

    Raises
    ------
    DoctypeError, expat.ExpatError
        As `parse_xml`.
    """
    parser = _parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = said
    for number, text in enumerate(texts):
        parser.Parse((text if number else DECLARATION.sub("", text, count=1)).encode(), False)  # noqa: FBT003
    parser.Parse(b"", True)  # noqa: FBT003


def decoded_pieces(data: bytes, codec: str, skip: int) -> Iterator[str]:
    """Return a text in memory piece by piece, from a byte on."""
    decoder = codecs.getincrementaldecoder(codec)()
    for begin in range(skip, len(data), _PIECE):
        yield decoder.decode(data[begin : begin + _PIECE])
    yield decoder.decode(b"", final=True)


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
