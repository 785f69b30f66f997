"""What is installed is whole: code, and everything the code reads beside it."""

import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.contracts import PACKAGES, ROOT


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    builder = WheelBuilder(str(ROOT))
    (wheel,) = builder.build(directory=str(folder), versions=["standard"])
    return set(zipfile.ZipFile(wheel).namelist())


def test_every_file_of_the_packages_ships(shipped: set[str]) -> None:
    ours = {
        str(each.relative_to(ROOT))
        for package in PACKAGES
        for each in (ROOT / package).rglob("*")
        if each.is_file() and each.suffix != ".pyc"
    }
    assert {"config/policy.toml", "scheduler/cli/__init__.py"} <= ours
    assert ours - shipped == set()


def test_nothing_ships_but_the_packages_and_the_entry(shipped: set[str]) -> None:
    beside = {Path(each).parts[0] for each in shipped} - set(PACKAGES)
    assert {each for each in beside if not each.endswith(".dist-info")} == {"wsgi.py"}
