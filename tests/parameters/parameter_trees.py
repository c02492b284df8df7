"""Trees of project files for the tests of the workbook form."""

from __future__ import annotations

import string
from datetime import date

from hypothesis import strategies as st

from landuse.overrides import STAGES
from landuse.parameters.shape import forms
from landuse.project import Project

SIGNS = "甲乙宗地、;；,=\"'[]{}#\\.?是否true 12-_%x\t\n\r\x07" + string.ascii_letters + "\u00a0\uffff😀_x000D_"
texts = st.text(SIGNS, max_size=12) | st.sampled_from(
    [
        "是",
        "否",
        "true",
        "1",
        "0.15",
        "2025-12-31",
        "?a",
        "[甲]",
        "{a}",
        '"甲"',
        "=1+1",
        "甲 = 1; 乙 = 2",
        "_x000D_",
        " 甲 ",
    ]
)
names = st.text("甲乙a1%.\"' -_=;\\", min_size=1, max_size=6) | st.sampled_from(["13", "末位10%", "ranking.share"])
days = st.dates(date(1850, 1, 1), date(2999, 12, 31))
numbers = (
    st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.1, 300.0])
)
scalars = texts | numbers | st.booleans() | days
lists = st.lists(scalars, max_size=4) | st.lists(st.lists(texts, min_size=1, max_size=3), min_size=1, max_size=2)
flat = st.dictionaries(names, scalars | lists, min_size=1, max_size=8)
deep = st.dictionaries(names, flat, min_size=1, max_size=3)
values = scalars | lists | flat | deep
TABLES = ("parcels", "enterprises", "accounts")
ENTRY_KEYS = ("layer", "sheet", "header_rows", "encoding", "crs", "units", "columns", "odd")


@st.composite
def records(draw: st.DrawFn, keys: tuple[str, ...], most: int = 4) -> dict[str, object]:
    """Give some of the keys, each with any value."""
    return {key: draw(values) for key in draw(st.lists(st.sampled_from(keys), unique=True, max_size=most))}


@st.composite
def files(draw: st.DrawFn) -> object:
    """Give the files of one table: a path, an entry, or several of both."""
    one = st.builds(lambda path, more: {"path": path, **more}, texts.filter(str.strip), records(ENTRY_KEYS))
    return draw(texts.filter(str.strip) | one | st.lists(texts.filter(str.strip) | one, min_size=1, max_size=3))


@st.composite
def trees(draw: st.DrawFn) -> dict[str, object]:
    """Give a project file: known and unknown keys, each with any value of TOML, valid or not."""
    tree: dict[str, object] = {}
    for form in forms(Project):
        if form.kind == "keys" and form.path and len(form.path) == 1:
            keys = tuple(path[0] for path in form.keys if len(path) == 1) or ("odd",)
            if found := draw(records((*keys, "odd"), most=3)):
                tree[form.section] = found
    tree["inputs"] = draw(st.dictionaries(st.sampled_from(TABLES), files(), max_size=3)) or {"parcels": "p.shp"}
    scenario = tuple(path[0] for form in forms(Project) if form.section == "scenarios" for path in form.keys)
    for section, entries in (
        ("scenarios", st.dictionaries(names, records(scenario), max_size=3)),
        (
            "variants",
            st.dictionaries(
                names, st.dictionaries(st.sampled_from(list(STAGES)) | names, values, max_size=3), max_size=2
            ),
        ),
        (
            "columns",
            st.dictionaries(
                st.sampled_from(TABLES), st.dictionaries(names, texts | lists.filter(len), max_size=3), max_size=2
            ),
        ),
    ):
        if found := draw(entries):
            tree[section] = found
    return tree
