"""Delimited text as a stream: any encoding, line ends and quotes, in bounded memory; cut and swallowed rows refused."""

from __future__ import annotations

import tracemalloc

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from read_builders import part, project

from landuse.errors import InputError
from landuse.read import delimited, kept_columns, read_tables
from landuse.read.delimited import open_delimited, records_of
from landuse.read.encoding import Decided
from landuse.read.transcoded import TextSource, Utf8Stream
from landuse.settings import InputEntry

HEAD = "uscc,name,industry_code\n"
ENTRY = InputEntry(path="a.csv")


def enterprises(folder, content, encoding="utf-8", **more):
    (folder / "a.csv").write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return part(folder, "enterprises", enterprises={"path": "a.csv", **more})


def fault(folder, content, encoding="utf-8", **more):
    (folder / "a.csv").write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    with pytest.raises(InputError) as error:
        read_tables(project(folder, enterprises={"path": "a.csv", **more}))
    (one,) = error.value.faults
    return "\n".join(one.lines())


def texts(content, wanted=(0, 1, 2)):
    """Return the cells of a text read as a table."""
    source = open_delimited(content.encode(), ENTRY, name="a.csv")
    read = source.read(list(wanted), False)  # noqa: FBT003
    columns = [
        [None] * read.cells[at].size if read.cells[at].text is None else read.cells[at].text.to_pylist()
        for at in wanted
    ]
    return list(zip(*columns, strict=True)), read.source_row.tolist()


# ------------------------------------------------------------------------------------------ line ends, marks, quotes


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_line_end_is_read_in_every_encoding(tmp_path, end, encoding):
    content = (HEAD + "A1,安澜瑞禾粮油,1310\nA2,石桥鑫达鞋业,1952\n").replace("\n", end)
    frame = enterprises(tmp_path, content, encoding)
    assert frame["name"].tolist() == ["安澜瑞禾粮油", "石桥鑫达鞋业"]
    assert frame["source_row"].tolist() == [2, 3]


def test_a_line_break_inside_quotes_is_no_row_of_its_own():
    assert texts('a,b,c\n1,"安\n澜",x\n2,y,z\n') == ([("1", "安\n澜", "x"), ("2", "y", "z")], [2, 3])


def test_a_quote_that_is_not_closed_is_refused_and_its_row_named(tmp_path):
    line = fault(tmp_path, HEAD + 'A1,甲,1310\nA2,"安澜,1310\nA3,丙,1310\n')
    assert "in row: 3" in line
    assert "a quote is not closed" in line


def test_a_quote_closed_in_a_later_row_would_swallow_rows_and_is_refused(tmp_path):
    assert "in row: 2" in fault(tmp_path, HEAD + 'A1,"甲,1310\nA2,乙",1310\nA3,丙,1310\n')


def test_swallowed_rows_are_found_in_columns_that_nobody_asked_for(tmp_path):
    content = "uscc,name,industry_code,备注\n" + 'A1,甲,1310,"x\nA2,乙,1310,y\nA3,丙,1310,z"\n'
    assert "in row: 2" in fault(tmp_path, content)


def test_a_line_break_and_separators_fewer_than_a_row_has_are_a_cell():
    rows, _ = texts('a,b,c,d\n1,"安,\n澜",x,y\n')
    assert rows == [("1", "安,\n澜", "x")]


def test_characters_behind_a_closing_quote_are_refused_where_rows_may_be_swallowed(tmp_path):
    assert "characters behind" in fault(tmp_path, HEAD + 'A1,"甲\n"乙,1310\nA2,丙,1310\n')


def test_a_quote_inside_a_cell_is_a_sign_like_any_other():
    assert texts('a,b,c\n1,12"管,x\n')[0] == [("1", '12"管', "x")]


def test_a_cell_longer_than_any_cell_of_a_table_is_a_quote_that_is_not_closed():
    content = 'a,b\n1,"' + "x" * 200_000 + '"\n1,2,\n'
    with pytest.raises(InputError, match="not closed"):
        records_of(content.encode(), name="a.csv")


# ------------------------------------------------------------------------------------------------ cut and damaged


def test_a_file_that_ends_inside_a_row_is_refused(tmp_path):
    assert "breaks off" in fault(tmp_path, HEAD + "A1,甲,1310\nA2,乙")


@pytest.mark.parametrize("rows", ["A1,甲,1310\nA2,乙\n", "A1,甲\nA2,乙", "A1,甲,1310\nA2,乙,17"])
def test_a_last_row_is_whole_when_its_line_is_ended_or_it_is_as_long_as_another(tmp_path, rows):
    assert len(enterprises(tmp_path, HEAD + rows)) == 2


