"""The committed district 安澜县(示例) holds what its specification promises, read back from its files."""

from __future__ import annotations

import csv
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import geopandas as gpd
import pytest
import rasterio
import shapely
from generator.codes import check_character
from generator.oracle import Answer
from generator.oracle_idle import judge
from generator.oracle_read import Inputs, Record
from generator.spec import COUNTS, INDUSTRIES, PLACES, PRICES, STATE_TOTALS, STATUS_TOTALS

Truth = list[dict[str, str]]
K_OF_C = {
    "13": (31, 5),
    "14": (19, 3),
    "15": (7, 1),
    "17": (20, 3),
    "18": (30, 5),
    "19": (27, 4),
    "20": (22, 3),
    "21": (13, 2),
    "22": (9, 1),
    "23": (10, 2),
    "26": (12, 2),
    "27": (8, 1),
    "29": (20, 3),
    "30": (29, 4),
    "33": (26, 4),
    "34": (17, 3),
    "35": (11, 2),
    "38": (14, 2),
    "39": (20, 3),
    "冶金金属*": (7, 1),
    "装备*": (7, 1),
    "C*": (13, 2),
}
REGISTER = {"逾期未动工": 9, "满1年": 8, "满2年": 7, "中止": 5, "逾期未竣工": 6, "政府原因": 4, "待核实": 2}
# Idle case -> class, full years, consequence under the default reading.
EXPECTED = {
    "I01": ("NOT_DUE", 0, "none"),
    "I02": ("NOT_DUE", 0, "none"),
    "I03": ("OVERDUE_START", 0, "warn"),
    "I04": ("OVERDUE_START", 0, "warn"),
    "I05": ("OVERDUE_START", 0, "warn"),
    "I06": ("IDLE_T1", 1, "fee"),
    "I07": ("IDLE_T1", 1, "fee"),
    "I08": ("IDLE_T1", 2, "reclaim"),
    "I09": ("IDLE_T1", 2, "reclaim"),
    "I10": ("IDLE_T1", 1, "fee"),
    "I11": ("IDLE_T1", 1, "fee"),
    "I12": ("IDLE_T1", 1, "fee"),
    "I13": ("IDLE_T1", 2, "article_12"),
    "I14": ("IDLE_T1", 1, "fee"),
    "I15": ("UNDETERMINED", 0, "verify"),
    "I16": ("OVERDUE_FINISH", 0, "warn"),
    "I17": ("IDLE_T2", 1, "urge"),
    "I18": ("NORMAL", 0, "none"),
    "I19": ("IDLE_T2", 1, "urge"),
    "I20": ("NORMAL", 0, "none"),
    "I21": ("NORMAL", 0, "none"),
    "I22": ("NORMAL", 0, "none"),
    "I23": ("OVERDUE_FINISH", 0, "warn"),
    "I24": ("NOT_APPLICABLE", 0, "none"),
    "I25": ("IDLE_T1", 1, "fee"),
    "I26": ("IDLE_T1", 2, "verify"),
    "I27": ("IDLE_T1", 3, "reclaim"),
    "I28": ("OVERDUE_START", 0, "warn"),
    "I29": ("IDLE_T1", 1, "fee"),
    "I30": ("UNDETERMINED", 0, "verify"),
}
LITERAL = {"I02": ("OVERDUE_START", 0), "I05": ("IDLE_T1", 1), "I07": ("IDLE_T1", 2), "I11": ("IDLE_T1", 2)}


def _mu(square_metres: float) -> str:
    return f"{square_metres * 3 / 2000:.2f}"


def _by_case(truth: Truth, inputs: Inputs) -> dict[str, Record]:
    return {row["idle_case"]: inputs.parcels[row["parcel_id"]] for row in truth if row["idle_case"]}


def _ranked(inputs: Inputs, answer: Answer) -> list[str]:
    return [uscc for uscc, result in answer.results.items() if result.status == "RANKED"]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.key)
def test_each_place_has_its_plots_and_its_registered_land(place, inputs: Inputs) -> None:  # type: ignore[no-untyped-def]
    mine = [row for row in inputs.parcels.values() if (row["park"] or "") == place.park]
    assert (len(mine), _mu(sum(row["registered_area_m2"] for row in mine))) == (place.n_plots, place.total_mu)


def test_the_whole_district_has_600_plots_and_12179_60_mu(inputs: Inputs) -> None:
    assert len(inputs.parcels) == 600
    assert _mu(sum(row["registered_area_m2"] for row in inputs.parcels.values())) == "12179.60"


