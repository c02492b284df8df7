"""Decisions on names go out in matches.xlsx and come back into overrides.csv; the next run joins by them."""

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely import box

from landuse.apply import apply_forms
from landuse.errors import InputError
from landuse.pipeline import run
from landuse.project import load_project
from landuse.reports.content.matches import audit_lines, match_book
from landuse.reports.excel import write_book
from landuse.tables.forms import form_title

SHOES, PRINTS = "91350582MA00000015", "91350582D2143569XP"
TOML = """[project]
name = "安澜县(示例)"
year = 2025
[inputs]
parcels = "parcels.gpkg"
enterprises = "企业.csv"
accounts = "税.csv"
overrides = "overrides.csv"
"""
HEAD = "表单类型,数据表,对象,年度,事项编号,字段,原值,更正值,填报人,填报日期,依据,表单文件,表单行号\r\n"


@pytest.fixture
def bureau(tmp_path):
    squares = [box(40_378_000 + x, 4_275_000, 40_378_100 + x, 4_275_100) for x in (0, 200)]
    names = ["安澜宏达鞋业有限公司", "石桥卓瀚印染有限公司"]
    land = {"parcel_id": ["1", "2"], "holder": names, "holder_uscc": ["", ""], "registered_area_m2": [10_000.0] * 2}
    gpd.GeoDataFrame(land, geometry=squares, crs="EPSG:4528").to_file(tmp_path / "parcels.gpkg")
    firms = {
        "uscc": [SHOES, PRINTS],
        "name": ["安澜宏达鞋业有限公司", "石桥卓翰印染有限公司"],
        "industry_code": ["1951", "1713"],
    }
    pd.DataFrame(firms).to_csv(tmp_path / "企业.csv", index=False)
    tax = {"name": [*names, "外县贸易有限公司", "合计"], "year": [2025] * 4, "tax_wan": [10, 50, 40, 100]}
    pd.DataFrame(tax).to_csv(tmp_path / "税.csv", index=False)
    (tmp_path / "overrides.csv").write_text(HEAD, encoding="utf-8-sig", newline="")
    (tmp_path / "landuse.toml").write_text(TOML, encoding="utf-8")
    return tmp_path


def analysed(bureau):
    return run(load_project(bureau / "landuse.toml"))


def filled(bureau, analysis, sheet, **cells):
    """Return the workbook with the first row of a sheet filled in."""
    path = bureau / "matches.xlsx"
    write_book(match_book(analysis), path)
    book = openpyxl.load_workbook(path)
    rows = list(book[sheet].iter_rows())
    mark = next(row[0].row for row in rows if row[0].value == "填表说明↓")
    places = {cell.value.split("\n")[0]: cell.column for cell in rows[mark] if cell.value}
    for name, value in cells.items():
        book[sheet].cell(mark + 2, places[form_title(name, "zh")]).value = value
    book.save(path)
    return path


def test_a_confirmed_name_joins_in_the_next_run_and_its_money_comes_out_of_the_unallocated(bureau):
    before = analysed(bureau)
    assert [sheet.name for sheet in match_book(before)] == ["待复核", "已确认", "未匹配"]
    assert list(audit_lines(before, "zh")) == [
        "经济数据表→企业:已对应 1 行(共 3 行,33.3%);未对应 2 行;税收已对应 10.00 万元(10.0%),未对应 90.00 万元",
        "宗地表→企业:已对应 1 行(共 2 行,50.0%);未对应 1 行;用地已对应 15.00 亩(50.0%),未对应 15.00 亩",
    ]
    lost = before.balance.query("step == 'match' and quantity == 'tax_wan' and reason == 'NO_ENTERPRISE'")
    assert lost["unallocated"].tolist() == [90 * 1_000_000]
    form = filled(bureau, before, "待复核", match_decision="是同一家", match_who="甲某", match_day="2026-07-01")
    project = load_project(bureau / "landuse.toml")
    assert apply_forms(project, [form]).names == 1
    assert not apply_forms(project, [form]).is_written
    after = analysed(bureau)
    tax = after.enterprises.set_index("uscc")["tax_wan"].to_dict()
    assert tax == {SHOES: 10.0, PRINTS: 50.0}
    assert after.parcels.table["holder_uscc"].tolist() == [SHOES, PRINTS]
    assert after.raw.matches.claims.set_index("name")["state"].to_dict() == {
        "石桥卓瀚印染有限公司": "decided", "安澜宏达鞋业有限公司": "joined", "外县贸易有限公司": "none",
    }  # fmt: skip


def test_an_old_workbook_does_not_turn_a_later_decision_round(bureau):
    analysis, project = analysed(bureau), load_project(bureau / "landuse.toml")
    apply_forms(project, [filled(bureau, analysis, "待复核", match_decision="不是同一家", match_day="2026-07-02")])
    old = filled(bureau, analysis, "待复核", match_decision="是同一家", match_day="2026-07-01")
    with pytest.raises(InputError, match="日期不晚于它"):
        apply_forms(project, [old])


def test_an_old_workbook_does_not_give_a_name_to_another_enterprise_than_it_was_given_to_since(bureau):
    analysis, project = analysed(bureau), load_project(bureau / "landuse.toml")
    apply_forms(project, [filled(bureau, analysis, "未匹配", match_new_uscc=PRINTS, match_day="2026-07-02")])
    old = filled(bureau, analysis, "未匹配", match_new_uscc=SHOES, match_day="2026-07-01")
    with pytest.raises(InputError, match="日期不晚于它"):
        apply_forms(project, [old])
    later = filled(bureau, analysis, "未匹配", match_new_uscc=SHOES, match_day="2026-07-03")
    assert apply_forms(project, [later]).names == 1


def test_a_code_that_no_enterprise_has_is_refused_and_one_written_for_an_unmatched_name_is_taken(bureau):
    analysis, project = analysed(bureau), load_project(bureau / "landuse.toml")
    with pytest.raises(InputError, match="企业表中没有该代码"):
        apply_forms(project, [filled(bureau, analysis, "未匹配", match_new_uscc="91110000802100433B")])
    assert apply_forms(project, [filled(bureau, analysis, "未匹配", match_new_uscc=PRINTS.lower())]).names == 1


def test_an_equal_name_that_a_person_refuses_does_not_join_again(bureau):
    analysis, project = analysed(bureau), load_project(bureau / "landuse.toml")
    assert apply_forms(project, [filled(bureau, analysis, "已确认", match_decision="不是同一家")]).names == 1
    claims = analysed(bureau).raw.matches.claims.set_index("name")
    assert claims.loc["安澜宏达鞋业有限公司", "state"] == "none"
