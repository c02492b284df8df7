"""Fill in the lists an authority asks for, by a form that is data: column -> field of a row, words, decimals."""

from landuse.reports.lists.book import write_list
from landuse.reports.lists.fields import known_fields, list_rows
from landuse.reports.lists.filled import Filled, fill_in
from landuse.reports.lists.form import ListForm, form_of, forms_of, list_faults
from landuse.reports.lists.template import fill_template, opened_template

__all__ = [
    "Filled",
    "ListForm",
    "fill_in",
    "fill_template",
    "form_of",
    "forms_of",
    "known_fields",
    "list_faults",
    "list_rows",
    "opened_template",
    "write_list",
]
