"""Render a pane as a sheet would: axes of the size of the frame, limits set, one metre = 1000 / scale mm."""

import io

import numpy as np

from landuse.cartography.pane import View, draw_pane

INCH = 25.4


def view_at(x, y, *, scale, size_mm=(60, 40)):
    dx, dy = size_mm[0] * scale / 2000, size_mm[1] * scale / 2000
    return View((x - dx, y - dy, x + dx, y + dy), scale)


def axes_of(view):
    """Return a figure that is all frame, and its axes."""
    from matplotlib.figure import Figure

    width, height = view.size_mm
    figure = Figure(figsize=(width / INCH, height / INCH))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    x0, y0, x1, y1 = view.bounds
    axes.set(xlim=(x0, x1), ylim=(y0, y1))
    return figure, axes


def pixels_of(figure, *, dpi=254):
    """Return the picture as (rows, columns, 3), row 0 in the north; at 254 dpi a millimetre is ten pixels."""
    stream = io.BytesIO()
    figure.savefig(stream, format="rgba", dpi=dpi)
    width, height = (round(inches * dpi) for inches in figure.get_size_inches())
    return np.frombuffer(stream.getvalue(), dtype=np.uint8).reshape(height, width, 4)[:, :, :3]


def drawn(scene, view, style=None, *, dpi=254):
    """Return the picture of a pane and its report."""
    figure, axes = axes_of(view)
    report = draw_pane(axes, scene, view, style)
    return pixels_of(figure, dpi=dpi), report


def patch(picture, view, x, y, *, mm=0.3, dpi=254):
    """Return the pixels within so many mm of a place on the ground, one a row."""
    per_mm = dpi / INCH
    column = view.mm(x - view.bounds[0]) * per_mm
    row = view.mm(view.bounds[3] - y) * per_mm
    half = mm * per_mm
    piece = picture[
        max(0, round(row - half)) : round(row + half) + 1, max(0, round(column - half)) : round(column + half) + 1
    ]
    return piece.reshape(-1, 3)


def hex_of(pixel):
    return "#" + "".join(f"{int(part):02x}" for part in pixel)
