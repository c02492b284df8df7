"""Look through a workbook, zipped or of the old kind, before any library opens it."""

from __future__ import annotations

from typing import Final

from landuse.errors import Fault, InputError
from landuse.read.hostile.archives import guard_archive
from landuse.read.hostile.compound import guard_compound
from landuse.read.hostile.kinds import other_package

ACCEPTED: Final = ".xlsx .xls .ods .csv"


def guard_book(data: bytes, name: str) -> None:
    """Refuse bytes that begin as a workbook and are none, or would do harm.

    Raises
    ------
    InputError
        What `guard_archive` and `guard_compound` refuse; a zipped file of another program.
    """
    if not data.startswith(b"PK"):
        guard_compound(data, name)
        return
    members = {member.filename for member in guard_archive(data, name)}
    if found := other_package(members):
        raise InputError([Fault(name, found, ACCEPTED, "用原软件另存 / save it again from its program")])
