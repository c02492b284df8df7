"""The edition of industry codes that a project file states for one of its files."""

import pytest
from read_builders import project

from landuse.errors import InputError
from landuse.read import read_tables

CONTENT = "uscc,name,industry_code\nA1,安澜瑞禾粮油食品有限公司,1310\n"


def test_a_stated_edition_is_known_where_the_codes_are_judged(tmp_path):
    (tmp_path / "a.csv").write_text(CONTENT, encoding="utf-8")
    for stated in (2002, None):
        entry = {"path": "a.csv", **({"industry_edition": stated} if stated else {})}
        (read,) = read_tables(project(tmp_path, enterprises=entry)).of("enterprises")
        assert read.edition == stated


def test_an_edition_for_a_file_without_industry_codes_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("uscc,year,tax_wan\nA1,2025,13.1\n", encoding="utf-8")
    with pytest.raises(InputError, match="no such column"):
        read_tables(project(tmp_path, accounts={"path": "a.csv", "industry_edition": 2002}))


def test_an_edition_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(InputError, match="industry_edition"):
        project(tmp_path, enterprises={"path": "a.csv", "industry_edition": 1994})
