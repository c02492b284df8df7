"""Find the words a bureau reads of sections, keys and choices: vocabulary/parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from landuse.catalogue import load_folder

FOLDER: Final = "vocabulary/parameters"


def word(name: str, lang: str, /, **fill: Any) -> str:
    """Return a text of the workbook."""
    return str(load_folder(FOLDER)["words"][name][lang]).format(**fill)


def both(name: str) -> frozenset[str]:
    """Return a word in every language it may be read in."""
    return frozenset(str(text) for text in load_folder(FOLDER)["words"][name].values())


def section_title(section: str, lang: str) -> str:
    """Return the title of a sheet; its section where nobody has named it."""
    entry = load_folder(FOLDER)["sections"].get(section)
    return str(entry[lang]) if entry else section


def section_note(section: str, lang: str) -> str:
    """Return how a sheet is filled in; blank where nothing needs to be said."""
    return str(load_folder(FOLDER)["sections"].get(section, {}).get(f"note_{lang}", ""))


def key_title(section: str, key: str, lang: str) -> str:
    """Return what a key is called; the key itself where nobody has named it, and in English."""
    entry = _entry(section, key)
    return str(entry["zh"]) if entry and lang == "zh" else key


def key_note(section: str, key: str, explain: str, lang: str) -> str:
    """Return what a key means: in English as the model says it."""
    entry = _entry(section, key)
    if lang == "zh":
        return str(entry.get("say", "")) if entry else explain
    return explain or (str(entry.get("en", "")) if entry else "")


def named_keys() -> frozenset[str]:
    """Return every ``section.key`` that has words."""
    return frozenset(f"{section}.{key}" for section, keys in load_folder(FOLDER)["keys"].items() for key in keys)


def choice_words(place: str) -> Mapping[str, str]:
    """Return what the choices of a key mean, in Chinese; none for those that speak for themselves."""
    said: Mapping[str, str] = load_folder(FOLDER)["choices"].get(place, {})
    return said


def _entry(section: str, key: str) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = load_folder(FOLDER)["keys"].get(section, {}).get(key)
    return found
