"""QGIS styles: valid XML that draws the classes of the legend."""

from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from landuse.cartography.qgis import layer_styles, qml
from landuse.cartography.style import classify, theme_keys

from .builders import analysis


def parsed(text):
    return ET.fromstring(text.split("\n", 1)[1])  # noqa: S314 - our own text


def made(theme, **more):
    classes = classify(pd.Series([None]), theme, lang="zh", area_mu=pd.Series([1.0]))
    return classes, parsed(qml(classes, column=classes.theme.column, **more))


@pytest.mark.parametrize("theme", theme_keys())
def test_every_theme_gives_one_symbol_per_class_in_its_colour(theme):
    classes, root = made(theme)
    symbols = root.findall("./renderer-v2/symbols/symbol")
    assert len(symbols) == len(classes.legend)
    for symbol, entry in zip(symbols, classes.legend, strict=True):
        colour = ",".join(str(int(entry.colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"
        layer = symbol.find("layer")
        assert layer.find("./Option/Option[@name='color']").get("value") == colour
        assert layer.find("./prop[@k='color']").get("v") == colour


def test_categories_carry_codes_and_the_last_takes_everything_else():
    _, root = made("low")
    categories = root.findall("./renderer-v2/categories/category")
    assert root.find("renderer-v2").get("attr") == "efficiency_class"
    assert [one.get("value") for one in categories] == [
        "low",
        "partly_low",
        "stopped",
        "vacant",
        "not_low",
        "not_rated",
        "",
    ]
    assert categories[0].get("label") == "低效(拟列入)"
    assert categories[-1].get("label") == "无数据"


def test_ranges_are_rules_with_the_lower_bound_inclusive():
    _, root = made("tax_per_mu")
    rules = [one.get("filter") for one in root.findall("./renderer-v2/rules/rule")]
    assert rules[0] == 'round("tax_per_mu", 9) < 1'
    assert rules[1] == 'round("tax_per_mu", 9) >= 1 AND round("tax_per_mu", 9) < 3'
    assert rules[5] == 'round("tax_per_mu", 9) >= 20'
    assert rules[6] == '"tax_per_mu" IS NULL'


def test_no_data_is_white_with_a_diagonal_hatch():
    _, root = made("low")
    last = root.findall("./renderer-v2/symbols/symbol")[-1]
    assert [layer.get("class") for layer in last.findall("layer")] == ["SimpleFill", "LinePatternFill"]


def test_labels_are_written_from_one_to_five_thousand():
    _, root = made("low", label="parcel_id")
    assert root.find(".//text-style").get("fieldName") == "parcel_id"
    assert root.find(".//rendering").get("scaleMax") == "5000"
    assert made("low")[1].find("labeling") is None


def test_layers_of_the_geopackage_get_their_styles_and_idle_land_splits_by_years():
    styles = layer_styles(analysis(40))
    assert styles[0][:2] == ("parcels", "低效工业用地(行业末位15%)分布图")
    assert {layer for layer, _, _ in styles} == {"parcels", "low_efficiency", "idle"}
    idle = parsed(next(text for layer, _, text in styles if layer == "idle"))
    assert "IDLE_T1_2" in idle.find("renderer-v2").get("attr")
    assert layer_styles(analysis(40)) == styles


def test_the_attribute_table_speaks_the_language_of_the_run_with_units():
    _, root = made("low")
    names = {one.get("field"): one.get("name") for one in root.findall("./aliases/alias")}
    assert names["parcel_id"] == "宗地代码"
    assert names["tax_per_mu"] == "亩均税收(万元/亩)"
    assert names["low_efficiency_share"] == "拟列入企业用地占比"
    assert len(names) == len(root.findall("./aliases/alias")) > 60
