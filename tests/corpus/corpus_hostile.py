"""Files that are broken, are not what they are called, or mean harm: each is refused with a sentence."""

from __future__ import annotations

import io
import os
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus_cells import _rows, taxes_wrong
from corpus_kit import Case, book, polygons, shapefile


def cases() -> Iterator[Case]:
    """Give every case of the group."""
    for name in ("parcels.gpkg", "parcels.fgb", "parcels.parquet", "parcels.geojson"):
        yield _parcels(f"zero bytes: {name}", lambda path: path.write_bytes(b""), name)
        yield _parcels(f"half of it: {name}", _half, name)
    yield _table("zero bytes: accounts.xlsx", lambda path: path.write_bytes(b""))
    yield _table("half of it: accounts.xlsx", _half)
    yield _table("zero bytes: accounts.csv", lambda path: path.write_bytes(b""), "accounts.csv")
    yield _table("nothing but spaces: accounts.csv", lambda path: path.write_bytes(b" \r\n\r\n"), "accounts.csv")
    yield from _shapefiles()
    yield from _renamed()
    yield from _paths()
    yield from _archives()
    yield _table("an expanding entity in the sheet", _entities)
    yield _table("a picture called .csv", lambda path: path.write_bytes(PNG), "accounts.csv")
    yield _table("a web page called .xls", lambda path: path.write_bytes(b"<html><table><tr><td>1"), "accounts.xls")
    yield _table("a PDF called .xlsx", lambda path: path.write_bytes(b"%PDF-1.7\n1 0 obj\n"), "accounts.xlsx")
    yield _table("a program called .csv", lambda path: path.write_bytes(b"MZ\x90\x00" + bytes(400)), "accounts.csv")


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
Spoil = Callable[[Path], Any]


