"""Describe the receipt (测算过程表) of one parcel or enterprise; text, JSON and page are drawn from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from landuse import __version__
from landuse.policy import parameters
from landuse.reports.explain import find, steps_of, text_of
from landuse.reports.explain.words import Step
from landuse.reports.receipt.desk import Desk
from landuse.reports.receipt.enterprise import Steps, enterprise_figures, stranger_figures
from landuse.reports.receipt.model import Frame, Members, Receipt, RuleText, Section
from landuse.reports.receipt.parcel import parcel_figures
from landuse.reports.rows import find_values
from landuse.tables import Analysis

__all__ = ["Receipt", "as_text", "receipt", "receipts"]

FIGURES: Final[Mapping[str, Callable[[Desk, str], tuple[Steps, list[Members]]]]] = {
    "enterprise": enterprise_figures,
    "parcel": parcel_figures,
    "stranger": stranger_figures,
}
"""What a receipt can be of -> its figures."""
NAMES: Final = {"enterprise": ("enterprises", "uscc", "name"), "parcel": ("parcels", "parcel_id", "parcel_name")}


def receipt(analysis: Analysis, what: str) -> Receipt:
    """Return the receipt of one parcel or enterprise: every figure with its cells, its formula and what it rests on.

    Parameters
    ----------
    what
        Parcel code, credit code, or a part of a name that is unique.

    Raises
    ------
    InputError
        Nothing or several objects fit; the candidates are named.
    """
    return _receipt(Desk.of(analysis), *find(analysis, what))


def receipts(analysis: Analysis, objects: Iterable[tuple[str, str]]) -> Iterator[Receipt]:
    """Give the receipt of each of many objects, named as `find` names them: what they share is worked out once."""
    desk = Desk.of(analysis)
    for kind, key in objects:
        yield _receipt(desk, kind, key)


def _receipt(desk: Desk, kind: str, key: str) -> Receipt:
    analysis = desk.analysis
    figures, members = FIGURES[kind](desk, key)
    sections = tuple(
        Section(step.key, step.heading, tuple(line for line in step.lines if line), tuple(figures.get(step.key, ())))
        for step in steps_of(analysis, kind, key)
    )
    cited = {figure.id: figure for section in sections for figure in section.figures}
    files = {source.carrier: source.sha256 for figure in cited.values() for source in figure.sources}
    rules = {name for figure in cited.values() for name in figure.rules}
    return Receipt(
        kind=kind,
        key=key,
        name=_name(analysis, kind, key),
        lang=analysis.project.language,
        frame=_frame(analysis),
        sections=sections,
        rules=_rules(analysis, rules),
        files=dict(sorted(files.items())),
        members=tuple(members),
    )


def as_text(told: Receipt) -> str:
    """Return a receipt as the text of `landuse explain`."""
    return text_of(Step(section.key, section.heading, list(section.sentences)) for section in told.sections)


def _name(analysis: Analysis, kind: str, key: str) -> str:
    if kind not in NAMES:
        return key
    table, column, name = NAMES[kind]
    frame = analysis.parcels.table if table == "parcels" else analysis.enterprises
    found = find_values(frame, name, **{column: key}) if name in frame.columns else []
    return str(found[0]) if found else key


def _frame(analysis: Analysis) -> Frame:
    project, rule = analysis.project, analysis.facts["rule"]
    return Frame(
        project=project.project.name,
        year=project.project.year,
        land_date=project.land_date,
        as_of=project.as_of,
        pack=rule.pack,
        pack_version=rule.version,
        digest=project.digest(),
        version=__version__,
        stage=project.project.stage,
        draft=bool(analysis.issues["severity"].eq("error").any()),
        notice=project.outputs.notice or "",
        audience=project.project.audience,
    )


def _rules(analysis: Analysis, names: set[str]) -> tuple[RuleText, ...]:
    """Return the texts of the parameters that figures rest on, in the order of the pack."""
    table = parameters(analysis.facts["rule"], lang=analysis.project.language)
    chosen = table.loc[table["parameter"].isin(names), ["parameter", "title", "value", "explain", "basis"]]
    return tuple(RuleText(*(str(cell) for cell in row)) for row in chosen.itertuples(index=False))
