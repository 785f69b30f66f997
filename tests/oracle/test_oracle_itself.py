"""The oracle against every expectation of the scenario files, and against itself."""

import random
import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.oracle import world
from tests.oracle.agency import read_agency
from tests.oracle.check import Trace, check, second_of_trace
from tests.oracle.expectations import disagreements
from tests.oracle.own_trace import trace_of
from tests.oracle.random_agency import random_agency
from tests.oracle.readings import Readings
from tests.oracle.replay import Prediction, replay
from tests.oracle.state import Message
from tests.oracle.toml_text import to_toml
from tests.oracle.wall_time import (
    allowed_minutes,
    day_number,
    denied_minutes,
    second_of,
    stamp,
)
from tests.oracle.world import run

CHECKOUT = Path(__file__).parents[2]
OWN = CHECKOUT / "tests" / "scenarios"
MORE = OWN / "more"
DESIGN = CHECKOUT.parent / "shared" / "scenarios"


def _files() -> list[Path]:
    folder = OWN if list(OWN.glob("*.toml")) else DESIGN
    return sorted(folder.glob("*.toml")) + sorted(MORE.glob("*.toml"))


@pytest.mark.parametrize("path", _files(), ids=lambda path: path.stem)
def test_the_oracle_meets_what_the_file_expects(path: Path) -> None:
    scenario = tomllib.loads(path.read_text(encoding="utf-8"))
    assert disagreements(scenario, replay(scenario)) == []


def _earliest(_: Message, minutes: list[int]) -> int:
    return minutes[0]


@cache
def _predicted(seed: int) -> tuple[dict[str, Any], Prediction]:
    scenario = random_agency(seed)
    return scenario, replay(scenario)


def _picked_at_random(seed: int) -> tuple[dict[str, Any], Prediction, Trace]:
    scenario, prediction = _predicted(seed)
    chance = random.Random(seed)
    drawn = run(
        prediction.agency,
        prediction.readings,
        lambda _, minutes: chance.choice(minutes),
    )
    return scenario, prediction, trace_of(drawn)


@pytest.mark.parametrize("seed", range(4))
def test_the_comparison_accepts_what_the_rules_allow(seed: int) -> None:
    scenario, prediction, trace = _picked_at_random(seed)
    assert check(scenario, prediction, trace) == []


@pytest.mark.parametrize("seed", [1, 3])
def test_the_comparison_sees_a_text_that_left_twice(seed: int) -> None:
    scenario, prediction, trace = _picked_at_random(seed)
    trace["sent"].append(trace["sent"][0])
    assert check(scenario, prediction, trace, worlds=3)


@pytest.mark.parametrize("seed", [1, 3])
def test_the_comparison_sees_a_text_that_did_not_leave(seed: int) -> None:
    scenario, prediction, trace = _picked_at_random(seed)
    del trace["sent"][0]
    assert check(scenario, prediction, trace, worlds=3)


@pytest.mark.parametrize("hours", [-3, 3])
def test_the_comparison_sees_a_text_outside_its_minutes(hours: int) -> None:
    scenario, prediction, trace = _picked_at_random(1)
    first = trace["sent"][0]
    first["at"] = stamp(second_of_trace(first["at"]) + hours * 3600)
    assert check(scenario, prediction, trace, worlds=3)


def test_the_comparison_sees_a_validity_beyond_the_window() -> None:
    scenario, prediction, trace = _picked_at_random(1)
    trace["sent"][0]["validity"] = 601
    assert check(scenario, prediction, trace, worlds=3)


def test_the_comparison_sees_a_reason_left_out_and_one_made_up() -> None:
    scenario = tomllib.loads((MORE / "mode_none.toml").read_text("utf-8"))
    prediction = replay(scenario)
    for codes in ([], ["mode_none", "no_consent"]):
        trace = trace_of(prediction.worlds[0])
        trace["steps"][1]["reasons"] = codes
        assert check(scenario, prediction, trace, worlds=3)


