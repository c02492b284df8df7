"""Write classes as QGIS 3 layer styles (QML), for the layer_styles table of the GeoPackage.

Every symbol carries both notations of its properties (``Option`` since 3.20, ``prop`` before), so that a bureau's
older QGIS draws the same colours.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from landuse.cartography.mapdata import drawn_classes
from landuse.cartography.style import NO_DATA, Classes, LegendClass
from landuse.tables import Analysis, columns, unit_title

DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
VERSION: Final = "3.22.0"
LABELS_FROM: Final = 5000
"""Parcel codes are written from this scale (1:5000) upwards."""
ANGLES: Final = {"diagonal": (45,), "back": (135,), "cross": (45, 135), "horizontal": (0,), "vertical": (90,)}
"""Hatch -> angles of its lines in degrees."""
STYLED: Final = {"parcels": ("low", "idle"), "low_efficiency": ("low",), "idle": ("idle", "cause")}
"""Layer -> themes it can be drawn by; the first is the default."""
SPLIT_IDLE: Final = (
    'CASE WHEN "idle_class" = \'IDLE_T1\' AND "idle_years" >= 2 THEN \'IDLE_T1_2\' ELSE "idle_class" END'
)
"""Map class of idle land: the two classes of IDLE_T1 (TERMS 3)."""


@dataclass(frozen=True)
class Fill:
    """How a polygon is filled: colour ``#rrggbb`` and the name of a hatch of `landuse.cartography.style`."""

    colour: str
    hatch: str = "none"


def layer_styles(analysis: Analysis) -> tuple[tuple[str, str, str], ...]:
    """Return (layer, name of the style, QML) of the layers of results.gpkg; themes without data are left out."""
    wanted = {key for keys in STYLED.values() for key in keys}
    audience = analysis.project.project.audience
    fields = None if audience == "internal" else set(analysis.parcels.table.columns)
    known = {classes.theme.key: classes for classes in drawn_classes(analysis, wanted)}
    return tuple(
        (layer, known[key].theme.title, qml(known[key], column=_field(known[key]), label="parcel_id", fields=fields))
        for layer, keys in STYLED.items()
        for key in keys
        if key in known
    )


def qml(classes: Classes, *, column: str, label: str = "", fields: Collection[str] | None = None) -> str:
    """Return the QML of a layer: categorised for codes, rule-based with half-open bounds for ranges.

    Parameters
    ----------
    column
        Field of the layer, or a QGIS expression that gives the code of the class.
    label
        Field written on the parcels from 1:5000 upwards; blank = no labels.
    fields
        Columns of the layer, whose titles it carries; None = all that a layer of parcels can have.
    """
    root = ET.Element(
        "qgis",
        {"version": VERSION, "styleCategories": "Symbology|Labeling|Fields", "labelsEnabled": str(int(bool(label)))},
    )
    if classes.theme.kind == "categories":
        root.append(_categorised(classes, column))
    else:
        root.append(_ruled(classes, column))
    if label:
        root.append(_labels(label))
    root.append(_aliases(classes.lang, fields))
    ET.indent(root, " ")
    return DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


# ------------------------------------------------------------------------------------------------ parts


def _field(classes: Classes) -> str:
    return SPLIT_IDLE if classes.theme.key == "idle" else classes.theme.column


def _categorised(classes: Classes, column: str) -> ET.Element:
    """Return the renderer; the category without a value takes everything else: NULL, that is 无数据."""
    renderer = _renderer("categorizedSymbol", {"attr": column})
    categories = ET.SubElement(renderer, "categories")
    for place, entry in enumerate(classes.legend):
        value = "" if entry.key == NO_DATA else entry.key
        facts = {"render": "true", "symbol": str(place), "value": value, "type": "string", "label": entry.full_label}
        ET.SubElement(categories, "category", facts)
    renderer.append(_symbols(classes))
    return renderer


def _ruled(classes: Classes, column: str) -> ET.Element:
    renderer = _renderer("RuleRenderer", {})
    rules = ET.SubElement(renderer, "rules", {"key": "{root}"})
    for place, entry in enumerate(classes.legend):
        facts = {
            "key": f"{{class_{place}}}",
            "symbol": str(place),
            "label": entry.full_label,
            "filter": _filter(entry, column),
        }
        ET.SubElement(rules, "rule", facts)
    renderer.append(_symbols(classes))
    return renderer


