"""What a view holds and what it does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from cartography.builders import analysis, with_parcels
from pipeline.builders import accounts, firms, plots, run

from landuse.catalogue import load
from landuse.disclosure import AUDIENCES, audiences_of, boundary_faults, folder_of, for_audience, view, whitelist
from landuse.errors import DefectError
from landuse.reports.content.public import public_list
from landuse.tables import RawPart, columns
from landuse.write.published import schema

COUNT = 9


@pytest.fixture(scope="module")
def found():
    return run(plots(COUNT), firms(COUNT, labels=["秘"] * COUNT), accounts(COUNT), accounts(COUNT, year=2024))


def test_the_bureau_itself_sees_the_analysis_as_it_is(found):
    assert for_audience(found, "internal") is found


@pytest.mark.parametrize("audience", ["superior", "public"])
def test_a_view_holds_no_field_that_is_not_on_the_list(found, audience):
    seen, allowed = for_audience(found, audience), whitelist(audience)
    assert set(seen.parcels.table.columns) <= set(allowed.tables["parcels"])
    assert set(seen.enterprises.columns) <= set(allowed.tables["enterprises"])
    assert set(seen.issues.columns) == {"severity"}
    assert seen.variants is None
    for name in ("accounts", "history", "lift", "balance", "agreement"):
        assert getattr(seen, name).shape[1] == 0, name
    assert set(seen.facts) <= {*allowed.facts, "aggregates"}
    assert set(seen.raw.parts) <= {"parks", "context"}


def test_the_public_list_is_part_of_the_superior_one_and_names_no_figure_of_an_enterprise():
    public, superior = whitelist("public").tables, whitelist("superior").tables
    assert set(public["parcels"]) <= set(superior["parcels"])
    money = (
        "tax",
        "output",
        "energy",
        "revenue",
        "value_added",
        "profit",
        "score",
        "rank",
        "reason",
        "because",
        "per_mu",
    )
    for table in ("parcels", "enterprises", "occupancy"):
        assert not [name for name in public[table] if any(word in name for word in money)], table


@pytest.mark.parametrize("audience", ["superior", "public"])
def test_every_listed_field_is_a_column_of_the_vocabulary(audience):
    allowed = whitelist(audience)
    working = {"enterprises": {"park", "town"}, "occupancy": {"land_cm2", "evaluated_as"}}
    for table, names in allowed.tables.items():
        assert set(names) <= {*schema(table), *working.get(table, ())}, table
    assert set(allowed.written) <= {*allowed.tables, "aggregates"}
    assert not working["occupancy"] & {*allowed.written.get("occupancy", ())}


def test_no_input_column_is_public_but_those_that_say_what_and_where_a_parcel_is():
    given = set(whitelist("public").tables["parcels"]) & set(columns("input", "parcels"))
    assert given == {"parcel_id", "parcel_name", "address", "holder", "park", "town", "land_use", "price_level"}


def test_credit_codes_are_running_numbers_that_still_join_the_tables(found):
    seen = for_audience(found, "public")
    assert seen.enterprises["uscc"].tolist() == [f"{n:06d}" for n in range(1, COUNT + 1)]
    joined = seen.occupancy.merge(seen.enterprises, on="uscc", validate="m:1")
    names = dict(zip(found.enterprises["uscc"], found.enterprises["name"], strict=True))
    told = found.occupancy["parcel_id"].to_list(), found.occupancy["uscc"].map(names).to_list()
    assert dict(zip(joined["parcel_id"], joined["name"], strict=True)) == dict(zip(*told, strict=True))


def test_industry_codes_are_cut_to_the_division_and_free_texts_are_left_out(found):
    assert for_audience(found, "public").enterprises["industry_code"].eq("19").all()
    plain = found.project.model_copy(update={"ranking": found.project.ranking.model_copy(update={"industry": "plain"})})
    assert for_audience(replace(found, project=plain), "public").enterprises["industry_code"].isna().all()


def test_a_parcel_without_a_conclusion_does_not_name_its_holder():
    run_ = with_parcels(
        analysis(6),
        efficiency_class=["low", "partly_low", "stopped", "not_low", "not_rated", None],
        idle_class=["NORMAL", "NORMAL", "NORMAL", "NORMAL", "IDLE_T1", "NOT_APPLICABLE"],
        parcel_name=["某项目"] * 6,
    )
    shown = for_audience(run_, "public").parcels.table.set_index("parcel_id")
    ids = run_.parcels.table["parcel_id"]
    assert shown.loc[ids, "holder"].notna().tolist() == [True, True, True, False, True, False]
    assert shown.loc[ids, "parcel_name"].notna().tolist() == [True, True, True, False, True, False]


def test_a_grade_stands_only_where_three_or_more_were_compared(found):
    assert for_audience(found, "public").enterprises["grade"].notna().all()
    table = found.enterprises.assign(n_in_group=pd.array([2] * COUNT, dtype="Int64"))
    few = for_audience(replace(found, enterprises=table), "public").enterprises
    assert few["grade"].isna().all()
    listed = int(found.enterprises["low_efficiency"].sum())
    assert few["name"].notna().sum() == listed == 1


def test_outlines_parks_and_what_lies_around_go_to_the_grid_on_request():
    import shapely

    run_ = analysis(12, outputs={"public_grid_m": 25, "attribution": "x"})
    seen = for_audience(run_, "public")
    for geometry in (seen.parcels.geometry, seen.raw.of("parks")[0].geometry):
        points = shapely.get_coordinates(geometry)
        assert np.allclose(points % 25, 0)
        assert shapely.is_valid(geometry).all()
    own = for_audience(run_, "superior").parcels.geometry
    assert shapely.equals_exact(own, run_.parcels.geometry).all()


def test_the_project_of_a_view_says_nothing_of_locked_values_variants_and_folders(found):
    project = found.project.model_copy(update={"variants": {"秘密变体": {"ranking.share": 0.3}}})
    told = for_audience(replace(found, project=project), "public").project
    assert told.digest() == project.digest()
    assert told.project.audience == "public"
    assert "秘密变体" not in told.text()
    assert told.language == project.language
    assert told.as_of == project.as_of
    assert [entry.path for entry in told.inputs.of("parcels")] == ["parcels.gpkg"] or told.inputs.of("parcels")


def test_a_run_with_errors_is_a_draft_for_everybody(found):
    worst = found.issues.assign(severity="error") if len(found.issues) else pd.DataFrame({"severity": ["error"]})
    for sheet in public_list(for_audience(replace(found, issues=worst), "public")):
        assert "草稿" in sheet.title
    for sheet in public_list(for_audience(found, "public")):
        assert "征求意见稿" in sheet.title
        assert sheet.page.header_left == "公开"


def test_an_analysis_without_enterprises_still_has_a_public_view():
    empty = pd.DataFrame()
    run_ = replace(analysis(3), enterprises=empty, occupancy=empty)
    seen = for_audience(run_, "public")
    assert len(seen.parcels) == 3
    assert seen.facts["aggregates"]["n_enterprises"].tolist() == [0]


def test_a_field_that_slips_through_is_a_defect_and_is_not_written(found):
    seen = for_audience(found, "public")
    more = replace(seen, enterprises=seen.enterprises.assign(tax_wan=1.0))
    with pytest.raises(DefectError, match="tax_wan"):
        view._verified(more, whitelist("public"))


def test_a_run_writes_for_whom_it_is_and_for_whom_else_it_is_asked():
    def asked(audience, *also):
        return audiences_of(analysis(1, project={"audience": audience}, outputs={"also_for": list(also)}).project)

    assert asked("internal") == ("internal",)
    assert asked("public") == ("public",)
    assert asked("internal", "public", "superior") == AUDIENCES
    assert asked("superior", "superior", "public") == ("superior", "public")
    assert [folder_of(name) for name in AUDIENCES] == ["", "superior", "public"]


def test_settings_for_others_are_part_of_the_fingerprint_only_where_there_are_others():
    plain = analysis(1).project
    assert "public_grid_m" not in plain.text()
    assert analysis(1, outputs={"public_grid_m": 50}).project.text() == analysis(1, outputs={}).project.text()
    assert "public_grid_m" in analysis(1, outputs={"also_for": ["public"]}).project.text()


@pytest.mark.parametrize(
    ("kind", "is_boundary"),
    [
        ("县界", True),
        ("镇(街道)", True),
        ("行政区划", True),
        ("Boundary of towns", True),
        ("行政村", True),
        ("town limit", True),
        ("某种新类型", True),
        ("", True),
        (None, True),
        ("河流", False),
        ("县道", False),
        ("built-up area", False),
    ],
)
def test_boundaries_are_known_by_their_kind(kind, is_boundary):
    part = RawPart("context", "around.shp", "", pd.DataFrame({"name": ["x"], "kind": [kind]}), {}, {})
    bare = analysis(1)
    run_ = replace(bare, raw=replace(bare.raw, parts={"context": (part,)}))
    assert bool(boundary_faults(run_)) == is_boundary
    reviewed = bare.project.model_copy(
        update={"outputs": bare.project.outputs.model_copy(update={"review_number": "某S(2026)1号"})}
    )
    assert not boundary_faults(replace(run_, project=reviewed))


def context(file="around.shp", **columns):
    bare = analysis(1)
    part = RawPart("context", file, "", pd.DataFrame(columns), {}, {})
    return replace(bare, raw=replace(bare.raw, parts={"context": (part,)}))


def test_context_without_kinds_is_drawn_and_may_be_a_boundary():
    (fault,) = boundary_faults(context(name=["x"]))
    assert 'around.shp kind = ""' in fault.lines("zh")[0]
    assert fault.lines("en")[0].endswith('without one: around.shp kind = ""')
    assert "河流" in fault.do
    assert not boundary_faults(context(name=[], kind=[]))


@pytest.mark.parametrize(
    ("file", "name", "is_boundary"),
    [
        ("数据/县界.shp", "x", True),
        ("Boundaries.geojson", "x", True),
        ("边界资料/道路.shp", "x", False),
        ("道路.shp", "甲镇界线", True),
        ("道路.shp", "County border", True),
        ("道路.shp", "世界大道", False),
        ("道路.shp", None, False),
    ],
)
def test_boundaries_under_a_harmless_kind_are_known_by_the_name_of_the_file_or_the_feature(file, name, is_boundary):
    assert bool(boundary_faults(context(file, name=[name], kind=["道路"]))) == is_boundary


def test_what_the_map_may_show_to_the_public_agrees_with_the_list():
    shown = set(load("cartography/card.toml")["public"]["fields"])
    tables = whitelist("public").tables
    seen = {*tables["parcels"], *tables["enterprises"], *tables["occupancy"]}
    assert not {"uscc", "score", "rank", "because", "tax_wan"} & shown
    assert {"parcel_id", "holder", "area_mu", "efficiency_class", "grade", "low_efficiency"} <= shown & seen
