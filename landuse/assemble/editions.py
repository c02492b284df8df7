"""Read industry codes of enterprises as the edition they were written in: 2002 told by names, brought to 2017."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse import industry, tables
from landuse.catalogue import load
from landuse.tables import RawPart, RawTables
from landuse.tables.cells import text

Mask = npt.NDArray[np.bool_]

COLUMN: Final = "industry_code"
NAME: Final = "industry_name"
SHORT: Final = r"[6-9]\d[0-9]"
"""A code of three digits that may be one of four of mining (06 to 09) without its leading zero."""
MOSTLY: Final = 0.5
"""Share of codes of four digits in a file from which one of three is doubted (inclusive)."""


def in_one_edition(raw: RawTables, *, scheme: str) -> RawTables:
    """Return the enterprises with industry codes of GB/T 4754-2017; nothing is changed in the scheme ``plain``.

    A name in place of a code (纺织业) becomes the code of its division. The project file may state which edition a
    file uses (industry_edition; of 2002, only codes that their own name proves to be of 2017 stay). Else the names tell
    that stand beside its codes (industry_name): where they fit 2002 and never 2017, in two divisions or for most of the
    codes that 2017 has elsewhere, all codes of the file are brought over at the level of the division, and a code whose
    division cannot be told is unknown; fewer prove themselves alone. A code that seems to have lost its leading zero is
    told and not changed, unless the name beside it says so.
    """
    parts = raw.of("enterprises")
    if scheme == industry.PLAIN or not any(COLUMN in part.frame.columns for part in parts):
        return raw
    made, issues = [], [raw.issues]
    for part in parts:
        changed, found = _of_part(part) if COLUMN in part.frame.columns else (part, [])
        made.append(changed)
        issues += found
    return dataclasses.replace(raw, parts={**raw.parts, "enterprises": tuple(made)}, issues=tables.join_issues(issues))


@dataclasses.dataclass(frozen=True)
class _Codes:
    """The codes of a file and what stands beside them, row by row."""

    part: RawPart
    code: pd.Series
    division: pd.Series
    in_2017: pd.Series
    """Division of the name beside the code by the edition of 2017; missing where the name is none of it."""
    in_2002: pd.Series

    @property
    def old(self) -> Mask:
        """Return where code and name fit the edition of 2002 and not that of 2017, which has another number."""
        moved = self.division.isin(load("assemble/editions.toml")["names_2002"]).to_numpy(dtype=bool)
        return moved & _equal(self.division, self.in_2002) & ~_equal(self.division, self.in_2017)

    @property
    def new(self) -> Mask:
        """Return where code and name fit the edition of 2017 and not that of 2002."""
        return _equal(self.division, self.in_2017) & ~_equal(self.division, self.in_2002)


def _of_part(part: RawPart) -> tuple[RawPart, list[pd.DataFrame]]:
    frame = part.frame.reset_index(drop=True)
    code, name = text(frame, COLUMN), text(frame, NAME)
    named = industry.normalise(code).isna() & code.notna()
    by_name = _division_of(code.where(named), 2017).fillna(_brought(_division_of(code.where(named), 2002)))
    hit = by_name.notna().to_numpy(dtype=bool)
    codes = _Codes(
        part, code.mask(hit, by_name), industry.division(code), _division_of(name, 2017), _division_of(name, 2002)
    )
    made, issues = _brought_over(codes)
    zeros = _lacks_zero(made)
    mended = zeros & _equal(("0" + made).str.slice(0, 2), codes.in_2017)
    made = made.mask(mended, "0" + made)
    differs = (codes.in_2017.notna() & codes.division.notna()).to_numpy() & ~_equal(codes.division, codes.in_2017)
    differs = (differs | codes.old) & _equal(made, code)
    issues += [
        _told("INDUSTRY_BY_NAME", part, hit, code, by_name),
        _told("INDUSTRY_LOST_ZERO", part, zeros & ~mended, code, "0" + made),
        _told("INDUSTRY_ZERO_BY_NAME", part, mended, code, made),
        _told("INDUSTRY_NAME_DIFFERS", part, differs, code, name),
    ]
    if code.equals(made):
        return part, issues
    return dataclasses.replace(part, frame=frame.assign(**{COLUMN: made.astype("str")})), issues


def _brought_over(codes: _Codes) -> tuple[pd.Series, list[pd.DataFrame]]:
    """Return the codes of a file in the edition of 2017, and what was done about it."""
    rows, code = _old_rows(codes)
    if not rows.any():
        return codes.code, []
    brought = _brought(industry.normalise(codes.code.where(rows)))
    moved = rows & ~_equal(brought, codes.code)
    lost = rows & brought.isna().to_numpy(dtype=bool)
    made = codes.code.mask(rows & brought.notna().to_numpy(), brought).mask(lost)
    told = _told(code, codes.part, moved & ~lost, codes.code, made)
    return made, [told, _each("INDUSTRY_UNDECIDED", codes.part, lost, codes.code)]


def _old_rows(codes: _Codes) -> tuple[Mask, str]:
    """Return the rows with codes of 2002, as the project file states or the names tell, and the issue that says so."""
    old, new = codes.old, codes.new
    whole = codes.division.notna().to_numpy(dtype=bool)
    if codes.part.edition == 2002:
        return whole & ~new, "INDUSTRY_EDITION_STATED"
    if codes.part.edition is not None or not old.any():
        return np.zeros(len(whole), dtype=bool), ""
    would = int((whole & ~_equal(_brought(industry.normalise(codes.code)), codes.code)).sum())
    is_proved = len(set(codes.division[old])) > 1 or int(old.sum()) * 2 > would
    is_mixed = bool(new.any()) or not is_proved
    return (old, "INDUSTRY_EDITION_MIXED") if is_mixed else (whole, "INDUSTRY_EDITION")


def _brought(digits: pd.Series) -> pd.Series:
    """Return codes of 2002 in the edition of 2017: those of unchanged divisions stay; missing = cannot be told."""
    book = load("assemble/editions.toml")["to_2017"]
    return _by_word(digits, lambda word: _one_brought(word, book))


def _one_brought(word: str, book: Mapping[str, str]) -> str | None:
    for size in (4, 3, 2):
        if (found := book.get(word[:size])) is not None and len(word) >= size:
            return found or None
    return word


@cache
def _names(edition: int) -> Mapping[str, str]:
    """Return the names of divisions in plain form -> number."""
    if edition == 2002:
        names = load("assemble/editions.toml")
        changed = {_plain(name): number for number, name in {**names["names_2002"], **names["renamed"]}.items()}
        kept = {name: number for name, number in _names(2017).items() if number not in changed.values()}
        return {**kept, **changed}
    book = load("vocabulary/industries.toml")["division"]
    return {_plain(str(entry["zh"])): number for number, entry in book.items()}


def _plain(name: str) -> str:
    """Return a name without signs, 和 and 及 alike, without 业 at its end."""
    kept = "".join(sign for sign in name if sign.isalnum()).replace("及", "和")
    return kept.removesuffix("业").lstrip("0123456789").lstrip("ABCDEFGHIJKLMNOPQRST")


def _division_of(names: pd.Series, edition: int) -> pd.Series:
    known = _names(edition)
    return _by_word(names, lambda word: known.get(_plain(word)))


def _by_word(texts: pd.Series, read: Any) -> pd.Series:
    """Read each different word once."""
    words = {word: read(str(word)) for word in texts.dropna().unique()}
    return texts.map(words).astype("str") if words else texts.astype("str")


def _lacks_zero(codes: pd.Series) -> Mask:
    """Return which codes of three digits may have lost a zero: most codes of the file have four."""
    digits = codes.dropna()
    if not len(digits) or digits.str.len().eq(4).mean() < MOSTLY:
        return np.zeros(len(codes), dtype=bool)
    return codes.str.fullmatch(SHORT).fillna(value=False).to_numpy(dtype=bool)


def _equal(one: pd.Series, other: pd.Series) -> Mask:
    return (one.notna() & (one == other)).to_numpy(dtype=bool)


def _told(code: str, part: RawPart, rows: Mask, found: pd.Series, meant: pd.Series) -> pd.DataFrame:
    """Return one issue on all such rows of a file, at the first: how many, what stands there, what is meant."""
    at = np.flatnonzero(rows)
    if not len(at):
        return tables.no_issues()
    facts = [{"count": len(at), "meant": str(meant.iloc[at[0]])}]
    return _issue(code, part, at[:1], [str(found.iloc[at[0]])], facts)


def _each(code: str, part: RawPart, rows: Mask, found: pd.Series) -> pd.DataFrame:
    at = np.flatnonzero(rows)
    return _issue(code, part, at, found.iloc[at].tolist(), [{}] * len(at))


def _issue(code: str, part: RawPart, at: Any, value: Sequence[str], facts: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    rows = part.frame.iloc[at].assign(source_file=part.file, source_sheet=part.sheet)
    key = "uscc" if "uscc" in rows.columns else ""
    return tables.issue_rows(
        code, rows, table="enterprises", key=key, column=COLUMN, value=list(value), facts=list(facts)
    )
