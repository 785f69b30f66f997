"""The locks hold what the project asks for, with hashes and without any address."""

import re
import tomllib
from importlib.metadata import distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.contracts import ROOT

FULL = "requirements.lock"
SMALL = "requirements-run.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
RUNNING = [
    *PROJECT["dependencies"],
    *EXTRAS["gunicorn"],
    *EXTRAS["postgres"],
    "hatchling",
]
ALL = [*RUNNING, *EXTRAS["dev"]]
INSTALLED = {canonicalize_name(each.name): each for each in distributions()}


def locked(name: str) -> dict[str, Version]:
    text = (ROOT / name).read_text()
    pins = re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==([^ ;\\]+)", text, re.MULTILINE)
    return {canonicalize_name(pinned): Version(at) for pinned, at in pins}


@pytest.mark.parametrize(("lock", "wanted"), [(SMALL, RUNNING), (FULL, ALL)])
def test_a_lock_holds_all_that_is_asked_for(lock: str, wanted: list[str]) -> None:
    pins = locked(lock)
    for each in map(Requirement, wanted):
        if each.name != PROJECT["name"]:
            pin = pins[canonicalize_name(each.name)]
            assert pin in each.specifier, f"{lock} has {each.name} {pin}: make lock"


def test_the_two_locks_agree_and_the_small_one_is_part_of_the_full_one() -> None:
    assert locked(SMALL).items() <= locked(FULL).items()


@pytest.mark.parametrize("lock", [SMALL, FULL])
def test_what_is_needed_with_an_extra_is_locked_with_it(lock: str) -> None:
    """The pip of Python 3.11 otherwise takes whatever release is newest today."""
    text = (ROOT / lock).read_text()
    asked = [
        each
        for name in locked(lock)
        if name in INSTALLED
        for each in map(Requirement, INSTALLED[name].requires or ())
        if each.extras and (not each.marker or each.marker.evaluate({"extra": ""}))
    ]
    for each in asked:
        extras = ",".join(sorted(each.extras))
        assert f"\n{each.name}[{extras}]==".lower() in text.lower(), each
    if lock == FULL:
        assert "coverage" in {canonicalize_name(each.name) for each in asked}


def test_running_needs_no_test_tool() -> None:
    assert locked(SMALL).keys().isdisjoint({"pytest", "hypothesis", "playwright"})


@pytest.mark.parametrize("lock", [SMALL, FULL])
def test_every_release_has_its_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.split(r"^(?=[A-Za-z])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(locked(lock))
    assert all("--hash=sha256:" in each for each in entries)


@pytest.mark.parametrize("lock", [SMALL, FULL])
def test_a_lock_names_no_host_and_no_path(lock: str) -> None:
    assert not re.search(r"/|://|--index|--find|@", (ROOT / lock).read_text())
