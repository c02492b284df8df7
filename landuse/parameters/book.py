"""Read a workbook of parameters: every sheet by the section its first cell names, nothing passed over."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from landuse.errors import Fault, InputError
from landuse.parameters.beside import typed_over
from landuse.parameters.cells import Cell, key_path, letter_of, value_of
from landuse.parameters.shape import REMARK, Filled, Form, Row, forms
from landuse.parameters.tree import NAME, Tree, tree_of
from landuse.parameters.words import both, section_title

ZIP: Final = b"PK\x03\x04"
OLD: Final = b"\xd0\xcf\x11\xe0"
"""How an .xls file begins, and a workbook with a password."""
MOST_BYTES: Final = 200_000_000
"""Unpacked size from which a workbook is none of parameters."""
DAMAGED: Final = (
    zipfile.BadZipFile, zlib.error, SyntaxError, LookupError, ValueError, TypeError,
    AttributeError, OSError, EOFError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""How a workbook fails: cut off, parts missing, no XML (`SyntaxError`), locked, packed in an unknown way."""
MARK: Final = re.compile(r"\[([A-Za-z_.*0-9]+)\]\s*$")
"""Section in the first cell of a sheet."""
KEY_OF: Final = re.compile(r"\[((?:[^\[\]]|\[\d+\])+)\]$")
"""Key at the end of the place of a fault; entries of a list are counted from 1."""
HEAD_ROWS: Final = 12
FIRST_NAME: Final = 4
"""First column of names, where keys stand in rows and names in columns."""


def is_book(head: bytes) -> bool:
    """Return whether a file is a workbook, by its first bytes."""
    return head.startswith((ZIP, OLD))


def read_book(path: Path, model: Any) -> Tree:
    """Return what a workbook of parameters says.

    Raises
    ------
    InputError
        It cannot be opened, is none of parameters, or a sheet says what cannot be read: all of it at once.
    """
    sheets = _sheets(path)
    known = {form.section: form for form in forms(model)}
    faults: list[Fault] = []
    pages = [page for sheet in sheets if (page := _page(sheet, known, path.name, faults)) is not None]
    named = [page.form.section for page in pages]
    for section in {name for name in named if named.count(name) > 1}:
        titles = " | ".join(page.title for page in pages if page.form.section == section)
        found = f"两张表都是 [{section}] / two sheets of one section: {titles}"
        faults.append(Fault(path.name, found, do="只保留一张 / keep one of them"))
    if not pages and not faults:
        found = "不是参数工作簿:没有一张表的 A1 写明参数节 / no workbook of parameters"
        do = "landuse convert landuse.toml 参数.xlsx"
        faults.append(Fault(path.name, found, "A1: … [project]", f"重新生成 / make one: {do}"))
    tree = tree_of(pages, path.name)
    if faults or tree.faults:
        raise InputError([*faults, *tree.faults])
    return tree


# ----------------------------------------------------------------------------------------------- opening


@dataclass(frozen=True)
class _Sheet:
    """One sheet: its name and its cells, formulas by the value they last had."""

    title: str
    grid: Sequence[Sequence[Cell]]
    bad: tuple[tuple[str, str], ...]
    """Cells that hold an error, or a formula without a value: where, what."""

    @property
    def section(self) -> str:
        """Return the section that the first cell names; blank where it names none."""
        first = self.grid[0][0] if self.grid and self.grid[0] else None
        match = MARK.search(first) if isinstance(first, str) else None
        return match[1] if match else ""

    def filled(self) -> bool:
        """Return whether anything stands in the sheet."""
        return any(cell is not None and cell != "" for row in self.grid for cell in row)


