"""Fill the sheets of a workbook in from the tree of a project file. Pure; nothing of the tree is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from landuse.parameters.cells import Cell, cell_of, key_text
from landuse.parameters.keys import ANYTHING
from landuse.parameters.shape import REST, Form, Page, Path, Row, forms

MOST_PAIRS: Final = 6
"""Entries of a mapping that are written into one cell; more take a row each."""
Remarks = Mapping[Path, str]


def pages_of(tree: Mapping[str, Any], model: Any, remarks: Remarks | None = None) -> tuple[Page, ...]:
    """Return the filled-in sheets of a project file.

    Parameters
    ----------
    tree
        The project file as plain values; it need not be valid.
    model
        The model of a project file.
    remarks
        Place in the project file -> comment that stands there.
    """
    left = _copy(tree)
    said = dict(remarks or {})
    pages = [_page(form, left, said) for form in forms(model) if form.section != REST]
    return (*pages, _rest(left, said))


def normal(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tree in which files are written alike: a path, an entry and a list of one mean the same."""
    made = dict(tree)
    inputs = made.get("inputs")
    if isinstance(inputs, Mapping):
        made["inputs"] = {name: _as_one(value) for name, value in inputs.items()}
    return made


# ------------------------------------------------------------------------------------------------ sheets


def _page(form: Form, left: dict[str, Any], remarks: dict[Path, str]) -> Page:
    remark = remarks.pop(form.path, "")
    if form.kind == "sides":
        return _sides(form, left, remarks, remark)
    makers = {"inputs": _files, "columns": _columns, "variants": _variants}
    maker = _settings if form.kind == "keys" else makers.get(form.section, _entries)
    return Page(form, tuple(maker(form, left, remarks)), remark=remark)


def _settings(form: Form, left: dict[str, Any], remarks: dict[Path, str]) -> Iterator[Row]:
    """Give a row each key, known ones first; keys inside a mapping follow it."""
    node = _node(left, form.path)
    for path, key in form.keys.items():
        value = _take(node, path)
        around = (remarks.pop((*form.path, *path[:1]), ""),) if len(path) > 1 else ()
        remark = "\n".join(part for part in (*around, remarks.pop((*form.path, *path), "")) if part)
        if isinstance(value, dict) and _needs_rows(value):
            yield Row(path, {"value": None}, remark, key)
            for inner, one in _leaves(value):
                whole = (*path, *inner)
                told = remarks.pop((*form.path, *whole), "")
                yield Row(whole, {"value": cell_of(one, form.key(whole))}, told, form.key(whole))
        else:
            yield Row(path, {"value": None if value is None else cell_of(value, key)}, remark, key)


def _sides(form: Form, left: dict[str, Any], remarks: dict[Path, str], remark: str) -> Page:
    """Return a sheet with a column each name, e.g. of the scenarios."""
    node = _node(left, form.path)
    named = {name: entry for name, entry in node.items() if isinstance(entry, dict)}
    rows = []
    for path, key in form.keys.items():
        cells: dict[str, Cell] = {}
        for name, entry in named.items():
            value = _take(entry, path)
            cells[name] = None if value is None else cell_of(value, key)
        rows.append(Row(path, cells, key=key))
    for name, entry in named.items():
        odd = [(path, value) for path, value in _leaves(entry) if path]
        rows += [Row(path, {name: cell_of(value, ANYTHING)}) for path, value in odd]
        del node[name]
    told = {name: remarks.pop((*form.path, name)) for name in named if (*form.path, name) in remarks}
    return Page(form, (*_joined(rows), Row(("remark",), told)), tuple(named), remark)


def _joined(rows: Sequence[Row]) -> Iterator[Row]:
    """Give rows of the same key as one."""
    found: dict[Path, Row] = {}
    for row in rows:
        known = found.get(row.lead)
        found[row.lead] = row if known is None else Row(row.lead, {**known.cells, **row.cells}, key=known.key)
    yield from found.values()


def _files(form: Form, left: dict[str, Any], remarks: dict[Path, str]) -> Iterator[Row]:
    """Give a row each file of each table."""
    node = _node(left, form.path)
    for table in [name for name, value in node.items() if not isinstance(value, dict) or "path" in value]:
        entries = _as_list(node[table])
        known = [isinstance(one, str) or (isinstance(one, dict) and "path" in one) for one in entries]
        if not entries or not all(known):
            continue
        del node[table]
        remark = remarks.pop((*form.path, table), "")
        for nth, entry in enumerate(entries, start=1):
            own = remarks.pop((*form.path, table, str(nth)), "")
            told = "\n".join(part for part in (remark, own) if part)
            yield _record(form, (table,), {"path": entry} if isinstance(entry, str) else dict(entry), told)
            remark = ""


def _entries(form: Form, left: dict[str, Any], remarks: dict[Path, str]) -> Iterator[Row]:
    """Give a row each entry of a list, or of a mapping by name."""
    *around, last = form.path
    node = _node(left, tuple(around))
    value = node.get(last)
    named = list(value.items()) if form.leads and isinstance(value, dict) else []
    if not form.leads and isinstance(value, list | tuple):
        named = [("", entry) for entry in value]
    if not named or not all(isinstance(entry, dict) and _fits(form, entry) for _, entry in named):
        return
    del node[last]
    for nth, (name, entry) in enumerate(named, start=1):
        lead = (name,) if form.leads else ()
        yield _record(form, lead, dict(entry), remarks.pop((*form.path, name if lead else str(nth)), ""))