def _half(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def _parcels(told: str, spoil: Spoil, name: str = "parcels.gpkg", expect: str = "refused") -> Case:
    def build(folder: Path) -> Mapping[str, Any]:
        polygons(folder, name)
        spoil(folder / name)
        return {"parcels": name}

    return Case("hostile", told, build, expect)


def _table(told: str, spoil: Spoil, name: str = "accounts.xlsx", expect: str = "refused") -> Case:
    def build(folder: Path) -> Mapping[str, Any]:
        book(folder, _rows(), name if name.endswith("x") else "made.xlsx")
        spoil(folder / name)
        return {"parcels": polygons(folder), "accounts": name}

    return Case("hostile", told, build, expect, check=taxes_wrong)


def _shapefiles() -> Iterator[Case]:
    def without(suffix: str) -> Callable[[Path], Mapping[str, Any]]:
        def build(folder: Path) -> Mapping[str, Any]:
            name = shapefile(folder)
            (folder / name).with_suffix(suffix).unlink()
            return {"parcels": [{"path": name, "columns": {"town": "镇街", "holder": "权利人"}}]}

        return build

    def cut(suffix: str) -> Callable[[Path], Mapping[str, Any]]:
        def build(folder: Path) -> Mapping[str, Any]:
            name = shapefile(folder)
            _half((folder / name).with_suffix(suffix))
            return {"parcels": [{"path": name, "columns": {"town": "镇街", "holder": "权利人"}}]}

        return build

    for suffix in (".shx", ".dbf", ".prj"):
        yield Case("hostile", f"shapefile without {suffix}", without(suffix), "refused")
    for suffix in (".shp", ".shx", ".dbf"):
        yield Case("hostile", f"shapefile, half of its {suffix}", cut(suffix), "refused")


def _renamed() -> Iterator[Case]:
    """What a file is, its bytes say: another name is no reason to refuse it where the bytes are clear."""

    def workbook_as_csv(folder: Path) -> Mapping[str, Any]:
        book(folder, _rows(), "made.xlsx")
        (folder / "made.xlsx").rename(folder / "accounts.csv")
        return {"parcels": polygons(folder), "accounts": "accounts.csv"}

    def text_as_workbook(folder: Path) -> Mapping[str, Any]:
        content = "\n".join(",".join(str(cell) for cell in row) for row in _rows())
        (folder / "accounts.xlsx").write_text(content, encoding="utf-8")
        return {"parcels": polygons(folder), "accounts": "accounts.xlsx"}

    yield Case("hostile", "a workbook called .csv", workbook_as_csv, "right|refused", check=taxes_wrong)
    yield Case("hostile", "a text called .xlsx", text_as_workbook, "right|refused", check=taxes_wrong)
    yield _parcels("a database that is no GeoPackage", _plain_database)


def _plain_database(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as base:
        base.execute("create table parcels (parcel_id text)")


def _paths() -> Iterator[Case]:
    for told, path in {
        "a web address": "https://localhost/parcels.gpkg",
        "a file address": "file:///etc/passwd",
        "/vsicurl": "/vsicurl/https://localhost/parcels.gpkg",
        "/vsizip": "/vsizip/parcels.zip/parcels.shp",
        "/vsistdin": "/vsistdin/",
        "a connection string": "PG:host=localhost dbname=landuse",
        "a share of the network": "\\\\localhost\\share\\parcels.gpkg",
        "nothing of that name": "parcel.gpkg",
    }.items():
        yield Case("hostile", f"path: {told}", lambda _, path=path: {"parcels": path}, "refused")

    def virtual(folder: Path) -> Mapping[str, Any]:
        polygons(folder)
        (folder / "parcels.vrt").write_text(
            '<OGRVRTDataSource><OGRVRTLayer name="parcels"><SrcDataSource>parcels.gpkg</SrcDataSource>'
            "</OGRVRTLayer></OGRVRTDataSource>",
            encoding="utf-8",
        )
        return {"parcels": "parcels.vrt"}

    yield Case("hostile", "a virtual dataset", virtual, "refused")
    if hasattr(os, "mkfifo"):

        def pipe(folder: Path) -> Mapping[str, Any]:
            os.mkfifo(folder / "parcels.gpkg")
            return {"parcels": "parcels.gpkg"}

        def endless(folder: Path) -> Mapping[str, Any]:
            (folder / "parcels.csv").symlink_to("/dev/zero")
            return {"parcels": [polygons(folder), "parcels.csv"]}

        yield Case("hostile", "a pipe", pipe, "refused")
        yield Case("hostile", "a link to an endless device", endless, "refused")


def _archives() -> Iterator[Case]:
    def zipped(told: str, members: Mapping[str, bytes], path: str = "parcels.zip") -> Case:
        def build(folder: Path) -> Mapping[str, Any]:
            with zipfile.ZipFile(folder / path, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, content in members.items():
                    archive.writestr(name, content)
            return {"parcels": path}

        return Case("hostile", told, build, "refused")

    zeros = bytes(300_000_000)
    yield zipped("an archive without anything", {})
    yield zipped("an archive of other things", {"readme.txt": b"no layer in here"})
    yield zipped("an archive that leaves its folder", {"../../parcels.shp": b"\x00\x00\x27\x0a" + bytes(100)})
    yield zipped("an archive of 300 MB of zeros", {"parcels.shp": zeros, "parcels.shx": b"", "parcels.dbf": b""})

    def bomb(path: Path) -> None:
        """Blow up a sheet of a workbook a thousandfold."""
        content = io.BytesIO(path.read_bytes())
        with zipfile.ZipFile(content) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                blank = b" " * 300_000_000 if name.endswith("sheet1.xml") else b""
                new.writestr(name, old.read(name) + blank)

    yield _table("a workbook that blows up to 300 MB", bomb)


def _entities(path: Path) -> None:
    """Put a document type with entities of entities before a sheet."""
    laugh = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    content = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            xml = old.read(name)
            if name.endswith("sheet1.xml"):
                xml = laugh + xml.split(b"?>", 1)[-1].replace(b"<v>2025</v>", b"<v>&b;</v>")
            new.writestr(name, xml)