def _sheets(path: Path) -> list[_Sheet]:
    import openpyxl

    data = path.read_bytes()
    if data.startswith(OLD):
        found = "旧格式 .xls,或有密码 / an old .xls, or protected by a password"
        do = "去除密码,另存为 .xlsx / save it without a password as .xlsx"
        raise InputError([Fault(path.name, found, ".xlsx", do)])
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            is_large = sum(item.file_size for item in packed.infolist()) > MOST_BYTES
        book = None if is_large else openpyxl.load_workbook(io.BytesIO(data))
        has_formulas = book is not None and any(_has_formula(sheet) for sheet in book.worksheets)
        values = openpyxl.load_workbook(io.BytesIO(data), data_only=True) if has_formulas else book
    except DAMAGED as error:
        found = f"无法读取 / cannot be read: {type(error).__name__}"
        do = "检查文件,或重新生成 / check the file, or make it again"
        raise InputError([Fault(path.name, found, ".xlsx", do)]) from None
    if book is None or values is None:
        raise InputError([Fault(path.name, "文件过大,不是参数工作簿 / far too large", do="检查文件 / check it")])
    sheets = [_sheet(sheet, values[sheet.title]) for sheet in book.worksheets]
    if not any(sheet.section for sheet in sheets):
        found = "这个工作簿不是项目文件 / this workbook is no project file"
        do = "指定项目文件;由数据生成用 landuse init / name the project file; landuse init makes one"
        raise InputError([Fault(path.name, found, ".toml .xlsx", do)])
    return sheets


def _has_formula(sheet: Any) -> bool:
    return any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def _sheet(sheet: Any, values: Any) -> _Sheet:
    """Return the cells of a sheet, a formula by the value it last had."""
    bad: list[tuple[str, str]] = []
    grid: list[list[Cell]] = []
    for row, told in zip(sheet.iter_rows(), values.iter_rows(), strict=False):
        line: list[Cell] = []
        for cell, value in zip(row, told, strict=False):
            is_bad = value.data_type == "e" or (cell.data_type == "f" and value.value is None)
            if is_bad:
                bad.append((cell.coordinate, str(cell.value)))
            line.append(None if is_bad else value.value)
        grid.append(line)
    return _Sheet(str(sheet.title), grid, tuple(bad))


# ------------------------------------------------------------------------------------------------ sheets


def _page(sheet: _Sheet, known: dict[str, Form], where: str, faults: list[Fault]) -> Filled | None:
    """Return a sheet as it is filled in; None for a sheet of words and for one that is a fault."""
    titles = {section_title(section, lang): section for section in known for lang in ("zh", "en")}
    place = f"{where} [{sheet.title}]"
    if not sheet.section:
        if sheet.title in titles:
            found = "A1 没有写明参数节 / the first cell names no section"
            faults.append(Fault(f"{place} A1", found, f"… [{titles[sheet.title]}]", "请恢复 A1 / mend it"))
        elif sheet.filled() and not sheet.title.lower().startswith(tuple(both("own_sheets"))):
            allowed = " | ".join(sorted(both("own_sheets")))
            do = "改正 A1,或改名为“说明…” / mend its first cell, or name it “Notes …”"
            faults.append(Fault(place, "不认识的表 / an unknown sheet", allowed, do))
        return None
    faults += [
        Fault(f"{place} {cell}", f"公式没有结果 / no value: {what}", do="改为数值 / write the value")
        for cell, what in sheet.bad
    ]
    form = known.get(sheet.section)
    if form is None:
        found = f"未知的参数节 / unknown section: {sheet.section}"
        faults.append(Fault(f"{place} A1", found, " | ".join(known), "改正 A1 / correct it"))
        return None
    reader = _rows if form.kind == "rows" else _lines
    head = _head(sheet.grid, 0 if form.kind == "rows" else 1)
    if head is None:
        found = "没有“键”这一格:表头被删改 / the header is gone"
        faults.append(Fault(place, found, " | ".join(sorted(both("key"))), "请恢复表头 / restore it"))
        return None
    return reader(sheet, form, head, faults=faults, where=place)


