"""Lay described documents out as .docx files: the same bytes for the same document, template and charts."""

from landuse.reports.word.layout import write_document
from landuse.reports.word.maps import maps_of
from landuse.reports.word.template import named_template, read_template, template_bytes, template_faults

__all__ = ["maps_of", "named_template", "read_template", "template_bytes", "template_faults", "write_document"]
