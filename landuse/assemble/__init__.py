"""Turn what was read into typed tables: keys, geometry, areas, who uses which land, land price, allocation."""

from landuse.assemble.base import base_tables as base_tables
