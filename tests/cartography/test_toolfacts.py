"""What the page carries for its tools, and what the project file may say of base maps."""

import json
import re
import struct
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from landuse.cartography.toolfacts import base_maps, image_sources, registered_notes
from landuse.cartography.web import draw_map
from landuse.errors import InputError
from landuse.project import build_project
from landuse.read.picture import map_picture
from landuse.tables import RawPart, RawTables

from .builders import analysis, project

BOX = [118.5, 38.5, 118.7, 38.7]
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 0)


def policy(html):
    return re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]


def test_a_page_without_base_maps_lets_in_embedded_pictures_only():
    assert policy(draw_map(analysis(20))).endswith("img-src data:")


def test_only_the_named_base_maps_open_the_policy():
    assert image_sources(project(map={"tiles": "tiles"})) == "data: 'self' file:"
    assert image_sources(project(map={"tianditu": ["vec"]})) == "data: https://*.tianditu.gov.cn"
    html = draw_map(analysis(20, map={"tianditu": ["img"]}))
    assert policy(html).endswith("img-src data: https://*.tianditu.gov.cn")
    (address, labels) = base_maps(project(map={"tianditu": ["img"]}))["tianditu"]["layers"]["img"]
    assert "LAYER=img&" in address
    assert "LAYER=cia&" in labels
    assert address.endswith("tk={key}")


def test_no_address_of_a_tile_stands_in_a_page_without_base_maps():
    html = draw_map(analysis(20))
    assert "tianditu.gov.cn" not in html
    assert base_maps(analysis(20).project) == {}
    assert "file:" not in policy(html)


def test_a_folder_of_tiles_is_completed_and_its_system_kept():
    said = base_maps(project(map={"tiles": "tiles", "tiles_system": "gcj02", "review_number": "GS(2026)1号"}))
    assert said["tiles"] == {"url": "tiles/{z}/{x}/{y}.png", "gcj": True, "min": 1, "max": 18}
    assert said["review"] == "GS(2026)1号"
    written = base_maps(project(map={"tiles": r"底图\{z}\{x}\{y}.jpg"}))
    assert written["tiles"]["url"] == "底图/{z}/{x}/{y}.jpg"


@pytest.mark.parametrize(
    "wrong",
    [
        {"tiles": "https://tile.example.com/{z}/{x}/{y}.png"},
        {"tiles": "//host/tiles"},
        {"tiles": "/tiles"},
        {"tiles": r"C:\tiles"},
        {"tiles": "tiles/{z}/{x}.png"},
        {"tiles": ""},
        {"image": "a.png"},
        {"image": "a.png", "image_bounds": [118.7, 38.5, 118.5, 38.7]},
        {"image": "a.png", "image_bounds": [118.5, 38.5, 118.7]},
        {"tianditu": ["ter"]},
        {"tiels": "tiles"},
    ],
)
def test_a_base_map_that_cannot_be_is_refused_with_what_may_stand_there(wrong):
    with pytest.raises(InputError) as error:
        project(map=wrong)
    (fault,) = error.value.faults
    assert "map" in fault.where
    assert fault.allowed


def test_a_project_without_base_maps_keeps_its_digest():
    tree = {"project": {"name": "n", "year": 2025, "as_of": date(2026, 6, 30)}, "inputs": {"parcels": "p.gpkg"}}
    plain = build_project(tree, folder=Path())
    assert "map" not in json.loads(plain.text())
    assert build_project({**tree, "map": {"attribution": "x"}}, folder=Path()).digest() == plain.digest()
    assert build_project({**tree, "map": {"tiles": "tiles"}}, folder=Path()).digest() != plain.digest()


def test_a_picture_is_carried_and_one_that_is_none_is_a_fault(tmp_path):
    def told(content, name="图 1.png"):
        (tmp_path / name).write_bytes(content)
        tree = {"project": {"name": "n", "year": 2025}, "inputs": {"parcels": "p.gpkg"}}
        return build_project({**tree, "map": {"image": name, "image_bounds": BOX}}, folder=tmp_path)

    carried = base_maps(told(PNG))["image"]
    assert carried["data"].startswith("data:image/png;base64,iVBORw0KGgo")
    assert carried["bounds"] == BOX
    assert map_picture(told(b"\xff\xd8\xff\xe0")).kind == "image/jpeg"
    (fault,) = map_picture(told(b"<svg onload=alert(1)>")).faults
    assert "PNG" in fault.found
    missing = told(PNG)
    (tmp_path / "图 1.png").unlink()
    (fault,) = map_picture(missing).faults
    assert "图 1.png" in fault.where


def with_register(rows, **sections):
    made = analysis(20, **sections)
    frame = pd.DataFrame(rows)
    part = RawPart("overrides", "overrides.csv", "", frame.assign(source_row=range(2, 2 + len(frame))), {}, {})
    return type(made)(**{**made.__dict__, "raw": RawTables(parts={"overrides": (part,)})})


def row(**parts):
    base = {
        "form": "notes",
        "table": "notes",
        "key": "P1",
        "column": "text",
        "old": "",
        "new": "甲",
        "item": "abcdef.1",
    }
    return base | {"who": "", "day": "2026-07-01", "why": "118.6,38.6 0123456789ab"} | parts


def test_the_page_carries_the_newest_revision_of_each_note_and_knows_the_deleted():
    rows = [
        row(),
        row(item="abcdef.2", new="乙"),
        row(item="ffffff.2", new="", key="118.6,38.6"),
        row(table="decisions"),
    ]
    found = registered_notes(with_register(rows))
    assert [(one["id"], one["revision"], one["parcel_id"], one["text"]) for one in found] == [
        ("abcdef", 2, "P1", "乙"),
        ("ffffff", 2, None, ""),
    ]
    assert (found[0]["lon"], found[0]["lat"]) == (118.6, 38.6)


def test_hostile_notes_stay_text_inside_the_page():
    html = draw_map(with_register([row(new="</script><script>alert(1)</script>")]))
    assert "<script>alert(1)" not in html
