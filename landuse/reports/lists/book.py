"""Lay a filled form out as an .xlsx file: the same bytes for the same cells."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from landuse import __version__
from landuse.catalogue import term
from landuse.reports.cells import printed_lines
from landuse.reports.content.context import Context, section
from landuse.reports.lists.fields import left_out
from landuse.reports.lists.filled import Filled
from landuse.reports.lists.form import REFERENCE, ListColumn
from landuse.reports.paper import PAPER_WIDTH, Margins, print_scale

LARGE: Final = 1_000_000
"""Cells from which a list is written row by row to the disk instead of in memory."""
A3: Final = 8
HATCH: Final = 14
"""Thin diagonal lines in the file format."""
LINE: Final = 14.0
ROOM: Final = 0.8
"""Share of the paper that is filled: programs take columns for up to so much wider."""
SEQ_WIDTH: Final = 5.0
LONGEST_LIST: Final = 255
"""Characters of a drop-down."""
MARGINS: Final = Margins(sides=0.4, top=0.6, bottom=0.6)
HEAD: Final = 3
"""Rows above the header."""


def write_list(filled: Filled, path: Path, ctx: Context) -> None:
    """Write a filled form.

    Columns of which the run has no data are hatched, and so is a single cell that is unknown; both are left empty.
    """
    import xlsxwriter

    form, lang = filled.form, ctx.words.lang
    fonts = {part: str(section("fonts")[part][lang]) for part in ("title", "heading", "body")}
    day = ctx.project.as_of
    is_large = filled.rows * len(form.column) >= LARGE
    options: dict[str, Any] = {
        "in_memory": not is_large,
        "constant_memory": is_large,
        "default_format_properties": {"font_name": fonts["body"], "font_size": 10},
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        title = form.title.of(lang)
        book.set_properties({"title": title, "created": datetime(day.year, day.month, day.day)})  # noqa: DTZ001
        _Page(book, book.add_worksheet(form.sheet.of(lang)[:31]), filled, ctx, fonts).write()


@dataclass
class _Page:
    book: Any
    page: Any
    filled: Filled
    ctx: Context
    fonts: Mapping[str, str]

    def __post_init__(self) -> None:
        self.lang = self.ctx.words.lang
        self.columns = self.filled.form.column
        self.styles: dict[Any, Any] = {}
        self.last = len(self.columns)
        self.row = 0
        form = self.filled.form
        self.lead = form.repeat_columns + 1 if form.pages_wide > 1 else 0
        self.groups = _parts([SEQ_WIDTH, *(c.width for c in self.columns)], form.pages_wide, form.repeat_columns + 1)

    def word(self, name: str, **fill: Any) -> str:
        return term("list_word", name, self.lang).format(**fill)

    def style(self, **more: Any) -> Any:
        key = tuple(sorted(more.items()))
        if key not in self.styles:
            plain = {"font_name": self.fonts["body"], "font_size": 10, "valign": "vcenter"}
            self.styles[key] = self.book.add_format({**plain, **more})
        return self.styles[key]

    def boxed(self, *, is_open: bool = False, **more: Any) -> Any:
        hatch = {"pattern": HATCH, "fg_color": "#A6A6A6", "bg_color": "#EDEDED"} if is_open else {}
        return self.style(border=1, **hatch, **more)

    def write(self) -> None:
        self.page.set_column(0, 0, SEQ_WIDTH)
        for index, column in enumerate(self.columns, start=1):
            self.page.set_column(index, index, column.width)
        self._head()
        first_header = self.row
        self._header()
        first = self.row
        self._rows()
        self._rules(first)
        self._total(first)
        self._foot()
        self._print(first_header, first)

    # ------------------------------------------------------------------------------------------- parts

    def _head(self) -> None:
        """Write the lines above the table: not merged, and right of the columns that every page repeats."""
        form, project = self.filled.form, self.ctx.project
        title = f"{project.print.region_name}{form.title.of(self.lang)}({self.ctx.stage})"
        self.page.set_row(0, 32)
        for number, (start, _) in enumerate(self.groups):
            text = title if number == 0 else self.word("continued", title=title)
            self.page.write_string(0, start or self.lead, text, self.style(font_name=self.fonts["title"], font_size=18))
        basis = self.word(
            "basis",
            organisation=project.print.organisation or "            ",
            year=project.project.year,
            land_date=project.land_date.isoformat(),
        )
        self.page.write_string(1, self.lead, basis, self.style())
        notice = project.outputs.notice
        self.page.write_blank(2, self.lead, None, self.boxed(is_open=True))
        told = self.word("hatched") + (f"    {notice}" if notice else "")
        self.page.write_string(2, self.lead + 1, told, self.style())
        self.row = HEAD

    def _header(self) -> None:
        heading: dict[str, Any] = {
            "font_name": self.fonts["heading"],
            "align": "center",
            "text_wrap": True,
            "font_size": 10,
        }
        solid = {**heading, "bg_color": "#E7E6E6"}
        lines = [
            ([column.group.of(self.lang) if column.group else "" for column in self.columns], ""),
            ([column.number for column in self.columns], self.word("item")),
            ([column.heading(self.lang) for column in self.columns], self.word("seq")),
            ([column.code for column in self.columns], self.word("code")),
        ]
        for texts, lead in lines:
            if not any(texts):
                continue
            small = {"font_size": 8} if lead in {self.word("item"), self.word("code")} else {}
            self.page.write_string(self.row, 0, lead, self.boxed(**{**solid, **small}))
            for place, text in enumerate(texts):
                is_open = self.filled.is_empty(place)
                look = {**(heading if is_open else solid), **small}
                if is_open:
                    look |= {"font_color": "#404040"}
                self.page.write_string(self.row, place + 1, text, self.boxed(is_open=is_open, **look))
            widths = [column.width for column in self.columns]
            tall = max(
                [printed_lines(text, width * (1.2 if small else 1)) for text, width in zip(texts, widths, strict=True)]
            )
            self.page.set_row(self.row, tall * LINE + 4)
            self.row += 1

    def _rows(self) -> None:
        if not self.filled.rows:
            self.page.write_string(self.row, 0, self.word("none"), self.boxed(align="center"))
            for place in range(1, self.last + 1):
                self.page.write_blank(self.row, place, None, self.boxed())
            self.row += 1
            return
        for number, cells in enumerate(zip(*self.filled.cells, strict=True), start=1):
            self.page.set_row(self.row, self._height(cells))
            self.page.write_number(self.row, 0, number, self.boxed(align="center"))
            for place, (column, value) in enumerate(zip(self.columns, cells, strict=True), start=1):
                self._cell(place, column, value)
            self.row += 1

    def _cell(self, place: int, column: ListColumn, value: Any) -> None:
        if column.formula:
            self.page.write_formula(self.row, place, self._formula(column, self.row), self.boxed(**_look(column)), "")
        elif value is None:
            self.page.write_blank(self.row, place, None, self.boxed(is_open=True, **_look(column)))
        elif isinstance(value, str):
            self.page.write_string(self.row, place, _text(value), self.boxed(**_look(column)))
        else:
            self.page.write_number(self.row, place, value, self.boxed(**_look(column)))

    def _height(self, cells: Sequence[Any]) -> float:
        lines = max(
            (printed_lines(v, c.width) for v, c in zip(cells, self.columns, strict=True) if isinstance(v, str)),
            default=1,
        )
        return float(min(lines * LINE + 3, 400.0))

    def _formula(self, column: ListColumn, row: int) -> str:
        place = {each.key: index for index, each in enumerate(self.columns, start=1) if each.key}
        shown = REFERENCE.sub(lambda found: f"{_letter(place[found[1]])}{row + 1}", column.formula)
        needs = f"{_letter(place[column.needs])}{row + 1}" if column.needs else ""
        return f'=IF({needs}="","",{shown})' if needs else f"={shown}"

    def _rules(self, first: int) -> None:
        """Give the columns their drop-downs, and a column that may not exceed another its limit."""
        last = self.row - 1
        titles = {column.key: column for column in self.columns if column.key}
        for place, column in enumerate(self.columns, start=1):
            if column.choices and len(",".join(column.choices)) <= LONGEST_LIST:
                words = "、".join(column.choices)
                self.page.data_validation(
                    first,
                    place,
                    last,
                    place,
                    {
                        "validate": "list",
                        "source": list(column.choices),
                        "error_title": self.word("choice_title")[:32],
                        "error_message": self.word("choice", choices=words)[:255],
                    },
                )
            if column.at_most:
                other = titles[column.at_most]
                index = self.columns.index(other) + 1
                told = self.word("at_most", title=column.title.of(self.lang), other=other.title.of(self.lang))
                self.page.data_validation(
                    first,
                    place,
                    last,
                    place,
                    {
                        "validate": "decimal",
                        "criteria": "between",
                        "minimum": 0,
                        "maximum": f"={_letter(index)}{first + 1}",
                        "error_title": self.word("at_most_title"),
                        "error_message": told[:255],
                    },
                )

    def _total(self, first: int) -> None:
        """Write the total row: formulas with the value they must have."""
        look: dict[str, Any] = {"bg_color": "#F2F2F2", "font_name": self.fonts["heading"]}
        self.page.set_row(self.row, LINE + 5)
        self.page.write_string(self.row, 0, self.word("total"), self.boxed(align="center", **look))
        rows = self.filled.rows
        for place, column in enumerate(self.columns, start=1):
            style = self.boxed(**{**_look(column), **look})
            span = f"{_letter(place)}{first + 1}:{_letter(place)}{self.row}"
            known = [value for value in self.filled.cells[place - 1] if isinstance(value, int | float)]
            if column.count:
                formula = f'=ROWS({span})&" {self.word("parcels")}"' if rows else f'="0 {self.word("parcels")}"'
                self.page.write_formula(self.row, place, formula, style, f"{rows} {self.word('parcels')}")
            elif column.total:
                value = round(math.fsum(known), column.decimals or 0) if known else ""
                self.page.write_formula(self.row, place, f'=IF(COUNT({span})=0,"",SUM({span}))', style, value)
            else:
                self.page.write_blank(self.row, place, None, style)
        self.row += 1

    def _foot(self) -> None:
        form = self.filled.form
        notes = [note.of(self.lang) for note in form.notes]
        notes += [self.word(name, n=n) for name, n in left_out(self.ctx, form.classes).items()]
        notes += [self.word("broken", row=row, title=title) for title, row in self.filled.broken]
        for number, note in enumerate(notes, start=1):
            lead = self.word("notes") if number == 1 else "　　"
            self.page.write_string(self.row, self.lead, f"{lead}{number}. {note}", self.style(font_size=9))
            self.row += 1
        self.page.set_row(self.row, 24)
        self.page.write_string(self.row, self.lead, self.word("sign_off"), self.style())
        self.row += 1

    def _print(self, first_header: int, first: int) -> None:
        form, page, ctx = self.filled.form, self.page, self.ctx
        page.freeze_panes(first, 1 + form.repeat_columns)
        page.repeat_rows(first_header, first - 1)
        page.repeat_columns(0, form.repeat_columns)
        page.hide_gridlines(2)
        page.set_paper(A3)
        page.set_landscape()
        page.set_margins(left=MARGINS.sides, right=MARGINS.sides, top=MARGINS.top, bottom=MARGINS.bottom)
        page.print_area(0, 0, self.row - 1, self.last)
        scale = min(print_scale(widths, MARGINS, paper=PAPER_WIDTH) for _, widths in self.groups)
        page.set_print_scale(max(10, math.floor(scale * 100 * ROOM)))
        if len(self.groups) > 1:
            page.set_v_pagebreaks([start for start, _ in self.groups[1:]])
        mark = f'&C&"{self.fonts["heading"]},Regular"&40&KC8C8C8{ctx.words.phrase("draft")}' if ctx.is_draft else ""
        audience = ctx.words.phrase(ctx.project.project.audience).replace("&", "&&")
        page.set_header(f"&L{audience}{mark}&R{ctx.stage}", {"margin": 0.2})
        printed = ctx.words.phrase("fingerprint", digest=ctx.project.digest()[:12], version=__version__)
        page.set_footer(f"&L{printed}&C{ctx.words.phrase('page')}", {"margin": 0.25})


def _look(column: ListColumn) -> dict[str, Any]:
    """Return number format and alignment of a column."""
    if column.decimals is not None:
        places = "0" * column.decimals
        return {"num_format": f"0.{places}" if places else "0", "align": "right"}
    if column.fmt == "D":
        return {"num_format": "yyyy-mm-dd", "align": "center"}
    if column.fmt == "Y":
        return {"num_format": "0", "align": "center"}
    return {"num_format": "@", "align": "left" if column.width > 9 else "center", "text_wrap": True}


def _text(value: str) -> str:
    """Return a text that the writer does not take for the markup of rich text."""
    return value + " " if value.startswith("<r>") and value.endswith("</r>") else value


def _parts(widths: Sequence[float], pages: int, repeated: int) -> list[tuple[int, list[float]]]:
    """Return where each page begins and the widths on it: about as much on each, repeated columns included."""
    again = sum(widths[:repeated])
    share = (sum(widths) + again * (pages - 1)) / pages
    parts: list[tuple[int, list[float]]] = [(0, [])]
    for place, width in enumerate(widths):
        start, held = parts[-1]
        used = sum(held) + (again if start else 0.0)
        if held and used + width / 2 > share and len(parts) < pages:
            parts.append((place, [width]))
        else:
            held.append(width)
    lead = list(widths[:repeated])
    return [(start, [*lead, *held] if start else held) for start, held in parts]


def _letter(index: int) -> str:
    letters, number = "", index + 1
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
