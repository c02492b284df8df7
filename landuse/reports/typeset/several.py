"""Typeset many separate files: piles of documents, each processor with a press of its own, results in order."""

from __future__ import annotations

import json
import os
import pickle
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from itertools import chain, islice
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, Final

from landuse.errors import DefectError
from landuse.reports.typeset.form import Form, as_data
from landuse.reports.typeset.press import HEAD, Pile, Press

PILE: Final = 20
"""Documents typeset at once: of fewer, what they share is read too often; of more, a press looks too long for what it
has done before. The same for any number of presses, so that they all give the same bytes."""
FEW: Final = 2
"""Piles up to which one press is as fast as several."""
MOST_PRESSES: Final = 4
AHEAD: Final = 2
"""Piles waiting at each press."""

Documents = list[Mapping[str, Any]]


def printed(form: Form, piles: Iterable[Documents], *, presses: int | None = None) -> Iterator[Pile]:
    """Return each pile of documents as PDFs, in order.

    Parameters
    ----------
    presses
        How many work at once; None = one a processor, at most `MOST_PRESSES`, and one alone for few piles.
    """
    waiting = iter(piles)
    first = list(islice(waiting, FEW + 1))
    wanted = min(os.cpu_count() or 1, MOST_PRESSES) if presses is None else presses
    if wanted < 2 or (presses is None and len(first) <= FEW):
        press = Press(form)
        yield from (press.pile_of(as_data(documents, form)) for documents in chain(first, waiting))
        return
    yield from _side_by_side(form, chain(first, waiting), wanted)


def _side_by_side(form: Form, piles: Iterable[Documents], wanted: int) -> Iterator[Pile]:
    """Return the piles of several presses in order; no more than a few are ever ahead."""
    idle: SimpleQueue[_Worker] = SimpleQueue()
    workers = [_Worker(form) for _ in range(wanted)]
    for worker in workers:
        idle.put(worker)

    def made(text: str) -> Pile:
        worker = idle.get()
        try:
            return worker.pile_of(text)
        finally:
            idle.put(worker)

    ahead: deque[Future[Pile]] = deque()
    with ThreadPoolExecutor(wanted) as pool:
        try:
            for documents in piles:
                ahead.append(pool.submit(made, as_data(documents, form)))
                while len(ahead) > wanted * AHEAD or (ahead and ahead[0].done()):
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            for worker in workers:
                worker.close()


class _Worker:
    """A press in a process of its own, spoken to over its pipes: a program that runs us needs no guard for that."""

    def __init__(self, form: Form) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "landuse.reports.typeset.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": _paths(), "PYTHONIOENCODING": "utf-8"},
        )
        self._send(json.dumps(asdict(form) | {"made_on": form.made_on.isoformat()}))

    def pile_of(self, text: str) -> Pile:
        """Return the PDFs of one pile."""
        self._send(text)
        head = _read(self.process.stdout, HEAD.size)
        if len(head) < HEAD.size:
            raise DefectError("typeset: a press ended unexpectedly")
        good, length = HEAD.unpack(head)
        answer = _read(self.process.stdout, length)
        if not good:
            raise DefectError(answer.decode())
        pile: Pile = pickle.loads(answer)  # noqa: S301 - made by the process that this one started
        return pile

    def close(self) -> None:
        """End the process."""
        with suppress(OSError):
            _open(self.process.stdin).close()
        self.process.wait()
        _open(self.process.stdout).close()

    def _send(self, text: str) -> None:
        pipe, content = _open(self.process.stdin), text.encode()
        try:
            pipe.write(struct.pack(">Q", len(content)) + content)
            pipe.flush()
        except BrokenPipeError as error:
            raise DefectError("typeset: a press ended unexpectedly") from error


def _paths() -> str:
    """Return where the process of a press finds this package."""
    here = str(Path(__file__).resolve().parents[3])
    return os.pathsep.join(part for part in (here, os.environ.get("PYTHONPATH", "")) if part)


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise DefectError("typeset: no pipe")
    return pipe


def _read(pipe: IO[bytes] | None, length: int) -> bytes:
    return _open(pipe).read(length)
