"""Write the small pieces of WordprocessingML: runs, fields, paragraphs, the watermark."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from landuse.reports.word.styles import HEITI, LATIN, W

SPACES: Final = f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
NAMESPACES: Final = (
    f'{SPACES} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Signs that XML cannot hold."""
BREAKABLE: Final = re.compile(r"\r\n?|\n")


def text(value: str) -> str:
    """Return a text as XML can hold it."""
    return escape(FORBIDDEN.sub("", value))


def run(value: str, look: str = "") -> str:
    """Return a run; line breaks inside are kept.

    Parameters
    ----------
    look
        Properties of the run, as XML.
    """
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    lines = BREAKABLE.split(value)
    inside = "<w:br/>".join(f'<w:t xml:space="preserve">{text(line)}</w:t>' for line in lines)
    return f"<w:r>{look}{inside}</w:r>"


def field(code: str, shown: str, *, dirty: bool = False) -> str:
    """Return a field with what it shows until it is refreshed."""
    mark = ' w:dirty="true"' if dirty else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"{mark}/></w:r><w:r><w:instrText xml:space="preserve"> {text(code)} '
        f'</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(shown) if shown else ""}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def paragraph(inside: str, style: str, look: str = "") -> str:
    """Return a paragraph of runs.

    Parameters
    ----------
    style
        Key of the style in the template.
    look
        Further properties of the paragraph, as XML, in the order of the schema.
    """
    return f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>{look}</w:pPr>{inside}</w:p>"


def bookmark(name: str, number: int, inside: str) -> str:
    """Return runs inside a bookmark."""
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{inside}<w:bookmarkEnd w:id="{number}"/>'


def watermark(word: str, number: int) -> str:
    """Return a run that draws a word across the page, light and behind the text; it belongs into a header."""
    shape = f"PowerPlusWaterMarkObject{number}"
    kind = (
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
        '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" '
        'o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    )
    place = (
        "position:absolute;margin-left:0;margin-top:0;width:360pt;height:180pt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        "mso-position-vertical-relative:margin"
    )
    return (
        f'<w:r {NAMESPACES}><w:rPr><w:noProof/></w:rPr><w:pict>{kind}<v:shape id="{shape}" '
        f'o:spid="_x0000_s{2049 + number}" type="#_x0000_t136" style="{place}" o:allowincell="f" fillcolor="#d9d9d9" '
        'stroked="f"><v:fill opacity=".5"/>'
        f'<v:textpath style="font-family:&quot;{HEITI}&quot;;font-size:1pt" string={quoteattr(word)}/>'
        "</v:shape></w:pict></w:r>"
    )


def fonts(east: str) -> str:
    """Return the fonts of a run."""
    return f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{east}" w:cs="{LATIN}"/>'
