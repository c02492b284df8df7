"""Encoding x declaration x format."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus_kit import BIG5, TRUTH, Case, Truth, parcels_wrong, polygons, shapefile, text

CSV = {
    "UTF-8": ("utf-8", b""),
    "UTF-8 with mark": ("utf-8", codecs.BOM_UTF8),
    "UTF-16LE with mark": ("utf-16-le", codecs.BOM_UTF16_LE),
    "UTF-16BE with mark": ("utf-16-be", codecs.BOM_UTF16_BE),
    "GBK": ("gbk", b""),
    "GB18030": ("gb18030", b""),
    "Big5": ("big5", b""),
}
RARE = Truth(town=("城东街道", "䶮桥镇", "柳河镇", "㐂塘镇"))
"""Characters that GBK lacks and GB18030 writes in four bytes."""


def cases() -> Iterator[Case]:
    """Give every case of the group."""
    yield from _csv_cases()
    yield from _shapefile_cases()
    yield from _garbled()


def _csv_cases() -> Iterator[Case]:
    for told, (codec, mark) in CSV.items():
        truth = BIG5 if told == "Big5" else RARE if told == "GB18030" else TRUTH
        own = "GB18030" if codec.startswith("gb") else codec
        # The bytes alone settle every one of these but Big5, which may also be asked for.
        undeclared = "right|refused" if told == "Big5" else "right"
        yield Case("csv", f"{told}, nothing declared", _csv(codec, mark, truth), undeclared, truth=truth)
        yield Case("csv", f"{told}, declared", _csv(codec, mark, truth, own), truth=truth)
        for other in ("UTF-8", "GBK", "Big5"):
            if other.lower() in (told.lower(), codec) or (other == "GBK" and codec == "gb18030") or mark:
                continue
            yield Case("csv", f"{told}, declared {other}", _csv(codec, mark, truth, other), "refused", truth=truth)


def _csv(codec: str, mark: bytes, truth: Truth, declared: str | None = None) -> Callable[[Path], Mapping[str, Any]]:
    def build(folder: Path) -> Mapping[str, Any]:
        rows = zip(truth.parcel_id, truth.town, truth.holder, strict=True)
        lines = ["宗地代码,镇(街道),土地使用权人".replace("码", "碼").replace("镇", "鎮") if codec == "big5" else
                 "宗地代码,镇(街道),土地使用权人", *(",".join(row) for row in rows)]  # fmt: skip
        content = "\r\n".join(lines) + "\r\n"
        if codec == "big5":
            content = content.replace("权", "權")
        entry: dict[str, Any] = {"path": text(folder, "register.csv", content, codec, mark=mark)}
        if codec == "big5":
            entry["columns"] = {"parcel_id": "宗地代碼", "town": "鎮(街道)", "holder": "土地使用權人"}
        if declared:
            entry["encoding"] = declared
        return {"parcels": [polygons(folder), entry]}

    return build


def _shapefile_cases() -> Iterator[Case]:
    languages = {0x00: "0x00", 0x03: "0x03", 0x57: "0x57", 0x4D: "0x4D", 0x4F: "0x4F"}
    for told, codec, page in (("GBK", "gbk", "936"), ("UTF-8", "utf-8", "UTF-8"), ("Big5", "big5", "950")):
        truth = BIG5 if told == "Big5" else TRUTH
        for language, byte in languages.items():
            speaks = {0x4D: "GBK", 0x4F: "Big5"}.get(language)
            undecided = told == "Big5" and speaks is None
            expect = "refused" if speaks not in (None, told) else "right|refused" if undecided else "right"
            yield _shape(f"{told}, language byte {byte}", codec, truth, expect, language=language)
            yield _shape(f"{told}, .cpg {page}, byte {byte}", codec, truth, cpg=page, language=language)
        for wrong in sorted({"936", "UTF-8", "950"} - {page}):
            yield _shape(f"{told}, .cpg {wrong}", codec, truth, "refused", cpg=wrong)
            yield _shape(f"{told}, .cpg {wrong}, declared {told}", codec, truth, cpg=wrong, declared=told)
        yield _shape(f"{told}, empty .cpg", codec, truth, "right|refused" if told == "Big5" else "right", cpg="")


def _shape(name: str, codec: str, truth: Truth, expect: str = "right", *, declared: str = "", **side: Any) -> Case:
    def build(folder: Path) -> Mapping[str, Any]:
        names = ("代碼", "鎮街", "權利人") if codec == "big5" else ("代码", "镇街", "权利人")
        entry = {"path": shapefile(folder, encoding=codec, truth=truth, names=names, **side)}
        entry["columns"] = dict(zip(("parcel_id", "town", "holder"), names, strict=True))
        if declared:
            entry["encoding"] = declared
        return {"parcels": [entry]}

    return Case("shp", name, build, expect, truth=truth)


def _garbled() -> Iterator[Case]:
    """Texts that were garbled before the file was made: what is on the disk is valid, and wrong."""
    spoilt = {
        "replacement characters": lambda word: word.encode().decode("gbk", errors="replace"),
        "locked jin kao": lambda word: "锟斤拷" * len(word),
        "UTF-8 read as GBK": lambda word: (word * 2).encode().decode("gb18030", errors="replace"),
        "UTF-8 read as Latin-1": lambda word: word.encode().decode("latin-1"),
        "GBK read as Latin-1": lambda word: word.encode("gbk").decode("latin-1"),
        "question marks": lambda word: "?" * len(word),
    }
    for told, spoil in spoilt.items():

        def build(folder: Path, spoil: Callable[[str], str] = spoil) -> Mapping[str, Any]:
            rows = [f"{code},{spoil(name)}" for code, name in zip(TRUTH.parcel_id, TRUTH.holder, strict=True)]
            content = "\n".join(["宗地代码,土地使用权人", *rows]) + "\n"
            return {"parcels": [polygons(folder), text(folder, "register.csv", content)]}

        yield Case("garbled", told, build, "refused|marked", "", check=_silent)


def _silent(raw: Any) -> list[str]:
    """Return what was taken without a word: a garbled name, and no issue on it."""
    told = raw.issues[raw.issues["column"].eq("holder") & raw.issues["severity"].isin(["error", "warning"])]
    return [] if len(told) else ["garbled names were taken in silence", *parcels_wrong(raw)]
