"""Decide the encoding of a shapefile's table: declared, .cpg, language byte, else its names and texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from landuse.errors import InputError
from landuse.read.encoding.choosing import choose, judged, kept, undecided
from landuse.read.encoding.names import LANGUAGES, UTF8, codec_of, shown, sibling
from landuse.read.encoding.survey import Blocks, survey
from landuse.read.encoding.weighing import decoded
from landuse.read.judgement import Candidate, Evidence, Judgement

_ROWS: Final = 50_000
"""Rows that are looked at at once."""
_DELETED: Final = ord("*")
_BEYOND: Final = 0x80
"""First byte beyond ASCII."""


@dataclass(frozen=True)
class TableField:
    """How a field of a DBF is stored."""

    name: bytes
    offset: int
    width: int
    letter: str
    """C text, N and F number, D day, L truth."""
    decimals: int

    @property
    def is_text(self) -> bool:
        """Return whether it holds texts."""
        return self.letter == "C" and self.width > 0


@dataclass(frozen=True)
class _Table:
    """The head of a DBF, and its records as they stand."""

    language: int
    fields: tuple[TableField, ...]
    records: npt.NDArray[np.uint8]


def dbf_encoding(path: Path, *, declared: str | None, where: str) -> str:
    """Return the codec of a shapefile's table.

    Declared, else the .cpg file, else the language byte of the .dbf, else what its names and texts speak for. What is
    declared must hold against the bytes.

    Parameters
    ----------
    path
        The .shp or .dbf file.

    Raises
    ------
    InputError
        A declaration does not fit, rows are in several encodings, or the bytes do not tell.
    """
    file = sibling(path, ".dbf")
    table = None if file is None else _opened(file)
    if table is None:
        return UTF8
    stated, said_by = _stated(path, table, declared, where)
    blocks = _blocks(table)
    if stated:
        return kept(stated, blocks, where, said_by, cut=True)
    found = survey(blocks, cut=True)
    codec = choose(found)
    if codec is None:
        raise undecided(found, where)
    return codec


def judge_dbf(path: Path) -> Judgement:
    """Return the encoding that a shapefile's side files, its language byte and its text speak for."""
    file = sibling(path, ".dbf")
    table = None if file is None else _opened(file)
    if table is None:
        return Judgement(UTF8, Evidence("没有属性表", "no attribute table"))
    blocks = _blocks(table)
    own = judged(survey(blocks, cut=True))
    try:
        stated, said_by = _stated(path, table, None, "")
        if not stated:
            return own
        codec = kept(stated, blocks, "", said_by, cut=True)
        return Judgement(shown(codec), Evidence(f"{said_by},字节相符", f"{said_by}, and the bytes fit"))
    except InputError as error:
        candidates = own.candidates or ((Candidate(own.value, own.evidence),) if own.value else ())
        return Judgement(None, Evidence(*_both(error.faults[0].found)), candidates)


def table_fields(path: Path) -> tuple[TableField, ...]:
    """Return the fields of a shapefile's table in their order; none where there is no table."""
    file = sibling(path, ".dbf")
    table = None if file is None else _opened(file)
    return () if table is None else table.fields


def table_records(path: Path) -> tuple[tuple[TableField, ...], npt.NDArray[np.uint8]]:
    """Return the fields of a shapefile's table and its records as they stand, without those that are deleted."""
    file = sibling(path, ".dbf")
    table = None if file is None else _opened(file)
    if table is None or not len(table.records):
        return () if table is None else table.fields, np.zeros((0, 1), dtype=np.uint8)
    kept = table.records[:, 0] != _DELETED
    return table.fields, table.records if kept.all() else table.records[kept]


