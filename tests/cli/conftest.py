"""Run the command line inside the test process, and a bureau to run it on."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

import pytest
from cli_builders import write_bureau

from landuse.cli import main


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def pairs(self):
        """Return the two lines of each message on stderr."""
        lines = self.err.splitlines()
        return list(zip(lines[::2], lines[1::2], strict=True))


@pytest.fixture
def say(monkeypatch, capsys):
    """Return a function that runs ``landuse`` with arguments."""

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["landuse", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return Said(ended.value.code, told.out, told.err)

    return run


@pytest.fixture(scope="session")
def _bureau(tmp_path_factory):
    folder = tmp_path_factory.mktemp("某县 数据")
    write_bureau(folder)
    return folder


@pytest.fixture
def bureau(_bureau, tmp_path):
    """Return the project file of a bureau of its own, in a folder with a blank and Chinese in its name."""
    folder = tmp_path / "某县 一"
    shutil.copytree(_bureau, folder)
    return folder / "项目 一.toml"
