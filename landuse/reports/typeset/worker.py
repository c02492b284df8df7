"""Be a press in a process of its own: a form and documents come in, PDFs go out (`landuse.reports.typeset.several`)."""

from __future__ import annotations

import json
import pickle
import struct
import sys
from collections.abc import Mapping
from datetime import date
from typing import IO, Any

from landuse.errors import DefectError
from landuse.reports.typeset.form import Form
from landuse.reports.typeset.press import HEAD, Press

LENGTH = struct.Struct(">Q")


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer each pile of documents with its PDFs until the other side closes; the first request is the form."""
    press: Press | None = None
    while len(head := requests.read(LENGTH.size)) == LENGTH.size:
        text = requests.read(LENGTH.unpack(head)[0]).decode()
        if press is None:
            press = Press(form_of(json.loads(text)))
            continue
        try:
            good, answer = True, pickle.dumps(press.pile_of(text), protocol=pickle.HIGHEST_PROTOCOL)
        except DefectError as error:
            good, answer = False, str(error).encode()
        answers.write(HEAD.pack(good, len(answer)) + answer)
        answers.flush()


def form_of(told: Mapping[str, Any]) -> Form:
    """Return a form as it was sent."""
    lists = {name: tuple(told[name]) for name in ("families", "folders")}
    return Form(**{**told, **lists, "made_on": date.fromisoformat(str(told["made_on"]))})


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
