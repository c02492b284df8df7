"""Compare finding names that are alike with comparing all with all by rapidfuzz, in CPU seconds and peak memory.

Usage: ``python benchmarks/names.py [SIZE] [--seed N] [--block N]``; default 100000 names against 100000, block of 200.
Ours in a process of its own: the names that are alike, then the whole of who is meant (`resolve`). Baseline in the same
run: ``rapidfuzz.process.cdist`` (Indel, one worker, score_cutoff 0.9) of a block of the names against all known ones,
taken so many times as there are blocks. The pairs of the block must be the same; those of names beyond 13 characters
may be missed (landuse/assemble/fuzzy.py) and are counted.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
MOST_SECONDS, MOST_MB = 20.0, 1024.0
"""What it may take at 100,000 names against 100,000."""
PLACES = ("安澜", "石桥", "青塘", "柳河", "东湾", "南岭", "安澜县", "石桥镇")
SIGNS = "瑞禾堃泰鑫达宏翔润泽盛铭澍帆恒颐臻祥晟恺腾晗翰岳旻栩璟霆筑源屿沣昊川翊丰锦臣骏驰弘卓越"
TRADES = (
    "粮油食品", "精密铸造", "鞋业", "鞋材", "水泥制品", "电子材料", "豆制品", "针织服装", "木质家具", "塑料包装",
    "制药科技", "运动鞋业", "果蔬加工", "专用挂车", "有色金属", "新型墙体材料", "农业机械设备制造", "生物医药科技发展",
)  # fmt: skip
FORMS = ("有限公司",) * 8 + ("股份有限公司", "有限责任公司", "厂", "集团有限公司石桥分公司")


def known_names(size: int, draw: np.random.Generator) -> list[str]:
    """Return so many different names of enterprises of one county, in plain form."""
    found: dict[str, None] = {}
    while len(found) < size:
        sign = "".join(draw.choice(list(SIGNS), int(draw.integers(2, 5))))
        found["".join((str(draw.choice(PLACES)), sign, str(draw.choice(TRADES)), str(draw.choice(FORMS))))] = None
    return list(found)


def slipped(name: str, draw: np.random.Generator) -> str:
    """Return a name with one or two slips: a character too many, too few, or another one."""
    for _ in range(int(draw.integers(1, 3))):
        at, kind, sign = int(draw.integers(1, len(name))), int(draw.integers(3)), str(draw.choice(list(SIGNS)))
        name = name[:at] + ("", sign + name[at : at + 1], sign)[kind] + name[at + 1 :]
    return name


def lists(size: int, seed: int) -> tuple[list[str], list[str]]:
    """Return names as a list of taxpayers may spell them, and the known ones."""
    draw = np.random.default_rng(seed)
    known = known_names(size, draw)
    return [slipped(name, draw) for name in known], known


def ours(size: int, seed: int, block: int) -> dict[str, Any]:
    """Return what the toolkit takes, and the pairs it finds in the block."""
    from landuse.assemble.fuzzy import alike
    from landuse.assemble.resolve import Firms, resolve

    names, known = lists(size, seed)
    alike(names[:1], known[:1])
    before, began = _peak_mb(), time.process_time()
    pairs = alike(names, known)
    taken = {"seconds": time.process_time() - began, "before": before, "peak": _peak_mb(), "pairs": len(pairs)}
    mine = pairs[pairs["at"] < block]
    firms = Firms.of(pd.DataFrame({"uscc": [f"{number:018d}" for number in range(size)], "name": known}))
    claims = pd.DataFrame({"plain": pd.Series(names, dtype="str"), "code": pd.Series([None] * size, dtype="str")})
    began = time.process_time()
    resolve(claims, firms)
    taken |= {"whole_seconds": time.process_time() - began, "whole_peak": _peak_mb()}
    return taken | {"found": mine[["at", "known_at"]].to_numpy().tolist()}


def baseline(size: int, seed: int, block: int) -> dict[str, Any]:
    """Return what comparing a block of the names with all known ones takes, and the pairs that are alike."""
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cdist

    names, known = lists(size, seed)
    began = time.process_time()
    score = cdist(names[:block], known, scorer=Indel.normalized_similarity, score_cutoff=0.9, dtype=np.float64)
    at, other = np.nonzero(score)
    seconds = time.process_time() - began
    longest = [max(len(names[one]), len(known[two])) for one, two in zip(at.tolist(), other.tolist(), strict=True)]
    return {"seconds": seconds, "found": np.column_stack([at, other]).tolist(), "longest": longest}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print both, their ratio, and whether they find the same pairs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("size", type=int, nargs="?", default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--block", type=int, default=200)
    parser.add_argument("--ours", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    block = min(args.block, args.size)
    if args.ours:
        print(json.dumps(ours(args.size, args.seed, block)))
        return
    command = [sys.executable, __file__, str(args.size), "--seed", str(args.seed), "--block", str(block), "--ours"]
    found_at = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=found_at)
    taken, plain = json.loads(done.stdout), baseline(args.size, args.seed, block)
    whole = plain["seconds"] * args.size / block
    print(f"{args.size} names against {args.size}, seed {args.seed}: {taken['pairs']} pairs alike from 0.9 on")
    print(f"ours (alike)           {taken['seconds']:8.1f} s CPU, peak {taken['peak']:6.0f} MB "
          f"({taken['before']:.0f} MB before)")  # fmt: skip
    print(f"ours (all of resolve)  {taken['whole_seconds']:8.1f} s CPU, peak {taken['whole_peak']:6.0f} MB")
    print(f"rapidfuzz cdist        {whole:8.1f} s CPU ({plain['seconds']:.2f} s for a block of {block})")
    print(f"ratio cdist / ours     {whole / taken['seconds']:8.1f} times the CPU")
    _say_same(taken, plain)
    if args.size >= 100_000:
        held = taken["seconds"] <= MOST_SECONDS and taken["peak"] <= MOST_MB
        print(f"{'held' if held else 'MISSED'}: at most {MOST_SECONDS:.0f} s and {MOST_MB:.0f} MB")


def _say_same(taken: dict[str, Any], plain: dict[str, Any]) -> None:
    """Print the pairs of the block, and stop where one is wrong or missing that must be found."""
    mine, every = {tuple(pair) for pair in taken["found"]}, [tuple(pair) for pair in plain["found"]]
    missed = [longest for pair, longest in zip(every, plain["longest"], strict=True) if pair not in mine]
    print(f"block: {len(every)} pairs by cdist, {len(mine)} by ours, {len(missed)} missed (long names)")
    if mine - set(every) or any(longest <= 13 for longest in missed):
        sys.exit("the pairs are not the same")


if __name__ == "__main__":
    main()
