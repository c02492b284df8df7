"""Turn arguments into a project and a run: no logic of its own."""

from landuse.cli.ending import LATER, hoisted, main

__all__ = ["LATER", "hoisted", "main"]
