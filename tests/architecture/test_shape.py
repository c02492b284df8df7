"""The shape of the code: sizes, purity, words."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "landuse").rglob("*.py"))
PURE = (
    "assemble", "indicators.py", "ranking", "law", "policy", "evidence", "comparison", "disclosure",
    "cartography/style.py", "reports/content", "units.py", "rule.py", "industry.py", "scenarios", "overrides.py",
    "cartography/atlas/plan.py", "cartography/atlas/contents.py", "cartography/atlas/neighbours.py",
)  # fmt: skip


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "landuse").as_posix()


def functions(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_has_at_most_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_function_has_at_most_45_lines(path):
    long = {f.name: f.end_lineno - f.lineno + 1 for f in functions(path) if f.end_lineno - f.lineno + 1 > 45}
    assert long == {}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_public_function_has_at_most_five_parameters(path):
    def size(node):
        arguments = node.args
        named = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        return len([name for name in named if name not in {"self", "cls"}])

    wide = {f.name: size(f) for f in functions(path) if not f.name.startswith("_") and size(f) > 5}
    assert wide == {}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_prints_outside_the_command_line_and_nothing_is_done_in_place(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"inplace\s*=\s*True", source)
    if not name_of(path).startswith("cli/"):
        assert not re.search(r"^\s*print\(", source, flags=re.MULTILINE)
        assert not re.search(r"except( Exception| BaseException)?( as \w+)?:\s*$", source, flags=re.MULTILINE)


@pytest.mark.parametrize("path", [p for p in FILES if name_of(p).startswith(PURE)], ids=name_of)
def test_a_pure_room_reads_no_clock_no_environment_and_no_file(path):
    source = path.read_text(encoding="utf-8")
    forbidden = r"\b(datetime\.now|date\.today|Timestamp\.now|Timestamp\.today|time\.time|environ|getenv|open\()"
    assert re.findall(forbidden, source) == []


def test_every_issue_code_has_its_words_in_both_languages():
    owners = tomllib.loads((ROOT / "landuse/vocabulary/enumerations/core.toml").read_text(encoding="utf-8"))["owner"]
    for file in sorted((ROOT / "landuse/vocabulary/issues").glob("*.toml")):
        for code, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            assert re.fullmatch(r"[A-Z][A-Z0-9_]+", code), code
            assert entry["severity"] in {"error", "warning", "note"}, code
            assert entry["owner"] in owners, code
            for part in ("message", "action"):
                assert entry[part]["zh"], code
                assert entry[part]["en"], code


def test_every_issue_code_raised_in_the_code_stands_in_the_vocabulary_and_back():
    known = {
        code
        for file in (ROOT / "landuse/vocabulary/issues").glob("*.toml")
        for code in tomllib.loads(file.read_text(encoding="utf-8"))
    }
    source = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    raised = set(re.findall(r"(?:issue_rows|one_issue)\(\s*\"([A-Z][A-Z0-9_]+)\"", source))
    assert raised <= known
    unused = {code for code in known if f'"{code}"' not in source}
    assert unused == set()
