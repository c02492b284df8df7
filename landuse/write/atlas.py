"""Write atlas.pdf: a page for each park, town, grid cell or listed parcel, with key map, index and bookmarks."""

from __future__ import annotations

import logging
from typing import Any, Final

import numpy as np

from landuse.cartography.atlas.artist import AtlasArtist, Told, page_layout
from landuse.cartography.atlas.contents import Contents, Land, contents_of
from landuse.cartography.atlas.inset import slim
from landuse.cartography.atlas.plan import Pane
from landuse.cartography.pane import Scene, scene_of
from landuse.cartography.sheet import AreaTable, SheetFacts, inset_of
from landuse.cartography.sheet.about import block_fields, draft_word, drawn_on, secrecy, stage_word
from landuse.catalogue import term
from landuse.printing import Atlas
from landuse.reports.content.atlas import areas, kinds, parcel_facts, parcel_kinds, parcel_names, parcel_titles
from landuse.reports.content.context import Context, context
from landuse.tables import Analysis
from landuse.write.press import pressed, work_folder
from landuse.write.staging import Staging

ATLAS: Final = "atlas.pdf"
ALIAS: Final = "06_附图/图集.pdf"
LOG: Final = logging.getLogger(__name__)
INSET_MM: Final = 64.0
"""Width of the inset on A3."""
WORK: Final = ".landuse-atlas"
"""Work folder beside the results: the pages that an interrupted run has drawn."""


def write(analysis: Analysis, stage: Staging) -> dict[str, str]:
    """Write the atlas, unless the project asks for none or it would have more pages than are drawn unasked."""
    settings: Atlas = analysis.project.atlas
    if settings.draw is False:
        return {}
    artist = artist_of(analysis)
    if settings.draw is None and artist.size > settings.most_pages:
        LOG.info("atlas: %d pages are more than most_pages = %d: not drawn unasked", artist.size, settings.most_pages)
        return {}
    with work_folder(stage.folder / WORK, kept=settings.keep_pages) as folder:
        pages = pressed(
            artist, folder, workers=settings.workers, told=lambda done, of: stage.progress(f"atlas:{done}/{of}")
        )
        stage.path(ATLAS).write_bytes(bound(artist, pages, analysis))
    return {ATLAS: ALIAS}


def bound(artist: AtlasArtist, pages: list[bytes], analysis: Analysis) -> bytes:
    """Return drawn pages as one PDF."""
    from landuse.cartography.atlas.book import About, book
    from landuse.cartography.atlas.leaf import unpacked

    leaves = [leaf for leaf in map(unpacked, pages) if leaf is not None]
    base, project = artist.told.base, analysis.project
    about = About(base.title, project.print.organisation, artist.told.subject, base.created)
    return book(leaves, artist.bookmarks(), about)


def artist_of(analysis: Analysis) -> AtlasArtist:
    """Return what draws the pages of the atlas of a run.

    Raises
    ------
    InputError
        A parcel asked for is not there, or the cells of the grid are too small.
    """
    settings: Atlas = analysis.project.atlas
    ctx, lang = context(analysis), analysis.project.language
    scene = scene_of(analysis, settings.theme)
    neat = page_layout(settings.paper).neat
    land = _land(ctx, scene.shapes, settings)
    unstated = term("atlas_word", f"unstated_{settings.by if settings.by == 'town' else 'park'}", lang)
    contents = contents_of(settings, land, Pane(neat.width, neat.height), unstated)
    base = _base(ctx, scene)
    year = analysis.project.project.year
    subject = term("atlas_word", "subject", lang).format(theme=scene.classes.theme.title, year=year)
    told = Told(base, subject, _tables(ctx, contents, scene), land.area_mu)
    ground = analysis.project if analysis.project.print.underlay else None
    return AtlasArtist(scene, contents, told, settings.paper, ground)


def _land(ctx: Context, shapes: Any, settings: Atlas) -> Land:
    table, found = ctx.parcels, kinds(ctx)
    listed = np.zeros(len(table), dtype=bool)
    for name in settings.listed:
        listed |= found[name]
    place = settings.by if settings.by in table.columns else None
    places = table[place].where(table[place].notna(), None).tolist() if place else [None] * len(table)
    codes = table["parcel_id"].astype(str).tolist()
    low = found["low"] | found["stopped"]
    return Land(shapes, codes, parcel_titles(ctx), places, areas(ctx), listed=listed, low=low, idle=found["idle"])


def _tables(ctx: Context, contents: Contents, scene: Scene) -> tuple[AreaTable | None, ...]:
    """Return what stands beside each map: the facts of a listed parcel, else the listed parcels on the page."""
    lang = ctx.words.lang
    heads = {name: term("atlas_column", name, lang) for name in ("fact", "value", "name", "area_mu", "kind")}
    if contents.by == "listed":
        title = term("atlas_table", "parcel", lang)
        facts = {int(row): tuple(parcel_facts(ctx, int(row))) for sheet in contents.sheets for row in sheet.rows}
        return tuple(
            AreaTable(title, (heads["fact"], heads["value"]), facts[int(sheet.rows[0])]) for sheet in contents.sheets
        )
    names, words, area = parcel_names(ctx), parcel_kinds(ctx), areas(ctx)
    title, numbers = term("atlas_table", "listed", lang), scene.labels["number"]
    made: list[AreaTable | None] = []
    for sheet in contents.sheets:
        rows = numbers.iloc[sheet.rows].dropna().sort_values()
        places = numbers.index.get_indexer(rows.index)
        cells = tuple(
            (f"{number}  {names[at]}", _mu(area[at]), str(words[at])) for number, at in zip(rows, places, strict=True)
        )
        total = (term("atlas_table", "total", lang).format(count=len(rows)), _mu(np.nansum(area[places])), "")
        heads_of_list = (heads["name"], heads["area_mu"], heads["kind"])
        made.append(AreaTable(title, heads_of_list, cells, total) if cells else None)
    return tuple(made)


def _mu(area: float) -> str:
    return f"{area:,.2f}" if np.isfinite(area) else "—"


def _base(ctx: Context, scene: Scene) -> SheetFacts:
    """Return what all pages state alike."""
    project, lang = ctx.project, ctx.words.lang
    region, outputs = project.print.region_name, project.outputs
    wording = "title_region" if region else "title"
    review = term("sheet_word", "review", lang).format(number=outputs.review_number) if outputs.review_number else ""
    return SheetFacts(
        title=term("atlas_word", wording, lang).format(region=region, name=project.project.name),
        lang=lang,
        stamp=stage_word(ctx.analysis),
        draft=draft_word(ctx.analysis),
        secrecy=secrecy(ctx.analysis),
        review=review,
        notice=outputs.notice,
        fields=block_fields(ctx.analysis, scene.crs, number=""),
        inset=slim(inset_of(scene), INSET_MM),
        created=drawn_on(ctx.analysis),
    )