def _head(grid: Sequence[Sequence[Cell]], column: int) -> int | None:
    """Return the row of the keys: the one with 键 in a given column."""
    for number, row in enumerate(grid[:HEAD_ROWS]):
        if len(row) > column and isinstance(row[column], str) and str(row[column]).strip().lower() in both("key"):
            return number
    return None


def _lines(sheet: _Sheet, form: Form, head: int, *, faults: list[Fault], where: str) -> Filled:
    """Read a sheet with a row each key: its values stand in one column, or in a column each name."""
    heads = list(sheet.grid[head])
    columns = _value_columns(heads) if form.kind == "keys" else _name_columns(heads)
    remark = _column(heads, "remark") if form.kind == "keys" else None
    rows: list[Row] = []
    places: dict[tuple[int, str], str] = {}
    for number, line in enumerate(sheet.grid[head + 1 :], start=head + 2):
        cells = {name: line[at] for at, name in columns.items() if at < len(line) and line[at] is not None}
        text = str(line[1]).strip() if len(line) > 1 and line[1] is not None else ""
        path = key_path(text) if text else ()
        if text and not path:
            faults.append(Fault(f"{where} B{number}", f"不是键 / no key: {text}", do="改正 / correct it"))
        note = str(line[remark]) if remark is not None and remark < len(line) and line[remark] is not None else ""
        places |= {(len(rows), name): f"{letter_of(at)}{number}" for at, name in columns.items()}
        rows.append(Row(path, cells, note))
    _stray(sheet, form, head, columns, faults=faults, where=where)
    places |= {(-1, name): f"{letter_of(at)}{head + 1}" for at, name in columns.items()}
    names = tuple(columns.values()) if form.kind == "sides" else ()
    return Filled(form, sheet.title, tuple(rows), places, names, _note(sheet))


def _value_columns(heads: Sequence[Cell]) -> dict[int, str]:
    at = _column(heads, "value")
    return {} if at is None else {at: "value"}


def _name_columns(heads: Sequence[Cell]) -> dict[int, str]:
    named = {at: _name(head) for at, head in enumerate(heads) if at >= FIRST_NAME}
    return {at: name for at, name in named.items() if name}


def _name(cell: Cell) -> str:
    return str(value_of(cell, NAME) or "")


def _column(heads: Sequence[Cell], word: str) -> int | None:
    said = both(word)
    return next((at for at, head in enumerate(heads) if isinstance(head, str) and head.strip().lower() in said), None)


def _stray(sheet: _Sheet, form: Form, head: int, columns: dict[int, str], *, faults: list[Fault], where: str) -> None:
    """Refuse values in a column without a name or of words, and a sheet whose column of values is gone."""
    if form.kind == "keys":
        if not columns:
            allowed = " | ".join(sorted(both("value")))
            faults.append(Fault(where, "没有“取值”列 / no column of values", allowed, "请恢复表头 / restore it"))
        else:
            faults += [*_beside(sheet, head, columns, where), *_over_words(sheet, form, head, columns, where)]
        return
    faults += _over_words(sheet, form, head, columns, where)
    for number, line in enumerate(sheet.grid[head + 1 :], start=head + 2):
        lost = [at for at in range(FIRST_NAME, len(line)) if at not in columns and line[at] not in (None, "")]
        faults += [
            Fault(
                f"{where} {letter_of(at)}{number}",
                "这一列没有名称 / the column has no name",
                do="在表头填写名称 / name it",
            )
            for at in lost
        ]


def _beside(sheet: _Sheet, head: int, columns: dict[int, str], where: str) -> list[Fault]:
    """Return a fault for each value beside the column of values: behind the last column, or a number among the words.

    What the columns of words say is a text always, and what is typed there holds for nothing.
    """
    heads = list(sheet.grid[head])
    open_ = {*columns, 1, _column(heads, "remark")}
    value = letter_of(next(iter(columns)))
    return [
        Fault(
            f"{where} {letter_of(at)}{number}",
            f"写在取值列以外,不起作用 / beside the column of values, it holds for nothing: {cell}",
            do=f"写到 {value}{number},并清空此格 / write it into {value}{number} and clear this cell",
        )
        for number, line in enumerate(sheet.grid[head + 1 :], start=head + 2)
        for at, cell in enumerate(line)
        if at not in open_
        and cell not in (None, "")
        and (not isinstance(cell, str) or at >= len(heads) or not heads[at])
    ]


