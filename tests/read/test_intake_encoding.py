"""The encoding of text files and shapefiles: read right, or refused with what to do; never a wrong reading."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from read_builders import dbf, part, shapefile

from landuse.errors import InputError
from landuse.read.encoding import (
    codec_of,
    cut_cells,
    dbf_encoding,
    judge_dbf,
    judge_file,
    judge_text,
    text_encoding,
)
from landuse.read.encoding import survey as surveying
from landuse.read.encoding.weighing import Weight, best, weigh
from landuse.read.opening import open_source
from landuse.settings import InputEntry

NAMES = ("安澜瑞禾粮油食品有限公司", "石桥鑫达鞋业有限公司", "青塘水泥制品厂(普通合伙)")
FIRMS = ("安瀾瑞禾糧油食品有限公司", "石橋鞋業有限公司", "青塘水泥製品廠")
"""Traditional script: the only kind of Chinese that Big5 can hold."""

OPEN = (("路",), ("區",))
"""One word that is another common one in other encodings: a wrong declaration cannot be seen from its bytes."""
FITS = {"utf-8-sig": "utf-8", "gbk": "gb18030", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}


def csv_of(names):
    rows = "".join(f"A{n},{name},1310\n" for n, name in enumerate(names, start=1))
    return f"uscc,name,industry_code\n{rows}"


def names_in(folder, entry):
    """Return the second column of a table as it is read."""
    source = open_source(InputEntry(**entry), folder, geometry=False)
    return source.read([1], False).cells[1].text.to_pylist()  # noqa: FBT003


def told(source, **more):
    """Return the lines of the only fault."""
    with pytest.raises(InputError) as error:
        text_encoding(source, declared=more.get("declared"), where="税收.csv")
    (fault,) = error.value.faults
    return "\n".join(fault.lines())


# --------------------------------------------------------------------------------- the corpus: no wrong reading

WRITTEN = ("utf-8", "utf-8-sig", "gb18030", "gbk", "cp950", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")
STATED = (None, "UTF-8", "GBK", "GB18030", "Big5", "UTF-16", "ISO-8859-1")
TEXTS = (NAMES, FIRMS, ("路",), ("安澜", "小"), ("面积m²", "Créteil"), ("鑫",), ("區",), ("潘", "A·B"), ("堃泰", "㼆"))


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("stated", STATED)
def test_every_text_file_is_read_right_or_refused(tmp_path, written, stated):
    right = 0
    for number, names in enumerate(TEXTS):
        if names in OPEN and stated is not None and codec_of(stated, "x") != FITS.get(written, written):
            continue
        try:
            data = csv_of(names).encode(written)
        except UnicodeEncodeError:
            continue
        (tmp_path / f"{number}.csv").write_bytes(data)
        entry = {"path": f"{number}.csv"} | ({"encoding": stated} if stated else {})
        try:
            read = names_in(tmp_path, entry)
        except InputError:
            continue
        assert read == list(names)
        right += 1
    if stated is None or codec_of(stated, "x") == FITS.get(written, written):
        assert right >= {"cp950": 1, "cp1252": 0}.get(written, 3)


@pytest.mark.parametrize("written", ["utf-8", "gb18030", "cp950"])
@pytest.mark.parametrize("page", [None, "UTF-8", "GBK", "936", "Big5", "ISO-8859-1", "OEM 936"])
@pytest.mark.parametrize("language", [0x00, 0x03, 0x57, 0x4D, 0x4F])
def test_the_table_of_every_shapefile_is_decided_rightly_or_refused(tmp_path, written, page, language):
    names = FIRMS if written == "cp950" else NAMES
    dbf(tmp_path / "t.dbf", b"NAME", [name.encode(written) for name in names], language=language)
    if page:
        (tmp_path / "t.cpg").write_text(page)
    stated = codec_of(page, "x") if page else {0x4D: "gb18030", 0x4F: "cp950"}.get(language, written)
    if stated == written:
        assert dbf_encoding(tmp_path / "t.shp", declared=None, where="t") == written
    else:
        with pytest.raises(InputError, match="ENCODING"):
            dbf_encoding(tmp_path / "t.shp", declared=None, where="t")
    assert dbf_encoding(tmp_path / "t.shp", declared=written, where="t") == written


@pytest.mark.parametrize(("written", "names"), [("UTF-8", NAMES), ("GB18030", NAMES), ("CP950", FIRMS)])
def test_the_texts_of_a_shapefile_arrive_as_they_were_written(tmp_path, written, names):
    shapefile(tmp_path, "p.shp", written, parcel_id=["P1", "P2", "P3"], holder=list(names))
    assert part(tmp_path, "parcels", parcels="p.shp")["holder"].tolist() == list(names)


# ---------------------------------------------------------------------------------------------- undeclared text


def test_a_short_word_that_reads_in_two_ways_is_refused_and_both_are_shown():
    line = told(csv_of(["路"]).encode("gbk"))
    assert "utf-8: A1,·,1310" in line
    assert "gb18030: A1,路,1310" in line


def test_a_word_in_gbk_that_is_cyrillic_in_utf_8_is_no_utf_8():
    assert text_encoding("名,小\n".encode("gbk"), declared=None, where="x").codec == "gb18030"
    assert text_encoding("小\n".encode("gbk"), declared=None, where="x").codec == "gb18030"


def test_an_accent_inside_a_western_word_is_no_hanzi():
    assert text_encoding("Créteil\n".encode(), declared=None, where="x").codec == "utf-8"
    assert "cp1252: Créteil" in told("Créteil\n".encode("cp1252"))


def test_big5_is_told_from_gbk_by_its_characters():
    assert text_encoding(csv_of(FIRMS).encode("cp950"), declared=None, where="x").codec == "cp950"
    assert text_encoding(csv_of(NAMES).encode("gbk"), declared=None, where="x").codec == "gb18030"


@given(st.lists(st.sampled_from("安澜瑞禾粮油食品有限公司石桥鑫达鞋业青塘水泥制品厂创新大道"), min_size=4))
@settings(deadline=None, max_examples=200)
def test_four_words_of_a_bureau_in_gbk_are_never_read_otherwise(letters):
    try:
        codec = text_encoding("".join(letters).encode("gbk"), declared=None, where="x").codec
    except InputError:
        return
    assert codec == "gb18030"


def test_a_file_cut_inside_a_character_is_refused():
    data = csv_of(NAMES).encode()
    assert "middle of a character" in told(data[: data.rindex("业".encode()) + 2])
    assert "middle of a character" in told("\ufeff安澜".encode("utf-16-le")[:-1])


def test_a_mark_beats_nothing_but_is_not_contradicted_in_silence():
    assert text_encoding("\ufeff安澜".encode(), declared="utf-8", where="x").skip == 3
    assert text_encoding("安澜".encode("utf-16"), declared="utf-16", where="x").codec == "utf-16-le"
    assert text_encoding(b"\x84\x31\x95\x33" + "安澜".encode("gbk"), declared=None, where="x").skip == 4
    assert "byte-order mark" in told("\ufeff安澜".encode(), declared="gbk")


def test_a_character_outside_the_tables_does_not_spoil_a_text_of_common_ones():
    assert text_encoding(csv_of([*NAMES, "堃泰"]).encode("gb18030"), declared=None, where="x").codec == "gb18030"
    assert "gb18030: A1,堃" in told(csv_of(["堃"]).encode("gbk"))


# --------------------------------------------------------------------------------------------------- mixed files


def test_rows_in_two_encodings_are_refused_and_named():
    head, *rows = csv_of(NAMES).splitlines(keepends=True)
    data = head.encode() + rows[0].encode("gbk") + rows[1].encode() + rows[2].encode("gbk")
    line = told(data)
    assert "several encodings" in line
    assert "gb18030, utf-8 (3)" in line
    assert "gb18030, utf-8 (3)" in told(data, declared="gbk")


def test_one_row_in_utf_8_among_many_in_gbk_is_found_although_all_of_it_decodes_as_gb18030():
    odd = "A9,安澜,1310\n".encode()
    assert odd.decode("gb18030")
    data = csv_of(NAMES * 50).encode("gbk") + odd
    assert "utf-8 (152)" in told(data)
    assert "utf-8 (152)" in told(data, declared="GBK")


def test_a_row_whose_bytes_are_no_text_is_named():
    data = csv_of(NAMES).encode("gbk") + b"A9,\xff\xff,1310\n"
    assert "no text in gb18030: 5" in told(data)


def test_field_names_in_gbk_over_rows_in_utf_8_are_refused(tmp_path):
    dbf(tmp_path / "t.dbf", "土地使用权".encode("gbk"), [name.encode() for name in NAMES])
    with pytest.raises(InputError, match="several encodings"):
        dbf_encoding(tmp_path / "t.shp", declared=None, where="t")


# -------------------------------------------------------------------------------------------------- declarations


def test_a_western_code_page_over_chinese_bytes_is_contradicted_with_the_rows_shown(tmp_path):
    dbf(tmp_path / "t.dbf", b"NAME", [name.encode("gbk") for name in NAMES])
    (tmp_path / "t.cpg").write_text("ISO-8859-1")
    with pytest.raises(InputError) as error:
        dbf_encoding(tmp_path / "t.shp", declared=None, where="t")
    line = "\n".join(error.value.faults[0].lines())
    assert ".cpg = ISO-8859-1" in line
    assert "gb18030: NAME" not in line
    assert NAMES[0] in line
    assert 'encoding = "gb18030"' in line


def test_a_declaration_of_western_text_holds_where_the_text_is_western():
    assert text_encoding("Créteil\n".encode("latin-1"), declared="ISO-8859-1", where="x").codec == "iso8859-1"
    assert "fit: utf-8" in told("Créteil\n".encode(), declared="ISO-8859-1")


def test_a_declaration_decides_what_the_bytes_leave_open():
    data = csv_of(["路"]).encode("gbk")
    assert text_encoding(data, declared="gbk", where="x").codec == "gb18030"
    assert text_encoding(csv_of(["碁銹裏墻"]).encode("cp950"), declared="big5", where="x").codec == "cp950"


def test_a_codec_of_no_text_is_no_encoding():
    assert "unknown encoding" in told(b"a", declared="base64")


# -------------------------------------------------------------------------------------------------- dbf and judging


def test_a_text_cut_off_inside_a_character_is_found_by_field_and_row(tmp_path):
    dbf(tmp_path / "t.dbf", b"NAME", [b"abcde", "安澜县".encode("gbk")[:5], "安澜".encode("gbk")])
    assert {field: rows.tolist() for field, rows in cut_cells(tmp_path / "t.shp", "gb18030").items()} == {0: [1]}


def test_a_single_character_in_a_field_is_not_taken_for_the_start_of_another(tmp_path):
    dbf(tmp_path / "t.dbf", b"NAME", ["安".encode("gbk"), "澜".encode("gbk"), "县".encode("gbk")])
    assert dbf_encoding(tmp_path / "t.shp", declared=None, where="t") == "gb18030"


def test_a_judgement_names_the_encoding_and_says_why():
    judgement = judge_text(csv_of(NAMES).encode("gbk"))
    assert judgement.value == "gb18030"
    assert "33 个非 ASCII 字符中 33 个是常用字符" in judgement.evidence.zh
    assert judge_text(b"a,b\n").value == "utf-8"
    assert judge_text("\ufeffa".encode("utf-16-le")).value == "utf-16"
    assert judge_text(csv_of(FIRMS).encode("cp950")).value == "big5"


def test_an_undecided_judgement_names_the_candidates_with_their_rows():
    judgement = judge_text(csv_of(["路"]).encode("gbk"))
    assert judgement.value is None
    shown = {candidate.value: candidate.evidence.zh for candidate in judgement.candidates}
    assert shown["gb18030"] == "A1,路,1310"
    assert shown["utf-8"] == "A1,·,1310"


def test_the_head_of_a_file_may_end_inside_a_character(tmp_path):
    data = csv_of(NAMES).encode()
    assert judge_text(data[:40], is_head=True).value == "utf-8"
    (tmp_path / "a.csv").write_bytes(data)
    assert judge_file(tmp_path / "a.csv").value == "utf-8"


def test_a_shapefile_is_judged_by_what_is_stated_and_by_what_it_holds(tmp_path):
    dbf(tmp_path / "t.dbf", b"NAME", [name.encode("gbk") for name in NAMES])
    assert judge_dbf(tmp_path / "t.shp").value == "gb18030"
    (tmp_path / "t.cpg").write_text("GBK")
    assert ".cpg = GBK" in judge_dbf(tmp_path / "t.shp").evidence.zh
    (tmp_path / "t.cpg").write_text("UTF-8")
    judgement = judge_dbf(tmp_path / "t.shp")
    assert judgement.value is None
    assert [candidate.value for candidate in judgement.candidates] == ["gb18030"]
    assert judge_dbf(tmp_path / "none.shp").value == "utf-8"


def test_a_long_file_is_judged_by_blocks_to_the_same_end(tmp_path, monkeypatch):
    head, *rows = csv_of(NAMES * 20).splitlines(keepends=True)
    data = head.encode() + b"".join(row.encode("gbk") for row in rows) + "A9,安澜,1\n".encode()
    whole = told(data)
    monkeypatch.setattr(surveying, "BLOCK", 64)
    (tmp_path / "a.csv").write_bytes(data)
    assert told(tmp_path / "a.csv") == whole


def test_a_line_longer_than_any_table_has_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(surveying, "BLOCK", 16)
    monkeypatch.setattr(surveying, "LONGEST", 64)
    (tmp_path / "a.csv").write_bytes("安".encode() * 40)
    assert "no table" in told(tmp_path / "a.csv")
    assert judge_file(tmp_path / "a.csv").value is None


# ------------------------------------------------------------------------------------------------------ weights


def test_weights_count_what_a_bureau_could_have_written():
    weight = weigh("安澜m²,Köln,ゎ\n".encode(), "utf-8")
    assert (weight.common, weight.signs, weight.latin, weight.doubtful, weight.impossible) == (2, 1, 1, 1, 0)
    assert weigh(b"\xff", "utf-8").decodes is False


@pytest.mark.parametrize(("doubtful", "is_good"), [(1, True), (2, False)])
def test_a_quarter_of_doubtful_characters_is_the_most_a_good_decoding_has(doubtful, is_good):
    assert Weight("gb18030", common=4 - doubtful, doubtful=doubtful).is_good is is_good


@pytest.mark.parametrize(("ahead", "codec"), [(7, "gb18030"), (8, None)])
def test_the_better_of_two_good_decodings_must_be_three_tenths_ahead(ahead, codec):
    first = Weight("gb18030", common=10, familiar=10)
    assert best([first, Weight("cp950", common=10, familiar=ahead)]) == codec


def test_weights_add_up_over_blocks():
    parts = [weigh(name.encode("gbk"), "gb18030") for name in NAMES]
    assert sum(parts[1:], parts[0]) == weigh("".join(NAMES).encode("gbk"), "gb18030")


@pytest.mark.parametrize(("one", "two"), list(itertools.permutations(["utf-8", "gbk", "cp950"], 2)))
def test_any_two_encodings_in_one_file_are_refused(one, two):
    rows = [
        name.encode(codec) + b"\n"
        for codec, names in ((one, FIRMS), (two, FIRMS))
        for name in names * 3
        if can(name, codec)
    ]
    line = told(b"".join(rows))
    assert "ENCODING" in line


def can(text, codec):
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
