"""Read the tree of a project file back from filled-in sheets, with the cell every value stands in. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from landuse.errors import Fault
from landuse.parameters.cells import Cell, LostDigitsError, key_path, value_of
from landuse.parameters.keys import ANYTHING, Key
from landuse.parameters.shape import REMARK, Filled, Path, Row

NAME: Final = Key("name", frozenset({"text"}))


@dataclass
class Tree:
    """What the sheets say together."""

    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    """Key as a fault names it -> sheet and cell."""
    remarks: dict[Path, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    text: str = ""
    """The project file as it stands, where it is one of text."""


def tree_of(pages: Sequence[Filled], where: str = "") -> Tree:
    """Return the project file that filled-in sheets make together.

    Parameters
    ----------
    where
        Name of the workbook, for faults: a key said twice, a code that lost digits, a value without its key.
    """
    made = Tree()
    readers: Mapping[str, Callable[[_Desk], None]] = {
        "inputs": _files, "columns": _columns, "variants": _variants,
    }  # fmt: skip
    for page in pages:
        kinds: Mapping[str, Callable[[_Desk], None]] = {"keys": _settings, "sides": _sides, "rows": _entries}
        desk = _Desk(made, page, where)
        desk.remark(page.form.path, page.remark)
        readers.get(page.form.section, kinds[page.form.kind])(desk)
    return made


@dataclass(frozen=True)
class _Desk:
    """One sheet being read into the tree."""

    made: Tree
    page: Filled
    where: str

    def place(self, row: int, column: str) -> str:
        """Return sheet and cell, as a fault names them."""
        cell = self.page.places.get((row, column), "")
        return f"{self.where} [{self.page.title}] {cell}".strip()

    def value(self, row: int, column: str, cell: Cell, key: Key) -> Any:
        """Return the value of a cell; None for an empty one and for one that lost digits, which is a fault."""
        try:
            return value_of(cell, key)
        except LostDigitsError:
            found = f"编码变成了数字,末尾数位已丢失 / a code became a number and lost digits: {cell:.15g}"
            do = "把单元格设为文本格式后重新填写 / set the cell to text and write it again"
            self.made.faults.append(Fault(self.place(row, column), found, do=do))
            return None

    def put(self, path: Path, value: Any, row: int, column: str) -> None:
        """Put a value into the tree; a key that is there already is a fault."""
        node = self.made.values
        for name in path[:-1]:
            inner = node.setdefault(name, {})
            if not isinstance(inner, dict):
                return self._twice(path, row, column)
            node = inner
        if path[-1] in node and not (node[path[-1]] == {} and value == {}):
            return self._twice(path, row, column)
        node[path[-1]] = value
        self.made.places[".".join(path)] = self.place(row, column).removeprefix(self.where).strip()
        return None

    def remark(self, path: Path, text: str) -> None:
        """Keep a comment at its place."""
        if text.strip():
            known = self.made.remarks.get(path)
            self.made.remarks[path] = f"{known}\n{text.strip()}" if known else text.strip()

    def lead(self, row: Row) -> tuple[str, ...]:
        """Return the leading cells of a row as text."""
        keys = (self.page.form.lead(name) for name in self.page.form.leads)
        return tuple(str(value_of(text, key) or "") for text, key in zip(row.lead, keys, strict=True))

    def _twice(self, path: Path, row: int, column: str) -> None:
        found = f"{'.'.join(path)} 填了两次 / is said twice"
        self.made.faults.append(Fault(self.place(row, column), found, do="只保留一处 / keep one of them"))

    def lacks(self, row: int, column: str, found: str, do: str) -> None:
        """Refuse a row that does not say what it belongs to."""
        self.made.faults.append(Fault(self.place(row, column), found, do=do))


def _settings(desk: _Desk) -> None:
    form = desk.page.form
    for number, row in enumerate(desk.page.rows):
        key = form.key(row.lead)
        value = desk.value(number, "value", row.cells.get("value"), key)
        if value is not None and row.lead:
            desk.put((*form.path, *row.lead), value, number, "value")
        elif value is not None:
            desk.lacks(number, "value", "有取值而没有键 / a value without a key", "补填“键”,或删除该行 / add the key")
        if row.lead:
            desk.remark((*form.path, *row.lead), row.remark)


def _sides(desk: _Desk) -> None:
    form = desk.page.form
    for name in desk.page.names:
        if name:
            desk.put((*form.path, name), {}, -1, name)
    for number, row in enumerate(desk.page.rows):
        for name, cell in row.cells.items():
            if row.lead == (REMARK,) and REMARK not in {path[0] for path in form.keys}:
                desk.remark((*form.path, name), "" if cell is None else str(cell))
                continue
            value = desk.value(number, name, cell, form.key(row.lead))
            if value is not None and row.lead:
                desk.put((*form.path, name, *row.lead), value, number, name)
            elif value is not None:
                desk.lacks(number, name, "有取值而没有键 / a value without a key", "补填“键” / add the key")


def _record(desk: _Desk, number: int, row: Row) -> dict[str, Any]:
    """Return one entry of a list or a mapping."""
    entry: dict[str, Any] = {}
    for column, cell in row.cells.items():
        path = key_path(column)
        value = desk.value(number, column, cell, desk.page.form.key(path))
        if value is None or not path:
            continue
        node = entry
        for name in path[:-1]:
            node = node.setdefault(name, {})
        node[path[-1]] = value
    return entry


def _entries(desk: _Desk) -> None:
    """Read the entries of a list, or of a mapping by name."""
    form = desk.page.form
    entries: list[Any] = []
    for number, row in enumerate(desk.page.rows):
        entry, lead = _record(desk, number, row), desk.lead(row)
        if not form.leads:
            entries += [entry] if entry else []
            desk.remark((*form.path, str(len(entries))), row.remark if entry else "")
        elif lead[0]:
            desk.put((*form.path, lead[0]), entry, number, form.leads[0])
            desk.remark((*form.path, lead[0]), row.remark)
        elif entry:
            desk.lacks(number, form.leads[0], "没有名称 / no name", "补填名称 / add the name")
    if entries:
        desk.put(form.path, entries, 0, "")


def _files(desk: _Desk) -> None:
    """Read the files of each table: a path alone stands as text, several as a list."""
    form = desk.page.form
    tables: dict[str, list[Any]] = {}
    first: dict[str, int] = {}
    for number, row in enumerate(desk.page.rows):
        entry, (table,) = _record(desk, number, row), desk.lead(row)
        if entry and not table:
            desk.lacks(number, "table", "没有数据表 / no table", "从下拉框选择数据表 / choose the table")
        elif entry:
            tables.setdefault(table, []).append(entry["path"] if set(entry) == {"path"} else entry)
            first.setdefault(table, number)
            nth = len(tables[table])
            desk.remark((*form.path, table) if nth == 1 else (*form.path, table, str(nth)), row.remark)
            _keep_places(desk, table, len(tables[table]), number, entry)
    for table, entries in tables.items():
        desk.put((*form.path, table), entries[0] if len(entries) == 1 else entries, first[table], "path")


def _keep_places(desk: _Desk, table: str, nth: int, number: int, entry: Mapping[str, Any]) -> None:
    """Keep the cell of each option of a file under the names that faults use: alone, and as one of several."""
    for name in entry:
        place = desk.place(number, name).removeprefix(desk.where).strip()
        desk.made.places[f"inputs.{table}[{nth}].{name}"] = place
        if name == "path":
            desk.made.places[f"inputs.{table}[{nth}]"] = place
        if nth == 1:
            desk.made.places.setdefault(f"inputs.{table}.{name}", place)


def _columns(desk: _Desk) -> None:
    form = desk.page.form
    for number, row in enumerate(desk.page.rows):
        table, column = desk.lead(row)
        header = desk.value(number, "header", row.cells.get("header"), form.keys["header",])
        fixed = desk.value(number, "value", row.cells.get("value"), form.keys["value",])
        if not table:
            if column or header is not None or fixed is not None:
                desk.lacks(number, "table", "没有数据表 / no table", "从下拉框选择数据表 / choose the table")
            continue
        path = (*form.path, table, column) if column else (*form.path, table)
        desk.remark(path, row.remark)
        if header is not None and fixed is not None:
            found = "表头与固定值同时填写 / both a header and a fixed value"
            desk.lacks(number, "value", found, "只填一个 / fill in one of them")
        elif column and (header is not None or fixed is not None):
            desk.put(
                path, {"value": fixed} if header is None else header, number, "value" if header is None else "header"
            )
        elif header is not None or fixed is not None:
            desk.lacks(number, "column", "没有字段 / no column", "填写字段 / name the column")
        elif not column:
            desk.made.values.setdefault("columns", {}).setdefault(table, {})


def _variants(desk: _Desk) -> None:
    form = desk.page.form
    for number, row in enumerate(desk.page.rows):
        name, text = desk.lead(row)
        value = desk.value(number, "value", row.cells.get("value"), ANYTHING)
        path = key_path(text)
        if not name and (text or value is not None):
            desk.lacks(number, "variant", "没有变体名称 / no name of a variant", "补填名称 / add the name")
        elif name and path and value is not None:
            desk.put((*form.path, name, *path), value, number, "value")
        elif name and value is not None:
            desk.lacks(number, "key", "没有键 / no key", "从下拉框选择键 / choose the key")
        elif name:
            desk.made.values.setdefault("variants", {}).setdefault(name, {})
        if name:
            desk.remark((*form.path, name), row.remark)
