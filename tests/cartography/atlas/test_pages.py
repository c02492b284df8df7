"""atlas.pdf, measured: pages, sizes, scale, bookmarks, links, fonts, text, and the same bytes however it was drawn."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdf
import pypdfium2
import pytest

from cartography.builders import analysis, with_parcels
from landuse.cartography.atlas.artist import page_layout
from landuse.cartography.atlas.leaf import packed, unpacked
from landuse.cartography.sheet.lettering import POINT
from landuse.errors import InputError
from landuse.tables import issue_rows
from landuse.write.atlas import ATLAS, WORK, artist_of, bound, write
from landuse.write.staging import staging

MM = 72 / 25.4
PARKS = {"print": {"organisation": "安澜县自然资源局(示例)"}}


def drawn(found, folder):
    """Return the content of atlas.pdf, None where there is none."""
    with staging(folder) as stage:
        write(found, stage)
        return stage.path(ATLAS).read_bytes() if stage.files() else None


def of(size=200, **atlas):
    return analysis(size, atlas=atlas, **PARKS)


@pytest.fixture(scope="module")
def parks():
    """Return an atlas by park and its PDF: two parks and the land outside them."""
    found = of()
    artist = artist_of(found)
    content = bound(artist, [artist.draw(place) for place in range(artist.size)], found)
    return artist, content, pypdf.PdfReader(io.BytesIO(content))


def test_there_is_a_cover_an_index_and_a_page_for_each_park_of_the_size_of_the_paper(parks):
    artist, _, reader = parks
    assert [sheet.unit for sheet in artist.contents.sheets] == [
        "安澜高新技术产业园", "安澜经济开发区城东片区", "园区外(未标明园区)",
    ]  # fmt: skip
    assert len(reader.pages) == artist.size == 5
    for page in reader.pages:
        assert [round(float(side) / MM) for side in page.mediabox[2:]] == [420, 297]


def test_every_font_is_embedded_once_and_subset(parks):
    _, content, reader = parks
    files = {
        page["/Resources"]["/Font"][name]["/DescendantFonts"][0]["/FontDescriptor"].raw_get("/FontFile2").idnum
        for page in reader.pages
        for name in page["/Resources"]["/Font"]
    }
    assert len(files) == 2  # regular and bold
    assert len(re.findall(rb"/FontFile2", content)) == 2
    for page in reader.pages:
        for name in page["/Resources"]["/Font"]:
            assert re.match(r"/[A-Z]{6}\+LanduseSans", page["/Resources"]["/Font"][name]["/BaseFont"])
    assert len(content) < 1_500_000


def test_the_text_of_every_page_can_be_searched(parks):
    artist, _, reader = parks
    texts = [page.extract_text() for page in reader.pages]
    for number, text in enumerate(texts, start=1):
        assert f"第 {number} 页 共 5 页" in text
        assert "征求意见稿" in text
        assert "内部资料 注意保存" in text
        assert "演示数据,纯属虚构" in text
    for sheet in artist.contents.sheets:
        assert sheet.unit in texts[sheet.number - 1]
        assert sheet.unit in texts[1]
        assert f"1:{sheet.scale}" in texts[sheet.number - 1]


def test_the_bookmarks_lead_to_the_pages_they_name(parks):
    artist, _, reader = parks
    found = [(item.title, reader.get_destination_page_number(item) + 1) for item in reader.outline]
    assert found[:2] == [("封面与图幅索引图", 1), ("图幅索引表", 2)]
    assert found[2:] == [(sheet.unit, sheet.number) for sheet in artist.contents.sheets]


def links_of(reader, number):
    """Return (rectangle in points, page it leads to) of a page."""
    page = reader.pages[number - 1]
    places = {one.indirect_reference.idnum: place for place, one in enumerate(reader.pages, start=1)}
    made = []
    for one in page.get("/Annots", []):
        entry = one.get_object()
        made.append(([float(side) for side in entry["/Rect"]], places[entry["/Dest"][0].idnum]))
    return made


def test_the_key_map_the_index_and_the_neighbours_lead_to_their_pages(parks):
    artist, _, reader = parks
    numbers = [sheet.number for sheet in artist.contents.sheets]
    assert {page for _, page in links_of(reader, 1)} == set(numbers)
    assert [page for _, page in links_of(reader, 2)] == numbers
    for number in numbers:
        led = [page for _, page in links_of(reader, number)]
        assert led == [*(near.number for near in artist.contents.neighbours[number]), 1, 2]


def test_the_number_of_a_neighbour_stands_where_the_link_is(parks):
    artist, content, reader = parks
    number = next(sheet.number for sheet in artist.contents.sheets if artist.contents.neighbours[sheet.number])
    document = pypdfium2.PdfDocument(content)
    text = document[number - 1].get_textpage()
    for (x0, y0, x1, y1), page in links_of(reader, number)[:-2]:
        assert text.get_text_bounded(x0, y0, x1, y1).strip() == str(page)


def test_the_frame_of_a_page_on_the_key_map_is_where_its_link_is(parks):
    artist, _, reader = parks
    sheet = artist.contents.sheets[0]
    (x0, y0, x1, y1), _ = links_of(reader, 1)[0]
    width = (sheet.frame[2] - sheet.frame[0]) * 1000
    scale = int(re.search(r"1:(\d+)", reader.pages[0].extract_text())[1])
    assert (x1 - x0) / MM == pytest.approx(width / scale, abs=0.01)
    assert (y1 - y0) / MM == pytest.approx((sheet.frame[3] - sheet.frame[1]) * 1000 / scale, abs=0.01)


def test_a_hundred_metres_at_the_scale_of_the_page_are_as_long_as_they_have_to_be():
    """A parcel of 100 x 100 m alone at 1:2000 is 50.0 mm wide: the outline of its page is measured."""
    found = of(1, by="listed", parcels=["990781001002GB00000"], scale=2000)
    found = with_parcels(found, parcel_id=["990781001002GB00000"], efficiency_class=["low"])
    import shapely

    square = np.array([shapely.box(40_378_000, 4_275_000, 40_378_100, 4_275_100)])
    found = replace(found, parcels=replace(found.parcels, shapes=square, wkb=None))
    artist = artist_of(found)
    page = pypdfium2.PdfDocument(bound(artist, [artist.draw(place) for place in range(3)], found))[2]
    picture = page.render(scale=254 / 72).to_numpy()[:, :, :3][:, :, ::-1].astype(int)  # ten pixels a millimetre
    neat = artist.layout.neat
    middle = picture[round(2970 - (neat.middle[1] - 12) * 10), round(neat.x * 10) + 20 : round(neat.right * 10) - 20]
    dark = np.flatnonzero((middle < 90).all(axis=1))
    left, right = dark[dark < dark[0] + 20], dark[dark > dark[-1] - 20]
    assert (right.mean() - left.mean()) / 10 == pytest.approx(50.0, abs=0.1)


def test_the_land_around_the_unit_is_faded(parks):
    artist, content, _ = parks
    sheet = artist.contents.sheets[1]
    others = np.setdiff1d(artist.scene.rows_within(sheet.frame), sheet.rows)
    assert len(others)
    picture = pypdfium2.PdfDocument(content)[sheet.number - 1].render(scale=127 / 72).to_numpy()[:, :, ::-1].astype(int)

    def colour(row):
        import shapely

        point, neat = shapely.point_on_surface(artist.scene.shapes[row]), artist.layout.neat
        x, y = (point.x - sheet.frame[0]) * 1000 / sheet.scale, (point.y - sheet.frame[1]) * 1000 / sheet.scale
        if not (3 < x < neat.width - 3 and 3 < y < neat.height - 3):
            return None
        return picture[round((297 - neat.y - y) * 5), round((neat.x + x) * 5)].sum()

    def of_class(rows, key):
        legend = artist.scene.classes.legend
        return [c for row in rows if legend[artist.scene.codes[row]].key == key and (c := colour(row)) is not None]

    full, faded = of_class(sheet.rows, "not_low"), of_class(others, "not_low")
    assert np.median(faded) > np.median(full) + 60


def test_the_numbers_on_the_map_are_those_of_the_parcels_listed_beside_it(parks):
    artist, content, _ = parks
    document = pypdfium2.PdfDocument(content)
    for place, sheet in enumerate(artist.contents.sheets):
        text = document[sheet.number - 1].get_textpage()
        numbers = artist.scene.labels["number"].iloc[sheet.rows].dropna()
        cells = artist.told.tables[place].rows
        assert [cell[0].split()[0] for cell in cells] == [str(number) for number in sorted(numbers)]
        neat = artist.layout.neat
        found = text.get_text_bounded(neat.x * MM, neat.y * MM, neat.right * MM, neat.top * MM)
        written = {int(word) for word in re.findall(r"(?<![\w.])\d{1,3}(?![\w.])", found)}
        assert written <= set(numbers)
        assert len(written) > 0.8 * len(numbers)


def test_pages_drawn_by_several_processes_resumed_or_in_one_go_are_the_same_bytes(tmp_path):
    whole = drawn(of(workers=1), tmp_path / "one")
    assert drawn(of(workers=2), tmp_path / "two") == whole
    found = of(workers=1)
    artist = artist_of(found)
    place = tmp_path / "three" / WORK
    place.mkdir(parents=True)
    for number in (0, 3):  # what an interrupted run left
        (place / f"{artist.key(number)}.page").write_bytes(artist.draw(number))
    assert drawn(found, tmp_path / "three") == whole
    assert not place.exists()


def test_a_changed_parcel_changes_the_keys_of_its_page_and_of_the_front_alone():
    found = of()
    before = artist_of(found)
    table = found.parcels.table
    row = int(before.contents.sheets[0].rows[0])
    others = {
        n
        for sheet in before.contents.sheets[1:]
        if row in before.scene.rows_within(sheet.frame)
        for n in [sheet.number]
    }
    changed = table["efficiency_class"].copy()
    changed.iloc[row] = "vacant" if changed.iloc[row] != "vacant" else "low"
    after = artist_of(with_parcels(found, efficiency_class=changed))
    moved = {place + 1 for place in range(before.size) if before.key(place) != after.key(place)}
    assert {1, before.contents.sheets[0].number} <= moved
    assert moved <= {1, 2, before.contents.sheets[0].number} | others


def test_the_same_run_has_the_same_keys_and_another_paper_has_others():
    one, two, other = artist_of(of()), artist_of(of()), artist_of(of(paper="A4"))
    assert [one.key(place) for place in range(one.size)] == [two.key(place) for place in range(two.size)]
    assert one.key(0) != other.key(0)


def test_an_atlas_without_a_page_says_so(tmp_path):
    found = with_parcels(of(by="listed"), efficiency_class="not_low", idle_class="NORMAL")
    reader = pypdf.PdfReader(io.BytesIO(drawn(found, tmp_path)))
    assert len(reader.pages) == 2
    assert "无" in reader.pages[0].extract_text()
    assert "没有拟列入、停产空置或疑似闲置的宗地" in reader.pages[0].extract_text()
    assert "无" in reader.pages[1].extract_text()


def test_no_parcel_with_a_shape_is_an_atlas_that_says_so(tmp_path):
    found = of(3)
    found = replace(found, parcels=replace(found.parcels, shapes=np.array([None, None, None], dtype=object), wkb=None))
    reader = pypdf.PdfReader(io.BytesIO(drawn(found, tmp_path)))
    assert "宗地均无图形" in reader.pages[0].extract_text()


def test_names_of_sixty_characters_and_hundreds_of_pages_stay_inside_the_paper(tmp_path):
    names = [f"{'安澜县经济技术开发区新材料产业园' * 4}"[:56] + f"{row:04d}" for row in range(90)]
    artist = artist_of(with_parcels(of(90), park=names))
    assert artist.contents.index_pages == 2
    for place in (0, 1, 2, 5):
        leaf = unpacked(artist.draw(place))
        page = pypdfium2.PdfDocument(bound(artist, [packed(leaf)], of()))[0].render(scale=1).to_numpy()
        margin = round(9 * MM)
        for edge in (page[:margin], page[-margin:], page[:, :margin], page[:, -margin:]):
            assert (edge[:, :, :3] > 250).all()


def test_a_run_with_errors_is_marked_as_a_draft_on_every_page():
    found = of()
    table = found.parcels.table.head(1)
    found = replace(found, issues=issue_rows("BLANK_KEY", table, table="parcels", key="parcel_id"))
    artist = artist_of(found)
    content = bound(artist, [artist.draw(place) for place in range(3)], found)
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        assert page.extract_text().count("草稿") >= 2


def test_it_is_not_drawn_unasked_where_it_would_be_long_and_never_where_it_is_refused(tmp_path):
    assert drawn(of(most_pages=4), tmp_path) is None
    assert drawn(of(draw=False), tmp_path) is None
    assert drawn(of(most_pages=4, draw=True), tmp_path) is not None


def test_the_atlas_of_the_superior_authority_says_nothing_it_may_not_see(tmp_path):
    """The holder's mortgage and the delays are of the bureau alone; both stand in the table and not in the file."""
    from landuse.disclosure import for_audience

    found = with_parcels(of(workers=1), mortgage_no="抵押2025第88号", delay_cause="征拆未完成", score_note="密")
    seen = for_audience(found, "superior")
    assert seen.project.print.organisation == "安澜县自然资源局(示例)"
    content = drawn(seen, tmp_path)
    reader = pypdf.PdfReader(io.BytesIO(content))
    told = "".join(page.extract_text() for page in reader.pages) + str(reader.metadata)
    assert "安澜高新技术产业园" in told
    assert not any(word in told for word in ("抵押2025第88号", "征拆未完成", "密 "))
    assert set(reader.metadata) == {
        "/Title",
        "/Author",
        "/Subject",
        "/Creator",
        "/Producer",
        "/CreationDate",
        "/ModDate",
    }
    assert reader.metadata["/CreationDate"] == "D:20260630000000Z"


