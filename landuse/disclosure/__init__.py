"""Decide what others than the bureau may see of an analysis: fields by a whitelist, sums, positions."""

from landuse.disclosure.aggregates import aggregates
from landuse.disclosure.basemaps import lacks_review
from landuse.disclosure.boundaries import boundary_faults
from landuse.disclosure.coarse import coarse
from landuse.disclosure.view import AGGREGATES, ToldProject, for_audience
from landuse.disclosure.whitelist import AUDIENCES, Whitelist, audiences_of, folder_of, whitelist

__all__ = [
    "AGGREGATES",
    "AUDIENCES",
    "ToldProject",
    "Whitelist",
    "aggregates",
    "audiences_of",
    "boundary_faults",
    "coarse",
    "folder_of",
    "for_audience",
    "lacks_review",
    "whitelist",
]
