"""Draw the interactive map: one HTML page of folium and Leaflet that carries everything and fetches nothing."""

from __future__ import annotations

import re
from html import escape
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import pandas as pd

import landuse
from landuse.cartography.context import context_features, context_styles
from landuse.cartography.mapdata import map_data
from landuse.cartography.offline import (
    embedded_json,
    embedded_style,
    number_elements,
    refuse_fetching,
)
from landuse.cartography.page.lent import lent_holders
from landuse.cartography.parcel_layer.pack import as_text, pack
from landuse.cartography.scripts import booting_script, code_of_page, inflating_script, squeezed_text
from landuse.cartography.shapes import degrees, feature_collection, lonlat, middle
from landuse.cartography.toolfacts import image_sources, tool_facts
from landuse.catalogue import read_text, term, terms
from landuse.tables import Analysis, Geometries

ASSETS: Final = "cartography/assets"
HEAD_PLACE: Final = "<!-- landuse head -->"
BODY_PLACE: Final = "<!-- landuse body -->"
PLACES: Final = (
    f"{{% macro header(this, kwargs) %}}{HEAD_PLACE}{{% endmacro %}}"
    f"{{% macro html(this, kwargs) %}}{BODY_PLACE}{{% endmacro %}}"
    "{% macro script(this, kwargs) %}landuse.start({{ this._parent.get_name() }});{% endmacro %}"
)
ZONE: Final = re.compile(r"CGCS2000 / (?:(?P<width>\d)-degree )?Gauss-Kruger (?P<kind>CM|zone) (?P<place>\w+)")
"""Name of the national plane systems as the EPSG registry writes them."""
LEAFLET: Final[dict[str, Any]] = {
    "zoom_start": 13,
    "max_zoom": 21,
    "zoom_snap": 0.25,
    "zoom_delta": 0.5,
    "wheel_px_per_zoom_level": 120,
    "fade_animation": False,
    "prefer_canvas": True,
    "zoom_control": False,
    "tiles": None,
}
"""Options of the Leaflet map: no base map, no flag, half steps of zoom."""


def draw_map(analysis: Analysis) -> str:
    """Return map.html: parcels coloured by theme, legend, cards, search, in one page that works offline.

    The same analysis gives the same text. Texts of the tables are shown as text, never as markup.

    Raises
    ------
    DefectError
        Something in the page would be fetched from outside.
    """
    import folium

    geometry = degrees(analysis.parcels.geometry, analysis.parcels.crs)
    page = folium.Map(location=list(middle(geometry)), **LEAFLET)
    page.default_js = []
    page.default_css = []
    page.add_child(_places())
    figure: Any = page.get_root()
    number_elements(figure)
    code = "zh-CN" if analysis.project.language == "zh" else "en"
    frame = str(figure.render()).replace("<html>", f'<html lang="{code}">', 1)
    html = _filled(frame, _page(analysis, geometry))
    refuse_fetching(html)
    return html


def _places() -> Any:
    """Return the folium element that keeps the places of our head, body and script.

    branca compiles what an element renders as a template once more, so no text of a table may pass through it:
    a name such as ``{{ x }}`` would be run. The places are filled after folium is done.
    """
    from branca.element import MacroElement
    from folium.template import Template

    new_element: Any = MacroElement
    element = new_element()
    element._name = "LanduseParcels"  # noqa: SLF001 - folium names its elements so
    element._template = Template(PLACES)  # noqa: SLF001
    return element


def _filled(frame: str, page: SimpleNamespace) -> str:
    """Return the page of folium with our head and body in their places."""
    from folium.template import Template

    macros: Any = Template(read_text(f"{ASSETS}/page.html.j2")).module
    before, rest = frame.split(HEAD_PLACE, 1)
    between, after = rest.split(BODY_PLACE, 1)
    return "".join([before, macros.header(page), between, macros.body(page), after])