def _over_words(sheet: _Sheet, form: Form, head: int, columns: dict[int, str], where: str) -> list[Fault]:
    """Return a fault for each text that was typed over the words for what may be filled in, or holds by default."""
    heads = list(sheet.grid[head])
    told = {name: at for name in ("allowed", "default") if (at := _column(heads, name)) is not None}
    value = letter_of(next(iter(columns), FIRST_NAME))
    faults = []
    for number, line in enumerate(sheet.grid[head + 1 :], start=head + 2):
        path = key_path(str(line[1]).strip()) if len(line) > 1 and line[1] is not None else ()
        for name, at in told.items():
            cell = line[at] if at < len(line) else None
            if typed_over(cell, name, form.keys.get(path), form.section):
                found = f"写在“{heads[at]}”列,不起作用 / typed over the words there, it holds for nothing: {cell}"
                do = f"写到 {value}{number},并清空此格 / write it into {value}{number} and clear this cell"
                faults.append(Fault(f"{where} {letter_of(at)}{number}", found, do=do))
    return faults


def _rows(sheet: _Sheet, form: Form, head: int, *, faults: list[Fault], where: str) -> Filled:
    """Read a sheet with a row each entry."""
    heads = list(enumerate(sheet.grid[head]))[1:]
    columns = {at: str(name).strip() for at, name in heads if name not in (None, "")}
    lost = [name for name in form.leads if name not in columns.values()]
    if lost:
        faults.append(Fault(where, f"缺少列 / no column: {'、'.join(lost)}", do="请恢复表头 / restore the header"))
        return Filled(form, sheet.title, ())
    rows: list[Row] = []
    places: dict[tuple[int, str], str] = {}
    for number, line in enumerate(sheet.grid[head + 1 :], start=head + 2):
        if line and isinstance(line[0], str) and line[0].strip().lower() in both("guide"):
            continue
        found = {name: line[at] for at, name in columns.items() if at < len(line) and line[at] not in (None, "")}
        lead = tuple(_text(found.pop(name, "")) for name in form.leads)
        remark = _text(found.pop(REMARK, ""))
        faults += [
            Fault(
                f"{where} {letter_of(at)}{number}", "这一列没有键 / the column has no key", do="在“键”行填写 / name it"
            )
            for at in range(1, len(line))
            if at not in columns and line[at] not in (None, "")
        ]
        if found or any(lead):
            places |= {(len(rows), name): f"{letter_of(at)}{number}" for at, name in columns.items()}
            rows.append(Row(lead, found, remark))
    return Filled(form, sheet.title, tuple(rows), places, remark=_note(sheet))


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _note(sheet: _Sheet) -> str:
    """Return the comment of a section: the second row, after its word."""
    text = sheet.grid[1][0] if len(sheet.grid) > 1 and sheet.grid[1] else None
    leads = [lead for lead in both("section_remark") if isinstance(text, str) and text.startswith(lead)]
    return str(text)[len(leads[0]) :].strip() if leads else ""


def placed(fault: Fault, places: Mapping[str, str]) -> Fault:
    """Return a fault of a key with the sheet and the cell that hold the key; as it is where nothing holds it."""
    match = KEY_OF.search(fault.where)
    if match is None:
        return fault
    key = match[1]
    while key and key not in places:
        key = key[: max(key.rfind("."), key.rfind("["), 0)]
    return replace(fault, where=f"{fault.where[: match.start()].strip()} {places[key]} [{match[1]}]") if key else fault
