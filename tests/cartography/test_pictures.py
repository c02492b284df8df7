"""The map as it was approved by eye: screenshots against pictures kept beside the tests, with a tolerance for fonts.

A picture that differs leaves a difference map (white = equal) beside the screenshot; made anew only after looking:
``LANDUSE_NEW_PICTURES=1 python -m pytest tests/cartography/test_pictures.py``.
"""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import rasterio

from landuse.cartography.web import draw_map

from .browser import FLAGS
from .builders import analysis

GOLDEN = Path(__file__).parent.parent / "golden"
BLOCK = 16
"""Pixels of a side of a block: text moves inside it by hinting, a colour that changes fills it."""
LEVELS = 24
"""How far the mean colour of a block may lie off, of 255."""
BLOCKS = 0.002
"""Share of blocks that may lie off all the same: a word that breaks elsewhere, never a class of parcels."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:Dataset has no geotransform"),
]


def read(path):
    with rasterio.open(path) as picture:
        return picture.read()[:3].astype(float)


def in_blocks(picture):
    _, rows, columns = picture.shape
    cut = picture[:, : rows // BLOCK * BLOCK, : columns // BLOCK * BLOCK]
    return cut.reshape(3, rows // BLOCK, BLOCK, columns // BLOCK, BLOCK).mean(axis=(2, 4))


def difference(one, other):
    """Return how far the blocks of two pictures lie apart, in levels of the colour that differs most."""
    return np.abs(in_blocks(one) - in_blocks(other)).max(axis=0)


def keep(levels, path):
    grey = np.repeat(np.repeat(255 - np.clip(levels * 4, 0, 255), BLOCK, 0), BLOCK, 1).astype("uint8")
    form = {"driver": "PNG", "height": grey.shape[0], "width": grey.shape[1], "count": 1, "dtype": "uint8"}
    with rasterio.open(path, "w", **form) as picture:
        picture.write(grey, 1)


@pytest.mark.parametrize("theme", ["low", "tax_per_mu", "idle"])
def test_the_page_looks_as_it_was_approved(theme, tmp_path, chromium):
    click = f"document.querySelector('#lu-themes input[value={theme}]').click()"
    act = f"window.addEventListener('load', () => landuse.ready.then(() => {click}));"
    page = draw_map(analysis(60)).replace("</html>", f"<script>{act}</script></html>", 1)
    (tmp_path / "map.html").write_text(page, encoding="utf-8")
    shot, approved = tmp_path / "map.png", GOLDEN / f"map_{theme}.png"
    flags = [*FLAGS, f"--user-data-dir={tmp_path / 'profile'}", f"--screenshot={shot}"]
    subprocess.run([chromium, *flags, (tmp_path / "map.html").as_uri()], capture_output=True, timeout=120, check=True)
    if os.environ.get("LANDUSE_NEW_PICTURES"):
        shutil.copyfile(shot, approved)
    seen, kept = read(shot), read(approved)
    assert seen.shape == kept.shape
    levels = difference(seen, kept)
    keep(levels, tmp_path / "difference.png")
    assert (levels > LEVELS).mean() <= BLOCKS, f"see {tmp_path / 'difference.png'}"


def test_a_parcel_of_another_class_is_seen():
    kept = read(GOLDEN / "map_low.png")
    changed = kept.copy()
    changed[:, 300:360, 600:660] = 255 - changed[:, 300:360, 600:660]
    assert (difference(changed, kept) > LEVELS).mean() > BLOCKS