@pytest.mark.parametrize("state", COUNTS)
def test_each_state_has_its_plots_and_its_land(state: str, truth: Truth, inputs: Inputs) -> None:
    mine = [row for row in truth if row["state"] == state]
    assert (
        len(mine),
        _mu(sum(inputs.parcels[row["parcel_id"]]["registered_area_m2"] for row in mine)),
    ) == STATE_TOTALS[state]


def test_every_plot_has_a_valid_polygon_and_none_overlaps_another(inputs: Inputs) -> None:
    shapes = [row["geometry"] for row in inputs.parcels.values()]
    assert all(shapely.is_valid(shapes))
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    worst = max(shapes[a].intersection(shapes[b]).area for a, b in zip(first, second, strict=True) if a < b)
    assert worst < 0.01


def test_no_plot_lies_in_a_road_or_in_the_river(demo: Path, inputs: Inputs) -> None:
    roads = gpd.read_file(demo / "context_roads.shp", encoding="gbk")
    water = gpd.read_file(demo / "context_rivers.shp", encoding="gbk")
    closed = shapely.union_all([*roads.geometry.buffer(roads["宽度"] / 2 - 0.01, cap_style="flat"), *water.geometry])
    plots = shapely.union_all([row["geometry"] for row in inputs.parcels.values()])
    assert plots.intersection(closed).area < 1.0


def test_drawn_and_registered_area_differ_on_the_five_planted_plots_only(truth: Truth, inputs: Inputs) -> None:
    far = {
        key for key, row in inputs.parcels.items() if abs(row["geometry"].area / row["registered_area_m2"] - 1) > 0.01
    }
    assert far == {row["parcel_id"] for row in truth if "area difference" in row["marks"]}
    assert len(far) == 5


def test_three_plots_have_a_hole_and_two_lie_on_both_sides_of_a_street(inputs: Inputs) -> None:
    shapes = [row["geometry"] for row in inputs.parcels.values()]
    assert sum(any(len(part.interiors) for part in shapely.get_parts(shape)) for shape in shapes) == 3
    assert sum(shape.geom_type == "MultiPolygon" for shape in shapes) == 2


def test_codes_have_19_characters_of_a_county_that_does_not_exist(inputs: Inputs) -> None:
    assert all(len(code) == 19 and code.startswith("990781") for code in inputs.parcels)
    assert [row["ownership"] for code, row in inputs.parcels.items() if code[12:14] == "JB"] == ["集体"]


def test_credit_codes_are_right_but_for_the_two_planted_ones(inputs: Inputs) -> None:
    codes = {*inputs.enterprises, *(row["holder_uscc"] for row in inputs.parcels.values() if row["holder_uscc"])}
    assert all(len(code) == 18 and code.startswith("91990781MA") for code in codes)
    assert sum(check_character(code[:17]) != code[17] for code in codes) == 2


def test_450_enterprises_fall_into_the_promised_states(answer: Answer) -> None:
    assert len(answer.results) == 450
    assert Counter(result.status for result in answer.results.values()) == STATUS_TOTALS


def test_62_ranked_firms_hold_160_plots_214_hold_one_and_96_rent_in_14_factories(
    inputs: Inputs, answer: Answer
) -> None:
    ranked = set(_ranked(inputs, answer))
    own = {row["parcel_id"]: row["uscc"] for row in inputs.occupancy if row["tenure"] == "自有"}
    held = Counter(own.get(key, row["holder_uscc"]) for key, row in inputs.parcels.items())
    several = {uscc: n for uscc, n in held.items() if uscc in ranked and n > 1}
    assert (len(several), sum(several.values())) == (62, 160)
    assert sum(held[uscc] == 1 for uscc in ranked) == 214
    platform = [row for row in inputs.occupancy if row["lessor_uscc"] and row["lessor_uscc"] not in inputs.enterprises]
    assert len({row["uscc"] for row in platform}) == 96
    assert len({row["parcel_id"] for row in platform}) == 14
    assert sum(held[uscc] == 0 for uscc in ranked) == 96


@pytest.mark.parametrize("code", INDUSTRIES)
def test_each_industry_has_its_firms_and_its_means(code: str, inputs: Inputs, answer: Answer) -> None:
    want = INDUSTRIES[code]
    mine = [uscc for uscc in _ranked(inputs, answer) if inputs.enterprises[uscc]["industry_code"][:2] == code]
    rows = [inputs.accounts[uscc, 2025] for uscc in mine]
    mu = sum(answer.results[uscc].area_m2 for uscc in mine) * 3 / 2000
    output = sum(row.get("output_wan", row["revenue_wan"]) for row in rows)
    assert (len(mine), sum(inputs.enterprises[uscc]["scale"] == "规上" for uscc in mine)) == (want.n, want.n_large)
    assert mu == pytest.approx(want.n * want.mean_mu, rel=0.01)
    assert sum(row["tax_wan"] for row in rows) / mu == pytest.approx(want.tax, rel=0.01)
    assert output / mu == pytest.approx(want.output, rel=0.01)
    assert sum(row.get("energy_tce", 0) for row in rows) / mu == pytest.approx(want.output / want.per_tce, rel=0.01)


