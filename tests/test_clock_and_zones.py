"""The clock is the system's, the zone data is not (T2, T8)."""

import inspect
import os
import re
import shutil
import subprocess
import sys
import uuid
from collections import Counter
from datetime import timedelta
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import pytest

from scheduler import ports
from scheduler.clock import SystemClock, SystemTokens
from scheduler.domain.zones import KNOWN_ANSWERS, wrong_answers
from tests.contracts import ROOT

VANCOUVER = (
    "from datetime import UTC, datetime; from zoneinfo import ZoneInfo;"
    "wall = datetime(2026, 12, 8, 9, tzinfo=ZoneInfo('America/Vancouver'));"
    "print(wall.astimezone(UTC).hour)"
)


@pytest.fixture
def stale_host(tmp_path: Path) -> Path:
    """Zone files as on a host that has not heard that Vancouver stays on summer time.

    Los Angeles has the hours Vancouver had until then.
    """
    america = tmp_path / "America"
    america.mkdir()
    packaged = files("tzdata.zoneinfo.America").joinpath("Los_Angeles")
    (america / "Vancouver").write_bytes(packaged.read_bytes())
    return tmp_path


def answer(code: str, host: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONTZPATH": str(host)},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout.strip()


def test_without_us_a_stale_host_answers_for_vancouver(stale_host: Path) -> None:
    assert answer(VANCOUVER, stale_host) == "17"


@pytest.mark.parametrize("module", ["scheduler", "scheduler.domain.zones"])
def test_importing_the_scheduler_makes_the_package_answer(
    module: str, stale_host: Path
) -> None:
    assert answer(f"import {module};{VANCOUVER}", stale_host) == "16"


def test_a_host_without_zone_files_changes_nothing(tmp_path: Path) -> None:
    shutil.rmtree(tmp_path)
    assert answer(f"import scheduler;{VANCOUVER}", tmp_path) == "16"


def test_the_packaged_zone_data_gives_every_known_answer() -> None:
    assert wrong_answers() == ()


def test_the_known_answers_are_the_eight_at_least_that_the_rule_names() -> None:
    named = {
        ("America/Winnipeg", "2026-12-08 09:00", "14:00"),
        ("America/Edmonton", "2026-12-08 09:00", "15:00"),
        ("America/Regina", "2026-12-08 09:00", "15:00"),
        ("America/Vancouver", "2026-12-08 09:00", "16:00"),
        ("America/Toronto", "2026-12-08 09:00", "14:00"),
        ("America/Inuvik", "2026-12-08 09:00", "15:00"),
        ("America/St_Johns", "2026-12-08 09:15", "12:45"),
        ("America/Toronto", "2027-03-15 09:00", "13:00"),
    }
    asked = {
        (each.zone, f"{each.wall:%Y-%m-%d %H:%M}", f"{each.utc:%H:%M}")
        for each in KNOWN_ANSWERS
    }
    assert named <= asked


def test_the_package_is_new_enough_for_the_changes_of_2026() -> None:
    year, release = map(int, version("tzdata").split(".")[:2])
    assert (year, release) >= (2026, 6)


def test_the_clock_gives_aware_instants_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_the_steady_clock_never_runs_backwards() -> None:
    clock = SystemClock()
    readings = [clock.monotonic() for _ in range(100)]
    assert readings == sorted(readings)


def test_tokens_may_stand_in_an_address_and_are_long_enough() -> None:
    tokens = SystemTokens()
    seen = {tokens.token() for _ in range(100)}
    assert len(seen) == 100
    # 32 bytes written in characters of six bits each.
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", each) for each in seen)
    assert len(tokens.token(16)) == 22


def test_ids_are_random_ones() -> None:
    tokens = SystemTokens()
    seen = {tokens.uuid() for _ in range(100)}
    assert len(seen) == 100
    assert {uuid.UUID(each).version for each in seen} == {4}


def test_below_gives_every_number_about_as_often() -> None:
    tokens = SystemTokens()
    drawn = Counter(tokens.below(6) for _ in range(6000))
    assert set(drawn) == set(range(6))
    # Seven standard deviations: a fair draw leaves this once in 10^11 runs.
    assert all(800 < times < 1200 for times in drawn.values())


def test_below_refuses_a_range_with_nothing_in_it() -> None:
    with pytest.raises(ValueError, match="positive"):
        SystemTokens().below(0)


@pytest.mark.parametrize(
    ("ours", "port"), [(SystemClock, ports.Clock), (SystemTokens, ports.Tokens)]
)
def test_the_system_offers_what_the_port_asks(ours: type, port: type) -> None:
    asked = {
        name: each for name, each in vars(port).items() if inspect.isfunction(each)
    }
    asked = {name: each for name, each in asked.items() if not name.startswith("_")}
    assert asked
    for name, each in asked.items():
        offered = inspect.signature(getattr(ours, name))
        assert list(offered.parameters) == list(inspect.signature(each).parameters)
