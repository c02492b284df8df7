"""Write the Word report as content: headings, sentences with their figures, tables. Pure: no file, no clock."""

from landuse.reports.content.report.document import report
from landuse.reports.content.report.model import Document
from landuse.reports.content.report.notice import public_notice
from landuse.reports.content.report.onepage import one_page

__all__ = ["Document", "one_page", "public_notice", "report"]
