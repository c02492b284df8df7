"""Close a .docx file: properties that tell nothing but the document, no leftovers of the template, fixed bytes."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape

from landuse.reports.content.report.model import Document
from landuse.reports.word.package import packed, unpacked

HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
RELS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CORE: Final = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
CORE_TYPE: Final = "application/vnd.openxmlformats-package.core-properties+xml"
APP_TYPE: Final = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
DROPPED: Final = re.compile(r"^(docProps/|customXml/|word/printerSettings/)")
"""Parts that say who made the template, when and with what."""
OVERRIDE: Final = re.compile(r'<Override [^>]*PartName="/([^"]+)"[^>]*/>')
RELATION: Final = re.compile(r"<Relationship [^>]*/>")
AFTER: Final = re.compile(
    r"<w:(hdrShapeDefaults|footnotePr|endnotePr|compat|docVars|rsids|themeFontLang|clrSchemeMapping|shapeDefaults|"
    r"decimalSymbol|listSeparator)\b|<m:mathPr\b|</w:settings>"
)
FLAG: Final = re.compile(r"<w:updateFields[^>]*/>")


def finished(content: bytes, document: Document) -> bytes:
    """Return the final bytes of a document."""
    parts = {name: part for name, part in unpacked(content).items() if not DROPPED.match(name)}
    parts["docProps/core.xml"] = _core(document).encode()
    parts["docProps/app.xml"] = _app().encode()
    parts["_rels/.rels"] = _root().encode()
    parts["[Content_Types].xml"] = _types(parts["[Content_Types].xml"].decode(), parts).encode()
    for name in [name for name in parts if name.endswith(".rels") and name != "_rels/.rels"]:
        parts[name] = _relations(parts[name].decode()).encode()
    if document.contents and "word/settings.xml" in parts:
        parts["word/settings.xml"] = _refreshing(parts["word/settings.xml"].decode()).encode()
    return packed(parts)


def _core(document: Document) -> str:
    day = f"{document.dated.isoformat()}T00:00:00Z"
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{CORE}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(document.title)}</dc:title><dc:subject>{escape(document.stamp)}</dc:subject>"
        f"<dc:creator>{escape(document.author)}</dc:creator><cp:lastModifiedBy></cp:lastModifiedBy>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{day}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{day}</dcterms:modified></cp:coreProperties>'
    )


def _app() -> str:
    return f'{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'


def _root() -> str:
    return (
        f'{HEAD}<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        f'Target="word/document.xml"/><Relationship Id="rId2" Type="{RELS}/metadata/core-properties" '
        f'Target="docProps/core.xml"/><Relationship Id="rId3" Type="{OFFICE}/extended-properties" '
        'Target="docProps/app.xml"/></Relationships>'
    )


def _types(text: str, parts: dict[str, bytes]) -> str:
    """Return the types of the parts there are, with those of the properties."""
    kept = OVERRIDE.sub(lambda one: one[0] if one[1] in parts and not one[1].startswith("docProps/") else "", text)
    added = (
        f'<Override PartName="/docProps/core.xml" ContentType="{CORE_TYPE}"/>'
        f'<Override PartName="/docProps/app.xml" ContentType="{APP_TYPE}"/>'
    )
    return kept.replace("</Types>", f"{added}</Types>")


def _relations(text: str) -> str:
    """Return relationships without those to parts that were dropped."""
    return RELATION.sub(lambda one: "" if "customXml" in one[0] or "printerSettings" in one[0] else one[0], text)


def _refreshing(settings: str) -> str:
    """Return the settings with the wish that fields be refreshed when the document is opened."""
    plain = FLAG.sub("", settings)
    opening = re.search(r"<w:settings[^>]*>", plain)
    if opening is None:
        return settings
    return f"{plain[: opening.end()]}{_ordered(plain[opening.end() :])}"


def _ordered(rest: str) -> str:
    """Return the settings with updateFields where the schema wants it: before what follows it."""
    later = AFTER.search(rest)
    at = later.start() if later else 0
    return f'{rest[:at]}<w:updateFields w:val="true"/>{rest[at:]}'
