"""Draw the charts of a report as pictures: the bundled font, colours and hatches of the map, the same bytes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

from landuse.errors import InputError
from landuse.fonts import BOLD, FAMILY, REGULAR, faces, folder
from landuse.reports.content.report.model import Chart, Document, Figure

DPI: Final = 300
MM_PER_INCH: Final = 25.4
HATCHES: Final = {
    "diagonal": "///",
    "back": "\\\\\\",
    "cross": "xx",
    "dots": "..",
    "horizontal": "--",
    "vertical": "||",
}
WRAP: Final = 14
"""Signs of a label on one line."""
MOST_LINES: Final = 2
INK: Final = "#333333"


def draw(figure: Figure, width_mm: float, families: tuple[str, ...]) -> bytes:
    """Return a chart as PNG.

    Parameters
    ----------
    families
        Fonts in the order in which a character is looked for (`prepared`).
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    chart = figure.chart
    if chart is None:
        raise ValueError(figure.key)
    with _settings(families):
        canvas = Canvas(figsize=(width_mm / MM_PER_INCH, figure.height_mm / MM_PER_INCH), dpi=DPI, layout="constrained")
        FigureCanvasAgg(canvas)
        axes = canvas.add_subplot()
        {"bars": _bars, "columns": _columns, "lines": _lines}[chart.kind](axes, chart)
        _dress(axes, chart)
        target = BytesIO()
        canvas.savefig(target, format="png", dpi=DPI, metadata={"Software": None})
    return target.getvalue()


def prepared(document: Document) -> tuple[str, ...]:
    """Return the fonts the charts of a document are set in, known to the drawing library.

    Raises
    ------
    InputError
        No font of the machine has some character.
    """
    from matplotlib import font_manager

    found = faces(_texts(document.items))
    if faults := found.faults(document.title):
        raise InputError(faults)
    for file in (folder() / REGULAR, folder() / BOLD, *found.files):
        font_manager.fontManager.addfont(str(file))
    return found.families


def _texts(items: Iterable[Any]) -> Iterator[str]:
    yield "0123456789.,-%"
    for item in items:
        if isinstance(item, Figure) and item.chart:
            chart = item.chart
            yield from (*chart.labels, chart.unit, chart.across, *(series.name for series in chart.series))


@contextmanager
def _settings(families: tuple[str, ...]) -> Iterator[None]:
    from matplotlib import rc_context

    look: Any = {
        "font.family": list(families or (FAMILY,)),
        "font.size": 9.0,
        "axes.edgecolor": INK,
        "axes.linewidth": 0.6,
        "hatch.linewidth": 0.6,
        "axes.unicode_minus": False,
    }
    with rc_context(look):
        yield


def _bars(axes: Any, chart: Chart) -> None:
    """Draw lying bars, the first on top; several series stand below each other."""
    count = len(chart.series)
    height = 0.74 / count
    for place, series in enumerate(chart.series):
        at = [row + (place - (count - 1) / 2) * height for row in range(len(chart.labels))]
        colours = list(series.colours) or series.colour
        drawn = axes.barh(at, [_known(v) for v in series.values], height * 0.92, color=colours, label=series.name,
                          edgecolor=INK, linewidth=0.4, hatch=HATCHES.get(series.hatch))  # fmt: skip
        axes.bar_label(drawn, [_figure(v, chart.decimals) for v in series.values], padding=2, fontsize=7.5)
    axes.set_yticks(range(len(chart.labels)), [_wrapped(label) for label in chart.labels], fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel(chart.unit)
    axes.margins(x=0.12, y=0.02)
    if count > 1:
        axes.legend(fontsize=8, frameon=False, loc="lower right", ncols=1)


def _columns(axes: Any, chart: Chart) -> None:
    series = chart.series[0]
    drawn = axes.bar(range(len(chart.labels)), series.values, 0.62, color=list(series.colours) or series.colour,
                     edgecolor=INK, linewidth=0.4)  # fmt: skip
    axes.bar_label(drawn, [_figure(v, chart.decimals) for v in series.values], padding=2, fontsize=8)
    axes.set_xticks(range(len(chart.labels)), chart.labels)
    axes.set_ylabel(chart.unit)
    axes.set_xlabel(chart.across)
    axes.margins(y=0.14)


def _lines(axes: Any, chart: Chart) -> None:
    series = chart.series[0]
    at = list(range(len(chart.labels)))
    axes.plot(at, series.values, color=series.colour, marker="o", linewidth=1.6, markersize=4)
    for x, value in zip(at, series.values, strict=True):
        axes.annotate(_figure(value, chart.decimals), (x, value), xytext=(0, 6), textcoords="offset points",
                      ha="center", fontsize=8)  # fmt: skip
    axes.set_xticks(at, chart.labels)
    axes.set_xlim(-0.4, len(at) - 0.6)
    axes.set_ylim(0, max(series.values) * 1.2 if max(series.values) > 0 else 1)
    axes.set_ylabel(chart.unit)
    axes.set_xlabel(chart.across)


def _dress(axes: Any, chart: Chart) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=2, width=0.5)
    axes.grid(axis="x" if chart.kind == "bars" else "y", color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)


def _wrapped(label: str) -> str:
    """Return a label on at most two lines, cut where it is longer."""
    lines = [label[at : at + WRAP] for at in range(0, len(label), WRAP)]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1][:-1] + "…"]
    return "\n".join(lines)


def _known(value: float) -> float:
    return 0.0 if math.isnan(value) else value


def _figure(value: float, decimals: int) -> str:
    return "—" if math.isnan(value) else f"{value:.{decimals}f}"
