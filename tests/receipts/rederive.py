"""Derive the figures of a receipt again from the input files: shares no code with the toolkit.

Reads the JSON of `landuse explain … --format json`, opens the files it cites, checks their sha256, finds sheet, row
and header, reads the cell, applies the factor, evaluates every formula with code of its own, and says what differs.

    python rederive.py RECEIPT.json FOLDER_OF_THE_PROJECT
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import math
import struct
import sys
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import openpyxl

CLOSE = 1e-9
"""Relative difference that counts as the same number."""
ELLIPSOID = 1e-6
"""Of an area on the ellipsoid, which another method gives in other digits."""
MU = Fraction(2000, 3)
PARTS = {"wan_yuan": 1_000_000, "tce": 1_000_000}
"""Unit -> smallest parts: hundredths of a yuan in 10,000 yuan, grams in a tce."""


class Differs(Exception):  # noqa: N818
    """A figure that cannot be derived, or comes out otherwise."""


def derive(receipt: dict, folder: Path, ident: str) -> object:
    """Return the value of one figure, derived from files and operands; raise `Differs` where it is another."""
    return Deriver(receipt, folder).figure(ident)


class Deriver:
    """A receipt with the folder of its input files."""

    def __init__(self, receipt: dict, folder: Path) -> None:
        if receipt["schema"] != "landuse.receipt/1":
            raise Differs(f"unknown layout {receipt['schema']}")
        self.receipt, self.folder = receipt, folder
        self.figures, self.done = receipt["figures"], {}

    def all(self) -> dict[str, str]:
        """Return what is wrong with which figure; empty where everything holds."""
        wrong = {}
        for ident in self.figures:
            try:
                self.figure(ident)
            except Differs as error:
                wrong[ident] = str(error)
        return wrong

    def figure(self, ident: str) -> object:
        if ident in self.done:
            return self.done[ident]
        told = self.figures[ident]
        made = told["formula"]
        if made is None and not told["sources"]:
            return self.done.setdefault(ident, told["value"])
        if made is None:
            found = [self.cell(source, told) for source in told["sources"]]
            for value in found:
                expect(ident, told["value"], value)
        else:
            for source in told["sources"]:
                self.checked(source)
            found = [FORMULAS[made["key"]](self, ident, Parts(self, made))]
            tolerance = ELLIPSOID if made["key"] == "ellipsoid_area" else CLOSE
            expect(ident, told["value"], found[0], tolerance)
        return self.done.setdefault(ident, found[0])

    # ------------------------------------------------------------------------------------------------ files

    def checked(self, source: dict) -> Path:
        """Return the file of a source, whose content must be what it was."""
        path = self.folder / source["carrier"]
        if sha256(path) != source["sha256"] or self.receipt["files"][source["carrier"]]["sha256"] != source["sha256"]:
            raise Differs(f"{source['carrier']}: sha256 differs")
        return path

    def cell(self, source: dict, told: dict) -> object:
        """Return one cell in the unit of the receipt."""
        change = source["correction"]
        raw = read_cell(self.checked(source), source, blank=bool(change) and not change["old"])
        if change:  # the file keeps the old value; the form gave the new one
            old = float(Fraction(str(raw)) * Fraction(source["factor"]).limit_denominator(10**6)) if raw else raw
            if change["old"] and isinstance(old, float):
                expect(source["column"], float(change["old"]), old)
            return float(change["new"]) if isinstance(told["value"], int | float) else change["new"]
        if isinstance(told["value"], bool) or not isinstance(told["value"], int | float):
            return as_text(raw)
        return float(Fraction(str(raw)) * Fraction(source["factor"]).limit_denominator(10**6))

    def shape(self, place: int, part: dict) -> object:
        """Return the polygon of the n-th source of a figure."""
        source = part["sources"][place]
        self.checked(source)
        return polygon(self.folder / source["file"], source["sheet"], source["row"])


class Parts:
    """The operands of a formula with their values; of other figures as derived here, never as told."""

    def __init__(self, deriver: Deriver, made: dict) -> None:
        self.deriver, self.made = deriver, made
        self.pairs = [
            (o["role"], deriver.figure(o["figure"]) if "figure" in o else o["value"]) for o in made["operands"]
        ]

    def __getitem__(self, role: str):
        return next(value for name, value in self.pairs if name == role)

    def of(self, role: str) -> list:
        return [value for name, value in self.pairs if name == role]

    def column(self, place: int) -> list:
        """Return one column of the members the formula runs over."""
        table = self.deriver.receipt["members"][self.made["members"]]
        at = table["columns"].index(self.made["columns"][place])
        return [row[at] for row in table["rows"]]


def expect(ident: str, told: object, found: object, tolerance: float = CLOSE) -> None:
    """Raise where a figure is told otherwise than it is found."""
    if isinstance(told, bool) or isinstance(found, bool) or told is None or isinstance(told, str):
        same = as_text(told) == as_text(found)
    else:
        same = math.isclose(told, float(found), rel_tol=tolerance, abs_tol=1e-12)
    if not same:
        raise Differs(f"{ident}: told {told!r}, found {found!r}")


def as_text(value: object) -> str:
    """Return a cell as text: days as ISO days, whole numbers without a fraction."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    words = {"自有": "own", "承租": "lease"}
    return words.get(str(value).strip(), str(value).strip())


