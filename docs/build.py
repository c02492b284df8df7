"""Write docs/reference from the data of the package: ``python -m docs.build``."""

# ruff: noqa: INP001

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from landuse import settings
from landuse.catalogue import load, load_folder, term, unfilled
from landuse.inputs import LATER_TABLES
from landuse.planning import Scenario, Sites
from landuse.planning.catalogue import MeasureEntry, NumberEntry, catalogue_of
from landuse.planning.measures import MeasureNumbers
from landuse.planning.progress import Factory
from landuse.project import Project
from landuse.tables import Column, columns, table_title, unit_title
from landuse.tables.plan_tables import PLAN_TABLES

HEADERS: Final = """\
输入文件的表头与“中文标题”一致即自动识别(单位可写在表头括号内),否则在项目文件 `[columns.表名]` 中对应。**加粗**为必填。

A header that equals the Chinese (or canonical) name is found by itself, its unit in brackets behind it; any other is
named in `[columns.TABLE]`. **Bold** = required.
"""
DEFAULTS: Final = """\
默认值 – 表示由规则包 `landuse/policy/packs/default.toml` 决定,或不设。Default –: as the rule pack says, or none.
"""
MEASURES: Final = """\
测算结果,仅供决策参考。每个参数均可在项目文件 `[measures]` 中替换,或复制整个目录后用 `[measures] catalogue` 指定。
低成本、高净现值取各参数对县级有利的一端,高成本、低净现值取不利的一端;两端同时出现的可能很小。

Computed results, for reference in decisions only. Every number can be replaced in `[measures]` of the project file, or
in a copy of the whole catalogue named by `[measures] catalogue`. Least cost and greatest net present value take every
number at the end that favours the county, greatest cost and least net present value at the other end; that all of them
meet is unlikely.
"""
CHECKS: Final = """\
每项检查都有编码、等级、位置、处理办法和责任部门;`issues.xlsx` 按部门列出,并写明单元格和电话用语。花括号为随问题变化的内容。
每项检查都由植入的错误证明(`tests/checks`);示范县中没有植入错误的行,一条问题也不报。

Every check has a code, a severity, a place, what to do and who does it; `issues.xlsx` lists them by bureau with the
cell and what to say on the phone. Braces hold what differs from issue to issue. Each check is proved by a planted fault
(`tests/checks`), and nothing is said of the rows of the demonstration that hold none.
"""  # noqa: E501 - a Chinese line is as wide as two
LEVELS: Final = ("error", "warning", "note")
FOLDER: Final = Path(__file__).parent / "reference"
MADE: Final = "<!-- Made by `python -m docs.build` from {source}; changes belong there. -->\n"
INPUTS: Final = (
    "parcels", "enterprises", "accounts", "occupancy", "land_prices", "buildings", "parks", "official", "controls",
    "context",
)  # fmt: skip
OUTPUTS: Final = (
    "enterprises", "parcels", "occupancy", "findings", "groups", "history", "lift", "issues", "balance", "agreement",
    "variants", "variant_changes", *PLAN_TABLES,
)  # fmt: skip
ENUMERATIONS: Final = (
    ("status", "参评情况 status"),
    ("efficiency_class", "低效测算结果 efficiency_class"),
    ("idle_class", "闲置测算结果 idle_class"),
    ("idle_cause", "闲置原因 idle_cause"),
    ("consequence", "处置指引 consequence"),
    ("rule", "规则 reasons, rule_id"),
    ("output_source", "产值来源 output_source"),
    ("area_source", "面积来源 area_source"),
    ("tenure", "用地方式 tenure"),
    ("mode", "分摊方式 mode"),
    ("unallocated", "未分配原因 balance.reason"),
    ("set_aside", "读取、检查时搁置的原因 balance.reason"),
    ("agreement", "与官方名单比对 agreement"),
    ("lift_why", "不能移出的原因 lift.why"),
    ("stability_class", "稳定性类别 stability_class"),
    ("measure", "处置方式 measure"),
    ("measure_group", "处置类别 measure_group"),
    ("payer", "出资方 payer"),
    ("after_class", "方案实施后 after_class"),
    ("plan_choose", "产生方式 plan_totals.choose"),
    ("plan_warning", "提示 plan_totals.warnings"),
    ("limit_kind", "条件 plan_limits.kind, plan_moves.kind"),
    ("limit_unit", "单位 plan_limits.unit, plan_moves.unit"),
    ("plan_by", "范围 plan_scopes.by"),
    ("progress_by", "范围 progress.by"),
    ("case_state", "处置进展 case_state, cases.state"),
    ("case_because", "未计入原因 cases.because"),
    ("light", "灯 light"),
    ("match_kind", "供给类型 matches.kind"),
    ("match_because", "匹配理由 matches.because"),
    ("severity", "等级 severity"),
    ("owner", "责任部门 owner"),
)
"""Enumerations a reader meets in the tables, with the column that holds them."""
PARTS: Final[dict[str, type[BaseModel]]] = {
    "options of one file": settings.InputEntry,
    "[inputs.rasters] NAME": settings.RasterEntry,
    "[project] region": settings.Region,
    "[scenarios.NAME]": Scenario,
    "[scenarios.NAME] sites": Sites,
    "[measures.numbers.CODE]": MeasureNumbers,
    "[match] factories": Factory,
}
"""Tables inside a section, described at the end."""
KINDS: Final = {
    "key": "编码 text",
    "text": "文本 text",
    "number": "数值 float64",
    "integer": "整数 Int64",
    "date": "日期 date",
    "flag": "是否 bool",
    "list": "列表 list",
}


