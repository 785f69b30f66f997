"""A series of starts: her hour, week after week (B4, T4, T5)."""

from datetime import datetime, timedelta

import pytest

from scheduler.domain.intervals import Interval
from scheduler.domain.plan import ContactPlan
from scheduler.domain.series import (
    Every,
    in_order_of_moving,
    nearest,
    occurrences,
    shifted,
    turns_with_her,
    week_of,
)
from tests.domain.builders import at, hours, plan, rotation

HER = plan(session_hours=hours("Tue 09:00-12:00"))


def listed(starts: tuple[datetime, ...]) -> list[str]:
    return [each.isoformat(timespec="minutes")[:16] for each in starts]


@pytest.mark.parametrize(("every", "days"), [(Every.WEEK, 7), (Every.TWO_WEEKS, 14)])
def test_a_series_keeps_its_weekday(every: Every, days: int) -> None:
    first = at("2026-12-01 10:00")
    assert occurrences(first, every, 3, HER) == tuple(
        first + timedelta(days=number * days) for number in range(3)
    )


def test_it_keeps_her_hour_when_her_clock_changes() -> None:
    # Toronto goes to summer time on 14 March 2027.
    found = occurrences(at("2027-03-09 10:00"), Every.WEEK, 2, HER)
    assert listed(found) == ["2027-03-09T15:00", "2027-03-16T14:00"]


def test_a_start_her_clock_leaves_out_is_the_instant_of_the_change() -> None:
    found = occurrences(at("2027-03-07 02:30"), Every.WEEK, 2, HER)
    assert listed(found) == ["2027-03-07T07:30", "2027-03-14T07:00"]


def test_the_first_start_is_kept_as_it_is_in_the_repeated_hour() -> None:
    first = at("2026-11-01 01:30")  # The first of two
    found = occurrences(first, Every.WEEK, 2, HER)
    assert found == (first, at("2026-11-08 01:30"))


def rotating(*on: int) -> ContactPlan:
    turns = rotation("2026-11-30", 3, on, "Tue 09:00-12:00")
    return plan(session_hours=hours(rotations=(turns,)))


def test_on_a_rotation_only_the_weeks_that_are_on_count() -> None:
    found = occurrences(at("2026-12-01 10:00"), Every.ROTATION, 4, rotating(1, 3))
    days = ["2026-12-01", "2026-12-15", "2026-12-22", "2027-01-05"]
    assert listed(found) == [f"{day}T15:00" for day in days]


def test_without_a_rotation_at_that_hour_there_is_the_first_start_only() -> None:
    for hour, turning in (("10:00", HER), ("13:00", rotating(1))):
        first = at(f"2026-12-01 {hour}")
        assert not turns_with_her(first, turning)
        assert occurrences(first, Every.ROTATION, 4, turning) == (first,)
    assert turns_with_her(at("2026-12-01 10:00"), rotating(1))


def test_what_follows_goes_as_many_days_on_and_as_much_later_on_her_clock() -> None:
    old, new = at("2027-03-09 10:00"), at("2027-03-10 11:00")
    zone = HER.zone
    assert shifted(old, old, new, zone) == new
    assert shifted(at("2027-03-16 10:00"), old, new, zone) == at("2027-03-17 11:00")


def test_nobody_is_moved_onto_one_who_is_about_to_leave() -> None:
    times = {
        each: Interval.lasting(at(f"2026-12-0{each} 10:00"), 50) for each in ("1", "8")
    }
    old = at("2026-12-01 10:00")
    week = timedelta(days=7)
    assert in_order_of_moving(times, old, old + week) == ("8", "1")
    assert in_order_of_moving(times, old, old - week) == ("1", "8")


def test_a_handful_of_starts_lies_around_the_wanted_one() -> None:
    wanted = at("2026-12-01 10:00")
    five = timedelta(minutes=5)
    every_five = [wanted + number * five for number in range(-30, 30)]
    found = nearest(every_five, wanted, 3, timedelta(minutes=30))
    assert found == tuple(
        wanted + timedelta(minutes=minutes) for minutes in (-30, 0, 30)
    )


def test_a_week_is_the_one_on_her_wall() -> None:
    late = at("2026-12-06 23:30")
    assert [each.isoformat() for each in week_of(late, HER.zone)] == [
        "2026-11-30",
        "2026-12-06",
    ]
