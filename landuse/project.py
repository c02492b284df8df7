"""Load, override, validate and fingerprint the project file."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, get_args

from pydantic import Field, ValidationError

from landuse import settings as s
from landuse.catalogue import load
from landuse.errors import Fault, InputError
from landuse.frozen import Locked, locked_by

INPUT_TABLES: Final = (
    "parcels", "enterprises", "accounts", "occupancy", "land_prices", "buildings", "parks",
    "amendments", "delays", "meters", "patrols", "cases", "targets", "demands", "objections", "decisions",
    "previous", "context", "overrides",
)  # fmt: skip
READ_SINCE: Final = {"amendments", "delays", "meters", "context", "overrides", "decisions", "objections"}
LATER_TABLES: Final = frozenset(INPUT_TABLES[INPUT_TABLES.index("amendments") :]) - READ_SINCE
"""Tables that the contract names and a later capability reads."""
EXAMPLE: Final = "例如 / for example: ranking.share=0.1"
STRING: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"')
"""A TOML string in double quotes on one line."""
VALID: Final = re.compile(r'"(?:[^"\\]|\\(?:[btnfr"\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}))*"')
"""A TOML string whose every backslash makes an escape; in any other somebody wrote a Windows path."""
KINDS_TRIED: Final = frozenset({"[key]", "FixedValue", "str", "int", "float", "bool", "date"})
"""Names of types that stand in the place of a refusal when several were tried."""


class Inputs(s.Section):
    """[inputs]: one entry per table, a path, a list, or a table of options."""

    parcels: Annotated[s.Entries, Field(min_length=1)]
    enterprises: s.Entries = ()
    accounts: s.Entries = ()
    occupancy: s.Entries = ()
    land_prices: s.Entries = ()
    buildings: s.Entries = ()
    parks: s.Entries = ()
    rasters: dict[str, s.RasterEntry] = {}
    amendments: s.Entries = ()
    delays: s.Entries = ()
    meters: s.Entries = ()
    patrols: s.Entries = ()
    cases: s.Entries = ()
    targets: s.Entries = ()
    demands: s.Entries = ()
    objections: s.Entries = ()
    decisions: s.Entries = ()
    previous: str | None = None
    context: s.Entries = ()
    overrides: s.Entries = ()

    def of(self, table: str) -> tuple[s.InputEntry, ...]:
        """Return the entries of one table in the order of the project file; empty where there are none."""
        entries: tuple[s.InputEntry, ...] = getattr(self, table)
        return entries


class Project(s.Section):
    """The project file, validated: every switch of a run stands here."""

    project: s.ProjectSection
    inputs: Inputs
    columns: dict[str, dict[str, s.ColumnSource]] = {}
    """[columns.TABLE]: canonical column -> header, alternatives, or a fixed value."""
    areas: s.Areas = s.Areas()
    land_price: s.LandPrice = s.LandPrice()
    indicators: s.Indicators = s.Indicators()
    ranking: s.Ranking = s.Ranking()
    rules: s.Rules = s.Rules()
    idle: s.Idle = s.Idle()
    evidence: s.Evidence = s.Evidence()
    stability: s.Stability = s.Stability()
    variants: dict[str, dict[str, Any]] = {}
    scenarios: dict[str, dict[str, Any]] = {}
    frozen: s.Frozen = s.Frozen()
    stages: s.Stages = s.Stages()
    outputs: s.Outputs = s.Outputs()
    folder: Path = Field(default=Path(), exclude=True)
    """Folder of the project file: paths are relative to it. Not part of the digest."""
    locked: Locked = Field(default=Locked(), exclude=True)
    """What [frozen] and the file it names lock together; the file is an input, so not part of the digest."""

    @property
    def land_date(self) -> date:
        """Return the day on which land use counts."""
        return self.project.land_date or date(self.project.year, 12, 31)

    @property
    def as_of(self) -> date:
        """Return the day for idle time."""
        return self.project.as_of or self.land_date

    @property
    def language(self) -> str:
        """Return zh or en."""
        return self.project.language

    def text(self) -> str:
        """Return the whole project as canonical JSON: what every output prints as its parameters.

        Without draws [stability] changes nothing and is not part of it.
        """
        silent = None if self.stability.draws else {"stability"}
        tree = self.model_dump(mode="json", by_alias=True, exclude=silent)
        return json.dumps(tree, ensure_ascii=False, sort_keys=True, indent=1)

    def digest(self) -> str:
        """Return the sha256 of the canonical text: 参数指纹."""
        return hashlib.sha256(self.text().encode()).hexdigest()


def load_project(path: Path | str, overrides: Sequence[str] = (), *, language: str | None = None) -> Project:
    """Return the validated project of a project file.

    Parameters
    ----------
    path
        Project file, TOML in UTF-8 (with or without BOM), UTF-16 or GBK.
    overrides
        ``section.key=value`` with the value in TOML, or plain text.
    language
        Language that beats the one in the file.

    Raises
    ------
    InputError
        File missing, no TOML, unknown keys (the nearest known key is named), values out of range, any ``"?"`` left.
    """
    path = Path(path)
    tree = _parse(path)
    faults = [fault for entry in overrides for fault in _override(tree, entry)]
    if language and isinstance(tree.setdefault("project", {}), dict):
        tree["project"]["language"] = language
    try:
        project = build_project(tree, folder=path.parent, where=path.name)
    except InputError as error:
        raise InputError([*faults, *error.faults]) from None
    if faults:
        raise InputError(faults)
    return project


def build_project(tree: Mapping[str, Any], *, folder: Path, where: str = "project") -> Project:
    """Return the validated project of a tree of plain values, as `tomllib` gives it."""
    faults = [
        Fault(f"{where} [{key}]", '"?"', do=f"请填写确定的值 / replace the question mark at {key}")
        for key in _questions(tree)
    ]
    project = None
    try:
        project = Project.model_validate({**_tuples(tree), "folder": folder, "locked": Locked()})
    except ValidationError as error:
        faults += [_fault(item, tree, where) for item in error.errors() if item["input"] != "?"]
    if faults or project is None:
        raise InputError(list({fault.where: fault for fault in reversed(faults)}.values())[::-1])
    return project.model_copy(update={"locked": locked_by(project.frozen, folder)})


def stated_language(path: Path | str) -> str:
    """Return the language a project file asks for, as far as it can be read: zh otherwise. Never raises."""
    try:
        section = _parse(Path(path)).get("project")
    except InputError:
        return "zh"
    said = section.get("language") if isinstance(section, dict) else None
    return "en" if said == "en" else "zh"


# --------------------------------------------------------------------------------------------- the file


def _parse(path: Path) -> dict[str, Any]:
    text = _text(path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        try:
            return tomllib.loads(STRING.sub(_as_windows_path, text))
        except tomllib.TOMLDecodeError:
            line = re.search(r"line (\d+)", str(error))
            found = f"第 {line[1] if line else '1'} 行不是有效的 TOML / not valid TOML: {error}"
            raise InputError([Fault(path.name, found, do="改正该行 / mend that line")]) from None


def _text(path: Path) -> str:
    if path.is_dir():
        inside = sorted(file.name for file in path.glob("*.toml"))
        hint = f"其中有 / it holds: {' | '.join(inside)}" if inside else ""
        raise InputError([Fault(str(path), "是文件夹 / is a folder", hint, "写明项目文件 / name the project file")])
    if not path.is_file():
        beside = [file.name for file in path.parent.glob("*.toml")] if path.parent.is_dir() else []
        near = get_close_matches(path.name, beside, n=1, cutoff=0.3)
        hint = f"最接近的是 {near[0]} / the nearest is {near[0]}" if near else ""
        found = "项目文件不存在 / no such project file"
        raise InputError([Fault(str(path), found, hint, "检查路径 / check the path")])
    try:
        return _decode(path.read_bytes())
    except UnicodeDecodeError:
        found = "不是文本文件 / not a text file"
        raise InputError([Fault(path.name, found, "TOML, UTF-8", "指定项目文件 / name the project file")]) from None
    except OSError as error:
        found = f"无法读取 / cannot be read: {error.strerror}"
        raise InputError([Fault(str(path), found, do="检查权限或关闭占用程序 / check rights and locks")]) from None


def _decode(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16").replace("\r\n", "\n")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8")


def _as_windows_path(string: re.Match[str]) -> str:
    """Return a TOML string in which a backslash makes no escape with every backslash doubled; others as they are."""
    text = string.group()
    return text if VALID.fullmatch(text) else text.replace("\\", "\\\\")


def _override(tree: dict[str, Any], entry: str) -> list[Fault]:
    """Put one ``key=value`` into the tree; return what is wrong with it."""
    key, sign, text = entry.partition("=")
    path = [name.strip() for name in key.split(".")]
    if not sign or not all(path):
        return [Fault(f"--set {entry}", "没有等号或键 / no equals sign or no key", "key=value", EXAMPLE)]
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text.strip()
    node: Any = tree
    for name in path[:-1]:
        node = node.setdefault(name, {}) if isinstance(node, dict) else None
    if not isinstance(node, dict):
        return [Fault(f"--set {entry}", f"{key} 不在任何一节内 / no section holds it: {key}", "", EXAMPLE)]
    node[path[-1]] = value
    return []


# ------------------------------------------------------------------------------------------- the values


def _questions(tree: Any, path: str = "") -> Iterable[str]:
    if tree == "?":
        yield path
    elif isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from _questions(value, f"{path}.{key}" if path else str(key))
    elif isinstance(tree, list | tuple):
        for number, value in enumerate(tree, start=1):
            yield from _questions(value, f"{path}[{number}]")


def _tuples(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {key: _tuples(value) for key, value in tree.items()}
    return tuple(_tuples(value) for value in tree) if isinstance(tree, list) else tree


def _fault(item: Any, tree: Mapping[str, Any], where: str) -> Fault:
    path, key = _place(item["loc"], tree)
    place = f"{where} [{key}]"
    if item["type"] == "extra_forbidden":
        return Fault(place, "未知的键 / unknown key", _nearest(path), "改正或删除 / correct or delete it")
    if item["type"] == "missing":
        return Fault(place, "缺少该键 / missing key", do="请补上 / add it")
    words = load("vocabulary/project.toml")["allowed"]
    entry = words.get(item["type"], words["other"])
    facts = item.get("ctx", {})
    zh, en = entry["zh"].format(**facts).replace(" or ", " 或 "), entry["en"].format(**facts)
    found = f"不可用 / not usable: {item['input']!r}" if _is_short(item["input"]) else "不可用 / not usable"
    return Fault(place, found, f"{zh} / {en}", "请改正 / correct it")


def _place(loc: Sequence[str | int], tree: Mapping[str, Any]) -> tuple[list[str], str]:
    """Return the keys a refusal lies under, and how a user finds them: list entries count from 1."""
    path: list[str] = []
    key = ""
    node: Any = tree
    for part in loc:
        if isinstance(part, int):
            key += f"[{part + 1}]" if isinstance(node, list | tuple) else ""
            node = node[part] if isinstance(node, list | tuple) and part < len(node) else node
        elif isinstance(node, Mapping) and part in node:
            path.append(part)
            key += f".{part}" if key else part
            node = node[part]
        elif part not in KINDS_TRIED and not part.startswith("tuple["):
            path.append(part)
            key += f".{part}" if key else part
    return path, key


def _is_short(value: Any) -> bool:
    return not isinstance(value, Mapping | tuple | list) and len(repr(value)) <= 80


def _nearest(path: Sequence[str]) -> str:
    """Return the known key nearest to an unknown one; the section it belongs to when it stands in the wrong one."""
    own = _known_keys(path[:-1])
    near = get_close_matches(path[-1], own, n=1, cutoff=0.0)
    homes = [name for name in _known_keys(()) if name != path[0] and path[-1] in _known_keys((name,))]
    if homes and not get_close_matches(path[-1], own, n=1, cutoff=0.8):
        return f"该键属于 [{homes[0]}] / it belongs to [{homes[0]}]"
    return f"最接近的是 {near[0]} / the nearest known key is {near[0]}" if near else ""


def _known_keys(path: Sequence[str]) -> list[str]:
    model: Any = Project
    for name in path:
        if name in model.model_fields:
            model = _model_of(model.model_fields[name].annotation)
        if model is None:
            return []
    return [field.alias or name for name, field in model.model_fields.items() if not field.exclude]


def _model_of(annotation: Any) -> Any:
    """Return the section an annotation holds, alone or inside a mapping, a list or a choice; None = none."""
    if hasattr(annotation, "model_fields"):
        return annotation
    inner = (_model_of(argument) for argument in get_args(annotation))
    return next((model for model in inner if model is not None), None)
