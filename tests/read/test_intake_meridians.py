"""A boundary file without a zone: every meridian that is possible is told in few words, or the region decides."""

from __future__ import annotations

import pytest
from read_builders import faults_of, read

from landuse.propose import propose


def zoneless(folder, *head):
    """Write a boundary file whose eastings carry no zone and whose header names none."""
    corners = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
    points = [f"J{n + 1},1,{4_275_000 + y}.000,{378_000 + x}.000" for n, (x, y) in enumerate(corners)]
    lines = [
        "[属性描述]",
        *head,
        "计量单位=米",
        "[地块坐标]",
        "5,1.0,990781001001GB00001,甲地块,面,,工业用地,,@",
        *points,
    ]
    (folder / "z.txt").write_bytes("\r\n".join([*lines, ""]).encode("gbk"))
    return {"path": "z.txt", "columns": {"parcel_id": "地块编号"}}


@pytest.mark.parametrize(
    ("head", "zones", "not_said"),
    [
        (
            ("坐标系=2000国家大地坐标系",),
            ("3度带 25–45(中央经线 75°–135°,EPSG:4534 至 EPSG:4554)", "6度带 13–23"),
            "基准",
        ),
        (("坐标系=2000国家大地坐标系", "几度分带=3"), ("3度带 25–45",), "6度带"),
        (
            ("坐标系=2000国家大地坐标系", "几度分带=6"),
            ("6度带 13–23(中央经线 75°–135°,EPSG:4502 至 EPSG:4512)",),
            "25–45",
        ),
        ((), ("3度带 25–45", "6度带 13–23", "大地基准也须写明"), "None"),
    ],
)
def test_without_zone_and_region_all_candidates_are_told_in_groups(head, zones, not_said, tmp_path):
    (fault,) = faults_of(lambda: read(tmp_path, parcels=zoneless(tmp_path, *head)))
    zh = fault.lines("zh")[1]
    assert all(zone in zh for zone in zones)
    assert not_said not in zh.partition("写明中央经线")[0]
    assert "117° → 115.6001°E" in zh


def test_the_region_decides_the_zone_that_a_boundary_file_lacks(tmp_path):
    entry = zoneless(tmp_path, "坐标系=2000国家大地坐标系")
    raw = read(tmp_path, parcels=entry, region={"code": "990781", "lon": 118.6, "lat": 38.6, "radius_km": 30})
    assert raw.of("parcels")[0].crs == "EPSG:4549"


def test_init_groups_the_zones_and_takes_the_name_of_a_parcel_for_its_name(tmp_path):
    zoneless(tmp_path, "坐标系=2000国家大地坐标系")
    found = propose([tmp_path / "z.txt"], tmp_path)
    assert "3度带 25–45" in found.text
    assert "可选 EPSG:" not in found.text
    columns = found.draft.tree()["columns"]["parcels"]
    assert (columns["parcel_id"], columns["parcel_name"]) == ("地块编号", "地块名称")
    assert "holder" not in columns
