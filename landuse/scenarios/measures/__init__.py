"""Say for each parcel which disposal measures are possible, and what each costs and brings (DOMAIN 9.1, 9.2)."""

from landuse.scenarios.measures.book import Book, book_of
from landuse.scenarios.measures.eligible import eligibility, facts
from landuse.scenarios.measures.options import MeasureGround, options

__all__ = ["Book", "MeasureGround", "book_of", "eligibility", "facts", "options"]
