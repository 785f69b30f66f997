"""Times, dates and lengths as pages show them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.web.shown import (
    Shown,
    countdown,
    iso,
    left,
    length,
    place,
    place_of,
    town,
    week_of,
)

WINNIPEG = "America/Winnipeg"
EDMONTON = "America/Edmonton"
VANCOUVER = "America/Vancouver"
ST_JOHNS = "America/St_Johns"
SYDNEY = "Australia/Sydney"
TORONTO = "America/Toronto"
TIED = "\N{NO-BREAK SPACE}"


def at(hour: int, minute: int = 0, day: int = 7) -> datetime:
    """A wall time in Winnipeg in December 2026, five hours behind UTC."""
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC) + timedelta(hours=5)


def test_a_time_is_in_the_clock_of_whoever_reads() -> None:
    shown = Shown(WINNIPEG)
    assert shown.clock(at(9, 5)) == "09:05"
    assert shown.clock(at(9, 5), ST_JOHNS) == "10:35"
    assert shown.clock(time(0, 0)) == "00:00"
    assert Shown(ST_JOHNS).clock(at(9, 5)) == "10:35"


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [(0, 0, "12:00 am"), (9, 5, "9:05 am"), (12, 0, "12:00 pm"), (23, 59, "11:59 pm")],
)
def test_the_twelve_hour_clock(hour: int, minute: int, words: str) -> None:
    shown = Shown(WINNIPEG, twelve=True)
    assert shown.clock(at(hour, minute)) == words.replace(" ", TIED)


def test_a_range_says_the_half_of_the_day_once() -> None:
    shown = Shown(WINNIPEG, twelve=True)
    assert shown.span(at(10), at(10, 50)) == f"10:00–10:50{TIED}am"
    assert shown.span(at(11, 30), at(12, 20)) == f"11:30{TIED}am–12:20{TIED}pm"
    assert shown.span(at(23), at(0, day=8)) == f"11:00{TIED}pm–midnight"
    assert shown.hour(0) == f"12{TIED}am"
    assert shown.hour(13) == f"1{TIED}pm"


def test_a_range_that_ends_at_midnight_says_24() -> None:
    shown = Shown(WINNIPEG)
    assert shown.span(at(22), at(0, day=8)) == "22:00–24:00"
    assert shown.span(at(22), at(1, day=8)) == "22:00–01:00"
    assert shown.span_of(0, 1440) == "00:00–24:00"
    assert shown.hour(9) == "09"


def test_dates_have_their_weekday() -> None:
    shown = Shown(WINNIPEG)
    assert shown.day(at(0)) == "Mon 7 Dec"
    assert shown.day(date(2027, 3, 7)) == "Sun 7 Mar"
    assert shown.long_day(at(0)) == "Monday 7 December 2026"
    assert shown.day(at(22), SYDNEY) == "Tue 8 Dec"


def test_a_moment_leaves_out_the_day_only_when_it_is_today() -> None:
    shown = Shown(WINNIPEG)
    assert shown.moment(at(9, 30, 8)) == "Tue 8 Dec 09:30"
    assert shown.moment(at(9, 30), near=at(23, 59)) == "09:30"
    assert shown.moment(at(9, 30), near=at(0, 0, 8)) == "Mon 7 Dec 09:30"


def test_her_clock_is_shown_only_when_it_differs() -> None:
    shown = Shown(WINNIPEG)
    assert shown.hers(at(10), EDMONTON) == "09:00"
    assert shown.hers(at(10), WINNIPEG) == ""
    assert shown.hers(at(10), "America/Chicago") == "09:00"
    assert shown.hers(at(0, 30), VANCOUVER) == "Sun 22:30"
    assert shown.hers(at(22), SYDNEY) == "Tue 14:00"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 min"),
        (50, "50 min"),
        (60, "1 h"),
        (70, "1 h 10 min"),
        (250, "4 h 10 min"),
        (1500, "25 h"),
        (2880, "2 days"),
        (4400, "3 days"),
    ],
)
def test_lengths(minutes: int, words: str) -> None:
    assert length(minutes) == words


def test_what_is_left_is_rounded_up_and_ends() -> None:
    now = at(11, 21)
    assert left(at(11, 45), now) == "24 min left"
    assert left(now + timedelta(seconds=1), now) == "1 min left"
    assert left(now, now) == "over"
    assert countdown(now + timedelta(seconds=221), now) == "3:41"
    assert countdown(now + timedelta(hours=1, seconds=1), now) == "1:00:01"
    assert countdown(now - timedelta(hours=1), now) == "0:00"


def test_instants_for_scripts_are_utc() -> None:
    assert iso(at(11, 21)) == "2026-12-07T16:21:00Z"


def test_a_place_in_the_day_is_on_the_five_minute_grid() -> None:
    on = date(2026, 12, 7)
    assert place(at(9, 30), at(10, 20), WINNIPEG, on) == "h9 m30 e10 n20"
    assert place(at(9), at(10), WINNIPEG, on) == "h9 e10"
    assert place(at(9, 32), at(9, 33), WINNIPEG, on) == "h9 m30 e9 n35"
    assert place(at(9), at(9, 50), EDMONTON, on) == "h8 e8 n50"


def test_what_crosses_midnight_is_cut_at_the_ends_of_the_day() -> None:
    start, end = at(22), at(1, day=8)
    assert place(start, end, WINNIPEG, date(2026, 12, 7)) == "h22 e24"
    assert place(start, end, WINNIPEG, date(2026, 12, 8)) == "h0 e1"
    assert place(start, end, WINNIPEG, date(2026, 12, 9)) == ""
    assert place(at(22), at(0, day=8), WINNIPEG, date(2026, 12, 8)) == ""


def test_an_hour_that_happens_twice_is_drawn_by_the_wall_clock() -> None:
    on = date(2026, 11, 1)
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # 01:30, summer time still
    assert place(first, first + timedelta(hours=2), TORONTO, on) == "h1 m30 e2 n30"


@given(st.integers(0, 1439), st.integers(1, 1440))
def test_every_place_is_drawn_from_the_classes_that_exist(
    start: int, long: int
) -> None:
    found = place_of(start, min(1440, start + long))
    classes = {each[0]: int(each[1:]) for each in found.split()}
    opening = classes["h"] * 60 + classes.get("m", 0)
    closing = classes["e"] * 60 + classes.get("n", 0)
    assert opening <= start < closing <= 1440
    assert opening % 5 == closing % 5 == 0
    assert start - opening < 5


@given(st.integers(0, 1439), st.booleans())
def test_no_two_times_of_a_day_look_alike(minutes: int, twelve: bool) -> None:
    shown = Shown(WINNIPEG, twelve=twelve)
    other = (minutes + 720) % 1440
    assert shown.clock_of(minutes) != shown.clock_of(other)


def test_towns_and_weeks() -> None:
    assert town("America/Argentina/Buenos_Aires") == "Buenos Aires"
    assert town("UTC") == "UTC"
    days = week_of(date(2026, 12, 10))
    assert (days[0], days[-1]) == (date(2026, 12, 7), date(2026, 12, 13))
