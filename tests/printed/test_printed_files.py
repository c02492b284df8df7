"""What a run writes: files, copies, the file of all, what an earlier run left, pictures of every kind of page."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from printed_builders import circle, pages_of, pictures, with_parcel, with_settings, with_tenants, without_shape

from landuse.reports.dossier import Dossiers
from landuse.reports.letters import Letters
from landuse.reports.typeset import Press, checked
from landuse.write import parts, write_outputs
from landuse.write.parts import PARTS, parts_of

GOLDEN = Path(__file__).parents[1] / "golden" / "printed"
CHANGED = 0.02
"""Part of the pixels of a page that may differ by more than a quarter of the range."""


@pytest.fixture(scope="module", autouse=True)
def _these_parts_alone():
    """Leave out maps, atlas, lists and report: they take minutes, and have tests of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "PARTS", tuple(part for part in PARTS if part.name in ("dossiers", "notices")))
        yield


@pytest.fixture(scope="module")
def few(district):
    """Return the district with six plot pages and three letters."""
    keys = tuple(Dossiers(district).desk.ids[:6])
    codes = tuple(Letters(district).codes[:3])
    return with_settings(
        district,
        dossiers={"parcels": keys},
        notices={"enterprises": codes, "combined": True},
        project={"language": "zh"},
    )


