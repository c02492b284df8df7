"""Files that name enterprises without their codes, and layers that other layers place, are proposed or asked about."""

from __future__ import annotations

import geopandas as gpd
import shapely
from propose_builders import NAMES, PARCELS, USCC, csv, proposal, tree

EAST, NORTH = 40_378_000.0, 4_275_000.0


def squares(folder, name, east, crs, **columns):
    """Write squares of 100 m from an easting on."""
    size = len(next(iter(columns.values())))
    boxes = [shapely.box(east + 200 * i, NORTH, east + 200 * i + 100, NORTH + 100) for i in range(size)]
    gpd.GeoDataFrame(columns, geometry=boxes, crs=crs).to_file(folder / name, encoding="gbk")


def test_a_list_of_electricity_by_name_gives_accounts_and_asks_for_no_code(tmp_path):
    csv(tmp_path, "税收2024.csv", [["统一社会信用代码", "实缴税收(万元)"], *[[code, 80] for code in USCC]])
    rows = [["户号", "户名", "年用电量(万千瓦时)"], *[[f"33{i:08d}", name, 12.5] for i, name in enumerate(NAMES)]]
    csv(tmp_path, "用电量2024.csv", rows, encoding="gbk")
    made = tree(tmp_path)
    assert {entry["path"] for entry in made["inputs"]["accounts"]} == {"税收2024.csv", "用电量2024.csv"}
    assert made["columns"]["accounts"]["name"] == "户名"
    assert "columns.accounts.uscc" not in proposal(tmp_path).draft.questions()


def test_a_list_of_leases_by_name_asks_for_the_tenure_only(tmp_path):
    rows = [["宗地代码", "承租企业", "出租方", "租赁建筑面积(平方米)"], [PARCELS[0], NAMES[0], NAMES[1], 2000]]
    csv(tmp_path, "租赁台账.csv", rows)
    made = tree(tmp_path)
    assert made["inputs"]["occupancy"] == "租赁台账.csv"
    mapping = made["columns"]["occupancy"]
    assert (mapping["name"], mapping["lessor_name"]) == ("承租企业", "出租方")
    assert [key for key in proposal(tmp_path).draft.questions() if "occupancy" in key] == ["columns.occupancy.tenure"]


def test_parks_tell_the_meridian_of_parcels_whose_zone_is_left_open(tmp_path):
    # EPSG:4528 and 4549 differ by the number of the zone in the easting only.
    squares(tmp_path, "园区.shp", EAST, 4528, 园区名称=["东区"])
    squares(tmp_path, "宗地.shp", EAST - 40_000_000, None, 宗地代码=PARCELS)
    (tmp_path / "宗地.prj").unlink(missing_ok=True)
    assert "inputs.parcels.crs" in proposal(tmp_path).draft.questions()
    text = proposal(tmp_path).text
    # The datum is still a question; the place is not: no meridian of another province is named.
    assert "EPSG:4549" in text
    assert "EPSG:4534" not in text


def test_polygons_without_fields_are_asked_about_when_their_name_says_what_they_are(tmp_path):
    squares(tmp_path, "宗地.shp", EAST, 4528, 宗地代码=PARCELS)
    squares(tmp_path, "厂房.shp", EAST, 4528, 颜色=["红", "蓝"])
    assert "inputs.?" in proposal(tmp_path).draft.questions()
    assert "buildings" in proposal(tmp_path).text
