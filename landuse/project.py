"""Load, override, validate and fingerprint the project file."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from pydantic import Field, ValidationError

from landuse import settings as s
from landuse.basemaps import BaseMaps
from landuse.datums import Datums
from landuse.errors import Fault, InputError
from landuse.frozen import Locked, locked_by
from landuse.inputs import Inputs, without_unstated
from landuse.overrides import STAGES, laid_over, settings_of
from landuse.packfile import as_json, from_json, is_file, read_pack
from landuse.parameters import Tree, is_book, placed, read_book
from landuse.planning import SECTIONS as PLANNED
from landuse.planning import Match, Measures, Progress, Scenario
from landuse.planning.catalogue import own_catalogue, unknown_numbers
from landuse.printing import SECTIONS as PRINTED
from landuse.printing import Atlas, Dossiers, Lists, Notices, Print, Report, SheetLayout, Sheets, read_layout
from landuse.refusal import HIDDEN, decode, known_keys, parse_toml, refusal, tuples

OF_OTHERS: Final = ("also_for", "public_geometry", "public_grid_m", "public_dominance", "public_p_percent")
"""Settings of [outputs] that speak of outputs for others than the bureau."""
EXAMPLE: Final = "例如 / for example: ranking.share=0.1"


class Project(s.Section):
    """The project file, validated: every switch of a run stands here."""

    project: s.ProjectSection
    inputs: Inputs
    columns: dict[str, dict[str, s.ColumnSource]] = {}
    """[columns.TABLE]: canonical column -> header, alternatives, or a fixed value."""
    datums: Datums = Datums()
    areas: s.Areas = s.Areas()
    land_price: s.LandPrice = s.LandPrice()
    indicators: s.Indicators = s.Indicators()
    ranking: s.Ranking = s.Ranking()
    rules: s.Rules = s.Rules()
    idle: s.Idle = s.Idle()
    evidence: s.Evidence = s.Evidence()
    stability: s.Stability = s.Stability()
    variants: dict[str, dict[str, Any]] = {}
    """[variants.NAME]: settings laid over those of the project, compared with it in the same run."""
    measures: Measures = Measures()
    scenarios: dict[str, Scenario] = {}
    progress: Progress = Progress()
    match: Match = Match()
    frozen: s.Frozen = s.Frozen()
    stages: s.Stages = s.Stages()
    outputs: s.Outputs = s.Outputs()
    map: BaseMaps = BaseMaps()
    print: Print = Print()
    sheets: Sheets = Sheets()
    atlas: Atlas = Atlas()
    dossiers: Dossiers = Dossiers()
    notices: Notices = Notices()
    lists: Lists = Lists()
    report: Report = Report()
    folder: Path = Field(default=Path(), exclude=True)
    """Folder of the project file: paths are relative to it. Not part of the digest."""
    locked: Locked = Field(default=Locked(), exclude=True)
    """What [frozen] and the file it names lock together; the file is an input, so not part of the digest."""
    own_pack: dict[str, Any] | None = Field(default=None, exclude=True)
    """Content of the bureau's own rule pack, where ``rules.pack`` names a file. Part of the digest."""
    own_catalogue: dict[str, Any] | None = Field(default=None, exclude=True)
    """Content of the bureau's own catalogue, where ``measures.catalogue`` names one. Part of the digest."""
    own_layout: SheetLayout | None = Field(default=None, exclude=True)
    """The bureau's own layout of map sheets, where ``sheets.layout`` names one. It changes no result."""

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
        """Return the project as canonical JSON, without what changes nothing: the parameters that outputs print."""
        tree = self.model_dump(mode="json", by_alias=True, exclude=self._silent())
        without_unstated(tree["inputs"])
        if self.own_pack is not None:
            tree["own_pack"] = as_json(self.own_pack)
        if self.own_catalogue is not None:
            tree["own_catalogue"] = self.own_catalogue
        return json.dumps(tree, ensure_ascii=False, sort_keys=True, indent=1)

    def _silent(self) -> dict[str, Any]:
        """Return the sections and settings that change nothing: digests of earlier versions stay what they were."""
        idle = {"stability": not self.stability.draws, "map": self.map.is_empty, "datums": self.datums == Datums()}
        idle |= {name: getattr(self, name) == kind() for name, kind in {**PRINTED, **PLANNED}.items()}
        alone = self.project.audience == "internal" and not self.outputs.also_for
        usual = self.outputs.receipts_up_to == s.Outputs().receipts_up_to
        outputs = (*(OF_OTHERS if alone else ()), *(("receipts_up_to",) if usual else ()))
        outputs += () if self.outputs.exchange else ("exchange",)
        frozen = (name for name in ("extremes", "means") if not getattr(self.frozen, name))
        whole = {name: True for name, nothing in idle.items() if nothing}
        paging = {"report": {"page_numbers": self.report.page_numbers == Report().page_numbers}}
        return {**paging, **whole, "outputs": dict.fromkeys(outputs, True), "frozen": dict.fromkeys(frozen, True)}

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
    tree, places = _parse(path)
    faults = [fault for entry in overrides for fault in _override(tree, entry)]
    if language and isinstance(tree.setdefault("project", {}), dict):
        tree["project"]["language"] = language
    try:
        project = build_project(tree, folder=path.parent, where=path.name)
    except InputError as error:
        raise InputError([*faults, *(placed(fault, places) for fault in error.faults)]) from None
    if faults:
        raise InputError(faults)
    return project


