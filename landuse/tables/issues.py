"""Build issues tables: coded rows with facts, worded in a language only when they are published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import pandas as pd

from landuse.catalogue import fill, load_folder

ISSUE_COLUMNS: Final = (
    "severity", "code", "table", "key", "column", "source_file", "source_sheet", "source_row", "value", "facts",
)  # fmt: skip


def issue_rows(code: str, rows: pd.DataFrame, *, table: str, key: str = "", **more: Any) -> pd.DataFrame:
    """Return one issue for each given row.

    Parameters
    ----------
    code
        Key of ``vocabulary/issues/*.toml``, which holds severity, owner, message and action in zh and en.
    rows
        Rows of the table concerned; their provenance columns are taken where present.
    table
        Canonical name of the table.
    key
        Column of `rows` that names the object; blank = none.
    more
        ``column``: canonical column concerned (text); ``value``: values as found (sequence as long as `rows`, or one
        text); ``facts``: sequence of mappings that fill the placeholders of the message.
    """
    size = len(rows)
    if not size:
        return no_issues()
    texts = rows[key].astype("str") if key else pd.Series([""] * size)
    value = more.get("value", "")
    frame = {
        "severity": [str(load_folder("vocabulary/issues")[code]["severity"])] * size,
        "code": [code] * size,
        "table": [table] * size,
        "key": texts.to_numpy(dtype=object),
        "column": [str(more.get("column", ""))] * size,
        "source_file": _column_or(rows, "source_file", ""),
        "source_sheet": _column_or(rows, "source_sheet", ""),
        "source_row": _column_or(rows, "source_row", None),
        "value": [value] * size if isinstance(value, str) else [str(v) for v in value],
        "facts": list(more.get("facts", [{}] * size)),
    }
    return pd.DataFrame(frame, columns=list(ISSUE_COLUMNS)).astype({"source_row": "Int64"})


def one_issue(code: str, *, table: str = "", key: str = "", **more: Any) -> pd.DataFrame:
    """Return one issue that belongs to no single row; `facts` is one mapping here."""
    row = pd.DataFrame({"key": [key]})
    facts = [dict(more.pop("facts", {}))]
    return issue_rows(code, row, table=table, key="key", facts=facts, **more)


@cache
def no_issues() -> pd.DataFrame:
    """Return an empty issues table."""
    return pd.DataFrame({name: pd.Series(dtype=object) for name in ISSUE_COLUMNS}).astype({"source_row": "Int64"})


def join_issues(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return several issues tables as one, in the order given."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True, sort=False) if filled else no_issues()


def worded_issues(issues: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return the issues as the contract publishes them: with message, action and owner in the given language."""
    book = load_folder("vocabulary/issues")
    owners = load_folder("vocabulary/enumerations")["owner"]
    words = {
        "message": [fill(book[c]["message"][lang], {"value": v, **f}) for c, v, f in _triples(issues)],
        "action": [fill(book[c]["action"][lang], {"value": v, **f}) for c, v, f in _triples(issues)],
        "owner": [owners[book[c]["owner"]][lang] for c in issues["code"]],
    }
    columns = {name: pd.Series(texts, index=issues.index, dtype="str") for name, texts in words.items()}
    return issues.drop(columns="facts").assign(**columns)


def _triples(issues: pd.DataFrame) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    return zip(issues["code"], issues["value"], issues["facts"], strict=True)


def _column_or(rows: pd.DataFrame, name: str, default: Any) -> Any:
    return rows[name].to_numpy(dtype=object) if name in rows.columns else [default] * len(rows)
