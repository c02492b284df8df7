"""Copy the demonstration district out of the package or the checkout."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from landuse.errors import Fault, InputError

PROJECT: Final = "landuse.toml"
LEFT_OUT: Final = ("faulty", "__pycache__")
MOST_NAMED: Final = 3


def copy_demo(folder: Path) -> Path:
    """Copy the district's inputs and project file into `folder`; return the project file.

    Raises
    ------
    InputError
        The folder holds a file of the same name and other content: nothing of the user's is overwritten.
    """
    with as_file(files("landuse") / "demo_data") as packed:
        source = packed if packed.is_dir() else Path(__file__).parents[2] / "data" / "demo"
        if not (source / PROJECT).is_file():
            found = "示范县数据不存在 / the demonstration district is missing"
            raise InputError([Fault(str(source), found, do="重新安装 landuse / install landuse again")])
        names = _names(source)
        _refuse_to_overwrite(source, folder, names)
        for name in names:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, target)
    return folder / PROJECT


def _names(source: Path) -> list[str]:
    """Return the files of the district below its folder; the faulty variant is for the tests."""
    found = (path.relative_to(source) for path in sorted(source.rglob("*")) if path.is_file())
    return [path.as_posix() for path in found if not any(part.startswith(LEFT_OUT) for part in path.parts)]


def _refuse_to_overwrite(source: Path, folder: Path, names: list[str]) -> None:
    other = [name for name in names if (folder / name).exists() and not _same(source / name, folder / name)]
    if other:
        found = (
            f"文件夹中已有其他内容的同名文件 / other files of the same name stand here: {', '.join(other[:MOST_NAMED])}"
        )
        raise InputError([Fault(str(folder), found, do="用 -o 换一个文件夹 / use -o DIR")])


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()
