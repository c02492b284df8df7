"""The land itself: river, railway, roads outside the parks, villages, lake, towns and the county boundary."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely
from shapely import LineString, MultiPoint, Polygon
from shapely.affinity import rotate, translate
from shapely.geometry.base import BaseGeometry

from generator.curves import blob, rough, rough_ring, rounded_ring, spline
from generator.spec import PLACES, Place

RIVER_HALF, GREEN_BELT = 22.0, 34.0
TOWN_SEEDS: dict[str, tuple[tuple[float, float], ...]] = {
    "城关街道": ((-200, 500), (1500, 700), (2300, 1600), (1500, 2600), (-600, 1800), (3100, 1500)),
    "城东街道": ((1300, -1100), (2500, -1100), (2100, -2200), (900, -2200), (3200, -2000)),
    "石桥镇": ((-3400, 1500), (-4300, 300), (-3100, 3000), (-4700, 2600)),
    "青塘镇": ((-2100, -3100), (-3500, -2600), (-1500, -3900), (-3800, -4200)),
    "柳河镇": ((4200, 3600), (3100, 4300), (5200, 2500), (4300, 2300)),
    "东湾镇": ((4900, -300), (5000, -1700), (4700, -3200)),
    "南岭乡": ((500, -4400), (2300, -4500), (-300, -5000)),
}
# fmt: off
RIVER_COURSE = ((-6400, 4300), (-5200, 3600), (-4200, 3150), (-3000, 2900), (-2100, 2250), (-1500, 1350), (-800,
    650), (-50, 150), (420, -420), (980, -950), (1500, -1240), (1900, -1700), (2450, -1980), (3000, -2060), (3500,
    -2450), (4300, -2900), (5000, -3300), (6000, -3200), (6800, -3600))
RAILWAY_COURSE = ((-6600, -4500), (-5000, -3560), (-3200, -2820), (-1500, -2130), (-520, -1550), (160, -830), (520,
    -60), (700, 800), (640, 1700), (900, 2650), (1800, 3350), (3000, 4350), (4300, 4700), (6800, 5600))
POWER_COURSE = ((-6000, -900), (-3900, -1250), (-2300, -1000), (-1300, -3050), (600, -3250), (2600, -3180), (3900,
    -2300), (4300, -300), (4400, 1800), (6200, 2600))
VILLAGES = (
    ("上河村", -2300, 3500, 190), ("杨家屯", -1900, -1200, 170),
    ("后柳村", 3100, 3000, 150), ("新桥村", 4500, 700, 180),
)
# fmt: on
BUILT_UP = (
    ("城关街道", -560, 880, 520),
    ("城东街道", 300, -1250, 260),
    ("石桥镇", -4250, 2150, 270),
    ("青塘镇", -3120, -4420, 260),
    ("柳河镇", 4260, 4200, 260),
    ("东湾镇", 5080, -1700, 240),
    ("南岭乡", 960, -4150, 150),
)
BOUNDARY = (
    (-5600, 3300),
    (-4600, 4600),
    (-2700, 4300),
    (-900, 4900),
    (1300, 4500),
    (3200, 5400),
    (5200, 4900),
    (6000, 3000),
    (5500, 1000),
    (6100, -1200),
    (5600, -3400),
    (4000, -4500),
    (2300, -5500),
    (200, -5700),
    (-1800, -5100),
    (-4100, -5000),
    (-5500, -3600),
    (-5000, -1500),
    (-5800, 700),
)


@dataclass(frozen=True)
class Road:
    """A named road by its centre line and full width in metres."""

    name: str
    kind: str
    width: float
    line: LineString


@dataclass
class Terrain:
    """Everything of the map that is not a parcel, in metres from the centre of the district."""

    river: LineString
    railway: LineString
    power_line: LineString
    lake: Polygon
    villages: list[tuple[str, Polygon]]
    built_up: list[tuple[str, BaseGeometry]]
    county: Polygon
    towns: dict[str, BaseGeometry]
    roads: list[Road] = field(default_factory=list)

    @property
    def river_strip(self) -> BaseGeometry:
        """Give the water of the river."""
        return self.river.buffer(RIVER_HALF)

    @property
    def green_strip(self) -> BaseGeometry:
        """Give the river with its green belt on both banks."""
        return self.river.buffer(RIVER_HALF + GREEN_BELT)


def place_shape(place: Place, shape: BaseGeometry) -> BaseGeometry:
    """Move a shape from the upright axes of a park to the map."""
    return translate(rotate(shape, place.rotation, origin=(0, 0)), *place.origin)


def park_frame(place: Place) -> Polygon:
    """Give the frame of a park on the map."""
    return place_shape(place, shapely.box(0, 0, *place.size))


def build_terrain(rng: np.random.Generator) -> Terrain:
    """Draw the land and the main roads."""
    county = rough_ring([(float(x), float(y)) for x, y in BOUNDARY], share=0.13, depth=5)
    river, railway, power = spline(RIVER_COURSE), spline(RAILWAY_COURSE), LineString(POWER_COURSE)
    villages = [(name, blob(x, y, radius, rng)) for name, x, y, radius in VILLAGES]
    lake = blob(-1500, -4330, 310, rng, 0.16)
    clear = shapely.union_all(
        [river.buffer(RIVER_HALF + GREEN_BELT), *[park_frame(p).buffer(30) for p in PLACES if p.park]]
    )
    built_up = [(f"{town}建成区", blob(x, y, radius, rng, 0.2).difference(clear)) for town, x, y, radius in BUILT_UP]
    inside = county.buffer(150)
    terrain = Terrain(
        river.intersection(inside),
        railway.intersection(inside),
        power.intersection(inside),
        lake,
        villages,
        built_up,
        county,
        _towns(county),
    )
    terrain.roads.extend(_main_roads())
    return terrain


def _towns(county: Polygon) -> dict[str, BaseGeometry]:
    """Divide the county into towns: cells round their seeds with rough common borders."""
    seeds = MultiPoint([point for points in TOWN_SEEDS.values() for point in points])
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=county.buffer(3000)))
    merged = {
        town: shapely.union_all([cell for cell in cells if any(cell.covers(shapely.Point(p)) for p in points)])
        for town, points in TOWN_SEEDS.items()
    }
    frames = [park_frame(place).buffer(60) for place in PLACES if place.park]
    lines = []
    for cell in cells:
        ring = [(round(x, 3), round(y, 3)) for x, y in cell.exterior.coords]
        for start, end in pairwise(ring):
            edge = LineString(rough(start, end, share=0.16, depth=4))
            near_park = any(edge.intersects(frame) for frame in frames)
            lines.append(LineString([start, end]) if near_park else edge)
    faces = shapely.get_parts(shapely.polygonize([shapely.unary_union([*lines, county.exterior])]))
    towns: dict[str, list[BaseGeometry]] = {town: [] for town in merged}
    for face in faces:
        if county.contains(face.representative_point()):
            best = max(merged, key=lambda town: merged[town].intersection(face).area)
            towns[best].append(face)
    return {town: shapely.union_all(parts) for town, parts in towns.items()}


def _main_roads() -> list[Road]:
    """Give the ring, the avenue and the county roads between the places."""
    return [
        Road("示范大道", "城市快速路", 45, rounded_ring((-1150, -2990, 3720, 2680), 850)),
        Road(
            "安澜大道",
            "主干路",
            45,
            spline(
                [
                    (-5600, -420),
                    (-4300, -540),
                    (-2600, -470),
                    (-1150, -560),
                    (300, -640),
                    (900, -670),
                    (2100, -670),
                    (3300, -670),
                    (4700, -760),
                    (6000, -980),
                ]
            ),
        ),
        Road("石鞋路", "主干路", 30, spline([(-3330, -490), (-3400, 300), (-3480, 760)])),
        Road("石桥路", "县道", 18, spline([(-1150, 1900), (-2000, 1750), (-2560, 1520), (-2848, 1345)])),
        Road("青矿路", "县道", 18, spline([(-1090, -2440), (-1330, -2660), (-1583, -2788)])),
        Road("青塘路", "县道", 18, spline([(-2093, -3518), (-2260, -3950), (-2640, -4450), (-2900, -5000)])),
        Road("柳河路", "县道", 30, spline([(3480, 2370), (3720, 2700), (4060, 2960), (4195, 3238)])),
        Road("东湾路", "县道", 18, spline([(4650, -760), (5050, -1500), (4950, -2500), (5100, -3100), (5400, -4000)])),
        Road("南岭路", "县道", 18, spline([(1300, -2990), (1150, -3600), (900, -4300), (1100, -5400)])),
        Road("中心街", "次干路", 30, spline([(-1150, 480), (-700, 330), (-200, 30), (140, -610)])),
        Road("城北路", "次干路", 30, spline([(-1150, 1500), (-300, 1300), (450, 1250), (1090, 1330)])),
    ]
