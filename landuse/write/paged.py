"""Have LibreOffice, where it is installed, set the report once to find the pages of its headings."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from landuse.project import Project
from landuse.reports.word.paging import answers, asking, has_pages, headings, with_pages

LOG: Final = logging.getLogger(__name__)
PROGRAMS: Final = ("soffice", "libreoffice")
LONGEST_S: Final = 300
"""Seconds after which a report is written without page numbers."""
WANTED: Final = "libreoffice"


def paged(content: bytes) -> bytes:
    """Return a report with the page numbers of its contents; as it was where they could not be found."""
    program = _program()
    if not program or not (asked := headings(content)):
        return content
    pdf = _as_pdf(asking(content), program)
    pages = answers(pdf, len(asked)) if pdf else []
    return with_pages(content, pages) if pages else content


def paging_notes(project: Project, report: Path) -> list[tuple[str, str]]:
    """Return why a report has no page numbers although the project asks for them (zh, en); none where it has."""
    if project.report.page_numbers != WANTED or not report.is_file() or has_pages(report.read_bytes()):
        return []
    reason = ("LibreOffice 未能排版", "LibreOffice could not set it") if _program() else (
        "本机未安装 LibreOffice(PATH 中没有 soffice)", "no LibreOffice on this machine (no soffice on the PATH)"
    )  # fmt: skip
    zh = f"{report.name} 的目录未填页码:{reason[0]};打开后更新域即可"
    return [
        (zh, f"the contents of {report.name} bear no page numbers: {reason[1]}; refresh the fields when it is open")
    ]


def _program() -> str:
    return next((found for name in PROGRAMS if (found := shutil.which(name))), "")


def _as_pdf(content: bytes, program: str) -> bytes:
    """Return a document as PDF; nothing where the program fails."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place)
        (folder / "report.docx").write_bytes(content)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        options = ["--headless", "--norestore", "--convert-to", "pdf", "--outdir", place]
        try:
            _called([program, profile, *options, str(folder / "report.docx")])
            return (folder / "report.pdf").read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            LOG.warning("page numbers: %s", error)
            return b""


def _called(command: list[str]) -> None:
    """Call a program; end it with all it has started where it takes too long.

    Raises
    ------
    subprocess.TimeoutExpired
        It took too long.
    """
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent, start_new_session=True)
    try:
        process.wait(LONGEST_S)
    except subprocess.TimeoutExpired:
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()
        raise