@pytest.fixture(scope="module")
def folder(few, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("印")
    write_outputs(few, place, only=("sheets", "report"))
    return place


def test_plot_pages_belong_to_the_sheets_and_letters_to_the_report_and_both_to_the_bureau_alone():
    assert {"dossiers", "notices"} <= {part.name for part in PARTS}
    assert "dossiers" in {part.name for part in parts_of(("sheets",), "internal")}
    assert "notices" in {part.name for part in parts_of(("report",), "internal")}
    for audience in ("superior", "public"):
        assert not {"dossiers", "notices"} & {part.name for part in parts_of(("sheets", "report"), audience)}


def test_each_parcel_and_enterprise_has_a_file_with_a_copy_under_its_chinese_name(folder, few):
    pages = sorted(path.name for path in (folder / "dossiers").iterdir())
    letters = sorted(path.name for path in (folder / "notices").iterdir())

    assert pages == sorted([*Dossiers(few).files, "all.pdf"])
    assert letters == sorted([*Letters(few).files, "all.pdf"])
    assert (folder / "成果/07_一地一策/全部.pdf").read_bytes() == (folder / "dossiers/all.pdf").read_bytes()
    assert len(list((folder / "成果/12_评价结果告知单").iterdir())) == 4


def test_the_file_of_all_has_every_page_with_a_bookmark_at_each_first_page(folder, few):
    from pypdf import PdfReader

    whole = PdfReader(folder / "dossiers/all.pdf")
    single = [len(PdfReader(folder / "dossiers" / name).pages) for name in Dossiers(few).files]

    assert len(whole.pages) == sum(single)
    starts = [whole.get_destination_page_number(entry) for entry in whole.outline]
    assert starts == [0, *np.cumsum(single)[:-1].tolist()]
    assert [entry.title.split()[0] for entry in whole.outline] == Dossiers(few).desk.ids


def test_a_second_run_gives_the_same_bytes(folder, few, tmp_path):
    write_outputs(few, tmp_path, only=("sheets", "report"))

    for name in ("dossiers", "notices"):
        for path in (folder / name).iterdir():
            assert (tmp_path / name / path.name).read_bytes() == path.read_bytes(), path.name


def test_what_a_parcel_no_longer_listed_had_is_removed_and_what_a_user_put_there_stays(few, tmp_path):
    write_outputs(few, tmp_path, only=("sheets",))
    own = tmp_path / "dossiers" / "我的.txt"
    own.write_text("x", encoding="utf-8")
    fewer = with_settings(few, dossiers={"parcels": few.project.dossiers.parcels[:2]})

    write_outputs(fewer, tmp_path, only=("sheets",))

    assert len(list((tmp_path / "dossiers").glob("9*.pdf"))) == 2
    assert len(list((tmp_path / "成果/07_一地一策").glob("9*.pdf"))) == 2
    assert own.is_file()


def test_none_are_written_where_none_are_asked_for(few, tmp_path):
    none = with_settings(few, dossiers={"most": 0, "parcels": ()}, notices={"most": 0, "enterprises": ()})
    write_outputs(none, tmp_path, only=("sheets", "report"))

    assert [path.name for path in (tmp_path / "dossiers").iterdir()] == ["说明.txt"]
    assert [path.name for path in (tmp_path / "notices").iterdir()] == ["说明.txt"]


# ----------------------------------------------------------------------------------------------- pictures


def kinds(district, low_row: int) -> dict[str, tuple]:
    """Return an analysis and a parcel for each kind of page."""
    table = district.parcels.table
    key = str(table["parcel_id"].iloc[low_row])
    idle = str(table.loc[table["consequence"].eq("fee"), "parcel_id"].iloc[0])
    stopped = str(table.loc[table["efficiency_class"].eq("stopped"), "parcel_id"].iloc[0])
    partly = str(table.loc[table["efficiency_class"].eq("partly_low"), "parcel_id"].iloc[0])
    return {
        "low": (district, key),
        "idle": (district, idle),
        "stopped": (district, stopped),
        "partly": (district, partly),
        "tenants": (with_tenants(district, partly, 30), partly),
        "round": (with_parcel(district, low_row, circle(district, low_row, 300, 90.0)), key),
        "bare": (without_shape(district, low_row), key),
    }


@pytest.fixture(scope="module")
def printed_kinds(district, low_row) -> dict[str, bytes]:
    """Give a PDF of each kind of page and letter."""
    return contents(district, low_row)


def contents(district, low_row: int) -> dict[str, bytes]:
    """Return a PDF of each kind of page and letter."""
    made = {}
    for kind, (analysis, key) in kinds(district, low_row).items():
        work = Dossiers(with_settings(analysis, dossiers={"parcels": (key,)}))
        pages = list(work.pages())
        made[kind] = Press(checked(work.form, pages, where=kind)).pdf(pages)
    letters = Letters(district)
    listed = district.enterprises["low_efficiency"].fillna(value=False).to_numpy(dtype=bool)[letters.rows]
    told, press = list(letters.pages()), Press(letters.form)
    made["letter_listed"] = press.pdf([told[int(np.flatnonzero(listed)[0])]])
    made["letter"] = press.pdf([told[int(np.flatnonzero(~listed)[0])]])
    return made


def test_every_kind_of_page_looks_as_it_did(printed_kinds):
    from PIL import Image

    for kind, content in printed_kinds.items():
        for number, page in enumerate(pictures(content), start=1):
            golden = np.asarray(Image.open(GOLDEN / f"{kind}_{number}.png").convert("L"))
            assert golden.shape == page.shape, (kind, number)
            changed = np.abs(golden.astype(int) - page.astype(int)) > 64
            assert changed.mean() < CHANGED, (kind, number, changed.mean())


def test_nothing_is_printed_in_the_margins_and_no_page_is_almost_empty(printed_kinds):
    for kind, content in printed_kinds.items():
        texts = pages_of(content)
        for number, page in enumerate(pictures(content, dpi=60.0)):
            mm = 60 / 25.4
            assert (page[:, -int(12 * mm) :] > 200).all(), (kind, number)
            assert (page[:, : int(20 * mm)] > 200).all(), (kind, number)
            assert (page[-int(6 * mm) :] > 200).all(), (kind, number)
            assert len(texts[number]) > 100, (kind, number)


def test_a_letter_is_one_page_with_its_slip(printed_kinds):
    assert len(pages_of(printed_kinds["letter"])) == len(pages_of(printed_kinds["letter_listed"])) == 1


def test_a_project_states_what_is_printed_and_an_unknown_key_is_named(district):
    from landuse.errors import InputError
    from landuse.project import build_project

    tree = {"project": {"name": "甲", "year": 2025}, "inputs": {"parcels": "a.gpkg"}}
    plain = build_project(tree, folder=Path())
    stated = build_project({**tree, "dossiers": {"most": 5}}, folder=Path())

    assert "dossiers" not in plain.text()
    assert '"most": 5' in stated.text()
    with pytest.raises(InputError, match="most"):
        build_project({**tree, "notices": {"mots": 5}}, folder=Path())


def _write_goldens(district, low_row: int) -> None:  # pragma: no cover - called by hand
    from PIL import Image

    GOLDEN.mkdir(parents=True, exist_ok=True)
    for kind, content in contents(district, low_row).items():
        for number, page in enumerate(pictures(content), start=1):
            buffer = io.BytesIO()
            Image.fromarray(page).quantize(16).save(buffer, format="PNG", optimize=True)
            (GOLDEN / f"{kind}_{number}.png").write_bytes(buffer.getvalue())
