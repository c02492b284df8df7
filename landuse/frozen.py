"""Lock groups, what they are compared with, and the reference price: write `frozen.toml`, and read it back."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from pydantic import Field, ValidationError

from landuse.errors import Fault, InputError
from landuse.refusal import plain_bytes, tuples
from landuse.settings import Extremes, Frozen, Positive, Section

Said = TypeVar("Said")
FROZEN_FILE: Final = "frozen.toml"
HEAD: Final = """\
# 本次评价采用的分组、行业基准和参照地价。更正后再次公示时,在项目文件中写入 [frozen] from = "…/frozen.toml" 即予锁定。
# Groups, bases and reference price of this run. To lock them for later runs: [frozen] from = ".../frozen.toml".
"""
EXTREMES_HEAD: Final = """\
# 各组各项指标的最低值、最高值:锁定后得分在此区间内折算,超出的按最低、最高计。
# Lowest and highest of each indicator in each group: locked, points run between them; what lies beyond is cut to them.
"""
MEANS_HEAD: Final = """\
# 各组各项指标已知得分的平均(权重前),替代未知值。
# Mean points of each indicator in each group (before the weight): they stand for unknown values.
"""
NOTHING: Final = math.nan
"""What stands for a base, an extreme or a mean that a group stays without."""


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
    """Industry group -> indicators that have no base, no lowest and highest, or no mean."""
    extremes: dict[str, dict[str, Extremes]] = {}
    """Industry group -> indicator -> lowest and highest, unrounded; only where points run between them."""
    means: dict[str, dict[str, float]] = {}
    """Industry group -> indicator -> mean of its points, unrounded; only where that stands for an unknown one."""
    reference_price: float | None = Field(default=None, gt=0)
    file: str = Field(default="", exclude=True)
    """Path of the file as the project file writes it, with forward slashes; blank where none is read."""

    def __bool__(self) -> bool:
        """Return whether anything is locked."""
        compared = self.bases or self.dropped or self.extremes or self.means
        return bool(self.groups or compared or self.reference_price)

    def bases_and_gaps(self) -> dict[str, dict[str, float]]:
        """Return the bases by group; NaN for an indicator that stays without one."""
        gaps = {group: dict.fromkeys(names, NOTHING) for group, names in self.dropped.items()}
        names = dict.fromkeys([*self.bases, *gaps])
        return {group: {**gaps.get(group, {}), **self.bases.get(group, {})} for group in names}

    def extremes_and_gaps(self) -> dict[str, dict[str, Extremes]]:
        """Return lowest and highest by group; NaN for an indicator that stays without. No group without any."""
        return {
            group: {**dict.fromkeys(self.dropped.get(group, ()), (NOTHING, NOTHING)), **known}
            for group, known in self.extremes.items()
        }

    def means_and_gaps(self) -> dict[str, dict[str, float]]:
        """Return the means by group; NaN for an indicator that stays without one. No group without any."""
        return {
            group: {**dict.fromkeys(self.dropped.get(group, ()), NOTHING), **known}
            for group, known in self.means.items()
        }

    def text(self) -> str:
        """Return the content of `frozen.toml`: sorted by key, numbers as exact as they were computed."""
        parts = [HEAD]
        if self.reference_price is not None:
            parts.append(f"reference_price = {self.reference_price!r}\n")
        stamp = self.stamp.model_dump(exclude_none=True)
        parts.append(_section("stamp", stamp))
        parts.append(_section("groups", dict(sorted(self.groups.items()))))
        parts += [_section(f"bases.{_quoted(name)}", self.bases[name]) for name in sorted(self.bases)]
        parts += [EXTREMES_HEAD] if self.extremes else []
        parts += [_section(f"extremes.{_quoted(name)}", _lists(self.extremes[name])) for name in sorted(self.extremes)]
        parts += [MEANS_HEAD] if self.means else []
        parts += [_section(f"means.{_quoted(name)}", self.means[name]) for name in sorted(self.means)]
        if self.dropped:
            parts.append(_section("dropped", _lists(dict(sorted(self.dropped.items())))))
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
    own = Locked.model_validate(frozen.model_dump(exclude={"use", "from_file"}))
    written = frozen.from_file.replace("\\", "/") if frozen.from_file else ""
    return over(own, file).model_copy(update={"stamp": file.stamp, "file": written})


def over(first: Locked, second: Locked) -> Locked:
    """Return both together; where both speak of an enterprise, or of an indicator of a group, the first holds."""
    price = first.reference_price if first.reference_price is not None else second.reference_price
    return Locked(
        stamp=first.stamp,
        groups={**second.groups, **first.groups},
        bases=_laid(first.bases, second.bases, first.dropped),
        dropped=_gaps(first, second),
        extremes=_laid(first.extremes, second.extremes, first.dropped),
        means=_laid(first.means, second.means, first.dropped),
        reference_price=price,
    )


def _laid(
    first: Mapping[str, Mapping[str, Said]],
    second: Mapping[str, Mapping[str, Said]],
    dropped: Mapping[str, tuple[str, ...]],
) -> dict[str, dict[str, Said]]:
    """Return what both say by group and indicator, without what the second says of an indicator the first drops."""
    laid: dict[str, dict[str, Said]] = {}
    for group in dict.fromkeys([*second, *first]):
        kept = {name: value for name, value in second.get(group, {}).items() if name not in dropped.get(group, ())}
        laid[group] = {**kept, **first.get(group, {})}
    return {group: known for group, known in laid.items() if known}


def _gaps(first: Locked, second: Locked) -> dict[str, tuple[str, ...]]:
    """Return the indicators that stay out by either, without those of which a later word says what they have."""
    gaps: dict[str, tuple[str, ...]] = {}
    for one in (second, first):
        for group in dict.fromkeys([*one.bases, *one.extremes, *one.dropped]):
            known = {*one.bases.get(group, ()), *one.extremes.get(group, ())}
            gaps[group] = tuple(sorted({*gaps.get(group, ()), *one.dropped.get(group, ())} - known))
    return {group: names for group, names in gaps.items() if names}


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
        return Locked.model_validate(tuples(tomllib.loads(plain_bytes(path).decode("utf-8-sig"))))
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


KNOWN: Final = tuple(name for name, field in Locked.model_fields.items() if not field.exclude)
"""Keys and sections of the file."""


def _fault(where: str, item: Any, do: str) -> Fault:
    key = ".".join(str(part) for part in item["loc"])
    return Fault(f"{where} [{key}]", f"不可用 / not usable: {item['input']!r}"[:160], ", ".join(KNOWN), do)


def _lists(entries: Mapping[str, tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {key: list(values) for key, values in entries.items()}


def _section(name: str, entries: Mapping[str, Any]) -> str:
    """Return a table of TOML whose values are all lists of texts or numbers, or all texts and numbers."""
    lists = {key: value for key, value in entries.items() if isinstance(value, list)}
    lines = [f"{_quoted(key)} = [{', '.join(map(_json, value))}]" for key, value in lists.items()]
    plain = _json({key: value for key, value in entries.items() if key not in lists}, between="\n")
    return "\n".join([f"[{name}]", *lines, *([plain[1:-1]] if plain != "{}" else [])]) + "\n"


def _quoted(text: str) -> str:
    return _json(text)


def _json(value: object, *, between: str = ", ") -> str:
    """Return texts, numbers and mappings of them as TOML writes them: strings are escaped as JSON does, but for DEL."""
    return json.dumps(value, ensure_ascii=False, separators=(between, " = ")).replace("\x7f", "\\u007f")
