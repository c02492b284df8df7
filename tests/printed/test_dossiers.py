"""一地一策: every figure equals the tables, the scale is what it says, odd parcels give good pages."""

from __future__ import annotations

import ctypes
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from printed_builders import (
    HOSTILE,
    LONG_NAME,
    LONG_WORD,
    PRINTED,
    circle,
    pages_of,
    squeezed,
    with_parcel,
    with_settings,
    with_tenants,
    without_shape,
)

from landuse.errors import InputError
from landuse.reports.content.context import IDLE_CLASSES
from landuse.reports.dossier import Dossiers, dossier_links
from landuse.reports.dossier.chosen import file_names, safe_name
from landuse.reports.dossier.corners import rings_of, rows_of
from landuse.reports.typeset import Press, checked

MM = 72 / 25.4
LISTED = ["low", "partly_low", "stopped", "vacant"]


def one(analysis, parcel_id: str) -> tuple[dict, bytes, Dossiers]:
    """Return data and PDF of the page of one parcel."""
    work = Dossiers(with_settings(analysis, dossiers={"parcels": (parcel_id,)}))
    page = dict(next(work.pages()))
    return page, Press(checked(work.form, [page], where="一地一策")).pdf([page]), work


def texts_of(press: Press, sheets: list[dict], places: list[int]) -> dict[int, str]:
    """Return the text of some plot pages, typeset together: each begins where a page is the first."""
    texts: list[str] = []
    for page in pages_of(press.pdf([sheets[place] for place in places])):
        text = squeezed(page)
        if "第1页共" in text:
            texts.append("")
        texts[-1] += text
    return dict(zip(places, texts, strict=True))


def key_of(analysis, row: int) -> str:
    return str(analysis.parcels.table["parcel_id"].iloc[row])


# --------------------------------------------------------------------------------------------- who and where


def test_every_listed_parcel_gets_a_page_and_no_other(district, dossiers):
    table = district.parcels.table
    wanted = table["efficiency_class"].isin(LISTED) | table["idle_class"].isin(IDLE_CLASSES)

    assert set(dossiers.desk.ids) == set(table.loc[wanted, "parcel_id"])
    assert len(dossiers) == 101
    assert dossiers.note() is None


def test_of_too_many_the_idle_ones_are_printed_and_the_others_named_in_a_note(district):
    work = Dossiers(with_settings(district, dossiers={"most": 30}))
    table = district.parcels.table.iloc[work.chosen.rows]
    name, text = work.note()

    assert len(work) == 30
    assert int(table["idle_class"].isin(IDLE_CLASSES).sum()) == 24
    assert name == "说明.txt"
    assert len(text.splitlines()) == 1 + 101 - 30


def test_classes_and_codes_choose_and_an_unknown_code_is_named(district):
    only_idle = Dossiers(with_settings(district, dossiers={"classes": ("idle",)}))

    assert len(only_idle) == 24
    with pytest.raises(InputError, match="没有这宗地"):
        Dossiers(with_settings(district, dossiers={"parcels": ("没有这宗地",)}))


def test_the_links_name_the_files_that_are_written(district, dossiers):
    links = dossier_links(district)

    assert [path for told in links.values() for _, path in told] == [f"dossiers/{name}" for name in dossiers.files]
    assert list(links) == dossiers.desk.ids


@pytest.mark.parametrize("name", ["a/b", 'x:*?"<>|', "con", "x" * 200, "甲" * 200, "尾.", "\u202e反", "", "..", "a\nb"])
def test_a_file_name_is_one_that_every_system_takes(name):
    safe = safe_name(name)

    assert 0 < len(safe) <= 61
    assert not set('\\/:*?"<>|\n\u202e') & set(safe)
    assert safe.rstrip(". ") == safe
    assert safe.lower() != "con"


def test_two_parcels_of_like_names_have_two_files():
    assert file_names([("A", "x"), ("a", "X"), ("A", "x")]) == ["A_x.pdf", "a_X_2.pdf", "A_x_3.pdf"]


