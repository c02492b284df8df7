"""Return the texts of a vector layer whole: valid UTF-8, and told where the file cut them off inside a character."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from landuse.errors import Fault, InputError
from landuse.read.encoding import cut_cells
from landuse.read.findings import Finding
from landuse.read.source import Cells, Rows, arrow_cells


def layer_cells(column: pa.ChunkedArray, where: str, *, is_cut: bool = False) -> Cells:
    """Return a column of a layer as cells.

    Parameters
    ----------
    where
        The layer and the field, for a message.
    is_cut
        Texts of the field were cut off inside a character, which the library hands out as it stands.

    Raises
    ------
    InputError
        Texts that are no UTF-8 although the format says so.
    """
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            if not is_cut:
                raise InputError([_no_utf8(column, where)]) from None
            column = _without_rests(column)
    return arrow_cells(column)


def moment_cells(column: pa.ChunkedArray, where: str) -> Cells:
    """Return days that came as the texts of the file: as days where every one is a day, else as texts.

    The library takes 2024-02-31 for 2 March; here it stays what it is. Instants of other zones than UTC stay texts too.
    """
    is_utc = pc.all(pc.ends_with(column, "Z")).as_py()
    try:
        return arrow_cells(column.cast(pa.timestamp("us", tz="UTC" if is_utc else None)))
    except pa.ArrowInvalid:
        return layer_cells(column, where)


def cut_texts(path: Path, codec: str, wanted: Sequence[int]) -> Mapping[int, Rows]:
    """Return the wanted fields of a shapefile -> the rows in which its text breaks off inside a character."""
    return {field: rows for field, rows in cut_cells(path, codec).items() if field in wanted} if codec else {}


def cut_findings(cut: Mapping[int, Rows], cells: Mapping[int, Cells]) -> list[tuple[int | None, Finding]]:
    """Return what is to be said of texts that were cut off: by field, with what is left of them."""
    found: list[tuple[int | None, Finding]] = []
    for at, rows in cut.items():
        text = cells[at].text
        if text is not None:
            values = [str(value or "") for value in text.take(pa.array(rows)).to_pylist()]
            found.append((at, Finding("TEXT_CUT", rows, values)))
    return found


def _without_rests(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return texts without the bytes of a character that is not whole."""
    kind = pa.large_binary()
    texts = [None if raw is None else raw.decode("utf-8", errors="ignore") for raw in column.cast(kind).to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.large_string())])


def _no_utf8(column: pa.ChunkedArray, where: str) -> Fault:
    for number, raw in enumerate(column.cast(pa.large_binary()).to_pylist(), start=1):
        try:
            if raw is not None:
                raw.decode("utf-8")
        except UnicodeDecodeError:
            shown = raw.decode("gb18030", errors="replace")
            found = f"ENCODING: 第 {number} 行的文字不是 UTF-8 / texts are no UTF-8, in row: {number}"
            do = "请提供方按 UTF-8 重新导出 / have the sender export it again in UTF-8"
            return Fault(where, found, f"按 GB18030 读为 / as GB18030 it reads: {shown}", do)
    return Fault(where, "ENCODING: 文字不是 UTF-8 / texts are no UTF-8")
