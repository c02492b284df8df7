"""Take the committed district apart: odd parcels, odd names, and what stands in a PDF."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from landuse.tables import Analysis

HOSTILE = '#import "x" *粗* _斜_ $x$ [甲] \\ @乙 <丙> `丁` "引" \u202e反\u202c // 注 ~'
"""A name that would be markup, were it not data."""
PRINTED = '#import "x" *粗* _斜_ $x$ [甲] \\ @乙 <丙> `丁` "引" 反 // 注 ~'
"""The same as it is printed: marks of direction cannot be seen."""
LONG_NAME = "安澜县" + "特" * 52 + "有限公司"
LONG_WORD = "X" * 60


def with_parcel(analysis: Analysis, row: int, shape=None, **cells) -> Analysis:
    """Return the analysis with another shape or other cells of one parcel."""
    table = analysis.parcels.table.copy()
    for name, value in cells.items():
        table.loc[table.index[row], name] = value
    shapes = analysis.parcels.geometry.copy()
    if shape is not None:
        shapes[row] = shape
    return replace(analysis, parcels=replace(analysis.parcels, table=table, shapes=shapes, wkb=None))


def without_shape(analysis: Analysis, row: int) -> Analysis:
    """Return the analysis with one parcel whose geometry is missing."""
    shapes = analysis.parcels.geometry.copy()
    shapes[row] = None
    return replace(analysis, parcels=replace(analysis.parcels, shapes=shapes, wkb=None))


def circle(analysis: Analysis, row: int, corners: int, radius: float):
    """Return a round parcel of so many corners where another lies."""
    middle = analysis.parcels.geometry[row].centroid
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    points = np.column_stack([middle.x + radius * np.cos(angle), middle.y + radius * np.sin(angle)])
    return shapely.Polygon(points)


def with_settings(analysis: Analysis, **sections) -> Analysis:
    """Return the analysis of a project with other sections."""
    project = analysis.project
    changed = {name: getattr(project, name).model_copy(update=told) for name, told in sections.items()}
    return replace(analysis, project=project.model_copy(update=changed))


def with_tenants(analysis: Analysis, parcel_id: str, number: int) -> Analysis:
    """Return the analysis with so many enterprises on one parcel, each with the same land."""
    use = analysis.occupancy
    others = analysis.enterprises.loc[analysis.enterprises["status"].eq("RANKED"), "uscc"].head(number)
    like = use.loc[use["parcel_id"].eq(parcel_id)].iloc[[0]]
    area = int(analysis.parcels.table.loc[analysis.parcels.table["parcel_id"].eq(parcel_id), "area_cm2"].iloc[0])
    rows = pd.concat([like] * number, ignore_index=True).assign(
        uscc=others.to_numpy(), land_cm2=area // number, land_mu=area // number / 1e4 * 3 / 2000,
        land_share_of_parcel=1 / number, tenure="lease",
    )  # fmt: skip
    kept = use.loc[~use["parcel_id"].eq(parcel_id)]
    return replace(analysis, occupancy=pd.concat([kept, rows], ignore_index=True))


def pages_of(content: bytes) -> list[str]:
    """Return the text of each page of a PDF, line breaks as blanks."""
    from pypdf import PdfReader

    return [page.extract_text().replace("\u200b", "") for page in PdfReader(io.BytesIO(content)).pages]


HALF = str.maketrans("（），；：？！", "(),;:?!")


def squeezed(text: str) -> str:
    """Return a text without blanks and line breaks, cells wrap where they must, and with half-width signs."""
    return re.sub(r"\s+", "", text).translate(HALF)


def pictures(content: bytes, dpi: float = 40.0):
    """Return the pages of a PDF as grey arrays."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    return [np.asarray(page.render(scale=dpi / 72).to_pil().convert("L")) for page in document]
