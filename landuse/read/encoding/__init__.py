"""Decide in which encoding a text file or a shapefile's table is written; refuse where the bytes do not tell.

Decoding is no proof: Big5 bytes decode as GB18030, and a short word in GBK may be valid UTF-8. What is read must stand
in the common character tables, a declaration must hold against the bytes, and what cannot be decided is fatal, with the
first rows under each candidate shown.
"""

from landuse.read.encoding.names import BIG5, CHINESE, UTF8, codec_of, sibling
from landuse.read.encoding.shapefile import TableField, cut_cells, dbf_encoding, judge_dbf, table_fields, table_records
from landuse.read.encoding.textfile import Decided, judge_file, judge_text, text_encoding, wide_codec

__all__ = [
    "BIG5",
    "CHINESE",
    "UTF8",
    "Decided",
    "TableField",
    "codec_of",
    "cut_cells",
    "dbf_encoding",
    "judge_dbf",
    "judge_file",
    "judge_text",
    "sibling",
    "table_fields",
    "table_records",
    "text_encoding",
    "wide_codec",
]
