"""Read the input files of a project into raw tables: canonical columns, units converted, every cell traceable."""

from landuse.read.intake import read_tables

__all__ = ["read_tables"]