# --------------------------------------------------------------------------------------------- the figures


def test_a_hundred_figures_of_the_pages_equal_the_tables(district, sheets, press):
    rng = np.random.default_rng(5)
    table = district.parcels.table.set_index("parcel_id")
    firms = district.enterprises.set_index("name")
    columns = [
        "area_mu",
        "tax_wan",
        "output_wan",
        "tax_per_mu",
        "output_per_mu",
        "land_price_wan",
        "registered_area_m2",
        "idle_fee_wan",
    ]
    figures = [
        (place, f"{float(table[name].loc[page['key']]):,.2f}")
        for place, page in enumerate(sheets)
        for name in columns
        if not pd.isna(table[name].loc[page["key"]])
    ]
    figures += [
        (place, f"{float(firms.loc[page['user'], name]):,.2f}")
        for place, page in enumerate(sheets)
        for name in ("score", "tax_per_mu_corrected", "output_per_mu_corrected")
        if not page["comparison"]["none"] and not pd.isna(firms.loc[page["user"], name])
    ]
    chosen = [figures[at] for at in rng.choice(len(figures), 100, replace=False)]
    text = texts_of(press, sheets, sorted({at for at, _ in chosen}))

    assert [(sheets[at]["key"], told) for at, told in chosen if told not in text[at]] == []


def test_a_page_names_class_users_bounds_and_what_it_is(district, sheets, press):
    page = next(sheet for sheet in sheets if sheet["users"] and not sheet["comparison"]["none"])
    text = squeezed("".join(pages_of(press.pdf([page]))))

    for told in (
        page["key"],
        page["user"],
        *page["result"],
        "测算结果,仅供决策参考",
        "征求意见稿",
        "内部资料",
        "待核实" if any(side[1] == "待核实" for side in page["sides"]) else page["sides"][0][1],
    ):
        assert squeezed(told) in text
    assert "已认定" not in text


def test_idle_land_is_suspected_and_its_fee_an_estimate(district, sheets):
    fees = [sheet for sheet in sheets if any("征缴闲置费" in option[0] for option in sheet["options"])]

    assert len(fees) == 8
    for sheet in fees:
        assert sheet["result"][0].startswith("疑似闲置")
        assert "测算额" in sheet["recommendation"]


def test_a_measure_is_offered_only_where_the_matrix_allows_it(district, sheets):
    table = district.parcels.table.set_index("parcel_id")
    for sheet in sheets:
        row, offered = table.loc[sheet["key"]], {option[0] for option in sheet["options"]}
        is_t1 = row["idle_class"] == "IDLE_T1" and row["idle_cause"] == "enterprise"
        assert ("依法无偿收回" in offered) == (is_t1 and row["idle_years"] >= 2), sheet["key"]
        assert ("征缴闲置费并限期动工" in offered) == (is_t1 and row["idle_years"] == 1), sheet["key"]
        assert ("延期或调整规划" in offered) == (
            row["idle_class"] in IDLE_CLASSES and row["idle_cause"] == "government"
        )
        assert ("政府收储(回购)" in offered) == (row["efficiency_class"] in LISTED)
        if "零增地技改(提容)" in offered:
            assert row["far"] < row["far_required"]
            assert row["efficiency_class"] != "stopped"


def test_a_mortgage_is_a_limit_and_no_obstacle(district, sheets):
    pledged = set(district.parcels.table.loc[district.parcels.table["mortgage_no"].notna(), "parcel_id"])
    some = [sheet for sheet in sheets if sheet["key"] in pledged and sheet["options"]]

    assert some
    assert all("抵押" in option[3] for sheet in some for option in sheet["options"])


def test_the_corners_of_a_page_are_those_of_the_geometry(district, sheets, press):
    page = sheets[4]
    row = district.parcels.table["parcel_id"].tolist().index(page["key"])
    expected = [
        [name, f"{n:.3f}", f"{e:.3f}"] for name, _, n, e, _ in rows_of(rings_of(district.parcels.geometry[row]))
    ]

    assert [[cells[0], cells[2], cells[3]] for cells in page["corners"]] == expected
    text = squeezed("".join(pages_of(press.pdf([page]))))
    points = shapely.get_coordinates(district.parcels.geometry[row])
    assert all(f"{y:.3f}{x:.3f}" in text for x, y in points.tolist())
    assert "第40带" in text