def _columns(form: Form, left: dict[str, Any], remarks: dict[Path, str]) -> Iterator[Row]:
    """Give a row each canonical column and the header it stands under."""
    for table, mapping, remark in _mappings(form, left, remarks):
        if not mapping:
            yield Row(_lead(form, (table, "")), {}, remark)
        for column, source in mapping.items():
            told = "\n".join(part for part in (remark, remarks.pop((*form.path, table, column), "")) if part)
            yield Row(_lead(form, (table, column)), _source(form, source), told)
            remark = ""  # noqa: PLW2901 - it stands beside the first row alone


def _source(form: Form, source: Any) -> dict[str, Cell]:
    if isinstance(source, dict) and set(source) == {"value"}:
        return {"value": cell_of(source["value"], form.keys["value",])}
    return {"header": cell_of(source, form.keys["header",])}


def _variants(form: Form, left: dict[str, Any], remarks: dict[Path, str]) -> Iterator[Row]:
    """Give a row each setting of each variant."""
    for name, settings, remark in _mappings(form, left, remarks):
        if not settings:
            yield Row(_lead(form, (name, "")), {}, remark)
        for path, value in _leaves(settings, most=2):
            yield Row(_lead(form, (name, key_text(path))), {"value": cell_of(value, ANYTHING)}, remark)
            remark = ""  # noqa: PLW2901 - as above


def _mappings(
    form: Form, left: dict[str, Any], remarks: dict[Path, str]
) -> Iterator[tuple[str, dict[str, Any], str]]:  # fmt: skip
    """Give each mapping of a section by its name, with its remark, and take both out of what is left."""
    node = _node(left, form.path)
    for name in [name for name, value in node.items() if isinstance(value, dict)]:
        yield name, node.pop(name), remarks.pop((*form.path, name), "")


def _record(form: Form, lead: Path, entry: dict[str, Any], remark: str) -> Row:
    cells: dict[str, Cell] = {}
    for path, key in form.keys.items():
        value = _take(entry, path)
        if value is not None:
            cells[key_text(path)] = cell_of(value, key)
    odd = {key_text((name,)): cell_of(one, ANYTHING) for name, one in entry.items()}
    return Row(_lead(form, lead), {**cells, **odd}, remark)


def _lead(form: Form, texts: Path) -> Path:
    """Return the leading cells of a row: choices with their meaning, odd signs as a project file writes them."""
    return tuple(
        str(cell_of(text, form.lead(name))) if text else "" for name, text in zip(form.leads, texts, strict=True)
    )


def _fits(form: Form, entry: Mapping[str, Any]) -> bool:
    """Return whether a row can hold an entry: an empty one without a name would be no row."""
    return bool(entry or form.leads)


# ------------------------------------------------------------------------------------------------- rest


def _rest(left: Mapping[str, Any], remarks: Mapping[Path, str]) -> Page:
    """Return the sheet of whatever found no other place, unknown keys included."""
    rows = tuple(
        Row(path, {"value": cell_of(value, ANYTHING)}, key=ANYTHING)
        for path, value in _leaves(left)
        if path and value != {}
    )
    return Page(Form(REST, "keys", {}), rows, remark="\n".join(remarks.values()))


# ------------------------------------------------------------------------------------------------- trees


def _copy(tree: Any) -> Any:
    return {name: _copy(value) for name, value in tree.items()} if isinstance(tree, Mapping) else tree


def _node(tree: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return the mapping at a place; an empty one, not part of the tree, where there is none."""
    node: Any = tree
    for name in path:
        node = node.get(name) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}


def _take(node: dict[str, Any], path: Path) -> Any:
    """Take a value out of a tree; None where there is none."""
    if not path:
        return None
    around = _node(node, path[:-1])
    value = around.pop(path[-1], None)
    if len(path) > 1 and not around and isinstance(node.get(path[0]), dict) and not node[path[0]]:
        del node[path[0]]
    return value


def _leaves(tree: Mapping[str, Any], path: Path = (), most: int = 99) -> Iterator[tuple[Path, Any]]:
    for name, value in tree.items():
        if isinstance(value, Mapping) and value and len(path) + 1 < most:
            yield from _leaves(value, (*path, str(name)), most)
        else:
            yield (*path, str(name)), value


def _needs_rows(value: Mapping[str, Any]) -> bool:
    return len(value) > MOST_PAIRS or any(isinstance(one, Mapping) and one for one in value.values())


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _as_one(value: Any) -> Any:
    """Return the entries of a table as they are written back."""
    if not isinstance(value, list | tuple) and not (isinstance(value, Mapping) and set(value) == {"path"}):
        return value
    plain = [one["path"] if isinstance(one, Mapping) and set(one) == {"path"} else one for one in _as_list(value)]
    return plain[0] if len(plain) == 1 else plain
