"""[print]: what every printed page says of the bureau and of the data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from landuse.settings import Day, Section


class Print(Section):
    """[print]: what every sheet, plot page, letter and report states alike; blank = left blank for a pen."""

    organisation: str = ""
    """编制单位."""
    region_name: str = ""
    """Name of the county or district in titles; blank = the name of the project."""
    secrecy: str = "内部资料 注意保存"
    """密级, or the mark of internal matter (DOMAIN 11.4); not printed on public outputs."""
    drawn_on: Day | None = None
    """制图日期; blank = the day of the idle-land rules (`as_of`)."""
    height_datum: str = "1985国家高程基准"
    """高程基准 as printed."""
    data_date: str = ""
    """数据时点 as printed; blank = land date and year of the accounts."""
    doc_number: str = ""
    """文号 of report and letters."""
    palette: Literal["standard", "safe"] = "standard"
    """Colours of printed maps: those of the web map, or those for colour-blind readers and black-and-white printers."""
    underlay: str = ""
    """Orthophoto below the maps (GeoTIFF, with a CRS); blank = none."""
    underlay_strength: Annotated[float, Field(ge=0, le=1)] = 0.5
    """1 = as in the file, 0 = white."""