def test_the_comparison_sees_an_attention_item_that_is_missing() -> None:
    scenario = tomllib.loads((MORE / "stop_in_french.toml").read_text("utf-8"))
    prediction = replay(scenario)
    trace = trace_of(prediction.worlds[0])
    trace["attention"] = []
    assert check(scenario, prediction, trace, worlds=3)


@pytest.mark.parametrize("seed", range(6))
def test_a_made_up_agency_reads_back_as_it_was_written(seed: int) -> None:
    scenario = random_agency(seed)
    assert tomllib.loads(to_toml(scenario)) == scenario
    assert random_agency(seed) == scenario


@pytest.mark.parametrize("seed", [0, 5])
def test_what_is_read_at_the_edges_holds_at_every_minute(seed: int) -> None:
    agency = read_agency(random_agency(seed))
    hours = [one.hours for one in agency.counsellors.values()]
    for client in agency.clients.values():
        hours += [client.sessions_open, *(one.hours for one in client.channels)]
    minutes = range(agency.start // 60, agency.until // 60)
    for one in hours:
        wrong = [
            minute
            for minute in minutes
            if one.covered(minute) != one.read_covered(minute)
            or one.denied(minute) != one.read_denied(minute)
        ]
        assert wrong == []


@pytest.mark.parametrize("seed", range(4))
def test_a_minute_passed_over_is_one_in_which_nothing_happens(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = random_agency(seed)
    quick = trace_of(run(read_agency(scenario), Readings(), _earliest))
    monkeypatch.setattr(world, "_next_look", lambda _, minute: minute + 1)
    assert trace_of(run(read_agency(scenario), Readings(), _earliest)) == quick


def test_a_wrong_expectation_is_noticed() -> None:
    scenario = tomllib.loads((MORE / "mode_none.toml").read_text("utf-8"))
    scenario["step"][1]["expect"] = "send"
    assert disagreements(scenario, replay(scenario))


def test_an_allowed_hour_in_the_repeated_hour_is_the_second_one() -> None:
    # 2027-11-07: 01:00 to 02:00 happens at 05:00Z and again at 06:00Z.
    sunday = day_number(date(2027, 11, 7)) * 1440
    found = allowed_minutes("America/Toronto", sunday + 60, sunday + 120)
    assert [stamp(found[0] * 60), stamp(found[-1] * 60)] == [
        "2027-11-07T06:00:00Z",
        "2027-11-07T06:59:00Z",
    ]


def test_a_denied_hour_in_the_repeated_hour_is_both() -> None:
    sunday = day_number(date(2027, 11, 7)) * 1440
    found = denied_minutes("America/Toronto", sunday + 60, sunday + 120)
    assert [stamp(found[0] * 60), len(found)] == ["2027-11-07T05:00:00Z", 120]


def test_a_skipped_start_is_the_instant_of_the_change() -> None:
    # 2027-03-14: 02:00 becomes 03:00 at 07:00Z.
    sunday = day_number(date(2027, 3, 14)) * 1440
    found = allowed_minutes("America/Toronto", sunday + 130, sunday + 230)
    assert [stamp(found[0] * 60), len(found)] == ["2027-03-14T07:00:00Z", 50]


@pytest.mark.parametrize(
    ("zone", "wall", "instant"),
    [
        ("America/Winnipeg", "2026-12-08T09:00", "2026-12-08T14:00:00Z"),
        ("America/Edmonton", "2026-12-08T09:00", "2026-12-08T15:00:00Z"),
        ("America/Regina", "2026-12-08T09:00", "2026-12-08T15:00:00Z"),
        ("America/Vancouver", "2026-12-08T09:00", "2026-12-08T16:00:00Z"),
        ("America/Toronto", "2026-12-08T09:00", "2026-12-08T14:00:00Z"),
        ("America/Inuvik", "2026-12-08T09:00", "2026-12-08T15:00:00Z"),
        ("America/St_Johns", "2026-12-08T09:15", "2026-12-08T12:45:00Z"),
        ("America/Toronto", "2027-03-15T09:00", "2027-03-15T13:00:00Z"),
    ],
)
def test_the_known_answers(zone: str, wall: str, instant: str) -> None:
    assert stamp(second_of(datetime.fromisoformat(wall), zone)) == instant