# ------------------------------------------------------------------------------------------- reading files


@cache
def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_cell(path: Path, source: dict, *, blank: bool = False) -> object:
    """Return the cell at the row of a source under its header; the header stands somewhere above."""
    if path.suffix.lower() == ".dbf":
        names, rows = dbf(path, source["encoding"])
        return rows[source["row"] - 1][names.index(source["header"])]
    if path.suffix.lower() == ".gpkg":
        return layer(path, source["sheet"])[source["header"]].iloc[source["row"] - 1]
    rows = sheet(path, source["sheet"]) if path.suffix == ".xlsx" else records(path, source["encoding"])
    above = [row for row in rows[: source["row"] - 1] if source["header"] in row]
    if not above:
        raise Differs(f"{path.name}: no header {source['header']}")
    value = rows[source["row"] - 1][above[-1].index(source["header"])]
    if value in (None, "") and not blank:
        raise Differs(f"{path.name}: row {source['row']} is blank under {source['header']}")
    return value


@cache
def sheet(path: Path, name: str) -> list[list]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    page = book[name] if name else book.worksheets[0]
    rows = [list(row) for row in page.iter_rows(values_only=True)]
    book.close()
    return rows


@cache
def layer(path: Path, name: str):
    import pyogrio

    return pyogrio.read_dataframe(path, layer=name or None, read_geometry=False)


@cache
def records(path: Path, encoding: str) -> list[list[str]]:
    text = path.read_bytes().decode(encoding).removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text, newline="")))


@cache
def dbf(path: Path, encoding: str) -> tuple[list[str], list[list]]:
    """Return field names and records of a dBASE III table."""
    data = path.read_bytes()
    count, head, size = struct.unpack("<IHH", data[4:12])
    fields, at = [], 32
    while data[at] != 0x0D:
        name = data[at : at + 11].split(b"\0")[0].decode(encoding)
        fields.append((name, chr(data[at + 11]), data[at + 16]))
        at += 32
    rows = []
    for number in range(count):
        place, row = head + number * size + 1, []
        for _, kind, width in fields:
            text = data[place : place + width].decode(encoding, errors="replace").strip(" \0")
            row.append(Decimal(text) if kind in "NF" and text else text)
            place += width
        rows.append(row)
    return [name for name, _, _ in fields], rows


@cache
def polygon(path: Path, layer: str, row: int):
    """Return one polygon of a layer, and its CRS."""
    return shapes(path, layer)[row - 1]


@cache
def shapes(path: Path, layer: str) -> list:
    import pyogrio
    import shapely

    meta, _, wkb, _ = pyogrio.raw.read(path, layer=layer or None, columns=[])
    return [(shape, meta["crs"]) for shape in shapely.from_wkb(wkb)]


# ------------------------------------------------------------------------------------------------ formulas