def test_the_ranked_enterprises_make_the_promised_totals(inputs: Inputs, answer: Answer) -> None:
    ranked = _ranked(inputs, answer)
    rows = [inputs.accounts[uscc, 2025] for uscc in ranked]
    assert _mu(sum(answer.results[uscc].area_m2 for uscc in ranked)) == "7796.00"
    assert sum(row["tax_wan"] for row in rows) == pytest.approx(71_800, rel=0.005)
    assert sum(row.get("output_wan", row["revenue_wan"]) for row in rows) == pytest.approx(2_015_000, rel=0.005)
    assert sum(row.get("energy_tce", 0) for row in rows) == pytest.approx(261_000, rel=0.005)
    assert max(row["tax_wan"] for row in rows) / sum(row["tax_wan"] for row in rows) == pytest.approx(0.09, abs=0.001)


def test_odd_accounts_are_as_many_as_promised(inputs: Inputs, answer: Answer) -> None:
    ranked = _ranked(inputs, answer)
    rows = [inputs.accounts[uscc, 2025] for uscc in ranked]
    assert sum(row["tax_wan"] < 0 for row in rows) == 6
    assert sum(row["tax_wan"] == 0 for row in rows) == 9
    assert sum(row["tax_wan"] > 0 and row.get("output_wan") == 0 for row in rows) == 3
    assert sum(row.get("energy_tce") == 0 for row in rows) == 2
    small = [inputs.accounts[uscc, 2025] for uscc in ranked if inputs.enterprises[uscc]["scale"] == "规下"]
    assert (
        len(small),
        sum("output_wan" not in row for row in small),
        sum("energy_tce" not in row for row in small),
    ) == (214, 128, 203)
    assert all(row["electricity_kwh"] > 0 for row in rows)


def test_22_groups_flag_58_enterprises_with_one_tie_in_c29(answer: Answer) -> None:
    groups: dict[str, list[bool]] = {}
    for result in answer.results.values():
        if result.status == "RANKED":
            groups.setdefault(result.group, []).append(result.flagged)
    assert {name: (len(flags), answer.cuts[name]) for name, flags in groups.items()} == K_OF_C
    assert {
        name: sum(flags) - answer.cuts[name] for name, flags in groups.items() if sum(flags) != answer.cuts[name]
    } == {"29": 1}
    assert sum(sum(flags) for flags in groups.values()) == 58
    tied = [result.score for result in answer.results.values() if result.group == "29" and result.rank == 3]
    assert len(tied) == 2
    assert tied[0] == tied[1]


def test_prices_share_the_land_15_35_35_15_and_the_reference_is_295_80(inputs: Inputs, answer: Answer) -> None:
    assert inputs.level_prices == {level: float(price) for level, price in PRICES.items()}
    assert round(answer.reference, 2) == 295.80
    used = {parcel for (parcel, uscc) in answer.land if answer.results[uscc].status == "RANKED"}
    land = {
        price: sum(
            inputs.parcels[parcel]["registered_area_m2"]
            * inputs.parcels[parcel]["geometry"].intersection(shape).area
            / inputs.parcels[parcel]["geometry"].area
            for parcel in used
        )
        for price, shape in inputs.price_map
    }
    total = sum(land.values())
    for price, share in zip((420, 336, 252, 180), (0.15, 0.35, 0.35, 0.15), strict=True):
        assert land[price] / total == pytest.approx(share, abs=0.02)


def test_level_lines_cut_23_plots_six_lie_outside_and_four_contradict(truth: Truth, inputs: Inputs) -> None:
    level_of = {price: level for level, price in inputs.level_prices.items()}
    cut, outside, conflicts = [], [], []
    for code, row in inputs.parcels.items():
        parts = {
            level_of[price]: row["geometry"].intersection(shape).area / row["geometry"].area
            for price, shape in inputs.price_map
        }
        best = max(parts, key=lambda level: parts[level])
        if sum(parts.values()) < 0.01:
            outside.append(code)
        elif parts[best] < 0.999:
            cut.append(code)
        elif row["price_level"] != best:
            conflicts.append(code)
    assert (len(cut), len(outside), len(conflicts)) == (23, 6, 4)
    assert all(inputs.parcels[code]["price_level"] is None for code in [*cut, *outside])
    assert set(conflicts) == {row["parcel_id"] for row in truth if "level conflict" in row["marks"]}


