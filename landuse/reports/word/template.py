"""Read a template of the bureau's own and refuse what is none, or what would reach out of the document."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from landuse.errors import Fault, InputError
from landuse.project import Project
from landuse.refusal import plain_bytes
from landuse.reports.word.default import default_template
from landuse.reports.word.styles import REQUIRED

PLACEHOLDERS: Final = ("标题", "印记", "正文")
"""Placeholders that a template must have, each written {{…}}."""
MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
LARGEST_FILE: Final = 20_000_000
LARGEST_CONTENT: Final = 100_000_000
MOST_PARTS: Final = 2_000
MOST_TIMES: Final = 200
"""A part that unpacks to more than so many times its size is a bomb (from `SMALL` bytes on)."""
SMALL: Final = 1_000_000
CODE: Final = re.compile(r"vbaProject|vbaData|activeX|oleObject|embeddings/|attachedToolbars", re.IGNORECASE)
DOCTYPE: Final = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
EXTERNAL: Final = re.compile(r"TargetMode\s*=\s*[\"']\s*External", re.IGNORECASE)
TARGET: Final = re.compile(r"Target\s*=\s*[\"']([^\"']*)[\"']")
RELATION: Final = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
REACHES: Final = re.compile(
    r"<w:altChunk|\b(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|MACROBUTTON)\s", re.IGNORECASE
)
FIELD: Final = re.compile(r"<w:instrText[^>]*>([^<]*)</w:instrText>|w:instr=\"([^\"]*)\"")
STUMBLES: Final = (LookupError, AttributeError, ValueError, TypeError, OSError, NotImplementedError)
"""What the library raises over a package in which a part is missing, or is not what its name says."""
USE: Final = "从默认模板改起 / start from the default template (docs/how-to/report.md)"


def template_bytes(kind: str) -> bytes:
    """Return the default template of a kind of document: report | letter | page."""
    return default_template(kind)


def template_faults(project: Project) -> list[Fault]:
    """Return what is wrong with the template that [report] names, before anything is computed; none where none is."""
    try:
        named_template(project)
    except InputError as error:
        return list(error.faults)
    return []


def named_template(project: Project) -> bytes:
    """Return the template that [report] names, else the default one.

    Raises
    ------
    InputError
        It cannot be used (`read_template`).
    """
    named = project.report.template
    if not named:
        return template_bytes("report")
    return read_template(project.folder / named.replace("\\", "/"), f"[report] template = {named}")


def read_template(path: Path, where: str) -> bytes:
    """Return the bytes of a template that is safe to open and has everything a report needs.

    Raises
    ------
    InputError
        It cannot be read, is no Word document, carries macros, links or entities, or lacks styles or placeholders.
    """
    try:
        content = plain_bytes(path) if path.stat().st_size <= LARGEST_FILE else None
    except OSError as error:
        found = f"模板无法读取 / the template cannot be read: {error.strerror}"
        raise InputError([Fault(where, found, ".docx", "检查路径和权限 / check path and rights")]) from None
    if content is None:
        found = "模板过大 / the template is too large"
        raise InputError([Fault(where, found, f"<= {LARGEST_FILE // 1_000_000} MB", USE)])
    faults = [Fault(where, found, ".docx", USE) for found in _unsafe(content)]
    if not faults:
        faults = [Fault(where, found, allowed, USE) for found, allowed in _lacking(content)]
    if faults:
        raise InputError(faults)
    return content


def _unsafe(content: bytes) -> list[str]:
    """Return why a file is not opened; empty where it is safe."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            return _container(archive) or _parts(archive)
    except (BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
        return ["不是Word文档或文件已损坏 / no Word document, or damaged"]


def _container(archive: ZipFile) -> list[str]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > LARGEST_CONTENT:
        return ["压缩内容过大,疑为压缩炸弹 / unpacks to far too much"]
    if any(e.file_size > SMALL and e.file_size > MOST_TIMES * max(e.compress_size, 1) for e in entries):
        return ["压缩内容过大,疑为压缩炸弹 / unpacks to far too much"]
    if any(entry.flag_bits & 1 for entry in entries):
        return ["文档已加密 / the document is encrypted"]
    return _names(names)


def _names(names: list[str]) -> list[str]:
    """Return what is wrong with the names of the parts."""
    if len(set(names)) != len(names) or any(".." in name.split("/") or name.startswith(("/", "\\")) for name in names):
        return ["文档结构异常 / the package is not well formed"]
    if "[Content_Types].xml" not in names or "word/document.xml" not in names:
        return ["不是Word文档或文件已损坏 / no Word document, or damaged"]
    if carrier := next((name for name in names if CODE.search(name)), ""):
        return [f"含有宏或嵌入对象 / carries macros or embedded objects: {carrier}"]
    return []


def _parts(archive: ZipFile) -> list[str]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    for name in archive.namelist():
        if not name.lower().endswith((".xml", ".rels", ".vml")):
            continue
        raw = archive.read(name)
        if any(DOCTYPE.search(raw.decode(codec, errors="ignore")) for codec in ("utf-8", "utf-16-le", "utf-16-be")):
            return [f"含有文档类型或实体定义 / defines a document type or entities: {name}"]
        try:
            text = etree.tostring(etree.fromstring(raw, parser), encoding="unicode")
        except etree.XMLSyntaxError:
            return [f"不是有效的XML / not well-formed XML: {name}"]
        if found := _reaching(name, text):
            return [found]
    return []


def _reaching(name: str, text: str) -> str:
    """Return how a part reaches out of the document; blank where it does not."""
    if name == "[Content_Types].xml":
        if "macroEnabled" in text:
            return "启用宏的文档(.docm) / a document with macros (.docm)"
        return (
            "" if MAIN in text else "不是.docx文档(如.dotx请另存为.docx) / not a .docx document (save a .dotx as .docx)"
        )
    if name.endswith(".rels"):
        outside = next((one for one in RELATION.findall(text) if EXTERNAL.search(one)), "")
        target = TARGET.search(outside)
        return f"含有外部链接 / links to something outside: {target[1] if target else name}" if outside else ""
    fields = "".join(one or other for one, other in FIELD.findall(text))
    if "altChunk" in text or REACHES.search(f"{fields} "):
        return f"含有引用外部内容的域 / a field reaches outside: {name}"
    return ""


def _lacking(content: bytes) -> list[tuple[str, str]]:
    """Return which styles and placeholders a template lacks."""
    try:
        document = _opened(content)
    except STUMBLES:
        return [("文档缺少部件或部件内容不符 / a part is missing, or is not what it should be", ".docx")]
    known = {style.name for style in document.styles}
    styles = [name for name in REQUIRED if name not in known]
    told = all_text(document)
    marks = [f"{{{{{name}}}}}" for name in PLACEHOLDERS if f"{{{{{name}}}}}" not in told]
    found = []
    if styles:
        found.append((f"模板缺少样式 / styles are missing: {', '.join(styles)}", ", ".join(REQUIRED)))
    if marks:
        needed = ", ".join(f"{{{{{name}}}}}" for name in PLACEHOLDERS)
        found.append((f"模板缺少占位符 / placeholders are missing: {', '.join(marks)}", needed))
    return found


def _opened(content: bytes) -> Any:
    """Return a document after touching everything that a report is laid out with."""
    import docx

    document = docx.Document(BytesIO(content))
    parts: list[Any] = [document.settings.odd_and_even_pages_header_footer, [style.name for style in document.styles]]
    for section in document.sections:
        parts += [section.page_width, section.left_margin]
        for kind in ("", "first_page_", "even_page_"):
            heads = (getattr(section, f"{kind}{place}") for place in ("header", "footer"))
            parts += [head.paragraphs for head in heads if not head.is_linked_to_previous]
    return document


def all_text(document: Any) -> str:
    """Return the text of the body of a document, paragraph by paragraph."""
    from docx.oxml.ns import qn

    rows = document.element.body.iter(qn("w:p"))
    return "\n".join("".join(part.text or "" for part in row.iter(qn("w:t"))) for row in rows)
