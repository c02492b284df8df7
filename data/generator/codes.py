"""Identifiers with their check digits: unified social credit codes, parcel codes, real-estate units."""

from __future__ import annotations

from generator.spec import DIVISION

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def check_character(first_17: str) -> str:
    """Give the check character of a credit code (GB 32100-2015)."""
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(first_17, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def credit_code(number: int) -> str:
    """Give the credit code of the invented enterprise with this running number."""
    body = f"91{DIVISION}MA{number:07d}"
    return body + check_character(body)


def wrong_check(code: str) -> str:
    """Give the code with a check character that is certainly wrong."""
    position = (ALPHABET.index(code[-1]) + 7) % 31
    return code[:-1] + ALPHABET[position]


def parcel_code(district: str, sub_district: str, kind: str, number: int) -> str:
    """Give a 19-character parcel code: county, district, sub-district, kind (GB state, JB collective), number."""
    return f"{DIVISION}{district}{sub_district}{kind}{number:05d}"


def estate_unit(parcel_id: str, *, with_building: bool) -> str:
    """Give the 28-character real-estate unit of a parcel (F with a building, W without)."""
    return parcel_id + ("F00010001" if with_building else "W00000000")
