"""When each thing goes (E7)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.hours import DateSpan
from scheduler.domain.plan import Away
from scheduler.domain.policy import LIMITS, Policy
from scheduler.domain.retention import (
    IN_WORDS,
    Kept,
    Matter,
    goes_at,
    is_past,
    lasts,
    started_by,
)

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("matter", "days"),
    [
        (Matter.PLACE, 0),
        (Matter.STAY, 0),
        (Matter.REPLY, 0),
        (Matter.SHORT, 30),
        (Matter.SEND_LOG, 30),
        (Matter.OLD_PLAN, 30),
        (Matter.CLOSED_PLAN, 30),
        (Matter.OTHER_MATTERS, 365),
        (Matter.CLOSED_FILE, 365),
        (Matter.TRAIL, 731),
    ],
)
def test_each_clock_runs_as_long_as_its_class_says(matter: Matter, days: int) -> None:
    assert lasts(matter, Policy()) == timedelta(days=days)
    assert goes_at(matter, NOW, Policy()) == NOW + timedelta(days=days)


@given(
    matter=st.sampled_from(Matter),
    days=st.integers(*LIMITS["send_log_days"]),
    ago=st.timedeltas(timedelta(0), timedelta(days=900)),
)
def test_what_has_started_by_then_is_what_goes_by_now(
    matter: Matter, days: int, ago: timedelta
) -> None:
    policy = replace(Policy(), send_log_days=days)
    since = NOW - ago
    goes = goes_at(matter, since, policy)
    assert (goes <= NOW) == (since <= started_by(matter, NOW, policy))


def test_the_send_log_outlives_what_caps_look_back_on() -> None:
    least, _ = LIMITS["send_log_days"]
    assert least > 7


@pytest.mark.parametrize(
    ("now", "past"),
    [
        ("2026-12-12T23:00-07:00", False),
        # The next day at home, and still her last one in Vancouver.
        ("2026-12-13T01:00-05:00", False),
        ("2026-12-13T00:00-07:00", True),
    ],
)
def test_a_stay_is_past_when_its_last_day_is_over_in_both_zones(
    now: str, past: bool
) -> None:
    span = DateSpan(date(2026, 12, 7), date(2026, 12, 12))
    stay = Away(span, "America/Vancouver")
    assert is_past(stay, "America/Toronto", datetime.fromisoformat(now)) is past


def test_every_class_has_words() -> None:
    assert set(IN_WORDS) == set(Kept)
