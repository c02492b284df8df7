"""Run a notebook as a reader would: in an empty folder, from its first cell to its last."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 120
"""Longest time for one cell on a busy machine; a whole run takes about 15, or 30 with plans asked again."""


def said_by(path, folder):
    """Return what each cell of a notebook puts out, by the id of the cell."""
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("PYTHONIOENCODING", "utf-8")
        client = NotebookClient(
            notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
        )
        client.execute()
    return {cell.id: text_of(cell.outputs) for cell in notebook.cells if cell.cell_type == "code"}


def text_of(outputs):
    """Return everything a cell shows: printed text, the HTML of tables and drawings, and plain text where no HTML."""
    parts = []
    for output in outputs:
        assert output.get("name") != "stderr", output.get("text")
        shown = output.get("data", {})
        parts += [output.get("text", ""), shown.get("text/html") or shown.get("text/plain", "")]
    return "\n".join(parts)