def pages() -> dict[str, str]:
    """Return file name -> text of every generated page."""
    return {
        "columns.md": columns_page(),
        "codes.md": codes_page(),
        "project-file.md": project_page(),
        "measures.md": measures_page(),
        "checks.md": checks_page(),
    }


def columns_page() -> str:
    """Return every column of the input and output tables with its Chinese title and unit."""
    parts = [
        "# 字段 / Columns\n",
        MADE.format(source="`landuse/vocabulary/columns.toml`"),
        HEADERS,
        "## 输入 / Input\n",
    ]
    parts += [_columns_table("input", table) for table in INPUTS]
    parts += ["## 输出 / Output\n", "输出表先列输入字段,再列下列字段。Output tables carry the input columns first.\n"]
    parts += [_columns_table("output", table) for table in OUTPUTS]
    return "\n".join(parts)


def codes_page() -> str:
    """Return every code of the tables and every issue with what to do about it."""
    book = load_folder("vocabulary/enumerations")
    parts = [
        "# 代码与问题 / Codes and issues\n",
        MADE.format(source="`landuse/vocabulary/enumerations` and `landuse/vocabulary/issues`"),
    ]
    for kind, title in ENUMERATIONS:
        rows = [(f"`{code}`", entry["zh"], entry["en"]) for code, entry in book[kind].items()]
        parts.append(f"## {title}\n\n{_table(('code', '中文', 'English'), rows)}")
    owners, levels = book["owner"], book["severity"]
    issues = [
        (
            f"`{code}`",
            levels[entry["severity"]]["zh"],
            owners[entry["owner"]]["zh"],
            unfilled(f"{entry['message']['zh']}<br>{entry['message']['en']}"),
            unfilled(f"{entry['action']['zh']}<br>{entry['action']['en']}"),
        )
        for code, entry in sorted(load_folder("vocabulary/issues").items())
    ]
    heads = ("code", "等级", "责任部门", "问题 what", "处理 what to do")
    parts.append(f"## 问题编码 issues.code\n\n{_table(heads, issues)}")
    return "\n".join(parts)


