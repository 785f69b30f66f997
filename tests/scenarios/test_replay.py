"""Every scenario holds, on SQLite and on PostgreSQL, with any seed.

In `dev` a fixed part of the many corners is replayed on each engine; in `ci` all of
them are, on both.
"""

import zlib
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.services.simulation.comparing import differences
from scheduler.services.simulation.reading import read_scenario
from scheduler.services.simulation.replay import Trace, replay
from tests.profiles import trials
from tests.scenarios.replaying import built, sqlite_copy
from tests.stores import migrated

HERE = Path(__file__).parent
DESIGNED = sorted(HERE.glob("*.toml"))
CORNERS = sorted((HERE / "more").glob("*.toml"))


def _named(path: Path) -> str:
    return path.stem


def _in_share(path: Path, salt: str, one_of: int) -> bool:
    """One of so many in `dev`, each in `ci`."""
    share = trials(one_of, 1)
    return zlib.crc32(f"{salt}{path.stem}".encode()) % share == 0


def _days(path: Path) -> float:
    scenario = read_scenario(path.read_text())
    return (scenario.until - scenario.since) / timedelta(days=1)


@pytest.mark.parametrize("path", DESIGNED, ids=_named)
@pytest.mark.parametrize("seed", [1, 20_261_123][: trials(1, 2)])
def test_a_designed_scenario_holds(
    path: Path, seed: int, sqlite_template: Path, tmp_path: Path
) -> None:
    scenario = read_scenario(path.read_text())
    trace = replay(scenario, built(sqlite_copy(sqlite_template, tmp_path), seed))
    assert differences(scenario, trace) == []


@pytest.mark.parametrize(
    "path", [each for each in CORNERS if _in_share(each, "sqlite", 6)], ids=_named
)
def test_a_corner_of_the_rules_holds(
    path: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    scenario = read_scenario(path.read_text())
    trace = replay(scenario, built(sqlite_copy(sqlite_template, tmp_path), 7))
    assert differences(scenario, trace) == []


@pytest.mark.postgres
@pytest.mark.parametrize(
    "path",
    [*DESIGNED, *(each for each in CORNERS if _in_share(each, "postgres", 12))],
    ids=_named,
)
def test_a_scenario_holds_on_postgresql(
    path: Path, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("postgres_server")
    fresh = request.getfixturevalue("fresh_postgres_url")
    address = fresh(server.template("quietline", migrated))
    scenario = read_scenario(path.read_text())
    trace = replay(scenario, built(address, 3))
    assert differences(scenario, trace) == []


@pytest.mark.postgres
@pytest.mark.parametrize(
    "path",
    [each for each in (*DESIGNED, *CORNERS) if _in_share(each, "many", 60)],
    ids=_named,
)
def test_a_scenario_holds_with_four_workers_at_once(
    path: Path, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("postgres_server")
    fresh = request.getfixturevalue("fresh_postgres_url")
    address = fresh(server.template("quietline", migrated))
    scenario = read_scenario(path.read_text())
    trace = replay(scenario, built(address, 3), workers=4)
    assert differences(scenario, trace) == []


# Of those that are over in a day each minute of a replay is looked at.
SHORT = [
    each
    for each in (*DESIGNED, *CORNERS)
    if _in_share(each, "minute", 12) and _days(each) <= 1
][-trials(1, 12) :]


@pytest.mark.parametrize("path", SHORT, ids=_named)
def test_passing_over_idle_minutes_makes_no_difference(
    path: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    scenario = read_scenario(path.read_text())
    quick = replay(scenario, built(sqlite_copy(sqlite_template, tmp_path), 5))
    slow = replay(
        scenario,
        built(sqlite_copy(sqlite_template, tmp_path), 5),
        every_minute=True,
    )
    assert slow.ticks > quick.ticks
    assert [quick.steps, quick.sent, quick.messages, quick.attention] == [
        slow.steps,
        slow.sent,
        slow.messages,
        slow.attention,
    ]


def test_the_same_seed_gives_the_same_minutes_and_another_seed_others(
    sqlite_template: Path, tmp_path: Path
) -> None:
    text = (HERE / "one_reminder_inside_the_window.toml").read_text()
    scenario = read_scenario(text)

    def minute(seed: int) -> str:
        build = built(sqlite_copy(sqlite_template, tmp_path), seed)
        return str(replay(scenario, build).sent[0]["at"])

    assert minute(4) == minute(4)
    assert len({minute(seed) for seed in range(6)}) > 1


def test_a_wrong_expectation_is_told_with_expected_and_found(
    sqlite_template: Path, tmp_path: Path
) -> None:
    text = (HERE / "stop.toml").read_text()
    wrong = text.replace('body = "Stop"', 'body = "Thank you"')
    scenario = read_scenario(wrong)
    trace = replay(scenario, built(sqlite_copy(sqlite_template, tmp_path), 1))
    told = differences(scenario, trace)
    assert any("number_blocked" in each for each in told)
    assert any("reply_stop" in each for each in told)


def test_an_item_that_names_no_client_is_about_each_of_them() -> None:
    text = (HERE / "stop.toml").read_text()
    scenario = read_scenario(text.replace('"reply_stop"', '"sender_paused"'))

    def told(client: str | None, kind: str) -> bool:
        trace = Trace(attention=[{"client": client, "kind": kind}])
        return any("sender_paused" in each for each in differences(scenario, trace))

    assert not told(None, "sender_paused")
    assert not told("K-1042", "sender_paused")
    assert told("K-2001", "sender_paused")
    assert told(None, "reply_stop")


@pytest.mark.parametrize("named", [False, True])
def test_the_breaker_counts_only_where_a_file_names_it(
    named: bool, sqlite_template: Path, tmp_path: Path
) -> None:
    text = (HERE / "more" / "six_a_day_by_policy.toml").read_text()
    if named:
        text = text.replace("[policy]", "[policy]\nbreaker_per_client = 4", 1)
    scenario = read_scenario(text)
    trace = replay(scenario, built(sqlite_copy(sqlite_template, tmp_path), 1))
    assert len(trace.sent) == (4 if named else 6)
