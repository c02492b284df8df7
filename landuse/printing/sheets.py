"""State which map sheets a run draws, and on what."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from landuse.printing.layout import Orientation
from landuse.settings import FilePath, Section

SheetName = Literal[
    "location", "current", "tax_per_mu", "output_per_mu", "output_per_energy", "price", "industry", "grade", "low",
    "idle", "measure", "before_after", "parks", "roadmap", "progress",
]  # fmt: skip
SHEETS: Final[tuple[str, ...]] = (
    "location", "current", "tax_per_mu", "output_per_mu", "output_per_energy", "price", "industry", "grade", "low",
    "idle", "measure", "before_after", "parks",
)  # fmt: skip
"""The standard set, 附图1 to 附图13, in order; roadmap and progress follow where the run has plans and cases."""
LEAST_SCALE: Final = 100
MOST_SCALE: Final = 10_000_000
MOST_DIGITS: Final = 3
"""1:12500 is a round scale, 1:1987 none."""


def _scale(value: Any) -> Any:
    """Take ``auto``, 2000 or "1:2000"."""
    if isinstance(value, str):
        text = value.strip().replace("：", ":").removeprefix("1:").replace(",", "").replace(" ", "")
        value = int(text) if text.isdigit() else text
    if value == "auto":
        return value
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not is_whole or not LEAST_SCALE <= value <= MOST_SCALE or len(str(value).rstrip("0")) > MOST_DIGITS:
        raise PydanticCustomError("scale", "a scale")
    return value


class Sheets(Section):
    """[sheets]: the printed maps."""

    only: tuple[SheetName, ...] | None = None
    """Sheets that are drawn; None = the whole standard set. Their numbers stay."""
    paper: Literal["A4", "A3", "A2", "A1", "A0"] = "A3"
    orientation: Orientation = "landscape"
    scale: Annotated[Literal["auto"] | int, BeforeValidator(_scale)] = "auto"
    """1 : so many; auto = the largest round scale at which everything fits."""
    dpi: int = Field(default=300, ge=50, le=1200)
    """Pixels per inch of the PNG."""
    formats: tuple[Literal["pdf", "png", "svg"], ...] = ("pdf", "png")
    layout: FilePath | None = None
    """A layout file of your own; None = the one of the toolkit for the orientation."""
    pictures: bool = False
    """Whether each sheet is drawn as a picture for a screen too (16:9, 3840 x 2160)."""
    processes: int = Field(default=0, ge=0, le=64)
    """Processes that draw at the same time; 0 = as many as pay on this machine."""
