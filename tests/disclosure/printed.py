"""Read what is written in a picture or a PDF: its texts and what it states of itself, not its pixels and strokes.

Compressed pixels and the coordinates of strokes are numbers of no meaning: by chance they read as any amount.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader

STREAM = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)


def texts_of_png(raw: bytes) -> Iterator[str]:
    """Yield the texts of the chunks of a PNG that hold any."""
    at = 8
    while at < len(raw):
        size, kind = int.from_bytes(raw[at : at + 4], "big"), raw[at + 4 : at + 8]
        body = raw[at + 8 : at + 8 + size]
        if kind == b"tEXt":
            yield body.replace(b"\0", b" ").decode("latin-1")
        elif kind in (b"iTXt", b"zTXt"):
            key, _, rest = body.partition(b"\0")
            yield key.decode("latin-1")
            packed = rest[1:] if kind == b"zTXt" else rest[2:].split(b"\0", 2)[2]
            is_packed = kind == b"zTXt" or rest[:1] == b"\1"
            yield (zlib.decompress(packed) if is_packed else packed).decode("utf-8", errors="ignore")
        at += size + 12


def texts_of_pdf(raw: bytes) -> Iterator[str]:
    """Yield the texts of all pages of a PDF, its metadata, bookmarks and attachments."""
    reader = PdfReader(BytesIO(raw))
    for page in reader.pages:
        yield page.extract_text()
        for note in page.annotations or ():
            yield str(note.get_object())
    yield from (f"{key} {value}" for key, value in (reader.metadata or {}).items())
    yield reader.xmp_metadata.stream.get_data().decode() if reader.xmp_metadata else ""
    yield str(reader.outline)
    for name, parts in reader.attachments.items():
        yield name
        yield from (part.decode("utf-8", errors="ignore") for part in parts)


def frame_of_pdf(raw: bytes) -> bytes:
    """Return a PDF without the contents of its streams."""
    return STREAM.sub(b"", raw)