@pytest.mark.parametrize("case", EXPECTED)
def test_each_idle_case_is_judged_as_its_facts_say(case: str, truth: Truth, inputs: Inputs) -> None:
    row = _by_case(truth, inputs)[case]
    law, literal = judge(row), judge(row, reading="D")
    assert (law.idle_class, law.years, law.consequence) == EXPECTED[case]
    assert (literal.idle_class, literal.years) == LITERAL.get(case, (law.idle_class, law.years))


def test_fees_and_the_amended_start_come_out(truth: Truth, inputs: Inputs) -> None:
    cases = _by_case(truth, inputs)
    assert judge(cases["I06"]).fee_wan == 240.00
    assert judge(cases["I25"]).fee_wan == 17.28
    before = judge(cases["I28"], start_due=cases["I28"]["start_due_original"])
    assert (before.idle_class, before.years, judge(cases["I28"]).idle_class) == ("IDLE_T1", 3, "OVERDUE_START")
    assert cases["I12"]["gov_delay_days"] == 365
    assert (cases["I22"]["start_date"] - cases["I22"]["start_due"]).days == 471


def test_the_idle_register_holds_41_plots_in_seven_categories(truth: Truth, inputs: Inputs) -> None:
    register = [row for row in truth if row["state"] == "IDLE"]
    assert Counter(row["register_category"] for row in register) == REGISTER
    classes = Counter(judge(row).idle_class for row in inputs.parcels.values())
    assert {
        key: classes[key]
        for key in ("IDLE_T1", "IDLE_T2", "OVERDUE_START", "OVERDUE_FINISH", "UNDETERMINED", "NOT_DUE")
    } == {"IDLE_T1": 19, "IDLE_T2": 5, "OVERDUE_START": 9, "OVERDUE_FINISH": 6, "UNDETERMINED": 2, "NOT_DUE": 2}


def test_names_outside_gbk_survive_in_the_workbook_and_are_question_marks_in_the_dbf(inputs: Inputs) -> None:
    rare = [
        row for row in inputs.enterprises.values() if row["name"].encode("gbk", "replace").decode("gbk") != row["name"]
    ]
    assert len(rare) == 2
    holders = {row["holder_uscc"]: row["holder"] for row in inputs.parcels.values()}
    assert all("?" in holders[row["uscc"]] for row in rare if row["uscc"] in holders)
    assert any(len(row["name"]) == 34 for row in inputs.enterprises.values())


def test_rasters_are_classified_on_a_ten_metre_grid(demo: Path) -> None:
    for year in (2023, 2025):
        with rasterio.open(demo / f"landcover_{year}.tif") as source:
            assert (source.crs.to_epsg(), source.res, source.dtypes[0]) == (4528, (10.0, 10.0), "uint8")
            assert set(source.read(1).ravel().tolist()) == {0, 1, 2, 3, 4, 5, 6}


def test_shapefiles_are_gbk_and_say_so(demo: Path) -> None:
    for path in demo.glob("*.shp"):
        assert path.with_suffix(".cpg").read_text(encoding="ascii") == "GBK"
        path.with_suffix(".dbf").read_bytes().decode("gbk", errors="ignore")


def test_the_answer_key_agrees_with_the_oracle_and_plants_no_errors(demo: Path, answer: Answer) -> None:
    with (demo / "truth" / "enterprises.csv").open(encoding="utf-8", newline="") as source:
        rows = {row["uscc"]: row for row in csv.DictReader(source)}
    for uscc, result in answer.results.items():
        assert rows[uscc]["status"] == result.status
        assert rows[uscc]["score"] == ("" if result.score is None else f"{result.score:.6f}")
    with (demo / "truth" / "issues.csv").open(encoding="utf-8", newline="") as source:
        assert {row["severity"] for row in csv.DictReader(source)} == {"warning", "note"}
    totals = tomllib.loads((demo / "truth" / "totals.toml").read_text(encoding="utf-8"))
    assert totals["totals"]["flagged"] == 58


def test_the_district_is_small_enough_for_the_package(demo: Path) -> None:
    assert sum(path.stat().st_size for path in demo.rglob("*") if path.is_file()) < 3_000_000


def test_the_generator_writes_the_committed_files_again(demo: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "generator", "-o", str(tmp_path)], cwd=demo.parent, check=True)
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    committed = {path.relative_to(demo): path.read_bytes() for path in demo.rglob("*") if path.is_file()}
    assert sorted(map(str, written)) == sorted(map(str, committed))
    assert [str(name) for name, content in written.items() if content != committed[name]] == []
