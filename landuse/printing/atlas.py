"""[atlas]: the book of maps, one page a park, town, grid cell or listed parcel."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from landuse.catalogue import load
from landuse.settings import Section


def _theme(value: Any) -> Any:
    """Take the key of a theme of the map."""
    known = tuple(load("cartography/themes.toml")["themes"])
    if value not in known:
        raise PydanticCustomError("literal_error", "a theme", {"expected": ", ".join(known)})
    return value


class Atlas(Section):
    """[atlas]: what atlas.pdf shows and how it is cut into pages."""

    draw: bool | None = None
    """Whether it is drawn; default: where it has no more than `most_pages` pages."""
    most_pages: int = Field(default=60, ge=1)
    """Pages beyond which it is drawn only where `draw` is true: some three pages a second and core."""
    by: Literal["park", "town", "grid", "listed"] = "park"
    """One page a park, a town, a cell of a grid, or a listed parcel; long parks and towns take several pages."""
    theme: Annotated[str, BeforeValidator(_theme)] = "low"
    """Theme the parcels are coloured by, as the map names them: low, idle, tax_per_mu, grade, …"""
    paper: Literal["A4", "A3", "A2"] = "A3"
    """Paper, lying; A3 and larger with the 25 mm binding edge at the left."""
    scale: int = Field(default=0, ge=0, le=1_000_000)
    """1 : scale of every page; 0 = the largest round scale at which the page holds its park, town or parcel."""
    cell_m: float = Field(default=0.0, ge=0, le=1_000_000)
    """by = "grid": side of a cell in metres; 0 = as the page holds at `scale`, or at 1:5000."""
    order: Literal["name", "row"] = "name"
    """Pages by name (pinyin), or row by row from the north-west; grid cells are always in rows."""
    listed: tuple[Literal["low", "stopped", "idle"], ...] = ("low", "stopped", "idle")
    """by = "listed": low-efficiency, stopped or vacant, suspected idle parcels."""
    parcels: tuple[str, ...] = ()
    """by = "listed": these parcels by their codes, instead of those `listed` names."""
    workers: int = Field(default=0, ge=0, le=64)
    """Processes that draw at the same time; 0 = as many as there are cores and work for. The bytes are the same."""
    keep_pages: bool = False
    """Keep the drawn pages beside atlas.pdf, so that a later run draws only those that changed."""
