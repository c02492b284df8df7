"""Copy the demonstration district out of the package or the checkout."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from landuse.errors import Fault, InputError

PROJECT: Final = "landuse.toml"


def copy_demo(folder: Path) -> Path:
    """Copy the district's inputs and project file into `folder`; return the project file.

    Raises
    ------
    InputError
        The folder holds another project file already: nothing of the user's is overwritten.
    """
    with as_file(files("landuse") / "demo_data") as packed:
        source = packed if packed.is_dir() else Path(__file__).parents[2] / "data" / "demo"
        if not (source / PROJECT).is_file():
            raise InputError([Fault(str(source), "示范县数据不存在 / the demonstration district is missing")])
        target = folder / PROJECT
        if target.is_file() and target.read_bytes() != (source / PROJECT).read_bytes():
            fault = Fault(
                str(target), "已有其他项目文件 / another project file stands here", do="换一个文件夹 / use -o DIR"
            )
            raise InputError([fault])
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("faulty*", "__pycache__"))
    return target
