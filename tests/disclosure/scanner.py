"""Open every file of a folder down to its last container, and look for values that must not be there."""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from disclosure.printed import frame_of_pdf, texts_of_pdf, texts_of_png

NUMBER = re.compile(r"(?<![0-9A-Za-z_.])-?\d[\d,]*(?:\.\d+)?(?:[eE][+-]?\d+)?")
PACKED = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")


def printings(amount: float) -> set[str]:
    """Return how an amount of 10,000 yuan may stand in a text: two and four decimals, separators, in yuan."""
    yuan = round(amount * 10_000)
    plain = {f"{amount:.2f}", f"{amount:.4f}", f"{amount:,.2f}", f"{amount:,.4f}", repr(amount), f"{yuan}", f"{yuan:,}"}
    return plain | {f"{yuan}.00", f"{yuan:,}.00"}


def numbers_near(amount: float) -> tuple[float, ...]:
    """Return the numbers an amount may stand for: itself, rounded, in yuan, in hundreds of millions of yuan."""
    return (amount, round(amount, 2), round(amount, 1), float(round(amount * 10_000)), amount / 10_000)


class Contents:
    """Everything one file holds: texts, and numbers that stand in columns or in texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.bytes: list[bytes] = []
        self.numbers: set[float] = set()
        self._sorted = np.empty(0)

    def add_text(self, text: str) -> None:
        self.texts.append(text)
        for found in NUMBER.findall(text):
            self.add_number(found.replace(",", ""))

    def add_number(self, value: object) -> None:
        try:
            number = float(value)
        except (TypeError, ValueError):
            return
        if number == number:  # noqa: PLR0124 - NaN is no number to find
            self.numbers.add(number)

    def add_value(self, value: object) -> None:
        if isinstance(value, bytes):
            self.add_bytes(value)
        elif isinstance(value, str):
            self.add_text(value)
        elif isinstance(value, list | tuple):
            for part in value:
                self.add_value(part)
        elif value is not None:
            self.add_number(value)

    def add_bytes(self, content: bytes) -> None:
        """Take bytes as they are, as text where they are text, and what is packed in them."""
        self.bytes.append(content)
        self.add_text(content.decode("utf-8", errors="ignore"))
        for packed in PACKED.findall(content):
            for inside in unpacked(packed):
                self.add_bytes(inside)

    def holds_text(self, what: str) -> bool:
        encoded = [what.encode(kind) for kind in ("utf-8", "utf-16-le", "gb18030")]
        return any(what in text for text in self.texts) or any(one in part for part in self.bytes for one in encoded)

    def holds_number(self, one: float, within: float = 1e-9) -> bool:
        if self._sorted.size != len(self.numbers):
            self._sorted = np.sort(np.fromiter(self.numbers, dtype=float, count=len(self.numbers)))
        reach = within * max(1.0, abs(one))
        first = np.searchsorted(self._sorted, one - reach)
        return bool(first < self._sorted.size and self._sorted[first] <= one + reach)

    def holds_amount(self, amount: float) -> bool:
        if any(self.holds_number(one) for one in numbers_near(amount)):
            return True
        packed = [struct.pack(form, amount) for form in ("<d", ">d")]
        words = [text for text in printings(amount) if len(text) > 5]
        return any(one in part for part in self.bytes for one in packed) or any(self.holds_text(word) for word in words)


def unpacked(packed: bytes) -> Iterator[bytes]:
    """Give what stands behind base64: the bytes, and what they are when they are compressed."""
    try:
        plain = base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return
    for opener in (gzip.decompress, zlib.decompress, lambda one: zlib.decompress(one, -15)):
        try:
            yield opener(plain)
        except (OSError, EOFError, zlib.error):
            continue
        else:
            return
    yield plain


def contents(path: Path) -> Contents:
    """Return everything a file holds, whatever its kind."""
    found = Contents()
    raw = path.read_bytes()
    if path.suffix in (".png", ".pdf"):
        for text in texts_of_png(raw) if path.suffix == ".png" else texts_of_pdf(raw):
            found.add_text(text)
        found.bytes.append(frame_of_pdf(raw) if path.suffix == ".pdf" else b"")
        return found
    found.add_bytes(raw)
    if path.suffix == ".parquet":
        _parquet(path, found)
    elif path.suffix == ".gpkg":
        _sqlite(path, found)
    elif raw[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            for name in archive.namelist():
                found.add_text(name)
                found.add_bytes(archive.read(name))
    return found


def _parquet(path: Path, found: Contents) -> None:
    with pq.ParquetFile(path) as file:
        table = file.read()
        for name in table.column_names:
            found.add_text(name)
            for value in table.column(name).to_pylist():
                found.add_value(value)
        for key, value in (file.schema_arrow.metadata or {}).items():
            found.add_bytes(key)
            found.add_bytes(value)
        for group in range(file.metadata.num_row_groups):
            for column in range(file.metadata.num_columns):
                statistics = file.metadata.row_group(group).column(column).statistics
                if statistics is not None and statistics.has_min_max:
                    found.add_value(statistics.min)
                    found.add_value(statistics.max)


def _sqlite(path: Path, found: Contents) -> None:
    with closing(sqlite3.connect(path)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            cursor = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of the file itself
            for column in cursor.description:
                found.add_text(column[0])
            for row in cursor:
                for value in row:
                    found.add_value(value)
