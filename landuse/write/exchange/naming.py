"""Name fields within the bounds of a format: 10 bytes for a Shapefile, unique without regard to case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from landuse.catalogue import load
from landuse.tables import columns

DBF_BYTES: Final = 10
"""Bytes of a field name in a DBF."""
BRACKETED: Final = re.compile(r"[(\uff08\[\u3010][^()\uff08\uff09\[\]\u3010\u3011]*[)\uff09\]\u3011]")
SIGNS: Final = re.compile(r"\W+")
LIST: Final = "vocabulary/exchange.toml"


def dbf_names(wanted: Iterable[str], codec: str) -> list[str]:
    """Return names within 10 bytes for the fields of a Shapefile, in their order, each once.

    A title that is too long first loses what stands in brackets, then its end; letters, digits and underscores stay.

    Parameters
    ----------
    codec
        Encoding of the table: a Chinese character takes 2 bytes in GBK and 3 in UTF-8.
    """
    found: list[str] = []
    taken: set[str] = set()
    for number, name in enumerate(wanted, start=1):
        short = _fitting(name, codec, DBF_BYTES) or f"F{number}"
        found.append(_free(short, taken, codec, DBF_BYTES))
        taken.add(found[-1].casefold())
    return found


def unique_names(wanted: Iterable[str], *, reserved: Iterable[str] = ()) -> list[str]:
    """Return names that differ without regard to case, for formats that ask no more of them.

    Parameters
    ----------
    reserved
        Names that the format keeps for itself.
    """
    found: list[str] = []
    taken = {name.casefold() for name in reserved}
    for number, name in enumerate(wanted, start=1):
        plain = " ".join(name.split()) or f"F{number}"
        found.append(_free(plain, taken, "utf-8", 10_000))
        taken.add(found[-1].casefold())
    return found


def known_short(name: str) -> str:
    """Return the short name that the vocabulary has for a canonical column of parcels or its title; blank for none."""
    return _shorts().get(name, "")


@cache
def short_titles() -> Mapping[str, str]:
    """Return canonical column of the parcels -> Chinese name within 10 bytes of GBK."""
    return dict(load(LIST)["short"])


@cache
def _shorts() -> Mapping[str, str]:
    """Return the short names by canonical name that does not fit, and by Chinese title."""
    short = short_titles()
    titles: dict[str, str] = {}
    for stage in ("output", "input"):
        for name, column in columns(stage, "parcels").items():
            if name in short:
                titles |= {column.zh: short[name]} | ({name: short[name]} if len(name) > DBF_BYTES else {})
    return titles


def _fitting(name: str, codec: str, size: int) -> str:
    """Return a name of letters, digits and underscores that fits."""
    whole = _plain(name, codec)
    if len(whole.encode(codec)) > size:
        whole = _plain(BRACKETED.sub("", name), codec) or whole
    return _cut(whole, codec, size)


def _plain(name: str, codec: str) -> str:
    known = name.encode(codec, errors="replace").decode(codec)
    plain = SIGNS.sub("_", known).strip("_")
    return f"F{plain}" if plain[:1].isdigit() else plain


def _cut(name: str, codec: str, size: int) -> str:
    return name.encode(codec)[:size].decode(codec, errors="ignore").rstrip("_")


def _free(name: str, taken: set[str], codec: str, size: int) -> str:
    """Return the name, with a number at its end where another field has it already."""
    number, free = 1, name
    while free.casefold() in taken:
        free = f"{_cut(name, codec, size - len(str(number)))}{number}"
        number += 1
    return free
