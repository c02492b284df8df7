"""Small runs to compare: nine firms on equal plots, whose tax alone differs unless a test says otherwise."""

from __future__ import annotations

import json

from assemble.rawbuild import part, project, raw
from pipeline.builders import lease, names, plots

from landuse import __version__
from landuse.comparison import compare
from landuse.pipeline import analyse
from landuse.rule import as_plain
from landuse.tables.runs import RunRecord
from landuse.write.lock import lock_of
from landuse.write.published import published_tables

SIZE = 9
TAX = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0]


def record(analysis, *, data, name="run"):
    """Return an analysis as it would be read back; `data` stands for the checksum of its input files."""
    settings = analysis.project
    return RunRecord(
        name=name,
        version=__version__,
        digest=settings.digest(),
        as_of=settings.as_of.isoformat(),
        project=json.loads(settings.text()),
        rule=as_plain(analysis.facts["rule"]),
        inputs={"data": data},
        tables=published_tables(analysis),
        locked=lock_of(analysis).model_dump(),
    )


def firms(count=SIZE, **columns):
    known = {"industry_code": ["1952"] * count, **columns}
    return part("enterprises", "firms.csv", uscc=names(count), name=names(count), **known)


def books(tax, **columns):
    size = len(tax)
    same = {"output_wan": [100.0] * size, "energy_tce": [10.0] * size, **columns}
    return part("accounts", "books.csv", uscc=names(size), year=[2025] * size, tax_wan=list(tax), **same)


def run(tax=TAX, *, land=None, who=None, money=None, leases=(), **sections):
    """Return a record; keywords of tables replace or add columns, sections are those of the project file."""
    size = len(tax)
    tables = (plots(size, **(land or {})), firms(size, **(who or {})), books(tax, **(money or {})), *leases)
    data = repr((list(tax), land, who, money, len(leases)))
    return record(analyse(raw(*tables), project(**sections)), data=data)


def story(old, new):
    """Return (list, key) -> (change, causes) of the units that did not stay."""
    units = compare(old, new).units
    moved = units[units["change"] != "stayed"]
    pairs = zip(moved["list"], moved["key"], moved["change"], moved["causes"], strict=True)
    return {(name, key): (change, causes) for name, key, change, causes in pairs}


def details(old, new, name, key):
    """Return (cause, what) -> (old, new, decides) of one unit."""
    rows = compare(old, new).details
    rows = rows[rows["list"].eq(name) & rows["key"].eq(key)]
    return {(r["cause"], r["what"]): (r["old"], r["new"], r["decides"]) for r in rows.to_dict("records")}


__all__ = ["SIZE", "TAX", "compare", "details", "lease", "names", "record", "run", "story"]