def test_a_zero_byte_is_refused_and_its_line_named(tmp_path):
    assert "in line: 3" in fault(tmp_path, (HEAD + "A1,安澜瑞禾粮油食品有限公司,1310\nA2,乙,13").encode() + b"\0\0\0\0")


def test_a_file_that_changes_between_two_readings_is_no_crash(tmp_path):
    (tmp_path / "a.csv").write_bytes((HEAD + "A1,甲,1310\n").encode())
    source = open_delimited(tmp_path / "a.csv", ENTRY, name="a.csv")
    (tmp_path / "a.csv").write_bytes(HEAD.encode() + b"A1,\xff\xff\xff,1310\n")
    text = TextSource(tmp_path / "a.csv", Decided("gb18030"), "a.csv")
    with pytest.raises(InputError, match="changed"):
        list(text.pieces())
    assert source.headers == ("uscc", "name", "industry_code")


# ------------------------------------------------------------------------------------------------------- streaming


def test_a_stream_hands_out_the_same_bytes_whatever_is_asked_at_once():
    whole = "安澜,瑞禾\n".encode() * 50
    for size in (1, 7, 64, 10_000):
        stream = Utf8Stream(iter([whole[:5], whole[5:100], whole[100:]]), skip=3)
        read = b""
        while piece := stream.read(size):
            read += piece
        assert read == whole[3:]


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff", exclude_categories=("Cs",)))


@given(
    st.lists(
        st.tuples(
            *[st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff", exclude_categories=("Cs",)))] * 3
        ),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(deadline=None, max_examples=60)
def test_what_is_quoted_comes_back_as_it_was_written(rows, end):
    def quoted(cell):
        return '"' + cell.replace('"', '""').replace(",", "，") + '"'

    content = "面积,权利人,用途" + end + "".join(",".join(map(quoted, row)) + end for row in rows)
    got, _ = texts(content)
    expected = [tuple(cell.replace(",", "，") or None for cell in row) for row in rows]
    assert got == [row for row in expected if any(row)]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_long_file_is_read_without_being_held(tmp_path, encoding):
    row = "A{:07d},安澜瑞禾粮油食品有限公司,1310," + "说明文字" * 1000 + "\n"
    with (tmp_path / "a.csv").open("w", encoding=encoding) as stream:
        stream.write(HEAD.rstrip() + ",备注\n")
        stream.writelines(row.format(number) for number in range(5_200))
    size = (tmp_path / "a.csv").stat().st_size
    assert size > 40_000_000
    tracemalloc.start()
    try:
        read = open_delimited(tmp_path / "a.csv", ENTRY, name="a.csv").read([0, 2], False)  # noqa: FBT003
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert read.cells[0].text[-1].as_py() == "A0005199"
    assert read.source_row[-1] == 5_201
    assert peak < 40_000_000


@pytest.mark.parametrize("last", ["", "A9999999,甲\n"])
def test_a_table_that_would_fill_the_memory_is_refused_with_what_to_do(tmp_path, monkeypatch, last):
    monkeypatch.setattr(delimited, "MOST_BYTES", 100_000)
    rows = "".join(f"A{number:07d},安澜瑞禾粮油食品有限公司,1310\n" for number in range(10_000))
    told = fault(tmp_path, HEAD + rows + last)
    assert "too large" in told
    assert "split the file" in told


def test_what_is_not_wanted_does_not_count_for_the_size_of_a_table(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "MOST_BYTES", 100_000)
    rows = "".join(f"A{number:03d},甲,1310,{'说明' * 500}\n" for number in range(900))
    assert len(enterprises(tmp_path, HEAD.rstrip() + ",备注\n" + rows)) == 900


def test_blocks_that_are_laid_together_are_the_same_table(tmp_path, monkeypatch):
    content = HEAD + "".join(f"A{number:03d},甲{number},1310\n" for number in range(500))
    whole = texts(content)
    monkeypatch.setattr(delimited, "_BLOCK", 128)
    monkeypatch.setattr(kept_columns, "_TOGETHER", 3)
    assert texts(content) == whole
    assert len(whole[0]) == 500


def test_ragged_rows_are_read_in_parts_to_the_same_end(monkeypatch):
    content = "a,b,c\n" + "".join(f"{n},x\n" if n % 3 else f"{n},x,y\n" for n in range(1, 100))
    whole = texts(content)
    monkeypatch.setattr(delimited, "_RECORDS", 7)
    assert texts(content) == whole
    assert whole[0][1:3] == [("2", "x", None), ("3", "x", "y")]


def test_the_rows_of_a_stream_stand_where_a_user_sees_them(tmp_path):
    frame = enterprises(tmp_path, "标题,,\n" + HEAD + "A1,甲,1310\n\nA2,乙,1310\n\n\n", header_rows=2)
    pd.testing.assert_series_equal(frame["source_row"], pd.Series([3, 5], name="source_row"), check_dtype=False)
