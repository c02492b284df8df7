"""Read the data files that ship inside the package: vocabulary, statutes, rule packs, reference tables."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(path: str) -> Mapping[str, Any]:
    """Return the content of one TOML file of the package.

    Parameters
    ----------
    path
        Path below the package, with forward slashes, e.g. ``vocabulary/columns.toml``.
    """
    return tomllib.loads(files("landuse").joinpath(path).read_text(encoding="utf-8"))


@cache
def load_folder(path: str) -> Mapping[str, Any]:
    """Return the TOML files of a folder of the package as one mapping, file by file in name order."""
    merged: dict[str, Any] = {}
    folder = files("landuse").joinpath(path)
    for name in sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml")):
        content = load(f"{path}/{name}")
        clash = merged.keys() & content.keys()
        if clash:
            raise ValueError(f"{path}/{name} repeats {sorted(clash)}")
        merged.update(content)
    return merged


@cache
def read_text(path: str) -> str:
    """Return one text file of the package (UTF-8)."""
    return files("landuse").joinpath(path).read_text(encoding="utf-8")


def term(kind: str, code: str, lang: str) -> str:
    """Return what a bureau reads for an enumerated value, e.g. ``term("status", "RANKED", "zh")``.

    An unknown code is returned as it stands.
    """
    entry = load_folder("vocabulary/enumerations").get(kind, {}).get(code)
    return str(entry[lang]) if entry else code


def terms(kind: str, lang: str) -> dict[str, str]:
    """Return all values of one enumeration, code to words, in the order of the catalogue."""
    return {code: str(entry[lang]) for code, entry in load_folder("vocabulary/enumerations")[kind].items()}
