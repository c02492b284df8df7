"""The base of a run: every table typed, every amount accounted for."""

import numpy as np
import pandas as pd
import pytest
import shapely
from rawbuild import CRS, base_of, bow_tie, codes, flow, left, of, part, project, raw, square

from landuse import tables
from landuse.assemble.crs import to_crs
from landuse.catalogue import load_folder, terms
from landuse.errors import DefectError, InputError
from landuse.tables import RawTables, verify_balance, worded_issues

A, B = "91990781MA0000001R", "91990781MA0000002W"


def story():
    """Return a district of three parcels, two enterprises and one of every fault that is not fatal."""
    return raw(
        part(
            "parcels",
            "宗地.shp",
            geometry=[square(0, 0), square(200, 0), square(300, 0), square(400, 0), None, bow_tie(600, 0)],
            parcel_id=["P1", "P2", "P2", None, "P5", "P6"],
            registered_area_m2=[10_000.0, 8_000.0, 12_000.0, 3_000.0, 4_000.0, None],
            holder_uscc=[A, B, B, None, None, None],
        ),
        part("parcels", "合同.xls", parcel_id=["P1", "P9"], start_due=["2024-03-01", "2024-03-02"]),
        part("enterprises", uscc=[A, B], name=["甲", "乙"], industry_code=["1310", "1712"]),
        part(
            "accounts",
            uscc=[A, A, B, B, None],
            year=[2025, 2024, 2025, 2025, 2025],
            tax_wan=[10.0, 9.0, 1.0, 2.0, 0.5],
            output_wan=[None, 90.0, 10.0, 10.0, None],
            revenue_wan=[77.0, None, None, None, 5.0],
        ),
        part("occupancy", parcel_id=["P1"], uscc=[B], tenure=["lease"], lessor_uscc=[A], area_m2=[500.0]),
    )


def test_the_tables_have_the_rows_columns_and_keys_that_the_next_rooms_rely_on():
    base = base_of(story(), project())
    assert base.parcels.table["parcel_id"].tolist() == ["P1", "P2", "P6"]
    wanted = {
        "area_mu",
        "area_source",
        "registered_area_mu",
        "ellipsoid_area_m2",
        "projected_area_m2",
        "area_cm2",
        "registered_area_m2",
        "start_due",
        "holder_uscc",
        *tables.PROVENANCE,
    }
    assert wanted <= set(base.parcels.table.columns)
    assert base.parcels.table["area_source"].tolist() == ["registered", "registered", "ellipsoid"]
    assert base.parcels.table["area_mu"].tolist()[:2] == pytest.approx([15.0, 30.0], abs=1e-12)
    assert base.enterprises["uscc"].tolist() == [A, B]
    assert base.accounts[["uscc", "year"]].to_numpy().tolist() == [[A, 2025], [A, 2024]]
    assert base.leases["area_m2"].tolist() == [500.0]
    assert base.layers == {}
    assert base.parcels.to_geodataframe().is_valid.all()


def test_every_fault_has_its_issue_and_clean_rows_have_none():
    found = base_of(story(), project()).issues
    assert codes(found) == {
        "GEOMETRY_MISSING": 1,
        "GEOMETRY_REPAIRED": 1,
        "BLANK_KEY": 2,
        "PARCELS_UNITED": 1,
        "PARCEL_WITHOUT_POLYGON": 1,
        "ACCOUNT_CONFLICT": 2,
    }
    assert set(of(found, "ACCOUNT_CONFLICT")["key"]) == {B}
    for lang in ("zh", "en"):
        worded = worded_issues(found, lang)
        assert not worded["message"].str.contains("[{}]|nan", regex=True).any()


def test_money_and_land_are_accounted_for_by_reason():
    base = base_of(story(), project())
    verify_balance(base.balance)
    assert flow(base.balance, "tax_wan") == (22_500_000, 10_000_000)
    assert left(base.balance, "tax_wan") == {
        "ACCOUNT_CONFLICT": 3_000_000,
        "BLANK_KEY": 500_000,
        "OTHER_YEAR": 9_000_000,
    }
    assert flow(base.balance, "output_wan") == (192_000_000, 77_000_000)
    assert left(base.balance, "area_m2") == {"BLANK_KEY": 30_000_000, "GEOMETRY_MISSING": 40_000_000}
    assert flow(base.balance, "area_m2")[1] == base.parcels.table["area_cm2"].sum()
    assert base.balance["quantity"].unique().tolist() == list(tables.QUANTITIES)


def test_the_balance_of_output_follows_the_switch_of_the_project():
    base = base_of(story(), project(indicators={"revenue_for_output": False}))
    assert flow(base.balance, "output_wan") == (110_000_000, 0)


def test_the_year_of_the_project_decides_what_is_left():
    base = base_of(story(), project(project={"year": 2024}))
    assert flow(base.balance, "tax_wan") == (22_500_000, 9_000_000)


def test_every_word_of_the_balance_is_in_the_vocabulary():
    balance = base_of(story(), project()).balance
    assert set(balance["reason"]) - {""} <= terms("set_aside", "zh").keys()
    assert set(balance["step"]) <= terms("step", "en").keys()
    assert set(balance["quantity"]) <= terms("quantity", "zh").keys()


