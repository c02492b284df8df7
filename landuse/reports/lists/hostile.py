"""Look into a workbook before it is opened: what would harm, and what would be lost when it is filled in."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final

from landuse.errors import Fault

MOST_BYTES: Final = 30_000_000
MOST_UNPACKED: Final = 300_000_000
"""Bytes of all parts unpacked: a template of a bureau has a few million at most."""
MOST_RATIO: Final = 200
"""A part of more than a million bytes that was packed tighter than this is no text that anybody wrote."""
MOST_PARTS: Final = 5_000
ENTITY: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
EXTERNAL: Final = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
LINK: Final = re.compile(rb"/(hyperlink)[\"']")
SHAPES: Final = re.compile(rb"<(?:\w+:)?(sp|grpSp|cxnSp|graphicFrame|contentPart)[\s>/]")
EXTENSIONS: Final = re.compile(rb"<x1[45]\w*:(dataValidations|conditionalFormattings|sparklineGroups|slicerList)\b")
HEADER_PICTURE: Final = re.compile(rb"<legacyDrawingHF\b")
LOST: Final = (
    ("xl/charts/", "图表 / a chart"),
    ("xl/chartsheets/", "图表工作表 / a chart sheet"),
    ("xl/pivot", "数据透视表 / a pivot table"),
    ("xl/embeddings/", "嵌入对象 / an embedded object"),
    ("xl/activeX/", "控件 / a control"),
    ("xl/ctrlProps/", "控件 / a control"),
    ("xl/slicer", "切片器 / a slicer"),
    ("xl/threadedComments/", "会话批注 / threaded comments"),
    ("xl/diagrams/", "SmartArt 图形 / a SmartArt diagram"),
    ("xl/richData/", "富数据类型 / rich data types"),
)
"""Start of the name of a part -> what is lost with it."""
UNSAFE: Final = (
    ("xl/vbaProject", "宏 / a macro"),
    ("xl/macrosheets/", "宏工作表 / a macro sheet"),
    ("xl/externalLinks/", "外部链接 / links to other workbooks"),
    ("xl/connections", "数据连接 / a data connection"),
    ("xl/queryTables/", "数据查询 / a query"),
)
"""Start of the name of a part -> what does not belong into a list handed to an authority."""
SAVE: Final = "另存为普通 .xlsx 工作簿 / save it as a plain .xlsx workbook"
TAKE_OUT: Final = "在模板中删除后再用 / take it out of the template"


def book_faults(path: Path, name: str) -> list[Fault]:
    """Return why a workbook is not opened; none where it is plain cells, styles and pictures.

    Parameters
    ----------
    name
        Path as the project file writes it.
    """
    where = f"lists.templates {name}"
    if not path.is_file():
        return [Fault(where, "文件不存在 / no such file", ".xlsx", "检查路径 / check the path")]
    if path.suffix.lower() != ".xlsx":
        found = f"不是 .xlsx 工作簿 / not an .xlsx workbook: {path.suffix}"
        return [Fault(where, found, ".xlsx", SAVE)]
    if path.stat().st_size > MOST_BYTES:
        return [Fault(where, f"文件过大 / too large: {path.stat().st_size:,}", f"<= {MOST_BYTES:,}", SAVE)]
    try:
        with zipfile.ZipFile(path) as book:
            return _bomb(book, where) or _inside(book, where)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError):
        found = "不是 .xlsx 工作簿,或已加密、损坏 / no .xlsx workbook, or encrypted or damaged"
        return [Fault(where, found, ".xlsx", SAVE)]


def _bomb(book: zipfile.ZipFile, where: str) -> list[Fault]:
    """Return the fault of an archive that unpacks to more than any template is."""
    parts = book.infolist()
    tight = [
        part.filename
        for part in parts
        if part.file_size > 1_000_000 and part.file_size > MOST_RATIO * max(part.compress_size, 1)
    ]
    whole = sum(part.file_size for part in parts)
    if tight or whole > MOST_UNPACKED or len(parts) > MOST_PARTS:
        found = f"解压后过大,疑似压缩炸弹 / unpacks to too much, a zip bomb perhaps: {whole:,} bytes"
        return [Fault(where, found, f"<= {MOST_UNPACKED:,}", SAVE)]
    if len({part.filename.lower() for part in parts}) < len(parts) or any(_leads_out(p.filename) for p in parts):
        return [Fault(where, "压缩包内容异常 / the archive has odd names", ".xlsx", SAVE)]
    return []


def _leads_out(name: str) -> bool:
    return ".." in name.split("/") or name.startswith(("/", "\\")) or ":" in name


def _inside(book: zipfile.ZipFile, where: str) -> list[Fault]:
    names = [part.filename for part in book.infolist()]
    if "xl/workbook.xml" not in names:
        return [Fault(where, "不是 .xlsx 工作簿 / no .xlsx workbook", "xl/workbook.xml", SAVE)]
    faults = [
        Fault(where, f"含有{what.split(' / ')[0]},不予打开 / holds {what.split(' / ')[1]}", "", TAKE_OUT)
        for start, what in UNSAFE
        if any(name.startswith(start) for name in names)
    ]
    faults += [_lost(where, what) for start, what in LOST if any(name.startswith(start) for name in names)]
    for name in names:
        if not name.lower().endswith((".xml", ".rels", ".vml")):
            continue
        faults += _part(book.read(name), name, where)
    return list(dict.fromkeys(faults))


def _part(content: bytes, name: str, where: str) -> list[Fault]:
    faults = []
    wide = content.replace(b"\x00", b"") if b"\x00" in content[:200] else content  # UTF-16 hides nothing
    if ENTITY.search(wide):
        faults.append(Fault(where, f"含有 XML 实体或 DTD,不予打开 / holds XML entities or a DTD: {name}", "", SAVE))
    if name.endswith(".rels") and any(not LINK.search(link) for link in EXTERNAL.findall(wide)):
        found = f"含有外部链接,不予打开 / holds links to other files: {name}"
        faults.append(Fault(where, found, "", TAKE_OUT))
    if name.startswith("xl/drawings/") and name.endswith(".xml") and SHAPES.search(wide):
        faults.append(_lost(where, "形状、文本框或图表 / shapes, text boxes or charts"))
    if name.startswith("xl/worksheets/") and EXTENSIONS.search(wide):
        faults.append(
            _lost(where, "新版条件格式、跨表下拉或迷你图 / newer conditional formats, drop-downs or sparklines")
        )
    if name.startswith("xl/worksheets/") and HEADER_PICTURE.search(wide):
        faults.append(_lost(where, "页眉页脚中的图片 / pictures in header or footer"))
    return faults


def _lost(where: str, what: str) -> Fault:
    zh, en = what.split(" / ")
    return Fault(where, f"含有{zh},填写后会丢失 / filling it in would lose {en}", "", TAKE_OUT)
