"""The list of known bugs fits the tree, and the runner tells red from green."""

from collections import Counter
from pathlib import Path

import pytest

from tests.plant.plant import Plant
from tests.plant.plants import PLANTS
from tests.plant.run import copy_of_the_tree, planted, stale, try_one


@pytest.mark.parametrize("plant", PLANTS, ids=lambda each: each.what)
def test_a_bug_fits_the_tree_and_its_test_is_there(plant: Plant) -> None:
    assert stale(plant) is None
    assert plant.old != plant.new


def test_no_bug_is_listed_twice() -> None:
    assert Counter(each.what for each in PLANTS).most_common(1)[0][1] == 1
    assert len({(each.file, each.old, each.new) for each in PLANTS}) == len(PLANTS)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree."""
    return copy_of_the_tree(tmp_path_factory.mktemp("plant"))


SMALL = next(each for each in PLANTS if each.file.endswith("messages.py"))


def test_a_bug_that_is_in_turns_its_test_red(tree: Path) -> None:
    found = try_one(tree, SMALL)
    assert found.noticed, found.said
    assert "1 failed" in found.said


def test_a_change_that_breaks_nothing_is_missed(tree: Path) -> None:
    harmless = Plant("none", SMALL.file, SMALL.old, f"{SMALL.old}  ", SMALL.test)
    found = try_one(tree, harmless)
    assert not found.noticed
    assert "1 passed" in found.said


def test_a_bug_that_cannot_be_read_is_an_error_and_not_noticed(tree: Path) -> None:
    broken = Plant("broken", SMALL.file, SMALL.old, "(((", SMALL.test)
    assert not try_one(tree, broken).noticed


def test_what_no_longer_fits_is_said(tree: Path) -> None:
    gone = Plant("gone", SMALL.file, "no such text", "", SMALL.test)
    assert try_one(tree, gone).said == f"its text stands 0 times in {SMALL.file}"
    nobody = Plant("nobody", SMALL.file, SMALL.old, "", f"{SMALL.test}_at_all")
    assert "there is no" in try_one(tree, nobody).said


def test_a_bug_is_taken_out_again(tree: Path) -> None:
    file = tree / SMALL.file
    before = file.read_text(encoding="utf-8")
    with planted(tree, SMALL):
        assert file.read_text(encoding="utf-8") != before
    assert file.read_text(encoding="utf-8") == before
