"""Give the fingerprint of what determines a drawn page: a page is drawn again when it changes, and only then."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

DRAWING: Final = (
    "cartography/atlas",
    "cartography/pane",
    "cartography/sheet",
    "vocabulary/enumerations",
    "printing",
    "fonts",
)
"""Files of the package that decide how a page looks."""
LIBRARIES: Final = ("matplotlib", "numpy", "shapely", "fonttools")
ENDINGS: Final = (".py", ".toml", ".ttf")


def digest_of(*values: Any) -> str:
    """Return the sha256 of some values: texts, numbers, tables, geometries, and data classes of them."""
    digest = hashlib.sha256()
    for value in values:
        _feed(digest, value)
    return digest.hexdigest()


@cache
def drawing_digest() -> str:
    """Return the fingerprint of the code, the layouts and the fonts that pages are drawn with."""
    digest = hashlib.sha256()
    for library in LIBRARIES:
        digest.update(version(library).encode())
    root = Path(str(files("landuse")))
    for place in DRAWING:
        base = root / place
        for path in sorted(base.rglob("*")) if base.is_dir() else [base]:
            if path.suffix in ENDINGS and path.is_file():
                digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _feed(digest: Any, value: Any) -> None:
    """Take one value into a digest; each kind has its mark, each length is told."""
    if isinstance(value, np.ndarray):
        _feed_array(digest, value)
    elif isinstance(value, pd.DataFrame):
        _feed(digest, [(str(name), value[name]) for name in value.columns])
    elif isinstance(value, pd.Series):
        _feed_array(digest, value.to_numpy())
    elif is_dataclass(value) and not isinstance(value, type):
        _feed(digest, [(one.name, getattr(value, one.name)) for one in fields(value)])
    elif isinstance(value, Mapping):
        _feed(digest, sorted(value.items(), key=lambda item: str(item[0])))
    elif isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        digest.update(f"({len(items)}".encode())
        for item in items:
            _feed(digest, item)
    elif hasattr(value, "to_wkt") and hasattr(value, "is_projected"):
        _feed(digest, value.to_wkt())
    else:
        text = repr(value).encode()
        digest.update(f"{type(value).__name__}{len(text)}:".encode() + text)


def _feed_array(digest: Any, values: Any) -> None:
    import shapely

    digest.update(f"[{values.shape}{values.dtype}".encode())
    if values.dtype != object:
        digest.update(np.ascontiguousarray(values).tobytes())
    elif len(values) and all(shapely.is_geometry(values) | shapely.is_missing(values)):
        for one in shapely.to_wkb(values):
            digest.update(one or b"-")
    else:
        for one in values.tolist():
            _feed(digest, one)
