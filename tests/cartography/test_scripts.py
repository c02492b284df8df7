"""Our scripts: no newer than ES2019, made small without changing what they do."""

import re
from pathlib import Path

import pytest

from landuse.cartography.scripts import BOOT, DRAWING, PAGE, START, TOOLS, drawing_script, page_script, slim

ASSETS = Path(__file__).parents[2] / "landuse" / "cartography" / "assets"
OURS = sorted(path for path in ASSETS.rglob("*.js") if path.parent.name not in {"leaflet", "fflate"})
NEWER = {
    "optional chaining": r"\?\.(?!\d)",
    "nullish coalescing": r"\?\?",
    "logical assignment": r"(?:&&|\|\|)=",
    "private name": r"(?<![\w$])#[A-Za-z_$]",
    "big integer": r"\b\d+n\b",
    "numeric separator": r"\b\d+_\d",
    "globalThis": r"\bglobalThis\b",
    "dynamic import": r"\bimport\s*[(.]",
    "export or import": r"^\s*(?:export|import)\b",
    "static block": r"\bstatic\s*\{",
    "await outside of async code": r"^await\b",
    "method of ES2020 or later": r"\.(?:matchAll|replaceAll|allSettled|any|hasOwn|findLast|findLastIndex|toSorted"
    r"|toReversed|toSpliced|groupBy|structuredClone|fromAsync|replaceChildren)\s*\(",
    "at() with a place from the end": r"\.at\(\s*-",
    "class field": r"^ {4}(?:static\s+)?[A-Za-z_$][\w$]*\s*=(?!=|>)",
}
"""Syntax (and the methods that tempt most) that a browser of 2019 does not know."""


def code_of(text):
    """Return JavaScript without comments, and with the insides of strings and regular expressions left out."""
    token = re.compile(
        r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"
        r"|(?<=[(,=:\[!&|?{};\n])\s*/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+/[gimsuy]*",
        re.DOTALL,
    )
    return token.sub(lambda found: '""' if found.group(0)[0] in "\"'`" else " ", text)


def class_bodies(code):
    """Return the lines directly inside each class body, at four blanks as our files are indented."""
    return re.findall(r"^  class .*?\{\n(.*?)^  \}", code, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_a_script_uses_no_syntax_newer_than_es2019(path):
    code = code_of(path.read_text(encoding="utf-8"))
    whole = {name: re.findall(form, code, re.MULTILINE) for name, form in NEWER.items() if name != "class field"}
    fields = [re.findall(NEWER["class field"], body, re.MULTILINE) for body in class_bodies(code)]
    assert {name: found for name, found in whole.items() if found} == {}
    assert [found for found in fields if found] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("optional chaining", "const a = b?.c;"),
        ("nullish coalescing", "a = b ?? c;"),
        ("logical assignment", "a ||= b;"),
        ("private name", "class A { #x() {} }"),
        ("big integer", "a = 10n;"),
        ("numeric separator", "a = 1_000;"),
        ("at() with a place from the end", "a.at(-1)"),
        ("method of ES2020 or later", "a.replaceAll('x', 'y')"),
    ],
)
def test_the_check_finds_what_is_newer(name, text):
    assert re.findall(NEWER[name], code_of(text), re.MULTILINE)


def test_the_check_is_not_misled_by_texts_comments_and_conditions():
    code = code_of('a = b ? .5 : "x?.y ?? z"; // a?.b\n/* c ??= d */ f(/[?]?.#a/g);')
    assert [name for name, form in NEWER.items() if re.findall(form, code, re.MULTILINE)] == []


def test_a_class_field_would_be_found():
    code = "(function () {\n  class A {\n    size = 3;\n    grow() {\n      this.size = 4;\n    }\n  }\n})();\n"
    assert [re.findall(NEWER["class field"], body, re.MULTILINE) for body in class_bodies(code)] == [["    size ="]]


def test_every_script_of_ours_is_on_the_page():
    named = {BOOT, *DRAWING, *PAGE, *TOOLS, START}
    assert {path.relative_to(ASSETS).as_posix() for path in OURS} == named


def test_slimming_takes_comments_and_indentation_and_nothing_else():
    text = (
        '/* Head\n   of it. */\n(function () {\n  // why\n  const a = "/* k */"; // kept\n\n  /* one */ b();\n})();\n'
    )
    assert slim(text) == '(function () {\nconst a = "/* k */"; // kept\n/* one */ b();\n})();\n'


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_text_of_a_script_runs_over_lines(path):
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [text for text in re.findall(r"`[^`]*`", code) if "\n" in text] == []


def test_the_scripts_parse(browser):
    page = browser.new_page()
    for script in (drawing_script(), page_script()):
        page.evaluate("script => { new Function(script); }", script)  # a syntax error is raised here
    with pytest.raises(Exception, match="SyntaxError"):
        page.evaluate("script => { new Function(script); }", "const a = ;")
    page.close()
