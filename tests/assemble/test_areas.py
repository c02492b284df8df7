"""Planar, ellipsoidal and registered area stand side by side, and one of them is the area of record."""

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from rawbuild import CRS, codes, geodesic_area, of, square

from landuse.assemble.areas import (
    add_areas,
    area_differences,
    ellipsoid_area_m2,
    projected_area_m2,
    square_centimetres,
)
from landuse.assemble.crs import plane, same_crs
from landuse.settings import Areas
from landuse.tables import worded_issues

NEW_HAMPSHIRE = (
    'PROJCS["NAD_1983_StatePlane_New_Hampshire_FIPS_2800_Feet",GEOGCS["GCS_North_American_1983",'
    'DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",984250.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",-71.66666666666667],'
    'PARAMETER["Scale_Factor",0.9999666666666667],PARAMETER["Latitude_Of_Origin",42.5],'
    'UNIT["Foot_US",0.3048006096012192]]'
)
PLACES = {
    "GK zone 39, 1.55 degrees off": ("EPSG:4548", 118.55, 24.78),
    "GK zone 40, 1.45 degrees off": ("EPSG:4549", 118.55, 24.78),
    "GK, zone-prefixed easting": ("EPSG:4528", 118.6, 38.6),
    "GK far in the north": ("EPSG:4549", 118.5, 53.0),
    "GK 3 degrees off": ("EPSG:4549", 123.0, 45.0),
    "GK beyond the series": ("EPSG:4549", 125.5, 20.0),
    "UTM, zone edge": ("EPSG:32650", 113.9, 45.0),
    "Xian 1980": ("EPSG:2384", 118.5, 30.0),
    "state plane TM in US feet": (NEW_HAMPSHIRE, -72.25, 43.64),
    "state plane TM in US feet, far off": (NEW_HAMPSHIRE, -75.0, 43.64),
    "Lambert conformal in US feet": ("EPSG:2272", -75.1, 40.0),
    "oblique stereographic": ("EPSG:28992", 5.5, 52.2),
    "equal-area conic": ("EPSG:5070", -75.0, 40.0),
    "Web Mercator": ("EPSG:3857", 118.0, 40.0),
    "geographic": ("EPSG:4490", 118.0, 40.0),
    "with heights": ("EPSG:4528+5737", 118.6, 38.6),
}


def array(*items):
    found = np.empty(len(items), dtype=object)
    found[:] = items
    return found


def lots(crs, lon, lat, size_m):
    """Return an L-shaped lot of the given size around a place, turned by 17 degrees."""
    found = pyproj.CRS.from_user_input(crs)
    base = found.geodetic_crs if not found.is_compound else found.sub_crs_list[0].geodetic_crs
    x, y = pyproj.Transformer.from_crs(base.to_2d(), found.to_2d(), always_xy=True).transform(lon, lat)
    corners = np.array([(0, 0), (1, 0), (1, 0.66), (0.4, 0.66), (0.4, 0.3), (0, 0.3)]) * size_m / plane(crs).metres
    turn = np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])
    return array(shapely.Polygon(corners @ turn.T + (x, y)))


@pytest.mark.parametrize("size_m", [250, 1_900, 2_500, 30_000])
@pytest.mark.parametrize("place", PLACES)
def test_the_ellipsoidal_area_is_the_densified_geodesic_area_to_one_in_ten_million(place, size_m):
    crs, lon, lat = PLACES[place]
    shape = lots(crs, lon, lat, size_m)
    flat = crs.partition("+")[0]
    assert ellipsoid_area_m2(shape, crs)[0] == pytest.approx(geodesic_area(shape[0], flat), rel=1e-7)


@pytest.mark.parametrize(("crs", "expected"), [("EPSG:4548", 59_963.54), ("EPSG:4549", 59_968.22)])
def test_the_jinjiang_rectangle_has_90_000_mu_on_paper_and_less_on_the_ground(crs, expected):
    found = pyproj.CRS.from_user_input(crs)
    x, y = pyproj.Transformer.from_crs(found.geodetic_crs, found, always_xy=True).transform(118.55, 24.78)
    shape = array(shapely.box(x, y, x + 300, y + 200))
    assert projected_area_m2(shape, crs)[0] / (2000 / 3) == pytest.approx(90.0, abs=1e-9)
    assert ellipsoid_area_m2(shape, crs)[0] == pytest.approx(expected, abs=0.005)
    assert round(expected / (2000 / 3), 3) == {"EPSG:4548": 89.945, "EPSG:4549": 89.952}[crs]


