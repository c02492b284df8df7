"""Small files as bureaus send them, and the project file proposed for them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import openpyxl

from landuse.assemble.codes import ALPHABET, WEIGHTS
from landuse.propose import propose

PARCELS = ["990781001001GB00001", "990781001001GB00002"]


def credit_code(number):
    """Return a credit code of the invented county with its check digit by the formula of GB 32100-2015."""
    first = f"91990781MA{number:07d}"
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(first, WEIGHTS, strict=True))
    return first + ALPHABET[(31 - total % 31) % 31]


USCC = [credit_code(number) for number in range(1, 6)]
NAMES = ["安澜甲鞋业有限公司", "安澜乙机械厂", "安澜丙食品有限公司", "安澜丁纺织有限公司", "安澜戊建材厂"]


def proposal(folder, *names, lang="zh"):
    """Return what is proposed for some files of a folder, or for the folder."""
    return propose([folder / name for name in names] or [folder], folder, lang=lang)


def tree(folder, *names):
    """Return the proposed project file as `tomllib` reads it."""
    return tomllib.loads(proposal(folder, *names).text)


def csv(folder, name, rows, encoding="utf-8"):
    """Write rows as a delimited text."""
    text = "\n".join(",".join(str(cell) for cell in row) for row in rows) + "\n"
    (folder / name).write_bytes(text.encode(encoding))
    return name


def book(folder, name, hidden=(), **sheets):
    """Write a workbook, one sheet a keyword; names in `hidden` are hidden."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        page = made.create_sheet(title)
        for row in rows:
            page.append(row)
        if title in hidden:
            page.sheet_state = "hidden"
    made.save(folder / name)
    return name


def answered(open_tree, answers):
    """Return a tree in which every "?" is what another tree has in the same place."""
    if isinstance(open_tree, dict):
        known = answers if isinstance(answers, dict) else {}
        return {name: answered(value, known.get(name)) for name, value in open_tree.items()}
    if isinstance(open_tree, list):
        known = answers if isinstance(answers, list) else [None] * len(open_tree)
        return [answered(value, other) for value, other in zip(open_tree, known, strict=False)]
    return answers if open_tree == "?" else open_tree


def root():
    """Return the folder of the checkout."""
    return Path(__file__).parents[2]
