"""Write a sheet as PDF, PNG or SVG: the same bytes for the same sheet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from landuse import __version__
from landuse.cartography.sheet.lettering import setting
from landuse.fonts import FAMILY, Faces

FORMATS: Final = ("pdf", "png", "svg")
DPI: Final = 200


def save(figure: Any, path: Path | str, *, dpi: int = DPI) -> None:
    """Write a sheet in the format that the name of the file ends with.

    PDF carries the fonts it needs, subset, and text as text; SVG carries texts as outlines, so that it looks the same
    in every program.

    Parameters
    ----------
    figure
        What `compose` gave.
    dpi
        Pixels per inch of a PNG.
    """
    path = Path(path)
    kind = path.suffix.lower().removeprefix(".")
    options: dict[str, Any] = {"dpi": dpi, "pil_kwargs": {"compress_level": 6}} if kind == "png" else {}
    with setting(Faces((FAMILY,), ())):
        figure.savefig(path, format=kind, metadata=_metadata(figure, kind), **options)


def _metadata(figure: Any, kind: str) -> Mapping[str, Any]:
    """Return what a file states of itself: title, program, the day of the project; no clock."""
    facts, program = figure.landuse, f"landuse {__version__}"
    day = datetime(facts.created.year, facts.created.month, facts.created.day)  # noqa: DTZ001 - a day has no zone
    if kind == "pdf":
        return {"Title": facts.title, "Creator": program, "Producer": program, "CreationDate": day}
    if kind == "svg":
        return {"Title": facts.title, "Creator": program, "Date": facts.created.isoformat()}
    return {"Title": facts.title, "Software": program}
