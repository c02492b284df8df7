"""Compare two folders of results and say what lies between them."""

from __future__ import annotations

from pathlib import Path

from landuse.cli.screen import State, print_lines, say
from landuse.errors import Fault, InputError
from landuse.tables.runs import RunRecord


def compare_into(old: Path, new: Path, folder: Path) -> int:
    """Compare two runs, write what came of it into a folder, and return the exit status."""
    from landuse.comparison import compare
    from landuse.reports.comparing import comparison_lines
    from landuse.write.compared import write_comparison
    from landuse.write.staging import folder_faults

    runs = _read(old, new)
    if faults := folder_faults(folder):
        raise InputError(faults)
    State.lang = State.asked or ("en" if runs[1].head.get("language") == "en" else "zh")
    found = compare(*runs)
    write_comparison(found, folder, lang=State.lang)
    print_lines(comparison_lines(found, State.lang))
    say(f"已写出 {folder / 'compare.xlsx'}", f"written: {folder / 'compare.xlsx'}")
    return 0


def _read(*folders: Path) -> list[RunRecord]:
    """Return both runs; what is wrong with either is told at once."""
    from landuse.read.run_folder import read_run

    runs: list[RunRecord] = []
    faults: list[Fault] = []
    for folder in folders:
        try:
            runs.append(read_run(folder))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return runs
