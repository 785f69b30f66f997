"""An installation in a folder of its own, and the command to work on it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from scheduler.cli import main
from tests.contracts import ROOT

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Place:
    """One installation: its folder, and the environment that names it."""

    home: Path
    env: dict[str, str]

    @property
    def database(self) -> Path:
        return self.home / "quietline.sqlite"

    @property
    def shelf(self) -> Path:
        return self.home / "quietline-keys.sqlite"

    @property
    def key(self) -> Path:
        return self.home / "installation.key"

    def names(self) -> set[str]:
        return {each.name for each in self.home.iterdir()}


Run = Callable[..., Said]
AtPlace = Callable[..., Place]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run(place, "user", "list")`: the command, in this process."""

    def run_here(place: Place, *arguments: str | Path) -> Said:
        for name in [each for each in os.environ if each.startswith("QUIETLINE_")]:
            monkeypatch.delenv(name)
        for name, value in place.env.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        code = main([str(each) for each in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run_here


def started(
    place: Place, *arguments: str | Path, before: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, perhaps behind another one."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QUIETLINE_")}
    return subprocess.run(
        [*before, sys.executable, "-m", "scheduler.cli", *map(str, arguments)],
        cwd=ROOT,
        env={**kept, **place.env},
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


def password_file(folder: Path) -> Path:
    path = folder / "password"
    path.write_text(PASSWORD + "\n")
    return path


def founding(folder: Path) -> tuple[str | Path, ...]:
    """The arguments of `quietline init`, with nothing left to ask."""
    password = password_file(folder)
    return (
        *("init", "--name", "Lakeside House", "--zone", "America/Toronto"),
        *("--administrator", "maia", "--administrator-password-file", password),
        *("--second", "ruth", "--second-password-file", password),
    )


def at(home: Path, **env: str) -> Place:
    return Place(home, {"QUIETLINE_HOME": str(home), **env})


@pytest.fixture(scope="session")
def _founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded")
    done = started(at(folder / "data"), *founding(folder))
    assert done.returncode == 0, done.stderr
    return folder / "data"


@pytest.fixture
def place(_founded: Path, tmp_path: Path) -> Place:
    """An agency on SQLite, just founded."""
    home = tmp_path / "data"
    shutil.copytree(_founded, home)
    home.chmod(0o700)
    return at(home)


@pytest.fixture
def empty(tmp_path: Path, place: Place) -> Place:
    """Another machine, with nothing on it but the kept copy of the key file."""
    home = tmp_path / "elsewhere"
    home.mkdir(mode=0o700)
    shutil.copy(place.key, home)
    return at(home)
