"""The faulty variant: the product finds every planted fault of its key, and nothing about the rows left clean."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from cartography.unpack import carried

import landuse
from landuse import cli
from landuse.reports.content.matches import match_book
from landuse.tables import Analysis, verify_balance, worded_issues
from landuse.units import COUNTS

Row = dict[str, str]
ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "data" / "demo"


def _csv(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


KEY = _csv(DEMO / "faulty" / "truth" / "faults.csv")
FATAL = _csv(DEMO / "faulty" / "truth" / "fatal.csv")
TOLD = [row for row in KEY if row["code"]]
SILENT = [row for row in KEY if not row["code"]]
NAMED = list({(row["file"], row["row"]): row for row in KEY if row["match"]}.values())
"""Rows of files that name an enterprise without its right credit code."""


@pytest.fixture(scope="module")
def clean(demonstration: Analysis) -> Analysis:
    return demonstration


@pytest.fixture(scope="module")
def faulty() -> Analysis:
    return landuse.run(landuse.load_project(DEMO / "faulty.toml"))


def _found(analysis: Analysis, row: Row) -> pd.DataFrame:
    """Give the issues that say what a row of the key says: code, severity, object, column, and place in the file.

    One that tells several rows together stands at the first of them.
    """
    issues = analysis.issues
    found = issues[
        issues["code"].eq(row["code"]) & issues["severity"].eq(row["severity"]) & issues["table"].eq(row["table"])
    ]
    if row["told"] == "together":
        first = min(int(other["row"]) for other in KEY if (other["code"], other["file"]) == (row["code"], row["file"]))
        row = {**row, "row": str(first)}
    else:
        found = found[found["key"].eq(row["key"])]
    if row["column"]:
        found = found[[row["column"] in str(named).split(",") for named in found["column"]]]
    if row["file"]:
        found = found[found["source_file"].eq(row["file"])]
    if row["row"]:
        found = found[found["source_row"].eq(int(row["row"])).fillna(value=False).to_numpy(dtype=bool)]
    return found


def _said(analysis: Analysis) -> Counter[tuple[str, str, str, str]]:
    issues = analysis.issues
    return Counter(zip(issues["severity"], issues["code"], issues["table"], issues["key"], strict=True))


# ----------------------------------------------------------------------------------------------- clean


def test_the_clean_district_raises_exactly_the_doubts_of_its_key(clean: Analysis) -> None:
    wanted = Counter((r["severity"], r["code"], r["table"], r["key"]) for r in _csv(DEMO / "truth" / "issues.csv"))
    assert (_said(clean) - wanted, wanted - _said(clean)) == (Counter(), Counter())


# ---------------------------------------------------------------------------------------------- faulty


def test_the_key_names_all_25_faults_and_each_has_an_owner_and_a_way_to_mend() -> None:
    assert {int(row["fault"]) for row in KEY} == set(range(1, 26))
    assert all(row["owner"] in {"税务", "统计", "供电", "登记", "园区"} and row["mend"] for row in KEY if row["code"])
    assert not any(row["file"] and row["match"] and not row["enterprise"] for row in KEY)


def test_the_key_plants_as_many_objects_as_the_specification_says() -> None:
    n = Counter((int(row["fault"]), row["code"]) for row in KEY if row["origin"] == "planted")
    assert n[3, "AREA_DIFFERENCE"] == 12
    assert n[4, "AREA_DIFFERENCE"] == 9
    assert [n[5, code] for code in ("PARCELS_OVERLAP", "SLIVER_OVERLAP", "GEOMETRY_REPAIRED", "GEOMETRY_MISSING")] == [
        4, 2, 3, 1,
    ]  # fmt: skip
    assert (n[6, "ID_LOST_DIGITS"], n[6, "PARCEL_WITHOUT_POLYGON"]) == (5, 3)
    assert (n[7, "MATCH_DESPITE_CODE"], n[7, "USCC_CHECK_DIGIT"], n[7, "MATCH_TO_CONFIRM"]) == (8, 6, 6)
    assert (n[7, "MATCH_BY_CODE"], n[7, "OLD_CODE_CHECK"], n[7, "USCC_SHAPE"]) == (6, 2, 1)
    assert (n[8, "MATCH_BY_NAME"] + n[8, "MATCH_BY_FORMER_NAME"], n[8, "MATCH_TO_CONFIRM"]) == (29 + 2, 7)
    assert (n[12, "ENERGY_INTENSITY_IMPLAUSIBLE"], n[12, "ENERGY_BASIS_MIXED"]) == (3, 2)
    assert (n[15, "INDUSTRY_EDITION_MIXED"], n[15, ""]) == (11, 3)
    assert (n[16, "OCCUPANCY_NOT_ON_LAND_DATE"], n[16, "SUBLEASE_OF_SUBLEASE"]) == (6, 2)


def test_six_tax_rows_match_nothing_and_sum_to_1284_37(faulty: Analysis) -> None:
    planted = [row["key"] for row in KEY if row["fault"] == "9"]
    clean_ones = [r["key"] for r in _csv(DEMO / "truth" / "issues.csv") if r["code"] == "ACCOUNT_WITHOUT_ENTERPRISE"]
    accounts = faulty.accounts
    rows = accounts[accounts["uscc"].isin([*planted, *clean_ones]) & accounts["year"].eq(2025)]
    assert (len(rows), round(rows["tax_wan"].sum(), 2)) == (6, 1284.37)


@pytest.mark.parametrize("row", NAMED, ids=lambda r: f"{int(r['fault']):02d}-{r['row']}-{r['match']}")
def test_a_row_without_the_right_code_joins_only_where_nothing_is_guessed(row: Row, faulty: Analysis) -> None:
    matches = faulty.raw.matches
    assert matches is not None
    rows = matches.rows
    (claim,) = rows.loc[rows["source_file"].eq(row["file"]) & rows["source_row"].eq(int(row["row"])), "claim"]
    (found,) = matches.claims[matches.claims["claim"].eq(claim)].to_dict("records")
    assert found["state"] == row["match"]
    if row["match"] == "joined":
        assert found["uscc"] == row["enterprise"]
    elif row["match"] == "open":
        assert row["enterprise"] in matches.candidates.loc[matches.candidates["claim"].eq(claim), "uscc"].tolist()


def test_tax_joined_by_name_or_old_code_is_the_tax_of_the_clean_district_and_no_other_is(
    clean: Analysis, faulty: Analysis
) -> None:
    before, after = (_tax_2025(analysis) for analysis in (clean, faulty))
    joined = [row["enterprise"] for row in NAMED if row["match"] == "joined"]
    apart = [row["enterprise"] for row in NAMED if row["match"] != "joined"]
    assert (len(joined), len(apart)) == (31 + 8 + 8, 7 + 6 + 1)
    assert (after[joined] - before[joined]).abs().max() < 1e-9
    assert after[apart].isna().all()


def test_tax_that_is_not_joined_stays_in_the_balance_as_that_of_no_enterprise(faulty: Analysis) -> None:
    apart = {int(row["row"]) for row in KEY if row["match"] in {"open", "none"} or row["fault"] == "9"}
    with (DEMO / "faulty" / "accounts_tax_2025.csv").open(encoding="gbk", newline="") as source:
        lines = list(csv.reader(source))
    at = lines[0].index("实缴税收(千元)")
    elsewhere = {number for number, line in enumerate(lines, start=1) if line[0].startswith("91990781MA000077")}
    fen = sum(round(float(lines[number - 1][at]) * 100_000) for number in apart | elsewhere)
    rows = faulty.balance[faulty.balance["quantity"].eq("tax_wan") & faulty.balance["reason"].eq("NO_ENTERPRISE")]
    assert int(rows["unallocated"].sum()) == fen


def test_what_is_told_together_says_of_how_many_rows(faulty: Analysis) -> None:
    wanted = Counter((row["code"], row["file"]) for row in KEY if row["told"] == "together")
    said = faulty.issues[faulty.issues["code"].isin({code for code, _ in wanted})]
    counted = {
        (code, file): int(facts["count"])
        for code, file, facts in zip(said["code"], said["source_file"], said["facts"], strict=True)
    }
    assert counted == dict(wanted)


def test_matches_say_which_candidate_a_wrong_code_without_a_name_is_a_slip_of(faulty: Analysis) -> None:
    rows = match_book(faulty)[0].rows
    swapped = rows[rows["match_evidence"].str.contains("相邻两个字符颠倒", na=False)]
    wanted = {row["key"]: row["enterprise"] for row in KEY if row["code"] == "USCC_CHECK_DIGIT"}
    assert dict(zip(swapped["match_code"], swapped["match_uscc"], strict=True)) == wanted


def test_names_to_be_confirmed_are_warnings_on_the_sheet_of_the_bureau_that_decides(faulty: Analysis) -> None:
    worded = worded_issues(faulty.issues, "zh")
    said = worded[worded["code"].eq("MATCH_TO_CONFIRM")]
    assert (len(said), set(said["severity"]), set(said["owner"])) == (7 + 6, {"warning"}, {"自然资源"})


def test_rubber_and_plastics_of_2002_are_ranked_with_rubber_and_plastics_of_2017(faulty: Analysis) -> None:
    old = [row["key"] for row in KEY if row["code"] == "INDUSTRY_EDITION_MIXED"]
    firms = faulty.enterprises.set_index("uscc").loc[old]
    assert set(firms["industry_code"]) == {"29"}
    assert firms["industry_group"].dropna().str.startswith("29").all()


def test_a_name_that_differs_from_its_code_is_told_at_the_cell_of_the_name(faulty: Analysis) -> None:
    import openpyxl

    told = faulty.issues[faulty.issues["code"].eq("CODE_NAME_DIFFERS")]
    assert set(told["table"]) == {"accounts", "occupancy"}
    for file, cell, value in zip(told["source_file"], told["source_cell"], told["value"], strict=True):
        if file.endswith(".xlsx"):
            assert openpyxl.load_workbook(DEMO / file).active[cell].value == value
        else:
            with (DEMO / file).open(encoding="gbk", newline="") as source:
                assert list(csv.reader(source))[int(cell[1:]) - 1][ord(cell[0]) - ord("A")] == value


def test_a_plot_that_both_rasters_show_bare_is_told_once_by_the_latest(faulty: Analysis) -> None:
    (row,) = (row for row in KEY if row["code"] == "BARE_BUT_RUNNING")
    facts = faulty.issues.loc[
        faulty.issues["code"].eq("BARE_BUT_RUNNING") & faulty.issues["key"].eq(row["key"]), "facts"
    ]
    assert [fact["raster"] for fact in facts] == ["landcover_2025"]


def _tax_2025(analysis: Analysis) -> pd.Series:
    """Give the tax of 2025 by enterprise, unknown where its row is not joined."""
    accounts = analysis.accounts[analysis.accounts["year"].eq(2025)]
    return accounts.set_index("uscc")["tax_wan"].reindex(analysis.enterprises["uscc"])


@pytest.mark.parametrize("row", TOLD, ids=lambda r: f"{int(r['fault']):02d}-{r['code']}-{r['key'] or r['row']}")
def test_each_planted_fault_is_found(row: Row, faulty: Analysis) -> None:
    assert len(_found(faulty, row)) == 1


def test_nothing_is_said_of_rows_that_no_fault_touched(clean: Analysis, faulty: Analysis) -> None:
    expected = {index for row in TOLD for index in _found(faulty, row).index}
    others = faulty.issues[~faulty.issues.index.isin(expected)]
    known = _said(clean)
    names = list(zip(others["severity"], others["code"], others["table"], others["key"], strict=True))
    assert [name for name in names if name not in known] == []


def test_names_cut_at_ten_bytes_in_gbk_without_cpg_are_read_as_they_are(clean: Analysis, faulty: Analysis) -> None:
    assert not (DEMO / "faulty" / "parcels.cpg").exists()
    before = clean.parcels.table.set_index("parcel_id")
    after = faulty.parcels.table.set_index("parcel_id").reindex(before.index)
    persons = [row["key"] for row in KEY if row["code"] == "HOLDER_SEVERAL"]
    missing = [row["key"] for row in KEY if row["code"] == "GEOMETRY_MISSING"]
    for name in ("holder", "holder_uscc", "town", "land_use", "price_level", "park", "address"):
        same = after[name].eq(before[name]) | (after[name].isna() & before[name].isna())
        assert set(same.index[~same]) <= {*persons, *missing}


def test_plots_of_zone_39_lie_where_they_did(clean: Analysis, faulty: Analysis) -> None:
    moved = faulty.parcels.table["source_file"].eq("faulty/parcels_柳河.shp").to_numpy(dtype=bool)
    before = dict(zip(clean.parcels.table["parcel_id"], clean.parcels.geometry, strict=True))
    pairs = zip(faulty.parcels.table["parcel_id"][moved], faulty.parcels.geometry[moved], strict=True)
    assert moved.sum() == 57
    assert max(shape.hausdorff_distance(before[code]) for code, shape in pairs) < 0.002


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_tax_in_yuan_wan_yuan_and_thousand_yuan_is_the_same_tax(year: int, clean: Analysis, faulty: Analysis) -> None:
    before, after = (a.accounts[a.accounts["year"].eq(year)].set_index("uscc")["tax_wan"] for a in (clean, faulty))
    both = before.index.intersection(after.index[after.notna()])
    lost = {row["enterprise"] for row in NAMED if row["match"] != "joined"} if year == 2025 else set()
    assert set(before.dropna().index) - set(both) == lost
    assert (after[both] - before[both]).abs().max() < 1e-9


@pytest.mark.parametrize("row", [r for r in SILENT if r["key"]], ids=lambda r: f"{int(r['fault']):02d}-{r['key']}")
def test_cells_that_can_be_understood_are(row: Row, clean: Analysis, faulty: Analysis) -> None:
    key, column = row["key"], row["column"]
    if column == "handover_due":
        table = faulty.parcels.table.set_index("parcel_id")
        assert str(table[column][key])[:10] == row["what"].split(" is ")[1]
    elif column == "industry_code":
        assert faulty.enterprises.set_index("uscc")[column][key] == "17"
    else:
        was, now = (_output_2025(a, key) for a in (clean, faulty))
        unknown = row["what"].endswith(("—", "无"))
        assert pd.isna(now) if unknown else now == pytest.approx(was, abs=0.006)


def _output_2025(analysis: Analysis, uscc: str) -> float:
    rows = analysis.accounts[analysis.accounts["uscc"].eq(uscc) & analysis.accounts["year"].eq(2025)]
    return float(rows["output_wan"].iloc[0])


def test_the_balance_closes_and_holds_every_amount_of_the_files(faulty: Analysis) -> None:
    verify_balance(faulty.balance)
    tax = 0
    for year, fen in ((2023, 100), (2024, 1_000_000), (2025, 100_000)):
        with (DEMO / "faulty" / f"accounts_tax_{year}.csv").open(encoding="gbk", newline="") as source:
            rows = csv.reader(source)
            at = next(i for i, title in enumerate(next(rows)) if title.startswith("实缴税收"))
            tax += sum(round(float(row[at]) * fen) for row in rows if row[at])
    read = faulty.balance[faulty.balance["step"].eq("read") & faulty.balance["quantity"].eq("tax_wan")]
    assert int(read["amount_in"].sum()) == tax


def test_tax_laid_on_parcels_and_tax_left_over_make_the_tax_of_the_files(faulty: Analysis) -> None:
    rows = faulty.balance[faulty.balance["quantity"].eq("tax_wan")]
    first, last = rows["step"].iloc[0], rows["step"].iloc[-1]
    came = int(rows.loc[rows["step"].eq(first), "amount_in"].sum())
    left = int(rows.loc[rows["step"].eq(last), "amount_out"].sum())
    assert came == left + int(rows["unallocated"].sum())
    on_parcels = faulty.parcels.table["tax_wan"].sum()
    assert round(on_parcels * COUNTS["tax_wan"]) == pytest.approx(left, abs=1000)


def test_land_of_all_plots_is_in_the_balance(faulty: Analysis) -> None:
    rows = faulty.balance[faulty.balance["quantity"].eq("area_m2")]
    used = round(faulty.occupancy["land_mu"].sum() * 2000 / 3, 1)
    last = int(rows.loc[rows["step"].eq("occupancy"), "amount_out"].sum()) / COUNTS["area_m2"]
    assert used == pytest.approx(last, abs=0.2)


# ------------------------------------------------------------------------------------------------ runs


def _command(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["landuse", *words])
    with pytest.raises(SystemExit) as ending:
        cli.main()
    return int(ending.value.code or 0)


def test_a_run_with_errors_ends_with_status_1_and_writes_drafts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import openpyxl

    assert (
        _command(monkeypatch, "run", str(DEMO / "faulty.toml"), "-o", str(tmp_path), "--only", "tables,map,report") == 1
    )
    book = openpyxl.load_workbook(tmp_path / "ledger.xlsx")
    assert all("草稿" in f"{page.oddHeader.center.text}{page.oddHeader.right.text}" for page in book.worksheets)
    assert "草稿" in (tmp_path / "map.html").read_text(encoding="utf-8")
    assert {"results.gpkg", "parcels.parquet", "issues.xlsx", "manifest.json"} <= {p.name for p in tmp_path.iterdir()}


def test_odd_names_are_written_as_text_and_never_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faulty: Analysis
) -> None:
    import openpyxl

    names = faulty.enterprises["name"]
    formula, markup = (names[names.str.startswith(start)].iloc[0] for start in ("=", "<script>"))
    _command(monkeypatch, "run", str(DEMO / "faulty.toml"), "-o", str(tmp_path), "--only", "report,map")
    for name in ("ledger.xlsx", "issues.xlsx"):
        cells = [c for page in openpyxl.load_workbook(tmp_path / name) for row in page.iter_rows() for c in row]
        kinds = {cell.data_type for cell in cells if isinstance(cell.value, str) and formula in cell.value}
        assert kinds == {"s"}
        assert any(isinstance(cell.value, str) and markup in cell.value for cell in cells)
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    carried_texts = {text for values in carried(page, "lu-firms-data").columns.values() for text in values}
    assert markup in carried_texts
    assert "alert(1)" not in page


@pytest.mark.parametrize("project", sorted({row["project"] for row in FATAL}))
def test_a_fatal_project_says_everything_at_once_in_two_lines_each_and_writes_nothing(
    project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "results"
    assert _command(monkeypatch, "run", str(DEMO / "faulty" / project), "-o", str(out)) == 2
    assert not out.exists()
    wanted = [row for row in FATAL if row["project"] == project]
    lines = [line for line in capsys.readouterr().err.splitlines() if line.strip()]
    faults = _pairs(lines)
    assert len(faults) == len(wanted)
    for row in wanted:
        assert sum(row["where"] in what and row["found"] in what for what, _ in faults) == 1


def _pairs(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Give the faults on the screen: where and what, and the line after it, what to do."""
    assert len(lines) % 2 == 0
    pairs = list(zip(lines[::2], lines[1::2], strict=True))
    assert all(do.startswith("  → ") and len(do) > 6 for _, do in pairs)
    return pairs
