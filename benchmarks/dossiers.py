"""Print the plot pages of one synthetic county, and the same pages as a plain script would: one compile a page.

Usage: ``python benchmarks/dossiers.py [--parcels 10000] [--pages 1000] [--baseline 40]``. Prints wall and CPU seconds
of the pages (data, typesetting, the file of all), and of the baseline: a fresh `typst.compile` for each page with the
same template and data, which opens the fonts anew. The baseline is measured on some pages and scaled up.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
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
    began = time.perf_counter()
    for document in documents:
        plain(work.form, document)
    each = (time.perf_counter() - began) / len(documents)
    print(f"baseline, one compile a page: {each * 1000:.0f} ms a page, {each * pages:.0f} s for {pages}")
    print(f"ratio: {each * pages / wall:.1f}")


def plain(form: Any, document: Mapping[str, Any]) -> bytes:
    """Typeset one page as a script would: everything opened anew."""
    import typst

    from landuse.reports.typeset.form import as_data

    inputs = {"shared": as_data(form.shared), "families": as_data(form.families), "documents": as_data([document])}
    return typst.compile(
        form.source.encode(), font_paths=list(form.folders), ignore_system_fonts=True, sys_inputs=inputs, format="pdf"
    )


def cpu() -> float:
    """Return the CPU seconds of this process and of those it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