def checks_page() -> str:
    """Return every check by the bureau that mends it: what it says, what to do, what to say, which module raises it."""
    book, owners = load_folder("vocabulary/issues"), load_folder("vocabulary/enumerations")["owner"]
    parts = [
        "# 检查目录 / Catalogue of checks\n",
        MADE.format(source="`landuse/vocabulary/issues`, `landuse/vocabulary/calls` and the modules that raise them"),
        CHECKS,
    ]
    for owner, words in owners.items():
        codes = [code for code, entry in book.items() if entry["owner"] == owner]
        codes.sort(key=lambda code: (LEVELS.index(book[code]["severity"]), code))
        if codes:
            head = ("code", "等级", "问题 what", "处理 what to do", "电话怎么说 what to say", "检查 raised by")
            table = _table(head, [_check_row(code, book[code]) for code in codes])
            parts.append(f"## {words['zh']} / {words['en']}({len(codes)})\n\n{table}")
    return "\n".join(parts)


def _check_row(code: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    calls, level = load_folder("vocabulary/calls"), term("severity", entry["severity"], "zh")
    if code in calls["quiet"]["codes"]:
        said = "/"
    else:
        own = calls["say"].get(code, calls["frames"]["default_own" if entry["owner"] == "land" else "default"])
        said = unfilled(f"{own['zh']}<br>{own['en']}")
    told = (unfilled(f"{entry[part]['zh']}<br>{entry[part]['en']}") for part in ("message", "action"))
    return f"`{code}`", level, *told, said, "<br>".join(f"`{name}`" for name in _raised_by(code))


def _raised_by(code: str) -> list[str]:
    """Return the modules of the package that name a code."""
    return [name for name, text in _sources().items() if f'"{code}"' in text]


@cache
def _sources() -> Mapping[str, str]:
    """Return the modules of the package with their text, in name order."""
    package = Path(settings.__file__).parent
    files = sorted(package.rglob("*.py"))
    return {
        ".".join(file.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__"): file.read_text(
            "utf-8"
        )
        for file in files
    }


def project_page() -> str:
    """Return every key a project file may carry, with type, default and meaning."""
    parts = [
        "# 项目文件的全部键 / Every key of the project file\n",
        MADE.format(source="`landuse/settings.py` and `landuse/project.py`"),
        DEFAULTS,
    ]
    for name, field in Project.model_fields.items():
        if field.exclude:
            continue
        model = _model(field.annotation)
        note = f"{field.description}\n" if field.description else ""
        parts.append(f"## [{name}]\n\n{note}{_keys_table(model) if model else ''}")
    parts += [f"## {title}\n\n{_keys_table(model)}" for title, model in PARTS.items()]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def measures_page() -> str:
    """Return every disposal measure and every number of the catalogue, with its source and how sure it is."""
    book, words = catalogue_of(), load("vocabulary/planning/measures.toml")
    sure = [(f"`{code}`", entry["zh"], entry["en"]) for code, entry in words["sureness"].items()]
    ramp = ", ".join(f"{part:g}" for part in book.ramp.value)
    first = (*_named("ramp", words), ramp, _unit(book.ramp.unit, words), f"`{book.ramp.sureness}`", book.ramp.source)
    parts = [
        "# 处置方式目录 / Catalogue of measures\n",
        MADE.format(source="`landuse/scenarios/measures/catalogue.toml`"),
        MEASURES,
        f"## 依据程度 / How sure\n\n{_table(('code', '中文', 'English'), sure)}",
        f"## 共用参数 / Shared numbers\n\n{_numbers_table(book.shared, words, first)}",
    ]
    parts += [_measure_part(code, entry, words) for code, entry in book.measures.items()]
    return "\n".join(parts)


def _measure_part(code: str, entry: MeasureEntry, words: Any) -> str:
    def told(kind: str, names: Iterable[str]) -> str:
        return "、".join(f"{words[kind][name]['zh']} `{name}`" for name in names) or "–"

    group, payer = (f"{term(kind, key, 'zh')} `{key}`" for kind, key in (("measure_group", entry.group),
                                                                        ("payer", entry.payer)))  # fmt: skip
    lines = [
        ("类别 group", group),
        ("全部具备 all", told("fact", entry.all)),
        ("具备其一 any", told("fact", entry.any)),
        ("不得具备 none", told("fact", entry.none)),
        ("条件依据 basis", f"`{entry.basis}`"),
        ("出资 payer", payer),
        ("成本 costs", told("cost", entry.costs)),
        ("收入 income", told("income", (entry.income,))),
        ("文书 documents", told("document", entry.documents)),
        ("处置范围 handled, 净地 net, 增量 uplift", f"`{entry.handled}`, `{entry.net}`, `{entry.uplift}`"),
    ]
    numbers = {"success": entry.success, "months": entry.months, **entry.numbers}
    title = f"## {code} {term('measure', code, 'zh')} / {term('measure', code, 'en')}"
    return f"{title}\n\n{_table(('项目 item', '内容'), lines)}\n{_numbers_table(numbers, words)}"


def _numbers_table(numbers: Mapping[str, NumberEntry], words: Any, *first: Sequence[str]) -> str:
    rows = [
        (
            *_named(name, words),
            " / ".join(f"{one:g}" for one in dict.fromkeys(number.value)),
            _unit(number.unit, words),
            f"`{number.sureness}`",
            number.source,
        )
        for name, number in numbers.items()
    ]
    head = ("参数 number", "中文", "English", "低 / 可能 / 高 value", "单位 unit", "依据 sure", "来源 source")
    return _table(head, [*first, *rows])


def _named(name: str, words: Any) -> tuple[str, str, str]:
    entry = words["number"][name]
    return f"`{name}`", entry["zh"], entry["en"]


def _unit(unit: str, words: Any) -> str:
    return f"{words['unit'][unit]['zh']} {words['unit'][unit]['en']}"


def _columns_table(stage: str, table: str) -> str:
    rows = [_column_row(column) for column in columns(stage, table).values()]
    head = ("字段 column", "中文标题", "English", "单位 unit", "类型 type", "取值 values")
    return f"### {table} {table_title(table)}\n\n{_table(head, rows)}"


def _column_row(column: Column) -> tuple[str, ...]:
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    unit = unit_title(column.unit) if column.unit else ""
    return name, column.zh, column.en, unit, KINDS[column.kind], " / ".join(column.choices)


def _keys_table(model: type[BaseModel]) -> str:
    rows = [
        (f"`{field.alias or name}`", _type(field.annotation), _default(field), _meaning(name, field.description))
        for name, field in model.model_fields.items()
    ]
    return _table(("key", "type", "default", "meaning"), rows)


def _meaning(name: str, description: str | None) -> str:
    return "Read by a later capability; only its checksum is taken." if name in LATER_TABLES else description or ""


def _model(annotation: Any) -> type[BaseModel] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _type(annotation: Any) -> str:
    """Return a type as a reader of a project file understands it."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _type(arguments[0])
    if origin is typing.Literal:
        return " \\| ".join(json.dumps(one, ensure_ascii=False) for one in arguments)
    if origin in {typing.Union, types.UnionType}:
        return " \\| ".join(_type(one) for one in arguments if one is not type(None))
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"table of {_type(arguments[1])}"
    name = getattr(annotation, "__name__", str(annotation))
    plain = {"str": "text", "int": "integer", "bool": "true \\| false", "Decimal": "number", "float": "number"}
    return plain.get(name, {"InputEntry": "path or table of options", "Any": "value"}.get(name, name))


def _default(field: Any) -> str:
    if field.default is PydanticUndefined:
        return "required"
    if field.default is None:
        return "–"
    value = field.default
    return f"`{json.dumps(value, ensure_ascii=False, default=str)}`" if not isinstance(value, BaseModel) else "table"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("\n", " ") for cell in line) + " |\n" for line in lines)


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
