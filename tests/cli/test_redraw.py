"""landuse map, print, report RUN_DIR: drawn again from what a run wrote, without its inputs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from urllib.parse import quote

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import rasterio
import shapely
from cli_builders import ONE_SHEET, USCC, accounts, everything, write_bureau

import landuse
from landuse.pipeline import run
from landuse.project import load_project
from landuse.read.kept_run import read_kept
from landuse.reports.receipt import receipt
from landuse.reports.receipt.data import as_json
from landuse.reports.word import template_bytes
from landuse.tables.kept import kept_tables
from landuse.write import write_outputs
from landuse.write.links import PAGES, with_dossiers

DEMO = Path(__file__).parents[2] / "data" / "demo" / "landuse.toml"
DRAWN = ("map.html", "ledger.xlsx", "issues.xlsx", "lists/plan.xlsx", "lists/zhejiang_39.xlsx")
MORE = """
[variants."末位20%"]
ranking.share = 0.20

[outputs]
also_for = ["superior", "public"]
chinese_copies = true
receipts_up_to = 0
"""
OWN = """
[print]
organisation = "安澜县自然资源局"
underlay = "影像.tif"

[report]
template = "模板.docx"

[lists]
templates = [{ path = "省表.xlsx", start_row = 3, columns = { A = "seq", B = "parcel_id" }, form = "plan" }]

