"""Read a file of notes that the map saved (landuse.notes/1), strictly: what is wrong is told, nothing is guessed."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from landuse.errors import Fault, InputError
from landuse.read.numbers import ERROR_CELL

FORMAT: Final = "landuse.notes/1"
MOST_BYTES: Final = 5_000_000
MOST_SIGNS: Final = 2000
MOST_WHO: Final = 60
MOST_KEY: Final = 200
ID: Final = re.compile(r"[0-9a-z]{6,32}")
CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\ufeff]")
"""Signs that no table keeps (`read.texts`); line ends become spaces when the register is read."""
LINES: Final = re.compile("\r\n|[\r\u2028\u2029]")
AGAIN: Final = "在一张图中重新保存 / save it again in the map"


@dataclass(frozen=True)
class Note:
    """One revision of a note."""

    id: str
    revision: int
    parcel_id: str
    """Blank = a place without a parcel."""
    lon: float
    lat: float
    text: str
    """Blank = the note was deleted."""
    who: str
    day: str
    file: str = ""
    number: int = 0
    """Place in the file, from 1."""
    run: str = ""
    """Digest of the run whose map the file came from."""

    @property
    def where(self) -> str:
        """Return the place of the note for a message."""
        return f"{self.file} [{self.number}]"


def read_notes(path: Path) -> list[Note]:
    """Return the notes of a file, in its order.

    Raises
    ------
    InputError
        The file is missing, too large, no JSON, of another format, or entries cannot be used: all of them are named.
    """
    content = _content(path)
    run = content.get("run")
    faults: list[Fault] = []
    notes = []
    for number, entry in enumerate(content["notes"], start=1):
        wrong = _wrong(entry)
        if wrong:
            found = f"该条的 {wrong} 不可用 / {wrong} cannot be used"
            faults.append(Fault(f"{path.name} [{number}]", found, do=AGAIN))
            continue
        notes.append(
            Note(
                id=entry["id"],
                revision=entry["revision"],
                parcel_id=_clean(entry["parcel_id"] or ""),
                lon=float(entry["lon"]),
                lat=float(entry["lat"]),
                text=_clean(entry["text"]),
                who=_clean(entry["who"]),
                day=entry["day"],
                file=path.name,
                number=number,
                run=run if isinstance(run, str) else "",
            )
        )
    if faults:
        raise InputError(faults)
    return notes


def _clean(text: str) -> str:
    """Return a text as a table can keep it; one that reads as the error of a spreadsheet stands in quotes."""
    plain = CONTROL.sub("", LINES.sub("\n", text)).strip()
    return f"“{plain}”" if ERROR_CELL.fullmatch(plain) else plain


def _content(path: Path) -> Mapping[str, Any]:
    where = path.name
    if not path.is_file():
        raise InputError([Fault(str(path), "没有该文件 / no such file", do="核对路径 / check the path")])
    if path.stat().st_size > MOST_BYTES:
        raise InputError([Fault(where, "文件过大 / file too large", f"<= {MOST_BYTES:,} bytes", AGAIN)])
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InputError([Fault(where, "不是 JSON 文件 / no JSON file", FORMAT, AGAIN)]) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT or not isinstance(content.get("notes"), list):
        raise InputError([Fault(where, "不是备注文件 / no file of notes", FORMAT, AGAIN)])
    return content


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _wrong(entry: Any) -> str:
    """Return the name of the first part of an entry that cannot be used; blank = none."""
    if not isinstance(entry, dict):
        return "note"
    tests: dict[str, Callable[[Any], bool]] = {
        "id": lambda value: isinstance(value, str) and bool(ID.fullmatch(value)),
        "revision": lambda value: isinstance(value, int) and not isinstance(value, bool) and 1 <= value < 1_000_000,
        "parcel_id": lambda value: value is None or (_is_text(value, MOST_KEY) and bool(value.strip())),
        "lon": lambda value: _is_number(value, 180),
        "lat": lambda value: _is_number(value, 90),
        "text": lambda value: _is_text(value, MOST_SIGNS),
        "who": lambda value: _is_text(value, MOST_WHO),
        "day": _is_day,
    }
    return next((name for name, is_right in tests.items() if name not in entry or not is_right(entry[name])), "")


def _is_text(value: Any, most: int) -> bool:
    """Say whether a value is a text of at most so many signs as JavaScript counts them, without lone surrogates."""
    if not isinstance(value, str) or len(value) > most or any("\ud800" <= sign <= "\udfff" for sign in value):
        return False
    return len(value.encode("utf-16-le")) <= 2 * most


def _is_number(value: Any, most: float) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and abs(value) <= most
    )


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
