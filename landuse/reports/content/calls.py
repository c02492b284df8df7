"""Say what to tell a bureau on the phone about each issue: where it stands, what is wrong, what is asked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from string import Formatter
from typing import Any, Final

import pandas as pd

from landuse.catalogue import fill as filled
from landuse.catalogue import load_folder
from landuse.reports.content.context import Context
from landuse.tables import SOURCE_CELL, column

FOLDER: Final = "vocabulary/calls"
OWN: Final = frozenset({"land"})
"""Owner whose files are those of the bureau itself."""
PARCELS: Final = frozenset({"parcels"})
END: Final = re.compile(r"[。.;;,,\s]+$")
FIRST_LETTER: Final = re.compile(r"^([a-z])")


def calls(ctx: Context, rows: pd.DataFrame, owners: Any) -> list[str]:
    """Return one sentence an issue.

    Parameters
    ----------
    rows
        Worded issues, with `facts` where the run has them.
    owners
        Code of the bureau that mends each.
    """
    desk = _Desk(ctx)
    facts: Iterable[Mapping[str, Any]] = rows["facts"] if "facts" in rows.columns else [{}] * len(rows)
    records = rows.drop(columns="facts", errors="ignore").to_dict("records")
    return [desk.call(row, fact, str(owner)) for row, fact, owner in zip(records, facts, owners, strict=True)]


@dataclass(frozen=True)
class _Desk:
    """What all calls share: words, names of enterprises, who calls."""

    ctx: Context

    def call(self, row: Mapping[Any, Any], facts: Mapping[str, Any], owner: str) -> str:
        """Return what to say about one issue; blank where there is nothing to call about."""
        book = load_folder(FOLDER)
        if row["code"] in book["quiet"]["codes"]:
            return ""
        told = {
            **{str(name): value for name, value in (facts or {}).items()},
            "place": self._place(row, owner),
            "thing": self._thing(row),
            "title": self._title(row),
            "value": row["value"],
            "message": END.sub("", str(row["message"])),
            "action": END.sub("", str(row["action"])),
        }
        told["where_used"] = (facts or {}).get("place", "")
        said = str(book["say"].get(row["code"], {}).get(self._lang, ""))
        if not said or _holes(said) - told.keys():
            said = str(book["frames"]["default_own" if owner in OWN else "default"][self._lang])
        hello = "" if owner in OWN else self._word("hello", caller=self._caller)
        text = filled(said, told)
        return hello + (FIRST_LETTER.sub(lambda first: first[1].upper(), text) if self._lang == "en" else text)

    @property
    def _lang(self) -> str:
        return self.ctx.words.lang

    def _word(self, name: str, /, **fill: Any) -> str:
        return str(load_folder(FOLDER)["frames"][name][self._lang]).format(**fill)

    @cached_property
    def _caller(self) -> str:
        return self.ctx.project.print.organisation or self._word("caller")

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """Return the names of the enterprises by credit code."""
        table = self.ctx.analysis.enterprises
        if not {"uscc", "name"} <= set(table.columns):
            return {}
        known = table[table["name"].notna()]
        return dict(zip(known["uscc"].astype(str), known["name"].astype(str), strict=True))

    def _place(self, row: Mapping[Any, Any], owner: str) -> str:
        file = str(row["source_file"]).replace("\\", "/").rpartition("/")[2]
        if not file:
            return ""
        said = [self._word("own_file" if owner in OWN else "file", file=file)]
        if row["source_sheet"]:
            said.append(self._word("sheet", sheet=row["source_sheet"]))
        if row.get(SOURCE_CELL):
            said.append(
                self._word("cell", cell=str(row[SOURCE_CELL]).replace(",", "、" if self._lang == "zh" else ", "))
            )
        elif not pd.isna(row["source_row"]):
            said.append(self._word("row", row=int(row["source_row"])))
        return self._word("place", where="".join(said))

    def _thing(self, row: Mapping[Any, Any]) -> str:
        key = str(row["key"])
        if not key:
            return self._word("nothing")
        if row["table"] in PARCELS and key not in self._names:
            return self._word("parcel", key=key)
        return self._word("named", name=self._names[key], key=key) if key in self._names else key

    def _title(self, row: Mapping[Any, Any]) -> str:
        known = [column(row["table"], name) for name in str(row["column"]).split(",") if name]
        return "、".join(one.title(self._lang) for one in known if one) or str(row["column"])


def _holes(text: str) -> set[str]:
    """Return the placeholders of a sentence."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}
