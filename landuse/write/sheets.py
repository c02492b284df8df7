"""Write the map sheets of the standard set, in several processes where that pays."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from landuse.cartography.pane import PaneStyle, Scene, View
from landuse.cartography.sheet import Layout, compose, compose_pair, fitting_view, layout, panes, save
from landuse.cartography.sheet.facts import scene_texts
from landuse.cartography.sheet.key import key_texts
from landuse.cartography.sheet.lettering import quiet
from landuse.cartography.sheet.narrow import begin, narrowed
from landuse.cartography.sheet.place import PICTURE
from landuse.cartography.sheet.series import DrawnSheet, Series, index_rows, standard_set
from landuse.catalogue import term
from landuse.errors import InputError
from landuse.fonts import faces
from landuse.printing import Sheets
from landuse.read.underlay import Underlay, underlay_of
from landuse.tables import Analysis
from landuse.write.plain_csv import write_csv
from landuse.write.staging import Staging

FOLDER: Final = "sheets"
INDEX: Final = f"{FOLDER}/index.csv"
PICTURE_LABEL_MM: Final = 2.6
"""Letters of the parcels on a picture for a screen."""
PICTURE_DPI: Final = 300
"""Makes 3840 x 2160 pixels of a picture for a screen."""
MOST_PIXELS: Final = 70_000_000
"""Pixels of one PNG; a larger paper is drawn with fewer to the inch."""
LEAST_EACH: Final = 4
"""Sheets that a further process has to draw so that it pays: it takes a second or more to start."""
MOST_PROCESSES: Final = 8
INCH: Final = 25.4
LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One sheet on one paper, ready to be handed to another process together with the scene all sheets share."""

    sheet: DrawnSheet
    view: View
    layout: Layout
    files: tuple[tuple[str, int], ...]
    """Files to be written, with the pixels per inch of those that have any."""
    style: PaneStyle


def write(analysis: Analysis, stage: Staging) -> dict[str, str]:
    """Write the sheets and 附图目录; return fixed name -> Chinese name of the files.

    Where the public gets no outlines it gets no sheets.

    Raises
    ------
    InputError
        Characters that no font has, or parcels that do not fit at the scale that was asked for: nothing is written.
    """
    project = analysis.project
    if project.project.audience == "public" and not project.outputs.public_geometry:
        return {}
    series, lang = standard_set(analysis), project.language
    names: dict[str, tuple[str, ...]] = {}
    aliases = {INDEX: f"06_附图/{term('sheet_index', 'name', lang)}.csv"}
    jobs: list[Job] = []
    looks = _Looks(analysis, series.scene.crs)
    _check_fonts(series)
    for sheet in series.drawn:
        planned = list(_jobs(analysis, sheet, stage, looks))
        jobs += planned
        names[sheet.name] = tuple(Path(path).name for job in planned for path, _ in job.files)
        title = f"{term('sheet_word', 'numbered', lang).format(number=sheet.number)}_{sheet.title(lang)}"
        aliases |= {f"{FOLDER}/{name}": f"06_附图/{name.replace(sheet.file, title, 1)}" for name in names[sheet.name]}
    with quiet(), narrowed(_texts(series)) as fonts:
        draw_all(jobs, Shared(series.scene, fonts), processes_for(len(jobs), project.sheets.processes))
    table = index_rows(series.sheets, names, lang)
    write_csv(stage.path(INDEX), list(table.columns), table.itertuples(index=False, name=None))
    return aliases


def _texts(series: Series) -> Iterator[str]:
    """Yield everything that the sheets of a run print."""
    for sheet in series.drawn:
        yield from sheet.facts.texts()
        yield from scene_texts(series.scene_of(sheet))
        if sheet.facts.unnumbered:
            yield from key_texts(series.scene_of(sheet))


def _check_fonts(series: Series) -> None:
    """Refuse characters that no font has, before anything is drawn."""
    if faults := faces(_texts(series)).faults(FOLDER):
        raise InputError(faults)


class _Looks:
    """How the maps are drawn; the orthophoto below them is read once for all that show the same ground."""

    def __init__(self, analysis: Analysis, crs: Any) -> None:
        self.project, self.crs = analysis.project, crs
        self.known: dict[tuple[Any, ...], Underlay | None] = {}

    def of(self, sheet: DrawnSheet, view: View, size: tuple[int, int]) -> PaneStyle:
        """Return the style of a map, with its part of the picture where the project names one."""
        key = (view.bounds, size)
        if key not in self.known:
            self.known[key] = underlay_of(self.project, view.bounds, self.crs, size)
        return PaneStyle(label=sheet.label, underlay=self.known[key])


