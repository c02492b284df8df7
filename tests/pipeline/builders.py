"""Build small projects in memory and run the whole analysis on them."""

from __future__ import annotations

from assemble.rawbuild import part, project, raw, square

from landuse.pipeline import analyse


def names(count):
    return [f"F{number:03d}" for number in range(count)]


def plots(count, **columns):
    """Return squares of 100 m, the first enterprises their holders."""
    shapes = [square(200 * number, 0) for number in range(count)]
    ids = [f"P{number:03d}" for number in range(count)]
    known = {"holder_uscc": names(count), "registered_area_m2": [10_000.0] * count, **columns}
    return part("parcels", "plots.gpkg", geometry=shapes, parcel_id=ids, **known)


def firms(count, code="1951", **columns):
    ids = names(count)
    return part("enterprises", "firms.csv", uscc=ids, name=ids, industry_code=[code] * count, **columns)


def accounts(count, *, year=2025, **columns):
    """Return accounts that differ from enterprise to enterprise."""
    steps = range(count)
    known = {"tax_wan": [10.0 + i for i in steps], "output_wan": [100.0 + 7 * i for i in steps]}
    energy = {"energy_tce": [5.0 + i for i in steps]}
    return part("accounts", "books.csv", uscc=names(count), year=[year] * count, **{**known, **energy, **columns})


def lease(parcel, uscc, area=None, **columns):
    known = {"parcel_id": [parcel], "uscc": [uscc], "tenure": ["lease"], "area_m2": [area]}
    return part("occupancy", "leases.csv", **known, **columns)


def run(*parts, **sections):
    return analyse(raw(*parts), project(**sections))


def firm(analysis, uscc):
    return analysis.enterprises.set_index("uscc").loc[uscc]


def plot(analysis, parcel_id):
    return analysis.parcels.table.set_index("parcel_id").loc[parcel_id]
