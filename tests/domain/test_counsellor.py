"""When a counsellor is there (A1, A2)."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.intervals import Interval, Intervals
from scheduler.domain.policy import Policy
from tests.domain import random_plans
from tests.domain.builders import at, cora, dates, hours
from tests.domain.wall_clock import EPOCH, Calendar
from tests.profiles import trials

SINCE, UNTIL = at("2026-12-01 00:00"), at("2026-12-03 00:00")


def test_hours_less_leave_holidays_and_busy_times_are_free() -> None:
    busy = Intervals.between(at("2026-12-01 10:00"), at("2026-12-01 11:00"))
    found = cora(busy=busy, leave=dates("2026-12-02")).free(SINCE, UNTIL)
    assert list(found.within(SINCE, UNTIL)) == [
        Interval(at("2026-12-01 09:00"), at("2026-12-01 10:00")),
        Interval(at("2026-12-01 11:00"), at("2026-12-01 17:00")),
    ]
    assert (
        not cora(holidays=dates("2026-12-01..2026-12-02"))
        .free(SINCE, UNTIL)
        .within(SINCE, UNTIL)
    )


def test_leave_closes_a_shift_past_midnight() -> None:
    owl = cora(hours=hours("Tue 20:00-02:00"), leave=dates("2026-12-01"))
    assert not owl.free(SINCE, UNTIL).within(SINCE, UNTIL)


def test_her_own_denials_stay() -> None:
    found = cora(hours=hours("Tue 09:00-17:00", deny=("Tue 12:00-13:00",)))
    assert not found.free(SINCE, UNTIL).holds(at("2026-12-01 12:30"))


def test_her_hours_are_in_her_zone() -> None:
    there = cora(zone="America/Vancouver").free(SINCE, UNTIL)
    assert not there.holds(at("2026-12-01 10:30"))
    assert there.holds(at("2026-12-01 11:00"))


def test_the_smaller_of_hers_and_the_agencys_is_her_maximum() -> None:
    policy = Policy(sessions_per_day=5)
    assert cora().daily_maximum(policy) == 5
    assert cora(most_a_day=3).daily_maximum(policy) == 3
    assert cora(most_a_day=0).daily_maximum(policy) == 0
    assert cora(most_a_day=8).daily_maximum(policy) == 5


def test_nothing_shows_whose_files_are_shut_to_her() -> None:
    assert "K-1042" not in repr(cora(shut_out=frozenset({"K-1042"})))


@settings(max_examples=trials(20, 200))
@given(st.randoms(use_true_random=False))
def test_she_is_free_exactly_where_the_minutes_say(chance: Random) -> None:
    scene = random_plans.scene(chance)
    which = random_plans.hours(chance, scene)
    leave = (random_plans.span(chance, scene),)
    found = cora(zone=scene.zone, hours=which, leave=leave)
    since = scene.at - timedelta(hours=6)
    free = found.free(since, since + timedelta(hours=12))
    closed = replace(which, deny=(*which.deny, *leave))
    calendar = Calendar(closed, scene.zone)
    for number in range(0, 12 * 60, 11):
        moment = since + timedelta(minutes=number)
        assert free.holds(moment) == calendar.open(
            (moment - EPOCH) // timedelta(minutes=1)
        )
