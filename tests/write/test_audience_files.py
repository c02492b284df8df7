"""Files of other audiences: cells that a spreadsheet would change, and copies that somebody has changed."""

from __future__ import annotations

import pytest

from landuse.write.audiences import _remove
from landuse.write.plain_csv import csv_cell
from landuse.write.staging import sha256_of


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("371502001001000012", "371502001001000012\t"),
        ("0012", "0012\t"),
        ("13", "13"),
        ("1e5", "1e5\t"),
        ("2026-03", "2026-03\t"),
        ("-12", "-12\t"),
        ("=1+1", "'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("＠SUM", "'＠SUM"),
        ("  =1+1", "'  =1+1"),
        ("甲厂\r\n乙厂", "甲厂 乙厂"),
        ("990781001001GB00001", "990781001001GB00001"),
        (20.5, "20.5"),
        (-3, "-3"),
        (None, ""),
    ],
)
def test_a_code_of_digits_stays_a_text_and_no_width_of_sign_starts_a_formula(value, cell):
    assert csv_cell(value) == cell


@pytest.mark.parametrize("changed", ["map.html", "成果/04_一张图.html"])
def test_a_file_or_its_copy_that_was_changed_since_stays_and_the_other_goes(tmp_path, changed):
    (tmp_path / "成果").mkdir()
    both = ["map.html", "成果/04_一张图.html"]
    for name in both:
        (tmp_path / name).write_text("as written", encoding="utf-8")
    digest = sha256_of(tmp_path / "map.html")
    (tmp_path / changed).write_text("by hand", encoding="utf-8")
    _remove(tmp_path, {"map.html": digest}, set())
    assert [name for name in both if (tmp_path / name).exists()] == [changed]
