"""Every kind of sheet as a picture, beside the one that was looked at: small, and with a tolerance."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from cartography.sheets import composed, drawn_series
from landuse.cartography.sheet import layout, save

GOLDEN = Path(__file__).parents[1] / "golden"
DPI = 45
MOST_MEAN, MOST_SHARE = 2.0, 0.02
"""Mean difference of a channel (of 255), and share of the pixels that differ by more than a fifth."""


@pytest.fixture(scope="module")
def series():
    return drawn_series(120)


@pytest.mark.parametrize(
    ("name", "paper", "orientation"),
    [("low", "A3", "landscape"), ("tax_per_mu", "A4", "portrait"), ("idle", "16:9", "landscape")],
)
def test_a_sheet_looks_as_it_did_when_it_was_looked_at(series, tmp_path, name, paper, orientation):
    figure, _ = composed(series, name, layout(paper, orientation))
    save(figure, tmp_path / "sheet.pdf")
    page = pypdfium2.PdfDocument(tmp_path / "sheet.pdf")[0]
    found = page.render(scale=DPI / 72).to_pil().convert("RGB")
    path = GOLDEN / f"sheet_{name}.png"
    if os.environ.get("LANDUSE_NEW_GOLDENS"):
        found.quantize(64).save(path, optimize=True)
    with Image.open(path) as known:
        assert known.size == found.size
        apart = np.abs(np.asarray(known.convert("RGB"), dtype=int) - np.asarray(found, dtype=int))
    assert path.stat().st_size < 60_000
    assert apart.mean() < MOST_MEAN
    assert (apart.max(axis=2) > 51).mean() < MOST_SHARE


def test_the_tolerance_notices_another_theme(series, tmp_path):
    """The planted error: the same map with the classes of another theme does not pass."""
    figure, _ = composed(series, "grade", layout("A3", "landscape"))
    save(figure, tmp_path / "sheet.pdf")
    found = pypdfium2.PdfDocument(tmp_path / "sheet.pdf")[0].render(scale=DPI / 72).to_pil().convert("RGB")
    with Image.open(GOLDEN / "sheet_low.png") as known:
        apart = np.abs(np.asarray(known.convert("RGB"), dtype=int) - np.asarray(found, dtype=int))
    assert apart.mean() > MOST_MEAN
