"""Choose one measure or none for every parcel, under limits all parcels share, with a proven bound."""

from landuse.scenarios.choose.plan import Plan, choose
from landuse.scenarios.choose.problem import NONE, Choice, Uses

__all__ = ["NONE", "Choice", "Plan", "Uses", "choose"]
