"""The bundled family has what a bureau writes; what it lacks is found before anything is drawn."""

from __future__ import annotations

import pytest

from landuse import fonts


def _gbk() -> set[str]:
    pairs = (bytes([first, second]) for first in range(0x81, 0xFF) for second in range(0x40, 0xFF))
    signs = {pair.decode("gbk", errors="ignore") for pair in pairs}
    return {sign for sign in signs if len(sign) == 1 and sign.isprintable()}


def test_the_regular_weight_has_every_character_of_gbk_but_one_that_its_source_lacks():
    has = fonts.coverage(str(fonts.folder() / fonts.REGULAR))
    assert {sign for sign in _gbk() if ord(sign) not in has} == {"≒"}


def test_the_bold_weight_has_every_character_of_gb2312():
    has = fonts.coverage(str(fonts.folder() / fonts.BOLD))
    pairs = (bytes([first, second]) for first in range(0xB0, 0xF8) for second in range(0xA1, 0xFF))
    assert all(ord(pair.decode("gb2312", errors="ignore") or "一") in has for pair in pairs)


def test_signs_of_units_and_of_maps_are_there():
    assert fonts.faces(["亩 ㎡ m² ≥20 1–3 — × ° ′ ″ ① √ № … 120°15′ 1:2000"]) == fonts.Faces((fonts.FAMILY,), ())


def test_both_files_are_truetype_of_the_one_family():
    for name in (fonts.REGULAR, fonts.BOLD):
        path = fonts.folder() / name
        assert path.read_bytes()[:4] == b"\0\1\0\0"
        assert fonts.family_of(str(path)) == fonts.FAMILY


def test_the_licence_stands_beside_the_fonts():
    text = (fonts.folder() / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL Open Font License, Version 1.1" in text
    assert "PERMISSION & CONDITIONS" in text


def test_a_character_no_font_has_is_named_with_its_code_and_nothing_else(monkeypatch):
    monkeypatch.setattr(fonts, "installed", lambda: ())
    found = fonts.faces(["甲\U0002a6a5公司", "乙\n"])
    assert found.missing == "\U0002a6a5"
    [fault] = found.faults("一地一策")
    assert "U+2A6A5" in fault.found
    assert "甲" not in fault.found


def test_a_font_of_the_machine_stands_in_for_what_is_missing(monkeypatch):
    other = fonts.folder() / fonts.BOLD
    monkeypatch.setattr(fonts, "installed", lambda: (other,))
    monkeypatch.setattr(
        fonts, "coverage", lambda path: frozenset({0x4E00}) if path.endswith(fonts.REGULAR) else frozenset({0x4E8C})
    )
    found = fonts.faces(["一二三"])
    assert found.files == (other,)
    assert found.missing == "三"


@pytest.mark.parametrize("text", ["", "\n\t", "\u200b"])
def test_text_that_shows_nothing_misses_nothing(text):
    assert fonts.faces([text]) == fonts.Faces((fonts.FAMILY,), ())
