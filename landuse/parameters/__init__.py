"""The project file as a workbook (参数.xlsx): a sheet a section, filled in and read back without loss."""

from landuse.parameters.book import is_book, placed, read_book
from landuse.parameters.fill import normal, pages_of
from landuse.parameters.text import comments_of, toml_text
from landuse.parameters.tree import Tree

__all__ = ["Tree", "comments_of", "is_book", "normal", "pages_of", "placed", "read_book", "toml_text"]