def stated_in(path: Path | str) -> Tree:
    """Return what a project file says, as plain values: TOML, or a workbook of parameters; it need not be valid.

    Raises
    ------
    InputError
        No such file, neither of both, or a workbook that cannot be read as it stands.
    """
    return _stated(Path(path))


def recorded_project(tree: Mapping[str, Any]) -> Project:
    """Return the project that a run wrote down (`Project.text`), its own pack as it was then; nothing is read.

    Locked values, variants and a layout of the user's own are left out: the first stand in the file of that run, the
    others change no result.
    """
    apart = ("own_pack", "own_catalogue", "frozen", "variants")
    plain = {name: value for name, value in tree.items() if name not in apart}
    if "sheets" in plain:
        plain["sheets"] = {name: value for name, value in plain["sheets"].items() if name != "layout"}
    return _built(plain, Path(), "project", _kept(tree))


class KeptProject(Project):
    """The project of a finished run, to be drawn again; its fingerprint is that of the run, whatever the language."""

    run_digest: str = Field(default="", exclude=True)

    def digest(self) -> str:
        """Return the fingerprint of the run."""
        return self.run_digest


def stated_tree(project: Project) -> dict[str, Any]:
    """Return what the project file stated, as plain values, variants by name; what it left out stays out."""
    tree: dict[str, Any] = project.model_dump(mode="json", by_alias=True, exclude_unset=True)
    tree |= {name: dict(sorted(tree[name].items())) for name in ("variants",) if name in tree}
    tree |= {} if project.own_catalogue is None else {"own_catalogue": project.own_catalogue}
    return tree if project.own_pack is None else {**tree, "own_pack": as_json(project.own_pack)}


def kept_project(tree: Mapping[str, Any], *, folder: Path, locked: Locked, language: str | None = None) -> Project:
    """Return the project of a finished run from what it stated (`stated_tree`) and what was locked when it began.

    Raises
    ------
    ValueError
        The tree is not what a run writes (`ValidationError` is one).
    InputError
        The bureau's own layout of map sheets is not where it was, or no longer one.
    """
    plain = tuples({name: value for name, value in tree.items() if name not in ("own_pack", "own_catalogue")})
    own_layout, amiss = _own_layout(plain, folder)
    if amiss:
        raise InputError(amiss)
    read = {"own_pack": None, "own_catalogue": None, **_kept(tree), "folder": folder, "locked": locked}
    made = KeptProject.model_validate({**plain, **read, "own_layout": own_layout})
    head = made.project.model_copy(update={"language": language or made.language})
    return made.model_copy(update={"project": head, "run_digest": Project.digest(made)})


def build_project(tree: Mapping[str, Any], *, folder: Path, where: str = "project") -> Project:
    """Return the validated project of a tree of plain values, as `tomllib` gives it."""
    return _built(tree, folder, where)


