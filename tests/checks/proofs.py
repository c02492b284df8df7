"""Find what proves each check: a test that names its code, a planted fault of the demonstration, a case of law."""

from __future__ import annotations

import ast
import csv
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
DEMO = ROOT / "data" / "demo"
KEYS = (DEMO / "truth" / "issues.csv", DEMO / "faulty" / "truth" / "faults.csv")
"""What the demonstration plants; tests/demo/test_faulty.py finds each row."""
DISTRICT = "tests/demo/test_faulty.py::test_each_planted_fault_is_found"
LAW = "tests/law/test_idle_cases.py"
"""Runs every case of idle_cases.yaml, its issues included."""
HERE = ("test_catalogue.py", "proofs.py")
"""Files whose naming a code proves nothing."""


@cache
def proofs(codes: frozenset[str]) -> dict[str, list[str]]:
    """Return code -> tests that prove its check, in name order."""
    found: dict[str, list[str]] = {code: [] for code in sorted(codes)}
    for file in sorted(TESTS.rglob("test_*.py")):
        if file.name in HERE:
            continue
        name = file.relative_to(ROOT).as_posix()
        for test, texts in _texts(file).items():
            for code in texts & codes:
                found[code].append(f"{name}::{test}")
    for code in _planted() & codes:
        found[code].append(DISTRICT)
    law = (TESTS / "law" / "idle_cases.yaml").read_text(encoding="utf-8")
    for code in codes:
        if code in law:
            found[code].append(LAW)
    return found


def _texts(file: Path) -> dict[str, set[str]]:
    """Return test -> the texts that stand in it, in its parameters, and in what of the module it calls."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    held = {name: _strings(node) for node in tree.body for name in _names(node)}
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return {
        test.name: _strings(test).union(*(held[used] for used in _used(test) if used in held and used != test.name))
        for test in tests
    }


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _used(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _strings(node: ast.AST) -> set[str]:
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def _planted() -> set[str]:
    found: set[str] = set()
    for key in KEYS:
        with key.open(encoding="utf-8", newline="") as source:
            found |= {row["code"] for row in csv.DictReader(source)}
    return found
