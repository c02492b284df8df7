"""Write the demonstration district, its faulty variant and their answer keys: `python -m generator -o DIR`."""

from __future__ import annotations

import argparse
from pathlib import Path

from generator.district import build_district, write_district
from generator.faulty.write import write_faulty
from generator.truth import write_truth


def main() -> None:
    """Write all files into the folder given with -o."""
    parser = argparse.ArgumentParser(prog="generator", description="Write the invented district 安澜县(示例).")
    parser.add_argument("-o", dest="folder", type=Path, default=Path("demo"), help="folder to write into")
    folder: Path = parser.parse_args().folder
    district = build_district()
    write_district(district, folder)
    write_truth(district, folder)
    write_faulty(district, folder)


if __name__ == "__main__":
    main()