def test_planar_area_is_in_m2_in_feet_too_and_unknown_where_it_means_nothing():
    acre = array(shapely.box(0, 0, 43_560, 1))
    assert projected_area_m2(acre, "EPSG:2272")[0] == pytest.approx(4046.8726, abs=1e-4)
    assert np.isnan(projected_area_m2(acre, "EPSG:3857")[0])
    assert np.isnan(projected_area_m2(acre, "EPSG:4490")[0])


def test_holes_and_parts_are_measured():
    one = square(0, 0, 300)
    holed = shapely.Polygon(one.exterior.coords, [square(100, 100).exterior.coords])
    both = shapely.MultiPolygon([holed, square(1000, 0)])
    areas = ellipsoid_area_m2(array(one, holed, both, None), CRS)
    assert areas[1] / areas[0] == pytest.approx(8 / 9, rel=1e-6)
    assert areas[2] / areas[0] == pytest.approx(1, rel=1e-6)
    assert np.isnan(areas[3])


def test_a_wide_parcel_with_holes_is_measured_edge_by_edge():
    holed = shapely.Polygon(square(0, 0, 6_000).exterior.coords, [square(1_000, 1_000, 3_000).exterior.coords])
    whole = geodesic_area(square(0, 0, 6_000), CRS) - geodesic_area(square(1_000, 1_000, 3_000), CRS)
    assert ellipsoid_area_m2(array(holed), CRS)[0] == pytest.approx(whole, rel=1e-8)


def table(*registered):
    return pd.DataFrame({"parcel_id": [f"P{i}" for i in range(len(registered))], "registered_area_m2": registered})


def with_areas(registered, shapes, use="registered", crs=CRS):
    return add_areas(table(*registered), array(*shapes), crs, areas=Areas(use=use))


def test_the_registered_area_is_the_area_of_record_and_the_ellipsoid_where_it_is_blank():
    found = with_areas([20_000.0, None], [square(0, 0), square(200, 0)])
    assert found["area_source"].tolist() == ["registered", "ellipsoid"]
    assert found["area_mu"].iloc[0] == pytest.approx(30.0, abs=1e-12)
    assert found["registered_area_mu"].iloc[0] == found["area_mu"].iloc[0]
    assert np.isnan(found["registered_area_mu"].iloc[1])
    assert found["area_mu"].iloc[1] == found["ellipsoid_area_m2"].iloc[1] / (2000 / 3)
    assert found["area_cm2"].dtype == np.int64
    assert found["area_cm2"].iloc[0] == 200_000_000
    assert found["area_cm2"].iloc[1] == round(found["ellipsoid_area_m2"].iloc[1] * 10_000)


@pytest.mark.parametrize("use", ["ellipsoid", "projected"])
def test_the_project_may_choose_another_area(use):
    found = with_areas([20_000.0, None], [square(0, 0), square(200, 0)], use)
    assert found["area_source"].tolist() == [use, use]
    column = {"ellipsoid": "ellipsoid_area_m2", "projected": "projected_area_m2"}[use]
    assert (found["area_mu"] * (2000 / 3)).tolist() == pytest.approx(found[column].tolist(), rel=1e-15)


def test_a_planar_area_that_means_nothing_is_replaced_by_the_ellipsoid():
    found = with_areas([None], [shapely.box(118, 40, 118.001, 40.001)], "projected", "EPSG:4490")
    assert found["area_source"].tolist() == ["ellipsoid"]
    assert found["projected_area_m2"].isna().all()
    assert found["area_mu"].iloc[0] > 0


def test_without_a_column_of_registered_areas_the_ellipsoid_holds():
    found = add_areas(pd.DataFrame({"parcel_id": ["P"]}), array(square(0, 0)), CRS, areas=Areas())
    assert found["area_source"].tolist() == ["ellipsoid"]
    assert found["registered_area_mu"].isna().all()


