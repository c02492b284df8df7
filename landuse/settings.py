"""State every setting a project file may carry: frozen, documented, validated once.

A default of None means "as the rule pack says" (`landuse.policy`).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import inf
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError


def _as_date(value: Any) -> Any:
    """Accept 2026-06-30 as a TOML date or as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _exact(value: Any) -> Any:
    """Take a float of the project file at its shortest decimal: 0.15 is 15/100, not its binary neighbour."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return value
    return exact if exact.is_finite() else value


def _ratio(value: Any) -> str:
    """Take a share as exact text: 0.5 and "1/2" alike; above 0 and at most 1."""
    text = str(value).strip()
    try:
        exact = Fraction(text)
    except (ValueError, ZeroDivisionError):
        exact = Fraction(0)
    if isinstance(value, bool) or not 0 < exact <= 1:
        raise PydanticCustomError("ratio", "a share")
    return text


def _limit(value: Any) -> Any:
    """Take a limit above 0, or one by scale; anything else is refused once, with both ways of saying it."""
    stated = value.values() if isinstance(value, dict) else (value,)
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) and 0 < one < inf for one in stated)
    if not numbers or (isinstance(value, dict) and not (value and set(value) <= {"规上", "规下"})):
        raise PydanticCustomError("limit", "a limit")
    return value


def as_path(value: Any) -> Any:
    r"""Give back the backslashes of a Windows path that TOML took for the escapes of control characters.

    ``data\new.csv`` in double quotes is ``data``, a line break and ``ew.csv`` to TOML; no path holds a line break.
    """
    return value.translate(ESCAPES) if isinstance(value, str) else value


ESCAPES: Final = str.maketrans({"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"})
"""Control character -> the backslash and letter it was written with."""
FilePath = Annotated[str, BeforeValidator(as_path)]
Day = Annotated[date, BeforeValidator(_as_date)]
ExactShare = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, le=1)]
Ratio = Annotated[str, BeforeValidator(_ratio)]
Limit = Annotated[float | dict[str, float], BeforeValidator(_limit)]
Weight = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Extremes = tuple[float, float]
"""Lowest and highest of a group."""


class Section(BaseModel):
    """A section of the project file: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


class Region(Section):
    """Where the data must lie; a check against wrong zones and swapped axes."""

    code: str = ""
    """Division code of the county, 6 digits."""
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    radius_km: float = Field(gt=0)


class ProjectSection(Section):
    """[project]: what is evaluated, for which year, as of which day."""

    name: str = Field(min_length=1)
    """Title of the evaluation, printed on every output."""
    year: int = Field(ge=1949, le=2200)
    """Year of the accounts."""
    land_date: Day | None = None
    """Day on which land use counts; default 31 December of `year`."""
    as_of: Day | None = None
    """Day for idle time; default `land_date`."""
    stage: Literal["初步", "公示", "最终"] = "初步"
    """Stage of the procedure; it decides the stamp (征求意见稿 / 公示稿 / 定稿)."""
    published_on: Day | None = None
    """Day on which the list was put up (公示起始日); the deadlines of `[stages]` are counted from it."""
    language: Literal["zh", "en"] = "zh"
    """Language of everything a user sees."""
    audience: Literal["internal", "superior", "public"] = "internal"
    """Who may see the outputs: internal ones stand in the folder of the results, others in a folder of their own."""
    region: Region | None = None
    """Where the data must lie; data elsewhere is refused."""


class FixedValue(Section):
    """A column that no file carries because it is the same for every row, e.g. ``year = { value = 2025 }``."""

    value: str | int | float | bool | date


ColumnSource = str | tuple[str, ...] | FixedValue


class InputEntry(Section):
    """One file of one input table."""

    path: FilePath
    """Relative to the project file; slashes either way."""
    layer: str | None = None
    sheet: str | None = None
    header_rows: int | tuple[int, ...] | None = None
    """1-based header row(s) as a user sees them; default the first row."""
    encoding: str | None = None
    crs: str | None = None
    axes: Literal["east_north", "north_east"] | None = None
    """Order of the coordinates in the file; north_east = northing (X) or latitude first: they are turned."""
    industry_edition: Literal[2002, 2011, 2017] | None = None
    """Edition of GB/T 4754 of industry_code; where unstated the names beside the codes tell, else it is 2017."""
    units: dict[str, str] = {}
    """Canonical column -> unit as a bureau writes it (元, 千元, 万元, 平方米, 亩 …)."""
    columns: dict[str, ColumnSource] = {}
    """Canonical column -> header, alternatives, or a fixed value; beats [columns.TABLE]."""


class RasterEntry(Section):
    """A named raster."""

    path: FilePath
    kind: Literal["class", "value"] = "class"
    built_classes: tuple[int, ...] = ()
    """Land-cover classes that count as built."""
    date: Day | None = None


