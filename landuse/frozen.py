"""Lock groups, bases and the reference price of a run: write them as `frozen.toml`, and read that file back."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, ValidationError

from landuse.errors import Fault, InputError
from landuse.settings import Frozen, Positive, Section

FROZEN_FILE: Final = "frozen.toml"
HEAD: Final = """\
# 本次评价采用的分组、行业基准和参照地价。更正后再次公示时,在项目文件中写入 [frozen] from = "…/frozen.toml" 即予锁定。
# Groups, bases and reference price of this run. To lock them for later runs: [frozen] from = ".../frozen.toml".
"""


class Stamp(Section):
    """Which run the locked values come from."""

    landuse: str = ""
    project_digest: str = ""
    year: int | None = None
    stage: Literal["", "初步", "公示", "最终"] = ""


class Locked(Section):
    """Values that hold whatever the data of this run say."""

    stamp: Stamp = Stamp()
    groups: dict[str, str] = {}
    """uscc -> industry group."""
    bases: dict[str, dict[str, Positive]] = {}
    """Industry group -> indicator -> base, unrounded."""
    dropped: dict[str, tuple[str, ...]] = {}
    """Industry group -> indicators that have no base."""
    reference_price: float | None = Field(default=None, gt=0)
    file: str = Field(default="", exclude=True)
    """Path of the file as the project file writes it, with forward slashes; blank where none is read."""

    def __bool__(self) -> bool:
        """Return whether anything is locked."""
        return bool(self.groups or self.bases or self.dropped or self.reference_price)

    def bases_and_gaps(self) -> dict[str, dict[str, float]]:
        """Return the bases by group; NaN for an indicator that stays without one."""
        gaps = {group: dict.fromkeys(names, float("nan")) for group, names in self.dropped.items()}
        names = dict.fromkeys([*self.bases, *gaps])
        return {group: {**gaps.get(group, {}), **self.bases.get(group, {})} for group in names}

    def text(self) -> str:
        """Return the content of `frozen.toml`: sorted by key, numbers as exact as they were computed."""
        parts = [HEAD]
        if self.reference_price is not None:
            parts.append(f"reference_price = {self.reference_price!r}\n")
        stamp = self.stamp.model_dump(exclude_none=True)
        parts.append(_section("stamp", stamp))
        parts.append(_section("groups", dict(sorted(self.groups.items()))))
        parts += [_section(f"bases.{_quoted(name)}", self.bases[name]) for name in sorted(self.bases)]
        if self.dropped:
            parts.append(_section("dropped", {name: list(self.dropped[name]) for name in sorted(self.dropped)}))
        return "\n".join(parts)


def locked_by(frozen: Frozen, folder: Path) -> Locked:
    """Return what a section [frozen] locks, with the values of the file it names below its own.

    Raises
    ------
    InputError
        The file is missing, unreadable, or no `frozen.toml`.
    """
    if frozen.use is False:
        return Locked()
    file = read_locked(folder / frozen.from_file.replace("\\", "/")) if frozen.from_file else Locked()
    own = Locked(
        groups=frozen.groups, bases=frozen.bases, dropped=frozen.dropped, reference_price=frozen.reference_price
    )
    written = frozen.from_file.replace("\\", "/") if frozen.from_file else ""
    return over(own, file).model_copy(update={"stamp": file.stamp, "file": written})


def over(first: Locked, second: Locked) -> Locked:
    """Return both together; where both speak of an enterprise, or of an indicator of a group, the first holds."""
    bases: dict[str, dict[str, float]] = {}
    dropped: dict[str, tuple[str, ...]] = {}
    for one in (second, first):
        for group in dict.fromkeys([*one.bases, *one.dropped]):
            known, gaps = one.bases.get(group, {}), one.dropped.get(group, ())
            kept = {name: base for name, base in bases.get(group, {}).items() if name not in gaps}
            bases[group] = {**kept, **known}
            dropped[group] = tuple(sorted({*dropped.get(group, ()), *gaps} - set(known)))
    price = first.reference_price if first.reference_price is not None else second.reference_price
    return Locked(
        stamp=first.stamp,
        groups={**second.groups, **first.groups},
        bases={group: known for group, known in bases.items() if known},
        dropped={group: gaps for group, gaps in dropped.items() if gaps},
        reference_price=price,
    )


def read_locked(path: Path) -> Locked:
    """Return the content of a `frozen.toml`.

    Raises
    ------
    InputError
        The file is missing, unreadable, or no `frozen.toml`.
    """
    where = f"[frozen.from] {path.as_posix()}"
    do = "指定某次运行成果中的 frozen.toml / name the frozen.toml of a run"
    try:
        return Locked.model_validate(_tuples(tomllib.loads(path.read_text(encoding="utf-8-sig"))))
    except OSError as error:
        missing = not path.exists()
        found = "文件不存在 / no such file" if missing else f"无法读取 / cannot be read: {error.strerror}"
        raise InputError([Fault(where, found, "frozen.toml", do)]) from None
    except UnicodeDecodeError:
        raise InputError([Fault(where, "不是文本文件 / not a text file", "TOML, UTF-8", do)]) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError([Fault(where, f"不是有效的 TOML / not valid TOML: {error}", "frozen.toml", do)]) from None
    except ValidationError as error:
        raise InputError([_fault(where, item, do) for item in error.errors()[:5]]) from None


def _fault(where: str, item: Any, do: str) -> Fault:
    key = ".".join(str(part) for part in item["loc"])
    allowed = "stamp, groups, bases, dropped, reference_price"
    return Fault(f"{where} [{key}]", f"不可用 / not usable: {item['input']!r}"[:160], allowed, do)


def _tuples(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {key: _tuples(value) for key, value in tree.items()}
    return tuple(tree) if isinstance(tree, list) else tree


def _section(name: str, entries: Mapping[str, Any]) -> str:
    """Return a table of TOML whose values are all lists of texts, or all texts and numbers."""
    lists = {key: value for key, value in entries.items() if isinstance(value, list)}
    lines = [f"{_quoted(key)} = [{', '.join(map(_quoted, value))}]" for key, value in lists.items()]
    plain = _json({key: value for key, value in entries.items() if key not in lists}, between="\n")
    return "\n".join([f"[{name}]", *lines, *([plain[1:-1]] if plain != "{}" else [])]) + "\n"


def _quoted(text: str) -> str:
    return _json(text)


def _json(value: object, *, between: str = ", ") -> str:
    """Return texts, numbers and mappings of them as TOML writes them: strings are escaped as JSON does, but for DEL."""
    return json.dumps(value, ensure_ascii=False, separators=(between, " = ")).replace("\x7f", "\\u007f")
