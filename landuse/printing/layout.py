"""State how a map sheet is laid out: a TOML file that a user can copy and edit.

Lengths are millimetres on A3, sizes of letters points on A3; other papers multiply both by their factor. Places are
measured from the edges of the paper less its margins.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from landuse.errors import Fault, InputError
from landuse.refusal import decode, parse_toml, refusal
from landuse.settings import FilePath, Section

Paper = Literal["A4", "A3", "A2", "A1", "A0", "16:9"]
"""What a sheet is printed on; 16:9 is a picture for a screen."""
PAPERS: Final[Mapping[str, tuple[float, float]]] = {
    "A4": (297.0, 210.0), "A3": (420.0, 297.0), "A2": (594.0, 420.0), "A1": (841.0, 594.0), "A0": (1189.0, 841.0),
    "16:9": (325.12, 182.88),
}  # fmt: skip
"""Paper -> width and height in mm, the long side across; 16:9 is 3840 x 2160 points at 300 dpi."""
Orientation = Literal["landscape", "portrait"]
Element = Literal[
    "map", "title", "subtitle", "number", "secrecy", "stamp", "locator", "north", "legend", "key", "table", "notes",
    "block", "scale", "ruler", "notice", "logo",
]  # fmt: skip
ELEMENTS: Final[tuple[str, ...]] = get_args(Element)
PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""How a PNG and a JPEG begin."""
MARGIN: Final = 10.0
"""Least margin in mm: what every printer can print."""