def _page(analysis: Analysis, geometry: Geometries) -> SimpleNamespace:
    """Return what the template file of the page is filled with."""
    data = map_data(analysis)
    words = data.facts["words"]
    parcels = lent_holders(data.parcels, data.firms, data.uses)
    park_shapes, park_names = _parks(analysis)
    around, facts = context_features(analysis, park_shapes)
    carried = {
        **data.facts,
        "undrawn": _undrawn(geometry, words["undrawn"]),
        "attribution": _attribution(analysis),
        "context_styles": context_styles(),
        "tools": tool_facts(analysis, _sheet_texts(analysis)),
    }
    return SimpleNamespace(
        licence=f"/*\n{read_text(f'{ASSETS}/leaflet/LICENSE')}*/",
        leaflet_css=embedded_style(read_text(f"{ASSETS}/leaflet/leaflet.css")),
        inflate_js=inflating_script(),
        boot_js=booting_script(),
        code=code_of_page(),
        page_css=embedded_style(read_text(f"{ASSETS}/map.css")),
        words=words,
        head=_head(analysis),
        about=_about(analysis),
        tools_css=embedded_style(read_text(f"{ASSETS}/tools/tools.css")),
        image_sources=image_sources(analysis.project),
        parcels=as_text(pack(geometry, parcels.table, parcels.specs)),
        firms=as_text(pack(None, data.firms.table, data.firms.specs)),
        uses=as_text(pack(None, data.uses.table, data.uses.specs)),
        has_parks=bool(park_names),
        parks=squeezed_text(feature_collection(park_shapes, park_names)),
        has_context=bool(facts),
        context=squeezed_text(feature_collection(around, facts)),
        data=squeezed_text(embedded_json(carried)),
    )


def _undrawn(geometry: Geometries, words: str) -> str:
    """Return how many parcels have no geometry, in words; blank where all have one."""
    import shapely

    count = int((shapely.is_missing(geometry) | shapely.is_empty(geometry)).sum())
    return words.format(count=count) if count else ""


def _parks(analysis: Analysis) -> tuple[Geometries, list[dict[str, str]]]:
    """Return the outlines of the parks in longitude and latitude, with their names."""
    shapes: list[Any] = []
    names: list[dict[str, str]] = []
    for part in analysis.raw.of("parks"):
        if part.geometry is None or part.crs is None:
            continue
        column = part.frame["park"] if "park" in part.frame else pd.Series([None] * len(part.frame))
        shapes += list(lonlat(part.geometry, part.crs))
        names += [{"park": "" if pd.isna(name) else str(name)} for name in column]
    return np.asarray(shapes, dtype=object), names


def _head(analysis: Analysis) -> dict[str, str]:
    """Return the texts of the head line; `number` is the year alone, `facts` the days that hold for every picture."""
    project, lang = analysis.project, analysis.project.language
    words = terms("map_word", lang)
    dates = {"land_date": project.land_date.isoformat(), "as_of": project.as_of.isoformat()}
    failed = bool(len(analysis.issues)) and bool((analysis.issues["severity"] == "error").any())
    return {
        "name": project.project.name,
        "year": words["of_year"].format(year=project.project.year),
        "number": str(project.project.year),
        "facts": " · ".join(f"{words[key]}: {text}" for key, text in dates.items()),
        "crs": f"{words['crs']}: {_crs_name(analysis)}",
        "stamp": words["draft"] if failed else term("stage", project.project.stage, lang),
        "audience": term("audience", project.project.audience, lang),
        "notice": project.outputs.notice,
    }


def _sheet_texts(analysis: Analysis) -> dict[str, str]:
    """Return the texts of a printed sheet: those of the head line and of the foot."""
    return {**_head(analysis), "attribution": _attribution_text(analysis)}


def _crs_name(analysis: Analysis) -> str:
    """Return the name of the CRS; in Chinese the usual wording of the Gauss-Krueger zones of CGCS2000."""
    import pyproj

    crs = pyproj.CRS.from_user_input(analysis.parcels.crs)
    words = terms("map_word", analysis.project.language)
    told = ZONE.fullmatch(crs.name)
    name = str(crs.name)
    if told:
        form = words["crs_zone" if told["kind"] == "zone" else "crs_meridian"]
        name = form.format(width=told["width"] or "6", place=told["place"])
    authority = crs.to_authority()
    return f"{name}, {':'.join(authority)}" if authority else name


def _about(analysis: Analysis) -> list[tuple[str, str]]:
    """Return what the page says about its run: version, parameters, inputs."""
    words = terms("map_word", analysis.project.language)
    rows = [
        (words["version"], f"landuse {landuse.__version__} · Leaflet 1.9.4 (BSD-2-Clause) · fflate 0.8.3 (MIT)"),
        (words["digest"], analysis.project.digest()),
        (words["inputs"], "; ".join(f"{one.name} {one.sha256[:12]}" for one in analysis.raw.inputs)),
    ]
    return [(title, text) for title, text in rows if text]


def _attribution(analysis: Analysis) -> str:
    """Return the line at the foot of the map, escaped: Leaflet sets it as markup."""
    return escape(_attribution_text(analysis))


def _attribution_text(analysis: Analysis) -> str:
    outputs, words = analysis.project.outputs, terms("map_word", analysis.project.language)
    review = f"{words['review']} {outputs.review_number}" if outputs.review_number else ""
    return " · ".join(part for part in (outputs.attribution, review) if part)
