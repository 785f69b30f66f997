"""bar-D1: real workers, killed while they work, against a provider that is a process of
its own. `tests.killing` does it; here it is seen that all held."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.contracts import ROOT
from tests.killing.points import POINTS
from tests.profiles import trials
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


@pytest.fixture(params=ENGINES)
def fresh(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated database nobody is connected to; on SQLite in memory where it can be:
    a process that is killed takes nothing back that it has written."""
    if request.param != "sqlite":
        server = request.getfixturevalue("postgres_server")
        url = request.getfixturevalue("fresh_postgres_url")
        yield url(server.template("quietline", migrated))
        return
    with TemporaryDirectory(dir=MEMORY) as folder:
        template = request.getfixturevalue("sqlite_template")
        yield sqlite_copy(template, Path(folder))


def test_a_worker_killed_at_every_point_sends_nothing_twice_and_loses_nothing(
    fresh: str,
) -> None:
    # Twice, once an engine: a thousand kills in all.
    told = run("kill", fresh, trials(40, 500))
    assert set(told["hit"]) >= set(POINTS)
    assert told["taken"] > 0
    assert told["states"]["uncertain"] > 0