def _jobs(analysis: Analysis, sheet: DrawnSheet, stage: Staging, looks: _Looks) -> Iterator[Job]:
    """Yield the papers a sheet is drawn on: the one of the project, and a picture for a screen where wanted."""
    said: Sheets = analysis.project.sheets
    paper = layout(said.paper, said.orientation, analysis.project.own_layout)
    endings = [f".{kind}" for kind in dict.fromkeys(said.formats)]
    yield _job(sheet, paper, _files(stage, sheet, endings, dpi_for(paper, said.dpi)), said=said, looks=looks)
    if said.pictures:
        files = _files(stage, sheet, ["_16x9.png"], PICTURE_DPI)
        yield _job(sheet, layout(PICTURE), files, said=Sheets(), looks=looks)


def _files(stage: Staging, sheet: DrawnSheet, endings: Iterable[str], dpi: int) -> tuple[tuple[str, int], ...]:
    return tuple((str(stage.path(f"{FOLDER}/{sheet.file}{ending}")), dpi) for ending in endings)


def _job(sheet: DrawnSheet, paper: Layout, files: tuple[tuple[str, int], ...], *, said: Sheets, looks: _Looks) -> Job:
    scale = None if said.scale == "auto" else int(said.scale)
    pane = panes(paper)[0] if sheet.before is not None else paper
    view = fitting_view(sheet.bounds, pane, scale=scale, around=sheet.around)
    dpi = max(dpi for _, dpi in files)
    size = (round(pane.neat.width / INCH * dpi), round(pane.neat.height / INCH * dpi))
    style = looks.of(sheet, view, size)
    if paper.paper == PICTURE:
        style = replace(style, label_mm=PICTURE_LABEL_MM)
    return Job(sheet, view, paper, files, style)


def dpi_for(paper: Layout, wanted: int) -> int:
    """Return the pixels per inch of a PNG: as wanted, fewer where the paper is so large that it would be unusable."""
    width, height = paper.size
    return int(min(wanted, (MOST_PIXELS / (width * height)) ** 0.5 * INCH))


# -------------------------------------------------------------------------------------------- drawing


def processes_for(jobs: int, wanted: int) -> int:
    """Return how many processes draw: as many as asked for, else as many as pay on this machine."""
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(wanted, jobs) if wanted else min(here, MOST_PROCESSES, jobs // LEAST_EACH))


@dataclass(frozen=True)
class Shared:
    """What all sheets of a run are drawn from."""

    scene: Scene
    fonts: Path | None = None
    """Folder of the fonts cut down to what is printed."""


def draw_all(jobs: Sequence[Job], shared: Shared, processes: int) -> None:
    """Draw sheets, in some processes; where no process can be started, all in this one. The files are the same."""
    if processes > 1:
        try:
            context = get_context("spawn")
            with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(shared,)) as pool:
                list(pool.map(_draw_shared, jobs))
        except (BrokenProcessPool, OSError) as error:
            LOG.warning("sheets are drawn one by one: %s", error)
        else:
            return
    for job in jobs:
        draw(job, shared.scene)


def draw(job: Job, scene: Scene) -> None:
    """Draw one sheet and write its files."""
    shown = replace(scene, classes=job.sheet.classes, labels=job.sheet.labels)
    if job.sheet.before is None:
        figure = compose(shown, job.view, job.sheet.facts, job.layout, job.style)
    else:
        both = replace(shown, classes=job.sheet.before), shown
        figure = compose_pair(both, job.view, job.sheet.facts, job.layout, job.style)
    for path, dpi in job.files:
        save(figure, path, dpi=dpi)


_SHARED: Final[list[Shared]] = []
"""What a process that draws was given at its start."""


def _begin(shared: Shared) -> None:
    """Take what all sheets share; from now on an interruption ends the process, not only the sheet it draws."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _SHARED[:] = [shared]
    if shared.fonts is not None:
        begin(shared.fonts)


def _draw_shared(job: Job) -> None:
    draw(job, _SHARED[0].scene)