def test_severities_are_those_of_the_contract():
    book = load_folder("vocabulary/issues")
    errors = {"BLANK_KEY", "ACCOUNT_CONFLICT", "ENTERPRISE_CONFLICT", "GEOMETRY_MISSING", "GEOMETRY_BEYOND_REPAIR"}
    warnings = {"USCC_CHECK_DIGIT", "AREA_DIFFERENCE", "PARCELS_UNITED", "DUPLICATE_ROW", "GEOMETRY_REPAIRED"}
    assert {book[code]["severity"] for code in errors} == {"error"}
    assert {book[code]["severity"] for code in warnings} == {"warning"}


def test_parcels_alone_suffice():
    base = base_of(raw(part("parcels", geometry=[square(0, 0)], parcel_id=["P1"])), project())
    assert len(base.parcels) == 1
    assert len(base.enterprises) == len(base.accounts) == len(base.leases) == 0
    assert base.issues.empty
    assert flow(base.balance, "tax_wan") == (0, 0)


def test_without_parcels_nothing_can_be_done():
    with pytest.raises(InputError):
        base_of(RawTables({}), project())


def test_the_settings_of_areas_are_followed():
    shapes = part("parcels", geometry=[square(0, 0)], parcel_id=["P1"], registered_area_m2=[10_090.0])
    assert base_of(raw(shapes), project()).issues.empty
    strict = base_of(raw(shapes), project(areas={"use": "ellipsoid", "tolerance_share": 0.001}))
    assert codes(strict.issues) == {"AREA_DIFFERENCE": 1}
    assert strict.parcels.table["area_source"].tolist() == ["ellipsoid"]


def district(*more):
    return base_of(raw(part("parcels", geometry=[square(0, 0)], parcel_id=["P1"]), *more), project())


def test_layers_are_repaired_and_lie_in_the_crs_of_the_parcels():
    moved = to_crs(np.array([square(0, 0, 50)], dtype=object), CRS, "EPSG:4490")
    base = district(
        part(
            "land_prices",
            geometry=[square(0, 0), bow_tie(200, 0)],
            price_level=["一", "二"],
            price_yuan_per_m2=[420, 336],
        ),
        part("buildings", "建筑.gpkg", geometry=list(moved), crs="EPSG:4490", floors=[3]),
        part("parks", geometry=[square(0, 0, 900)], park=["园区"], park_type=["传统"]),
    )
    assert list(base.layers) == ["land_prices", "buildings", "parks"]
    assert base.layers["land_prices"].table["price_yuan_per_m2"].tolist() == [420.0, 336.0]
    assert shapely.is_valid(base.layers["land_prices"].geometry).all()
    assert base.layers["buildings"].crs == CRS
    assert shapely.hausdorff_distance(base.layers["buildings"].geometry[0], square(0, 0, 50)) < 1e-5
    assert codes(base.issues) == {"GEOMETRY_REPAIRED": 1, "GEOMETRY_TRANSFORMED": 1}
    assert of(base.issues, "GEOMETRY_REPAIRED").iloc[0][["table", "key"]].tolist() == ["land_prices", "二"]


def test_a_land_price_without_polygon_stays_and_a_building_without_does_not():
    base = district(
        part("land_prices", price_level=["一", "二"], price_yuan_per_m2=[420, 336]),
        part("buildings", geometry=[None, square(0, 0, 50)], floors=[1, 2]),
        part("parks", park=["园区"]),
    )
    assert base.layers["land_prices"].geometry.tolist() == [None, None]
    assert base.layers["parks"].geometry.tolist() == [None]
    assert base.layers["buildings"].table["floors"].tolist() == [2.0]
    assert codes(base.issues) == {"GEOMETRY_MISSING": 1}
    assert base.issues.iloc[0]["table"] == "buildings"


def test_a_layer_beyond_repair_is_set_aside_and_one_without_crs_is_refused():
    line = shapely.LineString([(0, 0), (1, 1)])
    base = district(part("land_prices", geometry=[line], price_level=["一"], price_yuan_per_m2=[420]))
    assert len(base.layers["land_prices"].table) == 0
    assert codes(base.issues) == {"GEOMETRY_BEYOND_REPAIR": 1}
    with pytest.raises(InputError, match="no CRS"):
        district(part("parks", geometry=[square(0, 0)], crs=None, park=["园区"]))


def test_the_same_input_gives_the_same_base():
    one, other = base_of(story(), project()), base_of(story(), project())
    pd.testing.assert_frame_equal(one.parcels.table, other.parcels.table)
    pd.testing.assert_frame_equal(one.issues, other.issues)
    pd.testing.assert_frame_equal(one.balance, other.balance)


def test_planted_in_the_balance_a_missing_square_centimetre_is_a_defect():
    balance = base_of(story(), project()).balance
    row = balance.index[(balance["quantity"] == "area_m2") & (balance["reason"] == "BLANK_KEY")]
    broken = balance.copy()
    broken.loc[row, "unallocated"] -= 1
    with pytest.raises(DefectError, match="area_m2"):
        verify_balance(broken)