def _kept(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return the own pack and the own catalogue that a run wrote down."""
    pack = {"own_pack": from_json(tree["own_pack"])} if "own_pack" in tree else {}
    return pack | ({"own_catalogue": tree["own_catalogue"]} if "own_catalogue" in tree else {})


def _built(tree: Mapping[str, Any], folder: Path, where: str, kept: Mapping[str, Any] | None = None) -> Project:
    """Return the validated project; what a run kept stands in for the files that it names."""
    faults = [
        Fault(f"{where} [{key}]", '"?"', do=f"请填写确定的值,候选见备注 / replace the question mark at {key}")
        for key in _questions(tree)
    ]
    hidden = [{"type": "extra_forbidden", "loc": (key,), "input": tree[key]} for key in HIDDEN & tree.keys()]
    faults += [refusal(item, tree, where, model=Project) for item in hidden]
    project = None
    try:
        kept = kept or {}
        pack, wrong = (kept["own_pack"], []) if "own_pack" in kept else _own_pack(tree, folder)
        book, odd = (kept["own_catalogue"], []) if "own_catalogue" in kept else own_catalogue(tree, folder)
        own_layout, amiss = _own_layout(tree, folder)
        faults += [*wrong, *odd, *amiss]
        own = {"own_pack": pack, "own_catalogue": book, "own_layout": own_layout}
        read = {"folder": folder, "locked": Locked(), **own}
        project = Project.model_validate({**tuples(tree), **read})
    except ValidationError as error:
        faults += [refusal(item, tree, where, model=Project) for item in error.errors() if item["input"] != "?"]
    if project and not faults:
        faults += unknown_numbers(project.measures, project.own_catalogue, where)
        faults += [fault for name in sorted(project.variants) for fault in _laid(project, name, where)[1]]
    if faults or project is None:
        raise InputError(list({fault.where: fault for fault in reversed(faults)}.values())[::-1])
    return project.model_copy(update={"locked": locked_by(project.frozen, folder)})


def _own_pack(tree: Mapping[str, Any], folder: Path) -> tuple[Mapping[str, Any] | None, list[Fault]]:
    """Return the bureau's own rule pack and what is wrong with it; None where ``rules.pack`` names no file."""
    rules = tree.get("rules")
    if not isinstance(rules, Mapping) or not isinstance(named := rules.get("pack"), str) or not is_file(named):
        return None, []
    path = s.as_path(named).replace("\\", "/")
    try:
        return read_pack(folder / path, path), []
    except InputError as error:
        return None, list(error.faults)


def _own_layout(tree: Mapping[str, Any], folder: Path) -> tuple[SheetLayout | None, list[Fault]]:
    """Return the bureau's own layout of map sheets and what is wrong with it; None where none is named."""
    sheets = tree.get("sheets")
    if not isinstance(sheets, Mapping) or not isinstance(named := sheets.get("layout"), str) or named == "?":
        return None, []
    path = s.as_path(named).replace("\\", "/")
    try:
        return read_layout(folder / path, path), []
    except InputError as error:
        return None, list(error.faults)


def variant_of(project: Project, name: str) -> Project:
    """Return the project with the settings of one of its variants laid over it, and without variants."""
    made, faults = _laid(project, name, "project")
    if made is None:
        raise InputError(faults)
    return made


def stated_language(path: Path | str) -> str:
    """Return the language a project file asks for, as far as it can be read: zh otherwise. Never raises."""
    try:
        section = _stated(Path(path)).values.get("project")
    except InputError:
        return "zh"
    return "en" if isinstance(section, dict) and section.get("language") == "en" else "zh"


def _laid(project: Project, name: str, where: str) -> tuple[Project | None, list[Fault]]:
    """Return the project of a variant, or what is wrong with it."""
    settings = settings_of(project.variants[name])
    where = f"{where} [variants.{name}]"
    if faults := [_not_changeable(setting, where) for setting in settings if setting not in STAGES]:
        return None, faults
    stated = {**project.model_dump(exclude_unset=True), "variants": {}, "folder": project.folder}
    tree = laid_over(stated, tuples(settings))
    pack, wrong = _own_pack(tree, project.folder)
    if wrong:
        return None, wrong
    try:
        made = Project.model_validate({**tree, "own_pack": pack})
        return made.model_copy(update={"locked": locked_by(made.frozen, project.folder)}), []
    except ValidationError as error:
        return None, [refusal(item, tree, where, model=Project) for item in error.errors()]
    except InputError as error:
        return None, [replace(fault, where=f"{where} {fault.where}") for fault in error.faults]


def _not_changeable(setting: str, where: str) -> Fault:
    """Refuse a setting of a variant: one that does not exist, or one that is no matter of the comparison."""
    *path, key = setting.split(".")
    if key in known_keys(path, Project):
        found = "变体不能改变该键,只能改变评价口径 / a variant cannot change it, only how enterprises are compared"
        return Fault(f"{where} [{setting}]", found, "、".join(STAGES), "删除该键 / delete it")
    near = get_close_matches(setting, STAGES, n=1, cutoff=0.0)[0]
    hint = f"最接近的是 {near} / the nearest known key is {near}"
    return Fault(f"{where} [{setting}]", "未知的键 / unknown key", hint, "改正或删除 / correct or delete it")


# --------------------------------------------------------------------------------------------- the file


def _parse(path: Path) -> tuple[dict[str, Any], Mapping[str, str]]:
    """Return the tree of a project file, and the cell of each key where it is a workbook."""
    tree = _stated(path)
    return tree.values, tree.places


def _stated(path: Path) -> Tree:
    raw = _raw(path)
    if is_book(raw):
        return read_book(path, Project)
    try:
        text = decode(raw)
    except UnicodeDecodeError:
        found = "不是文本文件 / not a text file"
        raise InputError([Fault(path.name, found, "TOML, UTF-8", "指定项目文件 / name the project file")]) from None
    return Tree(parse_toml(text, path.name), text=text)


def _raw(path: Path) -> bytes:
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
        return path.read_bytes()
    except OSError as error:
        found = f"无法读取 / cannot be read: {error.strerror}"
        raise InputError([Fault(str(path), found, do="检查权限或关闭占用程序 / check rights and locks")]) from None


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
            place = f"{path}.{key}" if path else str(key)
            yield from (place,) if key == "?" else _questions(value, place)
    elif isinstance(tree, list | tuple):
        for number, value in enumerate(tree, start=1):
            yield from _questions(value, f"{path}[{number}]")
