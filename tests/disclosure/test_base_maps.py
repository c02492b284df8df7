"""Base maps of the project: those for the superior authority have them, those for the public with a 审图号 alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cartography.builders import analysis
from cartography.test_toolfacts import BOX, PNG

from landuse.cartography.toolfacts import base_maps
from landuse.disclosure import for_audience, lacks_review
from landuse.write.audiences import write_audience

NUMBER = "GS(2026)0001号"


def with_maps(folder, review=NUMBER, **outputs):
    (folder / "内部").mkdir(exist_ok=True)
    (folder / "内部/某公司影像.png").write_bytes(PNG)
    said = {"tiles": "tiles", "tianditu": ["vec"], "image": "内部/某公司影像.png", "image_bounds": BOX}
    made = analysis(12, map={**said, "review_number": review}, outputs={"attribution": "x", **outputs})
    return replace(made, project=made.project.model_copy(update={"folder": folder}))


@pytest.mark.parametrize(("audience", "review"), [("superior", NUMBER), ("superior", ""), ("public", NUMBER)])
def test_the_map_of_others_has_the_base_maps_that_the_project_names(tmp_path, audience, review):
    found = with_maps(tmp_path, review)
    assert {"tiles", "tianditu", "image"} <= base_maps(found.project).keys()
    assert base_maps(for_audience(found, audience).project) == base_maps(found.project)


@pytest.mark.parametrize("review", ["", "  "])
def test_a_base_map_without_a_review_number_does_not_reach_the_public(tmp_path, review):
    found = with_maps(tmp_path, review)
    assert base_maps(for_audience(found, "public").project) == {}


def test_the_run_says_that_the_public_map_goes_without_base_maps_and_tells_no_folder(tmp_path):
    for review in ("", NUMBER):
        found = with_maps(tmp_path, review, also_for=["superior", "public"])
        assert lacks_review(found.project) == (not review)
        out = tmp_path / f"out{review}"
        told = {
            name: write_audience(found, out, name, only=("map",), progress=lambda _: None)
            for name in ("superior", "public")
        }
        assert told["public"].get("left_out") == (None if review else ["map"])
        assert ("map" in told["public"]["project"]) == bool(review)
        assert told["superior"]["project"]["map"]["image"] == "某公司影像.png"
        assert "left_out" not in told["superior"]
        page = (out / "public/map.html").read_text("utf-8")
        assert ("tianditu.gov.cn" in page) == bool(review)
        for path in (out / "public").rglob("*"):
            assert not path.is_file() or "某公司".encode() not in path.read_bytes(), path.name
        note = (out / "public/成果/运行说明.txt").read_text("utf-8")
        assert ("公开地图不含底图" in note) == (not review)
    assert not lacks_review(with_maps(tmp_path, "").project)  # nothing is written for the public
