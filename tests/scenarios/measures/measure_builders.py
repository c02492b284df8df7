"""Build a plot, its users and the catalogue, in domain words."""

from datetime import date

import pandas as pd

from landuse.planning.measures import MeasureNumbers, Measures
from landuse.scenarios.measures import MeasureGround, book_of, options

AS_OF = date(2026, 6, 30)
PLOT = {
    "parcel_id": "A",
    "area_mu": 10.0,
    "efficiency_class": "low",
    "idle_class": "NORMAL",
    "idle_cause": None,
    "idle_years": float("nan"),
    "contract_date": date(2006, 6, 30),
    "term_end": date(2056, 6, 30),
    "land_price_wan": 200.0,
    "price_coefficient": 1.0,
    "far": 0.6,
    "far_required": 0.9,
    "site_coverage": 0.4,
    "built_share": 0.8,
    "invest_actual_wan": 1000 / 3,
    "tax_wan": 30.0,
    "output_wan": 1000.0,
    "energy_tce": 50.0,
    "mortgage_no": None,
    "seizure_no": None,
    "idle_fee_wan": float("nan"),
}
FIRM = {
    "uscc": "U",
    "production_state": "正常",
    "registry_state": "存续",
    "low_efficiency": True,
    "grade": "C",
    "tax_wan": 30.0,
    "output_wan": 1000.0,
    "energy_tce": 50.0,
    "reasons": ["R01"],
    "reasons_noted": [],
}
USE = {"parcel_id": "A", "uscc": "U", "land_mu": 10.0, "weight_of_enterprise": 1.0}
BOOKS = {"uscc": "U", "employees": 40.0, "profit_wan": 24.0}


def plots(*changes):
    return pd.DataFrame([{**PLOT, **change} for change in changes or ({},)])


def firms(*changes):
    return pd.DataFrame([{**FIRM, **change} for change in changes or ({},)])


def uses(*changes):
    return pd.DataFrame([{**USE, **change} for change in changes or ({},)])


def books(*changes):
    return pd.DataFrame([{**BOOKS, **change} for change in changes or ({},)])


def ground(parcels=None, enterprises=None, occupancy=None, accounts=None):
    given = [
        made() if table is None else table
        for table, made in ((parcels, plots), (enterprises, firms), (occupancy, uses), (accounts, books))
    ]
    return MeasureGround(*given, AS_OF)


def numbers(**changes):
    return MeasureNumbers.model_validate(changes)


def plain_book(**settings):
    """The shipped catalogue without discount, over 4 years, the land at the price of its contract."""
    return book_of(Measures.model_validate({"discount": 0.0, "horizon_years": 4, "land_value": "contract", **settings}))


def option(measure, book=None, **tables):
    """The one option of a measure."""
    found = options(ground(**tables), book or plain_book())
    return found.loc[found["measure"].eq(measure)].squeeze(axis=0)


def offered(book=None, **tables):
    """Codes of the options that are decided."""
    found = options(ground(**tables), book or plain_book())
    return found.loc[found["cost_wan"].notna() | found["missing"].eq(""), "measure"].tolist()
