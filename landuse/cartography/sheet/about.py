"""Say what every sheet of a run says alike: marks, fields of the 图签, the plane system in words."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from landuse.catalogue import term
from landuse.tables import Analysis

ZONED: Final = 1_000_000
"""False easting from which on it carries the number of a zone."""


def draft_word(analysis: Analysis) -> str:
    """Return the word across a run with errors; blank where there are none."""
    is_draft = bool(len(analysis.issues)) and bool(analysis.issues["severity"].eq("error").any())
    return term("sheet_word", "draft", analysis.project.language) if is_draft else ""


def stage_word(analysis: Analysis) -> str:
    """Return the word stamped on every sheet."""
    project = analysis.project
    return draft_word(analysis) or term("stage", project.project.stage, project.language)


def secrecy(analysis: Analysis) -> str:
    """Return 密级 or the mark of internal matter; nothing on public sheets (DOMAIN 11.4)."""
    project = analysis.project
    if project.project.audience == "public":
        return ""
    return term("print_default", project.print.secrecy, project.language)


def drawn_on(analysis: Analysis) -> date:
    """Return 制图日期: as the project says, else the day of the idle-land rules."""
    project = analysis.project
    day: date = project.print.drawn_on or project.as_of
    return day


def block_fields(analysis: Analysis, crs: Any, *, number: str, data: str = "dates") -> dict[str, str]:
    """Return the fields of the 图签, blank where the project says nothing.

    Parameters
    ----------
    crs
        pyproj CRS of the map.
    data
        Wording of 数据时点 (vocabulary ``sheet_data``).
    """
    project, lang = analysis.project, analysis.project.language
    facts = {"land": project.land_date.isoformat(), "year": project.project.year, "as_of": project.as_of.isoformat()}
    return {
        "organisation": project.print.organisation,
        "number": number,
        "drawn_on": drawn_on(analysis).isoformat(),
        "data_date": project.print.data_date or term("sheet_data", data, lang).format(**facts),
        "crs": datum_words(crs, lang),
        "projection": projection_words(crs, lang),
        "height_datum": term("print_default", project.print.height_datum, lang),
        "review": project.outputs.review_number,
        "stage": stage_word(analysis),
    }


def datum_words(crs: Any, lang: str) -> str:
    """Return 坐标系 in words."""
    name = str(crs.geodetic_crs.name if crs.geodetic_crs is not None else crs.name)
    is_national = "china geodetic coordinate system 2000" in name.lower() or "cgcs2000" in name.lower()
    return term("sheet_crs", "cgcs2000", lang) if is_national else name


def projection_words(crs: Any, lang: str) -> str:
    """Return 投影 in words: the zones of the national plane systems with width, number and central meridian."""
    step = crs.coordinate_operation
    if step is None:
        return ""
    numbers = {parameter.name: float(parameter.value) for parameter in step.params}
    meridian = numbers.get("Longitude of natural origin")
    if "Transverse Mercator" not in step.method_name or meridian is None:
        return str(crs.name)
    zone = int(numbers.get("False easting", 0.0) // ZONED)
    facts = {"meridian": f"{meridian:g}", "zone": zone, "width": 3 if abs(zone * 3 - meridian) < 1e-9 else 6}
    scale = numbers.get("Scale factor at natural origin", 1.0)
    name = "gauss_zone" if zone else "gauss" if abs(scale - 1) < 1e-9 else "transverse"
    return term("sheet_crs", name, lang).format(**facts)
