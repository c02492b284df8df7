"""Run the command line: ``python -m landuse``."""

from landuse.cli import main

main()
