"""Under a lock of lowest and highest values a receipt names them, says what was cut to them, and is derived again."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from cli_builders import SIZE, accounts, write_bureau
from rederive import Deriver

from landuse.pipeline import run
from landuse.project import load_project
from landuse.reports.receipt import as_text, receipt
from landuse.reports.receipt.data import as_json
from landuse.reports.receipt.page import as_page
from landuse.write.lock import lock_of

PACK = """
[rules]
pack = "规则.toml"
[indicators]
weights = { tax_per_mu = 70, output_per_energy = 30 }
min_indicators = 1
"""
OWN = 'version = 2026-01-01\ntitle = "示例"\ncited = "示例"\nextends = "jingde"\n[parameters]\nunknown = "mean"\n'


def books(project, tax):
    """Write taxes of 10, 20, … 90 mu; output of 1,000 … 9,000 over 50 tce, that of E05 not known."""
    table = accounts()
    table["实缴税收(万元)"] = [float(value) for value in tax]
    table.loc[4, "综合能源消费量(吨标准煤)"] = None
    table.to_csv(project.parent / "数据" / "税收.csv", index=False)


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """Return folder and analysis of a bureau whose lowest and highest taxes a mu were corrected after the lock."""
    project = write_bureau(tmp_path_factory.mktemp("县") / "示例")
    project.write_text(project.read_text(encoding="utf-8") + PACK, encoding="utf-8")
    (project.parent / "规则.toml").write_text(OWN, encoding="utf-8")
    a_mu = range(1, SIZE + 1)  # 1, 2, … 9 a mu
    tax = [value * 10 * (place + 1) for place, value in enumerate(a_mu)]
    books(project, tax)
    first = run(load_project(project))
    (project.parent / "锁定.toml").write_text(lock_of(first).text(), encoding="utf-8")
    books(project, [5.0, *tax[1:8], 1800.0])
    return project.parent, run(load_project(project, ['frozen.from="锁定.toml"'])), first


def told(analysis, what):
    return json.loads(as_json(receipt(analysis, what)))


def test_every_figure_of_every_enterprise_is_derived_again(locked):
    folder, analysis, _ = locked
    used = {}
    for what in analysis.enterprises["uscc"]:
        found = told(analysis, what)
        assert Deriver(found, folder).all() == {}
        used |= {what: found["figures"]["ratio.tax_per_mu"]["formula"]["key"]}
    assert used == {"E01": "below_locked", **{f"E0{n}": "between_locked" for n in range(2, 9)}, "E09": "above_locked"}


def test_the_figures_are_those_worked_out_by_hand(locked):
    _, analysis, _ = locked
    figures = {what: told(analysis, what)["figures"] for what in ("E01", "E03", "E05", "E09")}
    ends = {(f["lowest.tax_per_mu"]["value"], f["highest.tax_per_mu"]["value"]) for f in figures.values()}
    assert [round(end, 6) for end in ends.pop()] == [1.0, 9.0]  # land counts in whole cm²
    assert not ends
    assert figures["E03"]["lowest.tax_per_mu"]["formula"] is None
    assert "锁定" in figures["E03"]["lowest.tax_per_mu"]["title"]
    # 0.5 a mu counts as 1, 20 as 9; 3 of 1 … 9 is a quarter of the way: 20 + 80 / 4
    points = [figures[what]["ratio.tax_per_mu"]["value"] for what in ("E01", "E03", "E09")]
    assert points == [0.2, pytest.approx(0.4), 1.0]
    # output 20, 40, … 180 a tce without 100: the mean of 0, 1, 2, 3, 5, 6, 7, 8 eighths is a half, 20 + 80 / 2
    assert figures["E05"]["ratio.output_per_energy"]["value"] == pytest.approx(0.6)
    assert figures["E05"]["ratio.output_per_energy"]["title"] == "锁定的本组平均单位能耗产值比值"
    assert figures["E05"]["score"]["value"] == pytest.approx(60.0)


def test_a_figure_that_was_changed_in_the_receipt_is_found(locked):
    folder, analysis, _ = locked
    found = told(analysis, "E01")
    found["figures"]["ratio.tax_per_mu"]["value"] = 0.15
    assert "ratio.tax_per_mu" in Deriver(found, folder).all()


def test_text_and_page_say_what_was_cut_to_the_locked_values(locked):
    _, analysis, first = locked
    low, high = (receipt(analysis, what) for what in ("E01", "E09"))
    assert "低于锁定的组内最低" in as_text(low)
    assert "高于锁定的组内最高" in as_text(high)
    assert "低于锁定的本组最低值,按最低计" in as_page(low)
    assert "高于锁定的本组最高值,按最高计" in as_page(high)
    assert "锁定" not in as_text(receipt(first, "E01")) + as_page(receipt(first, "E01"))
