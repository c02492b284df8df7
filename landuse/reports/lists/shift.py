"""Move what stands below a row of a worksheet down, with everything that points there: formulas, ranges, pictures."""

from __future__ import annotations

import re
from copy import copy
from typing import Any, Final

REFERENCE: Final = re.compile(r"(\$?[A-Za-z]{1,3})?(\$?)(\d+)")
"""One end of a range: letters (none in whole rows), a dollar or none, and the row."""
SUM_OF_ONE: Final = re.compile(
    r"(?<![\w.])((?:SUM|SUBTOTAL|COUNT|COUNTA|AVERAGE|MAX|MIN)\((?:\d+,)?)(\$?[A-Z]{1,3}\$?)(\d+)\)", re.IGNORECASE
)
"""A function over the one row of the template: it is meant over all rows."""
LAST_ROW: Final = 1_048_576


def moved_formula(formula: str, sheet: str, own: str, *, row: int, by: int) -> str:
    """Return a formula after rows were put in below a row.

    A range that ends on the row or below it grows, so that totals count every row; a single cell below the row moves.

    Parameters
    ----------
    sheet
        Sheet the formula stands on.
    own
        Sheet the rows were put into.

    Examples
    --------
    >>> moved_formula("=SUM(C5:C5)/B9", "表", "表", row=5, by=3)
    '=SUM(C5:C8)/B12'
    >>> moved_formula("=SUM(C5)", "表", "表", row=5, by=3)
    '=SUM(C5:C8)'
    >>> moved_formula("=其他!A9+'表'!A9", "其他", "表", row=5, by=3)
    "=其他!A9+'表'!A12"
    """
    from openpyxl.formula import Tokenizer

    if sheet == own:
        formula = SUM_OF_ONE.sub(
            lambda found: f"{found[1]}{found[2]}{found[3]}:{found[2]}{found[3]})" if int(found[3]) == row else found[0],
            formula,
        )
    tokens = Tokenizer(formula)
    parts = [
        _moved(token.value, sheet, own, (row, by))
        if token.type == "OPERAND" and token.subtype == "RANGE"
        else token.value
        for token in tokens.items
    ]
    return "=" + "".join(parts)


def moved_range(reference: str, *, row: int, by: int) -> str:
    """Return a range, or several with blanks or commas between, after rows were put in below a row.

    A single cell of the row stands for all rows here: the file format writes a range of one cell as that cell.

    Examples
    --------
    >>> moved_range("A5:C5 A9 B5", row=5, by=2)
    'A5:C7 A11 B5:B7'
    """
    return re.sub(r"[^\s,]+", lambda found: _range(_as_range(found[0], row), row, by), reference)


def _as_range(cells: str, row: int) -> str:
    found = REFERENCE.fullmatch(cells)
    return f"{cells}:{cells}" if found and int(found[3]) == row else cells


def _moved(reference: str, sheet: str, own: str, place: tuple[int, int]) -> str:
    row, by = place
    name, mark, cells = reference.rpartition("!")
    named = name.strip("'").replace("''", "'") if mark else sheet
    return f"{name}{mark}{_range(cells, row, by)}" if named == own else reference


def _range(cells: str, row: int, by: int) -> str:
    ends = cells.split(":")
    found = [REFERENCE.fullmatch(end) for end in ends]
    if not all(found) or len(ends) > 2:
        return cells  # a name, or whole columns
    numbers = [int(end[3]) for end in found if end]
    grown = [
        number + by if number > row or (len(ends) == 2 and place == 1 and number >= row) else number
        for place, number in enumerate(numbers)
    ]
    return ":".join(
        f"{end[1] or ''}{end[2]}{min(number, LAST_ROW)}" for end, number in zip(found, grown, strict=True) if end
    )


def make_room(book: Any, page: Any, *, row: int, by: int) -> None:
    """Put rows in below a row: all that stands below moves down, all that points there follows.

    The new rows are empty; merged cells of the row are repeated in them, with its height.
    """
    if by <= 0:
        return
    merged = [(one.min_row, one.min_col, one.max_row, one.max_col) for one in page.merged_cells.ranges]
    for top, left, bottom, right in merged:
        page.merged_cells.remove(_cell_range(top, left, bottom, right))
    _move_cells(page, row, by)
    _move_heights(page, row, by)
    _move_ranges(page, row, by)
    for top, left, bottom, right in merged:
        down = by if top > row else 0
        page.merge_cells(start_row=top + down, start_column=left, end_row=bottom + down, end_column=right)
        for more in range(1, by + 1) if top == bottom == row else ():
            page.merge_cells(start_row=row + more, start_column=left, end_row=row + more, end_column=right)
    _move_formulas(book, page, row, by)


