"""docs/assurance.md is what the runs measured, and every bar in it has its tests."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.assure import document
from tests.assure.bar import Bar, Case, judged
from tests.assure.bars import BARS
from tests.contracts import ROOT

BAR = Bar("X1", "Nothing.", ("t::t",), "All.", wanted=10, longer=90, hits=("deep",))
RUN = Case("t::t", "passed", "", 1.0, 0, ({"trials": 10, "hit": {"deep": 3}},))


def test_the_page_is_written_by_the_runs_and_by_nobody_else() -> None:
    assert document.PAGE.read_text() == document.text(document.kept())


def test_what_is_kept_is_of_bars_that_there_are() -> None:
    assert set(document.kept()) <= set(BARS)


@pytest.mark.parametrize("bar", BARS.values(), ids=lambda each: each.id)
def test_every_bar_names_tests_that_there_are(bar: Bar) -> None:
    for test in bar.tests:
        file, _, name = test.partition("::")
        text = (ROOT / file).read_text()
        assert not name or f"def {name}(" in text, test


def test_a_run_that_tried_enough_and_came_upon_everything_holds() -> None:
    assert judged(BAR, [RUN], "ci") == []
    counted = replace(RUN, told=({"hit": {"deep": 1}},), examples=10)
    assert judged(BAR, [counted], "ci") == []


@pytest.mark.parametrize(
    ("cases", "profile", "why"),
    [
        ([], "ci", "only 0 of at least 1 cases"),
        ([replace(RUN, outcome="skipped", why="no faketime")], "ci", "no faketime"),
        ([replace(RUN, outcome="failed", why="one too many")], "ci", "one too many"),
        ([RUN], "assure", "only 10 of 90 cases were tried"),
        ([replace(RUN, told=({"trials": 10},))], "ci", "never came upon “deep”"),
        ([replace(RUN, told=({"hit": {"deep": 1}},))], "ci", "only 0 of 10"),
    ],
    ids=["nothing", "left out", "failed", "too few", "missed", "uncounted"],
)
def test_a_run_that_proves_less_does_not_hold(
    cases: list[Case], profile: str, why: str
) -> None:
    assert re.search(re.escape(why), "\n".join(judged(BAR, cases, profile)))


def counted(folder: Path, *arguments: str) -> dict[str, Any]:
    """One test in a process of its own, as `make assure` runs it; what was counted."""
    test = folder / "test_some.py"
    test.write_text(
        "from hypothesis import given, settings, strategies as st\n\n\n"
        "@settings(max_examples=37)\n@given(st.integers())\n"
        "def test_some(number):\n    pass\n"
    )
    kept = folder / "counted"
    subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "tests.assure.counting"),
            *("-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml")),
            *arguments,
            str(test),
        ],
        cwd=ROOT,
        env={**os.environ, "QUIETLINE_COUNTED": str(kept)},
        capture_output=True,
        check=True,
    )
    [line] = kept.read_text().splitlines()
    read: dict[str, Any] = json.loads(line)
    return read


@pytest.mark.parametrize("beside", ["0", "1"])
def test_examples_are_counted_once_alone_and_beside_others(
    tmp_path: Path, beside: str
) -> None:
    read = counted(tmp_path, "-n", beside)
    assert (read["outcome"], read["examples"]) == ("passed", 37)
