"""Files for other programs keep to the audience they are for: the public gets the columns it may see, and no more."""

from __future__ import annotations

import json

import pyogrio
import pytest
from disclosure.bureau import firms, lay_out

from landuse.disclosure import whitelist
from landuse.pipeline import run
from landuse.project import load_project
from landuse.write import write_outputs
from landuse.write.exchange.naming import short_titles

ASKED = (
    'outputs.review_number="某S(2026)001号"', 'outputs.also_for=["superior", "public"]',
    'outputs.exchange=["shp", "dxf", "txt"]',
)  # fmt: skip


@pytest.fixture(scope="module")
def bureau(tmp_path_factory):
    return lay_out(tmp_path_factory.mktemp("某区") / "数据")


@pytest.fixture(scope="module")
def results(bureau, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    write_outputs(run(load_project(bureau, ASKED)), folder, only=("tables",))
    return folder


@pytest.mark.parametrize("audience", ["superior", "public"])
def test_the_fields_are_those_that_the_data_files_of_the_audience_carry(audience, results):
    fields = set(pyogrio.read_info(results / audience / "exchange/shp/parcels.shp")["fields"].tolist())
    allowed = {short_titles()[name] for name in whitelist(audience).tables["parcels"]}
    assert fields <= allowed
    assert "宗地代码" in fields
    internal = set(pyogrio.read_info(results / "exchange/shp/parcels.shp")["fields"].tolist())
    assert {"信用代码", "来源文件"} <= internal
    assert not {"信用代码", "来源文件", "实缴税收", "说明", "原因代码"} & fields or audience == "superior"


def test_no_figure_and_no_code_of_an_enterprise_is_in_a_public_file(results):
    files = [path for path in (results / "public/exchange").rglob("*") if path.is_file() and path.suffix != ".xlsx"]
    assert {path.suffix for path in files} == {".shp", ".shx", ".dbf", ".prj", ".cpg", ".dxf", ".txt"}
    known = firms()
    planted = [*known["uscc"], *(f"{tax:.4f}" for tax in known["tax"]), "内部/"]
    for path in files:
        raw = path.read_bytes()
        assert [text for text in planted if text.encode("gbk") in raw] == [], path.name
    assert known["uscc"][0].encode() in (results / "exchange/shp/parcels.dbf").read_bytes()  # the check would find it


def test_every_file_stands_in_the_manifest_of_its_audience(results):
    for audience in ("superior", "public"):
        top = results / audience
        listed = {one["name"] for one in json.loads((top / "manifest.json").read_text(encoding="utf-8"))["outputs"]}
        made = {path.relative_to(top).as_posix() for path in (top / "exchange").rglob("*") if path.is_file()}
        assert made
        assert made <= listed
        assert (top / "成果/数据/shp/宗地.shp").is_file()


def test_without_public_outlines_the_public_gets_none_and_earlier_ones_go(bureau, results):
    made = run(load_project(bureau, [*ASKED, "outputs.public_geometry=false"]))
    write_outputs(made, results, only=("tables",))
    assert not [path for path in (results / "public").rglob("*") if path.suffix in (".shp", ".dxf", ".dbf", ".txt")
                and path.name != "运行说明.txt"]  # fmt: skip
    assert (results / "superior/exchange/shp/parcels.shp").is_file()
