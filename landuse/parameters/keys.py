"""Say what may stand at each key of a project file, as its model says it. Pure."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from landuse.settings import Ratio

SCALARS: Final[Mapping[Any, str]] = {
    str: "text", int: "whole", float: "number", Decimal: "number", bool: "flag", date: "day", Any: "any",
}  # fmt: skip
PATHS: Final = frozenset({"path", "header", "forms", "columns"})
"""Keys whose lists are parted by semicolons alone: file names and headers may hold 、."""


@dataclass(frozen=True)
class Key:
    """One key of a section, or of a row."""

    name: str
    kinds: frozenset[str]
    """text, whole, number, flag, day, choice, list, map, any: what a value may be, inside a list too."""
    choices: tuple[Any, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    """Choice -> what it means, shown behind it."""
    is_listed: bool = False
    """Whether a single value is a list of one."""
    is_required: bool = False
    default: Any = None
    explain: str = ""
    """What the model says of it, in English."""
    values: frozenset[str] = frozenset({"any"})
    """Kinds of the values of a mapping."""

    @property
    def is_strong(self) -> bool:
        """Return whether only semicolons and line breaks part a list."""
        return self.name in PATHS

    @property
    def inside(self) -> Key:
        """Return what may stand in a mapping."""
        return Key(self.name, self.values)

    def takes(self, *kinds: str) -> bool:
        """Return whether one of the kinds may stand here."""
        return bool(self.kinds & set(kinds))

    def shown(self, choice: str) -> str:
        """Return a choice with its meaning, as drop-downs show it."""
        return f"{choice} {self.words[choice]}" if choice in self.words else choice

    def chosen(self, text: str) -> Any:
        """Return the choice that a text names, alone or with its meaning; None where it names none."""
        known = {str(choice): choice for choice in self.choices}
        first = text.split(" ", 1)[0]
        return known.get(text, known.get(first) if self.words.get(first) == text[len(first) + 1 :] else None)

    def with_words(self, words: Mapping[str, str]) -> Key:
        """Return the key with what its choices mean."""
        return replace(self, words=words)


ANYTHING: Final = Key("value", frozenset({"any"}))


def keys_of(model: type[BaseModel]) -> dict[str, Key]:
    """Return the keys of a section by name, as the project file writes them; nested sections are left out."""
    return {
        field.alias or name: _key(field.alias or name, field)
        for name, field in model.model_fields.items()
        if not field.exclude and nested(field.annotation) is None
    }


def nested(annotation: Any) -> type[BaseModel] | None:
    """Return the section that an annotation is, alone or where it may be left out."""
    found = [one for one in _members(annotation) if one is not type(None)]
    is_model = len(found) == 1 and isinstance(found[0], type) and issubclass(found[0], BaseModel)
    return found[0] if is_model else None


def inner_model(annotation: Any) -> type[BaseModel] | None:
    """Return the section that a list or a mapping holds; None where it holds plain values."""
    for member in _members(annotation):
        origin, arguments = typing.get_origin(member), typing.get_args(member)
        if origin in {tuple, dict}:
            return nested(arguments[0] if origin is tuple else arguments[1])
    return None


def _key(name: str, info: Any) -> Key:
    kinds: set[str] = set()
    choices: list[Any] = []
    values: set[str] = set()
    _collect(info.annotation, kinds, choices, values)
    members = [one for one in _members(info.annotation) if one is not type(None)]
    required = info.default is PydanticUndefined
    return Key(
        name=name,
        kinds=frozenset(kinds),
        choices=tuple(dict.fromkeys(choices)),
        is_listed=all(typing.get_origin(one) is tuple and typing.get_args(one)[-1] is Ellipsis for one in members),
        is_required=required,
        default=None if required else info.default,
        explain=info.description or "",
        values=frozenset(values or {"any"}),
    )


def _members(annotation: Any) -> list[Any]:
    """Return the alternatives of an annotation, without what is only said about them."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation == Ratio:
        return [str, float]
    if origin is typing.Annotated:
        return _members(arguments[0])
    if origin in {typing.Union, types.UnionType}:
        return [member for argument in arguments for member in _members(argument)]
    return [annotation]


def _collect(annotation: Any, kinds: set[str], choices: list[Any], values: set[str]) -> None:
    """Gather what may stand somewhere: kinds, closed choices, and the kinds of the values of a mapping."""
    for member in _members(annotation):
        origin, arguments = typing.get_origin(member), typing.get_args(member)
        if origin is typing.Literal:
            choices += arguments
            kinds |= {"whole" if all(isinstance(one, int) for one in arguments) else "choice"}
        elif origin is tuple:
            kinds.add("list")
            _collect(arguments[0], kinds, choices, set())
        elif origin is dict:
            kinds.add("map")
            inner: set[str] = set()
            _collect(arguments[1], inner, [], set())
            values |= inner
        elif member in SCALARS:
            kinds.add(SCALARS[member])
        elif isinstance(member, type) and issubclass(member, BaseModel):
            kinds.add("map")
