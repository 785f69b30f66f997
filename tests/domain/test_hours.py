"""Hours as instants: midnight, merging, denials, rotations, clock changes (T3–T6)."""

from datetime import date, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.hours import (
    NEVER,
    DateSpan,
    Hours,
    openings,
)
from scheduler.domain.intervals import Interval, Intervals
from tests.domain import random_plans
from tests.domain.builders import TORONTO, at, hours, rotation, utc
from tests.domain.wall_clock import EPOCH, Calendar
from tests.profiles import trials

# A Tuesday.
TUESDAY = "2026-12-01"


def open_in(which: Hours, first: str, last: str, zone: str = TORONTO) -> list[str]:
    """What is open from one date through another, in wall time."""
    since, until = at(f"{first} 00:00", zone), at(f"{last} 00:00", zone)
    until += timedelta(days=1)
    found = openings(which, zone, since, until).open.within(since, until)
    return [written(each, zone) for each in found]


def written(each: Interval, zone: str) -> str:
    start, end = (one.astimezone(ZoneInfo(zone)) for one in (each.start, each.end))
    return f"{start:%a %d %H:%M}-{end:%H:%M}"


def utc_stretches(which: Hours, zone: str, since: str, until: str) -> list[str]:
    """What is open, in UTC, for days with two clocks."""
    first, last = utc(since), utc(until)
    found = openings(which, zone, first, last).open.within(first, last)
    return [f"{each.start:%d %H:%M}-{each.end:%H:%M}" for each in found]


# --- T3 ----------------------------------------------------------------------


def test_hours_that_say_nothing_are_never() -> None:
    assert open_in(NEVER, TUESDAY, "2027-01-01") == []


def test_a_window_past_midnight_belongs_to_the_day_it_starts_on() -> None:
    late = hours("Fri 22:00-01:00")
    assert open_in(late, "2026-12-03", "2026-12-06") == ["Fri 04 22:00-01:00"]


def test_the_end_of_the_day_is_a_legal_end() -> None:
    assert open_in(hours("Tue 22:00-24:00"), TUESDAY, "2026-12-02") == [
        "Tue 01 22:00-00:00"
    ]


def test_windows_that_touch_or_overlap_are_one() -> None:
    touching = hours("Tue 09:00-10:00", "Tue 10:00-11:00", "Tue 10:30-12:00")
    assert open_in(touching, TUESDAY, TUESDAY) == ["Tue 01 09:00-12:00"]


def test_windows_touch_over_midnight_too() -> None:
    around = hours("Tue 22:00-24:00", "Wed 00:00-02:00")
    assert open_in(around, TUESDAY, "2026-12-02") == ["Tue 01 22:00-02:00"]


def test_one_off_hours_join_the_weekly_ones() -> None:
    once = hours("Tue 09:00-10:00", once=("2026-12-01 10:00-11:00",))
    assert open_in(once, TUESDAY, "2026-12-08") == [
        "Tue 01 09:00-11:00",
        "Tue 08 09:00-10:00",
    ]


def test_a_window_of_the_day_before_reaches_into_the_range() -> None:
    since = at("2026-12-05 00:30")
    found = openings(hours("Fri 22:00-01:00"), TORONTO, since, since + timedelta(1))
    assert found.open.holds(since)


# --- T4 ----------------------------------------------------------------------


def test_a_window_that_starts_in_a_skipped_hour_opens_at_the_change() -> None:
    assert utc_stretches(
        hours("Sun 02:30-05:00"), TORONTO, "2026-03-08 00:00", "2026-03-09 00:00"
    ) == ["08 07:00-09:00"]


def test_a_window_that_ends_in_a_skipped_hour_closes_at_the_change() -> None:
    assert utc_stretches(
        hours("Sun 01:00-02:30"), TORONTO, "2026-03-08 00:00", "2026-03-09 00:00"
    ) == ["08 06:00-07:00"]


def test_a_window_inside_a_skipped_hour_is_closed_that_day() -> None:
    inside = hours("Sun 02:05-02:55")
    assert utc_stretches(inside, TORONTO, "2026-03-08 00:00", "2026-03-09 00:00") == []
    assert utc_stretches(inside, TORONTO, "2026-03-15 00:00", "2026-03-16 00:00") == [
        "15 06:05-06:55"
    ]


def test_a_window_that_starts_in_a_repeated_hour_opens_the_second_time() -> None:
    assert utc_stretches(
        hours("Sun 01:30-03:00"), TORONTO, "2026-11-01 00:00", "2026-11-02 00:00"
    ) == ["01 06:30-08:00"]


def test_a_window_that_ends_in_a_repeated_hour_closes_the_first_time() -> None:
    assert utc_stretches(
        hours("Sun 00:30-01:30"), TORONTO, "2026-11-01 00:00", "2026-11-02 00:00"
    ) == ["01 04:30-05:30"]