# --------------------------------------------------------------------------------------------- the map


def outline_of(content: bytes) -> tuple[float, float, float]:
    """Return width and height of the outline of the parcel in points, the line added on every side, and that line."""
    import pypdfium2 as pdfium
    from pypdfium2 import raw

    for item in pdfium.PdfDocument(content)[0].get_objects(max_depth=8):
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        raw.FPDFPageObj_GetStrokeColor(item.raw, red, green, blue, alpha)
        if item.type == raw.FPDF_PAGEOBJ_PATH and (red.value, green.value, blue.value) == (0xC0, 0, 0):
            left, bottom, right, top = item.get_bounds()
            return right - left, top - bottom, 0.45 * MM
    raise AssertionError("no outline")


@pytest.mark.parametrize("metres", [3.0, 100.0, 2345.0])
def test_the_scale_is_exact_in_the_file(district, low_row, metres):
    middle = district.parcels.geometry[low_row].centroid
    square = shapely.box(middle.x, middle.y, middle.x + metres, middle.y + metres)
    page, content, _ = one(with_parcel(district, low_row, square), key_of(district, low_row))
    wide, high, line = outline_of(content)

    paper = metres * 1000 / page["map"]["scale"]
    assert wide / MM == pytest.approx(paper + 2 * line / MM, abs=0.005)
    assert high / MM == pytest.approx(paper + 2 * line / MM, abs=0.005)
    assert f"1:{page['map']['scale']}" in squeezed(pages_of(content)[0])


def test_all_fonts_are_embedded_and_subset(dossiers, sheets, press):
    import io

    from pypdf import PdfReader

    for page in PdfReader(io.BytesIO(press.pdf([sheets[0]]))).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in inner["/FontDescriptor"].get_object()
            assert "+LanduseSans" in inner["/BaseFont"]


# --------------------------------------------------------------------------------------------- odd parcels


def test_a_giant_of_ten_thousand_corners_has_a_page_and_a_file_of_its_corners(district, low_row):
    giant = with_parcel(district, low_row, circle(district, low_row, 10_000, 900.0))
    _, content, work = one(giant, key_of(district, low_row))
    (name, text), *rest = work.corner_files()

    assert (len(rest), len(text.splitlines())) == (0, 10_001)
    assert name.endswith("_界址点.txt")
    assert len(pages_of(content)) <= 3
    assert len(content) < 400_000


def test_of_three_hundred_corners_the_page_has_forty_lines_and_an_annex_all(district, low_row):
    page, content, work = one(
        with_parcel(district, low_row, circle(district, low_row, 300, 90.0)), key_of(district, low_row)
    )
    text = squeezed("".join(pages_of(content)))

    assert (len(page["corners"]), len(page["corners_all"])) == (40, 301)
    assert list(work.corner_files()) == []
    assert "J300" in text
    assert "附表2" in text


def test_a_parcel_of_three_square_metres_is_drawn_at_1_to_50(district, low_row):
    page, _, _ = one(with_parcel(district, low_row, circle(district, low_row, 4, 1.2247)), key_of(district, low_row))

    assert page["map"]["scale"] == 50
    assert {text["t"] for text in page["map"]["texts"] if text["kind"] == "corner"} == {"J1", "J2", "J3", "J4"}


def test_a_parcel_without_geometry_has_a_page_that_says_so(district, low_row):
    page, content, _ = one(without_shape(district, low_row), key_of(district, low_row))

    assert page["map"] is None
    assert {side[1] for side in page["sides"]} == {"待核实"}
    assert "本宗地无图形" in pages_of(content)[0]


