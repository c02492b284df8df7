"""Give the styles of a Chinese official document (GB/T 9704): fonts, sizes, spacing, each with an East Asian font."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import quoteattr

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
FANGSONG: Final = "仿宋_GB2312"
KAITI: Final = "楷体_GB2312"
HEITI: Final = "黑体"
TITLE: Final = "方正小标宋简体"
SONG: Final = "宋体"
LATIN: Final = "Times New Roman"
FALLBACKS: Final = {FANGSONG: "仿宋", KAITI: "楷体", HEITI: "SimHei", TITLE: "宋体", SONG: "SimSun"}
"""Font -> what a machine without it takes (declared in the table of fonts)."""

BODY_STYLE: Final = "报告正文"
NOTE_STYLE: Final = "表注"
CELL_STYLE: Final = "表格文字"
FIGURE_STYLE: Final = "图片"
STAMP_STYLE: Final = "印记"
CENTER_STYLE: Final = "居中"
RIGHT_STYLE: Final = "落款"
LIST_STYLE: Final = "列表条目"
REQUIRED: Final = (
    "Title", "Heading 1", "Heading 2", "Caption", BODY_STYLE, NOTE_STYLE, CELL_STYLE, FIGURE_STYLE, STAMP_STYLE,
    RIGHT_STYLE, LIST_STYLE,
)  # fmt: skip
"""Styles that a template must have, by their names."""


@dataclass(frozen=True)
class Style:
    """One paragraph style."""

    name: str
    """As it stands in the file; built-in ones in lower case."""
    key: str
    font: str
    points: float
    line: str = ""
    """w:spacing of the lines."""
    align: str = "both"
    indent: bool = False
    """First line indented by two characters."""
    bold: bool = False
    keep: bool = False
    """Stays with the next paragraph."""
    level: int | None = None
    """Outline level, 0 = chapter."""
    extra: str = ""


def paragraph_styles(*, tight: bool) -> tuple[Style, ...]:
    """Return the styles of a document; `tight` for one page: smaller letters and lines."""
    fixed = 'w:line="560" w:lineRule="exact"'
    body, small = (16.0, fixed) if not tight else (10.5, 'w:line="320" w:lineRule="exact"')
    single = 'w:line="240" w:lineRule="auto"'
    gap = 'w:before="120" w:after="60"'
    head = fixed if not tight else single
    return (
        Style("Normal", "a", FANGSONG, body, small),
        Style("Title", "Title", TITLE, 22 if not tight else 18, f'w:after="{0 if tight else 240}" {single}', "center"),
        Style("heading 1", "1", HEITI, body, head, "left", indent=True, keep=True, level=0),
        Style("heading 2", "2", KAITI, body, head, "left", indent=True, keep=True, level=1),
        Style("caption", "Caption", HEITI, 12 if not tight else 9, f"{gap if not tight else ''} {single}", "center"),
        Style("toc 1", "TOC1", FANGSONG, 14, 'w:line="440" w:lineRule="exact"', "left", extra=_tab(8840)),
        Style("toc 2", "TOC2", FANGSONG, 14, 'w:line="440" w:lineRule="exact"', "left", extra=_tab(8840, left=420)),
        Style("header", "Header", SONG, 9, single, "right"),
        Style("footer", "Footer", SONG, 14 if not tight else 9, single),
        Style(BODY_STYLE, "Body", FANGSONG, body, small, indent=True),
        Style(NOTE_STYLE, "Note", FANGSONG, 9 if not tight else 8, f'w:before="40" w:after="120" {single}', "left"),
        Style(CELL_STYLE, "Cell", SONG, 10.5 if not tight else 8, single, "left"),
        Style(FIGURE_STYLE, "Picture", SONG, 10.5, f'w:before="120" {single}', "center", keep=True),
        Style(STAMP_STYLE, "Stamp", HEITI, 16 if not tight else 10.5, single, "center"),
        Style(CENTER_STYLE, "Middle", FANGSONG, body, small, "center"),
        Style(RIGHT_STYLE, "Sign", FANGSONG, body, small, "right"),
        Style(
            LIST_STYLE,
            "Entry",
            FANGSONG,
            14 if not tight else 9,
            'w:line="440" w:lineRule="exact"' if not tight else small,
            "left",
            keep=True,
        ),
    )


def styles_xml(*, tight: bool = False) -> str:
    """Return styles.xml."""
    default = (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{_fonts(FANGSONG)}<w:kern w:val="2"/><w:sz w:val="32"/>'
        '<w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    made = "".join(_style(one) for one in paragraph_styles(tight=tight))
    others = (
        f'<w:style w:type="character" w:default="1" w:styleId="a0"><w:name w:val="Default Paragraph Font"/>'
        f'<w:uiPriority w:val="1"/><w:semiHidden/><w:rPr>{_fonts(FANGSONG)}</w:rPr></w:style>'
        f'<w:style w:type="character" w:styleId="Link"><w:name w:val="Hyperlink"/><w:basedOn w:val="a0"/>'
        f"<w:rPr>{_fonts(FANGSONG)}</w:rPr></w:style>"
        f'<w:style w:type="table" w:default="1" w:styleId="a1"><w:name w:val="Normal Table"/><w:semiHidden/>'
        f'<w:rPr>{_fonts(SONG)}</w:rPr><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:top w:w="0" w:type="dxa"/><w:left w:w="57" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    )
    return f'{HEAD}<w:styles xmlns:w="{W}">{default}{made}{others}</w:styles>'


def font_table_xml() -> str:
    """Return fontTable.xml: every font with what may stand for it."""
    fonts = "".join(
        f'<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(other)}/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, other in FALLBACKS.items()
    )
    latin = (
        f'<w:font w:name="{LATIN}"><w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>'
    )
    return f'{HEAD}<w:fonts xmlns:w="{W}">{latin}{fonts}</w:fonts>'


def _fonts(east: str) -> str:
    return f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{east}" w:cs="{LATIN}"/>'


def _tab(at: int, *, left: int = 0) -> str:
    """Return a tab at the right edge, and an indent, as they stand in a style."""
    indent = f'<w:ind w:left="{left}"/>' if left else ""
    return f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{at}"/></w:tabs>|{indent}'


def _style(one: Style) -> str:
    tabs, _, indent = one.extra.partition("|")
    keep = "<w:keepNext/><w:keepLines/>" if one.keep else ""
    indent += '<w:ind w:firstLineChars="200" w:firstLine="640"/>' if one.indent else ""
    indent = indent.replace('"640"', f'"{int(one.points * 40)}"')
    outline = "" if one.level is None else f'<w:outlineLvl w:val="{one.level}"/>'
    size = int(one.points * 2)
    is_default = ' w:default="1"' if one.name == "Normal" else ""
    based = "" if one.name == "Normal" else '<w:basedOn w:val="a"/>'
    following = '<w:next w:val="Body"/>' if one.level is not None else ""
    bold = "<w:b/>" if one.bold else ""
    return (
        f'<w:style w:type="paragraph"{is_default} w:styleId="{one.key}"><w:name w:val="{one.name}"/>{based}{following}'
        f"<w:qFormat/><w:pPr>{keep}<w:widowControl/>{tabs}<w:spacing {one.line}/>{indent}"
        f'<w:jc w:val="{one.align}"/>{outline}</w:pPr><w:rPr>{_fonts(one.font)}{bold}<w:kern w:val="0"/>'
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )
