"""Describe the forms that go round: asked of bureaus, confirmed by enterprises, decided on by a meeting. Pure."""

from landuse.reports.content.forms.problems import problems_book
from landuse.reports.content.forms.procedure import confirmations, objections_book, review_book
from landuse.reports.content.forms.requests import KnownKeys, known_keys, request_books

__all__ = [
    "KnownKeys",
    "confirmations",
    "known_keys",
    "objections_book",
    "problems_book",
    "request_books",
    "review_book",
]
