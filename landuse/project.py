"""Load, override, validate and fingerprint the project file."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from pydantic import Field, ValidationError

from landuse import settings as s
from landuse.errors import Fault, InputError

INPUT_TABLES: Final = (
    "parcels", "enterprises", "accounts", "occupancy", "land_prices", "buildings", "parks",
    "amendments", "delays", "meters", "patrols", "cases", "targets", "demands", "objections", "decisions",
    "previous", "context", "overrides",
)  # fmt: skip
LATER_TABLES: Final = frozenset(INPUT_TABLES[INPUT_TABLES.index("amendments") :])
"""Tables that the contract names and a later capability reads."""


class Inputs(s.Section):
    """[inputs]: one entry per table, a path, a list, or a table of options."""

    parcels: s.Entries
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
    variants: dict[str, dict[str, Any]] = {}
    scenarios: dict[str, dict[str, Any]] = {}
    frozen: s.Frozen = s.Frozen()
    outputs: s.Outputs = s.Outputs()
    folder: Path = Field(default=Path(), exclude=True)
    """Folder of the project file: paths are relative to it. Not part of the digest."""

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
        """Return the whole project as canonical JSON: what every output prints as its parameters."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, indent=1)

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
    for entry in overrides:
        _override(tree, entry)
    if language:
        tree.setdefault("project", {})["language"] = language
    return build_project(tree, folder=path.parent, where=path.name)


def build_project(tree: Mapping[str, Any], *, folder: Path, where: str = "project") -> Project:
    """Return the validated project of a tree of plain values, as `tomllib` gives it."""
    open_questions = [
        Fault(f"{where} [{key}]", '"?"', do=f"请填写确定的值 / replace the question mark at {key}")
        for key in _questions(tree)
    ]
    if open_questions:
        raise InputError(open_questions)
    try:
        return Project.model_validate({**_tuples(tree), "folder": folder})
    except ValidationError as error:
        raise InputError([_fault(item, where) for item in error.errors()]) from None


def _parse(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise InputError([Fault(str(path), "项目文件不存在 / no such project file", do="检查路径 / check the path")])
    raw = path.read_bytes()
    try:
        return tomllib.loads(_decode(raw))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        fault = Fault(path.name, f"不是有效的 TOML / not valid TOML: {error}", do="改正该行 / mend that line")
        raise InputError([fault]) from None


def _decode(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16").replace("\r\n", "\n")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8")


def _override(tree: dict[str, Any], entry: str) -> None:
    key, sign, text = entry.partition("=")
    if not sign or not key.strip():
        fault = Fault(f"--set {entry}", "没有等号 / no equals sign", "key=value", "例如 ranking.share=0.1")
        raise InputError([fault])
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text.strip()
    *path, last = key.strip().split(".")
    node = tree
    for name in path:
        node = node.setdefault(name, {})
    node[last] = value


def _questions(tree: Any, path: str = "") -> Iterable[str]:
    if tree == "?":
        yield path
    elif isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from _questions(value, f"{path}.{key}" if path else str(key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from _questions(value, f"{path}[{index}]")


def _tuples(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {key: _tuples(value) for key, value in tree.items()}
    return tuple(_tuples(value) for value in tree) if isinstance(tree, list) else tree


def _fault(item: Any, where: str) -> Fault:
    path = [str(part) for part in item["loc"] if not str(part)[:1].isupper()]
    key = ".".join(path)
    if item["type"] == "extra_forbidden":
        near = get_close_matches(path[-1], _known_keys(path[:-1]), n=1, cutoff=0.0)
        hint = f"最接近的是 {near[0]} / nearest known key: {near[0]}" if near else ""
        return Fault(f"{where} [{key}]", "未知的键 / unknown key", hint, "改正或删除 / correct or delete it")
    if item["type"] == "missing":
        return Fault(f"{where} [{key}]", "缺少该键 / missing key", do="请补上 / add it")
    found = f"{item['input']!r}" if not isinstance(item["input"], Mapping) else ""
    return Fault(f"{where} [{key}]", f"{found} 不可用 / not usable", item["msg"], "请改正 / correct it")


def _known_keys(path: Sequence[str]) -> list[str]:
    model: Any = Project
    for name in path:
        fields = getattr(model, "model_fields", {})
        annotation = fields[name].annotation if name in fields else s.InputEntry
        candidates = [annotation, *getattr(annotation, "__args__", ())]
        model = next((c for c in candidates if hasattr(c, "model_fields")), s.InputEntry)
    return [name for name in model.model_fields if name != "folder"]