def _cell_range(top: int, left: int, bottom: int, right: int) -> Any:
    from openpyxl.worksheet.cell_range import CellRange

    return CellRange(min_row=top, min_col=left, max_row=bottom, max_col=right)


def _move_cells(page: Any, row: int, by: int) -> None:
    below = sorted((place for place in page._cells if place[0] > row), reverse=True)  # noqa: SLF001
    for place in below:
        cell = page._cells.pop(place)  # noqa: SLF001
        cell.row = place[0] + by
        page._cells[cell.row, place[1]] = cell  # noqa: SLF001
        if cell.hyperlink is not None:
            cell.hyperlink.ref = cell.coordinate


def _move_heights(page: Any, row: int, by: int) -> None:
    known = {number: page.row_dimensions.pop(number) for number in sorted(page.row_dimensions) if number >= row}
    for number, one in known.items():
        target = number + by if number > row else number
        one.index = target
        page.row_dimensions[target] = one
    if row in known:
        for more in range(row + 1, row + by + 1):
            twin = copy(known[row])
            twin.index = more
            page.row_dimensions[more] = twin
    for one in page.row_breaks.brk:
        one.id = one.id + by if one.id > row else one.id


def _move_ranges(page: Any, row: int, by: int) -> None:
    """Move what names ranges of the sheet: filters, drop-downs, conditional formats, tables, print areas, pictures."""
    from openpyxl.worksheet.cell_range import MultiCellRange

    for rule in page.data_validations.dataValidation:
        rule.sqref = MultiCellRange(moved_range(str(rule.sqref), row=row, by=by))
        for name in ("formula1", "formula2"):
            told = getattr(rule, name)
            if told and not told.startswith('"'):
                setattr(rule, name, moved_formula(f"={told}", page.title, page.title, row=row, by=by)[1:])
    _move_formats(page, row, by)
    _move_tables(page, row, by)
    for picture in getattr(page, "_images", ()):
        for end in ("_from", "to"):
            anchor = getattr(picture.anchor, end, None)
            if anchor is not None and anchor.row >= row:
                anchor.row += by


def _move_tables(page: Any, row: int, by: int) -> None:
    if page.auto_filter.ref:
        page.auto_filter.ref = moved_range(page.auto_filter.ref, row=row, by=by)
    for table in page.tables.values():
        table.ref = moved_range(table.ref, row=row, by=by)
        if table.autoFilter is not None and table.autoFilter.ref:
            table.autoFilter.ref = moved_range(table.autoFilter.ref, row=row, by=by)
    if page.print_area:
        page.print_area = moved_range(str(page.print_area).split("!")[-1].replace("$", ""), row=row, by=by)


def _move_formats(page: Any, row: int, by: int) -> None:
    from openpyxl.formatting.formatting import ConditionalFormattingList

    formats, page.conditional_formatting = page.conditional_formatting, ConditionalFormattingList()
    for one in formats:
        for rule in one.rules:
            rule.formula = [
                moved_formula(f"={told}", page.title, page.title, row=row, by=by)[1:] for told in rule.formula
            ]
            page.conditional_formatting.add(moved_range(str(one.sqref), row=row, by=by), rule)


def _move_formulas(book: Any, page: Any, row: int, by: int) -> None:
    """Let every formula of the workbook, and every name, follow."""
    for sheet in book.worksheets:
        for cell in list(sheet._cells.values()):  # noqa: SLF001
            if cell.data_type == "f" and isinstance(cell.value, str):
                cell.value = moved_formula(cell.value, sheet.title, page.title, row=row, by=by)
    names = [book.defined_names, *(sheet.defined_names for sheet in book.worksheets)]
    for name in (one for held in names for one in held.values()):
        if name.attr_text and not name.attr_text.startswith("#"):
            name.attr_text = moved_formula(f"={name.attr_text}", "", page.title, row=row, by=by)[1:]