def _filter(entry: LegendClass, column: str) -> str:
    """Return the expression of a range: lower bound inclusive, upper exclusive, as `classify` draws it."""
    if entry.key == NO_DATA:
        return f'"{column}" IS NULL'
    value = f'round("{column}", 9)'
    lower = f"{value} >= {entry.lower:g}" if entry.lower is not None else ""
    upper = f"{value} < {entry.upper:g}" if entry.upper is not None else ""
    return " AND ".join(part for part in (lower, upper) if part)


def _renderer(kind: str, facts: dict[str, str]) -> ET.Element:
    return ET.Element(
        "renderer-v2", {"type": kind, "symbollevels": "0", "enableorderby": "0", "forceraster": "0", **facts}
    )


def _symbols(classes: Classes) -> ET.Element:
    symbols = ET.Element("symbols")
    for place, entry in enumerate(classes.legend):
        symbols.append(_symbol(str(place), Fill(entry.colour, entry.hatch)))
    return symbols


def _symbol(name: str, fill: Fill) -> ET.Element:
    """Return a fill symbol: the colour with a thin outline, the hatch as line patterns (or points) above it."""
    symbol = _plain_symbol("fill", name)
    plain = {
        "color": _rgba(fill.colour),
        "outline_color": "75,85,99,255",
        "outline_style": "solid",
        "outline_width": "0.12",
        "outline_width_unit": "MM",
        "style": "solid",
    }
    symbol.append(_layer("SimpleFill", plain))
    for angle in ANGLES.get(fill.hatch, ()):
        pattern = _layer("LinePatternFill", {"angle": str(angle), "distance": "1.6", "distance_unit": "MM"})
        lines = _plain_symbol("line", f"@{name}@{len(symbol)}")
        lines.append(
            _layer("SimpleLine", {"line_color": "60,60,60,200", "line_width": "0.15", "line_width_unit": "MM"})
        )
        pattern.append(lines)
        symbol.append(pattern)
    if fill.hatch == "dots":
        pattern = _layer(
            "PointPatternFill",
            {"distance_x": "1.6", "distance_y": "1.6", "distance_x_unit": "MM", "distance_y_unit": "MM"},
        )
        points = _plain_symbol("marker", f"@{name}@{len(symbol)}")
        points.append(
            _layer(
                "SimpleMarker",
                {"name": "circle", "color": "60,60,60,200", "outline_style": "no", "size": "0.5", "size_unit": "MM"},
            )
        )
        pattern.append(points)
        symbol.append(pattern)
    return symbol


def _plain_symbol(kind: str, name: str) -> ET.Element:
    return ET.Element("symbol", {"type": kind, "name": name, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"})


def _layer(kind: str, properties: dict[str, str]) -> ET.Element:
    layer = ET.Element("layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(layer, "Option", {"type": "Map"})
    for name, value in properties.items():
        ET.SubElement(options, "Option", {"name": name, "type": "QString", "value": value})
    for name, value in properties.items():
        ET.SubElement(layer, "prop", {"k": name, "v": value})
    return layer


def _labels(field: str) -> ET.Element:
    """Return labels in dark grey with a white halo, shown from 1:5000 upwards."""
    labeling = ET.Element("labeling", {"type": "simple"})
    settings = ET.SubElement(labeling, "settings", {"calloutType": "simple"})
    text = {
        "fieldName": field,
        "isExpression": "0",
        "fontSize": "7",
        "fontSizeUnit": "Point",
        "textColor": "31,41,51,255",
    }
    style = ET.SubElement(settings, "text-style", text)
    halo = {"bufferDraw": "1", "bufferSize": "0.6", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,255"}
    ET.SubElement(style, "text-buffer", halo)
    ET.SubElement(settings, "placement", {"placement": "1", "centroidInside": "1"})
    shown = {"drawLabels": "1", "scaleVisibility": "1", "scaleMin": "1", "scaleMax": str(LABELS_FROM), "obstacle": "1"}
    ET.SubElement(settings, "rendering", shown)
    return labeling


def _aliases(lang: str, fields: Collection[str] | None) -> ET.Element:
    """Return the titles of the parcel columns: the attribute table shows them instead of the column names."""
    known = {**columns("input", "provenance"), **columns("input", "parcels"), **columns("output", "parcels")}
    aliases = ET.Element("aliases")
    shown = [column for column in known.values() if fields is None or column.name in fields]
    for place, column in enumerate(shown):
        unit = unit_title(column.unit, lang) if column.unit and column.unit != "share" else ""
        title = f"{column.title(lang)}({unit})" if unit else column.title(lang)
        ET.SubElement(aliases, "alias", {"index": str(place), "field": column.name, "name": title})
    return aliases


def _rgba(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},255"
