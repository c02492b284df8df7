"""What comes out of the printer: readable lists, tables kept with their headers, columns for the screen left out."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports_builders import district, project, small

from landuse.reports.content import issue_book, ledger
from landuse.reports.excel import _widths, write_book
from landuse.reports.paper import FIRST_ROWS, LEAST_SCALE, SAFETY, Margins, Span, layout, page_starts, print_scale

MARGINS = Margins(sides=0.4, top=0.6, bottom=0.6)
LISTS = ("low_parcels", "low_enterprises", "stopped", "idle", "not_rated")


def book(sheets):
    buffer = io.BytesIO()
    write_book(sheets, buffer)
    return openpyxl.load_workbook(buffer)


@pytest.fixture(scope="module", params=["zh", "en"])
def sheets(request):
    return ledger(district(project=project(request.param)))


def test_every_sheet_prints_at_seven_tenths_of_its_size_or_larger_on_a3_in_english_at_six(sheets):
    least = 0.7 if sheets[0].name == "填表说明" else 0.6
    for sheet in [*sheets, *issue_book(small())]:
        widths = _widths(sheet)
        paper = sheet.paper_columns if len(sheet.columns) == len(widths) else len(widths)
        assert print_scale(widths[:paper], MARGINS) >= least, sheet.name


def test_a_list_keeps_its_further_columns_beside_the_paper_and_says_so(sheets):
    made = book(sheets)
    for sheet in sheets:
        page = made[sheet.name]
        size = len(sheet.columns)
        if sheet.key not in LISTS[:4]:
            assert not page.print_area
            continue
        last = openpyxl.utils.get_column_letter(sheet.paper_columns)
        assert page.print_area.startswith(f"'{sheet.name}'!$A$1:${last}$")
        assert sheet.paper_columns < size
        assert page.cell(3, sheet.paper_columns + 1).value == sheet.words["aside"]
        assert "because" in [column.name for column in sheet.columns[sheet.paper_columns :]]
        assert sheet.columns[sheet.paper_columns - 1].name == "remarks"


def test_a_sheet_of_one_hundred_characters_prints_in_full_size_and_one_of_twice_the_paper_at_half():
    # 1133 pt of paper; a column of 100 characters takes 528.75 pt, four of them 2115 pt.
    assert print_scale([100.0], MARGINS) == 1.0
    assert print_scale([100.0] * 4, MARGINS) == pytest.approx(1133.0 / 2115.0)


def test_a_table_that_fits_on_a_page_is_not_parted():
    # The page holds 96 points: the first table takes 60, the second 40 and would be cut.
    heights = dict.fromkeys(range(10), 10.0)
    tables = [Span(0, 1, 6), Span(6, 7, 10)]
    assert page_starts(tables, heights, page=100 / SAFETY, repeated=0.0, last=10) == []
    assert page_starts(tables, heights, page=99 / SAFETY, repeated=0.0, last=10) == [6]


def test_a_long_table_begins_where_its_first_rows_fit():
    heights = dict.fromkeys(range(40), 10.0)
    first, long = Span(0, 1, 5), Span(5, 6, 40)
    kept = 10.0 * (1 + FIRST_ROWS)
    assert page_starts([first, long], heights, page=(50 + kept) / SAFETY, repeated=0.0, last=40) == []
    assert page_starts([first, long], heights, page=(50 + kept - 1) / SAFETY, repeated=0.0, last=40) == [5]


@given(
    sizes=st.lists(st.integers(min_value=1, max_value=30), min_size=1, max_size=8),
    page=st.floats(min_value=60, max_value=600),
)
def test_a_page_begins_only_at_a_table_and_never_twice(sizes, page):
    spans, row = [], 3
    for size in sizes:
        spans.append(Span(row, row + 1, row + 1 + size))
        row += size + 2
    starts = page_starts(spans, {}, page=page, repeated=15.0, last=row)
    assert starts == sorted(set(starts))
    assert set(starts) <= {span.start for span in spans}
    assert page_starts(spans, {}, page=15.0 * (row + 1) / SAFETY, repeated=0.0, last=row) == []


@pytest.mark.parametrize(
    ("rows", "is_portrait", "is_one_page"),
    [(500.0, False, True), (1000.0, True, True), (1927.0, True, True), (1928.0, True, False)],
)
def test_a_form_of_one_page_stands_upright_where_it_is_larger_so_and_continues_where_it_would_be_too_small(
    rows, is_portrait, is_one_page
):
    """Ten columns of 10 characters need 562.5 points, less than either width of A3; upright 1060.0 points are filled.

    1190.6 less 1.2 inches are 1104.2 points, 0.96 of them 1060.03: 0.55 of 1927.3 points.
    """
    found = layout([10.0] * 10, MARGINS, rows=rows, one_page=True)
    assert (found.is_portrait, found.is_one_page) == (is_portrait, is_one_page)
    listed = layout([10.0] * 10, MARGINS, rows=rows, one_page=False)
    assert (listed.is_portrait, listed.is_one_page) == (False, False)
    assert listed.height == pytest.approx(841.9 - 86.4)
    assert pytest.approx(0.55) == LEAST_SCALE
