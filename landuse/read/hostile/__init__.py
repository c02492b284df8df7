"""Refuse what would hang, fill the memory, reach out of this machine or be read in part: quickly, with one sentence."""

from landuse.read.hostile.archives import guard_archive
from landuse.read.hostile.books import guard_book
from landuse.read.hostile.drawings import guard_blocks
from landuse.read.hostile.extent import guard_width
from landuse.read.hostile.kinds import foreign_kind
from landuse.read.hostile.layers import guard_geopackage, guard_shapefile, guard_tables
from landuse.read.hostile.markup import guard_json, guard_xml
from landuse.read.hostile.paths import guard_file, guard_folder, guard_path, guard_sides
from landuse.read.hostile.shapes import shallow

__all__ = [
    "foreign_kind",
    "guard_archive",
    "guard_blocks",
    "guard_book",
    "guard_file",
    "guard_folder",
    "guard_geopackage",
    "guard_json",
    "guard_path",
    "guard_shapefile",
    "guard_sides",
    "guard_tables",
    "guard_width",
    "guard_xml",
    "shallow",
]