Length = Annotated[float, Field(ge=0, le=2000)]
Size = Annotated[float, Field(gt=0, le=200)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


class Page(Section):
    """[page]: the paper around everything else."""

    margin: float = Field(default=MARGIN, ge=MARGIN, le=100)
    """Between the edge of the paper and everything else."""
    binding: dict[Paper, float] = {"A3": 25.0}
    """Paper -> margin of its left edge, where it is bound."""
    factor: dict[Paper, Size] = {}
    """Paper -> by how much lengths and letters are larger than on A3."""

    @model_validator(mode="after")
    def _binding_is_a_margin(self) -> Page:
        if any(not MARGIN <= width <= 100 for width in self.binding.values()):
            raise PydanticCustomError("binding", "a margin")
        return self


class Ink(Section):
    """[ink]: colours and lines of the frame and its texts."""

    dark: Colour = "#1c2126"
    """Titles, frame, figures."""
    quiet: Colour = "#5a646e"
    """Side texts, grid labels."""
    line: Colour = "#8b949d"
    """Thin lines of tables."""
    accent: Colour = "#b42318"
    """Stamp, secrecy mark, rectangle of the inset."""
    paper: Colour = "#ffffff"
    """Ground of the map."""
    hair: Size = 0.1
    """Thinnest line …"""
    thin: Size = 0.18
    """… and the usual one, in mm."""


class Box(Section):
    """Where an element stands: two of left, right, width; two of top, bottom, height, or one alone.

    With one alone, below another element or on it, it is as high as it needs.
    """

    left: Length | None = None
    right: Length | None = None
    width: Length | None = None
    top: Length | None = None
    bottom: Length | None = None
    height: Length | None = None
    below: Element | None = None
    """Element it follows downwards, by `gap`."""
    above: Element | None = None
    """Element it may not run into; where nothing else says how high it stands, it stands on it."""
    gap: Length = 4.0

    @property
    def grows_up(self) -> bool:
        """Return whether its lower edge is given: it grows upwards as far as it needs."""
        return self.top is None and self.below is None

    @model_validator(mode="after")
    def _is_placed(self) -> Box:
        across = [self.left, self.right, self.width]
        down_from = [value for value in (self.top, self.below) if value is not None]
        upright = [*down_from, *(value for value in (self.bottom, self.height) if value is not None)]
        is_fixed = bool(down_from) or self.bottom is not None or (self.above is not None and not upright)
        if across.count(None) != 1 or len(down_from) > 1 or not is_fixed or len(upright) > 2:
            raise PydanticCustomError("placed", "a place")
        return self


class TextBox(Box):
    """A line of text in a box."""

    size: Size = 9.0
    bold: bool = False
    align: Literal["left", "center", "right"] = "left"


class MapBox(Box):
    """[map]: the outer neat line (外图廓), the grid between it and the inner one (内图廓)."""

    border: Length = 7.5
    """Between the two neat lines, where the coordinates stand."""
    outer_line: Size = 0.7
    inner_line: Size = 0.2
    grid: Literal["crosses", "lines", "ticks", "none"] = "crosses"
    grid_mm: Size = 50.0
    """About how far the lines of the grid are apart on the paper."""
    grid_size: Size = 6.5
    """Letters of the coordinates."""
    room: Length = 5.0
    """Between the neat line and the outermost parcel, at least."""


class LegendBox(Box):
    """[legend]: 图例."""

    size: Size = 8.5
    row: Size = 5.4
    """Height of a row."""
    swatch: Size = 9.0
    """Width of the field of colour."""
    head_size: Size = 11.0
    least: float = Field(default=0.6, gt=0, le=1)
    """Down to which part of its size a legend of many classes is shrunk."""


class TableBox(Box):
    """[table]: 面积统计表, [key]: parcels whose number found no room, [block]: 图签, [notes]: 附注."""

    size: Size = 7.5
    row: Size = 5.0
    head_size: Size = 9.5


class BlockBox(TableBox):
    """[block]: 图签."""

    rows: tuple[
        Literal[
            "organisation", "number", "scale", "drawn_by", "checked_by", "approved_by", "drawn_on", "crs", "projection",
            "height_datum", "data_date", "review", "stage",
        ],
        ...,
    ] = (
        "organisation", "number", "scale", "drawn_by", "checked_by", "approved_by", "drawn_on", "data_date", "crs",
        "projection", "height_datum", "review",
    )  # fmt: skip
    """Its fields in order; those without a value, except the ones for a pen, are left out."""


class LocatorBox(Box):
    """[locator]: the inset that shows where the sheet lies."""

    head_size: Size = 9.5


class NorthBox(Box):
    """[north]: 指北针."""

    size: Size = 10.0


class ScaleBox(TextBox):
    """[scale]: numeric scale with its bar."""

    bar: Size = 1.5
    """Height of the bar."""
    numeric_size: Size = 12.0


class RulerBox(Box):
    """[ruler]: 校核尺: 100 mm on the paper, whatever its size."""

    size: Size = 6.5


class LogoBox(Box):
    """[logo]: a picture of the bureau."""

    file: FilePath
    """A .png or .jpg, relative to the layout file."""


class SheetLayout(Section):
    """A layout file: which elements a sheet has, and where."""

    page: Page = Page()
    ink: Ink = Ink()
    map: MapBox
    title: TextBox | None = None
    subtitle: TextBox | None = None
    number: TextBox | None = None
    secrecy: TextBox | None = None
    stamp: TextBox | None = None
    locator: LocatorBox | None = None
    north: NorthBox | None = None
    legend: LegendBox | None = None
    key: TableBox | None = None
    table: TableBox | None = None
    notes: TableBox | None = None
    block: BlockBox | None = None
    scale: ScaleBox | None = None
    ruler: RulerBox | None = None
    notice: TextBox | None = None
    logo: LogoBox | None = None
    folder: Path = Field(default=Path(), exclude=True)
    """Folder of the layout file: paths are relative to it."""

    @property
    def logo_path(self) -> Path | None:
        """Return the file of the logo; None where there is none."""
        return self.folder / self.logo.file.replace("\\", "/") if self.logo else None


def read_layout(path: Path, name: str) -> SheetLayout:
    """Return the layout of a file of the user's own.

    Parameters
    ----------
    name
        The file as the project writes it.

    Raises
    ------
    InputError
        No such file, no TOML, unknown keys (the nearest known key is named), values out of range, no such logo.
    """
    if not path.is_file():
        found = "版式文件不存在 / no such layout file"
        raise InputError([Fault(f"[sheets.layout] {name}", found, do="检查路径 / check the path")])
    try:
        text = decode(path.read_bytes())
    except UnicodeDecodeError:
        raise InputError([Fault(name, "不是文本文件 / not a text file", "TOML, UTF-8")]) from None
    return layout_of(parse_toml(text, name), path.parent, name)


def layout_of(tree: Mapping[str, Any], folder: Path, where: str) -> SheetLayout:
    """Return the layout of a tree of plain values, as `tomllib` gives it.

    Raises
    ------
    InputError
        See `read_layout`.
    """
    try:
        made = SheetLayout.model_validate({**tree, "folder": folder})
    except ValidationError as error:
        raise InputError([refusal(item, tree, where, model=SheetLayout) for item in error.errors()]) from None
    if made.logo and (found := _logo_fault(made)):
        raise InputError([Fault(f"{where} [logo.file]", found, ".png, .jpg", "检查路径 / check the path")])
    return made


def _logo_fault(made: SheetLayout) -> str:
    """Return why the picture of a layout cannot be used; blank where it can."""
    path = made.logo_path
    if path is None or not path.is_file():
        return f"图片不存在 / no such picture: {made.logo.file if made.logo else ''}"
    with path.open("rb") as stream:
        is_picture = stream.read(8).startswith(PICTURES)
    return "" if is_picture else f"不是图片 / not a picture: {path.name}"
