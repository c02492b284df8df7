"""Say why a proposal is what it is: sentences of the vocabulary, in both languages."""

from __future__ import annotations

from typing import Any

from landuse.catalogue import fill, load
from landuse.read.judgement import Evidence


def said(key: str, **facts: Any) -> Evidence:
    """Return a sentence of ``vocabulary/propose.toml`` with its facts filled in."""
    entry = load("vocabulary/propose.toml")["evidence"][key]
    return Evidence(fill(entry["zh"], facts), fill(entry["en"], facts))


def because(key: str, why: Evidence, **facts: Any) -> Evidence:
    """Return a sentence that gives another one as its reason, each in its own language."""
    return Evidence(said(key, why=why.zh, **facts).zh, said(key, why=why.en, **facts).en)


def word(key: str, lang: str, **facts: Any) -> str:
    """Return a word or a line of the proposed file in one language."""
    return fill(str(load("vocabulary/propose.toml")["words"][key][lang]), facts)


def in_language(evidence: Evidence, lang: str) -> str:
    """Return one of the two sentences."""
    return evidence.en if lang == "en" else evidence.zh
