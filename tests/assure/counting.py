"""A plugin of pytest: what each test did, one line of JSON each, into the file that
QUIETLINE_COUNTED names.

A test says by the fixture `tells` how often it tried, with which seed, and what it came
upon. Examples of Hypothesis are counted here: those that ran to their end.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# As Hypothesis words it: tests/test_assurance.py sees whether it still does.
_PASSING = re.compile(r"- (\d+) passing, ")
_PROPERTY = "examples of hypothesis"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    """In the process that ran the test: put the examples into its report."""
    outcome = yield
    report = outcome.get_result()
    if report.when == "call":
        said = getattr(item, "hypothesis_statistics", "")
        examples = sum(int(each) for each in _PASSING.findall(said))
        report.user_properties.append((_PROPERTY, examples))


def pytest_configure(config: pytest.Config) -> None:
    """In the process that was started, not in those that it shares the tests with."""
    if not hasattr(config, "workerinput"):
        # Named now: a test of the command takes such variables away while it runs.
        counted = Path(os.environ["QUIETLINE_COUNTED"])
        config.pluginmanager.register(Counting(counted), "quietline-counting")


class Counting:
    """Writes down what came of each test."""

    def __init__(self, counted: Path) -> None:
        self._counted = counted

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """At its end, or where it broke or was left out."""
        _write(report, self._counted)


def _write(report: pytest.TestReport, counted: Path) -> None:
    wrong = report.outcome != "passed"
    if report.when != "call" and not wrong:
        return
    told = [value for name, value in report.user_properties if name == "told"]
    examples = sum(value for name, value in report.user_properties if name == _PROPERTY)
    line = {
        "test": report.nodeid,
        "outcome": report.outcome,
        "why": _why(report) if wrong else "",
        "seconds": round(report.duration, 3),
        "examples": examples,
        "told": told,
    }
    with counted.open("a") as file:
        file.write(json.dumps(line) + "\n")


def _why(report: pytest.TestReport) -> str:
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2])
    return str(report.longrepr).strip().splitlines()[-1] if report.longrepr else ""
