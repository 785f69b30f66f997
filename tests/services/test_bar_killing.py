"""bar-D1, D2, D8 and W9: real workers, killed, frozen and stopped at work, beside a
provider that is a process of its own. `tests.killing` does it; here all is to hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.contracts import ROOT
from tests.killing.points import POINTS
from tests.profiles import Tells, profile, trials
from tests.scenarios.replaying import sqlite_copy
from tests.stores import ENGINES, migrated

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


def run(program: str, address: str, times: int) -> dict[str, Any]:
    """One of the programs; what it tells."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.killing", program),
            *("--address", address, "--times", str(times)),
        ],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        timeout=1800,
    )
    assert done.stdout, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    assert (told["wrongs"], done.returncode) == ([], 0), (told, done.stderr[-2000:])
    return told


# Once an engine, so a thousand in all, and ten thousand for `make assure`. Where CI is
# set the ordinary run makes the thousand as well.
IN_CI = "CI" in os.environ and profile == "dev"
KILLS = 500 if IN_CI else trials(24, 500, 5_000)


@pytest.fixture(params=ENGINES)
def fresh(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated database nobody is connected to; on SQLite in memory where it can be:
    a process that is killed takes nothing back that it has written."""
    if request.param != "sqlite":
        yield request.getfixturevalue("postgres")
        return
    with TemporaryDirectory(dir=MEMORY) as folder:
        template = request.getfixturevalue("sqlite_template")
        yield sqlite_copy(template, Path(folder))


@pytest.fixture
def postgres(request: pytest.FixtureRequest) -> str:
    """A migrated database for many workers."""
    server = request.getfixturevalue("postgres_server")
    url = request.getfixturevalue("fresh_postgres_url")
    return str(url(server.template("quietline", migrated)))


def test_a_worker_killed_at_every_point_sends_nothing_twice_and_loses_nothing(
    fresh: str, tells: Tells
) -> None:
    told = run("kill", fresh, KILLS)
    tells(**told)
    assert set(told["hit"]) >= set(POINTS)
    assert told["taken"] > 0
    assert told["states"]["uncertain"] > 0


@pytest.mark.postgres
def test_a_worker_that_was_frozen_until_its_lease_was_taken_sends_nothing(
    postgres: str, tells: Tells
) -> None:
    told = run("freeze", postgres, trials(3, 500))
    tells(**told)
    assert told["hit"]["held something"] > 0


def test_a_worker_told_to_stop_leaves_nothing_in_doubt(
    fresh: str, tells: Tells
) -> None:
    told = run("term", fresh, trials(3, 250))
    tells(**told)
    assert told["hit"]["killed after the grace"] > 0 or told["trials"] < 10
    assert told["taken"] > 0


@pytest.mark.longer
def test_when_the_power_goes_what_was_handed_over_is_known(
    sqlite_template: Path, tells: Tells
) -> None:
    with TemporaryDirectory(dir=MEMORY) as folder:
        place = Path(folder) / "agency"
        place.mkdir()
        told = run("power", sqlite_copy(sqlite_template, place), 200)
    tells(**told)
    assert told["hit"]["between a call and its outcome"] > 0


@pytest.mark.longer
def test_a_restore_of_any_backup_sends_nothing_and_lists_what_may_have_left(
    fresh: str, tells: Tells
) -> None:
    told = run("restore", fresh, 50)
    tells(**told)
    assert told["taken"] > 0


@pytest.mark.postgres
def test_after_the_switch_is_thrown_no_call_begins(postgres: str, tells: Tells) -> None:
    told = run("pause", postgres, trials(6, 1_000))
    tells(**told)
    assert told["taken"] > 0
