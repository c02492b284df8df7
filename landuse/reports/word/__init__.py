"""Lay described documents out as .docx files: the same bytes for the same document, template and charts."""

from landuse.reports.word.layout import write_document
from landuse.reports.word.maps import maps_of
from landuse.reports.word.template import read_template, template_bytes

__all__ = ["maps_of", "read_template", "template_bytes", "write_document"]
