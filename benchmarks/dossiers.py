"""Print the plot pages of one synthetic county, and the same pages as a plain script would: one compile a page.

Usage: ``python benchmarks/dossiers.py [--parcels 10000] [--pages 1000] [--baseline 40]``. Prints wall and CPU seconds
of the pages (data, typesetting, the file of all), and of the baseline that makes the same files: a `typst.compile` for
each page with the same template and data, which opens the fonts anew, and the file of all put together from these by
pypdf. The data of the pages is made for it beforehand and not counted. It works on one page after the other on one
core, is measured on some pages and scaled up.
"""

from __future__ import annotations

import argparse
import io
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
DATA = HERE / "data"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=10_000)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--baseline", type=int, default=40)
    told = parser.parse_args()
    folder = DATA / f"county_{told.parcels}"
    if not (folder / "gpkg.toml").is_file():
        subprocess.run([sys.executable, str(HERE / "county.py"), str(told.parcels), str(folder)], check=True)

    from landuse.pipeline import run
    from landuse.project import load_project
    from landuse.reports.dossier import Dossiers
    from landuse.write.dossiers import write
    from landuse.write.staging import staging

    began = time.perf_counter()
    analysis = run(load_project(folder / "gpkg.toml", [f"dossiers.most={told.pages}"]))
    print(f"run of {told.parcels} parcels: {time.perf_counter() - began:.1f} s")

    with tempfile.TemporaryDirectory() as place, staging(Path(place) / "out") as stage:
        began, before = time.perf_counter(), cpu()
        names = write(analysis, stage)
        wall, used = time.perf_counter() - began, cpu() - before
        size = sum(path.stat().st_size for path in stage.path("dossiers").iterdir()) / 1e6
        pages = len(names) - 1
    print(f"ours: {pages} plot pages and the file of all: {wall:.1f} s wall, {used:.1f} s CPU, {size:.0f} MB")

    work = Dossiers(analysis)
    documents = [page for page, _ in zip(work.pages(), range(told.baseline), strict=False)]
    began, before = time.perf_counter(), cpu()
    together = bound([plain(work.form, document) for document in documents])
    base_wall, base_cpu = (
        (now - then) / len(documents) for now, then in ((time.perf_counter(), began), (cpu(), before))
    )
    print(
        f"baseline, one compile a page: {base_wall * 1000:.0f} ms wall, {base_cpu * 1000:.0f} ms CPU a page, ", end=""
    )
    print(f"{base_wall * pages:.0f} s wall, {base_cpu * pages:.0f} s CPU for {pages}; ", end="")
    print(f"the file of all {together / len(documents) * pages / 1e6:.0f} MB")
    print(f"ratio: wall {base_wall * pages / wall:.1f}, CPU {base_cpu * pages / used:.1f}")


def bound(files: Sequence[bytes]) -> int:
    """Put PDFs together as a script would; return the bytes of the file."""
    from pypdf import PdfReader, PdfWriter

    writer, file = PdfWriter(), io.BytesIO()
    for content in files:
        writer.append(PdfReader(io.BytesIO(content)))
    writer.write(file)
    return len(file.getvalue())


def plain(form: Any, document: Mapping[str, Any]) -> bytes:
    """Typeset one page as a script would: everything opened anew."""
    import typst

    from landuse.reports.typeset.form import as_data

    told = {"shared": form.shared, "families": form.families, "documents": [document]}
    inputs = {name: as_data(value, form) for name, value in told.items()}
    return typst.compile(
        form.source.encode(), font_paths=list(form.folders), ignore_system_fonts=True, sys_inputs=inputs, format="pdf"
    )


def cpu() -> float:
    """Return the CPU seconds of this process and of those it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