def test_the_public_gets_no_atlas():
    from landuse.write.parts import parts_of

    assert "atlas" in [part.name for part in parts_of(("sheets",), "superior")]
    assert "atlas" not in [part.name for part in parts_of(("sheets",), "public")]


def test_how_far_it_has_come_is_told_page_by_page(tmp_path):
    said = []
    with staging(tmp_path) as stage:
        stage.progress = said.append
        write(of(workers=1), stage)
    assert said == [f"atlas:{done}/5" for done in range(6)]


def test_an_unknown_theme_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="tax_per_mu"):
        of(theme="yield")


def test_a_character_that_no_font_has_is_named_before_anything_is_drawn(tmp_path):
    found = with_parcels(of(), park="\U0001f3ed产业园")
    with pytest.raises(InputError, match="U\\+1F3ED"):
        drawn(found, tmp_path)


def test_the_margins_and_the_binding_edge_are_kept():
    for paper, edge in (("A4", 10), ("A3", 25), ("A2", 25)):
        layout = page_layout(paper)
        assert (layout.area.x, layout.area.y) == (edge, 10)
        assert layout.neat.width > 100 * layout.factor
    assert pytest.approx(0.3528, abs=1e-4) == POINT
    assert Path(WORK).name.startswith(".")


def test_the_index_counts_the_parcels_that_the_pages_number(parks):
    """Low, partly low, stopped and vacant ones; what is suspected idle too is counted there alone, as in the ledger."""
    artist, _, reader = parks
    numbers = artist.scene.labels["number"].notna().to_numpy()
    numbers = numbers & ~artist.scene.table["idle_class"].isin(["IDLE_T1", "IDLE_T2"]).to_numpy()
    assert [line.low for line in artist.contents.lines] == [
        int(numbers[sheet.home].sum()) for sheet in artist.contents.sheets
    ]
    assert artist.contents.total.low == int(numbers.sum()) > 0
    assert "列入名单" in reader.pages[1].extract_text()


def test_a_page_with_parcels_that_are_counted_on_another_says_so():
    artist = artist_of(of(by="grid", cell_m=200.0))
    sheet = next(sheet for sheet in artist.contents.sheets if len(sheet.home) < len(sheet.rows))
    whole = next(sheet for sheet in artist.contents.sheets if len(sheet.home) == len(sheet.rows))
    said = f"本页绘出 {len(sheet.rows)} 宗,其中 {len(sheet.home)} 宗计入本页"
    text = text_of_page(artist, sheet)
    assert said in text
    assert "编号为本专题名单序号" in text  # no note is left out for want of room
    assert "计入本页" not in text_of_page(artist, whole)


def text_of_page(artist, sheet):
    content = bound(artist, [artist.draw(sheet.number - 1)], of())
    return pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text().replace("\n", "")


def test_coordinates_that_a_tab_would_cut_are_left_out(parks):
    artist, content, reader = parks
    document = pypdfium2.PdfDocument(content)
    for sheet in artist.contents.sheets:
        page = document[sheet.number - 1].get_textpage()
        for (x0, y0, x1, y1), number in links_of(reader, sheet.number)[:-2]:
            assert page.get_text_bounded(x0, y0, x1, y1).strip() == str(number)