def test_a_window_inside_a_repeated_hour_is_closed_that_day() -> None:
    inside = hours("Sun 01:15-01:45")
    assert utc_stretches(inside, TORONTO, "2026-11-01 00:00", "2026-11-02 00:00") == []


def test_windows_that_touch_in_a_repeated_hour_leave_that_hour_closed() -> None:
    # Each becomes instants first, only then what touches is merged (T7).
    assert utc_stretches(
        hours("Sun 00:00-01:30", "Sun 01:30-03:00"),
        TORONTO,
        "2026-11-01 00:00",
        "2026-11-02 00:00",
    ) == ["01 04:00-05:30", "01 06:30-08:00"]


def test_a_window_around_a_change_is_as_long_as_it_really_lasts() -> None:
    night = hours("Sun 00:00-04:00")
    for day, length in (("2026-03-08", 3), ("2026-11-01", 5), ("2026-12-06", 4)):
        since = at(f"{day} 00:00")
        found = openings(night, TORONTO, since, since + timedelta(days=1))
        assert found.open.within(since, since + timedelta(days=1)).seconds() == (
            length * 3600
        )


def test_what_is_denied_in_a_repeated_hour_is_denied_both_times() -> None:
    denied = hours("Sun 00:00-04:00", deny=("Sun 01:15-01:45",))
    assert utc_stretches(denied, TORONTO, "2026-11-01 00:00", "2026-11-02 00:00") == [
        "01 04:00-05:15",
        "01 06:45-09:00",
    ]


def test_a_denial_up_to_a_skipped_hour_ends_at_the_change() -> None:
    denied = hours("Sun 00:00-04:00", deny=("Sun 01:30-02:30",))
    assert utc_stretches(denied, TORONTO, "2026-03-08 00:00", "2026-03-09 00:00") == [
        "08 05:00-06:30",
        "08 07:00-08:00",
    ]


# Cuba puts its clocks back at one in the morning, so that midnight comes twice.


def test_a_day_with_two_midnights_opens_at_the_second() -> None:
    night = hours("Sun 00:00-02:00")
    assert utc_stretches(
        night, "America/Havana", "2027-11-07 00:00", "2027-11-08 00:00"
    ) == ["07 05:00-07:00"]


def test_a_denied_date_with_two_midnights_is_closed_from_the_first() -> None:
    denied = hours("Sat 23:00-03:00", deny=("2027-11-07",))
    assert utc_stretches(
        denied, "America/Havana", "2027-11-06 12:00", "2027-11-08 00:00"
    ) == ["07 03:00-04:00"]


def test_a_denied_date_before_two_midnights_is_closed_to_the_second() -> None:
    denied = hours("Sun 00:00-02:00", "Sat 20:00-24:00", deny=("2027-11-06",))
    assert utc_stretches(
        denied, "America/Havana", "2027-11-06 12:00", "2027-11-08 00:00"
    ) == ["07 05:00-07:00"]


# --- Denied dates, T6 --------------------------------------------------------


def test_a_denied_date_closes_the_window_that_crosses_midnight() -> None:
    late = hours("Fri 22:00-01:00", deny=("2026-12-04",))
    assert open_in(late, "2026-12-01", "2026-12-06") == []


def test_a_denied_date_cuts_the_window_of_the_evening_before_at_midnight() -> None:
    late = hours("Fri 22:00-01:00", deny=("2026-12-05",))
    assert open_in(late, "2026-12-01", "2026-12-06") == ["Fri 04 22:00-00:00"]


def test_a_window_of_a_denied_date_closes_the_same_time_of_the_next_day() -> None:
    both = hours("Fri 22:00-02:00", "Sat 00:00-04:00", deny=("2026-12-04",))
    assert open_in(both, "2026-12-04", "2026-12-05") == ["Sat 05 02:00-04:00"]


def test_a_denied_span_closes_its_first_and_last_day() -> None:
    daily = hours("Mon-Sun 09:00-10:00", deny=("2026-12-02..2026-12-04",))
    assert open_in(daily, TUESDAY, "2026-12-05") == [
        "Tue 01 09:00-10:00",
        "Sat 05 09:00-10:00",
    ]


@pytest.mark.parametrize(
    "deny", ["2026-12-01", "2026-12-01 00:00-24:00", "Tue 00:00-24:00"]
)
@pytest.mark.parametrize("kind", ["weekly", "once", "rotation"])
def test_deny_wins_over_every_kind_of_allowance(kind: str, deny: str) -> None:
    allowed = {
        "weekly": hours("Tue 09:00-10:00", deny=(deny,)),
        "once": hours(once=("2026-12-01 09:00-10:00",), deny=(deny,)),
        "rotation": hours(
            rotations=(rotation("2026-11-30", 2, (1,), "Tue 09:00-10:00"),),
            deny=(deny,),
        ),
    }
    assert open_in(allowed[kind], TUESDAY, TUESDAY) == []


