"""The project file: what it accepts, what it refuses and what it says then."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from landuse.errors import InputError
from landuse.project import load_project

LEAST = '[project]\nname = "示例"\nyear = 2025\n[inputs]\nparcels = "宗地.shp"\n'


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "项目 1.toml"
    path.write_bytes(text.encode(encoding))
    return path


def faults(tmp_path, text, **more):
    with pytest.raises(InputError) as caught:
        load_project(written(tmp_path, text), **more)
    return caught.value.faults


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_the_project_file_is_read_in_the_encodings_of_an_office(tmp_path, encoding):
    project = load_project(written(tmp_path, LEAST, encoding))
    assert project.project.name == "示例"
    assert [entry.path for entry in project.inputs.of("parcels")] == ["宗地.shp"]


def test_dates_default_to_the_end_of_the_year(tmp_path):
    project = load_project(written(tmp_path, LEAST))
    assert project.land_date == date(2025, 12, 31)
    assert project.as_of == date(2025, 12, 31)


def test_an_unknown_key_names_the_nearest_known_one(tmp_path):
    (fault,) = faults(tmp_path, LEAST + "[ranking]\nshaer = 0.1\n")
    assert "ranking.shaer" in fault.where
    assert "share" in fault.allowed


def test_all_faults_are_told_at_once(tmp_path):
    text = LEAST.replace("year = 2025\n", "yaer = 2025\n") + "[ranking]\nlevle = 2\nshare = 1.5\n"
    assert len(faults(tmp_path, text)) == 4


def test_a_question_mark_left_is_fatal_and_named(tmp_path):
    (fault,) = faults(tmp_path, LEAST.replace('"宗地.shp"', '{ path = "a.shp", crs = "?" }'))
    assert "inputs.parcels.crs" in fault.where


def test_a_missing_project_file_is_told_with_its_path(tmp_path):
    with pytest.raises(InputError) as caught:
        load_project(tmp_path / "nowhere.toml")
    assert "nowhere.toml" in caught.value.faults[0].where


def test_broken_toml_is_told_with_its_line(tmp_path):
    (fault,) = faults(tmp_path, LEAST + "[ranking\n")
    assert "line 6" in fault.found


def test_the_share_is_an_exact_decimal(tmp_path):
    project = load_project(written(tmp_path, LEAST + "[ranking]\nshare = 0.15\n"))
    assert project.ranking.share == Decimal("0.15")


def test_set_overrides_a_key_and_changes_the_digest(tmp_path):
    path = written(tmp_path, LEAST)
    plain, changed = load_project(path), load_project(path, ["ranking.share=0.1", "project.stage=公示"])
    assert changed.ranking.share == Decimal("0.1")
    assert changed.project.stage == "公示"
    assert plain.digest() != changed.digest()


def test_set_without_an_equals_sign_is_refused(tmp_path):
    assert "ranking.share" in faults(tmp_path, LEAST, overrides=["ranking.share"])[0].where


def test_the_digest_does_not_depend_on_where_the_file_lies(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert (
        load_project(written(tmp_path / "a", LEAST)).digest() == load_project(written(tmp_path / "b", LEAST)).digest()
    )


def test_an_input_may_be_a_path_a_list_or_a_table(tmp_path):
    text = LEAST + 'accounts = ["a.csv", { path = "b.xlsx", sheet = "表一", units = { tax_wan = "元" } }]\n'
    first, second = load_project(written(tmp_path, text)).inputs.of("accounts")
    assert (first.path, second.sheet, second.units["tax_wan"]) == ("a.csv", "表一", "元")
