"""Identifiers with their check digits: credit codes and what came before them, parcel codes, real-estate units."""

from __future__ import annotations

from generator.spec import DIVISION

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


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


def organisation_code(code: str) -> str:
    """Give the organisation code of 9 characters that stands inside a credit code."""
    return code[8:17]


def is_organisation_code(code: str) -> bool:
    """Say whether the last of 9 characters is the check of the first 8 (GB 11714)."""
    total = sum(int(character, 36) * weight for character, weight in zip(code, ORGANISATION_WEIGHTS, strict=False))
    return code[8] == "0123456789X0"[11 - total % 11]


def registration_number(number: int) -> str:
    """Give an old registration number: 6 digits of the authority, 8 running, a check digit (ISO 7064, MOD 11,10)."""
    body = f"{DIVISION}{number:08d}"
    carried = 10
    for digit in body:
        carried = ((carried + int(digit)) % 10 or 10) * 2 % 11
    return body + str((11 - carried) % 10)


def parcel_code(district: str, sub_district: str, kind: str, number: int) -> str:
    """Give a 19-character parcel code: county, district, sub-district, kind (GB state, JB collective), number."""
    return f"{DIVISION}{district}{sub_district}{kind}{number:05d}"


def estate_unit(parcel_id: str, *, with_building: bool) -> str:
    """Give the 28-character real-estate unit of a parcel (F with a building, W without)."""
    return parcel_id + ("F00010001" if with_building else "W00000000")