class Areas(Section):
    """[areas]: which area is the area of record, and when two areas disagree."""

    use: Literal["registered", "ellipsoid", "projected"] = "registered"
    """Registered where stated, else the ellipsoidal area."""
    leased_out: Literal["evaluated", "always"] = "evaluated"
    """Leased-out land leaves its lessor only when the lessee is itself evaluated, or always."""
    tolerance_share: float = Field(default=0.01, ge=0)
    """Geometry and register may differ by the larger of this share … (DOMAIN 12.6)."""
    tolerance_m2: float = Field(default=5.0, ge=0)
    """… and this area, in m2."""
    overlap_min_m2: float = Field(default=1.0, ge=0)
    """An overlap counts from this area on …"""
    overlap_min_share: float = Field(default=0.01, ge=0)
    """… and this share of the smaller parcel on; smaller ones are slivers."""


class LandPrice(Section):
    """[land_price]: the price coefficient K."""

    apply: Literal["divide", "multiply", "none"] | None = None
    reference: float | None = Field(default=None, gt=0)
    """Reference price in yuan per m2; None = land-weighted mean of the evaluated enterprises."""
    overlay_min_share: float = Field(default=0.5, ge=0, le=1)
    """A parcel takes the overlay price when at least this share of it is covered."""


class Indicators(Section):
    """[indicators]: measures, weights and the cap."""

    years: Literal[1, 3] = 1
    min_indicators: int | None = Field(default=None, ge=1, le=12)
    weights: dict[str, Weight] | None = None
    """Measure (vocabulary/measures.toml) -> weight, for all enterprises alike: replaces every weight of the pack."""
    cap: float | None = Field(default=None, gt=0)
    revenue_for_output: bool | None = None
    """Unknown output is replaced by revenue."""


class Ranking(Section):
    """[ranking]: groups and the bottom share."""

    share: ExactShare | None = None
    level: Literal[2, 3, 4] | None = None
    min_group: int | None = Field(default=None, ge=1)
    within: Literal["industry", "industry_scale", "industry_park", "scale", "park", "all"] | None = None
    """Whom an enterprise is compared with: those of its industry, scale (规上 / 规下), park type, or everybody."""
    industry: Literal["gbt4754_2017", "gbt4754_2011", "plain"] = "gbt4754_2017"
    shared_parcel: Literal["apportion", "shared", "holder"] = "apportion"


class Rules(Section):
    """[rules]: the pack and the rules that make the verdict."""

    pack: FilePath = "default"
    """Name of a rule pack (``landuse packs`` lists them), or a file of your own, e.g. ``own.toml``."""
    enabled: tuple[str, ...] | None = None
    exempt_codes: tuple[str, ...] | None = None
    """Industry codes (prefixes) that are EXEMPT_PUBLIC beside divisions 44-46."""
    new_months: int | None = Field(default=None, ge=0)
    """Registered under so many months before the end of the year: EXEMPT_NEW."""
    small_mu: float | None = Field(default=None, ge=0)
    """Below scale with less land than this: EXEMPT_SMALL."""
    tax_limit_wan_per_mu: Limit | None = None
    """R02: tax per mu below this, in 10,000 yuan; one limit, or one by scale."""
    mean_share: Ratio | None = None
    """R03: tax per mu below this share of the mean of the group: a decimal, or text such as "1/3"."""
    large_mu: Positive | None = None
    """R07: below scale with at least so much land."""
    d_years: int | None = Field(default=None, ge=1, le=10)
    """R08: so many years in a row with the lowest grade."""
    ramp_years: int | None = Field(default=None, ge=0, le=20)
    """R10: years from agreed completion to agreed production."""
    prohibited_codes: tuple[str, ...] | None = None
    """R09: industry codes (prefixes) that are prohibited or to be phased out; without a list nothing is said."""
    controls: str | None = None
    """R04, R05: control table of the toolkit (policy/controls) to be used; those of [inputs] controls come first."""
    batches: dict[str, ExactShare] | None = None
    """Batch -> bottom share it reaches to, e.g. { "第一批" = 0.15, "第二批" = 0.20 }."""


class Idle(Section):
    """[idle]: the idle-land rule; its numbers stand in the statutes."""

    anniversary: Literal["day_after", "same_day"] = "day_after"
    """A full year is complete on the day after the anniversary (Civil Code art. 201-203) or on it."""


class Evidence(Section):
    """[evidence]: what buildings and rasters say."""

    double_storey_m: float = Field(default=8.0, gt=0)
    """A storey higher than this counts twice in the floor area ratio (DOMAIN 7.2)."""
    built_doubt_share: float = Field(default=0.5, ge=0, le=1)
    """A parcel said to be not started with at least this built share is a doubt."""


