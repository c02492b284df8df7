"""Round scales, grids and the layout files: what a user may copy and edit, and what is said of mistakes."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cartography.sheets import composed, drawn_series
from landuse.cartography.atlas.plan import fitting_scale as atlas_fitting
from landuse.cartography.pane.scales import SCALES
from landuse.cartography.sheet import fitting_view, layout, save, view_at
from landuse.cartography.sheet.frame import label
from landuse.cartography.sheet.place import LAYOUTS, drawn_order
from landuse.cartography.sheet.scales import grid_lines, grid_step, round_length
from landuse.catalogue import read_text
from landuse.errors import InputError
from landuse.printing import Sheets, read_layout
from landuse.reports.dossier.paper import round_scale

WORDS = read_text(f"{LAYOUTS}/landscape.toml")


def own(folder, **changes):
    text = WORDS
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "my.toml"
    path.write_text(text, encoding="utf-8")
    return read_layout(path, "my.toml")


def refused(folder, old, new):
    with pytest.raises(InputError) as caught:
        own(folder, change=(old, new))
    (fault,) = caught.value.faults
    return fault


# ------------------------------------------------------------------------------------------- scales


def test_the_largest_round_scale_that_fits_is_taken():
    """The map of A3 across is 281 x 229 mm; 2 mm stay free on each side: 277 mm show 1385 m at 1:5000, no more."""
    paper = layout("A3", "landscape")
    assert (paper.neat.width, paper.neat.height) == pytest.approx((281, 229))
    assert fitting_view((0, 0, 1385, 100), paper).scale == 5000
    assert fitting_view((0, 0, 1386, 100), paper).scale == 6000
    assert fitting_view((0, 0, 100, 225 * 2.5), paper).scale == 2500
    assert fitting_view((0, 0, 0.1, 0.1), paper).scale == 500


def test_sheets_atlas_pages_and_plot_pages_know_one_list_of_round_scales():
    assert SCALES[:12] == (500, 600, 800, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 8000)
    assert SCALES[-1] == 10_000_000
    assert atlas_fitting.__globals__["SCALES"] is SCALES
    assert [round_scale(scale) for scale in SCALES] == list(SCALES)


def test_a_scale_of_the_users_own_is_kept_or_refused_with_the_one_that_fits():
    paper = layout("A3", "landscape")
    assert fitting_view((0, 0, 1000, 100), paper, scale=20_000).scale == 20_000
    with pytest.raises(InputError, match="1:5000") as caught:
        fitting_view((0, 0, 1385, 100), paper, scale=2000)
    assert caught.value.faults[0].where == "[sheets.scale]"


def test_land_wider_than_the_world_is_refused():
    with pytest.raises(InputError):
        fitting_view((0, 0, 1e9, 1), layout("A0", "landscape"))


@given(
    st.floats(1, 1e6),
    st.floats(1, 1e6),
    st.sampled_from(["A4", "A3", "A2", "A1", "A0"]),
    st.sampled_from(["landscape", "portrait"]),
)
def test_bounds_always_fit_and_at_no_larger_round_scale(width, height, paper, orientation):
    sheet = layout(paper, orientation)
    view = fitting_view((0, 0, width, height), sheet)
    room = 2 * sheet.mm(sheet.spec.map.room)
    fits = [one for one in SCALES if width <= (sheet.neat.width - room) * one / 1000 * (1 + 1e-8)
            and height <= (sheet.neat.height - room) * one / 1000 * (1 + 1e-8)]  # fmt: skip
    assert view.scale == fits[0]
    assert (view.bounds[2] - view.bounds[0]) * 1000 / view.scale == pytest.approx(sheet.neat.width)


def test_the_middle_moves_to_the_surroundings_only_as_far_as_the_parcels_allow():
    paper = layout("A3", "landscape")
    near = fitting_view((0, 0, 1000, 1000), paper, around=(-100, -50, 1000, 1000))
    assert (near.bounds[0] + near.bounds[2]) / 2 == pytest.approx(450)
    far = fitting_view((0, 0, 1000, 1000), paper, around=(0, 0, 1e5, 1000))
    assert far.bounds[0] == pytest.approx(-paper.mm(2) * far.scale / 1000)  # the parcels keep their 2 mm


def test_lengths_of_a_bar_and_steps_of_a_grid_are_round():
    assert [round_length(value) for value in (99.9, 100, 260, 2499, 5)] == [50, 100, 250, 2000, 5]
    view = view_at((0, 0), layout(), 50_000)
    assert grid_step(view, 50) == 2000
    assert grid_lines(-1, 4001, 2000) == [0, 2000, 4000]
    assert label(40_378_000, 2000) == "40378"
    assert label(40_378_200, 200) == "40378.2"
    assert label(4_275_050, 50) == "4275.05"


# ------------------------------------------------------------------------------------------ layouts


@pytest.mark.parametrize("paper", ["A4", "A3", "A2", "A1", "A0"])
@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_every_paper_has_a_layout_with_its_margins(paper, orientation):
    made = layout(paper, orientation)
    area, frame = made.area, made.frame
    assert min(area.x, made.size[0] - area.right, area.y, made.size[1] - area.top) >= 10 - 1e-9
    assert area.x >= (25 if paper == "A3" else 10)
    assert area.x <= frame.x
    assert frame.right <= area.right + 1e-9
    assert frame.inset(made.mm(made.spec.map.border)) == made.neat


def test_an_unknown_paper_names_the_known_ones():
    with pytest.raises(InputError, match="A4、A3、A2、A1、A0") as caught:
        layout("B5", "across")
    assert [fault.where for fault in caught.value.faults] == ["[sheets.paper]", "[sheets.orientation]"]


def test_a_copied_layout_can_be_edited(tmp_path):
    made = own(tmp_path, wider=("left = 0\nright = 86\ntop = 18", "left = 0\nright = 120\ntop = 18"))
    assert layout("A3", "landscape", made).neat.width == pytest.approx(281 - 34)


def test_an_element_taken_out_is_left_out(tmp_path):
    without = re.sub(r"\[ruler\][^\[]*", "", WORDS)
    (tmp_path / "my.toml").write_text(without, encoding="utf-8")
    made = read_layout(tmp_path / "my.toml", "my.toml")
    assert "ruler" not in drawn_order(made)
    assert "legend" in drawn_order(made)


def test_an_element_is_drawn_after_those_it_is_placed_by():
    order = drawn_order(layout().spec)
    assert order.index("block") < order.index("notes") < order.index("table") < order.index("legend")
    assert order.index("locator") < order.index("legend")


def test_an_unknown_key_names_the_nearest_one(tmp_path):
    fault = refused(tmp_path, "grid_mm = 50", "grid_m = 50")
    assert (fault.where, "grid_mm" in fault.allowed) == ("my.toml [map.grid_m]", True)
    assert "legend" in refused(tmp_path, "[legend]", "[legnd]").allowed


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("margin = 10", "margin = 5", "page.margin"),
        ("A3 = 25", "A3 = 5", "page"),
        ("A4 = 0.7", "B4 = 0.7", "page.factor.B4"),
        ('dark = "#1c2126"', 'dark = "black"', "ink.dark"),
        ('grid = "crosses"', 'grid = "dashes"', "map.grid"),
        ("left = 0\nwidth = 70", "left = 0", "number"),
        ("bottom = 12\nsize", "bottom = 12\ntop = 3\nheight = 2\nsize", "block"),
        ('below = "locator"', 'below = "lokator"', "legend.below"),
    ],
)
def test_a_value_that_cannot_be_used_names_its_key_and_what_may_stand_there(tmp_path, old, new, key):
    fault = refused(tmp_path, old, new)
    assert fault.where == f"my.toml [{key}]"
    assert fault.allowed


def test_a_layout_or_a_logo_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="no such layout file"):
        read_layout(tmp_path / "none.toml", "none.toml")
    logo = '[logo]\nleft = 0\nwidth = 9\ntop = 0\nheight = 9\nfile = "logo.png"\n\n[number]'
    assert "logo.png" in refused(tmp_path, "[number]", logo).found
    (tmp_path / "logo.png").write_text("no picture", encoding="utf-8")
    assert "not a picture" in refused(tmp_path, "[number]", logo).found


def test_a_logo_stands_in_its_box(tmp_path):
    Image.new("RGB", (40, 20), (10, 120, 200)).save(tmp_path / "logo.png")
    logo = '[logo]\nleft = 0\nwidth = 10\ntop = 0\nheight = 10\nfile = "logo.png"\n\n[title]'
    figure, _ = composed(drawn_series(4), "low", layout("A3", "landscape", own(tmp_path, logo=("[title]", logo))))
    save(figure, tmp_path / "sheet.png", dpi=254)
    with Image.open(tmp_path / "sheet.png") as picture:
        blue = np.argwhere((np.asarray(picture.convert("RGB")) == (10, 120, 200)).all(axis=2))
    low, high = blue.min(axis=0) / 10, blue.max(axis=0) / 10  # mm from the upper edge and from the left one
    assert low == pytest.approx((12.5, 25), abs=0.2)  # 10 mm of margin, in the middle of its box; 25 mm of binding
    assert high == pytest.approx((17.5, 35), abs=0.2)


def test_a_map_without_room_on_a_paper_is_refused(tmp_path):
    made = own(tmp_path, wider=("left = 0\nright = 86\ntop = 18", "left = 0\nright = 380\ntop = 18"))
    with pytest.raises(InputError, match="no room for the map"):
        _ = layout("A3", "landscape", made).neat


@pytest.mark.parametrize("value", [2000, "1:2000", "1:2,000", "2000"])
def test_a_scale_may_be_written_in_several_ways(value):
    assert Sheets(scale=value).scale == 2000


@pytest.mark.parametrize("value", [1987, 50, "x", True, 12_345])
def test_a_scale_that_is_not_round_is_refused(value):
    with pytest.raises(ValueError, match="scale"):
        Sheets(scale=value)
