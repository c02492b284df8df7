"""What the generator passes on: firms and plots, filled step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from shapely.geometry.base import BaseGeometry


@dataclass
class Firm:
    """An enterprise of the table with its planned status, land and accounts of 2025."""

    number: int
    uscc: str
    name: str
    division: str
    industry_code: str
    status: str
    scale: str
    land: int = 0
    """Planned land in hundredths of a square metre."""
    n_plots: int = 0
    place: str = ""
    registered_on: date = date(2010, 1, 1)
    registry_state: str = "存续"
    production_state: str = "正常"
    exemption: str = ""
    labels: str = ""
    former_names: str = ""
    origin: str = "本地"
    tenant_of: str = ""
    accounts: dict[int, dict[str, float]] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)


@dataclass
class Plot:
    """A plot: where, which state, whose, how large, and its contract facts."""

    key: str
    place: str
    state: str
    area: int = 0
    """Registered area in hundredths of a square metre."""
    firm: Firm | None = None
    holder: str = ""
    holder_uscc: str = ""
    geometry_factor: float = 1.0
    parcel_id: str = ""
    town: str = ""
    address: str = ""
    land_use: str = "工业用地"
    level: str = ""
    idle_case: str = ""
    category: str = ""
    marks: set[str] = field(default_factory=set)
    contract: dict[str, object] = field(default_factory=dict)
    registry: dict[str, object] = field(default_factory=dict)
    shape: BaseGeometry | None = None

    @property
    def area_m2(self) -> float:
        """Give the registered area in square metres."""
        return self.area / 100

    @property
    def geometry(self) -> BaseGeometry:
        """Give the polygon; every plot has one after the layout."""
        if self.shape is None:
            raise ValueError(f"{self.key} has no polygon yet")
        return self.shape
