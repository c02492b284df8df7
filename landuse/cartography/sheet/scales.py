"""Choose round numbers: the scale of a sheet, the grid, the steps of a scale bar."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor, inf, log10
from typing import Final

from landuse.cartography.pane.scales import SCALES
from landuse.cartography.pane.view import Bounds, View
from landuse.cartography.sheet.place import Layout
from landuse.errors import Fault, InputError

NICE: Final = (1.0, 2.0, 2.5, 5.0)
"""Steps of a decade that a scale bar takes …"""
GRID: Final = (1.0, 2.0, 5.0)
"""… and those of a grid."""
CLOSE: Final = 1e-9


def fitting_view(bounds: Bounds, layout: Layout, *, scale: int | None = None, around: Bounds | None = None) -> View:
    """Return what the map of a sheet shows: some bounds, at the largest round scale at which they fit.

    Parameters
    ----------
    bounds
        Metres of the map that have to be seen.
    scale
        1 : so many, where the user wants one; None = the largest that fits.
    around
        What had better be seen too: the middle moves as far towards its own as the bounds allow.

    Raises
    ------
    InputError
        The bounds do not fit at that scale, or at none.
    """
    neat, room = layout.neat, layout.mm(layout.spec.map.room)
    x0, y0, x1, y1 = bounds
    needed = max((x1 - x0) / (neat.width - 2 * room), (y1 - y0) / (neat.height - 2 * room)) * 1000
    if not needed < inf:
        raise InputError([Fault("[sheets]", "范围没有大小 / the bounds are not finite")])
    fitting = next((one for one in SCALES if one >= needed * (1 - CLOSE)), None)
    if fitting is None or (scale is not None and scale < needed * (1 - CLOSE)):
        raise InputError([_too_large(layout, scale, fitting)])
    chosen = scale or fitting
    wanted = around or bounds
    spare_x = (neat.width - 2 * room) * chosen / 1000 - (x1 - x0)
    spare_y = (neat.height - 2 * room) * chosen / 1000 - (y1 - y0)
    middle = (
        _towards((x0 + x1) / 2, (wanted[0] + wanted[2]) / 2, spare_x / 2),
        _towards((y0 + y1) / 2, (wanted[1] + wanted[3]) / 2, spare_y / 2),
    )
    return view_at(middle, layout, chosen)


def _towards(start: float, goal: float, most: float) -> float:
    """Return a goal, or how far towards it one comes in a step of at most so much."""
    return start + min(max(goal - start, -most), most)


def view_at(middle: tuple[float, float], layout: Layout, scale: int) -> View:
    """Return what the map of a sheet shows around a point at a scale."""
    neat = layout.neat
    half_x, half_y = neat.width * scale / 2000, neat.height * scale / 2000
    x, y = middle
    return View((x - half_x, y - half_y, x + half_x, y + half_y), scale)


def _too_large(layout: Layout, scale: int | None, fitting: int | None) -> Fault:
    fits = f"1:{fitting}" if fitting else "-"
    return Fault(
        "[sheets.scale]",
        f"全部宗地在 {layout.paper} 幅面上放不下 / not all parcels fit on {layout.paper} at this scale: "
        f"1:{scale or SCALES[-1]}",
        f"该幅面可用的最大比例尺 / the largest scale that fits: {fits}",
        "改用更大的幅面、更小的比例尺或 auto,或按园区印图集 / a larger paper, a smaller scale or auto, or the atlas",
    )


def round_length(most: float) -> float:
    """Return the longest round length (1, 2, 2.5 or 5 times a power of ten) that is not above a limit."""
    return max(step for step in _steps(most, NICE) if step <= most * (1 + CLOSE))


def grid_step(view: View, apart_mm: float) -> float:
    """Return the interval of the grid in metres: round, and about so many mm on the paper."""
    wanted = view.metres(apart_mm)
    return min(_steps(wanted, GRID), key=lambda step: abs(step - wanted))


def grid_lines(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of a step between two values, both ends inclusive."""
    return [place * step for place in range(ceil(low / step - CLOSE), floor(high / step + CLOSE) + 1)]


def _steps(about: float, digits: tuple[float, ...]) -> Iterator[float]:
    decade = 10.0 ** floor(log10(about))
    return (digit * power for power in (decade / 10, decade, decade * 10) for digit in digits)
