"""Fail when the pure rooms fall under 90 % branch coverage: ``python tests/pure_coverage.py .coverage.json``."""

import json
import sys
from pathlib import Path

PURE = (
    "landuse/assemble/",
    "landuse/indicators",
    "landuse/ranking",
    "landuse/law/",
    "landuse/policy/",
    "landuse/evidence/",
    "landuse/scenarios/",
    "landuse/comparison/",
    "landuse/disclosure/",
    "landuse/cartography/style",
    "landuse/cartography/pane/hatch",
    "landuse/cartography/pane/labels",
    "landuse/cartography/pane/listing",
    "landuse/cartography/pane/wishes",
    "landuse/cartography/parcel_layer/pack",
    "landuse/cartography/parcel_layer/columns",
    "landuse/cartography/parcel_layer/texts",
    "landuse/cartography/parcel_layer/shapes",
    "landuse/cartography/parcel_layer/borders",
    "landuse/reports/content",
    "landuse/units",
    "landuse/industry",
    "landuse/tables",
    "landuse/overrides",
)
LEAST = 90.0


def main(report: Path) -> int:
    files = json.loads(report.read_text())["files"]
    room: dict[str, list[int]] = {}
    for name, entry in files.items():
        path = name.replace("\\", "/")
        pure = next((p for p in PURE if path.startswith(p)), None)
        if pure is None:
            continue
        summary = entry["summary"]
        covered = summary["covered_lines"] + summary["covered_branches"]
        total = summary["num_statements"] + summary["num_branches"]
        room.setdefault(pure, [0, 0])
        room[pure][0] += covered
        room[pure][1] += total
    shares = {name: 100.0 * covered / total for name, (covered, total) in room.items()}
    for name, share in sorted(shares.items()):
        sys.stdout.write(f"{share:6.1f} %  {name}\n")
    missing = sorted(set(PURE) - shares.keys())
    low = [name for name, share in shares.items() if share < LEAST]
    if missing or low:
        sys.stdout.write(f"not measured: {missing}; under {LEAST} %: {low}\n")
    return 1 if missing or low else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
