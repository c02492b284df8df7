"""The tables a run leaves: what stands in them, in which order, of which type, and that others can read them."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from write_builders import IDS, SIZE, analysis, parcel_table, shapes

from landuse.tables import Parcels
from landuse.write import write_outputs
from landuse.write.parquet import _lists, arrow_parcels, arrow_table, parcels_file, write_table
from landuse.write.published import TABLES, balance_in_units, published_tables
from landuse.write.staging import sha256_of

ROOT = Path(__file__).parents[2]
CONTRACT = {
    "enterprises": (
        "industry_group, group_path, n_in_group, area_mu, price_coefficient, tax_wan, output_wan, energy_tce, "
        "tax_per_mu, output_per_mu, output_per_energy, tax_per_mu_corrected, output_per_mu_corrected, output_source, "
        "n_indicators, score, rank, grade, in_bottom_share, low_efficiency, status, reasons, reasons_noted, because"
    ),
    "parcels": (
        "area_mu, area_source, registered_area_mu, ellipsoid_area_m2, projected_area_m2, price_coefficient, "
        "n_enterprises, tax_wan, output_wan, energy_tce, tax_per_mu, output_per_mu, output_per_energy, far, "
        "site_coverage, invest_per_mu_wan, tax_due_gap_wan, built_share, low_efficiency_share, efficiency_class, "
        "idle_class, idle_years, idle_since, idle_days, idle_cause, consequence, idle_fee_wan, reclaim_from, "
        "next_deadline, article, reasons, because"
    ),
    "occupancy": "parcel_id, uscc, tenure, land_mu, land_share_of_parcel, weight_of_enterprise, mode",
    "findings": "unit, key, rule_id, outcome, missing, because",
    "groups": "industry_group, name, n, k, flagged, tied_at_cut",
    "issues": (
        "severity, code, table, key, column, source_file, source_sheet, source_row, value, message, action, owner"
    ),
    "balance": "step, quantity, amount_in, amount_out, unallocated, reason",
}
"""Columns of the contract, typed from its page: what the toolkit adds to the canonical input columns."""
INPUT_ENTERPRISES = (
    "uscc", "name", "industry_code", "former_names", "scale", "labels", "origin", "registry_state", "production_state",
    "registered_on", "exemption",
)  # fmt: skip


@pytest.fixture(scope="module")
def district(demonstration):
    """Return the published tables of the demonstration district."""
    return published_tables(demonstration)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("结果")
    manifest = write_outputs(analysis(), folder, only=("tables",))
    return folder, manifest


@pytest.mark.parametrize("table", CONTRACT)
def test_a_published_table_carries_the_columns_of_the_contract_in_their_order(table, district):
    wanted = CONTRACT[table].split(", ")
    found = [name for name in district[table].columns if name in wanted]
    assert found == wanted


def test_history_and_groups_carry_the_measures_and_the_bases(district):
    assert list(district["history"].columns) == [
        "uscc", "year", "tax_per_mu", "output_per_mu", "output_per_energy", "score", "rank", "n", "in_bottom_share",
        "grade", "industry_group", "status",
    ]  # fmt: skip
    assert list(district["groups"].columns)[6:] == ["base_tax_per_mu", "base_output_per_mu", "base_output_per_energy"]


def test_the_input_columns_come_first_and_provenance_last(district):
    enterprises = list(district["enterprises"].columns)
    assert enterprises[: len(INPUT_ENTERPRISES)] == list(INPUT_ENTERPRISES)
    assert enterprises[-3:] == ["source_file", "source_sheet", "source_row"]
    assert list(district["parcels"].columns)[-3:] == ["source_file", "source_sheet", "source_row"]
    assert {"contract_no", "start_due", "mortgage_no", "holder_uscc"} <= set(district["parcels"].columns)


def test_the_types_are_those_of_the_contract(district):
    kinds = {"float64", "Int64", "boolean", "str", "datetime64[us]", "object"}
    for name, frame in district.items():
        repeated = {"category"} if name == "findings" else set()  # unit and rule_id: texts in the files
        assert {str(kind) for kind in frame.dtypes} <= kinds | repeated, name
        assert isinstance(frame.index, pd.RangeIndex)
    assert str(district["enterprises"]["low_efficiency"].dtype) == "boolean"
    assert str(district["enterprises"]["rank"].dtype) == "Int64"
    assert district["parcels"]["reasons"].map(type).isin([list, tuple]).all()


def test_what_only_the_rooms_need_is_not_published():
    tables = published_tables(analysis())
    assert not {"area_cm2", "price_yuan_per_m2"} & set(tables["parcels"].columns)
    assert not {"has_account"} & set(tables["enterprises"].columns)
    assert "land_cm2" not in tables["occupancy"].columns
    assert list(tables) == list(TABLES)


# ---------------------------------------------------------------------------------------------- balance


def test_every_step_of_the_balance_closes_in_exact_decimals(district):
    for balance in (district["balance"], published_tables(analysis())["balance"]):
        exact = balance.assign(**{name: balance[name].map(lambda v: Decimal(repr(v))) for name in AMOUNTS})
        for (_step, _quantity), rows in exact.groupby(["step", "quantity"]):
            came, went, lost = (sum(rows[name]) for name in AMOUNTS)
            assert came == went + lost
        for _quantity, rows in exact.groupby("quantity", sort=False):
            steps = rows.drop_duplicates("step")
            assert list(steps["amount_in"])[1:] == list(steps["amount_out"])[:-1]


AMOUNTS = ("amount_in", "amount_out", "unallocated")


def test_the_first_row_of_a_step_carries_the_amounts_and_each_further_one_a_reason():
    rows = published_tables(analysis())["balance"].query("step == 'match'").to_dict("records")
    assert [row["reason"] for row in rows] == ["", "NO_ENTERPRISE", "NO_LAND"]
    assert [row["amount_in"] for row in rows] == [30.0, 0.0, 0.0]
    assert [row["amount_out"] for row in rows] == [19.999997, 0.0, 0.0]
    assert [row["unallocated"] for row in rows] == [0.0, 10.0, 0.000003]


@given(st.integers(0, 10**15 - 1))
def test_an_integer_amount_survives_its_way_into_published_units(amount):
    frame = pd.DataFrame([("s", "tax_wan", amount, 0, 0, "")], columns=["step", "quantity", *AMOUNTS, "reason"])
    value = balance_in_units(frame)["amount_in"].iloc[0]
    assert round(Decimal(repr(float(value))) * 1_000_000) == amount


# ---------------------------------------------------------------------------------------------- parquet


@pytest.mark.parametrize("table", TABLES)
def test_a_table_read_back_is_the_table_that_was_published(table, written):
    frame = published_tables(analysis())[table]
    read = pq.read_table(written[0] / f"{table}.parquet").drop_columns(["geometry"] if table == "parcels" else [])
    assert read.column_names == list(frame.columns)
    for name in frame.columns:
        told, wanted = read.column(name).to_pylist(), frame[name].tolist()
        assert [same(value) for value in told] == [same(value) for value in wanted], name


def same(value):
    """Return a value as Arrow gives it back: lists, days, None for the unknown."""
    if isinstance(value, list | tuple):
        return list(value)
    if value is None or pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


def test_lists_stay_lists_dates_dates_and_the_unknown_null(written):
    schema = pq.read_schema(written[0] / "parcels.parquet")
    assert schema.field("reasons").type == pa.list_(pa.string())
    assert schema.field("start_due").type == pa.date32()
    assert schema.field("gov_delay_days").type == pa.int64()
    assert schema.field("tax_wan").type == pa.float64()
    assert pq.read_schema(written[0] / "enterprises.parquet").field("low_efficiency").type == pa.bool_()
    rows = pq.read_table(written[0] / "parcels.parquet").to_pylist()
    assert rows[2]["reasons"] == ["R01", "ART2_T1"]
    assert rows[1]["reasons"] == []
    assert rows[2]["start_due"].isoformat() == "2105-03-01"
    assert (rows[1]["start_due"], rows[1]["gov_delay_days"], rows[2]["tax_wan"]) == (None, None, None)
    assert rows[0]["tax_wan"] == 0.1 + 0.2
    assert (rows[3]["holder"], rows[4]["holder"]) == (None, "")


@given(
    st.lists(st.one_of(st.none(), st.lists(st.sampled_from(["R01", "R02", "甲"]), max_size=3).map(tuple)), max_size=30)
)
def test_lists_are_the_same_whether_rows_share_their_tuples_or_not(rows):
    pool: dict[tuple[str, ...], tuple[str, ...]] = {}
    shared = [row if row is None else pool.setdefault(row, row) for row in rows]
    wanted = [list(row or ()) for row in rows]
    for series in (pd.Series(rows, dtype=object), pd.Series(shared, dtype=object)):
        assert _lists(series).to_pylist() == wanted


def test_geoparquet_is_read_back_by_geopandas_with_shapes_and_crs(written):
    frame = gpd.read_parquet(written[0] / "parcels.parquet")
    assert frame.crs == pyproj.CRS(4528)
    assert frame.geometry.name == "geometry"
    for read, made in zip(frame.geometry, shapes(), strict=True):
        assert (read is None and made is None) or read.equals_exact(made, 0.0)


def test_the_metadata_of_geoparquet_are_valid(written):
    meta = json.loads(pq.read_schema(written[0] / "parcels.parquet").metadata[b"geo"])
    column = meta["columns"][meta["primary_column"]]
    assert meta["version"] == "1.1.0"
    assert column["encoding"] == "WKB"
    assert column["geometry_types"] == ["MultiPolygon", "Polygon"]
    assert column["bbox"] == [40_378_000.0, 4_275_000.0, 40_378_550.0, 4_275_300.0]
    assert pyproj.CRS.from_json_dict(column["crs"]) == pyproj.CRS(4528)


def test_geoparquet_of_shapes_with_heights_and_of_no_shape_at_all(tmp_path):
    table = parcel_table().head(1)
    high = Parcels(table, np.array([shapely.force_3d(shapes()[0], 7.0)], dtype=object), "EPSG:4528")
    none = Parcels(table, np.array([None], dtype=object), "EPSG:4528")
    for name, parcels, kinds in (("high", high, ["Polygon Z"]), ("none", none, [])):
        path = tmp_path / f"{name}.parquet"
        with parcels_file(path, parcels) as write_piece:
            write_piece(arrow_parcels(published_tables(analysis())["parcels"].head(1), parcels))
        column = json.loads(pq.read_schema(path).metadata[b"geo"])["columns"]["geometry"]
        assert column["geometry_types"] == kinds
        assert ("bbox" in column) == bool(kinds)
        assert len(gpd.read_parquet(path)) == 1


def test_the_wkb_that_was_read_is_written_back_unless_the_shape_was_repaired():
    read = shapely.to_wkb(shapes()[0], byte_order=0)
    wkb = np.array([read, None], dtype=object)
    parcels = Parcels(parcel_table().head(2), shapes()[:2], "EPSG:4528", wkb)
    kept = parcels.as_wkb()
    assert kept[0] == read
    assert shapely.from_wkb(kept[1]).equals_exact(shapes()[1], 0.0)
    assert wkb[1] is None
    anew = dataclasses.replace(parcels, wkb=None).as_wkb()
    assert anew[0] != read
    assert shapely.from_wkb(anew[0]).equals_exact(shapes()[0], 0.0)


def test_the_same_table_gives_the_same_bytes_and_no_pandas_metadata(tmp_path):
    frame = published_tables(analysis())["enterprises"]
    for name in ("a", "b"):
        write_table(arrow_table(frame, "enterprises"), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert not pq.read_schema(tmp_path / "a").metadata


# ------------------------------------------------------------------------------------------- geopackage


def test_the_geopackage_has_its_layers_tables_and_styles(written):
    layers = {str(name): kind for name, kind in pyogrio.list_layers(written[0] / "results.gpkg")}
    assert set(layers) == {
        "parcels", "low_efficiency", "idle", "enterprises", "occupancy", "issues", "balance", "layer_styles",
    }  # fmt: skip
    assert {name for name, kind in layers.items() if kind is not None} == {"parcels", "low_efficiency", "idle"}


def test_the_layers_hold_the_parcels_they_are_named_after(written):
    path = written[0] / "results.gpkg"
    read = {name: gpd.read_file(path, layer=name) for name in ("parcels", "low_efficiency", "idle")}
    assert list(read["parcels"]["parcel_id"]) == IDS
    assert list(read["low_efficiency"]["parcel_id"]) == IDS[:2]
    assert list(read["idle"]["parcel_id"]) == IDS[1:3]
    for frame in read.values():
        assert frame.crs == pyproj.CRS(4528)
        assert list(frame.columns) == [*published_tables(analysis())["parcels"].columns, "geometry"]
    for read_back, made in zip(read["parcels"].geometry, shapes(), strict=True):
        assert (read_back is None and made is None) or read_back.equals_exact(made, 0.0)


def test_the_fields_of_the_geopackage_keep_their_types(written):
    path = written[0] / "results.gpkg"
    info = pyogrio.read_info(path, layer="enterprises")
    kinds = dict(zip(info["fields"], info["ogr_types"], strict=True))
    assert kinds["uscc"] == kinds["reasons"] == "OFTString"
    assert kinds["registered_on"] == "OFTDate"
    assert kinds["rank"] == "OFTInteger64"
    assert kinds["score"] == "OFTReal"
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT low_efficiency, reasons_noted, rank, registered_on FROM enterprises"
        ).fetchall()
        declared = {row[1]: row[2] for row in connection.execute("PRAGMA table_info(enterprises)")}
    assert rows == [(0, "R01", 2, "2010-01-01"), (1, "R01", 1, None), (None, "", None, "2020-06-30")]
    assert declared["low_efficiency"] == "BOOLEAN"


def test_several_reasons_are_joined_with_a_semicolon_in_the_geopackage(written):
    reasons = gpd.read_file(written[0] / "results.gpkg", layer="parcels")["reasons"]
    assert list(reasons) == ["R01", "", "R01;ART2_T1", "", ""]


def test_qgis_finds_a_default_style_for_every_layer(written):
    with closing(sqlite3.connect(written[0] / "results.gpkg")) as connection:
        styles = connection.execute(
            "SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles"
        ).fetchall()
    assert {layer for layer, *_ in styles} == {"parcels", "low_efficiency", "idle"}
    for layer in ("parcels", "low_efficiency", "idle"):
        assert sum(bool(default) for name, _, _, default in styles if name == layer) == 1
    assert {column for _, column, *_ in styles} == {"geom"}
    assert all("<qgis" in qml for _, _, qml, _ in styles)


def test_a_large_geopackage_is_made_of_large_pages_and_holds_the_same(written, tmp_path, monkeypatch):
    monkeypatch.setattr("landuse.write.geopackage.LARGE_FROM", SIZE)
    write_outputs(analysis(), tmp_path, only=("tables",))
    with closing(sqlite3.connect(tmp_path / "results.gpkg")) as connection:
        assert connection.execute("PRAGMA page_size").fetchone() == (32768,)
    with closing(sqlite3.connect(written[0] / "results.gpkg")) as connection:
        assert connection.execute("PRAGMA page_size").fetchone() == (4096,)
    small, large = (gpd.read_file(folder / "results.gpkg", layer="parcels") for folder in (written[0], tmp_path))
    pd.testing.assert_frame_equal(pd.DataFrame(small), pd.DataFrame(large))


def test_the_geopackage_is_sound_to_sqlite(written):
    with closing(sqlite3.connect(written[0] / "results.gpkg")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA application_id").fetchone()[0] == 0x47504B47


@pytest.mark.parametrize("crs", ["EPSG:4528", pyproj.CRS("+proj=tmerc +lon_0=118.6 +x_0=5e5 +ellps=GRS80").to_wkt()])
def test_the_crs_of_the_input_is_kept(crs, tmp_path):
    made = analysis()
    parcels = dataclasses.replace(made.parcels, crs=crs)
    write_outputs(dataclasses.replace(made, parcels=parcels), tmp_path, only=("tables",))
    assert gpd.read_file(tmp_path / "results.gpkg", layer="parcels").crs.equals(pyproj.CRS(crs), ignore_axis_order=True)
    assert gpd.read_parquet(tmp_path / "parcels.parquet").crs == pyproj.CRS(crs)


# --------------------------------------------------------------------------------------- manifest, copies


def test_the_manifest_carries_the_sha256_of_every_file_beside_it(written):
    folder, manifest = written
    made = {path.relative_to(folder).as_posix(): sha256_of(path) for path in folder.rglob("*") if path.is_file()}
    told = {entry["name"]: entry["sha256"] for entry in manifest["outputs"]}
    assert told == {name: digest for name, digest in made.items() if name != "manifest.json" and "成果/" not in name}
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8")) == manifest


def test_the_manifest_says_what_the_run_was_made_of(written):
    _, manifest = written
    assert manifest["inputs"] == [{"name": "宗地.gpkg", "size": 7, "sha256": "0" * 64}]
    assert manifest["counts"]["parcels"] == SIZE
    assert manifest["counts"]["parcels_mu"] == 44.4
    assert manifest["counts"]["enterprises_flagged"] == 1
    assert manifest["project"]["project"]["name"] == "示例"
    assert manifest["project_digest"] == analysis().project.digest()


def test_two_runs_leave_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_outputs(analysis(), tmp_path / name, only=("tables",))
    first, second = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("a", "b")
    )
    assert first == second


def test_a_second_run_into_the_same_folder_replaces_the_first(tmp_path):
    first = write_outputs(analysis(), tmp_path, only=("tables",))
    assert write_outputs(analysis(), tmp_path, only=("tables",)) == first
    assert len(pyogrio.list_layers(tmp_path / "results.gpkg")) == 8


def test_the_chinese_copies_are_the_same_bytes(written):
    folder, _ = written
    assert (folder / "成果" / "数据" / "低效闲置用地.gpkg").read_bytes() == (folder / "results.gpkg").read_bytes()
    assert (folder / "成果" / "运行说明.json").read_bytes() == (folder / "manifest.json").read_bytes()
    assert "参数指纹" in (folder / "成果" / "运行说明.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("language", "asked", "made"), [("en", None, False), ("zh", False, False), ("en", True, True)])
def test_chinese_copies_are_made_for_chinese_runs_unless_said_otherwise(language, asked, made, tmp_path):
    sections = {} if asked is None else {"outputs": {"chinese_copies": asked}}
    write_outputs(analysis(language, **sections), tmp_path, only=("tables",))
    assert (tmp_path / "成果").is_dir() == made


def test_empty_tables_are_written_with_their_columns(tmp_path):
    made = analysis()
    empty = dataclasses.replace(
        made, enterprises=made.enterprises.head(0), occupancy=made.occupancy.head(0), issues=made.issues.head(0)
    )
    write_outputs(empty, tmp_path, only=("tables",))
    assert pq.read_table(tmp_path / "enterprises.parquet").num_rows == 0
    assert pq.read_schema(tmp_path / "enterprises.parquet").field("reasons").type == pa.list_(pa.string())
    assert len(gpd.read_file(tmp_path / "results.gpkg", layer="enterprises")) == 0