@pytest.mark.parametrize("stated", [0.0, -5.0])
def test_a_registered_area_that_is_no_area_is_not_used_and_said(stated):
    found = with_areas([stated], [square(0, 0)])
    assert found["area_source"].tolist() == ["ellipsoid"]
    issues = area_differences(found, areas=Areas())
    assert codes(issues) == {"REGISTERED_AREA_SENSELESS": 1}
    assert issues.iloc[0]["value"] == str(stated)


def test_whole_square_centimetres_round_and_leave_the_unknown_at_nothing():
    assert square_centimetres(np.array([1.00004, 1.00006, np.nan])).tolist() == [10_000, 10_001, 0]


def differing(registered, geometry, **areas):
    return area_differences(table(registered).assign(ellipsoid_area_m2=geometry), areas=Areas(**areas))


@pytest.mark.parametrize(
    ("registered", "geometry", "issues"),
    [
        (10_000.0, 10_100.0, 0),
        (10_000.0, 10_100.01, 1),
        (10_000.0, 9_900.0, 0),
        (10_000.0, 9_899.99, 1),
        (100.0, 105.0, 0),
        (100.0, 105.01, 1),
        (100.0, 95.0, 0),
        (None, 5_000.0, 0),
    ],
)
def test_on_the_tolerance_areas_agree_and_beyond_it_they_differ(registered, geometry, issues):
    assert len(differing(registered, geometry)) == issues


def test_the_tolerance_is_the_project_s():
    assert len(differing(10_000.0, 10_200.0, tolerance_share=0.02)) == 0
    assert len(differing(10_000.0, 10_200.5, tolerance_share=0.02)) == 1
    assert len(differing(100.0, 101.0, tolerance_share=0, tolerance_m2=1)) == 0
    assert len(differing(100.0, 101.5, tolerance_share=0, tolerance_m2=1)) == 1


@pytest.mark.parametrize(
    ("factor", "slip"),
    [
        (15.0, "亩数当作公顷"),
        (1 / 15, "公顷数当作亩"),
        (2000 / 3, "平方米数当作亩"),
        (3 / 2000, "亩数当作平方米"),
        (10_000.0, "平方米数当作公顷"),
        (1e-4, "公顷数当作平方米"),
    ],
)
def test_a_ratio_of_units_says_which_slip_it_looks_like(factor, slip):
    issues = of(differing(60_000.0 * factor * 1.004, 60_000.0), "AREA_DIFFERENCE")
    assert slip in worded_issues(issues, "zh")["message"].iloc[0]
    assert "as if" in worded_issues(issues, "en")["message"].iloc[0]


def test_another_ratio_is_only_a_difference():
    issue = differing(60_000.0, 50_000.0).iloc[0]
    assert issue["facts"] == {
        "registered": "60000.00",
        "geometry": "50000.00",
        "ratio": "1.2",
        "slip_zh": "",
        "slip_en": "",
    }
    assert (issue["severity"], issue["key"], issue["value"]) == ("warning", "P0", "60000.0")


def test_a_crs_is_the_same_by_code_and_by_wkt_and_whatever_the_order_of_its_axes():
    assert same_crs("EPSG:4528", pyproj.CRS(4528).to_wkt())
    assert same_crs("EPSG:4326", "OGC:CRS84")
    assert not same_crs("EPSG:4527", "EPSG:4528")


def test_a_crs_bound_to_a_change_of_datum_is_read_as_its_source():
    bound = pyproj.CRS("+proj=tmerc +lon_0=120 +x_0=500000 +ellps=krass +towgs84=15,-154,-82,0,0,0,0 +units=m").to_wkt()
    shape = array(shapely.box(400_000, 4_275_000, 400_100, 4_275_100))
    assert pyproj.CRS(bound).is_bound
    source = pyproj.CRS(bound).source_crs.to_wkt()
    assert ellipsoid_area_m2(shape, bound)[0] == pytest.approx(geodesic_area(shape[0], source), rel=1e-7)


def test_a_crs_that_is_neither_projected_nor_geographic_is_refused():
    with pytest.raises(ValueError, match="no projected or geographic"):
        plane("EPSG:4978")