def cut_cells(path: Path, codec: str) -> dict[int, npt.NDArray[np.int64]]:
    """Return the field (in file order) -> the rows in which its text breaks off inside a character.

    Rows are counted from 0 without deleted records. A field of a fixed width cuts what is too long for it.
    """
    fields, records = table_records(path)
    found: dict[int, npt.NDArray[np.int64]] = {}
    for number, each in enumerate(fields):
        if not each.is_text or not len(records):
            continue
        last = records[:, each.offset + each.width - 1]
        rows = np.flatnonzero(last >= 0x80)
        cells = records[rows, each.offset : each.offset + each.width]
        cut = [row for row, cell in zip(rows.tolist(), cells, strict=True) if decoded(cell.tobytes(), codec) is None]
        if cut:
            found[number] = np.array(cut, dtype=np.int64)
    return found


def _both(found: str) -> tuple[str, str]:
    zh, _, en = found.partition(" / ")
    return zh, en or zh


def _stated(path: Path, table: _Table, declared: str | None, where: str) -> tuple[str, str]:
    """Return the codec that somebody states, and who; blank where nobody does."""
    if declared is not None:
        return codec_of(declared, where), f"encoding = {declared!r}"
    page = sibling(path, ".cpg")
    said = page.read_bytes()[:64].decode("latin-1").lstrip("ï»¿").strip("\0 \t\r\n") if page is not None else ""
    if said:
        return codec_of(said, f"{where} (.cpg)"), f".cpg = {said}"
    if table.language in LANGUAGES:
        return LANGUAGES[table.language], f"DBF language byte 0x{table.language:02X}"
    return "", ""


def _opened(file: Path) -> _Table | None:
    """Return the head and the records of a DBF; None where it is too short for one."""
    size = file.stat().st_size
    if size < 33:
        return None
    raw = np.memmap(file, dtype=np.uint8, mode="r")
    head = raw[:32].tobytes()
    rows, start, width = (int.from_bytes(head[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
    fields, offset = [], 1
    for at in range(32, min(start, size) - 31, 32):
        field = raw[at : at + 32].tobytes()
        if field[0] == 0x0D:
            break
        is_text = field[11:12] == b"C"
        cells = field[16] + (256 * field[17] if is_text else 0)
        letter = field[11:12].decode("latin-1")
        fields.append(TableField(field[:11].split(b"\0")[0], offset, cells, letter, 0 if is_text else field[17]))
        offset += cells
    body = raw[start : start + rows * width]
    whole = body[: len(body) // width * width].reshape(-1, width) if width else body[:0].reshape(0, 1)
    return _Table(head[29], tuple(each for each in fields if each.offset + each.width <= max(width, 1)), whole)


def _blocks(table: _Table) -> Blocks:
    """Return the names of the fields, then their texts, a row a line and its cells in the lines of the row.

    The first line holds the names; line n + 1 holds the texts of row n, each ended by a carriage return.
    """

    def blocks() -> Iterator[bytes]:
        yield b"\r".join(each.name for each in table.fields) + b"\n"
        texts = [each for each in table.fields if each.is_text]
        for first in range(0, len(table.records), _ROWS):
            yield _lines(table.records[first : first + _ROWS], texts)

    return blocks


def _lines(records: npt.NDArray[np.uint8], fields: list[TableField]) -> bytes:
    """Return records as lines of texts. Cells are padded with blanks, which no character contains: one is kept.

    A field without anything beyond ASCII in these records says nothing and is left out.
    """
    parts = []
    for each in fields:
        cells = records[:, each.offset : each.offset + each.width]
        if (cells >= _BEYOND).any():
            ended = np.full((len(records), each.width + 1), ord("\r"), dtype=np.uint8)
            ended[:, :-1] = cells
            parts.append(ended)
    if not parts:
        return b"\n" * len(records)
    parts[-1][:, -1] = ord("\n")
    lines = np.concatenate(parts, axis=1)
    lines[lines == 0] = ord(" ")
    body = lines[:, :-1]
    body[body == ord("\n")] = ord(" ")
    signs = lines.ravel()
    is_sign = signs != ord(" ")
    is_sign[1:] |= is_sign[:-1]
    return bytes(signs[is_sign])
