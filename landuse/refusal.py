"""Read a TOML file as a bureau writes it, and say what is wrong: where, what was found, what may stand there."""

from __future__ import annotations

import errno
import re
import stat
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, get_args

from landuse.catalogue import load
from landuse.errors import Fault, InputError

STRING: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"')
"""A TOML string in double quotes on one line."""
VALID: Final = re.compile(r'"(?:[^"\\]|\\(?:[btnfr"\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}))*"')
"""A TOML string whose every backslash makes an escape; in any other somebody wrote a Windows path."""
KINDS_TRIED: Final = frozenset({"[key]", "FixedValue", "str", "int", "float", "bool", "date"})
"""Names of types that stand in the place of a refusal when several were tried."""
LARGEST: Final = 50_000_000
"""Bytes of a file of settings, or of a template (inclusive)."""
HIDDEN: Final = frozenset({"folder", "own_pack", "own_catalogue", "locked", "own_layout"})
"""Fields of a project that no file may state."""


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """Return a TOML text as plain values; strings that are no TOML are tried as Windows paths.

    Raises
    ------
    InputError
        Not valid TOML: the line is named.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        try:
            return tomllib.loads(STRING.sub(_as_windows_path, text))
        except tomllib.TOMLDecodeError:
            line = re.search(r"line (\d+)", str(error))
            found = f"第 {line[1] if line else '1'} 行不是有效的 TOML / not valid TOML: {error}"
            hint = 'Chinese names need quotes: [variants."末位20%"]' if "key part" in str(error) else "mend that line"
            raise InputError([Fault(where, found, do=f"改正该行;中文名称须加引号 / {hint}")]) from None


def read_toml(path: Path, where: str, *, missing: Fault, do: str) -> dict[str, Any]:
    """Return a TOML file of the bureau's own as plain values.

    Parameters
    ----------
    where
        The file as the project file writes it.
    missing
        What is told where it cannot be opened.
    do
        What to do where it is no text.

    Raises
    ------
    InputError
        It cannot be opened, is no text, or no TOML.
    """
    try:
        return parse_toml(decode(plain_bytes(path)), where)
    except UnicodeDecodeError:
        raise InputError([Fault(where, "不是文本文件 / not a text file", "TOML, UTF-8", do)]) from None
    except OSError:
        raise InputError([missing]) from None


def plain_bytes(path: Path) -> bytes:
    """Return the bytes of a plain file that is read as a whole; never of a pipe or a device, which has no end.

    Raises
    ------
    OSError
        It cannot be opened, is no plain file, or is larger than `LARGEST`.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "不是普通文件 / no plain file")
    if status.st_size > LARGEST:
        raise OSError(errno.EFBIG, f"文件过大 / too large: {status.st_size} bytes")
    return path.read_bytes()


def tuples(tree: Any) -> Any:
    """Return plain values with every list as a tuple: what is validated is frozen."""
    if isinstance(tree, Mapping):
        return {key: tuples(value) for key, value in tree.items()}
    return tuple(tuples(value) for value in tree) if isinstance(tree, list) else tree


def decode(raw: bytes) -> str:
    """Return the text of a file in UTF-8 (with or without BOM), UTF-16 or GBK."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16").replace("\r\n", "\n")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8")


def refusal(item: Any, tree: Mapping[str, Any], where: str, *, model: Any) -> Fault:
    """Return what a user reads of one refusal of a model: the key, what stands there, what may, the nearest known key.

    Parameters
    ----------
    item
        One entry of ``ValidationError.errors()``.
    tree
        What was validated, as `tomllib` gives it.
    where
        File the keys stand in.
    """
    path, key = _place(item["loc"], tree)
    place = f"{where} [{key}]"
    if item["type"] == "extra_forbidden":
        return Fault(place, "未知的键 / unknown key", _nearest(path, model), "改正或删除 / correct or delete it")
    if item["type"] == "missing":
        return Fault(place, "缺少该键 / missing key", do="请补上 / add it")
    words = load("vocabulary/project.toml")["allowed"]
    entry = words.get(item["type"], words["other"])
    facts = item.get("ctx", {})
    zh, en = entry["zh"].format(**facts).replace(" or ", " 或 "), entry["en"].format(**facts)
    found = f"不可用 / not usable: {item['input']!r}" if _is_short(item["input"]) else "不可用 / not usable"
    return Fault(place, found, f"{zh} / {en}", "请改正 / correct it")


def _place(loc: Sequence[str | int], tree: Mapping[str, Any]) -> tuple[list[str], str]:
    """Return the keys a refusal lies under, and how a user finds them: list entries count from 1."""
    path: list[str] = []
    key = ""
    node: Any = tree
    for part in loc:
        if isinstance(part, int):
            key += f"[{part + 1}]" if isinstance(node, list | tuple) else ""
            node = node[part] if isinstance(node, list | tuple) and part < len(node) else node
        elif isinstance(node, Mapping) and part in node:
            path.append(part)
            key += f".{part}" if key else part
            node = node[part]
        elif part not in KINDS_TRIED and not part.startswith("tuple["):
            path.append(part)
            key += f".{part}" if key else part
    return path, key


def _is_short(value: Any) -> bool:
    return not isinstance(value, Mapping | tuple | list) and len(repr(value)) <= 80


def _nearest(path: Sequence[str], model: Any) -> str:
    """Return the known key nearest to an unknown one; the section it belongs to when it stands in the wrong one."""
    own = known_keys(path[:-1], model)
    near = get_close_matches(path[-1], own, n=1, cutoff=0.0)
    homes = [name for name in known_keys((), model) if name != path[0] and path[-1] in known_keys((name,), model)]
    if homes and not get_close_matches(path[-1], own, n=1, cutoff=0.8):
        return f"该键属于 [{homes[0]}] / it belongs to [{homes[0]}]"
    return f"最接近的是 {near[0]} / the nearest known key is {near[0]}" if near else ""


def known_keys(path: Sequence[str], model: Any) -> list[str]:
    """Return the keys that may stand at a place of the project file."""
    for name in path:
        if name in model.model_fields:
            model = _model_of(model.model_fields[name].annotation)
        if model is None:
            return []
    return [field.alias or name for name, field in model.model_fields.items() if not field.exclude]


def _model_of(annotation: Any) -> Any:
    """Return the section an annotation holds, alone or inside a mapping, a list or a choice; None = none."""
    if hasattr(annotation, "model_fields"):
        return annotation
    inner = (_model_of(argument) for argument in get_args(annotation))
    return next((model for model in inner if model is not None), None)


def _as_windows_path(string: re.Match[str]) -> str:
    """Return a TOML string in which a backslash makes no escape with every backslash doubled; others as they are."""
    text = string.group()
    return text if VALID.fullmatch(text) else text.replace("\\", "\\\\")
