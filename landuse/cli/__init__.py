"""Turn arguments into a project and a run: no logic of its own."""

from landuse.cli.ending import hoisted, main

__all__ = ["hoisted", "main"]