def largest_remainder(whole: int, weights: list[int], order: list) -> list[int]:
    """Split a whole number by weights: everybody the floor, what is left one by one to the largest remainders."""
    total = sum(weights)
    parts = [whole * weight // total for weight in weights]
    rest = [whole * weight % total for weight in weights]
    best = sorted(range(len(weights)), key=lambda i: (-rest[i], order[i]))
    for i in best[: whole - sum(parts)]:
        parts[i] += 1
    return parts


def cm2(mu: float) -> int:
    return round(float(Fraction(mu) * MU) * 10_000)


def whole(mu: float) -> float:
    """Return land in whole square centimetres, as mu."""
    return cm2(mu) / 10_000 / float(MU)


def by_floor(d: Deriver, ident: str, p: Parts) -> float:
    floors = [round(Fraction(value) * 10_000) for value in p.of("part")]
    users = [o["figure"].split(".")[2] for o in p.made["operands"] if o["role"] == "part"]
    own = ident.split(".")[2]
    return largest_remainder(cm2(p["a"]), floors, users)[users.index(own)] / 10_000 / float(MU)


def allotted(d: Deriver, ident: str, p: Parts) -> float:
    parts = PARTS[d.figures[ident]["unit"]]
    refs = [o["figure"] for o in p.made["operands"] if o["role"] == "part"]
    here = next(o["figure"] for o in p.made["operands"] if o["role"] == "b")
    lands = [cm2(value) for value in p.of("part")]
    order = [ref.split(".")[1] for ref in refs]
    return largest_remainder(round(p["a"] * parts), lands, order)[refs.index(here)] / parts


def weighted_mean(pairs: list[tuple[float, float]]) -> float:
    return math.fsum(w * v for w, v in pairs) / math.fsum(w for w, _ in pairs)


def group_base(d: Deriver, ident: str, p: Parts) -> float:
    both = [(a, b) for a, b in zip(p.column(0), p.column(1), strict=True) if a is not None and b is not None]
    return math.fsum(a for a, _ in both) / math.fsum(b for _, b in both)


def share_of_land(d: Deriver, ident: str, p: Parts) -> float:
    rated = [(land, said) for land, said in zip(p.column(0), p.column(1), strict=True) if said is not None]
    return math.fsum(land for land, said in rated if said) / math.fsum(land for land, _ in rated)


def score(d: Deriver, ident: str, p: Parts) -> float:
    return round(100 * weighted_mean(list(zip(p.of("weight"), p.of("value"), strict=True))), 9)


def between(d: Deriver, ident: str, p: Parts) -> float:
    span = p["c"] - p["b"]
    share = (p["a"] - p["b"]) / span if span > 0 else 1.0
    return (p["d"] + (100 - p["d"]) * share) / 100


def between_locked(d: Deriver, ident: str, p: Parts) -> float:
    if p["a"] < p["b"]:
        return p["d"] / 100
    return 1.0 if p["a"] >= p["c"] else between(d, ident, p)


def half_up(d: Deriver, ident: str, p: Parts) -> int:
    return math.floor(Fraction(p["a"]) * p["b"] + Fraction(1, 2))


def day(value: object) -> dt.date:
    return dt.date.fromisoformat(str(value)[:10])


def years_on(start: dt.date, years: int) -> dt.date:
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def full_years(start: dt.date, today: dt.date, *, same_day: bool) -> int:
    years = 0
    while (today >= years_on(start, years + 1)) if same_day else (today > years_on(start, years + 1)):
        years += 1
    return years


def years_full_on(p: Parts, after: int) -> str:
    return (years_on(day(p["a"]), int(p["b"])) + dt.timedelta(days=after)).isoformat()


def plane_area(d: Deriver, ident: str, p: Parts) -> float:
    return d.shape(0, d.figures[ident])[0].area


def overlap_area(d: Deriver, ident: str, p: Parts) -> float:
    sources = d.figures[ident]["sources"]
    own, zone = d.shape(0, d.figures[ident]), d.shape(len(sources) - 1, d.figures[ident])
    return own[0].intersection(zone[0]).area


def ellipsoid_area(d: Deriver, ident: str, p: Parts) -> float:
    """Return the geodesic area of the polygon with its edges cut into pieces of 20 m."""
    import pyproj
    import shapely

    shape, crs = d.shape(0, d.figures[ident])
    turn = pyproj.Transformer.from_crs(crs, pyproj.CRS(crs).geodetic_crs, always_xy=True)
    fine = shapely.transform(shapely.segmentize(shape, 20.0), turn.transform, interleaved=False)
    return abs(pyproj.CRS(crs).get_geod().geometry_area_perimeter(fine)[0])


FORMULAS = {
    "converted": lambda d, i, p: float(Fraction(p["a"]) / MU),
    "converted_whole": lambda d, i, p: whole(float(Fraction(p["a"]) / MU)),
    "whole": lambda d, i, p: whole(p["a"]),
    "less_sublet": lambda d, i, p: whole(float(Fraction(p["a"]) / MU)) - math.fsum(p.of("part")),
    "same": lambda d, i, p: p["a"],
    "revenue": lambda d, i, p: p["a"],
    "mean": lambda d, i, p: math.fsum(p.of("part")) / len(p.of("part")),
    "sum": lambda d, i, p: math.fsum(p.of("part")),
    "rest": lambda d, i, p: whole(p["a"]) - math.fsum(p.of("part")),
    "by_floor": by_floor,
    "allotted": allotted,
    "quotient": lambda d, i, p: p["a"] / p["b"],
    "product": lambda d, i, p: p["a"] * p["b"],
    "product_less": lambda d, i, p: p["a"] * p["b"] - p["c"],
    "weighted_mean": lambda d, i, p: weighted_mean(list(zip(p.of("weight"), p.of("value"), strict=True))),
    "reference_mean": lambda d, i, p: weighted_mean(list(zip(p.column(0), p.column(1), strict=True))),
    "group_base": group_base,
    "clipped_ratio": lambda d, i, p: min(max(p["a"] / p["b"], 0.0), p["c"]),
    "floored_ratio": lambda d, i, p: max(p["a"] / p["b"], 0.0),
    "between": between,
    **dict.fromkeys(("between_locked", "below_locked", "above_locked"), between_locked),
    "lowest": lambda d, i, p: min(value for value in p.column(0) if value is not None),
    "highest": lambda d, i, p: max(value for value in p.column(0) if value is not None),
    "member_mean": lambda d, i, p: math.fsum(known := [v for v in p.column(0) if v is not None]) / len(known),
    "scaled_quotient": lambda d, i, p: p["a"] / p["b"] * p["c"],
    "score": score,
    "count": lambda d, i, p: len(p.column(0)),
    "half_up": half_up,
    "kth_lowest": lambda d, i, p: sorted(p.column(0))[int(p["a"]) - 1],
    "rank": lambda d, i, p: 1 + sum(other < p["a"] for other in p.column(0)),
    "from_top": lambda d, i, p: p["b"] + 1 - p["a"],
    "not_above": lambda d, i, p: p["a"] <= p["b"],
    "number_not_above": lambda d, i, p: sum(other <= p["a"] for other in p.column(0)),
    "share_of_land": share_of_land,
    "plus_days": lambda d, i, p: (day(p["a"]) + dt.timedelta(days=int(p["b"]))).isoformat(),
    "days_between": lambda d, i, p: (day(p["b"]) - day(p["a"])).days,
    "full_years": lambda d, i, p: full_years(day(p["a"]), day(p["b"]), same_day=False),
    "full_years_same_day": lambda d, i, p: full_years(day(p["a"]), day(p["b"]), same_day=True),
    "years_full_on": lambda d, i, p: years_full_on(p, 1),
    "years_full_on_same_day": lambda d, i, p: years_full_on(p, 0),
    "plane_area": plane_area,
    "overlap_area": overlap_area,
    "ellipsoid_area": ellipsoid_area,
    "measured": lambda d, i, p: d.figures[i]["value"],
}
"""Kind of formula (docs/how-to/receipt.md) -> how it is evaluated here."""


if __name__ == "__main__":
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    wrong = Deriver(told, Path(sys.argv[2])).all()
    sys.stdout.write("".join(f"{ident}: {what}\n" for ident, what in wrong.items()) or "all figures hold\n")
    sys.exit(bool(wrong))
