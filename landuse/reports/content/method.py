"""Print the method: every parameter in force with where it comes from, input files, version, the whole project."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pandas as pd

from landuse import __version__
from landuse.law.statutes import statute
from landuse.policy import parameters
from landuse.policy.library import is_known
from landuse.reports.content.build import Table, block, sheet
from landuse.reports.content.context import Context, percent, plain, section
from landuse.reports.content.model import Block, Mask, Sheet
from landuse.rule import Rule, Stratum

PROJECT_PARAMETERS: Final = ("areas", "idle", "evidence")
"""Sections of the project whose every key is a parameter of the method beside the rule."""
STATUTES: Final = ("order_53_2012", "civil_code")
"""Statutes of the idle-land rule (files of ``law/statutes``)."""
STATUTE_COLUMNS: Final = ("statute", "quote", "in_force", "basis")
PARAMETER_COLUMNS: Final = ("parameter", "setting", "origin", "basis")


def method(ctx: Context) -> Sheet:
    """Return 方法与参数: parameters, the law, input files, the run, and the project text line by line."""
    return sheet("method", ctx, [_parameters(ctx), _statutes(ctx), _files(ctx), _run(ctx), _text(ctx)])


def _parameters(ctx: Context) -> Block:
    grounds = _grounds(ctx)
    rows = [(*_parameter_row(ctx, key, value), grounds.get(key, "")) for key, value in _settings(ctx)]
    table = pd.DataFrame(rows, columns=list(PARAMETER_COLUMNS), dtype="str")
    return _facts_block(ctx, table, "parameters", {"basis": table["basis"].eq("").to_numpy(dtype=bool)})


def _grounds(ctx: Context) -> dict[str, str]:
    """Return what each parameter rests on: the rule pack says it of the rule, the vocabulary of all others."""
    own = {key: entry["basis"][ctx.words.lang] for key, entry in section("parameters").items() if "basis" in entry}
    if not ctx.rule or not is_known(ctx.rule):
        return own
    told = parameters(ctx.rule, lang=ctx.words.lang)
    texts = [
        ctx.words.phrase("explained", basis=row.basis, explain=row.explain) for row in told.itertuples(index=False)
    ]
    return own | dict(zip(told["parameter"], texts, strict=True))


def _settings(ctx: Context) -> Iterator[tuple[str, Any]]:
    """Give key and value of every parameter: dates and stage, the rule, prices, and the sections of the project."""
    head = ctx.project.project
    yield "project.year", head.year
    yield "project.land_date", ctx.project.land_date
    yield "project.as_of", ctx.project.as_of
    yield "project.stage", head.stage
    yield "project.audience", head.audience
    if ctx.rule:
        for entry in fields(Rule):
            yield entry.name, getattr(ctx.rule, entry.name)
    if "reference_price" in ctx.analysis.facts:
        yield "facts.reference_price", ctx.analysis.facts["reference_price"]
    drawn = ("stability",) if ctx.project.stability.draws else ()
    for name in (*PROJECT_PARAMETERS, *drawn):
        for key, value in getattr(ctx.project, name):
            yield f"{name}.{key}", value


def _parameter_row(ctx: Context, key: str, value: Any) -> tuple[str, str, str]:
    entry = section("parameters")[key]
    kind = str(entry.get("kind", "text"))
    name = key if key in section("choices") else key.rpartition(".")[2]
    return str(entry["title"][ctx.words.lang]), _said(ctx, value, kind, name), _origin(ctx, key, entry)


def _origin(ctx: Context, key: str, entry: Mapping[str, Any]) -> str:
    """Say who set a parameter: the project file, the rule pack, the default of the software, or this run."""
    words = ctx.words
    if key.startswith("facts."):
        return words.phrase("computed")
    setting = str(entry.get("setting", key if "." in key else ""))
    if setting and _is_set(ctx, setting):
        return words.phrase("from_project", key=f"[{setting}]")
    if setting and _stated(ctx, setting) is not None:
        return words.phrase("from_default")
    if ctx.rule and "." not in key:
        return words.phrase("from_pack", pack=ctx.rule.pack, version=ctx.rule.version)
    return words.phrase("from_default")


def setting_words(ctx: Context, setting: str, value: Any) -> dict[str, str]:
    """Return title and value, in words, of a setting of the project file."""
    known = section("parameters")
    key = next((key for key, entry in known.items() if setting in (key, entry.get("setting"))), None)
    if key is None:
        return {"title": f"[{setting}]", "value": _plain(value)}
    entry, name = known[key], key if key in section("choices") else key.rpartition(".")[2]
    return {"title": str(entry["title"][ctx.words.lang]), "value": _said(ctx, value, str(entry.get("kind", "")), name)}


def _is_set(ctx: Context, setting: str) -> bool:
    """Return whether the project file itself states a key (a default does not count)."""
    name, _, key = setting.partition(".")
    return name in ctx.project.model_fields_set and key in getattr(ctx.project, name).model_fields_set


def _stated(ctx: Context, setting: str) -> Any:
    name, _, key = setting.partition(".")
    return getattr(getattr(ctx.project, name), key)


def _said(ctx: Context, value: Any, kind: str, name: str) -> str:
    """Return a value of the settings in words."""
    if value is None:
        return ctx.words.phrase("not_set")
    sayings: dict[str, Callable[[], str]] = {
        "share": lambda: percent(value),
        "list": lambda: ctx.words.join(value) or ctx.words.phrase("none"),
        "numbers": lambda: ctx.words.join(str(each) for each in value) or ctx.words.phrase("none"),
        "rules": lambda: ctx.words.join(f"{code} {ctx.reason(code)}" for code in value),
        "amount": lambda: _mapping(ctx, value) if isinstance(value, Mapping) else _plain(value),
        "named": lambda: value or ctx.words.phrase("not_set"),
        "mapping": lambda: _mapping(ctx, value) or ctx.words.phrase("none"),
        "strata": lambda: _strata(ctx, value) or ctx.words.phrase("none"),
        "count": lambda: ctx.words.phrase("pieces", n=len(value)),
        "choice": lambda: f"{ctx.words.choice(name, value)} ({value})",
        "stage": lambda: f"{ctx.words.choice('stage', value)} ({value})",
        "flag": lambda: ctx.words.phrase("yes" if value else "no"),
    }
    return sayings[kind]() if kind in sayings else _plain(value)


def _strata(ctx: Context, strata: Sequence[Stratum]) -> str:
    separator = ctx.words.phrase("sentence_separator")
    told = []
    for each in strata:
        whom = ctx.words.join(part for part in (each.scale, each.park_type) if part)
        told.append(
            separator.join(part for part in (whom, _mapping(ctx, each.weights), _mapping(ctx, each.bases)) if part)
        )
    return " / ".join(told)


KEYS_OF_MAPPINGS: Final = ("batch", "scale")
"""What the keys of a mapping may be, beside measures."""


def _mapping(ctx: Context, value: Mapping[str, Any]) -> str:
    parts = [
        f"{ctx.words.choice('measure', key, *KEYS_OF_MAPPINGS)}: {_piece(ctx, entry)}" for key, entry in value.items()
    ]
    return ctx.words.phrase("sentence_separator").join(parts)


def _piece(ctx: Context, entry: Any) -> str:
    if isinstance(entry, Mapping):
        return ctx.words.join(f"{key}={_of_measure(value)}" for key, value in entry.items())
    if isinstance(entry, tuple | list):
        return ctx.words.join(str(value) for value in entry)
    return percent(entry) if isinstance(entry, Decimal) else _plain(entry)


def _of_measure(value: Any) -> str:
    """Return what is locked of a measure: a number, or lowest and highest."""
    return " … ".join(_plain(end) for end in value) if isinstance(value, tuple) else _plain(value)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else plain(value)


def _statutes(ctx: Context) -> Block:
    """Return the articles the idle-land rule rests on, each with the words that were read."""
    rows = []
    for law in (statute(name) for name in STATUTES):
        dated = ctx.words.phrase("from_statute", number=law.number, in_force=law.in_force.isoformat())
        rows += [
            (law.cite([key], ctx.words.lang), article.quote, dated, ctx.words.phrase(f"checked_{article.checked}"))
            for key, article in law.articles.items()
        ]
    return _facts_block(ctx, pd.DataFrame(rows, columns=list(STATUTE_COLUMNS), dtype="str"), "statutes")


def _files(ctx: Context) -> Block:
    inputs = ctx.analysis.raw.inputs
    rows = pd.DataFrame(
        {
            "file": pd.Series([file.name for file in inputs], dtype="str"),
            "size": pd.Series([file.size for file in inputs], dtype="Int64"),
            "sha256": pd.Series([file.sha256 for file in inputs], dtype="str"),
        }
    )
    return _facts_block(ctx, rows, "files")


def _run(ctx: Context) -> Block:
    facts = {
        "version": __version__,
        "digest": ctx.project.digest(),
        "stage": ctx.stage,
        "notice": ctx.project.outputs.notice or ctx.words.phrase("none"),
        "parcels": str(len(ctx.parcels)),
        "enterprises": str(len(ctx.analysis.enterprises)),
    }
    titles = [ctx.words.of("run", name) for name in facts]
    rows = pd.DataFrame({"parameter": titles, "setting": list(facts.values())}, dtype="str")
    return _facts_block(ctx, rows, "run")


def _text(ctx: Context) -> Block:
    return _facts_block(ctx, pd.DataFrame({"line": ctx.project.text().split("\n")}, dtype="str"), "text")


def _facts_block(ctx: Context, rows: pd.DataFrame, heading: str, masks: Mapping[str, Mask] | None = None) -> Block:
    title = ctx.words.of("headings", heading)
    return block(
        Table(rows, tuple(rows.columns), heading=title, with_totals=False, not_applicable=masks or {}), ctx.words
    )
