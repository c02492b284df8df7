"""Write the tree of a project file as TOML, with its comments; and find the comments of one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from landuse.parameters.cells import literal, toml_key

Path = tuple[str, ...]
LONG: Final = 110
"""Length from which a list takes a line each entry."""
SMALL: Final = 4
"""Entries of a mapping that stand on one line."""
APART: Final = frozenset({"columns", "variants", "scenarios", "inputs.rasters", "measures.numbers"})
"""Sections whose entries are sections of their own."""
INLINE: Final = frozenset({"inputs.rasters"})
"""Of these, the ones whose entries stand on a line each."""


def toml_text(tree: Mapping[str, Any], remarks: Mapping[Path, str] | None = None) -> str:
    """Return a project file.

    Parameters
    ----------
    remarks
        Place -> comment that stands above it.
    """
    said = dict(remarks or {})
    plain = {name: value for name, value in tree.items() if not isinstance(value, Mapping)}
    lines = list(_lines(plain, (), said))
    for name, value in tree.items():
        if isinstance(value, Mapping):
            lines += [*([""] if lines else []), *_section((name,), value, said)]
    return "\n".join(lines) + "\n"


def comments_of(text: str) -> dict[Path, str]:
    """Return place -> comment above or behind it, of the sections and keys of a project file."""
    import tomlkit
    from tomlkit.items import AoT, Comment, Table, Whitespace

    found: dict[Path, str] = {}

    def walk(body: Iterable[Any], path: Path) -> list[str]:
        above: list[str] = []
        for key, item in body:
            if isinstance(item, Comment):
                above.append(_bare(item.as_string()))
            elif key is None or isinstance(item, AoT):
                above = [] if isinstance(item, Whitespace) and item.as_string().count("\n") > 1 else above
            else:
                place = (*path, *(str(part.key) for part in key))
                behind = _bare(item.trivia.comment) if item.trivia.comment else ""
                told = [*above, *([behind] if behind else [])]
                above = walk(item.value.body, place) if isinstance(item, Table) else []
                if told:
                    found[place] = "\n".join(told)
        return above

    walk(tomlkit.parse(text).body, ())
    return found


def _bare(comment: str) -> str:
    return "\n".join(line.strip().lstrip("#").strip() for line in comment.strip().splitlines())


# ------------------------------------------------------------------------------------------------- text


def _section(path: Path, value: Mapping[str, Any], remarks: dict[Path, str]) -> Iterator[str]:
    """Give the lines of a section: its own keys first, then the sections inside it."""
    inside = {key: one for key, one in value.items() if isinstance(one, Mapping) and _is_apart(path, one)}
    own = {key: one for key, one in value.items() if key not in inside}
    yield from _comment(remarks.pop(path, ""))
    if own or not inside:
        yield f"[{'.'.join(toml_key(part) for part in path)}]"
        yield from _lines(own, path, remarks, is_dotted=path[0] == "variants" and len(path) > 1)
    for number, (key, one) in enumerate(inside.items()):
        yield from [""] if own or number else []
        yield from _section((*path, key), one, remarks)


def _is_apart(path: Path, value: Mapping[str, Any]) -> bool:
    """Return whether a mapping is a section of its own; small ones stand on the line of their key."""
    name = ".".join(path)
    if name in APART:
        return name not in INLINE
    if path[0] in {"variants", "scenarios", "inputs"} and len(path) > 1:
        return False
    if name == "inputs":
        return "path" not in value
    return len(value) > SMALL or any(isinstance(one, Mapping) for one in value.values())


def _lines(
    values: Mapping[str, Any], path: Path, remarks: dict[Path, str], *, is_dotted: bool = False
) -> Iterator[str]:
    for key, value in values.items():
        yield from _comment(remarks.pop((*path, key), ""))
        if is_dotted and isinstance(value, Mapping) and value:
            yield from (f"{toml_key(key)}.{toml_key(name)} = {literal(one)}" for name, one in value.items())
        else:
            yield from _value(toml_key(key), value)


def _value(key: str, value: Any) -> Iterator[str]:
    line = f"{key} = {literal(value)}"
    if len(line) <= LONG or not isinstance(value, Sequence) or isinstance(value, str):
        yield line
        return
    yield f"{key} = ["
    yield from (f"  {literal(one)}," for one in value)
    yield "]"


def _comment(text: str) -> Iterator[str]:
    return (f"# {line}".rstrip() for line in text.splitlines())
