"""Plan 附图1 to 附图13 and further ones: what each sheet shows of a run, and why one is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from landuse.cartography.mapdata import printed_classes
from landuse.cartography.pane import Scene, extent, scene_of, united
from landuse.cartography.pane.listing import list_ranks, short_ids
from landuse.cartography.pane.view import Bounds
from landuse.cartography.sheet.about import block_fields, draft_word, drawn_on, secrecy, stage_word
from landuse.cartography.sheet.areas import area_table, tells_mean
from landuse.cartography.sheet.facts import AreaTable, Inset, SheetFacts
from landuse.cartography.sheet.kinds import SETS, classes_of
from landuse.cartography.sheet.locator import inset_of
from landuse.cartography.sheet.planned import PLANS, caution, pair_of, pair_table, plan_notes, task_table
from landuse.cartography.style import Classes, theme_keys, theme_of
from landuse.cartography.values import also_idle, theme_values
from landuse.catalogue import load, term
from landuse.tables import Analysis

MOST_LABELS: Final = 600
"""Parcels that a sheet numbers; where more are listed none is, and the ledger and the atlas tell them apart."""
PLAN_PARTS: Final = ("plan", "label", "highlight")
"""What a sheet says of a plan and leaves out without one."""
EVERYWHERE: Final = frozenset({"location", "parks"})
"""Sheets that show the surroundings too: the county, not the parcels alone."""


@dataclass(frozen=True)
class Sheet:
    """One sheet of the standard set."""

    name: str
    """Key of ``sets.toml``."""
    number: int
    reason: str = ""
    """Why it is left out (vocabulary ``sheet_left_out``); blank = it is drawn."""

    @property
    def file(self) -> str:
        """Return the name of its files without the ending."""
        return f"{self.number:02d}_{self.name}"

    def title(self, lang: str) -> str:
        """Return what a list of sheets calls it."""
        return term("sheet_alias", self.name, lang)


@dataclass(frozen=True, kw_only=True)
class DrawnSheet(Sheet):
    """One that is drawn."""

    classes: Classes
    labels: pd.DataFrame
    """What its parcels may be called: their numbers are those of the list the sheet is about …"""
    label: str
    """… and which of these is written on them (`landuse.cartography.pane.style`)."""
    facts: SheetFacts
    bounds: Bounds
    """What it has to show, in metres of the map …"""
    around: Bounds
    """… and what it had better show too."""
    before: Classes | None = None
    """Of a sheet of two maps, the classes of the first; None = one map."""


@dataclass(frozen=True)
class Series:
    """The standard set of a run."""

    scene: Scene
    """What all sheets show, each with classes of its own."""
    sheets: tuple[Sheet, ...]
    """All in order, those left out with the reason."""

    @property
    def drawn(self) -> tuple[DrawnSheet, ...]:
        """Return the sheets that are drawn."""
        return tuple(sheet for sheet in self.sheets if isinstance(sheet, DrawnSheet))

    def scene_of(self, sheet: DrawnSheet) -> Scene:
        """Return what one of its sheets shows."""
        return replace(self.scene, classes=sheet.classes, labels=sheet.labels)


def standard_set(analysis: Analysis) -> Series:
    """Return all sheets of the standard set in order, those left out with the reason."""
    wanted = analysis.project.sheets.only
    base = scene_of(analysis, theme_keys()[0])
    common = _common(base)
    entries, found = set_entries(analysis)
    made: list[Sheet] = []
    for number, (name, entry) in enumerate(entries.items(), start=1):
        sheet = Sheet(name, number)
        reason = "not_asked" if wanted is not None and name not in wanted else _reason(analysis, entry, found)
        classes = None if reason else _classes(analysis, entry)
        made.append(
            replace(sheet, reason=reason or "no_data")
            if classes is None
            else _drawn(analysis, sheet, themed(analysis, base, classes), entry=entry, common=common)
        )
    return Series(base, tuple(made))


def set_entries(analysis: Analysis) -> tuple[dict[str, Mapping[str, Any]], set[str]]:
    """Return what each sheet of a run shows, in order, and the themes that are known.

    Where the run has a plan it takes the place of batches; further sheets stand at the end where there is something
    to show on them, or the project file asks for them.
    """
    entries = {name: entry for name, entry in load(SETS).items() if name != "classes"}
    themes = {entry[part] for entry in entries.values() for part in ("theme", "plan") if part in entry}
    found, wanted = set(theme_values(analysis, themes)), analysis.project.sheets.only or ()
    made: dict[str, Mapping[str, Any]] = {}
    for name, entry in entries.items():
        if entry.get("further") and name not in wanted and (entry["theme"] not in found or _is_public(analysis)):
            continue
        planned, others = "plan" in entry, {key: one for key, one in entry.items() if key not in PLAN_PARTS}
        made[name] = others if planned else entry
        if planned and entry["plan"] in found:
            made[name] = {**entry, "theme": entry["plan"]}
    return made, found


def themed(analysis: Analysis, base: Scene, classes: Classes) -> Scene:
    """Return a scene under other classes, its parcels numbered as in the list of the theme."""
    numbers = list_ranks(analysis, classes.theme.key)
    ids = short_ids(base.table["parcel_id"], numbers.notna().to_numpy())
    return replace(base, classes=classes, labels=base.labels.assign(id=ids, number=numbers))


def _drawn(analysis: Analysis, sheet: Sheet, scene: Scene, *, entry: Mapping[str, Any], common: _Common) -> DrawnSheet:
    before = None
    if entry.get("rows") == "pair":
        before, after = pair_of(scene.classes, scene.table)
        scene = replace(scene, classes=after)
    return DrawnSheet(
        sheet.name,
        sheet.number,
        classes=scene.classes,
        labels=scene.labels,
        label=_label(analysis, scene, entry),
        facts=_facts(analysis, sheet, scene, entry=entry, common=common),
        before=before,
        bounds=common.bounds[sheet.name in EVERYWHERE],
        around=common.bounds[1],
    )


@dataclass(frozen=True)
class _Common:
    """What all sheets of a run share."""

    inset: Inset
    bounds: tuple[Bounds, Bounds]
    """Of the parcels, and of all that is drawn."""


def _common(scene: Scene) -> _Common:
    inset = inset_of(scene)
    parcels = extent(scene.shapes, margin=0.0) or inset.bounds
    return _Common(inset, (parcels, united([parcels, inset.bounds]) or parcels))


def _reason(analysis: Analysis, entry: Mapping[str, Any], found: set[str]) -> str:
    """Return why a sheet is left out; blank = it is drawn if its classes are known."""
    theme = entry.get("theme")
    is_public = theme_of(theme, lang="zh").public if theme else bool(entry.get("public", False))
    if _is_public(analysis) and not is_public:
        return "not_public"
    return str(entry.get("lacking", "no_data")) if theme and theme not in found else ""


def _label(analysis: Analysis, scene: Scene, entry: Mapping[str, Any]) -> str:
    """Return what is written on the listed parcels: nothing for the public, or where they are too many to be read."""
    is_bare = _is_public(analysis) or len(scene.listed) > MOST_LABELS
    return "none" if is_bare else str(entry.get("label", "none"))


def _is_public(analysis: Analysis) -> bool:
    return bool(analysis.project.project.audience == "public")


def _classes(analysis: Analysis, entry: Mapping[str, Any]) -> Classes | None:
    if "theme" in entry:
        return printed_classes(analysis, entry["theme"])
    return classes_of(analysis, str(entry["kind"]))


def _facts(analysis: Analysis, sheet: Sheet, scene: Scene, *, entry: Mapping[str, Any], common: _Common) -> SheetFacts:
    """Return what a sheet says around its map."""
    project, lang = analysis.project, analysis.project.language
    number = term("sheet_word", "numbered", lang).format(number=sheet.number)
    theme = scene.classes.theme.title
    if not theme or tells_mean(scene.table, entry):
        theme = term("sheet_title", sheet.name, lang)
    words = {"region": project.print.region_name, "theme": theme, "year": project.project.year}
    wording = "title_year" if words["region"] else "theme_year"
    outputs = project.outputs
    review = term("sheet_word", "review", lang).format(number=outputs.review_number) if outputs.review_number else ""
    return SheetFacts(
        title=term("sheet_word", wording, lang).format(**words),
        theme=term("sheet_word", "theme_year", lang).format(**words),
        subtitle=project.project.name,
        number=number,
        lang=lang,
        stamp=stage_word(analysis),
        draft=draft_word(analysis),
        secrecy=secrecy(analysis),
        review=review,
        notice="  ".join(filter(None, (caution(scene.classes.theme.key, lang), outputs.notice))),
        fields=block_fields(analysis, scene.crs, number=number, data="idle" if sheet.name == "idle" else "dates"),
        notes=tuple(_notes(analysis, sheet, scene, entry)),
        unnumbered=term("sheet_note", "unnumbered", lang) if _label(analysis, scene, entry) == "number" else "",
        table=_table(analysis, scene, entry),
        inset=common.inset,
        has_coordinates=not _is_public(analysis),
        created=drawn_on(analysis),
    )


def _table(analysis: Analysis, scene: Scene, entry: Mapping[str, Any]) -> AreaTable | None:
    """Return the table of a sheet; of one that tells the task, that of parks where the run tracks none."""
    rows = entry.get("rows")
    if rows == "pair":
        return pair_table(*pair_of(scene.classes, scene.table))
    told = task_table(analysis) if rows == "task" else None
    if told is None and rows:
        return area_table(scene.table, scene.classes, {**entry, "rows": "place"} if rows == "task" else entry)
    return told


def _notes(analysis: Analysis, sheet: Sheet, scene: Scene, entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield 附注: what the classes mean, what is counted, what is not drawn."""
    import shapely

    lang, classes = analysis.project.language, scene.classes
    if classes.theme.note:
        yield classes.theme.note
    if classes.theme.kind == "ranges":
        yield term("sheet_note", "bounds", lang)
    yield term("sheet_note", "area", lang)
    if sheet.name == "low" and (both := also_idle(scene.table)):
        yield _also_idle(both, classes, lang)
    is_numbered = bool(scene.listed.size) and _label(analysis, scene, entry) == "number"
    if is_numbered and classes.theme.key not in PLANS:
        yield term("sheet_note", "numbers", lang)
    yield from plan_notes(analysis, classes.theme.key, numbered=is_numbered)
    lost = int((shapely.is_missing(scene.shapes) | shapely.is_empty(scene.shapes)).sum())
    if lost:
        yield term("sheet_note", "undrawn", lang).format(count=lost)
    if not _is_public(analysis):
        yield term("sheet_note", "north", lang)


def _also_idle(both: tuple[tuple[str, int, float], ...], classes: Classes, lang: str) -> str:
    labels = {entry.key: entry.label for entry in classes.legend}
    one, comma = term("map_word", "also_idle_one", lang), term("map_word", "list_comma", lang)
    listed = comma.join(one.format(name=labels[key], count=count, area=f"{area:,.2f}") for key, count, area in both)
    return term("sheet_note", "also_idle", lang).format(listed=listed)


def index_rows(sheets: Sequence[Sheet], files: Mapping[str, tuple[str, ...]], lang: str) -> pd.DataFrame:
    """Return 附图目录: every sheet of the standard set, its files, or why it was not drawn.

    Parameters
    ----------
    files
        Name of a sheet -> names of its files.
    """
    rows = []
    for sheet in sheets:
        number = term("sheet_word", "numbered", lang).format(number=sheet.number)
        reason = term("sheet_left_out", sheet.reason, lang) if sheet.reason else ""
        rows.append((number, sheet.title(lang), " ".join(files.get(sheet.name, ())), reason))
    heads = [term("sheet_index", name, lang) for name in ("number", "title", "files", "left_out")]
    return pd.DataFrame(rows, columns=heads)
