"""Corner cases of the printed sheets through the command line: a good page, or an error that says what to do."""

from __future__ import annotations

import geopandas as gpd
import pyogrio
import pypdf
import pytest
import shapely
from cli_builders import PARCEL_IDS, USCC, parcels

from landuse.cartography.sheet.place import LAYOUTS
from landuse.catalogue import read_text

QUICK = (
    "--only",
    "sheets",
    "--set",
    "sheets.formats=['pdf']",
    "--set",
    "atlas.draw=false",
    "--set",
    "sheets.paper='A4'",
)
POINT = 25.4 / 72


def write_parcels(project, frame):
    pyogrio.write_dataframe(frame, project.parent / "数据" / "宗地 1.gpkg")


def sheets_of(say, project, folder, *more, only="location"):
    said = say("run", project, "-o", folder, *QUICK, "--set", f"sheets.only=['{only}']", *more)
    assert said.status == 0, said.err
    (path,) = (folder / "sheets").glob("*.pdf")
    page = pypdf.PdfReader(path).pages[0]
    return page, page.extract_text().replace("\n", "").replace(" ", "")


def refused(say, project, folder, *more):
    """Return the lines of a refusal; nothing is written."""
    said = say("run", project, "-o", folder, *QUICK, *more)
    assert said.status == 2
    assert not folder.exists()
    return said.err


def test_an_unknown_paper_is_refused_with_the_known_ones(say, bureau, tmp_path):
    told = refused(say, bureau, tmp_path / "out", "--set", "sheets.paper='B5'")
    assert "sheets.paper" in told
    assert "B5" in told
    assert "A4" in told


def test_an_unknown_sheet_is_refused_with_the_known_ones(say, bureau, tmp_path):
    told = refused(say, bureau, tmp_path / "out", "--set", "sheets.only=['lowest']")
    assert "sheets.only" in told
    assert "low" in told


def test_a_scale_at_which_the_land_does_not_fit_names_the_one_that_does(say, bureau, tmp_path):
    told = refused(say, bureau, tmp_path / "out", "--set", "sheets.scale=500", "--set", "sheets.only=['location']")
    assert "sheets.scale" in told
    assert "1:25000" in told  # 4,245 m of parcels on a map of 201 mm


def test_a_logo_that_is_not_there_is_refused_by_its_name(say, bureau, tmp_path):
    words = read_text(f"{LAYOUTS}/landscape.toml")
    logo = '\n[logo]\nleft = 0\nwidth = 14\ntop = 0\nheight = 12\nfile = "局徽.png"\n'
    (bureau.parent / "版式.toml").write_text(words + logo, encoding="utf-8")
    told = refused(say, bureau, tmp_path / "out", "--set", "sheets.layout='版式.toml'")
    assert "logo.file" in told
    assert "局徽.png" in told


def test_a_layout_that_is_not_there_is_refused_by_its_name(say, bureau, tmp_path):
    assert "没有.toml" in refused(say, bureau, tmp_path / "out", "--set", "sheets.layout='没有.toml'")


def test_a0_upright_is_a_page_of_its_size(say, bureau, tmp_path):
    big = ("--set", "sheets.paper='A0'", "--set", "sheets.orientation='portrait'")
    page, text = sheets_of(say, bureau, tmp_path / "out", *big)
    assert [float(side) * POINT for side in page.mediabox[2:]] == pytest.approx([841, 1189], abs=0.1)
    assert "九家鞋厂" in text


def test_no_sheet_asked_for_is_a_list_that_says_so(say, bureau, tmp_path):
    said = say("run", bureau, "-o", tmp_path / "out", *QUICK, "--set", "sheets.only=[]")
    assert said.status == 0
    assert [path.name for path in (tmp_path / "out" / "sheets").iterdir()] == ["index.csv"]
    lines = (tmp_path / "out" / "sheets" / "index.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 14
    assert all("项目文件未要求绘制" in line for line in lines[1:])


def test_one_giant_parcel_is_drawn_at_a_scale_at_which_it_fits(say, bureau, tmp_path):
    giant = gpd.GeoDataFrame(
        {"宗地代码": PARCEL_IDS[:1], "权利人统一社会信用代码": USCC[:1]},
        geometry=[shapely.box(40_350_000, 4_250_000, 40_390_000, 4_280_000)],
        crs=4528,
    )
    write_parcels(bureau, giant)
    _, text = sheets_of(say, bureau, tmp_path / "out")
    assert "1:200000" in text  # 40 km on a map of 201 mm, 30 km on one of 154 mm


def test_a_parcel_of_three_square_metres_alone_is_drawn_with_what_lies_around_it(say, bureau, tmp_path):
    small = parcels().head(1).drop(columns="证载面积(亩)")
    small.geometry = [shapely.box(40_378_000, 4_275_000, 40_378_002, 4_275_001.5)]
    write_parcels(bureau, small)
    _, text = sheets_of(say, bureau, tmp_path / "out")
    assert "1:500" in text


def test_forty_parks_all_stand_in_the_legend(say, bureau, tmp_path):
    at = range(40)
    frame = gpd.GeoDataFrame(
        {
            "宗地代码": [f"990781001001GB{place + 1:05d}" for place in at],
            "所属园区": [f"第{place:02d}工业园" for place in at],
        },
        geometry=[
            shapely.box(40_378_000 + 100 * place, 4_275_000, 40_378_090 + 100 * place, 4_275_090) for place in at
        ],
        crs=4528,
    )
    write_parcels(bureau, frame)
    _, text = sheets_of(say, bureau, tmp_path / "out", only="parks")
    assert [place for place in at if f"第{place:02d}工业园" not in text] == []


def test_names_of_sixty_characters_stay_whole(say, bureau, tmp_path):
    long = "安澜县高端装备制造与新一代信息技术融合发展示范产业园区管理委员会国土空间规划与土地利用评价" + "某某县" * 5
    names = ("--set", f"print.region_name='{long}'", "--set", f"project.name='{long}'")
    _, text = sheets_of(say, bureau, tmp_path / "out", *names, only="low")
    assert text.count(long) == 2
    assert "低效工业用地" in text
    assert "(2025年)" in text
    assert "…" not in text
