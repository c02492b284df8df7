"""Compare a proposal with a project file that stands already: what the files say otherwise than it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from landuse.errors import Fault
from landuse.inputs import INPUT_TABLES
from landuse.propose.draft import ASK, Draft
from landuse.propose.wording import value

_DO: Final = "核对后改项目文件,或用 -o 另写一个文件 / mend the project file, or write another one with -o"
_NOTHING: Final = "没有写 / not stated"


def differences(draft: Draft, tree: Mapping[str, Any], where: str) -> list[Fault]:
    """Return where a project file says something else than its files do.

    What the proposal leaves open, a project file may answer as it likes; what it says beyond the proposal stands. The
    order of the files of a table is the user's.

    Parameters
    ----------
    tree
        The project file as plain values.
    where
        Its name.
    """
    proposed = draft.tree()
    inputs = tree.get("inputs")
    stated: Mapping[str, Any] = inputs if isinstance(inputs, Mapping) else {}
    return [
        *_project(proposed["project"], tree.get("project"), where),
        *_tables(proposed["inputs"], stated, where),
        *_section(proposed["inputs"].get("rasters", {}), stated.get("rasters"), f"{where} [inputs.rasters]"),
        *_columns(proposed.get("columns", {}), tree, where),
    ]


def _project(proposed: Mapping[str, Any], stated: Any, where: str) -> Iterator[Fault]:
    """Compare the year and the code of the county: what data tell of the project."""
    section = stated if isinstance(stated, Mapping) else {}
    year = proposed["year"]
    if year != ASK and section.get("year") not in (year, None):
        yield _other(f"{where} [project.year]", section["year"], year)
    region = section.get("region")
    code = proposed.get("region", {}).get("code")
    if code and isinstance(region, Mapping) and region.get("code", code) != code:
        yield _other(f"{where} [project.region.code]", region["code"], code)


def _tables(proposed: Mapping[str, Any], stated: Mapping[str, Any], where: str) -> Iterator[Fault]:
    """Compare the entries of every table, file by file."""
    every = [(table, entry) for table in INPUT_TABLES for entry in _entries(stated.get(table))]
    for table in INPUT_TABLES:
        own = _entries(proposed.get(table))
        for path in dict.fromkeys(entry["path"] for entry in own):
            mine = [entry for entry in own if entry["path"] == path]
            theirs = [entry for entry in _entries(stated.get(table)) if entry["path"] == path]
            elsewhere = [name for name, entry in every if entry["path"] == path and name != table]
            place = f"{where} [inputs.{table}] {path}"
            if not theirs and elsewhere:
                yield _other(f"{where} [inputs] {path}", "、".join(dict.fromkeys(elsewhere)), table)
            elif not theirs:
                yield Fault(place, "没有列入 / not in the project file", f"{table} = {value(_short(mine))}", _DO)
            else:
                yield from _paired(mine, theirs, place)
    named = {entry["path"] for _, entry in every}
    for entry in _entries(proposed.get(ASK)):
        if entry["path"] not in named:
            found = "没有列入,也看不出是哪张表 / not in the project file, and of no known table"
            yield Fault(f"{where} [inputs] {entry['path']}", found, "", _DO)


def _paired(mine: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]], where: str) -> Iterator[Fault]:
    """Compare the entries of one file: each with the one that agrees best."""
    for entry in mine:
        best = min((list(_section(entry, other, where)) for other in theirs), key=len)
        yield from best


def _section(proposed: Mapping[str, Any], stated: Any, where: str) -> Iterator[Fault]:
    """Compare two mappings key by key; what is asked, or stated in addition, is no difference."""
    section = stated if isinstance(stated, Mapping) else {}
    for name, wanted in proposed.items():
        place = f"{where} {name}"
        if wanted == ASK:
            continue
        if isinstance(wanted, Mapping):
            yield from _section(wanted, section.get(name, {}), place)
        elif name not in section:
            yield _other(place, _NOTHING, wanted)
        elif _plain(section[name]) != _plain(wanted):
            yield _other(place, section[name], wanted)


def _columns(proposed: Mapping[str, Any], tree: Mapping[str, Any], where: str) -> Iterator[Fault]:
    """Compare the mappings: a header that is proposed must be among those that are stated."""
    columns = tree.get("columns")
    section = columns if isinstance(columns, Mapping) else {}
    for table, mapped in proposed.items():
        theirs = section.get(table)
        stated = theirs if isinstance(theirs, Mapping) else {}
        owned = {name for entry in _entries(tree.get("inputs", {}).get(table)) for name in entry.get("columns", {})}
        for name, wanted in mapped.items():
            if wanted == ASK or (name in owned and name not in stated):
                continue
            place = f"{where} [columns.{table}] {name}"
            if name not in stated:
                yield _other(place, _NOTHING, wanted)
            elif not set(_headers(wanted)) <= set(_headers(stated[name])):
                yield _other(place, stated[name], wanted)


def _entries(stated: Any) -> list[dict[str, Any]]:
    """Return the entries of a table as mappings, however they are written."""
    items = stated if isinstance(stated, list | tuple) else [] if stated is None else [stated]
    entries = [{"path": item} if isinstance(item, str) else dict(item) for item in items if item]
    return [entry | {"path": str(entry.get("path", "")).replace("\\", "/").removeprefix("./")} for entry in entries]


def _headers(stated: Any) -> list[Any]:
    return list(stated) if isinstance(stated, list | tuple) else [stated if isinstance(stated, str) else str(stated)]


def _plain(stated: Any) -> Any:
    """Return a value in one form: 3 and [3] are the same header row."""
    if isinstance(stated, list | tuple):
        return stated[0] if len(stated) == 1 else list(stated)
    return stated


def _short(entries: Sequence[Mapping[str, Any]]) -> Any:
    plain = [entry["path"] if len(entry) == 1 else entry for entry in entries]
    return plain[0] if len(plain) == 1 else plain


def _other(where: str, stated: Any, proposed: Any) -> Fault:
    written = stated if stated == _NOTHING else value(stated)
    return Fault(
        where,
        f"与文件内容不一致,现写 / differs from the files, it says: {written}",
        f"文件内容是 / the files say: {value(proposed)}",
        _DO,
    )
