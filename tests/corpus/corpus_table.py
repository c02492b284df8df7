"""Print what becomes of every file of the corpus: ``python tests/corpus/corpus_table.py``; status 1 = a wrong read."""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

from corpus_cases import all_cases
from corpus_kit import verdict_on


def main() -> int:
    """Print a line a case, the counts a group, and whether any was read wrongly."""
    warnings.simplefilter("ignore")
    counts: dict[str, Counter[str]] = {}
    unexpected = 0
    with tempfile.TemporaryDirectory() as folder:
        for case in all_cases():
            verdict = verdict_on(case, Path(folder) / "case")
            counts.setdefault(case.group, Counter())[verdict.outcome] += 1
            amiss = "" if verdict.fits(case) else f"   <- {case.expect} expected"
            unexpected += bool(amiss)
            sys.stdout.write(f"{verdict.outcome:<8} {case.id}{amiss}\n         {verdict.told[:150]}\n")
    names = ("right", "refused", "marked", "wrong")
    sys.stdout.write("\n" + f"{'':<10}" + "".join(f"{name:>9}" for name in names) + "\n")
    total: Counter[str] = Counter()
    for group, found in counts.items():
        total += found
        sys.stdout.write(f"{group:<10}" + "".join(f"{found[name]:>9}" for name in names) + "\n")
    sys.stdout.write(f"{'all':<10}" + "".join(f"{total[name]:>9}" for name in names) + f"   {total.total()} files\n")
    sys.stdout.write(f"not as expected: {unexpected}\n")
    return 1 if total["wrong"] or unexpected else 0


if __name__ == "__main__":
    sys.exit(main())
