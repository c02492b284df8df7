"""Hold a proposed project file: the values of its sections and, beside each, why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from landuse.read.judgement import Evidence

ASK: Final = "?"
"""Stands where the user has to decide; a project with one left does not run."""


@dataclass(frozen=True)
class Line:
    """A value of the project file with its reasons."""

    value: Any
    notes: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A proposed project file, section by section."""

    project: Mapping[str, Line]
    inputs: Mapping[str, tuple[Line, ...]]
    """Table -> its entries, each a path or a mapping."""
    rasters: Mapping[str, Line] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, Line]] = field(default_factory=dict)
    previous: Line | None = None
    open: tuple[Line, ...] = ()
    """Files whose table the user has to name."""
    remarks: tuple[Evidence, ...] = ()
    """What was seen and not used."""

    def tree(self) -> dict[str, Any]:
        """Return the values as `tomllib` gives them back."""
        inputs: dict[str, Any] = {}
        for table, lines in self.inputs.items():
            values = [line.value for line in lines]
            inputs[table] = values[0] if len(values) == 1 else values
        if self.previous is not None:
            inputs["previous"] = self.previous.value
        if self.open:
            inputs[ASK] = [line.value for line in self.open]
        if self.rasters:
            inputs["rasters"] = {name: line.value for name, line in self.rasters.items()}
        tree: dict[str, Any] = {"project": {name: line.value for name, line in self.project.items()}, "inputs": inputs}
        if self.columns:
            tree["columns"] = {
                table: {name: line.value for name, line in lines.items()} for table, lines in self.columns.items()
            }
        return tree

    def questions(self) -> tuple[str, ...]:
        """Return the keys that the user has to answer."""
        return tuple(_asked(self.tree()))


def _asked(tree: Any, path: str = "") -> Iterator[str]:
    if tree == ASK:
        yield path
    elif isinstance(tree, Mapping):
        for name, value in tree.items():
            place = f"{path}.{name}" if path else str(name)
            if name == ASK:
                yield place
            else:
                yield from _asked(value, place)
    elif isinstance(tree, list | tuple):
        for number, value in enumerate(tree, start=1):
            yield from _asked(value, f"{path}[{number}]")


def joined(notes: Iterable[Evidence | None]) -> tuple[Evidence, ...]:
    """Return notes without blanks and repetitions."""
    return tuple(dict.fromkeys(note for note in notes if note is not None))
