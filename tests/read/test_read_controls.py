"""A control table of a bureau: titles in Chinese, intensities by mu or by hectare."""

import pytest
from read.read_builders import read, sheet


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("投资强度控制值(万元/公顷)", 1500, 1500.0),
        ("投资强度控制值(万元/亩)", 100, 1500.0),
        ("invest_min_wan_per_ha", 1500, 1500.0),
    ],
)
def test_an_intensity_by_mu_is_fifteen_times_as_much_by_hectare(tmp_path, header, value, expected):
    name = sheet(
        tmp_path, "控制指标.xlsx", [["行业代码", "容积率控制值", header, "依据"], ["C19", 1.2, value, "县〔2026〕1号"]]
    )
    frame = read(tmp_path, controls=name).of("controls")[0].frame
    assert frame["industry_code"].tolist() == ["C19"]
    assert frame["far_min"].tolist() == [1.2]
    assert frame["invest_min_wan_per_ha"].tolist() == pytest.approx([expected])
    assert frame["source"].tolist() == ["县〔2026〕1号"]


def test_codes_keep_their_text_and_a_blank_code_stays_blank(tmp_path):
    name = sheet(
        tmp_path, "c.xlsx", [["行业代码", "土地级别", "建筑系数控制值"], ["06", "一级", 40], [None, None, 0.3]]
    )
    frame = read(tmp_path, controls=name).of("controls")[0].frame
    assert frame["industry_code"].fillna("").tolist() == ["06", ""]
    assert frame["site_coverage_min"].tolist() == [40.0, 0.3]
