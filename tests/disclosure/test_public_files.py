"""A run with values that can be recognised: none of them is in any file of the public tier, in whatever printing."""

from __future__ import annotations

import base64
import gzip
import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from disclosure.bureau import firms, lay_out
from disclosure.scanner import Contents, contents

from landuse.cli import main
from landuse.disclosure import for_audience, whitelist
from landuse.errors import InputError
from landuse.pipeline import run
from landuse.project import load_project
from landuse.reports.content.context import context
from landuse.reports.content.public import parcel_list, public_list
from landuse.write import KINDS, write_outputs
from landuse.write.audiences import write_audience

REVIEWED = 'outputs.review_number="某S(2026)001号"'
BOTH = 'outputs.also_for=["superior", "public"]'
INTERNAL_ONLY = ("history", "lift", "variants", "findings", "issues", "balance", "frozen", "ledger", "groups")


@pytest.fixture(scope="module")
def project_file(tmp_path_factory):
    return lay_out(tmp_path_factory.mktemp("某区") / "数据")


@pytest.fixture(scope="module")
def analysis(project_file):
    return run(load_project(project_file, [REVIEWED, BOTH]))


@pytest.fixture(scope="module")
def results(analysis, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    write_outputs(analysis, folder)
    return folder


@pytest.fixture(scope="module")
def public(results):
    """Return name -> everything the file holds."""
    top = results / "public"
    found = {path.relative_to(top).as_posix(): path for path in sorted(top.rglob("*")) if path.is_file()}
    first = {path.read_bytes(): name for name, path in reversed(found.items())}
    opened = {name: contents(found[name]) for name in first.values()}
    return {name: opened[first[path.read_bytes()]] for name, path in found.items()}


def planted_amounts(analysis) -> list[float]:
    """Return every figure of an enterprise or a parcel that no public list names, but whole and round ones."""
    allowed, amounts = whitelist("public").tables, set()
    tables = {"enterprises": analysis.enterprises, "parcels": analysis.parcels.table}
    for name, table in tables.items():
        for column in table.select_dtypes("float").columns.difference(list(allowed[name])):
            amounts |= set(table[column].dropna().tolist())
    return sorted(one for one in amounts if abs(round(one, 4) * 100 - round(one * 100)) > 1e-6)


def test_no_file_of_the_public_tier_holds_a_tax_an_output_or_an_energy_in_any_printing(public):
    figures = firms()[["tax", "output", "energy"]].to_numpy().ravel().tolist()
    for name, held in public.items():
        assert [one for one in figures if held.holds_amount(one)] == [], name


def test_no_file_of_the_public_tier_holds_a_per_mu_figure_a_score_or_any_other_figure_that_is_not_on_the_list(
    analysis, public
):
    amounts = planted_amounts(analysis)
    assert len(amounts) > 150
    for name, held in public.items():
        assert [one for one in amounts if held.holds_number(one) or held.holds_number(round(one, 4), 1e-12)] == [], name


def test_the_scores_are_not_even_there_with_two_decimals(analysis, public):
    scores = [one for one in analysis.enterprises["score"].dropna() if one != 100.0]
    for name, held in public.items():
        if not name.endswith(".html"):
            texts = {f"{one:.2f}" for one in scores} | {f"{one:.1f}" for one in scores}
            printed = held.numbers - ({100.0} if name.endswith(".pdf") else set())  # the check ruler counts 100 mm
            assert not [one for one in texts if float(one) in printed], name


def test_no_file_of_the_public_tier_holds_a_credit_code(public):
    for name, held in public.items():
        assert [one for one in firms()["uscc"] if held.holds_text(one)] == [], name
        assert not held.holds_text("PLANT"), name


def test_who_was_not_evaluated_and_who_is_almost_alone_in_its_industry_is_not_named(analysis, public):
    firms_ = analysis.enterprises.set_index("name")
    few = firms_.index[firms_["n_in_group"].lt(3).fillna(value=False)]
    assert len(few) == 3
    for name, held in public.items():
        assert not held.holds_text("密名无数据厂"), name
        assert [one for one in few if held.holds_text(one)] == [], name


def test_neither_variants_nor_locked_groups_nor_folders_of_the_bureau_are_told(public):
    for name, held in public.items():
        assert not held.holds_text("机密变体"), name
        assert not held.holds_text("内部/"), name


def test_the_public_folder_holds_what_its_manifest_lists_and_nothing_else(results, public):
    manifest = json.loads((results / "public/manifest.json").read_text(encoding="utf-8"))
    listed = {entry["name"] for entry in manifest["outputs"]}
    sheets = ("01_location", "02_current", "07_industry", "08_grade", "09_low", "10_idle", "13_parks")
    drawn = {f"sheets/{name}.{kind}" for name in sheets for kind in ("pdf", "png")}
    assert listed == {
        *drawn, "sheets/index.csv", "aggregates.csv", "aggregates.parquet", "enterprises.parquet", "list.csv",
        "list.xlsx", "list_parcels.csv", "map.html", "notice.docx", "parcels.parquet", "results.gpkg", "summary.xlsx",
    }  # fmt: skip
    assert {name for name in public if not name.startswith("成果/")} == {*listed, "manifest.json"}
    assert not [name for name in public if name.startswith(INTERNAL_ONLY)]
    assert manifest["audience"] == "public"
    assert set(manifest["counts"]) <= {"parcels", "parcels_mu", "parcels_by_efficiency", "parcels_by_idle"}
    assert not {"frozen", "variants", "scenarios", "columns", "inputs"} & manifest["project"].keys()


def test_all_tiers_of_a_run_bear_its_fingerprint(results, analysis):
    digests = {
        json.loads((results / folder / "manifest.json").read_text(encoding="utf-8"))["project_digest"]
        for folder in (".", "superior", "public")
    }
    assert digests == {analysis.project.digest()}


def with_other_secrets(analysis):
    """Return the analysis with everything changed that the public may not see, but what decides who is named."""
    random = np.random.default_rng(3)
    allowed, kept = whitelist("public").tables, {"status", "n_in_group"}
    new_codes = {code: f"X{n:017d}" for n, code in enumerate(random.permutation(analysis.enterprises["uscc"]))}

    def changed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
        secret = [name for name in frame.columns if name not in {*allowed[table], *kept}]
        made = {}
        for name in secret:
            if pd.api.types.is_float_dtype(frame[name]):
                made[name] = random.uniform(1, 1000, len(frame))
            elif frame[name].dtype.kind == "O" or str(frame[name].dtype) in ("str", "string", "category"):
                made[name] = [f"秘{n}" for n in range(len(frame))]
        return frame.assign(**made)

    firms_ = changed(analysis.enterprises, "enterprises").assign(uscc=analysis.enterprises["uscc"].map(new_codes))
    parcels = changed(analysis.parcels.table, "parcels")
    return replace(
        analysis,
        enterprises=firms_,
        parcels=analysis.parcels.with_table(parcels),
        occupancy=analysis.occupancy.assign(uscc=analysis.occupancy["uscc"].map(new_codes)),
        history=analysis.history.iloc[:1],
        findings=analysis.findings.iloc[:1],
        groups=analysis.groups.assign(k=99),
        variants=None,
        facts={**analysis.facts, "reference_price": 1.0, "power": None},
    )


def test_whatever_the_secrets_are_the_public_map_list_and_tables_are_the_same_bytes(analysis, results, tmp_path):
    """Whatever the format of a file: what the public reads does not depend on what it may not know."""
    other = with_other_secrets(analysis)
    assert not np.allclose(other.enterprises["score"], analysis.enterprises["score"], equal_nan=True)
    write_audience(other, tmp_path, "public", only=KINDS, progress=lambda _: None)
    compared = set()
    for path in (results / "public").rglob("*"):
        if path.is_file() and not path.name.startswith(("aggregates", "summary", "公开汇总", "manifest", "运行说明")):
            assert path.read_bytes() == (tmp_path / path.relative_to(results)).read_bytes(), path.name
            compared.add(path.name)
    assert {"map.html", "list.xlsx", "list.csv", "results.gpkg", "parcels.parquet", "enterprises.parquet"} <= compared
    assert "notice.docx" in compared


def test_the_files_of_the_bureau_itself_do_hold_the_planted_values(results, analysis):
    known = firms().iloc[:-1]
    for name in ("enterprises.parquet", "results.gpkg"):
        held = contents(results / name)
        assert all(held.holds_amount(one) for one in known["tax"]), name
        assert all(held.holds_text(one) for one in known["uscc"]), name
    ledger = contents(results / "ledger.xlsx")
    listed = analysis.enterprises.loc[analysis.enterprises["low_efficiency"].eq(other=True)]
    assert all(ledger.holds_amount(one) for one in listed["tax_wan"])
    assert contents(results / "frozen.toml").holds_text("91990781PLANT0001X")


def test_the_scanner_finds_what_is_packed_compressed_rounded_or_in_yuan():
    def page(content: bytes) -> Contents:
        held = Contents()
        held.add_bytes(b"<html>" + content + b"</html>")
        return held

    packed = base64.b64encode(gzip.compress(json.dumps([1, 137.1379] * 30).encode()))
    assert page(packed).holds_amount(137.1379)
    assert page(base64.b64encode(np.array([137.1379] * 9).tobytes())).holds_amount(137.1379)
    for text in ("137.14", "1,371,379", "1371379", "0.01371379", "137.1379"):
        assert page(f"<td>{text}</td>".encode()).holds_amount(137.1379), text
    assert not page(b"<td>137.15</td>").holds_amount(137.1379)
    assert page("参评第3制造厂".encode("gb18030")).holds_text("参评第3制造厂")


def test_what_is_for_the_superior_authority_has_figures_but_no_source_rows_no_variants_and_no_issues(results):
    enterprises = pd.read_parquet(results / "superior/enterprises.parquet")
    assert {"tax_wan", "tax_per_mu", "score", "rank", "low_efficiency", "because"} <= {*enterprises.columns}
    assert not {"source_file", "source_row", "former_names", "in_variants"} & {*enterprises.columns}
    names = {path.name for path in (results / "superior").iterdir()}
    assert {"ledger.xlsx", "map.html", "results.gpkg", "manifest.json"} <= names
    assert not {"issues.xlsx", "issues.parquet", "variants.parquet", "history.parquet", "lift.parquet"} & names
    for path in (one for one in (results / "superior").iterdir() if one.is_file()):
        held = contents(path)
        assert not held.holds_text("机密变体"), path.name
        assert not held.holds_text("内部/"), path.name


def test_a_run_for_the_public_alone_writes_nothing_beside_its_folder(project_file, tmp_path):
    project = load_project(project_file, [REVIEWED, "project.audience=public"])
    manifest = write_outputs(run(project), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["public"]
    assert manifest["audience"] == "public"


def test_the_public_files_of_two_runs_are_the_same_bytes(analysis, results, tmp_path):
    write_audience(analysis, tmp_path, "public", only=KINDS, progress=lambda _: None)
    for path in (results / "public").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / path.relative_to(results)).read_bytes(), path.name


def test_the_order_of_the_bureau_s_tables_does_not_show(analysis):
    firms_ = analysis.enterprises.sort_values("tax_wan", ascending=False).reset_index(drop=True)
    order = analysis.parcels.table["tax_wan"].sort_values().index.to_numpy()
    parcels = replace(
        analysis.parcels.opened(),
        table=analysis.parcels.table.loc[order].reset_index(drop=True),
        shapes=analysis.parcels.geometry[order],
        wkb=None,
    )
    first, second = (
        for_audience(one, "public") for one in (analysis, replace(analysis, enterprises=firms_, parcels=parcels))
    )
    pd.testing.assert_frame_equal(first.enterprises, second.enterprises)
    pd.testing.assert_frame_equal(first.parcels.table, second.parcels.table)
    pd.testing.assert_frame_equal(first.occupancy, second.occupancy)


def test_a_public_map_with_boundaries_and_no_review_number_is_refused_before_anything_is_written(
    project_file, tmp_path
):
    found = run(load_project(project_file, [BOTH]))
    with pytest.raises(InputError, match=r"县界") as refused:
        write_outputs(found, tmp_path / "out")
    (fault,) = refused.value.faults
    assert fault.where == "[outputs.review_number]"
    assert "背景.gpkg" in fault.found
    assert not (tmp_path / "out").exists()
    write_outputs(found, tmp_path / "out", only=("tables", "report"))
    assert not (tmp_path / "out/public/map.html").exists()
    assert (tmp_path / "out/public/list.xlsx").is_file()


def test_a_map_without_boundaries_needs_no_review_number(project_file, tmp_path, analysis):
    (around,) = analysis.raw.of("context")
    roads = replace(around, frame=around.frame.iloc[:1], shapes=around.geometry[:1], wkb=None)
    raw = replace(analysis.raw, parts={**analysis.raw.parts, "context": (roads,)})
    project = load_project(project_file, ["project.audience=public"])
    write_outputs(replace(analysis, raw=raw, project=project), tmp_path, only=("map",))
    assert (tmp_path / "public/map.html").is_file()


def test_without_outlines_there_is_neither_map_nor_geopackage_and_no_geometry(analysis, project_file, tmp_path):
    project = load_project(project_file, ["project.audience=public", "outputs.public_geometry=false"])
    write_outputs(replace(analysis, project=project), tmp_path)
    names = {path.name for path in (tmp_path / "public").iterdir()}
    assert not {"map.html", "results.gpkg"} & names
    assert "geometry" not in pd.read_parquet(tmp_path / "public/parcels.parquet").columns


def test_files_of_an_earlier_run_that_are_not_written_again_are_removed_but_not_those_of_others(
    analysis, results, tmp_path
):
    shutil.copytree(results, tmp_path, dirs_exist_ok=True)
    (tmp_path / "public/自己的.txt").write_text("own", encoding="utf-8")
    (tmp_path / "public/list.csv").write_text("changed by hand", encoding="utf-8")
    write_outputs(analysis, tmp_path, only=("tables",))
    left = {path.name for path in (tmp_path / "public").rglob("*") if path.is_file()}
    assert not {"map.html", "04_一张图.html", "list.xlsx", "08_公示名单.xlsx"} & left
    assert {"自己的.txt", "list.csv", "parcels.parquet", "results.gpkg"} <= left
    assert (tmp_path / "map.html").is_file()


def command(monkeypatch, *words):
    monkeypatch.setattr("sys.argv", ["landuse", *(str(word) for word in words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_the_command_line_writes_for_the_public_and_prints_its_manifest(project_file, tmp_path, monkeypatch, capsys):
    asked = ("--set", "project.audience=public", "--set", REVIEWED, "--json")
    assert command(monkeypatch, "run", project_file, "-o", tmp_path, *asked) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((tmp_path / "public/manifest.json").read_text(encoding="utf-8"))
    assert {path.name for path in tmp_path.iterdir()} == {"public", "run.log.json"}


def test_the_command_line_says_where_the_other_outputs_are(project_file, tmp_path, monkeypatch, capsys):
    asked = ("--set", BOTH, "--set", REVIEWED, "--only", "report")
    assert command(monkeypatch, "run", project_file, "-o", tmp_path, *asked) == 0
    told = capsys.readouterr().out
    assert str(tmp_path / "public") in told
    assert str(tmp_path / "superior") in told


def test_a_refused_map_ends_with_status_2_in_two_lines_and_no_output(project_file, tmp_path, monkeypatch, capsys):
    out = tmp_path / "out"
    assert command(monkeypatch, "run", project_file, "-o", out, "--set", "project.audience=public", "--lang", "en") == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert told[0].startswith("[outputs.review_number]: public map shows administrative boundaries")
    assert "--only tables,report" in told[1]
    assert not out.exists()


def test_forms_are_for_the_bureau_alone(analysis, project_file, tmp_path):
    project = load_project(project_file, ["project.audience=public", REVIEWED])
    with pytest.raises(InputError, match="forms"):
        write_outputs(replace(analysis, project=project), tmp_path / "out", only=("forms",))
    assert not (tmp_path / "out").exists()
    write_outputs(analysis, tmp_path / "both", only=("forms",))
    assert not (tmp_path / "both/public").exists()


def test_the_list_and_the_sums_read_the_same_as_text_and_in_the_workbook(results):
    import openpyxl

    listed = pd.read_csv(results / "public/list.csv", encoding="utf-8-sig")
    assert listed.columns.tolist() == [
        "企业名称(用地单位)",
        "所属园区",
        "镇(街道)",
        "评价用地面积(亩)",
        "综合评价等级",
        "结论",
    ]
    assert listed["结论"].str.startswith("拟列入").sum() == 3
    sums = pd.read_csv(results / "public/aggregates.csv", encoding="utf-8-sig", dtype=str)
    by_industry = sums.loc[sums["统计方式"].eq("分行业")].set_index("评价分组(行业)")["实缴税收合计(万元)"]
    page = openpyxl.load_workbook(results / "public/summary.xlsx")["分行业"]
    rows = list(page.iter_rows(values_only=True))
    at = next(row for row, cells in enumerate(rows) if cells[0] == "序号")
    printed = {cells[1]: cells[6] for cells in rows[at + 1 :] if cells[0] is not None and cells[2] is not None}
    assert set(printed) == {*by_industry.index, "合计"}
    for group, told in by_industry.items():
        assert str(printed[group]) == told if told == "/" else float(printed[group]) == float(told), group
    tax = firms()["tax"].iloc[:6].sum()
    assert float(by_industry["13"]) == pytest.approx(tax, abs=0.005)
    assert by_industry["27"] == by_industry["30"] == "/"


def test_areas_of_the_public_lists_have_two_decimals_and_add_up_to_the_printed_total(analysis):
    # 1.004 three times is 3.012: each would print as 1.00, the total prints as 3.01, so one of them is raised
    areas = np.resize([1.004, 1.004, 1.004, 0.3356, 0.3344, 167.4878], len(analysis.parcels.table))
    exact = analysis.parcels.table.assign(area_mu=areas, efficiency_class="low", idle_class="NORMAL")
    exact.loc[exact.index[:3], ["efficiency_class"]] = "stopped"
    view = for_audience(replace(analysis, parcels=analysis.parcels.with_table(exact)), "public")
    low, stopped, idle = public_list(view)[1].blocks
    assert sorted(stopped.rows["area_mu"]) == [1.0, 1.0, 1.01]
    assert next(one.value for one in stopped.totals if one.column == "area_mu") == pytest.approx(3.01, abs=1e-9)
    for block in (low, stopped, idle):
        assert next(part.fmt for part in block.columns if part.name == "area_mu") == "A"
        assert (block.rows["area_mu"] == block.rows["area_mu"].round(2)).all()
    whole = exact.loc[exact["efficiency_class"].eq("low"), "area_mu"].sum()
    half_up = np.floor(round(whole * 100, 6) + 0.5) / 100
    assert next(one.value for one in low.totals if one.column == "area_mu") == pytest.approx(half_up, abs=1e-9)
    assert sorted(parcel_list(context(view))["area_mu"]) == sorted([*low.rows["area_mu"], *stopped.rows["area_mu"]])


def test_areas_of_the_list_as_text_are_those_of_the_workbook(results):
    import openpyxl

    for text, sheet, title in (("list.csv", 0, "评价用地面积(亩)"), ("list_parcels.csv", 1, "采用面积(亩)")):
        told = pd.read_csv(results / "public" / text, encoding="utf-8-sig")
        page = openpyxl.load_workbook(results / "public/list.xlsx").worksheets[sheet]
        rows = list(page.iter_rows(values_only=True))
        heads = next(cells for cells in rows if cells[0] == "序号")
        at = [str(head).replace("\n", "") for head in heads].index(title)
        printed = [cells[at] for cells in rows if isinstance(cells[0], int | float)]
        assert sorted(printed) == sorted(told[title]), text
        assert all(area == round(area, 2) for area in printed)


def test_a_text_that_a_spreadsheet_would_run_is_written_as_text(analysis, tmp_path):
    table = analysis.enterprises.assign(name='=HYPERLINK("http://x","参评")')
    write_outputs(replace(analysis, enterprises=table), tmp_path, only=("report",))
    line = (tmp_path / "public/list.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert line.startswith("\"'=HYPERLINK")
