"""Lay a layout out on a paper: where each element stands, in millimetres from the lower left corner of the sheet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from landuse.catalogue import load
from landuse.errors import Fault, InputError
from landuse.printing.layout import ELEMENTS, PAPERS, Box, SheetLayout, layout_of

LAYOUTS: Final = "cartography/sheet/layouts"
PICTURE: Final = "16:9"
PANE_GAP: Final = 2.0
"""Millimetres between two maps."""
LEAST_MAP: Final = 20.0
"""Millimetres that a map has to have each way."""


@dataclass(frozen=True)
class Rect:
    """A rectangle of the sheet, in mm."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """Return the upper edge."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Return the middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return left, lower, right and upper edge."""
        return self.x, self.y, self.right, self.top

    def inset(self, by: float) -> Rect:
        """Return the rectangle smaller by so much on each side."""
        return Rect(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


@dataclass(frozen=True)
class Layout:
    """A layout on one paper."""

    spec: SheetLayout
    paper: str
    orientation: str

    @cached_property
    def size(self) -> tuple[float, float]:
        """Return width and height of the paper in mm."""
        long, short = PAPERS[self.paper]
        return (short, long) if self.orientation == "portrait" else (long, short)

    @cached_property
    def factor(self) -> float:
        """Return by how much lengths and letters are larger than the file states."""
        stated = self.spec.page.factor
        return float(stated.get(self.paper, 1.0))  # type: ignore[call-overload]

    @cached_property
    def area(self) -> Rect:
        """Return the paper less its margins."""
        page, (width, height) = self.spec.page, self.size
        left = max(page.margin, page.binding.get(self.paper, 0.0))  # type: ignore[call-overload]
        return Rect(left, page.margin, width - left - page.margin, height - 2 * page.margin)

    def mm(self, length: float) -> float:
        """Return a length of the file in mm of this paper."""
        return length * self.factor

    def box(self, name: str) -> Box | None:
        """Return an element as the file states it; None where the sheet has none."""
        found: Box | None = getattr(self.spec, name)
        return found

    @cached_property
    def frame(self) -> Rect:
        """Return the outer neat line of the map."""
        found, x, width = self.spec.map, *self.across(self.spec.map)
        area = self.area
        if found.top is not None and found.bottom is not None:
            y = area.y + self.mm(found.bottom)
            return Rect(x, y, width, area.top - self.mm(found.top) - y)
        height = self.mm(found.height or 0.0)
        y = area.y + self.mm(found.bottom) if found.bottom is not None else area.top - self.mm(found.top or 0) - height
        return Rect(x, y, width, height)

    @cached_property
    def neat(self) -> Rect:
        """Return the inner neat line: what shows the map.

        Raises
        ------
        InputError
            The layout leaves no room for a map on this paper.
        """
        found = self.frame.inset(self.mm(self.spec.map.border))
        if min(found.width, found.height) < LEAST_MAP:
            size = f"{found.width:.0f} x {found.height:.0f} mm"
            raise InputError(
                [
                    Fault(
                        f"[sheets.layout] [map] {self.paper}",
                        f"图幅内没有地图的位置 / no room for the map: {size}",
                        f">= {LEAST_MAP:.0f} mm",
                        "改用更大的幅面或减小边栏 / take a larger paper or smaller side panels",
                    )
                ]
            )
        return found

    def across(self, box: Box) -> tuple[float, float]:
        """Return left edge and width of an element."""
        area = self.area
        if box.left is not None and box.right is not None:
            x = area.x + self.mm(box.left)
            return x, area.right - self.mm(box.right) - x
        width = self.mm(box.width or 0.0)
        x = area.x + self.mm(box.left) if box.left is not None else area.right - self.mm(box.right or 0.0) - width
        return x, width


@dataclass(frozen=True)
class Pane(Layout):
    """One of the two maps of a sheet that has two: half of the frame, cut across its longer side."""

    second: bool = False

    @cached_property
    def frame(self) -> Rect:
        """Return the outer neat line of this map."""
        whole, gap = Layout(self.spec, self.paper, self.orientation).frame, self.mm(PANE_GAP)
        if whole.width >= whole.height:
            width = (whole.width - gap) / 2
            return Rect(whole.right - width if self.second else whole.x, whole.y, width, whole.height)
        height = (whole.height - gap) / 2
        return Rect(whole.x, whole.y if self.second else whole.top - height, whole.width, height)


def panes(whole: Layout) -> tuple[Pane, Pane]:
    """Return the two maps of a sheet that has two, the first to the left or above."""
    first = Pane(whole.spec, whole.paper, whole.orientation)
    return first, Pane(whole.spec, whole.paper, whole.orientation, second=True)


def layout(paper: str = "A3", orientation: str = "landscape", spec: SheetLayout | None = None) -> Layout:
    """Return a layout on a paper.

    Parameters
    ----------
    paper
        One of `landuse.printing.layout.PAPERS`.
    orientation
        landscape | portrait.
    spec
        A layout of the user's own (`landuse.printing.read_layout`); None = that of the toolkit.

    Raises
    ------
    InputError
        No such paper or orientation.
    """
    faults = []
    if paper not in PAPERS:
        known = "、".join(PAPERS)
        faults.append(Fault("[sheets.paper]", f"没有这种幅面 / no such paper: {paper}", known, "改正 / correct it"))
    if orientation not in ("landscape", "portrait"):
        found = f"没有这种方向 / no such orientation: {orientation}"
        faults.append(Fault("[sheets.orientation]", found, "landscape, portrait", "改正 / correct it"))
    if faults:
        raise InputError(faults)
    name = "picture" if paper == PICTURE else orientation
    made = spec or layout_of(load(f"{LAYOUTS}/{name}.toml"), Path(), f"{name}.toml")
    return Layout(made, paper, orientation)


def drawn_order(spec: SheetLayout) -> list[str]:
    """Return the elements of a layout in an order in which each comes after those it hangs below or stands on."""
    left = [name for name in ELEMENTS if getattr(spec, name) is not None and name != "map"]
    done = {name for name in ELEMENTS if name not in left}
    order: list[str] = []
    while left:
        free = [name for name in left if {getattr(spec, name).below, getattr(spec, name).above} <= {None, *done}]
        ready = free or [name for name in left if getattr(spec, name).below in {None, *done}] or left[:1]
        order += ready
        done |= {*ready}
        left = [name for name in left if name not in ready]
    return order
