"""What the documentation says is so: generated pages are up to date, examples run, links lead somewhere."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

import landuse
from landuse.catalogue import load, load_folder
from landuse.project import build_project

ROOT = Path(__file__).parents[2]
TUTORIALS = [ROOT / "docs" / name for name in ("tutorial.md", "tutorial.zh-CN.md")]
PAGES = sorted([*ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
LEAST = {"project": {"name": "n", "year": 2025}, "inputs": {"parcels": "p.gpkg"}}


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def builder():
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_up_to_date():
    for name, text in builder().pages().items():
        written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
        assert written == text, f"docs/reference/{name}: run python -m docs.build"


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.name)
def test_every_section_of_the_tutorial_is_a_valid_project(page):
    found = [tomllib.loads(block) for block in blocks(page, "toml")]
    assert len(found) == 7
    for tree in found:
        build_project({**LEAST, **tree}, folder=Path())
    told = {section for tree in found for section in tree}
    assert told >= {"project", "inputs", "columns", "areas", "land_price", "indicators"}
    assert told >= {"ranking", "rules", "idle", "evidence", "outputs"}


def test_both_tutorials_carry_the_same_examples():
    english, chinese = (re.findall(r"```.*?```", page.read_text(encoding="utf-8"), re.DOTALL) for page in TUTORIALS)
    assert english == chinese


def test_the_example_of_the_tutorial_gives_the_score_worked_out_there(tmp_path):
    page = TUTORIALS[0]
    firms, accounts = blocks(page, "csv")
    files = {"宗地.geojson": blocks(page, "json")[0], "企业.csv": firms, "税收产值.csv": accounts}
    for name, text in {**files, "landuse.toml": blocks(page, "toml")[0]}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    run = landuse.run(landuse.load_project(tmp_path / "landuse.toml"))
    first = run.enterprises.set_index("uscc").loc["91990781MA0000001R"]
    assert first["score"] == pytest.approx(100 * (0.5 * 2 / 7.25 + 0.3 * 100 / 187.5) / 0.8)
    assert round(first["score"], 2) == 37.24
    assert run.enterprises["low_efficiency"].tolist() == [True, False, False]
    assert run.parcels.table["efficiency_class"].tolist() == ["low", "not_low", "not_low"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    for link in links:
        assert "://" in link or (page.parent / link).exists(), link


def test_the_documentation_is_reached_from_both_readmes():
    for name, tutorial in (("README.md", "docs/tutorial.md"), ("README.zh-CN.md", "docs/tutorial.zh-CN.md")):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert f"({tutorial})" in text
        assert "(docs/README.md)" in text


def test_the_vocabulary_names_only_columns_and_codes_that_exist():
    book = load("vocabulary/columns.toml")
    known = {name for stage in ("input", "output") for table in book[stage].values() for name in table}
    known |= {code for entries in load_folder("vocabulary/enumerations").values() for code in entries}
    known |= {*book["tables"], "registered_area_mu", "land_date", "unit", "true", "false", "base_*", "project_digest"}
    rows = re.findall(
        r"^\| [^|]+ \| ([^|]+) \|", (ROOT / "docs/vocabulary.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    named = {word for row in rows for word in re.findall(r"`([a-zA-Z_*0-9]+)`", row)}
    assert len(named) > 25
    assert named <= known
    codes = {word for row in rows for word in re.findall(r"\b[A-Z]+_[A-Z0-9]+\b", row)}
    assert codes <= known
