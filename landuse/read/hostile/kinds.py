"""Name a file by its first bytes where it is none of the formats that are read, whatever its name says."""

from __future__ import annotations

from typing import Final

_KINDS: Final = (
    (b"\x1f\x8b", "gzip 压缩文件", "a gzip file"),
    (b"BZh", "bzip2 压缩文件", "a bzip2 file"),
    (b"\xfd7zXZ", "xz 压缩文件", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "zstd 压缩文件", "a zstd file"),
    (b"\x89PNG", "图片", "an image"),
    (b"\xff\xd8\xff", "图片", "an image"),
    (b"GIF8", "图片", "an image"),
    (b"BM", "图片", "an image"),
    (b"II*\0", "TIFF 影像", "a TIFF image"),
    (b"MM\0*", "TIFF 影像", "a TIFF image"),
    (b"MZ", "程序", "a program"),
    (b"\x7fELF", "程序", "a program"),
    (b"#!", "脚本", "a script"),
    (b"{\\rtf", "RTF 文档", "an RTF document"),
)  # fmt: skip
_TEXT_LIKE: Final = (b"BM", b"MZ")
"""Marks that a text may begin with too: only with a zero byte near are they what they seem."""


def foreign_kind(head: bytes) -> str:
    """Return what a file is in both languages; blank where its first bytes are of none of the known other kinds."""
    for mark, zh, en in _KINDS:
        if head.startswith(mark) and (mark not in _TEXT_LIKE or b"\0" in head[:64]):
            return f"文件其实是{zh} / it is {en}"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<style")) or b"<html" in start:
        return "文件其实是网页(HTML) / it is a web page (HTML)"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return "文件其实是 XML 表格(2003) / it is an XML spreadsheet (2003)"
    if b"<ogrvrtdatasource" in start or b"<vrtdataset" in start:
        return "文件是指向别处数据的 VRT / it is a VRT, which points to data elsewhere"
    return ""


_PACKAGES: Final = (
    ("word/document.xml", "Word 文档", "a Word document"),
    ("ppt/presentation.xml", "PowerPoint 文稿", "a PowerPoint presentation"),
    ("AndroidManifest.xml", "安装包", "an app"),
)
_BOOKS: Final = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


def other_package(members: set[str]) -> str:
    """Return what a zipped file is that is no workbook, in both languages; blank where it is one."""
    for mark, zh, en in _PACKAGES:
        if mark in members:
            return f"文件其实是{zh} / it is {en}"
    lower = {member.lower() for member in members}
    if lower.intersection(_BOOKS):
        return ""
    names = ", ".join(sorted(members)[:3])
    return f"是压缩包,不是工作簿 / a zip archive, no workbook: {names}"