class Stability(Section):
    """[stability]: how firm the list stands, in so many draws of other plausible settings."""

    draws: int = Field(default=0, ge=0, le=100_000)
    """Number of draws; 0 = not computed."""
    seed: int = Field(default=1, ge=0)
    """Seed of the draws: the same seed gives the same result."""
    weights: float = Field(default=0.2, ge=0, lt=1)
    """Each weight is multiplied by a number between 1 - this and 1 + this."""
    years: tuple[Literal[1, 3], ...] = (1, 3)
    """Readings of the accounts beside that of the run: the year alone, the mean of three."""
    areas: tuple[Literal["registered", "ellipsoid", "projected"], ...] = ("registered", "ellipsoid")
    """Readings of the land beside that of the run, where both areas of a parcel are known."""
    price: tuple[Literal["as_run", "none"], ...] = ("as_run", "none")
    """With the land-price coefficient as in the run, and without."""
    tax_error: float = Field(default=0.02, ge=0, lt=1)
    """Relative error (standard deviation of the log) of tax …"""
    output_error: float = Field(default=0.05, ge=0, lt=1)
    """… of output …"""
    energy_error: float = Field(default=0.05, ge=0, lt=1)
    """… of energy …"""
    area_error: float = Field(default=0.02, ge=0, lt=1)
    """… and of land."""
    noise: Literal["posterior", "forward"] = "posterior"
    """posterior = errors conditioned on what was observed; forward = noise laid on the observation (not calibrated)."""
    firm_from: float = Field(default=0.95, ge=0, le=1)
    """稳定入围 from this share of the draws on (inclusive) …"""
    mostly_from: float = Field(default=0.5, ge=0, le=1)
    """… 多数入围 from this on (inclusive), 临界 below it."""


class Frozen(Section):
    """[frozen]: what an earlier run locked."""

    model_config = ConfigDict(populate_by_name=True)

    use: bool | None = None
    """Whether locked values hold; default yes where any are given."""
    from_file: FilePath | None = Field(default=None, alias="from")
    """`frozen.toml` of an earlier run, relative to the project file; a value stated here beats the one in the file."""
    groups: dict[str, str] = {}
    """uscc -> industry group."""
    bases: dict[str, dict[str, Positive]] = {}
    """Industry group -> indicator -> base."""
    dropped: dict[str, tuple[str, ...]] = {}
    """Industry group -> indicators that had no base, or no lowest and highest, and stay out."""
    extremes: dict[str, dict[str, Extremes]] = {}
    """Industry group -> indicator -> lowest and highest, where points run between them."""
    means: dict[str, dict[str, float]] = {}
    """Industry group -> indicator -> mean of its points, where that stands for an unknown one."""
    reference_price: float | None = Field(default=None, gt=0)


class Stages(Section):
    """[stages]: working days of the procedure; default `law/statutes/stages.toml`."""

    publication_working_days: int | None = Field(default=None, ge=1, le=366)
    """The list stays up so many working days."""
    objection_working_days: int | None = Field(default=None, ge=1, le=366)
    """Objections are taken for so many working days."""
    reply_working_days: int | None = Field(default=None, ge=1, le=366)
    """Objections are answered within so many working days after the last day for them."""


class Outputs(Section):
    """[outputs]: what is written."""

    only: tuple[Literal["tables", "map", "sheets", "report", "forms", "receipts"], ...] | None = None
    chinese_copies: bool | None = None
    """Copies under 成果/; default yes when the language is zh."""
    review_number: str = ""
    """审图号, where given."""
    attribution: str = ""
    notice: str = ""
    """A line for every sheet and the map, e.g. 演示数据,纯属虚构."""
    exchange: tuple[Literal["shp", "dxf", "txt"], ...] = ()
    """Parcels for other programs, in exchange/: Shapefile, CAD drawing (.dxf), boundary-point text; none by default."""
    receipts_up_to: int = Field(default=300, ge=0)
    """A whole run writes a receipt page of every listed parcel and enterprise, up to so many; 0 = when asked for."""
    also_for: tuple[Literal["superior", "public"], ...] = ()
    """Further audiences the same run writes for, each in a folder of its own: superior/, public/."""
    public_geometry: bool = True
    """Whether public outputs carry outlines; without them there is no map and no GeoPackage among them."""
    public_grid_m: float = Field(default=0.0, ge=0, le=10_000)
    """Public positions are moved to a grid of so many metres; 0 = as measured."""
    public_dominance: float = Field(default=0.85, gt=0, le=1)
    """A public sum is withheld where one enterprise has more than this share of it; 1 = whatever its share."""
    public_p_percent: float = Field(default=10.0, ge=0, le=100)
    """Per cent of the p% rule: a sum that tells the second firm the first one's as nearly is withheld; 0 = no."""


def _as_entries(value: Any) -> Any:
    """Accept a path, a table of options, or a list of both."""
    entries = value if isinstance(value, list | tuple) else (value,)
    return tuple({"path": entry} if isinstance(entry, str) else entry for entry in entries)


Entries = Annotated[tuple[InputEntry, ...], BeforeValidator(_as_entries)]
"""One entry per file: a path, a list of paths, or tables of options."""
