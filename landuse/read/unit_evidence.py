"""Judge the unit of a column that states none, by comparison with what is known otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from landuse.catalogue import fill, load
from landuse.errors import DefectError
from landuse.read.judgement import Candidate, Evidence, Judgement
from landuse.read.source import Cells
from landuse.read.units import spellings, unit_factor
from landuse.read.words import normal
from landuse.tables import Column

Floats = npt.NDArray[np.float64]

EVIDENCE: Final = "read/evidence.toml"
CELLS_SHARE: Final = 0.5
"""The cells state the unit of their column where at least this share of them (inclusive) carries one and the same."""
SAME: Final = 1e-3
"""Units nearer to each other than this are one (acre and US survey acre): no comparison tells them apart."""


@dataclass(frozen=True)
class Band:
    """What numbers are compared with, and how far they may lie apart in the right unit; bounds are inclusive."""

    words: Evidence
    least: float = 0.9
    most: float = 1.1
    rows: int = 1
    """Fewer comparable rows say nothing."""
    share: float = 0.8
    """Of the rows, this share at least has to lie within the bounds, and less than the rest of it in any other unit."""


def land_band() -> Band:
    """Return the band of an area that the geometry states too."""
    return Band(words_of("polygons"))


@dataclass(frozen=True)
class Fit:
    """How well one unit agrees."""

    unit: str
    factor: Fraction
    median: float
    share: float
    fits: bool


def tried_units(column: Column) -> dict[str, Fraction]:
    """Return the units in which a column may stand, the most usual first, and the factor of each."""
    found: dict[str, Fraction] = {}
    for unit in load(EVIDENCE)["tried"].get(column.unit, spellings(column.unit)):
        factor = unit_factor(column.unit, unit)
        if factor is None:
            raise DefectError(f"{EVIDENCE}: {unit} is no unit of {column.unit}")
        if all(abs(float(factor / known) - 1) > SAME for known in found.values()):
            found[unit] = factor
    return found


def words_of(key: str, title: Mapping[str, str] | None = None) -> Evidence:
    """Return what numbers are compared with, in words; `title` names a column in both languages."""
    entry = load(EVIDENCE)["words"][key]
    return Evidence(*(str(entry[lang]).format(title=title[lang] if title else "") for lang in ("zh", "en")))


def judge_unit(column: Column, values: Floats, known: Floats, *, band: Band | None = None) -> Judgement:
    """Return the unit in which `values` agree with `known`; decided only where exactly one unit does.

    Parameters
    ----------
    column
        The canonical column, with its unit.
    values
        Numbers as found, NaN = unknown.
    known
        What the same things measure in the canonical unit by other evidence (area of the geometry, another year), row
        by row; NaN = nothing to compare with.
    band
        What `known` is and how near it has to be; by default the area of the geometry.
    """
    band = band or land_band()
    fits = compare(column, values, known, band)
    rows = comparable(values, known)
    if not len(rows):
        return Judgement(None, nothing())
    if len(rows) < band.rows:
        zh = f"与{band.words.zh}可比的只有{len(rows)}行,至少要{band.rows}行"
        en = f"only {len(rows)} rows compare with {band.words.en}, {band.rows} are needed"
        return Judgement(None, Evidence(zh, en), tuple(Candidate(fit.unit, _told(fit, band)) for fit in fits))
    fitting = [fit for fit in fits if fit.fits]
    rivals = [fit for fit in fits if fit not in fitting and fit.share > 1 - band.share + 1e-9]
    if len(fitting) == 1 and not rivals:
        best = fitting[0]
        return Judgement(best.unit, _decided(best, len(rows), band))
    possible = fitting + rivals
    offered = sorted(possible or fits, key=lambda fit: -fit.share)
    told = tuple(Candidate(fit.unit, _told(fit, band)) for fit in offered)
    several = Evidence(
        f"与{len(rows)}行{band.words.zh}相比,不止一种单位说得通",
        f"compared with {band.words.en} in {len(rows)} rows, more than one unit makes sense",
    )
    none = Evidence(
        f"与{len(rows)}行{band.words.zh}相比,没有一种单位说得通",
        f"compared with {band.words.en} in {len(rows)} rows, no unit makes sense",
    )
    return Judgement(None, several if possible else none, told)


def nothing() -> Evidence:
    """Return the evidence that there is none."""
    return Evidence("没有可比的数据", "nothing to compare with")


def comparable(values: Floats, known: Floats) -> npt.NDArray[np.int64]:
    """Return the rows that compare: both known and above 0."""
    with np.errstate(invalid="ignore"):
        return np.flatnonzero(np.isfinite(values) & np.isfinite(known) & (values > 0) & (known > 0))


def compare(column: Column, values: Floats, known: Floats, band: Band) -> list[Fit]:
    """Return how well each unit agrees, the most usual unit first; empty where no row compares."""
    rows = comparable(values, known)
    if not len(rows):
        return []
    ratio = values[rows] / known[rows]
    return [_fit(unit, factor, ratio, band) for unit, factor in tried_units(column).items()]


def _fit(unit: str, factor: Fraction, ratio: Floats, band: Band) -> Fit:
    scaled = ratio * float(factor)
    least, most = band.least * (1 - 1e-9), band.most * (1 + 1e-9)  # a value on the bound lies within it
    share = float(((scaled >= least) & (scaled <= most)).mean())
    median = float(np.median(scaled))
    return Fit(unit, factor, median, share, least <= median <= most and share >= band.share - 1e-9)


def _decided(fit: Fit, rows: int, band: Band) -> Evidence:
    return Evidence(
        f"与{band.words.zh}相比,{rows}行中{fit.share:.0%}相符(比值中位数{fit.median:.3g})",
        fill("{share} of {rows:row agrees|rows agree} with ", {"share": f"{fit.share:.0%}", "rows": rows})
        + f"{band.words.en} (median ratio {fit.median:.3g})",
    )


def _told(fit: Fit, band: Band) -> Evidence:
    return Evidence(
        f"与{band.words.zh}之比为{fit.median:.3g},相符{fit.share:.0%}",
        f"ratio to {band.words.en} {fit.median:.3g}, {fit.share:.0%} agree",
    )


# ------------------------------------------------------------------------------------------------ cells


def judge_cells(column: Column, cells: Cells) -> Judgement:
    """Return the unit that the cells themselves carry, 1,234.5万元: where enough of them carry one and the same."""
    if cells.text is None:
        return Judgement(None, nothing())
    counted: dict[Fraction, tuple[str, int]] = {}
    texts = cells.text.drop_null().value_counts()
    for entry in texts.to_pylist():
        if (found := _unit_behind(normal(entry["values"]), column.unit)) is not None:
            unit, factor = found
            counted[factor] = (counted.get(factor, (unit, 0))[0], counted.get(factor, (unit, 0))[1] + entry["counts"])
    if not counted:
        return Judgement(None, nothing())
    told = {unit: _carried(unit, times) for unit, times in counted.values()}
    if len(counted) == 1:
        ((unit, times),) = counted.values()
        if times >= CELLS_SHARE * _known(cells):
            return Judgement(unit, told[unit])
    zh, en = "、".join(each.zh for each in told.values()), ", ".join(each.en for each in told.values())
    return Judgement(None, Evidence(zh, en), tuple(Candidate(unit, evidence) for unit, evidence in told.items()))


def _carried(unit: str, times: int) -> Evidence:
    en = fill("{n:cell carries|cells carry} “{unit}”", {"n": times, "unit": unit})
    return Evidence(f"{times}个单元格里写着“{unit}”", en)


def _known(cells: Cells) -> int:
    parts = (cells.text, cells.number, cells.day)
    return sum(int(pc.count(part, mode="only_valid").as_py()) for part in parts if part is not None)


def _unit_behind(plain: str, unit: str) -> tuple[str, Fraction] | None:
    """Return the longest unit that stands behind a number, and its factor."""
    for word, factor in sorted(spellings(unit).items(), key=lambda entry: -len(entry[0])):
        bare = plain.removesuffix(word)
        if bare != plain and bare and bare[-1] in "0123456789.)":
            return word, factor
    return None


# ----------------------------------------------------------------------------------------------- effect


def effect(table: str, column: Column, unit: str) -> dict[str, Any]:
    """Return what it would mean if the unit were another one, in both languages: facts of an issue.

    若实为元,亩均税收将小10000倍: the two most usual other units are named.
    """
    mine = unit_factor(column.unit, unit)
    if mine is None:
        raise DefectError(f"{unit} is no unit of {column.unit}")
    entry = load(EVIDENCE)["effect"].get(table, {}).get(column.name, {"zh": "该列数值", "en": "the column"})
    told: dict[str, list[str]] = {"zh": [], "en": []}
    others = [(other, factor) for other, factor in tried_units(column).items() if factor != mine]
    for other, factor in others[:2]:
        times = factor / mine if not entry.get("inverse") else mine / factor
        grows = times > 1
        size = _plain(times if grows else 1 / times)
        told["zh"].append(f"若实为{other},{entry['zh']}将{'大' if grows else '小'}{size}倍")
        told["en"].append(f"were it {other}, {entry['en']} would be {size} times {'larger' if grows else 'smaller'}")
    return {"effect_zh": ";".join(told["zh"]), "effect_en": "; ".join(told["en"])}


def _plain(times: Fraction) -> str:
    """Return how many times, as a person writes it: 10000, 666.7."""
    return str(times.numerator) if times.denominator == 1 else f"{float(times):.1f}"
