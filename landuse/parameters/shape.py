"""Say which sheets a project file has as a workbook, and what stands in each: derived from its model. Pure."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pydantic import BaseModel

from landuse.overrides import STAGES
from landuse.parameters.cells import Cell
from landuse.parameters.keys import ANYTHING, Key, inner_model, keys_of, nested
from landuse.parameters.words import choice_words

Path = tuple[str, ...]
Kind = Literal["keys", "sides", "rows"]
REMARK: Final = "remark"
"""Key of the column or row that holds comments."""
REST: Final = "*"
"""Section of the sheet for whatever fits on no other."""
MEASURES: Final = tuple(f"M{number}" for number in range(1, 14))
HEADERS: Final = Key("header", frozenset({"text", "list"}))
FIXED: Final = Key("value", frozenset({"any"}))
NAMES: Final = "name"
"""Lead of entries that have a name of their own."""


@dataclass(frozen=True)
class Form:
    """One sheet before it is filled in."""

    section: str
    """ranking, inputs.rasters …; ``*`` for the rest."""
    kind: Kind
    """keys: a row each key · sides: a row each key, a column each name · rows: a row each entry, a column each key."""
    keys: Mapping[Path, Key]
    """Keys of the section, dotted where they stand in a section inside it."""
    leads: tuple[str, ...] = ()
    """rows: keys that say which entry a row is, before its own."""

    @property
    def path(self) -> Path:
        """Return the place of the section in the project file."""
        return () if self.section == REST else tuple(self.section.split("."))

    def lead(self, name: str) -> Key:
        """Return what may stand in a leading cell."""
        place = f"{self.section}.{name}"
        known: Mapping[str, tuple[str, ...]] = {"variants.key": tuple(STAGES), "measures.numbers.name": MEASURES}
        choices = known.get(place, tuple(choice_words(place)) if name == "table" else ())
        return Key(name, frozenset({"text"}), choices, choice_words(place))

    def key(self, path: Path) -> Key:
        """Return what may stand at a key; inside a mapping what its values may be, anything where nobody knows."""
        if path in self.keys:
            return self.keys[path]
        around = self.keys.get(path[:1])
        return around.inside if around is not None and len(path) == 2 else ANYTHING


@dataclass(frozen=True)
class Row:
    """One row of a filled-in sheet."""

    lead: Path
    """keys, sides: the key; rows: the leading cells."""
    cells: Mapping[str, Cell]
    """keys: ``value``; sides: by name; rows: by key."""
    remark: str = ""
    key: Key | None = None


@dataclass(frozen=True)
class Page:
    """One filled-in sheet."""

    form: Form
    rows: tuple[Row, ...]
    names: tuple[str, ...] = ()
    """sides: names of the columns."""
    remark: str = ""


@dataclass(frozen=True)
class Filled:
    """A sheet as it was read: what stands where."""

    form: Form
    title: str
    """Name of the sheet."""
    rows: tuple[Row, ...]
    places: Mapping[tuple[int, str], str] = field(default_factory=dict)
    """Row (position) and column key -> cell, e.g. C7."""
    names: tuple[str, ...] = ()
    remark: str = ""


def forms(model: type[BaseModel]) -> tuple[Form, ...]:
    """Return every sheet of a project file, in the order of its sections; the rest at the end."""
    made = [form for name, info in model.model_fields.items() if not info.exclude for form in _section(name, info)]
    return (*made, Form(REST, "keys", {}))


def _section(name: str, info: Any) -> Iterator[Form]:
    model = nested(info.annotation)
    if name == "columns":
        yield Form(name, "rows", {("header",): HEADERS, ("value",): FIXED}, ("table", "column"))
    elif name == "variants":
        yield Form(name, "rows", {("value",): ANYTHING}, ("variant", "key"))
    elif model is None:
        inner = inner_model(info.annotation)
        yield Form(name, "sides", _keys(inner, name)) if inner else Form(name, "keys", {(): ANYTHING})
    elif name == "inputs":
        yield from _inputs(model)
    else:
        apart = {one: inner for one, inner in _inner(model).items() if inner is not None}
        yield Form(name, "keys", {path: key for path, key in _keys(model, name).items() if path[0] not in apart})
        for one, (inner, is_named) in apart.items():
            yield Form(f"{name}.{one}", "rows", _keys(inner, f"{name}.{one}"), (NAMES,) if is_named else ())


def _inputs(model: type[BaseModel]) -> Iterator[Form]:
    """Give the sheet of files, and that of rasters."""
    found = _inner(model)
    files = next(inner for inner, is_named in found.values() if not is_named)
    yield Form("inputs", "rows", _keys(files, "inputs"), ("table",))
    for one, (inner, is_named) in found.items():
        if is_named:
            yield Form(f"inputs.{one}", "rows", _keys(inner, f"inputs.{one}"), ("name",))


def _inner(model: type[BaseModel]) -> dict[str, tuple[type[BaseModel], bool]]:
    """Return the keys of a section that hold several entries: what an entry is, and whether each has a name."""
    found: dict[str, tuple[type[BaseModel], bool]] = {}
    for name, info in model.model_fields.items():
        inner = None if info.exclude or nested(info.annotation) else inner_model(info.annotation)
        if inner is not None:
            found[info.alias or name] = inner, _is_mapping(info.annotation)
    return found


def _is_mapping(annotation: Any) -> bool:
    return typing.get_origin(annotation) is dict


def _keys(model: type[BaseModel], section: str) -> dict[Path, Key]:
    """Return the keys of a section, those of the sections inside it dotted, with the words of their choices."""
    found: dict[Path, Key] = {}
    for name, key in keys_of(model).items():
        found[name,] = key.with_words(choice_words(f"{section}.{name}"))
    for name, info in model.model_fields.items():
        inner = None if info.exclude else nested(info.annotation)
        if inner is not None:
            more = _keys(inner, f"{section}.{name}")
            found |= {(info.alias or name, *path): key for path, key in more.items()}
    return found