[dossiers]
parcels = ["990781001001GB00009", "990781001001GB00001"]
"""
"""A bureau with files of its own for all that is printed; one of the plots asked for is not listed."""


def busy(folder: Path) -> Path:
    """Return a bureau with two years of accounts, a variant and three audiences."""
    project = write_bureau(folder)
    both = [accounts(), accounts().assign(年度=2024)]
    pd.concat(both).to_csv(folder / "数据" / "税收.csv", index=False)
    project.write_text(project.read_text(encoding="utf-8") + MORE + ONE_SHEET, encoding="utf-8")
    return project


def written(folder: Path, language: str) -> tuple[Path, Path]:
    """Return a whole run and one of its tables alone, in one language; the inputs are gone."""
    project = load_project(busy(folder / "in"), language=language)
    analysis = run(project)
    write_outputs(analysis, folder / "whole")
    write_outputs(analysis, folder / "tables", only=("tables",))
    shutil.rmtree(folder / "in" / "数据")
    return folder / "whole", folder / "tables"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return written(tmp_path_factory.mktemp("redraw"), "zh")


@pytest.fixture
def tables(runs, tmp_path):
    """Return a copy of the run of tables alone."""
    shutil.copytree(runs[1], tmp_path / "run")
    return tmp_path / "run"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_after_tables_alone_everything_drawn_is_what_the_whole_run_drew(tmp_path, language, say):
    whole, tables = written(tmp_path, language)
    for command in ("print", "report", "map"):
        assert say(command, tables).status == 0
    assert everything(tables) == everything(whole)


def houses(left: list[float]) -> gpd.GeoDataFrame:
    """Return houses of 10 m in the south of the plots, from some eastings."""
    boxes = [shapely.box(x, 4_275_005, x + 10, 4_275_015) for x in left]
    return gpd.GeoDataFrame({"层数": [2] * len(left)}, geometry=boxes, crs=4528)


def equipped(folder: Path) -> Path:
    """Return the busy bureau with houses, roads, imagery, and a layout, a report and an official form of its own."""
    project = busy(folder)
    data = project.parent / "数据"
    starts = [40_378_000 + 500.0 * number for number in range(9)]
    pyogrio.write_dataframe(houses([x + 10 for x in starts]), data / "房屋.gpkg")
    road = gpd.GeoDataFrame({"名称": ["大路"], "类型": ["道路"]}, geometry=[shapely.LineString(
        [(starts[0], 4_274_990), (starts[-1] + 300, 4_274_990)])], crs=4528)  # fmt: skip
    pyogrio.write_dataframe(road, data / "道路.gpkg")
    with rasterio.open(
        project.parent / "影像.tif", "w", driver="GTiff", width=60, height=20, count=3, dtype="uint8", crs="EPSG:4528",
        transform=rasterio.transform.from_origin(starts[0] - 500, 4_275_900, 100, 100),
    ) as picture:  # fmt: skip
        picture.write(np.arange(3600, dtype="uint32").reshape(3, 20, 60).astype("uint8"))
    layouts = Path(landuse.__file__).parent / "cartography" / "sheet" / "layouts"
    shutil.copy(layouts / "landscape.toml", project.parent / "版式.toml")
    (project.parent / "模板.docx").write_bytes(template_bytes("report"))
    form = openpyxl.Workbook()
    for row in (["清单"], ["序号", "宗地"]):
        form.active.append(row)
    form.save(project.parent / "省表.xlsx")
    text = project.read_text(encoding="utf-8")
    text = text.replace("[inputs]", '[inputs]\nbuildings = "数据/房屋.gpkg"\ncontext = "数据/道路.gpkg"')
    text = text.replace("as_of = 2026-06-30", 'as_of = 2026-06-30\nstage = "公示"')
    text = text.replace("receipts_up_to = 0", 'receipts_up_to = 50\nreview_number = "审图号 1"')
    text = text.replace("processes = 1", 'processes = 1\nlayout = "版式.toml"')
    project.write_text(text + OWN, encoding="utf-8")
    return project


def test_a_bureau_with_files_of_its_own_for_all_that_is_printed_is_drawn_again_to_the_byte(tmp_path, say):
    project = equipped(tmp_path / "in")
    folder, other = tmp_path / "run", tmp_path / "other"
    assert say("run", project, "-o", folder).status == 0
    shutil.rmtree(project.parent / "数据")
    before = everything(folder)
    assert str(tmp_path) not in (folder / "superior" / "manifest.json").read_text(encoding="utf-8")
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {one["name"] for one in content["inputs"]} >= {"版式.toml", "影像.tif", "模板.docx", "省表.xlsx"}
    drawn = {one["name"] for one in content["outputs"] if not one["name"].endswith((".parquet", ".gpkg", ".toml"))}
    drawn -= {"state/state.json", "matches.xlsx"}  # the names to be confirmed come with the tables
    parts = {name.split("/")[0] for name in drawn}
    assert parts >= {
        "sheets", "atlas.pdf", "dossiers", "notices", "lists", "report.docx", "summary.docx", "notice.docx", "receipts",
        "map.html", "ledger.xlsx", "issues.xlsx",
    }  # fmt: skip
    for name in drawn:
        (folder / name).write_bytes(b"") if name != "receipts/receipts.json" else None
    for command in ("print", "report", "map"):
        told = say(command, folder)
        assert (told.status, told.err) == (0, "")
    again = everything(folder)
    assert [name for name in before if again.get(name) != before[name]] == []
    for command, only in (("print", "sheets,dossiers"), ("report", "lists,receipts"), ("map", "map")):
        assert say(command, folder, "-o", other, "--only", only, "--files", project.parent).status == 0
    again = everything(other)
    own = {name for name in again if "manifest" not in name and "运行说明" not in name}
    assert {name.split("/")[0] for name in own} >= {"sheets", "dossiers", "lists", "receipts", "map.html", "superior"}
    assert {name for name in own if again[name] != before[name]} == set()


def test_only_houses_near_a_plot_page_are_kept(tmp_path, say):
    project = equipped(tmp_path / "in")
    far = [40_378_010.0, 40_383_000.0, 40_382_010.0]
    pyogrio.write_dataframe(houses(far), project.parent / "数据" / "房屋.gpkg")
    assert say("run", project, "-o", tmp_path / "run", "--only", "tables").status == 0
    [part] = read_kept(tmp_path / "run", files=project.parent).analysis.raw.of("buildings")
    assert part.frame["source_row"].tolist() == [1, 3]
    assert list(part.frame.columns) == ["source_row"]


def test_the_map_links_to_plot_pages_that_are_written_with_it_or_stand_in_the_folder(runs, tables, say):
    def pages(folder):
        found = with_dossiers(read_kept(folder).analysis, json_outputs(folder))
        return {path for files in found.facts.get(PAGES, {}).values() for _, path in files}

    assert pages(runs[0]) == {"dossiers/" + quote(name.name) for name in (runs[0] / "dossiers").glob("9*.pdf")}
    assert pages(tables) == set()
    assert say("map", tables).status == 0
    assert (tables / "map.html").read_bytes() != (runs[0] / "map.html").read_bytes()
    assert say("print", tables, "--only", "dossiers").status == 0
    assert say("map", tables).status == 0
    assert (tables / "map.html").read_bytes() == (runs[0] / "map.html").read_bytes()


def json_outputs(folder):
    return {one["name"] for one in json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["outputs"]}


def test_drawing_again_over_a_whole_run_changes_no_byte(runs, tmp_path, say):
    folder = tmp_path / "run"
    shutil.copytree(runs[0], folder)
    for name in DRAWN:
        (folder / name).write_bytes(b"spoilt")
    for command in ("map", "print", "report"):
        assert say(command, folder).status == 0
    assert everything(folder) == everything(runs[0])


def test_another_folder_gets_what_is_drawn_and_a_manifest_of_it(runs, tmp_path, say):
    before = everything(runs[1])
    assert say("map", runs[1], "-o", tmp_path / "新").status == 0
    assert say("map", runs[0], "-o", tmp_path / "另").status == 0  # its plot pages are out of reach there
    assert (tmp_path / "新" / "map.html").read_bytes() == (tmp_path / "另" / "map.html").read_bytes()
    assert (tmp_path / "新" / "map.html").read_bytes() != (runs[0] / "map.html").read_bytes()
    listed = json.loads((tmp_path / "新" / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    assert [entry["name"] for entry in listed] == ["map.html"]
    assert everything(runs[1]) == before


def test_some_parts_alone(tables, say):
    assert say("report", tables, "--only", "issues, lists").status == 0
    assert (tables / "issues.xlsx").is_file()
    assert (tables / "lists" / "plan.xlsx").is_file()
    assert not (tables / "ledger.xlsx").exists()
    told = say("report", tables, "--only", "ledgr")
    assert told.status == 2
    assert "ledger" in told.err


def test_another_language_changes_words_and_the_manifest_stays_that_of_the_run(tables, say):
    spoken = json.loads((tables / "manifest.json").read_text(encoding="utf-8"))["project"]["project"]["language"]
    other = "en" if spoken == "zh" else "zh"
    told = say("map", tables, "--lang", other)
    assert told.status == 0
    assert told.err
    again = json.loads((tables / "manifest.json").read_text(encoding="utf-8"))
    assert again["project"]["project"]["language"] == spoken
    assert f'lang="{other}' in (tables / "map.html").read_text(encoding="utf-8")[:2000]


def test_a_hand_edited_table_is_named_and_marked_until_the_run_is_made_again(tables, say):
    path = tables / "groups.parquet"
    table = pq.read_table(path)
    frame = table.to_pandas().assign(n=99).astype({"n": "int64"})
    pq.write_table(table.from_pandas(frame, schema=table.schema, preserve_index=False), path)
    digests = {e["name"]: e["sha256"] for e in json.loads((tables / "manifest.json").read_text())["outputs"]}
    for _ in range(2):
        told = say("report", tables)
        assert told.status == 0
        assert "groups.parquet" in told.err
    content = json.loads((tables / "manifest.json").read_text(encoding="utf-8"))
    assert content["edited"] == ["groups.parquet"]
    now = {entry["name"]: entry["sha256"] for entry in content["outputs"]}
    assert now["groups.parquet"] == digests["groups.parquet"]


def spoil_rows(folder):
    path = folder / "enterprises.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)


def spoil_manifest(folder, **changes):
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")


def spoil_parameters(folder):
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    content["project"]["ranking"]["share"] = "0.2"
    spoil_manifest(folder, project=content["project"])


def without_tables(folder):
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    kept = [entry for entry in content["outputs"] if not entry["name"].startswith("state/")]
    spoil_manifest(folder, outputs=kept)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "groups.parquet").unlink(), ("groups.parquet", "missing")),
        (lambda folder: (folder / "parcels.parquet").write_bytes(b"PAR1"), ("parcels.parquet", "damaged")),
        (lambda folder: (folder / "state" / "accounts.parquet").write_bytes(b""), ("accounts.parquet", "damaged")),
        (lambda folder: (folder / "state" / "state.json").write_text("{"), ("state.json", "damaged")),
        (lambda folder: (folder / "state" / "state.json").write_text('{"format": 99}'), ("99", "another version")),
        (spoil_rows, ("enterprises.parquet", "rows were added")),
        (lambda folder: spoil_manifest(folder, landuse="0.0.1"), ("0.0.1", "another version")),
        (lambda folder: spoil_manifest(folder, rule={}), ("manifest.json", "rule pack")),
        (lambda folder: spoil_manifest(folder, outputs=3), ("manifest.json", "no manifest")),
        (spoil_parameters, ("manifest.json", "parameters were changed")),
        (without_tables, ("state/state.json", "no tables")),
        (lambda folder: (folder / "manifest.json").write_text("x"), ("manifest.json", "cannot be read")),
        (lambda folder: (folder / "manifest.json").unlink(), ("superior, public", "for others")),
    ],
)
def test_what_cannot_be_drawn_from_is_said_and_nothing_is_written(tables, say, spoil, words):
    spoil(tables)
    before = everything(tables)
    told = say("map", tables, "--lang", "en")
    assert told.status == 2
    for word in words:
        assert word in told.err
    assert everything(tables) == before


def test_a_folder_that_is_none_and_that_of_an_audience_are_refused(tables, tmp_path, say):
    assert "no such folder" in say("map", tmp_path / "无", "--lang", "en").err
    assert "holds no run" in say("map", tmp_path, "--lang", "en").err
    told = say("map", tables / "public", "--lang", "en")
    assert told.status == 2
    assert "public" in told.err


def test_the_results_of_another_run_are_not_drawn_over(runs, tmp_path, say):
    other = tmp_path / "other"
    other.mkdir()
    (other / "manifest.json").write_text('{"project_digest": "x"}', encoding="utf-8")
    told = say("map", runs[1], "-o", other, "--lang", "en")
    assert told.status == 2
    assert "another run" in told.err


def test_a_run_with_errors_is_drawn_again_as_a_draft(tmp_path, say):
    project = write_bureau(tmp_path / "in")
    table = accounts().astype({"实缴税收(万元)": object})
    table.loc[0, "实缴税收(万元)"] = "约一百"
    table.to_csv(project.parent / "数据" / "税收.csv", index=False)
    assert say("run", project, "-o", tmp_path / "run", "--only", "tables,report").status == 1
    before = everything(tmp_path / "run")
    assert say("report", tmp_path / "run").status == 1
    assert everything(tmp_path / "run") == before


@pytest.mark.slow
def test_the_demonstration_district_comes_back_whole_with_the_sources_of_its_listed_objects(tmp_path):
    project = load_project(DEMO)
    analysis = run(project)
    write_outputs(analysis, tmp_path / "run", only=("tables",))
    back = read_kept(tmp_path / "run", files=project.folder)
    again = back.analysis
    assert (back.edited, back.sources) == ((), "listed")
    assert again.project.text() == project.text()
    assert again.project.model_fields_set >= project.model_fields_set
    for name, frame in kept_tables(analysis).items():
        if name not in {"accounts", "papers"}:
            pd.testing.assert_frame_equal(kept_tables(again)[name], frame)
    firms, table = analysis.enterprises, analysis.parcels.table
    low = firms.loc[firms["low_efficiency"].eq(other=True).fillna(value=False), "uscc"].head(5)
    idle = table.loc[table["idle_class"].isin(["IDLE_T1", "IDLE_T2"]), "parcel_id"].head(5)
    assert len(low) == len(idle) == 5
    for what in (*low, *idle):
        assert as_json(receipt(again, what)) == as_json(receipt(analysis, what))


def test_every_enterprise_of_the_bureau_is_read_back(runs):
    assert read_kept(runs[1]).analysis.enterprises["uscc"].tolist() == USCC


def test_a_form_that_was_changed_since_the_run_is_named_and_one_that_is_gone_is_asked_for(tmp_path, say):
    project = write_bureau(tmp_path / "in")
    form = project.parent / "表.toml"
    text = 'file = "a.xlsx"\nsheet = { zh = "表" }\ntitle = { zh = "表" }\n'
    text += '[[column]]\ntitle = { zh = "宗地" }\nfrom = "%s"\n'
    form.write_text(text % "parcel_id", encoding="utf-8")
    project.write_text(project.read_text(encoding="utf-8") + '[lists]\nforms = ["表.toml"]\n', encoding="utf-8")
    assert say("run", project, "-o", tmp_path / "run", "--only", "tables").status == 0
    told = say("report", tmp_path / "run", "--only", "lists")
    assert (told.status, told.err) == (0, "")
    form.write_text(text % "holder", encoding="utf-8")
    told = say("report", tmp_path / "run", "--only", "lists")
    assert told.status == 0
    assert "表.toml" in told.err
    form.rename(tmp_path / "表.toml")
    told = say("report", tmp_path / "run", "--only", "lists")
    assert told.status == 2
    assert "表.toml" in told.err
    assert say("report", tmp_path / "run", "--only", "lists", "--files", tmp_path).status == 0
    assert say("report", tmp_path / "run", "--files", tmp_path / "无").status == 2


def test_a_run_under_locked_values_and_a_pack_of_its_own_is_drawn_again_to_the_byte(tmp_path, say):
    project = write_bureau(tmp_path / "in")
    assert say("run", project, "-o", project.parent / "first", "--only", "tables").status == 0
    pack = 'version = 2026-03-01\ntitle = "自定"\nextends = "default"\n[parameters]\nshare = 0.2\ncap = inf\n'
    (project.parent / "own.toml").write_text(pack, encoding="utf-8")
    more = '[frozen]\nfrom = "first/frozen.toml"\n[rules]\npack = "own.toml"\n'
    project.write_text(project.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert say("run", project, "-o", tmp_path / "run", "--only", "tables,map,report").status == 0
    before = everything(tmp_path / "run")
    assert "state/locked.toml" in before
    for command in ("map", "report"):
        assert say(command, tmp_path / "run").status == 0
    assert everything(tmp_path / "run") == before
