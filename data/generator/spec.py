"""The fixed facts of the invented district: places, states, industries, prices, dates and totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SEED = 990781
DIVISION = "990781"
CENTRE_E, CENTRE_N = 40_378_000.0, 4_275_000.0
EPSG = 4528
YEAR = 2025
YEARS = (2023, 2024, 2025)
LAND_DATE = date(2025, 12, 31)
AS_OF = date(2026, 6, 30)
M2_PER_MU = 2000 / 3


@dataclass(frozen=True)
class Place:
    """One place of the layout: a park frame (local axes from its lower left corner) or the land outside the parks."""

    key: str
    park: str
    park_type: str
    code: str
    origin: tuple[float, float]
    size: tuple[float, float]
    rotation: float
    town: str
    n_plots: int
    total_mu: str


PLACES = (
    Place("GX", "安澜高新技术产业园", "新兴", "001", (1200, 600), (1900, 1600), 8, "城关街道", 112, "3046.20"),
    Place("CD", "安澜经济开发区城东片区", "传统", "002", (900, -2600), (2400, 1900), 0, "城东街道", 178, "4618.75"),
    Place("SQ", "石桥鞋服产业园", "就业型", "003", (-3900, 900), (900, 1100), -15, "石桥镇", 96, "1082.40"),
    Place("QT", "青塘建材产业园", "传统", "004", (-2800, -3800), (1500, 900), 22, "青塘镇", 61, "1490.85"),
    Place("LH", "柳河农产品加工园", "就业型", "005", (3700, 3200), (1000, 700), 5, "柳河镇", 52, "823.10"),
    Place("OUT", "", "", "006", (0, 0), (0, 0), 0, "", 101, "1118.30"),
)

TOWNS = {
    "城关街道": "001",
    "城东街道": "002",
    "石桥镇": "003",
    "青塘镇": "004",
    "柳河镇": "005",
    "东湾镇": "006",
    "南岭乡": "007",
}

STATE_TITLES = {
    "IN_USE": "参评企业在用",
    "EXEMPT": "免评在用",
    "BUILDING": "合同期内在建",
    "IDLE": "闲置时钟案例",
    "STOPPED": "停产空置",
    "NO_DATA": "有地无经济数据",
    "NON_INDUSTRIAL": "园区内非工业",
    "RESERVE": "批而未供与储备",
}
STATE_TOTALS = {
    "IN_USE": (388, "7796.00"),
    "EXEMPT": (20, "612.00"),
    "BUILDING": (34, "986.00"),
    "IDLE": (41, "1126.35"),
    "STOPPED": (37, "742.00"),
    "NO_DATA": (12, "118.00"),
    "NON_INDUSTRIAL": (38, "391.00"),
    "RESERVE": (30, "408.25"),
}
PLACE_KEYS = tuple(place.key for place in PLACES)
# Plots per state (row) and place (column, in the order of PLACES); both margins are the published totals.
COUNTS = {
    "IN_USE": (66, 112, 70, 36, 37, 67),
    "EXEMPT": (7, 6, 1, 2, 1, 3),
    "BUILDING": (11, 11, 3, 4, 2, 3),
    "IDLE": (9, 14, 3, 6, 3, 6),
    "STOPPED": (3, 11, 6, 6, 3, 8),
    "NO_DATA": (1, 2, 2, 1, 1, 5),
    "NON_INDUSTRIAL": (9, 15, 7, 3, 4, 0),
    "RESERVE": (6, 7, 4, 3, 1, 9),
}
# Land of ranked enterprises aimed at per place, in mu; the holders are dealt out to come close to it.
IN_USE_MU = {"GX": 1850, "CD": 3080, "SQ": 775, "QT": 850, "LH": 595, "OUT": 646}
# Standard-factory plots: (place, land in mu, tenants).
STANDARD_FACTORIES = (
    *(
        ("SQ", mu, n)
        for mu, n in zip(
            (24.1, 24.3, 24.0, 24.2, 24.4, 23.9, 24.3, 23.6, 23.8), (7, 7, 7, 7, 7, 7, 6, 6, 6), strict=True
        )
    ),
    *(("LH", mu, n) for mu, n in zip((33.6, 30.2, 29.4, 31.1, 28.7), (8, 7, 7, 7, 7), strict=True)),
)
TENANTS = {
    "SQ": {"18": 20, "19": 15, "17": 5, "24": 4, "29": 4, "21": 2, "23": 4, "33": 4, "22": 2},
    "LH": {"13": 14, "14": 9, "15": 1, "20": 3, "22": 1, "23": 3, "33": 3, "34": 2},
}
# Plots held by one firm -> number of such firms (62 firms with 160 plots; 214 more hold one).
MULTI_PLOT_FIRMS = {2: 40, 3: 12, 4: 6, 5: 4}


@dataclass(frozen=True)
class Industry:
    """One division of GB/T 4754-2017: ranked firms, those above size, mean mu, tax, output per mu and tce."""

    code: str
    name: str
    n: int
    n_large: int
    mean_mu: float
    tax: float
    output: float
    per_tce: float


INDUSTRIES = {
    row.code: row
    for row in (
        Industry("13", "农副食品加工业", 31, 12, 17, 4.2, 260, 24),
        Industry("14", "食品制造业", 19, 8, 15, 7.5, 240, 22),
        Industry("15", "酒、饮料和精制茶制造业", 7, 3, 26, 13.0, 190, 19),
        Industry("17", "纺织业", 20, 9, 24, 5.0, 170, 9),
        Industry("18", "纺织服装、服饰业", 30, 9, 9, 6.2, 210, 38),
        Industry("19", "皮革、毛皮、羽毛及其制品和制鞋业", 27, 12, 14, 8.5, 230, 35),
        Industry("20", "木材加工和木、竹、藤、棕、草制品业", 22, 5, 16, 3.1, 110, 14),
        Industry("21", "家具制造业", 13, 4, 15, 5.4, 160, 30),
        Industry("22", "造纸和纸制品业", 9, 4, 28, 6.8, 190, 6),
        Industry("23", "印刷和记录媒介复制业", 10, 3, 8, 7.0, 150, 28),
        Industry("24", "文教、工美、体育和娱乐用品制造业", 6, 1, 9, 5.0, 140, 30),
        Industry("26", "化学原料和化学制品制造业", 12, 8, 35, 12.5, 310, 4.5),
        Industry("27", "医药制造业", 8, 5, 32, 21.0, 260, 20),
        Industry("28", "化学纤维制造业", 3, 3, 62, 9.0, 420, 7),
        Industry("29", "橡胶和塑料制品业", 20, 8, 15, 7.2, 220, 13),
        Industry("30", "非金属矿物制品业", 29, 11, 30, 4.6, 120, 2.6),
        Industry("31", "黑色金属冶炼和压延加工业", 4, 3, 85, 11.0, 620, 2.1),
        Industry("32", "有色金属冶炼和压延加工业", 3, 2, 46, 10.0, 560, 6),
        Industry("33", "金属制品业", 26, 7, 17, 6.6, 190, 16),
        Industry("34", "通用设备制造业", 17, 8, 21, 10.5, 230, 27),
        Industry("35", "专用设备制造业", 11, 6, 22, 12.0, 240, 32),
        Industry("36", "汽车制造业", 5, 4, 38, 11.5, 300, 26),
        Industry("37", "铁路、船舶、航空航天和其他运输设备制造业", 2, 1, 34, 8.0, 210, 24),
        Industry("38", "电气机械和器材制造业", 14, 8, 24, 15.0, 340, 36),
        Industry("39", "计算机、通信和其他电子设备制造业", 20, 12, 26, 22.0, 480, 45),
        Industry("40", "仪器仪表制造业", 2, 1, 11, 18.0, 220, 48),
        Industry("42", "废弃资源综合利用业", 2, 1, 27, 6.0, 280, 18),
    )
}

STATUS_TOTALS = {
    "RANKED": 372,
    "EXEMPT_PUBLIC": 5,
    "EXEMPT_NEW": 11,
    "EXEMPT_CONSTRUCTION": 14,
    "EXEMPT_POLICY": 4,
    "NO_LAND": 9,
    "NO_ACCOUNT": 12,
    "CLOSED": 17,
    "NOT_INDUSTRIAL": 6,
}

PRICES = {"一级": 420, "二级": 336, "三级": 252, "四级": 180}
LEVEL_SHARES = (0.15, 0.35, 0.35, 0.15)
N_CUT_PLOTS = 23
N_OUTSIDE_PLOTS = 6
N_CONFLICTING_PLOTS = 4
LARGEST_PLOT_MU = 312.0
LARGEST_TAX_SHARE = 0.09

# Classes of the two land-cover rasters; the built ones are those of LANDCOVER_BUILT.
LANDCOVER = {1: "耕地", 2: "林地草地", 3: "水域", 4: "建(构)筑物", 5: "硬化地面(道路、场地)", 6: "裸土(推填土)"}
LANDCOVER_BUILT = (4, 5)
