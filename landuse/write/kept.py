"""Keep with a run what drawing it again needs: the columns of its tables that are not published, and small facts.

Nothing is written twice: a table that is published is kept as its types and the columns that differ. Which input rows
are kept `landuse.write.kept_sources` says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from landuse.project import stated_tree
from landuse.tables import Analysis, RawPart
from landuse.tables import kept as k
from landuse.tables.columns import PROVENANCE
from landuse.write.staging import Staging

if TYPE_CHECKING:
    from landuse.write.kept_sources import KeptRows, Mask

WKB: Final = "wkb"


def write_kept(analysis: Analysis, published: Mapping[str, pd.DataFrame], stage: Staging) -> None:
    """Write the folder `state` of a run.

    Parameters
    ----------
    published
        The published tables, whose columns are not kept again.
    """
    from landuse.write.kept_plans import plans_index
    from landuse.write.kept_sources import kept_of

    book = _Book(stage)
    tables = {name: book.table(name, frame, _known(name, published)) for name, frame in k.kept_tables(analysis).items()}
    rows = kept_of(analysis)
    index = {
        "format": k.FORMAT,
        "stated": stated_tree(analysis.project),
        "reference_price": k.encoded(analysis.facts.get("reference_price")),
        "yard": _yard(analysis.facts.get("yard")),
        "crs": analysis.parcels.crs,
        "tables": tables,
        "variants": _variants(analysis, book),
        "sources": rows.sources,
        "parts": list(_parts(analysis, book, rows)),
        **({} if analysis.plans is None else {"plans": plans_index(analysis.plans, published)}),
    }
    text = json.dumps(index, ensure_ascii=False, indent=1) + "\n"
    stage.path(k.INDEX).write_text(text, encoding="utf-8", newline="\n")
    if analysis.project.locked:
        stage.path(k.LOCKED).write_text(analysis.project.locked.text(), encoding="utf-8", newline="\n")


def _known(name: str, published: Mapping[str, pd.DataFrame]) -> set[str]:
    """Return the columns of a table that can be read back from the published one."""
    if name == "balance":
        return set(published[name].columns) - set(k.REPEATED)
    if name == "variant_changes" or name not in published:
        return set()
    return {str(column) for column in published[name].columns}


def _yard(yard: Any) -> dict[str, Any] | None:
    """Return what groups are compared with; None where nothing was compared."""
    if yard is None:
        return None
    return {"names": list(yard.names), **{part: k.encoded(getattr(yard, part).tolist()) for part in k.YARD}}


def _variants(analysis: Analysis, book: _Book) -> dict[str, Any] | None:
    """Return what is kept of the variants beside their tables; None where the run has none."""
    held = analysis.variants
    if held is None:
        return None
    found = held.found
    return {
        "settings": {name: k.encoded(settings) for name, settings in held.settings.items()},
        "names": list(found),
        "shares": [list(one.steps.shares) for one in found.values()],
        "classes": [list(one.steps.classes) for one in found.values()],
        "parcels": book.table("variant_parcels", k.as_parcel_steps(found), set()),
        "enterprises": book.table("variant_enterprises", k.as_enterprise_steps(found), set()),
    }


@dataclass
class _Book:
    """The files of the folder, one a table that has anything to keep."""

    stage: Staging
    made: list[str] = field(default_factory=list)

    def table(self, name: str, frame: pd.DataFrame, known: set[str]) -> dict[str, Any]:
        """Write the columns of a table that are not known already; return its columns with their types."""
        kept = frame[[column for column in frame.columns if column not in known and not _is_place(name, column)]]
        if len(kept.columns):
            self._write(name, kept)
        columns = [
            [str(column), str(frame[column].dtype), "" if column in known else "kept"]
            for column in frame.columns
            if column in known or column in kept.columns
        ]
        categories = {
            str(column): [str(each) for each in frame[column].cat.categories]
            for column in frame.columns
            if isinstance(frame[column].dtype, pd.CategoricalDtype)
        }
        return {"rows": len(frame), "columns": columns, **({"categories": categories} if categories else {})}

    def _write(self, name: str, frame: pd.DataFrame) -> None:
        import pyarrow as pa

        from landuse.write.parquet import write_table

        table = pa.table({str(column): _array(frame[column]) for column in frame.columns})
        write_table(table, self.stage.path(f"{k.FOLDER}/{name}.parquet"))
        self.made.append(name)


def _is_place(name: str, column: Any) -> bool:
    """Say whether a column says where a row of accounts stood: their rows are united from several files."""
    return name == "accounts" and column in PROVENANCE


def _array(values: pd.Series) -> Any:
    """Return a column as Arrow; Python objects as JSON, those that repeat converted once."""
    import pyarrow as pa

    if isinstance(values.dtype, pd.CategoricalDtype):
        return pa.array(values.astype("str"), pa.string(), from_pandas=True)
    if values.dtype != object:
        return pa.array(values, from_pandas=True)
    objects = values.to_numpy(dtype=object)
    if all(isinstance(each, bytes) or each is None for each in objects[:1]) and values.name == WKB:
        return pa.array(objects, pa.binary())
    return pa.array([json.dumps(k.encoded(each), ensure_ascii=False) for each in objects], pa.string())


# ---------------------------------------------------------------------------------------------- sources


def _parts(analysis: Analysis, book: _Book, kept: KeptRows) -> Iterator[dict[str, Any]]:
    """Write what is kept of the input tables; hand out what else is known of each file."""
    number = 0
    for part in (part for parts in analysis.raw.parts.values() for part in parts):
        rows = kept.rows(part)
        if rows.any() or kept.is_whole(part):
            number += 1
            yield _part(part, rows, book, f"part_{number:03d}")


def _part(part: RawPart, rows: Mask, book: _Book, name: str) -> dict[str, Any]:
    from landuse.write.kept_sources import AROUND

    frame = part.frame.loc[rows].reset_index(drop=True)
    if part.table in AROUND:  # outlines, and where they stood: figures of theirs are printed nowhere
        frame = frame[[column for column in frame.columns if column in PROVENANCE]]
    if part.wkb is not None:
        frame = frame.assign(**{WKB: pd.Series(list(part.wkb[rows]), dtype=object)})
    numbers = set(frame["source_row"].tolist())
    changes = [k.change_as_plain(place, one) for place, one in part.corrections.items() if place[0] in numbers]
    return {
        "name": name,
        "table": part.table,
        "file": part.file,
        "sheet": part.sheet,
        "crs": part.crs,
        "encoding": part.encoding,
        "headers": dict(part.headers),
        "factors": {column: list(factor) for column, factor in part.factors.items()},
        "corrections": changes,
        **book.table(name, frame, set()),
    }