def test_a_denied_time_of_one_date_leaves_the_rest_of_that_date() -> None:
    cut = hours("Tue 09:00-12:00", deny=("2026-12-01 10:00-10:30",))
    assert open_in(cut, TUESDAY, "2026-12-08") == [
        "Tue 01 09:00-10:00",
        "Tue 01 10:30-12:00",
        "Tue 08 09:00-12:00",
    ]


def test_a_weekly_denial_past_midnight_reaches_into_the_next_day() -> None:
    cut = hours("Sat 00:00-04:00", deny=("Fri 23:00-01:00",))
    assert open_in(cut, "2026-12-05", "2026-12-05") == ["Sat 05 01:00-04:00"]


# --- T5 ----------------------------------------------------------------------


def test_a_rotation_counts_its_weeks_from_its_anchor() -> None:
    shifts = hours(rotations=(rotation("2026-11-30", 3, (1, 3), "Wed 13:00-15:00"),))
    assert open_in(shifts, "2026-11-30", "2027-01-03") == [
        "Wed 02 13:00-15:00",
        "Wed 16 13:00-15:00",
        "Wed 23 13:00-15:00",
    ]


def test_a_rotation_goes_on_evenly_over_a_year_of_53_weeks() -> None:
    shifts = hours(rotations=(rotation("2026-12-14", 2, (1,), "Mon 09:00-10:00"),))
    assert open_in(shifts, "2026-12-14", "2027-01-17") == [
        "Mon 14 09:00-10:00",
        "Mon 28 09:00-10:00",
        "Mon 11 09:00-10:00",
    ]


def test_a_rotation_runs_before_its_anchor_as_it_does_after() -> None:
    shifts = hours(rotations=(rotation("2026-12-14", 2, (1,), "Mon 09:00-10:00"),))
    assert open_in(shifts, "2026-11-23", "2026-12-13") == ["Mon 30 09:00-10:00"]


def test_the_sunday_of_a_week_belongs_to_the_week_of_its_monday() -> None:
    shifts = hours(rotations=(rotation("2026-11-30", 2, (1,), "Sun 09:00-10:00"),))
    assert open_in(shifts, "2026-11-29", "2026-12-13") == ["Sun 06 09:00-10:00"]


# --- All of it against the minutes -------------------------------------------


@settings(max_examples=trials(60, 1500))
@given(st.randoms(use_true_random=False))
def test_hours_are_open_exactly_where_the_minutes_say(chance: Random) -> None:
    scene = random_plans.scene(chance)
    which = random_plans.hours(chance, scene)
    calendar = Calendar(which, scene.zone)
    since = scene.at - timedelta(hours=4)
    found = openings(which, scene.zone, since, since + timedelta(hours=8))
    for number in range(0, 8 * 60, 7):
        moment = since + timedelta(minutes=number)
        minute = (moment - EPOCH) // timedelta(minutes=1)
        assert found.stated.holds(moment) == calendar.stated(minute), moment
        assert found.denied.holds(moment) == calendar.denied(minute), moment
        assert found.open.holds(moment) == calendar.open(minute), moment


@given(st.randoms(use_true_random=False), st.integers(1, 40))
def test_a_longer_look_finds_the_same_within_the_shorter(
    chance: Random, days: int
) -> None:
    scene = random_plans.scene(chance)
    which = random_plans.hours(chance, scene)
    since, until = scene.at, scene.at + timedelta(days=3)
    more = timedelta(days=days)
    short = openings(which, scene.zone, since, until)
    wide = openings(which, scene.zone, since - more, until + more)
    assert short.open.within(since, until) == wide.open.within(since, until)
    assert short.stated.within(since, until) == wide.stated.within(since, until)
    assert short.denied.within(since, until) == wide.denied.within(since, until)


@given(st.randoms(use_true_random=False))
def test_denying_more_never_opens_anything(chance: Random) -> None:
    scene = random_plans.scene(chance)
    which = random_plans.hours(chance, scene)
    stricter = Hours(
        which.weekly,
        which.once,
        which.rotations,
        (*which.deny, random_plans.denial(chance, scene)),
    )
    since, until = scene.at - timedelta(days=4), scene.at + timedelta(days=4)
    before = openings(which, scene.zone, since, until).open
    after = openings(stricter, scene.zone, since, until).open
    assert after - before == Intervals()


def test_a_date_span_holds_its_first_and_last_day() -> None:
    span = DateSpan(date(2026, 12, 24), date(2026, 12, 26))
    assert [day for day in range(20, 31) if date(2026, 12, day) in span] == [24, 25, 26]
