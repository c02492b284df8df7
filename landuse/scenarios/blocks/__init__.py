"""Assemble neighbouring parcels into blocks large enough for a project (连片)."""

from landuse.scenarios.blocks.assemble import Block, Land, Site, assemble
from landuse.scenarios.blocks.neighbours import neighbours

__all__ = ["Block", "Land", "Site", "assemble", "neighbours"]