def test_hostile_and_endless_names_stay_text_and_lose_nothing(district, low_row):
    odd = with_parcel(district, low_row, holder=HOSTILE, parcel_name=LONG_NAME, address=LONG_WORD, cert_no=LONG_WORD)
    _, content, _ = one(odd, key_of(district, low_row))
    text = squeezed(pages_of(content)[0])

    assert squeezed(PRINTED) in text
    assert LONG_NAME in text
    assert text.count(LONG_WORD) == 2


def test_thirty_tenants_are_all_listed(district):
    shared = district.parcels.table.loc[district.parcels.table["n_enterprises"].ge(6), "parcel_id"].iloc[0]
    crowded = with_tenants(district, shared, 30)
    page, content, _ = one(crowded, shared)
    text = squeezed("".join(pages_of(content)))

    codes = crowded.occupancy.loc[crowded.occupancy["parcel_id"].eq(shared), "uscc"]
    assert (len(page["users"]), len(page["users_all"])) == (5, 30)
    assert all(code in text for code in codes)


def test_a_parcel_that_nobody_uses_and_no_contract_names_has_a_page(district, low_row):
    key = key_of(district, low_row)
    days = [
        "contract_date",
        "handover_due",
        "handover_date",
        "start_due",
        "start_date",
        "suspended_from",
        "resumed_on",
        "finish_due",
        "finish_date",
    ]
    bare = with_parcel(district, low_row, **dict.fromkeys(days, pd.NaT))
    bare = replace(bare, occupancy=bare.occupancy.loc[~bare.occupancy["parcel_id"].eq(key)])
    page, content, _ = one(bare, key)

    assert page["clock"] is None
    assert page["comparison"]["none"]
    assert "无用地企业记录" in squeezed(pages_of(content)[0])


def test_a_run_with_errors_says_draft_on_every_page(district, sheets):
    error = district.issues.iloc[[0]].assign(severity="error")
    faulty = replace(district, issues=pd.concat([district.issues, error], ignore_index=True))
    work = Dossiers(with_settings(faulty, dossiers={"parcels": (sheets[3]["key"],)}))
    pages = pages_of(Press(work.form).pdf(list(work.pages())))

    assert len(pages) >= 2
    assert all(page.count("草稿") >= 2 for page in pages)


def test_the_figures_of_the_record_are_those_of_the_receipt(district, sheets):
    from landuse.reports.receipt import receipt

    for sheet in sheets[3:6]:
        told = receipt(district, sheet["key"]).figures
        part = sheet["process"][0]
        lines = {line["title"]: line["value"] for line in (*part["given"], *part["lines"])}
        for name in ("tax_wan", "tax_per_mu"):
            if name in told:
                decimals = 2 if name == "tax_wan" else 4
                assert lines[told[name].title].startswith(f"{told[name].value:,.{decimals}f}")


def test_a_page_of_the_district_is_one_or_two_sheets_of_paper_also_the_longest(sheets, press):
    def length(page: dict) -> int:
        return len(page["users"]) * 2 + sum(len(part["given"]) + 2 * len(part["lines"]) for part in page["process"])

    longest = sorted(sheets, key=length)[-12:]

    assert len(longest[-1]["users"]) == 7 or length(longest[-1]) > 60
    assert len(pages_of(press.pdf(longest))) == 2 * len(longest)


def test_what_needs_no_reckoning_stands_in_running_words_and_every_line_has_a_formula_with_its_numbers(sheets):
    for part in (part for sheet in sheets for part in sheet["process"]):
        assert all("=" in line["how"] or line["basis"] or any(map(str.isdigit, line["how"])) for line in part["lines"])
        assert [int(line["n"]) for line in part["lines"]] == sorted(int(line["n"]) for line in part["lines"])


def test_a_measure_stands_in_one_of_the_five_groups_of_the_catalogue(sheets):
    groups = {group for sheet in sheets for _, group, _, _ in sheet["options"]}
    assert groups <= {"提升改造", "置换重组", "回购收储", "司法处置", "关停淘汰"}
    taken_back = [group for sheet in sheets for name, group, _, _ in sheet["options"] if name == "依法无偿收回"]
    assert set(taken_back) == {"回购收储"}
