"""Initials of Chinese names: the usual reading, words that change it, and everything that is no character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landuse.cartography.page.letters import letters_of

NAMES = ["重庆重工机械有限公司", "长安银行", "厦门音乐", "安澜A股 集团", "単𠮷"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        # 重庆 chong qing but 重工 zhong gong; 长安 chang an; 银行 yin hang; 厦门 xia men
        ("重庆重工机械有限公司", "cqzgjxyxgs"), ("长安银行", "cayh"), ("厦门音乐", "xmyy"), ("安澜A股 集团", "alagjt"),
    ],
)  # fmt: skip
def test_a_name_is_typed_by_the_first_letters_of_its_usual_reading(name, typed):
    assert letters_of(NAMES).of(name) == typed


def test_a_character_without_reading_stands_for_itself():
    assert letters_of(["𠮷"]).of("𠮷x") == "𠮷x"


def test_each_character_is_said_once_however_many_names_hold_it():
    found = letters_of(["安澜机械", "安澜化工", "安澜机电"])
    assert sorted(found.characters) == sorted(set("安澜机械化工电"))
    assert len(found.initials) == len(found.characters)


def test_no_names_need_no_letters():
    assert letters_of([]).characters == ""


@given(st.lists(st.text(alphabet="重庆长安银行音乐乐AB 工", max_size=8), max_size=6))
def test_the_order_of_the_names_changes_nothing(names):
    assert letters_of(names) == letters_of(list(reversed(names)))
