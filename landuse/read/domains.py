"""Find what the codes of a field mean: domains and subtypes of a File Geodatabase, enumerations of a GeoPackage."""

from __future__ import annotations

import sqlite3
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from landuse.read.findings import Finding
from landuse.read.plain_xml import DoctypeError, local, parse_xml
from landuse.read.source import Cells

CODE_SUFFIX: Final = ":代码"
"""Header of the codes beside the header of their meanings: 土地用途 and 土地用途:代码."""
Meanings = Mapping[str, str]
"""Code as text -> what it means."""


@dataclass(frozen=True)
class Domains:
    """What the codes of one layer mean."""

    fields: Mapping[str, Meanings] = field(default_factory=dict)
    """Field -> meanings of its codes."""
    subtype: str = ""
    """Field that says of which subtype a row is; blank = none."""
    by_subtype: Mapping[str, Mapping[str, Meanings]] = field(default_factory=dict)
    """Subtype code -> field -> meanings, where a subtype has meanings of its own."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Field -> title that the database gives it beside its name, e.g. ZDDM -> 宗地代码."""

    @property
    def coded(self) -> frozenset[str]:
        """Return the fields that hold codes."""
        more = {name for fields in self.by_subtype.values() for name in fields}
        return frozenset({*self.fields, *more})


def package_domains(path: Path, layer: str) -> Domains:
    """Return the enumerations of a layer of a GeoPackage; none where its tables of columns are missing or damaged."""
    told = (
        "SELECT c.column_name, v.value, v.description FROM gpkg_data_columns c "
        "JOIN gpkg_data_column_constraints v USING (constraint_name) "
        "WHERE c.table_name = ? AND v.constraint_type = 'enum' ORDER BY v.rowid"
    )
    found: dict[str, dict[str, str]] = {}
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            for name, code, meaning in base.execute(told, (layer,)):
                if meaning is not None:
                    found.setdefault(str(name), {})[_code(code)] = str(meaning)
    except sqlite3.Error:  # a GeoPackage without the extension
        return Domains()
    return Domains(found)


def geodatabase_domains(definition: str, items: Sequence[str]) -> Domains:
    """Return the domains and subtypes of a layer of a File Geodatabase.

    Parameters
    ----------
    definition
        Definition of the layer, as GDB_Items holds it.
    items
        Definitions of all domains of the database.

    Raises
    ------
    ValueError
        A definition cannot be read: then it is not known what the codes mean.
    """
    known = dict(_coded_domain(_root(item)) for item in items)
    root = _root(definition)
    infos = list(_named(root, "GPFieldInfoEx"))
    pairs = [(_text(info, "Name"), _text(info, "DomainName")) for info in infos]
    fields = {name: known[domain] for name, domain in pairs if domain in known}
    aliases = {_text(info, "Name"): _text(info, "AliasName") for info in infos}
    subtype = _text(root, "SubtypeFieldName")
    names: dict[str, str] = {}
    by_subtype: dict[str, dict[str, Meanings]] = {}
    for each in _named(root, "Subtype"):
        code = _code(_text(each, "SubtypeCode"))
        names[code] = _text(each, "SubtypeName")
        pairs = [(_text(info, "FieldName"), _text(info, "DomainName")) for info in _named(each, "SubtypeFieldInfo")]
        by_subtype[code] = {name: known[domain] for name, domain in pairs if domain in known}
    if subtype and names:
        fields[subtype] = names
    return Domains(
        fields, subtype, by_subtype, {name: alias for name, alias in aliases.items() if alias not in ("", name)}
    )


def meant(name: str, codes: Cells, domains: Domains, subtype: Cells | None) -> tuple[Cells, Finding | None]:
    """Return what the codes of a field mean, and the rows whose code the domain does not know.

    A code without a meaning stays as it is.

    Parameters
    ----------
    subtype
        Cells of the field of subtypes, where some subtype has meanings of its own.
    """
    index, words = _coded(codes)
    kinds, kind_words = (np.full(codes.size, -1), []) if subtype is None else _coded(subtype)
    pairs, place = np.unique(np.stack([index, kinds]), axis=1, return_inverse=True)
    own = [domains.by_subtype.get(kind_words[kind], {}) if kind >= 0 else {} for kind in pairs[1]]
    answers = [
        _meaning(name, words[at], mine, domains) if at >= 0 else (None, False)
        for at, mine in zip(pairs[0], own, strict=True)
    ]
    meanings = pa.array([meaning for meaning, _ in answers], pa.large_string())
    unknown = np.array([doubt for _, doubt in answers], dtype=bool)
    place = np.asarray(place).ravel()
    rows = np.flatnonzero(unknown[place]) if answers else np.zeros(0, dtype=np.int64)
    found = Finding("DOMAIN_CODE_UNKNOWN", rows, [words[at] for at in index[rows]], {"field": name})
    return Cells(codes.size, text=meanings.take(pa.array(place))), found if len(rows) else None


def _meaning(name: str, code: str, own: Mapping[str, Meanings], domains: Domains) -> tuple[str, bool]:
    known = own.get(name, domains.fields.get(name, {}))
    return (known[code], False) if code in known else (code, bool(known))


def _coded(cells: Cells) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Return each cell's place among the different codes, -1 where it is blank, and the codes as text."""
    part = cells.text if cells.text is not None else cells.number
    if part is None:
        return np.full(cells.size, -1), []
    encoded = part.dictionary_encode()
    return encoded.indices.fill_null(-1).to_numpy().astype(np.int64), [_code(v) for v in encoded.dictionary.to_pylist()]


def _code(value: Any) -> str:
    """Return a code as text: 1, 1.0 and "1" are one code."""
    number = float(value) if isinstance(value, int | float) else None
    return str(int(number)) if number is not None and number.is_integer() else str(value)


# ------------------------------------------------------------------------------- definitions of a geodatabase


def _root(text: str) -> ET.Element:
    try:
        return parse_xml(text)
    except (expat.ExpatError, DoctypeError) as error:
        raise ValueError(str(error) or "DOCTYPE") from None


def _coded_domain(root: ET.Element) -> tuple[str, Meanings]:
    pairs = [(_code_text(each), _text(each, "Name")) for each in _named(root, "CodedValue")]
    return _text(root, "DomainName"), dict(pairs)


def _code_text(coded: ET.Element) -> str:
    """Return a code; numbers of a domain may be written 1.0."""
    element = next((child for child in coded if local(child.tag) == "Code"), None)
    text = "" if element is None or element.text is None else element.text
    kind = "" if element is None else next((v for k, v in element.attrib.items() if local(k) == "type"), "")
    if local(kind) in {"int", "short", "float", "double", "long"}:
        return _code(float(text))
    return text


def _named(root: ET.Element, name: str) -> Iterator[ET.Element]:
    return (element for element in root.iter() if local(element.tag) == name)


def _text(root: ET.Element, name: str) -> str:
    element = next((child for child in root if local(child.tag) == name), None)
    return "" if element is None or element.text is None else element.text
