"""Know the rule packs: those that ship and the bureau's own, each with its parameters, their values and bases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from landuse.catalogue import load_folder
from landuse.errors import DefectError
from landuse.rule import OwnRule, Rule

SHIPPED: Final = "policy/packs"
TOLD: Final = ("zh", "en")
"""Parts of a parameter that are laid over piece by piece: title and explanation."""


@dataclass(frozen=True)
class Pack:
    """A rule pack as a reader knows it."""

    name: str
    version: str
    """Day from which it holds, ISO."""
    extends: str
    """Pack whose parameters hold where this one says nothing; blank = none."""
    title: Mapping[str, str]
    """Language -> title."""
    cited: Mapping[str, str]
    """Language -> what was read, and where."""
    parameters: Mapping[str, Mapping[str, Any]]
    """Parameter -> value (absent = the project file has its default), basis, zh and en with title and explanation."""
    stated: frozenset[str]
    """Parameters that the pack states itself."""


def shipped() -> tuple[str, ...]:
    """Return the names of the packs that ship, the default first."""
    names = load_folder(SHIPPED)
    return ("default", *(name for name in names if name != "default"))


def pack(name: str, own: Mapping[str, Any] | None = None) -> Pack:
    """Return a pack by name.

    Parameters
    ----------
    own
        Content of the bureau's own pack file, where `name` is that file.
    """
    content = own or load_folder(SHIPPED)[name]
    return Pack(
        name=name,
        version=str(content["version"]),
        extends=str(content.get("extends", "")),
        title=content["title"],
        cited=content["cited"],
        parameters=_parameters(name, content),
        stated=frozenset(content.get("parameters", {})),
    )


def pack_of(rule: Rule) -> Pack:
    """Return the pack of a rule in force."""
    return pack(rule.pack, rule.own_pack if isinstance(rule, OwnRule) else None)


def is_known(rule: Rule) -> bool:
    """Return whether the pack of a rule is at hand: one that ships, or a file that was read."""
    return isinstance(rule, OwnRule) or rule.pack in load_folder(SHIPPED)


def pack_parameters(name: str, own: Mapping[str, Any] | None = None) -> Mapping[str, Mapping[str, Any]]:
    """Return the parameters of a pack by name: its own values and bases laid over those of the pack it extends."""
    return _parameters(name, own or load_folder(SHIPPED)[name])


def _parameters(name: str, content: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    own: Mapping[str, Mapping[str, Any]] = content.get("parameters", {})
    if "extends" not in content:
        return own
    below = pack_parameters(content["extends"])
    unknown = own.keys() - below.keys()
    if unknown:
        raise DefectError(f"pack {name}: unknown parameters {sorted(unknown)}")
    return {key: _laid_over(entry, own.get(key, {})) for key, entry in below.items()}


def _laid_over(below: Mapping[str, Any], own: Mapping[str, Any]) -> Mapping[str, Any]:
    told = {lang: {**below[lang], **own.get(lang, {})} for lang in TOLD}
    return {**below, **own, **told}
